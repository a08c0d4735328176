//! Classes.
//!
//! CPython: `codegen_class`, `codegen_class_body`.

use super::Codegen;
use super::unit::{ArgCounts, ScopeType};
use crate::ast::{ClassDef, ExprContext, Name, Stmt, well_known};
use crate::constant::Constant;
use crate::error::{Result, SyntaxError};
use crate::location::{Location, NO_LOCATION};
use crate::opcode::{Intrinsic1, Opcode as Op};
use crate::symtable::ScopeKey;

impl<'a> Codegen<'a, '_> {
    pub(super) fn class_def(&mut self, statement: &'a Stmt, def: &'a ClassDef) -> Result<()> {
        self.decorators(&def.decorator_list)?;
        let loc = statement.loc;
        let firstlineno = def
            .decorator_list
            .first()
            .map_or(loc.lineno, |first| first.loc.lineno);
        let is_generic = !def.type_params.is_empty();
        if is_generic {
            let name = self.generic_name(def.name);
            let key = ScopeKey::type_params(statement);
            let private = Some(def.name);
            self.enter_scope(
                name,
                ScopeType::Annotations,
                key,
                firstlineno,
                private,
                ArgCounts::default(),
            )?;
            self.type_params(&def.type_params)?;
            self.nameop(well_known::DOT_TYPE_PARAMS, ExprContext::Store, loc)?;
        }
        self.class_body(statement, def, firstlineno)?;
        if is_generic {
            self.nameop(well_known::DOT_TYPE_PARAMS, ExprContext::Load, loc)?;
            self.intrinsic_1(Intrinsic1::SubscriptGeneric, loc);
            self.nameop(well_known::DOT_GENERIC_BASE, ExprContext::Store, loc)?;
            self.call_helper(
                loc,
                2,
                &def.bases,
                Some(well_known::DOT_GENERIC_BASE),
                &def.keywords,
            )?;
            self.call_generic(loc)?;
        } else {
            self.call_helper(loc, 2, &def.bases, None, &def.keywords)?;
        }
        self.apply_decorators(&def.decorator_list);
        self.nameop(def.name, ExprContext::Store, loc)
    }

    /// Compiles the body and leaves `__build_class__`, its function and the name on the stack.
    fn class_body(
        &mut self,
        statement: &'a Stmt,
        def: &'a ClassDef,
        firstlineno: i32,
    ) -> Result<()> {
        let key = ScopeKey::node(statement);
        self.enter_scope(
            def.name,
            ScopeType::Class,
            key,
            firstlineno,
            Some(def.name),
            ArgCounts::default(),
        )?;
        let loc = Location::new(firstlineno, firstlineno, 0, 0);
        self.nameop(well_known::NAME, ExprContext::Load, loc)?;
        self.nameop(well_known::MODULE, ExprContext::Store, loc)?;
        let qualname = Constant::from_text(&self.u.qualname);
        self.load_const(qualname, loc);
        self.nameop(well_known::QUALNAME, ExprContext::Store, loc)?;
        self.load_const(Constant::Int(i64::from(firstlineno)), loc);
        self.nameop(well_known::FIRSTLINENO, ExprContext::Store, loc)?;
        if !def.type_params.is_empty() {
            self.nameop(well_known::DOT_TYPE_PARAMS, ExprContext::Load, loc)?;
            self.nameop(well_known::TYPE_PARAMS, ExprContext::Store, loc)?;
        }
        if self.ste().needs_classdict {
            self.op(Op::LOAD_LOCALS, loc);
            self.op_cellvar(Op::STORE_DEREF, well_known::CLASSDICT, loc);
        }
        if self.ste().has_conditional_annotations {
            self.op_i(Op::BUILD_SET, 0, loc);
            self.op_cellvar(Op::STORE_DEREF, well_known::CONDITIONAL_ANNOTATIONS, loc);
        }
        self.body(loc, &def.body, false)?;
        let attributes = std::mem::take(&mut self.u.static_attributes);
        let attributes = attributes
            .iter()
            .map(|name| Constant::from_text(name))
            .collect();
        self.load_const(Constant::tuple(attributes), NO_LOCATION);
        self.nameop(
            well_known::STATIC_ATTRIBUTES,
            ExprContext::Store,
            NO_LOCATION,
        )?;
        if self.ste().needs_classdict {
            self.load_class_cell(well_known::CLASSDICT)?;
            self.nameop(well_known::CLASSDICTCELL, ExprContext::Store, NO_LOCATION)?;
        }
        if self.ste().needs_class_closure {
            self.load_class_cell(well_known::CLASS)?;
            self.op_i(Op::COPY, 1, NO_LOCATION);
            self.nameop(well_known::CLASSCELL, ExprContext::Store, NO_LOCATION)?;
        } else {
            self.load_none(NO_LOCATION);
        }
        self.op(Op::RETURN_VALUE, NO_LOCATION);
        let finished = self.finish_scope(true)?;

        let loc = statement.loc;
        self.op(Op::LOAD_BUILD_CLASS, loc);
        self.op(Op::PUSH_NULL, loc);
        self.make_closure(loc, finished, 0)?;
        self.load_name_const(def.name, loc);
        Ok(())
    }

    fn load_class_cell(&mut self, name: Name) -> Result<()> {
        let Some(index) = self.u.cellvars.get_index_of(&name) else {
            return Err(SyntaxError::system("class without its implicit cell"));
        };
        self.op_i(Op::LOAD_CLOSURE, index, NO_LOCATION);
        Ok(())
    }
}
