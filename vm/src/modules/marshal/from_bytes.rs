//! Bytes to Python values.

use std::sync::Arc;

use num_bigint::BigInt;
use taipan_compiler::code_object::{CodeFlags, CodeObject, LocalKind, Name};
use taipan_compiler::constant::Constant;
use taipan_text::Wtf8Buf;

use super::read::{Builder, CodeParts, Malformed, Reader, Scalar};
use crate::ctx::Ctx;
use crate::error::{PyErr, PyResult};
use crate::native::IntoValue;
use crate::objects::code::Code;
use crate::objects::{Bytes, Dict, List, Str, Tuple};
use crate::value::{Kind, Value};

/// Reads one object, and says how many bytes it took.
pub(super) fn load_value(cx: &Ctx, input: &[u8], allow_code: bool) -> PyResult<(Value, usize)> {
    let mut reader = Reader::new(input, Values { cx }, allow_code);
    let value = reader.object().map_err(|failure| failure.into_error(cx))?;
    Ok((value, reader.position()))
}

/// Builds values.
struct Values<'cx> {
    cx: &'cx Ctx,
}

/// Malformed input, or an exception on the way.
enum Failure {
    Malformed(Malformed),
    Raised(PyErr),
}

impl From<Malformed> for Failure {
    fn from(malformed: Malformed) -> Self {
        Self::Malformed(malformed)
    }
}

impl From<PyErr> for Failure {
    fn from(error: PyErr) -> Self {
        Self::Raised(error)
    }
}

impl Failure {
    fn into_error(self, cx: &Ctx) -> PyErr {
        match self {
            Self::Raised(error) => error,
            Self::Malformed(Malformed::Eof(message)) => cx.eof_error(message),
            Self::Malformed(Malformed::Value(message)) => cx.value_error(message),
            Self::Malformed(Malformed::Type(message)) => cx.type_error(message),
        }
    }
}

impl Builder for Values<'_> {
    type Object = Value;
    type Error = Failure;

    fn scalar(&mut self, scalar: Scalar<'_>) -> Result<Value, Failure> {
        let cx = self.cx;
        Ok(match scalar {
            Scalar::None => Value::NONE,
            Scalar::Ellipsis => Value::ELLIPSIS,
            Scalar::StopIteration => cx.types().stop_iteration.to_value(),
            Scalar::Bool(value) => Value::bool(value),
            Scalar::Int(value) => cx.new_int(value),
            Scalar::BigInt(value) => cx.new_bigint(value),
            Scalar::Float(value) => cx.new_float(value),
            Scalar::Complex(real, imaginary) => cx.new_complex(real, imaginary),
            Scalar::Str {
                text,
                interned: true,
            } => cx.intern(text).into_value(),
            Scalar::Str {
                text,
                interned: false,
            } => text.into_value(cx)?,
            Scalar::Bytes(bytes) => cx.new_bytes(bytes)?,
        })
    }

    fn tuple(&mut self, items: Vec<Value>) -> Result<Value, Failure> {
        Ok(self.cx.new_tuple(items).into_value())
    }

    fn frozenset(&mut self, items: Vec<Value>) -> Result<Value, Failure> {
        let items = self.cx.new_list(items).into_value();
        Ok(self
            .cx
            .call(self.cx.types().frozenset.as_value(), &[items])?)
    }

    fn slice(&mut self, parts: [Value; 3]) -> Result<Value, Failure> {
        Ok(self.cx.call(self.cx.types().slice.as_value(), &parts)?)
    }

    fn list(&mut self) -> Result<Value, Failure> {
        Ok(self.cx.new_list(Vec::new()).into_value())
    }

    fn append(&mut self, list: &Value, item: Value) -> Result<(), Failure> {
        if let Some(list) = list.downcast_ref::<List>() {
            list.push(item);
        }
        Ok(())
    }

    fn dict(&mut self) -> Result<Value, Failure> {
        Ok(self.cx.new_dict().into_value())
    }

    fn insert(&mut self, dict: &Value, key: Value, value: Value) -> Result<(), Failure> {
        if let Some(dict) = dict.downcast_ref::<Dict>() {
            dict.set(self.cx, &key, value)?;
        }
        Ok(())
    }

    fn set(&mut self) -> Result<Value, Failure> {
        Ok(self.cx.call(self.cx.types().set.as_value(), &[])?)
    }

    fn add(&mut self, set: &Value, item: Value) -> Result<(), Failure> {
        self.cx.call_method(set, &self.cx.intern("add"), &[item])?;
        Ok(())
    }

    fn code(&mut self, parts: CodeParts<Value>) -> Result<Value, Failure> {
        let code = code_object(self.cx, parts)?;
        Ok(self.cx.new_code(Arc::new(code))?.into_value())
    }
}

