//! `combinations` and `combinations_with_replacement`.
//!
//! Both keep the indices of the current arrangement and step to the next in lexicographic order.

use std::cell::RefCell;

use taipan_macros::{pyclass, pymethods};
use taipan_vm::ctx::Ctx;
use taipan_vm::error::PyResult;
use taipan_vm::heap::{Traverse, Visitor};
use taipan_vm::objects::{Tuple, Type};
use taipan_vm::value::{Py, Value};

/// What the objects take without their indices, in bytes, as CPython counts it.
const BASE_SIZE: usize = 56;
const INDEX_SIZE: usize = 8;

/// Indices of a pool, one arrangement after the other.
pub(super) enum Progress {
    NotStarted,
    At(Vec<usize>),
    Finished,
}

/// The items that `indices` name.
pub(super) fn arrangement(cx: &Ctx, pool: &Py<Tuple>, indices: &[usize]) -> Value {
    let items = pool.as_slice();
    let chosen = indices.iter().map(|&index| items[index].clone()).collect();
    cx.new_tuple(chosen).into_value()
}

pub(super) fn checked_length(cx: &Ctx, r: isize) -> PyResult<usize> {
    usize::try_from(r).map_err(|_| cx.value_error("r must be non-negative"))
}

/// Return successive r-length combinations of elements in the iterable.
///
/// combinations(range(4), 3) --> (0,1,2), (0,1,3), (0,2,3), (1,2,3)
#[pyclass(name = "combinations", module = "itertools", subclassable, traverse)]
pub(crate) struct Combinations {
    pool: Py<Tuple>,
    length: usize,
    progress: RefCell<Progress>,
}

#[pymethods]
impl Combinations {
    #[new(signature = (iterable, r))]
    fn new(cx: &Ctx, cls: &Py<Type>, iterable: &Value, r: isize) -> PyResult<Py<Combinations>> {
        let pool = cx.tuple_from(iterable)?;
        let payload = Combinations {
            pool,
            length: checked_length(cx, r)?,
            progress: RefCell::new(Progress::NotStarted),
        };
        Ok(cx.heap().allocate(cls, payload))
    }

    fn __iter__(this: &Value) -> Value {
        this.clone()
    }

    fn __next__(&self, cx: &Ctx) -> Option<Value> {
        let total = self.pool.length();
        let mut progress = self.progress.borrow_mut();
        match &mut *progress {
            Progress::NotStarted if self.length <= total => {
                *progress = Progress::At((0..self.length).collect());
            }
            Progress::At(indices) => {
                // The last index that is not at its maximum moves on; those behind follow it.
                let length = indices.len();
                let Some(place) = (0..length)
                    .rev()
                    .find(|&place| indices[place] != place + total - length)
                else {
                    *progress = Progress::Finished;
                    return None;
                };
                let first = indices[place] + 1;
                for (offset, index) in indices[place..].iter_mut().enumerate() {
                    *index = first + offset;
                }
            }
            Progress::NotStarted | Progress::Finished => {
                *progress = Progress::Finished;
                return None;
            }
        }
        match &*progress {
            Progress::At(indices) => Some(arrangement(cx, &self.pool, indices)),
            _ => None,
        }
    }

    /// Returns size in memory, in bytes.
    fn __sizeof__(&self) -> usize {
        BASE_SIZE + self.length * INDEX_SIZE
    }
}

impl Traverse for Combinations {
    fn traverse(&self, visit: &mut Visitor<'_>) {
        visit(self.pool.as_value());
    }
}

/// Return successive r-length combinations of elements in the iterable allowing individual elements to have successive repeats.
///
/// combinations_with_replacement('ABC', 2) --> ('A','A'), ('A','B'), ('A','C'), ('B','B'), ('B','C'), ('C','C')
#[pyclass(
    name = "combinations_with_replacement",
    module = "itertools",
    subclassable,
    traverse
)]
pub(crate) struct CombinationsWithReplacement {
    pool: Py<Tuple>,
    length: usize,
    progress: RefCell<Progress>,
}

#[pymethods]
impl CombinationsWithReplacement {
    #[new(signature = (iterable, r))]
    fn new(
        cx: &Ctx,
        cls: &Py<Type>,
        iterable: &Value,
        r: isize,
    ) -> PyResult<Py<CombinationsWithReplacement>> {
        let pool = cx.tuple_from(iterable)?;
        let payload = CombinationsWithReplacement {
            pool,
            length: checked_length(cx, r)?,
            progress: RefCell::new(Progress::NotStarted),
        };
        Ok(cx.heap().allocate(cls, payload))
    }

    fn __iter__(this: &Value) -> Value {
        this.clone()
    }

    fn __next__(&self, cx: &Ctx) -> Option<Value> {
        let total = self.pool.length();
        let mut progress = self.progress.borrow_mut();
        match &mut *progress {
            Progress::NotStarted if total > 0 || self.length == 0 => {
                *progress = Progress::At(vec![0; self.length]);
            }
            Progress::At(indices) => {
                let Some(place) = indices.iter().rposition(|&index| index + 1 != total) else {
                    *progress = Progress::Finished;
                    return None;
                };
                let index = indices[place] + 1;
                indices[place..].fill(index);
            }
            Progress::NotStarted | Progress::Finished => {
                *progress = Progress::Finished;
                return None;
            }
        }
        match &*progress {
            Progress::At(indices) => Some(arrangement(cx, &self.pool, indices)),
            _ => None,
        }
    }

    /// Returns size in memory, in bytes.
    fn __sizeof__(&self) -> usize {
        BASE_SIZE + self.length * INDEX_SIZE
    }
}

impl Traverse for CombinationsWithReplacement {
    fn traverse(&self, visit: &mut Visitor<'_>) {
        visit(self.pool.as_value());
    }
}
