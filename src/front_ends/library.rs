//! The source of the standard library as files, which editors open at a definition.
//!
//! It is unpacked from the binary into the user's cache when a language server starts for the first time. Tests: none of
//! its own; what is unpacked is `taipan_lib`'s.

use std::io;
use std::path::{Path, PathBuf};

use taipan_lib::Frozen;
use taipan_vm::import::Library;

/// The folder with `os.py`, or `None` where there is no cache or no room in it.
pub(super) fn folder() -> Option<PathBuf> {
    let cache = cache()?.join("taipan");
    let home = cache.join(format!("library-{}", Frozen::FINGERPRINT));
    let library = home.join("python3.14");
    if library.join("os.py").is_file() {
        return Some(library);
    }
    match unpack(&cache, &home) {
        Ok(()) => Some(library),
        Err(error) => {
            eprintln!(
                "the library cannot be unpacked into {}: {error}",
                cache.display()
            );
            None
        }
    }
}

fn cache() -> Option<PathBuf> {
    let set = |name: &str| std::env::var_os(name).filter(|value| !value.is_empty());
    set("XDG_CACHE_HOME")
        .map(PathBuf::from)
        .or_else(|| set("HOME").map(|home| PathBuf::from(home).join(".cache")))
}

/// Writes all source files beside their place and moves them there at once, so that nobody sees a part of them.
fn unpack(cache: &Path, home: &Path) -> io::Result<()> {
    let new = cache.join(format!("new-{}", std::process::id()));
    for path in Frozen.paths().filter(|path| path.ends_with(".py")) {
        let Some(content) = Frozen.content(path) else {
            continue;
        };
        let file = new.join("python3.14").join(path);
        if let Some(folder) = file.parent() {
            std::fs::create_dir_all(folder)?;
        }
        std::fs::write(file, &content)?;
    }
    match std::fs::rename(&new, home) {
        Ok(()) => Ok(()),
        // Another server was faster.
        Err(_) if home.is_dir() => std::fs::remove_dir_all(&new),
        Err(error) => Err(error),
    }
}
