//! The memoryview object: a buffer that can be released, its items and subscripts.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use taipan_macros::{pyclass, pymethods};

use crate::ctx::Ctx;
use crate::error::{PyErr, PyResult};
use crate::heap::{Traverse, Visitor};
use crate::objects::buffer::{Buffer, Export, flags};
use crate::objects::slice::Slice;
use crate::objects::struct_item::{PackError, StructItem};
use crate::objects::{Tuple, Type};
use crate::value::{Py, Value};

/// A new view of the memory of an object.
#[pyclass(
    name = "memoryview",
    module = "builtins",
    sequence,
    weakref,
    traverse,
    parts = 2
)]
pub struct MemoryView {
    /// `None` once it is released.
    buffer: RefCell<Option<Buffer>>,
    pub(super) hash: Cell<Option<i64>>,
    /// Whether no other view may be made of it.
    is_restricted: Cell<bool>,
    /// How many others look at the memory through this view.
    exports: Rc<Cell<usize>>,
}

/// Memory that somebody sees through a view, which must not be released meanwhile.
struct Shown {
    memory: Rc<dyn Export>,
    exports: Rc<Cell<usize>>,
}

impl Export for Shown {
    fn with_bytes(&self, f: &mut dyn FnMut(&[u8])) {
        self.memory.with_bytes(f);
    }

    fn with_bytes_mut(&self, f: &mut dyn FnMut(&mut [u8])) -> bool {
        self.memory.with_bytes_mut(f)
    }

    fn visit(&self, _: &mut Visitor<'_>) {
        // The view has the memory, too.
    }
}

impl Drop for Shown {
    fn drop(&mut self) {
        self.exports.set(self.exports.get() - 1);
    }
}

impl MemoryView {
    pub(super) fn from_buffer(buffer: Buffer) -> Self {
        Self {
            buffer: RefCell::new(Some(buffer)),
            hash: Cell::new(None),
            is_restricted: Cell::new(false),
            exports: Rc::default(),
        }
    }

    /// The byte at an index from the start of a view of single bytes in a row; `None` for any other view or key.
    fn plain_byte(&self, key: &Value) -> Option<u8> {
        let index = usize::try_from(key.as_small_int()?).ok()?;
        let buffer = self.buffer.borrow();
        let buffer = buffer.as_ref()?;
        let is_plain = &*buffer.format == "B" && *buffer.strides == [1];
        if !is_plain || *buffer.shape.first()? <= index {
            return None;
        }
        let mut byte = None;
        buffer
            .export
            .with_bytes(&mut |bytes| byte = bytes.get(buffer.offset + index).copied());
        byte
    }

    /// The buffer, shared.
    pub(super) fn buffer(&self, cx: &Ctx) -> PyResult<Buffer> {
        self.buffer.borrow().clone().ok_or_else(|| released(cx))
    }

    /// # Errors
    /// `ValueError` if it is released.
    fn check(&self, cx: &Ctx) -> PyResult<()> {
        if self.is_released() {
            return Err(released(cx));
        }
        Ok(())
    }

    /// The buffer, for another view.
    pub(super) fn shareable(&self, cx: &Ctx) -> PyResult<Buffer> {
        let buffer = self.buffer(cx)?;
        self.check_shareable(cx)?;
        Ok(buffer)
    }

    fn check_shareable(&self, cx: &Ctx) -> PyResult<()> {
        if self.is_restricted.get() {
            return Err(cx.value_error("cannot create new view on restricted memoryview"));
        }
        Ok(())
    }

    /// The buffer; the view cannot be released while it lives.
    pub(super) fn kept_buffer(&self, cx: &Ctx) -> PyResult<Buffer> {
        let mut buffer = self.buffer(cx)?;
        self.exports.set(self.exports.get() + 1);
        buffer.export = Rc::new(Shown {
            memory: buffer.export,
            exports: self.exports.clone(),
        });
        Ok(buffer)
    }

