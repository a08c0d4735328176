//! `permutations`.

use std::cell::RefCell;

use taipan_macros::{pyclass, pymethods};
use taipan_vm::ctx::Ctx;
use taipan_vm::error::PyResult;
use taipan_vm::heap::{Traverse, Visitor};
use taipan_vm::objects::{Tuple, Type};
use taipan_vm::value::{Py, Value};

use super::combine::{arrangement, checked_length};

/// Return successive r-length permutations of elements in the iterable.
///
/// permutations(range(3), 2) --> (0,1), (0,2), (1,0), (1,2), (2,0), (2,1)
#[pyclass(
    name = "permutations",
    module = "itertools",
    subclassable,
    traverse,
    text_signature = "(iterable, r=None)"
)]
pub(crate) struct Permutations {
    pool: Py<Tuple>,
    length: usize,
    progress: RefCell<Progress>,
}

enum Progress {
    NotStarted,
    At {
        /// All indices of the pool; the first ones are the current arrangement.
        indices: Vec<usize>,
        /// For each place, how many exchanges are left.
        cycles: Vec<usize>,
    },
    Finished,
}

/// Steps to the next arrangement; says whether there is one.
fn step(indices: &mut [usize], cycles: &mut [usize]) -> bool {
    let total = indices.len();
    for place in (0..cycles.len()).rev() {
        cycles[place] -= 1;
        if cycles[place] == 0 {
            indices[place..].rotate_left(1);
            cycles[place] = total - place;
        } else {
            indices.swap(place, total - cycles[place]);
            return true;
        }
    }
    false
}

#[pymethods]
impl Permutations {
    #[new(signature = (iterable, r = None))]
    fn new(
        cx: &Ctx,
        cls: &Py<Type>,
        iterable: &Value,
        r: Option<&Value>,
    ) -> PyResult<Py<Permutations>> {
        let pool = cx.tuple_from(iterable)?;
        let length = match r {
            None => pool.length(),
            Some(r) if r.as_int().is_none() => return Err(cx.type_error("Expected int as r")),
            Some(r) => checked_length(cx, cx.to_index_size(r)?)?,
        };
        let payload = Permutations {
            pool,
            length,
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
                *progress = Progress::At {
                    indices: (0..total).collect(),
                    cycles: (0..self.length).map(|place| total - place).collect(),
                };
            }
            Progress::At { indices, cycles } => {
                if !step(indices, cycles) {
                    *progress = Progress::Finished;
                }
            }
            Progress::NotStarted | Progress::Finished => *progress = Progress::Finished,
        }
        match &*progress {
            Progress::At { indices, .. } => {
                Some(arrangement(cx, &self.pool, &indices[..self.length]))
            }
            _ => None,
        }
    }

    /// Returns size in memory, in bytes.
    fn __sizeof__(&self) -> usize {
        64 + (self.pool.length() + self.length) * 8
    }
}

impl Traverse for Permutations {
    fn traverse(&self, visit: &mut Visitor<'_>) {
        visit(self.pool.as_value());
    }
}
