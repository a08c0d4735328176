//! What straight-line control flow tells: code that is never reached, names read after `del`, and names bound on only
//! one way to a read.
//!
//! CPython counterpart: `remove_unreachable` and `add_checks_for_loads_of_uninitialized_variables` in `flowgraph.c`,
//! done here on statements, so that doubt means silence. Tests: `crate::diagnostics::lint`.

use std::collections::BTreeMap;

use ruff_python_ast::visitor::{self, Visitor};
use ruff_python_ast::{Expr, ExprContext, Stmt};
use ruff_text_size::{Ranged, TextRange};

/// One observation.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Finding {
    Unreachable(TextRange),
    Deleted { name: String, range: TextRange },
    MaybeUnbound { name: String, range: TextRange },
}

/// Returns what the bodies of a module show.
pub(crate) fn check(body: &[Stmt]) -> Vec<Finding> {
    let mut checker = Checker::default();
    checker.block(body);
    checker.straight_line(body, BTreeMap::new());
    checker.findings
}

#[derive(Default)]
struct Checker {
    findings: Vec<Finding>,
}

impl Checker {
    /// Looks for statements behind one that never ends normally; returns whether the block ends normally.
    fn block(&mut self, body: &[Stmt]) -> bool {
        let mut ends = true;
        for (i, stmt) in body.iter().enumerate() {
            if !self.statement(stmt) {
                ends = false;
                if let (Some(next), Some(last)) = (body.get(i + 1), body.last())
                    // A `yield` behind `return` makes a generator: it is there on purpose.
                    && !body[i + 1..].iter().any(has_yield)
                {
                    self.findings.push(Finding::Unreachable(TextRange::new(
                        next.start(),
                        last.end(),
                    )));
                }
                break;
            }
        }
        ends
    }

    fn statement(&mut self, stmt: &Stmt) -> bool {
        match stmt {
            Stmt::Return(_) | Stmt::Raise(_) | Stmt::Break(_) | Stmt::Continue(_) => false,
            Stmt::FunctionDef(node) => {
                self.block(&node.body);
                let parameters = node.parameters.iter();
                let known = parameters.map(|p| (p.name().id.to_string(), State::Doubt));
                self.straight_line(&node.body, known.collect());
                true
            }
            Stmt::ClassDef(node) => {
                self.block(&node.body);
                true
            }
            Stmt::If(node) => {
                let mut ends = self.block(&node.body);
                let mut has_else = false;
                for clause in &node.elif_else_clauses {
                    has_else |= clause.test.is_none();
                    ends |= self.block(&clause.body);
                }
                ends || !has_else
            }
            Stmt::For(node) => {
                self.block(&node.body);
                self.block(&node.orelse);
                true
            }
            Stmt::While(node) => {
                self.block(&node.body);
                self.block(&node.orelse);
                let endless = matches!(&*node.test, Expr::BooleanLiteral(literal) if literal.value);
                !endless || has_break(&node.body)
            }
            Stmt::With(node) => {
                // A context manager may swallow an exception.
                let ends = self.block(&node.body);
                ends || !matches!(node.body.last(), Some(Stmt::Return(_)))
            }
            Stmt::Try(node) => {
                let mut ends = self.block(&node.body);
                if !node.orelse.is_empty() {
                    ends = ends && self.block(&node.orelse);
                }
                for handler in &node.handlers {
                    let ruff_python_ast::ExceptHandler::ExceptHandler(handler) = handler;
                    ends |= self.block(&handler.body);
                }
                let finally = self.block(&node.finalbody);
                ends && finally
            }
            Stmt::Match(node) => {
                node.cases.iter().for_each(|case| {
                    self.block(&case.body);
                });
                true
            }
            _ => true,
        }
    }

    /// Follows the names of one body, top to bottom: bound for sure, bound perhaps, deleted.
    fn straight_line(&mut self, body: &[Stmt], mut states: BTreeMap<String, State>) {
        for stmt in body {
            match stmt {
                Stmt::Delete(node) => {
                    for target in &node.targets {
                        match target {
                            Expr::Name(name) => {
                                states.insert(name.id.to_string(), State::Deleted);
                            }
                            target => self.reads(target, &states),
                        }
                    }
                }
                Stmt::If(node) if node.elif_else_clauses.is_empty() => {
                    self.reads(&node.test, &states);
                    let mut effects = Effects::default();
                    effects.visit_body(&node.body);
                    let leaves = !Checker::default().block(&node.body);
                    for (name, binds) in effects.names {
                        let first = !states.contains_key(&name);
                        if binds && first && !leaves {
                            states.insert(name, State::Maybe);
                        } else {
                            states.insert(name, State::Doubt);
                        }
                    }
                }
                Stmt::Assign(_)
                | Stmt::AnnAssign(_)
                | Stmt::Expr(_)
                | Stmt::Return(_)
                | Stmt::Raise(_)
                | Stmt::Assert(_) => {
                    let mut reads = Reads {
                        states: &states,
                        findings: &mut self.findings,
                    };
                    reads.visit_stmt(stmt);
                    self.settle(stmt, &mut states);
                }
                _ => self.settle(stmt, &mut states),
            }
        }
    }

