//! `_struct`: Python values and the bytes of C structures.
//!
//! Reference: CPython 3.14 `Modules/_struct.c`. `format` parses, `taipan_vm::objects::struct_item` converts single items.
//! Tests: `tests/run/struct/`. Deviations: formats are parsed at each call of the functions of the module (CPython keeps
//! a hundred); `_clearcache` has nothing to clear.

mod format;

use std::cell::{Cell, RefCell};

use taipan_macros::{pyclass, pyfunction, pymethods, pymodule};
use taipan_vm::ctx::Ctx;
use taipan_vm::error::{PyErr, PyResult};
use taipan_vm::heap::{Traverse, Visitor};
use taipan_vm::native::{Args, ModuleBuilder};
use taipan_vm::objects::buffer::{Buffer, flags};
use taipan_vm::objects::struct_item::{PackError, StructItem};
use taipan_vm::objects::{ByteArray, Bytes, Str, Type};
use taipan_vm::protocol::BytesLike;
use taipan_vm::value::{Py, Value};

use self::format::{Field, Layout, parse};
use crate::exception_class::{exception_class, raise};

/// Functions to convert between Python values and C structs.
///
/// Formats: an order and sizes in front (@ native, = native order with standard sizes,
/// < little, > and ! big endian), then letters with repeat counts: x pad byte, c char,
/// b B ? h H i I l L q Q n N integers, e f d floats, F D complex numbers, s p bytes,
/// P pointer. Blanks mean nothing.
#[pymodule]
pub(crate) fn _struct(cx: &Ctx, m: &ModuleBuilder<'_>) -> PyResult<()> {
    m.add("error", error_class(cx)?.to_value())?;
    m.class(Struct::class())?;
    m.function(&_clearcache::DEF)?;
    m.function(&calcsize::DEF)?;
    m.function(&iter_unpack::DEF)?;
    m.function(&pack::DEF)?;
    m.function(&pack_into::DEF)?;
    m.function(&unpack::DEF)?;
    m.function(&unpack_from::DEF)
}

fn error_class(cx: &Ctx) -> PyResult<Py<Type>> {
    exception_class(cx, "struct.error", &cx.types().exception)
}

fn error(cx: &Ctx, message: impl AsRef<str>) -> PyErr {
    raise(cx, "struct.error", &cx.types().exception, message)
}

fn pack_error(cx: &Ctx, failure: PackError, item: StructItem) -> PyErr {
    let code = char::from(item.code);
    match failure {
        PackError::NotInteger => error(cx, "required argument is not an integer"),
        PackError::NotFloat => error(cx, "required argument is not a float"),
        PackError::NotComplex => error(cx, "required argument is not a complex"),
        PackError::NotByte => error(cx, "char format requires a bytes object of length 1"),
        PackError::FloatTooLarge => {
            cx.overflow_error(format!("float too large to pack with {code} format"))
        }
        PackError::OutOfRange(least, most) => error(
            cx,
            format!("'{code}' format requires {least} <= number <= {most}"),
        ),
        PackError::Raised(error) => error,
    }
}

/// Packs values; `function` names the caller in messages.
fn pack_values(cx: &Ctx, layout: &Layout, function: &str, values: &[Value]) -> PyResult<Vec<u8>> {
    let wanted = layout.fields.len();
    if values.len() != wanted {
        return Err(error(
            cx,
            format!(
                "{function} expected {wanted} items for packing (got {})",
                values.len()
            ),
        ));
    }
    let mut packed = Vec::new();
    if packed.try_reserve_exact(layout.size).is_err() {
        return Err(cx.memory_error());
    }
    packed.resize(layout.size, 0);
    for ((offset, field), value) in layout.fields.iter().zip(values) {
        match *field {
            Field::Item(item) => item
                .pack(cx, value, &mut packed[*offset..offset + item.size])
                .map_err(|failure| pack_error(cx, failure, item))?,
            Field::Bytes(length) => {
                let bytes = byte_string(cx, value, 's')?;
                let count = bytes.len().min(length);
                packed[*offset..offset + count].copy_from_slice(&bytes[..count]);
            }
            Field::Pascal(length) => {
                let bytes = byte_string(cx, value, 'p')?;
                if length > 0 {
                    let count = bytes.len().min(length - 1);
                    packed[offset + 1..offset + 1 + count].copy_from_slice(&bytes[..count]);
                    packed[*offset] = u8::try_from(count).unwrap_or(u8::MAX);
                }
            }
        }
    }
    Ok(packed)
}

