//! `list[i]` and `list[a:b:c]`: reading, storing, deleting.
//!
//! CPython 3.14: `list_subscript`, `list_ass_subscript`.

use taipan_macros::pymethods;

use super::List;
use super::methods::absolute;
use crate::ctx::Ctx;
use crate::error::{PyErr, PyResult};
use crate::objects::slice::{Slice, SliceRange};
use crate::value::{Py, Value};

impl List {
    /// Item `index`, counted from the end if negative.
    #[inline(always)]
    pub fn item(&self, index: isize) -> Option<Value> {
        let items = self.borrow();
        let index = if index < 0 {
            index.wrapping_add_unsigned(items.len())
        } else {
            index
        };
        items.get(index as usize).cloned()
    }

    /// The items that a slice names.
    ///
    /// # Errors
    /// Those of the slice's bounds.
    pub fn slice(&self, cx: &Ctx, slice: &Slice) -> PyResult<Vec<Value>> {
        let bounds = slice.bounds(cx)?;
        let items = self.borrow();
        let range = bounds.fit(items.len());
        Ok(pick(&items, range))
    }

    fn assign_slice(&self, cx: &Ctx, slice: &Slice, value: &Value) -> PyResult<()> {
        let bounds = slice.bounds(cx)?;
        let new = match cx.collect(value) {
            Err(error) if cx.matches(&error, &cx.types().type_error) && cx.iter(value).is_err() => {
                return Err(cx.type_error("must assign iterable to extended slice"));
            }
            new => new?,
        };
        let mut items = self.borrow_mut();
        let range = bounds.fit(items.len());
        let removed = if range.step == 1 {
            let start = range.start as usize;
            items
                .splice(start..start + range.count, new)
                .collect::<Vec<_>>()
        } else {
            if new.len() != range.count {
                let (given, wanted) = (new.len(), range.count);
                drop(items);
                return Err(cx.value_error(format!(
                    "attempt to assign sequence of size {given} to extended slice of size {wanted}"
                )));
            }
            range
                .indices()
                .zip(new)
                .map(|(index, value)| std::mem::replace(&mut items[index], value))
                .collect()
        };
        drop(items);
        drop(removed);
        Ok(())
    }

    fn delete_slice(&self, cx: &Ctx, slice: &Slice) -> PyResult<()> {
        let bounds = slice.bounds(cx)?;
        let mut items = self.borrow_mut();
        let range = bounds.fit(items.len()).ascending();
        let start = range.start as usize;
        let removed: Vec<Value> = if range.count == 0 {
            Vec::new()
        } else if range.step == 1 {
            items.drain(start..start + range.count).collect()
        } else {
            let step = range.step as usize;
            let mut index = 0;
            let last = start + (range.count - 1) * step;
            items
                .extract_if(.., |_| {
                    let here = index;
                    index += 1;
                    here >= start && here <= last && (here - start).is_multiple_of(step)
                })
                .collect()
        };
        drop(items);
        drop(removed);
        Ok(())
    }

    fn change_at(&self, cx: &Ctx, index: isize, value: Option<&Value>) -> PyResult<()> {
        let old = {
            let mut items = self.borrow_mut();
            let Some(index) = absolute(index, items.len()) else {
                return Err(cx.index_error("list assignment index out of range"));
            };
            match value {
                Some(value) => std::mem::replace(&mut items[index], value.clone()),
                None => items.remove(index),
            }
        };
        drop(old);
        Ok(())
    }
}

/// Clones of the items that `range` names.
pub(crate) fn pick(items: &[Value], range: SliceRange) -> Vec<Value> {
    if range.step == 1 {
        let start = range.start as usize;
        items[start..start + range.count].to_vec()
    } else {
        range.indices().map(|index| items[index].clone()).collect()
    }
}

#[cold]
fn no_index(cx: &Ctx, key: &Value) -> PyErr {
    cx.type_error(format!(
        "list indices must be integers or slices, not {}",
        cx.type_name(key)
    ))
}

#[pymethods(part = 1)]
impl List {
    /// Return self[index].
    #[pymethod(coexist)]
    fn __getitem__(&self, cx: &Ctx, index: &Value) -> PyResult<Value> {
        let position = match index.as_small_int() {
            Some(position) => position as isize,
            None => {
                if let Some(slice) = index.downcast_ref::<Slice>() {
                    return Ok(cx.new_list(self.slice(cx, slice)?).into_value());
                }
                if !cx.is_index(index) {
                    return Err(no_index(cx, index));
                }
                cx.index_isize(index)?
            }
        };
        self.item(position)
            .ok_or_else(|| cx.index_error("list index out of range"))
    }

    fn __setitem__(&self, cx: &Ctx, key: &Value, value: Option<&Value>) -> PyResult<()> {
        if let Some(index) = key.as_small_int() {
            return self.change_at(cx, index as isize, value);
        }
        if let Some(slice) = key.downcast_ref::<Slice>() {
            return match value {
                Some(value) => self.assign_slice(cx, slice, value),
                None => self.delete_slice(cx, slice),
            };
        }
        if !cx.is_index(key) {
            return Err(no_index(cx, key));
        }
        self.change_at(cx, cx.index_isize(key)?, value)
    }

    fn __item__(&self, cx: &Ctx, index: isize) -> PyResult<Value> {
        usize::try_from(index)
            .ok()
            .and_then(|index| self.get(index))
            .ok_or_else(|| cx.index_error("list index out of range"))
    }

    fn __set_item__(&self, cx: &Ctx, index: isize, value: Option<&Value>) -> PyResult<()> {
        if index < 0 {
            return Err(cx.index_error("list assignment index out of range"));
        }
        self.change_at(cx, index, value)
    }
}

impl Py<List> {
    /// Stores `value` at `index`, counted from the end if negative.
    ///
    /// # Errors
    /// `IndexError` if there is no such item.
    #[inline]
    pub fn set_item(&self, cx: &Ctx, index: isize, value: &Value) -> PyResult<()> {
        self.change_at(cx, index, Some(value))
    }
}
