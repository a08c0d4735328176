//! `textDocument/codeLens`: how often a function or class is referred to.
//!
//! Counted in the document itself and, for other files, by imports and known receivers. Tests: `references.rs`.

use std::sync::Arc;

use lsp_types::{CodeLens, CodeLensParams, Command};

use super::{Answer, references};
use crate::analysis::{BindingKind, ScopeKind};
use crate::infer::Member;
use crate::project::Snapshot;

/// Lenses are drawn for every line, so a long file gets them for its first definitions only.
const MOST: usize = 200;

pub(crate) fn lenses(snapshot: &Snapshot, params: CodeLensParams) -> Answer<Vec<CodeLens>> {
    let document = super::document(snapshot, &params.text_document.uri)?;
    let module = document.module();
    let mut out = Vec::new();
    for (id, binding) in module.bindings.iter().enumerate() {
        let defines = matches!(
            binding.kind,
            BindingKind::Function(_) | BindingKind::Class(_)
        );
        if !defines || module.scopes[binding.scope].kind != ScopeKind::Module {
            continue;
        }
        if out.len() >= MOST || snapshot.is_cancelled() {
            break;
        }
        let member = Member::Binding(Arc::clone(&document), id);
        let found = references::find(snapshot, &member, &binding.name, None);
        let count = found.iter().filter(|one| !one.is_definition).count();
        let title = if count == 1 {
            "1 reference".to_owned()
        } else {
            format!("{count} references")
        };
        out.push(CodeLens {
            range: snapshot.range(&document, binding.range),
            // A command without a name is shown and does nothing, which every client understands.
            command: Some(Command {
                title,
                command: String::new(),
                arguments: None,
            }),
            data: None,
        });
    }
    Ok(out)
}
