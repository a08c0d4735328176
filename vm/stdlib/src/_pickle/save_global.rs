//! Classes, functions and other things that a pickle only names.

use taipan_vm::error::{PyErr, PyResult};
use taipan_vm::objects::{Str, Tuple};
use taipan_vm::value::{Py, Value};

use super::opcodes::{EXT1, EXT2, EXT4, GLOBAL, MARK, REDUCE, STACK_GLOBAL, TUPLE, TUPLE2};
use super::pickling_error;
use super::registry::attribute_path;
use super::save::Saver;

impl Saver<'_> {
    /// A class; those of singletons have no name that finds them.
    pub(super) fn save_type(&mut self, class: &Value) -> PyResult<()> {
        let cx = self.cx;
        for single in [Value::NONE, Value::ELLIPSIS, Value::NOT_IMPLEMENTED] {
            if cx.class_of(&single).as_value().is(class) {
                let args = cx.new_tuple(vec![single]).into_value();
                let parts = [cx.types().type_.to_value(), args];
                return self.save_reduce(&parts, Some(class));
            }
        }
        self.save_global(class, None)
    }

    /// Something that is found by a name in a module.
    ///
    /// # Errors
    /// `PicklingError` if it is not.
    pub(super) fn save_global(&mut self, object: &Value, name: Option<&Value>) -> PyResult<()> {
        let cx = self.cx;
        let name = match name {
            Some(name) => name.clone(),
            None => match cx.find_attr(object, &cx.names().__qualname__)? {
                Some(name) => name,
                None => cx.get_attr(object, &cx.names().__name__)?,
            },
        };
        let Some(name) = name.downcast_ref::<Str>() else {
            return Err(cx.type_error("the name of a global must be a str"));
        };
        let text = name.to_string_lossy();
        let path: Vec<&str> = text.split('.').collect();
        let module = self.module_of(object, name, &path)?;
        if self.protocol >= 2 && self.save_extension(object, &module, name)? {
            return Ok(());
        }
        if self.protocol >= 4 {
            self.save(&module)?;
            self.save(name.as_value())?;
            self.out.op(STACK_GLOBAL);
        } else {
            self.save_path(&module, &path)?;
        }
        self.memoize(object);
        Ok(())
    }

    /// The name of the module where the object is found.
    fn module_of(&self, object: &Value, name: &Py<Str>, path: &[&str]) -> PyResult<Value> {
        let cx = self.cx;
        let module = cx.find_attr(object, &cx.names().__module__)?;
        if path.contains(&"<locals>") {
            let shown = cx.repr(object)?;
            return Err(self.failed(format!(
                "Can't pickle local object {}",
                shown.to_string_lossy()
            )));
        }
        let module = match module {
            Some(module) if !module.is_none() => module,
            _ => match self.search_modules(object, path)? {
                Some(module) => return Ok(module),
                None => cx.names().__main__.to_value(),
            },
        };
        let loaded = self.load_module(&module);
        let loaded = match loaded {
            Ok(loaded) => loaded,
            Err(error) => return Err(self.explain_import(object, error)?),
        };
        let place = || -> PyResult<(String, String)> {
            let shown = cx.repr(object)?.to_string_lossy().into_owned();
            let module = cx.str(&module)?;
            let place = format!("{}.{}", module.to_string_lossy(), name.to_string_lossy());
            Ok((shown, place))
        };
        match attribute_path(cx, &loaded, path) {
            Ok(found) if found.is(object) => Ok(module.clone()),
            Ok(_) => {
                let (shown, place) = place()?;
                Err(self.failed(format!(
                    "Can't pickle {shown}: it's not the same object as {place}"
                )))
            }
            Err(error) if cx.matches(&error, &cx.types().attribute_error) => {
                let (shown, place) = place()?;
                let failed =
                    self.failed(format!("Can't pickle {shown}: it's not found as {place}"));
                set_context(&failed, error);
                Err(failed)
            }
            Err(error) => Err(error),
        }
    }

    fn failed(&self, message: String) -> PyErr {
        pickling_error(self.cx, message)
    }

    /// `sys.modules[name]`, after importing it.
    fn load_module(&self, name: &Value) -> PyResult<Value> {
        let cx = self.cx;
        let Some(text) = name.downcast_ref::<Str>() else {
            return Err(cx.type_error("module name must be a string"));
        };
        cx.import_module_level(text, None, &Value::NONE, 0)?;
        cx.get_item(cx.modules().as_value(), name)
    }

    /// `PicklingError` for a module that is not there; other errors stay.
    fn explain_import(&self, object: &Value, error: PyErr) -> PyResult<PyErr> {
        let cx = self.cx;
        let types = cx.types();
        let is_absence = [&types.import_error, &types.value_error, &types.key_error]
            .iter()
            .any(|class| cx.matches(&error, class));
        if !is_absence {
            return Ok(error);
        }
        let shown = cx.repr(object)?;
        let reason = cx.str(error.value())?;
        let failed = self.failed(format!(
            "Can't pickle {}: {}",
            shown.to_string_lossy(),
            reason.to_string_lossy()
        ));
        set_context(&failed, error);
        Ok(failed)
    }

    /// The module that has the object under that name, for objects that know none.
    fn search_modules(&self, object: &Value, path: &[&str]) -> PyResult<Option<Value>> {
        let cx = self.cx;
        for (name, module) in cx.modules().items() {
            let is_main = name.downcast_ref::<Str>().is_some_and(|name| {
                name.as_wtf8() == "__main__" || name.as_wtf8() == "__mp_main__"
            });
            if is_main || module.is_none() {
                continue;
            }
            match attribute_path(cx, &module, path) {
                Ok(found) if found.is(object) => return Ok(Some(name)),
                Ok(_) => {}
                Err(error) if cx.matches(&error, &cx.types().attribute_error) => {}
                Err(error) => return Err(error),
            }
        }
        Ok(None)
    }

    /// The number that `copyreg` gave the name, if any.
    fn save_extension(&mut self, object: &Value, module: &Value, name: &Py<Str>) -> PyResult<bool> {
        let cx = self.cx;
        let key = cx.new_tuple(vec![module.clone(), name.to_value()]);
        let Some(code) = self.registry.extension_registry.get(cx, key.as_value())? else {
            return Ok(false);
        };
        if code.as_int().is_none() {
            return Err(self.failed(format!(
                "Can't pickle {}: extension code {} isn't an integer",
                cx.repr(object)?.to_string_lossy(),
                cx.repr(&code)?.to_string_lossy(),
            )));
        }
        let number = cx.to_index_size(&code)?;
        let code = match u32::try_from(number) {
            Ok(code @ 1..=0x7FFF_FFFF) => code,
            _ => {
                return Err(cx.runtime_error(format!("extension code {number} is out of range")));
            }
        };
        let [a, b, c, d] = code.to_le_bytes();
        match code {
            0..=0xFF => self.out.put(&[EXT1, a]),
            0x100..=0xFFFF => self.out.put(&[EXT2, a, b]),
            _ => self.out.put(&[EXT4, a, b, c, d]),
        }
        Ok(true)
    }

    /// `module.name`, and attributes of it through calls of `getattr`: older protocols know no dots.
    fn save_path(&mut self, module: &Value, path: &[&str]) -> PyResult<()> {
        let cx = self.cx;
        let Some((name, attributes)) = path.split_first() else {
            return Ok(());
        };
        let getattr = cx.builtin("getattr")?;
        for _ in attributes {
            self.save(&getattr)?;
            if self.protocol < 2 {
                self.out.op(MARK);
            }
        }
        let name = cx.new_str(*name)?.into_value();
        self.save_toplevel(module, &name)?;
        for attribute in attributes {
            let attribute = cx.intern(*attribute).into_value();
            self.save(&attribute)?;
            self.out.op(if self.protocol < 2 { TUPLE } else { TUPLE2 });
            self.out.op(REDUCE);
        }
        Ok(())
    }

    fn save_toplevel(&mut self, module: &Value, name: &Value) -> PyResult<()> {
        let (mut module, mut name) = (module.clone(), name.clone());
        if self.protocol < 3 && self.fix_imports {
            (module, name) = self.old_names(module, name)?;
        }
        self.out.op(GLOBAL);
        for (kind, part) in [("module", module), ("global", name)] {
            let text = self.cx.str(&part)?;
            let is_text = text.as_wtf8().first_surrogate().is_none();
            if !is_text || (self.protocol < 3 && !text.is_ascii()) {
                return Err(self.failed(format!(
                    "can't pickle {kind} identifier {} using pickle protocol {}",
                    self.cx.repr(&part)?.to_string_lossy(),
                    self.protocol
                )));
            }
            self.out.put(text.as_wtf8().as_bytes());
            self.out.op(b'\n');
        }
        Ok(())
    }

    /// What Python 2 called it.
    fn old_names(&self, module: Value, name: Value) -> PyResult<(Value, Value)> {
        let cx = self.cx;
        let key = cx.new_tuple(vec![module.clone(), name.clone()]);
        if let Some(old) = self.registry.reverse_name_mapping.get(cx, key.as_value())? {
            return match old.downcast_ref::<Tuple>().map(|pair| pair.as_slice()) {
                Some([module, name]) => Ok((module.clone(), name.clone())),
                _ => Err(cx.runtime_error(format!(
                    "_compat_pickle.REVERSE_NAME_MAPPING values should be 2-tuples, not {}",
                    cx.type_name(&old)
                ))),
            };
        }
        match self.registry.reverse_import_mapping.get(cx, &module)? {
            Some(old) => Ok((old, name)),
            None => Ok((module, name)),
        }
    }
}

/// Says during which error another was raised.
fn set_context(error: &PyErr, context: PyErr) {
    let context = context.into_exception().into_value();
    drop(error.exception().context.replace(Some(context)));
}
