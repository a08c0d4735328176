//! Functions, classes, their parameters and type parameters, and the attributes that methods give to `self`.
//!
//! CPython counterpart: `symtable_visit_stmt` for `FunctionDef_kind` and `ClassDef_kind`. Invariant: decorators,
//! defaults and bases belong to the scope outside. Tests: `builder.rs`.

use ruff_python_ast::visitor::{self, Visitor};
use ruff_python_ast::{self as ast, Expr};
use ruff_text_size::{Ranged, TextRange};

use super::builder::Builder;
use super::docstring;
use super::model::{
    BindingKind, Class, Function, InstanceAttribute, Parameter, ParameterKind, ScopeKind,
};
use super::value::Value;

impl<'s> Builder<'s> {
    pub(super) fn function(&mut self, node: &'s ast::StmtFunctionDef) {
        for decorator in &node.decorator_list {
            self.visit_expr(&decorator.expression);
        }
        for parameter in node.parameters.iter_non_variadic_params() {
            if let Some(default) = &parameter.default {
                self.visit_expr(default);
            }
        }
        let binding = self.bind(
            &node.name.id,
            node.name.range,
            node.range,
            BindingKind::Function(self.module.functions.len()),
        );
        let outer = self.scope;
        let class = (self.module.scopes[outer].kind == ScopeKind::Class)
            .then_some(self.class)
            .flatten();
        let type_scope = node
            .type_params
            .as_deref()
            .map(|parameters| self.type_parameters(parameters, node.range));
        self.scope = type_scope.unwrap_or(outer);
        let id = self.module.functions.len();
        let parameters = self.parameters(&node.parameters);
        self.module.functions.push(Function {
            name: node.name.id.as_str().into(),
            binding,
            scope: 0,
            outer,
            class,
            parameters,
            returns: node.returns.as_deref().map(Value::of),
            returns_text: node
                .returns
                .as_deref()
                .map(|returns| self.text(returns.range()).into()),
            return_values: Vec::new(),
            return_ranges: Vec::new(),
            doc: docstring::of_body(&node.body),
            decorators: node
                .decorator_list
                .iter()
                .map(|decorator| Value::of(&decorator.expression))
                .collect(),
            is_async: node.is_async,
            is_generator: false,
            range: node.range,
            parameters_range: node.parameters.range,
        });
        for parameter in node.parameters.iter() {
            if let Some(annotation) = parameter.annotation() {
                self.visit_annotation(annotation);
            }
        }
        if let Some(returns) = &node.returns {
            self.visit_annotation(returns);
        }
        let start = node.parameters.range.start();
        let scope = self.push_scope(
            ScopeKind::Function,
            TextRange::new(start, node.range.end()),
            Some(id),
        );
        self.module.functions[id].scope = scope;
        let enclosing = self.class.take();
        let guards = std::mem::take(&mut self.guards);
        self.within(scope, |this| {
            this.bind_parameters(&node.parameters);
            this.visit_body(&node.body);
        });
        (self.class, self.guards) = (enclosing, guards);
        self.scope = outer;
    }

    pub(super) fn parameters(&self, parameters: &ast::Parameters) -> Vec<Parameter> {
        let one = |parameter: &ast::Parameter, kind, range: TextRange, has_default| Parameter {
            name: parameter.name.id.as_str().into(),
            kind,
            annotation: parameter.annotation().map(Value::of),
            text: self.text(range).into(),
            has_default,
        };
        let plain = |list: &[ast::ParameterWithDefault], kind| -> Vec<Parameter> {
            list.iter()
                .map(|p| one(&p.parameter, kind, p.range, p.default.is_some()))
                .collect()
        };
        let mut out = plain(&parameters.posonlyargs, ParameterKind::PositionalOnly);
        out.extend(plain(&parameters.args, ParameterKind::Normal));
        out.extend(
            parameters
                .vararg
                .as_deref()
                .map(|p| one(p, ParameterKind::VarArgs, p.range, true)),
        );
        out.extend(plain(&parameters.kwonlyargs, ParameterKind::KeywordOnly));
        out.extend(
            parameters
                .kwarg
                .as_deref()
                .map(|p| one(p, ParameterKind::KwArgs, p.range, true)),
        );
        out
    }

