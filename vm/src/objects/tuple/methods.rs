//! The methods and slots of `tuple`.

use taipan_macros::pymethods;

use super::{Tuple, TupleIterator, hash_items};
use crate::ctx::Ctx;
use crate::error::PyResult;
use crate::native::Args;
use crate::objects::list::{pick, repeat_items};
use crate::objects::slice::{SearchBound, Slice};
use crate::objects::slots::CompareOp;
use crate::objects::{Str, Type};
use crate::value::{Py, Value};

impl Py<Tuple> {
    /// Item `index`, counted from the end if negative.
    #[inline(always)]
    pub fn item(&self, index: isize) -> Option<Value> {
        let items = self.as_slice();
        let index = if index < 0 {
            index.wrapping_add_unsigned(items.len())
        } else {
            index
        };
        items.get(index as usize).cloned()
    }

    fn find(&self, cx: &Ctx, value: &Value, start: usize, stop: usize) -> PyResult<Option<usize>> {
        for (index, item) in self.as_slice().iter().enumerate().take(stop).skip(start) {
            if cx.item_equal(item, value)? {
                return Ok(Some(index));
            }
        }
        Ok(None)
    }
}

impl Ctx {
    /// Makes an instance of `tuple` or a subclass.
    ///
    /// # Errors
    /// `MemoryError`.
    pub fn new_tuple_of(&self, class: &Py<Type>, items: Vec<Value>) -> PyResult<Py<Tuple>> {
        if class.is(&self.types().tuple) {
            return Ok(self.new_tuple(items));
        }
        Tuple::allocate(self.heap(), class, items).map_err(|_| self.memory_error())
    }
}

#[pymethods]
impl Tuple {
    #[new]
    fn new(cx: &Ctx, cls: &Py<Type>, args: Args<'_>) -> PyResult<Py<Tuple>> {
        let exact = cls.is(&cx.types().tuple);
        let args = cx.constructor_args(cls, &cx.types().tuple, "tuple", args)?;
        match args {
            [] => cx.new_tuple_of(cls, Vec::new()),
            [iterable] if exact => cx.tuple_from(iterable),
            [iterable] => cx.new_tuple_of(cls, cx.collect(iterable)?),
            more => Err(cx.type_error(format!(
                "tuple expected at most 1 argument, got {}",
                more.len()
            ))),
        }
    }

    fn __repr__(this: &Py<Tuple>, cx: &Ctx) -> PyResult<Py<Str>> {
        let items = this.as_slice();
        if items.is_empty() {
            return cx.new_str("()");
        }
        let Some(_guard) = cx.enter_repr(this.as_value()) else {
            return cx.new_str("(...)");
        };
        let close = if items.len() == 1 { ",)" } else { ")" };
        cx.repr_items("(", close, |index| items.get(index).cloned())
    }

    fn __hash__(this: &Py<Tuple>, cx: &Ctx) -> PyResult<i64> {
        match this.hash.get() {
            0 => {
                let hash = hash_items(cx, this.as_slice())?;
                this.hash.set(hash);
                Ok(hash)
            }
            known => Ok(known),
        }
    }

    fn __richcompare__(
        this: &Py<Tuple>,
        cx: &Ctx,
        other: &Value,
        op: CompareOp,
    ) -> PyResult<Value> {
        let Some(other) = other.downcast_ref::<Tuple>() else {
            return Ok(Value::NOT_IMPLEMENTED);
        };
        cx.check_native_stack(" in comparison")?;
        let (left, right) = (this.as_slice(), other.as_slice());
        for (left, right) in left.iter().zip(right) {
            if !cx.item_equal(left, right)? {
                return match op {
                    CompareOp::Eq => Ok(Value::FALSE),
                    CompareOp::Ne => Ok(Value::TRUE),
                    _ => cx.compare(left, right, op),
                };
            }
        }
        Ok(Value::bool(op.holds(left.len().cmp(&right.len()))))
    }

    fn __iter__(this: &Py<Tuple>, cx: &Ctx) -> Py<TupleIterator> {
        TupleIterator::make(cx, this)
    }

    fn __len__(&self) -> usize {
        self.length()
    }

    fn __contains__(this: &Py<Tuple>, cx: &Ctx, item: &Value) -> PyResult<bool> {
        Ok(this.find(cx, item, 0, usize::MAX)?.is_some())
    }

