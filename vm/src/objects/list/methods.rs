//! The methods of `list`, and the slots that are no subscripts.

use taipan_macros::pymethods;

use super::{List, ListIterator, ListReverseIterator, SortOrder};
use crate::ctx::Ctx;
use crate::error::PyResult;
use crate::native::Args;
use crate::native::bind::without_keywords;
use crate::objects::slice::SearchBound;
use crate::objects::slots::CompareOp;
use crate::objects::{Str, Type};
use crate::value::{Py, Value};

/// `sys.getsizeof([])` without the collector's header.
const EMPTY_SIZE: usize = 40;

impl List {
    /// Appends all items of an iterable.
    ///
    /// # Errors
    /// `TypeError` if it is not iterable, or what the iterator raises.
    pub fn extend(&self, cx: &Ctx, iterable: &Value) -> PyResult<()> {
        if let Some(list) = cx.as_exact_list(iterable) {
            if std::ptr::eq(&**list, self) {
                self.borrow_mut().extend_from_within(..);
            } else {
                self.borrow_mut().extend_from_slice(&list.borrow());
            }
            return Ok(());
        }
        if let Some(tuple) = cx.as_exact_tuple(iterable) {
            self.borrow_mut().extend_from_slice(tuple.as_slice());
            return Ok(());
        }
        let mut iteration = cx.iterate(iterable)?;
        let hint = cx.length_hint(iterable, 0)?;
        // A hint that cannot be had is only a hint; the items themselves decide.
        let _ = self.borrow_mut().try_reserve(hint.min(1 << 24));
        while let Some(item) = iteration.next(cx)? {
            self.push(item);
        }
        Ok(())
    }

    /// The index of the first item equal to `value`, from `start` on and before `stop`.
    pub(super) fn find(
        &self,
        cx: &Ctx,
        value: &Value,
        start: usize,
        stop: usize,
    ) -> PyResult<Option<usize>> {
        let mut index = start;
        while index < stop {
            let Some(item) = self.get(index) else { break };
            if cx.item_equal(&item, value)? {
                return Ok(Some(index));
            }
            index += 1;
        }
        Ok(None)
    }

    /// The items `count` times in a row.
    fn repeated(&self, cx: &Ctx, count: isize) -> PyResult<Vec<Value>> {
        let items = self.borrow();
        repeat_items(cx, &items, count)
    }
}

/// `items` `count` times in a row; none for a negative count.
///
/// # Errors
/// `MemoryError` if there is no room for that many.
pub(crate) fn repeat_items(cx: &Ctx, items: &[Value], count: isize) -> PyResult<Vec<Value>> {
    let count = usize::try_from(count).unwrap_or(0);
    let mut repeated = Vec::new();
    let total = items.len().checked_mul(count);
    let bytes = total.and_then(|total| total.checked_mul(size_of::<Value>()));
    cx.check_room(bytes.unwrap_or(usize::MAX))?;
    if total.is_none_or(|total| repeated.try_reserve_exact(total).is_err()) {
        return Err(cx.memory_error());
    }
    if let [item] = items {
        repeated.resize(count, item.clone());
    } else {
        for _ in 0..count {
            repeated.extend_from_slice(items);
        }
    }
    Ok(repeated)
}

#[pymethods]
impl List {
    #[new]
    fn new_empty(cx: &Ctx, cls: &Py<Type>, args: Args<'_>) -> PyResult<Py<List>> {
        let _ = args;
        Ok(cx.heap().allocate(cls, List::default()))
    }

    #[init]
    fn init(this: &Py<List>, cx: &Ctx, args: Args<'_>) -> PyResult<()> {
        let class = this.header().class();
        let args = if args.has_keywords() && cx.overrides_new(class, &cx.types().list) {
            args.positional()
        } else {
            without_keywords(cx, "list", args)?
        };
        if args.len() > 1 {
            let given = args.len();
            return Err(cx.type_error(format!("list expected at most 1 argument, got {given}")));
        }
        drop(this.replace_all(Vec::new()));
        match args.first() {
            Some(iterable) => this.extend(cx, iterable),
            None => Ok(()),
        }
    }

