//! `partial`: a function with some arguments given beforehand.
//!
//! Placeholders among the positional arguments are filled first by the arguments of a call.

use std::cell::RefCell;
use std::rc::Rc;

use taipan_macros::{pyclass, pymethods};
use taipan_vm::ctx::Ctx;
use taipan_vm::error::PyResult;
use taipan_vm::heap::{Traverse, Visitor};
use taipan_vm::native::Args;
use taipan_vm::objects::dict::Existing;
use taipan_vm::objects::{Dict, Tuple, Type, attrs};
use taipan_vm::value::{Py, Value};

use super::placeholder::placeholder;

/// Create a new function with partial application of the given arguments
/// and keywords.
#[pyclass(
    name = "partial",
    module = "functools",
    subclassable,
    dict,
    weakref,
    method_descriptor,
    traverse,
    text_signature = "(func, /, *args, **keywords)"
)]
pub(crate) struct Partial {
    frozen: RefCell<Rc<Frozen>>,
}

/// What is given beforehand.
struct Frozen {
    function: Value,
    args: Py<Tuple>,
    keywords: Py<Dict>,
    /// How many of `args` are placeholders.
    open: usize,
}

fn is_callable(cx: &Ctx, value: &Value) -> bool {
    cx.class_of(value).slots.call.get().is_some()
}

impl Partial {
    fn frozen(&self) -> Rc<Frozen> {
        self.frozen.borrow().clone()
    }

    /// The partial object that a new one may replace: one without attributes of its own and with the native call.
    fn replaceable(cx: &Ctx, function: &Value) -> PyResult<Option<Rc<Frozen>>> {
        let Some(inner) = function.downcast_ref::<Self>() else {
            return Ok(None);
        };
        let native = cx.native_class(Self::class());
        let same_call = match (
            cx.class_of(function).slots.call.get(),
            native.slots.call.get(),
        ) {
            (Some(own), Some(native)) => std::ptr::fn_addr_eq(own, native),
            _ => false,
        };
        let has_attributes = attrs::dict(cx, function).is_some_and(|dict| !dict.is_empty());
        Ok((same_call && !has_attributes).then(|| inner.frozen()))
    }
}

/// Puts `new` behind `old`, filling placeholders of `old` first. Returns how many placeholders are left of those.
fn merge_args(old: &[Value], mut open: usize, new: &[Value], mark: &Value) -> (Vec<Value>, usize) {
    let mut new = new.iter();
    let mut merged = Vec::with_capacity(old.len() + new.len());
    for item in old {
        if item.is(mark)
            && let Some(filler) = new.next()
        {
            merged.push(filler.clone());
            open -= 1;
        } else {
            merged.push(item.clone());
        }
    }
    merged.extend(new.cloned());
    (merged, open)
}

#[pymethods]
impl Partial {
    #[new]
    fn new(cx: &Ctx, cls: &Py<Type>, args: Args<'_>) -> PyResult<Py<Partial>> {
        let [function, given @ ..] = args.positional() else {
            return Err(cx.type_error("type 'partial' takes at least one argument"));
        };
        if !is_callable(cx, function) {
            return Err(cx.type_error("the first argument must be callable"));
        }
        let mark = placeholder(cx);
        if given.last().is_some_and(|last| last.is(&mark)) {
            return Err(cx.type_error("trailing Placeholders are not allowed"));
        }
        if args.keywords().any(|(_, value)| value.is(&mark)) {
            return Err(cx.type_error("Placeholder cannot be passed as a keyword argument"));
        }
        let own_open = given.iter().filter(|item| item.is(&mark)).count();
        let inner = Self::replaceable(cx, function)?;
        let frozen = match inner {
            Some(inner) => {
                let (merged, left) = merge_args(inner.args.as_slice(), inner.open, given, &mark);
                Frozen {
                    function: inner.function.clone(),
                    args: cx.new_tuple(merged),
                    keywords: inner.keywords.copied(cx),
                    open: own_open + left,
                }
            }
            None => Frozen {
                function: function.clone(),
                args: cx.new_tuple_from(given),
                keywords: cx.new_dict(),
                open: own_open,
            },
        };
        for (name, value) in args.keywords() {
            frozen.keywords.set(cx, name.as_value(), value.clone())?;
        }
        let payload = Partial {
            frozen: RefCell::new(Rc::new(frozen)),
        };
        Ok(cx.heap().allocate(cls, payload))
    }

    fn __call__(&self, cx: &Ctx, args: Args<'_>) -> PyResult<Value> {
        let frozen = self.frozen();
        let given = args.positional();
        if given.len() < frozen.open {
            return Err(cx.type_error(format!(
                "missing positional arguments in 'partial' call; expected at least {}, got {}",
                frozen.open,
                given.len()
            )));
        }
        let mut values = if frozen.open == 0 {
            [frozen.args.as_slice(), given].concat()
        } else {
            merge_args(frozen.args.as_slice(), frozen.open, given, &placeholder(cx)).0
        };
        if frozen.keywords.is_empty() {
            values.extend(args.keywords().map(|(_, value)| value.clone()));
            return cx.call_with(&frozen.function, Args::new(&values, args.names()));
        }
        let keywords = frozen.keywords.copied(cx);
        for (name, value) in args.keywords() {
            keywords.set(cx, name.as_value(), value.clone())?;
        }
        let names = keywords.keys();
        if names
            .iter()
            .any(|name| name.downcast_ref::<taipan_vm::objects::Str>().is_none())
        {
            return Err(cx.type_error("keywords must be strings"));
        }
        values.extend(keywords.values());
        cx.call_with(&frozen.function, Args::new(&values, &names))
    }

