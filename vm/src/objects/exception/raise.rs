//! The exceptions that native code raises, by name.

use taipan_text::Wtf8;

use crate::ctx::Ctx;
use crate::error::{PyErr, PyResult};
use crate::objects::exception::{AttributeError, ImportError, NameError, StopIteration};
use crate::objects::{BaseException, List, Str, Type, attrs};
use crate::value::{Py, Value};

impl Ctx {
    /// An exception of `class` with a message as its only argument.
    pub fn error(&self, class: &Py<Type>, message: impl AsRef<Wtf8>) -> PyErr {
        match Str::allocate(self.heap(), &self.types().str, message.as_ref()) {
            Ok(message) => self.exception_with(class, vec![message.into_value()]),
            Err(_) => self.memory_error(),
        }
    }

    /// An exception of any class, by calling it if its payload is not the plain one.
    pub fn exception_with(&self, class: &Py<Type>, args: Vec<Value>) -> PyErr {
        if !class.is_heap_type()
            && std::ptr::eq(
                class.layout,
                <BaseException as crate::heap::Payload>::layout(),
            )
        {
            return self.new_exception(class, args);
        }
        match self
            .call(class.as_value(), &args)
            .map(Value::downcast::<BaseException>)
        {
            Ok(Ok(exception)) => PyErr::new(exception),
            Ok(Err(_)) => self.type_error(format!(
                "calling {} should have returned an instance of BaseException",
                class.name()
            )),
            Err(error) => error,
        }
    }

    /// `MemoryError`, which must not need much memory itself.
    pub fn memory_error(&self) -> PyErr {
        self.new_exception(&self.types().memory_error, Vec::new())
    }

    /// `StopIteration` with a value, `None` leaving the arguments empty.
    pub fn stop_iteration(&self, value: Value) -> PyErr {
        let args = if value.is_none() {
            Vec::new()
        } else {
            vec![value.clone()]
        };
        let payload = StopIteration::with_args(self.new_tuple(args));
        drop(payload.value.replace(Some(value)));
        self.made(self.heap().allocate(&self.types().stop_iteration, payload))
    }

    /// `KeyError` for a missing key.
    pub fn key_error(&self, key: &Value) -> PyErr {
        self.exception_with(&self.types().key_error, vec![key.clone()])
    }

    /// `AttributeError` that knows whose attribute is missing.
    #[cold]
    pub fn attribute_error_of(
        &self,
        message: impl AsRef<Wtf8>,
        object: &Value,
        name: &Py<Str>,
    ) -> PyErr {
        self.new_attribute_error(message.as_ref(), Some(object), Some(name))
    }

    /// `AttributeError` with a message alone.
    #[cold]
    pub fn attribute_error(&self, message: impl AsRef<Wtf8>) -> PyErr {
        self.new_attribute_error(message.as_ref(), None, None)
    }

    fn new_attribute_error(
        &self,
        message: &Wtf8,
        object: Option<&Value>,
        name: Option<&Py<Str>>,
    ) -> PyErr {
        let args = match self.new_str(message) {
            Ok(message) => self.new_tuple(vec![message.into_value()]),
            Err(error) => return error,
        };
        let payload = AttributeError::with_args(args);
        drop(payload.obj.replace(object.cloned()));
        drop(payload.name.replace(name.map(Py::to_value)));
        self.made(self.heap().allocate(&self.types().attribute_error, payload))
    }

    /// `NameError` that knows the name; `class` is it or derived from it.
    #[cold]
    pub fn name_error_of(
        &self,
        class: &Py<Type>,
        message: impl AsRef<Wtf8>,
        name: &Py<Str>,
    ) -> PyErr {
        let args = match self.new_str(message.as_ref()) {
            Ok(message) => self.new_tuple(vec![message.into_value()]),
            Err(error) => return error,
        };
        let payload = NameError::with_args(args);
        drop(payload.name.replace(Some(name.to_value())));
        self.made(self.heap().allocate(class, payload))
    }

    /// `ImportError` or `ModuleNotFoundError` that knows the module's name and path; `None` leaves them out.
    #[cold]
    pub fn import_error_of(
        &self,
        class: &Py<Type>,
        message: impl AsRef<Wtf8>,
        name: Option<&Value>,
        path: Option<&Value>,
        name_from: Option<&Value>,
    ) -> PyErr {
        let message = match self.new_str(message.as_ref()) {
            Ok(message) => message.into_value(),
            Err(error) => return error,
        };
        let payload = ImportError::with_args(self.new_tuple(vec![message.clone()]));
        drop(payload.msg.replace(Some(message)));
        drop(payload.name.replace(name.cloned()));
        drop(payload.path.replace(path.cloned()));
        drop(payload.name_from.replace(name_from.cloned()));
        self.made(self.heap().allocate(class, payload))
    }

    /// An exception object as an error.
    fn made<T: crate::heap::Payload>(&self, exception: Py<T>) -> PyErr {
        match exception.into_value().downcast::<BaseException>() {
            Ok(exception) => PyErr::new(exception),
            Err(_) => self.system_error("an exception without the base's payload"),
        }
    }

    /// The error of text with surrogates where UTF-8 is needed.
    #[cold]
    pub fn surrogates_not_allowed(&self, text: &Py<Str>) -> PyErr {
        let at = text.as_wtf8().first_surrogate().unwrap_or(0);
        let at = text.position_of(at) as i64;
        let utf8 = self.intern("utf-8").into_value();
        let reason = self.intern("surrogates not allowed").into_value();
        let args = vec![
            utf8,
            text.to_value(),
            self.new_int(at),
            self.new_int(at + 1),
            reason,
        ];
        self.exception_with(&self.types().unicode_encode_error, args)
    }

    /// Adds to an exception's `__notes__`.
    ///
    /// # Errors
    /// What storing the attribute raises.
    pub fn add_note(&self, error: &PyErr, note: &str) -> PyResult<()> {
        let note = self.new_str(note)?.into_value();
        let name = &self.names().__notes__;
        match attrs::get(self, error.value(), name)? {
            None => {
                let notes = self.new_list(vec![note]).into_value();
                attrs::set(self, error.value(), name, notes).map(drop)
            }
            Some(notes) => match notes.downcast_ref::<List>() {
                Some(notes) => {
                    notes.push(note);
                    Ok(())
                }
                None => Err(self.type_error("Cannot add note: __notes__ is not a list")),
            },
        }
    }

    /// Whether `error` is an instance of `class`.
    pub fn matches(&self, error: &PyErr, class: &Py<Type>) -> bool {
        error.exception().header().class().is_subtype(class)
    }
}

macro_rules! raisers {
    ($($(#[$doc:meta])* $method:ident: $class:ident,)*) => {
        impl Ctx {
            $($(#[$doc])* #[cold] pub fn $method(&self, message: impl AsRef<Wtf8>) -> PyErr {
                self.error(&self.types().$class, message)
            })*
        }
    };
}

raisers! {
    type_error: type_error,
    value_error: value_error,
    index_error: index_error,
    overflow_error: overflow_error,
    zero_division_error: zero_division_error,
    runtime_error: runtime_error,
    recursion_error: recursion_error,
    system_error: system_error,
    not_implemented_error: not_implemented_error,
    buffer_error: buffer_error,
    lookup_error: lookup_error,
    eof_error: eof_error,
    reference_error: reference_error,
    assertion_error: assertion_error,
}
