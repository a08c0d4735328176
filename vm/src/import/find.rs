//! `__import__`.
//!
//! CPython 3.14: `PyImport_ImportModuleLevelObject` (`Python/import.c`). Tests: `tests/run/import/`.

use taipan_text::{Wtf8, Wtf8Buf};

use crate::ctx::Ctx;
use crate::error::{PyErr, PyResult};
use crate::objects::{Dict, Str};
use crate::value::{Py, Value};

impl Ctx {
    /// Imports a module by its full name and returns it (not its top package).
    ///
    /// # Errors
    /// What the import raises.
    pub fn import_name(&self, name: &str) -> PyResult<Value> {
        let name = self.intern(name);
        self.import_absolute(&name)
    }

    /// `from module import attribute`, as native code needs it.
    ///
    /// # Errors
    /// What the import raises; `AttributeError`.
    pub fn import_from(&self, module: &str, attribute: &str) -> PyResult<Value> {
        let module = self.import_name(module)?;
        self.get_attr(&module, &self.intern(attribute))
    }

    /// `__import__(name, globals, locals, fromlist, level)`.
    ///
    /// # Errors
    /// What the import raises.
    pub fn import_module_level(
        &self,
        name: &Py<Str>,
        globals: Option<&Value>,
        from_list: &Value,
        level: i64,
    ) -> PyResult<Value> {
        if level < 0 {
            return Err(self.value_error("level must be >= 0"));
        }
        let full = if level > 0 {
            self.resolve_name(name, globals, level)?
        } else if name.length() == 0 {
            return Err(self.value_error("Empty module name"));
        } else {
            self.intern_object(name)
        };
        let module = self.import_absolute(&full)?;
        if !from_list.is_none() && self.is_true(from_list)? {
            return self.handle_from_list(module, from_list);
        }
        if level > 0 && name.length() == 0 {
            return Ok(module);
        }
        let text = name.as_wtf8().as_bytes();
        let Some(dot) = text.iter().position(|&byte| byte == b'.') else {
            return Ok(module);
        };
        if level == 0 {
            let front = self.intern(name.as_wtf8().slice(0, dot));
            return self.import_absolute(&front);
        }
        let full_text = full.as_wtf8();
        let front = full_text.slice(0, full_text.len() - (text.len() - dot));
        let front = self.intern(front);
        match self.find_module(&front)? {
            Some(module) => Ok(module),
            None => {
                let repr = self.repr(front.as_value())?;
                let message = format!("{} not in sys.modules as expected", repr.to_string_lossy());
                Err(self.key_error(self.new_str(&message)?.as_value()))
            }
        }
    }

    fn handle_from_list(&self, module: Value, from_list: &Value) -> PyResult<Value> {
        let Some(importlib) = self.isolate().import_state.importlib.get() else {
            return Ok(module);
        };
        if self.find_attr(&module, &self.names().__path__)?.is_none() {
            return Ok(module);
        }
        let import = self.builtin("__import__")?;
        let handle = self.get_attr(importlib, &self.intern("_handle_fromlist"))?;
        self.call(&handle, &[module, from_list.clone(), import])
            .map_err(|error| self.without_importlib_frames(error))
    }

    /// What `sys.modules` has under a name; `None` in there means "absent".
    fn find_module(&self, name: &Py<Str>) -> PyResult<Option<Value>> {
        let found = self.modules().get(self, name.as_value())?;
        Ok(found.filter(|module| !module.is_none()))
    }

    fn import_absolute(&self, name: &Py<Str>) -> PyResult<Value> {
        if let Some(module) = self.find_module(name)? {
            self.ensure_initialized(&module, name)?;
            self.show_cached_import(name);
            return Ok(module);
        }
        self.find_and_load(name)
    }

    fn find_and_load(&self, name: &Py<Str>) -> PyResult<Value> {
        let Some(importlib) = self.isolate().import_state.importlib.get() else {
            let text = name.to_string_lossy();
            return match self.import_native(&text)? {
                Some(module) => Ok(module),
                None => Err(self.no_module_named(&text)),
            };
        };
        self.audit(
            "import",
            &[
                name.to_value(),
                Value::NONE,
                self.sys_get("path").unwrap_or(Value::NONE),
                self.sys_get("meta_path").unwrap_or(Value::NONE),
                self.sys_get("path_hooks").unwrap_or(Value::NONE),
            ],
        )?;
        let started = self.start_timing();
        let find_and_load = self.get_attr(importlib, &self.intern("_find_and_load"))?;
        let import = self.builtin("__import__")?;
        let found = self.call(&find_and_load, &[name.to_value(), import]);
        self.finish_timing(name, started);
        found.map_err(|error| self.without_importlib_frames(error))
    }

