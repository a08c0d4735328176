//! Classes and their instances out of a pickle.

use taipan_vm::error::PyResult;
use taipan_vm::native::Args;
use taipan_vm::objects::{Dict, Str, Tuple, Type};
use taipan_vm::protocol::exact_str;
use taipan_vm::value::{Py, Value};

use super::load::Loader;
use super::registry::registry;

impl Loader<'_> {
    pub(super) fn load_global(&mut self) -> PyResult<()> {
        let module = self.text_line()?;
        let name = self.text_line()?;
        let found = self.global(&module, &name)?;
        self.push(found);
        Ok(())
    }

    pub(super) fn load_stack_global(&mut self) -> PyResult<()> {
        let name = self.pop()?;
        let module = self.pop()?;
        if exact_str(&name).is_none() || exact_str(&module).is_none() {
            return Err(self.failed("STACK_GLOBAL requires str"));
        }
        let found = self.global(&module, &name)?;
        self.push(found);
        Ok(())
    }

    pub(super) fn load_extension(&mut self, code: i64) -> PyResult<()> {
        let cx = self.cx;
        if code <= 0 {
            return Err(self.failed("EXT specifies code <= 0"));
        }
        let registry = registry(cx)?;
        let key = cx.new_int(code);
        if let Some(found) = registry.extension_cache.get(cx, &key)? {
            self.push(found);
            return Ok(());
        }
        let Some(pair) = registry.inverted_registry.get(cx, &key)? else {
            return Err(cx.value_error(format!("unregistered extension code {code}")));
        };
        let parts = pair.downcast_ref::<Tuple>().map(|pair| pair.as_slice());
        let (module, name) = match parts {
            Some([module, name])
                if module.downcast_ref::<Str>().is_some()
                    && name.downcast_ref::<Str>().is_some() =>
            {
                (module, name)
            }
            _ => {
                return Err(cx.value_error(format!(
                    "_inverted_registry[{code}] isn't a 2-tuple of strings"
                )));
            }
        };
        let found = self.global(module, name)?;
        registry.extension_cache.set(cx, &key, found.clone())?;
        self.push(found);
        Ok(())
    }

    /// The class that `NEWOBJ` wants an instance of.
    fn class_argument<'v>(&self, class: &'v Value, op: &str) -> PyResult<&'v Py<Type>> {
        class.downcast_ref::<Type>().ok_or_else(|| {
            let name = self.cx.type_name(class);
            self.failed(format!("{op} class argument must be a type, not {name}"))
        })
    }

    fn new_instance(&self, class: &Py<Type>, args: Args<'_>, op: &str) -> PyResult<Value> {
        match class.slots.new.get() {
            Some(new) => new(self.cx, class, args),
            None => Err(self.failed(format!(
                "{op} class argument '{}' doesn't have __new__",
                class.name().to_string_lossy()
            ))),
        }
    }

    pub(super) fn load_newobj(&mut self) -> PyResult<()> {
        let args = self.pop()?;
        let class = self.pop()?;
        let class = self.class_argument(&class, "NEWOBJ")?;
        let Some(args) = args.downcast_ref::<Tuple>() else {
            let name = self.cx.type_name(&args);
            return Err(self.failed(format!("NEWOBJ args argument must be a tuple, not {name}")));
        };
        let args = Args::positional_only(args.as_slice());
        let object = self.new_instance(class, args, "NEWOBJ")?;
        self.push(object);
        Ok(())
    }

    pub(super) fn load_newobj_ex(&mut self) -> PyResult<()> {
        let kwargs = self.pop()?;
        let args = self.pop()?;
        let class = self.pop()?;
        let class = self.class_argument(&class, "NEWOBJ_EX")?;
        let Some(positional) = args.downcast_ref::<Tuple>() else {
            let name = self.cx.type_name(&args);
            return Err(self.failed(format!(
                "NEWOBJ_EX args argument must be a tuple, not {name}"
            )));
        };
        let Some(keywords) = kwargs.downcast_ref::<Dict>() else {
            let name = self.cx.type_name(&kwargs);
            return Err(self.failed(format!(
                "NEWOBJ_EX kwargs argument must be a dict, not {name}"
            )));
        };
        let mut values = positional.as_slice().to_vec();
        let mut names = Vec::new();
        for (name, value) in keywords.items() {
            if name.downcast_ref::<Str>().is_none() {
                return Err(self.cx.type_error("keywords must be strings"));
            }
            names.push(name);
            values.push(value);
        }
        let object = self.new_instance(class, Args::new(&values, &names), "NEWOBJ_EX")?;
        self.push(object);
        Ok(())
    }

    pub(super) fn load_reduce(&mut self) -> PyResult<()> {
        let args = self.pop()?;
        let callable = self.pop()?;
        let Some(args) = args.downcast_ref::<Tuple>() else {
            return Err(self.cx.type_error("argument list must be a tuple"));
        };
        let object = self.cx.call(&callable, args.as_slice())?;
        self.push(object);
        Ok(())
    }

    fn instantiate(&mut self, class: &Value, args: &[Value]) -> PyResult<()> {
        let cx = self.cx;
        let is_bare = args.is_empty()
            && class.downcast_ref::<Type>().is_some()
            && cx
                .find_attr(class, &cx.intern("__getinitargs__"))?
                .is_none();
        let object = if is_bare {
            cx.call_method(class, &cx.names().__new__, std::slice::from_ref(class))?
        } else {
            cx.call(class, args)?
        };
        self.push(object);
        Ok(())
    }

    pub(super) fn load_inst(&mut self) -> PyResult<()> {
        let mark = self.mark()?;
        let module = self.text_line()?;
        let name = self.text_line()?;
        let class = self.global(&module, &name)?;
        let args = self.stack.split_off(mark);
        self.instantiate(&class, &args)
    }

    pub(super) fn load_obj(&mut self) -> PyResult<()> {
        let items = self.pop_mark()?;
        match items.split_first() {
            Some((class, args)) => self.instantiate(class, args),
            None => Err(self.underflow()),
        }
    }

    pub(super) fn load_build(&mut self) -> PyResult<()> {
        let cx = self.cx;
        if self.stack.len() < self.fence() + 2 {
            return Err(self.underflow());
        }
        let state = self.pop()?;
        let object = self.top()?.clone();
        if let Some(set_state) = cx.find_attr(&object, &cx.names().__setstate__)? {
            return cx.call(&set_state, &[state]).map(drop);
        }
        let pair = state.downcast_ref::<Tuple>().map(|pair| pair.as_slice());
        let (attributes, slots) = match pair {
            Some([attributes, slots]) => (attributes, slots.clone()),
            _ => (&state, Value::NONE),
        };
        if !attributes.is_none() {
            let Some(attributes) = attributes.downcast_ref::<Dict>() else {
                return Err(self.failed("state is not a dictionary"));
            };
            let dict = cx.get_attr(&object, &cx.names().__dict__)?;
            for (name, value) in attributes.items() {
                let name = match exact_str(&name) {
                    Some(text) => cx.intern_object(text).into_value(),
                    None => name,
                };
                cx.set_item(&dict, &name, &value)?;
            }
        }
        if pair.is_some_and(|pair| pair.len() == 2) {
            let Some(slots) = slots.downcast_ref::<Dict>() else {
                if slots.is_none() {
                    return Ok(());
                }
                return Err(self.failed("slot state is not a dictionary"));
            };
            for (name, value) in slots.items() {
                let name = cx.attribute_name(&name)?;
                cx.set_attr(&object, name, Some(&value))?;
            }
        }
        Ok(())
    }

    pub(super) fn load_next_buffer(&mut self) -> PyResult<()> {
        let cx = self.cx;
        let Some(buffers) = &self.settings.buffers else {
            return Err(self.failed(
                "pickle stream refers to out-of-band data but no *buffers* argument was given",
            ));
        };
        match cx.next(buffers)? {
            Some(buffer) => {
                self.push(buffer);
                Ok(())
            }
            None => Err(self.failed("not enough out-of-band buffers")),
        }
    }

    pub(super) fn load_readonly_buffer(&mut self) -> PyResult<()> {
        let cx = self.cx;
        let object = self.top()?.clone();
        let view = cx.new_memoryview(&object)?.into_value();
        let readonly = cx.get_attr_str(&view, "readonly")?;
        if cx.is_true(&readonly)? {
            return Ok(());
        }
        let view = cx.call_method(&view, &cx.intern("toreadonly"), &[])?;
        self.pop()?;
        self.push(view);
        Ok(())
    }
}
