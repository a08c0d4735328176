//! Callables that fetch items, attributes, or the result of a method.

use taipan_macros::{pyclass, pymethods};
use taipan_vm::ctx::Ctx;
use taipan_vm::error::PyResult;
use taipan_vm::heap::{Traverse, Visitor};
use taipan_vm::native::Args;
use taipan_vm::objects::{Str, Type};
use taipan_vm::value::{Py, Value};

/// How instances are called.
const CALL_SIGNATURE: &str = "(obj, /)";

/// The one argument of a getter.
fn only<'a>(cx: &Ctx, name: &str, args: Args<'a>) -> PyResult<&'a Value> {
    if args.has_keywords() {
        return Err(cx.type_error(format!("{name}() takes no keyword arguments")));
    }
    match args.positional() {
        [value] => Ok(value),
        given => Err(cx.type_error(format!("{name} expected 1 argument, got {}", given.len()))),
    }
}

fn joined(cx: &Ctx, class: &Value, items: &[Value]) -> PyResult<String> {
    let name = cx.class_of(class).name().to_string_lossy().into_owned();
    let module = if cx.class_of(class).is_heap_type() {
        ""
    } else {
        "operator."
    };
    let mut shown = Vec::with_capacity(items.len());
    for item in items {
        shown.push(cx.repr(item)?.to_string_lossy().into_owned());
    }
    Ok(format!("{module}{name}({})", shown.join(", ")))
}

/// Returns a callable that fetches the given items from its operand, as a tuple if there are several.
#[pyclass(
    name = "itemgetter",
    module = "operator",
    subclassable,
    traverse,
    text_signature = "(item, /, *items)"
)]
pub(super) struct ItemGetter {
    items: Vec<Value>,
}

impl Traverse for ItemGetter {
    fn traverse(&self, visit: &mut Visitor<'_>) {
        self.items.iter().for_each(visit);
    }
}

#[pymethods]
impl ItemGetter {
    #[new]
    fn new(cx: &Ctx, cls: &Py<Type>, args: Args<'_>) -> PyResult<Value> {
        if args.has_keywords() {
            return Err(cx.type_error("itemgetter() takes no keyword arguments"));
        }
        if args.positional().is_empty() {
            return Err(cx.type_error("itemgetter expected 1 argument, got 0"));
        }
        Ok(cx
            .heap()
            .allocate(
                cls,
                ItemGetter {
                    items: args.positional().to_vec(),
                },
            )
            .into_value())
    }

    fn __call__(&self, cx: &Ctx, args: Args<'_>) -> PyResult<Value> {
        let object = only(cx, "itemgetter", args)?;
        if let [item] = &self.items[..] {
            return cx.get_item(object, item);
        }
        let mut found = Vec::with_capacity(self.items.len());
        for item in &self.items {
            found.push(cx.get_item(object, item)?);
        }
        Ok(cx.new_tuple(found).into_value())
    }

    #[getter]
    fn __text_signature__(&self) -> &'static str {
        CALL_SIGNATURE
    }

    fn __repr__(this: &Py<ItemGetter>, cx: &Ctx) -> PyResult<String> {
        joined(cx, this.as_value(), &this.items)
    }

    fn __reduce__(this: &Py<ItemGetter>, cx: &Ctx) -> (Value, Value) {
        (
            this.header().class().to_value(),
            cx.new_tuple_from(&this.items).into_value(),
        )
    }
}

/// Returns a callable that fetches the given attributes from its operand; a name may have dots.
#[pyclass(
    name = "attrgetter",
    module = "operator",
    subclassable,
    traverse,
    text_signature = "(attr, /, *attrs)"
)]
pub(super) struct AttrGetter {
    names: Vec<Value>,
    /// Each name split at its dots.
    paths: Vec<Vec<Py<Str>>>,
}

impl Traverse for AttrGetter {
    fn traverse(&self, visit: &mut Visitor<'_>) {
        self.names.iter().for_each(&mut *visit);
        self.paths
            .iter()
            .flatten()
            .for_each(|name| visit(name.as_value()));
    }
}

#[pymethods]
impl AttrGetter {
    #[new]
    fn new(cx: &Ctx, cls: &Py<Type>, args: Args<'_>) -> PyResult<Value> {
        if args.has_keywords() {
            return Err(cx.type_error("attrgetter() takes no keyword arguments"));
        }
        if args.positional().is_empty() {
            return Err(cx.type_error("attrgetter expected 1 argument, got 0"));
        }
        let mut paths = Vec::new();
        for name in args.positional() {
            let Some(name) = name.downcast_ref::<Str>() else {
                return Err(cx.type_error("attribute name must be a string"));
            };
            let text = name.as_wtf8();
            let mut path = Vec::new();
            let mut rest = text;
            while let Some(dot) = rest.as_bytes().iter().position(|byte| *byte == b'.') {
                path.push(cx.intern(rest.slice_to(dot)));
                rest = rest.slice_from(dot + 1);
            }
            path.push(cx.intern(rest));
            paths.push(path);
        }
        let getter = AttrGetter {
            names: args.positional().to_vec(),
            paths,
        };
        Ok(cx.heap().allocate(cls, getter).into_value())
    }

