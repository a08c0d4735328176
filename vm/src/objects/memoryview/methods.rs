//! Methods and attributes of `memoryview`, comparison and hash.

use std::rc::Rc;

use taipan_macros::pymethods;

use super::MemoryView;
use super::iterator::MemoryIterator;
use super::value::{native_item, read_item};
use crate::ctx::Ctx;
use crate::error::PyResult;
use crate::native::bind::Optional;
use crate::objects::buffer::{Buffer, flags};
use crate::objects::bytes::{Separator, to_hex};
use crate::objects::slots::CompareOp;
use crate::objects::struct_item::StructItem;
use crate::objects::{List, Str, Tuple, Type};
use crate::value::{Py, Value};

/// The items as lists in lists.
fn nested(cx: &Ctx, buffer: &Buffer, dimension: usize, offset: isize) -> PyResult<Value> {
    if dimension == buffer.shape.len() {
        return read_item(cx, buffer, offset as usize);
    }
    let stride = buffer.strides[dimension];
    let items = (0..buffer.shape[dimension] as isize)
        .map(|index| nested(cx, buffer, dimension + 1, offset + index * stride))
        .collect::<PyResult<Vec<_>>>()?;
    Ok(cx.new_list(items).into_value())
}

fn item_values(cx: &Ctx, buffer: &Buffer) -> PyResult<Vec<Value>> {
    buffer
        .offsets()
        .into_iter()
        .map(|offset| read_item(cx, buffer, offset))
        .collect()
}

fn one_dimension(cx: &Ctx, buffer: &Buffer) -> PyResult<()> {
    match buffer.shape.len() {
        0 => Err(cx.type_error("invalid indexing of 0-dim memory")),
        1 => Ok(()),
        _ => Err(cx.not_implemented_error("multi-dimensional sub-views are not implemented")),
    }
}

fn is_byte_format(item: StructItem) -> bool {
    matches!(item.code, b'b' | b'B' | b'c')
}

/// Strides of items in a row, last index fastest.
fn row_strides(shape: &[usize], item_size: usize) -> Vec<isize> {
    let mut strides = vec![0; shape.len()];
    let mut step = item_size as isize;
    for (stride, length) in strides.iter_mut().zip(shape).rev() {
        *stride = step;
        step *= *length as isize;
    }
    strides
}

fn shape_argument(cx: &Ctx, shape: &Value) -> PyResult<Vec<usize>> {
    let items = if let Some(list) = shape.downcast_ref::<List>() {
        list.to_vec()
    } else if let Some(tuple) = shape.downcast_ref::<Tuple>() {
        tuple.as_slice().to_vec()
    } else {
        return Err(cx.type_error("shape must be a list or a tuple"));
    };
    let mut lengths = Vec::with_capacity(items.len());
    for item in items {
        if item.as_int().is_none() {
            return Err(cx.type_error("memoryview.cast(): elements of shape must be integers"));
        }
        match usize::try_from(cx.to_index_size(&item)?) {
            Ok(length) if length > 0 => lengths.push(length),
            _ => {
                return Err(
                    cx.value_error("memoryview.cast(): elements of shape must be integers > 0")
                );
            }
        }
    }
    Ok(lengths)
}

fn sizes(cx: &Ctx, numbers: impl Iterator<Item = i64>) -> Value {
    let numbers = numbers.map(|number| cx.new_int(number)).collect();
    cx.new_tuple(numbers).into_value()
}

#[pymethods(part = 1)]
impl MemoryView {
    fn __iter__(this: &Py<MemoryView>, cx: &Ctx) -> PyResult<Value> {
        let dimensions = this.buffer(cx)?.shape.len();
        match dimensions {
            0 => Err(cx.type_error("invalid indexing of 0-dim memory")),
            1 => Ok(MemoryIterator::make(cx, this)),
            _ => Err(cx.not_implemented_error("multi-dimensional sub-views are not implemented")),
        }
    }

    /// Lets go of the memory.
    fn release(&self, cx: &Ctx) -> PyResult<()> {
        self.release_by_program(cx)
    }

