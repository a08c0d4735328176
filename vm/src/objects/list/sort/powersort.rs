//! A stable merge sort of natural runs, for comparisons that are expensive and may fail.
//!
//! CPython 3.14: `Objects/listobject.c`, `Objects/listsort.txt`. The order of merges is that of powersort (Munro and
//! Wild, "Nearly-Optimal Mergesorts", 2018); merging gallops as timsort does.
//!
//! Invariant: whatever happens, the slice holds all elements again when a function returns; holes exist only inside.

use super::Element;
use super::gallop::{gallop_left, gallop_right};
use crate::error::PyResult;

/// Shorter runs are extended by insertion.
const LEAST_RUN: usize = 32;
/// So many wins in a row of one side start galloping.
const MIN_GALLOP: usize = 7;

/// A sorted stretch that waits to be merged.
struct Run {
    start: usize,
    length: usize,
    /// The power of the border to the next run.
    power: u32,
}

/// Sorts `items` by `less`.
pub(super) fn powersort<T: Element>(
    items: &mut [T],
    less: &mut impl FnMut(&T, &T) -> PyResult<bool>,
) -> PyResult<()> {
    let total = items.len();
    let least = least_run(total);
    let mut pending: Vec<Run> = Vec::new();
    let mut merger = Merger {
        buffer: Vec::new(),
        min_gallop: MIN_GALLOP,
    };
    let mut start = 0;
    while start < total {
        let mut length = natural_run(&mut items[start..], less)?;
        if length < least {
            let forced = least.min(total - start);
            insert_sorted(&mut items[start..start + forced], length, less)?;
            length = forced;
        }
        if let Some(last) = pending.last() {
            let power = border_power(last.start, last.length, length, total);
            while let [.., before, _] = &pending[..]
                && before.power > power
            {
                let at = pending.len() - 2;
                merger.merge_pair(items, &mut pending, at, less)?;
            }
            if let Some(last) = pending.last_mut() {
                last.power = power;
            }
        }
        pending.push(Run {
            start,
            length,
            power: 0,
        });
        start += length;
    }
    while pending.len() > 1 {
        let mut at = pending.len() - 2;
        if at > 0 && pending[at - 1].length < pending[at + 1].length {
            at -= 1;
        }
        merger.merge_pair(items, &mut pending, at, less)?;
    }
    Ok(())
}

/// A run length for which the number of runs is a power of two, or just below one.
fn least_run(mut total: usize) -> usize {
    let mut odd = 0;
    while total >= LEAST_RUN * 2 {
        odd |= total & 1;
        total >>= 1;
    }
    total + odd
}

/// Powersort's measure of the border between two adjacent runs: how deep it lies in a balanced merge tree.
fn border_power(start: usize, left: usize, right: usize, total: usize) -> u32 {
    // Twice the middles of both runs; compared as binary fractions of `total`.
    let mut a = 2 * start + left;
    let mut b = a + left + right;
    let mut power = 0;
    loop {
        power += 1;
        if a >= total {
            a -= total;
            b -= total;
        } else if b >= total {
            return power;
        }
        a *= 2;
        b *= 2;
    }
}

/// The length of the run at the start; a strictly falling one is turned round.
fn natural_run<T>(
    items: &mut [T],
    less: &mut impl FnMut(&T, &T) -> PyResult<bool>,
) -> PyResult<usize> {
    if items.len() < 2 {
        return Ok(items.len());
    }
    let falling = less(&items[1], &items[0])?;
    let mut length = 2;
    while length < items.len() && less(&items[length], &items[length - 1])? == falling {
        length += 1;
    }
    if falling {
        items[..length].reverse();
    }
    Ok(length)
}

/// Sorts `items`, whose first `sorted` are in order.
fn insert_sorted<T>(
    items: &mut [T],
    sorted: usize,
    less: &mut impl FnMut(&T, &T) -> PyResult<bool>,
) -> PyResult<()> {
    for next in sorted..items.len() {
        let (mut low, mut high) = (0, next);
        while low < high {
            let middle = low + (high - low) / 2;
            if less(&items[next], &items[middle])? {
                high = middle;
            } else {
                low = middle + 1;
            }
        }
        items[low..=next].rotate_right(1);
    }
    Ok(())
}

fn take<T: Element>(place: &mut T) -> T {
    std::mem::replace(place, T::hole())
}

fn shift<T: Element>(items: &mut [T], from: usize, to: usize) {
    items[to] = take(&mut items[from]);
}

struct Merger<T> {
    buffer: Vec<T>,
    /// Grows where galloping does not pay, shrinks where it does.
    min_gallop: usize,
}

