//! What is `bytes`' own: constructor, operators, subscripts, iteration, buffer.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use taipan_macros::{pyclass, pymethods};
use taipan_text::str_ops::strip::Side;
use taipan_text::str_ops::{bytes as ops, bytes_repr};

use super::shared::{self as algorithms, ByteString, Constructor, Fill, Needle};
use super::{Bytes, Separator, from_hex, percent, to_hex};
use crate::ctx::Ctx;
use crate::error::PyResult;
use crate::heap::{Traverse, Visitor};
use crate::native::Args;
use crate::native::bind::Optional;
use crate::objects::buffer::{Buffer, Export, flags};
use crate::objects::sequence_iterator::{iterator_state, reduce_indexed};
use crate::objects::slice::Slice;
use crate::objects::slots::CompareOp;
use crate::objects::str::Bound;
use crate::objects::{Str, Type};
use crate::protocol::BytesLike;
use crate::value::{Py, Value};

impl ByteString for Bytes {
    type Guard<'a> = &'a [u8];

    fn content(this: &Py<Self>) -> &[u8] {
        this.as_slice()
    }

    fn make(cx: &Ctx, bytes: &[u8]) -> PyResult<Value> {
        cx.new_bytes(bytes)
    }

    fn unchanged(cx: &Ctx, this: &Py<Self>) -> PyResult<Value> {
        if this.header().class().is_heap_type() {
            return cx.new_bytes(this.as_slice());
        }
        Ok(this.to_value())
    }
}

/// The memory of a `bytes`, which never moves.
struct BytesExport(Py<Bytes>);

impl Export for BytesExport {
    fn with_bytes(&self, f: &mut dyn FnMut(&[u8])) {
        f(self.0.as_slice());
    }

    fn with_bytes_mut(&self, _: &mut dyn FnMut(&mut [u8])) -> bool {
        false
    }

    fn visit(&self, visit: &mut Visitor<'_>) {
        visit(self.0.as_value());
    }
}

/// `left + right` of a byte string and anything bytes-like.
pub(crate) fn concatenated(cx: &Ctx, left: &[u8], right: &Value, name: &str) -> PyResult<Vec<u8>> {
    if !cx.has_buffer(right) {
        return Err(cx.type_error(format!("can't concat {} to {name}", cx.type_name(right))));
    }
    let right = cx.bytes_of(right)?;
    let mut joined = Vec::new();
    if joined.try_reserve_exact(left.len() + right.len()).is_err() {
        return Err(cx.memory_error());
    }
    joined.extend_from_slice(left);
    joined.extend_from_slice(&right);
    Ok(joined)
}

#[pymethods]
impl Bytes {
    #[new]
    fn new(cx: &Ctx, cls: &Py<Type>, args: Args<'_>) -> PyResult<Value> {
        let arguments = Constructor::parse(cx, "bytes", args)?;
        let exact = cls.is(&cx.types().bytes);
        if let (Some(source), None, None) = (arguments.source, arguments.encoding, arguments.errors)
        {
            if exact && cx.class_of(source).is(cls) {
                return Ok(source.clone());
            }
            if let Some(made) = cx.bytes_by_method(source)? {
                if exact {
                    return Ok(made);
                }
                return allocate(cx, cls, &cx.bytes_of(&made)?);
            }
        }
        let bytes = arguments.bytes(cx, "bytes must be in range(0, 256)")?;
        if exact {
            cx.new_bytes(&bytes)
        } else {
            allocate(cx, cls, &bytes)
        }
    }

    fn __repr__(this: &Py<Bytes>) -> String {
        bytes_repr(this.as_slice())
    }

    fn __hash__(this: &Py<Bytes>, cx: &Ctx) -> i64 {
        let known = this.hash.get();
        if known != 0 {
            return known;
        }
        let hash = cx.hash_bytes(this.as_slice());
        this.hash.set(hash);
        hash
    }

    fn __richcompare__(
        this: &Py<Bytes>,
        cx: &Ctx,
        other: &Value,
        op: CompareOp,
    ) -> PyResult<Value> {
        match other.downcast_ref::<Bytes>() {
            Some(other) => Ok(Value::bool(op.holds(this.as_slice().cmp(other.as_slice())))),
            None => {
                warn_of_comparison(cx, "bytes", other, op)?;
                Ok(Value::NOT_IMPLEMENTED)
            }
        }
    }

    fn __str__(this: &Py<Bytes>, cx: &Ctx) -> PyResult<String> {
        warn_of_text(cx, "str() on a bytes instance")?;
        Ok(bytes_repr(this.as_slice()))
    }

