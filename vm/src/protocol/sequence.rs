//! Sequences: lengths, membership, indices.
//!
//! CPython 3.14: `PyObject_Size`, `PySequence_*`, `PyNumber_AsSsize_t` (`Objects/abstract.c`).
//! Tests: `tests/run/sequence/`.

use crate::ctx::Ctx;
use crate::error::PyResult;
use crate::objects::int::IntRef;
use crate::objects::{List, Str, Tuple};
use crate::value::{Py, Value};

/// Whether two values are equal as containers ask it, without asking Python: `None` if it must be asked.
#[inline(always)]
pub fn quick_equal(left: &Value, right: &Value) -> Option<bool> {
    quick_equal_atoms(left, right).or_else(|| quick_equal_tuples(left, right))
}

/// [`quick_equal`] of what is no container.
#[inline(always)]
fn quick_equal_atoms(left: &Value, right: &Value) -> Option<bool> {
    if left.is(right) {
        return Some(true);
    }
    if left.is_small_int() && right.is_small_int() {
        return Some(false);
    }
    if let (Some(left), Some(right)) = (exact_str(left), exact_str(right)) {
        return Some(left.equals(right));
    }
    match (left.as_tagged_float(), right.as_tagged_float()) {
        (Some(left), Some(right)) => Some(left == right),
        _ => None,
    }
}

/// [`quick_equal`] of tuples of atoms; as soon as a pair must be asked, so must the tuples.
#[inline(never)]
fn quick_equal_tuples(left: &Value, right: &Value) -> Option<bool> {
    let (left, right) = (exact_tuple(left)?, exact_tuple(right)?);
    if left.length() != right.length() {
        return Some(false);
    }
    for (left, right) in left.as_slice().iter().zip(right.as_slice()) {
        if !quick_equal_atoms(left, right)? {
            return Some(false);
        }
    }
    Some(true)
}

/// A `tuple` whose type is no other native class's and no subclass.
#[inline(always)]
fn exact_tuple(value: &Value) -> Option<&Py<Tuple>> {
    value
        .downcast_ref::<Tuple>()
        .filter(|tuple| !tuple.header().class().is_heap_type())
}

/// A `str` whose type is not a subclass.
#[inline(always)]
pub fn exact_str(value: &Value) -> Option<&Py<Str>> {
    value
        .downcast_ref::<Str>()
        .filter(|text| !text.header().class().is_heap_type())
}

