//! Type parameters and the `type` statement (PEP 695, 696).
//!
//! CPython: `codegen_type_params`, `codegen_typealias`.

use super::Codegen;
use super::unit::{ArgCounts, ScopeType};
use crate::ast::{Expr, ExprContext, ExprKind, Name, Stmt, TypeParam, TypeParamKind};
use crate::constant::Constant;
use crate::error::{Result, SyntaxError};
use crate::location::Location;
use crate::opcode::{Intrinsic1, Intrinsic2, MakeFunctionFlag, Opcode as Op};
use crate::symtable::ScopeKey;

const DEFAULTS: u32 = MakeFunctionFlag::Defaults as u32;

impl<'a> Codegen<'a, '_> {
    /// The name of the function around a generic definition.
    pub(super) fn generic_name(&mut self, name: Name) -> Name {
        let text = format!("<generic parameters of {}>", self.names.text(name));
        self.names.intern(&text)
    }

    fn load_format_default(&mut self, loc: Location) {
        self.load_const(Constant::tuple(vec![Constant::Int(1)]), loc);
    }

    fn bound_or_default(
        &mut self,
        value: &'a Expr,
        name: Name,
        key: ScopeKey,
        allow_starred: bool,
    ) -> Result<()> {
        let loc = value.loc;
        self.load_format_default(loc);
        self.setup_annotations_scope(loc, key, name)?;
        match &value.kind {
            ExprKind::Starred { value, .. } if allow_starred => {
                self.expr(value)?;
                self.op_i(Op::UNPACK_SEQUENCE, 1, loc);
            }
            _ => self.expr(value)?,
        }
        self.op(Op::RETURN_VALUE, loc);
        let finished = self.finish_scope(true)?;
        self.make_closure(loc, finished, DEFAULTS)
    }

    /// Makes the type parameters, binds each, and leaves a tuple of them.
    pub(super) fn type_params(&mut self, params: &'a [TypeParam]) -> Result<()> {
        let mut seen_default = false;
        for param in params {
            let loc = param.loc;
            self.load_name_const(param.name, loc);
            match &param.kind {
                TypeParamKind::TypeVar { bound: Some(bound) } => {
                    self.bound_or_default(bound, param.name, ScopeKey::node(param), false)?;
                    let is_tuple = matches!(bound.kind, ExprKind::Tuple { .. });
                    self.intrinsic_2(
                        if is_tuple {
                            Intrinsic2::TypeVarWithConstraints
                        } else {
                            Intrinsic2::TypeVarWithBound
                        },
                        loc,
                    );
                }
                TypeParamKind::TypeVar { bound: None } => {
                    self.intrinsic_1(Intrinsic1::TypeVar, loc)
                }
                TypeParamKind::TypeVarTuple => self.intrinsic_1(Intrinsic1::TypeVarTuple, loc),
                TypeParamKind::ParamSpec => self.intrinsic_1(Intrinsic1::ParamSpec, loc),
            }
            if let Some(default) = param.default_value.as_deref() {
                seen_default = true;
                let allow_starred = matches!(param.kind, TypeParamKind::TypeVarTuple);
                self.bound_or_default(
                    default,
                    param.name,
                    ScopeKey::default(param),
                    allow_starred,
                )?;
                self.intrinsic_2(Intrinsic2::SetTypeParamDefault, loc);
            } else if seen_default {
                let name = self.names.text(param.name);
                return self.error(
                    loc,
                    format!("non-default type parameter '{name}' follows default type parameter"),
                );
            }
            self.op_i(Op::COPY, 1, loc);
            self.nameop(param.name, ExprContext::Store, loc)?;
        }
        if let Some(first) = params.first() {
            self.op_i(Op::BUILD_TUPLE, params.len(), first.loc);
        }
        Ok(())
    }

    pub(super) fn type_alias(
        &mut self,
        statement: &'a Stmt,
        name: &'a Expr,
        params: &'a [TypeParam],
        value: &'a Expr,
    ) -> Result<()> {
        let loc = statement.loc;
        let Some(id) = name.as_name() else {
            return Err(SyntaxError::system("type alias without a name"));
        };
        let is_generic = !params.is_empty();
        if is_generic {
            let generic = self.generic_name(id);
            let key = ScopeKey::type_params(statement);
            self.enter_scope(
                generic,
                ScopeType::Annotations,
                key,
                loc.lineno,
                None,
                ArgCounts::default(),
            )?;
            self.load_name_const(id, loc);
            self.type_params(params)?;
        } else {
            self.load_name_const(id, loc);
            self.load_none(loc);
        }
        self.load_format_default(loc);
        self.setup_annotations_scope(loc, ScopeKey::node(statement), id)?;
        self.expr(value)?;
        self.op(Op::RETURN_VALUE, loc);
        let finished = self.finish_scope(false)?;
        self.make_closure(loc, finished, DEFAULTS)?;
        self.op_i(Op::BUILD_TUPLE, 3, loc);
        self.intrinsic_1(Intrinsic1::TypeAlias, loc);
        if is_generic {
            self.call_generic(loc)?;
        }
        self.nameop(id, ExprContext::Store, loc)
    }

    /// Ends the function around a generic definition and calls it.
    pub(super) fn call_generic(&mut self, loc: Location) -> Result<()> {
        let finished = self.finish_scope(false)?;
        self.make_closure(loc, finished, 0)?;
        self.op(Op::PUSH_NULL, loc);
        self.op_i(Op::CALL, 0, loc);
        Ok(())
    }
}
