//! What is wrong in a document: the compiler's errors and warnings, and hints.
//!
//! [`syntax`] holds what CPython's compiler refuses, [`lint`] what runs but is likely a mistake. A [`Problem`] is data;
//! [`to_lsp`] renders it. Invariant: problems are sorted by place and free of duplicates. Tests: below and in both.

pub(crate) mod calls;
pub(crate) mod lint;
pub(crate) mod syntax;

use std::sync::Arc;

use lsp_types::{
    Diagnostic, DiagnosticRelatedInformation, DiagnosticSeverity, DiagnosticTag, NumberOrString,
};
use ruff_text_size::TextRange;

use crate::project::{Document, Snapshot};

/// One finding.
#[derive(Clone, Debug)]
pub(crate) struct Problem {
    pub(crate) code: &'static str,
    pub(crate) severity: DiagnosticSeverity,
    pub(crate) range: TextRange,
    pub(crate) message: String,
    pub(crate) tag: Option<DiagnosticTag>,
    /// Another place in the same document that explains it.
    pub(crate) related: Option<(TextRange, String)>,
}

impl Problem {
    pub(crate) fn error(
        code: &'static str,
        range: TextRange,
        message: impl Into<String>,
    ) -> Problem {
        Problem {
            code,
            severity: DiagnosticSeverity::ERROR,
            range,
            message: message.into(),
            tag: None,
            related: None,
        }
    }

    pub(crate) fn warning(
        code: &'static str,
        range: TextRange,
        message: impl Into<String>,
    ) -> Problem {
        Problem {
            severity: DiagnosticSeverity::WARNING,
            ..Problem::error(code, range, message)
        }
    }

    pub(crate) fn hint(
        code: &'static str,
        range: TextRange,
        message: impl Into<String>,
        tag: DiagnosticTag,
    ) -> Problem {
        Problem {
            severity: DiagnosticSeverity::HINT,
            tag: Some(tag),
            ..Problem::error(code, range, message)
        }
    }
}

/// Returns all problems of a document. Lints are left out while the text does not compile: they would be guesses.
pub(crate) fn problems(snapshot: &Snapshot, document: &Arc<Document>) -> Vec<Problem> {
    let mut out = syntax::check(document);
    let tree = document.tree();
    if tree.too_deep.is_none() {
        let compiles = out
            .iter()
            .all(|problem| problem.severity != DiagnosticSeverity::ERROR);
        out.extend(lint::check(snapshot, document, compiles));
    }
    out.sort_by_key(|problem| (problem.range.start(), problem.range.end()));
    out.dedup_by(|a, b| {
        a.range == b.range
            && (a.message == b.message
                || (a.code == "invalid-syntax" && b.code == "invalid-syntax"))
    });
    out
}

/// Returns the protocol's form of all problems of a document.
pub(crate) fn to_lsp(snapshot: &Snapshot, document: &Arc<Document>) -> Vec<Diagnostic> {
    problems(snapshot, document)
        .into_iter()
        .map(|problem| Diagnostic {
            range: snapshot.range(document, problem.range),
            severity: Some(problem.severity),
            code: Some(NumberOrString::String(problem.code.to_owned())),
            source: Some("taipan".to_owned()),
            message: problem.message,
            tags: problem.tag.map(|tag| vec![tag]),
            related_information: problem.related.map(|(range, message)| {
                vec![DiagnosticRelatedInformation {
                    location: snapshot.location(document, range),
                    message,
                }]
            }),
            ..Diagnostic::default()
        })
        .collect()
}
