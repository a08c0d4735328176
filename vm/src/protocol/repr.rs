//! What the `repr` of containers shares: the guard against containers that contain themselves, and joining items.
//!
//! CPython 3.14: `Py_ReprEnter`, `Py_ReprLeave` (`Objects/object.c`). Tests: `tests/run/repr/`.

use taipan_text::Wtf8Buf;

use crate::ctx::Ctx;
use crate::error::PyResult;
use crate::objects::Str;
use crate::value::{Py, Value};

/// While it lives, the `repr` of its container is under way on this thread.
pub struct ReprGuard<'cx> {
    cx: &'cx Ctx,
    identity: u64,
}

impl Drop for ReprGuard<'_> {
    fn drop(&mut self) {
        let mut running = self.cx.running_reprs.borrow_mut();
        if let Some(place) = running.iter().rposition(|known| *known == self.identity) {
            running.remove(place);
        }
    }
}

impl Ctx {
    /// Notes that the `repr` of `value` begins; `None` if it is under way already, so that dots must stand for it.
    pub fn enter_repr(&self, value: &Value) -> Option<ReprGuard<'_>> {
        let identity = value.identity();
        let mut running = self.running_reprs.borrow_mut();
        if running.contains(&identity) {
            return None;
        }
        running.push(identity);
        Some(ReprGuard { cx: self, identity })
    }

    /// `open`, the `repr` of each item with commas between, `close`.
    ///
    /// `item` gives the next item; it is asked again after each `repr`, which may change the container.
    ///
    /// # Errors
    /// What `__repr__` raises.
    pub fn repr_items(
        &self,
        open: &str,
        close: &str,
        mut item: impl FnMut(usize) -> Option<Value>,
    ) -> PyResult<Py<Str>> {
        self.check_native_stack(" while getting the repr of an object")?;
        let mut text = Wtf8Buf::new();
        text.push_str(open);
        let mut index = 0;
        while let Some(value) = item(index) {
            if index > 0 {
                text.push_str(", ");
            }
            text.push_wtf8(self.repr(&value)?.as_wtf8());
            index += 1;
        }
        text.push_str(close);
        self.new_str(&text)
    }
}
