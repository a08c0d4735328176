//! `from __future__ import ...`.
//!
//! CPython: `Python/future.c`.

use crate::ast::{Alias, Interner, Mod, Stmt, StmtKind, docstring, well_known};
use crate::error::{Result, SyntaxError};
use crate::location::{Location, NO_LOCATION};

bitflags::bitflags! {
    /// The `flags` of Python's `compile()`: `PyCF_*` and `CO_FUTURE_*`.
    #[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
    pub struct CompilerFlags: u32 {
        /// Interactive input: a block ends with an empty line.
        const DONT_IMPLY_DEDENT = 0x0200;
        /// Stop after parsing.
        const ONLY_AST = 0x0400;
        /// The source is text already.
        const IGNORE_COOKIE = 0x0800;
        const TYPE_COMMENTS = 0x1000;
        const ALLOW_TOP_LEVEL_AWAIT = 0x2000;
        const ALLOW_INCOMPLETE_INPUT = 0x4000;
        const OPTIMIZED_AST = 0x8000 | 0x0400;
        const FUTURE_DIVISION = 0x2_0000;
        const FUTURE_ABSOLUTE_IMPORT = 0x4_0000;
        const FUTURE_WITH_STATEMENT = 0x8_0000;
        const FUTURE_PRINT_FUNCTION = 0x10_0000;
        const FUTURE_UNICODE_LITERALS = 0x20_0000;
        const FUTURE_BARRY_AS_BDFL = 0x40_0000;
        const FUTURE_GENERATOR_STOP = 0x80_0000;
        const FUTURE_ANNOTATIONS = 0x100_0000;
        /// What code objects inherit (`PyCF_MASK`).
        const INHERITED = 0x1fe_0000;
    }
}

/// The features of a module: what it imports from `__future__`, and what the caller asked for.
#[derive(Debug, Clone, Copy)]
pub struct Features {
    pub flags: CompilerFlags,
    /// The last import from `__future__`.
    last: Location,
}

impl Features {
    pub(crate) const ALLOW_TOP_LEVEL_AWAIT: CompilerFlags = CompilerFlags::ALLOW_TOP_LEVEL_AWAIT;

    /// Those that `module` imports, together with `flags`.
    ///
    /// # Errors
    /// An unknown feature.
    pub fn of(module: &Mod, names: &Interner, flags: CompilerFlags) -> Result<Features> {
        let mut features = Features {
            flags,
            last: NO_LOCATION,
        };
        if let Mod::Module { body, .. } | Mod::Interactive { body } = module {
            features.collect(body, names)?;
        }
        Ok(features)
    }

    pub(crate) fn contains(self, flags: CompilerFlags) -> bool {
        self.flags.contains(flags)
    }

    /// Annotations become strings (PEP 563).
    pub(crate) fn annotations(self) -> bool {
        self.flags.contains(CompilerFlags::FUTURE_ANNOTATIONS)
    }

    /// Whether an import from `__future__` at `loc` stands behind other code.
    pub(crate) fn is_late(self, loc: Location) -> bool {
        loc.lineno > self.last.lineno
            || (loc.lineno == self.last.end_lineno && loc.col > self.last.end_col)
    }

    fn collect(&mut self, body: &[Stmt], names: &Interner) -> Result<()> {
        let first = usize::from(docstring(body).is_some());
        for statement in &body[first..] {
            let StmtKind::ImportFrom {
                module: Some(well_known::FUTURE),
                names: aliases,
                level: 0,
            } = &statement.kind
            else {
                break;
            };
            aliases
                .iter()
                .try_for_each(|alias| self.feature(alias, names))?;
            self.last = statement.loc;
        }
        Ok(())
    }

    fn feature(&mut self, alias: &Alias, names: &Interner) -> Result<()> {
        match names.text(alias.name) {
            "nested_scopes" | "generators" | "division" | "absolute_import" | "with_statement"
            | "print_function" | "unicode_literals" | "generator_stop" => {}
            "barry_as_FLUFL" => self.flags |= CompilerFlags::FUTURE_BARRY_AS_BDFL,
            "annotations" => self.flags |= CompilerFlags::FUTURE_ANNOTATIONS,
            "braces" => return Err(SyntaxError::new("not a chance", alias.loc)),
            unknown => {
                let msg = format!("future feature {unknown:.100} is not defined");
                return Err(SyntaxError::new(msg, alias.loc));
            }
        }
        Ok(())
    }
}
