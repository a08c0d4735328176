//! Functions and lambdas: defaults, annotations, bodies, closures.
//!
//! CPython: `codegen_function`, `codegen_lambda`, `codegen_make_closure` and their helpers.

use super::Codegen;
use super::body::clean_docstring;
use super::fblock::{Datum, FBlockKind};
use super::unit::{ArgCounts, Finished, ScopeType};
use crate::ast::{
    Arg, Arguments, Expr, ExprContext, ExprKind, FunctionDef, Name, Stmt, docstring, well_known,
};
use crate::constant::Constant;
use crate::error::{Result, SyntaxError};
use crate::location::{Location, NO_LOCATION};
use crate::opcode::{Intrinsic1, Intrinsic2, MakeFunctionFlag, Opcode as Op};
use crate::symtable::ScopeKey;

const DEFAULTS: u32 = MakeFunctionFlag::Defaults as u32;
const KW_DEFAULTS: u32 = MakeFunctionFlag::KwDefaults as u32;
const CLOSURE: u32 = MakeFunctionFlag::Closure as u32;
const ANNOTATE: u32 = MakeFunctionFlag::Annotate as u32;
const ANNOTATIONS: u32 = MakeFunctionFlag::Annotations as u32;

impl<'a> Codegen<'a, '_> {
    /// Makes a function of a finished unit; what `flags` name is on the stack already.
    pub(super) fn make_closure(
        &mut self,
        loc: Location,
        finished: Finished,
        mut flags: u32,
    ) -> Result<()> {
        if !finished.freevars.is_empty() {
            for &name in &finished.freevars {
                let arg = self.closure_arg(name)?;
                self.op_i(Op::LOAD_CLOSURE, arg, loc);
            }
            flags |= CLOSURE;
            self.op_i(Op::BUILD_TUPLE, finished.freevars.len(), loc);
        }
        self.load_const(Constant::Code(finished.code.into()), loc);
        self.op(Op::MAKE_FUNCTION, loc);
        for flag in [CLOSURE, ANNOTATIONS, ANNOTATE, KW_DEFAULTS, DEFAULTS] {
            if flags & flag != 0 {
                self.op_i(Op::SET_FUNCTION_ATTRIBUTE, flag as usize, loc);
            }
        }
        Ok(())
    }

    pub(super) fn decorators(&mut self, decorators: &'a [Expr]) -> Result<()> {
        self.exprs(decorators)
    }

    pub(super) fn apply_decorators(&mut self, decorators: &[Expr]) {
        for decorator in decorators.iter().rev() {
            self.op_i(Op::CALL, 0, decorator.loc);
        }
    }

    /// The defaults, on the stack; returns which kinds there are.
    fn default_arguments(&mut self, loc: Location, args: &'a Arguments) -> Result<u32> {
        let mut flags = 0;
        if !args.defaults.is_empty() {
            self.exprs(&args.defaults)?;
            self.op_i(Op::BUILD_TUPLE, args.defaults.len(), loc);
            flags |= DEFAULTS;
        }
        let mut count = 0;
        for (arg, default) in args.kwonlyargs.iter().zip(&args.kw_defaults) {
            let Some(default) = default else { continue };
            count += 1;
            let name = self.mangle(arg.arg);
            self.load_name_const(name, loc);
            self.expr(default)?;
        }
        if count > 0 {
            self.op_i(Op::BUILD_MAP, count, loc);
            flags |= KW_DEFAULTS;
        }
        Ok(flags)
    }

    /// CPython: `codegen_function_annotations`.
    fn function_annotations(
        &mut self,
        loc: Location,
        args: &'a Arguments,
        returns: Option<&'a Expr>,
    ) -> Result<u32> {
        let key = ScopeKey::node(args);
        let Some(scope) = self.table.lookup(key) else {
            return Err(SyntaxError::system(
                "function without a scope for its annotations",
            ));
        };
        let entry = self.table.entry(scope);
        if !entry.annotations_used {
            return Ok(0);
        }
        self.setup_annotations_scope(loc, key, entry.name)?;
        let mut count = 0;
        let annotated =
            |args: &'a [Arg]| args.iter().map(|arg| (arg.arg, arg.annotation.as_deref()));
        let starred =
            |arg: &'a Option<Box<Arg>>| arg.iter().map(|arg| (arg.arg, arg.annotation.as_deref()));
        let all = annotated(&args.args)
            .chain(annotated(&args.posonlyargs))
            .chain(starred(&args.vararg))
            .chain(annotated(&args.kwonlyargs))
            .chain(starred(&args.kwarg))
            .chain([(well_known::RETURN, returns)]);
        for (name, annotation) in all {
            if let Some(annotation) = annotation {
                self.arg_annotation(name, annotation, loc)?;
                count += 1;
            }
        }
        self.op_i(Op::BUILD_MAP, count, loc);
        self.leave_annotations_scope(loc)?;
        Ok(ANNOTATE)
    }

    fn arg_annotation(&mut self, name: Name, annotation: &'a Expr, loc: Location) -> Result<()> {
        let name = self.mangle(name);
        self.load_name_const(name, loc);
        if self.options.features.annotations() {
            return self.annexpr(annotation);
        }
        match &annotation.kind {
            // `*args: *Ts`.
            ExprKind::Starred { value, .. } => {
                self.expr(value)?;
                self.op_i(Op::UNPACK_SEQUENCE, 1, loc);
                Ok(())
            }
            _ => self.expr(annotation),
        }
    }

    /// An annotation as a string (PEP 563).
    pub(super) fn annexpr(&mut self, annotation: &Expr) -> Result<()> {
        let text = crate::unparse::unparse(annotation, self.names);
        self.load_const(Constant::from_wtf8(text), annotation.loc);
        Ok(())
    }

    pub(super) fn function_def(&mut self, statement: &'a Stmt, def: &'a FunctionDef) -> Result<()> {
        self.decorators(&def.decorator_list)?;
        let loc = statement.loc;
        let firstlineno = def
            .decorator_list
            .first()
            .map_or(loc.lineno, |first| first.loc.lineno);
        let is_generic = !def.type_params.is_empty();
        let mut flags = self.default_arguments(loc, &def.args)?;
        let mut type_param_args = 0;
        if is_generic {
            type_param_args +=
                usize::from(flags & DEFAULTS != 0) + usize::from(flags & KW_DEFAULTS != 0);
            if type_param_args == 2 {
                self.op_i(Op::SWAP, 2, loc);
            }
            let name = self.generic_name(def.name);
            let counts = ArgCounts {
                args: type_param_args,
                ..ArgCounts::default()
            };
            let key = ScopeKey::type_params(statement);
            self.enter_scope(name, ScopeType::Annotations, key, firstlineno, None, counts)?;
            self.type_params(&def.type_params)?;
            for arg in 0..type_param_args {
                self.op_i(Op::LOAD_FAST, arg, loc);
            }
        }
        flags |= self.function_annotations(loc, &def.args, def.returns.as_deref())?;
        self.function_body(statement, def, flags, firstlineno)?;
        if is_generic {
            self.op_i(Op::SWAP, 2, loc);
            self.intrinsic_2(Intrinsic2::SetFunctionTypeParams, loc);
            let finished = self.finish_scope(false)?;
            self.make_closure(loc, finished, 0)?;
            if type_param_args > 0 {
                self.op_i(Op::SWAP, type_param_args + 1, loc);
                self.op_i(Op::CALL, type_param_args - 1, loc);
            } else {
                self.op(Op::PUSH_NULL, loc);
                self.op_i(Op::CALL, 0, loc);
            }
        }
        self.apply_decorators(&def.decorator_list);
        self.nameop(def.name, ExprContext::Store, loc)
    }

    fn function_body(
        &mut self,
        statement: &'a Stmt,
        def: &'a FunctionDef,
        flags: u32,
        firstlineno: i32,
    ) -> Result<()> {
        let scope_type = if def.is_async {
            ScopeType::AsyncFunction
        } else {
            ScopeType::Function
        };
        let counts = arg_counts(&def.args);
        self.enter_scope(
            def.name,
            scope_type,
            ScopeKey::node(statement),
            firstlineno,
            None,
            counts,
        )?;
        let mut body = def.body.as_slice();
        if self.ste().has_docstring
            && let Some(doc) = docstring(body)
        {
            body = &body[1..];
            // The docstring is the first constant.
            self.u.consts.add(clean_docstring(doc));
        }
        let start = self.new_label();
        self.use_label(start);
        let is_generator = self.ste().coroutine || self.ste().generator;
        if is_generator {
            self.push_fblock(
                NO_LOCATION,
                FBlockKind::StopIteration,
                Some(start),
                None,
                Datum::None,
            )?;
        }
        self.stmts(body)?;
        if is_generator {
            self.wrap_in_stopiteration_handler();
            self.pop_fblock(FBlockKind::StopIteration);
        }
        let finished = self.finish_scope(true)?;
        self.make_closure(statement.loc, finished, flags)
    }

    /// A `StopIteration` that leaves a generator becomes a `RuntimeError` (PEP 479).
    pub(super) fn wrap_in_stopiteration_handler(&mut self) {
        let handler = self.new_label();
        self.u
            .seq
            .insert(0, Op::SETUP_CLEANUP, handler.oparg(), NO_LOCATION);
        self.load_none(NO_LOCATION);
        self.op(Op::RETURN_VALUE, NO_LOCATION);
        self.use_label(handler);
        self.intrinsic_1(Intrinsic1::StopIterationError, NO_LOCATION);
        self.op_i(Op::RERAISE, 1, NO_LOCATION);
    }

    pub(super) fn lambda(
        &mut self,
        expression: &'a Expr,
        args: &'a Arguments,
        body: &'a Expr,
    ) -> Result<()> {
        let loc = expression.loc;
        let flags = self.default_arguments(loc, args)?;
        let key = ScopeKey::node(expression);
        self.enter_scope(
            well_known::ANON_LAMBDA,
            ScopeType::Lambda,
            key,
            loc.lineno,
            None,
            arg_counts(args),
        )?;
        self.expr(body)?;
        let is_generator = self.ste().generator;
        if !is_generator {
            self.op(Op::RETURN_VALUE, body.loc);
        }
        let finished = self.finish_scope(!is_generator)?;
        self.make_closure(loc, finished, flags)
    }

    pub(super) fn intrinsic_1(&mut self, intrinsic: Intrinsic1, loc: Location) {
        self.op_i(Op::CALL_INTRINSIC_1, intrinsic.oparg() as usize, loc);
    }

    pub(super) fn intrinsic_2(&mut self, intrinsic: Intrinsic2, loc: Location) {
        self.op_i(Op::CALL_INTRINSIC_2, intrinsic.oparg() as usize, loc);
    }
}

fn arg_counts(args: &Arguments) -> ArgCounts {
    ArgCounts {
        args: args.args.len(),
        posonly: args.posonlyargs.len(),
        kwonly: args.kwonlyargs.len(),
    }
}
