//! `textDocument/references` and `documentHighlight`: every place that names the same thing.
//!
//! A name of a function is looked for in its file; a module's or a class's in the whole workspace, in files that hold
//! the word. An attribute counts when its receiver's type is known and leads to the same definition. Tests: below.

use std::sync::Arc;

use lsp_types::{
    DocumentHighlight, DocumentHighlightKind, DocumentHighlightParams, Location, ReferenceParams,
};
use ruff_text_size::TextRange;

use super::{Answer, at};
use crate::analysis::{BindingKind, ScopeKind};
use crate::features::target;
use crate::infer::{Inferrer, Member};
use crate::project::{Document, Snapshot};

/// A place that names the thing.
pub(crate) struct Reference {
    pub(crate) document: Arc<Document>,
    pub(crate) range: TextRange,
    pub(crate) is_write: bool,
    pub(crate) is_definition: bool,
}

/// Returns the references to a definition, in `only` or in the whole workspace.
pub(crate) fn find(
    snapshot: &Snapshot,
    origin: &Member,
    name: &str,
    only: Option<&Arc<Document>>,
) -> Vec<Reference> {
    let mut out = Vec::new();
    let Some((home, place)) = origin.place() else {
        return out;
    };
    let mut is_local = false;
    if let Member::Binding(_, id) = origin {
        let module = home.module();
        let binding = &module.bindings[*id];
        let kind = module.scopes[binding.scope].kind;
        is_local = !matches!(kind, ScopeKind::Module | ScopeKind::Class);
        if only.is_none_or(|only| only.key == home.key) {
            for one in module.occurrences(binding.scope, &binding.name) {
                let is_definition = module
                    .bindings
                    .iter()
                    .any(|b| b.range == one.range && b.kind != BindingKind::Augmented);
                out.push(Reference {
                    document: Arc::clone(&home),
                    range: one.range,
                    is_write: one.is_write,
                    is_definition,
                });
            }
        }
    }
    if !is_local {
        let documents = match only {
            Some(only) => vec![Arc::clone(only)],
            None => {
                let mut all = snapshot.workspace();
                if !all.iter().any(|document| document.key == home.key) {
                    all.push(Arc::clone(&home));
                }
                all
            }
        };
        for document in documents
            .iter()
            .filter(|document| document.text.as_str().contains(name))
        {
            if snapshot.is_cancelled() {
                break;
            }
            elsewhere(snapshot, document, origin, name, place, &mut out);
        }
    }
    out.sort_by(|a, b| (&a.document.key, a.range.start()).cmp(&(&b.document.key, b.range.start())));
    out.dedup_by(|a, b| a.document.key == b.document.key && a.range == b.range);
    out
}

fn elsewhere(
    snapshot: &Snapshot,
    document: &Arc<Document>,
    origin: &Member,
    name: &str,
    place: TextRange,
    out: &mut Vec<Reference>,
) {
    let module = document.module();
    let inferrer = Inferrer::new(snapshot);
    let mut add = |range, is_write, is_definition| {
        out.push(Reference {
            document: Arc::clone(document),
            range,
            is_write,
            is_definition,
        });
    };
    for binding in &module.bindings {
        let BindingKind::Import(index) = binding.kind else {
            continue;
        };
        let import = &module.imports[index];
        if import.member.as_deref() != Some(name) {
            continue;
        }
        inferrer.refuel();
        let Some(member) = inferrer.import_member(document, import) else {
            continue;
        };
        if target::same(&target::origin(snapshot, member), origin) {
            add(import.name_range, false, false);
            if &*binding.name == name {
                for one in module.occurrences(binding.scope, name) {
                    add(one.range, one.is_write && one.range != binding.range, false);
                }
            }
        }
    }
    for one in module.attributes.iter().filter(|one| &*one.name == name) {
        inferrer.refuel();
        let receiver = inferrer.evaluate(document, one.scope, &one.receiver);
        let Some(member) = inferrer.member(&receiver, name) else {
            continue;
        };
        if target::same(&target::origin(snapshot, member), origin) {
            add(one.range, one.is_store, one.range == place);
        }
    }
}

pub(crate) fn references(
    snapshot: &Snapshot,
    params: ReferenceParams,
) -> Answer<Option<Vec<Location>>> {
    let (document, offset) = at(snapshot, &params.text_document_position)?;
    let Some(found) = target::at(snapshot, &document, offset) else {
        return Ok(None);
    };
    let name = found.name.rsplit('.').next().unwrap_or_default().to_owned();
    let origin = target::origin(snapshot, found.member);
    let all = find(snapshot, &origin, &name, None);
    let wanted = all
        .into_iter()
        .filter(|one| params.context.include_declaration || !one.is_definition);
    Ok(Some(
        wanted
            .map(|one| snapshot.location(&one.document, one.range))
            .collect(),
    ))
}

pub(crate) fn highlights(
    snapshot: &Snapshot,
    params: DocumentHighlightParams,
) -> Answer<Option<Vec<DocumentHighlight>>> {
    let (document, offset) = at(snapshot, &params.text_document_position_params)?;
    let Some(found) = target::at(snapshot, &document, offset) else {
        return Ok(None);
    };
    // In one file an import is the thing itself.
    let module = document.module();
    let places: Vec<(TextRange, bool)> = match (&found.member, module.symbol_at(offset)) {
        (Member::Binding(..) | Member::Attribute(..), None) => {
            let origin = target::origin(snapshot, found.member);
            find(snapshot, &origin, &found.name, Some(&document))
                .into_iter()
                .map(|one| (one.range, one.is_write))
                .collect()
        }
        (_, Some((scope, name, _))) => module
            .occurrences(scope, name)
            .into_iter()
            .map(|one| (one.range, one.is_write))
            .collect(),
        _ => vec![(found.range, false)],
    };
    Ok(Some(
        places
            .into_iter()
            .map(|(range, is_write)| DocumentHighlight {
                range: snapshot.range(&document, range),
                kind: Some(if is_write {
                    DocumentHighlightKind::WRITE
                } else {
                    DocumentHighlightKind::READ
                }),
            })
            .collect(),
    ))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixture::Fixture;

    /// All references are underlined.
    #[track_caller]
    fn check(source: &str) {
        let fixture = Fixture::new(source);
        let (document, offset) = fixture.cursor();
        let found = target::at(&fixture.snapshot, &document, offset).expect("a target");
        let origin = target::origin(&fixture.snapshot, found.member);
        let all = find(&fixture.snapshot, &origin, &found.name, None);
        let mut places: Vec<_> = all
            .into_iter()
            .map(|one| (one.document.key.clone(), one.range))
            .collect();
        let mut marked = fixture.marked();
        places.sort_by(|a, b| (&a.0, a.1.start()).cmp(&(&b.0, b.1.start())));
        marked.sort_by(|a, b| (&a.0, a.1.start()).cmp(&(&b.0, b.1.start())));
        assert_eq!(places, marked, "{source}");
    }

    #[test]
    fn across_files_and_attributes() {
        check(
            "#- shop.py\ndef pri$0ce(n): ...\n#   ^^^^^\n#- main.py\nfrom shop import price\n#                ^^^^^\nimport shop\nx = price(shop.price(1))\n#   ^^^^^      ^^^^^\n",
        );
    }

    #[test]
    fn shadowed_names_are_others() {
        check("def f(a):\n    xx$0 = a\n#   ^^\n    return lambda xx: xx\n");
    }
}
