//! Line endings: the incremental translation of `\r` and `\r\n`, by itself and as `IncrementalNewlineDecoder`.
//!
//! CPython 3.14: `_PyIncrementalNewlineDecoder_decode`, `_PyIO_find_line_ending` (`Modules/_io/textio.c`).
//! Tests: below, and `tests/run/_io/`.

use std::cell::{Cell, RefCell};

use taipan_macros::{pyclass, pymethods};
use taipan_text::{Wtf8, Wtf8Buf};
use taipan_vm::ctx::Ctx;
use taipan_vm::error::PyResult;
use taipan_vm::heap::{Traverse, Visitor};
use taipan_vm::native::Args;
use taipan_vm::objects::{Str, Tuple, Type};
use taipan_vm::value::{Py, Value};

const SEEN_CR: u8 = 1;
const SEEN_LF: u8 = 2;
const SEEN_CRLF: u8 = 4;

/// Translates line endings piece by piece, and remembers which it saw.
#[derive(Clone, Debug, Default)]
pub(super) struct Newlines {
    pub(super) translate: bool,
    /// A `\r` at the end of a piece waits for what follows.
    pub(super) pending_cr: bool,
    seen: u8,
}

impl Newlines {
    pub(super) fn new(translate: bool) -> Self {
        Self {
            translate,
            ..Self::default()
        }
    }

    /// Takes a piece of text; `last` says that no more follows.
    pub(super) fn feed(&mut self, text: Wtf8Buf, last: bool) -> Wtf8Buf {
        let mut text = text;
        if self.pending_cr && (last || !text.is_empty()) {
            let mut joined = Wtf8Buf::with_capacity(text.len() + 1);
            joined.push_str("\r");
            joined.push_wtf8(&text);
            text = joined;
            self.pending_cr = false;
        }
        if !last && text.as_bytes().last() == Some(&b'\r') {
            text.pop();
            self.pending_cr = true;
        }
        if text.is_empty() {
            return text;
        }
        if memchr::memchr(b'\r', text.as_bytes()).is_none() {
            if self.seen & SEEN_LF == 0 && memchr::memchr(b'\n', text.as_bytes()).is_some() {
                self.seen |= SEEN_LF;
            }
            return text;
        }
        self.look(text.as_bytes());
        if self.translate {
            translated(&text)
        } else {
            text
        }
    }

    /// Notes which endings occur.
    fn look(&mut self, bytes: &[u8]) {
        let mut at = 0;
        while let Some(next) = memchr::memchr2(b'\r', b'\n', &bytes[at..]) {
            at += next;
            match &bytes[at..] {
                [b'\r', b'\n', ..] => {
                    self.seen |= SEEN_CRLF;
                    at += 1;
                }
                [b'\r', ..] => self.seen |= SEEN_CR,
                _ => self.seen |= SEEN_LF,
            }
            at += 1;
        }
    }

    pub(super) fn reset(&mut self) {
        self.seen = 0;
        self.pending_cr = false;
    }

    /// The `newlines` attribute.
    pub(super) fn seen(&self, cx: &Ctx) -> Value {
        let names = [(SEEN_CR, "\r"), (SEEN_LF, "\n"), (SEEN_CRLF, "\r\n")];
        let mut seen: Vec<Value> = names
            .iter()
            .filter(|(bit, _)| self.seen & bit != 0)
            .map(|(_, text)| cx.intern(*text).into_value())
            .collect();
        match seen.len() {
            0 => Value::NONE,
            1 => seen.pop().unwrap_or(Value::NONE),
            _ => cx.new_tuple(seen).into_value(),
        }
    }
}

/// All endings as `\n`.
fn translated(text: &Wtf8) -> Wtf8Buf {
    let mut result = Wtf8Buf::with_capacity(text.len());
    let mut start = 0;
    while let Some(at) = memchr::memchr(b'\r', &text.as_bytes()[start..]) {
        let at = start + at;
        result.push_wtf8(text.slice(start, at));
        result.push_str("\n");
        start = at + 1;
        if text.as_bytes().get(start) == Some(&b'\n') {
            start += 1;
        }
    }
    result.push_wtf8(text.slice_from(start));
    result
}

/// What ends a line on reading.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum LineEnd {
    /// Text is translated: only `\n`.
    Newline,
    /// `\n`, `\r` and `\r\n`, as they stand.
    Universal,
    /// This text only.
    Exactly(&'static str),
}

