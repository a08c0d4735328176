//! Constructor, operators, subscripts and buffer of `array.array`.

use taipan_macros::pymethods;
use taipan_vm::ctx::Ctx;
use taipan_vm::error::{PyErr, PyResult};
use taipan_vm::native::Args;
use taipan_vm::objects::buffer::Buffer;
use taipan_vm::objects::slots::CompareOp;
use taipan_vm::objects::{Slice, Type};
use taipan_vm::value::{Py, Value};

use super::type_code::{TypeCode, bad_type_code, letter_argument};
use super::value::{Array, export, make};
use super::{iterator, methods};

fn bad_argument(cx: &Ctx) -> PyErr {
    cx.type_error("bad argument type for built-in operation")
}

/// The index as a place of an item; `None` if there is none.
fn place(cx: &Ctx, array: &Array, key: &Value) -> PyResult<Option<usize>> {
    if !cx.is_index(key) {
        return Err(cx.type_error("array indices must be integers"));
    }
    let index = cx.index_isize(key)?;
    let length = array.length();
    let index = if index < 0 {
        index.wrapping_add_unsigned(length)
    } else {
        index
    };
    Ok(usize::try_from(index).ok().filter(|index| *index < length))
}

fn set_slice(cx: &Ctx, this: &Py<Array>, slice: &Slice, value: Option<&Value>) -> PyResult<()> {
    let size = this.code.size();
    let new = match value {
        None => Vec::new(),
        Some(value) => match value.downcast_ref::<Array>() {
            Some(other) if other.code == this.code => other.to_bytes(),
            Some(_) => return Err(bad_argument(cx)),
            None => {
                let class = cx.type_name(value);
                return Err(cx.type_error(format!(
                    "can only assign array (not \"{class}\") to array slice"
                )));
            }
        },
    };
    let range = slice.bounds(cx)?.fit(this.length());
    if range.step == 1 {
        let start = range.start as usize;
        return this.splice(cx, start..start + range.count, &new);
    }
    if value.is_none() {
        let doomed: Vec<usize> = range.ascending().indices().collect();
        let kept: Vec<u8> = this
            .to_bytes()
            .chunks_exact(size)
            .enumerate()
            .filter(|(index, _)| doomed.binary_search(index).is_err())
            .flat_map(|(_, item)| item.to_vec())
            .collect();
        return this.splice(cx, 0..this.length(), &kept);
    }
    if new.len() != range.count * size {
        return Err(cx.value_error(format!(
            "attempt to assign array of size {} to extended slice of size {}",
            new.len() / size,
            range.count
        )));
    }
    this.with_mut(|bytes| {
        for (index, item) in range.indices().zip(new.chunks_exact(size)) {
            bytes[index * size..(index + 1) * size].copy_from_slice(item);
        }
    });
    Ok(())
}

fn repeated(cx: &Ctx, this: &Array, count: isize) -> PyResult<Vec<u8>> {
    let count = usize::try_from(count).unwrap_or(0);
    let bytes = this.borrow();
    let mut made = Vec::new();
    let room = bytes.len().checked_mul(count);
    if room.is_none_or(|room| made.try_reserve_exact(room).is_err()) {
        return Err(cx.memory_error());
    }
    for _ in 0..if bytes.is_empty() { 0 } else { count } {
        made.extend_from_slice(&bytes);
    }
    Ok(made)
}

#[pymethods(part = 1)]
impl Array {
    #[new]
    fn new_object(cx: &Ctx, cls: &Py<Type>, args: Args<'_>) -> PyResult<Value> {
        let own = cx.native_class(Array::class());
        let same_init = match (cls.slots.init.get(), own.slots.init.get()) {
            (Some(theirs), Some(own)) => std::ptr::fn_addr_eq(theirs, own),
            (theirs, own) => theirs.is_none() && own.is_none(),
        };
        if args.has_keywords() && (cls.is(&own) || same_init) {
            return Err(cx.type_error("array.array() takes no keyword arguments"));
        }
        let given = args.positional();
        let (letter, initial) = match given {
            [] => {
                return Err(cx.type_error("array() takes at least 1 argument (0 given)"));
            }
            [letter] => (letter, None),
            [letter, initial] => (letter, Some(initial)),
            more => {
                let given = more.len();
                return Err(
                    cx.type_error(format!("array() takes at most 2 arguments ({given} given)"))
                );
            }
        };
        let letter_char = letter_argument(cx, "array() argument 1", letter)?;
        let shown = initial.cloned().unwrap_or(Value::NONE);
        cx.audit("array.__new__", &[letter.clone(), shown])?;
        if letter_char == 'u' {
            cx.warn(
                &cx.types().deprecation_warning,
                "The 'u' type code is deprecated and will be removed in Python 3.16",
            )?;
        }
        let code = TypeCode::from_letter(letter_char).ok_or_else(|| bad_type_code(cx))?;
        let made = cx.heap().allocate(cls, Array::new(code, Vec::new()));
        if let Some(initial) = initial {
            made.fill(cx, initial)?;
        }
        Ok(made.into_value())
    }

    fn __repr__(this: &Py<Array>, cx: &Ctx) -> PyResult<String> {
        let class = this.header().class().name().to_string_lossy().into_owned();
        let letter = this.code.letter();
        if this.length() == 0 {
            return Ok(format!("{class}('{letter}')"));
        }
        let items = if this.code.is_text() {
            this.to_text(cx)?.into_value()
        } else {
            methods::items(cx, this)?.into_value()
        };
        let items = cx.repr(&items)?;
        Ok(format!("{class}('{letter}', {})", items.to_string_lossy()))
    }

