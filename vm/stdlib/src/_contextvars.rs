//! `_contextvars`: variables that each context has a value of its own for.
//!
//! Reference: CPython 3.14 `Python/context.c`, PEP 567. Tests: `tests/programs/contextvars/`. Deviations: a context is a plain
//! table, copied by `copy_context` (CPython shares a persistent map); all threads of an isolate share the current context.

use std::cell::{Cell, RefCell};

use taipan_macros::{pyclass, pyfunction, pymethods, pymodule};
use taipan_vm::ctx::Ctx;
use taipan_vm::error::PyResult;
use taipan_vm::heap::{Traverse, Visitor};
use taipan_vm::native::bind::Optional;
use taipan_vm::native::{Args, ModuleBuilder};
use taipan_vm::objects::slots::CompareOp;
use taipan_vm::objects::{Str, Type};
use taipan_vm::value::{Py, Value};

/// Context variables.
#[pymodule]
pub(crate) fn _contextvars(cx: &Ctx, m: &ModuleBuilder<'_>) -> PyResult<()> {
    m.class(ContextVar::class())?;
    m.class(Context::class())?;
    let token = m.class(Token::class())?;
    let missing = cx.native_class(Missing::class());
    let missing = cx.heap().allocate(&missing, Missing).into_value();
    token.dict().set_str(&cx.intern("MISSING"), missing);
    token.modified();
    m.function(&copy_context::DEF)
}

/// The contexts that a thread has entered, the current one last.
#[derive(Default)]
struct Entered {
    contexts: RefCell<Vec<Py<Context>>>,
}

/// The current context; made when nobody entered one yet.
fn current(cx: &Ctx) -> Py<Context> {
    let entered = cx.thread_state::<Entered>();
    if let Some(context) = entered.contexts.borrow().last() {
        return context.clone();
    }
    let context = new_context(cx, Vec::new());
    entered.contexts.borrow_mut().push(context.clone());
    context
}

fn new_context(cx: &Ctx, values: Vec<(Value, Value)>) -> Py<Context> {
    let payload = Context {
        values: RefCell::new(values),
        is_entered: Cell::new(false),
    };
    cx.heap()
        .allocate(&cx.native_class(Context::class()), payload)
}

/// Returns a copy of the current context.
#[pyfunction]
pub(crate) fn copy_context(cx: &Ctx) -> Py<Context> {
    let values = current(cx).values.borrow().clone();
    new_context(cx, values)
}

/// A variable with a value in each context.
#[pyclass(
    name = "ContextVar",
    module = "_contextvars",
    traverse,
    text_signature = None
)]
pub(crate) struct ContextVar {
    name: Py<Str>,
    default: Option<Value>,
}

impl Traverse for ContextVar {
    fn traverse(&self, visit: &mut Visitor<'_>) {
        visit(self.name.as_value());
        self.default.iter().for_each(visit);
    }
}

#[pymethods]
impl ContextVar {
    #[new(signature = (name, /, *, default = Optional::Missing))]
    fn new(cx: &Ctx, cls: &Py<Type>, name: &Value, default: Optional<&Value>) -> PyResult<Value> {
        let Some(name) = name.downcast_ref::<Str>() else {
            return Err(cx.type_error("context variable name must be a str"));
        };
        cx.hash(name.as_value())?;
        let payload = ContextVar {
            name: name.clone(),
            default: default.given().cloned(),
        };
        Ok(cx.heap().allocate(cls, payload).into_value())
    }

    /// The value in the current context, or a default; LookupError if there is neither.
    #[pymethod(signature = (default = Optional::Missing, /))]
    fn get(this: &Py<ContextVar>, cx: &Ctx, default: Optional<&Value>) -> PyResult<Value> {
        if let Some(value) = current(cx).find(this.as_value()) {
            return Ok(value);
        }
        match default.given().or(this.default.as_ref()) {
            Some(value) => Ok(value.clone()),
            None => Err(cx.exception_with(&cx.types().lookup_error, vec![this.to_value()])),
        }
    }

    /// Gives the variable a value in the current context; returns a token that undoes it.
    fn set(this: &Py<ContextVar>, cx: &Ctx, value: &Value) -> Py<Token> {
        let context = current(cx);
        let old = context.replace(this.as_value(), Some(value.clone()));
        let payload = Token {
            variable: this.clone(),
            context,
            old,
            is_used: Cell::new(false),
        };
        cx.heap()
            .allocate(&cx.native_class(Token::class()), payload)
    }

    /// Goes back to the value before the `set` that made the token.
    fn reset(this: &Py<ContextVar>, cx: &Ctx, token: &Value) -> PyResult<()> {
        let Some(token) = token.downcast_ref::<Token>() else {
            let name = cx.type_name(token);
            return Err(cx.type_error(format!("expected an instance of Token, got {name}")));
        };
        token.undo(cx, this, token)
    }

