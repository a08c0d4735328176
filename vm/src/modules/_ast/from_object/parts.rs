//! What statements and expressions are made of besides each other.

use taipan_compiler::ast::{
    Alias, Arg, Arguments, Comprehension, ExceptHandler, Keyword, MatchCase, TypeParam,
    TypeParamKind, WithItem,
};

use super::super::nodes::{Group, Node};
use super::{Reader, Source};
use crate::error::{PyErr, PyResult};
use crate::value::Value;

/// Reads an object as a product, whatever its class.
fn product(object: &Value, node: Node) -> Source<'_> {
    Source { object, node }
}

impl Reader<'_> {
    /// A node of a group that has no such node.
    pub(super) fn unexpected(&self, node: Node) -> PyErr {
        let group = node.group().def().name;
        self.cx
            .system_error(format!("unexpected node of {group}: {}", node.def().name))
    }

    pub(super) fn arguments(
        &mut self,
        source: Source<'_>,
        index: usize,
    ) -> PyResult<Box<Arguments>> {
        let object = self.required(source, index)?;
        let source = product(&object, Node::arguments);
        Ok(Box::new(Arguments {
            posonlyargs: self.list(source, 0, Self::arg)?,
            args: self.list(source, 1, Self::arg)?,
            vararg: self.opt_arg(source, 2)?,
            kwonlyargs: self.list(source, 3, Self::arg)?,
            kw_defaults: self.opt_exprs(source, 4)?,
            kwarg: self.opt_arg(source, 5)?,
            defaults: self.exprs(source, 6)?,
        }))
    }

    fn opt_arg(&mut self, source: Source<'_>, index: usize) -> PyResult<Option<Box<Arg>>> {
        match self.opt_field(source, index)? {
            Some(arg) => self.arg(&arg).map(|arg| Some(Box::new(arg))),
            None => Ok(None),
        }
    }

    fn arg(&mut self, object: &Value) -> PyResult<Arg> {
        let source = product(object, Node::arg);
        let (arg, annotation) = (self.name(source, 0)?, self.opt_expr(source, 1)?);
        let type_comment = self.type_comment(source, 2)?;
        let loc = self.location(object, Group::Arg)?;
        Ok(Arg {
            arg,
            annotation,
            type_comment,
            loc,
        })
    }

    pub(super) fn keywords(&mut self, source: Source<'_>, index: usize) -> PyResult<Vec<Keyword>> {
        self.list(source, index, |reader, object| {
            let source = product(object, Node::keyword);
            Ok(Keyword {
                arg: reader.opt_name(source, 0)?,
                value: reader.required_expr(source, 1)?,
                loc: reader.location(object, Group::Keyword)?,
            })
        })
    }

    pub(super) fn aliases(&mut self, source: Source<'_>, index: usize) -> PyResult<Vec<Alias>> {
        self.list(source, index, |reader, object| {
            let source = product(object, Node::alias);
            Ok(Alias {
                name: reader.name(source, 0)?,
                asname: reader.opt_name(source, 1)?,
                loc: reader.location(object, Group::Alias)?,
            })
        })
    }

    pub(super) fn with_items(
        &mut self,
        source: Source<'_>,
        index: usize,
    ) -> PyResult<Vec<WithItem>> {
        self.list(source, index, |reader, object| {
            let source = product(object, Node::withitem);
            Ok(WithItem {
                context_expr: reader.required_expr(source, 0)?,
                optional_vars: reader.opt_expr(source, 1)?,
            })
        })
    }

    pub(super) fn match_cases(
        &mut self,
        source: Source<'_>,
        index: usize,
    ) -> PyResult<Vec<MatchCase>> {
        self.list(source, index, |reader, object| {
            let source = product(object, Node::match_case);
            let pattern = reader.required(source, 0)?;
            Ok(MatchCase {
                pattern: reader.pattern(&pattern)?,
                guard: reader.opt_expr(source, 1)?,
                body: reader.stmts(source, 2)?,
            })
        })
    }

    pub(super) fn generators(
        &mut self,
        source: Source<'_>,
        index: usize,
    ) -> PyResult<Vec<Comprehension>> {
        self.list(source, index, |reader, object| {
            let source = product(object, Node::comprehension);
            Ok(Comprehension {
                target: reader.required_expr(source, 0)?,
                iter: reader.required_expr(source, 1)?,
                ifs: reader.exprs(source, 2)?,
                is_async: reader.int_field(source, 3)? != 0,
            })
        })
    }

    pub(super) fn handlers(
        &mut self,
        source: Source<'_>,
        index: usize,
    ) -> PyResult<Vec<ExceptHandler>> {
        self.list(source, index, |reader, object| {
            let loc = reader.location(object, Group::ExceptHandler)?;
            let source = reader.source(object, Group::ExceptHandler)?;
            Ok(ExceptHandler {
                type_: reader.opt_expr(source, 0)?,
                name: reader.opt_name(source, 1)?,
                body: reader.stmts(source, 2)?,
                loc,
            })
        })
    }

    pub(super) fn type_params(
        &mut self,
        source: Source<'_>,
        index: usize,
    ) -> PyResult<Vec<TypeParam>> {
        self.list(source, index, |reader, object| {
            let loc = reader.location(object, Group::TypeParam)?;
            let source = reader.source(object, Group::TypeParam)?;
            let name = reader.name(source, 0)?;
            let (kind, default) = match source.node {
                Node::TypeVar => {
                    let bound = reader.opt_expr(source, 1)?;
                    (TypeParamKind::TypeVar { bound }, 2)
                }
                Node::ParamSpec => (TypeParamKind::ParamSpec, 1),
                _ => (TypeParamKind::TypeVarTuple, 1),
            };
            Ok(TypeParam {
                name,
                kind,
                default_value: reader.opt_expr(source, default)?,
                loc,
            })
        })
    }
}
