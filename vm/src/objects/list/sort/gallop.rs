//! Finding a place in a sorted run by leaps from a hint: cheap if the place is near.
//!
//! CPython 3.14: `gallop_left`, `gallop_right` (`Objects/listobject.c`; explained in `Objects/listsort.txt`).

use crate::error::PyResult;

/// How many elements of `run` are less than `key`: the place before all equal ones.
pub(super) fn gallop_left<T>(
    key: &T,
    run: &[T],
    hint: usize,
    less: &mut impl FnMut(&T, &T) -> PyResult<bool>,
) -> PyResult<usize> {
    gallop(run.len(), hint, |index| less(&run[index], key))
}

/// How many elements of `run` are not greater than `key`: the place behind all equal ones.
pub(super) fn gallop_right<T>(
    key: &T,
    run: &[T],
    hint: usize,
    less: &mut impl FnMut(&T, &T) -> PyResult<bool>,
) -> PyResult<usize> {
    gallop(run.len(), hint, |index| Ok(!less(key, &run[index])?))
}

/// The number of leading indices below `length` for which `is_before` holds; it holds for no later one.
fn gallop(
    length: usize,
    hint: usize,
    mut is_before: impl FnMut(usize) -> PyResult<bool>,
) -> PyResult<usize> {
    debug_assert!(hint < length);
    // After the leaps: all below `low` are before, none from `high` on is.
    let (mut low, mut high);
    if is_before(hint)? {
        low = hint + 1;
        high = length;
        let mut leap = 1;
        while hint + leap < length {
            if !is_before(hint + leap)? {
                high = hint + leap;
                break;
            }
            low = hint + leap + 1;
            leap = leap * 2 + 1;
        }
    } else {
        low = 0;
        high = hint;
        let mut leap = 1;
        while leap <= hint {
            if is_before(hint - leap)? {
                low = hint - leap + 1;
                break;
            }
            high = hint - leap;
            leap = leap * 2 + 1;
        }
    }
    while low < high {
        let middle = low + (high - low) / 2;
        if is_before(middle)? {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    Ok(low)
}
