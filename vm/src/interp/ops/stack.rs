//! Constants, and shuffling the value stack.

use taipan_compiler::opcode::CommonConstant;

use crate::ctx::Ctx;
use crate::error::PyResult;
use crate::interp::stack::Regs;
use crate::value::Value;

#[inline(always)]
pub(crate) fn load_const(cx: &Ctx, r: &mut Regs, arg: u32) -> PyResult<()> {
    let frame = r.frame;
    match frame.code.known_const(arg) {
        Some(value) => r.push_borrowed(value),
        None => r.push(frame.code.const_at(cx, arg)?),
    }
    Ok(())
}

#[inline(always)]
pub(crate) fn load_small_int(r: &mut Regs, arg: u32) {
    r.push(Value::int32(arg as i32));
}

pub(crate) fn common_constant(cx: &Ctx, arg: u32) -> PyResult<Value> {
    let types = cx.types();
    match CommonConstant::from_oparg(arg) {
        Some(CommonConstant::AssertionError) => Ok(types.assertion_error.to_value()),
        Some(CommonConstant::NotImplementedError) => Ok(types.not_implemented_error.to_value()),
        Some(CommonConstant::Tuple) => Ok(types.tuple.to_value()),
        Some(CommonConstant::All) => Ok(cx.isolate().all_and_any(cx).0.clone()),
        Some(CommonConstant::Any) => Ok(cx.isolate().all_and_any(cx).1.clone()),
        None => Err(cx.system_error("unknown common constant")),
    }
}

#[inline(always)]
pub(crate) fn copy(r: &mut Regs, arg: u32) {
    let slot = r.peek_slot(arg as usize - 1).clone();
    r.push_slot(slot);
}
