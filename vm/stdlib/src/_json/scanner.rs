//! `make_scanner`: the reader of one JSON value.
//!
//! Positions inside are bytes of the text; code points only where Python sees them.

use std::collections::HashMap;

use taipan_macros::{pyclass, pymethods};
use taipan_vm::ctx::Ctx;
use taipan_vm::error::{PyErr, PyResult};
use taipan_vm::heap::{Traverse, Visitor};
use taipan_vm::native::Args;
use taipan_vm::native::bind::{Signature, bind_keywords};
use taipan_vm::objects::{Str, Type};
use taipan_vm::value::{Py, Value};

use super::error::{decode_error, no_value, text_argument};
use super::scan_string::{plain_end, scan};

/// JSON scanner object
#[pyclass(name = "Scanner", module = "_json", traverse, text_signature = None)]
pub(super) struct Scanner {
    strict: bool,
    object_hook: Value,
    object_pairs_hook: Value,
    parse_float: Value,
    parse_int: Value,
    parse_constant: Value,
}

impl Traverse for Scanner {
    fn traverse(&self, visit: &mut Visitor<'_>) {
        visit(&self.object_hook);
        visit(&self.object_pairs_hook);
        visit(&self.parse_float);
        visit(&self.parse_int);
        visit(&self.parse_constant);
    }
}

const NEW: &Signature = &Signature {
    function: "make_scanner",
    parameters: &["context"],
    positional_only: 0,
    positional: 1,
    required: 1,
    keyword_required: &[],
    rest: false,
    extra: false,
};

const CALL: &Signature = &Signature {
    function: "scan_once",
    parameters: &["string", "idx"],
    positional: 2,
    required: 2,
    ..*NEW
};

#[pymethods]
impl Scanner {
    #[new]
    fn new(cx: &Ctx, cls: &Py<Type>, args: Args<'_>) -> PyResult<Py<Scanner>> {
        let [Some(context)] = bind_keywords::<1>(cx, NEW, args)?.slots else {
            return Err(cx.type_error("make_scanner() needs a context"));
        };
        let get = |name: &str| cx.get_attr_str(context, name);
        let payload = Scanner {
            strict: cx.is_true(&get("strict")?)?,
            object_hook: get("object_hook")?,
            object_pairs_hook: get("object_pairs_hook")?,
            parse_float: get("parse_float")?,
            parse_int: get("parse_int")?,
            parse_constant: get("parse_constant")?,
        };
        Ok(cx.heap().allocate(cls, payload))
    }

    fn __call__(this: &Py<Scanner>, cx: &Ctx, args: Args<'_>) -> PyResult<(Value, usize)> {
        let [Some(string), Some(idx)] = bind_keywords::<2>(cx, CALL, args)?.slots else {
            return Err(cx.type_error("scan_once() needs a string and an index"));
        };
        let index = cx.index_isize(idx)?;
        let text = text_argument(cx, string)?.clone();
        let Ok(index) = usize::try_from(index) else {
            return Err(cx.value_error("idx cannot be negative"));
        };
        if index >= text.length() {
            return Err(no_value(cx, index));
        }
        let start = text.byte_offset(index);
        let (value, end) = Document::new(cx, this, &text).value(start)?;
        Ok((value, text.position_of(end)))
    }

    /// strict
    #[member]
    fn strict(&self) -> bool {
        self.strict
    }

    /// object_hook
    #[member]
    fn object_hook(&self) -> Value {
        self.object_hook.clone()
    }

    #[member]
    fn object_pairs_hook(&self) -> Value {
        self.object_pairs_hook.clone()
    }

    /// parse_float
    #[member]
    fn parse_float(&self) -> Value {
        self.parse_float.clone()
    }

    /// parse_int
    #[member]
    fn parse_int(&self) -> Value {
        self.parse_int.clone()
    }

    /// parse_constant
    #[member]
    fn parse_constant(&self) -> Value {
        self.parse_constant.clone()
    }
}

/// One call's work: a text and the keys seen in it.
struct Document<'a> {
    cx: &'a Ctx,
    scanner: &'a Scanner,
    text: &'a Py<Str>,
    bytes: &'a [u8],
    /// Keys as they stand between their quotes, so that equal keys are one string.
    keys: HashMap<&'a [u8], Py<Str>, foldhash::fast::RandomState>,
    ints_are_plain: bool,
    floats_are_plain: bool,
}