    fn __getitem__(this: &Py<Tuple>, cx: &Ctx, key: &Value) -> PyResult<Value> {
        let index = match key.as_small_int() {
            Some(index) => index as isize,
            None => {
                if let Some(slice) = key.downcast_ref::<Slice>() {
                    return this.slice(cx, slice);
                }
                if !cx.is_index(key) {
                    return Err(cx.type_error(format!(
                        "tuple indices must be integers or slices, not {}",
                        cx.type_name(key)
                    )));
                }
                cx.index_isize(key)?
            }
        };
        this.item(index)
            .ok_or_else(|| cx.index_error("tuple index out of range"))
    }

    fn __item__(this: &Py<Tuple>, cx: &Ctx, index: isize) -> PyResult<Value> {
        usize::try_from(index)
            .ok()
            .and_then(|index| this.as_slice().get(index).cloned())
            .ok_or_else(|| cx.index_error("tuple index out of range"))
    }

    fn __concat__(this: &Py<Tuple>, cx: &Ctx, other: &Value) -> PyResult<Py<Tuple>> {
        if this.length() == 0
            && let Some(other) = cx.as_exact_tuple(other)
        {
            return Ok(other.clone());
        }
        let Some(other) = other.downcast_ref::<Tuple>() else {
            let name = cx.type_name(other);
            return Err(cx.type_error(format!(
                "can only concatenate tuple (not \"{name}\") to tuple"
            )));
        };
        if other.length() == 0
            && let Some(this) = cx.as_exact_tuple(this.as_value())
        {
            return Ok(this.clone());
        }
        Ok(cx.new_tuple([this.as_slice(), other.as_slice()].concat()))
    }

    fn __repeat__(this: &Py<Tuple>, cx: &Ctx, count: isize) -> PyResult<Py<Tuple>> {
        if (this.length() == 0 || count == 1)
            && let Some(this) = cx.as_exact_tuple(this.as_value())
        {
            return Ok(this.clone());
        }
        Ok(cx.new_tuple(repeat_items(cx, this.as_slice(), count)?))
    }

    fn __getnewargs__(this: &Py<Tuple>, cx: &Ctx) -> (Py<Tuple>,) {
        (cx.new_tuple_from(this.as_slice()),)
    }

    /// Tuples are generic over the types of their contents.
    ///
    /// For example, use ``tuple[int, str]`` for a pair whose first element
    /// is an int and second element is a string.
    ///
    /// Tuples also support the form ``tuple[T, ...]`` to indicate
    /// an arbitrary length tuple of elements of type T.
    #[classmethod(text_signature = "($type, object, /)")]
    fn __class_getitem__(cls: &Py<Type>, cx: &Ctx, item: &Value) -> Value {
        cx.new_generic_alias(cls.as_value(), item)
    }

    /// Return first index of value.
    ///
    /// Raises ValueError if the value is not present.
    #[pymethod(
        signature = (value, start = SearchBound::ZERO, stop = SearchBound::MAX, /),
        text_signature = "($self, value, start=0, stop=sys.maxsize, /)"
    )]
    fn index(
        this: &Py<Tuple>,
        cx: &Ctx,
        value: &Value,
        start: SearchBound,
        stop: SearchBound,
    ) -> PyResult<usize> {
        let length = this.length();
        match this.find(cx, value, start.clamped(length), stop.clamped(length))? {
            Some(index) => Ok(index),
            None => Err(cx.value_error("tuple.index(x): x not in tuple")),
        }
    }

    /// Return number of occurrences of value.
    fn count(this: &Py<Tuple>, cx: &Ctx, value: &Value) -> PyResult<usize> {
        let mut count = 0;
        for item in this.as_slice() {
            count += usize::from(cx.item_equal(item, value)?);
        }
        Ok(count)
    }
}

impl Py<Tuple> {
    fn slice(&self, cx: &Ctx, slice: &Slice) -> PyResult<Value> {
        let range = slice.range(cx, self.length())?;
        if range.count == self.length()
            && range.step == 1
            && let Some(whole) = cx.as_exact_tuple(self.as_value())
        {
            return Ok(whole.to_value());
        }
        Ok(cx.new_tuple(pick(self.as_slice(), range)).into_value())
    }
}