    pub(crate) fn is_released(&self) -> bool {
        self.buffer.borrow().is_none()
    }

    /// Whether it shows memory that `owner` shared itself.
    pub(crate) fn shows_memory_of(&self, owner: &Value) -> bool {
        let buffer = self.buffer.borrow();
        buffer.as_ref().is_some_and(|buffer| buffer.owner.is(owner))
    }

    /// Allows no other views of it.
    pub(crate) fn restrict(&self) {
        self.is_restricted.set(true);
    }

    pub(crate) fn give_up(&self) {
        let buffer = self.buffer.take();
        drop(buffer);
    }

    /// `release()`.
    ///
    /// # Errors
    /// `BufferError` while others look at the memory through this view.
    pub(super) fn release_by_program(&self, cx: &Ctx) -> PyResult<()> {
        match self.exports.get() {
            0 => self.give_up(),
            1 => return Err(cx.buffer_error("memoryview has 1 exported buffer")),
            count => {
                let message = format!("memoryview has {count} exported buffers");
                return Err(cx.buffer_error(message));
            }
        }
        Ok(())
    }
}

fn released(cx: &Ctx) -> PyErr {
    cx.value_error("operation forbidden on released memoryview object")
}

/// The letter of a format of one native item.
pub(super) fn native_item(format: &str) -> Option<StructItem> {
    let letter = format.strip_prefix('@').unwrap_or(format);
    match letter.as_bytes() {
        [code] => StructItem::native(*code),
        _ => None,
    }
}

fn item_of(cx: &Ctx, buffer: &Buffer) -> PyResult<StructItem> {
    native_item(&buffer.format).ok_or_else(|| {
        cx.not_implemented_error(format!(
            "memoryview: format {} not supported",
            buffer.format
        ))
    })
}

/// The value of the item at a byte offset.
pub(super) fn read_item(cx: &Ctx, buffer: &Buffer, offset: usize) -> PyResult<Value> {
    let item = item_of(cx, buffer)?;
    let mut bytes = [0_u8; 16];
    buffer.export.with_bytes(&mut |memory| {
        if let Some(found) = memory.get(offset..offset + item.size) {
            bytes[..item.size].copy_from_slice(found);
        }
    });
    item.unpack(cx, &bytes[..item.size])
}

fn write_item(
    cx: &Ctx,
    view: &MemoryView,
    buffer: &Buffer,
    offset: usize,
    value: &Value,
) -> PyResult<()> {
    let item = item_of(cx, buffer)?;
    let mut bytes = [0_u8; 16];
    let format = &buffer.format;
    let wrong_type = || cx.type_error(format!("memoryview: invalid type for format '{format}'"));
    let wrong_value = || cx.value_error(format!("memoryview: invalid value for format '{format}'"));
    item.pack(cx, value, &mut bytes[..item.size])
        .map_err(|error| match error {
            PackError::NotInteger | PackError::NotFloat | PackError::NotComplex => wrong_type(),
            PackError::OutOfRange(..) | PackError::FloatTooLarge => wrong_value(),
            PackError::NotByte if value.downcast_ref::<crate::objects::Bytes>().is_some() => {
                wrong_value()
            }
            PackError::NotByte => wrong_type(),
            PackError::Raised(error) => error,
        })?;
    // The value may have released the view.
    view.check(cx)?;
    buffer.export.with_bytes_mut(&mut |memory| {
        if let Some(place) = memory.get_mut(offset..offset + item.size) {
            place.copy_from_slice(&bytes[..item.size]);
        }
    });
    Ok(())
}

fn invalid_key(cx: &Ctx) -> PyErr {
    cx.type_error("memoryview: invalid slice key")
}

/// The offset of index `index` in a dimension.
fn step_into(cx: &Ctx, buffer: &Buffer, dimension: usize, index: isize) -> PyResult<isize> {
    let length = buffer.shape[dimension];
    let place = if index < 0 {
        index.wrapping_add_unsigned(length)
    } else {
        index
    };
    if usize::try_from(place).is_ok_and(|place| place < length) {
        return Ok(place * buffer.strides[dimension]);
    }
    Err(cx.index_error(format!(
        "index out of bounds on dimension {}",
        dimension + 1
    )))
}