    pub(super) fn bind_parameters(&mut self, parameters: &ast::Parameters) {
        for parameter in parameters.iter() {
            let default = parameter.default().map_or(Value::Unknown, Value::of);
            let parameter = parameter.as_parameter();
            let id = self.bind(
                &parameter.name.id,
                parameter.name.range,
                parameter.range,
                BindingKind::Parameter,
            );
            let text = parameter
                .annotation()
                .map(|annotation| self.text(annotation.range()).into());
            let binding = &mut self.module.bindings[id];
            binding.value = default;
            binding.annotation = parameter.annotation().map(Value::of);
            binding.annotation_text = text;
        }
    }

    pub(super) fn class(&mut self, node: &'s ast::StmtClassDef) {
        for decorator in &node.decorator_list {
            self.visit_expr(&decorator.expression);
        }
        let id = self.module.classes.len();
        let binding = self.bind(
            &node.name.id,
            node.name.range,
            node.range,
            BindingKind::Class(id),
        );
        let outer = self.scope;
        let type_scope = node
            .type_params
            .as_deref()
            .map(|parameters| self.type_parameters(parameters, node.range));
        self.scope = type_scope.unwrap_or(outer);
        let arguments = node.arguments.as_deref();
        let bases = arguments
            .map(|a| a.args.iter().map(Value::of).collect())
            .unwrap_or_default();
        let keywords = arguments.map(|a| &a.keywords[..]).unwrap_or_default();
        self.module.classes.push(Class {
            name: node.name.id.as_str().into(),
            binding,
            scope: 0,
            outer: self.scope,
            bases,
            decorators: node
                .decorator_list
                .iter()
                .map(|decorator| Value::of(&decorator.expression))
                .collect(),
            has_metaclass: keywords
                .iter()
                .any(|keyword| keyword.arg.as_ref().is_none_or(|arg| arg == "metaclass")),
            doc: docstring::of_body(&node.body),
            attributes: Vec::new(),
            range: node.range,
        });
        if let Some(arguments) = arguments {
            self.visit_arguments(arguments);
        }
        let scope = self.push_scope(ScopeKind::Class, node.range, Some(id));
        self.module.classes[id].scope = scope;
        let enclosing = self.class.replace(id);
        self.within(scope, |this| this.visit_body(&node.body));
        self.class = enclosing;
        self.scope = outer;
    }

    pub(super) fn type_parameters(
        &mut self,
        parameters: &'s ast::TypeParams,
        range: TextRange,
    ) -> usize {
        let scope = self.push_scope(ScopeKind::TypeParameters, range, None);
        self.within(scope, |this| {
            for parameter in &parameters.type_params {
                let name = parameter.name();
                this.bind(
                    &name.id,
                    name.range,
                    parameter.range(),
                    BindingKind::TypeParameter,
                );
            }
            for parameter in &parameters.type_params {
                visitor::walk_type_param(this, parameter);
            }
        });
        scope
    }

    /// Records `self.x = value` as an attribute of the class around.
    pub(super) fn bind_attribute(
        &mut self,
        target: &ast::ExprAttribute,
        value: &Value,
        annotation: Option<Value>,
    ) {
        let Expr::Name(receiver) = &*target.value else {
            return;
        };
        let Some(function) = self.module.scopes[self.scope].owner else {
            return;
        };
        if self.module.scopes[self.scope].kind != ScopeKind::Function {
            return;
        }
        let Some(function) = self.module.functions.get(function) else {
            return;
        };
        let (Some(class), Some(first)) = (function.class, function.parameters.first()) else {
            return;
        };
        if *first.name != *receiver.id || function.is_static() {
            return;
        }
        let attribute = InstanceAttribute {
            name: target.attr.id.as_str().into(),
            range: target.attr.range,
            scope: self.scope,
            value: value.clone(),
            annotation,
        };
        self.module.classes[class].attributes.push(attribute);
    }
}
