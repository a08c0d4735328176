//! `textDocument/diagnostic` and `workspace/diagnostic`: problems on demand.
//!
//! A result's id is a hash of its items, so "unchanged" is true also after edits elsewhere. Tests: `crate::server`.

use std::hash::{DefaultHasher, Hash, Hasher};

use lsp_types::{
    Diagnostic, DocumentDiagnosticParams, DocumentDiagnosticReport, FullDocumentDiagnosticReport,
    RelatedFullDocumentDiagnosticReport, RelatedUnchangedDocumentDiagnosticReport,
    UnchangedDocumentDiagnosticReport, WorkspaceDiagnosticParams, WorkspaceDiagnosticReport,
    WorkspaceDocumentDiagnosticReport, WorkspaceFullDocumentDiagnosticReport,
};

use super::Answer;
use crate::project::Snapshot;

fn result_id(items: &[Diagnostic]) -> String {
    let mut hasher = DefaultHasher::new();
    for item in items {
        let place = (
            item.range.start.line,
            item.range.start.character,
            item.range.end.line,
            item.range.end.character,
        );
        (place, &item.message).hash(&mut hasher);
    }
    format!("{:016x}", hasher.finish())
}

pub(crate) fn document(
    snapshot: &Snapshot,
    params: DocumentDiagnosticParams,
) -> Answer<DocumentDiagnosticReport> {
    let document = super::document(snapshot, &params.text_document.uri)?;
    let items = crate::diagnostics::to_lsp(snapshot, &document);
    let id = result_id(&items);
    if params.previous_result_id.as_ref() == Some(&id) {
        let report = UnchangedDocumentDiagnosticReport { result_id: id };
        return Ok(DocumentDiagnosticReport::Unchanged(
            RelatedUnchangedDocumentDiagnosticReport {
                related_documents: None,
                unchanged_document_diagnostic_report: report,
            },
        ));
    }
    Ok(DocumentDiagnosticReport::Full(
        RelatedFullDocumentDiagnosticReport {
            related_documents: None,
            full_document_diagnostic_report: FullDocumentDiagnosticReport {
                result_id: Some(id),
                items,
            },
        },
    ))
}

pub(crate) fn workspace(
    snapshot: &Snapshot,
    _: WorkspaceDiagnosticParams,
) -> Answer<WorkspaceDiagnosticReport> {
    let mut items = Vec::new();
    for document in snapshot.workspace() {
        if snapshot.is_cancelled() {
            break;
        }
        let found = crate::diagnostics::to_lsp(snapshot, &document);
        items.push(WorkspaceDocumentDiagnosticReport::Full(
            WorkspaceFullDocumentDiagnosticReport {
                uri: document.uri.clone(),
                version: document.version.map(i64::from),
                full_document_diagnostic_report: FullDocumentDiagnosticReport {
                    result_id: Some(result_id(&found)),
                    items: found,
                },
            },
        ));
    }
    Ok(WorkspaceDiagnosticReport { items })
}
