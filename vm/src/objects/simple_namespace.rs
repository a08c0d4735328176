//! `types.SimpleNamespace`: an object that is nothing but its attributes.
//!
//! CPython 3.14: `Objects/namespaceobject.c`. Tests: `tests/run/simple_namespace/`.

use taipan_macros::{pyclass, pymethods};

use crate::ctx::Ctx;
use crate::error::PyResult;
use crate::native::Args;
use crate::objects::slots::CompareOp;
use crate::objects::{Dict, Str, Type, attrs};
use crate::value::{Py, Value};

/// A simple attribute-based namespace.
#[pyclass(
    name = "SimpleNamespace",
    module = "types",
    subclassable,
    dict,
    unhashable,
    text_signature = "(mapping_or_iterable=(), /, **kwargs)"
)]
pub struct SimpleNamespace;

fn set_name(cx: &Ctx, this: &Value, name: &Value, value: &Value) -> PyResult<()> {
    let Some(name) = name.downcast_ref::<Str>() else {
        return Err(cx.type_error("keywords must be strings"));
    };
    attrs::set(cx, this, &cx.intern_object(name), value.clone()).map(drop)
}

#[pymethods]
impl SimpleNamespace {
    #[new]
    fn make(cx: &Ctx, cls: &Py<Type>, _args: Args<'_>) -> Py<SimpleNamespace> {
        cx.heap().allocate(cls, SimpleNamespace)
    }

    #[init]
    fn init(this: &Value, cx: &Ctx, args: Args<'_>) -> PyResult<()> {
        match args.positional() {
            [] => {}
            [source] => {
                let dict = match source.downcast_ref::<Dict>() {
                    Some(dict) => dict.clone(),
                    None => {
                        let dict =
                            cx.call(cx.types().dict.as_value(), std::slice::from_ref(source))?;
                        dict.downcast::<Dict>()
                            .map_err(|_| cx.type_error("dict() returned no dict"))?
                    }
                };
                let items = dict.items();
                if items
                    .iter()
                    .any(|(name, _)| name.downcast_ref::<Str>().is_none())
                {
                    return Err(cx.type_error("keywords must be strings"));
                }
                for (name, value) in &items {
                    set_name(cx, this, name, value)?;
                }
            }
            more => {
                let name = cx.class_of(this).name().to_string_lossy().into_owned();
                let given = more.len();
                return Err(
                    cx.type_error(format!("{name} expected at most 1 argument, got {given}"))
                );
            }
        }
        for (name, value) in args.keywords() {
            set_name(cx, this, name.as_value(), value)?;
        }
        Ok(())
    }

    fn __repr__(this: &Value, cx: &Ctx) -> PyResult<String> {
        let class = cx.class_of(this).clone();
        let is_subclass = class.is_heap_type();
        let name = if is_subclass {
            class.name().to_string_lossy().into_owned()
        } else {
            "namespace".to_owned()
        };
        let Some(_guard) = cx.enter_repr(this) else {
            return Ok(format!("{name}(...)"));
        };
        let mut parts = Vec::new();
        for (key, value) in attrs::items(cx, this) {
            if let Some(key) = key.downcast_ref::<Str>()
                && key.length() > 0
            {
                let value = cx.repr(&value)?;
                parts.push(format!(
                    "{}={}",
                    key.to_string_lossy(),
                    value.to_string_lossy()
                ));
            }
        }
        Ok(format!("{name}({})", parts.join(", ")))
    }

    fn __richcompare__(this: &Value, cx: &Ctx, other: &Value, op: CompareOp) -> PyResult<Value> {
        let same_kind = this.downcast_ref::<SimpleNamespace>().is_some()
            && other.downcast_ref::<SimpleNamespace>().is_some();
        match (attrs::dict(cx, this), attrs::dict(cx, other)) {
            (Some(left), Some(right)) if same_kind => {
                cx.compare(left.as_value(), right.as_value(), op)
            }
            _ => Ok(Value::NOT_IMPLEMENTED),
        }
    }

    /// Return state information for pickling
    fn __reduce__(this: &Value, cx: &Ctx) -> Value {
        let dict = attrs::dict(cx, this).map_or(Value::NONE, Py::into_value);
        let empty = cx.new_tuple(Vec::new()).into_value();
        cx.new_tuple(vec![cx.class_of(this).to_value(), empty, dict])
            .into_value()
    }

    /// Return a copy of the namespace object with new values for the specified attributes.
    #[pymethod(text_signature = "($self, /, **changes)")]
    fn __replace__(this: &Value, cx: &Ctx, args: Args<'_>) -> PyResult<Value> {
        if !args.positional().is_empty() {
            return Err(cx.type_error("__replace__() takes no positional arguments"));
        }
        let new = cx.call(cx.class_of(this).as_value(), &[])?;
        if !cx
            .class_of(&new)
            .is_subtype(&cx.native_class(Self::class()))
        {
            let (class, given) = (cx.type_name_qualified(this), cx.type_name(&new));
            return Err(cx.type_error(format!(
                "expect types.SimpleNamespace type, but {class}() returned '{given}' object"
            )));
        }
        for (name, value) in attrs::items(cx, this) {
            set_name(cx, &new, &name, &value)?;
        }
        for (name, value) in args.keywords() {
            set_name(cx, &new, name.as_value(), value)?;
        }
        Ok(new)
    }

    #[member]
    fn __dict__(this: &Value, cx: &Ctx) -> Option<Py<Dict>> {
        attrs::dict(cx, this)
    }
}

impl Ctx {
    /// Makes a `types.SimpleNamespace`.
    ///
    /// # Errors
    /// `MemoryError`.
    pub fn new_namespace(&self, items: &[(&str, Value)]) -> PyResult<Value> {
        let namespace = self
            .heap()
            .allocate(&self.types().simple_namespace, SimpleNamespace)
            .into_value();
        for (name, value) in items {
            attrs::set(self, &namespace, &self.intern(*name), value.clone())?;
        }
        Ok(namespace)
    }
}
