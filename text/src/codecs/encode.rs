//! What the encoders share: going through the text, collecting what cannot be encoded, and asking the handler.

use std::borrow::Cow;

use super::error::{CodecError, CodecTask};
use super::handlers::{ErrorHandler, Replacement, escaped_byte};
use crate::wtf8::{CodePoint, Wtf8};

/// What tells the encoders apart.
pub(super) struct Rules {
    /// The name in errors.
    pub(super) encoding: &'static str,
    /// The reason in errors.
    pub(super) reason: &'static str,
    /// Neighbours that cannot be encoded are one error.
    pub(super) groups: bool,
    /// `surrogateescape` needs no handler.
    pub(super) escapes_inline: bool,
    /// Text from handlers must be ASCII.
    pub(super) ascii_replacements: bool,
    /// Bytes from handlers must be a multiple of this.
    pub(super) unit: usize,
}

/// Encodes each code point with `write`, which says whether it could.
pub(super) fn encode_each<H: ErrorHandler>(
    text: &Wtf8,
    handler: &mut H,
    rules: &Rules,
    mut to: Vec<u8>,
    mut write: impl FnMut(CodePoint, &mut Vec<u8>) -> Result<bool, H::Error>,
) -> Result<Vec<u8>, H::Error> {
    let mut points = text.code_points();
    let mut index = 0;
    while let Some(point) = points.next() {
        if write(point, &mut to)? {
            index += 1;
            continue;
        }
        let mut start = index;
        let mut end = start + 1;
        if rules.groups {
            let mut probe = Vec::new();
            for next in points.clone() {
                if write(next, &mut probe)? {
                    break;
                }
                end += 1;
            }
        }
        if rules.escapes_inline && handler.is_surrogate_escape() {
            let here = std::iter::once(point)
                .chain(points.clone())
                .take(end - start);
            let bytes: Vec<u8> = here.map_while(escaped_byte).collect();
            to.extend_from_slice(&bytes);
            start += bytes.len();
            if start == end {
                if bytes.len() > 1 {
                    points.nth(bytes.len() - 2);
                }
                index = end;
                continue;
            }
        }
        let error = CodecError {
            task: CodecTask::Encode,
            encoding: Cow::Borrowed(rules.encoding),
            start,
            end,
            reason: Cow::Borrowed(rules.reason),
        };
        let (replacement, resume) = handler.recover_encode(text, &error)?;
        match replacement {
            Replacement::Bytes(bytes) if bytes.len().is_multiple_of(rules.unit) => {
                to.extend_from_slice(&bytes)
            }
            Replacement::Bytes(_) => return Err(handler.give_up(text, &error)),
            Replacement::Text(replacement) => {
                if rules.ascii_replacements && !replacement.is_ascii() {
                    return Err(handler.give_up(text, &error));
                }
                for point in replacement.code_points() {
                    if !write(point, &mut to)? {
                        return Err(handler.give_up(text, &error));
                    }
                }
            }
        }
        let at = text.offset_of(resume).unwrap_or(text.len());
        points = text.slice_from(at).code_points();
        index = resume;
    }
    Ok(to)
}
