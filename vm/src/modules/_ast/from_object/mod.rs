//! Objects as a tree of the compiler.
//!
//! CPython 3.14: `PyAST_obj2mod`, `obj2ast_*` (`Python/Python-ast.c`). What an object says about itself is asked field by
//! field; whether the tree makes sense is the business of `taipan_compiler::validate`.

mod constant;
mod expr;
mod parts;
mod pattern;
mod stmt;

use std::rc::Rc;

use taipan_compiler::ast::{Expr, Interner, Mod, Name, TypeIgnore};
use taipan_compiler::location::Location;
use taipan_compiler::parse::Parsed;

use super::base::Ast;
use super::classes::Classes;
use super::nodes::{Count, Group, Node, Places};
use crate::ctx::Ctx;
use crate::error::{PyErr, PyResult};
use crate::objects::{List, Str};
use crate::value::{Py, Value};

/// Whether a value is a node.
pub(crate) fn is_tree(cx: &Ctx, value: &Value) -> PyResult<bool> {
    cx.is_instance(value, cx.native_class(Ast::class()).as_value())
}

/// The tree that an object stands for; it must be an instance of the class named `wanted`.
///
/// # Errors
/// `TypeError` or `ValueError` for what is no tree; what attributes raise.
pub(crate) fn tree_of_object(cx: &Ctx, object: &Value, wanted: &str) -> PyResult<Parsed> {
    cx.audit("compile", &[object.clone(), Value::NONE])?;
    let mut reader = Reader {
        cx,
        classes: Classes::of(cx)?,
        names: Interner::new(),
    };
    let class = reader.classes.named(wanted);
    if let Some(class) = class
        && !cx.is_instance(object, class.as_value())?
    {
        let given = cx.type_name(object);
        return Err(cx.type_error(format!("expected {wanted} node, got {given}")));
    }
    let module = reader.module(object)?;
    Ok(Parsed {
        module,
        names: reader.names,
        warnings: Vec::new(),
        is_deep: true,
    })
}

struct Reader<'a> {
    cx: &'a Ctx,
    classes: Rc<Classes>,
    names: Interner,
}

/// An object that is read as a node.
#[derive(Clone, Copy)]
struct Source<'o> {
    object: &'o Value,
    node: Node,
}

