//! Loops over iterators. A generator's frame is resumed in the same loop.

use crate::ctx::Ctx;
use crate::error::PyResult;
use crate::interp::stack::Regs;
use crate::objects::generator::Generator;
use crate::value::Value;

/// Units of `FOR_ITER` and `SEND` with their cache.
pub(crate) const FOR_ITER_UNITS: usize = 2;

#[inline(always)]
pub(crate) fn for_iter(cx: &Ctx, r: &mut Regs, arg: u32) -> PyResult<()> {
    if let Some(generator) = r.peek(0).downcast_ref::<Generator>()
        && let Some(frame) = generator.core.enter_inline(cx, Value::NONE)
    {
        // `enter_inline` made the generator's frame the running one; this one waits for it.
        r.save();
        r.frame
            .return_offset
            .set((FOR_ITER_UNITS + arg as usize) as u16);
        *r = Regs::enter(frame, 0);
        return Ok(());
    }
    match cx.next(r.peek(0))? {
        Some(value) => {
            r.push(value);
            r.skip(1);
        }
        // Over the loop's END_FOR, to POP_ITER.
        None => r.skip(1 + arg as usize + 1),
    }
    Ok(())
}
