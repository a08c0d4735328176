//! Python values to bytes.
//!
//! CPython: `w_object`, `w_complex_object`, `w_ref`. CPython remembers what has more than one reference and all interned text,
//! so that its bytes depend on who else holds an object; so they do here, as far as references are counted. Numbers
//! that live in their word have no count: those that CPython keeps for ever are remembered, others if they occur twice.

use taipan_compiler::constant::is_probably_interned;

use super::held::{Held, How};
use super::write::{EntryId, Unmarshallable, Writer};
use crate::ctx::Ctx;
use crate::error::{PyErr, PyResult};
use crate::objects::code::Code;
use crate::objects::slice::Slice;
use crate::objects::{Bytes, Complex, Dict, FrozenSet, List, Str, Tuple};
use crate::value::{Kind, Value};

/// Ints that CPython makes once.
const KEPT_INTS: std::ops::RangeInclusive<i64> = -5..=256;

/// Writes one object.
pub(super) fn dump_value(
    cx: &Ctx,
    value: &Value,
    version: i32,
    allow_code: bool,
) -> PyResult<Vec<u8>> {
    dump_held(cx, value, version, allow_code, Held::BY_CALLER)
}

fn dump_held(
    cx: &Ctx,
    value: &Value,
    version: i32,
    allow_code: bool,
    held: Held,
) -> PyResult<Vec<u8>> {
    cx.audit(
        "marshal.dumps",
        &[value.clone(), cx.new_int(i64::from(version))],
    )?;
    let mut dumper = Dumper {
        cx,
        writer: Writer::new(version),
        allow_code,
        is_within_code: false,
        compares_constants: held.by_code,
    };
    dumper.value(value, held)?;
    Ok(dumper.writer.finish())
}

pub(super) struct Dumper<'cx> {
    pub(super) cx: &'cx Ctx,
    pub(super) writer: Writer,
    pub(super) allow_code: bool,
    /// Everything in the outermost code object has been made.
    pub(super) is_within_code: bool,
    /// A single constant is written, to be sorted: what has other holders in its compilation does not occur again here.
    compares_constants: bool,
}