    fn reads(&mut self, expr: &Expr, states: &BTreeMap<String, State>) {
        Reads {
            states,
            findings: &mut self.findings,
        }
        .visit_expr(expr);
    }

    /// Whatever a statement does to a name, nothing is claimed about it afterwards.
    fn settle(&mut self, stmt: &Stmt, states: &mut BTreeMap<String, State>) {
        let mut effects = Effects::default();
        effects.visit_stmt(stmt);
        for name in effects.names.into_keys() {
            states.insert(name, State::Doubt);
        }
    }
}

#[derive(Clone, Copy, PartialEq)]
enum State {
    Deleted,
    Maybe,
    Doubt,
}

struct Reads<'r> {
    states: &'r BTreeMap<String, State>,
    findings: &'r mut Vec<Finding>,
}

impl<'a> Visitor<'a> for Reads<'_> {
    fn visit_stmt(&mut self, stmt: &'a Stmt) {
        visitor::walk_stmt(self, stmt);
    }

    fn visit_expr(&mut self, expr: &'a Expr) {
        match expr {
            Expr::Name(name) if name.ctx == ExprContext::Load => {
                let (range, text) = (name.range, name.id.to_string());
                match self.states.get(name.id.as_str()) {
                    Some(State::Deleted) => {
                        self.findings.push(Finding::Deleted { name: text, range })
                    }
                    Some(State::Maybe) => self
                        .findings
                        .push(Finding::MaybeUnbound { name: text, range }),
                    Some(State::Doubt) | None => {}
                }
            }
            // These run later, or bind names of their own.
            Expr::Lambda(_)
            | Expr::ListComp(_)
            | Expr::SetComp(_)
            | Expr::DictComp(_)
            | Expr::Generator(_) => {}
            _ => visitor::walk_expr(self, expr),
        }
    }
}

/// Names that a statement binds (true) or declares and deletes (false), nested blocks included.
#[derive(Default)]
struct Effects {
    names: BTreeMap<String, bool>,
}

impl Effects {
    fn note(&mut self, name: &str, binds: bool) {
        self.names
            .entry(name.to_owned())
            .and_modify(|old| *old &= binds)
            .or_insert(binds);
    }
}

impl<'a> Visitor<'a> for Effects {
    fn visit_stmt(&mut self, stmt: &'a Stmt) {
        match stmt {
            Stmt::FunctionDef(node) => self.note(&node.name.id, false),
            Stmt::ClassDef(node) => self.note(&node.name.id, false),
            Stmt::Import(node) => {
                for alias in &node.names {
                    let bound = alias
                        .asname
                        .as_ref()
                        .map_or(alias.name.id.as_str(), |asname| asname.id.as_str());
                    self.note(bound.split('.').next().unwrap_or(bound), false);
                }
            }
            Stmt::ImportFrom(node) => {
                for alias in &node.names {
                    self.note(
                        alias
                            .asname
                            .as_ref()
                            .map_or(&alias.name.id, |asname| &asname.id),
                        false,
                    );
                }
            }
            Stmt::Global(node) => node
                .names
                .iter()
                .for_each(|name| self.note(&name.id, false)),
            Stmt::Nonlocal(node) => node
                .names
                .iter()
                .for_each(|name| self.note(&name.id, false)),
            Stmt::Try(_) | Stmt::Match(_) => {
                let mut inner = Effects::default();
                visitor::walk_stmt(&mut inner, stmt);
                inner.names.keys().for_each(|name| self.note(name, false));
            }
            _ => visitor::walk_stmt(self, stmt),
        }
    }

    fn visit_expr(&mut self, expr: &'a Expr) {
        if let Expr::Name(name) = expr {
            match name.ctx {
                ExprContext::Store => self.note(&name.id, true),
                ExprContext::Del => self.note(&name.id, false),
                ExprContext::Load | ExprContext::Invalid => {}
            }
        }
        visitor::walk_expr(self, expr);
    }
}

fn has_yield(stmt: &Stmt) -> bool {
    struct Yields(bool);
    impl<'a> Visitor<'a> for Yields {
        fn visit_expr(&mut self, expr: &'a Expr) {
            self.0 |= matches!(expr, Expr::Yield(_) | Expr::YieldFrom(_));
            visitor::walk_expr(self, expr);
        }
    }
    let mut yields = Yields(false);
    yields.visit_stmt(stmt);
    yields.0
}

fn has_break(body: &[Stmt]) -> bool {
    body.iter().any(|stmt| match stmt {
        Stmt::Break(_) => true,
        Stmt::If(node) => {
            has_break(&node.body)
                || node
                    .elif_else_clauses
                    .iter()
                    .any(|clause| has_break(&clause.body))
        }
        Stmt::With(node) => has_break(&node.body),
        Stmt::For(node) => has_break(&node.orelse),
        Stmt::While(node) => has_break(&node.orelse),
        Stmt::Match(node) => node.cases.iter().any(|case| has_break(&case.body)),
        Stmt::Try(node) => {
            let handlers = node.handlers.iter().any(|handler| {
                let ruff_python_ast::ExceptHandler::ExceptHandler(handler) = handler;
                has_break(&handler.body)
            });
            handlers
                || has_break(&node.body)
                || has_break(&node.orelse)
                || has_break(&node.finalbody)
        }
        _ => false,
    })
}
