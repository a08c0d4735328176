//! `FOR_ITER`.

use crate::interp::numbers::*;
use crate::interp::stack::Regs;
use crate::objects::generator::Generator;
use crate::objects::list::ListIterator;
use crate::objects::range::RangeIterator;
use crate::objects::tuple::TupleIterator;

/// Specialises the `FOR_ITER` that was just fetched.
#[cold]
#[inline(never)]
pub(in crate::interp) fn for_iter(r: &Regs) {
    let iterator = r.peek(0);
    let op = if iterator.downcast_ref::<ListIterator>().is_some() {
        FOR_ITER_LIST
    } else if iterator.downcast_ref::<RangeIterator>().is_some() {
        FOR_ITER_RANGE
    } else if iterator.downcast_ref::<TupleIterator>().is_some() {
        FOR_ITER_TUPLE
    } else if iterator.downcast_ref::<Generator>().is_some() {
        FOR_ITER_GEN
    } else {
        FOR_ITER
    };
    r.frame.code.rewrite(r.offset() - 1, op, &[]);
}
