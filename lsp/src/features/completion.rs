//! `textDocument/completion` and `completionItem/resolve`.
//!
//! The text before the cursor decides the kind: an import, an attribute, or a name in scope; strings and comments give
//! nothing (but the replacement fields of f-strings do). A receiver is read from the text, so that it works in broken
//! code. Documentation comes with `resolve`, which finds the member again by the data kept in the item. Tests: below.

use std::collections::BTreeMap;
use std::sync::Arc;

use lsp_types::{
    CompletionItem, CompletionItemKind, CompletionItemTag, CompletionList, CompletionParams,
    CompletionResponse, Documentation, InsertTextFormat, MarkupContent, MarkupKind,
};
use ruff_python_ast::token::TokenKind;
use ruff_text_size::Ranged;
use serde_json::json;

use super::{Answer, at, target};
use crate::analysis::model::ParameterKind;
use crate::analysis::{BindingKind, Value};
use crate::infer::{Inferrer, Member, NativeRef, Type};
use crate::project::native::{self, Kind};
use crate::project::{Document, Snapshot};

pub(crate) const KEYWORDS: [&str; 35] = [
    "False", "None", "True", "and", "as", "assert", "async", "await", "break", "class", "continue",
    "def", "del", "elif", "else", "except", "finally", "for", "from", "global", "if", "import",
    "in", "is", "lambda", "nonlocal", "not", "or", "pass", "raise", "return", "try", "while",
    "with", "yield",
];
const SOFT_KEYWORDS: [&str; 3] = ["match", "case", "type"];

/// What the text before the cursor asks for.
#[derive(Debug, PartialEq)]
enum Asked {
    Nothing,
    /// `import a.b`: modules below `a`.
    Module {
        level: u32,
        parent: String,
    },
    /// `from a import b`.
    FromImport {
        level: u32,
        module: String,
    },
    Attribute {
        receiver: String,
    },
    Name,
}

pub(crate) fn completion(
    snapshot: &Snapshot,
    params: CompletionParams,
) -> Answer<Option<CompletionResponse>> {
    let (document, offset) = at(snapshot, &params.text_document_position)?;
    let items = complete(snapshot, &document, offset);
    Ok(Some(CompletionResponse::List(CompletionList {
        is_incomplete: false,
        items,
    })))
}

fn complete(snapshot: &Snapshot, document: &Arc<Document>, offset: usize) -> Vec<CompletionItem> {
    let inferrer = Inferrer::new(snapshot);
    match asked(document, offset) {
        Asked::Nothing => Vec::new(),
        Asked::Module { level, parent } => modules(&inferrer, document, level, &parent),
        Asked::FromImport { level, module } => match snapshot.resolve(document, level, &module) {
            Some(found) => members(&inferrer, &Type::Module(found)),
            None => Vec::new(),
        },
        Asked::Attribute { receiver } => match ruff_python_parser::parse_expression(&receiver) {
            Ok(parsed) => {
                let scope = scope_at(document, offset);
                let kind = inferrer.evaluate(document, scope, &Value::of(parsed.expr()));
                members(&inferrer, &kind)
            }
            Err(_) => Vec::new(),
        },
        Asked::Name => names(&inferrer, document, offset),
    }
}

fn asked(document: &Document, offset: usize) -> Asked {
    if in_string_or_comment(document, offset) {
        return Asked::Nothing;
    }
    let text = document.text.as_str();
    let line_start = document.text.line_start(document.text.line_of(offset));
    let Some(line) = text.get(line_start..offset) else {
        return Asked::Nothing;
    };
    let is_part = |c: char| c == '_' || c.is_alphanumeric();
    let before = line.trim_end_matches(is_part);
    let trimmed = line.trim_start();
    let dotted = |path: &str| {
        let level = path.chars().take_while(|c| *c == '.').count();
        let name = path.get(level..).unwrap_or_default();
        (
            level as u32,
            name.rsplit_once('.')
                .map_or(String::new(), |(parent, _)| parent.to_owned()),
            name.to_owned(),
        )
    };
    if let Some(rest) = trimmed.strip_prefix("from ") {
        return match rest.split_once(" import") {
            Some((module, _)) => {
                let (level, _, name) = dotted(module.trim());
                Asked::FromImport {
                    level,
                    module: name,
                }
            }
            None if rest.trim().contains(' ') => Asked::Nothing,
            None => {
                let (level, parent, _) = dotted(rest.trim());
                Asked::Module { level, parent }
            }
        };
    }
    if let Some(rest) = trimmed.strip_prefix("import ") {
        let last = rest.rsplit(',').next().unwrap_or_default().trim_start();
        return match last.contains(' ') {
            true => Asked::Nothing,
            false => Asked::Module {
                level: 0,
                parent: dotted(last).1,
            },
        };
    }
    let word = line.get(before.len()..).unwrap_or_default();
    if word.starts_with(|c: char| c.is_ascii_digit()) {
        return Asked::Nothing;
    }
    match before.trim_end().strip_suffix('.') {
        Some(_) => {
            let dot = line_start + before.trim_end().len() - 1;
            match receiver_before(text, dot) {
                Some(receiver) => Asked::Attribute {
                    receiver: receiver.to_owned(),
                },
                None => Asked::Nothing,
            }
        }
        None => Asked::Name,
    }
}