    fn __enter__(this: &Py<MemoryView>, cx: &Ctx) -> PyResult<Value> {
        this.buffer(cx)?;
        Ok(this.to_value())
    }

    /// Lets go of the memory.
    #[pymethod(signature = (*exc_info), text_signature = "($self, /, *exc_info)")]
    fn __exit__(&self, cx: &Ctx, exc_info: &[Value]) -> PyResult<()> {
        let _ = exc_info;
        self.release_by_program(cx)
    }

    /// A copy of the bytes; the order of the items is 'C', 'F' or 'A' (that of the memory).
    #[pymethod(signature = (order = &Value::NONE), text_signature = "($self, /, order='C')")]
    fn tobytes(&self, cx: &Ctx, order: &Value) -> PyResult<Value> {
        let buffer = self.buffer(cx)?;
        let order = match order.downcast_ref::<Str>() {
            Some(order) => order.to_string_lossy().into_owned(),
            None if order.is_none() => "C".to_owned(),
            None => {
                return Err(cx.type_error(format!(
                    "tobytes() argument 'order' must be str or None, not {}",
                    cx.type_name(order)
                )));
            }
        };
        let columns = match order.as_str() {
            "C" => false,
            "F" => true,
            "A" => buffer.is_f_contiguous() && !buffer.is_c_contiguous(),
            _ => return Err(cx.value_error("order must be 'C', 'F' or 'A'")),
        };
        if !columns {
            return cx.new_bytes(&buffer.to_vec());
        }
        let mut turned = buffer.clone();
        turned.shape.reverse();
        turned.strides.reverse();
        cx.new_bytes(&turned.to_vec())
    }

    /// The items as a list.
    fn tolist(&self, cx: &Ctx) -> PyResult<Value> {
        let buffer = self.buffer(cx)?;
        nested(cx, &buffer, 0, buffer.offset as isize)
    }

    /// The bytes as hexadecimal digits, with a separator between groups if one is given.
    ///
    ///     >>> value = memoryview(bytes([185, 1, 239]))
    ///     >>> value.hex()
    ///     'b901ef'
    ///     >>> value.hex(':')
    ///     'b9:01:ef'
    ///     >>> value.hex(':', 2)
    ///     'b9:01ef'
    ///     >>> value.hex(':', -2)
    ///     'b901:ef'
    #[pymethod(signature = (sep = Optional::Missing, bytes_per_sep = 1), text_signature = "($self, /, sep=<unrepresentable>, bytes_per_sep=1)")]
    fn hex(&self, cx: &Ctx, sep: Optional<&Value>, bytes_per_sep: i32) -> PyResult<String> {
        let buffer = self.kept_buffer(cx)?;
        let separator = sep.given().map(|sep| Separator::of(cx, sep)).transpose()?;
        let digits = to_hex(&buffer.to_vec(), separator, bytes_per_sep);
        Ok(String::from_utf8_lossy(&digits).into_owned())
    }

    /// A view of the same memory in another format or shape.
    #[pymethod(signature = (format, shape = Optional::Missing), text_signature = "($self, /, format, shape=<unrepresentable>)")]
    fn cast(&self, cx: &Ctx, format: &Py<Str>, shape: Optional<&Value>) -> PyResult<Value> {
        let buffer = self.shareable(cx)?;
        if !buffer.is_c_contiguous() {
            return Err(cx.type_error("memoryview: casts are restricted to C-contiguous views"));
        }
        let shape = match shape.given() {
            None => None,
            Some(shape) => Some(shape_argument(cx, shape)?),
        };
        if shape.is_some() && buffer.shape.len() != 1 {
            let both_deep = shape.as_ref().is_some_and(|shape| shape.len() != 1);
            if both_deep {
                return Err(cx.type_error("memoryview: cast must be 1D -> ND or ND -> 1D"));
            }
        }
        let format = format.to_string_lossy().into_owned();
        let Some(item) = native_item(&format) else {
            return Err(cx.value_error(
                "memoryview: destination format must be a native single character format prefixed with an optional '@'",
            ));
        };
        let Some(old) = native_item(&buffer.format) else {
            return Err(cx.value_error(
                "memoryview: source format must be a native single character format prefixed with an optional '@'",
            ));
        };
        if !is_byte_format(item) && !is_byte_format(old) {
            return Err(cx.type_error("memoryview: cannot cast between two non-byte formats"));
        }
        let bytes = buffer.byte_count();
        if bytes % item.size != 0 {
            return Err(cx.type_error("memoryview: length is not a multiple of itemsize"));
        }
        let shape = shape.unwrap_or_else(|| vec![bytes / item.size]);
        let wanted = shape
            .iter()
            .try_fold(item.size, |product, length| product.checked_mul(*length));
        if wanted != Some(bytes) {
            return Err(cx.type_error("memoryview: product(shape) * itemsize != buffer size"));
        }
        let view = Buffer {
            format: Rc::from(format),
            item_size: item.size,
            strides: row_strides(&shape, item.size),
            shape,
            ..buffer
        };
        Ok(cx.memoryview_of(view).into_value())
    }

