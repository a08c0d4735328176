//! `reduce`.

use taipan_macros::pyfunction;
use taipan_vm::ctx::Ctx;
use taipan_vm::error::PyResult;
use taipan_vm::native::bind::Optional;
use taipan_vm::value::Value;

/// Apply a function of two arguments cumulatively to the items of an iterable, from left to right.
///
/// This effectively reduces the iterable to a single value.  If initial is
/// present, it is placed before the items of the iterable in the
/// calculation, and serves as a default when the iterable is empty.
///
/// For example, reduce(lambda x, y: x+y, [1, 2, 3, 4, 5])
/// calculates ((((1 + 2) + 3) + 4) + 5).
#[pyfunction(
    signature = (function, iterable, /, initial = Optional::Missing),
    text_signature = "($module, function, iterable, /, initial=<unrepresentable>)"
)]
pub(super) fn reduce(
    cx: &Ctx,
    function: &Value,
    iterable: &Value,
    initial: Optional<&Value>,
) -> PyResult<Value> {
    let mut iteration = cx.iterate(iterable).map_err(|error| {
        if cx.matches(&error, &cx.types().type_error) {
            cx.type_error("reduce() arg 2 must support iteration")
        } else {
            error
        }
    })?;
    let mut result = initial.given().cloned();
    while let Some(item) = iteration.next(cx)? {
        result = Some(match result {
            Some(result) => cx.call(function, &[result, item])?,
            None => item,
        });
    }
    result.ok_or_else(|| cx.type_error("reduce() of empty iterable with no initial value"))
}
