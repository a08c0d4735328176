//! Replacements out of literals and groups: what `re._compile_template` makes.

use taipan_macros::{pyclass, pymethods};
use taipan_vm::ctx::Ctx;
use taipan_vm::error::{PyErr, PyResult};
use taipan_vm::heap::{Traverse, Visitor};
use taipan_vm::value::Value;

/// A literal, then pairs of a group and the literal behind it.
#[pyclass(name = "SRE_Template", module = "_sre", no_new, traverse)]
pub(super) struct Template {
    pub(super) first: Value,
    pub(super) rest: Vec<(usize, Value)>,
}

#[pymethods]
impl Template {}

fn invalid(cx: &Ctx) -> PyErr {
    cx.type_error("invalid template")
}

pub(super) fn make(cx: &Ctx, parts: &[Value]) -> PyResult<Value> {
    let Some((first, rest)) = parts.split_first() else {
        return Err(invalid(cx));
    };
    let (pairs, []) = rest.as_chunks::<2>() else {
        return Err(invalid(cx));
    };
    let mut groups = Vec::with_capacity(pairs.len());
    for [group, literal] in pairs {
        let number = group.as_int().and_then(|number| number.to_i64());
        let group = number.and_then(|number| usize::try_from(number).ok());
        groups.push((group.ok_or_else(|| invalid(cx))?, literal.clone()));
    }
    let payload = Template {
        first: first.clone(),
        rest: groups,
    };
    let class = cx.native_class(Template::class());
    Ok(cx.heap().allocate(&class, payload).into_value())
}

impl Traverse for Template {
    fn traverse(&self, visit: &mut Visitor<'_>) {
        visit(&self.first);
        self.rest.iter().for_each(|(_, literal)| visit(literal));
    }
}
