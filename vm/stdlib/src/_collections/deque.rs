//! `deque`: a sequence that grows and shrinks at both ends.
//!
//! `state` counts the changes of length and order, so that whoever walks through the items notices them. What leaves the
//! deque is dropped when nothing is borrowed, since drops may run Python code.

use std::cell::{Cell, Ref, RefCell};
use std::collections::VecDeque;

use taipan_macros::{pyclass, pymethods};
use taipan_vm::ctx::Ctx;
use taipan_vm::error::{PyErr, PyResult};
use taipan_vm::heap::{Traverse, Visitor};
use taipan_vm::native::Args;
use taipan_vm::native::bind::Optional;
use taipan_vm::objects::Type;
use taipan_vm::objects::slice::SearchBound;
use taipan_vm::objects::slots::CompareOp;
use taipan_vm::value::{Py, Value};

use super::deque_iterator::{DequeIterator, DequeReverseIterator};

/// CPython keeps items in blocks: their size in items and bytes, and that of the object with one block.
const BLOCK_ITEMS: usize = 64;
const BLOCK_BYTES: usize = 528;
const BASE_BYTES: usize = 216;

/// A list-like sequence optimized for data accesses near its endpoints.
#[pyclass(
    name = "deque",
    module = "collections",
    subclassable,
    weakref,
    sequence,
    unhashable,
    traverse,
    text_signature = "([iterable[, maxlen]])",
    parts = 2
)]
#[derive(Default)]
pub(crate) struct Deque {
    items: RefCell<VecDeque<Value>>,
    maxlen: Cell<Option<usize>>,
    state: Cell<u64>,
}

/// Which end of a deque.
#[derive(Clone, Copy, PartialEq, Eq)]
enum End {
    Left,
    Right,
}

impl Deque {
    pub(super) fn len(&self) -> usize {
        self.items.borrow().len()
    }

    pub(super) fn state(&self) -> u64 {
        self.state.get()
    }

    pub(super) fn get(&self, index: usize) -> Option<Value> {
        self.items.borrow().get(index).cloned()
    }

    fn borrow(&self) -> Ref<'_, VecDeque<Value>> {
        self.items.borrow()
    }

    fn changed(&self) {
        self.state.set(self.state.get() + 1);
    }

    /// Adds an item at an end; a full deque loses one at the other.
    fn push(&self, item: Value, end: End) {
        let lost = {
            let mut items = self.items.borrow_mut();
            match end {
                End::Left => items.push_front(item),
                End::Right => items.push_back(item),
            }
            if self.maxlen.get().is_some_and(|most| items.len() > most) {
                match end {
                    End::Left => items.pop_back(),
                    End::Right => items.pop_front(),
                }
            } else {
                None
            }
        };
        self.changed();
        drop(lost);
    }

    fn pop_end(&self, cx: &Ctx, end: End) -> PyResult<Value> {
        let item = {
            let mut items = self.items.borrow_mut();
            match end {
                End::Left => items.pop_front(),
                End::Right => items.pop_back(),
            }
        };
        self.changed();
        item.ok_or_else(|| cx.index_error("pop from an empty deque"))
    }

    fn extend_end(&self, cx: &Ctx, iterable: &Value, end: End) -> PyResult<()> {
        let own = iterable
            .downcast_ref::<Self>()
            .is_some_and(|other| std::ptr::eq(&**other, self));
        if own {
            let items: Vec<Value> = self.borrow().iter().cloned().collect();
            items.into_iter().for_each(|item| self.push(item, end));
            return Ok(());
        }
        let mut iteration = cx.iterate(iterable)?;
        while let Some(item) = iteration.next(cx)? {
            self.push(item, end);
        }
        Ok(())
    }

    /// Calls `check` with each item until it says stop; a change of the deque meanwhile is an error.
    fn search(
        &self,
        cx: &Ctx,
        value: &Value,
        start: usize,
        stop: usize,
        mutated: impl Fn(&Ctx) -> PyErr,
    ) -> PyResult<Option<usize>> {
        let state = self.state.get();
        for index in start..stop {
            let Some(item) = self.get(index) else { break };
            let equal = cx.item_equal(&item, value)?;
            if self.state.get() != state {
                return Err(mutated(cx));
            }
            if equal {
                return Ok(Some(index));
            }
        }
        Ok(None)
    }

    fn place(&self, cx: &Ctx, index: isize) -> PyResult<usize> {
        usize::try_from(index)
            .ok()
            .filter(|index| *index < self.len())
            .ok_or_else(|| cx.index_error("deque index out of range"))
    }

    /// A deque of the same type and limit with these items.
    fn with_items(cx: &Ctx, items: VecDeque<Value>, maxlen: Option<usize>) -> Py<Self> {
        let class = cx.native_class(Self::class());
        let payload = Self {
            items: RefCell::new(items),
            maxlen: Cell::new(maxlen),
            state: Cell::new(0),
        };
        cx.heap().allocate(&class, payload)
    }

    fn copied(this: &Py<Self>, cx: &Ctx) -> PyResult<Value> {
        let class = this.header().class();
        let maxlen = this.maxlen.get();
        if class.is(&cx.native_class(Self::class())) {
            let items = this.borrow().clone();
            return Ok(Self::with_items(cx, items, maxlen).into_value());
        }
        let mut args = vec![this.to_value()];
        if let Some(maxlen) = maxlen {
            args.push(cx.new_int(maxlen as i64));
        }
        let copy = cx.call(class.as_value(), &args)?;
        if copy.downcast_ref::<Self>().is_none() {
            let (class, name) = (cx.type_name(this.as_value()), cx.type_name(&copy));
            return Err(cx.type_error(format!("{class}() must return a deque, not {name}")));
        }
        Ok(copy)
    }

    /// The items `count` times in a row, as many of the last as the limit allows.
    fn repeated(&self, cx: &Ctx, count: isize) -> PyResult<VecDeque<Value>> {
        let items = self.borrow();
        let mut count = usize::try_from(count).unwrap_or(0);
        if let Some(most) = self.maxlen.get()
            && !items.is_empty()
        {
            // More would only push the first ones out again.
            count = count.min(most.div_ceil(items.len()));
        }
        let mut repeated = VecDeque::new();
        let total = items.len().checked_mul(count);
        if total.is_none_or(|total| repeated.try_reserve_exact(total).is_err()) {
            return Err(cx.memory_error());
        }
        for _ in 0..count {
            repeated.extend(items.iter().cloned());
        }
        if let Some(most) = self.maxlen.get() {
            let excess = repeated.len().saturating_sub(most);
            repeated.drain(..excess);
        }
        Ok(repeated)
    }
}

