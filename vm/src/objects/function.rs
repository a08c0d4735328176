//! `function`: code with globals, defaults and a closure.
//!
//! CPython 3.14: `Objects/funcobject.c`. Tests: `tests/run/function/`.
//!
//! Invariant: `globals`, `builtins` and `closure` never change; frames borrow the globals.
#![expect(
    non_snake_case,
    reason = "setters are named as the attributes they set"
)]

use std::cell::Cell;

use taipan_compiler::code_object::CodeFlags;
use taipan_macros::{pyclass, pymethods};

use crate::ctx::Ctx;
use crate::error::PyResult;
use crate::field::Field;
use crate::heap::{Traverse, Visitor};
use crate::native::Args;
use crate::objects::code::Code;
use crate::objects::{Dict, Str, Tuple, Type};
use crate::value::{Py, Value};

/// The payload of a `function`.
#[pyclass(
    name = "function",
    module = "builtins",
    dict,
    weakref,
    method_descriptor,
    traverse
)]
pub struct Function {
    pub code: Field<Py<Code>>,
    pub globals: Py<Dict>,
    pub builtins: Value,
    pub name: Field<Py<Str>>,
    pub qualname: Field<Py<Str>>,
    /// `__doc__`; absent as long as it is the docstring of the code, which is not looked into for that.
    doc: Field<Option<Value>>,
    pub module: Field<Option<Value>>,
    pub defaults: Field<Option<Py<Tuple>>>,
    pub kwdefaults: Field<Option<Py<Dict>>>,
    pub closure: Field<Option<Py<Tuple>>>,
    pub annotations: Field<Option<Value>>,
    pub annotate: Field<Option<Value>>,
    pub type_params: Field<Option<Py<Tuple>>>,
    /// Names the present code and defaults for inline caches; 0 if nobody asked since the last change.
    version: Cell<u32>,
}

impl Traverse for Function {
    fn traverse(&self, visit: &mut Visitor<'_>) {
        self.code.peek(|code| visit(code.as_value()));
        visit(self.globals.as_value());
        visit(&self.builtins);
        self.name.peek(|name| visit(name.as_value()));
        self.qualname.peek(|name| visit(name.as_value()));
        self.doc.peek(|doc| doc.iter().for_each(&mut *visit));
        for field in [&self.module, &self.annotations, &self.annotate] {
            field.peek(|value| value.iter().for_each(&mut *visit));
        }
        for field in [&self.defaults, &self.closure, &self.type_params] {
            field.peek(|tuple| tuple.iter().for_each(|tuple| visit(tuple.as_value())));
        }
        self.kwdefaults
            .peek(|dict| dict.iter().for_each(|dict| visit(dict.as_value())));
    }

    fn clear(&self) {
        let old = (
            self.module.take(),
            self.defaults.take(),
            self.kwdefaults.take(),
            self.annotations.take(),
            self.annotate.take(),
            self.type_params.take(),
            self.closure.take(),
            self.doc.replace(Some(Value::NONE)),
        );
        drop(old);
    }
}

impl Function {
    fn documentation(&self, cx: &Ctx) -> PyResult<Value> {
        match self.doc.get() {
            Some(doc) => Ok(doc),
            None => {
                let code = self.code.get();
                if code.flags.contains(CodeFlags::HAS_DOCSTRING) {
                    code.const_at(cx, 0)
                } else {
                    Ok(Value::NONE)
                }
            }
        }
    }

    /// The version for inline caches; 0 when versions are used up.
    pub fn version(&self, cx: &Ctx) -> u32 {
        if self.version.get() == 0 {
            self.version.set(cx.isolate().next_function_version());
        }
        self.version.get()
    }

    #[inline(always)]
    pub fn known_version(&self) -> u32 {
        self.version.get()
    }

    fn modified(&self) {
        self.version.set(0);
    }
}