impl LineEnd {
    /// The offset behind the first line of `text`, if it ends here.
    pub(super) fn find(self, text: &[u8]) -> Option<usize> {
        match self {
            Self::Newline => memchr::memchr(b'\n', text).map(|at| at + 1),
            Self::Universal => {
                let at = memchr::memchr2(b'\n', b'\r', text)?;
                if text[at] == b'\r' && text.get(at + 1) == Some(&b'\n') {
                    Some(at + 2)
                } else {
                    Some(at + 1)
                }
            }
            Self::Exactly(ending) => {
                memchr::memmem::find(text, ending.as_bytes()).map(|at| at + ending.len())
            }
        }
    }
}

/// How a `newline` argument reads and writes.
#[derive(Clone, Copy, Debug)]
pub(super) struct NewlineMode {
    /// Line endings are looked at when decoding.
    pub(super) universal: bool,
    /// They become `\n` then.
    pub(super) translate: bool,
    pub(super) line_end: LineEnd,
    /// What `\n` becomes on writing; `None` leaves it.
    pub(super) write: Option<&'static str>,
}

impl NewlineMode {
    /// The mode of a `newline` argument; `None` for an illegal one.
    pub(super) fn of(newline: Option<&str>) -> Option<Self> {
        let exactly = |ending: &'static str| Self {
            universal: false,
            translate: false,
            line_end: LineEnd::Exactly(ending),
            write: (ending != "\n").then_some(ending),
        };
        Some(match newline {
            None => Self {
                universal: true,
                translate: true,
                line_end: LineEnd::Newline,
                // The platform's line separator is "\n".
                write: None,
            },
            Some("") => Self {
                universal: true,
                translate: false,
                line_end: LineEnd::Universal,
                write: None,
            },
            Some("\n") => exactly("\n"),
            Some("\r") => exactly("\r"),
            Some("\r\n") => exactly("\r\n"),
            Some(_) => return None,
        })
    }
}

/// Codec used when reading a file in universal newlines mode.
///
/// It wraps another incremental decoder, translating \r\n and \r into \n.
/// It also records the types of newlines encountered.  When used with
/// translate=False, it ensures that the newline sequence is returned in
/// one piece. When used with decoder=None, it expects unicode strings as
/// decode input and translates newlines without first invoking an external
/// decoder.
#[pyclass(
    name = "IncrementalNewlineDecoder",
    module = "_io",
    subclassable,
    traverse,
    text_signature = "(decoder, translate, errors='strict')"
)]
pub(crate) struct IncrementalNewlineDecoder {
    decoder: RefCell<Option<Value>>,
    newlines: RefCell<Newlines>,
    ready: Cell<bool>,
}

impl Traverse for IncrementalNewlineDecoder {
    fn traverse(&self, visit: &mut Visitor<'_>) {
        self.decoder.borrow().iter().for_each(visit);
    }

    fn clear(&self) {
        drop(self.decoder.take());
    }
}

impl IncrementalNewlineDecoder {
    /// A decoder around another one.
    pub(super) fn around(cx: &Ctx, decoder: Value, translate: bool) -> Value {
        let class = cx.native_class(Self::class());
        let new = Self {
            decoder: RefCell::new(Some(decoder)),
            newlines: RefCell::new(Newlines::new(translate)),
            ready: Cell::new(true),
        };
        cx.heap().allocate(&class, new).into_value()
    }

    fn check(&self, cx: &Ctx) -> PyResult<()> {
        if !self.ready.get() {
            return Err(cx.value_error("IncrementalNewlineDecoder.__init__() not called"));
        }
        Ok(())
    }
}

#[pymethods]
impl IncrementalNewlineDecoder {
    #[new]
    fn new(cx: &Ctx, cls: &Py<Type>, args: Args<'_>) -> PyResult<Value> {
        let _ = args;
        let new = IncrementalNewlineDecoder {
            decoder: RefCell::default(),
            newlines: RefCell::default(),
            ready: Cell::new(false),
        };
        Ok(cx.heap().allocate(cls, new).into_value())
    }

    #[init(signature = (decoder, translate, errors = None))]
    fn init(
        this: &Py<IncrementalNewlineDecoder>,
        cx: &Ctx,
        decoder: Option<&Value>,
        translate: bool,
        errors: Option<&Value>,
    ) -> PyResult<()> {
        let _ = (cx, errors);
        let old = this.decoder.replace(decoder.cloned());
        drop(old);
        this.newlines.replace(Newlines::new(translate));
        this.ready.set(true);
        Ok(())
    }

