//! The whole state an answer is computed from, at one moment.
//!
//! Invariant: immutable; the loop makes a new one for each change and hands out `Arc`s. Tests: every feature's.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};

use lsp_types::{Location, Position, Range, SemanticToken, Uri};
use ruff_text_size::TextRange;

use super::document::Document;
use super::files::Files;
use super::resolve::SearchPath;
use crate::text::Encoding;

/// What the client said that it can do, as far as answers differ.
#[derive(Clone, Debug)]
pub(crate) struct Client {
    pub(crate) encoding: Encoding,
    pub(crate) snippets: bool,
    pub(crate) hierarchical_symbols: bool,
    pub(crate) pulls_diagnostics: bool,
    pub(crate) refreshes_diagnostics: bool,
    pub(crate) registers_watchers: bool,
}

impl Default for Client {
    fn default() -> Client {
        Client {
            encoding: Encoding::Utf16,
            snippets: false,
            hierarchical_symbols: true,
            pulls_diagnostics: false,
            refreshes_diagnostics: false,
            registers_watchers: false,
        }
    }
}

/// By a document's key: a result's id, and its tokens.
pub(crate) type KeptTokens = HashMap<String, (String, Vec<SemanticToken>)>;

#[derive(Clone, Default)]
pub(crate) struct Snapshot {
    pub(crate) open: Arc<HashMap<String, Arc<Document>>>,
    pub(crate) files: Arc<Files>,
    pub(crate) roots: Arc<Vec<PathBuf>>,
    pub(crate) search_path: Arc<SearchPath>,
    pub(crate) client: Arc<Client>,
    /// The last semantic tokens sent for a document, by key: their id and themselves.
    pub(crate) tokens: Arc<Mutex<KeptTokens>>,
    /// Counts changes of anything.
    pub(crate) revision: u64,
    /// Set when the client no longer wants the answer.
    pub(crate) cancelled: Arc<AtomicBool>,
}

impl Snapshot {
    pub(crate) fn encoding(&self) -> Encoding {
        self.client.encoding
    }

    pub(crate) fn is_cancelled(&self) -> bool {
        self.cancelled.load(Ordering::Relaxed)
    }

    /// Returns the open buffer or the file behind a URI.
    pub(crate) fn document(&self, uri: &Uri) -> Option<Arc<Document>> {
        let key = crate::uri::key(uri.as_str());
        if let Some(document) = self.open.get(&key) {
            return Some(Arc::clone(document));
        }
        let path = crate::uri::to_path(uri.as_str())?;
        self.files.document(&path, self.owns(&path))
    }

    /// Returns the open buffer of a file, or the file.
    pub(crate) fn file(&self, path: &Path) -> Option<Arc<Document>> {
        if !self.open.is_empty()
            && let Some(uri) = crate::uri::of_path(path)
            && let Some(document) = self.open.get(uri.as_str())
        {
            return Some(Arc::clone(document));
        }
        self.files.document(path, self.owns(path))
    }

    /// Returns whether a file belongs to the workspace.
    pub(crate) fn owns(&self, path: &Path) -> bool {
        let library = self
            .search_path
            .library
            .as_deref()
            .is_some_and(|library| path.starts_with(library));
        let site = self
            .search_path
            .site
            .iter()
            .any(|site| path.starts_with(site));
        !library && !site && self.roots.iter().any(|root| path.starts_with(root))
    }

    /// Returns all documents of the workspace: files on disk and open buffers.
    pub(crate) fn workspace(&self) -> Vec<Arc<Document>> {
        let mut out: Vec<Arc<Document>> = self.open.values().cloned().collect();
        for root in self.roots.iter() {
            for path in self.files.list(root).iter() {
                if self.is_cancelled() {
                    return out;
                }
                out.extend(
                    self.file(path)
                        .filter(|document| document.version.is_none()),
                );
            }
        }
        out.sort_by(|a, b| a.key.cmp(&b.key));
        out.dedup_by(|a, b| a.key == b.key);
        out
    }

    pub(crate) fn offset(&self, document: &Document, position: Position) -> usize {
        document.text.offset(position, self.encoding())
    }

    pub(crate) fn range(&self, document: &Document, range: TextRange) -> Range {
        document.text.range(range, self.encoding())
    }

    pub(crate) fn location(&self, document: &Document, range: TextRange) -> Location {
        Location::new(document.uri.clone(), self.range(document, range))
    }
}