    fn __repr__(this: &Py<List>, cx: &Ctx) -> PyResult<Py<Str>> {
        if this.length() == 0 {
            return cx.new_str("[]");
        }
        let Some(_guard) = cx.enter_repr(this.as_value()) else {
            return cx.new_str("[...]");
        };
        cx.repr_items("[", "]", |index| this.get(index))
    }

    fn __richcompare__(this: &Py<List>, cx: &Ctx, other: &Value, op: CompareOp) -> PyResult<Value> {
        let Some(other) = other.downcast_ref::<List>() else {
            return Ok(Value::NOT_IMPLEMENTED);
        };
        cx.check_native_stack(" in comparison")?;
        let lengths_differ = this.length() != other.length();
        match op {
            CompareOp::Eq if lengths_differ => return Ok(Value::FALSE),
            CompareOp::Ne if lengths_differ => return Ok(Value::TRUE),
            _ => {}
        }
        let mut index = 0;
        while let (Some(left), Some(right)) = (this.get(index), other.get(index)) {
            if !cx.item_equal(&left, &right)? {
                // The comparison may have taken items away.
                let (Some(left), Some(right)) = (this.get(index), other.get(index)) else {
                    break;
                };
                return match op {
                    CompareOp::Eq => Ok(Value::FALSE),
                    CompareOp::Ne => Ok(Value::TRUE),
                    _ => cx.compare(&left, &right, op),
                };
            }
            index += 1;
        }
        let ordering = this.length().cmp(&other.length());
        Ok(Value::bool(op.holds(ordering)))
    }

    fn __iter__(this: &Py<List>, cx: &Ctx) -> Py<ListIterator> {
        ListIterator::make(cx, this)
    }

    fn __len__(&self) -> usize {
        self.length()
    }

    fn __contains__(&self, cx: &Ctx, item: &Value) -> PyResult<bool> {
        Ok(self.find(cx, item, 0, usize::MAX)?.is_some())
    }

    fn __concat__(&self, cx: &Ctx, other: &Value) -> PyResult<Py<List>> {
        let Some(other) = other.downcast_ref::<List>() else {
            let name = cx.type_name(other);
            return Err(cx.type_error(format!(
                "can only concatenate list (not \"{name}\") to list"
            )));
        };
        let (left, right) = (self.borrow(), other.borrow());
        let mut items = Vec::with_capacity(left.len() + right.len());
        items.extend_from_slice(&left);
        items.extend_from_slice(&right);
        drop((left, right));
        Ok(cx.new_list(items))
    }

    fn __repeat__(&self, cx: &Ctx, count: isize) -> PyResult<Py<List>> {
        Ok(cx.new_list(self.repeated(cx, count)?))
    }

    fn __inplace_concat__(this: &Py<List>, cx: &Ctx, other: &Value) -> PyResult<Value> {
        this.extend(cx, other)?;
        Ok(this.to_value())
    }

    fn __inplace_repeat__(this: &Py<List>, cx: &Ctx, count: isize) -> PyResult<Value> {
        let items = this.repeated(cx, count)?;
        drop(this.replace_all(items));
        Ok(this.to_value())
    }

    /// lists are generic over the type of their contents
    #[classmethod(text_signature = "($type, object, /)")]
    fn __class_getitem__(cls: &Py<Type>, cx: &Ctx, item: &Value) -> Value {
        cx.new_generic_alias(cls.as_value(), item)
    }

    /// Return a reverse iterator over the list.
    fn __reversed__(this: &Py<List>, cx: &Ctx) -> Py<ListReverseIterator> {
        ListReverseIterator::make(cx, this)
    }

    /// Return the size of the list in memory, in bytes.
    fn __sizeof__(&self) -> usize {
        EMPTY_SIZE + self.borrow().capacity() * size_of::<Value>()
    }

    /// Remove all items from list.
    fn clear(&self) {
        drop(self.replace_all(Vec::new()));
    }

    /// Return a shallow copy of the list.
    fn copy(&self, cx: &Ctx) -> Py<List> {
        cx.new_list(self.to_vec())
    }

