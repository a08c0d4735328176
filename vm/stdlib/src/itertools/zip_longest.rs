//! `zip_longest`: the items of several iterables side by side, until the longest ends.

use std::cell::{Cell, RefCell};

use taipan_macros::{pyclass, pymethods};
use taipan_vm::ctx::Ctx;
use taipan_vm::error::PyResult;
use taipan_vm::heap::{Traverse, Visitor};
use taipan_vm::native::Args;
use taipan_vm::objects::Type;
use taipan_vm::protocol::Iter;
use taipan_vm::value::{Py, Value};

/// Return a zip_longest object whose .__next__() method returns a tuple where
/// the i-th element comes from the i-th iterable argument.  The .__next__()
/// method continues until the longest iterable in the argument sequence
/// is exhausted and then it raises StopIteration.  When the shorter iterables
/// are exhausted, the fillvalue is substituted in their place.  The fillvalue
/// defaults to None or can be specified by a keyword argument.
#[pyclass(
    name = "zip_longest",
    module = "itertools",
    subclassable,
    traverse,
    text_signature = "(*iterables, fillvalue=None)"
)]
pub(crate) struct ZipLongest {
    /// `None` where an iterator is at its end.
    sources: RefCell<Vec<Option<Iter>>>,
    active: Cell<usize>,
    fill: Value,
}

#[pymethods]
impl ZipLongest {
    #[new]
    fn new(cx: &Ctx, cls: &Py<Type>, args: Args<'_>) -> PyResult<Py<ZipLongest>> {
        let fill = args.keyword("fillvalue");
        if args.keyword_count() > usize::from(fill.is_some()) {
            return Err(cx.type_error("zip_longest() got an unexpected keyword argument"));
        }
        let sources: Vec<_> = args
            .positional()
            .iter()
            .map(|iterable| cx.iterator(iterable).map(Some))
            .collect::<PyResult<_>>()?;
        let payload = ZipLongest {
            active: Cell::new(sources.len()),
            sources: RefCell::new(sources),
            fill: fill.cloned().unwrap_or(Value::NONE),
        };
        Ok(cx.heap().allocate(cls, payload))
    }

    fn __iter__(this: &Value) -> Value {
        this.clone()
    }

    fn __next__(&self, cx: &Ctx) -> PyResult<Option<Value>> {
        let count = self.sources.borrow().len();
        if count == 0 || self.active.get() == 0 {
            return Ok(None);
        }
        let mut row = Vec::with_capacity(count);
        for index in 0..count {
            let source = self.sources.borrow().get(index).cloned().flatten();
            let Some(source) = source else {
                row.push(self.fill.clone());
                continue;
            };
            match source.next(cx) {
                Ok(Some(item)) => row.push(item),
                Ok(None) => {
                    let left = self.active.get().saturating_sub(1);
                    self.active.set(left);
                    if left == 0 {
                        return Ok(None);
                    }
                    row.push(self.fill.clone());
                    let ended = self
                        .sources
                        .borrow_mut()
                        .get_mut(index)
                        .and_then(Option::take);
                    drop(ended);
                }
                Err(error) => {
                    self.active.set(0);
                    return Err(error);
                }
            }
        }
        Ok(Some(cx.new_tuple(row).into_value()))
    }
}

impl Traverse for ZipLongest {
    fn traverse(&self, visit: &mut Visitor<'_>) {
        for source in self.sources.borrow().iter().flatten() {
            visit(source.value());
        }
        visit(&self.fill);
    }

    fn clear(&self) {
        self.active.set(0);
        drop(self.sources.take());
    }
}
