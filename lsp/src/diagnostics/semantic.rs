//! The compiler's own errors: what parses, but is refused when scopes and control flow are known.
//!
//! CPython counterpart: `Python/symtable.c`, `Python/compile.c`, `Python/codegen.c`. The checks are those of ruff's
//! `SemanticSyntaxChecker`; this module walks the tree for it and answers its questions about the surroundings.
//! Invariant: the context stack mirrors the walk. Tests: `syntax.rs`.

use std::cell::RefCell;
use std::collections::{HashMap, HashSet};

use ruff_python_ast::visitor::{self, Visitor};
use ruff_python_ast::{self as ast, Expr, PythonVersion, Stmt};
use ruff_python_parser::semantic_errors::{
    LazyImportContext, SemanticSyntaxChecker, SemanticSyntaxContext, SemanticSyntaxError,
};
use ruff_text_size::TextRange;

use super::Problem;

/// Returns the errors of a module's body.
pub(crate) fn check(body: &[Stmt], source: &str) -> Vec<Problem> {
    let mut walker = Walker {
        checker: SemanticSyntaxChecker::new(),
        context: Context {
            source,
            frames: vec![Frame::new(Kind::Module)],
            loops: vec![0],
            errors: RefCell::default(),
            future: false,
        },
    };
    walker.visit_body(body);
    let errors = walker.context.errors.into_inner();
    errors
        .into_iter()
        .map(|(range, message)| Problem::error("invalid-syntax", range, message))
        .collect()
}

#[derive(Clone, Copy, PartialEq)]
enum Kind {
    Module,
    Class,
    Function { is_async: bool },
    Lambda,
    Comprehension { is_async: bool, is_generator: bool },
}

struct Frame {
    kind: Kind,
    globals: HashMap<String, TextRange>,
    bound: HashSet<String>,
    parameters: HashSet<String>,
}

impl Frame {
    fn new(kind: Kind) -> Frame {
        Frame {
            kind,
            globals: HashMap::new(),
            bound: HashSet::new(),
            parameters: HashSet::new(),
        }
    }
}

struct Context<'s> {
    source: &'s str,
    frames: Vec<Frame>,
    /// Loops around, per function.
    loops: Vec<usize>,
    errors: RefCell<Vec<(TextRange, String)>>,
    future: bool,
}

impl Context<'_> {
    fn kinds(&self) -> impl Iterator<Item = Kind> {
        self.frames.iter().rev().map(|frame| frame.kind)
    }

    fn current(&self) -> Kind {
        self.frames.last().map_or(Kind::Module, |frame| frame.kind)
    }
}