fn byte_string(cx: &Ctx, value: &Value, letter: char) -> PyResult<Vec<u8>> {
    if let Some(bytes) = value.downcast_ref::<Bytes>() {
        return Ok(bytes.as_slice().to_vec());
    }
    match value.downcast_ref::<ByteArray>() {
        Some(array) => Ok(array.to_vec()),
        None => Err(error(
            cx,
            format!("argument for '{letter}' must be a bytes object"),
        )),
    }
}

/// Unpacks bytes that are as many as the layout's size.
fn unpack_values(cx: &Ctx, layout: &Layout, bytes: &[u8]) -> PyResult<Value> {
    let mut values = Vec::with_capacity(layout.fields.len());
    for (offset, field) in &layout.fields {
        values.push(match *field {
            Field::Item(item) => item.unpack(cx, &bytes[*offset..offset + item.size])?,
            Field::Bytes(length) => cx.new_bytes(&bytes[*offset..offset + length])?,
            Field::Pascal(0) => cx.new_bytes(b"")?,
            Field::Pascal(length) => {
                let count = usize::from(bytes[*offset]).min(length - 1);
                cx.new_bytes(&bytes[offset + 1..offset + 1 + count])?
            }
        });
    }
    Ok(cx.new_tuple(values).into_value())
}

/// The text of a format.
fn format_text(cx: &Ctx, format: &Value) -> PyResult<Py<Str>> {
    if let Some(text) = format.downcast_ref::<Str>() {
        let ascii = cx.intern("ascii");
        cx.encode_text(text, Some(&ascii), None)?;
        return Ok(text.clone());
    }
    match format.downcast_ref::<Bytes>() {
        Some(bytes) => cx.new_str(&taipan_text::Wtf8Buf::from_latin1(bytes.as_slice())),
        None => Err(cx.type_error(format!(
            "Struct() argument 1 must be a str or bytes object, not {}",
            cx.type_name(format)
        ))),
    }
}

fn layout_of(cx: &Ctx, format: &Value) -> PyResult<Layout> {
    parse(cx, format_text(cx, format)?.as_wtf8().as_bytes())
}

fn unpack_exactly(cx: &Ctx, layout: &Layout, bytes: &[u8]) -> PyResult<Value> {
    if bytes.len() != layout.size {
        return Err(error(
            cx,
            format!("unpack requires a buffer of {} bytes", layout.size),
        ));
    }
    unpack_values(cx, layout, bytes)
}

/// Where a structure begins in a buffer; an offset below zero counts from the end.
fn place(
    cx: &Ctx,
    layout: &Layout,
    length: usize,
    offset: isize,
    (function, verb, short): (&str, &str, &str),
) -> PyResult<usize> {
    let size = layout.size;
    let mut start = offset;
    if offset < 0 {
        if offset + size as isize > 0 {
            return Err(error(
                cx,
                format!("{short} {size} bytes at offset {offset}"),
            ));
        }
        start = offset.wrapping_add_unsigned(length);
        if start < 0 {
            return Err(error(
                cx,
                format!("offset {offset} out of range for {length}-byte buffer"),
            ));
        }
    }
    let start = start as usize;
    if length < start || length - start < size {
        return Err(error(
            cx,
            format!(
                "{function} requires a buffer of at least {} bytes for {verb} {size} bytes at offset {start} (actual buffer size is {length})",
                start.saturating_add(size)
            ),
        ));
    }
    Ok(start)
}

fn unpack_at(cx: &Ctx, layout: &Layout, bytes: &[u8], offset: isize) -> PyResult<Value> {
    let words = ("unpack_from", "unpacking", "not enough data to unpack");
    let start = place(cx, layout, bytes.len(), offset, words)?;
    unpack_values(cx, layout, &bytes[start..start + layout.size])
}

