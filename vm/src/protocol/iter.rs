//! Iteration: iterators, collecting, unpacking, length hints.
//!
//! CPython 3.14: `PyObject_GetIter`, `PyIter_Next`, `PyObject_LengthHint`, `PySequence_List` (`Objects/abstract.c`),
//! `_PyEval_UnpackIterableStackRef` (`Python/ceval.c`).
//!
//! A `next` slot returns `Ok(None)` at the end. Native ones that call Python code may return a `StopIteration` of that
//! code as an error; [`Ctx::next`] and [`Iteration`] take it for the end, as C code does.
//! Tests: `tests/run/iter/`.

use crate::ctx::Ctx;
use crate::error::{PyErr, PyResult};
use crate::monitoring::Event;
use crate::objects::sequence_iterator::SequenceIterator;
use crate::objects::slots::NextFn;
use crate::objects::{Dict, List, Tuple};
use crate::value::{Py, Value};

/// Room that a length hint may ask for at once; a lie beyond that costs no memory.
const MOST_RESERVED: usize = 1 << 20;

/// An iterator with its `next` slot at hand.
#[derive(Clone)]
pub struct Iter {
    iterator: Value,
    next: NextFn,
}

impl Iter {
    /// The next item; `None` at the end.
    ///
    /// # Errors
    /// What the iterator raises.
    #[inline(always)]
    pub fn next(&self, cx: &Ctx) -> PyResult<Option<Value>> {
        cx.check_breaker()?;
        match (self.next)(cx, &self.iterator) {
            Err(error) => cx.end_of_iteration(error),
            item => item,
        }
    }

    /// The iterator itself.
    pub fn value(&self) -> &Value {
        &self.iterator
    }
}

/// Walks through an iterable without making an iterator object for the commonest types.
///
/// What it yields is what the iterator of the value would: a list that grows meanwhile is followed.
pub enum Iteration {
    List { list: Py<List>, index: usize },
    Tuple { tuple: Py<Tuple>, index: usize },
    Iterator(Iter),
}

impl Iteration {
    /// The next item; `None` at the end.
    ///
    /// # Errors
    /// What the iterator raises.
    #[inline]
    pub fn next(&mut self, cx: &Ctx) -> PyResult<Option<Value>> {
        match self {
            Self::List { list, index } => {
                let item = list.get(*index);
                *index += 1;
                Ok(item)
            }
            Self::Tuple { tuple, index } => {
                let item = tuple.as_slice().get(*index).cloned();
                *index += 1;
                Ok(item)
            }
            Self::Iterator(iterator) => iterator.next(cx),
        }
    }
}

impl Ctx {
    /// `iter(value)`.
    ///
    /// # Errors
    /// `TypeError` if the value is not iterable, or what `__iter__` raises.
    pub fn iter(&self, value: &Value) -> PyResult<Value> {
        let slots = &self.class_of(value).slots;
        if let Some(iter) = slots.iter.get() {
            let iterator = iter(self, value)?;
            if self.class_of(&iterator).slots.next.get().is_none() {
                let name = self.type_name(&iterator);
                return Err(
                    self.type_error(format!("iter() returned non-iterator of type '{name}'"))
                );
            }
            return Ok(iterator);
        }
        if self.is_sequence(value) {
            return Ok(SequenceIterator::make(self, value.clone()).into_value());
        }
        Err(self.not_iterable(value))
    }

    #[cold]
    pub(crate) fn not_iterable(&self, value: &Value) -> PyErr {
        self.type_error(format!(
            "'{}' object is not iterable",
            self.type_name(value)
        ))
    }

    /// Whether the value can be indexed by integers as a sequence (`PySequence_Check`).
    pub fn is_sequence(&self, value: &Value) -> bool {
        value.downcast_ref::<Dict>().is_none() && self.class_of(value).slots.item.get().is_some()
    }

    /// Whether the value is an iterator (`PyIter_Check`).
    pub fn is_iterator(&self, value: &Value) -> bool {
        self.class_of(value).slots.next.get().is_some()
    }

