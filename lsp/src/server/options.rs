//! What the one who starts the server knows: where the standard library's source is.
//!
//! Tests: none of its own; the environment is the input.

use std::path::PathBuf;

/// What the one who starts the server knows.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// The folder of the standard library's source.
    pub library: Option<PathBuf>,
}

impl Options {
    /// Reads `TAIPAN_STDLIB`, then `PYTHONHOME`; else it is the folder that `own` makes, or one beside the Pythons on `PATH`
    /// (nothing is run).
    #[expect(
        clippy::disallowed_methods,
        reason = "the process's own environment, read once at its start"
    )]
    pub fn from_environment(own: impl FnOnce() -> Option<PathBuf>) -> Options {
        let set = |name: &str| std::env::var_os(name).map(PathBuf::from);
        let is_library = |folder: &PathBuf| crate::project::files::is_file(&folder.join("os.py"));
        let named = set("TAIPAN_STDLIB")
            .into_iter()
            .chain(set("PYTHONHOME").map(|home| home.join("lib/python3.14")));
        let path = set("PATH")
            .map(|path| std::env::split_paths(&path).collect::<Vec<_>>())
            .unwrap_or_default();
        let beside = path.into_iter().filter_map(|bin| {
            let prefix = bin.parent()?.to_owned();
            ["python3.14", "python3.13", "python3.12", "python3.11"]
                .iter()
                .map(|name| prefix.join("lib").join(name))
                .find(is_library)
        });
        let own = std::iter::once_with(own).flatten();
        Options {
            library: named.chain(own).chain(beside).find(is_library),
        }
    }
}
