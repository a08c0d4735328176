//! Type parameters, type aliases and `Generic`: what `def f[T]()`, `class C[T]` and `type A = int` are made of.
//!
//! CPython 3.14: `Objects/typevarobject.c`. Much of what these types do is written in Python (`typing.py`); the module is
//! imported when it is first needed. Tests: `tests/run/type_params/`.

pub mod const_evaluator;
pub mod generic;
pub mod no_default;
mod param_spec;
mod param_spec_parts;
mod type_alias;
mod type_var;
mod type_var_tuple;

use crate::ctx::Ctx;
use crate::error::{PyErr, PyResult};
use crate::field::Field;
use crate::heap::Visitor;
use crate::objects::{Str, Tuple};
use crate::value::{Py, Value};

pub use param_spec::ParamSpec;
pub use param_spec_parts::{ParamSpecArgs, ParamSpecKwargs};
pub use type_alias::TypeAliasType;
pub use type_var::TypeVar;
pub use type_var_tuple::TypeVarTuple;

/// `annotationlib.Format.VALUE`: the argument with which lazily evaluated parts are called.
const FORMAT_VALUE: i64 = 1;
/// `annotationlib.Format.STRING`.
const FORMAT_STRING: i64 = 4;

/// Calls a function of the module `typing`.
///
/// # Errors
/// What the import or the function raises.
fn call_typing(cx: &Ctx, function: &str, args: &[Value]) -> PyResult<Value> {
    let name = cx.intern("typing").into_value();
    let module = cx.call(&cx.builtin("__import__")?, &[name])?;
    let function = cx.get_attr(&module, &cx.intern(function))?;
    cx.call(&function, args)
}

/// The module of the Python code that runs now; `None` outside of all.
fn calling_module(cx: &Ctx) -> Option<Value> {
    cx.current_globals()?.get_str(&cx.names().__name__)
}

/// Says where an object was made, as an attribute of its own.
fn set_module(cx: &Ctx, value: &Value) -> PyResult<()> {
    let module = calling_module(cx).unwrap_or(Value::NONE);
    cx.set_attr(value, &cx.names().__module__, Some(&module))
}

fn cannot_subclass(cx: &Ctx, class: &str) -> PyErr {
    cx.type_error(format!("Cannot subclass an instance of {class}"))
}

/// Whether a parameter takes what its bound says, or more, or less.
#[derive(Clone, Copy)]
struct Variance {
    covariant: bool,
    contravariant: bool,
    inferred: bool,
}

impl Variance {
    /// The parameters of `def f[T]()`: the type checker finds out.
    const INFERRED: Self = Self {
        covariant: false,
        contravariant: false,
        inferred: true,
    };

    fn checked(cx: &Ctx, covariant: bool, contravariant: bool, inferred: bool) -> PyResult<Self> {
        if covariant && contravariant {
            return Err(cx.value_error("Bivariant types are not supported."));
        }
        if inferred && (covariant || contravariant) {
            return Err(cx.value_error("Variance cannot be specified with infer_variance."));
        }
        Ok(Self {
            covariant,
            contravariant,
            inferred,
        })
    }

    /// The name as `repr` shows it.
    fn mark(self, name: &Py<Str>) -> String {
        let mark = match self {
            Self { inferred: true, .. } => "",
            Self {
                covariant: true, ..
            } => "+",
            Self {
                contravariant: true,
                ..
            } => "-",
            _ => "~",
        };
        format!("{mark}{}", name.to_string_lossy())
    }
}

/// A value that is given, or computed when it is first asked for.
#[derive(Default)]
struct Lazy {
    value: Field<Option<Value>>,
    evaluate: Field<Option<Value>>,
}

impl Lazy {
    fn given(value: Value) -> Self {
        Self {
            value: Field::new(Some(value)),
            evaluate: Field::default(),
        }
    }

    fn computed(evaluate: Value) -> Self {
        Self {
            value: Field::default(),
            evaluate: Field::new(Some(evaluate)),
        }
    }

    fn get(&self, cx: &Ctx) -> PyResult<Option<Value>> {
        if let Some(value) = self.value.get() {
            return Ok(Some(value));
        }
        let Some(evaluate) = self.evaluate.get() else {
            return Ok(None);
        };
        let value = cx.call(&evaluate, &[cx.new_int(FORMAT_VALUE)])?;
        self.value.set(Some(value.clone()));
        Ok(Some(value))
    }

    /// What computes it; a function that returns it if it was given.
    fn evaluator(&self, cx: &Ctx) -> Option<Value> {
        self.evaluate
            .get()
            .or_else(|| self.value.get().map(|value| const_evaluator::of(cx, value)))
    }

    fn traverse(&self, visit: &mut Visitor<'_>) {
        for field in [&self.value, &self.evaluate] {
            field.peek(|value| value.iter().for_each(&mut *visit));
        }
    }

    fn clear(&self) {
        self.value.set(None);
        self.evaluate.set(None);
    }

    /// Whether there is a default: `NoDefault` is none.
    fn has_default(&self, cx: &Ctx) -> bool {
        self.evaluate.get().is_some()
            || self
                .value
                .get()
                .is_some_and(|value| !value.is(&no_default::no_default(cx)))
    }