fn pack_at(cx: &Ctx, layout: &Layout, args: &[Value]) -> PyResult<()> {
    let (target, offset, values) = match args {
        [] => return Err(error(cx, "pack_into expected buffer argument")),
        [_] => return Err(error(cx, "pack_into expected offset argument")),
        [target, offset, values @ ..] => (target, offset, values),
    };
    let wanted = layout.fields.len();
    if values.len() != wanted {
        return Err(error(
            cx,
            format!(
                "pack_into expected {wanted} items for packing (got {})",
                values.len()
            ),
        ));
    }
    let buffer = writable(cx, target)?;
    let offset = cx.to_index_size(offset)?;
    let words = ("pack_into", "packing", "no space to pack");
    let start = place(cx, layout, buffer.byte_count(), offset, words)?;
    let packed = pack_values(cx, layout, "pack_into", values)?;
    buffer.with_row_mut(|row| row[start..start + packed.len()].copy_from_slice(&packed));
    Ok(())
}

fn writable(cx: &Ctx, target: &Value) -> PyResult<Buffer> {
    match cx.get_buffer(target, flags::WRITABLE) {
        Ok(buffer) if !buffer.readonly => Ok(buffer),
        _ => Err(cx.type_error(format!(
            "argument must be read-write bytes-like object, not {}",
            cx.type_name(target)
        ))),
    }
}

fn iterate(cx: &Ctx, layout: &Layout, format: &[u8], buffer: Vec<u8>) -> PyResult<Value> {
    if layout.size == 0 {
        return Err(error(
            cx,
            "cannot iteratively unpack with a struct of length 0",
        ));
    }
    if !buffer.len().is_multiple_of(layout.size) {
        return Err(error(
            cx,
            format!(
                "iterative unpacking requires a buffer of a multiple of {} bytes",
                layout.size
            ),
        ));
    }
    let payload = UnpackIterator {
        layout: parse(cx, format)?,
        buffer,
        at: Cell::new(0),
    };
    let class = cx.native_class(UnpackIterator::class());
    Ok(cx.heap().allocate(&class, payload).into_value())
}

#[pyclass(name = "unpack_iterator", module = "_struct", no_new)]
struct UnpackIterator {
    layout: Layout,
    buffer: Vec<u8>,
    at: Cell<usize>,
}

#[pymethods]
impl UnpackIterator {
    fn __iter__(this: &Value) -> Value {
        this.clone()
    }

    fn __next__(&self, cx: &Ctx) -> PyResult<Option<Value>> {
        let (start, size) = (self.at.get(), self.layout.size);
        let Some(bytes) = self.buffer.get(start..start + size) else {
            return Ok(None);
        };
        self.at.set(start + size);
        unpack_values(cx, &self.layout, bytes).map(Some)
    }

    /// How many structures are left.
    fn __length_hint__(&self) -> usize {
        (self.buffer.len() - self.at.get()) / self.layout.size
    }
}

/// Struct(fmt) --> compiled struct object
#[pyclass(name = "Struct", module = "_struct", subclassable, weakref, traverse, text_signature = None)]
#[derive(Default)]
struct Struct {
    compiled: RefCell<Option<(Py<Str>, std::rc::Rc<Layout>)>>,
}

impl Struct {
    fn compiled(&self, cx: &Ctx) -> PyResult<(Py<Str>, std::rc::Rc<Layout>)> {
        let compiled = self.compiled.borrow().clone();
        compiled.ok_or_else(|| cx.runtime_error("Struct object is not initialized"))
    }

    fn layout(&self, cx: &Ctx) -> PyResult<std::rc::Rc<Layout>> {
        Ok(self.compiled(cx)?.1)
    }
}

impl Traverse for Struct {
    fn traverse(&self, visit: &mut Visitor<'_>) {
        if let Some((format, _)) = &*self.compiled.borrow() {
            visit(format.as_value());
        }
    }
}

#[pymethods]
impl Struct {
    #[new]
    fn new(cx: &Ctx, cls: &Py<Type>, args: Args<'_>) -> Value {
        let _ = args;
        cx.heap().allocate(cls, Self::default()).into_value()
    }

    #[init(signature = (format))]
    fn init(&self, cx: &Ctx, format: &Value) -> PyResult<()> {
        let text = format_text(cx, format)?;
        let layout = parse(cx, text.as_wtf8().as_bytes())?;
        let old = self
            .compiled
            .replace(Some((text, std::rc::Rc::new(layout))));
        drop(old);
        Ok(())
    }