fn mutated_during_iteration(cx: &Ctx) -> PyErr {
    cx.runtime_error("deque mutated during iteration")
}

#[pymethods]
impl Deque {
    #[new]
    fn new_empty(cx: &Ctx, cls: &Py<Type>, args: Args<'_>) -> Py<Deque> {
        let _ = args;
        cx.heap().allocate(cls, Deque::default())
    }

    #[init(signature = (iterable = Optional::Missing, maxlen = None))]
    fn init(
        this: &Py<Deque>,
        cx: &Ctx,
        iterable: Optional<&Value>,
        maxlen: Option<&Value>,
    ) -> PyResult<()> {
        let maxlen = match maxlen {
            None => None,
            Some(value) if value.as_int().is_none() => {
                return Err(cx.type_error("an integer is required"));
            }
            Some(value) => {
                let number = value.as_int().and_then(|int| int.to_i64()).ok_or_else(|| {
                    cx.overflow_error("Python int too large to convert to C ssize_t")
                })?;
                let most = usize::try_from(number)
                    .map_err(|_| cx.value_error("maxlen must be non-negative"))?;
                Some(most)
            }
        };
        this.maxlen.set(maxlen);
        if this.len() > 0 {
            drop(this.items.take());
            this.changed();
        }
        match iterable {
            Optional::Given(iterable) => this.extend_end(cx, iterable, End::Right),
            Optional::Missing => Ok(()),
        }
    }

    fn __len__(&self) -> usize {
        self.len()
    }

    fn __iter__(this: &Py<Deque>, cx: &Ctx) -> Py<DequeIterator> {
        DequeIterator::make(cx, this)
    }

    /// Return a reverse iterator over the deque.
    fn __reversed__(this: &Py<Deque>, cx: &Ctx) -> Py<DequeReverseIterator> {
        DequeReverseIterator::make(cx, this)
    }

    fn __contains__(&self, cx: &Ctx, value: &Value) -> PyResult<bool> {
        let found = self.search(cx, value, 0, usize::MAX, mutated_during_iteration)?;
        Ok(found.is_some())
    }

    fn __getitem__(&self, cx: &Ctx, index: isize) -> PyResult<Value> {
        let place = self.place(cx, index)?;
        self.get(place)
            .ok_or_else(|| cx.index_error("deque index out of range"))
    }

    fn __setitem__(&self, cx: &Ctx, index: isize, value: Option<&Value>) -> PyResult<()> {
        let place = self.place(cx, index)?;
        let old = {
            let mut items = self.items.borrow_mut();
            match (value, items.get_mut(place)) {
                (Some(value), Some(slot)) => Some(std::mem::replace(slot, value.clone())),
                _ => {
                    self.changed();
                    items.remove(place)
                }
            }
        };
        drop(old);
        Ok(())
    }

