//! The payload of `array.array`.
//!
//! Rule: no borrow of the bytes is held while Python code may run. While exports live, the length stays.

use std::cell::{Cell, Ref, RefCell};
use std::ops::Range;
use std::rc::Rc;

use taipan_macros::pyclass;
use taipan_text::{Wtf8, Wtf8Buf};
use taipan_vm::ctx::Ctx;
use taipan_vm::error::PyResult;
use taipan_vm::heap::Visitor;
use taipan_vm::objects::buffer::{Buffer, Export};
use taipan_vm::objects::{ByteArray, Bytes, List, Str, Tuple};
use taipan_vm::value::{Py, Value};

use super::type_code::{self, TypeCode};

/// array(typecode [, initializer]) -> array
///
/// Return a new array whose items are restricted by typecode, and
/// initialized from the optional initializer value, which must be a list,
/// string or iterable over elements of the appropriate type.
///
/// Arrays represent basic values and behave very much like lists, except
/// the type of objects stored in them is constrained. The type is specified
/// at object creation time by using a type code, which is a single character.
/// The following type codes are defined:
///
///     Type code   C Type             Minimum size in bytes
///     'b'         signed integer     1
///     'B'         unsigned integer   1
///     'u'         Unicode character  2 (see note)
///     'h'         signed integer     2
///     'H'         unsigned integer   2
///     'i'         signed integer     2
///     'I'         unsigned integer   2
///     'l'         signed integer     4
///     'L'         unsigned integer   4
///     'q'         signed integer     8 (see note)
///     'Q'         unsigned integer   8 (see note)
///     'f'         floating-point     4
///     'd'         floating-point     8
#[pyclass(
    name = "array",
    module = "array",
    subclassable,
    immutable,
    weakref,
    sequence,
    unhashable,
    parts = 2,
    text_signature = None
)]
pub(crate) struct Array {
    pub(super) code: TypeCode,
    bytes: RefCell<Vec<u8>>,
    exports: Cell<usize>,
}

impl Array {
    pub(super) fn new(code: TypeCode, bytes: Vec<u8>) -> Self {
        Self {
            code,
            bytes: RefCell::new(bytes),
            exports: Cell::new(0),
        }
    }

