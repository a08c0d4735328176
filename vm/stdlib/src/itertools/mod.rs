//! `itertools`: building blocks of iterators.
//!
//! CPython 3.14: `Modules/itertoolsmodule.c`. `endless` never stops by itself, `select` picks items, `join` puts
//! iterables together, `combine` and `product` enumerate arrangements, `groupby` and `tee` share one iterator among
//! several. Since 3.14 none of them can be pickled or copied. Tests: `tests/run/itertools/`.

mod combine;
mod endless;
mod groupby;
mod islice;
mod join;
mod permutations;
mod product;
mod select;
mod tee;
mod zip_longest;

use taipan_macros::pymodule;
use taipan_vm::ctx::Ctx;
use taipan_vm::error::PyResult;
use taipan_vm::native::ModuleBuilder;

/// Functional tools for creating and using iterators.
///
/// Infinite iterators:
/// count(start=0, step=1) --> start, start+step, start+2*step, ...
/// cycle(p) --> p0, p1, ... plast, p0, p1, ...
/// repeat(elem [,n]) --> elem, elem, elem, ... endlessly or up to n times
#[pymodule]
pub(crate) fn itertools(_cx: &Ctx, m: &ModuleBuilder<'_>) -> PyResult<()> {
    for class in [
        join::Accumulate::class(),
        join::Batched::class(),
        combine::Combinations::class(),
        combine::CombinationsWithReplacement::class(),
        endless::Cycle::class(),
        select::DropWhile::class(),
        select::TakeWhile::class(),
        islice::Islice::class(),
        join::StarMap::class(),
        join::Chain::class(),
        select::Compress::class(),
        select::FilterFalse::class(),
        endless::Count::class(),
        zip_longest::ZipLongest::class(),
        join::Pairwise::class(),
        permutations::Permutations::class(),
        product::Product::class(),
        endless::Repeat::class(),
        groupby::GroupBy::class(),
        groupby::Grouper::class(),
        tee::Tee::class(),
        tee::TeeData::class(),
    ] {
        m.class(class)?;
    }
    m.function(&tee::tee::DEF)
}
