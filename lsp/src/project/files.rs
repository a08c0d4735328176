//! Files on disk that are not open: read once, read again when they changed.
//!
//! Invariants: the one place of this crate that reads the disk; a file that cannot be read is absent. The cache is
//! shared by all snapshots; an entry is valid while the file's time and size are. Tests: `crate::server` end to end.

#![expect(
    clippy::disallowed_methods,
    reason = "the server is a program of its own, outside of any isolate: the disk is its input"
)]

use std::collections::HashMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::SystemTime;

use taipan_compiler::compile::decode_source;

use super::document::Document;
use crate::text::SourceText;

/// Files larger than this are not analysed unless opened.
const LARGEST: u64 = 4 << 20;
/// A workspace with more files than this is only known in part.
const MOST_FILES: usize = 20_000;

type Stamp = (SystemTime, u64);

#[derive(Default)]
pub(crate) struct Files {
    read: Mutex<HashMap<PathBuf, (Stamp, Arc<Document>)>>,
    listed: Mutex<HashMap<PathBuf, Arc<Vec<PathBuf>>>>,
}

impl Files {
    /// Returns the document of a file on disk.
    pub(crate) fn document(&self, path: &Path, is_own: bool) -> Option<Arc<Document>> {
        let stamp = stamp(path)?;
        {
            let read = self.read.lock().unwrap_or_else(PoisonError::into_inner);
            if let Some((known, document)) = read.get(path)
                && *known == stamp
            {
                return Some(Arc::clone(document));
            }
        }
        if stamp.1 > LARGEST {
            return None;
        }
        let bytes = fs::read(path).ok()?;
        let (text, undecodable) = match decode_source(&bytes) {
            Ok(text) => (text, None),
            Err(error) => (String::from_utf8_lossy(&bytes), Some(error)),
        };
        let uri = crate::uri::of_path(path)?;
        let text = SourceText::new(text.as_ref());
        let mut document = Document::new(uri, None, is_own, text);
        document.undecodable = undecodable;
        let document = Arc::new(document);
        let mut read = self.read.lock().unwrap_or_else(PoisonError::into_inner);
        read.insert(path.to_owned(), (stamp, Arc::clone(&document)));
        Some(document)
    }

    /// Returns the Python files below a folder; hidden folders, caches and environments are left out.
    pub(crate) fn list(&self, root: &Path) -> Arc<Vec<PathBuf>> {
        if let Some(known) = self
            .listed
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .get(root)
        {
            return Arc::clone(known);
        }
        let mut found = Vec::new();
        let mut folders = vec![root.to_owned()];
        while let Some(folder) = folders.pop() {
            let Ok(entries) = fs::read_dir(&folder) else {
                continue;
            };
            for entry in entries.flatten() {
                let path = entry.path();
                let Ok(kind) = entry.file_type() else {
                    continue;
                };
                let name = entry.file_name();
                let name = name.to_string_lossy();
                if kind.is_dir() {
                    let skipped = name.starts_with('.')
                        || matches!(
                            &*name,
                            "__pycache__" | "node_modules" | "site-packages" | "target"
                        )
                        || path.join("pyvenv.cfg").exists();
                    if !skipped {
                        folders.push(path);
                    }
                } else if matches!(
                    path.extension().and_then(|e| e.to_str()),
                    Some("py" | "pyi" | "pyw")
                ) {
                    found.push(path);
                }
            }
            if found.len() > MOST_FILES {
                break;
            }
        }
        found.sort();
        let found = Arc::new(found);
        self.listed
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .insert(root.to_owned(), Arc::clone(&found));
        found
    }

    /// Forgets which files exist, after the client said that some came or went.
    pub(crate) fn forget_lists(&self) {
        self.listed
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clear();
    }
}

fn stamp(path: &Path) -> Option<Stamp> {
    let metadata = fs::metadata(path).ok()?;
    metadata.is_file().then(|| {
        (
            metadata.modified().unwrap_or(SystemTime::UNIX_EPOCH),
            metadata.len(),
        )
    })
}

/// Returns the names that can be imported from a folder: modules and packages.
pub(crate) fn importable(folder: &Path) -> Vec<String> {
    let Ok(entries) = fs::read_dir(folder) else {
        return Vec::new();
    };
    let mut names: Vec<String> = entries
        .flatten()
        .filter_map(|entry| {
            let name = entry.file_name().into_string().ok()?;
            let stem = match entry.file_type().ok()?.is_dir() {
                true => name.as_str(),
                false => name
                    .strip_suffix(".py")
                    .or_else(|| name.strip_suffix(".pyi"))?,
            };
            let valid = stem.chars().all(|c| c == '_' || c.is_alphanumeric())
                && !stem.starts_with(|c: char| c.is_ascii_digit());
            (valid && stem != "__pycache__" && stem != "__init__" && !stem.is_empty())
                .then(|| stem.to_owned())
        })
        .collect();
    names.sort();
    names.dedup();
    names
}

/// Returns whether a path is a folder.
pub(crate) fn is_folder(path: &Path) -> bool {
    path.is_dir()
}

/// Returns the folder that relative paths start from.
pub(crate) fn current_folder() -> PathBuf {
    std::env::current_dir().unwrap_or_default()
}

/// Returns whether a path is a file.
pub(crate) fn is_file(path: &Path) -> bool {
    path.is_file()
}

/// Returns the folders directly below a folder.
pub(crate) fn folders(path: &Path) -> Vec<PathBuf> {
    let Ok(entries) = fs::read_dir(path) else {
        return Vec::new();
    };
    entries
        .flatten()
        .map(|entry| entry.path())
        .filter(|path| path.is_dir())
        .collect()
}
