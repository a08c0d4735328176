//! Python values to bytes.

use std::sync::Arc;

use taipan_compiler::code_object::{CodeObject, Name};
use taipan_compiler::constant::Constant;
use taipan_text::Wtf8;

use super::write::{Unmarshallable, Writer};
use crate::ctx::Ctx;
use crate::error::{PyErr, PyResult};
use crate::objects::code::Code;
use crate::objects::{Bytes, Complex, Dict, List, Str, Tuple};
use crate::value::{Kind, Value};

/// Writes one object.
pub(super) fn dump_value(
    cx: &Ctx,
    value: &Value,
    version: i32,
    allow_code: bool,
) -> PyResult<Vec<u8>> {
    let mut dumper = Dumper {
        cx,
        writer: Writer::new(version),
        allow_code,
    };
    dumper.value(value)?;
    Ok(dumper.writer.finish())
}

struct Dumper<'cx> {
    cx: &'cx Ctx,
    writer: Writer,
    allow_code: bool,
}

impl Dumper<'_> {
    fn refuse(&self, reason: Unmarshallable) -> PyErr {
        self.cx.value_error(reason.to_string())
    }

    fn checked(&self, result: Result<(), Unmarshallable>) -> PyResult<()> {
        result.map_err(|reason| self.refuse(reason))
    }

    fn value(&mut self, value: &Value) -> PyResult<()> {
        match value.kind() {
            Kind::None => self.writer.none(),
            Kind::Ellipsis => self.writer.ellipsis(),
            Kind::Bool(value) => self.writer.bool(value),
            Kind::Small(value) => self.writer.int(value),
            Kind::Float(value) => self.writer.float(value),
            Kind::NotImplemented => return Err(self.refuse(Unmarshallable::Kind)),
            Kind::Heap(_) => {
                let entered = self.writer.enter();
                self.checked(entered)?;
                self.object(value)?;
                self.writer.leave();
            }
        }
        Ok(())
    }

    fn object(&mut self, value: &Value) -> PyResult<()> {
        let types = self.cx.types();
        if value.is(types.stop_iteration.as_value()) {
            self.writer.stop_iteration();
            return Ok(());
        }
        // What nobody else holds cannot occur again; a name may, in another run.
        let shared = value
            .header()
            .is_some_and(|header| header.reference_count() > 1);
        let interned = value
            .downcast_ref::<Str>()
            .is_some_and(|text| text.is_interned());
        if (shared || interned) && self.writer.begin_shared(value.identity()) {
            return Ok(());
        }
        let class = self.cx.class_of(value).clone();
        let is_exact = !class.is_heap_type();
        if let Some(int) = value.as_int().filter(|_| class.is(&types.int)) {
            self.writer.bigint(&int.to_bigint());
        } else if let Some(float) = value.as_float().filter(|_| class.is(&types.float)) {
            self.writer.float(float);
        } else if let Some(complex) = value.downcast_ref::<Complex>().filter(|_| is_exact) {
            self.writer.complex(complex.real, complex.imag);
        } else if let Some(text) = value.downcast_ref::<Str>().filter(|_| class.is(&types.str)) {
            let written = self.writer.text(text.as_wtf8(), text.is_interned());
            self.checked(written)?;
        } else if let Some(bytes) = value.downcast_ref::<Bytes>().filter(|_| is_exact) {
            let written = self.writer.bytes(bytes.as_slice());
            self.checked(written)?;
        } else if let Some(tuple) = value
            .downcast_ref::<Tuple>()
            .filter(|_| class.is(&types.tuple))
        {
            let started = self.writer.tuple(tuple.length());
            self.checked(started)?;
            tuple
                .as_slice()
                .iter()
                .try_for_each(|item| self.value(item))?;
        } else if let Some(list) = value
            .downcast_ref::<List>()
            .filter(|_| class.is(&types.list))
        {
            let items = list.to_vec();
            let started = self.writer.list(items.len());
            self.checked(started)?;
            items.iter().try_for_each(|item| self.value(item))?;
        } else if let Some(dict) = value
            .downcast_ref::<Dict>()
            .filter(|_| class.is(&types.dict))
        {
            self.writer.dict();
            for (key, value) in dict.items() {
                self.value(&key)?;
                self.value(&value)?;
            }
            self.writer.null();
        } else if class.is(&types.set) || class.is(&types.frozenset) {
            self.set(value, class.is(&types.frozenset))?;
        } else if let Some(code) = value.downcast_ref::<Code>() {
            if !self.allow_code {
                return Err(self.refuse(Unmarshallable::Code));
            }
            let written = self.writer.code_object(&code.source);
            self.checked(written)?;
        } else if let Some(slice) = value.downcast_ref::<crate::objects::slice::Slice>() {
            let started = self.writer.slice();
            self.checked(started)?;
            for part in [&slice.start, &slice.stop, &slice.step] {
                self.value(part)?;
            }
        } else {
            return self.buffer(value);
        }
        Ok(())
    }

    /// Sets are written in the order of their items' bytes, so that equal sets give equal bytes.
    fn set(&mut self, value: &Value, frozen: bool) -> PyResult<()> {
        let mut items: Vec<(Vec<u8>, Value)> = Vec::new();
        for item in self.cx.collect(value)? {
            let bytes = dump_value(self.cx, &item, self.writer.version(), self.allow_code)?;
            items.push((bytes, item));
        }
        items.sort_by(|left, right| left.0.cmp(&right.0));
        let started = self.writer.set(items.len(), frozen);
        self.checked(started)?;
        items.iter().try_for_each(|(_, item)| self.value(item))
    }

    /// Anything else must be bytes-like.
    fn buffer(&mut self, value: &Value) -> PyResult<()> {
        if self.cx.class_of(value).slots.buffer.get().is_none() {
            return Err(self.refuse(Unmarshallable::Kind));
        }
        let bytes = self.cx.bytes_of(value)?;
        let written = self.writer.bytes(&bytes);
        self.checked(written)
    }
}

