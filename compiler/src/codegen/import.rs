//! Imports.
//!
//! CPython: `codegen_import`, `codegen_from_import`.

use super::Codegen;
use crate::ast::{Alias, ExprContext, Name, well_known};
use crate::constant::Constant;
use crate::error::Result;
use crate::location::{Location, NO_LOCATION};
use crate::opcode::{Intrinsic1, Opcode as Op};

impl Codegen<'_, '_> {
    pub(super) fn import(&mut self, loc: Location, aliases: &[Alias]) -> Result<()> {
        for alias in aliases {
            self.load_const(Constant::Int(0), loc);
            self.load_none(loc);
            self.op_name(Op::IMPORT_NAME, alias.name, loc);
            match alias.asname {
                Some(asname) => self.import_as(alias.name, asname, loc)?,
                None => {
                    let text = self.names.text(alias.name);
                    let first = match text.find('.') {
                        Some(dot) => {
                            let first = text[..dot].to_owned();
                            self.names.intern(&first)
                        }
                        None => alias.name,
                    };
                    self.nameop(first, ExprContext::Store, loc)?;
                }
            }
        }
        Ok(())
    }

    /// `import a.b.c as d`: the import gives `a`, the rest is fetched part by part.
    fn import_as(&mut self, name: Name, asname: Name, loc: Location) -> Result<()> {
        let text = self.names.shared(name);
        let mut parts = text.split('.').skip(1).peekable();
        if parts.peek().is_none() {
            return self.nameop(asname, ExprContext::Store, loc);
        }
        while let Some(part) = parts.next() {
            let part = self.names.intern(part);
            self.op_plain_name(Op::IMPORT_FROM, part, loc);
            if parts.peek().is_some() {
                self.op_i(Op::SWAP, 2, loc);
                self.op(Op::POP_TOP, loc);
            }
        }
        self.nameop(asname, ExprContext::Store, loc)?;
        self.op(Op::POP_TOP, loc);
        Ok(())
    }

    pub(super) fn from_import(
        &mut self,
        loc: Location,
        module: Option<Name>,
        aliases: &[Alias],
        level: u32,
    ) -> Result<()> {
        self.load_const(Constant::Int(i64::from(level)), loc);
        let names = self.names_const(aliases.iter().map(|alias| alias.name));
        self.load_const(names, loc);
        self.op_name(Op::IMPORT_NAME, module.unwrap_or(well_known::EMPTY), loc);
        for (index, alias) in aliases.iter().enumerate() {
            if index == 0 && alias.name == well_known::STAR {
                self.intrinsic_1(Intrinsic1::ImportStar, loc);
                self.op(Op::POP_TOP, NO_LOCATION);
                return Ok(());
            }
            self.op_name(Op::IMPORT_FROM, alias.name, loc);
            self.nameop(alias.asname.unwrap_or(alias.name), ExprContext::Store, loc)?;
        }
        self.op(Op::POP_TOP, loc);
        Ok(())
    }
}
