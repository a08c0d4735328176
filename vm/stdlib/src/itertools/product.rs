//! `product`.

use std::cell::RefCell;

use taipan_macros::{pyclass, pymethods};
use taipan_vm::ctx::Ctx;
use taipan_vm::error::PyResult;
use taipan_vm::heap::{Traverse, Visitor};
use taipan_vm::objects::{Tuple, Type};
use taipan_vm::value::{Py, Value};

/// Cartesian product of input iterables.  Equivalent to nested for-loops.
///
/// For example, product(A, B) returns the same as:  ((x,y) for x in A for y in B).
/// The leftmost iterators are in the outermost for-loop, so the output tuples
/// cycle in a manner similar to an odometer (with the rightmost element changing
/// on every iteration).
///
/// To compute the product of an iterable with itself, specify the number
/// of repetitions with the optional repeat keyword argument. For example,
/// product(A, repeat=4) means the same as product(A, A, A, A).
///
/// product('ab', range(3)) --> ('a',0) ('a',1) ('a',2) ('b',0) ('b',1) ('b',2)
/// product((0,1), (0,1), (0,1)) --> (0,0,0) (0,0,1) (0,1,0) (0,1,1) (1,0,0) ...
#[pyclass(name = "product", module = "itertools", subclassable, traverse)]
pub(crate) struct Product {
    pools: Vec<Py<Tuple>>,
    progress: RefCell<Progress>,
}

enum Progress {
    NotStarted,
    /// The index of the current item in each pool, and those items.
    At(Vec<usize>, Vec<Value>),
    Finished,
}

#[pymethods]
impl Product {
    #[new(signature = (*iterables, repeat = 1))]
    fn new(cx: &Ctx, cls: &Py<Type>, iterables: &[Value], repeat: isize) -> PyResult<Py<Product>> {
        let repeat = usize::try_from(repeat)
            .map_err(|_| cx.value_error("repeat argument cannot be negative"))?;
        let total = match iterables.len().checked_mul(repeat) {
            Some(total) if total <= isize::MAX as usize / 8 => total,
            _ => return Err(cx.overflow_error("repeat argument too large")),
        };
        let mut pools: Vec<Py<Tuple>> = Vec::new();
        if pools.try_reserve_exact(total).is_err() {
            return Err(cx.memory_error());
        }
        if repeat > 0 {
            for iterable in iterables {
                pools.push(cx.tuple_from(iterable)?);
            }
            for _ in 1..repeat {
                pools.extend_from_within(..iterables.len());
            }
        }
        let payload = Product {
            pools,
            progress: RefCell::new(Progress::NotStarted),
        };
        Ok(cx.heap().allocate(cls, payload))
    }

    fn __iter__(this: &Value) -> Value {
        this.clone()
    }

    fn __next__(&self, cx: &Ctx) -> Option<Value> {
        let (result, old) = {
            let mut progress = self.progress.borrow_mut();
            let old = self.step(&mut progress);
            match &*progress {
                Progress::At(_, items) => (Some(items.clone()), old),
                _ => (None, old),
            }
        };
        drop(old);
        result.map(|items| cx.new_tuple(items).into_value())
    }

    /// Returns size in memory, in bytes.
    fn __sizeof__(&self) -> usize {
        48 + self.pools.len() * 8
    }
}

impl Product {
    /// Moves to the next arrangement. What is no longer needed is returned, to be dropped when nothing is borrowed.
    fn step(&self, progress: &mut Progress) -> Progress {
        match progress {
            Progress::NotStarted => {
                let first: Option<Vec<Value>> = self
                    .pools
                    .iter()
                    .map(|pool| pool.as_slice().first().cloned())
                    .collect();
                let new = match first {
                    Some(items) => Progress::At(vec![0; items.len()], items),
                    None => Progress::Finished,
                };
                std::mem::replace(progress, new)
            }
            Progress::At(indices, items) => {
                for place in (0..indices.len()).rev() {
                    let pool = self.pools[place].as_slice();
                    indices[place] += 1;
                    let wraps = indices[place] == pool.len();
                    if wraps {
                        indices[place] = 0;
                    }
                    // The pools keep all items alive: nothing dies here.
                    items[place] = pool[indices[place]].clone();
                    if !wraps {
                        return Progress::Finished;
                    }
                }
                std::mem::replace(progress, Progress::Finished)
            }
            Progress::Finished => Progress::Finished,
        }
    }
}

impl Traverse for Product {
    fn traverse(&self, visit: &mut Visitor<'_>) {
        self.pools.iter().for_each(|pool| visit(pool.as_value()));
        if let Progress::At(_, items) = &*self.progress.borrow() {
            items.iter().for_each(visit);
        }
    }
}