    #[cold]
    fn no_module_named(&self, name: &str) -> PyErr {
        let class = self.types().module_not_found_error.clone();
        self.error(&class, format!("No module named '{name}'"))
    }

    /// Another thread may still be filling the module: waits for it.
    fn ensure_initialized(&self, module: &Value, name: &Py<Str>) -> PyResult<()> {
        let Some(importlib) = self.isolate().import_state.importlib.get() else {
            return Ok(());
        };
        let Some(spec) = self.find_attr(module, &self.names().__spec__)? else {
            return Ok(());
        };
        if spec.is_none() {
            return Ok(());
        }
        let initializing = match self.find_attr(&spec, &self.intern("_initializing"))? {
            Some(initializing) => self.is_true(&initializing)?,
            None => false,
        };
        if initializing {
            let wait = self.get_attr(importlib, &self.intern("_lock_unlock_module"))?;
            self.call(&wait, &[name.to_value()])?;
        }
        Ok(())
    }

    /// The full name of a relative import.
    fn resolve_name(
        &self,
        name: &Py<Str>,
        globals: Option<&Value>,
        level: i64,
    ) -> PyResult<Py<Str>> {
        let names = self.names();
        let Some(globals) = globals.filter(|globals| !globals.is_none()) else {
            return Err(self.key_error(self.new_str("'__name__' not in globals")?.as_value()));
        };
        let Some(globals) = globals.downcast_ref::<Dict>() else {
            return Err(self.type_error("globals must be a dict"));
        };
        let get = |name: &Py<Str>| globals.get_str(name).filter(|value| !value.is_none());
        let package = if let Some(package) = get(&names.__package__) {
            let package = self.text_of(package, "package must be a string")?;
            if let Some(spec) = get(&names.__spec__) {
                let parent = self.get_attr(&spec, &self.intern("parent"))?;
                if !self.is_equal(package.as_value(), &parent)? {
                    let category = self.types().deprecation_warning.clone();
                    self.warn(&category, "__package__ != __spec__.parent")?;
                }
            }
            package
        } else if let Some(spec) = get(&names.__spec__) {
            let parent = self.get_attr(&spec, &self.intern("parent"))?;
            self.text_of(parent, "__spec__.parent must be a string")?
        } else {
            self.package_from_name(globals)?
        };
        let package = package.as_wtf8();
        if package.is_empty() {
            return Err(self.error(
                &self.types().import_error,
                "attempted relative import with no known parent package",
            ));
        }
        let mut end = package.len();
        for _ in 1..level {
            end = package.as_bytes()[..end]
                .iter()
                .rposition(|&byte| byte == b'.')
                .ok_or_else(|| {
                    self.error(
                        &self.types().import_error,
                        "attempted relative import beyond top-level package",
                    )
                })?;
        }
        let mut full = Wtf8Buf::new();
        full.push_wtf8(package.slice(0, end));
        if name.length() > 0 {
            full.push_str(".");
            full.push_wtf8(name.as_wtf8());
        }
        Ok(self.intern(&full))
    }

    fn package_from_name(&self, globals: &Py<Dict>) -> PyResult<Py<Str>> {
        let names = self.names();
        let category = self.types().import_warning.clone();
        self.warn(
            &category,
            "can't resolve package from __spec__ or __package__, falling back on __name__ and __path__",
        )?;
        let Some(package) = globals.get_str(&names.__name__) else {
            return Err(self.key_error(self.new_str("'__name__' not in globals")?.as_value()));
        };
        let package = self.text_of(package, "__name__ must be a string")?;
        if globals.contains_str(&names.__path__) {
            return Ok(package);
        }
        let text = package.as_wtf8();
        let end = text
            .as_bytes()
            .iter()
            .rposition(|&byte| byte == b'.')
            .unwrap_or(0);
        let parent: &Wtf8 = text.slice(0, end);
        self.new_str(parent)
    }

    fn text_of(&self, value: Value, message: &str) -> PyResult<Py<Str>> {
        value
            .downcast::<Str>()
            .map_err(|_| self.type_error(message))
    }
}