    fn __get__(
        this: &Value,
        cx: &Ctx,
        instance: Option<&Value>,
        owner: Option<&Value>,
    ) -> PyResult<Value> {
        let _ = owner;
        Ok(match instance {
            Some(instance) if !instance.is_none() => cx
                .new_bound_method(this.clone(), instance.clone())
                .into_value(),
            _ => this.clone(),
        })
    }

    /// partial is generic over the wrapped function's return type
    #[classmethod(text_signature = "($type, object, /)")]
    fn __class_getitem__(cls: &Py<Type>, cx: &Ctx, item: &Value) -> Value {
        cx.new_generic_alias(cls.as_value(), item)
    }

    /// function object to use in future partial calls
    #[member]
    fn func(&self) -> Value {
        self.frozen().function.clone()
    }

    /// tuple of arguments to future partial calls
    #[member]
    fn args(&self) -> Py<Tuple> {
        self.frozen().args.clone()
    }

    /// dictionary of keyword arguments to future partial calls
    #[member]
    fn keywords(&self) -> Py<Dict> {
        self.frozen().keywords.clone()
    }

    fn __repr__(this: &Py<Partial>, cx: &Ctx) -> PyResult<String> {
        let Some(_guard) = cx.enter_repr(this.as_value()) else {
            return Ok("...".to_owned());
        };
        let frozen = this.frozen();
        let class = this.header().class();
        let module = cx.get_attr(class.as_value(), &cx.names().__module__)?;
        let qualname = cx.get_attr(class.as_value(), &cx.names().__qualname__)?;
        let mut text = format!(
            "{}.{}({}",
            cx.str(&module)?.to_string_lossy(),
            cx.str(&qualname)?.to_string_lossy(),
            cx.repr(&frozen.function)?.to_string_lossy()
        );
        for item in frozen.args.as_slice() {
            text.push_str(", ");
            text.push_str(&cx.repr(item)?.to_string_lossy());
        }
        for (name, value) in frozen.keywords.items() {
            text.push_str(", ");
            text.push_str(&cx.str(&name)?.to_string_lossy());
            text.push('=');
            text.push_str(&cx.repr(&value)?.to_string_lossy());
        }
        text.push(')');
        Ok(text)
    }

    fn __reduce__(this: &Py<Partial>, cx: &Ctx) -> Value {
        let frozen = this.frozen();
        let attributes = match attrs::dict(cx, this.as_value()) {
            Some(dict) if !dict.is_empty() => dict.into_value(),
            _ => Value::NONE,
        };
        let state = vec![
            frozen.function.clone(),
            frozen.args.to_value(),
            frozen.keywords.to_value(),
            attributes,
        ];
        let parts = vec![
            this.header().class().to_value(),
            cx.new_tuple(vec![frozen.function.clone()]).into_value(),
            cx.new_tuple(state).into_value(),
        ];
        cx.new_tuple(parts).into_value()
    }

    #[pymethod(text_signature = "($self, object, /)")]
    fn __setstate__(this: &Py<Partial>, cx: &Ctx, state: &Value) -> PyResult<()> {
        let invalid = || cx.type_error("invalid partial state");
        let state = state.downcast_ref::<Tuple>().ok_or_else(invalid)?;
        let [function, args, keywords, attributes] = state.as_slice() else {
            return Err(invalid());
        };
        let args = args.downcast_ref::<Tuple>().ok_or_else(invalid)?;
        let are_attributes = attributes.is_none() || attributes.downcast_ref::<Dict>().is_some();
        if !is_callable(cx, function) || !are_attributes {
            return Err(invalid());
        }
        let mark = placeholder(cx);
        if args.as_slice().last().is_some_and(|last| last.is(&mark)) {
            return Err(cx.type_error("trailing Placeholders are not allowed"));
        }
        let keywords = match keywords.downcast_ref::<Dict>() {
            Some(dict) if cx.as_exact_dict(keywords).is_some() => dict.clone(),
            Some(dict) => dict.copied(cx),
            None if keywords.is_none() => cx.new_dict(),
            None => return Err(invalid()),
        };
        let frozen = Frozen {
            function: function.clone(),
            args: match cx.as_exact_tuple(args.as_value()) {
                Some(_) => args.clone(),
                None => cx.new_tuple_from(args.as_slice()),
            },
            keywords,
            open: args.as_slice().iter().filter(|item| item.is(&mark)).count(),
        };
        drop(this.frozen.replace(Rc::new(frozen)));
        if let Some(own) = attrs::dict(cx, this.as_value()) {
            own.clear();
            if !attributes.is_none() {
                own.merge(cx, attributes, Existing::Replace)?;
            }
        }
        Ok(())
    }
}

impl Traverse for Partial {
    fn traverse(&self, visit: &mut Visitor<'_>) {
        let frozen = self.frozen.borrow();
        visit(&frozen.function);
        visit(frozen.args.as_value());
        visit(frozen.keywords.as_value());
    }

    fn clear(&self) {
        let keywords = self.frozen.borrow().keywords.clone();
        keywords.clear();
    }
}
