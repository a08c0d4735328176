//! `textDocument/rename` and `prepareRename`.
//!
//! Refused: keywords, names that are no identifiers, and whatever is defined outside of the workspace. Tests: `references.rs`.

use std::collections::HashMap;

use lsp_types::{
    PrepareRenameResponse, RenameParams, TextDocumentPositionParams, TextEdit, Uri, WorkspaceEdit,
};

use super::{Answer, at, failed, invalid};
use crate::features::completion::KEYWORDS;
use crate::features::{references, target};
use crate::infer::Member;
use crate::project::Snapshot;

pub(crate) fn prepare(
    snapshot: &Snapshot,
    params: TextDocumentPositionParams,
) -> Answer<Option<PrepareRenameResponse>> {
    let (document, offset) = at(snapshot, &params)?;
    let Some(found) = target::at(snapshot, &document, offset) else {
        return Ok(None);
    };
    let origin = target::origin(snapshot, found.member);
    let owned = origin
        .place()
        .is_some_and(|(home, _)| home.is_own || home.version.is_some());
    if !owned || matches!(origin, Member::Module(_)) {
        return Ok(None);
    }
    Ok(Some(PrepareRenameResponse::RangeWithPlaceholder {
        range: snapshot.range(&document, found.range),
        placeholder: document.text.at(found.range).to_owned(),
    }))
}

#[expect(
    clippy::mutable_key_type,
    reason = "the protocol's type has a Uri as key; its hash is that of its text"
)]
pub(crate) fn rename(snapshot: &Snapshot, params: RenameParams) -> Answer<Option<WorkspaceEdit>> {
    let new = &params.new_name;
    let starts_well = new
        .chars()
        .next()
        .is_some_and(|c| c == '_' || c.is_alphabetic());
    if !starts_well
        || !new.chars().all(|c| c == '_' || c.is_alphanumeric())
        || KEYWORDS.contains(&new.as_str())
    {
        return Err(invalid(format!("'{new}' is not a valid name")));
    }
    let (document, offset) = at(snapshot, &params.text_document_position)?;
    let Some(found) = target::at(snapshot, &document, offset) else {
        return Err(failed("nothing can be renamed here"));
    };
    let origin = target::origin(snapshot, found.member);
    let owned = origin
        .place()
        .is_some_and(|(home, _)| home.is_own || home.version.is_some());
    if !owned || matches!(origin, Member::Module(_)) {
        return Err(failed("this is defined outside of the workspace"));
    }
    let mut changes: HashMap<Uri, Vec<TextEdit>> = HashMap::new();
    for one in references::find(snapshot, &origin, &found.name, None) {
        // A name imported with `as` keeps its alias.
        if one.document.text.at(one.range) == found.name
            && (one.document.is_own || one.document.version.is_some())
        {
            let edit = TextEdit::new(snapshot.range(&one.document, one.range), new.clone());
            changes
                .entry(one.document.uri.clone())
                .or_default()
                .push(edit);
        }
    }
    Ok(Some(WorkspaceEdit {
        changes: Some(changes),
        ..WorkspaceEdit::default()
    }))
}
