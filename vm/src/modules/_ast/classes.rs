//! The classes of an isolate, made from the grammar when somebody first needs one.
//!
//! CPython 3.14: `init_types`, `make_type`, `add_ast_annotations` (`Python/Python-ast.c`).

use std::cell::OnceCell;
use std::rc::Rc;

use super::base::Ast;
use super::nodes::{Count, FieldDef, GROUPS, Group, GroupDef, Node, NodeDef, PLACES, Places};
use crate::ctx::Ctx;
use crate::error::PyResult;
use crate::objects::{Str, Type, TypeFlags};
use crate::protocol::BinaryOp;
use crate::value::{Py, Value};

/// A node's class with what conversions need of it.
pub(super) struct NodeClass {
    pub(super) class: Py<Type>,
    pub(super) fields: Vec<(FieldDef, Py<Str>)>,
    /// The one instance, if the node has neither fields nor places.
    pub(super) singleton: Option<Value>,
}

/// All classes.
pub(super) struct Classes {
    pub(super) base: Py<Type>,
    groups: Vec<Py<Type>>,
    nodes: Vec<NodeClass>,
    pub(super) places: [Py<Str>; 4],
    /// The module's classes by name, in its order.
    names: Vec<(&'static str, Py<Type>)>,
}

#[derive(Default)]
struct State(OnceCell<Rc<Classes>>);

impl Classes {
    /// The isolate's classes.
    pub(super) fn of(cx: &Ctx) -> PyResult<Rc<Classes>> {
        let state = cx.state::<State>();
        if let Some(classes) = state.0.get() {
            return Ok(classes.clone());
        }
        let made = Rc::new(Classes::make(cx)?);
        Ok(state.0.get_or_init(|| made).clone())
    }

    pub(super) fn group(&self, group: Group) -> &Py<Type> {
        &self.groups[group as usize]
    }

    pub(super) fn node(&self, node: Node) -> &NodeClass {
        &self.nodes[node as usize]
    }

    /// The class of that name.
    pub(super) fn named(&self, wanted: &str) -> Option<&Py<Type>> {
        let known = self.names.iter().find(|(name, _)| *name == wanted);
        known.map(|(_, class)| class)
    }

    pub(super) fn all(&self) -> impl Iterator<Item = &(&'static str, Py<Type>)> {
        self.names.iter()
    }

    fn make(cx: &Ctx) -> PyResult<Classes> {
        let base = cx.native_class(Ast::class());
        base.set_flags(TypeFlags::IMMUTABLE, false);
        let empty = cx.new_tuple(Vec::new()).into_value();
        for name in ["_fields", "__match_args__", "_attributes"] {
            cx.set_attr(base.as_value(), &cx.intern(name), Some(&empty))?;
        }
        let mut classes = Classes {
            names: vec![("AST", base.clone())],
            base,
            groups: Vec::new(),
            nodes: Vec::new(),
            places: PLACES.map(|name| cx.intern(name)),
        };
        for def in GROUPS {
            classes.add_group(cx, def)?;
        }
        classes.add_field_types(cx)?;
        Ok(classes)
    }

    fn add_group(&mut self, cx: &Ctx, def: &GroupDef) -> PyResult<()> {
        let base = self.base.clone();
        let group = if def.is_product {
            let node = &def.nodes[0];
            let class = self.add_node(cx, &base, node, def.places)?;
            self.add_places(cx, &class, def.places)?;
            class
        } else {
            let class = new_class(cx, def.name, &base, &[], &def.doc())?;
            self.names.push((def.name, class.clone()));
            self.add_places(cx, &class, def.places)?;
            for node in def.nodes {
                self.add_node(cx, &class, node, def.places)?;
            }
            class
        };
        self.groups.push(group);
        Ok(())
    }

