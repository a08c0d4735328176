//! Assignment targets, and small collectors of names and strings.
//!
//! CPython counterpart: `symtable_visit_expr` with a store context. Tests: `builder.rs`, `crate::infer`.

use ruff_python_ast::visitor::{self, Visitor};
use ruff_python_ast::{self as ast, Expr};
use ruff_text_size::TextRange;

use super::builder::Builder;
use super::model::BindingKind;
use super::value::Value;

impl<'s> Builder<'s> {
    /// Binds the names of a target to what they are given; other targets are expressions to be read.
    pub(super) fn bind_target(
        &mut self,
        target: &'s Expr,
        value: &Value,
        kind: BindingKind,
        full: TextRange,
    ) {
        match target {
            Expr::Name(name) => {
                let id = self.bind(&name.id, name.range, full, kind);
                self.module.bindings[id].value = value.clone();
            }
            Expr::Tuple(tuple) => self.bind_elements(&tuple.elts, value, kind, full),
            Expr::List(list) => self.bind_elements(&list.elts, value, kind, full),
            Expr::Starred(starred) => {
                self.bind_target(&starred.value, &Value::Literal("list"), kind, full)
            }
            Expr::Attribute(attribute) => {
                self.bind_attribute(attribute, value, None);
                self.visit_expr(target);
            }
            _ => self.visit_expr(target),
        }
    }

    fn bind_elements(
        &mut self,
        elements: &'s [Expr],
        value: &Value,
        kind: BindingKind,
        full: TextRange,
    ) {
        for (i, element) in elements.iter().enumerate() {
            let item = match value {
                Value::Tuple(items) | Value::List(items) => {
                    items.get(i).cloned().unwrap_or(Value::Unknown)
                }
                Value::Unknown => Value::Unknown,
                value => Value::Item(Box::new(value.clone()), i),
            };
            let before = self.module.bindings.len();
            self.bind_target(element, &item, kind, full);
            for binding in &mut self.module.bindings[before..] {
                binding.is_unpacked = true;
            }
        }
    }
}

/// The string literals of an annotation, but not those of `Literal[...]`.
#[derive(Default)]
pub(super) struct Strings<'a> {
    pub(super) found: Vec<&'a ast::StringLiteral>,
}

impl<'a> Visitor<'a> for Strings<'a> {
    fn visit_expr(&mut self, expr: &'a Expr) {
        match expr {
            Expr::StringLiteral(literal) => self.found.extend(literal.as_single_part_string()),
            Expr::Subscript(node) if Value::of(&node.value).last_name() == Some("Literal") => {}
            _ => visitor::walk_expr(self, expr),
        }
    }
}

/// The names of an expression, with their ranges.
#[derive(Default)]
pub(super) struct Names {
    pub(super) found: Vec<(String, TextRange)>,
}

impl<'a> Visitor<'a> for Names {
    fn visit_expr(&mut self, expr: &'a Expr) {
        if let Expr::Name(name) = expr {
            self.found.push((name.id.to_string(), name.range));
        }
        visitor::walk_expr(self, expr);
    }
}
