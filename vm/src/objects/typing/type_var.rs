//! `typing.TypeVar`: a type that is not known yet.

use taipan_macros::{pyclass, pymethods};

use super::{Lazy, Variance, call_typing, cannot_subclass, no_default, set_module};
use crate::ctx::Ctx;
use crate::error::PyResult;
use crate::heap::{Traverse, Visitor};
use crate::native::bind::Optional;
use crate::objects::{Str, Type};
use crate::value::{Py, Value};

/// Type variable.
///
/// The preferred way to construct a type variable is via the dedicated
/// syntax for generic functions, classes, and type aliases::
///
///     class Sequence[T]:  # T is a TypeVar
///         ...
///
/// This syntax can also be used to create bound and constrained type
/// variables::
///
///     # S is a TypeVar bound to str
///     class StrSequence[S: str]:
///         ...
///
///     # A is a TypeVar constrained to str or bytes
///     class StrOrBytesSequence[A: (str, bytes)]:
///         ...
///
/// Type variables can also have defaults:
///
///     class IntDefault[T = int]:
///         ...
///
/// However, if desired, reusable type variables can also be constructed
/// manually, like so::
///
///    T = TypeVar('T')  # Can be anything
///    S = TypeVar('S', bound=str)  # Can be any subtype of str
///    A = TypeVar('A', str, bytes)  # Must be exactly str or bytes
///    D = TypeVar('D', default=int)  # Defaults to int
///
/// Type variables exist primarily for the benefit of static type
/// checkers.  They serve as the parameters for generic types as well
/// as for generic function and type alias definitions.
///
/// The variance of type variables is inferred by type checkers when they
/// are created through the type parameter syntax and when
/// ``infer_variance=True`` is passed. Manually created type variables may
/// be explicitly marked covariant or contravariant by passing
/// ``covariant=True`` or ``contravariant=True``. By default, manually
/// created type variables are invariant. See PEP 484 and PEP 695 for more
/// details.
#[pyclass(
    name = "TypeVar",
    module = "typing",
    dict,
    weakref,
    immutable,
    traverse,
    text_signature = None
)]
pub struct TypeVar {
    name: Py<Str>,
    bound: Lazy,
    constraints: Lazy,
    pub(super) default: Lazy,
    variance: Variance,
}

impl Traverse for TypeVar {
    fn traverse(&self, visit: &mut Visitor<'_>) {
        visit(self.name.as_value());
        for lazy in [&self.bound, &self.constraints, &self.default] {
            lazy.traverse(visit);
        }
    }

    fn clear(&self) {
        for lazy in [&self.bound, &self.constraints, &self.default] {
            lazy.clear();
        }
    }
}

pub(super) fn make(cx: &Ctx, name: Py<Str>, bound: Lazy, constraints: Lazy) -> Value {
    let payload = TypeVar {
        name,
        bound,
        constraints,
        default: Lazy::default(),
        variance: Variance::INFERRED,
    };
    let class = cx.native_class(TypeVar::class());
    cx.heap().allocate(&class, payload).into_value()
}

#[pymethods]
impl TypeVar {
    #[new(
        name = "typevar",
        signature = (
            name,
            *constraints,
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
        constraints: &[Value],
        bound: Option<&Value>,
        default: Optional<&Value>,
        covariant: bool,
        contravariant: bool,
        infer_variance: bool,
    ) -> PyResult<Value> {
        let variance = Variance::checked(cx, covariant, contravariant, infer_variance)?;
        let bound = match bound {
            Some(bound) => {
                let message = cx.new_str("Bound must be a type.")?.into_value();
                Lazy::given(call_typing(cx, "_type_check", &[bound.clone(), message])?)
            }
            None => Lazy::default(),
        };
        let constraints = match constraints {
            [] => Lazy::default(),
            [_] => return Err(cx.type_error("A single constraint is not allowed")),
            _ if bound.value.get().is_some() => {
                return Err(cx.type_error("Constraints cannot be combined with bound=..."));
            }
            _ => Lazy::given(cx.new_tuple_from(constraints).into_value()),
        };
        let default = default.given().cloned();
        let payload = TypeVar {
            name: name.clone(),
            bound,
            constraints,
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
        call_typing(cx, "_typevar_subst", &[this.clone(), arg.clone()])
    }

    #[pymethod(signature = (alias, args, /))]
    fn __typing_prepare_subst__(
        this: &Py<TypeVar>,
        cx: &Ctx,
        alias: &Value,
        args: &Value,
    ) -> PyResult<Value> {
        let params = cx.get_attr(alias, &cx.names().__parameters__)?;
        let given = cx.len(args)?;
        let index = cx.index_of(&params, this.as_value())?;
        if index < given {
            return Ok(args.clone());
        }
        let default = this.default.default_value(cx)?;
        if index == given && !default.is(&no_default::no_default(cx)) {
            let default = cx.new_tuple(vec![default]).into_value();
            return cx.binary_op(crate::protocol::BinaryOp::Add, args, &default);
        }
        let alias = cx.str(alias)?;
        Err(cx.type_error(format!(
            "Too few arguments for {}; actual {given}, expected at least {}",
            alias.to_string_lossy(),
            index + 1
        )))
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
        Err(cannot_subclass(cx, "TypeVar"))
    }

    #[member]
    fn __name__(&self) -> Py<Str> {
        self.name.clone()
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

    #[getter]
    fn __bound__(&self, cx: &Ctx) -> PyResult<Value> {
        Ok(self.bound.get(cx)?.unwrap_or(Value::NONE))
    }

    #[getter]
    fn __constraints__(&self, cx: &Ctx) -> PyResult<Value> {
        let none = || cx.new_tuple(Vec::new()).into_value();
        Ok(self.constraints.get(cx)?.unwrap_or_else(none))
    }

    #[getter]
    fn __default__(&self, cx: &Ctx) -> PyResult<Value> {
        self.default.default_value(cx)
    }

    #[getter]
    fn evaluate_bound(&self, cx: &Ctx) -> Option<Value> {
        self.bound.evaluator(cx)
    }

    #[getter]
    fn evaluate_constraints(&self, cx: &Ctx) -> Option<Value> {
        self.constraints.evaluator(cx)
    }

    #[getter]
    fn evaluate_default(&self, cx: &Ctx) -> Option<Value> {
        self.default.evaluator(cx)
    }
}