    fn __len__(this: &Py<Bytes>) -> usize {
        this.as_slice().len()
    }

    fn __iter__(this: &Py<Bytes>, cx: &Ctx) -> Value {
        let iterator = BytesIterator {
            bytes: RefCell::new(Some(this.clone())),
            index: Cell::new(0),
        };
        cx.heap()
            .allocate(&cx.types().bytes_iterator, iterator)
            .into_value()
    }

    fn __contains__(this: &Py<Bytes>, cx: &Ctx, key: &Value) -> PyResult<bool> {
        let needle = algorithms::member(cx, key)?;
        Ok(algorithms::contains(this.as_slice(), &needle))
    }

    fn __concat__(this: &Py<Bytes>, cx: &Ctx, other: &Value) -> PyResult<Value> {
        if this.as_slice().is_empty() && cx.class_of(other).is(&cx.types().bytes) {
            return Ok(other.clone());
        }
        cx.new_bytes(&concatenated(cx, this.as_slice(), other, "bytes")?)
    }

    fn __repeat__(this: &Py<Bytes>, cx: &Ctx, count: isize) -> PyResult<Value> {
        let count = usize::try_from(count).unwrap_or(0);
        if count == 1 {
            return Self::unchanged(cx, this);
        }
        cx.new_bytes(&repeated(cx, this.as_slice(), count)?)
    }

    fn __mod__(this: &Value, cx: &Ctx, other: &Value) -> PyResult<Value> {
        match this.downcast_ref::<Bytes>() {
            Some(template) => cx.new_bytes(&percent::format(cx, template.as_slice(), other)?),
            None => Ok(Value::NOT_IMPLEMENTED),
        }
    }

    fn __item__(this: &Py<Bytes>, cx: &Ctx, index: isize) -> PyResult<Value> {
        let byte = usize::try_from(index)
            .ok()
            .and_then(|index| this.as_slice().get(index));
        match byte {
            Some(byte) => Ok(Value::int32(i32::from(*byte))),
            None => Err(cx.index_error("index out of range")),
        }
    }

    fn __getitem__(this: &Py<Bytes>, cx: &Ctx, key: &Value) -> PyResult<Value> {
        let bytes = this.as_slice();
        if let Some(slice) = key.downcast_ref::<Slice>() {
            let range = slice.range(cx, bytes.len())?;
            if range.step == 1 {
                let start = range.start as usize;
                return algorithms::piece(cx, this, start..start + range.count);
            }
            let picked: Vec<u8> = range.indices().map(|index| bytes[index]).collect();
            return cx.new_bytes(&picked);
        }
        if !cx.is_index(key) {
            return Err(cx.type_error(format!(
                "byte indices must be integers or slices, not {}",
                cx.type_name(key)
            )));
        }
        let index = cx.index_isize(key)?;
        let index = if index < 0 {
            index.wrapping_add_unsigned(bytes.len())
        } else {
            index
        };
        Self::__item__(this, cx, index)
    }

    fn __buffer__(this: &Py<Bytes>, cx: &Ctx, flags: i32) -> PyResult<Buffer> {
        if flags & flags::WRITABLE != 0 {
            return Err(cx.buffer_error("Object is not writable."));
        }
        let export = Rc::new(BytesExport(this.clone()));
        let length = this.as_slice().len();
        Ok(Buffer::of_bytes(this.to_value(), export, length, true))
    }

    /// The object as bytes: itself, unless it is of a subclass.
    fn __bytes__(this: &Py<Bytes>, cx: &Ctx) -> PyResult<Value> {
        Self::unchanged(cx, this)
    }

    fn __getnewargs__(this: &Py<Bytes>, cx: &Ctx) -> PyResult<(Value,)> {
        Ok((cx.new_bytes(this.as_slice())?,))
    }

    /// The size in memory in bytes.
    fn __sizeof__(this: &Py<Bytes>) -> usize {
        33 + this.as_slice().len()
    }
}

fn allocate(cx: &Ctx, class: &Py<Type>, bytes: &[u8]) -> PyResult<Value> {
    match Bytes::allocate(cx.heap(), class, bytes) {
        Ok(made) => Ok(made.into_value()),
        Err(_) => Err(cx.memory_error()),
    }
}

