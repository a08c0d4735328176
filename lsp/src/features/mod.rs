//! One file a request of the protocol; [`handle`] finds the one for a method.
//!
//! Invariants: a feature is a function of a snapshot and its parameters; it returns data or an error, and changes
//! nothing. Positions are turned into offsets on entry and back on exit. Tests: in each file.

pub(crate) mod call_hierarchy;
pub(crate) mod completion;
pub(crate) mod definition;
pub(crate) mod diagnostics;
pub(crate) mod folding;
pub(crate) mod hover;
pub(crate) mod inlay_hints;
pub(crate) mod lenses;
pub(crate) mod links;
pub(crate) mod references;
pub(crate) mod rename;
pub(crate) mod selection;
pub(crate) mod semantic_tokens;
pub(crate) mod signature;
pub(crate) mod symbols;
pub(crate) mod target;
pub(crate) mod type_hierarchy;

use std::sync::Arc;

use lsp_server::{ErrorCode, ResponseError};
use lsp_types::{TextDocumentPositionParams, Uri};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::project::{Document, Snapshot};

/// What a feature gives back.
pub(crate) type Answer<T> = Result<T, ResponseError>;

pub(crate) fn invalid(message: impl Into<String>) -> ResponseError {
    ResponseError {
        code: ErrorCode::InvalidParams as i32,
        message: message.into(),
        data: None,
    }
}

pub(crate) fn failed(message: impl Into<String>) -> ResponseError {
    ResponseError {
        code: ErrorCode::RequestFailed as i32,
        message: message.into(),
        data: None,
    }
}

/// Returns the document of a URI.
pub(crate) fn document(snapshot: &Snapshot, uri: &Uri) -> Answer<Arc<Document>> {
    snapshot
        .document(uri)
        .ok_or_else(|| invalid(format!("unknown document {}", uri.as_str())))
}

/// Returns the document and the byte offset of a position.
pub(crate) fn at(
    snapshot: &Snapshot,
    params: &TextDocumentPositionParams,
) -> Answer<(Arc<Document>, usize)> {
    let document = document(snapshot, &params.text_document.uri)?;
    let offset = snapshot.offset(&document, params.position);
    Ok((document, offset))
}

fn run<P: DeserializeOwned, R: Serialize>(
    snapshot: &Snapshot,
    params: Value,
    feature: impl FnOnce(&Snapshot, P) -> Answer<R>,
) -> Answer<Value> {
    let params = serde_json::from_value(params).map_err(|error| invalid(error.to_string()))?;
    let result = feature(snapshot, params)?;
    serde_json::to_value(result).map_err(|error| failed(error.to_string()))
}

/// Answers a request; nothing where the method is unknown.
pub(crate) fn handle(s: &Snapshot, method: &str, p: Value) -> Option<Answer<Value>> {
    Some(match method {
        "textDocument/diagnostic" => run(s, p, diagnostics::document),
        "workspace/diagnostic" => run(s, p, diagnostics::workspace),
        "textDocument/documentSymbol" => run(s, p, symbols::document),
        "workspace/symbol" => run(s, p, symbols::workspace),
        "textDocument/foldingRange" => run(s, p, folding::folding_ranges),
        "textDocument/selectionRange" => run(s, p, selection::selection_ranges),
        "textDocument/semanticTokens/full" => run(s, p, semantic_tokens::full),
        "textDocument/semanticTokens/full/delta" => run(s, p, semantic_tokens::delta),
        "textDocument/semanticTokens/range" => run(s, p, semantic_tokens::range),
        "textDocument/documentHighlight" => run(s, p, references::highlights),
        "textDocument/references" => run(s, p, references::references),
        "textDocument/definition" | "textDocument/declaration" => run(s, p, definition::definition),
        "textDocument/typeDefinition" => run(s, p, definition::type_definition),
        "textDocument/implementation" => run(s, p, definition::implementation),
        "textDocument/hover" => run(s, p, hover::hover),
        "textDocument/completion" => run(s, p, completion::completion),
        "completionItem/resolve" => run(s, p, completion::resolve),
        "textDocument/signatureHelp" => run(s, p, signature::signature_help),
        "textDocument/prepareRename" => run(s, p, rename::prepare),
        "textDocument/rename" => run(s, p, rename::rename),
        "textDocument/codeLens" => run(s, p, lenses::lenses),
        "textDocument/inlayHint" => run(s, p, inlay_hints::inlay_hints),
        "textDocument/documentLink" => run(s, p, links::links),
        "textDocument/prepareCallHierarchy" => run(s, p, call_hierarchy::prepare),
        "callHierarchy/incomingCalls" => run(s, p, call_hierarchy::incoming),
        "callHierarchy/outgoingCalls" => run(s, p, call_hierarchy::outgoing),
        "textDocument/prepareTypeHierarchy" => run(s, p, type_hierarchy::prepare),
        "typeHierarchy/supertypes" => run(s, p, type_hierarchy::supertypes),
        "typeHierarchy/subtypes" => run(s, p, type_hierarchy::subtypes),
        _ => return None,
    })
}