impl Reader<'_> {
    fn module(&mut self, object: &Value) -> PyResult<Mod> {
        let source = self.source(object, Group::Mod)?;
        Ok(match source.node {
            Node::Interactive => Mod::Interactive {
                body: self.stmts(source, 0)?,
            },
            Node::Expression => Mod::Expression {
                body: self.boxed(source, 0)?,
            },
            Node::FunctionType => Mod::FunctionType {
                argtypes: self.exprs(source, 0)?,
                returns: self.boxed(source, 1)?,
            },
            _ => Mod::Module {
                body: self.stmts(source, 0)?,
                type_ignores: self.list(source, 1, Self::type_ignore)?,
            },
        })
    }

    /// Which node of `group` an object is.
    fn source<'o>(&self, object: &'o Value, group: Group) -> PyResult<Source<'o>> {
        let class = self.cx.class_of(object);
        let nodes = group.nodes();
        let exact = nodes
            .iter()
            .find(|node| self.classes.node(**node).class.is(class));
        if let Some(&node) = exact {
            return Ok(Source { object, node });
        }
        for &node in nodes {
            let class = &self.classes.node(node).class;
            if self.cx.is_instance(object, class.as_value())? {
                return Ok(Source { object, node });
            }
        }
        let shown = self.cx.repr(object)?;
        Err(self.cx.type_error(format!(
            "expected some sort of {}, but got {}",
            group.def().name,
            shown.to_string_lossy()
        )))
    }

    /// A field, if it is there and not `None`; `None` counts for constants.
    fn field(&self, source: Source<'_>, index: usize) -> PyResult<Option<Value>> {
        let (_, name) = &self.classes.node(source.node).fields[index];
        self.cx.find_attr(source.object, name)
    }

    fn opt_field(&self, source: Source<'_>, index: usize) -> PyResult<Option<Value>> {
        let value = self.field(source, index)?;
        Ok(value.filter(|value| !value.is_none()))
    }

    /// A field that must be there.
    fn given(&self, source: Source<'_>, index: usize) -> PyResult<Value> {
        match self.field(source, index)? {
            Some(value) => Ok(value),
            None => {
                let field = self.classes.node(source.node).fields[index].0.name;
                Err(self.missing(field, source.node.def().name))
            }
        }
    }

    /// A field that must be there and not `None`.
    fn required(&self, source: Source<'_>, index: usize) -> PyResult<Value> {
        let value = self.given(source, index)?;
        if value.is_none() {
            let field = self.classes.node(source.node).fields[index].0.name;
            return Err(self.cx.value_error(format!(
                "field '{field}' is required for {}",
                source.node.def().name
            )));
        }
        self.check_depth(source)?;
        Ok(value)
    }

    fn missing(&self, field: &str, owner: &str) -> PyErr {
        self.cx
            .type_error(format!("required field \"{field}\" missing from {owner}"))
    }

    fn check_depth(&self, source: Source<'_>) -> PyResult<()> {
        // The message is made only if it is needed.
        self.cx.check_native_stack("").map_err(|_| {
            self.cx.recursion_error(format!(
                "maximum recursion depth exceeded while traversing '{}' node",
                source.node.def().name
            ))
        })
    }

    /// The items of a list field, each through `convert`.
    fn list<T>(
        &mut self,
        source: Source<'_>,
        index: usize,
        mut convert: impl FnMut(&mut Self, &Value) -> PyResult<T>,
    ) -> PyResult<Vec<T>> {
        let classes = self.classes.clone();
        let (def, name) = &classes.node(source.node).fields[index];
        debug_assert_eq!(def.count, Count::Many);
        let owner = source.node.def().name;
        let Some(value) = self.cx.find_attr(source.object, name)? else {
            return Ok(Vec::new());
        };
        let Some(items) = value.downcast_ref::<List>() else {
            let given = self.cx.type_name(&value);
            return Err(self.cx.type_error(format!(
                "{owner} field \"{}\" must be a list, not a {given}",
                def.name
            )));
        };
        self.check_depth(source)?;
        let length = items.length();
        let mut converted = Vec::with_capacity(length);
        for index in 0..length {
            let item = items.get(index);
            if let Some(item) = item {
                converted.push(convert(self, &item)?);
            }
            if items.length() != length {
                return Err(self.cx.runtime_error(format!(
                    "{owner} field \"{}\" changed size during iteration",
                    def.name
                )));
            }
        }
        Ok(converted)
    }

    /// Where a node stands.
    fn location(&self, object: &Value, group: Group) -> PyResult<Location> {
        let def = group.def();
        let place = |index: usize| -> PyResult<Option<i32>> {
            let name = &self.classes.places[index];
            let is_open = index >= 2 && def.places == Places::OpenEnd;
            match self.cx.find_attr(object, name)? {
                Some(value) if !(is_open && value.is_none()) => self.int(&value).map(Some),
                _ if is_open => Ok(None),
                _ => Err(self.missing(&name.to_string_lossy(), def.name)),
            }
        };
        let (lineno, col) = (place(0)?.unwrap_or(0), place(1)?.unwrap_or(0));
        let end_lineno = place(2)?.unwrap_or(lineno);
        let end_col = place(3)?.unwrap_or(col);
        Ok(Location::new(lineno, end_lineno, col, end_col))
    }

    fn int(&self, value: &Value) -> PyResult<i32> {
        let Some(int) = value.as_int() else {
            let shown = self.cx.repr(value)?;
            return Err(self.cx.value_error(format!(
                "invalid integer value: {}",
                shown.to_string_lossy()
            )));
        };
        int.to_i64()
            .and_then(|value| i32::try_from(value).ok())
            .ok_or_else(|| {
                self.cx
                    .overflow_error("Python int too large to convert to C int")
            })
    }

    fn int_field(&self, source: Source<'_>, index: usize) -> PyResult<i32> {
        self.int(&self.given(source, index)?)
    }

    fn identifier(&mut self, value: &Value) -> PyResult<Name> {
        let text: Option<&Py<Str>> = value.downcast_ref::<Str>().filter(|text| text.is_exact());
        let Some(text) = text else {
            return Err(self.cx.type_error("AST identifier must be of type str"));
        };
        match text.to_str() {
            Some(text) => Ok(self.names.intern(text)),
            None => Err(self.cx.surrogates_not_allowed(text)),
        }
    }

    fn name(&mut self, source: Source<'_>, index: usize) -> PyResult<Name> {
        let value = self.required(source, index)?;
        self.identifier(&value)
    }

    fn opt_name(&mut self, source: Source<'_>, index: usize) -> PyResult<Option<Name>> {
        let value = self.opt_field(source, index)?;
        value.map(|value| self.identifier(&value)).transpose()
    }

    fn identifiers(&mut self, source: Source<'_>, index: usize) -> PyResult<Vec<Name>> {
        self.list(source, index, Self::identifier)
    }

    /// The comment in a field, as a name of the tree.
    fn type_comment(&mut self, source: Source<'_>, index: usize) -> PyResult<Option<Name>> {
        match self.opt_string(source, index)? {
            Some(text) => self.identifier(text.as_value()).map(Some),
            None => Ok(None),
        }
    }

    fn type_ignore(&mut self, object: &Value) -> PyResult<TypeIgnore> {
        let source = self.source(object, Group::TypeIgnore)?;
        let lineno = self.int_field(source, 0)?;
        let tag = self.given(source, 1)?;
        let tag = tag.downcast_ref::<Str>().filter(|tag| tag.is_exact());
        let tag = tag.ok_or_else(|| self.cx.type_error("AST string must be of type str"))?;
        Ok(TypeIgnore {
            lineno,
            tag: self.identifier(tag.as_value())?,
        })
    }

    /// An optional text: a type comment, the kind of a constant.
    fn opt_string(&self, source: Source<'_>, index: usize) -> PyResult<Option<Py<Str>>> {
        let Some(value) = self.opt_field(source, index)? else {
            return Ok(None);
        };
        match value.downcast::<Str>() {
            Ok(text) if text.is_exact() => Ok(Some(text)),
            _ => Err(self.cx.type_error("AST string must be of type str")),
        }
    }

    fn boxed(&mut self, source: Source<'_>, index: usize) -> PyResult<Box<Expr>> {
        self.required_expr(source, index).map(Box::new)
    }

    fn required_expr(&mut self, source: Source<'_>, index: usize) -> PyResult<Expr> {
        let value = self.required(source, index)?;
        self.expr(&value)
    }

    fn opt_expr(&mut self, source: Source<'_>, index: usize) -> PyResult<Option<Box<Expr>>> {
        match self.opt_field(source, index)? {
            Some(value) => {
                self.check_depth(source)?;
                self.expr(&value).map(|value| Some(Box::new(value)))
            }
            None => Ok(None),
        }
    }

    fn exprs(&mut self, source: Source<'_>, index: usize) -> PyResult<Vec<Expr>> {
        self.list(source, index, |reader, item| {
            if item.is_none() {
                return Err(reader.cx.value_error("None disallowed in expression list"));
            }
            reader.expr(item)
        })
    }

    fn opt_exprs(&mut self, source: Source<'_>, index: usize) -> PyResult<Vec<Option<Expr>>> {
        self.list(source, index, |reader, item| {
            if item.is_none() {
                return Ok(None);
            }
            reader.expr(item).map(Some)
        })
    }

    /// The operator in a field.
    fn operator(&self, source: Source<'_>, index: usize, group: Group) -> PyResult<Node> {
        let value = self.given(source, index)?;
        self.source(&value, group).map(|source| source.node)
    }
}
