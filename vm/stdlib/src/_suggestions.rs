//! `_suggestions`: the candidate that looks most like a misspelled name.
//!
//! CPython 3.14: `Modules/_suggestions.c`. Tests: `tests/run/suggestions/`.

use taipan_macros::{pyfunction, pymodule};
use taipan_vm::ctx::Ctx;
use taipan_vm::error::PyResult;
use taipan_vm::native::ModuleBuilder;
use taipan_vm::native::suggest::suggest;
use taipan_vm::objects::{List, Str};
use taipan_vm::value::{Py, Value};

#[pymodule]
pub(crate) fn _suggestions(_cx: &Ctx, m: &ModuleBuilder<'_>) -> PyResult<()> {
    m.function(&_generate_suggestions::DEF)
}

/// Returns the candidate in candidates that's closest to item
#[pyfunction(signature = (candidates, item, /))]
fn _generate_suggestions(cx: &Ctx, candidates: &Value, item: &Py<Str>) -> PyResult<Option<String>> {
    let Some(candidates) = cx
        .as_exact_list(candidates)
        .map(|list: &Py<List>| list.to_vec())
    else {
        return Err(cx.type_error("candidates must be a list"));
    };
    let mut texts = Vec::with_capacity(candidates.len());
    for candidate in &candidates {
        let Some(text) = candidate.downcast_ref::<Str>() else {
            return Err(cx.type_error("all elements in 'candidates' must be strings"));
        };
        texts.push(text.to_string_lossy());
    }
    let item = item.to_string_lossy();
    Ok(suggest(&item, texts.iter().map(|text| &**text)).map(str::to_owned))
}