    fn __richcompare__(
        this: &Py<Array>,
        cx: &Ctx,
        other: &Value,
        op: CompareOp,
    ) -> PyResult<Value> {
        let Some(other) = other.downcast_ref::<Array>() else {
            return Ok(Value::NOT_IMPLEMENTED);
        };
        let is_equality = matches!(op, CompareOp::Eq | CompareOp::Ne);
        if is_equality && this.length() != other.length() {
            return Ok(Value::bool(op == CompareOp::Ne));
        }
        if this.code == other.code && !this.code.is_float() && *this.borrow() == *other.borrow() {
            return Ok(Value::bool(op.holds(std::cmp::Ordering::Equal)));
        }
        let mut index = 0;
        loop {
            let (Some(left), Some(right)) = (this.get(cx, index)?, other.get(cx, index)?) else {
                let order = this.length().cmp(&other.length());
                return Ok(Value::bool(op.holds(order)));
            };
            if !cx.is_equal(&left, &right)? {
                return match op {
                    CompareOp::Eq => Ok(Value::FALSE),
                    CompareOp::Ne => Ok(Value::TRUE),
                    _ => cx.compare(&left, &right, op),
                };
            }
            index += 1;
        }
    }

    fn __iter__(this: &Py<Array>, cx: &Ctx) -> Value {
        iterator::make(cx, this)
    }

    fn __len__(&self) -> usize {
        self.length()
    }

    fn __contains__(&self, cx: &Ctx, value: &Value) -> PyResult<bool> {
        let mut index = 0;
        while let Some(item) = self.get(cx, index)? {
            if cx.is_equal(&item, value)? {
                return Ok(true);
            }
            index += 1;
        }
        Ok(false)
    }

    fn __concat__(&self, cx: &Ctx, other: &Value) -> PyResult<Value> {
        let Some(other) = other.downcast_ref::<Array>() else {
            let class = cx.type_name(other);
            return Err(cx.type_error(format!("can only append array (not \"{class}\") to array")));
        };
        if other.code != self.code {
            return Err(bad_argument(cx));
        }
        let mut joined = self.to_bytes();
        joined.extend_from_slice(&other.borrow());
        Ok(make(cx, self.code, joined).into_value())
    }

    fn __inplace_concat__(this: &Py<Array>, cx: &Ctx, other: &Value) -> PyResult<Value> {
        let Some(other) = other.downcast_ref::<Array>() else {
            let class = cx.type_name(other);
            return Err(cx.type_error(format!(
                "can only extend array with array (not \"{class}\")"
            )));
        };
        methods::extend_from_array(cx, this, other)?;
        Ok(this.to_value())
    }

    fn __repeat__(&self, cx: &Ctx, count: isize) -> PyResult<Value> {
        let bytes = repeated(cx, self, count)?;
        Ok(make(cx, self.code, bytes).into_value())
    }

    fn __inplace_repeat__(this: &Py<Array>, cx: &Ctx, count: isize) -> PyResult<Value> {
        let bytes = repeated(cx, this, count)?;
        this.splice(cx, 0..this.length(), &bytes)?;
        Ok(this.to_value())
    }

    fn __item__(&self, cx: &Ctx, index: isize) -> PyResult<Value> {
        let item = match usize::try_from(index) {
            Ok(index) => self.get(cx, index)?,
            Err(_) => None,
        };
        item.ok_or_else(|| cx.index_error("array index out of range"))
    }

    fn __getitem__(&self, cx: &Ctx, key: &Value) -> PyResult<Value> {
        if let Some(slice) = key.downcast_ref::<Slice>() {
            let bounds = slice.bounds(cx)?;
            let size = self.code.size();
            let picked: Vec<u8> = {
                let bytes = self.borrow();
                let range = bounds.fit(bytes.len() / size);
                range
                    .indices()
                    .flat_map(|index| bytes[index * size..(index + 1) * size].to_vec())
                    .collect()
            };
            return Ok(make(cx, self.code, picked).into_value());
        }
        let item = match place(cx, self, key)? {
            Some(index) => self.get(cx, index)?,
            None => None,
        };
        item.ok_or_else(|| cx.index_error("array index out of range"))
    }

    fn __setitem__(this: &Py<Array>, cx: &Ctx, key: &Value, value: Option<&Value>) -> PyResult<()> {
        if let Some(slice) = key.downcast_ref::<Slice>() {
            return set_slice(cx, this, slice, value);
        }
        let out_of_range = || cx.index_error("array assignment index out of range");
        let Some(index) = place(cx, this, key)? else {
            return Err(out_of_range());
        };
        let item = match value {
            Some(value) => this.code.pack(cx, value)?,
            None => Vec::new(),
        };
        // Converting the value may have run Python code that made the array shorter.
        if index >= this.length() {
            return Err(out_of_range());
        }
        this.splice(cx, index..index + 1, &item)
    }

    fn __release_buffer__(this: &Py<Array>, cx: &Ctx, view: &Value) -> PyResult<()> {
        cx.release_view(this.as_value(), view)
    }

    fn __buffer__(this: &Py<Array>, flags: i32) -> Buffer {
        let _ = flags;
        export(this)
    }
}
