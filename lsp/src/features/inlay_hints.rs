//! `textDocument/inlayHint`: inferred types of variables, inferred returns, names of parameters in calls.
//!
//! Only where the text does not show it: no hint for a literal, a constructor call, or an argument of the same name.
//! Tests: below.

use std::sync::Arc;

use lsp_types::{InlayHint, InlayHintKind, InlayHintLabel, InlayHintParams};
use ruff_text_size::TextSize;

use super::{Answer, target};
use crate::analysis::model::ParameterKind;
use crate::analysis::{BindingKind, Value};
use crate::infer::{FunctionRef, Inferrer, Type, display};
use crate::project::{Document, Snapshot};

struct Hint {
    offset: TextSize,
    label: String,
    kind: InlayHintKind,
}

fn hints(snapshot: &Snapshot, document: &Arc<Document>) -> Vec<Hint> {
    let module = document.module();
    let inferrer = Inferrer::new(snapshot);
    let mut out = Vec::new();
    let is_known = |text: &str| !text.contains("Unknown");
    for (id, binding) in module.bindings.iter().enumerate() {
        let plain = matches!(binding.kind, BindingKind::Variable)
            && binding.annotation.is_none()
            && !binding.is_unpacked;
        let obvious = match &binding.value {
            Value::Unknown | Value::Literal(_) | Value::Text(_) | Value::Lambda => true,
            Value::Call(callee, _) => matches!(
                inferrer.evaluate(document, binding.site, callee),
                Type::Class(_) | Type::NativeClass(_)
            ),
            _ => false,
        };
        if !plain || obvious || &*binding.name == "_" {
            continue;
        }
        inferrer.refuel();
        match inferrer.binding(document, id) {
            Type::Unknown
            | Type::Module(_)
            | Type::Function(..)
            | Type::NativeFunction(_)
            | Type::Class(_)
            | Type::NativeClass(_) => {}
            kind => {
                let text = display::of(&kind);
                if is_known(&text) {
                    out.push(Hint {
                        offset: binding.range.end(),
                        label: format!(": {text}"),
                        kind: InlayHintKind::TYPE,
                    });
                }
            }
        }
    }
    for (index, function) in module.functions.iter().enumerate() {
        if function.returns.is_none() && !function.return_values.is_empty() {
            inferrer.refuel();
            let reference = FunctionRef {
                document: Arc::clone(document),
                index,
            };
            let kind = inferrer.returned(&reference, None);
            let text = display::of(&kind);
            if !kind.is_unknown()
                && is_known(&text)
                && function.parameters_range.len() > TextSize::new(0)
            {
                let label = format!(" -> {text}");
                out.push(Hint {
                    offset: function.parameters_range.end(),
                    label,
                    kind: InlayHintKind::TYPE,
                });
            }
        }
    }
    for call in &module.calls {
        if call.arguments.len() < 2 || call.arguments.iter().any(|argument| argument.is_starred) {
            continue;
        }
        inferrer.refuel();
        let callee = inferrer.evaluate(document, call.scope, &call.callee);
        let Some(Type::Function(function, is_bound)) = target::callable(&inferrer, &callee) else {
            continue;
        };
        let parameters = function.get().parameters.iter().skip(usize::from(is_bound));
        let positional = call
            .arguments
            .iter()
            .filter(|argument| argument.keyword.is_none());
        for (argument, parameter) in positional.zip(parameters) {
            if parameter.kind != ParameterKind::Normal {
                break;
            }
            if argument.spelled.as_deref() != Some(&parameter.name) {
                let label = format!("{}=", parameter.name);
                out.push(Hint {
                    offset: argument.range.start(),
                    label,
                    kind: InlayHintKind::PARAMETER,
                });
            }
        }
    }
    out.sort_by_key(|hint| hint.offset);
    out
}

pub(crate) fn inlay_hints(snapshot: &Snapshot, params: InlayHintParams) -> Answer<Vec<InlayHint>> {
    let document = super::document(snapshot, &params.text_document.uri)?;
    let within = document.text.text_range(params.range, snapshot.encoding());
    let hints = hints(snapshot, &document)
        .into_iter()
        .filter(|hint| within.contains_inclusive(hint.offset));
    Ok(hints
        .map(|hint| InlayHint {
            position: document
                .text
                .position(hint.offset.to_usize(), snapshot.encoding()),
            label: InlayHintLabel::String(hint.label),
            kind: Some(hint.kind),
            text_edits: None,
            tooltip: None,
            padding_left: Some(false),
            padding_right: Some(hint.kind == InlayHintKind::PARAMETER),
            data: None,
        })
        .collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixture::Fixture;

    #[track_caller]
    fn check(source: &str, expected: &[&str]) {
        let fixture = Fixture::new(source);
        let found: Vec<String> = hints(&fixture.snapshot, &fixture.main())
            .into_iter()
            .map(|hint| hint.label)
            .collect();
        assert_eq!(found, expected, "{source}");
    }

    #[test]
    fn hints_say_what_the_text_does_not() {
        check(
            "class C: ...\nc = C()\nxs = [c, c]\nn = 1\n",
            &[": list[C]"],
        );
        check("def f(a: int):\n    return str(a)\n", &[" -> str"]);
        check("def f(a, b): ...\na = 1\nf(a, 2)\n", &["b="]);
    }
}
