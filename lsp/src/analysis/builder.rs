//! Walks a syntax tree once and gathers its [`Module`].
//!
//! CPython counterpart: the first pass of `Python/symtable.c`: which expression belongs to which scope follows it
//! (defaults, decorators and first iterables outside; annotations see the class; `:=` leaves comprehensions).
//! Invariant: names are only resolved later, by [`Module::lookup`], when all bindings are known. Tests: below.

use ruff_python_ast::visitor::{self, Visitor};
use ruff_python_ast::{self as ast, Expr, ExprContext, Stmt};
use ruff_text_size::{Ranged, TextRange};

use super::docstring;
use super::model::{
    Argument, AttributeUse, Binding, BindingKind, Call, Module, Scope, ScopeKind, Use,
};
use super::value::Value;

/// Returns what `body` says about names; `source` is the text it was parsed from.
pub(crate) fn build(body: &[Stmt], source: &str) -> Module {
    let range = crate::text::span(0, source.len());
    let mut builder = Builder {
        module: Module::default(),
        source,
        scope: 0,
        guards: 0,
        class: None,
        block: 0,
        blocks: 0,
    };
    builder.push_scope(ScopeKind::Module, range, None);
    builder.scope = 0;
    builder.module.doc = docstring::of_body(body);
    builder.visit_body(body);
    builder.module.flow = super::flow::check(body);
    builder.module
}

pub(super) struct Builder<'s> {
    pub(super) module: Module,
    source: &'s str,
    pub(super) scope: usize,
    /// How many conditions and `try`s with handlers are around.
    pub(super) guards: usize,
    pub(super) class: Option<usize>,
    /// Numbers the statement lists: two bindings of one list follow each other for sure.
    block: usize,
    blocks: usize,
}

impl<'s> Builder<'s> {
    pub(super) fn push_scope(
        &mut self,
        kind: ScopeKind,
        range: TextRange,
        owner: Option<usize>,
    ) -> usize {
        let parent = (!self.module.scopes.is_empty()).then_some(self.scope);
        self.module.scopes.push(Scope {
            kind,
            parent,
            range,
            names: Default::default(),
            globals: Default::default(),
            nonlocals: Default::default(),
            owner,
            is_dynamic: false,
        });
        self.module.scopes.len() - 1
    }

    pub(super) fn within(&mut self, scope: usize, work: impl FnOnce(&mut Self)) {
        let outer = std::mem::replace(&mut self.scope, scope);
        work(self);
        self.scope = outer;
    }

    pub(super) fn text(&self, range: TextRange) -> &'s str {
        self.source
            .get(range.start().to_usize()..range.end().to_usize())
            .unwrap_or_default()
    }

    /// Returns the scope in which a name assigned in the current scope lives.
    fn home(&self, name: &str) -> usize {
        let scope = &self.module.scopes[self.scope];
        if scope.globals.contains(name) {
            return 0;
        }
        if scope.nonlocals.contains(name) {
            let mut current = scope.parent;
            while let Some(id) = current {
                let outer = &self.module.scopes[id];
                if outer.kind == ScopeKind::Function && outer.names.contains_key(name) {
                    return id;
                }
                current = outer.parent;
            }
        }
        self.scope
    }

    pub(super) fn bind(
        &mut self,
        name: &str,
        range: TextRange,
        full: TextRange,
        kind: BindingKind,
    ) -> usize {
        let scope = self.home(name);
        let id = self.module.bindings.len();
        self.module.bindings.push(Binding {
            name: name.into(),
            kind,
            range,
            full,
            scope,
            site: self.scope,
            value: Value::Unknown,
            annotation: None,
            annotation_text: None,
            is_unpacked: false,
            block: self.block,
        });
        if !name.is_empty() {
            self.module.scopes[scope]
                .names
                .entry(name.into())
                .or_default()
                .push(id);
        }
        id
    }

    fn use_name(&mut self, name: &str, range: TextRange, is_delete: bool) {
        if !name.is_empty() {
            self.module.uses.push(Use {
                name: name.into(),
                range,
                scope: self.scope,
                is_delete,
            });
        }
    }

    fn comprehension(
        &mut self,
        range: TextRange,
        generators: &'s [ast::Comprehension],
        results: &[&'s Expr],
    ) {
        if let Some(first) = generators.first() {
            self.visit_expr(&first.iter);
        }
        let scope = self.push_scope(ScopeKind::Comprehension, range, None);
        self.within(scope, |this| {
            for (i, generator) in generators.iter().enumerate() {
                if i > 0 {
                    this.visit_expr(&generator.iter);
                }
                let element = Value::Element(Box::new(Value::of(&generator.iter)));
                this.bind_target(
                    &generator.target,
                    &element,
                    BindingKind::LoopVariable,
                    generator.range,
                );
                for condition in &generator.ifs {
                    this.visit_expr(condition);
                }
            }
            for result in results {
                this.visit_expr(result);
            }
        });
    }

    fn guarded(&mut self, work: impl FnOnce(&mut Self)) {
        self.guards += 1;
        work(self);
        self.guards -= 1;
    }

    fn call(&mut self, node: &ast::ExprCall) {
        let callee_range = node.func.range();
        let name_range = match &*node.func {
            Expr::Attribute(attribute) => attribute.attr.range,
            _ => callee_range,
        };
        if let Expr::Name(name) = &*node.func
            && matches!(
                name.id.as_str(),
                "locals" | "vars" | "eval" | "exec" | "dir"
            )
        {
            self.module.scopes[self.scope].is_dynamic = true;
        }
        let spelled = |expr: &Expr| match expr {
            Expr::Name(name) => Some(name.id.as_str().into()),
            Expr::Attribute(attribute) => Some(attribute.attr.id.as_str().into()),
            _ => None,
        };
        let mut arguments: Vec<Argument> = node
            .arguments
            .args
            .iter()
            .map(|argument| Argument {
                keyword: None,
                range: argument.range(),
                is_starred: argument.is_starred_expr(),
                spelled: spelled(argument),
            })
            .collect();
        arguments.extend(node.arguments.keywords.iter().map(|keyword| Argument {
            keyword: keyword.arg.as_ref().map(|arg| arg.id.as_str().into()),
            range: keyword.range,
            is_starred: keyword.arg.is_none(),
            spelled: None,
        }));
        self.module.calls.push(Call {
            callee: Value::of(&node.func),
            name_range,
            range: node.range(),
            scope: self.scope,
            arguments,
        });
    }
}

