//! Imports: from a dotted name to a file, a folder or a native module.
//!
//! CPython counterpart: `importlib._bootstrap_external.PathFinder`, without running anything. The order is the
//! importing file's folder (as for a script), the workspace's folders and their `src`, the standard library,
//! `site-packages`; `builtins`-like native modules come when there is no file. Tests: `crate::features::definition`.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::document::Document;
use super::files;
use super::native::{self, NativeModule};
use super::snapshot::Snapshot;

/// Where a module is.
#[derive(Clone)]
pub(crate) enum ModuleRef {
    Source(Arc<Document>),
    Native(&'static str, &'static NativeModule),
    /// A folder without `__init__.py`.
    Namespace(PathBuf),
}

/// Folders in which imports are looked up.
#[derive(Clone, Debug, Default)]
pub(crate) struct SearchPath {
    pub(crate) own: Vec<PathBuf>,
    pub(crate) library: Option<PathBuf>,
    pub(crate) site: Vec<PathBuf>,
}

impl SearchPath {
    /// Returns the folders for a workspace: its roots, their `src`, and the `site-packages` of an environment in it.
    pub(crate) fn new(roots: &[PathBuf], library: Option<PathBuf>) -> SearchPath {
        let mut path = SearchPath {
            library,
            ..SearchPath::default()
        };
        for root in roots {
            path.own.push(root.clone());
            path.own.extend(
                Some(root.join("src")).filter(|src| {
                    files::is_folder(src) && !files::is_file(&src.join("__init__.py"))
                }),
            );
            for environment in [".venv", "venv", "env"] {
                let lib = root.join(environment).join("lib");
                let versions = files::folders(&lib);
                let sites = versions.iter().map(|version| version.join("site-packages"));
                path.site
                    .extend(sites.filter(|site| files::is_folder(site)));
            }
        }
        path
    }

    /// Returns all folders, in the order of the search.
    pub(crate) fn folders(&self) -> impl Iterator<Item = &PathBuf> {
        self.own.iter().chain(&self.library).chain(&self.site)
    }
}

impl Snapshot {
    /// Returns the module that `from . import` or `import` names in `from`.
    pub(crate) fn resolve(&self, from: &Document, level: u32, name: &str) -> Option<ModuleRef> {
        if level > 0 {
            let mut folder = from.path.as_deref()?.parent()?;
            for _ in 1..level {
                folder = folder.parent()?;
            }
            return self.below(folder, name);
        }
        // These modules enter themselves into `sys.modules` under a second name.
        match name {
            "os.path" => return self.resolve(from, 0, "posixpath"),
            "collections.abc" => return self.resolve(from, 0, "_collections_abc"),
            _ => {}
        }
        let beside = from
            .is_own
            .then(|| from.path.as_deref().and_then(Path::parent))
            .flatten();
        let folders = beside
            .into_iter()
            .chain(self.search_path.folders().map(PathBuf::as_path));
        let mut namespace = None;
        for folder in folders {
            match self.below(folder, name) {
                Some(ModuleRef::Namespace(path)) => {
                    namespace = namespace.or(Some(ModuleRef::Namespace(path)))
                }
                Some(found) => return Some(found),
                None => {}
            }
        }
        let native = || {
            native::module_names()
                .find(|known| *known == name)
                .and_then(|name| Some(ModuleRef::Native(name, native::module(name)?)))
        };
        native().or(namespace)
    }

    /// Returns the module `name` (dotted, or empty for the folder itself) below a folder.
    fn below(&self, folder: &Path, name: &str) -> Option<ModuleRef> {
        let mut path = folder.to_owned();
        let parts: Vec<&str> = name.split('.').filter(|part| !part.is_empty()).collect();
        if parts.iter().any(|part| part.contains(['/', '\\'])) {
            return None;
        }
        path.extend(&parts);
        for init in ["__init__.py", "__init__.pyi"] {
            if let Some(document) = self.file(&path.join(init)) {
                return Some(ModuleRef::Source(document));
            }
        }
        if !parts.is_empty() {
            for extension in ["py", "pyi"] {
                // `with_extension` would cut `a.b`; a part never holds a dot.
                if let Some(document) = self.file(&path.with_extension(extension)) {
                    return Some(ModuleRef::Source(document));
                }
            }
        }
        files::is_folder(&path).then_some(ModuleRef::Namespace(path))
    }

    /// Returns the submodule `name` of a package.
    pub(crate) fn submodule(&self, package: &ModuleRef, name: &str) -> Option<ModuleRef> {
        match package {
            ModuleRef::Source(document)
                if document
                    .path
                    .as_deref()
                    .is_some_and(|path| path.ends_with("os.py"))
                    && name == "path" =>
            {
                self.resolve(document, 0, "posixpath")
            }
            ModuleRef::Source(document)
                if document
                    .path
                    .as_deref()
                    .is_some_and(|path| path.ends_with("collections/__init__.py"))
                    && name == "abc" =>
            {
                self.resolve(document, 0, "_collections_abc")
            }
            ModuleRef::Source(document) if document.is_package() => {
                self.below(document.path.as_deref()?.parent()?, name)
            }
            ModuleRef::Namespace(folder) => self.below(folder, name),
            ModuleRef::Source(_) | ModuleRef::Native(..) => None,
        }
    }

    /// Returns the names of a package's submodules.
    pub(crate) fn submodule_names(&self, package: &ModuleRef) -> Vec<String> {
        match package {
            ModuleRef::Source(document) if document.is_package() => document
                .path
                .as_deref()
                .and_then(Path::parent)
                .map(files::importable)
                .unwrap_or_default(),
            ModuleRef::Namespace(folder) => files::importable(folder),
            ModuleRef::Source(_) | ModuleRef::Native(..) => Vec::new(),
        }
    }

    /// Returns the dotted name under which a file is imported.
    pub(crate) fn module_name(&self, path: &Path) -> Option<String> {
        let relative = self
            .search_path
            .folders()
            .filter_map(|folder| path.strip_prefix(folder).ok());
        let relative = relative.min_by_key(|relative| relative.components().count())?;
        let stem = relative.with_extension("");
        let mut parts: Vec<&str> = stem.iter().filter_map(|part| part.to_str()).collect();
        if parts.last() == Some(&"__init__") {
            parts.pop();
        }
        (!parts.is_empty()).then(|| parts.join("."))
    }
}