    /// Append object to the end of the list.
    fn append(&self, object: &Value) {
        self.push(object.clone());
    }

    /// Insert object before index.
    fn insert(&self, index: isize, object: &Value) {
        let mut items = self.borrow_mut();
        let length = items.len();
        let index = if index < 0 {
            length.saturating_sub(index.unsigned_abs())
        } else {
            length.min(index as usize)
        };
        items.insert(index, object.clone());
    }

    /// Extend list by appending elements from the iterable.
    #[pymethod(name = "extend")]
    fn extend_by(&self, cx: &Ctx, iterable: &Value) -> PyResult<()> {
        self.extend(cx, iterable)
    }

    /// Remove and return item at index (default last).
    ///
    /// Raises IndexError if list is empty or index is out of range.
    #[pymethod(signature = (index = -1, /))]
    fn pop(&self, cx: &Ctx, index: isize) -> PyResult<Value> {
        let mut items = self.borrow_mut();
        if index == -1
            && let Some(last) = items.pop()
        {
            return Ok(last);
        }
        let length = items.len();
        if length == 0 {
            return Err(cx.index_error("pop from empty list"));
        }
        match absolute(index, length) {
            Some(index) => Ok(items.remove(index)),
            None => Err(cx.index_error("pop index out of range")),
        }
    }

    /// Remove first occurrence of value.
    ///
    /// Raises ValueError if the value is not present.
    fn remove(&self, cx: &Ctx, value: &Value) -> PyResult<()> {
        let Some(index) = self.find(cx, value, 0, usize::MAX)? else {
            return Err(cx.value_error("list.remove(x): x not in list"));
        };
        let removed = {
            let mut items = self.borrow_mut();
            (index < items.len()).then(|| items.remove(index))
        };
        drop(removed);
        Ok(())
    }

    /// Return first index of value.
    ///
    /// Raises ValueError if the value is not present.
    #[pymethod(
        signature = (value, start = SearchBound::ZERO, stop = SearchBound::MAX, /),
        text_signature = "($self, value, start=0, stop=sys.maxsize, /)"
    )]
    fn index(
        &self,
        cx: &Ctx,
        value: &Value,
        start: SearchBound,
        stop: SearchBound,
    ) -> PyResult<usize> {
        let length = self.length();
        let (start, stop) = (start.clamped(length), stop.clamped(length));
        match self.find(cx, value, start, stop)? {
            Some(index) => Ok(index),
            None => Err(cx.value_error("list.index(x): x not in list")),
        }
    }

    /// Return number of occurrences of value.
    fn count(&self, cx: &Ctx, value: &Value) -> PyResult<usize> {
        let mut count = 0;
        let mut index = 0;
        while let Some(item) = self.get(index) {
            count += usize::from(cx.item_equal(&item, value)?);
            index += 1;
        }
        Ok(count)
    }

    /// Sort the list in ascending order and return None.
    ///
    /// The sort is in-place (i.e. the list itself is modified) and stable
    /// (i.e. the order of two equal elements is maintained).
    ///
    /// If a key function is given, apply it once to each list item and sort
    /// them, ascending or descending, according to their function values.
    ///
    /// The reverse flag can be set to sort in descending order.
    #[pymethod(name = "sort", signature = (*, key = None, reverse = false))]
    fn sort_in_place(
        this: &Py<List>,
        cx: &Ctx,
        key: Option<&Value>,
        reverse: bool,
    ) -> PyResult<()> {
        let order = if reverse {
            SortOrder::Descending
        } else {
            SortOrder::Ascending
        };
        this.sort(cx, key, order)
    }

    /// Reverse *IN PLACE*.
    fn reverse(&self) {
        self.borrow_mut().reverse();
    }
}

/// The place that a possibly negative index names in a sequence of `length` items.
#[inline(always)]
pub(crate) fn absolute(index: isize, length: usize) -> Option<usize> {
    let index = if index < 0 {
        index.checked_add_unsigned(length)?
    } else {
        index
    };
    usize::try_from(index).ok().filter(|index| *index < length)
}