/// Bytes `count` times in a row.
pub(crate) fn repeated(cx: &Ctx, bytes: &[u8], count: usize) -> PyResult<Vec<u8>> {
    let size = bytes
        .len()
        .checked_mul(count)
        .filter(|size| isize::try_from(*size).is_ok());
    let Some(size) = size else {
        return Err(cx.overflow_error("repeated bytes are too long"));
    };
    cx.check_room(size)?;
    let mut made = Vec::new();
    if made.try_reserve_exact(size).is_err() {
        return Err(cx.memory_error());
    }
    if let [byte] = bytes {
        made.resize(size, *byte);
    } else {
        for _ in 0..if bytes.is_empty() { 0 } else { count } {
            made.extend_from_slice(bytes);
        }
    }
    Ok(made)
}

byte_methods!(Bytes, 1);

impl Ctx {
    /// `decode` of `bytes` and `bytearray`.
    pub(crate) fn decode_byte_string<T: ByteString>(
        &self,
        this: &Py<T>,
        encoding: Option<&Py<Str>>,
        errors: Option<&Py<Str>>,
    ) -> PyResult<Py<Str>> {
        if let Some(bytes) = this.as_value().downcast_ref::<Bytes>() {
            let object = Some(this.as_value());
            return self.decode_bytes(bytes.as_slice(), object, encoding, errors);
        }
        // A handler may change a bytearray meanwhile: it works on a copy.
        let copy = T::content(this).to_vec();
        self.decode_bytes(&copy, None, encoding, errors)
    }
}

#[pyclass(name = "bytes_iterator", module = "builtins", no_new, traverse)]
pub(crate) struct BytesIterator {
    bytes: RefCell<Option<Py<Bytes>>>,
    index: Cell<usize>,
}

#[pymethods]
impl BytesIterator {
    fn __iter__(this: &Value) -> Value {
        this.clone()
    }

    fn __next__(&self) -> Option<Value> {
        let index = self.index.get();
        let byte = match &*self.bytes.borrow() {
            Some(bytes) => bytes.as_slice().get(index).copied(),
            None => return None,
        };
        if let Some(byte) = byte {
            self.index.set(index + 1);
            return Some(Value::int32(i32::from(byte)));
        }
        drop(self.bytes.take());
        None
    }

    /// How many bytes are left.
    fn __length_hint__(&self) -> usize {
        let bytes = self.bytes.borrow();
        let length = bytes.as_ref().map_or(0, |bytes| bytes.as_slice().len());
        length.saturating_sub(self.index.get())
    }

    /// The state for pickling.
    fn __reduce__(&self, cx: &Ctx) -> PyResult<Value> {
        let bytes = self.bytes.borrow().clone();
        match bytes {
            Some(bytes) => reduce_indexed(cx, Some(bytes.into_value()), self.index.get() as i64),
            None => {
                let empty = cx.new_tuple(vec![cx.new_bytes(b"")?]).into_value();
                let parts = vec![cx.builtin("iter")?, empty];
                Ok(cx.new_tuple(parts).into_value())
            }
        }
    }

    /// Takes over a pickled state.
    #[pymethod(text_signature = "($self, object, /)")]
    fn __setstate__(&self, cx: &Ctx, state: &Value) -> PyResult<()> {
        let index = iterator_state(cx, state)?;
        if let Some(bytes) = &*self.bytes.borrow() {
            let index = usize::try_from(index).unwrap_or(0);
            self.index.set(index.min(bytes.as_slice().len()));
        }
        Ok(())
    }
}

impl Traverse for BytesIterator {
    fn traverse(&self, visit: &mut Visitor<'_>) {
        let bytes = self.bytes.borrow();
        bytes.iter().for_each(|bytes| visit(bytes.as_value()));
    }

    fn clear(&self) {
        drop(self.bytes.take());
    }
}

/// `-b`: warns where bytes are compared with text or a number.
pub(crate) fn warn_of_comparison(
    cx: &Ctx,
    own: &str,
    other: &Value,
    op: CompareOp,
) -> PyResult<()> {
    if !matches!(op, CompareOp::Eq | CompareOp::Ne) {
        return Ok(());
    }
    if other.downcast_ref::<Str>().is_some() {
        return warn_of_text(cx, &format!("Comparison between {own} and string"));
    }
    if own == "bytes" && other.as_int().is_some() {
        return warn_of_text(cx, "Comparison between bytes and int");
    }
    Ok(())
}

/// `-b`: warns where bytes meet text.
pub(crate) fn warn_of_text(cx: &Ctx, message: &str) -> PyResult<()> {
    if cx.isolate().config().bytes_warning == 0 {
        return Ok(());
    }
    cx.warn(&cx.types().bytes_warning.clone(), message)
}
