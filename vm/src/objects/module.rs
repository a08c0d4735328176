//! `module`: a namespace with a name.
//!
//! CPython 3.14: `Objects/moduleobject.c`. Tests: `tests/run/module/`.

use taipan_macros::{pyclass, pymethods};

use crate::ctx::Ctx;
use crate::error::{PyErr, PyResult};
use crate::native::{Args, ModuleDef};
use crate::objects::object::generic_get_attribute;
use crate::objects::{Dict, List, Str, Type, attrs};
use crate::value::{Py, Value};

/// Create a module object.
///
/// The name must be a string; the optional docstring can have any type.
#[pyclass(
    name = "module",
    subclassable,
    weakref,
    dict,
    text_signature = "(name, doc=None)"
)]
pub struct Module {
    /// How a native module was declared.
    pub def: Option<&'static ModuleDef>,
}

impl Py<Module> {
    /// The namespace.
    pub fn dict(&self, cx: &Ctx) -> Py<Dict> {
        match attrs::dict(cx, self.as_value()) {
            Some(dict) => dict,
            // `module` has attributes, so its instances have a dict.
            None => cx.new_dict(),
        }
    }

    /// `__name__`.
    ///
    /// # Errors
    /// `SystemError` if it is missing or no string.
    pub fn name(&self, cx: &Ctx) -> PyResult<Value> {
        let name = self.dict(cx).get_str(&cx.names().__name__);
        match name {
            Some(name) if name.downcast_ref::<Str>().is_some() => Ok(name),
            _ => Err(cx.system_error("nameless module")),
        }
    }
}

/// `<module 'name' from 'file'>`, after `__spec__` if there is one.
fn text(cx: &Ctx, module: &Value) -> PyResult<String> {
    let repr =
        |value: &Value| -> PyResult<String> { Ok(cx.repr(value)?.to_string_lossy().into_owned()) };
    let find = |value: &Value, name: &str| cx.find_attr(value, &cx.intern(name));
    let given = |value: Option<Value>| value.filter(|value| !value.is_none());
    if let Some(spec) = given(find(module, "__spec__")?) {
        let unnamed = cx.new_str("?")?.into_value();
        let name = repr(&given(find(&spec, "name")?).unwrap_or(unnamed))?;
        let Some(origin) = given(find(&spec, "origin")?) else {
            return match given(find(&spec, "loader")?) {
                None => Ok(format!("<module {name}>")),
                Some(loader)
                    if cx.class_of(&loader).name().to_string_lossy() == "NamespaceLoader" =>
                {
                    let path = cx.get_attr_str(&loader, "_path")?;
                    let path = cx.list_from(&path)?;
                    Ok(format!(
                        "<module {name} (namespace) from {}>",
                        repr(path.as_value())?
                    ))
                }
                Some(loader) => Ok(format!("<module {name} ({})>", repr(&loader)?)),
            };
        };
        let has_location = match find(&spec, "has_location")? {
            Some(flag) => cx.is_true(&flag)?,
            None => false,
        };
        if has_location {
            return Ok(format!("<module {name} from {}>", repr(&origin)?));
        }
        return Ok(format!(
            "<module {name} ({})>",
            cx.str(&origin)?.to_string_lossy()
        ));
    }
    let name = match find(module, "__name__")? {
        Some(name) => repr(&name)?,
        None => "'?'".to_owned(),
    };
    if let Some(file) = find(module, "__file__")? {
        return Ok(format!("<module {name} from {}>", repr(&file)?));
    }
    match given(find(module, "__loader__")?) {
        Some(loader) => Ok(format!("<module {name} ({})>", repr(&loader)?)),
        None => Ok(format!("<module {name}>")),
    }
}

#[pymethods]
impl Module {
    #[new]
    fn make(cx: &Ctx, cls: &Py<Type>, _args: Args<'_>) -> Py<Module> {
        cx.heap().allocate(cls, Module { def: None })
    }

    #[init(signature = (name, doc = None))]
    fn init(this: &Py<Module>, cx: &Ctx, name: &Py<Str>, doc: Option<&Value>) -> PyResult<()> {
        let dict = this.dict(cx);
        let names = cx.names();
        dict.set_str(&names.__name__, name.to_value());
        dict.set_str(&names.__doc__, doc.cloned().unwrap_or(Value::NONE));
        dict.set_str(&names.__package__, Value::NONE);
        dict.set_str(&names.__loader__, Value::NONE);
        dict.set_str(&names.__spec__, Value::NONE);
        Ok(())
    }

    fn __repr__(this: &Value, cx: &Ctx) -> PyResult<String> {
        text(cx, this)
    }

