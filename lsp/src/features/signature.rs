//! `textDocument/signatureHelp`: the signatures of the call around the cursor, and the parameter being written.
//!
//! The call is found in the text, so that it works while it is being typed. Tests: below.

use std::sync::Arc;

use lsp_types::{
    Documentation, MarkupContent, MarkupKind, ParameterInformation, ParameterLabel, SignatureHelp,
    SignatureHelpParams, SignatureInformation,
};

use super::{Answer, at, target};
use crate::analysis::Value;
use crate::analysis::model::ParameterKind;
use crate::infer::display::Signature;
use crate::infer::{FunctionRef, Inferrer, Type};
use crate::project::{Document, Snapshot};

/// A call that is being written.
pub(crate) struct OpenCall {
    pub(crate) callee: Value,
    /// Index of the argument at the cursor.
    pub(crate) index: usize,
    /// The keyword of the argument at the cursor.
    pub(crate) keyword: Option<String>,
    pub(crate) keywords: Vec<String>,
}

/// Returns the innermost call whose parentheses are around an offset.
pub(crate) fn call_around(document: &Document, offset: usize) -> Option<OpenCall> {
    const FARTHEST: usize = 20_000;
    let text = document.text.as_str();
    let bytes = text.as_bytes();
    let (mut depth, mut i) = (0_usize, offset);
    let stop = offset.saturating_sub(FARTHEST);
    while i > stop {
        i -= 1;
        match bytes[i] {
            b')' | b']' | b'}' => depth += 1,
            b'(' if depth == 0 => {
                if let Some(callee) = super::completion::receiver_before(text, i) {
                    let word = callee
                        .split(|c: char| !c.is_alphanumeric() && c != '_')
                        .next()
                        .unwrap_or_default();
                    let defines = text[..i - callee.len()].trim_end().ends_with("def")
                        || text[..i - callee.len()].trim_end().ends_with("class");
                    if !defines && !super::completion::KEYWORDS.contains(&word) {
                        let parsed = ruff_python_parser::parse_expression(callee).ok()?;
                        return Some(arguments(
                            Value::of(parsed.expr()),
                            text.get(i + 1..offset)?,
                        ));
                    }
                }
                return None;
            }
            b'(' | b'[' | b'{' => depth = depth.checked_sub(1)?,
            b'\n' if depth == 0 && text[i..].trim_start().starts_with("def ") => return None,
            _ => {}
        }
    }
    None
}

fn arguments(callee: Value, written: &str) -> OpenCall {
    let (mut pieces, mut depth, mut quote) = (vec![String::new()], 0_usize, None);
    for c in written.chars() {
        match (c, quote) {
            ('"' | '\'', None) => quote = Some(c),
            (c, Some(open)) if c == open => quote = None,
            ('(' | '[' | '{', None) => depth += 1,
            (')' | ']' | '}', None) => depth = depth.saturating_sub(1),
            (',', None) if depth == 0 => {
                pieces.push(String::new());
                continue;
            }
            _ => {}
        }
        if let Some(last) = pieces.last_mut() {
            last.push(c);
        }
    }
    let keyword = |piece: &str| {
        let (name, rest) = piece.split_once('=')?;
        let name = name.trim();
        let plain = !name.is_empty()
            && name.chars().all(|c| c == '_' || c.is_alphanumeric())
            && !rest.starts_with('=');
        plain.then(|| name.to_owned())
    };
    let keywords = pieces.iter().filter_map(|piece| keyword(piece)).collect();
    OpenCall {
        callee,
        index: pieces.len() - 1,
        keyword: pieces.last().and_then(|piece| keyword(piece)),
        keywords,
    }
}

/// Returns the signatures of something callable, all overloads of it.
fn signatures(inferrer: &Inferrer, callee: &Type) -> Vec<(Signature, Option<String>)> {
    let class_doc = match callee {
        Type::Class(class) => class.get().doc.clone(),
        _ => None,
    };
    match target::callable(inferrer, callee) {
        Some(Type::Function(function, is_bound)) => {
            let module = function.document.module();
            let binding = &module.bindings[function.get().binding];
            let all: Vec<FunctionRef> = module
                .bindings_of(binding.scope, &binding.name)
                .iter()
                .filter_map(|id| match module.bindings[*id].kind {
                    crate::analysis::BindingKind::Function(index) => Some(FunctionRef {
                        document: Arc::clone(&function.document),
                        index,
                    }),
                    _ => None,
                })
                .collect();
            let overloads: Vec<FunctionRef> = all
                .iter()
                .filter(|one| one.get().is_overload())
                .cloned()
                .collect();
            let shown = if overloads.is_empty() {
                vec![function.clone()]
            } else {
                overloads
            };
            let one = |function: &FunctionRef| {
                let mut signature = Signature::of_function(function.get(), is_bound);
                if let Type::Class(class) = callee {
                    (signature.name, signature.returns) = (class.get().name.to_string(), None);
                }
                (
                    signature,
                    function.get().doc.clone().or_else(|| class_doc.clone()),
                )
            };
            shown.iter().map(one).collect()
        }
        Some(Type::NativeFunction(native) | Type::NativeClass(native)) => {
            Signature::of_native(&native)
                .map(|signature| (signature, native.entry.doc.clone()))
                .into_iter()
                .collect()
        }
        _ => Vec::new(),
    }
}

