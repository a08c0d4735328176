//! One text with everything that is derived from it alone: its tree and its analysis, made when first asked for.
//!
//! Invariants: the text never changes (an edit makes a new document); a text that [`guard`] refuses has an empty tree.
//! Tests: every feature's.

use std::path::PathBuf;
use std::sync::OnceLock;

use lsp_types::Uri;
use ruff_python_ast::{ModModule, PythonVersion, Stmt};
use ruff_python_parser::{Mode, ParseOptions, Parsed};
use taipan_compiler::error::SyntaxError;

use crate::analysis::guard::{self, TooDeep};
use crate::analysis::{Module, builder};
use crate::text::SourceText;

pub(crate) struct Document {
    pub(crate) uri: Uri,
    /// The one spelling of the URI (`crate::uri::key`).
    pub(crate) key: String,
    pub(crate) path: Option<PathBuf>,
    /// The client's version, for open buffers.
    pub(crate) version: Option<i32>,
    /// Belongs to the workspace: may be edited by a rename.
    pub(crate) is_own: bool,
    pub(crate) text: SourceText,
    /// Why the file is not the text that its encoding makes of it.
    pub(crate) undecodable: Option<SyntaxError>,
    tree: OnceLock<Tree>,
    module: OnceLock<Module>,
}

/// A parsed text.
pub(crate) struct Tree {
    pub(crate) parsed: Parsed<ModModule>,
    pub(crate) too_deep: Option<TooDeep>,
}

impl Document {
    pub(crate) fn new(uri: Uri, version: Option<i32>, is_own: bool, text: SourceText) -> Document {
        let key = crate::uri::key(uri.as_str());
        let path = crate::uri::to_path(uri.as_str());
        Document {
            uri,
            key,
            path,
            version,
            is_own,
            text,
            undecodable: None,
            tree: OnceLock::new(),
            module: OnceLock::new(),
        }
    }

    pub(crate) fn tree(&self) -> &Tree {
        self.tree
            .get_or_init(|| match guard::check(self.text.as_str()) {
                Ok(()) => Tree {
                    parsed: parse(self.text.as_str()),
                    too_deep: None,
                },
                Err(too_deep) => Tree {
                    parsed: parse(""),
                    too_deep: Some(too_deep),
                },
            })
    }

    pub(crate) fn body(&self) -> &[Stmt] {
        self.tree().parsed.suite()
    }

    pub(crate) fn module(&self) -> &Module {
        self.module
            .get_or_init(|| builder::build(self.body(), self.text.as_str()))
    }

    /// Returns whether the module makes names of its own that its text does not bind: through `globals()`, `exec`, or
    /// the enum functions that write into a module.
    pub(crate) fn makes_names(&self) -> bool {
        let text = self.text.as_str();
        let direct = [
            "globals()[",
            "globals().update",
            "globals().setdefault",
            "_convert_(",
            "global_enum",
            "sys.modules[__name__]",
        ];
        if direct.iter().any(|way| text.contains(way))
            || text.contains("exec(") && text.contains("globals()")
        {
            return true;
        }
        // `names = globals()`, then `names[...] = ...`.
        text.match_indices("= globals()").any(|(at, _)| {
            let name = text[..at]
                .trim_end()
                .rsplit(|c: char| !c.is_alphanumeric() && c != '_')
                .next()
                .unwrap_or_default();
            let written = |line: &str| {
                line.trim_start()
                    .strip_prefix(name)
                    .is_some_and(|rest| rest.starts_with('[') && rest.contains("] ="))
            };
            !name.is_empty() && text.lines().any(written)
        })
    }

    /// Returns whether the text is a stub or a package's `__init__`.
    pub(crate) fn is_package(&self) -> bool {
        self.path
            .as_deref()
            .and_then(|path| path.file_stem())
            .is_some_and(|stem| stem == "__init__")
    }
}

fn parse(text: &str) -> Parsed<ModModule> {
    let options = ParseOptions::from(Mode::Module).with_target_version(PythonVersion {
        major: 3,
        minor: 14,
    });
    match ruff_python_parser::parse_unchecked(text, options).try_into_module() {
        Some(parsed) => parsed,
        // `Mode::Module` always gives a module.
        None => {
            ruff_python_parser::parse_unchecked_source("", ruff_python_ast::PySourceType::Python)
        }
    }
}