/// Returns the primary expression that ends at `end`: names, attributes, calls, subscripts, literals.
pub(crate) fn receiver_before(text: &str, end: usize) -> Option<&str> {
    let bytes = text.as_bytes();
    let is_part = |byte: u8| byte == b'_' || byte.is_ascii_alphanumeric() || byte >= 0x80;
    let mut i = end;
    loop {
        while i > 0 && matches!(bytes[i - 1], b' ' | b'\t') {
            i -= 1;
        }
        let last = *bytes.get(i.checked_sub(1)?)?;
        match last {
            b')' | b']' | b'}' => {
                i = opening(bytes, i - 1)?;
                // What stands before a bracket may be the thing called or indexed.
                let called =
                    i > 0 && (is_part(bytes[i - 1]) || matches!(bytes[i - 1], b')' | b']'));
                if called && last != b'}' {
                    continue;
                }
                break;
            }
            b'"' | b'\'' => {
                i = bytes[..i - 1]
                    .iter()
                    .rposition(|byte| *byte == last || *byte == b'\n')
                    .filter(|at| bytes[*at] == last)?;
                break;
            }
            byte if is_part(byte) => {
                while i > 0 && is_part(bytes[i - 1]) {
                    i -= 1;
                }
                match bytes[..i]
                    .iter()
                    .rposition(|byte| !matches!(byte, b' ' | b'\t'))
                {
                    Some(dot)
                        if bytes[dot] == b'.'
                            && dot > 0
                            && !matches!(bytes[dot - 1], b'.' | b'\n') =>
                    {
                        i = dot
                    }
                    _ => break,
                }
                continue;
            }
            _ => return None,
        }
    }
    // `"a".x` or `(..).x` may itself be an attribute's receiver; the loop above has taken it whole.
    text.get(i..end)
        .map(str::trim)
        .filter(|text| !text.is_empty())
}

fn opening(bytes: &[u8], close: usize) -> Option<usize> {
    let (mut depth, mut i, mut quote) = (0_usize, close + 1, None);
    while i > 0 {
        i -= 1;
        match (bytes[i], quote) {
            (byte, Some(open)) if byte == open => quote = None,
            (_, Some(_)) => {}
            (byte @ (b'"' | b'\''), None) => quote = Some(byte),
            (b')' | b']' | b'}', None) => depth += 1,
            (b'(' | b'[' | b'{', None) => {
                depth -= 1;
                if depth == 0 {
                    return Some(i);
                }
            }
            _ => {}
        }
    }
    None
}

fn in_string_or_comment(document: &Document, offset: usize) -> bool {
    let tokens = document.tree().parsed.tokens();
    for token in tokens.iter() {
        let (start, end) = (token.start().to_usize(), token.end().to_usize());
        if start >= offset {
            break;
        }
        let inside = match token.kind() {
            TokenKind::Comment => offset <= end,
            TokenKind::String | TokenKind::FStringMiddle | TokenKind::TStringMiddle => {
                // Behind the closing quote one is outside; an unclosed string has none.
                offset < end || offset == end && token.kind() != TokenKind::String
            }
            _ => false,
        };
        if inside {
            return true;
        }
    }
    false
}

