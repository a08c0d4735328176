//! Calls of Python functions: binding arguments to the locals of a new frame.
//!
//! CPython 3.14: `initialize_locals` (`Python/ceval.c`). Tests: `tests/run/call/`.

use taipan_compiler::code_object::CodeFlags;

use super::stack::{FrameRef, Regs, Role};
use crate::ctx::Ctx;
use crate::error::{PyErr, PyResult};
use crate::native::Args;
use crate::objects::code::Code;
use crate::objects::function::Function;
use crate::objects::{Dict, Str};
use crate::value::{Py, Value};

impl Ctx {
    /// Calls a Python function from native code.
    ///
    /// # Errors
    /// `TypeError` if the arguments do not fit, or what the function raises.
    pub fn call_function(&self, function: &Py<Function>, args: Args<'_>) -> PyResult<Value> {
        let frame = self.frame_for_call(function.clone(), args)?;
        self.run_frame(frame)
    }

    /// Runs the code of a module or a class body, or any code without parameters.
    ///
    /// # Errors
    /// What the code raises.
    pub fn run_code(
        &self,
        code: &Py<Code>,
        globals: &Py<Dict>,
        locals: Option<&Value>,
    ) -> PyResult<Value> {
        let function = self.new_function(code.clone(), globals.clone())?;
        self.run_function_in(&function, locals)
    }

    /// Runs a function without arguments in a namespace (`exec` with a closure, class bodies).
    ///
    /// # Errors
    /// What the code raises.
    pub fn run_function_in(
        &self,
        function: &Py<Function>,
        locals: Option<&Value>,
    ) -> PyResult<Value> {
        let frame = self.frame_for_call(function.clone(), Args::EMPTY)?;
        frame.locals.set(match locals {
            Some(locals) => Some(locals.clone()),
            None if frame.code.flags.contains(CodeFlags::OPTIMIZED) => None,
            None => Some(function.globals.to_value()),
        });
        self.run_frame(frame)
    }

    /// Runs a frame whose arguments are bound, until it returns.
    fn run_frame(&self, frame: FrameRef) -> PyResult<Value> {
        if let Err(error) = self.check_native_stack("") {
            self.thread().stack.pop(frame);
            return Err(error);
        }
        frame.role.set(Role::Entry);
        self.thread().enter(frame);
        super::run(self, Regs::enter(frame, 0), None)
    }

    /// Makes the frame of a call.
    pub(crate) fn frame_for_call(
        &self,
        function: Py<Function>,
        args: Args<'_>,
    ) -> PyResult<FrameRef> {
        let code = function.code.get();
        let frame = self.push_frame(code, function)?;
        match self.bind(frame, args) {
            Ok(()) => Ok(frame),
            Err(error) => {
                self.thread().stack.pop(frame);
                Err(error)
            }
        }
    }

    fn bind(&self, frame: FrameRef, args: Args<'_>) -> PyResult<()> {
        let code = &frame.code;
        let given = args.positional();
        let argcount = code.argcount as usize;
        for (index, value) in given.iter().take(argcount).enumerate() {
            drop(frame.replace_local(index, Some(value.clone())));
        }
        if code.is_simple
            && given.len() <= argcount
            && !args.has_keywords()
            && fill_from_defaults(frame, given.len(), argcount)
        {
            return Ok(());
        }
        self.bind_rest(frame, args)
    }

    #[inline(never)]
    fn bind_rest(&self, frame: FrameRef, args: Args<'_>) -> PyResult<()> {
        let (code, function) = (&frame.code, &frame.function);
        let source = &code.source;
        let given = args.positional();
        if !code.flags.contains(CodeFlags::OPTIMIZED) {
            // A function of a module's code: its variables are the globals.
            frame.locals.set(Some(function.globals.to_value()));
        }
        let argcount = code.argcount as usize;
        let kwonly = source.kwonlyargcount as usize;
        let has_varargs = code.flags.contains(CodeFlags::VARARGS);
        let mut keywords_rest = None;
        if code.flags.contains(CodeFlags::VARKEYWORDS) {
            let dict = self.new_dict();
            let slot = argcount + kwonly + usize::from(has_varargs);
            drop(frame.replace_local(slot, Some(dict.to_value())));
            keywords_rest = Some(dict);
        }
        if has_varargs {
            let rest = given.get(argcount..).unwrap_or_default();
            let rest = self.new_tuple_from(rest).into_value();
            drop(frame.replace_local(argcount + kwonly, Some(rest)));
        }
        for (position, (name, value)) in args.keywords().enumerate() {
            self.bind_keyword(frame, name, value, keywords_rest.as_ref(), args, position)?;
        }
        if given.len() > argcount && !has_varargs {
            return Err(self.too_many_positional(frame, given.len()));
        }
        if given.len() < argcount {
            let defaults = function.defaults.get();
            let defaults = defaults
                .as_ref()
                .map_or(&[][..], |defaults| defaults.as_slice());
            let required = argcount.saturating_sub(defaults.len());
            if (given.len()..required).any(|index| frame.local(index).is_none()) {
                return Err(self.missing(frame, 0..required, "positional"));
            }
            for index in given.len().max(required)..argcount {
                if frame.local(index).is_none() {
                    let skipped = defaults.len().saturating_sub(argcount);
                    let value = defaults[skipped + index - required].clone();
                    drop(frame.replace_local(index, Some(value)));
                }
            }
        }
        if kwonly > 0 {
            let defaults = function.kwdefaults.get();
            let mut is_missing = false;
            for index in argcount..argcount + kwonly {
                if frame.local(index).is_some() {
                    continue;
                }
                let name = &code.localsplusnames()[index];
                let value = match &defaults {
                    Some(defaults) => defaults.get(self, name.as_value())?,
                    None => None,
                };
                match value {
                    Some(value) => drop(frame.replace_local(index, Some(value))),
                    None => is_missing = true,
                }
            }
            if is_missing {
                return Err(self.missing(frame, argcount..argcount + kwonly, "keyword-only"));
            }
        }
        Ok(())
    }