impl Dumper<'_> {
    pub(super) fn refuse(&self, reason: Unmarshallable) -> PyErr {
        self.cx.value_error(reason.to_string())
    }

    pub(super) fn checked<T>(&self, result: Result<T, Unmarshallable>) -> PyResult<T> {
        result.map_err(|reason| self.refuse(reason))
    }

    pub(super) fn value(&mut self, value: &Value, held: Held) -> PyResult<()> {
        self.cx.check_native_stack("")?;
        let entered = self.writer.enter();
        self.checked(entered)?;
        match value.kind() {
            Kind::None => self.writer.none(),
            Kind::Ellipsis => self.writer.ellipsis(),
            Kind::Bool(value) => self.writer.bool(value),
            Kind::Small(number) => {
                if self.begin(value, held)?.is_new() {
                    self.writer.int(number);
                }
            }
            Kind::Float(number) => {
                if self.begin(value, held)?.is_new() {
                    self.writer.float(number);
                }
            }
            Kind::NotImplemented => return Err(self.refuse(Unmarshallable::Kind)),
            Kind::Heap(_) if value.is(self.cx.types().stop_iteration.as_value()) => {
                self.writer.stop_iteration();
            }
            Kind::Heap(_) => match self.begin(value, held)? {
                Begun::Reference => {}
                Begun::New(entry) => self.object(value, held, entry)?,
            },
        }
        self.writer.leave();
        Ok(())
    }

    /// Writes a reference, or announces the object.
    fn begin(&mut self, value: &Value, held: Held) -> PyResult<Begun> {
        if !self.writer.has_references() {
            return Ok(Begun::New(None));
        }
        let is_remembered = is_kept(value) || self.is_held_by_others(value, held);
        let cannot_occur_again = match value.header() {
            Some(_) => !held.by_code,
            None => held.by_code && held.how == How::Slice,
        };
        if !is_remembered && cannot_occur_again {
            return Ok(Begun::New(None));
        }
        let written = self.writer.reference(value.identity());
        if self.checked(written)? {
            return Ok(Begun::Reference);
        }
        let entry = self.writer.announce(value.identity(), is_remembered);
        Ok(Begun::New(Some(entry)))
    }

    fn is_held_by_others(&self, value: &Value, held: Held) -> bool {
        let references = value.header().map_or(0, |header| header.reference_count());
        // The table of the compilation's constants has one.
        held.has_others(references) || self.compares_constants && references > 2
    }

    fn object(&mut self, value: &Value, held: Held, entry: Option<EntryId>) -> PyResult<()> {
        let types = self.cx.types();
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
            let items = tuple.as_slice().iter();
            items
                .clone()
                .try_for_each(|item| self.value(item, held.part(How::Alone)))?;
        } else if let Some(list) = value
            .downcast_ref::<List>()
            .filter(|_| class.is(&types.list))
        {
            let items = list.to_vec();
            let started = self.writer.list(items.len());
            self.checked(started)?;
            items
                .iter()
                .try_for_each(|item| self.value(item, held.part(How::Cloned)))?;
        } else if let Some(dict) = value
            .downcast_ref::<Dict>()
            .filter(|_| class.is(&types.dict))
        {
            self.writer.dict();
            for (key, value) in dict.items() {
                self.value(&key, held.part(How::Cloned))?;
                self.value(&value, held.part(How::Cloned))?;
            }
            self.writer.null();
        } else if class.is(&types.set) {
            self.set(value, false, held)?;
        } else if class.is(&types.frozenset) {
            if held.by_code && is_made_anew(value) {
                self.writer.forget(value.identity());
            }
            self.whole(entry, |this| this.set(value, true, held))?;
        } else if let Some(code) = value.downcast_ref::<Code>() {
            self.whole(entry, |this| this.code(code))?;
        } else if let Some(slice) = value.downcast_ref::<Slice>() {
            self.whole(entry, |this| this.slice(slice, held.part(How::Slice)))?;
        } else {
            return self.buffer(value);
        }
        Ok(())
    }

    /// Writes an object that its parts cannot refer to, since it is made of them.
    fn whole(
        &mut self,
        entry: Option<EntryId>,
        write: impl FnOnce(&mut Self) -> PyResult<()>,
    ) -> PyResult<()> {
        if let Some(entry) = entry {
            self.writer.open(entry);
        }
        write(self)?;
        if let Some(entry) = entry {
            self.writer.close(entry);
        }
        Ok(())
    }

    fn slice(&mut self, slice: &Slice, held: Held) -> PyResult<()> {
        let started = self.writer.slice();
        self.checked(started)?;
        [&slice.start, &slice.stop, &slice.step]
            .into_iter()
            .try_for_each(|part| self.value(part, held))
    }

    /// Sets are written in the order of their items' bytes, so that equal sets give equal bytes.
    fn set(&mut self, value: &Value, is_frozen: bool, held: Held) -> PyResult<()> {
        let mut items: Vec<(Vec<u8>, Value)> = Vec::new();
        for item in self.cx.collect(value)? {
            let (version, allow_code) = (self.writer.version(), self.allow_code);
            let bytes = dump_held(self.cx, &item, version, allow_code, held.part(How::Listed))?;
            items.push((bytes, item));
        }
        items.sort_by(|left, right| left.0.cmp(&right.0));
        let started = self.writer.set(items.len(), is_frozen);
        self.checked(started)?;
        items
            .iter()
            .try_for_each(|(_, item)| self.value(item, held.part(How::Listed)))
    }

    /// Anything else must be bytes-like.
    fn buffer(&mut self, value: &Value) -> PyResult<()> {
        let has_buffer = self.cx.class_of(value).slots.buffer.get().is_some();
        // That a buffer is of no use is said like that there is none.
        let bytes = has_buffer.then(|| self.cx.bytes_of(value).ok()).flatten();
        let bytes = bytes.ok_or_else(|| self.refuse(Unmarshallable::Kind))?;
        let written = self.writer.bytes(&bytes);
        self.checked(written)
    }
}

/// What is to be done for an object.
enum Begun {
    /// A reference to it is written.
    Reference,
    /// It is to be written.
    New(Option<EntryId>),
}

impl Begun {
    fn is_new(&self) -> bool {
        matches!(self, Begun::New(_))
    }
}

/// What CPython keeps for ever, hence always holds more than one reference to.
fn is_kept(value: &Value) -> bool {
    if let Some(text) = value.downcast_ref::<Str>() {
        return text.is_interned();
    }
    if let Some(number) = value.as_small_int() {
        return KEPT_INTS.contains(&number);
    }
    if let Some(bytes) = value.downcast_ref::<Bytes>() {
        return bytes.as_slice().len() <= 1;
    }
    value
        .downcast_ref::<Tuple>()
        .is_some_and(|tuple| tuple.length() == 0)
}

/// Whether CPython makes this constant of a code object anew (`taipan_compiler::constant::Constant::is_made_anew`).
fn is_made_anew(value: &Value) -> bool {
    let keys = value.downcast_ref::<FrozenSet>().map(|set| set.data.keys());
    let texts = keys
        .iter()
        .flatten()
        .filter_map(|key| key.downcast_ref::<Str>());
    texts
        .into_iter()
        .any(|text| is_probably_interned(text.as_wtf8()))
}
