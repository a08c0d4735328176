//! `array`: rows of numbers or characters, all of one type.
//!
//! CPython 3.14: `Modules/arraymodule.c`. `type_code` says what an item is, `value` holds the items, `methods` and
//! `operators` are the class, `iterator` walks, `reconstruct` is for pickles of other machines.
//! Tests: `tests/run/array/`.

mod iterator;
mod methods;
mod operators;
mod reconstruct;
mod type_code;
mod value;

use taipan_macros::pymodule;
use taipan_vm::ctx::Ctx;
use taipan_vm::error::PyResult;
use taipan_vm::native::ModuleBuilder;

use self::value::Array;

/// This module defines an object type which can efficiently represent
/// an array of basic values: characters, integers, floating-point
/// numbers.  Arrays are sequence types and behave very much like lists,
/// except that the type of objects stored in them is constrained.
#[pymodule(name = "array")]
pub(crate) fn array_module(cx: &Ctx, m: &ModuleBuilder<'_>) -> PyResult<()> {
    let class = m.class(Array::class())?;
    m.add("ArrayType", class.to_value())?;
    if cx.isolate().library().is_some() {
        let sequences = cx.import_from("collections.abc", "MutableSequence")?;
        cx.call_method(&sequences, &cx.intern("register"), &[class.to_value()])?;
    }
    m.function(&reconstruct::_array_reconstructor::DEF)?;
    m.add("typecodes", type_code::ALL)
}