    fn __repr__(this: &Py<ContextVar>, cx: &Ctx) -> PyResult<String> {
        let name = cx.repr(this.name.as_value())?;
        let default = match &this.default {
            Some(value) => format!(" default={}", cx.repr(value)?.to_string_lossy()),
            None => String::new(),
        };
        Ok(format!(
            "<ContextVar name={}{default} at {:#x}>",
            name.to_string_lossy(),
            this.as_value().identity()
        ))
    }

    /// See PEP 585
    #[classmethod(text_signature = "($type, object, /)")]
    fn __class_getitem__(cls: &Py<Type>, cx: &Ctx, item: &Value) -> Value {
        cx.new_generic_alias(cls.as_value(), item)
    }

    #[member]
    fn name(&self) -> Py<Str> {
        self.name.clone()
    }
}

/// The values of context variables.
#[pyclass(
    name = "Context",
    module = "_contextvars",
    traverse,
    mapping,
    unhashable
)]
pub(crate) struct Context {
    /// Variables with their values, in the order in which they were first set.
    values: RefCell<Vec<(Value, Value)>>,
    is_entered: Cell<bool>,
}

impl Traverse for Context {
    fn traverse(&self, visit: &mut Visitor<'_>) {
        for (variable, value) in self.values.borrow().iter() {
            visit(variable);
            visit(value);
        }
    }

    fn clear(&self) {
        drop(self.values.take());
    }
}

impl Context {
    fn find(&self, variable: &Value) -> Option<Value> {
        let values = self.values.borrow();
        values
            .iter()
            .find(|(known, _)| known.is(variable))
            .map(|(_, value)| value.clone())
    }

    /// Sets or removes a variable; returns its old value.
    fn replace(&self, variable: &Value, value: Option<Value>) -> Option<Value> {
        let mut values = self.values.borrow_mut();
        let place = values.iter().position(|(known, _)| known.is(variable));
        match (place, value) {
            (Some(place), Some(value)) => Some(std::mem::replace(&mut values[place].1, value)),
            (Some(place), None) => Some(values.remove(place).1),
            (None, Some(value)) => {
                values.push((variable.clone(), value));
                None
            }
            (None, None) => None,
        }
    }

    fn items_of(&self) -> Vec<(Value, Value)> {
        self.values.borrow().clone()
    }
}

#[pymethods]
impl Context {
    #[new]
    fn new(cx: &Ctx, cls: &Py<Type>, args: Args<'_>) -> PyResult<Value> {
        if !args.values().is_empty() {
            return Err(cx.type_error("Context() does not accept any arguments"));
        }
        let payload = Context {
            values: RefCell::default(),
            is_entered: Cell::new(false),
        };
        Ok(cx.heap().allocate(cls, payload).into_value())
    }

    /// Contexts are equal if they have the same variables with equal values.
    fn __richcompare__(&self, cx: &Ctx, other: &Value, op: CompareOp) -> PyResult<Value> {
        let (Some(other), CompareOp::Eq | CompareOp::Ne) = (other.downcast_ref::<Context>(), op)
        else {
            return Ok(Value::NOT_IMPLEMENTED);
        };
        let (own, others) = (self.items_of(), other.items_of());
        let mut is_equal = own.len() == others.len();
        for (variable, value) in own {
            is_equal = is_equal
                && match others.iter().find(|(known, _)| known.is(&variable)) {
                    Some((_, theirs)) => cx.is_equal(&value, theirs)?,
                    None => false,
                };
        }
        Ok(Value::bool(is_equal == (op == CompareOp::Eq)))
    }

    /// Calls a function with this context as the current one.
    #[pymethod(text_signature = None)]
    fn run(this: &Py<Context>, cx: &Ctx, args: Args<'_>) -> PyResult<Value> {
        let Some((callable, rest)) = args.without_first() else {
            return Err(cx.type_error("run() missing 1 required positional argument"));
        };
        if this.is_entered.replace(true) {
            let shown = cx.repr(this.as_value())?;
            return Err(cx.runtime_error(format!(
                "cannot enter context: {} is already entered",
                shown.to_string_lossy()
            )));
        }
        let _ = current(cx);
        let entered = cx.thread_state::<Entered>();
        entered.contexts.borrow_mut().push(this.clone());
        let result = cx.call_with(callable, rest);
        let left = entered.contexts.borrow_mut().pop();
        drop(left);
        this.is_entered.set(false);
        result
    }

    /// Returns a copy.
    fn copy(&self, cx: &Ctx) -> Py<Context> {
        new_context(cx, self.items_of())
    }

    fn __len__(&self) -> usize {
        self.values.borrow().len()
    }

    fn __contains__(&self, cx: &Ctx, key: &Value) -> PyResult<bool> {
        variable(cx, key)?;
        Ok(self.find(key).is_some())
    }