impl Ctx {
    /// Makes a function of `code` with its module's name from `globals`, as `MAKE_FUNCTION` does.
    ///
    /// # Errors
    /// `MemoryError`, or what looking up `__builtins__` raises.
    pub fn new_function(&self, code: Py<Code>, globals: Py<Dict>) -> PyResult<Py<Function>> {
        let builtins = self.builtins_of(&globals)?;
        let module = globals.get_str(&self.names().__name__);
        let function = Function {
            name: Field::new(code.name.clone()),
            qualname: Field::new(code.qualname.clone()),
            code: Field::new(code),
            globals,
            builtins,
            doc: Field::new(None),
            module: Field::new(module),
            defaults: Field::default(),
            kwdefaults: Field::default(),
            closure: Field::default(),
            annotations: Field::default(),
            annotate: Field::default(),
            type_params: Field::default(),
            version: Cell::new(0),
        };
        Ok(self.heap().allocate(&self.types().function, function))
    }

    /// The builtins that code with these globals sees: `__builtins__` or, without one, those of the running code.
    fn builtins_of(&self, globals: &Py<Dict>) -> PyResult<Value> {
        match globals.get_str(&self.names().__builtins__) {
            Some(builtins) => match builtins.downcast_ref::<crate::objects::Module>() {
                Some(module) => Ok(module.dict(self).into_value()),
                None => Ok(builtins),
            },
            None => Ok(self.current_builtins()),
        }
    }
}

fn optional<T: crate::heap::Payload>(value: Option<Py<T>>) -> Value {
    value.map_or(Value::NONE, Py::into_value)
}