impl SemanticSyntaxContext for Context<'_> {
    fn future_annotations_or_stub(&self) -> bool {
        self.future
    }

    fn lazy_import_context(&self) -> Option<LazyImportContext> {
        match self.current() {
            Kind::Module | Kind::Comprehension { .. } => None,
            Kind::Class => Some(LazyImportContext::Class),
            Kind::Function { .. } | Kind::Lambda => Some(LazyImportContext::Function),
        }
    }

    fn python_version(&self) -> PythonVersion {
        PythonVersion {
            major: 3,
            minor: 14,
        }
    }

    fn source(&self) -> &str {
        self.source
    }

    fn global(&self, name: &str) -> Option<TextRange> {
        self.frames.last()?.globals.get(name).copied()
    }

    fn has_nonlocal_binding(&self, name: &str) -> bool {
        let outer = self.frames.iter().rev().skip(1);
        outer
            .filter(|frame| matches!(frame.kind, Kind::Function { .. } | Kind::Lambda))
            .any(|frame| frame.bound.contains(name))
    }

    fn in_async_context(&self) -> bool {
        for kind in self.kinds() {
            match kind {
                Kind::Function { is_async } => return is_async,
                Kind::Comprehension { .. } => {}
                Kind::Lambda | Kind::Class | Kind::Module => return false,
            }
        }
        false
    }

    fn in_await_allowed_context(&self) -> bool {
        self.kinds()
            .find(|kind| !matches!(kind, Kind::Comprehension { .. }))
            .is_some_and(|kind| matches!(kind, Kind::Function { .. } | Kind::Lambda))
    }

    fn in_yield_allowed_context(&self) -> bool {
        self.kinds()
            .find(|kind| !matches!(kind, Kind::Comprehension { .. }))
            .is_some_and(|kind| matches!(kind, Kind::Function { .. } | Kind::Lambda))
    }

    fn in_sync_comprehension(&self) -> bool {
        self.kinds()
            .take_while(|kind| matches!(kind, Kind::Comprehension { .. }))
            .any(|kind| {
                matches!(
                    kind,
                    Kind::Comprehension {
                        is_async: false,
                        ..
                    }
                )
            })
    }

    fn in_class_body_comprehension(&self) -> bool {
        let mut kinds = self
            .kinds()
            .skip_while(|kind| matches!(kind, Kind::Comprehension { .. }));
        matches!(self.current(), Kind::Comprehension { .. }) && kinds.next() == Some(Kind::Class)
    }

    fn in_module_scope(&self) -> bool {
        self.current() == Kind::Module
    }

    fn in_function_scope(&self) -> bool {
        matches!(self.current(), Kind::Function { .. } | Kind::Lambda)
    }

    fn in_generator_context(&self) -> bool {
        matches!(
            self.current(),
            Kind::Comprehension {
                is_generator: true,
                ..
            }
        )
    }

    fn in_notebook(&self) -> bool {
        false
    }

    fn report_semantic_error(&self, error: SemanticSyntaxError) {
        let message = super::wording::of_checker(&error);
        self.errors.borrow_mut().push((error.range, message));
    }

    fn in_loop_context(&self) -> bool {
        self.loops.last().is_some_and(|depth| *depth > 0)
    }

    fn is_bound_parameter(&self, name: &str) -> bool {
        self.frames
            .last()
            .is_some_and(|frame| frame.parameters.contains(name))
    }
}

struct Walker<'s> {
    checker: SemanticSyntaxChecker,
    context: Context<'s>,
}

impl Walker<'_> {
    fn within(&mut self, frame: Frame, work: impl FnOnce(&mut Self)) {
        let is_comprehension = matches!(frame.kind, Kind::Comprehension { .. });
        self.context.frames.push(frame);
        if !is_comprehension {
            self.context.loops.push(0);
        }
        work(self);
        if !is_comprehension {
            self.context.loops.pop();
        }
        self.context.frames.pop();
    }

    fn in_loop<'a>(&mut self, body: &'a [Stmt])
    where
        Self: Visitor<'a>,
    {
        if let Some(depth) = self.context.loops.last_mut() {
            *depth += 1;
        }
        self.visit_body(body);
        if let Some(depth) = self.context.loops.last_mut() {
            *depth -= 1;
        }
    }

    fn comprehension<'a>(
        &mut self,
        generators: &'a [ast::Comprehension],
        is_generator: bool,
        results: &[&'a Expr],
    ) where
        Self: Visitor<'a>,
    {
        if let Some(first) = generators.first() {
            self.visit_expr(&first.iter);
        }
        let is_async = generators.iter().any(|generator| generator.is_async);
        self.within(
            Frame::new(Kind::Comprehension {
                is_async,
                is_generator,
            }),
            |this| {
                for (i, generator) in generators.iter().enumerate() {
                    if i > 0 {
                        this.visit_expr(&generator.iter);
                    }
                    this.visit_expr(&generator.target);
                    generator
                        .ifs
                        .iter()
                        .for_each(|condition| this.visit_expr(condition));
                }
                results.iter().for_each(|result| this.visit_expr(result));
            },
        );
    }
}