impl<'a> Document<'a> {
    fn new(cx: &'a Ctx, scanner: &'a Scanner, text: &'a Py<Str>) -> Self {
        let types = cx.types();
        Self {
            cx,
            scanner,
            text,
            bytes: text.as_wtf8().as_bytes(),
            keys: HashMap::default(),
            ints_are_plain: scanner.parse_int.is(types.int.as_value()),
            floats_are_plain: scanner.parse_float.is(types.float.as_value()),
        }
    }

    #[cold]
    fn error(&self, message: &str, at: usize) -> PyErr {
        decode_error(self.cx, message, self.text, self.text.position_of(at))
    }

    #[cold]
    fn nothing(&self, at: usize) -> PyErr {
        no_value(self.cx, self.text.position_of(at))
    }

    #[inline(always)]
    fn skip_space(&self, mut at: usize) -> usize {
        while let Some(b' ' | b'\t' | b'\n' | b'\r') = self.bytes.get(at) {
            at += 1;
        }
        at
    }

    /// The value at a byte, and the byte behind it.
    fn value(&mut self, at: usize) -> PyResult<(Value, usize)> {
        let Some(first) = self.bytes.get(at) else {
            return Err(self.nothing(at));
        };
        let rest = &self.bytes[at..];
        match first {
            b'"' => {
                let (string, end) = scan(self.cx, self.text, at + 1, self.scanner.strict)?;
                return Ok((string.into_value(), end));
            }
            b'{' => {
                self.cx
                    .check_native_stack(" while decoding a JSON object from a unicode string")?;
                return self.object(at + 1);
            }
            b'[' => {
                self.cx
                    .check_native_stack(" while decoding a JSON array from a unicode string")?;
                return self.array(at + 1);
            }
            b'n' if rest.starts_with(b"null") => return Ok((Value::NONE, at + 4)),
            b't' if rest.starts_with(b"true") => return Ok((Value::TRUE, at + 4)),
            b'f' if rest.starts_with(b"false") => return Ok((Value::FALSE, at + 5)),
            b'N' if rest.starts_with(b"NaN") => return self.constant("NaN", at),
            b'I' if rest.starts_with(b"Infinity") => return self.constant("Infinity", at),
            b'-' if rest.starts_with(b"-Infinity") => return self.constant("-Infinity", at),
            _ => {}
        }
        self.number(at)
    }

    fn constant(&self, name: &'static str, at: usize) -> PyResult<(Value, usize)> {
        let argument = self.cx.intern(name).into_value();
        let value = self.cx.call(&self.scanner.parse_constant, &[argument])?;
        Ok((value, at + name.len()))
    }

    fn digits_end(&self, mut at: usize) -> usize {
        while self.bytes.get(at).is_some_and(u8::is_ascii_digit) {
            at += 1;
        }
        at
    }

    fn number(&self, start: usize) -> PyResult<(Value, usize)> {
        let is_negative = self.bytes[start] == b'-';
        let first = start + usize::from(is_negative);
        let mut at = match self.bytes.get(first) {
            Some(b'1'..=b'9') => self.digits_end(first + 1),
            Some(b'0') => first + 1,
            _ => return Err(self.nothing(start)),
        };
        let whole_end = at;
        if self.bytes.get(at) == Some(&b'.') {
            let end = self.digits_end(at + 1);
            if end > at + 1 {
                at = end;
            }
        }
        if let Some(b'e' | b'E') = self.bytes.get(at) {
            let sign = matches!(self.bytes.get(at + 1), Some(b'+' | b'-'));
            let digits = at + 1 + usize::from(sign);
            let end = self.digits_end(digits);
            if end > digits {
                at = end;
            }
        }
        let value = if at > whole_end {
            self.float(start, at)?
        } else {
            self.integer(start, first, at)?
        };
        Ok((value, at))
    }

