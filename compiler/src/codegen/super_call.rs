//! `super().attr` without making the `super` object.
//!
//! CPython: `can_optimize_super_call`, `load_args_for_super`.

use super::Codegen;
use crate::ast::{Expr, ExprContext, ExprKind, Name, well_known};
use crate::error::Result;
use crate::location::Location;
use crate::symtable::{NameScope, SymbolTable};

/// A call of `super` that can be left out.
pub(super) struct SuperCall<'a> {
    func: &'a Expr,
    pub(super) args: &'a [Expr],
}

impl<'a> Codegen<'a, '_> {
    /// The call that `value` is, if `value.attr` can do without it.
    pub(super) fn optimizable_super_call(
        &self,
        value: &'a Expr,
        attr: Name,
    ) -> Option<SuperCall<'a>> {
        let ExprKind::Call {
            func,
            args,
            keywords,
        } = &value.kind
        else {
            return None;
        };
        if func.as_name() != Some(well_known::SUPER)
            || attr == well_known::CLASS
            || !keywords.is_empty()
        {
            return None;
        }
        // `super` may not be another thing, as far as can be seen.
        if self.ste().scope(well_known::SUPER) != NameScope::GlobalImplicit
            || self.table.entry(SymbolTable::TOP).scope(well_known::SUPER) != NameScope::Unknown
        {
            return None;
        }
        let is_optimizable = match args.len() {
            2 => !args.iter().any(Expr::is_starred),
            0 => {
                (self.u.counts.args > 0 || self.u.counts.posonly > 0)
                    && self.ref_type(well_known::CLASS) == NameScope::Free
            }
            _ => false,
        };
        is_optimizable.then_some(SuperCall { func, args })
    }

    pub(super) fn load_args_for_super(
        &mut self,
        loc: Location,
        call: &SuperCall<'a>,
    ) -> Result<()> {
        self.nameop(well_known::SUPER, ExprContext::Load, call.func.loc)?;
        if !call.args.is_empty() {
            return self.exprs(call.args);
        }
        self.nameop(well_known::CLASS, ExprContext::Load, loc)?;
        match self.u.varnames.as_slice().first().copied() {
            Some(first) => self.nameop(first, ExprContext::Load, loc),
            None => Ok(()),
        }
    }
}