    /// The next item of an iterator; `None` at the end.
    ///
    /// # Errors
    /// `TypeError` if the value is no iterator, or what it raises.
    #[inline]
    pub fn next(&self, iterator: &Value) -> PyResult<Option<Value>> {
        self.check_breaker()?;
        match self.class_of(iterator).slots.next.get() {
            Some(next) => match next(self, iterator) {
                Err(error) => self.end_of_iteration(error),
                item => item,
            },
            None => Err(self.type_error(format!(
                "'{}' object is not an iterator",
                self.type_name(iterator)
            ))),
        }
    }

    /// Takes `StopIteration` for the end.
    #[cold]
    fn end_of_iteration(&self, error: PyErr) -> PyResult<Option<Value>> {
        if self.matches(&error, &self.types().stop_iteration) {
            if self.monitoring().watches(Event::Raise) {
                self.thread().tracing.set_stop(error.value());
            }
            Ok(None)
        } else {
            Err(error)
        }
    }

    /// Starts walking through an iterable.
    ///
    /// # Errors
    /// As for [`Ctx::iter`].
    #[inline]
    pub fn iterate(&self, value: &Value) -> PyResult<Iteration> {
        if let Some(list) = self.as_exact_list(value) {
            return Ok(Iteration::List {
                list: list.clone(),
                index: 0,
            });
        }
        if let Some(tuple) = self.as_exact_tuple(value) {
            return Ok(Iteration::Tuple {
                tuple: tuple.clone(),
                index: 0,
            });
        }
        self.iterator(value).map(Iteration::Iterator)
    }

    /// `iter(value)`, ready to be walked through.
    ///
    /// # Errors
    /// As for [`Ctx::iter`].
    pub fn iterator(&self, value: &Value) -> PyResult<Iter> {
        let iterator = self.iter(value)?;
        match self.class_of(&iterator).slots.next.get() {
            Some(next) => Ok(Iter { iterator, next }),
            None => Err(self.not_iterable(value)),
        }
    }

    /// All items of an iterable.
    ///
    /// # Errors
    /// As for [`Ctx::iter`], or what the iterator raises.
    pub fn collect(&self, iterable: &Value) -> PyResult<Vec<Value>> {
        if let Some(list) = self.as_exact_list(iterable) {
            return Ok(list.to_vec());
        }
        if let Some(tuple) = self.as_exact_tuple(iterable) {
            return Ok(tuple.as_slice().to_vec());
        }
        let mut iteration = self.iterate(iterable)?;
        let hint = self.length_hint(iterable, 0)?;
        let mut items = Vec::with_capacity(hint.min(MOST_RESERVED));
        while let Some(item) = iteration.next(self)? {
            items.push(item);
        }
        Ok(items)
    }

    /// `list(iterable)`.
    ///
    /// # Errors
    /// As for [`Ctx::collect`].
    pub fn list_from(&self, iterable: &Value) -> PyResult<Py<List>> {
        Ok(self.new_list(self.collect(iterable)?))
    }

    /// `tuple(iterable)`.
    ///
    /// # Errors
    /// As for [`Ctx::collect`].
    pub fn tuple_from(&self, iterable: &Value) -> PyResult<Py<Tuple>> {
        if let Some(tuple) = self.as_exact_tuple(iterable) {
            return Ok(tuple.clone());
        }
        Ok(self.new_tuple(self.collect(iterable)?))
    }

    /// A guess at `len(list(value))`; `default` if there is none.
    ///
    /// # Errors
    /// What `__len__` and `__length_hint__` raise, but for `TypeError`.
    pub fn length_hint(&self, value: &Value, default: usize) -> PyResult<usize> {
        let class = self.class_of(value);
        if class.slots.length.get().is_some() || class.slots.sequence_length.get().is_some() {
            match self.len(value) {
                Err(error) if self.matches(&error, &self.types().type_error) => {}
                result => return result,
            }
        }
        let Some(hint) = self.find_special(value, &self.names().__length_hint__)? else {
            return Ok(default);
        };
        let result = match self.call(&hint, &[]) {
            Err(error) if self.matches(&error, &self.types().type_error) => return Ok(default),
            result => result?,
        };
        if result.is_not_implemented() {
            return Ok(default);
        }
        let Some(number) = result.as_int() else {
            let name = self.type_name(&result);
            return Err(self.type_error(format!("__length_hint__ must be an integer, not {name}")));
        };
        match number.to_i64() {
            Some(number) => usize::try_from(number)
                .map_err(|_| self.value_error("__length_hint__() should return >= 0")),
            None => Err(self.overflow_error("Python int too large to convert to C ssize_t")),
        }
    }

