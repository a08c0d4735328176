//! `typing.TypeVarTuple`: any number of types that are not known yet.

use taipan_macros::{pyclass, pymethods};

use super::{Lazy, call_typing, cannot_subclass, iter_unpacked, no_default, set_module};
use crate::ctx::Ctx;
use crate::error::PyResult;
use crate::heap::{Traverse, Visitor};
use crate::native::bind::Optional;
use crate::objects::{Str, Type};
use crate::value::{Py, Value};

/// Type variable tuple. A specialized form of type variable that enables
/// variadic generics.
///
/// The preferred way to construct a type variable tuple is via the
/// dedicated syntax for generic functions, classes, and type aliases,
/// where a single '*' indicates a type variable tuple::
///
///     def move_first_element_to_last[T, *Ts](tup: tuple[T, *Ts]) -> tuple[*Ts, T]:
///         return (*tup[1:], tup[0])
///
/// Type variables tuples can have default values:
///
///     type AliasWithDefault[*Ts = (str, int)] = tuple[*Ts]
///
/// For compatibility with Python 3.11 and earlier, TypeVarTuple objects
/// can also be created as follows::
///
///     Ts = TypeVarTuple('Ts')  # Can be given any name
///     DefaultTs = TypeVarTuple('Ts', default=(str, int))
///
/// Just as a TypeVar (type variable) is a placeholder for a single type,
/// a TypeVarTuple is a placeholder for an *arbitrary* number of types. For
/// example, if we define a generic class using a TypeVarTuple::
///
///     class C[*Ts]: ...
///
/// Then we can parameterize that class with an arbitrary number of type
/// arguments::
///
///     C[int]       # Fine
///     C[int, str]  # Also fine
///     C[()]        # Even this is fine
///
/// For more details, see PEP 646.
///
/// Note that only TypeVarTuples defined in the global scope can be
/// pickled.
#[pyclass(
    name = "TypeVarTuple",
    module = "typing",
    dict,
    weakref,
    immutable,
    traverse,
    text_signature = None
)]
pub struct TypeVarTuple {
    name: Py<Str>,
    pub(super) default: Lazy,
}

impl Traverse for TypeVarTuple {
    fn traverse(&self, visit: &mut Visitor<'_>) {
        visit(self.name.as_value());
        self.default.traverse(visit);
    }

    fn clear(&self) {
        self.default.clear();
    }
}

pub(super) fn make(cx: &Ctx, name: Py<Str>) -> Value {
    let payload = TypeVarTuple {
        name,
        default: Lazy::default(),
    };
    let class = cx.native_class(TypeVarTuple::class());
    cx.heap().allocate(&class, payload).into_value()
}

#[pymethods]
impl TypeVarTuple {
    #[new(
        name = "typevartuple",
        signature = (name, *, default = Optional::Missing),
        text_signature = None
    )]
    fn new(cx: &Ctx, cls: &Py<Type>, name: &Py<Str>, default: Optional<&Value>) -> PyResult<Value> {
        let default = default.given().cloned();
        let payload = TypeVarTuple {
            name: name.clone(),
            default: Lazy::given(default.unwrap_or_else(|| no_default::no_default(cx))),
        };
        let made = cx.heap().allocate(cls, payload).into_value();
        set_module(cx, &made)?;
        Ok(made)
    }

    fn __repr__(&self) -> Py<Str> {
        self.name.clone()
    }

    fn __iter__(this: &Value, cx: &Ctx) -> PyResult<Value> {
        iter_unpacked(cx, this)
    }

    #[pymethod(signature = (arg, /))]
    fn __typing_subst__(&self, cx: &Ctx, arg: &Value) -> PyResult<Value> {
        let _ = arg;
        Err(cx.type_error("Substitution of bare TypeVarTuple is not supported"))
    }

    #[pymethod(signature = (alias, args, /))]
    fn __typing_prepare_subst__(
        this: &Value,
        cx: &Ctx,
        alias: &Value,
        args: &Value,
    ) -> PyResult<Value> {
        let args = [this.clone(), alias.clone(), args.clone()];
        call_typing(cx, "_typevartuple_prepare_subst", &args)
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
        Err(cannot_subclass(cx, "TypeVarTuple"))
    }

    #[member]
    fn __name__(&self) -> Py<Str> {
        self.name.clone()
    }

    /// The default value for this TypeVarTuple.
    #[getter]
    fn __default__(&self, cx: &Ctx) -> PyResult<Value> {
        self.default.default_value(cx)
    }

    #[getter]
    fn evaluate_default(&self, cx: &Ctx) -> Option<Value> {
        self.default.evaluator(cx)
    }
}
