//! `typing.ParamSpec`: the parameters of a callable that is not known yet.

use taipan_macros::{pyclass, pymethods};

use super::{
    Lazy, ParamSpecArgs, ParamSpecKwargs, Variance, call_typing, cannot_subclass, no_default,
    set_module,
};
use crate::ctx::Ctx;
use crate::error::PyResult;
use crate::heap::{Traverse, Visitor};
use crate::native::bind::Optional;
use crate::objects::{Str, Type};
use crate::value::{Py, Value};

/// Parameter specification variable.
///
/// The preferred way to construct a parameter specification is via the
/// dedicated syntax for generic functions, classes, and type aliases,
/// where the use of '**' creates a parameter specification::
///
///     type IntFunc[**P] = Callable[P, int]
///
/// A default is a list of types, or an ellipsis::
///
///     type IntFuncDefault[**P = [int, str]] = Callable[P, int]
///
/// For compatibility with Python 3.11 and earlier, ParamSpec objects
/// can also be created as follows::
///
///     P = ParamSpec('P')
///     DefaultP = ParamSpec('DefaultP', default=[int, str])
///
/// Parameter specification variables stand for the parameter types of a
/// callable, to say that another has the same. They are only valid when used
/// in ``Concatenate``, or as the first argument to ``Callable``, or as
/// parameters for user-defined Generics.
///
/// Note that only parameter specification variables defined in the global
/// scope can be pickled.
#[pyclass(
    name = "ParamSpec",
    module = "typing",
    dict,
    weakref,
    immutable,
    traverse,
    text_signature = None
)]
pub struct ParamSpec {
    pub(super) name: Py<Str>,
    bound: Option<Value>,
    pub(super) default: Lazy,
    variance: Variance,
}

impl Traverse for ParamSpec {
    fn traverse(&self, visit: &mut Visitor<'_>) {
        visit(self.name.as_value());
        self.bound.iter().for_each(&mut *visit);
        self.default.traverse(visit);
    }

    fn clear(&self) {
        self.default.clear();
    }
}

pub(super) fn make(cx: &Ctx, name: Py<Str>) -> Value {
    let payload = ParamSpec {
        name,
        bound: None,
        default: Lazy::default(),
        variance: Variance::INFERRED,
    };
    let class = cx.native_class(ParamSpec::class());
    cx.heap().allocate(&class, payload).into_value()
}

#[pymethods]
impl ParamSpec {
    #[new(
        name = "paramspec",
        signature = (
            name,
            *,
            bound = None,
            default = Optional::Missing,
            covariant = false,
            contravariant = false,
            infer_variance = false,
        ),
        text_signature = None
    )]
    #[expect(clippy::too_many_arguments, reason = "the constructor's parameters")]
    fn new(
        cx: &Ctx,
        cls: &Py<Type>,
        name: &Py<Str>,
        bound: Option<&Value>,
        default: Optional<&Value>,
        covariant: bool,
        contravariant: bool,
        infer_variance: bool,
    ) -> PyResult<Value> {
        let variance = Variance::checked(cx, covariant, contravariant, infer_variance)?;
        let default = default.given().cloned();
        let payload = ParamSpec {
            name: name.clone(),
            bound: bound.cloned(),
            default: Lazy::given(default.unwrap_or_else(|| no_default::no_default(cx))),
            variance,
        };
        let made = cx.heap().allocate(cls, payload).into_value();
        set_module(cx, &made)?;
        Ok(made)
    }

    fn __repr__(&self) -> String {
        self.variance.mark(&self.name)
    }

    fn __or__(left: &Value, cx: &Ctx, right: &Value) -> PyResult<Value> {
        cx.checked_union_of(left, right)
    }

    #[pymethod(signature = (arg, /))]
    fn __typing_subst__(this: &Value, cx: &Ctx, arg: &Value) -> PyResult<Value> {
        call_typing(cx, "_paramspec_subst", &[this.clone(), arg.clone()])
    }

    #[pymethod(signature = (alias, args, /))]
    fn __typing_prepare_subst__(
        this: &Value,
        cx: &Ctx,
        alias: &Value,
        args: &Value,
    ) -> PyResult<Value> {
        let args = [this.clone(), alias.clone(), args.clone()];
        call_typing(cx, "_paramspec_prepare_subst", &args)
    }

    fn __reduce__(&self) -> Py<Str> {
        self.name.clone()
    }

    fn has_default(&self, cx: &Ctx) -> bool {
        self.default.has_default(cx)
    }

    #[pymethod(signature = (object, /))]
    fn __mro_entries__(&self, cx: &Ctx, object: &Value) -> PyResult<Value> {
        let _ = object;
        Err(cannot_subclass(cx, "ParamSpec"))
    }

    #[member]
    fn __name__(&self) -> Py<Str> {
        self.name.clone()
    }

    #[member]
    fn __bound__(&self) -> Option<Value> {
        self.bound.clone()
    }

    #[member]
    fn __covariant__(&self) -> bool {
        self.variance.covariant
    }

    #[member]
    fn __contravariant__(&self) -> bool {
        self.variance.contravariant
    }

    #[member]
    fn __infer_variance__(&self) -> bool {
        self.variance.inferred
    }

    /// Represents positional arguments.
    #[getter]
    fn args(this: &Value, cx: &Ctx) -> Value {
        ParamSpecArgs::of(cx, this.clone())
    }

    /// Represents keyword arguments.
    #[getter]
    fn kwargs(this: &Value, cx: &Ctx) -> Value {
        ParamSpecKwargs::of(cx, this.clone())
    }

    /// The default value for this ParamSpec.
    #[getter]
    fn __default__(&self, cx: &Ctx) -> PyResult<Value> {
        self.default.default_value(cx)
    }

    #[getter]
    fn evaluate_default(&self, cx: &Ctx) -> Option<Value> {
        self.default.evaluator(cx)
    }
}