impl<T: Element> Merger<T> {
    /// Merges the runs `at` and `at + 1`.
    fn merge_pair(
        &mut self,
        items: &mut [T],
        pending: &mut Vec<Run>,
        at: usize,
        less: &mut impl FnMut(&T, &T) -> PyResult<bool>,
    ) -> PyResult<()> {
        let right = pending.remove(at + 1);
        let left = &mut pending[at];
        let (start, middle, end) = (left.start, right.start, right.start + right.length);
        left.length += right.length;
        left.power = right.power;
        // What is at its place already takes no part.
        let skipped = gallop_right(&items[middle], &items[start..middle], 0, less)?;
        let start = start + skipped;
        if start == middle {
            return Ok(());
        }
        let run = &items[middle..end];
        let end = middle + gallop_left(&items[middle - 1], run, run.len() - 1, less)?;
        if end == middle {
            return Ok(());
        }
        let items = &mut items[start..end];
        let middle = middle - start;
        if middle <= items.len() - middle {
            self.merge_forward(items, middle, less)
        } else {
            self.merge_backward(items, middle, less)
        }
    }

    /// Merges with the left run moved aside. The first of the right run is the least of all, the last of the left run
    /// the greatest.
    fn merge_forward(
        &mut self,
        items: &mut [T],
        middle: usize,
        less: &mut impl FnMut(&T, &T) -> PyResult<bool>,
    ) -> PyResult<()> {
        self.buffer.clear();
        self.buffer.extend(items[..middle].iter_mut().map(take));
        let mut state = Forward {
            items,
            left: &mut self.buffer,
            taken: 0,
            right: middle,
            min_gallop: &mut self.min_gallop,
        };
        state.take_right();
        let result = state.run(less);
        state.put_back();
        result
    }

    /// Merges with the right run moved aside, from the end.
    fn merge_backward(
        &mut self,
        items: &mut [T],
        middle: usize,
        less: &mut impl FnMut(&T, &T) -> PyResult<bool>,
    ) -> PyResult<()> {
        self.buffer.clear();
        self.buffer.extend(items[middle..].iter_mut().map(take));
        let mut state = Backward {
            items,
            left: middle,
            right: &mut self.buffer,
            min_gallop: &mut self.min_gallop,
        };
        state.take_left();
        let result = state.run(less);
        state.put_back();
        result
    }
}

/// A merge from the front. What is left of both runs: `left[taken..]` and `items[right..]`; the holes between the
/// merged part and `right` are as many as the former.
struct Forward<'a, T> {
    items: &'a mut [T],
    left: &'a mut Vec<T>,
    taken: usize,
    right: usize,
    min_gallop: &'a mut usize,
}

impl<T: Element> Forward<'_, T> {
    fn target(&self) -> usize {
        self.right - (self.left.len() - self.taken)
    }

    fn take_left(&mut self) {
        let target = self.target();
        self.items[target] = take(&mut self.left[self.taken]);
        self.taken += 1;
    }

    fn take_right(&mut self) {
        let target = self.target();
        shift(self.items, self.right, target);
        self.right += 1;
    }

    /// Whether one side is used up, or only the greatest of all is left of the left one, which then goes last.
    fn is_decided(&mut self) -> bool {
        if self.taken + 1 >= self.left.len() {
            while self.taken < self.left.len() && self.right < self.items.len() {
                self.take_right();
            }
            return true;
        }
        self.right == self.items.len()
    }

    fn run(&mut self, less: &mut impl FnMut(&T, &T) -> PyResult<bool>) -> PyResult<()> {
        if self.is_decided() {
            return Ok(());
        }
        loop {
            let (mut lefts, mut rights) = (0, 0);
            while lefts < *self.min_gallop && rights < *self.min_gallop {
                if less(&self.items[self.right], &self.left[self.taken])? {
                    self.take_right();
                    rights += 1;
                    lefts = 0;
                } else {
                    self.take_left();
                    lefts += 1;
                    rights = 0;
                }
                if self.is_decided() {
                    return Ok(());
                }
            }
            loop {
                *self.min_gallop = (*self.min_gallop).saturating_sub(1).max(1);
                let key = &self.items[self.right];
                let lefts = gallop_right(key, &self.left[self.taken..], 0, less)?;
                (0..lefts).for_each(|_| self.take_left());
                if self.taken < self.left.len() {
                    self.take_right();
                }
                if self.is_decided() {
                    return Ok(());
                }
                let key = &self.left[self.taken];
                let rights = gallop_left(key, &self.items[self.right..], 0, less)?;
                (0..rights).for_each(|_| self.take_right());
                if self.right < self.items.len() {
                    self.take_left();
                }
                if self.is_decided() {
                    return Ok(());
                }
                if lefts < MIN_GALLOP && rights < MIN_GALLOP {
                    break;
                }
            }
            // A penalty for leaving.
            *self.min_gallop += 2;
        }
    }

    fn put_back(&mut self) {
        while self.taken < self.left.len() {
            let target = self.target();
            self.items[target] = take(&mut self.left[self.taken]);
            self.taken += 1;
        }
    }
}

