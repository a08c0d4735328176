//! The constants of one compilation as values: equal ones are one object.
//!
//! CPython: `c_const_cache` (`Python/compile.c`), then `intern_constants` (`Objects/codeobject.c`). CPython merges while it
//! compiles; here a constant becomes a value when code that has it first runs, so the code objects of a compilation
//! keep the table between them. Equal is [`ConstantKey`]'s equal: `1`, `1.0` and `True` are three constants.
//! Invariant: what is in the table holds no code, so the table is part of no cycle.
//! Tests: `tests/run/code/`.

use std::cell::{OnceCell, RefCell};
use std::sync::Arc;

use rustc_hash::FxHashMap;
use taipan_compiler::code_object::{CodeObject, Name};
use taipan_compiler::constant::{Constant, ConstantKey, is_name_like};
use taipan_text::Wtf8Buf;

use crate::ctx::Ctx;
use crate::error::PyResult;
use crate::objects::Str;
use crate::objects::set::SetData;
use crate::value::{Py, Value};

#[derive(Default)]
pub(crate) struct ConstantPool {
    values: RefCell<FxHashMap<ConstantKey, Value>>,
}

impl ConstantPool {
    /// The value of a constant, the same for equal constants.
    ///
    /// # Errors
    /// `MemoryError`.
    pub(crate) fn value(&self, cx: &Ctx, constant: &Constant) -> PyResult<Value> {
        match constant {
            Constant::None => Ok(Value::NONE),
            Constant::Ellipsis => Ok(Value::ELLIPSIS),
            Constant::Bool(value) => Ok(Value::bool(*value)),
            Constant::Code(code) => Ok(cx.new_code(code.clone())?.into_value()),
            Constant::Str(text) if is_name_like(text) => Ok(cx.intern(text.as_wtf8()).into_value()),
            Constant::Int(value) => match Value::small_int(*value) {
                Some(word) => Ok(word),
                None => self.shared(cx, constant),
            },
            Constant::Float(value) => match Value::tagged_float(*value) {
                Some(word) => Ok(word),
                None => self.shared(cx, constant),
            },
            Constant::BigInt(_)
            | Constant::Complex(..)
            | Constant::Str(_)
            | Constant::Bytes(_)
            | Constant::Tuple(_)
            | Constant::FrozenSet(_)
            | Constant::Slice(_) => self.shared(cx, constant),
        }
    }

    /// The constants of a code object. Code among them is made at its first use.
    ///
    /// # Errors
    /// `MemoryError`.
    pub(super) fn constants(
        &self,
        cx: &Ctx,
        code: &CodeObject,
    ) -> PyResult<Box<[OnceCell<Value>]>> {
        let cell = |constant: &Constant| match constant {
            Constant::Code(_) => Ok(OnceCell::new()),
            other => self.value(cx, other).map(OnceCell::from),
        };
        code.consts.iter().map(cell).collect()
    }

    /// The value of a text that is interned without looking like a name.
    ///
    /// # Errors
    /// `MemoryError`.
    pub(super) fn interned(&self, cx: &Ctx, text: &Arc<Wtf8Buf>) -> PyResult<Value> {
        let constant = Constant::Str(text.clone());
        self.known_or(constant, || Ok(cx.intern(text.as_wtf8()).into_value()))
    }

    /// The tuple of all constants of a code object, if it is to be one with those of other code objects.
    ///
    /// # Errors
    /// `MemoryError`.
    pub(super) fn tuple(
        &self,
        cx: &Ctx,
        constants: &[Constant],
        items: Vec<Value>,
    ) -> PyResult<Value> {
        let is_code = |constant: &Constant| matches!(constant, Constant::Code(_));
        if constants.iter().any(is_code) {
            return Ok(cx.new_tuple(items).into_value());
        }
        let key = Constant::Tuple(constants.into());
        self.known_or(key, || Ok(cx.new_tuple(items).into_value()))
    }

    /// A tuple of names.
    ///
    /// # Errors
    /// `MemoryError`.
    pub(super) fn names(&self, cx: &Ctx, names: &[Name], items: &[Py<Str>]) -> PyResult<Value> {
        let key = Constant::tuple(names.iter().map(|name| Constant::from_text(name)).collect());
        self.known_or(key, || {
            let items = items.iter().map(Py::to_value).collect();
            Ok(cx.new_tuple(items).into_value())
        })
    }

    /// Bytes that go into code objects.
    ///
    /// # Errors
    /// `MemoryError`.
    pub(super) fn bytes(&self, cx: &Ctx, bytes: &[u8]) -> PyResult<Value> {
        self.shared(cx, &Constant::from_bytes(bytes))
    }

    fn shared(&self, cx: &Ctx, constant: &Constant) -> PyResult<Value> {
        self.known_or(constant.clone(), || self.made(cx, constant))
    }

    fn known_or(
        &self,
        constant: Constant,
        make: impl FnOnce() -> PyResult<Value>,
    ) -> PyResult<Value> {
        let key = ConstantKey(constant);
        if let Some(known) = self.values.borrow().get(&key) {
            return Ok(known.clone());
        }
        let value = make()?;
        self.values.borrow_mut().insert(key, value.clone());
        Ok(value)
    }

    fn made(&self, cx: &Ctx, constant: &Constant) -> PyResult<Value> {
        Ok(match constant {
            Constant::Int(value) => cx.new_int(*value),
            Constant::BigInt(value) => cx.new_bigint((**value).clone()),
            Constant::Float(value) => cx.new_float(*value),
            Constant::Complex(real, imaginary) => cx.new_complex(*real, *imaginary),
            Constant::Str(text) => cx.new_str(text.as_wtf8())?.into_value(),
            Constant::Bytes(bytes) => cx.new_bytes(bytes)?,
            Constant::Tuple(items) => {
                let items: PyResult<Vec<_>> =
                    items.iter().map(|item| self.value(cx, item)).collect();
                cx.new_tuple(items?).into_value()
            }
            Constant::FrozenSet(items) => {
                let set = SetData::default();
                for item in items.iter() {
                    set.add(cx, &self.value(cx, item)?)?;
                }
                cx.new_frozenset(set).into_value()
            }
            Constant::Slice(parts) => {
                // CPython looks into tuples and frozen sets, but not into slices.
                let part = |index: usize| ConstantPool::default().value(cx, &parts[index]);
                cx.new_slice(part(0)?, part(1)?, part(2)?).into_value()
            }
            Constant::None | Constant::Ellipsis | Constant::Bool(_) | Constant::Code(_) => {
                self.value(cx, constant)?
            }
        })
    }
}