fn code_object(cx: &Ctx, parts: CodeParts<Value>) -> Result<CodeObject, Failure> {
    let count = |value: i32| {
        u32::try_from(value).map_err(|_| Malformed::Value("code: argcount must not be negative"))
    };
    let localsplusnames = names(&parts.localsplusnames)?;
    let localspluskinds: Box<[LocalKind]> = bytes(&parts.localspluskinds)?
        .iter()
        .map(|&kind| LocalKind::from_bits_retain(kind))
        .collect();
    if localspluskinds.len() != localsplusnames.len() {
        return Err(Malformed::Value("code: kinds and names of locals differ in number").into());
    }
    let code = bytes(&parts.code)?;
    if code.is_empty() || code.len() % 2 != 0 {
        return Err(Malformed::Value("code: co_code is malformed").into());
    }
    let Some(consts) = parts.consts.downcast_ref::<Tuple>() else {
        return Err(Malformed::Type("code: constants must be a tuple").into());
    };
    let consts: Result<Vec<Constant>, Failure> = consts
        .as_slice()
        .iter()
        .map(|value| constant_of_value(cx, value))
        .collect();
    Ok(CodeObject {
        argcount: count(parts.argcount)?,
        posonlyargcount: count(parts.posonlyargcount)?,
        kwonlyargcount: count(parts.kwonlyargcount)?,
        stacksize: count(parts.stacksize)?,
        flags: CodeFlags::from_bits_retain(parts.flags as u32),
        code: code.into(),
        consts: consts?.into(),
        names: names(&parts.names)?,
        localsplusnames,
        localspluskinds,
        filename: Arc::new(text(&parts.filename)?),
        name: name(&parts.name)?,
        qualname: name(&parts.qualname)?,
        firstlineno: parts.firstlineno,
        linetable: bytes(&parts.linetable)?.into(),
        exceptiontable: bytes(&parts.exceptiontable)?.into(),
    })
}

fn bytes(value: &Value) -> Result<&[u8], Malformed> {
    match value.downcast_ref::<Bytes>() {
        Some(bytes) => Ok(bytes.as_slice()),
        None => Err(Malformed::Type("code: bytes expected")),
    }
}

fn text(value: &Value) -> Result<Wtf8Buf, Malformed> {
    match value.downcast_ref::<Str>() {
        Some(text) => Ok(text.as_wtf8().to_owned()),
        None => Err(Malformed::Type("name tuples must contain only strings")),
    }
}

fn name(value: &Value) -> Result<Name, Malformed> {
    match value.downcast_ref::<Str>() {
        Some(text) => match text.to_str() {
            Some(text) => Ok(Name::from(text)),
            None => Err(Malformed::Value("code: a name is no valid Unicode")),
        },
        None => Err(Malformed::Type("name tuples must contain only strings")),
    }
}

fn names(value: &Value) -> Result<Box<[Name]>, Malformed> {
    match value.downcast_ref::<Tuple>() {
        Some(items) => items.as_slice().iter().map(name).collect(),
        None => Err(Malformed::Type("code: names must be a tuple")),
    }
}

/// The constant that a value is; lists and the like are none.
fn constant_of_value(cx: &Ctx, value: &Value) -> Result<Constant, Failure> {
    let items = |values: &[Value]| -> Result<Vec<Constant>, Failure> {
        values
            .iter()
            .map(|value| constant_of_value(cx, value))
            .collect()
    };
    Ok(match value.kind() {
        Kind::None => Constant::None,
        Kind::Ellipsis => Constant::Ellipsis,
        Kind::Bool(value) => Constant::Bool(value),
        Kind::Small(value) => Constant::Int(value),
        Kind::Float(value) => Constant::Float(value),
        Kind::NotImplemented => return Err(NO_CONSTANT.into()),
        Kind::Heap(_) => {
            if let Some(int) = value.as_int() {
                Constant::from_bigint(BigInt::clone(&int.to_bigint()))
            } else if let Some(float) = value.as_float() {
                Constant::Float(float)
            } else if let Some(text) = value.downcast_ref::<Str>() {
                Constant::from_wtf8(text.as_wtf8().to_owned())
            } else if let Some(bytes) = value.downcast_ref::<Bytes>() {
                Constant::from_bytes(bytes.as_slice())
            } else if let Some(tuple) = value.downcast_ref::<Tuple>() {
                Constant::tuple(items(tuple.as_slice())?)
            } else if let Some(complex) = value.downcast_ref::<crate::objects::Complex>() {
                Constant::Complex(complex.real, complex.imag)
            } else if let Some(code) = value.downcast_ref::<Code>() {
                Constant::Code(code.source.clone())
            } else if let Some(slice) = value.downcast_ref::<crate::objects::slice::Slice>() {
                let parts = [&slice.start, &slice.stop, &slice.step];
                let [start, stop, step] = parts.map(|part| constant_of_value(cx, part));
                Constant::Slice(Arc::new([start?, stop?, step?]))
            } else if cx.class_of(value).is(&cx.types().frozenset) {
                Constant::FrozenSet(items(&cx.collect(value)?)?.into())
            } else {
                return Err(NO_CONSTANT.into());
            }
        }
    })
}

const NO_CONSTANT: Malformed = Malformed::Type("code: a value is no constant");
