//! `list.sort`.
//!
//! CPython 3.14: `list_sort_impl` (`Objects/listobject.c`). Keys that are all small integers, floats or strings are
//! compared without Python, by the sort of Rust's library; everything else goes through `powersort`, whose comparisons
//! may run Python code. Both are stable. While the sort runs the list is empty: who changes it meanwhile gets an error.
//! Tests: `tests/run/list/sort*.py`.

mod gallop;
mod powersort;

use std::cmp::Ordering;

use super::List;
use crate::ctx::Ctx;
use crate::error::PyResult;
use crate::objects::Tuple;
use crate::protocol::exact_str;
use crate::value::{Py, Value};
use powersort::powersort;

/// Which items come first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SortOrder {
    Ascending,
    Descending,
}

/// What a sort moves around.
trait Element {
    fn key(&self) -> &Value;
    /// A value that stands where another was taken away; dropping it does nothing.
    fn hole() -> Self;
}

impl Element for Value {
    fn key(&self) -> &Value {
        self
    }

    fn hole() -> Self {
        Self::NONE
    }
}

/// An item with its key.
struct Keyed {
    key: Value,
    item: Value,
}

impl Element for Keyed {
    fn key(&self) -> &Value {
        &self.key
    }

    fn hole() -> Self {
        Self {
            key: Value::NONE,
            item: Value::NONE,
        }
    }
}

/// What is known of all keys.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Keys {
    SmallInts,
    Floats,
    Strings,
    Any,
}

fn classify(key: &Value) -> Keys {
    if key.is_small_int() {
        Keys::SmallInts
    } else if key.as_tagged_float().is_some() {
        Keys::Floats
    } else if exact_str(key).is_some() {
        Keys::Strings
    } else {
        Keys::Any
    }
}

/// The order of two keys of a known kind.
fn compare_known(kind: Keys, left: &Value, right: &Value) -> Ordering {
    match kind {
        Keys::SmallInts => left.as_small_int().cmp(&right.as_small_int()),
        // Not-a-number is no tagged float, so the order is total.
        Keys::Floats => left
            .as_tagged_float()
            .partial_cmp(&right.as_tagged_float())
            .unwrap_or(Ordering::Equal),
        // The order of the bytes is that of the code points.
        Keys::Strings => {
            let bytes = |value| exact_str(value).map(|text| text.as_wtf8().as_bytes());
            bytes(left).cmp(&bytes(right))
        }
        Keys::Any => Ordering::Equal,
    }
}

/// `left < right` of any keys.
#[inline]
fn is_before(cx: &Ctx, left: &Value, right: &Value) -> PyResult<bool> {
    if let Some((left, right)) = Value::both_small_ints(left, right) {
        return Ok(left < right);
    }
    if let (Some(left), Some(right)) = (exact_str(left), exact_str(right)) {
        return Ok(left.as_wtf8().as_bytes() < right.as_wtf8().as_bytes());
    }
    if let (Some(left), Some(right)) = (cx.as_exact_tuple(left), cx.as_exact_tuple(right)) {
        return is_tuple_before(cx, left, right);
    }
    if let (Some(left), Some(right)) = (left.as_tagged_float(), right.as_tagged_float()) {
        return Ok(left < right);
    }
    cx.is_less(left, right)
}

fn is_tuple_before(cx: &Ctx, left: &Py<Tuple>, right: &Py<Tuple>) -> PyResult<bool> {
    let (left, right) = (left.as_slice(), right.as_slice());
    for (left, right) in left.iter().zip(right) {
        if !cx.item_equal(left, right)? {
            return is_before(cx, left, right);
        }
    }
    Ok(left.len() < right.len())
}

/// Sorts in place. After an error the elements are all there, in some order.
fn sort_elements<T: Element>(cx: &Ctx, elements: &mut [T], order: SortOrder) -> PyResult<()> {
    let Some(first) = elements.first() else {
        return Ok(());
    };
    let mut kind = classify(first.key());
    if elements
        .iter()
        .any(|element| classify(element.key()) != kind)
    {
        kind = Keys::Any;
    }
    // Two reversals keep equal elements in their order.
    if order == SortOrder::Descending {
        elements.reverse();
    }
    let result = if kind == Keys::Any {
        powersort(elements, &mut |left: &T, right: &T| {
            is_before(cx, left.key(), right.key())
        })
    } else {
        elements.sort_by(|left, right| compare_known(kind, left.key(), right.key()));
        Ok(())
    };
    if order == SortOrder::Descending {
        elements.reverse();
    }
    result
}

fn sort_keyed(cx: &Ctx, items: &mut Vec<Value>, key: &Value, order: SortOrder) -> PyResult<()> {
    let keys: Vec<Value> = items
        .iter()
        .map(|item| cx.call(key, std::slice::from_ref(item)))
        .collect::<PyResult<_>>()?;
    let mut keyed: Vec<Keyed> = keys
        .into_iter()
        .zip(items.drain(..))
        .map(|(key, item)| Keyed { key, item })
        .collect();
    let result = sort_elements(cx, &mut keyed, order);
    let mut keys = Vec::with_capacity(keyed.len());
    for Keyed { key, item } in keyed {
        keys.push(key);
        items.push(item);
    }
    drop(keys);
    result
}

impl Py<List> {
    /// `list.sort(key=key, reverse=...)`.
    ///
    /// # Errors
    /// What comparisons and the key function raise; `ValueError` if they changed the list.
    pub fn sort(&self, cx: &Ctx, key: Option<&Value>, order: SortOrder) -> PyResult<()> {
        let mut items = self.replace_all(Vec::new());
        let result = match key {
            Some(key) => sort_keyed(cx, &mut items, key, order),
            None => sort_elements(cx, &mut items, order),
        };
        let intruders = self.replace_all(items);
        // A list that nobody touched has no memory of its own.
        let touched = intruders.capacity() != 0;
        drop(intruders);
        result?;
        if touched {
            return Err(cx.value_error("list modified during sort"));
        }
        Ok(())
    }
}
