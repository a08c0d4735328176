//! The compiler's tree as objects.
//!
//! CPython 3.14: `PyAST_mod2obj`, `ast2obj_*` (`Python/Python-ast.c`).

mod expr;
mod parts;
mod stmt;

use std::cell::RefCell;
use std::rc::Rc;

use taipan_compiler::ast::{Expr, Interner, Mod, Name};
use taipan_compiler::constant::Constant;
use taipan_compiler::location::Location;

use super::base::Ast;
use super::classes::Classes;
use super::nodes::Node;
use crate::ctx::Ctx;
use crate::error::PyResult;
use crate::objects::{Str, attrs};
use crate::value::{Py, Value};

/// The `_ast` object of a tree.
///
/// # Errors
/// `RecursionError` if the tree is too deep; `MemoryError`.
pub(crate) fn tree_object(cx: &Ctx, module: &Mod, names: &Interner) -> PyResult<Value> {
    let builder = Builder {
        cx,
        classes: Classes::of(cx)?,
        names,
        texts: RefCell::default(),
    };
    builder.module(module)
}

struct Builder<'a> {
    cx: &'a Ctx,
    classes: Rc<Classes>,
    names: &'a Interner,
    /// The strings of `names`, as far as they were needed.
    texts: RefCell<Vec<Option<Py<Str>>>>,
}

impl Builder<'_> {
    fn module(&self, module: &Mod) -> PyResult<Value> {
        match module {
            Mod::Module { body, type_ignores } => {
                let ignores = self.all(type_ignores, |ignore| {
                    let fields = [self.number(ignore.lineno), self.name(ignore.tag)];
                    self.node(Node::TypeIgnore, fields, None)
                })?;
                let fields = [self.stmts(body)?, ignores];
                self.node(Node::Module, fields, None)
            }
            Mod::Interactive { body } => self.node(Node::Interactive, [self.stmts(body)?], None),
            Mod::Expression { body } => self.node(Node::Expression, [self.expr(body)?], None),
            Mod::FunctionType { argtypes, returns } => {
                let fields = [self.exprs(argtypes)?, self.expr(returns)?];
                self.node(Node::FunctionType, fields, None)
            }
        }
    }

    /// A node with these fields, in the order of the grammar.
    fn node<const N: usize>(
        &self,
        node: Node,
        fields: [Value; N],
        loc: Option<Location>,
    ) -> PyResult<Value> {
        let known = self.classes.node(node);
        debug_assert_eq!(known.fields.len(), N, "{node:?}");
        if let Some(singleton) = &known.singleton {
            return Ok(singleton.clone());
        }
        let object = self.cx.heap().allocate(&known.class, Ast).into_value();
        for ((_, name), value) in known.fields.iter().zip(fields) {
            attrs::set(self.cx, &object, name, value)?;
        }
        if let Some(loc) = loc {
            let places = [loc.lineno, loc.col, loc.end_lineno, loc.end_col];
            for (name, place) in self.classes.places.iter().zip(places) {
                let place = self.cx.new_int(i64::from(place));
                attrs::set(self.cx, &object, name, place)?;
            }
        }
        Ok(object)
    }

    fn list(&self, items: Vec<Value>) -> Value {
        self.cx.new_list(items).into_value()
    }

    fn all<T>(&self, items: &[T], convert: impl Fn(&T) -> PyResult<Value>) -> PyResult<Value> {
        let items: PyResult<Vec<_>> = items.iter().map(convert).collect();
        Ok(self.list(items?))
    }

    fn name(&self, name: Name) -> Value {
        let mut texts = self.texts.borrow_mut();
        if texts.len() <= name.index() {
            texts.resize(name.index() + 1, None);
        }
        let text = texts[name.index()].get_or_insert_with(|| self.cx.intern(self.names.text(name)));
        text.to_value()
    }

    fn opt_name(&self, name: Option<Name>) -> Value {
        name.map_or(Value::NONE, |name| self.name(name))
    }

    fn identifiers(&self, names: &[Name]) -> Value {
        self.list(names.iter().map(|name| self.name(*name)).collect())
    }

    fn exprs(&self, expressions: &[Expr]) -> PyResult<Value> {
        self.all(expressions, |expression| self.expr(expression))
    }

    fn opt_expr(&self, expression: Option<&Expr>) -> PyResult<Value> {
        expression.map_or(Ok(Value::NONE), |expression| self.expr(expression))
    }

    fn opt_exprs(&self, expressions: &[Option<Expr>]) -> PyResult<Value> {
        self.all(expressions, |expression| self.opt_expr(expression.as_ref()))
    }

    fn number(&self, number: i32) -> Value {
        self.cx.new_int(i64::from(number))
    }

    fn constant(&self, constant: &Constant) -> PyResult<Value> {
        match constant {
            // Not interned, unlike in code objects.
            Constant::Str(text) => Ok(self.cx.new_str(&**text)?.into_value()),
            other => self.cx.value_of_constant(other),
        }
    }
}