    fn __concat__(this: &Py<Deque>, cx: &Ctx, other: &Value) -> PyResult<Value> {
        let Some(other) = other.downcast_ref::<Deque>() else {
            let name = cx.type_name(other);
            let name = name.rsplit('.').next().unwrap_or(&name);
            return Err(cx.type_error(format!(
                "can only concatenate deque (not \"{name}\") to deque"
            )));
        };
        let copy = Self::copied(this, cx)?;
        if let Some(copy) = copy.downcast_ref::<Deque>() {
            copy.extend_end(cx, other.as_value(), End::Right)?;
        }
        Ok(copy)
    }

    fn __repeat__(this: &Py<Deque>, cx: &Ctx, count: isize) -> PyResult<Value> {
        let items = this.repeated(cx, count)?;
        if this.header().class().is(&cx.native_class(Deque::class())) {
            return Ok(Self::with_items(cx, items, this.maxlen.get()).into_value());
        }
        let copy = Self::copied(this, cx)?;
        if let Some(copy) = copy.downcast_ref::<Deque>() {
            drop(copy.items.replace(items));
            copy.changed();
        }
        Ok(copy)
    }

    fn __inplace_concat__(this: &Py<Deque>, cx: &Ctx, other: &Value) -> PyResult<Value> {
        this.extend_end(cx, other, End::Right)?;
        Ok(this.to_value())
    }

    fn __inplace_repeat__(this: &Py<Deque>, cx: &Ctx, count: isize) -> PyResult<Value> {
        let items = this.repeated(cx, count)?;
        drop(this.items.replace(items));
        this.changed();
        Ok(this.to_value())
    }

    fn __richcompare__(
        this: &Py<Deque>,
        cx: &Ctx,
        other: &Value,
        op: CompareOp,
    ) -> PyResult<Value> {
        let Some(other) = other.downcast_ref::<Deque>() else {
            return Ok(Value::NOT_IMPLEMENTED);
        };
        let lengths_differ = this.len() != other.len();
        match op {
            CompareOp::Eq if lengths_differ => return Ok(Value::FALSE),
            CompareOp::Ne if lengths_differ => return Ok(Value::TRUE),
            _ => {}
        }
        let states = (this.state.get(), other.state.get());
        let mut index = 0;
        while let (Some(left), Some(right)) = (this.get(index), other.get(index)) {
            let equal = cx.item_equal(&left, &right)?;
            if (this.state.get(), other.state.get()) != states {
                return Err(mutated_during_iteration(cx));
            }
            if !equal {
                return match op {
                    CompareOp::Eq => Ok(Value::FALSE),
                    CompareOp::Ne => Ok(Value::TRUE),
                    _ => cx.compare(&left, &right, op),
                };
            }
            index += 1;
        }
        Ok(Value::bool(op.holds(this.len().cmp(&other.len()))))
    }

    fn __repr__(this: &Py<Deque>, cx: &Ctx) -> PyResult<Value> {
        let Some(_guard) = cx.enter_repr(this.as_value()) else {
            return Ok(cx.new_str("[...]")?.into_value());
        };
        let items: Vec<Value> = this.borrow().iter().cloned().collect();
        let open = format!("{}([", this.header().class().name().to_string_lossy());
        let close = match this.maxlen.get() {
            Some(most) => format!("], maxlen={most})"),
            None => "])".to_owned(),
        };
        let text = cx.repr_items(&open, &close, |index| items.get(index).cloned())?;
        Ok(text.into_value())
    }
}

#[pymethods(part = 1)]
impl Deque {
    /// maximum size of a deque or None if unbounded
    #[getter]
    fn maxlen(&self) -> Option<usize> {
        self.maxlen.get()
    }

    /// deques are generic over the type of their contents
    #[classmethod(text_signature = "($type, object, /)")]
    fn __class_getitem__(cls: &Py<Type>, cx: &Ctx, item: &Value) -> Value {
        cx.new_generic_alias(cls.as_value(), item)
    }

    /// Add an element to the right side of the deque.
    fn append(&self, item: &Value) {
        self.push(item.clone(), End::Right);
    }

    /// Add an element to the left side of the deque.
    fn appendleft(&self, item: &Value) {
        self.push(item.clone(), End::Left);
    }

    /// Remove all elements from the deque.
    fn clear(&self) {
        drop(self.items.take());
        self.changed();
    }

    /// Return a shallow copy of a deque.
    fn __copy__(this: &Py<Deque>, cx: &Ctx) -> PyResult<Value> {
        Self::copied(this, cx)
    }