    fn __getitem__(&self, cx: &Ctx, key: &Value) -> PyResult<Value> {
        variable(cx, key)?;
        self.find(key).ok_or_else(|| cx.key_error(key))
    }

    fn __iter__(&self, cx: &Ctx) -> PyResult<Value> {
        cx.iter(self.keys(cx).as_value())
    }

    /// The value of a variable, or the default.
    #[pymethod(signature = (key, default = None, /))]
    fn get(&self, cx: &Ctx, key: &Value, default: Option<&Value>) -> PyResult<Value> {
        variable(cx, key)?;
        Ok(self.find(key).or(default.cloned()).unwrap_or(Value::NONE))
    }

    /// The variables.
    fn keys(&self, cx: &Ctx) -> Py<taipan_vm::objects::List> {
        cx.new_list(self.items_of().into_iter().map(|(key, _)| key).collect())
    }

    /// The values.
    fn values(&self, cx: &Ctx) -> Py<taipan_vm::objects::List> {
        cx.new_list(
            self.items_of()
                .into_iter()
                .map(|(_, value)| value)
                .collect(),
        )
    }

    /// The variables with their values.
    fn items(&self, cx: &Ctx) -> Py<taipan_vm::objects::List> {
        let pairs = self.items_of().into_iter();
        cx.new_list(
            pairs
                .map(|(key, value)| cx.new_tuple(vec![key, value]).into_value())
                .collect(),
        )
    }
}

fn variable(cx: &Ctx, key: &Value) -> PyResult<()> {
    if key.downcast_ref::<ContextVar>().is_some() {
        return Ok(());
    }
    let shown = cx.repr(key)?;
    Err(cx.type_error(format!(
        "a ContextVar key was expected, got {}",
        shown.to_string_lossy()
    )))
}

/// What `ContextVar.set` returns: the way back.
#[pyclass(name = "Token", module = "_contextvars", traverse, no_new)]
pub(crate) struct Token {
    variable: Py<ContextVar>,
    context: Py<Context>,
    old: Option<Value>,
    is_used: Cell<bool>,
}

impl Traverse for Token {
    fn traverse(&self, visit: &mut Visitor<'_>) {
        visit(self.variable.as_value());
        visit(self.context.as_value());
        self.old.iter().for_each(visit);
    }
}

impl Token {
    fn undo(&self, cx: &Ctx, variable: &Py<ContextVar>, this: &Py<Token>) -> PyResult<()> {
        let shown = || {
            cx.repr(this.as_value())
                .map(|text| text.to_string_lossy().into_owned())
        };
        if self.is_used.get() {
            return Err(cx.runtime_error(format!("{} has already been used once", shown()?)));
        }
        if !self.variable.is(variable) {
            return Err(cx.value_error(format!(
                "{} was created by a different ContextVar",
                shown()?
            )));
        }
        if !self.context.is(&current(cx)) {
            return Err(cx.value_error(format!("{} was created in a different Context", shown()?)));
        }
        self.is_used.set(true);
        let old = self.context.replace(variable.as_value(), self.old.clone());
        drop(old);
        Ok(())
    }
}

#[pymethods]
impl Token {
    /// See PEP 585
    #[classmethod(text_signature = "($type, object, /)")]
    fn __class_getitem__(cls: &Py<Type>, cx: &Ctx, item: &Value) -> Value {
        cx.new_generic_alias(cls.as_value(), item)
    }

    fn __enter__(this: &Py<Token>) -> Py<Token> {
        this.clone()
    }

    /// Resets the variable.
    #[pymethod(text_signature = "($self, type, val, tb, /)")]
    fn __exit__(
        this: &Py<Token>,
        cx: &Ctx,
        _type: &Value,
        _value: &Value,
        _traceback: &Value,
    ) -> PyResult<()> {
        this.undo(cx, &this.variable, this)
    }

    fn __repr__(this: &Py<Token>, cx: &Ctx) -> PyResult<String> {
        let used = if this.is_used.get() { " used" } else { "" };
        let variable = cx.repr(this.variable.as_value())?;
        Ok(format!(
            "<Token{used} var={} at {:#x}>",
            variable.to_string_lossy(),
            this.as_value().identity()
        ))
    }

    #[getter]
    fn var(&self) -> Py<ContextVar> {
        self.variable.clone()
    }

    #[getter]
    fn old_value(this: &Py<Token>, cx: &Ctx) -> PyResult<Value> {
        match &this.old {
            Some(value) => Ok(value.clone()),
            None => cx.get_attr(this.header().class().as_value(), &cx.intern("MISSING")),
        }
    }
}

/// `Token.MISSING`: the variable had no value before.
#[pyclass(name = "MISSING", module = "Token", no_new)]
pub(crate) struct Missing;

#[pymethods]
impl Missing {
    fn __repr__(&self) -> &'static str {
        "<Token.MISSING>"
    }
}
