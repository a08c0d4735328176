//! Calls.
//!
//! CPython: `codegen_call`, `maybe_optimize_method_call`, `maybe_optimize_function_call`, `codegen_call_helper_impl`.

use super::name::AttrOp;
use super::{Codegen, STACK_USE_GUIDELINE};
use crate::ast::{Expr, ExprContext, ExprKind, Keyword, Name, well_known};
use crate::constant::Constant;
use crate::error::Result;
use crate::instruction_sequence::Label;
use crate::location::{Location, NO_LOCATION};
use crate::opcode::{CommonConstant, Intrinsic1, Opcode as Op};
use crate::symtable::{ScopeKey, SymbolFlags, SymbolTable};

impl<'a> Codegen<'a, '_> {
    pub(super) fn call(
        &mut self,
        expression: &'a Expr,
        func: &'a Expr,
        args: &'a [Expr],
        keywords: &'a [Keyword],
    ) -> Result<()> {
        self.validate_keywords(keywords)?;
        if self.method_call(expression, func, args, keywords)? {
            return Ok(());
        }
        let skip_normal_call = self.new_label();
        self.check_caller(func);
        self.expr(func)?;
        self.maybe_optimize_function_call(func, args, keywords, skip_normal_call)?;
        self.op(Op::PUSH_NULL, func.loc);
        self.call_helper(expression.loc, 0, args, None, keywords)?;
        self.use_label(skip_normal_call);
        Ok(())
    }

    fn validate_keywords(&self, keywords: &[Keyword]) -> Result<()> {
        for (index, keyword) in keywords.iter().enumerate() {
            let Some(arg) = keyword.arg else { continue };
            if let Some(other) = keywords[index + 1..]
                .iter()
                .find(|other| other.arg == Some(arg))
            {
                return self.error(
                    other.loc,
                    format!("keyword argument repeated: {}", self.names.text(arg)),
                );
            }
        }
        Ok(())
    }

    /// Whether the module imports a thing under the name that `expression` is.
    fn is_import_originated(&self, expression: &Expr) -> bool {
        expression.as_name().is_some_and(|name| {
            self.table
                .entry(SymbolTable::TOP)
                .symbol(name)
                .flags
                .contains(SymbolFlags::IMPORT)
        })
    }

    /// A call of an attribute without stars: the method is not bound. Returns whether this was one.
    fn method_call(
        &mut self,
        expression: &'a Expr,
        func: &'a Expr,
        args: &'a [Expr],
        keywords: &'a [Keyword],
    ) -> Result<bool> {
        let ExprKind::Attribute {
            value,
            attr,
            ctx: ExprContext::Load,
        } = &func.kind
        else {
            return Ok(false);
        };
        if self.is_import_originated(value) {
            return Ok(false);
        }
        if args.len() + keywords.len() + usize::from(!keywords.is_empty()) >= STACK_USE_GUIDELINE {
            return Ok(false);
        }
        if args.iter().any(Expr::is_starred) || keywords.iter().any(|keyword| keyword.arg.is_none())
        {
            return Ok(false);
        }
        let mut loc = func.loc;
        if let Some(call) = self.optimizable_super_call(value, *attr) {
            self.load_args_for_super(value.loc, &call)?;
            let kind = if call.args.is_empty() {
                AttrOp::ZeroSuperMethod
            } else {
                AttrOp::SuperMethod
            };
            self.op_attr(kind, *attr, loc);
            loc = self.attr_location(loc, func, *attr);
            self.op(Op::NOP, loc);
        } else {
            self.expr(value)?;
            loc = self.attr_location(loc, func, *attr);
            self.op_attr(AttrOp::Method, *attr, loc);
        }
        self.exprs(args)?;
        let call_loc = self.attr_location(expression.loc, func, *attr);
        if keywords.is_empty() {
            self.op_i(Op::CALL, args.len(), call_loc);
        } else {
            keywords
                .iter()
                .try_for_each(|keyword| self.expr(&keyword.value))?;
            self.keyword_names(loc, keywords);
            self.op_i(Op::CALL_KW, args.len() + keywords.len(), call_loc);
        }
        Ok(true)
    }

    /// `all(...)`, `any(...)` and `tuple(...)` of a generator expression: a loop in place of the call, if the name means
    /// the built-in function.
    fn maybe_optimize_function_call(
        &mut self,
        func: &'a Expr,
        args: &'a [Expr],
        keywords: &'a [Keyword],
        end: Label,
    ) -> Result<()> {
        let (Some(name), [generator]) = (func.as_name(), args) else {
            return Ok(());
        };
        if !keywords.is_empty() || !matches!(generator.kind, ExprKind::GeneratorExp { .. }) {
            return Ok(());
        }
        // An asynchronous generator cannot be looped over here.
        let entry = self
            .table
            .lookup(ScopeKey::node(generator))
            .map(|scope| self.table.entry(scope));
        if entry.is_some_and(|entry| entry.coroutine) {
            return Ok(());
        }
        let loc = func.loc;
        let skip_optimization = self.new_label();
        // Which built-in, the result of an empty loop, and the jump that goes on looping.
        let (builtin, initial) = match name {
            well_known::ALL => (CommonConstant::All, Some((true, Op::POP_JUMP_IF_TRUE))),
            well_known::ANY => (CommonConstant::Any, Some((false, Op::POP_JUMP_IF_FALSE))),
            well_known::TUPLE => (CommonConstant::Tuple, None),
            _ => {
                self.use_label(skip_optimization);
                return Ok(());
            }
        };
        self.op_i(Op::COPY, 1, loc);
        self.op_i(Op::LOAD_COMMON_CONSTANT, builtin.oparg() as usize, loc);
        self.op_i(Op::IS_OP, 0, loc);
        self.op_jump(Op::POP_JUMP_IF_FALSE, skip_optimization, loc);
        self.op(Op::POP_TOP, loc);
        if initial.is_none() {
            self.op_i(Op::BUILD_LIST, 0, loc);
        }
        self.expr(generator)?;
        let start = self.new_label();
        let cleanup = self.new_label();
        self.use_label(start);
        self.op_jump(Op::FOR_ITER, cleanup, loc);
        match initial {
            None => {
                self.op_i(Op::LIST_APPEND, 2, loc);
                self.op_jump(Op::JUMP, start, loc);
            }
            Some((_, go_on)) => {
                self.op(Op::TO_BOOL, loc);
                self.op_jump(go_on, start, loc);
            }
        }
        self.op(Op::POP_ITER, NO_LOCATION);
        if let Some((initial, _)) = initial {
            self.load_const(Constant::Bool(!initial), loc);
        }
        self.op_jump(Op::JUMP, end, loc);
        self.use_label(cleanup);
        self.op(Op::END_FOR, NO_LOCATION);
        self.op(Op::POP_ITER, NO_LOCATION);
        match initial {
            None => self.intrinsic_1(Intrinsic1::ListToTuple, loc),
            Some((initial, _)) => self.load_const(Constant::Bool(initial), loc),
        }
        self.op_jump(Op::JUMP, end, loc);
        self.use_label(skip_optimization);
        Ok(())
    }

    /// The tuple of keyword names in front of `CALL_KW`.
    fn keyword_names(&mut self, loc: Location, keywords: &[Keyword]) {
        let names = self.names_const(keywords.iter().filter_map(|keyword| keyword.arg));
        self.load_const(names, loc);
    }

    /// Keyword arguments as a dict.
    fn sub_kwargs(&mut self, loc: Location, keywords: &'a [Keyword]) -> Result<()> {
        let is_big = keywords.len() * 2 > STACK_USE_GUIDELINE;
        if is_big {
            self.op_i(Op::BUILD_MAP, 0, NO_LOCATION);
        }
        for keyword in keywords {
            if let Some(arg) = keyword.arg {
                self.load_name_const(arg, loc);
            }
            self.expr(&keyword.value)?;
            if is_big {
                self.op_i(Op::MAP_ADD, 1, NO_LOCATION);
            }
        }
        if !is_big {
            self.op_i(Op::BUILD_MAP, keywords.len(), loc);
        }
        Ok(())
    }

    /// The arguments and the call; `pushed` arguments are on the stack already, and `injected` is the name of one more.
    pub(super) fn call_helper(
        &mut self,
        loc: Location,
        pushed: usize,
        args: &'a [Expr],
        injected: Option<Name>,
        keywords: &'a [Keyword],
    ) -> Result<()> {
        self.validate_keywords(keywords)?;
        let is_simple = args.len() + keywords.len() * 2 <= STACK_USE_GUIDELINE
            && !args.iter().any(Expr::is_starred)
            && keywords.iter().all(|keyword| keyword.arg.is_some());
        if !is_simple {
            return self.call_ex(loc, pushed, args, injected, keywords);
        }
        self.exprs(args)?;
        let mut count = pushed + args.len();
        if let Some(injected) = injected {
            self.nameop(injected, ExprContext::Load, loc)?;
            count += 1;
        }
        if keywords.is_empty() {
            self.op_i(Op::CALL, count, loc);
        } else {
            keywords
                .iter()
                .try_for_each(|keyword| self.expr(&keyword.value))?;
            self.keyword_names(loc, keywords);
            self.op_i(Op::CALL_KW, count + keywords.len(), loc);
        }
        Ok(())
    }

    /// A call with a tuple and a dict of arguments.
    fn call_ex(
        &mut self,
        loc: Location,
        pushed: usize,
        args: &'a [Expr],
        injected: Option<Name>,
        keywords: &'a [Keyword],
    ) -> Result<()> {
        match args {
            [
                Expr {
                    kind: ExprKind::Starred { value, .. },
                    ..
                },
            ] if pushed == 0 => self.expr(value)?,
            _ => self.starunpack(loc, args, injected, pushed, &super::collections::TUPLE)?,
        }
        if keywords.is_empty() {
            self.op(Op::PUSH_NULL, loc);
        }
        let mut have_dict = false;
        let mut seen = 0;
        for (index, keyword) in keywords.iter().enumerate() {
            if keyword.arg.is_some() {
                seen += 1;
                continue;
            }
            if seen > 0 {
                self.sub_kwargs(loc, &keywords[index - seen..index])?;
                if have_dict {
                    self.op_i(Op::DICT_MERGE, 1, loc);
                }
                have_dict = true;
                seen = 0;
            }
            if !have_dict {
                self.op_i(Op::BUILD_MAP, 0, loc);
                have_dict = true;
            }
            self.expr(&keyword.value)?;
            self.op_i(Op::DICT_MERGE, 1, loc);
        }
        if seen > 0 {
            self.sub_kwargs(loc, &keywords[keywords.len() - seen..])?;
            if have_dict {
                self.op_i(Op::DICT_MERGE, 1, loc);
            }
        }
        self.op(Op::CALL_FUNCTION_EX, loc);
        Ok(())
    }
}