    #[pymethod(signature = (input, r#final = false), text_signature = "($self, /, input, final=False)")]
    fn decode(&self, cx: &Ctx, input: &Value, r#final: bool) -> PyResult<Value> {
        self.check(cx)?;
        let decoder = self.decoder.borrow().clone();
        let text = match decoder {
            Some(decoder) => super::base::call(
                cx,
                &decoder,
                "decode",
                &[input.clone(), Value::bool(r#final)],
            )?,
            None => input.clone(),
        };
        let Some(text) = text.downcast_ref::<Str>() else {
            return Err(cx.type_error(format!(
                "decoder should return a string result, not '{}'",
                cx.type_name(&text)
            )));
        };
        let mut piece = Wtf8Buf::new();
        piece.push_wtf8(text.as_wtf8());
        let result = self.newlines.borrow_mut().feed(piece, r#final);
        Ok(cx.new_str(&*result)?.into_value())
    }

    fn getstate(&self, cx: &Ctx) -> PyResult<Value> {
        self.check(cx)?;
        let decoder = self.decoder.borrow().clone();
        let (buffer, flag) = match decoder {
            Some(decoder) => {
                let state = super::base::call(cx, &decoder, "getstate", &[])?;
                match state.downcast_ref::<Tuple>().map(Py::<Tuple>::as_slice) {
                    Some([buffer, flag]) => (buffer.clone(), cx.to_bigint(flag)?),
                    _ => return Err(cx.type_error("illegal decoder state")),
                }
            }
            None => (cx.new_bytes(b"")?, 0.into()),
        };
        let flag = (flag << 1) + i32::from(self.newlines.borrow().pending_cr);
        Ok(cx.new_tuple(vec![buffer, cx.new_bigint(flag)]).into_value())
    }

    fn setstate(&self, cx: &Ctx, state: &Value) -> PyResult<()> {
        self.check(cx)?;
        let Some(tuple) = state.downcast_ref::<Tuple>() else {
            return Err(cx.type_error("state argument must be a tuple"));
        };
        let [buffer, flag] = tuple.as_slice() else {
            return Err(cx.type_error("setstate(): illegal state argument"));
        };
        let flag = cx.to_bigint(flag)?;
        let is_odd = flag.bit(0);
        self.newlines.borrow_mut().pending_cr = is_odd;
        let decoder = self.decoder.borrow().clone();
        if let Some(decoder) = decoder {
            let inner = cx.new_tuple(vec![buffer.clone(), cx.new_bigint(flag >> 1)]);
            super::base::call(cx, &decoder, "setstate", &[inner.into_value()])?;
        }
        Ok(())
    }

    fn reset(&self, cx: &Ctx) -> PyResult<()> {
        self.check(cx)?;
        self.newlines.borrow_mut().reset();
        let decoder = self.decoder.borrow().clone();
        if let Some(decoder) = decoder {
            super::base::call(cx, &decoder, "reset", &[])?;
        }
        Ok(())
    }

    #[getter]
    fn newlines(&self, cx: &Ctx) -> PyResult<Value> {
        self.check(cx)?;
        Ok(self.newlines.borrow().seen(cx))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fed(newlines: &mut Newlines, text: &str, last: bool) -> String {
        newlines
            .feed(Wtf8Buf::from(text), last)
            .to_string_lossy()
            .into_owned()
    }

    #[test]
    fn an_ending_cut_in_two_is_one() {
        let mut newlines = Newlines::new(true);
        assert_eq!(fed(&mut newlines, "a\r", false), "a");
        assert_eq!(fed(&mut newlines, "\nb\rc", false), "\nb\nc");
        assert_eq!(newlines.seen, SEEN_CRLF | SEEN_CR);
    }

    #[test]
    fn a_return_at_the_very_end_is_an_ending() {
        let mut newlines = Newlines::new(true);
        assert_eq!(fed(&mut newlines, "a\r", false), "a");
        assert_eq!(fed(&mut newlines, "", true), "\n");
    }

    #[test]
    fn lines_end_where_the_mode_says() {
        assert_eq!(LineEnd::Newline.find(b"a\rb\nc"), Some(4));
        assert_eq!(LineEnd::Universal.find(b"a\r\nc"), Some(3));
        assert_eq!(LineEnd::Universal.find(b"a\rc"), Some(2));
        assert_eq!(LineEnd::Exactly("\r\n").find(b"a\rb\r\nc"), Some(5));
    }
}