    fn float(&self, start: usize, end: usize) -> PyResult<Value> {
        let digits = self.text.as_wtf8().slice(start, end);
        if self.floats_are_plain
            && let Some(Ok(number)) = digits.to_str().map(str::parse::<f64>)
        {
            return Ok(self.cx.new_float(number));
        }
        let argument = self.cx.new_str(digits)?.into_value();
        self.cx.call(&self.scanner.parse_float, &[argument])
    }

    fn integer(&self, start: usize, first: usize, end: usize) -> PyResult<Value> {
        if self.ints_are_plain && end - first <= 18 {
            let number = self.bytes[first..end]
                .iter()
                .fold(0, |number, digit| number * 10 + i64::from(digit - b'0'));
            return Ok(self
                .cx
                .new_int(if first > start { -number } else { number }));
        }
        let digits = self.text.as_wtf8().slice(start, end);
        let argument = self.cx.new_str(digits)?.into_value();
        self.cx.call(&self.scanner.parse_int, &[argument])
    }

    /// The array whose bracket stands before `at`.
    fn array(&mut self, at: usize) -> PyResult<(Value, usize)> {
        let mut items = Vec::new();
        let mut at = self.skip_space(at);
        if self.bytes.get(at) == Some(&b']') {
            return Ok((self.cx.new_list(items).into_value(), at + 1));
        }
        loop {
            let (item, end) = self.value(at)?;
            items.push(item);
            at = self.skip_space(end);
            match self.bytes.get(at) {
                Some(b',') => {}
                Some(b']') => return Ok((self.cx.new_list(items).into_value(), at + 1)),
                _ => return Err(self.error("Expecting ',' delimiter", at)),
            }
            let comma = at;
            at = self.skip_space(at + 1);
            if self.bytes.get(at) == Some(&b']') {
                return Err(self.error("Illegal trailing comma before end of array", comma));
            }
        }
    }

    /// The key whose quote stands before `start`.
    fn key(&mut self, start: usize) -> PyResult<(Py<Str>, usize)> {
        let end = plain_end(self.bytes, start);
        if self.bytes.get(end) != Some(&b'"') {
            return scan(self.cx, self.text, start, self.scanner.strict);
        }
        let key = &self.bytes[start..end];
        if let Some(known) = self.keys.get(key) {
            return Ok((known.clone(), end + 1));
        }
        let string = self.cx.new_str(self.text.as_wtf8().slice(start, end))?;
        self.keys.insert(key, string.clone());
        Ok((string, end + 1))
    }

    /// The object whose brace stands before `at`.
    fn object(&mut self, at: usize) -> PyResult<(Value, usize)> {
        let wants_pairs = !self.scanner.object_pairs_hook.is_none();
        let mut pairs = Vec::new();
        let dict = self.cx.new_dict();
        let mut at = self.skip_space(at);
        if self.bytes.get(at) != Some(&b'}') {
            loop {
                if self.bytes.get(at) != Some(&b'"') {
                    let message = "Expecting property name enclosed in double quotes";
                    return Err(self.error(message, at));
                }
                let (key, end) = self.key(at + 1)?;
                at = self.skip_space(end);
                if self.bytes.get(at) != Some(&b':') {
                    return Err(self.error("Expecting ':' delimiter", at));
                }
                at = self.skip_space(at + 1);
                let (value, end) = self.value(at)?;
                if wants_pairs {
                    let pair = self.cx.new_tuple(vec![key.into_value(), value]);
                    pairs.push(pair.into_value());
                } else {
                    dict.set(self.cx, key.as_value(), value)?;
                }
                at = self.skip_space(end);
                match self.bytes.get(at) {
                    Some(b',') => {}
                    Some(b'}') => break,
                    _ => return Err(self.error("Expecting ',' delimiter", at)),
                }
                let comma = at;
                at = self.skip_space(at + 1);
                if self.bytes.get(at) == Some(&b'}') {
                    let message = "Illegal trailing comma before end of object";
                    return Err(self.error(message, comma));
                }
            }
        }
        let value = if wants_pairs {
            let pairs = self.cx.new_list(pairs).into_value();
            self.cx.call(&self.scanner.object_pairs_hook, &[pairs])?
        } else if self.scanner.object_hook.is_none() {
            dict.into_value()
        } else {
            self.cx
                .call(&self.scanner.object_hook, &[dict.into_value()])?
        };
        Ok((value, at + 1))
    }
}
