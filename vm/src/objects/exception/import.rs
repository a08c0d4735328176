//! `ImportError`: it knows the module's name and path.
//!
//! CPython 3.14: `ImportError_init` (`Objects/exceptions.c`). Tests: `tests/run/exception/`.

use taipan_macros::pymethods;

use super::attribute::known_keywords;
use super::base_methods::reduced;
use super::fields::{exception_payload, field};
use crate::ctx::Ctx;
use crate::error::PyResult;
use crate::native::Args;
use crate::objects::{Str, Type, attrs};
use crate::value::{Py, Value};

exception_payload! {
    /// The payload of `ImportError`.
    ImportError as "ImportError" { msg, name, path, name_from }
    members {
        field!(ImportError, "msg", msg, "exception message"),
        field!(ImportError, "name", name, "module name"),
        field!(ImportError, "path", path, "module path"),
        field!(ImportError, "name_from", name_from, "name imported from module"),
    }
}

#[pymethods]
impl ImportError {
    #[new]
    fn make(cx: &Ctx, cls: &Py<Type>, args: Args<'_>) -> Py<ImportError> {
        let args = cx.new_tuple_from(args.positional());
        cx.heap().allocate(cls, ImportError::with_args(args))
    }

    #[init]
    fn init(this: &Py<ImportError>, cx: &Ctx, args: Args<'_>) -> PyResult<()> {
        let names = ["name", "path", "name_from"];
        let [name, path, name_from] = known_keywords(cx, "ImportError", names, args)?;
        let args = args.positional();
        this.base.set_args(cx, args);
        let message = match args {
            [only] => Some(only.clone()),
            _ => None,
        };
        let old = (
            this.name.replace(name),
            this.path.replace(path),
            this.name_from.replace(name_from),
            this.msg.replace(message),
        );
        drop(old);
        Ok(())
    }

    fn __str__(&self, cx: &Ctx) -> PyResult<Py<Str>> {
        let message = self.msg.borrow().clone();
        match message.map(Value::downcast::<Str>) {
            Some(Ok(message)) if !message.header().class().is_heap_type() => Ok(message),
            _ => self.base.text(cx),
        }
    }

    fn __reduce__(this: &Py<ImportError>, cx: &Ctx) -> PyResult<Value> {
        let state = cx.new_dict();
        for (key, value) in attrs::items(cx, this.as_value()) {
            state.set(cx, &key, value)?;
        }
        let fields = [
            ("name", &this.name),
            ("path", &this.path),
            ("name_from", &this.name_from),
        ];
        for (name, field) in fields {
            if let Some(value) = field.borrow().clone() {
                state.set_str(&cx.intern(name), value);
            }
        }
        let state = (!state.is_empty()).then(|| state.into_value());
        let args = this.base.args.borrow().to_value();
        Ok(reduced(cx, this.as_value(), args, state))
    }
}