#[pymethods]
impl Function {
    #[new(
        signature = (code, globals, name = None, argdefs = None, closure = None, kwdefaults = None),
        text_signature = "(code, globals, name=None, argdefs=None, closure=None,\n         kwdefaults=None)"
    )]
    fn new(
        cx: &Ctx,
        cls: &Py<Type>,
        code: &Value,
        globals: &Value,
        name: Option<&Value>,
        argdefs: Option<&Value>,
        closure: Option<&Value>,
        kwdefaults: Option<&Value>,
    ) -> PyResult<Value> {
        let _ = cls;
        let wrong = |place: &str, expected: &str, value: &Value| {
            cx.type_error(format!(
                "function() argument {place} must be {expected}, not {}",
                cx.type_name_for_argument(value)
            ))
        };
        let Some(code) = code.downcast_ref::<Code>() else {
            return Err(wrong("'code'", "code", code));
        };
        let Some(globals) = globals.downcast_ref::<Dict>() else {
            return Err(wrong("'globals'", "dict", globals));
        };
        let function = cx.new_function(code.clone(), globals.clone())?;
        if let Some(name) = name {
            match name.downcast_ref::<Str>() {
                Some(name) => function.name.set(name.clone()),
                None => return Err(cx.type_error("arg 3 (name) must be None or string")),
            }
        }
        if let Some(defaults) = argdefs {
            match defaults.downcast_ref::<Tuple>() {
                Some(defaults) => function.defaults.set(Some(defaults.clone())),
                None => return Err(cx.type_error("arg 4 (defaults) must be None or tuple")),
            }
        }
        let cells = match closure {
            None => None,
            Some(closure) => match closure.downcast_ref::<Tuple>() {
                Some(cells) => Some(cells),
                None => return Err(cx.type_error("arg 5 (closure) must be tuple")),
            },
        };
        let given = cells.map_or(0, |cells| cells.length());
        let wanted = code.nfree as usize;
        if given != wanted {
            if given == 0 {
                return Err(cx.type_error("arg 5 (closure) must be tuple"));
            }
            return Err(cx.value_error(format!(
                "{} requires closure of length {wanted}, not {given}",
                code.name.to_string_lossy()
            )));
        }
        if let Some(cells) = cells {
            for cell in cells.as_slice() {
                if cell.downcast_ref::<crate::objects::cell::Cell>().is_none() {
                    return Err(cx.type_error(format!(
                        "arg 5 (closure) expected cell, found {}",
                        cx.type_name(cell)
                    )));
                }
            }
            function.closure.set(Some(cells.clone()));
        }
        if let Some(kwdefaults) = kwdefaults {
            match kwdefaults.downcast_ref::<Dict>() {
                Some(kwdefaults) => function.kwdefaults.set(Some(kwdefaults.clone())),
                None => return Err(cx.type_error("arg 6 (kwdefaults) must be None or dict")),
            }
        }
        Ok(function.into_value())
    }

    fn __call__(this: &Py<Function>, cx: &Ctx, args: Args<'_>) -> PyResult<Value> {
        cx.call_function(this, args)
    }

    fn __get__(
        this: &Py<Function>,
        cx: &Ctx,
        instance: Option<&Value>,
        owner: Option<&Value>,
    ) -> PyResult<Value> {
        let _ = owner;
        Ok(match instance {
            Some(instance) => cx
                .new_bound_method(this.to_value(), instance.clone())
                .into_value(),
            None => this.to_value(),
        })
    }

    fn __repr__(this: &Py<Function>, cx: &Ctx) -> PyResult<Value> {
        let text = format!(
            "<function {} at {:#x}>",
            this.qualname.get().to_string_lossy(),
            this.as_value().identity()
        );
        Ok(cx.new_str(&text)?.into_value())
    }

    #[getter]
    fn __code__(&self) -> Value {
        self.code.get().into_value()
    }

    #[setter]
    fn set___code__(&self, cx: &Ctx, value: Option<&Value>) -> PyResult<()> {
        let Some(code) = value.and_then(|value| value.downcast_ref::<Code>()) else {
            return Err(cx.type_error("__code__ must be set to a code object"));
        };
        let closure = self.closure.get();
        let given = closure.map_or(0, |cells| cells.length());
        if given != code.nfree as usize {
            return Err(cx.value_error(format!(
                "{}() requires a code object with {given} free vars, not {}",
                self.name.get().to_string_lossy(),
                code.nfree
            )));
        }
        let kinds = CodeFlags::GENERATOR | CodeFlags::COROUTINE | CodeFlags::ASYNC_GENERATOR;
        if (self.code.get().source.flags ^ code.source.flags).intersects(kinds) {
            cx.warn(
                &cx.types().deprecation_warning,
                "Assigning a code object of non-matching type is deprecated (e.g., from a generator to a plain \
                 function)",
            )?;
        }
        let doc = self.documentation(cx)?;
        self.doc.set(Some(doc));
        self.modified();
        self.code.set(code.clone());
        Ok(())
    }

    #[member]
    fn __globals__(&self) -> Value {
        self.globals.to_value()
    }

    #[member]
    fn __builtins__(&self) -> Value {
        self.builtins.clone()
    }

    #[member]
    fn __closure__(&self) -> Value {
        optional(self.closure.get())
    }

    #[getter]
    fn __name__(&self) -> Value {
        self.name.get().into_value()
    }

    #[setter]
    fn set___name__(&self, cx: &Ctx, value: Option<&Value>) -> PyResult<()> {
        match value.and_then(|value| value.downcast_ref::<Str>()) {
            Some(name) => self.name.set(name.clone()),
            None => return Err(cx.type_error("__name__ must be set to a string object")),
        }
        Ok(())
    }

    #[getter]
    fn __qualname__(&self) -> Value {
        self.qualname.get().into_value()
    }

    #[setter]
    fn set___qualname__(&self, cx: &Ctx, value: Option<&Value>) -> PyResult<()> {
        match value.and_then(|value| value.downcast_ref::<Str>()) {
            Some(name) => self.qualname.set(name.clone()),
            None => return Err(cx.type_error("__qualname__ must be set to a string object")),
        }
        Ok(())
    }

    #[member]
    fn __doc__(&self, cx: &Ctx) -> PyResult<Value> {
        self.documentation(cx)
    }

    #[setter]
    fn set___doc__(&self, value: Option<&Value>) {
        self.doc.set(Some(value.cloned().unwrap_or(Value::NONE)));
    }

    #[member]
    fn __module__(&self) -> Value {
        self.module.get().unwrap_or(Value::NONE)
    }

    #[setter]
    fn set___module__(&self, value: Option<&Value>) {
        self.module.set(value.cloned());
    }

    #[getter]
    fn __defaults__(&self) -> Value {
        optional(self.defaults.get())
    }

    #[setter]
    fn set___defaults__(&self, cx: &Ctx, value: Option<&Value>) -> PyResult<()> {
        let defaults = match value.filter(|value| !value.is_none()) {
            None => None,
            Some(value) => match value.downcast_ref::<Tuple>() {
                Some(tuple) => Some(tuple.clone()),
                None => return Err(cx.type_error("__defaults__ must be set to a tuple object")),
            },
        };
        self.modified();
        self.defaults.set(defaults);
        Ok(())
    }

    #[getter]
    fn __kwdefaults__(&self) -> Value {
        optional(self.kwdefaults.get())
    }

    #[setter]
    fn set___kwdefaults__(&self, cx: &Ctx, value: Option<&Value>) -> PyResult<()> {
        let defaults = match value.filter(|value| !value.is_none()) {
            None => None,
            Some(value) => match value.downcast_ref::<Dict>() {
                Some(dict) => Some(dict.clone()),
                None => return Err(cx.type_error("__kwdefaults__ must be set to a dict object")),
            },
        };
        self.modified();
        self.kwdefaults.set(defaults);
        Ok(())
    }

    #[getter]
    fn __annotate__(&self) -> Value {
        self.annotate.get().unwrap_or(Value::NONE)
    }

    #[setter]
    fn set___annotate__(&self, cx: &Ctx, value: Option<&Value>) -> PyResult<()> {
        let Some(value) = value else {
            return Err(cx.type_error("__annotate__ cannot be deleted"));
        };
        if value.is_none() {
            self.annotate.set(None);
            return Ok(());
        }
        if cx.class_of(value).slots.call.get().is_none() {
            return Err(cx.type_error("__annotate__ must be callable or None"));
        }
        self.annotations.set(None);
        self.annotate.set(Some(value.clone()));
        Ok(())
    }

    #[getter]
    fn __annotations__(&self, cx: &Ctx) -> PyResult<Value> {
        if let Some(annotations) = self.annotations.get() {
            if let Some(pairs) = annotations.downcast_ref::<Tuple>() {
                // `from __future__ import annotations` leaves names and texts in turns.
                let dict = cx.new_dict();
                for pair in pairs.as_slice().chunks_exact(2) {
                    dict.set(cx, &pair[0], pair[1].clone())?;
                }
                self.annotations.set(Some(dict.to_value()));
                return Ok(dict.into_value());
            }
            return Ok(annotations);
        }
        let annotations = match self.annotate.get() {
            None => cx.new_dict().into_value(),
            Some(annotate) => {
                let result = cx.call(&annotate, &[Value::int32(1)])?;
                if result.downcast_ref::<Dict>().is_none() {
                    return Err(cx.type_error(format!(
                        "__annotate__ returned non-dict of type '{}'",
                        cx.type_name(&result)
                    )));
                }
                result
            }
        };
        self.annotations.set(Some(annotations.clone()));
        Ok(annotations)
    }

    #[setter]
    fn set___annotations__(&self, cx: &Ctx, value: Option<&Value>) -> PyResult<()> {
        let annotations = match value.filter(|value| !value.is_none()) {
            None => None,
            Some(value) if value.downcast_ref::<Dict>().is_some() => Some(value.clone()),
            Some(_) => return Err(cx.type_error("__annotations__ must be set to a dict object")),
        };
        self.annotations.set(annotations);
        self.annotate.set(None);
        Ok(())
    }

    #[getter]
    fn __type_params__(&self, cx: &Ctx) -> Value {
        self.type_params
            .get()
            .unwrap_or_else(|| cx.isolate().empty_tuple())
            .into_value()
    }

    #[setter]
    fn set___type_params__(&self, cx: &Ctx, value: Option<&Value>) -> PyResult<()> {
        match value.and_then(|value| value.downcast_ref::<Tuple>()) {
            Some(params) => self.type_params.set(Some(params.clone())),
            None => return Err(cx.type_error("__type_params__ must be set to a tuple")),
        }
        Ok(())
    }
}
