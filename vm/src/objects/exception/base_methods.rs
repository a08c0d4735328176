//! The methods and attributes of `BaseException`.
//!
//! CPython 3.14: the first part of `Objects/exceptions.c`. Tests: `tests/run/exception/`.

use taipan_macros::pymethods;

use super::BaseException;
use crate::ctx::Ctx;
use crate::error::PyResult;
use crate::native::Args;
use crate::objects::{Dict, List, Str, Tuple, Type, attrs};
use crate::value::{Py, Value};

impl BaseException {
    /// The arguments of a constructor that takes no keywords.
    ///
    /// # Errors
    /// `TypeError` if there are keywords.
    pub(super) fn positional<'a>(
        cx: &Ctx,
        class: &Py<Type>,
        args: Args<'a>,
    ) -> PyResult<&'a [Value]> {
        if args.has_keywords() {
            let name = class.full_name();
            return Err(cx.type_error(format!("{name}() takes no keyword arguments")));
        }
        Ok(args.positional())
    }

    /// `BaseException.__init__`: keeps the arguments.
    pub(super) fn set_args(&self, cx: &Ctx, args: &[Value]) {
        drop(self.args.replace(cx.new_tuple_from(args)));
    }

    /// `str()` as most exceptions have it: nothing, the only argument, or all of them.
    ///
    /// # Errors
    /// What converting an argument raises.
    pub(super) fn text(&self, cx: &Ctx) -> PyResult<Py<Str>> {
        let args = self.args.borrow().clone();
        match args.as_slice() {
            [] => cx.new_str(""),
            [only] => cx.str(only),
            _ => cx.str(args.as_value()),
        }
    }
}

/// The instance's attributes for `__reduce__`; `None` if there are none.
pub(super) fn state(cx: &Ctx, this: &Value) -> Option<Value> {
    if attrs::items(cx, this).is_empty() {
        return None;
    }
    attrs::dict(cx, this).map(Py::into_value)
}

/// `(class, args)` or `(class, args, state)`.
pub(super) fn reduced(cx: &Ctx, this: &Value, args: Value, state: Option<Value>) -> Value {
    let mut parts = vec![cx.class_of(this).to_value(), args];
    parts.extend(state);
    cx.new_tuple(parts).into_value()
}

/// A value for `__cause__` or `__context__`.
fn related(cx: &Ctx, value: Option<&Value>, name: &str) -> PyResult<Option<Value>> {
    let Some(value) = value else {
        return Err(cx.type_error(format!("__{name}__ may not be deleted")));
    };
    if value.is_none() {
        return Ok(None);
    }
    if value.downcast_ref::<BaseException>().is_none() {
        return Err(cx.type_error(format!(
            "exception {name} must be None or derive from BaseException"
        )));
    }
    Ok(Some(value.clone()))
}

/// A value for `__traceback__`.
fn traceback(cx: &Ctx, value: &Value) -> PyResult<Option<Value>> {
    if value.is_none() {
        return Ok(None);
    }
    if cx
        .class_of(value)
        .def
        .is_some_and(|def| def.name == "traceback")
    {
        return Ok(Some(value.clone()));
    }
    Err(cx.type_error("__traceback__ must be a traceback or None"))
}

#[pymethods]
impl BaseException {
    #[new]
    fn make(cx: &Ctx, cls: &Py<Type>, args: Args<'_>) -> Py<BaseException> {
        let args = cx.new_tuple_from(args.positional());
        cx.heap().allocate(cls, BaseException::new(args))
    }

    #[init]
    fn init(this: &Py<BaseException>, cx: &Ctx, args: Args<'_>) -> PyResult<()> {
        let args = BaseException::positional(cx, this.header().class(), args)?;
        this.set_args(cx, args);
        Ok(())
    }

    fn __repr__(this: &Py<BaseException>, cx: &Ctx) -> PyResult<String> {
        let name = this.header().class().name().to_string_lossy().into_owned();
        let args = this.args.borrow().clone();
        if let [only] = args.as_slice() {
            return Ok(format!("{name}({})", cx.repr(only)?.to_string_lossy()));
        }
        Ok(format!(
            "{name}{}",
            cx.repr(args.as_value())?.to_string_lossy()
        ))
    }

    fn __str__(&self, cx: &Ctx) -> PyResult<Py<Str>> {
        self.text(cx)
    }

    fn __reduce__(this: &Py<BaseException>, cx: &Ctx) -> Value {
        let args = this.args.borrow().to_value();
        reduced(cx, this.as_value(), args, state(cx, this.as_value()))
    }

