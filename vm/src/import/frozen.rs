//! The frozen modules: what `importlib` itself is made of.
//!
//! CPython 3.14: `Python/frozen.c`, `_imp.find_frozen`. The rest of the standard library is found along `sys.path`; see
//! `library_module`. A frozen module's code comes from the library, under the file name `<frozen NAME>`.

use std::sync::Arc;

use taipan_compiler::code_object::CodeObject;
use taipan_text::Wtf8Buf;

use crate::ctx::Ctx;

/// A frozen module.
pub(super) struct Frozen {
    /// The name to import it by.
    pub(super) name: &'static str,
    /// The module that it is.
    pub(super) original: &'static str,
    /// Its file in the library.
    path: &'static str,
    pub(super) is_package: bool,
}

static FROZEN: &[Frozen] = &[
    module(
        "_frozen_importlib",
        "importlib._bootstrap",
        "importlib/_bootstrap.py",
    ),
    module(
        "_frozen_importlib_external",
        "importlib._bootstrap_external",
        "importlib/_bootstrap_external.py",
    ),
    module("zipimport", "zipimport", "zipimport.py"),
    module(
        "_taipan_importer",
        "_taipan_importer",
        "_taipan_importer.py",
    ),
    module("__hello__", "__hello__", "__hello__.py"),
    module("__hello_alias__", "__hello__", "__hello__.py"),
    module("__phello_alias__", "__hello__", "__hello__.py"),
    package("__phello__", "__phello__", "__phello__/__init__.py"),
    module("__phello__.spam", "__phello__.spam", "__phello__/spam.py"),
];

const fn module(name: &'static str, original: &'static str, path: &'static str) -> Frozen {
    Frozen {
        name,
        original,
        path,
        is_package: false,
    }
}

const fn package(name: &'static str, original: &'static str, path: &'static str) -> Frozen {
    Frozen {
        name,
        original,
        path,
        is_package: true,
    }
}

/// The frozen module of this name.
pub(super) fn find(cx: &Ctx, name: &str) -> Option<&'static Frozen> {
    let library = cx.isolate().library()?;
    FROZEN
        .iter()
        .find(|frozen| frozen.name == name && library.is_file(frozen.path))
}

/// The names of all frozen modules.
pub(super) fn names() -> impl Iterator<Item = &'static str> {
    FROZEN.iter().map(|frozen| frozen.name)
}

/// The code of a frozen module.
pub(super) fn code(cx: &Ctx, frozen: &Frozen) -> Option<Arc<CodeObject>> {
    let filename = Wtf8Buf::from_string(format!("<frozen {}>", frozen.original));
    let library = cx.isolate().library()?;
    library.code(frozen.path, &Arc::new(filename))
}