impl<'s> Visitor<'s> for Builder<'s> {
    fn visit_body(&mut self, body: &'s [Stmt]) {
        self.blocks += 1;
        let outer = std::mem::replace(&mut self.block, self.blocks);
        visitor::walk_body(self, body);
        self.block = outer;
    }

    fn visit_stmt(&mut self, stmt: &'s Stmt) {
        match stmt {
            Stmt::FunctionDef(node) => self.function(node),
            Stmt::ClassDef(node) => self.class(node),
            Stmt::Import(node) => self.import(node),
            Stmt::ImportFrom(node) => self.import_from(node),
            Stmt::Global(node) => {
                for name in &node.names {
                    self.module.scopes[self.scope]
                        .globals
                        .insert(name.id.as_str().into());
                    self.use_name(&name.id, name.range, false);
                }
            }
            Stmt::Nonlocal(node) => {
                for name in &node.names {
                    self.module.scopes[self.scope]
                        .nonlocals
                        .insert(name.id.as_str().into());
                    self.use_name(&name.id, name.range, false);
                }
            }
            Stmt::Assign(node) => {
                self.visit_expr(&node.value);
                let value = Value::of(&node.value);
                for target in &node.targets {
                    if matches!(target, Expr::Name(name) if name.id == "__all__") && self.scope == 0
                    {
                        self.record_all(&node.value);
                    }
                    self.bind_target(target, &value, BindingKind::Variable, node.range);
                }
            }
            Stmt::AnnAssign(node) => {
                self.visit_annotation(&node.annotation);
                if let Some(value) = &node.value {
                    self.visit_expr(value);
                }
                let value = node.value.as_deref().map_or(Value::Unknown, Value::of);
                let annotation = Value::of(&node.annotation);
                let kind = if node.value.is_some() {
                    BindingKind::Variable
                } else {
                    BindingKind::Declaration
                };
                match &*node.target {
                    Expr::Name(name) => {
                        let text = self.text(node.annotation.range()).into();
                        let id = self.bind(&name.id, name.range, node.range, kind);
                        let binding = &mut self.module.bindings[id];
                        (binding.value, binding.annotation, binding.annotation_text) =
                            (value, Some(annotation), Some(text));
                    }
                    Expr::Attribute(attribute) => {
                        self.bind_attribute(attribute, &value, Some(annotation));
                        self.visit_expr(&node.target);
                    }
                    target => self.visit_expr(target),
                }
            }
            Stmt::AugAssign(node) => {
                self.visit_expr(&node.value);
                match &*node.target {
                    Expr::Name(name) => {
                        let left = Box::new(Value::name(&name.id));
                        self.use_name(&name.id, name.range, false);
                        let id =
                            self.bind(&name.id, name.range, node.range, BindingKind::Augmented);
                        self.module.bindings[id].value =
                            Value::Operation(left, Box::new(Value::of(&node.value)));
                    }
                    target => self.visit_expr(target),
                }
                if matches!(&*node.target, Expr::Name(name) if name.id == "__all__") {
                    self.record_all(&node.value);
                }
            }
            Stmt::For(node) => {
                self.visit_expr(&node.iter);
                let element = Value::Element(Box::new(Value::of(&node.iter)));
                self.bind_target(
                    &node.target,
                    &element,
                    BindingKind::LoopVariable,
                    node.range,
                );
                self.visit_body(&node.body);
                self.visit_body(&node.orelse);
            }
            Stmt::With(node) => {
                for item in &node.items {
                    self.visit_expr(&item.context_expr);
                    if let Some(target) = &item.optional_vars {
                        let entered = Value::Entered(Box::new(Value::of(&item.context_expr)));
                        self.bind_target(target, &entered, BindingKind::WithVariable, item.range);
                    }
                }
                self.visit_body(&node.body);
            }
            Stmt::If(node) => {
                self.visit_expr(&node.test);
                self.guarded(|this| {
                    this.visit_body(&node.body);
                    for clause in &node.elif_else_clauses {
                        this.visit_elif_else_clause(clause);
                    }
                });
            }
            Stmt::Try(node) => {
                let guard = usize::from(!node.handlers.is_empty());
                self.guards += guard;
                self.visit_body(&node.body);
                for handler in &node.handlers {
                    self.visit_except_handler(handler);
                }
                self.guards -= guard;
                self.visit_body(&node.orelse);
                self.visit_body(&node.finalbody);
            }
            Stmt::TypeAlias(node) => {
                if let Expr::Name(name) = &*node.name {
                    self.bind(&name.id, name.range, node.range, BindingKind::TypeAlias);
                }
                let outer = self.scope;
                if let Some(parameters) = &node.type_params {
                    self.scope = self.type_parameters(parameters, node.range);
                }
                self.visit_annotation(&node.value);
                self.scope = outer;
            }
            Stmt::Return(node) => {
                if let Some(id) = self.module.scopes[self.scope].owner
                    && let Some(function) = self.module.functions.get_mut(id)
                {
                    function.return_values.push(
                        node.value
                            .as_deref()
                            .map_or(Value::Literal("None"), Value::of),
                    );
                    function
                        .return_ranges
                        .push(node.value.as_deref().map_or(node.range, Ranged::range));
                }
                visitor::walk_stmt(self, stmt);
            }
            Stmt::Match(node) => {
                self.visit_expr(&node.subject);
                self.guarded(|this| {
                    node.cases
                        .iter()
                        .for_each(|case| this.visit_match_case(case))
                });
            }
            Stmt::Delete(_)
            | Stmt::While(_)
            | Stmt::Raise(_)
            | Stmt::Assert(_)
            | Stmt::Expr(_)
            | Stmt::Pass(_)
            | Stmt::Break(_)
            | Stmt::Continue(_)
            | Stmt::IpyEscapeCommand(_) => visitor::walk_stmt(self, stmt),
        }
    }

    fn visit_except_handler(&mut self, handler: &'s ast::ExceptHandler) {
        let ast::ExceptHandler::ExceptHandler(node) = handler;
        if let Some(kind) = &node.type_ {
            self.visit_expr(kind);
        }
        if let Some(name) = &node.name {
            let id = self.bind(
                &name.id,
                name.range,
                node.range,
                BindingKind::ExceptVariable,
            );
            let value = node.type_.as_deref().map(|kind| match Value::of(kind) {
                Value::Tuple(kinds) => Value::Either(kinds.into_iter().map(Value::call).collect()),
                kind => kind.call(),
            });
            self.module.bindings[id].value = value.unwrap_or(Value::Unknown);
        }
        self.visit_body(&node.body);
    }

    fn visit_annotation(&mut self, expr: &'s Expr) {
        self.visit_expr(expr);
        // Names in a quoted annotation are uses too.
        let mut strings = super::targets::Strings::default();
        strings.visit_expr(expr);
        for literal in strings.found {
            if let Ok(parsed) = ruff_python_parser::parse_string_annotation(self.source, literal) {
                let mut names = super::targets::Names::default();
                names.visit_expr(parsed.expr());
                for (name, range) in names.found {
                    self.use_name(&name, range, false);
                }
            }
        }
    }

    fn visit_pattern(&mut self, pattern: &'s ast::Pattern) {
        let name = match pattern {
            ast::Pattern::MatchAs(node) => node.name.as_ref(),
            ast::Pattern::MatchStar(node) => node.name.as_ref(),
            ast::Pattern::MatchMapping(node) => node.rest.as_ref(),
            ast::Pattern::MatchValue(_)
            | ast::Pattern::MatchSingleton(_)
            | ast::Pattern::MatchSequence(_)
            | ast::Pattern::MatchClass(_)
            | ast::Pattern::MatchOr(_) => None,
        };
        visitor::walk_pattern(self, pattern);
        if let Some(name) = name {
            self.bind(&name.id, name.range, pattern.range(), BindingKind::Pattern);
        }
    }

    fn visit_expr(&mut self, expr: &'s Expr) {
        match expr {
            Expr::Name(name) => match name.ctx {
                ExprContext::Store => {
                    self.bind(&name.id, name.range, name.range, BindingKind::Variable);
                }
                ctx => self.use_name(&name.id, name.range, ctx == ExprContext::Del),
            },
            Expr::Named(node) => {
                self.visit_expr(&node.value);
                let outer = self.scope;
                while self.module.scopes[self.scope].kind == ScopeKind::Comprehension {
                    self.scope = self.module.scopes[self.scope].parent.unwrap_or(0);
                }
                self.bind_target(
                    &node.target,
                    &Value::of(&node.value),
                    BindingKind::Variable,
                    node.range,
                );
                self.scope = outer;
            }
            Expr::Lambda(node) => {
                if let Some(parameters) = node.parameters.as_deref() {
                    for parameter in parameters.iter_non_variadic_params() {
                        if let Some(default) = &parameter.default {
                            self.visit_expr(default);
                        }
                    }
                }
                let scope = self.push_scope(ScopeKind::Lambda, node.range, None);
                self.within(scope, |this| {
                    if let Some(parameters) = node.parameters.as_deref() {
                        this.bind_parameters(parameters);
                    }
                    this.visit_expr(&node.body);
                });
            }
            Expr::ListComp(node) => self.comprehension(node.range, &node.generators, &[&node.elt]),
            Expr::SetComp(node) => self.comprehension(node.range, &node.generators, &[&node.elt]),
            Expr::Generator(node) => self.comprehension(node.range, &node.generators, &[&node.elt]),
            Expr::DictComp(node) => {
                let results: Vec<&Expr> = node
                    .key
                    .as_deref()
                    .into_iter()
                    .chain([&*node.value])
                    .collect();
                self.comprehension(node.range, &node.generators, &results);
            }
            Expr::Attribute(node) => {
                self.visit_expr(&node.value);
                self.module.attributes.push(AttributeUse {
                    receiver: Value::of(&node.value),
                    name: node.attr.id.as_str().into(),
                    range: node.attr.range,
                    scope: self.scope,
                    is_store: node.ctx != ExprContext::Load,
                    is_guarded: self.guards > 0,
                });
            }
            Expr::Call(node) => {
                self.call(node);
                visitor::walk_expr(self, expr);
            }
            Expr::Yield(_) | Expr::YieldFrom(_) => {
                if let Some(id) = self.module.scopes[self.scope].owner
                    && let Some(function) = self.module.functions.get_mut(id)
                {
                    function.is_generator = true;
                }
                visitor::walk_expr(self, expr);
            }
            _ => visitor::walk_expr(self, expr),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(source: &str, name: &str, expected: &[usize]) {
        let parsed = ruff_python_parser::parse_module(source).expect("valid Python");
        let module = build(&parsed.syntax().body, source);
        let first = source.find(name).expect("the name is in the text");
        let (scope, symbol, _) = module.symbol_at(first).expect("a symbol");
        let found: Vec<usize> = module
            .occurrences(scope, symbol)
            .iter()
            .map(|one| one.range.start().to_usize())
            .collect();
        assert_eq!(found, expected, "{source}");
    }

    #[test]
    fn class_scopes_are_skipped_by_methods() {
        check(
            "xx = 1\nclass C:\n    xx = 2\n    def f(self): return xx\n",
            "xx",
            &[0, 51],
        );
    }

    #[test]
    fn global_and_nonlocal_reach_their_scope() {
        check(
            "xx = 1\ndef f():\n    global xx\n    xx = 2\n",
            "xx",
            &[0, 27, 34],
        );
        check(
            "def f():\n    yy = 1\n    def g():\n        nonlocal yy\n        yy = 2\n",
            "yy",
            &[13, 50, 61],
        );
    }

    #[test]
    fn comprehensions_have_a_scope_and_walrus_leaves_it() {
        check("vv = 1\nw = [vv for vv in range(vv)]\n", "vv", &[0, 31]);
        check("r = [(ww := i) for i in x]\nww\n", "ww", &[6, 27]);
    }

    #[test]
    fn quoted_annotations_are_uses() {
        check("import aa\ndef f(x: 'aa.B'): ...\n", "aa", &[7, 20]);
    }
}
