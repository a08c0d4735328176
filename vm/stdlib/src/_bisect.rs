//! `_bisect`: binary search in sorted sequences.
//!
//! CPython 3.14: `Modules/_bisectmodule.c`. Tests: `tests/run/bisect/`.

use taipan_macros::{pyfunction, pymodule};
use taipan_vm::ctx::Ctx;
use taipan_vm::error::PyResult;
use taipan_vm::native::{ArgSite, FromArg, ModuleBuilder};
use taipan_vm::value::Value;

/// Bisection algorithms.
///
/// This module provides support for maintaining a list in sorted order without
/// having to sort the list after each insertion. For long lists of items with
/// expensive comparison operations, this can be an improvement over the more
/// common approach.
#[pymodule]
pub(crate) fn _bisect(_cx: &Ctx, m: &ModuleBuilder<'_>) -> PyResult<()> {
    m.function(&bisect_right::DEF)?;
    m.function(&insort_right::DEF)?;
    m.function(&bisect_left::DEF)?;
    m.function(&insort_left::DEF)
}

/// The side of equal items on which a place is looked for.
#[derive(Clone, Copy)]
enum Side {
    Left,
    Right,
}

/// A bound that may be `None`.
struct Bound(isize);

impl FromArg<'_> for Bound {
    fn from_arg(cx: &Ctx, value: &Value, _: &ArgSite) -> PyResult<Self> {
        if !cx.is_index(value) {
            return Err(cx.type_error(format!(
                "argument should be integer or None, not '{}'",
                cx.type_name(value)
            )));
        }
        cx.to_index_size(value).map(Self)
    }
}

/// What is searched, and where.
struct Search<'a> {
    sequence: &'a Value,
    low: isize,
    high: Option<Bound>,
    key: Option<&'a Value>,
}

impl Search<'_> {
    fn run(self, cx: &Ctx, x: &Value, side: Side) -> PyResult<isize> {
        if self.low < 0 {
            return Err(cx.value_error("lo must be non-negative"));
        }
        let mut low = self.low;
        let mut high = match self.high {
            Some(Bound(high)) => high,
            None => cx.len(self.sequence)? as isize,
        };
        while low < high {
            let middle = low + (high - low) / 2;
            let item = cx.sequence_item(self.sequence, middle)?;
            let item = match self.key {
                Some(key) => cx.call(key, &[item])?,
                None => item,
            };
            let goes_right = match side {
                Side::Left => cx.is_less(&item, x)?,
                Side::Right => !cx.is_less(x, &item)?,
            };
            if goes_right {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        Ok(low)
    }

    fn insert(self, cx: &Ctx, x: &Value, side: Side) -> PyResult<()> {
        let sequence = self.sequence;
        let place = match self.key {
            Some(key) => {
                let wanted = cx.call(key, std::slice::from_ref(x))?;
                self.run(cx, &wanted, side)?
            }
            None => self.run(cx, x, side)?,
        };
        if let Some(list) = cx.as_exact_list(sequence) {
            let mut items = list.borrow_mut();
            let place = items.len().min(place as usize);
            items.insert(place, x.clone());
            return Ok(());
        }
        let args = [cx.new_int(place as i64), x.clone()];
        cx.call_method(sequence, &cx.intern("insert"), &args)
            .map(drop)
    }
}

/// Return the index where to insert item x in list a, assuming a is sorted.
///
/// The return value i is such that all e in a[:i] have e <= x, and all e in
/// a[i:] have e > x.  So if x already appears in the list, a.insert(i, x)
/// will insert just after the rightmost x already there.
///
/// Optional args lo (default 0) and hi (default len(a)) bound the
/// slice of a to be searched.
///
/// A custom key function can be supplied to customize the sort order.
#[pyfunction(signature = (a, x, lo = 0, hi = None, *, key = None))]
fn bisect_right(
    cx: &Ctx,
    a: &Value,
    x: &Value,
    lo: isize,
    hi: Option<Bound>,
    key: Option<&Value>,
) -> PyResult<isize> {
    let search = Search {
        sequence: a,
        low: lo,
        high: hi,
        key,
    };
    search.run(cx, x, Side::Right)
}

/// Insert item x in list a, and keep it sorted assuming a is sorted.
///
/// If x is already in a, insert it to the right of the rightmost x.
///
/// Optional args lo (default 0) and hi (default len(a)) bound the
/// slice of a to be searched.
///
/// A custom key function can be supplied to customize the sort order.
#[pyfunction(signature = (a, x, lo = 0, hi = None, *, key = None))]
fn insort_right(
    cx: &Ctx,
    a: &Value,
    x: &Value,
    lo: isize,
    hi: Option<Bound>,
    key: Option<&Value>,
) -> PyResult<()> {
    let search = Search {
        sequence: a,
        low: lo,
        high: hi,
        key,
    };
    search.insert(cx, x, Side::Right)
}

/// Return the index where to insert item x in list a, assuming a is sorted.
///
/// The return value i is such that all e in a[:i] have e < x, and all e in
/// a[i:] have e >= x.  So if x already appears in the list, a.insert(i, x)
/// will insert just before the leftmost x already there.
///
/// Optional args lo (default 0) and hi (default len(a)) bound the
/// slice of a to be searched.
///
/// A custom key function can be supplied to customize the sort order.
#[pyfunction(signature = (a, x, lo = 0, hi = None, *, key = None))]
fn bisect_left(
    cx: &Ctx,
    a: &Value,
    x: &Value,
    lo: isize,
    hi: Option<Bound>,
    key: Option<&Value>,
) -> PyResult<isize> {
    let search = Search {
        sequence: a,
        low: lo,
        high: hi,
        key,
    };
    search.run(cx, x, Side::Left)
}

/// Insert item x in list a, and keep it sorted assuming a is sorted.
///
/// If x is already in a, insert it to the left of the leftmost x.
///
/// Optional args lo (default 0) and hi (default len(a)) bound the
/// slice of a to be searched.
///
/// A custom key function can be supplied to customize the sort order.
#[pyfunction(signature = (a, x, lo = 0, hi = None, *, key = None))]
fn insort_left(
    cx: &Ctx,
    a: &Value,
    x: &Value,
    lo: isize,
    hi: Option<Bound>,
    key: Option<&Value>,
) -> PyResult<()> {
    let search = Search {
        sequence: a,
        low: lo,
        high: hi,
        key,
    };
    search.insert(cx, x, Side::Left)
}