    /// S.pack(v1, v2, ...) -> bytes
    ///
    /// The values as the bytes of the structure.
    #[pymethod(text_signature = None)]
    fn pack(&self, cx: &Ctx, values: &[Value]) -> PyResult<Value> {
        let layout = self.layout(cx)?;
        cx.new_bytes(&pack_values(cx, &layout, "pack", values)?)
    }

    /// S.pack_into(buffer, offset, v1, v2, ...)
    ///
    /// Writes the values into a writable buffer, from the offset on.
    #[pymethod(text_signature = None)]
    fn pack_into(&self, cx: &Ctx, args: &[Value]) -> PyResult<()> {
        pack_at(cx, &*self.layout(cx)?, args)
    }

    /// The values of bytes that are as many as the size.
    fn unpack(&self, cx: &Ctx, buffer: BytesLike<'_>) -> PyResult<Value> {
        unpack_exactly(cx, &*self.layout(cx)?, &buffer)
    }

    /// The values of the bytes from the offset on.
    #[pymethod(signature = (buffer, offset = 0))]
    fn unpack_from(&self, cx: &Ctx, buffer: BytesLike<'_>, offset: isize) -> PyResult<Value> {
        unpack_at(cx, &*self.layout(cx)?, &buffer, offset)
    }

    /// An iterator over the structures that lie in a buffer one after the other.
    fn iter_unpack(&self, cx: &Ctx, buffer: BytesLike<'_>) -> PyResult<Value> {
        let (format, layout) = self.compiled(cx)?;
        iterate(cx, &layout, format.as_wtf8().as_bytes(), buffer.to_vec())
    }

    /// struct format string
    #[getter]
    fn format(&self, cx: &Ctx) -> PyResult<Value> {
        Ok(self.compiled(cx)?.0.into_value())
    }

    /// struct size in bytes
    #[getter]
    fn size(&self, cx: &Ctx) -> PyResult<usize> {
        Ok(self.layout(cx)?.size)
    }

    fn __repr__(&self, cx: &Ctx) -> PyResult<String> {
        let format = self.compiled(cx)?.0;
        let repr = cx.repr(format.as_value())?;
        Ok(format!("Struct({})", repr.to_string_lossy()))
    }
}

/// Clear the internal cache.
#[pyfunction]
fn _clearcache() {}

/// The size in bytes of the structure that the format describes.
#[pyfunction]
fn calcsize(cx: &Ctx, format: &Value) -> PyResult<usize> {
    Ok(layout_of(cx, format)?.size)
}

/// An iterator over the structures that lie in a buffer one after the other.
#[pyfunction]
fn iter_unpack(cx: &Ctx, format: &Value, buffer: BytesLike<'_>) -> PyResult<Value> {
    let text = format_text(cx, format)?;
    let text = text.as_wtf8().as_bytes();
    iterate(cx, &parse(cx, text)?, text, buffer.to_vec())
}

/// pack(format, v1, v2, ...) -> bytes
///
/// The values as the bytes that the format describes.
#[pyfunction(text_signature = None)]
fn pack(cx: &Ctx, args: &[Value]) -> PyResult<Value> {
    let Some((format, values)) = args.split_first() else {
        return Err(cx.type_error("missing format argument"));
    };
    let layout = layout_of(cx, format)?;
    cx.new_bytes(&pack_values(cx, &layout, "pack", values)?)
}

/// pack_into(format, buffer, offset, v1, v2, ...)
///
/// Writes the values into a writable buffer, from the offset on.
#[pyfunction(text_signature = None)]
fn pack_into(cx: &Ctx, args: &[Value]) -> PyResult<()> {
    let Some((format, rest)) = args.split_first() else {
        return Err(cx.type_error("missing format argument"));
    };
    pack_at(cx, &layout_of(cx, format)?, rest)
}

/// The values of bytes that are as many as the format's size.
#[pyfunction]
fn unpack(cx: &Ctx, format: &Value, buffer: BytesLike<'_>) -> PyResult<Value> {
    unpack_exactly(cx, &layout_of(cx, format)?, &buffer)
}

/// The values of the bytes from the offset on.
#[pyfunction(signature = (format, /, buffer, offset = 0))]
fn unpack_from(cx: &Ctx, format: &Value, buffer: BytesLike<'_>, offset: isize) -> PyResult<Value> {
    unpack_at(cx, &layout_of(cx, format)?, &buffer, offset)
}
