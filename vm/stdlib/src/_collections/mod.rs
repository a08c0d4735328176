//! `_collections`: `deque`, `defaultdict`, `OrderedDict` and helpers of `collections`.
//!
//! CPython 3.14: `Modules/_collectionsmodule.c`, `Objects/odictobject.c`. Tests: `tests/run/collections/`.

mod count;
mod default_dict;
mod deque;
mod deque_iterator;
mod ordered_dict;
mod ordered_views;
mod tuple_getter;

use taipan_macros::pymodule;
use taipan_vm::ctx::Ctx;
use taipan_vm::error::PyResult;
use taipan_vm::native::ModuleBuilder;

/// High performance data structures.
/// - deque:        ordered collection accessible from endpoints only
/// - defaultdict:  dict subclass with a default value factory
#[pymodule]
pub(crate) fn _collections(_cx: &Ctx, m: &ModuleBuilder<'_>) -> PyResult<()> {
    m.class(deque::Deque::class())?;
    m.class(default_dict::DefaultDict::class())?;
    m.class(ordered_dict::OrderedDict::class())?;
    m.class(deque_iterator::DequeIterator::class())?;
    m.class(deque_iterator::DequeReverseIterator::class())?;
    m.class(tuple_getter::TupleGetter::class())?;
    m.function(&count::_count_elements::DEF)
}
