//! What the decoders share: the result, and asking the handler.

use std::borrow::Cow;

use super::error::{CodecError, CodecTask};
use super::handlers::ErrorHandler;
use crate::wtf8::Wtf8Buf;

/// Decoded text, and how much of the input was read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Decoded {
    /// The text.
    pub text: Wtf8Buf,
    /// Bytes read; all of them if the input was final.
    pub consumed: usize,
}

/// Asks the handler about `start..end`, appends its text, and returns where to go on. The handler may put another input
/// into the place of `input`.
pub(super) fn recover<H: ErrorHandler>(
    handler: &mut H,
    input: &mut Cow<'_, [u8]>,
    encoding: &'static str,
    (start, end): (usize, usize),
    reason: impl Into<Cow<'static, str>>,
    to: &mut Wtf8Buf,
) -> Result<usize, H::Error> {
    let error = CodecError {
        task: CodecTask::Decode,
        encoding: Cow::Borrowed(encoding),
        start,
        end,
        reason: reason.into(),
    };
    let (text, resume) = handler.recover_decode(input, &error)?;
    to.push_wtf8(&text);
    if let Some(other) = handler.other_input() {
        *input = Cow::Owned(other);
    }
    Ok(resume.min(input.len()))
}