    /// A view of the same memory that cannot be written to.
    fn toreadonly(&self, cx: &Ctx) -> PyResult<Value> {
        let mut buffer = self.shareable(cx)?;
        buffer.readonly = true;
        Ok(cx.memoryview_of(buffer).into_value())
    }

    /// How often an item occurs.
    fn count(&self, cx: &Ctx, value: &Value) -> PyResult<usize> {
        let buffer = self.buffer(cx)?;
        one_dimension(cx, &buffer)?;
        let mut count = 0;
        for item in item_values(cx, &buffer)? {
            count += usize::from(cx.is_equal(&item, value)?);
        }
        Ok(count)
    }

    /// The first index of an item.
    #[pymethod(signature = (value, start = 0, stop = isize::MAX, /), text_signature = "($self, value, start=0, stop=sys.maxsize, /)")]
    fn index(&self, cx: &Ctx, value: &Value, start: isize, stop: isize) -> PyResult<usize> {
        let buffer = self.buffer(cx)?;
        one_dimension(cx, &buffer)?;
        let items = item_values(cx, &buffer)?;
        let place = |index: isize| {
            if index < 0 {
                items.len().saturating_sub(index.unsigned_abs())
            } else {
                (index as usize).min(items.len())
            }
        };
        let (start, stop) = (place(start), place(stop));
        for (offset, item) in items.get(start..stop).into_iter().flatten().enumerate() {
            if cx.is_equal(item, value)? {
                return Ok(start + offset);
            }
        }
        Err(cx.value_error("memoryview.index(x): x not found"))
    }

    #[classmethod(signature = (object, flags))]
    fn _from_flags(cls: &Py<Type>, cx: &Ctx, object: &Value, flags: i32) -> PyResult<Value> {
        let _ = cls;
        Ok(cx.memoryview_with_flags(object, flags)?.into_value())
    }

    /// See PEP 585
    #[classmethod]
    fn __class_getitem__(cls: &Py<Type>, cx: &Ctx, object: &Value) -> Value {
        cx.new_generic_alias(cls.as_value(), object)
    }

    fn __repr__(this: &Py<MemoryView>) -> String {
        let state = if this.is_released() {
            "released memory"
        } else {
            "memory"
        };
        format!("<{state} at {:#x}>", this.as_value().identity())
    }

    fn __hash__(&self, cx: &Ctx) -> PyResult<i64> {
        if let Some(hash) = self.hash.get() {
            return Ok(hash);
        }
        let buffer = self.kept_buffer(cx)?;
        if !buffer.readonly {
            return Err(cx.value_error("cannot hash writable memoryview object"));
        }
        if !native_item(&buffer.format).is_some_and(is_byte_format) {
            return Err(
                cx.value_error("memoryview: hashing is restricted to formats 'B', 'b' or 'c'")
            );
        }
        // The owner must be hashable, too.
        cx.hash(&buffer.owner)?;
        let hash = cx.hash_bytes(&buffer.to_vec());
        self.hash.set(Some(hash));
        Ok(hash)
    }

