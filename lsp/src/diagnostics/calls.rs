//! Calls that cannot succeed: arguments missing, too many, or with a keyword that the function does not take.
//!
//! CPython counterpart: `Python/ceval.c`, `initialize_locals`, whose messages are followed. Only undecorated functions of
//! a source are checked, and no call with `*` or `**`. Tests: below.

use std::sync::Arc;

use super::Problem;
use crate::analysis::model::{Call, Function, ParameterKind};
use crate::infer::{Inferrer, Type};
use crate::project::Document;

/// Returns the calls of a document that cannot succeed.
pub(crate) fn check(inferrer: &Inferrer, document: &Arc<Document>) -> Vec<Problem> {
    let mut out = Vec::new();
    for call in &document.module().calls {
        inferrer.refuel();
        match inferrer.evaluate(document, call.scope, &call.callee) {
            Type::Function(function, is_bound) => {
                let data = function.get();
                let plain = data.decorators.is_empty()
                    || data.has_decorator(&["staticmethod", "classmethod", "deprecated"]);
                if plain && is_only(&function.document, data) {
                    out.extend(arguments(call, data, usize::from(is_bound)));
                }
            }
            Type::NativeInstance(class, _)
                if class.module == "builtins"
                    && matches!(
                        class.name,
                        "int" | "str" | "float" | "list" | "dict" | "tuple" | "set"
                    ) =>
            {
                let message = format!("'{}' object is not callable", class.name);
                out.push(Problem::warning("not-callable", call.range, message));
            }
            _ => {}
        }
    }
    out
}

/// Returns whether the name has no other definition (overloads, branches).
fn is_only(document: &Document, function: &Function) -> bool {
    let module = document.module();
    let binding = &module.bindings[function.binding];
    module.bindings_of(binding.scope, &binding.name).len() == 1
}

fn arguments(call: &Call, function: &Function, skip: usize) -> Option<Problem> {
    if call.arguments.iter().any(|argument| argument.is_starred) {
        return None;
    }
    let parameters = function.parameters.get(skip..)?;
    let positional: Vec<_> = parameters
        .iter()
        .filter(|p| {
            matches!(
                p.kind,
                ParameterKind::Normal | ParameterKind::PositionalOnly
            )
        })
        .collect();
    let given: Vec<_> = call
        .arguments
        .iter()
        .filter(|argument| argument.keyword.is_none())
        .collect();
    let takes_any = parameters.iter().any(|p| p.kind == ParameterKind::VarArgs);
    let takes_keywords = parameters.iter().any(|p| p.kind == ParameterKind::KwArgs);
    let name = &function.name;
    if let (Some(extra), false) = (given.get(positional.len()), takes_any) {
        let plural = if positional.len() == 1 { "" } else { "s" };
        let message = format!(
            "{name}() takes {} positional argument{plural} but {} were given",
            positional.len(),
            given.len()
        );
        return Some(Problem::warning("too-many-arguments", extra.range, message));
    }
    for argument in &call.arguments {
        let Some(keyword) = &argument.keyword else {
            continue;
        };
        let known = parameters.iter().any(|p| {
            p.name == *keyword
                && matches!(p.kind, ParameterKind::Normal | ParameterKind::KeywordOnly)
        });
        if !known && !takes_keywords {
            let message = format!("{name}() got an unexpected keyword argument '{keyword}'");
            return Some(Problem::warning(
                "unknown-argument",
                argument.range,
                message,
            ));
        }
    }
    let named = |name: &str| {
        call.arguments
            .iter()
            .any(|argument| argument.keyword.as_deref() == Some(name))
    };
    let missing: Vec<String> = positional
        .iter()
        .skip(given.len())
        .copied()
        .chain(
            parameters
                .iter()
                .filter(|p| p.kind == ParameterKind::KeywordOnly),
        )
        .filter(|p| !p.has_default && !named(&p.name))
        .map(|p| format!("'{}'", p.name))
        .collect();
    if missing.is_empty() {
        return None;
    }
    let plural = if missing.len() == 1 { "" } else { "s" };
    let message = format!(
        "{name}() missing {} required argument{plural}: {}",
        missing.len(),
        missing.join(", ")
    );
    Some(Problem::warning("missing-argument", call.range, message))
}

#[cfg(test)]
mod tests {
    use crate::fixture::check_problems;

    #[test]
    fn calls_are_checked_against_the_signature() {
        check_problems("def f(a, b): return a\nf(1)\n", &["missing-argument"]);
        check_problems("def f(a): return a\nf(1, 2)\n", &["too-many-arguments"]);
        check_problems("def f(a): return a\nf(zz=2, a=1)\n", &["unknown-argument"]);
        check_problems(
            "def f(a, *b, c=1, **d): return a\nf(1, 2, 3, e=4)\nf(*x())\ndef x(): return []\n",
            &[],
        );
        check_problems(
            "class C:\n    def m(self, a): return a\nC().m(1)\nC.m(C(), 1)\n",
            &[],
        );
    }
}
