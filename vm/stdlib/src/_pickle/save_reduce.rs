//! Objects as the call that makes them again, and the state that it then gets.

use taipan_vm::error::{PyErr, PyResult};
use taipan_vm::objects::{Dict, Str, Tuple, Type};
use taipan_vm::value::{Py, Value};

use super::opcodes::{BUILD, NEWOBJ, NEWOBJ_EX, POP, REDUCE, TUPLE2};
use super::pickling_error;
use super::save::Saver;

impl Saver<'_> {
    /// Saves the parts that `__reduce__` returned: callable, arguments, state, items, entries, setter of the state.
    /// `object` is what they make.
    ///
    /// # Errors
    /// `PicklingError` if the parts are wrong; what saving them raises.
    pub(super) fn save_reduce(&mut self, parts: &[Value], object: Option<&Value>) -> PyResult<()> {
        let cx = self.cx;
        let [callable, args, rest @ ..] = parts else {
            return Err(self.wrong_size());
        };
        if rest.len() > 4 {
            return Err(self.wrong_size());
        }
        let part = |index: usize| rest.get(index).filter(|part| !part.is_none());
        let (state, items, entries, setter) = (part(0), part(1), part(2), part(3));
        if !cx.is_callable(callable) {
            return Err(self.wrong_part("first", "callable", callable)?);
        }
        let Some(arguments) = args.downcast_ref::<Tuple>() else {
            return Err(self.wrong_part("second", "a tuple", args)?);
        };
        for (place, iterator) in [("fourth", items), ("fifth", entries)] {
            if let Some(iterator) = iterator
                && !cx.is_iterator(iterator)
            {
                return Err(self.wrong_part(place, "an iterator", iterator)?);
            }
        }
        if let Some(setter) = setter
            && !cx.is_callable(setter)
        {
            return Err(self.wrong_part("sixth", "callable", setter)?);
        }
        // Without an object, notes are about the callable.
        let subject = object.unwrap_or(callable);
        match self.special_name(callable)? {
            Some("__newobj_ex__") => self.save_newobj_ex(arguments, subject)?,
            Some(_) => self.save_newobj(arguments, object, subject)?,
            None => {
                self.save_part(callable, subject, "reconstructor")?;
                self.save_part(args, subject, "reconstructor arguments")?;
                self.out.op(REDUCE);
            }
        }
        if let Some(object) = object {
            match self.is_saved_meanwhile(object) {
                Some(number) => {
                    self.out.op(POP);
                    self.get_memoized(number);
                }
                None => self.memoize(object),
            }
        }
        if let Some(items) = items {
            self.append_all(items, subject)?;
        }
        if let Some(entries) = entries {
            self.set_all(entries, subject)?;
        }
        let Some(state) = state else {
            return Ok(());
        };
        let Some(setter) = setter else {
            self.save_part(state, subject, "state")?;
            self.out.op(BUILD);
            return Ok(());
        };
        self.save_part(setter, subject, "state setter")?;
        self.save(subject)?;
        self.save_part(state, subject, "state")?;
        self.out.put(&[TUPLE2, REDUCE, POP]);
        Ok(())
    }

    fn wrong_size(&self) -> PyErr {
        pickling_error(
            self.cx,
            "tuple returned by __reduce__ must contain 2 through 6 elements",
        )
    }

    fn wrong_part(&self, place: &str, wanted: &str, part: &Value) -> PyResult<PyErr> {
        let class = self.class_name(part)?;
        Ok(pickling_error(
            self.cx,
            format!(
                "{place} item of the tuple returned by __reduce__ must be {wanted}, not {class}"
            ),
        ))
    }

    /// Whether the callable is one of those that newer protocols have an instruction for.
    fn special_name(&self, callable: &Value) -> PyResult<Option<&'static str>> {
        if self.protocol < 2 {
            return Ok(None);
        }
        let name = self.cx.find_attr(callable, &self.cx.names().__name__)?;
        let Some(name) = name.as_ref().and_then(|name| name.downcast_ref::<Str>()) else {
            return Ok(None);
        };
        Ok(["__newobj_ex__", "__newobj__"]
            .into_iter()
            .find(|special| name.as_wtf8() == *special))
    }

    fn wrong_argument(&self, place: &str, wanted: &str, value: &Value) -> PyResult<PyErr> {
        let class = self.class_name(value)?;
        Ok(pickling_error(
            self.cx,
            format!("{place} argument to {wanted}, not {class}"),
        ))
    }

    fn save_newobj_ex(&mut self, arguments: &Py<Tuple>, subject: &Value) -> PyResult<()> {
        let cx = self.cx;
        let [class, args, kwargs] = arguments.as_slice() else {
            return Err(pickling_error(
                cx,
                format!(
                    "__newobj_ex__ expected 3 arguments, got {}",
                    arguments.length()
                ),
            ));
        };
        if class.downcast_ref::<Type>().is_none() {
            return Err(self.wrong_argument("first", "__newobj_ex__() must be a class", class)?);
        }
        let Some(positional) = args.downcast_ref::<Tuple>() else {
            return Err(self.wrong_argument("second", "__newobj_ex__() must be a tuple", args)?);
        };
        let Some(keywords) = kwargs.downcast_ref::<Dict>() else {
            return Err(self.wrong_argument("third", "__newobj_ex__() must be a dict", kwargs)?);
        };
        if self.protocol >= 4 {
            self.save_part(class, subject, "class")?;
            self.save_part(args, subject, "__new__ arguments")?;
            self.save_part(kwargs, subject, "__new__ arguments")?;
            self.out.op(NEWOBJ_EX);
            return Ok(());
        }
        let mut values = vec![cx.get_attr(class, &cx.names().__new__)?, class.clone()];
        values.extend_from_slice(positional.as_slice());
        let mut names = Vec::new();
        for (name, value) in keywords.items() {
            names.push(name);
            values.push(value);
        }
        let partial = cx.import_from("functools", "partial")?;
        let callable = cx.call_with(&partial, taipan_vm::native::Args::new(&values, &names))?;
        self.save_part(&callable, subject, "reconstructor")?;
        self.save(cx.new_tuple(Vec::new()).as_value())?;
        self.out.op(REDUCE);
        Ok(())
    }

    fn save_newobj(
        &mut self,
        arguments: &Py<Tuple>,
        object: Option<&Value>,
        subject: &Value,
    ) -> PyResult<()> {
        let cx = self.cx;
        let [class, rest @ ..] = arguments.as_slice() else {
            return Err(pickling_error(
                cx,
                "__newobj__ expected at least 1 argument, got 0",
            ));
        };
        if class.downcast_ref::<Type>().is_none() {
            return Err(self.wrong_argument("first", "__newobj__() must be a class", class)?);
        }
        if let Some(object) = object {
            let own = cx.get_attr(object, &cx.names().__class__)?;
            if !own.is(class) {
                return Err(pickling_error(
                    cx,
                    format!(
                        "first argument to __newobj__() must be {}, not {}",
                        cx.repr(&own)?.to_string_lossy(),
                        cx.repr(class)?.to_string_lossy()
                    ),
                ));
            }
        }
        self.save_part(class, subject, "class")?;
        let rest = cx.new_tuple(rest.to_vec());
        self.save_part(rest.as_value(), subject, "__new__ arguments")?;
        self.out.op(NEWOBJ);
        Ok(())
    }
}