    fn bind_keyword(
        &self,
        frame: FrameRef,
        name: &Py<Str>,
        value: &Value,
        rest: Option<&Py<Dict>>,
        args: Args<'_>,
        position: usize,
    ) -> PyResult<()> {
        let _ = position;
        let code = &frame.code;
        let positional_only = code.source.posonlyargcount as usize;
        let parameters = (code.argcount + code.source.kwonlyargcount) as usize;
        let names = &code.localsplusnames()[..parameters];
        let find = || {
            let candidates = names.iter().enumerate().skip(positional_only);
            // Interned names are found by identity; others by their text.
            candidates
                .clone()
                .find(|(_, known)| known.is(name))
                .or_else(|| candidates.clone().find(|(_, known)| known.equals(name)))
                .map(|(index, _)| index)
        };
        let Some(index) = find() else {
            return match rest {
                Some(rest) => rest.set(self, name.as_value(), value.clone()),
                None => Err(self.unexpected_keyword(frame, name, args)),
            };
        };
        if frame.local(index).is_some() {
            return Err(self.type_error(format!(
                "{}() got multiple values for argument '{}'",
                self.function_name(frame),
                name.to_string_lossy()
            )));
        }
        drop(frame.replace_local(index, Some(value.clone())));
        Ok(())
    }

    fn function_name(&self, frame: FrameRef) -> String {
        frame.function.qualname.get().to_string_lossy().into_owned()
    }

    #[cold]
    fn unexpected_keyword(&self, frame: FrameRef, name: &Py<Str>, args: Args<'_>) -> PyErr {
        let code = &frame.code;
        let function = self.function_name(frame);
        let positional_only = &code.localsplusnames()[..code.source.posonlyargcount as usize];
        let passed: Vec<_> = positional_only
            .iter()
            .filter(|known| args.keywords().any(|(given, _)| given.equals(known)))
            .map(|name| name.to_string_lossy().into_owned())
            .collect();
        if !passed.is_empty() {
            return self.type_error(format!(
                "{function}() got some positional-only arguments passed as keyword arguments: '{}'",
                passed.join(", ")
            ));
        }
        let parameters = (code.argcount + code.source.kwonlyargcount) as usize;
        let known: Vec<String> = code.localsplusnames()
            [code.source.posonlyargcount as usize..parameters]
            .iter()
            .map(|name| name.to_string_lossy().into_owned())
            .collect();
        let name = name.to_string_lossy();
        let known = known.iter().map(String::as_str);
        let hint = match crate::native::suggest::suggest(&name, known) {
            Some(name) => format!(". Did you mean '{name}'?"),
            None => String::new(),
        };
        self.type_error(format!(
            "{function}() got an unexpected keyword argument '{name}'{hint}"
        ))
    }

    #[cold]
    fn too_many_positional(&self, frame: FrameRef, given: usize) -> PyErr {
        let code = &frame.code;
        let argcount = code.argcount as usize;
        let defaults = frame.function.defaults.get().map_or(0, |all| all.length());
        let kwonly = code.source.kwonlyargcount as usize;
        let given_kwonly = (argcount..argcount + kwonly)
            .filter(|index| frame.local(*index).is_some())
            .count();
        let (takes, is_plural) = if defaults > 0 {
            (
                format!("from {} to {argcount}", argcount - defaults.min(argcount)),
                true,
            )
        } else {
            (argcount.to_string(), argcount != 1)
        };
        let keyword_part = if given_kwonly > 0 {
            format!(
                " positional argument{} (and {given_kwonly} keyword-only argument{})",
                if given == 1 { "" } else { "s" },
                if given_kwonly == 1 { "" } else { "s" }
            )
        } else {
            String::new()
        };
        self.type_error(format!(
            "{}() takes {takes} positional argument{} but {given}{keyword_part} {} given",
            self.function_name(frame),
            if is_plural { "s" } else { "" },
            if given == 1 && given_kwonly == 0 {
                "was"
            } else {
                "were"
            }
        ))
    }

    #[cold]
    fn missing(&self, frame: FrameRef, range: std::ops::Range<usize>, kind: &str) -> PyErr {
        let names: Vec<_> = range
            .filter(|index| frame.local(*index).is_none())
            .map(|index| {
                format!(
                    "'{}'",
                    frame.code.localsplusnames()[index].to_string_lossy()
                )
            })
            .collect();
        let list = match names.as_slice() {
            [one] => one.clone(),
            [first, second] => format!("{first} and {second}"),
            [most @ .., last] => format!("{}, and {last}", most.join(", ")),
            [] => String::new(),
        };
        self.type_error(format!(
            "{}() missing {} required {kind} argument{}: {list}",
            self.function_name(frame),
            names.len(),
            if names.len() == 1 { "" } else { "s" }
        ))
    }
}

/// Gives the parameters from `given` on their defaults; returns whether all have one.
#[inline(always)]
fn fill_from_defaults(frame: FrameRef, given: usize, argcount: usize) -> bool {
    if given == argcount {
        return true;
    }
    frame.function.defaults.peek(|defaults| {
        let defaults = defaults
            .as_ref()
            .map_or(&[][..], |defaults| defaults.as_slice());
        let missing = argcount - given;
        if missing > defaults.len() {
            return false;
        }
        let values = &defaults[defaults.len() - missing..];
        for (index, value) in (given..argcount).zip(values) {
            // Parameters are unbound before.
            drop(frame.replace_local(index, Some(value.clone())));
        }
        true
    })
}
