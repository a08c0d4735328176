//! What is searched: text or bytes, with positions of characters on the outside and bytes on the inside.

use taipan_sre::Subject;
use taipan_text::Wtf8;
use taipan_vm::ctx::Ctx;
use taipan_vm::error::PyResult;
use taipan_vm::objects::{Bytes, Str};
use taipan_vm::value::{Py, Value};

/// The subject of a search: its object, and its bytes if they are not in it.
pub(super) struct Searched {
    pub(super) object: Value,
    copy: Option<Vec<u8>>,
}

impl Searched {
    /// Reads a string; a pattern of text takes no bytes, and the other way round. `None` for `is_bytes` takes both.
    pub(super) fn new(cx: &Ctx, object: &Value, is_bytes: Option<bool>) -> PyResult<Self> {
        let is_text = object.downcast_ref::<Str>().is_some();
        if !is_text && !cx.has_buffer(object) {
            return Err(cx.type_error(format!(
                "expected string or bytes-like object, got '{}'",
                cx.type_name(object)
            )));
        }
        match is_bytes {
            Some(true) if is_text => {
                return Err(cx.type_error("cannot use a bytes pattern on a string-like object"));
            }
            Some(false) if !is_text => {
                return Err(cx.type_error("cannot use a string pattern on a bytes-like object"));
            }
            _ => {}
        }
        let in_place = is_text || object.downcast_ref::<Bytes>().is_some();
        let copy = if in_place {
            None
        } else {
            Some(cx.bytes_of(object)?.into_owned())
        };
        Ok(Self {
            object: object.clone(),
            copy,
        })
    }

    fn text(&self) -> Option<&Py<Str>> {
        self.object.downcast_ref::<Str>()
    }

    fn bytes(&self) -> &[u8] {
        match (&self.copy, self.object.downcast_ref::<Bytes>()) {
            (Some(copy), _) => copy,
            (None, Some(bytes)) => bytes.as_slice(),
            (None, None) => &[],
        }
    }

    /// For the engine.
    pub(super) fn subject(&self) -> Subject<'_> {
        match self.text() {
            Some(text) if text.is_ascii() => Subject::Ascii(text.as_wtf8().as_bytes()),
            Some(text) => Subject::Text(text.as_wtf8()),
            None => Subject::Bytes(self.bytes()),
        }
    }

    /// The length in characters.
    pub(super) fn length(&self) -> usize {
        match self.text() {
            Some(text) => text.length(),
            None => self.bytes().len(),
        }
    }

    /// The byte where a character begins.
    pub(super) fn offset(&self, position: usize) -> usize {
        match self.text() {
            Some(text) => text.byte_offset(position),
            None => position,
        }
    }

    /// The position of the character that begins at a byte.
    pub(super) fn position(&self, offset: usize) -> usize {
        match self.text() {
            Some(text) => text.position_of(offset),
            None => offset,
        }
    }

    /// The piece between two bytes, as an object.
    pub(super) fn piece(&self, cx: &Ctx, start: usize, end: usize) -> PyResult<Value> {
        match self.text() {
            Some(text) => {
                let piece: &Wtf8 = text.as_wtf8().slice(start, end);
                if piece.len() == text.size() && text.is_exact() {
                    return Ok(text.to_value());
                }
                if text.is_ascii() {
                    return Ok(cx.new_str_counted(piece, piece.len())?.into_value());
                }
                Ok(cx.new_str(piece)?.into_value())
            }
            None => {
                let whole = end - start == self.bytes().len();
                if whole && cx.class_of(&self.object).is(&cx.types().bytes) {
                    return Ok(self.object.clone());
                }
                cx.new_bytes(self.bytes().get(start..end).unwrap_or_default())
            }
        }
    }

    /// What `join` starts from: the empty text or bytes.
    pub(super) fn is_text(&self) -> bool {
        self.text().is_some()
    }
}