    fn __getattribute__(this: &Py<Module>, cx: &Ctx, name: &Py<Str>) -> PyResult<Option<Value>> {
        if let Some(found) = generic_get_attribute(cx, this.as_value(), name)? {
            return Ok(Some(found));
        }
        match this.dict(cx).get_str(&cx.names().__getattr__) {
            Some(getattr) => cx.call(&getattr, &[name.to_value()]).map(Some),
            None => Ok(None),
        }
    }

    fn __dir__(this: &Py<Module>, cx: &Ctx) -> PyResult<Value> {
        let dict = cx.get_attr(this.as_value(), &cx.names().__dict__)?;
        let Some(dict) = dict.downcast_ref::<Dict>() else {
            return Err(cx.type_error("<module>.__dict__ is not a dictionary"));
        };
        match dict.get_str(&cx.names().__dir__) {
            Some(dir) => cx.call(&dir, &[]),
            None => Ok(cx.new_list(dict.keys()).into_value()),
        }
    }

    #[member]
    fn __dict__(this: &Py<Module>, cx: &Ctx) -> Py<Dict> {
        this.dict(cx)
    }

    #[getter]
    fn __annotate__(this: &Py<Module>, cx: &Ctx) -> Value {
        let (annotate, _) = this.annotate(cx);
        annotate
    }

    #[setter(name = "__annotate__")]
    fn assign_annotate(this: &Py<Module>, cx: &Ctx, value: Option<&Value>) -> PyResult<()> {
        let Some(value) = value else {
            return Err(cx.type_error("cannot delete __annotate__ attribute"));
        };
        if !value.is_none() && !cx.is_callable(value) {
            return Err(cx.type_error("__annotate__ must be callable or None"));
        }
        let dict = this.dict(cx);
        dict.set_str(&cx.names().__annotate__, value.clone());
        if !value.is_none() {
            drop(dict.remove_str(&cx.names().__annotations__));
        }
        Ok(())
    }

    #[getter]
    fn __annotations__(this: &Py<Module>, cx: &Ctx) -> PyResult<Value> {
        let (dict, name) = (this.dict(cx), &cx.names().__annotations__);
        if let Some(known) = dict.get_str(name) {
            return Ok(known);
        }
        let (annotate, _) = this.annotate(cx);
        let annotations = if cx.is_callable(&annotate) {
            let result = cx.call(&annotate, &[Value::int32(1)])?;
            if result.downcast_ref::<Dict>().is_none() {
                let given = cx.type_name(&result);
                return Err(
                    cx.type_error(format!("__annotate__ returned non-dict of type '{given}'"))
                );
            }
            result
        } else {
            cx.new_dict().into_value()
        };
        // While the module's body runs, more may come.
        if !this.spec_says(cx, "_initializing")? {
            dict.set_str(name, annotations.clone());
        }
        Ok(annotations)
    }

    #[setter(name = "__annotations__")]
    fn assign_annotations(this: &Py<Module>, cx: &Ctx, value: Option<&Value>) -> PyResult<()> {
        let (dict, names) = (this.dict(cx), cx.names());
        match value {
            Some(value) => dict.set_str(&names.__annotations__, value.clone()),
            None => {
                if dict.remove_str(&names.__annotations__).is_none() {
                    return Err(cx.attribute_error("__annotations__"));
                }
            }
        }
        drop(dict.remove_str(&names.__annotate__));
        Ok(())
    }
}

impl Py<Module> {
    /// `__annotate__`, `None` from now on if it was not there, and whether it was.
    fn annotate(&self, cx: &Ctx) -> (Value, bool) {
        let (dict, name) = (self.dict(cx), &cx.names().__annotate__);
        match dict.get_str(name) {
            Some(known) => (known, true),
            None => {
                dict.set_str(name, Value::NONE);
                (Value::NONE, false)
            }
        }
    }

    /// The truth of an attribute of `__spec__`.
    fn spec_says(&self, cx: &Ctx, name: &str) -> PyResult<bool> {
        let Some(spec) = self.dict(cx).get_str(&cx.names().__spec__) else {
            return Ok(false);
        };
        match cx.find_attr(&spec, &cx.intern(name))? {
            Some(flag) => cx.is_true(&flag),
            None => Ok(false),
        }
    }

    /// The file the module came from, if `__spec__` says so.
    fn origin(&self, cx: &Ctx) -> PyResult<Option<String>> {
        if !self.spec_says(cx, "has_location")? {
            return Ok(None);
        }
        let Some(spec) = self.dict(cx).get_str(&cx.names().__spec__) else {
            return Ok(None);
        };
        let origin = cx.find_attr(&spec, &cx.intern("origin"))?;
        Ok(origin
            .and_then(|origin| origin.downcast::<Str>().ok())
            .map(|origin| origin.to_string_lossy().into_owned()))
    }

