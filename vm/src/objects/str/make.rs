//! How strings come into being: cached short ones, parts in a row, single characters.
//!
//! CPython 3.14: the latin-1 and empty singletons (`unicode_get_empty`, `get_latin1_char`), `_PyUnicode_JoinArray`.

use taipan_text::{CodePoint, Wtf8};

use super::Str;
use crate::ctx::Ctx;
use crate::error::PyResult;
use crate::heap::OutOfMemory;
use crate::value::{Py, Value};

/// The empty string and those of one Latin-1 character, made once an isolate.
pub(crate) struct Characters {
    empty: Py<Str>,
    latin1: Vec<Py<Str>>,
}

impl Characters {
    pub(crate) fn new(cx: &Ctx) -> Self {
        Self {
            empty: cx.intern(""),
            latin1: (0..=u8::MAX)
                .map(|byte| {
                    let mut room = [0; 4];
                    let bytes = CodePoint::from_latin1(byte).encode(&mut room);
                    match Wtf8::from_bytes(bytes) {
                        Ok(text) => cx.intern(text),
                        Err(_) => cx.intern(""),
                    }
                })
                .collect(),
        }
    }

    /// The known string of this text.
    #[inline]
    fn find(&self, text: &Wtf8) -> Option<&Py<Str>> {
        match *text.as_bytes() {
            [] => Some(&self.empty),
            [byte] => self.latin1.get(usize::from(byte)),
            [lead @ 0xC2..=0xC3, next] => self.latin1.get(usize::from((lead << 6) | (next & 0x3F))),
            _ => None,
        }
    }
}

impl Ctx {
    /// Makes a `str`.
    ///
    /// # Errors
    /// `MemoryError`.
    #[inline]
    pub fn new_str(&self, text: &(impl AsRef<Wtf8> + ?Sized)) -> PyResult<Py<Str>> {
        let text = text.as_ref();
        if let Some(known) = self.known_text(text) {
            return Ok(known);
        }
        self.allocated(Str::allocate(self.heap(), &self.types().str, text))
    }

    /// Makes a `str` of text whose number of code points is known.
    ///
    /// # Errors
    /// `MemoryError`.
    #[inline]
    pub fn new_str_counted(&self, text: &Wtf8, length: usize) -> PyResult<Py<Str>> {
        if let Some(known) = self.known_text(text) {
            return Ok(known);
        }
        self.allocated(Str::allocate_counted(
            self.heap(),
            &self.types().str,
            text,
            length,
        ))
    }

    #[inline(always)]
    fn known_text(&self, text: &Wtf8) -> Option<Py<Str>> {
        if text.len() > 2 {
            return None;
        }
        self.isolate().characters()?.find(text).cloned()
    }

    fn allocated(&self, made: Result<Py<Str>, OutOfMemory>) -> PyResult<Py<Str>> {
        made.map_err(|OutOfMemory| self.memory_error())
    }

    /// The empty string.
    pub fn empty_str(&self) -> Py<Str> {
        match self.isolate().characters() {
            Some(characters) => characters.empty.clone(),
            None => self.intern(""),
        }
    }

    /// The string of one character.
    ///
    /// # Errors
    /// `MemoryError`.
    #[inline]
    pub fn character(&self, point: CodePoint) -> PyResult<Py<Str>> {
        let mut room = [0; 4];
        let bytes = point.encode(&mut room);
        match Wtf8::from_bytes(bytes) {
            Ok(text) => self.new_str_counted(text, 1),
            Err(_) => Err(self.system_error("a code point has no encoding")),
        }
    }

    /// The string of one ASCII character; `None` for other bytes.
    #[inline(always)]
    pub(crate) fn ascii_character(&self, byte: u8) -> Option<&Py<Str>> {
        let known = self.isolate().characters().filter(|_| byte.is_ascii())?;
        known.latin1.get(usize::from(byte))
    }

    /// Makes a string of `parts` in a row, with `length` code points in all.
    ///
    /// # Errors
    /// `MemoryError`.
    pub fn new_str_of_parts(&self, parts: &[&Wtf8], length: usize) -> PyResult<Py<Str>> {
        if length < 2 {
            match parts.iter().find(|part| !part.is_empty()) {
                Some(part) => return self.new_str_counted(part, length),
                None => return Ok(self.empty_str()),
            }
        }
        let made = Str::concatenate(self.heap(), &self.types().str, length, parts);
        self.allocated(made)
    }

    /// `BUILD_STRING`: the parts, which are all strings, in a row.
    ///
    /// # Errors
    /// `MemoryError`; `TypeError` if a part is no string.
    pub fn build_string(&self, parts: &[Value]) -> PyResult<Value> {
        let mut texts = Vec::with_capacity(parts.len());
        let mut length = 0;
        for part in parts {
            let Some(text) = part.downcast_ref::<Str>() else {
                return Err(self.type_error(format!(
                    "sequence item {}: expected str instance, {} found",
                    texts.len(),
                    self.type_name(part)
                )));
            };
            length += text.length();
            texts.push(text.as_wtf8());
        }
        Ok(self.new_str_of_parts(&texts, length)?.into_value())
    }

    /// `left + right`.
    ///
    /// # Errors
    /// `MemoryError`.
    #[inline]
    pub fn concat_str(&self, left: &Py<Str>, right: &Py<Str>) -> PyResult<Py<Str>> {
        if left.size() == 0 && right.is_exact() {
            return Ok(right.clone());
        }
        if right.size() == 0 && left.is_exact() {
            return Ok(left.clone());
        }
        let length = left.length() + right.length();
        self.new_str_of_parts(&[left.as_wtf8(), right.as_wtf8()], length)
    }

    /// `left += right` where the caller gives its reference to `left` away: in place if it was the only one.
    ///
    /// # Errors
    /// `MemoryError`.
    #[inline]
    pub fn append_str(&self, left: Py<Str>, right: &Py<Str>) -> PyResult<Py<Str>> {
        if right.size() == 0 && left.is_exact() {
            return Ok(left);
        }
        if left.size() == 0 && right.is_exact() {
            return Ok(right.clone());
        }
        self.allocated(Str::append_in_place(
            self.heap(),
            &self.types().str,
            left,
            right,
        ))
    }

    /// A piece of `string`: the string itself if that is all of it and no subclass instance.
    ///
    /// # Errors
    /// `MemoryError`.
    pub(crate) fn piece_of(&self, string: &Py<Str>, piece: &Wtf8) -> PyResult<Value> {
        if piece.len() == string.size() {
            return self.exact_text(string);
        }
        let made = if string.is_ascii() {
            self.new_str_counted(piece, piece.len())?
        } else {
            self.new_str(piece)?
        };
        Ok(made.into_value())
    }

    /// The text as a `str`: the object itself unless it is of a subclass.
    ///
    /// # Errors
    /// `MemoryError`.
    pub(crate) fn exact_text(&self, string: &Py<Str>) -> PyResult<Value> {
        if string.is_exact() {
            return Ok(string.to_value());
        }
        Ok(self
            .new_str_counted(string.as_wtf8(), string.length())?
            .into_value())
    }

    /// `ascii(value)`: its `repr` with everything beyond ASCII escaped.
    ///
    /// # Errors
    /// What `__repr__` raises.
    pub fn ascii(&self, value: &Value) -> PyResult<Py<Str>> {
        let repr = self.repr(value)?;
        if repr.is_ascii() {
            return Ok(repr);
        }
        self.new_str(&taipan_text::str_ops::ascii_escape(repr.as_wtf8()))
    }
}
