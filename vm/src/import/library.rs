//! The standard library as files that need no disk: what the VM asks of whoever holds it.
//!
//! The crate `taipan-lib` is the one that the binary uses; an embedder may give none, or another. Paths are relative to
//! the library's root, with `/`. Tests: `Lib/tests/`.

use std::borrow::Cow;
use std::sync::Arc;

use taipan_compiler::code_object::CodeObject;
use taipan_host::{Host, ReadOnlyFolder};
use taipan_text::Wtf8Buf;

use crate::config::Config;

/// A read-only tree of Python files with their code.
pub trait Library: Send + Sync {
    /// The compiled code of a file like `os.py`, under the given file name.
    fn code(&self, path: &str, filename: &Arc<Wtf8Buf>) -> Option<Arc<CodeObject>>;

    /// The content of a file: source text or any other.
    fn content(&self, path: &str) -> Option<Cow<'_, [u8]>>;

    /// Whether there is such a file.
    fn is_file(&self, path: &str) -> bool;

    /// The names in a folder, which end with `/` for folders; `None` if there is no such folder.
    fn list(&self, folder: &str) -> Option<Vec<String>>;
}

/// A library as the host shows it.
struct Folder(Arc<dyn Library>);

impl ReadOnlyFolder for Folder {
    fn content(&self, path: &str) -> Option<Cow<'_, [u8]>> {
        self.0.content(path)
    }

    fn list(&self, path: &str) -> Option<Vec<String>> {
        self.0.list(path)
    }
}

/// Lets programs read the library's files where it seems to be, on a host that can show them.
pub(crate) fn show(host: &dyn Host, config: &Config, library: Option<&Arc<dyn Library>>) {
    if let (Some(library), Some(root)) = (library, &config.stdlib_dir)
        && config.use_library
        && let Some(root) = root.to_str()
    {
        // A host that cannot has no such files, and says so when they are asked for.
        let _ = host.show_folder(root.as_bytes(), Arc::new(Folder(library.clone())));
    }
}
