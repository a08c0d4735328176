//! Loops over iterators. A generator's frame is resumed in the same loop.

use crate::ctx::Ctx;
use crate::error::PyResult;
use crate::interp::specialize::iteration as specialize;
use crate::interp::stack::{Regs, Saved};
use crate::objects::generator::Generator;
use crate::objects::list::ListIterator;
use crate::objects::range::RangeIterator;
use crate::objects::tuple::TupleIterator;
use crate::value::Value;

/// Units of `FOR_ITER` and `SEND` with their cache.
pub(crate) const FOR_ITER_UNITS: usize = 2;

/// `FOR_ITER` over anything.
#[inline(never)]
pub(crate) fn for_iter(cx: &Ctx, at: Saved, arg: u32) -> PyResult<Saved> {
    let mut r = at.load();
    if r.is_warm() {
        specialize::for_iter(&r);
    }
    if for_generator(cx, &mut r, arg) {
        return Ok(r.saved());
    }
    let item = cx.next(r.peek(0))?;
    step(&mut r, arg, item);
    Ok(r.saved())
}

/// Pushes the item, or leaves the loop.
#[inline(always)]
fn step(r: &mut Regs, arg: u32, item: Option<Value>) {
    match item {
        Some(value) => {
            r.push(value);
            r.skip(1);
        }
        // Over the loop's END_FOR, to POP_ITER.
        None => r.skip(1 + arg as usize + 1),
    }
}

/// `FOR_ITER_GEN`. Returns whether the generator's frame runs now.
#[inline(always)]
pub(crate) fn for_generator(cx: &Ctx, r: &mut Regs, arg: u32) -> bool {
    if let Some(generator) = r.peek(0).downcast_ref::<Generator>()
        && let Some(frame) = generator.core.enter_inline(cx, Value::NONE)
    {
        // `enter_inline` made the generator's frame the running one; this one waits for it.
        r.save();
        r.frame
            .return_offset
            .set((FOR_ITER_UNITS + arg as usize) as u16);
        *r = Regs::enter(frame, 0);
        return true;
    }
    false
}

/// `FOR_ITER_LIST`. Returns whether the iterator is one over a list.
#[inline(always)]
pub(crate) fn for_list(r: &mut Regs, arg: u32) -> bool {
    let Some(iterator) = r.peek(0).downcast_ref::<ListIterator>() else {
        return false;
    };
    let item = iterator.advance();
    step(r, arg, item);
    true
}

/// `FOR_ITER_TUPLE`. Returns whether the iterator is one over a tuple.
#[inline(always)]
pub(crate) fn for_tuple(r: &mut Regs, arg: u32) -> bool {
    let Some(iterator) = r.peek(0).downcast_ref::<TupleIterator>() else {
        return false;
    };
    let item = iterator.advance();
    step(r, arg, item);
    true
}

/// `FOR_ITER_RANGE`. Returns whether the iterator is one over a range of machine integers.
#[inline(always)]
pub(crate) fn for_range(cx: &Ctx, r: &mut Regs, arg: u32) -> bool {
    let Some(iterator) = r.peek(0).downcast_ref::<RangeIterator>() else {
        return false;
    };
    let item = iterator
        .advance()
        .map(|number| Value::small_int(number).unwrap_or_else(|| cx.new_int(number)));
    step(r, arg, item);
    true
}