/// A merge from the back. What is left of both runs: `items[..left]` and all of `right`; the holes behind the former
/// are as many as the latter.
struct Backward<'a, T> {
    items: &'a mut [T],
    left: usize,
    right: &'a mut Vec<T>,
    min_gallop: &'a mut usize,
}

impl<T: Element> Backward<'_, T> {
    fn take_left(&mut self) {
        let target = self.left + self.right.len() - 1;
        self.left -= 1;
        shift(self.items, self.left, target);
    }

    fn take_right(&mut self) {
        if let Some(element) = self.right.pop() {
            self.items[self.left + self.right.len()] = element;
        }
    }

    /// Whether one side is used up, or only the least of all is left of the right one, which then goes first.
    fn is_decided(&mut self) -> bool {
        if self.right.len() <= 1 {
            while !self.right.is_empty() && self.left > 0 {
                self.take_left();
            }
            return true;
        }
        self.left == 0
    }

    fn run(&mut self, less: &mut impl FnMut(&T, &T) -> PyResult<bool>) -> PyResult<()> {
        if self.is_decided() {
            return Ok(());
        }
        loop {
            let (mut lefts, mut rights) = (0, 0);
            while lefts < *self.min_gallop && rights < *self.min_gallop {
                if less(
                    &self.right[self.right.len() - 1],
                    &self.items[self.left - 1],
                )? {
                    self.take_left();
                    lefts += 1;
                    rights = 0;
                } else {
                    self.take_right();
                    rights += 1;
                    lefts = 0;
                }
                if self.is_decided() {
                    return Ok(());
                }
            }
            loop {
                *self.min_gallop = (*self.min_gallop).saturating_sub(1).max(1);
                let key = &self.right[self.right.len() - 1];
                let kept = gallop_right(key, &self.items[..self.left], self.left - 1, less)?;
                let lefts = self.left - kept;
                (0..lefts).for_each(|_| self.take_left());
                if self.left > 0 {
                    self.take_right();
                }
                if self.is_decided() {
                    return Ok(());
                }
                let key = &self.items[self.left - 1];
                let kept = gallop_left(key, self.right, self.right.len() - 1, less)?;
                let rights = self.right.len() - kept;
                (0..rights).for_each(|_| self.take_right());
                if !self.right.is_empty() {
                    self.take_left();
                }
                if self.is_decided() {
                    return Ok(());
                }
                if lefts < MIN_GALLOP && rights < MIN_GALLOP {
                    break;
                }
            }
            // A penalty for leaving.
            *self.min_gallop += 2;
        }
    }

    fn put_back(&mut self) {
        while !self.right.is_empty() {
            self.take_right();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::powersort;
    use crate::objects::list::sort::Element;
    use crate::value::Value;

    /// A number to sort by, and where it stood.
    #[derive(Clone, Debug, PartialEq)]
    struct Marked(u32, usize);

    impl Element for Marked {
        fn key(&self) -> &Value {
            const { &Value::NONE }
        }

        fn hole() -> Self {
            Self(u32::MAX, usize::MAX)
        }
    }

    #[track_caller]
    fn check(numbers: &[u32]) {
        let mut items: Vec<Marked> = numbers
            .iter()
            .enumerate()
            .map(|(place, &number)| Marked(number, place))
            .collect();
        let mut expected = items.clone();
        expected.sort_by_key(|item| item.0);
        powersort(&mut items, &mut |left: &Marked, right: &Marked| {
            Ok(left.0 < right.0)
        })
        .expect("comparisons do not fail");
        assert_eq!(items, expected);
    }

    #[test]
    fn sorts_are_stable_whatever_the_pattern() {
        let mut state = 1_u32;
        let mut random = |below: u32| {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            (state >> 8) % below
        };
        for length in [0, 1, 2, 3, 31, 32, 33, 63, 64, 65, 100, 500, 1000, 3000] {
            for distinct in [1, 2, 10, 1_000_000] {
                check(&(0..length).map(|_| random(distinct)).collect::<Vec<_>>());
            }
            check(&(0..length).collect::<Vec<_>>());
            check(&(0..length).rev().collect::<Vec<_>>());
            check(&(0..length).map(|n| n % 50).collect::<Vec<_>>());
            check(
                &(0..length)
                    .map(|n| n * 7 % (n / 40 + 1))
                    .collect::<Vec<_>>(),
            );
        }
    }
}
