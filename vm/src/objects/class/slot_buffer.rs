//! `__buffer__` and `__release_buffer__`: memory that classes written in Python share, and give back.
//!
//! CPython 3.14: `slot_bf_getbuffer`, `slot_bf_releasebuffer`, `wrap_buffer`, `wrap_releasebuffer` (`Objects/typeobject.c`),
//! PEP 688. Deviation: `memoryview.obj` is the object itself (CPython: a wrapper without use). Tests: `tests/run/buffer/`.

use std::rc::Rc;

use super::slot_functions as functions;
use super::slot_table::SlotDef;
use super::slot_wrappers as wrappers;
use crate::ctx::Ctx;
use crate::error::PyResult;
use crate::heap::Visitor;
use crate::native::Args;
use crate::objects::MemoryView;
use crate::objects::buffer::{Buffer, Export};
use crate::objects::slots::{SlotId, Slots};
use crate::value::{Py, Value};

/// Memory that an object shares and is told of when nobody looks at it any more.
struct Lent {
    memory: Buffer,
    lender: Value,
    /// What its `__buffer__` returned; `None` if the memory is the lender's own.
    view: Option<Py<MemoryView>>,
}

impl Export for Lent {
    fn with_bytes(&self, f: &mut dyn FnMut(&[u8])) {
        self.memory.export.with_bytes(f);
    }

    fn with_bytes_mut(&self, f: &mut dyn FnMut(&mut [u8])) -> bool {
        self.memory.export.with_bytes_mut(f)
    }

    fn visit(&self, visit: &mut Visitor<'_>) {
        self.memory.visit(visit);
        visit(&self.lender);
        if let Some(view) = &self.view {
            visit(view.as_value());
        }
    }
}

impl Drop for Lent {
    fn drop(&mut self) {
        Ctx::with_current(|cx| {
            if cx.class_of(&self.lender).looks_up(SlotId::release_buffer) {
                self.tell_lender(cx);
            }
            if let Some(view) = &self.view
                && view.shows_memory_of(&self.lender)
            {
                view.give_up();
            }
        });
    }
}

impl Lent {
    fn tell_lender(&self, cx: &Ctx) {
        let name = &cx.names().__release_buffer__;
        let result = match &self.view {
            Some(view) => functions::method(cx, &self.lender, name, &[view.to_value()]),
            None => {
                // Nobody may look at the memory for longer than this call.
                let view = cx.memoryview_of(self.memory.clone());
                view.restrict();
                let result = functions::method(cx, &self.lender, name, &[view.to_value()]);
                view.give_up();
                result
            }
        };
        if let Err(error) = result {
            let class = cx.type_name(&self.lender);
            let message = format!("Exception ignored in __release_buffer__ of {class}");
            cx.report_unraisable(&error, Some(&message), &Value::NONE);
        }
    }
}

fn lend(memory: Buffer, lender: &Value, view: Option<Py<MemoryView>>) -> Buffer {
    let mut lent = memory.clone();
    lent.owner = lender.clone();
    lent.export = Rc::new(Lent {
        memory,
        lender: lender.clone(),
        view,
    });
    lent
}

/// The slot `buffer` of classes written in Python.
pub(super) fn buffer(cx: &Ctx, this: &Value, flags: i32) -> PyResult<Buffer> {
    let flag = cx.new_int(i64::from(flags));
    let name = &cx.names().__buffer__;
    let view = functions::method(cx, this, name, std::slice::from_ref(&flag))?;
    let Ok(view) = view.downcast::<MemoryView>() else {
        return Err(cx.type_error("__buffer__ returned non-memoryview object"));
    };
    let memory = cx.get_buffer(view.as_value(), flags)?;
    Ok(lend(memory, this, Some(view)))
}

/// The slot `release_buffer` of classes written in Python.
pub(super) fn release_buffer(cx: &Ctx, this: &Value, view: &Value) -> PyResult<()> {
    let name = &cx.names().__release_buffer__;
    functions::method(cx, this, name, std::slice::from_ref(view)).map(drop)
}

/// `object.__buffer__(flags)` of a native type.
pub(super) fn call_buffer(
    cx: &Ctx,
    _: &'static SlotDef,
    slots: &Slots,
    this: &Value,
    args: Args<'_>,
) -> PyResult<Value> {
    let [flags] = wrappers::exactly(cx, args)?;
    let flags = cx.to_index_size(flags)?;
    let Ok(flags) = i32::try_from(flags) else {
        return Err(cx.overflow_error("buffer flags out of range"));
    };
    match slots.buffer.get() {
        Some(get) => Ok(cx.memoryview_of(get(cx, this, flags)?).into_value()),
        None => Err(cx.system_error("slot buffer is empty")),
    }
}

impl Ctx {
    /// Memory of an object whose class wants to know when it is given back.
    pub(crate) fn lend_buffer(&self, memory: Buffer, lender: &Value) -> Buffer {
        lend(memory, lender, None)
    }

    /// `object.__release_buffer__(view)` of a native type: releases a view of the object's own memory.
    ///
    /// # Errors
    /// `TypeError` if it is no memoryview, `ValueError` if it shows other memory or none any more.
    pub fn release_view(&self, this: &Value, view: &Value) -> PyResult<()> {
        let Some(view) = view.downcast_ref::<MemoryView>() else {
            return Err(self.type_error("expected a memoryview object"));
        };
        if view.is_released() {
            return Err(self.value_error("memoryview's buffer has already been released"));
        }
        if !view.shows_memory_of(this) {
            return Err(self.value_error("memoryview's buffer is not this object"));
        }
        view.give_up();
        Ok(())
    }
}