/// Returns the scope at an offset; on a line that is only indentation, the block that the indentation belongs to.
pub(crate) fn scope_at(document: &Document, offset: usize) -> usize {
    let module = document.module();
    let text = &document.text;
    let line = text.line_of(offset);
    let indent = |line: usize| {
        let content = text.line(line);
        content.len() - content.trim_start().len()
    };
    let own = indent(line).min(offset - text.line_start(line)).max(
        if text.line(line).trim().is_empty() {
            offset - text.line_start(line)
        } else {
            0
        },
    );
    let found = module.scope_at(offset);
    if found != 0 || own == 0 {
        return found;
    }
    // Behind the end of a body the tree knows nothing; go up to the last line that is indented less.
    for above in (0..line).rev() {
        if !text.line(above).trim().is_empty() && indent(above) < own {
            let start = text.line_start(above) + indent(above);
            let header = module
                .scopes
                .iter()
                .enumerate()
                .skip(1)
                .filter(|(_, scope)| {
                    matches!(
                        scope.kind,
                        crate::analysis::ScopeKind::Function | crate::analysis::ScopeKind::Class
                    ) && text.line_of(scope.range.start().to_usize()) == above
                        && scope.range.end().to_usize() > start
                });
            return header
                .map(|(id, _)| id)
                .next_back()
                .unwrap_or_else(|| scope_at(document, start));
        }
    }
    found
}

fn item(label: &str, kind: CompletionItemKind, group: u8) -> CompletionItem {
    let rank = if label.starts_with("__") {
        8
    } else if label.starts_with('_') {
        7
    } else {
        group
    };
    CompletionItem {
        label: label.to_owned(),
        kind: Some(kind),
        sort_text: Some(format!("{rank}{label}")),
        ..CompletionItem::default()
    }
}

fn kind_of(inferrer: &Inferrer, member: &Member) -> (CompletionItemKind, bool) {
    match member {
        Member::Module(_) => (CompletionItemKind::MODULE, false),
        Member::Attribute(..) => (CompletionItemKind::FIELD, false),
        Member::Native(native) => match native.entry.kind {
            Kind::Class => (CompletionItemKind::CLASS, true),
            Kind::Function => (CompletionItemKind::FUNCTION, true),
            Kind::Method => (CompletionItemKind::METHOD, true),
            Kind::Property => (CompletionItemKind::PROPERTY, false),
            Kind::Module => (CompletionItemKind::MODULE, false),
            Kind::Value => (CompletionItemKind::VARIABLE, false),
        },
        Member::Binding(document, id) => {
            let module = document.module();
            let binding = &module.bindings[*id];
            match binding.kind {
                BindingKind::Function(index) if module.functions[index].is_property() => {
                    (CompletionItemKind::PROPERTY, false)
                }
                BindingKind::Function(index) if module.functions[index].class.is_some() => {
                    (CompletionItemKind::METHOD, true)
                }
                BindingKind::Function(_) => (CompletionItemKind::FUNCTION, true),
                BindingKind::Class(_) => (CompletionItemKind::CLASS, true),
                BindingKind::Import(_) if document.is_own => {
                    inferrer.refuel();
                    match inferrer.binding(document, *id) {
                        Type::Function(..) | Type::NativeFunction(_) => {
                            (CompletionItemKind::FUNCTION, true)
                        }
                        Type::Class(_) | Type::NativeClass(_) => (CompletionItemKind::CLASS, true),
                        _ => (CompletionItemKind::MODULE, false),
                    }
                }
                BindingKind::Import(_) => (CompletionItemKind::REFERENCE, false),
                BindingKind::TypeParameter => (CompletionItemKind::TYPE_PARAMETER, false),
                _ => (CompletionItemKind::VARIABLE, false),
            }
        }
    }
}

fn member_item(inferrer: &Inferrer, name: &str, member: &Member, group: u8) -> CompletionItem {
    let (kind, is_callable) = kind_of(inferrer, member);
    let mut item = item(name, kind, group);
    if crate::diagnostics::lint::is_deprecated(member) {
        item.tags = Some(vec![CompletionItemTag::DEPRECATED]);
    }
    if is_callable && inferrer.snapshot.client.snippets && kind != CompletionItemKind::CLASS {
        item.insert_text = Some(format!("{name}($0)"));
        item.insert_text_format = Some(InsertTextFormat::SNIPPET);
    }
    item.data = match member {
        Member::Binding(document, id) => {
            Some(json!({"document": document.uri.as_str(), "binding": id}))
        }
        Member::Native(native) => {
            Some(json!({"module": native.module, "owner": native.owner, "name": native.name}))
        }
        Member::Attribute(..) | Member::Module(_) => None,
    };
    item
}