    fn __setstate__(this: &Value, cx: &Ctx, state: &Value) -> PyResult<()> {
        if state.is_none() {
            return Ok(());
        }
        let Some(state) = state.downcast_ref::<Dict>() else {
            return Err(cx.type_error("state is not a dictionary"));
        };
        for (name, value) in state.items() {
            let name = cx.attribute_name(&name)?;
            cx.set_attr(this, name, Some(&value))?;
        }
        Ok(())
    }

    /// Set self.__traceback__ to tb and return self.
    #[pymethod(signature = (object, /), text_signature = "($self, tb, /)")]
    fn with_traceback(this: &Py<BaseException>, cx: &Ctx, object: &Value) -> PyResult<Value> {
        drop(this.traceback.replace(traceback(cx, object)?));
        Ok(this.to_value())
    }

    /// Add a note to the exception
    #[pymethod(signature = (object, /), text_signature = "($self, note, /)")]
    fn add_note(this: &Value, cx: &Ctx, object: &Py<Str>) -> PyResult<()> {
        let name = &cx.names().__notes__;
        match cx.find_attr(this, name)? {
            None => {
                let notes = cx.new_list(vec![object.to_value()]);
                cx.set_attr(this, name, Some(notes.as_value()))
            }
            Some(notes) => match notes.downcast_ref::<List>() {
                Some(notes) => {
                    notes.push(object.to_value());
                    Ok(())
                }
                None => Err(cx.type_error("Cannot add note: __notes__ is not a list")),
            },
        }
    }

    #[getter]
    fn __suppress_context__(&self) -> bool {
        self.suppress_context.get()
    }

    #[setter(name = "__suppress_context__")]
    fn assign_suppress_context(&self, cx: &Ctx, value: Option<&Value>) -> PyResult<()> {
        let Some(value) = value else {
            return Err(cx.type_error("can't delete numeric/char attribute"));
        };
        match value.as_bool() {
            Some(value) => {
                self.suppress_context.set(value);
                Ok(())
            }
            None => Err(cx.type_error("attribute value type must be bool")),
        }
    }

    #[getter]
    fn __dict__(this: &Value, cx: &Ctx) -> Option<Py<Dict>> {
        attrs::dict(cx, this)
    }

    #[setter(name = "__dict__")]
    fn assign_dict(this: &Value, cx: &Ctx, value: Option<&Value>) -> PyResult<()> {
        let Some(value) = value else {
            return Err(cx.type_error("cannot delete __dict__"));
        };
        let Some(dict) = value.downcast_ref::<Dict>() else {
            let given = cx.type_name(value);
            return Err(cx.type_error(format!(
                "__dict__ must be set to a dictionary, not a '{given}'"
            )));
        };
        attrs::set_dict(this, dict.clone());
        Ok(())
    }

    #[getter]
    fn args(&self) -> Py<Tuple> {
        self.args.borrow().clone()
    }

    #[setter(name = "args")]
    fn assign_args(&self, cx: &Ctx, value: Option<&Value>) -> PyResult<()> {
        let Some(value) = value else {
            return Err(cx.type_error("args may not be deleted"));
        };
        let args = cx.tuple_from(value)?;
        drop(self.args.replace(args));
        Ok(())
    }

    #[getter]
    fn __traceback__(&self) -> Option<Value> {
        self.traceback.borrow().clone()
    }

    #[setter(name = "__traceback__")]
    fn assign_traceback(&self, cx: &Ctx, value: Option<&Value>) -> PyResult<()> {
        let Some(value) = value else {
            return Err(cx.type_error("__traceback__ may not be deleted"));
        };
        drop(self.traceback.replace(traceback(cx, value)?));
        Ok(())
    }

    /// exception context
    #[getter]
    fn __context__(&self) -> Option<Value> {
        self.context.borrow().clone()
    }

    #[setter(name = "__context__")]
    fn assign_context(&self, cx: &Ctx, value: Option<&Value>) -> PyResult<()> {
        drop(self.context.replace(related(cx, value, "context")?));
        Ok(())
    }

    /// exception cause
    #[getter]
    fn __cause__(&self) -> Option<Value> {
        self.cause.borrow().clone()
    }

    #[setter(name = "__cause__")]
    fn assign_cause(&self, cx: &Ctx, value: Option<&Value>) -> PyResult<()> {
        let cause = related(cx, value, "cause")?;
        self.suppress_context.set(true);
        drop(self.cause.replace(cause));
        Ok(())
    }
}
