//! What the server offers, and what it takes from the client's own capabilities.
//!
//! Counterpart: LSP 3.17, "Initialize Request". Invariant: what stands here is answered by `crate::features`.
//! Tests: `lsp/tests/it`.

use lsp_types::{ClientCapabilities, InitializeParams};
use serde_json::{Value, json};

use crate::features::semantic_tokens;
use crate::project::Client;
use crate::text::Encoding;

/// Returns the `initialize` answer.
pub(crate) fn answer(client: &Client) -> Value {
    json!({
        "serverInfo": {"name": "taipan", "version": env!("CARGO_PKG_VERSION")},
        "capabilities": {
            "positionEncoding": client.encoding.kind(),
            "textDocumentSync": {"openClose": true, "change": 2, "save": {"includeText": false}},
            "diagnosticProvider": {"identifier": "taipan", "interFileDependencies": true, "workspaceDiagnostics": true},
            "documentSymbolProvider": true,
            "workspaceSymbolProvider": true,
            "foldingRangeProvider": true,
            "selectionRangeProvider": true,
            "semanticTokensProvider": {"legend": semantic_tokens::legend(), "range": true, "full": {"delta": true}},
            "documentHighlightProvider": true,
            "hoverProvider": true,
            "completionProvider": {"triggerCharacters": ["."], "resolveProvider": true},
            "signatureHelpProvider": {"triggerCharacters": ["(", ","], "retriggerCharacters": [")"]},
            "definitionProvider": true,
            "declarationProvider": true,
            "typeDefinitionProvider": true,
            "implementationProvider": true,
            "referencesProvider": true,
            "renameProvider": {"prepareProvider": true},
            "codeLensProvider": {"resolveProvider": false},
            "inlayHintProvider": true,
            "documentLinkProvider": {"resolveProvider": false},
            "callHierarchyProvider": true,
            "typeHierarchyProvider": true,
            "workspace": {"workspaceFolders": {"supported": true, "changeNotifications": true}},
        },
    })
}

/// Reads what the client can do.
pub(crate) fn client(params: &InitializeParams) -> Client {
    let capabilities: &ClientCapabilities = &params.capabilities;
    let text = capabilities.text_document.as_ref();
    let workspace = capabilities.workspace.as_ref();
    let general = capabilities.general.as_ref();
    let item = text
        .and_then(|text| text.completion.as_ref())
        .and_then(|completion| completion.completion_item.as_ref());
    let symbols = text.and_then(|text| text.document_symbol.as_ref());
    Client {
        encoding: Encoding::negotiate(
            general.and_then(|general| general.position_encodings.as_deref()),
        ),
        snippets: item.and_then(|item| item.snippet_support).unwrap_or(false),
        hierarchical_symbols: symbols
            .and_then(|symbols| symbols.hierarchical_document_symbol_support)
            .unwrap_or(false),
        pulls_diagnostics: text.is_some_and(|text| text.diagnostic.is_some()),
        refreshes_diagnostics: workspace
            .and_then(|workspace| workspace.diagnostic.as_ref())
            .and_then(|diagnostic| diagnostic.refresh_support)
            .unwrap_or(false),
        registers_watchers: workspace
            .and_then(|workspace| workspace.did_change_watched_files.as_ref())
            .and_then(|watched| watched.dynamic_registration)
            .unwrap_or(false),
    }
}