/// What a subscript names.
enum Target {
    Item(usize),
    View(Buffer),
}

fn target(cx: &Ctx, buffer: &Buffer, key: &Value) -> PyResult<Target> {
    let dimensions = buffer.shape.len();
    if cx.is_index(key) {
        if dimensions == 0 {
            return Err(cx.type_error("invalid indexing of 0-dim memory"));
        }
        let index = cx.index_isize(key)?;
        if dimensions > 1 {
            return Err(cx.not_implemented_error("multi-dimensional sub-views are not implemented"));
        }
        let offset = step_into(cx, buffer, 0, index)?;
        return Ok(Target::Item((buffer.offset as isize + offset) as usize));
    }
    if let Some(slice) = key.downcast_ref::<Slice>() {
        if dimensions == 0 {
            return Err(cx.type_error("invalid indexing of 0-dim memory"));
        }
        let range = slice.bounds(cx)?.fit(buffer.shape[0]);
        let mut view = buffer.clone();
        view.offset = (buffer.offset as isize + range.start * buffer.strides[0]).max(0) as usize;
        view.shape[0] = range.count;
        view.strides[0] = buffer.strides[0] * range.step;
        return Ok(Target::View(view));
    }
    if let Some(keys) = key.downcast_ref::<Tuple>() {
        let keys = keys.as_slice();
        if keys.iter().all(|key| cx.is_index(key)) {
            if keys.len() < dimensions {
                return Err(cx.not_implemented_error("sub-views are not implemented"));
            }
            if keys.len() > dimensions {
                return Err(cx.type_error(format!(
                    "cannot index {dimensions}-dimension view with {}-element tuple",
                    keys.len()
                )));
            }
            let mut offset = buffer.offset as isize;
            for (dimension, key) in keys.iter().enumerate() {
                offset += step_into(cx, buffer, dimension, cx.index_isize(key)?)?;
            }
            return Ok(Target::Item(offset as usize));
        }
        if keys.iter().all(|key| key.downcast_ref::<Slice>().is_some()) {
            return Err(cx.not_implemented_error("multi-dimensional slicing is not implemented"));
        }
    }
    Err(invalid_key(cx))
}

impl Ctx {
    /// `memoryview(value)`.
    ///
    /// # Errors
    /// `TypeError` if the value has no buffer, or what exporting it raises.
    pub fn new_memoryview(&self, value: &Value) -> PyResult<Py<MemoryView>> {
        self.memoryview_with_flags(value, flags::FULL_RO)
    }

    pub(super) fn memoryview_with_flags(
        &self,
        value: &Value,
        flags: i32,
    ) -> PyResult<Py<MemoryView>> {
        if !self.has_buffer(value) {
            return Err(self.type_error(format!(
                "memoryview: a bytes-like object is required, not '{}'",
                self.type_name(value)
            )));
        }
        let buffer = match value.downcast_ref::<MemoryView>() {
            Some(view) => view.shareable(self)?,
            None => self.get_buffer(value, flags)?,
        };
        Ok(self.memoryview_of(buffer))
    }

    /// A memoryview of a buffer that is exported already.
    pub fn memoryview_of(&self, buffer: Buffer) -> Py<MemoryView> {
        self.heap()
            .allocate(&self.types().memoryview, MemoryView::from_buffer(buffer))
    }
}

#[pymethods]
impl MemoryView {
    #[new(signature = (object))]
    fn new(cx: &Ctx, cls: &Py<Type>, object: &Value) -> PyResult<Py<MemoryView>> {
        let _ = cls;
        cx.new_memoryview(object)
    }

    fn __len__(&self, cx: &Ctx) -> PyResult<usize> {
        let buffer = self.buffer(cx)?;
        match buffer.shape.first() {
            Some(length) => Ok(*length),
            None => Err(cx.type_error("0-dim memory has no length")),
        }
    }