fn members(inferrer: &Inferrer, of: &Type) -> Vec<CompletionItem> {
    inferrer
        .members(of)
        .iter()
        .map(|(name, member)| member_item(inferrer, name, member, 1))
        .collect()
}

fn modules(
    inferrer: &Inferrer,
    document: &Arc<Document>,
    level: u32,
    parent: &str,
) -> Vec<CompletionItem> {
    let snapshot = inferrer.snapshot;
    let mut found: Vec<String> = Vec::new();
    if !parent.is_empty() || level > 0 {
        if let Some(module) = snapshot.resolve(document, level, parent) {
            found = snapshot.submodule_names(&module);
        }
    } else {
        let beside = document.path.as_deref().and_then(std::path::Path::parent);
        for folder in beside.into_iter().chain(
            snapshot
                .search_path
                .folders()
                .map(std::path::PathBuf::as_path),
        ) {
            found.extend(crate::project::files::importable(folder));
        }
        found.extend(native::module_names().map(str::to_owned));
    }
    found.sort();
    found.dedup();
    found
        .iter()
        .map(|name| item(name, CompletionItemKind::MODULE, 1))
        .collect()
}

fn names(inferrer: &Inferrer, document: &Arc<Document>, offset: usize) -> Vec<CompletionItem> {
    let module = document.module();
    let scope = scope_at(document, offset);
    let mut out: BTreeMap<String, CompletionItem> = BTreeMap::new();
    for item in arguments(inferrer, document, offset) {
        out.insert(item.label.clone(), item);
    }
    let (mut current, mut group) = (Some(scope), 1);
    while let Some(id) = current {
        let one = &module.scopes[id];
        let visible = one.kind != crate::analysis::ScopeKind::Class || id == scope;
        if visible {
            for (name, ids) in &one.names {
                let typing = ids
                    .iter()
                    .all(|id| super::target::touches(module.bindings[*id].range, offset));
                if let (Some(best), false) = (crate::infer::members::best(document, ids), typing) {
                    let member = Member::Binding(Arc::clone(document), best);
                    out.entry(name.to_string())
                        .or_insert_with(|| member_item(inferrer, name, &member, group));
                }
            }
        }
        group = (group + 1).min(3);
        current = one.parent;
    }
    for star in &module.stars {
        let import = &module.imports[*star];
        if let Some(found) = inferrer
            .snapshot
            .resolve(document, import.level, &import.module)
        {
            for (name, member) in inferrer.members(&Type::Module(found)) {
                out.entry(name.clone())
                    .or_insert_with(|| member_item(inferrer, &name, &member, 4));
            }
        }
    }
    for word in KEYWORDS.iter().chain(&SOFT_KEYWORDS) {
        out.entry((*word).to_owned())
            .or_insert_with(|| item(word, CompletionItemKind::KEYWORD, 5));
    }
    if let Some(builtins) = native::module("builtins") {
        for (name, entry) in &builtins.members {
            let member = Member::Native(NativeRef {
                module: "builtins",
                owner: None,
                name,
                entry,
            });
            out.entry(name.clone())
                .or_insert_with(|| member_item(inferrer, name, &member, 6));
        }
    }
    out.into_values().collect()
}

/// Keywords of the call around the cursor.
fn arguments(inferrer: &Inferrer, document: &Arc<Document>, offset: usize) -> Vec<CompletionItem> {
    let Some(call) = super::signature::call_around(document, offset) else {
        return Vec::new();
    };
    let scope = scope_at(document, offset);
    let callee = inferrer.evaluate(document, scope, &call.callee);
    let Some(Type::Function(function, is_bound)) = target::callable(inferrer, &callee) else {
        return Vec::new();
    };
    let parameters = function.get().parameters.iter().skip(usize::from(is_bound));
    let named =
        parameters.filter(|p| matches!(p.kind, ParameterKind::Normal | ParameterKind::KeywordOnly));
    named
        .filter(|parameter| {
            !call
                .keywords
                .iter()
                .any(|keyword| **keyword == *parameter.name)
        })
        .map(|parameter| {
            let mut item = item(&parameter.name, CompletionItemKind::VARIABLE, 0);
            item.label = format!("{}=", parameter.name);
            item.detail = Some(parameter.text.to_string());
            item
        })
        .collect()
}

