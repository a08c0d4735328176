//! The hash of a tuple: xxHash's rounds over the items' hashes.
//!
//! CPython 3.14: `tuple_hash` (`Objects/tupleobject.c`), `slicehash` (`Objects/sliceobject.c`).

use crate::ctx::Ctx;
use crate::error::PyResult;
use crate::value::Value;

const PRIME_1: u64 = 11_400_714_785_074_694_791;
const PRIME_2: u64 = 14_029_467_366_897_019_727;
const PRIME_5: u64 = 2_870_177_450_012_600_261;
/// What stands for -1, which is no hash.
const INSTEAD_OF_MINUS_ONE: i64 = 1_546_275_796;

/// Mixes hashes; the length plays no part.
pub fn hash_lanes(lanes: impl IntoIterator<Item = i64>) -> u64 {
    lanes.into_iter().fold(PRIME_5, |state, lane| {
        state
            .wrapping_add((lane as u64).wrapping_mul(PRIME_2))
            .rotate_left(31)
            .wrapping_mul(PRIME_1)
    })
}

/// `hash((items...))`.
///
/// # Errors
/// Those of the items' hashes.
pub fn hash_items(cx: &Ctx, items: &[Value]) -> PyResult<i64> {
    cx.check_native_stack("")?;
    let mut state = PRIME_5;
    for item in items {
        let lane = cx.hash(item)? as u64;
        state = state
            .wrapping_add(lane.wrapping_mul(PRIME_2))
            .rotate_left(31)
            .wrapping_mul(PRIME_1);
    }
    let state = state.wrapping_add(items.len() as u64 ^ (PRIME_5 ^ 3_527_539));
    Ok(finished(state))
}

/// Makes a hash of mixed lanes.
pub(crate) const fn finished(state: u64) -> i64 {
    if state == u64::MAX {
        INSTEAD_OF_MINUS_ONE
    } else {
        state as i64
    }
}