    /// Return a shallow copy of a deque.
    fn copy(this: &Py<Deque>, cx: &Ctx) -> PyResult<Value> {
        Self::copied(this, cx)
    }

    /// Return number of occurrences of value.
    fn count(&self, cx: &Ctx, value: &Value) -> PyResult<usize> {
        let mut count = 0;
        let mut start = 0;
        while let Some(place) =
            self.search(cx, value, start, usize::MAX, mutated_during_iteration)?
        {
            count += 1;
            start = place + 1;
        }
        Ok(count)
    }

    /// Extend the right side of the deque with elements from the iterable.
    fn extend(&self, cx: &Ctx, iterable: &Value) -> PyResult<()> {
        self.extend_end(cx, iterable, End::Right)
    }

    /// Extend the left side of the deque with elements from the iterable.
    fn extendleft(&self, cx: &Ctx, iterable: &Value) -> PyResult<()> {
        self.extend_end(cx, iterable, End::Left)
    }

    /// Return first index of value.
    ///
    /// Raises ValueError if the value is not present.
    #[pymethod(
        signature = (value, start = SearchBound::ZERO, stop = SearchBound::MAX, /),
        text_signature = "($self, value, [start, [stop]])"
    )]
    fn index(
        &self,
        cx: &Ctx,
        value: &Value,
        start: SearchBound,
        stop: SearchBound,
    ) -> PyResult<usize> {
        let length = self.len();
        let (start, stop) = (start.clamped(length), stop.clamped(length).min(length));
        self.search(cx, value, start, stop, mutated_during_iteration)?
            .ok_or_else(|| cx.value_error("deque.index(x): x not in deque"))
    }

    /// Insert value before index.
    fn insert(&self, cx: &Ctx, index: isize, value: &Value) -> PyResult<()> {
        let length = self.len();
        if self.maxlen.get() == Some(length) {
            return Err(cx.index_error("deque already at its maximum size"));
        }
        let place = if index < 0 {
            length.saturating_sub(index.unsigned_abs())
        } else {
            length.min(index as usize)
        };
        self.items.borrow_mut().insert(place, value.clone());
        self.changed();
        Ok(())
    }

    /// Remove and return the rightmost element.
    fn pop(&self, cx: &Ctx) -> PyResult<Value> {
        self.pop_end(cx, End::Right)
    }

    /// Remove and return the leftmost element.
    fn popleft(&self, cx: &Ctx) -> PyResult<Value> {
        self.pop_end(cx, End::Left)
    }

    /// Return state information for pickling.
    fn __reduce__(this: &Py<Deque>, cx: &Ctx) -> PyResult<Value> {
        let state = cx.call_method(this.as_value(), &cx.names().__getstate__, &[])?;
        let args = match this.maxlen.get() {
            Some(most) => {
                let empty = cx.new_tuple(Vec::new()).into_value();
                vec![empty, cx.new_int(most as i64)]
            }
            None => Vec::new(),
        };
        let class = this.header().class().to_value();
        let args = cx.new_tuple(args).into_value();
        let items = cx.iter(this.as_value())?;
        Ok(cx.new_tuple(vec![class, args, state, items]).into_value())
    }

    /// Remove first occurrence of value.
    fn remove(&self, cx: &Ctx, value: &Value) -> PyResult<()> {
        let found = self.search(cx, value, 0, usize::MAX, |cx| {
            cx.index_error("deque mutated during remove().")
        })?;
        let Some(place) = found else {
            return Err(cx.value_error("deque.remove(x): x not in deque"));
        };
        let removed = self.items.borrow_mut().remove(place);
        self.changed();
        drop(removed);
        Ok(())
    }

    /// Reverse *IN PLACE*.
    fn reverse(&self) {
        self.items.borrow_mut().make_contiguous().reverse();
    }

    /// Rotate the deque n steps to the right.  If n is negative, rotates left.
    #[pymethod(signature = (n = 1, /))]
    fn rotate(&self, n: isize) {
        let mut items = self.items.borrow_mut();
        let length = items.len();
        if length > 1 {
            items.rotate_right(n.rem_euclid(length as isize) as usize);
            drop(items);
            self.changed();
        }
    }

    /// Return the size of the deque in memory, in bytes.
    fn __sizeof__(&self) -> usize {
        let blocks = (self.len() + BLOCK_ITEMS) / BLOCK_ITEMS;
        BASE_BYTES + blocks.max(1) * BLOCK_BYTES
    }
}

impl Traverse for Deque {
    fn traverse(&self, visit: &mut Visitor<'_>) {
        self.items.borrow().iter().for_each(visit);
    }

    fn clear(&self) {
        drop(self.items.take());
    }
}