    /// Whether a submodule of that name is being imported.
    fn has_unready_submodule(&self, cx: &Ctx, name: &Py<Str>) -> PyResult<bool> {
        let Some(spec) = self.dict(cx).get_str(&cx.names().__spec__) else {
            return Ok(false);
        };
        match cx.find_attr(&spec, &cx.intern("_uninitialized_submodules"))? {
            Some(list) => cx.contains(&list, name.as_value()),
            None => Ok(false),
        }
    }

    /// The `AttributeError` for a name that the module does not have.
    #[cold]
    pub(crate) fn absent_attribute(&self, cx: &Ctx, name: &Py<Str>) -> PyErr {
        match self.absence(cx, name) {
            Ok(message) => cx.attribute_error_of(message, self.as_value(), name),
            Err(error) => error,
        }
    }

    fn absence(&self, cx: &Ctx, name: &Py<Str>) -> PyResult<String> {
        let text = name.to_string_lossy();
        let own = self.dict(cx).get_str(&cx.names().__name__);
        let Some(Ok(own)) = own.map(Value::downcast::<Str>) else {
            return Ok(format!("module has no attribute '{text}'"));
        };
        let module = own.to_string_lossy();
        let origin = self.origin(cx)?;
        let shadows = match &origin {
            Some(origin) => is_in_script_directory(cx, origin),
            None => false,
        };
        let file = origin.as_deref().unwrap_or_default();
        if shadows && is_standard_module(cx, &own)? {
            return Ok(format!(
                "module '{module}' has no attribute '{text}' (consider renaming '{file}' since it has the same name \
                 as the standard library module named '{module}' and prevents importing that standard library module)"
            ));
        }
        if self.spec_says(cx, "_initializing")? {
            return Ok(if shadows {
                format!(
                    "module '{module}' has no attribute '{text}' (consider renaming '{file}' if it has the same name \
                     as a library you intended to import)"
                )
            } else if origin.is_some() {
                format!(
                    "partially initialized module '{module}' from '{file}' has no attribute '{text}' (most likely \
                     due to a circular import)"
                )
            } else {
                format!(
                    "partially initialized module '{module}' has no attribute '{text}' (most likely due to a circular \
                     import)"
                )
            });
        }
        if self.has_unready_submodule(cx, name)? {
            return Ok(format!(
                "cannot access submodule '{text}' of module '{module}' (most likely due to a circular import)"
            ));
        }
        Ok(format!("module '{module}' has no attribute '{text}'"))
    }
}

/// Whether a file lies in the directory that `sys.path` starts with, so that it hides modules of the same name.
pub(crate) fn is_in_script_directory(cx: &Ctx, file: &str) -> bool {
    let Some(sys) = cx.isolate().sys.get() else {
        return false;
    };
    let first = sys
        .get_str(&cx.intern("path"))
        .and_then(|path| path.downcast_ref::<List>().and_then(|path| path.get(0)))
        .and_then(|first| first.downcast::<Str>().ok());
    let Some(first) = first else { return false };
    let directory = file
        .strip_suffix("/__init__.py")
        .unwrap_or(file)
        .rsplit_once('/')
        .map(|(directory, _)| directory);
    directory.is_some_and(|directory| first.as_wtf8() == directory)
}

/// Whether `sys.stdlib_module_names` has the name.
pub(crate) fn is_standard_module(cx: &Ctx, name: &Py<Str>) -> PyResult<bool> {
    let names = cx
        .isolate()
        .sys
        .get()
        .and_then(|sys| sys.get_str(&cx.intern("stdlib_module_names")));
    match names {
        Some(names) => cx.contains(&names, name.as_value()),
        None => Ok(false),
    }
}

impl Ctx {
    /// Makes a module with the names that each module has from the start.
    pub fn new_module(
        &self,
        name: &str,
        doc: Option<&str>,
        def: Option<&'static ModuleDef>,
    ) -> PyResult<Py<Module>> {
        let module = self.heap().allocate(&self.types().module, Module { def });
        let dict = module.dict(self);
        let names = self.names();
        dict.set_str(&names.__name__, self.new_str(name)?.into_value());
        let doc = match doc {
            Some(doc) => self.new_str(doc)?.into_value(),
            None => Value::NONE,
        };
        dict.set_str(&names.__doc__, doc);
        dict.set_str(&names.__package__, Value::NONE);
        dict.set_str(&names.__loader__, Value::NONE);
        dict.set_str(&names.__spec__, Value::NONE);
        Ok(module)
    }
}