    /// The contents, borrowed: nothing that may run Python code while the guard lives.
    pub(super) fn borrow(&self) -> Ref<'_, Vec<u8>> {
        self.bytes.borrow()
    }

    pub(super) fn to_bytes(&self) -> Vec<u8> {
        self.bytes.borrow().clone()
    }

    /// How many items there are.
    pub(super) fn length(&self) -> usize {
        self.bytes.borrow().len() / self.code.size()
    }

    /// An item.
    ///
    /// # Errors
    /// As for [`TypeCode::unpack`].
    pub(super) fn get(&self, cx: &Ctx, index: usize) -> PyResult<Option<Value>> {
        let size = self.code.size();
        let item = {
            let bytes = self.bytes.borrow();
            let start = index * size;
            bytes.get(start..start + size).map(<[u8]>::to_vec)
        };
        item.map(|item| self.code.unpack(cx, &item)).transpose()
    }

    /// Changes items in place. `f` must not run Python code.
    pub(super) fn with_mut(&self, f: impl FnOnce(&mut [u8])) {
        f(&mut self.bytes.borrow_mut());
    }

    /// Puts other bytes in the place of a range of items.
    ///
    /// # Errors
    /// `BufferError` if the length would change while there are exports; `MemoryError`.
    pub(super) fn splice(&self, cx: &Ctx, items: Range<usize>, new: &[u8]) -> PyResult<()> {
        let size = self.code.size();
        let range = items.start * size..items.end * size;
        let mut bytes = self.bytes.borrow_mut();
        if new.len() == range.len() {
            bytes[range].copy_from_slice(new);
            return Ok(());
        }
        if self.exports.get() > 0 {
            return Err(cx.buffer_error("cannot resize an array that is exporting buffers"));
        }
        if new.len() > range.len() && bytes.try_reserve(new.len() - range.len()).is_err() {
            return Err(cx.memory_error());
        }
        bytes.splice(range, new.iter().copied());
        Ok(())
    }

    /// Adds bytes behind the last item.
    ///
    /// # Errors
    /// As for [`Array::splice`].
    pub(super) fn append_bytes(&self, cx: &Ctx, new: &[u8]) -> PyResult<()> {
        let end = self.length();
        self.splice(cx, end..end, new)
    }

    /// Adds a value behind the last item.
    ///
    /// # Errors
    /// As for [`TypeCode::pack`] and [`Array::splice`].
    pub(super) fn push(&self, cx: &Ctx, value: &Value) -> PyResult<()> {
        let item = self.code.pack(cx, value)?;
        self.append_bytes(cx, &item)
    }

    /// Adds the items of an iterable.
    ///
    /// # Errors
    /// What the iterable raises, and as for [`Array::push`].
    pub(super) fn extend_from_iterable(&self, cx: &Ctx, iterable: &Value) -> PyResult<()> {
        let iterator = cx.iter(iterable)?;
        while let Some(item) = cx.next(&iterator)? {
            self.push(cx, &item)?;
        }
        Ok(())
    }

    /// Adds machine values.
    ///
    /// # Errors
    /// `ValueError` if the bytes make no whole number of items.
    pub(super) fn extend_from_bytes(&self, cx: &Ctx, new: &[u8]) -> PyResult<()> {
        if !new.len().is_multiple_of(self.code.size()) {
            return Err(cx.value_error("bytes length not a multiple of item size"));
        }
        self.append_bytes(cx, new)
    }

    /// Adds characters.
    ///
    /// # Errors
    /// As for [`Array::splice`].
    pub(super) fn extend_from_text(&self, cx: &Ctx, text: &Wtf8) -> PyResult<()> {
        let new: Vec<u8> = text
            .code_points()
            .flat_map(|point| point.to_u32().to_ne_bytes())
            .collect();
        self.append_bytes(cx, &new)
    }

    /// The characters as a string.
    ///
    /// # Errors
    /// `ValueError` if a number is no character.
    pub(super) fn to_text(&self, cx: &Ctx) -> PyResult<Py<Str>> {
        let mut text = Wtf8Buf::new();
        for item in self.to_bytes().chunks_exact(self.code.size()) {
            text.push(type_code::code_point(cx, item)?);
        }
        cx.new_str(&*text)
    }

    /// Fills a new array.
    ///
    /// # Errors
    /// What is in `initial` does not fit.
    pub(super) fn fill(&self, cx: &Ctx, initial: &Value) -> PyResult<()> {
        let letter = self.code.letter();
        let text = initial.downcast_ref::<Str>();
        let other = initial.downcast_ref::<Array>();
        if !self.code.is_text() {
            if text.is_some() {
                return Err(cx.type_error(format!(
                    "cannot use a str to initialize an array with typecode '{letter}'"
                )));
            }
            if other.is_some_and(|other| other.code.is_text()) {
                return Err(cx.type_error(format!(
                    "cannot use a unicode array to initialize an array with typecode '{letter}'"
                )));
            }
        }
        if let Some(text) = text {
            return self.extend_from_text(cx, text.as_wtf8());
        }
        if let Some(other) = other
            && other.code == self.code
        {
            return self.append_bytes(cx, &other.to_bytes());
        }
        if initial.downcast_ref::<Bytes>().is_some()
            || initial.downcast_ref::<ByteArray>().is_some()
        {
            let bytes = cx.bytes_of(initial)?.into_owned();
            return self.extend_from_bytes(cx, &bytes);
        }
        if let Some(list) = initial.downcast_ref::<List>() {
            let mut index = 0;
            while let Some(item) = list.get(index) {
                self.push(cx, &item)?;
                index += 1;
            }
            return Ok(());
        }
        if let Some(tuple) = initial.downcast_ref::<Tuple>() {
            return tuple
                .as_slice()
                .iter()
                .try_for_each(|item| self.push(cx, item));
        }
        self.extend_from_iterable(cx, initial)
    }
}

/// Shared memory of an array, counted.
struct ArrayExport(Py<Array>);

impl Export for ArrayExport {
    fn with_bytes(&self, f: &mut dyn FnMut(&[u8])) {
        f(&self.0.bytes.borrow());
    }

    fn with_bytes_mut(&self, f: &mut dyn FnMut(&mut [u8])) -> bool {
        f(&mut self.0.bytes.borrow_mut());
        true
    }

    fn visit(&self, visit: &mut Visitor<'_>) {
        visit(self.0.as_value());
    }
}

impl Drop for ArrayExport {
    fn drop(&mut self) {
        self.0.exports.set(self.0.exports.get().saturating_sub(1));
    }
}

/// Shares the memory of an array.
pub(super) fn export(array: &Py<Array>) -> Buffer {
    array.exports.set(array.exports.get() + 1);
    let size = array.code.size();
    Buffer {
        owner: array.to_value(),
        export: Rc::new(ArrayExport(array.clone())),
        readonly: false,
        format: Rc::from(array.code.format()),
        item_size: size,
        shape: vec![array.length()],
        strides: vec![size as isize],
        offset: 0,
    }
}

/// A new array of exactly that class.
pub(super) fn make(cx: &Ctx, code: TypeCode, bytes: Vec<u8>) -> Py<Array> {
    let class = cx.native_class(Array::class());
    cx.heap().allocate(&class, Array::new(code, bytes))
}
