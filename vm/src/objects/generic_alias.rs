//! `types.GenericAlias`: what `list[int]` is.
//!
//! CPython 3.14: `Objects/genericaliasobject.c`. Tests: `tests/run/generic_alias/`.

use std::cell::{OnceCell, RefCell};

use taipan_macros::{pyclass, pymethods};

use crate::ctx::Ctx;
use crate::error::PyResult;
use crate::heap::{Traverse, Visitor};
use crate::native::Args;
use crate::objects::object::generic_get_attribute;
use crate::objects::slots::CompareOp;
use crate::objects::type_parameters::{argument_list_text, as_tuple, find_parameters, substitute};
use crate::objects::{List, Str, Tuple, Type};
use crate::value::{Py, Value};

/// Represent a PEP 585 generic type
///
/// E.g. for t = list[int], t.__origin__ is list and t.__args__ is (int,).
#[pyclass(
    name = "GenericAlias",
    module = "types",
    subclassable,
    weakref,
    traverse,
    text_signature = "(origin, args, /)"
)]
pub struct GenericAlias {
    pub origin: Value,
    pub args: Py<Tuple>,
    parameters: OnceCell<Py<Tuple>>,
    /// `*tuple[int]`.
    starred: bool,
}

impl Traverse for GenericAlias {
    fn traverse(&self, visit: &mut Visitor<'_>) {
        visit(&self.origin);
        visit(self.args.as_value());
        self.parameters
            .get()
            .into_iter()
            .for_each(|known| visit(known.as_value()));
    }
}

/// Attributes that are the alias's own; all others are those of the origin.
const OWN: [&str; 9] = [
    "__class__",
    "__origin__",
    "__args__",
    "__unpacked__",
    "__parameters__",
    "__typing_unpacked_tuple_args__",
    "__mro_entries__",
    "__reduce_ex__",
    "__reduce__",
];

/// Attributes of the origin that an alias does not show.
const BLOCKED: [&str; 3] = ["__bases__", "__copy__", "__deepcopy__"];

impl Py<GenericAlias> {
    fn parameters(&self, cx: &Ctx) -> PyResult<Py<Tuple>> {
        if let Some(known) = self.parameters.get() {
            return Ok(known.clone());
        }
        let found = cx.new_tuple(find_parameters(cx, self.args.as_slice())?);
        Ok(self.parameters.get_or_init(|| found).clone())
    }
}

#[pymethods]
impl GenericAlias {
    #[new]
    fn make(cx: &Ctx, cls: &Py<Type>, args: Args<'_>) -> PyResult<Value> {
        if args.has_keywords() {
            return Err(cx.type_error("GenericAlias() takes no keyword arguments"));
        }
        let [origin, item] = args.positional() else {
            let given = args.positional().len();
            return Err(cx.type_error(format!("GenericAlias expected 2 arguments, got {given}")));
        };
        let args = as_tuple(cx, item);
        Ok(cx.make_alias(cls, origin.clone(), args, false))
    }

    fn __repr__(this: &Py<GenericAlias>, cx: &Ctx) -> PyResult<String> {
        let star = if this.starred { "*" } else { "" };
        let origin = argument_list_text(cx, &this.origin)?;
        if this.args.length() == 0 {
            return Ok(format!("{star}{origin}[()]"));
        }
        let Some(_guard) = cx.enter_repr(this.as_value()) else {
            return Ok("...".to_owned());
        };
        let mut parts = Vec::with_capacity(this.args.length());
        for arg in this.args.as_slice() {
            parts.push(argument_list_text(cx, arg)?);
        }
        Ok(format!("{star}{origin}[{}]", parts.join(", ")))
    }

    fn __hash__(&self, cx: &Ctx) -> PyResult<i64> {
        Ok(cx.hash(&self.origin)? ^ cx.hash(self.args.as_value())?)
    }

    fn __call__(this: &Py<GenericAlias>, cx: &Ctx, args: Args<'_>) -> PyResult<Value> {
        let made = cx.call_with(&this.origin, args)?;
        let types = cx.types();
        match cx.set_attr(&made, &cx.names().__orig_class__, Some(this.as_value())) {
            Err(error)
                if !cx.matches(&error, &types.attribute_error)
                    && !cx.matches(&error, &types.type_error) =>
            {
                Err(error)
            }
            _ => Ok(made),
        }
    }

    fn __getattribute__(
        this: &Py<GenericAlias>,
        cx: &Ctx,
        name: &Py<Str>,
    ) -> PyResult<Option<Value>> {
        let is_in = |list: &[&str]| list.iter().any(|known| name.as_wtf8() == *known);
        if is_in(&BLOCKED) || is_in(&OWN) {
            return generic_get_attribute(cx, this.as_value(), name);
        }
        cx.get_attr(&this.origin, name).map(Some)
    }

    fn __richcompare__(&self, cx: &Ctx, other: &Value, op: CompareOp) -> PyResult<Value> {
        let (CompareOp::Eq | CompareOp::Ne, Some(other)) = (op, other.downcast_ref::<Self>())
        else {
            return Ok(Value::NOT_IMPLEMENTED);
        };
        let equal = self.starred == other.starred
            && cx.is_equal(&self.origin, &other.origin)?
            && cx.is_equal(self.args.as_value(), other.args.as_value())?;
        Ok(Value::bool(equal == (op == CompareOp::Eq)))
    }

