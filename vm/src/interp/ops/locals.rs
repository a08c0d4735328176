//! Locals, cells and free variables.

use crate::ctx::Ctx;
use crate::error::{PyErr, PyResult};
use crate::interp::stack::{FrameRef, Regs};
use crate::objects::cell::Cell;
use crate::value::{Py, Value};

#[inline(always)]
pub(crate) fn load_fast(r: &mut Regs, arg: u32) {
    let slot = r.frame.local(arg as usize).clone();
    r.push_slot(slot);
}

#[inline(always)]
pub(crate) fn load_fast_borrow(r: &mut Regs, arg: u32) {
    let frame = r.frame;
    match frame.local(arg as usize) {
        Some(value) => r.push_borrowed(value),
        None => r.push_slot(None),
    }
}

#[inline(always)]
pub(crate) fn load_fast_load_fast(r: &mut Regs, arg: u32) {
    load_fast(r, arg >> 4);
    load_fast(r, arg & 15);
}

#[inline(always)]
pub(crate) fn load_fast_borrow_load_fast_borrow(r: &mut Regs, arg: u32) {
    load_fast_borrow(r, arg >> 4);
    load_fast_borrow(r, arg & 15);
}

#[inline(always)]
pub(crate) fn load_fast_check(cx: &Ctx, r: &mut Regs, arg: u32) -> PyResult<()> {
    if r.frame.local(arg as usize).is_none() {
        return Err(unbound(cx, r.frame, arg));
    }
    load_fast(r, arg);
    Ok(())
}

#[inline(always)]
pub(crate) fn load_fast_and_clear(r: &mut Regs, arg: u32) {
    let slot = r.frame.replace_local(arg as usize, None);
    r.push_slot(slot);
}

#[inline(always)]
pub(crate) fn store_fast(r: &mut Regs, arg: u32) {
    let slot = r.pop_owned_slot();
    drop(r.frame.replace_local(arg as usize, slot));
}

#[inline(always)]
pub(crate) fn store_fast_load_fast(r: &mut Regs, arg: u32) {
    store_fast(r, arg >> 4);
    load_fast(r, arg & 15);
}

#[inline(always)]
pub(crate) fn store_fast_store_fast(r: &mut Regs, arg: u32) {
    store_fast(r, arg >> 4);
    store_fast(r, arg & 15);
}

pub(crate) fn delete_fast(cx: &Ctx, frame: FrameRef, arg: u32) -> PyResult<()> {
    match frame.replace_local(arg as usize, None) {
        Some(_) => Ok(()),
        None => Err(unbound(cx, frame, arg)),
    }
}

#[cold]
fn unbound(cx: &Ctx, frame: FrameRef, slot: u32) -> PyErr {
    let name = &frame.code.localsplusnames()[slot as usize];
    let message = format!(
        "cannot access local variable '{}' where it is not associated with a value",
        name.to_string_lossy()
    );
    // No search for similar names: the name is right.
    cx.error(&cx.types().unbound_local_error, message)
}

#[cold]
fn unbound_cell(cx: &Ctx, frame: FrameRef, slot: u32) -> PyErr {
    let code = &frame.code;
    if (slot as usize) < code.nlocalsplus() - code.nfree as usize {
        return unbound(cx, frame, slot);
    }
    let name = &code.localsplusnames()[slot as usize];
    let message = format!(
        "cannot access free variable '{}' where it is not associated with a value in enclosing scope",
        name.to_string_lossy()
    );
    cx.name_error_of(&cx.types().name_error, &message, name)
}

/// Puts a new cell around what the slot holds.
pub(crate) fn make_cell(cx: &Ctx, frame: FrameRef, arg: u32) {
    let contents = frame.replace_local(arg as usize, None);
    let cell = cx.new_cell(contents).into_value();
    drop(frame.replace_local(arg as usize, Some(cell)));
}

/// Copies the cells of the closure into the last slots, which are empty.
#[inline(always)]
pub(crate) fn copy_free_vars(frame: FrameRef, arg: u32) {
    let offset = frame.code.nlocalsplus() - arg as usize;
    frame.function.closure.peek(|closure| {
        let cells = closure.as_ref().map_or(&[][..], |cells| cells.as_slice());
        for (index, cell) in cells.iter().enumerate().take(arg as usize) {
            drop(frame.replace_local(offset + index, Some(cell.clone())));
        }
    });
}

#[inline(always)]
fn cell_at(frame: &FrameRef, slot: u32) -> Option<&Py<Cell>> {
    frame.local(slot as usize).as_ref()?.downcast_ref::<Cell>()
}

#[inline(always)]
pub(crate) fn load_deref(cx: &Ctx, r: &mut Regs, arg: u32) -> PyResult<()> {
    let contents = cell_at(&r.frame, arg).and_then(|cell| cell.contents.get());
    match contents {
        Some(value) => {
            r.push(value);
            Ok(())
        }
        None => Err(unbound_cell(cx, r.frame, arg)),
    }
}

#[inline(always)]
pub(crate) fn store_deref(r: &mut Regs, arg: u32) {
    let value = r.pop();
    if let Some(cell) = cell_at(&r.frame, arg) {
        cell.contents.set(Some(value));
    }
}

pub(crate) fn delete_deref(cx: &Ctx, frame: FrameRef, arg: u32) -> PyResult<()> {
    match cell_at(&frame, arg).and_then(|cell| cell.contents.take()) {
        Some(_) => Ok(()),
        None => Err(unbound_cell(cx, frame, arg)),
    }
}

/// A free variable of a class body: first the class's namespace, then the cell.
pub(crate) fn load_from_dict_or_deref(
    cx: &Ctx,
    frame: FrameRef,
    arg: u32,
    namespace: &Value,
) -> PyResult<Value> {
    let name = &frame.code.localsplusnames()[arg as usize];
    if let Some(value) = super::names::find_in_namespace(cx, namespace, name)? {
        return Ok(value);
    }
    cell_at(&frame, arg)
        .and_then(|cell| cell.contents.get())
        .ok_or_else(|| unbound_cell(cx, frame, arg))
}