impl Writer {
    /// Writes a constant.
    ///
    /// # Errors
    /// It is too deeply nested or too long.
    fn constant(&mut self, constant: &Constant) -> Result<(), Unmarshallable> {
        self.enter()?;
        let result = self.constant_inner(constant);
        self.leave();
        result
    }

    fn constant_inner(&mut self, constant: &Constant) -> Result<(), Unmarshallable> {
        match constant {
            Constant::None => self.none(),
            Constant::Ellipsis => self.ellipsis(),
            Constant::Bool(value) => self.bool(*value),
            Constant::Int(value) => self.int(*value),
            Constant::BigInt(value) => {
                if !self.is_known(value) {
                    self.bigint(value);
                }
            }
            Constant::Float(value) => self.float(*value),
            Constant::Complex(real, imaginary) => self.complex(*real, *imaginary),
            Constant::Str(text) => {
                if !self.is_known(text) {
                    self.text(text, false)?;
                }
            }
            Constant::Bytes(bytes) => {
                if !self.is_known_slice(bytes) {
                    self.bytes(bytes)?;
                }
            }
            Constant::Tuple(items) => {
                if !self.is_known_slice(items) {
                    self.tuple(items.len())?;
                    items.iter().try_for_each(|item| self.constant(item))?;
                }
            }
            Constant::FrozenSet(items) => {
                if !self.is_known_slice(items) {
                    self.set(items.len(), true)?;
                    items.iter().try_for_each(|item| self.constant(item))?;
                }
            }
            Constant::Slice(parts) => {
                if !self.is_known(parts) {
                    self.slice()?;
                    parts.iter().try_for_each(|part| self.constant(part))?;
                }
            }
            Constant::Code(code) => {
                if !self.is_known(code.get()) {
                    self.code_object(code)?;
                }
            }
        }
        Ok(())
    }

    fn is_known<T>(&mut self, shared: &Arc<T>) -> bool {
        Arc::strong_count(shared) > 1 && self.begin_shared(Arc::as_ptr(shared).addr() as u64)
    }

    fn is_known_slice<T>(&mut self, shared: &Arc<[T]>) -> bool {
        // Empty slices may have a common address.
        Arc::strong_count(shared) > 1
            && !shared.is_empty()
            && self.begin_shared(shared.as_ptr().addr() as u64)
    }

    /// Writes a code object.
    ///
    /// # Errors
    /// A constant in it is too deeply nested or too long.
    fn code_object(&mut self, code: &CodeObject) -> Result<(), Unmarshallable> {
        self.code([
            code.argcount as i32,
            code.posonlyargcount as i32,
            code.kwonlyargcount as i32,
            code.stacksize as i32,
            code.flags.bits() as i32,
        ]);
        self.bytes(&code.code)?;
        self.tuple(code.consts.len())?;
        code.consts
            .iter()
            .try_for_each(|constant| self.constant(constant))?;
        self.names(&code.names)?;
        self.names(&code.localsplusnames)?;
        let kinds: Vec<u8> = code
            .localspluskinds
            .iter()
            .map(|kind| kind.bits())
            .collect();
        self.bytes(&kinds)?;
        if !self.is_known(&code.filename) {
            self.text(&code.filename, false)?;
        }
        self.name(&code.name)?;
        self.name(&code.qualname)?;
        self.first_line(code.firstlineno);
        self.bytes(&code.linetable)?;
        self.bytes(&code.exceptiontable)
    }

    fn names(&mut self, names: &[Name]) -> Result<(), Unmarshallable> {
        self.tuple(names.len())?;
        names.iter().try_for_each(|name| self.name(name))
    }

    fn name(&mut self, name: &Name) -> Result<(), Unmarshallable> {
        let shared = Arc::strong_count(name) > 1 && !name.is_empty();
        if shared && self.begin_shared(name.as_ptr().addr() as u64) {
            return Ok(());
        }
        self.text(Wtf8::from_str(name), true)
    }
}