impl<'a> Visitor<'a> for Walker<'_> {
    fn visit_stmt(&mut self, stmt: &'a Stmt) {
        self.checker.visit_stmt(stmt, &self.context);
        match stmt {
            Stmt::FunctionDef(node) => {
                node.decorator_list
                    .iter()
                    .for_each(|decorator| self.visit_decorator(decorator));
                if let Some(parameters) = &node.type_params {
                    self.visit_type_params(parameters);
                }
                self.visit_parameters(&node.parameters);
                if let Some(returns) = &node.returns {
                    self.visit_annotation(returns);
                }
                let mut frame = Frame::new(Kind::Function {
                    is_async: node.is_async,
                });
                frame.parameters = node
                    .parameters
                    .iter()
                    .map(|parameter| parameter.name().id.to_string())
                    .collect();
                frame.bound = names_bound(&node.body);
                frame.bound.extend(frame.parameters.iter().cloned());
                frame.globals = globals(&node.body);
                self.within(frame, |this| this.visit_body(&node.body));
            }
            Stmt::ClassDef(node) => {
                node.decorator_list
                    .iter()
                    .for_each(|decorator| self.visit_decorator(decorator));
                if let Some(parameters) = &node.type_params {
                    self.visit_type_params(parameters);
                }
                if let Some(arguments) = &node.arguments {
                    self.visit_arguments(arguments);
                }
                let mut frame = Frame::new(Kind::Class);
                frame.globals = globals(&node.body);
                self.within(frame, |this| this.visit_body(&node.body));
            }
            Stmt::For(node) => {
                self.visit_expr(&node.iter);
                self.visit_expr(&node.target);
                self.in_loop(&node.body);
                self.visit_body(&node.orelse);
            }
            Stmt::Try(node) => {
                super::handlers::check(node, &mut self.context.errors.borrow_mut());
                visitor::walk_stmt(self, stmt);
            }
            Stmt::Nonlocal(node) => {
                for name in &node.names {
                    if self.context.global(&name.id).is_some() {
                        let message = format!("name '{}' is nonlocal and global", name.id);
                        self.context.errors.borrow_mut().push((node.range, message));
                    }
                }
            }
            Stmt::While(node) => {
                self.visit_expr(&node.test);
                self.in_loop(&node.body);
                self.visit_body(&node.orelse);
            }
            Stmt::ImportFrom(node) => {
                self.context.future |= node
                    .module
                    .as_ref()
                    .is_some_and(|module| module == "__future__")
                    && node.names.iter().any(|alias| &alias.name == "annotations");
            }
            _ => visitor::walk_stmt(self, stmt),
        }
    }

    fn visit_expr(&mut self, expr: &'a Expr) {
        self.checker.visit_expr(expr, &self.context);
        match expr {
            Expr::Lambda(node) => {
                if let Some(parameters) = &node.parameters {
                    self.visit_parameters(parameters);
                }
                let mut frame = Frame::new(Kind::Lambda);
                if let Some(parameters) = &node.parameters {
                    frame.parameters = parameters
                        .iter()
                        .map(|parameter| parameter.name().id.to_string())
                        .collect();
                }
                self.within(frame, |this| this.visit_expr(&node.body));
            }
            Expr::ListComp(node) => self.comprehension(&node.generators, false, &[&node.elt]),
            Expr::SetComp(node) => self.comprehension(&node.generators, false, &[&node.elt]),
            Expr::Generator(node) => self.comprehension(&node.generators, true, &[&node.elt]),
            Expr::DictComp(node) => {
                let results: Vec<&Expr> = node
                    .key
                    .as_deref()
                    .into_iter()
                    .chain([&*node.value])
                    .collect();
                self.comprehension(&node.generators, false, &results);
            }
            _ => visitor::walk_expr(self, expr),
        }
    }
}

/// Returns the names that a function's body binds, itself only.
fn names_bound(body: &[Stmt]) -> HashSet<String> {
    let module = crate::analysis::builder::build(body, "");
    module
        .scopes
        .first()
        .map(|scope| scope.names.keys().map(|name| name.to_string()).collect())
        .unwrap_or_default()
}

/// Returns the names declared `global` in a body, with the place of the declaration.
fn globals(body: &[Stmt]) -> HashMap<String, TextRange> {
    struct Globals(HashMap<String, TextRange>);
    impl<'a> Visitor<'a> for Globals {
        fn visit_stmt(&mut self, stmt: &'a Stmt) {
            match stmt {
                Stmt::Global(node) => {
                    for name in &node.names {
                        self.0.entry(name.id.to_string()).or_insert(name.range);
                    }
                }
                Stmt::FunctionDef(_) | Stmt::ClassDef(_) => {}
                _ => visitor::walk_stmt(self, stmt),
            }
        }

        fn visit_expr(&mut self, _: &'a Expr) {}
    }
    let mut globals = Globals(HashMap::new());
    globals.visit_body(body);
    globals.0
}