/// Returns the index of the part that the argument at the cursor belongs to.
fn active(signature: &Signature, call: &OpenCall) -> Option<u32> {
    let named: Vec<usize> = (0..signature.parts.len())
        .filter(|i| signature.parts[*i].name.is_some())
        .collect();
    let position = match &call.keyword {
        Some(keyword) => named.iter().position(|i| {
            signature.parts[*i].name.as_deref() == Some(keyword)
                || signature.parts[*i].kind == ParameterKind::KwArgs
        }),
        None => {
            let starred = named
                .iter()
                .position(|i| signature.parts[*i].kind == ParameterKind::VarArgs);
            match starred {
                Some(starred) if call.index >= starred => Some(starred),
                _ => (call.index < named.len()).then_some(call.index),
            }
        }
    };
    position.map(|position| position as u32)
}

pub(crate) fn signature_help(
    snapshot: &Snapshot,
    params: SignatureHelpParams,
) -> Answer<Option<SignatureHelp>> {
    let (document, offset) = at(snapshot, &params.text_document_position_params)?;
    Ok(help(snapshot, &document, offset))
}

fn help(snapshot: &Snapshot, document: &Arc<Document>, offset: usize) -> Option<SignatureHelp> {
    let call = call_around(document, offset)?;
    let inferrer = Inferrer::new(snapshot);
    let scope = super::completion::scope_at(document, offset);
    let callee = inferrer.evaluate(document, scope, &call.callee);
    let found = signatures(&inferrer, &callee);
    if found.is_empty() {
        return None;
    }
    let fits = |signature: &Signature| active(signature, &call).is_some();
    let best = found
        .iter()
        .position(|(signature, _)| fits(signature))
        .unwrap_or(0);
    let current = found
        .get(best)
        .and_then(|(signature, _)| active(signature, &call));
    let signatures = found
        .into_iter()
        .map(|(signature, doc)| SignatureInformation {
            label: signature.label(),
            documentation: doc.map(|value| {
                Documentation::MarkupContent(MarkupContent {
                    kind: MarkupKind::Markdown,
                    value,
                })
            }),
            active_parameter: active(&signature, &call),
            parameters: Some(
                signature
                    .parts
                    .iter()
                    .filter(|part| part.name.is_some())
                    .map(|part| ParameterInformation {
                        label: ParameterLabel::Simple(part.text.clone()),
                        documentation: None,
                    })
                    .collect(),
            ),
        })
        .collect();
    Some(SignatureHelp {
        signatures,
        active_signature: Some(best as u32),
        active_parameter: current,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixture::Fixture;

    /// The label, with the active parameter behind `@`.
    #[track_caller]
    fn check(source: &str, expected: &str) {
        let fixture = Fixture::new(source);
        let (document, offset) = fixture.cursor();
        let help = help(&fixture.snapshot, &document, offset).expect("help");
        let signature = &help.signatures[help.active_signature.unwrap_or(0) as usize];
        let parameter = help
            .active_parameter
            .and_then(|i| signature.parameters.as_ref()?.get(i as usize));
        let label = match parameter.map(|parameter| &parameter.label) {
            Some(ParameterLabel::Simple(text)) => text.clone(),
            _ => String::new(),
        };
        assert_eq!(
            format!("{} @ {label}", signature.label),
            expected,
            "{source}"
        );
    }

    #[test]
    fn the_active_parameter_follows_the_cursor() {
        check(
            "def f(a: int, b=2, *, c=3) -> int: ...\nf(1, $0)\n",
            "f(a: int, b=2, *, c=3) -> int @ b=2",
        );
        check("def f(a, *, c=3): ...\nf(c=$0)\n", "f(a, *, c=3) @ c=3");
        check(
            "class C:\n    def __init__(self, radius): ...\nC($0\n",
            "C(radius) @ radius",
        );
        check("len($0)\n", "len(obj, /) -> int @ obj");
    }
}
