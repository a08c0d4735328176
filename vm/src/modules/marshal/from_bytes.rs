//! Bytes to Python values.
//!
//! CPython: `r_object`. Lists, dicts, sets and tuples can be referred to before they are whole, so that they may be in
//! themselves; code, frozen sets and slices cannot.

use taipan_text::Wtf8;

use super::input::Input;
use super::tags;
use crate::ctx::Ctx;
use crate::error::PyResult;
use crate::objects::set::SetData;
use crate::objects::{Dict, List, Set};
use crate::value::{Py, Value};

/// Reads one object.
pub(super) fn load_value(cx: &Ctx, input: Input<'_>, allow_code: bool) -> PyResult<Value> {
    let mut loader = Loader {
        cx,
        input,
        refs: Vec::new(),
        depth: 0,
        allow_code,
    };
    loader.object("object")
}

pub(super) struct Loader<'a> {
    pub(super) cx: &'a Ctx,
    pub(super) input: Input<'a>,
    /// The remembered objects; `None`: one that is not whole yet.
    refs: Vec<Option<Value>>,
    depth: usize,
    pub(super) allow_code: bool,
}

/// The number of an object that is to be remembered.
#[derive(Clone, Copy)]
pub(super) struct Place(Option<usize>);

impl Loader<'_> {
    /// An object that must be there, in `owner`.
    pub(super) fn object(&mut self, owner: &str) -> PyResult<Value> {
        let object = self.read()?;
        object.ok_or_else(|| {
            let message = format!("NULL object in marshal data for {owner}");
            self.cx.type_error(message)
        })
    }

    /// Reads an object; `None` for the mark that ends a dict.
    fn read(&mut self) -> PyResult<Option<Value>> {
        self.cx.check_native_stack("")?;
        let tag = self.input.tag(self.cx)?;
        if self.depth >= tags::MAX_DEPTH {
            return Err(self.cx.value_error("recursion limit exceeded"));
        }
        self.depth += 1;
        let result = self.read_tagged(tag & !tags::FLAG_REF, tag & tags::FLAG_REF != 0);
        self.depth -= 1;
        result
    }

    fn read_tagged(&mut self, tag: u8, is_remembered: bool) -> PyResult<Option<Value>> {
        let cx = self.cx;
        Ok(Some(match tag {
            tags::NULL => return Ok(None),
            tags::REF => self.reference()?,
            tags::NONE => Value::NONE,
            tags::ELLIPSIS => Value::ELLIPSIS,
            tags::STOP_ITERATION => cx.types().stop_iteration.to_value(),
            tags::TRUE => Value::bool(true),
            tags::FALSE => Value::bool(false),
            tags::LIST => self.list(is_remembered)?,
            tags::DICT => self.dict(is_remembered)?,
            tags::SET => self.set(is_remembered)?,
            tags::FROZENSET => self.frozenset(is_remembered)?,
            tags::SLICE => self.slice(is_remembered)?,
            tags::CODE => self.code(is_remembered)?,
            tags::TUPLE => {
                let count = self.input.size(cx, "tuple")?;
                self.tuple(count, is_remembered)?
            }
            tags::SMALL_TUPLE => {
                let count = usize::from(self.input.byte(cx)?);
                self.tuple(count, is_remembered)?
            }
            _ => {
                let object = self.plain(tag)?;
                self.remembered(is_remembered, object)
            }
        }))
    }

    /// An object without parts.
    fn plain(&mut self, tag: u8) -> PyResult<Value> {
        let (cx, input) = (self.cx, &mut self.input);
        Ok(match tag {
            tags::INT => cx.new_int(i64::from(input.long(cx)?)),
            tags::INT64 => cx.new_int(input.long64(cx)?),
            tags::LONG => cx.new_bigint(input.big_int(cx)?),
            tags::FLOAT => cx.new_float(input.text_float(cx)?),
            tags::BINARY_FLOAT => cx.new_float(input.double(cx)?),
            tags::COMPLEX => {
                let real = input.text_float(cx)?;
                cx.new_complex(real, input.text_float(cx)?)
            }
            tags::BINARY_COMPLEX => {
                let real = input.double(cx)?;
                cx.new_complex(real, input.double(cx)?)
            }
            tags::STRING => {
                let count = input.size(cx, "bytes object")?;
                cx.new_bytes(&input.take(cx, count)?)?
            }
            tags::ASCII | tags::ASCII_INTERNED => {
                let count = input.size(cx, "string")?;
                self.latin1(count, tag == tags::ASCII_INTERNED)?
            }
            tags::SHORT_ASCII | tags::SHORT_ASCII_INTERNED => {
                let count = usize::from(input.byte(cx)?);
                self.latin1(count, tag == tags::SHORT_ASCII_INTERNED)?
            }
            tags::UNICODE | tags::INTERNED => {
                let count = input.size(cx, "string")?;
                let bytes = input.take(cx, count)?;
                match Wtf8::from_bytes(&bytes) {
                    Ok(text) => self.text(text, tag == tags::INTERNED)?,
                    Err(_) => return self.undecodable(&bytes),
                }
            }
            _ => return Err(cx.value_error("bad marshal data (unknown type code)")),
        })
    }

    fn latin1(&mut self, count: usize, is_interned: bool) -> PyResult<Value> {
        let bytes = self.input.take(self.cx, count)?;
        match Wtf8::from_bytes(&bytes) {
            Ok(text) if bytes.is_ascii() => self.text(text, is_interned),
            _ => self.text(&taipan_text::Wtf8Buf::from_latin1(&bytes), is_interned),
        }
    }

    fn text(&self, text: &Wtf8, is_interned: bool) -> PyResult<Value> {
        Ok(if is_interned {
            self.cx.intern(text).into_value()
        } else {
            self.cx.new_str(text)?.into_value()
        })
    }

    /// The codec says what is wrong.
    fn undecodable(&self, bytes: &[u8]) -> PyResult<Value> {
        let cx = self.cx;
        let arguments = [
            cx.intern("utf-8").into_value(),
            cx.intern("surrogatepass").into_value(),
        ];
        cx.call_method(&cx.new_bytes(bytes)?, &cx.intern("decode"), &arguments)
    }

    fn reference(&mut self) -> PyResult<Value> {
        let number = self.input.long(self.cx)?;
        let known = usize::try_from(number)
            .ok()
            .and_then(|number| self.refs.get(number));
        match known {
            Some(Some(object)) => Ok(object.clone()),
            _ => Err(self.cx.value_error("bad marshal data (invalid reference)")),
        }
    }

    /// Takes the number of an object that is not whole yet.
    pub(super) fn reserve(&mut self, is_remembered: bool) -> Place {
        Place(is_remembered.then(|| {
            self.refs.push(None);
            self.refs.len() - 1
        }))
    }

    /// The object of a number.
    pub(super) fn fill(&mut self, Place(place): Place, object: Value) -> Value {
        if let Some(place) = place {
            self.refs[place] = Some(object.clone());
        }
        object
    }

    fn remembered(&mut self, is_remembered: bool, object: Value) -> Value {
        if is_remembered {
            self.refs.push(Some(object.clone()));
        }
        object
    }

    fn items(&mut self, count: usize, owner: &str) -> PyResult<Vec<Value>> {
        let mut items = Vec::with_capacity(self.input.capacity(count));
        for _ in 0..count {
            items.push(self.object(owner)?);
        }
        Ok(items)
    }

    fn tuple(&mut self, count: usize, is_remembered: bool) -> PyResult<Value> {
        // Room for what the input cannot hold is not made: those tuples end with the input.
        if !is_remembered || count == 0 || self.input.capacity(count) < count {
            let place = self.reserve(is_remembered);
            let items = self.items(count, "tuple")?;
            let tuple = self.cx.new_tuple(items).into_value();
            return Ok(self.fill(place, tuple));
        }
        let tuple = self.cx.new_unfilled_tuple(count)?;
        self.remembered(true, tuple.to_value());
        for index in 0..count {
            let item = self.object("tuple")?;
            tuple.fill(index, item);
        }
        Ok(tuple.into_value())
    }

    fn frozenset(&mut self, is_remembered: bool) -> PyResult<Value> {
        let cx = self.cx;
        let count = self.input.size(cx, "set")?;
        let place = self.reserve(is_remembered);
        let data = SetData::default();
        for _ in 0..count {
            data.add(cx, &self.object("set")?)?;
        }
        let set = cx.new_frozenset(data).into_value();
        Ok(self.fill(place, set))
    }

    fn slice(&mut self, is_remembered: bool) -> PyResult<Value> {
        let place = self.reserve(is_remembered);
        let (start, stop) = (self.object("object")?, self.object("object")?);
        let slice = self.cx.new_slice(start, stop, self.object("object")?);
        Ok(self.fill(place, slice.into_value()))
    }

    fn list(&mut self, is_remembered: bool) -> PyResult<Value> {
        let count = self.input.size(self.cx, "list")?;
        let list: Py<List> = self
            .cx
            .new_list(Vec::with_capacity(self.input.capacity(count)));
        self.remembered(is_remembered, list.to_value());
        for _ in 0..count {
            let item = self.object("list")?;
            list.push(item);
        }
        Ok(list.into_value())
    }

    fn dict(&mut self, is_remembered: bool) -> PyResult<Value> {
        let dict: Py<Dict> = self.cx.new_dict();
        self.remembered(is_remembered, dict.to_value());
        while let Some(key) = self.read()? {
            let Some(value) = self.read()? else { break };
            dict.set(self.cx, &key, value)?;
        }
        Ok(dict.into_value())
    }

    fn set(&mut self, is_remembered: bool) -> PyResult<Value> {
        let cx = self.cx;
        let count = self.input.size(cx, "set")?;
        let set: Py<Set> = cx.new_set(SetData::default());
        self.remembered(is_remembered, set.to_value());
        for _ in 0..count {
            set.data.add(cx, &self.object("set")?)?;
        }
        Ok(set.into_value())
    }
}