    /// As the default of a parameter: `NoDefault` if there is none.
    fn default_value(&self, cx: &Ctx) -> PyResult<Value> {
        Ok(self.get(cx)?.unwrap_or_else(|| no_default::no_default(cx)))
    }
}

/// The items of a tuple, `TypeVarTuple`s unpacked (`Ts` becomes `Unpack[Ts]`).
fn unpack_type_var_tuples(cx: &Ctx, params: &Py<Tuple>) -> PyResult<Py<Tuple>> {
    let is_packed = |value: &Value| value.downcast_ref::<TypeVarTuple>().is_some();
    if !params.as_slice().iter().any(is_packed) {
        return Ok(params.clone());
    }
    let mut unpacked = Vec::with_capacity(params.length());
    for param in params.as_slice() {
        unpacked.push(if is_packed(param) {
            unpack(cx, param)?
        } else {
            param.clone()
        });
    }
    Ok(cx.new_tuple(unpacked))
}

/// `typing.Unpack[value]`.
fn unpack(cx: &Ctx, value: &Value) -> PyResult<Value> {
    let name = cx.intern("typing").into_value();
    let module = cx.call(&cx.builtin("__import__")?, &[name])?;
    let unpack = cx.get_attr(&module, &cx.intern("Unpack"))?;
    cx.get_item(&unpack, value)
}

/// The iterator of `*value`: one `Unpack[value]`.
fn iter_unpacked(cx: &Ctx, value: &Value) -> PyResult<Value> {
    let unpacked = unpack(cx, value)?;
    cx.iter(cx.new_tuple(vec![unpacked]).as_value())
}

fn name_of(cx: &Ctx, value: &Value) -> PyResult<Py<Str>> {
    value
        .downcast_ref::<Str>()
        .cloned()
        .ok_or_else(|| cx.system_error("a type parameter's name is no str"))
}

/// `T` of `def f[T]()`.
pub(crate) fn make_type_var(cx: &Ctx, name: &Value) -> PyResult<Value> {
    let name = name_of(cx, name)?;
    Ok(type_var::make(cx, name, Lazy::default(), Lazy::default()))
}

/// `T` of `def f[T: bound]()`.
pub(crate) fn make_type_var_with_bound(cx: &Ctx, name: &Value, evaluate: Value) -> PyResult<Value> {
    let name = name_of(cx, name)?;
    let bound = Lazy::computed(evaluate);
    Ok(type_var::make(cx, name, bound, Lazy::default()))
}

/// `T` of `def f[T: (one, another)]()`.
pub(crate) fn make_type_var_with_constraints(
    cx: &Ctx,
    name: &Value,
    evaluate: Value,
) -> PyResult<Value> {
    let name = name_of(cx, name)?;
    let constraints = Lazy::computed(evaluate);
    Ok(type_var::make(cx, name, Lazy::default(), constraints))
}

/// `P` of `def f[**P]()`.
pub(crate) fn make_param_spec(cx: &Ctx, name: &Value) -> PyResult<Value> {
    Ok(param_spec::make(cx, name_of(cx, name)?))
}

/// `Ts` of `def f[*Ts]()`.
pub(crate) fn make_type_var_tuple(cx: &Ctx, name: &Value) -> PyResult<Value> {
    Ok(type_var_tuple::make(cx, name_of(cx, name)?))
}

/// Gives a type parameter the function that computes its default.
pub(crate) fn set_default(cx: &Ctx, param: Value, evaluate: Value) -> PyResult<Value> {
    let field = if let Some(param) = param.downcast_ref::<TypeVar>() {
        &param.default.evaluate
    } else if let Some(param) = param.downcast_ref::<ParamSpec>() {
        &param.default.evaluate
    } else if let Some(param) = param.downcast_ref::<TypeVarTuple>() {
        &param.default.evaluate
    } else {
        let class = cx.type_name(&param);
        return Err(cx.type_error(format!("Expected a type param, got {class}")));
    };
    field.set(Some(evaluate));
    Ok(param)
}

/// `Generic[params]`, the hidden base of `class C[params]`.
pub(crate) fn subscript_generic(cx: &Ctx, params: &Value) -> PyResult<Value> {
    let Some(params) = params.downcast_ref::<Tuple>() else {
        return Err(cx.system_error("type parameters are no tuple"));
    };
    let params = unpack_type_var_tuples(cx, params)?.into_value();
    let generic = cx.native_class(generic::generic()).into_value();
    call_typing(cx, "_GenericAlias", &[generic, params])
}

/// `type NAME[params] = ...` out of the three.
pub(crate) fn make_type_alias(cx: &Ctx, parts: &Value) -> PyResult<Value> {
    let parts = parts.downcast_ref::<Tuple>().map(|parts| parts.as_slice());
    let Some([name, params, compute]) = parts else {
        return Err(cx.system_error("a type alias is made of three parts"));
    };
    let params = params.downcast_ref::<Tuple>().cloned();
    Ok(type_alias::make(
        cx,
        name_of(cx, name)?,
        params,
        compute.clone(),
    ))
}