    fn __call__(&self, cx: &Ctx, args: Args<'_>) -> PyResult<Value> {
        let object = only(cx, "attrgetter", args)?;
        let mut found = Vec::with_capacity(self.paths.len());
        for path in &self.paths {
            let mut value = object.clone();
            for name in path {
                value = cx.get_attr(&value, name)?;
            }
            found.push(value);
        }
        match found.pop() {
            Some(value) if found.is_empty() => Ok(value),
            last => {
                found.extend(last);
                Ok(cx.new_tuple(found).into_value())
            }
        }
    }

    #[getter]
    fn __text_signature__(&self) -> &'static str {
        CALL_SIGNATURE
    }

    fn __repr__(this: &Py<AttrGetter>, cx: &Ctx) -> PyResult<String> {
        joined(cx, this.as_value(), &this.names)
    }

    fn __reduce__(this: &Py<AttrGetter>, cx: &Ctx) -> (Value, Value) {
        (
            this.header().class().to_value(),
            cx.new_tuple_from(&this.names).into_value(),
        )
    }
}

/// Returns a callable that calls the named method of its operand with the given arguments.
#[pyclass(
    name = "methodcaller",
    module = "operator",
    subclassable,
    traverse,
    text_signature = "(name, /, *args, **kwargs)"
)]
pub(super) struct MethodCaller {
    name: Py<Str>,
    /// Positional values, then those of keywords.
    values: Vec<Value>,
    keywords: Vec<Value>,
}

impl Traverse for MethodCaller {
    fn traverse(&self, visit: &mut Visitor<'_>) {
        visit(self.name.as_value());
        self.values.iter().chain(&self.keywords).for_each(visit);
    }
}

#[pymethods]
impl MethodCaller {
    #[new]
    fn new(cx: &Ctx, cls: &Py<Type>, args: Args<'_>) -> PyResult<Value> {
        let Some((name, rest)) = args.without_first() else {
            return Err(cx.type_error("methodcaller needs at least one argument, the method name"));
        };
        let Some(name) = name.downcast_ref::<Str>() else {
            return Err(cx.type_error("method name must be a string"));
        };
        let caller = MethodCaller {
            name: cx.intern_object(name),
            values: rest.values().to_vec(),
            keywords: rest.names().to_vec(),
        };
        Ok(cx.heap().allocate(cls, caller).into_value())
    }

    fn __call__(&self, cx: &Ctx, args: Args<'_>) -> PyResult<Value> {
        let object = only(cx, "methodcaller", args)?;
        let method = cx.get_attr(object, &self.name)?;
        cx.call_with(&method, Args::new(&self.values, &self.keywords))
    }

    #[getter]
    fn __text_signature__(&self) -> &'static str {
        CALL_SIGNATURE
    }

    fn __reduce__(this: &Py<MethodCaller>, cx: &Ctx) -> PyResult<(Value, Value)> {
        let class = this.header().class().to_value();
        let args = Args::new(&this.values, &this.keywords);
        let positional = args.positional();
        if !args.has_keywords() {
            let mut values = vec![this.name.to_value()];
            values.extend_from_slice(positional);
            return Ok((class, cx.new_tuple(values).into_value()));
        }
        // A class has no keywords in a pickle; a partial call of it has.
        let partial = cx.import_from("functools", "partial")?;
        let mut values = vec![class, this.name.to_value()];
        values.extend(args.keywords().map(|(_, value)| value.clone()));
        let constructor = cx.call_with(&partial, Args::new(&values, &this.keywords))?;
        Ok((constructor, cx.new_tuple_from(positional).into_value()))
    }

    fn __repr__(this: &Py<MethodCaller>, cx: &Ctx) -> PyResult<String> {
        let args = Args::new(&this.values, &this.keywords);
        let mut shown = vec![
            cx.repr(this.name.as_value())?
                .to_string_lossy()
                .into_owned(),
        ];
        for value in args.positional() {
            shown.push(cx.repr(value)?.to_string_lossy().into_owned());
        }
        for (name, value) in args.keywords() {
            shown.push(format!(
                "{}={}",
                name.to_string_lossy(),
                cx.repr(value)?.to_string_lossy()
            ));
        }
        let prefix = if this.header().class().is_heap_type() {
            ""
        } else {
            "operator."
        };
        Ok(format!(
            "{prefix}{}({})",
            this.header().class().name().to_string_lossy(),
            shown.join(", ")
        ))
    }
}