    fn __item__(&self, cx: &Ctx, index: isize) -> PyResult<Value> {
        self.__getitem__(cx, &cx.new_int(index as i64))
    }

    fn __getitem__(&self, cx: &Ctx, key: &Value) -> PyResult<Value> {
        if let Some(byte) = self.plain_byte(key) {
            return Ok(Value::int32(i32::from(byte)));
        }
        let buffer = self.buffer(cx)?;
        if buffer.shape.is_empty() {
            let is_empty = key
                .downcast_ref::<Tuple>()
                .is_some_and(|key| key.length() == 0);
            if is_empty {
                return read_item(cx, &buffer, buffer.offset);
            }
            if key.is(&Value::ELLIPSIS) {
                return Ok(cx.memoryview_of(buffer).into_value());
            }
            return Err(cx.type_error("invalid indexing of 0-dim memory"));
        }
        match target(cx, &buffer, key)? {
            Target::Item(offset) => {
                self.check(cx)?;
                read_item(cx, &buffer, offset)
            }
            Target::View(view) => {
                self.check_shareable(cx)?;
                Ok(cx.memoryview_of(view).into_value())
            }
        }
    }

    fn __setitem__(&self, cx: &Ctx, key: &Value, value: Option<&Value>) -> PyResult<()> {
        let buffer = self.buffer(cx)?;
        if buffer.readonly {
            return Err(cx.type_error("cannot modify read-only memory"));
        }
        let Some(value) = value else {
            return Err(cx.type_error("cannot delete memory"));
        };
        if buffer.shape.is_empty() {
            let is_empty = key
                .downcast_ref::<Tuple>()
                .is_some_and(|key| key.length() == 0);
            if is_empty || key.is(&Value::ELLIPSIS) {
                return write_item(cx, self, &buffer, buffer.offset, value);
            }
            return Err(cx.type_error("invalid indexing of 0-dim memory"));
        }
        match target(cx, &buffer, key)? {
            Target::Item(offset) => write_item(cx, self, &buffer, offset, value),
            Target::View(view) => {
                self.check(cx)?;
                let source = cx.get_buffer(value, flags::FULL_RO)?;
                let alike = native_item(&source.format) == native_item(&view.format)
                    && source.shape == view.shape;
                if !alike {
                    return Err(cx.value_error(
                        "memoryview assignment: lvalue and rvalue have different structures",
                    ));
                }
                // A copy first: both may show the same memory.
                let bytes = source.to_vec();
                let size = view.item_size;
                let offsets = view.offsets();
                view.export.with_bytes_mut(&mut |memory| {
                    for (offset, item) in offsets.iter().zip(bytes.chunks_exact(size)) {
                        if let Some(place) = memory.get_mut(*offset..offset + size) {
                            place.copy_from_slice(item);
                        }
                    }
                });
                Ok(())
            }
        }
    }

    fn __release_buffer__(this: &Py<MemoryView>, cx: &Ctx, view: &Value) -> PyResult<()> {
        cx.release_view(this.as_value(), view)
    }

    fn __buffer__(&self, cx: &Ctx, flags: i32) -> PyResult<Buffer> {
        self.shareable(cx)?;
        let buffer = self.kept_buffer(cx)?;
        if flags & flags::WRITABLE != 0 && buffer.readonly {
            return Err(cx.buffer_error("memoryview: underlying buffer is not writable"));
        }
        if flags & flags::STRIDES != flags::STRIDES && !buffer.is_c_contiguous() {
            return Err(cx.buffer_error("memoryview: underlying buffer is not C-contiguous"));
        }
        Ok(buffer)
    }
}

impl Traverse for MemoryView {
    fn traverse(&self, visit: &mut Visitor<'_>) {
        if let Some(buffer) = &*self.buffer.borrow() {
            buffer.visit(visit);
        }
    }

    fn clear(&self) {
        self.give_up();
    }
}