    /// The items of an iterable that must have exactly `count`.
    ///
    /// # Errors
    /// `ValueError` for another number, `TypeError` if it is not iterable, or what the iterator raises.
    pub fn unpack(&self, value: &Value, count: usize) -> PyResult<Vec<Value>> {
        if let Some(tuple) = self.as_exact_tuple(value) {
            return self
                .check_unpacked(tuple.as_slice().len(), count, || tuple.as_slice().to_vec());
        }
        if let Some(list) = self.as_exact_list(value) {
            return self.check_unpacked(list.length(), count, || list.to_vec());
        }
        let mut iteration = self.iterate_for_unpacking(value)?;
        let mut items = Vec::with_capacity(count);
        while items.len() < count {
            match iteration.next(self)? {
                Some(item) => items.push(item),
                None => {
                    let got = items.len();
                    return Err(self.value_error(format!(
                        "not enough values to unpack (expected {count}, got {got})"
                    )));
                }
            }
        }
        if iteration.next(self)?.is_some() {
            let exact = value
                .downcast_ref::<Dict>()
                .filter(|_| self.class_of(value).is(&self.types().dict));
            return Err(match exact {
                Some(dict) => self.too_many(count, dict.len()),
                None => self.value_error(format!("too many values to unpack (expected {count})")),
            });
        }
        Ok(items)
    }

    fn check_unpacked(
        &self,
        got: usize,
        count: usize,
        items: impl FnOnce() -> Vec<Value>,
    ) -> PyResult<Vec<Value>> {
        match got.cmp(&count) {
            std::cmp::Ordering::Equal => Ok(items()),
            std::cmp::Ordering::Less => Err(self.value_error(format!(
                "not enough values to unpack (expected {count}, got {got})"
            ))),
            std::cmp::Ordering::Greater => Err(self.too_many(count, got)),
        }
    }

    #[cold]
    fn too_many(&self, count: usize, got: usize) -> PyErr {
        self.value_error(format!(
            "too many values to unpack (expected {count}, got {got})"
        ))
    }

    fn iterate_for_unpacking(&self, value: &Value) -> PyResult<Iteration> {
        let slots = &self.class_of(value).slots;
        if slots.iter.get().is_none() && !self.is_sequence(value) {
            let name = self.type_name(value);
            return Err(self.type_error(format!("cannot unpack non-iterable {name} object")));
        }
        self.iterate(value)
    }

    /// `a, b, *rest, c = value`: the first `before` items, a list of those between, the last `after` items.
    ///
    /// # Errors
    /// `ValueError` for too few items, `TypeError` if it is not iterable, or what the iterator raises.
    pub fn unpack_with_rest(
        &self,
        value: &Value,
        before: usize,
        after: usize,
    ) -> PyResult<Vec<Value>> {
        let mut iteration = self.iterate_for_unpacking(value)?;
        let mut items = Vec::with_capacity(before + 1 + after);
        let too_few = |got: usize| {
            let least = before + after;
            self.value_error(format!(
                "not enough values to unpack (expected at least {least}, got {got})"
            ))
        };
        while items.len() < before {
            match iteration.next(self)? {
                Some(item) => items.push(item),
                None => return Err(too_few(items.len())),
            }
        }
        let mut rest = Vec::new();
        while let Some(item) = iteration.next(self)? {
            rest.push(item);
        }
        if rest.len() < after {
            return Err(too_few(before + rest.len()));
        }
        let last = rest.split_off(rest.len() - after);
        items.push(self.new_list(rest).into_value());
        items.extend(last);
        Ok(items)
    }

    /// A name of the builtins that the running code sees, as `__reduce__` methods need it.
    ///
    /// # Errors
    /// `AttributeError` if somebody removed it.
    pub fn builtin(&self, name: &str) -> PyResult<Value> {
        let builtins = self.current_builtins();
        let found =
            crate::interp::ops::names::find_in_namespace(self, &builtins, &self.intern(name))?;
        found.ok_or_else(|| self.attribute_error(name))
    }
}