pub(crate) fn resolve(snapshot: &Snapshot, mut item: CompletionItem) -> Answer<CompletionItem> {
    let Some(member) = item.data.as_ref().and_then(|data| again(snapshot, data)) else {
        return Ok(item);
    };
    let (detail, doc) = super::hover::documentation(snapshot, &member);
    item.detail = item.detail.or(detail);
    item.documentation = doc.map(|value| {
        Documentation::MarkupContent(MarkupContent {
            kind: MarkupKind::Markdown,
            value,
        })
    });
    Ok(item)
}

fn again(snapshot: &Snapshot, data: &serde_json::Value) -> Option<Member> {
    if let Some(uri) = data.get("document").and_then(|uri| uri.as_str()) {
        let document = snapshot.document(&uri.parse().ok()?)?;
        let id = usize::try_from(data.get("binding")?.as_u64()?).ok()?;
        // The document may have changed since; then another binding may have the number, or none.
        return (id < document.module().bindings.len()).then_some(Member::Binding(document, id));
    }
    let name = data.get("name")?.as_str()?;
    let module_name = data.get("module")?.as_str()?;
    let module = native::module(module_name)?;
    let (members, owner) = match data.get("owner").and_then(|owner| owner.as_str()) {
        Some(owner) => {
            let home = module
                .members
                .get_key_value(owner)
                .or_else(|| native::module("builtins")?.members.get_key_value(owner))?;
            (&home.1.members, Some(home.0.as_str()))
        }
        None => (&module.members, None),
    };
    let (name, entry) = members.get_key_value(name)?;
    let module = native::module_names().find(|one| *one == module_name)?;
    Some(Member::Native(NativeRef {
        module,
        owner,
        name,
        entry,
    }))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixture::Fixture;

    /// Checks that names are offered, or with `!` in front that they are not.
    #[track_caller]
    fn check(source: &str, expected: &[&str]) {
        let fixture = Fixture::new(source);
        let (document, offset) = fixture.cursor();
        let labels: Vec<String> = complete(&fixture.snapshot, &document, offset)
            .into_iter()
            .map(|item| item.label)
            .collect();
        for name in expected {
            let (wanted, name) = name
                .strip_prefix('!')
                .map_or((true, *name), |name| (false, name));
            assert_eq!(
                labels.iter().any(|label| label == name),
                wanted,
                "{name} in {source}: {labels:?}"
            );
        }
    }

    #[test]
    fn names_in_scope_keywords_and_builtins() {
        check(
            "def f(param):\n    local = 1\n    $0\n    return 1\ndef g(other): ...\n",
            &["param", "local", "f", "while", "len", "!other"],
        );
        check(
            "def f(param):\n    local = 1\n    $0\n",
            &["param", "local"],
        );
        check("value = 1\nprint(f'{va$0}')\n", &["value"]);
    }

    #[test]
    fn attributes_of_what_is_known() {
        check(
            "class A:\n    def __init__(self): self.n = 1\n    def m(self): self.$0\n",
            &["n", "m"],
        );
        check("x = 'abc'.upper().$0\n", &["split", "encode", "!radius"]);
        check(
            "#- shop.py\ndef price(): ...\n#- main.py\nimport shop\ndef f(:\n    x = [1, 2\nclass A\n    y = shop.$0\n",
            &["price"],
        );
    }

    #[test]
    fn imports() {
        check(
            "#- pkg/__init__.py\n#- pkg/a.py\nclass A: ...\n#- main.py\nfrom pkg.a import $0\n",
            &["A"],
        );
        check("import sy$0\n", &["sys"]);
    }

    #[test]
    fn nothing_in_strings_and_comments() {
        check("x = 'a.$0'\n", &["!len"]);
        check("# le$0\n", &["!len"]);
    }

    #[test]
    fn keywords_of_a_call() {
        check("def f(alpha, beta): ...\nf(1, be$0)\n", &["beta="]);
    }
}