    fn __richcompare__(
        this: &Py<MemoryView>,
        cx: &Ctx,
        other: &Value,
        op: CompareOp,
    ) -> PyResult<Value> {
        if !matches!(op, CompareOp::Eq | CompareOp::Ne) {
            return Ok(Value::NOT_IMPLEMENTED);
        }
        let answer = |equal: bool| Ok(Value::bool(equal == (op == CompareOp::Eq)));
        if this.as_value().is(other) {
            return answer(true);
        }
        let Ok(left) = this.buffer(cx) else {
            return answer(false);
        };
        if !cx.has_buffer(other) {
            return Ok(Value::NOT_IMPLEMENTED);
        }
        let Ok(right) = cx.get_buffer(other, flags::FULL_RO) else {
            return Ok(Value::NOT_IMPLEMENTED);
        };
        if left.shape != right.shape {
            return answer(false);
        }
        match (native_item(&left.format), native_item(&right.format)) {
            (Some(a), Some(b))
                if a == b && !matches!(a.code, b'?' | b'e' | b'f' | b'd' | b'F' | b'D') =>
            {
                return answer(left.to_vec() == right.to_vec());
            }
            (Some(_), Some(_)) => {}
            // Formats that are not understood make views unequal.
            _ => return answer(false),
        }
        for (a, b) in item_values(cx, &left)?.iter().zip(item_values(cx, &right)?) {
            let same = cx.compare(a, &b, CompareOp::Eq)?;
            if !cx.is_true(&same)? {
                return answer(false);
            }
        }
        answer(true)
    }

    /// The underlying object of the memoryview.
    #[getter]
    fn obj(&self, cx: &Ctx) -> PyResult<Value> {
        Ok(self.buffer(cx)?.owner)
    }

    /// The amount of space in bytes that the array would use in a contiguous representation.
    #[getter]
    fn nbytes(&self, cx: &Ctx) -> PyResult<usize> {
        Ok(self.buffer(cx)?.byte_count())
    }

    /// Whether the memory cannot be written to.
    #[getter]
    fn readonly(&self, cx: &Ctx) -> PyResult<bool> {
        Ok(self.buffer(cx)?.readonly)
    }

    /// The size in bytes of an item.
    #[getter]
    fn itemsize(&self, cx: &Ctx) -> PyResult<usize> {
        Ok(self.buffer(cx)?.item_size)
    }

    /// The format of an item, as the module struct writes it.
    #[getter]
    fn format(&self, cx: &Ctx) -> PyResult<String> {
        Ok(self.buffer(cx)?.format.to_string())
    }

    /// The number of dimensions.
    #[getter]
    fn ndim(&self, cx: &Ctx) -> PyResult<usize> {
        Ok(self.buffer(cx)?.shape.len())
    }

    /// The length of each dimension.
    #[getter]
    fn shape(&self, cx: &Ctx) -> PyResult<Value> {
        let buffer = self.buffer(cx)?;
        Ok(sizes(cx, buffer.shape.iter().map(|length| *length as i64)))
    }

    /// How many bytes lie between neighbours, for each dimension.
    #[getter]
    fn strides(&self, cx: &Ctx) -> PyResult<Value> {
        let buffer = self.buffer(cx)?;
        Ok(sizes(
            cx,
            buffer.strides.iter().map(|stride| *stride as i64),
        ))
    }

    /// Used internally for PIL-style arrays.
    #[getter]
    fn suboffsets(&self, cx: &Ctx) -> PyResult<Value> {
        self.buffer(cx)?;
        Ok(cx.isolate().empty_tuple().into_value())
    }

    /// Whether the items lie in a row, last index fastest.
    #[getter]
    fn c_contiguous(&self, cx: &Ctx) -> PyResult<bool> {
        Ok(self.buffer(cx)?.is_c_contiguous())
    }

    /// Whether the items lie in a row, first index fastest.
    #[getter]
    fn f_contiguous(&self, cx: &Ctx) -> PyResult<bool> {
        Ok(self.buffer(cx)?.is_f_contiguous())
    }

    /// Whether the items lie in a row.
    #[getter]
    fn contiguous(&self, cx: &Ctx) -> PyResult<bool> {
        let buffer = self.buffer(cx)?;
        Ok(buffer.is_c_contiguous() || buffer.is_f_contiguous())
    }
}
