//! What statements and expressions are made of besides each other.

use taipan_compiler::ast::{
    Alias, Arg, Arguments, Comprehension, ExceptHandler, Keyword, MatchCase, Pattern, PatternKind,
    TypeParam, TypeParamKind, WithItem,
};

use super::super::nodes::Node;
use super::Builder;
use crate::error::PyResult;
use crate::value::Value;

impl Builder<'_> {
    pub(super) fn arguments(&self, args: &Arguments) -> PyResult<Value> {
        let args_of = |args: &[Arg]| self.all(args, |arg| self.arg(arg));
        let opt_arg =
            |arg: &Option<Box<Arg>>| arg.as_deref().map_or(Ok(Value::NONE), |arg| self.arg(arg));
        let fields = [
            args_of(&args.posonlyargs)?,
            args_of(&args.args)?,
            opt_arg(&args.vararg)?,
            args_of(&args.kwonlyargs)?,
            self.opt_exprs(&args.kw_defaults)?,
            opt_arg(&args.kwarg)?,
            self.exprs(&args.defaults)?,
        ];
        self.node(Node::arguments, fields, None)
    }

    fn arg(&self, arg: &Arg) -> PyResult<Value> {
        let fields = [
            self.name(arg.arg),
            self.opt_expr(arg.annotation.as_deref())?,
            self.opt_name(arg.type_comment),
        ];
        self.node(Node::arg, fields, Some(arg.loc))
    }

    pub(super) fn keywords(&self, keywords: &[Keyword]) -> PyResult<Value> {
        self.all(keywords, |keyword| {
            let fields = [self.opt_name(keyword.arg), self.expr(&keyword.value)?];
            self.node(Node::keyword, fields, Some(keyword.loc))
        })
    }

    pub(super) fn aliases(&self, aliases: &[Alias]) -> PyResult<Value> {
        self.all(aliases, |alias| {
            let fields = [self.name(alias.name), self.opt_name(alias.asname)];
            self.node(Node::alias, fields, Some(alias.loc))
        })
    }

    pub(super) fn with_items(&self, items: &[WithItem]) -> PyResult<Value> {
        self.all(items, |item| {
            let fields = [
                self.expr(&item.context_expr)?,
                self.opt_expr(item.optional_vars.as_deref())?,
            ];
            self.node(Node::withitem, fields, None)
        })
    }

    pub(super) fn handlers(&self, handlers: &[ExceptHandler]) -> PyResult<Value> {
        self.all(handlers, |handler| {
            let fields = [
                self.opt_expr(handler.type_.as_deref())?,
                self.opt_name(handler.name),
                self.stmts(&handler.body)?,
            ];
            self.node(Node::ExceptHandler, fields, Some(handler.loc))
        })
    }

    pub(super) fn generators(&self, generators: &[Comprehension]) -> PyResult<Value> {
        self.all(generators, |generator| {
            let fields = [
                self.expr(&generator.target)?,
                self.expr(&generator.iter)?,
                self.exprs(&generator.ifs)?,
                self.number(generator.is_async.into()),
            ];
            self.node(Node::comprehension, fields, None)
        })
    }

    pub(super) fn type_params(&self, params: &[TypeParam]) -> PyResult<Value> {
        self.all(params, |param| {
            let name = self.name(param.name);
            let default = self.opt_expr(param.default_value.as_deref())?;
            let loc = Some(param.loc);
            match &param.kind {
                TypeParamKind::TypeVar { bound } => {
                    let bound = self.opt_expr(bound.as_deref())?;
                    self.node(Node::TypeVar, [name, bound, default], loc)
                }
                TypeParamKind::ParamSpec => self.node(Node::ParamSpec, [name, default], loc),
                TypeParamKind::TypeVarTuple => self.node(Node::TypeVarTuple, [name, default], loc),
            }
        })
    }

    pub(super) fn match_cases(&self, cases: &[MatchCase]) -> PyResult<Value> {
        self.all(cases, |case| {
            let fields = [
                self.pattern(&case.pattern)?,
                self.opt_expr(case.guard.as_deref())?,
                self.stmts(&case.body)?,
            ];
            self.node(Node::match_case, fields, None)
        })
    }

    fn patterns(&self, patterns: &[Pattern]) -> PyResult<Value> {
        self.all(patterns, |pattern| self.pattern(pattern))
    }

    fn pattern(&self, pattern: &Pattern) -> PyResult<Value> {
        self.cx.check_native_stack(" during ast construction")?;
        let loc = Some(pattern.loc);
        match &pattern.kind {
            PatternKind::MatchValue(value) => self.node(Node::MatchValue, [self.expr(value)?], loc),
            PatternKind::MatchSingleton(value) => {
                self.node(Node::MatchSingleton, [self.constant(value)?], loc)
            }
            PatternKind::MatchSequence(patterns) => {
                self.node(Node::MatchSequence, [self.patterns(patterns)?], loc)
            }
            PatternKind::MatchMapping {
                keys,
                patterns,
                rest,
            } => {
                let fields = [
                    self.exprs(keys)?,
                    self.patterns(patterns)?,
                    self.opt_name(*rest),
                ];
                self.node(Node::MatchMapping, fields, loc)
            }
            PatternKind::MatchClass {
                cls,
                patterns,
                kwd_attrs,
                kwd_patterns,
            } => {
                let fields = [
                    self.expr(cls)?,
                    self.patterns(patterns)?,
                    self.identifiers(kwd_attrs),
                    self.patterns(kwd_patterns)?,
                ];
                self.node(Node::MatchClass, fields, loc)
            }
            PatternKind::MatchStar(name) => self.node(Node::MatchStar, [self.opt_name(*name)], loc),
            PatternKind::MatchAs { pattern, name } => {
                let pattern = match pattern {
                    Some(pattern) => self.pattern(pattern)?,
                    None => Value::NONE,
                };
                self.node(Node::MatchAs, [pattern, self.opt_name(*name)], loc)
            }
            PatternKind::MatchOr(patterns) => {
                self.node(Node::MatchOr, [self.patterns(patterns)?], loc)
            }
        }
    }
}