    fn __iter__(this: &Py<GenericAlias>, cx: &Ctx) -> PyResult<Value> {
        let iterator = GenericAliasIterator {
            alias: RefCell::new(Some(this.clone())),
        };
        let class = cx.native_class(GenericAliasIterator::class());
        Ok(cx.heap().allocate(&class, iterator).into_value())
    }

    fn __or__(left: &Value, cx: &Ctx, right: &Value) -> PyResult<Value> {
        cx.union_of_operands(left, right)
    }

    fn __getitem__(this: &Py<GenericAlias>, cx: &Ctx, item: &Value) -> PyResult<Value> {
        let parameters = this.parameters(cx)?;
        let args = substitute(
            cx,
            this.as_value(),
            this.args.as_slice(),
            parameters.as_slice(),
            item,
        )?;
        let class = this.header().class();
        Ok(cx.make_alias(class, this.origin.clone(), cx.new_tuple(args), this.starred))
    }

    #[pymethod(text_signature = "($self, object, /)")]
    fn __mro_entries__(&self, cx: &Ctx, bases: &Value) -> Value {
        let _ = bases;
        cx.new_tuple(vec![self.origin.clone()]).into_value()
    }

    #[pymethod(text_signature = "($self, object, /)")]
    fn __instancecheck__(&self, cx: &Ctx, instance: &Value) -> PyResult<bool> {
        let _ = instance;
        Err(cx.type_error("isinstance() argument 2 cannot be a parameterized generic"))
    }

    #[pymethod(text_signature = "($self, object, /)")]
    fn __subclasscheck__(&self, cx: &Ctx, class: &Value) -> PyResult<bool> {
        let _ = class;
        Err(cx.type_error("issubclass() argument 2 cannot be a parameterized generic"))
    }

    fn __reduce__(this: &Py<GenericAlias>, cx: &Ctx) -> PyResult<Value> {
        let class = this.header().class();
        if this.starred {
            let plain = cx.make_alias(class, this.origin.clone(), this.args.clone(), false);
            let iterator = cx.iter(&plain)?;
            let args = cx.new_tuple(vec![iterator]).into_value();
            return Ok(cx.new_tuple(vec![cx.builtin("next")?, args]).into_value());
        }
        let args = cx
            .new_tuple(vec![this.origin.clone(), this.args.to_value()])
            .into_value();
        Ok(cx.new_tuple(vec![class.to_value(), args]).into_value())
    }

    fn __dir__(&self, cx: &Ctx) -> PyResult<Value> {
        let dir = cx.call(&cx.builtin("dir")?, std::slice::from_ref(&self.origin))?;
        if let Some(list) = dir.downcast_ref::<List>() {
            for name in OWN {
                let name = cx.intern(name).into_value();
                let known = list.to_vec();
                if !known
                    .iter()
                    .any(|item| cx.is_equal(item, &name).unwrap_or(false))
                {
                    list.push(name);
                }
            }
        }
        Ok(dir)
    }

    #[member]
    fn __origin__(&self) -> Value {
        self.origin.clone()
    }

    #[member]
    fn __args__(&self) -> Py<Tuple> {
        self.args.clone()
    }

    #[member]
    fn __unpacked__(&self) -> bool {
        self.starred
    }

    /// Type variables in the GenericAlias.
    #[getter]
    fn __parameters__(this: &Py<GenericAlias>, cx: &Ctx) -> PyResult<Py<Tuple>> {
        this.parameters(cx)
    }

    #[getter]
    fn __typing_unpacked_tuple_args__(&self, cx: &Ctx) -> Option<Py<Tuple>> {
        let is_tuple = self.origin.is(cx.types().tuple.as_value());
        (self.starred && is_tuple).then(|| self.args.clone())
    }
}

// Gives the starred form of an alias, once: what `*tuple[int]` unpacks.
#[pyclass(name = "generic_alias_iterator", no_new, traverse)]
struct GenericAliasIterator {
    alias: RefCell<Option<Py<GenericAlias>>>,
}

#[pymethods]
impl GenericAliasIterator {
    fn __iter__(this: &Value) -> Value {
        this.clone()
    }

    fn __next__(&self, cx: &Ctx) -> Option<Value> {
        let alias = self.alias.take()?;
        let class = alias.header().class();
        Some(cx.make_alias(class, alias.origin.clone(), alias.args.clone(), true))
    }

    #[pymethod(text_signature = None)]
    fn __reduce__(&self, cx: &Ctx) -> PyResult<Value> {
        let iter = cx.builtin("iter")?;
        let rest = match &*self.alias.borrow() {
            Some(alias) => alias.to_value(),
            None => cx.isolate().empty_tuple().into_value(),
        };
        let args = cx.new_tuple(vec![rest]).into_value();
        Ok(cx.new_tuple(vec![iter, args]).into_value())
    }
}

impl Traverse for GenericAliasIterator {
    fn traverse(&self, visit: &mut Visitor<'_>) {
        self.alias
            .borrow()
            .iter()
            .for_each(|alias| visit(alias.as_value()));
    }
}

impl Ctx {
    fn make_alias(&self, class: &Py<Type>, origin: Value, args: Py<Tuple>, starred: bool) -> Value {
        let alias = GenericAlias {
            origin,
            args,
            parameters: OnceCell::new(),
            starred,
        };
        self.heap().allocate(class, alias).into_value()
    }

    /// `origin[item]` for a class that is generic only in name (`__class_getitem__`).
    pub fn new_generic_alias(&self, origin: &Value, item: &Value) -> Value {
        self.make_alias(
            &self.types().generic_alias,
            origin.clone(),
            as_tuple(self, item),
            false,
        )
    }
}
