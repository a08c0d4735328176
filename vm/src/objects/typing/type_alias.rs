//! `typing.TypeAliasType`: what the statement `type A = int` makes.

use taipan_macros::{pyclass, pymethods};

use super::{
    Lazy, ParamSpec, TypeVar, TypeVarTuple, calling_module, iter_unpacked, unpack_type_var_tuples,
};
use crate::ctx::Ctx;
use crate::error::PyResult;
use crate::heap::{Traverse, Visitor};
use crate::objects::function::Function;
use crate::objects::{Str, Tuple, Type};
use crate::value::{Py, Value};

/// Type alias.
///
/// Type aliases are created through the type statement::
///
///     type Alias = int
///
/// In this example, Alias and int will be treated equivalently by static
/// type checkers.
///
/// At runtime, Alias is an instance of TypeAliasType. The __name__
/// attribute holds the name of the type alias. The value of the type alias
/// is stored in the __value__ attribute. It is evaluated lazily, so the
/// value is computed only if the attribute is accessed.
///
/// Type aliases can also be generic::
///
///     type ListOrSet[T] = list[T] | set[T]
///
/// In this case, the type parameters of the alias are stored in the
/// __type_params__ attribute.
///
/// See PEP 695 for more information.
#[pyclass(
    name = "TypeAliasType",
    module = "typing",
    immutable,
    traverse,
    text_signature = None
)]
pub struct TypeAliasType {
    name: Py<Str>,
    params: Option<Py<Tuple>>,
    value: Lazy,
    module: Option<Value>,
}

impl Traverse for TypeAliasType {
    fn traverse(&self, visit: &mut Visitor<'_>) {
        visit(self.name.as_value());
        self.params
            .iter()
            .for_each(|params| visit(params.as_value()));
        self.value.traverse(visit);
        self.module.iter().for_each(visit);
    }

    fn clear(&self) {
        self.value.clear();
    }
}

pub(super) fn make(cx: &Ctx, name: Py<Str>, params: Option<Py<Tuple>>, compute: Value) -> Value {
    let payload = TypeAliasType {
        name,
        params,
        value: Lazy::computed(compute),
        module: None,
    };
    let class = cx.native_class(TypeAliasType::class());
    cx.heap().allocate(&class, payload).into_value()
}

/// Refuses what is no type parameter, and parameters without default behind such with one.
fn check_params(cx: &Ctx, params: &Py<Tuple>) -> PyResult<()> {
    let mut default_seen = false;
    for param in params.as_slice() {
        let default = if let Some(param) = param.downcast_ref::<TypeVar>() {
            &param.default
        } else if let Some(param) = param.downcast_ref::<ParamSpec>() {
            &param.default
        } else if let Some(param) = param.downcast_ref::<TypeVarTuple>() {
            &param.default
        } else {
            let param = cx.repr(param)?;
            return Err(cx.type_error(format!(
                "Expected a type param, got {}",
                param.to_string_lossy()
            )));
        };
        if default.has_default(cx) {
            default_seen = true;
        } else if default_seen {
            let param = cx.repr(param)?;
            return Err(cx.type_error(format!(
                "non-default type parameter '{}' follows default type parameter",
                param.to_string_lossy()
            )));
        }
    }
    Ok(())
}

#[pymethods]
impl TypeAliasType {
    #[new(
        name = "typealias",
        signature = (name, value, *, type_params = None),
        text_signature = None
    )]
    fn new(
        cx: &Ctx,
        cls: &Py<Type>,
        name: &Py<Str>,
        value: &Value,
        type_params: Option<&Value>,
    ) -> PyResult<Value> {
        let params = match type_params {
            None => None,
            Some(params) => match params.downcast_ref::<Tuple>() {
                Some(params) => Some(params.clone()),
                None => return Err(cx.type_error("type_params must be a tuple")),
            },
        };
        params
            .iter()
            .try_for_each(|params| check_params(cx, params))?;
        let payload = TypeAliasType {
            name: name.clone(),
            params: params.filter(|params| params.length() > 0),
            value: Lazy::given(value.clone()),
            module: calling_module(cx),
        };
        Ok(cx.heap().allocate(cls, payload).into_value())
    }

    fn __repr__(&self) -> Py<Str> {
        self.name.clone()
    }

    fn __iter__(this: &Value, cx: &Ctx) -> PyResult<Value> {
        iter_unpacked(cx, this)
    }

    fn __or__(left: &Value, cx: &Ctx, right: &Value) -> PyResult<Value> {
        cx.union_of_operands(left, right)
    }

    fn __getitem__(this: &Py<TypeAliasType>, cx: &Ctx, item: &Value) -> PyResult<Value> {
        if this.params.is_none() {
            return Err(cx.type_error("Only generic type aliases are subscriptable"));
        }
        Ok(cx.new_generic_alias(this.as_value(), item))
    }

    fn __reduce__(&self) -> Py<Str> {
        self.name.clone()
    }

    #[member]
    fn __name__(&self) -> Py<Str> {
        self.name.clone()
    }

    #[getter]
    fn __parameters__(&self, cx: &Ctx) -> PyResult<Py<Tuple>> {
        match &self.params {
            Some(params) => unpack_type_var_tuples(cx, params),
            None => Ok(cx.new_tuple(Vec::new())),
        }
    }

    #[getter]
    fn __type_params__(&self, cx: &Ctx) -> Py<Tuple> {
        let none = || cx.new_tuple(Vec::new());
        self.params.clone().unwrap_or_else(none)
    }

    #[getter]
    fn __value__(&self, cx: &Ctx) -> PyResult<Option<Value>> {
        self.value.get(cx)
    }

    #[getter]
    fn evaluate_value(&self, cx: &Ctx) -> Option<Value> {
        self.value.evaluator(cx)
    }

    #[getter]
    fn __module__(&self) -> Option<Value> {
        if let Some(module) = &self.module {
            return Some(module.clone());
        }
        let compute = self.value.evaluate.get()?;
        compute.downcast_ref::<Function>()?.module.get()
    }
}
