//! `_sre`: compiled regular expressions.
//!
//! Reference: CPython 3.14 `Modules/_sre/sre.c`. The engine is `taipan_sre`; here are its Python objects. `subject` reads
//! strings, `pattern` and `matched` are the classes, `replacement` compiled templates, `replace` what `sub` does, `scanner` the
//! iteration. Tests: `tests/run/re/`. Deviations: a `bytearray` is copied, not exported, while it is searched.

mod matched;
mod pattern;
mod replace;
mod replacement;
mod scanner;
mod subject;

use num_traits::ToPrimitive;
use taipan_macros::{pyfunction, pymodule};
use taipan_sre::{CODESIZE, MAGIC, MAXGROUPS, MAXREPEAT};
use taipan_vm::ctx::Ctx;
use taipan_vm::error::PyResult;
use taipan_vm::native::ModuleBuilder;
use taipan_vm::objects::{Dict, List, Tuple};
use taipan_vm::value::{Py, Value};

use self::pattern::Pattern;

#[pymodule]
pub(crate) fn _sre(_cx: &Ctx, m: &ModuleBuilder<'_>) -> PyResult<()> {
    m.add("MAGIC", i64::from(MAGIC))?;
    m.add("CODESIZE", CODESIZE as i64)?;
    m.add("MAXREPEAT", i64::from(MAXREPEAT))?;
    m.add("MAXGROUPS", MAXGROUPS as i64)?;
    m.function(&compile::DEF)?;
    m.function(&template::DEF)?;
    m.function(&getcodesize::DEF)?;
    m.function(&ascii_iscased::DEF)?;
    m.function(&ascii_tolower::DEF)?;
    m.function(&unicode_iscased::DEF)?;
    m.function(&unicode_tolower::DEF)
}

#[pyfunction(
    signature = (pattern, flags, code, groups, groupindex, indexgroup),
    text_signature = "($module, /, pattern, flags, code, groups, groupindex,\n        indexgroup)"
)]
fn compile(
    cx: &Ctx,
    pattern: &Value,
    flags: i32,
    code: &Py<List>,
    groups: isize,
    groupindex: &Py<Dict>,
    indexgroup: &Py<Tuple>,
) -> PyResult<Value> {
    let mut words = Vec::with_capacity(code.length());
    for word in code.to_vec() {
        let Some(number) = word.as_int() else {
            return Err(cx.type_error("an integer is required"));
        };
        match number.to_i64().and_then(|number| number.to_u32()) {
            Some(word) => words.push(word),
            None => return Err(cx.overflow_error("regular expression code size limit exceeded")),
        }
    }
    let groups = usize::try_from(groups).unwrap_or(0);
    Pattern::make(cx, pattern, flags, &words, groups, groupindex, indexgroup)
}

/// A replacement out of literals and group numbers, for re._compile_template.
#[pyfunction]
fn template(cx: &Ctx, pattern: &Value, template: &Py<List>) -> PyResult<Value> {
    let _ = pattern;
    replacement::make(cx, &template.to_vec())
}

#[pyfunction]
fn getcodesize() -> i64 {
    CODESIZE as i64
}

/// Asks about a character that Python gives as an `int`.
fn ask<R>(character: i32, f: fn(u32) -> R) -> R {
    f(character as u32)
}

#[pyfunction]
fn ascii_iscased(character: i32) -> bool {
    ask(character, taipan_sre::ascii_iscased)
}

#[pyfunction]
fn ascii_tolower(character: i32) -> i32 {
    ask(character, taipan_sre::ascii_tolower) as i32
}

#[pyfunction]
fn unicode_iscased(character: i32) -> bool {
    ask(character, taipan_sre::unicode_iscased)
}

#[pyfunction]
fn unicode_tolower(character: i32) -> i32 {
    ask(character, taipan_sre::unicode_tolower) as i32
}
