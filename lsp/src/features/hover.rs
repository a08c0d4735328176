//! `textDocument/hover`: the signature or type of what is under the cursor, and its documentation.
//!
//! Tests: below.

use lsp_types::{Hover, HoverContents, HoverParams, MarkupContent, MarkupKind};

use super::{Answer, at};
use crate::analysis::BindingKind;
use crate::features::target::{self, Target};
use crate::infer::display::{self, Signature};
use crate::infer::{Inferrer, Member, Type};
use crate::project::{ModuleRef, Snapshot};

pub(crate) fn hover(snapshot: &Snapshot, params: HoverParams) -> Answer<Option<Hover>> {
    let (document, offset) = at(snapshot, &params.text_document_position_params)?;
    let Some(found) = target::at(snapshot, &document, offset) else {
        return Ok(None);
    };
    let (code, doc) = describe(snapshot, &found);
    let mut value = format!("```python\n{code}\n```");
    if let Some(doc) = doc.filter(|doc| !doc.is_empty()) {
        value.push_str("\n---\n");
        value.push_str(&doc);
    }
    Ok(Some(Hover {
        contents: HoverContents::Markup(MarkupContent {
            kind: MarkupKind::Markdown,
            value,
        }),
        range: Some(snapshot.range(&document, found.range)),
    }))
}

fn describe(snapshot: &Snapshot, found: &Target) -> (String, Option<String>) {
    let origin = target::origin(snapshot, found.member.clone());
    let kind = match &found.kind {
        Type::Unknown => Inferrer::new(snapshot).member_type(&origin),
        known => known.clone(),
    };
    let direct = |name: &str| matches!(&origin, Member::Binding(home, id) if &*home.module().bindings[*id].name == name);
    match &kind {
        Type::Function(function, is_bound)
            if direct(&function.get().name) || matches!(origin, Member::Binding(..)) =>
        {
            let label = if function.get().class.is_some() {
                "(method)"
            } else {
                "(function)"
            };
            (
                format!("{label} {}", display::definition(function, *is_bound)),
                function.get().doc.clone(),
            )
        }
        Type::Class(class) => class_text(snapshot, class),
        Type::NativeClass(class) => {
            let signature = class.entry.readable_signature().unwrap_or_default();
            (
                format!("(class) {}{signature}", class.name),
                class.entry.doc.clone(),
            )
        }
        Type::NativeFunction(function) => {
            let label = Signature::of_native(function)
                .map_or_else(|| format!("{}(...)", function.name), |s| s.label());
            let owner = function
                .owner
                .map(|owner| format!("{owner}."))
                .unwrap_or_default();
            (
                format!("(function) def {owner}{label}"),
                function.entry.doc.clone(),
            )
        }
        Type::Module(module) => (format!("(module) {}", found.name), module_doc(module)),
        kind => {
            let word = match &origin {
                Member::Binding(home, id) => match home.module().bindings[*id].kind {
                    BindingKind::Parameter => "parameter",
                    BindingKind::TypeParameter => "type parameter",
                    BindingKind::TypeAlias => "type alias",
                    _ => "variable",
                },
                Member::Attribute(..) => "attribute",
                Member::Native(native) if native.owner.is_some() => "attribute",
                _ => "variable",
            };
            let written = match &origin {
                Member::Binding(home, id) => home.module().bindings[*id]
                    .annotation_text
                    .as_deref()
                    .map(str::to_owned),
                _ => None,
            };
            let shown = match kind {
                Type::Unknown => written.unwrap_or_else(|| "Unknown".to_owned()),
                known => display::of(known),
            };
            let value = match &origin {
                Member::Native(native) => {
                    native.entry.repr.as_ref().map(|repr| format!(" = {repr}"))
                }
                _ => None,
            };
            (
                format!(
                    "({word}) {}: {shown}{}",
                    found.name,
                    value.unwrap_or_default()
                ),
                None,
            )
        }
    }
}

fn class_text(snapshot: &Snapshot, class: &crate::infer::ClassRef) -> (String, Option<String>) {
    let data = class.get();
    let inferrer = Inferrer::new(snapshot);
    let init = inferrer
        .class_member(class, "__init__", false, 16)
        .map(|member| inferrer.member_type(&member));
    let parameters = match init {
        Some(Type::Function(function, _)) => {
            let mut signature = Signature::of_function(function.get(), true);
            (signature.name, signature.returns) = (data.name.to_string(), None);
            signature.label()
        }
        _ => data.name.to_string(),
    };
    (format!("(class) {parameters}"), data.doc.clone())
}

fn module_doc(module: &ModuleRef) -> Option<String> {
    match module {
        ModuleRef::Source(document) => document.module().doc.clone(),
        ModuleRef::Native(_, data) => data.doc.clone(),
        ModuleRef::Namespace(_) => None,
    }
}

/// Returns the documentation of a member, for completion.
pub(crate) fn documentation(
    snapshot: &Snapshot,
    member: &Member,
) -> (Option<String>, Option<String>) {
    let origin = target::origin(snapshot, member.clone());
    let kind = Inferrer::new(snapshot).member_type(&origin);
    match &kind {
        Type::Function(function, is_bound) => (
            Some(display::definition(function, *is_bound)),
            function.get().doc.clone(),
        ),
        Type::Class(class) => (
            Some(format!("class {}", class.get().name)),
            class.get().doc.clone(),
        ),
        Type::NativeClass(class) => (
            Some(format!("class {}", class.name)),
            class.entry.doc.clone(),
        ),
        Type::NativeFunction(function) => {
            let label = Signature::of_native(function)
                .map(|signature| format!("def {}", signature.label()));
            (label, function.entry.doc.clone())
        }
        Type::Module(module) => (
            Some(format!("module {}", display::module_name(module))),
            module_doc(module),
        ),
        Type::Unknown => (None, None),
        kind => (Some(display::of(kind)), None),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixture::Fixture;

    #[track_caller]
    fn check(source: &str, expected: &str) {
        let fixture = Fixture::new(source);
        let (document, offset) = fixture.cursor();
        let found = target::at(&fixture.snapshot, &document, offset);
        let text = found.map(|found| describe(&fixture.snapshot, &found));
        let text = text
            .map(|(code, doc)| doc.map_or(code.clone(), |doc| format!("{code} | {doc}")))
            .unwrap_or_default();
        assert_eq!(text, expected, "{source}");
    }

    #[test]
    fn functions_show_signature_and_docstring() {
        check(
            "def f(a: int, *, b=1) -> str:\n    '''Do it.'''\n$0f(1)\n",
            "(function) def f(a: int, *, b=1) -> str | Do it.",
        );
    }

    #[test]
    fn variables_show_their_type() {
        check("class C: ...\nc = C()\n$0c\n", "(variable) c: C");
        check("x = 1\n\n$0\n", "");
    }

    #[test]
    fn builtins_come_from_the_table() {
        check("x = len('a')\n$0x\n", "(variable) x: int");
        let fixture = Fixture::new("$0len\n");
        let (document, offset) = fixture.cursor();
        let found = target::at(&fixture.snapshot, &document, offset).expect("len");
        assert_eq!(
            describe(&fixture.snapshot, &found).0,
            "(function) def len(obj, /) -> int"
        );
    }
}