impl Ctx {
    /// The value as a `list`, unless it is an instance of a subclass.
    #[inline(always)]
    pub fn as_exact_list<'a>(&self, value: &'a Value) -> Option<&'a Py<List>> {
        let list = value.downcast_ref::<List>()?;
        list.header().class().is(&self.types().list).then_some(list)
    }

    /// The value as a `tuple`, unless it is an instance of a subclass.
    #[inline(always)]
    pub fn as_exact_tuple<'a>(&self, value: &'a Value) -> Option<&'a Py<Tuple>> {
        let tuple = value.downcast_ref::<Tuple>()?;
        tuple
            .header()
            .class()
            .is(&self.types().tuple)
            .then_some(tuple)
    }

    /// `len(value)`.
    ///
    /// # Errors
    /// `TypeError` if the value has no length, or what `__len__` raises.
    #[inline]
    pub fn len(&self, value: &Value) -> PyResult<usize> {
        let slots = &self.class_of(value).slots;
        match slots.length.get().or_else(|| slots.sequence_length.get()) {
            Some(length) => length(self, value),
            None => Err(self.type_error(format!(
                "object of type '{}' has no len()",
                self.type_name(value)
            ))),
        }
    }

    /// `item in container`.
    ///
    /// # Errors
    /// `TypeError` if the value is no container, or what its methods raise.
    #[inline]
    pub fn contains(&self, container: &Value, item: &Value) -> PyResult<bool> {
        match self.class_of(container).slots.contains.get() {
            Some(contains) => contains(self, container, item),
            None => self.contains_by_iteration(container, item),
        }
    }

    /// `item in container` by looking at each item.
    ///
    /// # Errors
    /// As for [`Ctx::contains`].
    pub fn contains_by_iteration(&self, container: &Value, item: &Value) -> PyResult<bool> {
        let mut iteration = self.iterate(container).map_err(|error| {
            self.explain_not_iterable(
                container,
                error,
                "argument of type '{}' is not a container or iterable",
            )
        })?;
        while let Some(found) = iteration.next(self)? {
            if self.is_equal(&found, item)? {
                return Ok(true);
            }
        }
        Ok(false)
    }

    fn explain_not_iterable(
        &self,
        value: &Value,
        error: crate::error::PyErr,
        message: &str,
    ) -> crate::error::PyErr {
        if self.matches(&error, &self.types().type_error) {
            return self.type_error(message.replace("{}", &self.type_name(value)));
        }
        error
    }

    /// `operator.indexOf(iterable, item)`.
    ///
    /// # Errors
    /// `ValueError` if there is no such item, `TypeError`, or what comparisons raise.
    pub fn index_of(&self, iterable: &Value, item: &Value) -> PyResult<usize> {
        let mut iteration = self.iterate(iterable).map_err(|error| {
            self.explain_not_iterable(iterable, error, "argument of type '{}' is not iterable")
        })?;
        let mut index = 0;
        while let Some(found) = iteration.next(self)? {
            if self.is_equal(&found, item)? {
                return Ok(index);
            }
            index += 1;
        }
        Err(self.value_error("sequence.index(x): x not in sequence"))
    }

    /// `operator.countOf(iterable, item)`.
    ///
    /// # Errors
    /// `TypeError`, or what comparisons raise.
    pub fn count_of(&self, iterable: &Value, item: &Value) -> PyResult<usize> {
        let mut iteration = self.iterate(iterable).map_err(|error| {
            self.explain_not_iterable(iterable, error, "argument of type '{}' is not iterable")
        })?;
        let mut count = 0;
        while let Some(found) = iteration.next(self)? {
            count += usize::from(self.is_equal(&found, item)?);
        }
        Ok(count)
    }

    /// Whether the value can be an index (`PyIndex_Check`).
    #[inline]
    pub fn is_index(&self, value: &Value) -> bool {
        value.as_int().is_some() || self.class_of(value).slots.index.get().is_some()
    }

    /// `left == right` as containers ask it, without a call where both types are known.
    ///
    /// # Errors
    /// What a comparison method raises.
    #[inline]
    pub fn item_equal(&self, left: &Value, right: &Value) -> PyResult<bool> {
        match quick_equal(left, right) {
            Some(equal) => Ok(equal),
            None => self.is_equal(left, right),
        }
    }

    /// The value of anything with `__index__` as a machine integer.
    ///
    /// # Errors
    /// `TypeError` if it is no integer, `IndexError` if it does not fit.
    #[inline]
    pub fn index_isize(&self, value: &Value) -> PyResult<isize> {
        if let Some(small) = value.as_small_int() {
            return Ok(small as isize);
        }
        let index = self.index(value)?;
        match index.as_int().and_then(IntRef::to_i64) {
            Some(number) => Ok(number as isize),
            None => {
                let name = self.type_name(value);
                Err(self.index_error(format!("cannot fit '{name}' into an index-sized integer")))
            }
        }
    }

    /// Item `index` of a sequence, counted from the end if negative (`PySequence_GetItem`).
    ///
    /// # Errors
    /// `TypeError` if the value is no sequence, or what it raises.
    pub fn sequence_item(&self, sequence: &Value, index: isize) -> PyResult<Value> {
        let slots = &self.class_of(sequence).slots;
        let Some(item) = slots.item.get() else {
            let name = self.type_name(sequence);
            return Err(self.type_error(if slots.subscript.get().is_some() {
                format!("{name} is not a sequence")
            } else {
                format!("'{name}' object does not support indexing")
            }));
        };
        item(self, sequence, self.from_end(sequence, index)?)
    }

    /// Stores or deletes item `index` of a sequence, counted from the end if negative.
    ///
    /// # Errors
    /// `TypeError` if the sequence cannot be changed, or what it raises.
    pub fn sequence_set_item(
        &self,
        sequence: &Value,
        index: isize,
        value: Option<&Value>,
    ) -> PyResult<()> {
        match self.class_of(sequence).slots.set_item.get() {
            Some(set_item) => set_item(self, sequence, self.from_end(sequence, index)?, value),
            None => Err(self.no_item_change(sequence, value)),
        }
    }

    fn from_end(&self, sequence: &Value, index: isize) -> PyResult<isize> {
        if index >= 0 {
            return Ok(index);
        }
        match self.class_of(sequence).slots.sequence_length.get() {
            Some(length) => Ok(index.saturating_add_unsigned(length(self, sequence)?)),
            None => Ok(index),
        }
    }
}