    fn add_node(
        &mut self,
        cx: &Ctx,
        base: &Py<Type>,
        def: &'static NodeDef,
        places: Places,
    ) -> PyResult<Py<Type>> {
        let fields: Vec<_> = def
            .fields()
            .map(|field| (field, cx.intern(field.name)))
            .collect();
        let names: Vec<Value> = fields.iter().map(|(_, name)| name.to_value()).collect();
        let class = new_class(cx, def.name, base, &names, &def.signature())?;
        let place_count = if places == Places::Nowhere {
            0
        } else {
            PLACES.len()
        };
        class.note_attribute_count(fields.len() + place_count);
        for (field, name) in &fields {
            if field.count == Count::Optional {
                cx.set_attr(class.as_value(), name, Some(&Value::NONE))?;
            }
        }
        let singleton = match (fields.is_empty(), places) {
            (true, Places::Nowhere) => Some(cx.heap().allocate(&class, Ast).into_value()),
            _ => None,
        };
        self.names.push((def.name, class.clone()));
        self.nodes.push(NodeClass {
            class: class.clone(),
            fields,
            singleton,
        });
        Ok(class)
    }

    fn add_places(&self, cx: &Ctx, class: &Py<Type>, places: Places) -> PyResult<()> {
        let names = match places {
            Places::Nowhere => Vec::new(),
            Places::OpenEnd | Places::Full => self.places.iter().map(Py::to_value).collect(),
        };
        let names = cx.new_tuple(names).into_value();
        cx.set_attr(class.as_value(), &cx.intern("_attributes"), Some(&names))?;
        if places == Places::OpenEnd {
            for name in &self.places[2..] {
                cx.set_attr(class.as_value(), name, Some(&Value::NONE))?;
            }
        }
        Ok(())
    }

    /// `_field_types` and `__annotations__`, which need all classes.
    fn add_field_types(&self, cx: &Ctx) -> PyResult<()> {
        let (field_types, annotations) = (cx.intern("_field_types"), cx.intern("__annotations__"));
        for node in &self.nodes {
            for attribute in [&field_types, &annotations] {
                let types = cx.new_dict();
                for (field, name) in &node.fields {
                    types.set_str(name, self.field_type(cx, field)?);
                }
                let types = types.into_value();
                cx.set_attr(node.class.as_value(), attribute, Some(&types))?;
            }
        }
        Ok(())
    }

    fn field_type(&self, cx: &Ctx, field: &FieldDef) -> PyResult<Value> {
        let types = cx.types();
        let one = match field.kind {
            "identifier" | "string" => types.str.to_value(),
            "int" => types.int.to_value(),
            "constant" => types.object.to_value(),
            group => {
                let class = self.named(group);
                let class = class.ok_or_else(|| cx.system_error(format!("no class for {group}")));
                class?.to_value()
            }
        };
        match field.count {
            Count::One => Ok(one),
            Count::Optional => cx.binary_op(BinaryOp::Or, &one, &Value::NONE),
            Count::Many => cx.get_item(types.list.as_value(), &one),
        }
    }
}

/// A class as a `class` statement would make it.
fn new_class(
    cx: &Ctx,
    name: &str,
    base: &Py<Type>,
    fields: &[Value],
    doc: &str,
) -> PyResult<Py<Type>> {
    let dict = cx.new_dict();
    let fields = cx.new_tuple(fields.to_vec()).into_value();
    dict.set_str(&cx.intern("_fields"), fields.clone());
    dict.set_str(&cx.intern("__match_args__"), fields);
    dict.set_str(&cx.names().__module__, cx.intern("ast").into_value());
    dict.set_str(&cx.names().__doc__, cx.new_str(doc)?.into_value());
    let bases = cx.new_tuple(vec![base.to_value()]).into_value();
    let args = [cx.intern(name).into_value(), bases, dict.into_value()];
    cx.call(cx.types().type_.as_value(), &args)?
        .downcast::<Type>()
        .map_err(|_| cx.system_error("type() returned no type"))
}
