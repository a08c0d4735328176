//! Annotations (PEP 649) and type parameters (PEP 695, 696).
//!
//! CPython: `symtable_visit_annotation`, `symtable_visit_annotations`, `symtable_visit_type_param`.

use super::ScopeKey;
use super::build::Builder;
use super::entry::{BlockKind, SymbolFlags};
use crate::ast::{Arg, Arguments, Expr, ExprKind, Name, TypeParam, TypeParamKind, well_known};
use crate::error::{Result, SyntaxError};
use crate::location::Location;

impl Builder<'_> {
    /// CPython: `symtable_visit_annotation`: the annotation of a variable.
    pub(super) fn variable_annotation(&mut self, annotation: &Expr) -> Result<()> {
        let owner = self.cur_id();
        let owner_kind = self.cur_ref().kind;
        // Annotations of local variables are never evaluated.
        let is_unevaluated = owner_kind == BlockKind::Function;
        // Module-level annotations are always conditional: the module may run in part.
        let is_conditional = match owner_kind {
            BlockKind::Class => self.cur_ref().in_conditional_block,
            BlockKind::Module => true,
            _ => false,
        };
        if is_conditional && !self.cur_ref().has_conditional_annotations {
            self.cur().has_conditional_annotations = true;
            self.add_def(
                well_known::CONDITIONAL_ANNOTATIONS,
                SymbolFlags::USE,
                annotation.loc,
            )?;
        }
        match self.cur_ref().annotation_block {
            Some(block) => self.enter_existing_block(block),
            None => {
                let block = self.enter_block(
                    well_known::ANNOTATE,
                    BlockKind::Annotation,
                    ScopeKey::annotations(owner),
                    annotation.loc,
                )?;
                self.table.entry_mut(owner).annotation_block = Some(block);
                if owner_kind == BlockKind::Class && !self.features.annotations() {
                    self.cur().can_see_class_scope = true;
                    self.table.entry_mut(owner).needs_classdict = true;
                    self.add_def(well_known::CLASSDICT, SymbolFlags::USE, annotation.loc)?;
                }
            }
        }
        self.cur().in_unevaluated_annotation = is_unevaluated;
        self.expr(annotation)?;
        self.cur().in_unevaluated_annotation = false;
        self.exit_block();
        Ok(())
    }

    /// CPython: `symtable_visit_annotations`: those of a function's parameters and result.
    pub(super) fn function_annotations(
        &mut self,
        args: &Arguments,
        returns: Option<&Expr>,
        loc: Location,
    ) -> Result<()> {
        let sees_class =
            self.cur_ref().can_see_class_scope || self.cur_ref().kind == BlockKind::Class;
        self.enter_block(
            well_known::ANNOTATE,
            BlockKind::Annotation,
            ScopeKey::node(args),
            loc,
        )?;
        if sees_class {
            self.cur().can_see_class_scope = true;
            self.add_def(well_known::CLASSDICT, SymbolFlags::USE, loc)?;
        }
        let annotated = |b: &mut Self, arg: &Arg| -> Result<()> {
            if let Some(annotation) = &arg.annotation {
                b.cur().annotations_used = true;
                b.expr(annotation)?;
            }
            Ok(())
        };
        args.posonlyargs
            .iter()
            .chain(&args.args)
            .try_for_each(|arg| annotated(self, arg))?;
        args.vararg
            .iter()
            .chain(&args.kwarg)
            .try_for_each(|arg| annotated(self, arg))?;
        args.kwonlyargs
            .iter()
            .try_for_each(|arg| annotated(self, arg))?;
        if let Some(returns) = returns {
            self.cur().annotations_used = true;
            self.expr(returns)?;
        }
        self.exit_block();
        Ok(())
    }

    /// CPython: `symtable_enter_type_param_block`.
    pub(super) fn enter_type_param_block(
        &mut self,
        name: Name,
        key: ScopeKey,
        is_class: bool,
        loc: Location,
    ) -> Result<()> {
        let is_in_class = self.cur_ref().kind == BlockKind::Class;
        self.enter_block(name, BlockKind::TypeParameters, key, loc)?;
        if is_in_class {
            self.cur().can_see_class_scope = true;
            self.add_def(well_known::CLASSDICT, SymbolFlags::USE, loc)?;
        }
        if is_class {
            for name in [well_known::DOT_TYPE_PARAMS, well_known::DOT_GENERIC_BASE] {
                self.add_def(name, SymbolFlags::LOCAL, loc)?;
                self.add_def(name, SymbolFlags::USE, loc)?;
            }
        }
        Ok(())
    }

    pub(super) fn type_params(&mut self, params: &[TypeParam]) -> Result<()> {
        params.iter().try_for_each(|param| self.type_param(param))
    }

    fn type_param(&mut self, param: &TypeParam) -> Result<()> {
        self.depth.enter()?;
        self.add_def(
            param.name,
            SymbolFlags::TYPE_PARAM | SymbolFlags::LOCAL,
            param.loc,
        )?;
        let default_info = match &param.kind {
            TypeParamKind::TypeVar { bound } => {
                let info = match bound.as_deref() {
                    Some(Expr {
                        kind: ExprKind::Tuple { .. },
                        ..
                    }) => "a TypeVar constraint",
                    _ => "a TypeVar bound",
                };
                self.bound_or_default(param, bound.as_deref(), ScopeKey::node(param), info)?;
                "a TypeVar default"
            }
            TypeParamKind::TypeVarTuple => "a TypeVarTuple default",
            TypeParamKind::ParamSpec => "a ParamSpec default",
        };
        self.bound_or_default(
            param,
            param.default_value.as_deref(),
            ScopeKey::default(param),
            default_info,
        )?;
        self.depth.leave();
        Ok(())
    }

    fn bound_or_default(
        &mut self,
        param: &TypeParam,
        value: Option<&Expr>,
        key: ScopeKey,
        scope_info: &'static str,
    ) -> Result<()> {
        if param.name == well_known::CLASSDICT {
            let msg = format!(
                "reserved name '{}' cannot be used for type parameter",
                self.names.text(param.name)
            );
            return Err(SyntaxError::new(msg, param.loc));
        }
        let Some(value) = value else { return Ok(()) };
        let is_in_class = self.cur_ref().can_see_class_scope;
        self.enter_block(param.name, BlockKind::TypeVariable, key, value.loc)?;
        self.cur().can_see_class_scope = is_in_class;
        if is_in_class {
            self.add_def(well_known::CLASSDICT, SymbolFlags::USE, value.loc)?;
        }
        self.cur().scope_info = Some(scope_info);
        self.expr(value)?;
        self.exit_block();
        Ok(())
    }

    /// CPython: `symtable_raise_if_annotation_block`.
    pub(super) fn raise_if_annotation_block(&self, what: &str, loc: Location) -> Result<()> {
        let entry = self.cur_ref();
        let place = match entry.kind {
            BlockKind::Annotation => "an annotation",
            BlockKind::TypeVariable => entry.scope_info.unwrap_or("a TypeVar bound"),
            BlockKind::TypeAlias => "a type alias",
            BlockKind::TypeParameters => "the definition of a generic",
            BlockKind::Function | BlockKind::Class | BlockKind::Module => return Ok(()),
        };
        Err(SyntaxError::new(
            format!("{what} cannot be used within {place}"),
            loc,
        ))
    }
}
