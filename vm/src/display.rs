//! Showing exceptions that nobody caught.
//!
//! CPython 3.14: `_PyErr_Display` and `PyErr_FormatUnraisable` (`Python/pythonrun.c`, `Python/errors.c`). As there, the
//! module `traceback` does the work; what is written here by hand is for the time before it can be imported, and for
//! failures of its own. Tests: `tests/cli/`.

use crate::ctx::Ctx;
use crate::error::{PyErr, PyResult};
use crate::objects::traceback::Traceback;
use crate::objects::{BaseException, Str};
use crate::value::{Py, Value};

impl Ctx {
    /// Shows an exception with its traceback, causes and notes on `sys.stderr`.
    pub fn display_exception(&self, exception: &Value, traceback: Option<&Value>) {
        if let Some(base) = exception.downcast_ref::<BaseException>()
            && let Some(traceback) = traceback
            && traceback.downcast_ref::<Traceback>().is_some()
            && base.traceback.borrow().is_none()
        {
            drop(base.traceback.replace(Some(traceback.clone())));
        }
        match self.sys_get("stderr") {
            Some(stderr) if stderr.is_none() => {}
            Some(stderr) => {
                let shown = self
                    .import_from("traceback", "_print_exception_bltin")
                    .and_then(|print| self.call(&print, std::slice::from_ref(exception)));
                if shown.is_err() && !self.write_to(&stderr, &self.plain_exception(exception)) {
                    self.dump_exception(exception);
                }
            }
            None => self.dump_exception(exception),
        }
    }

    /// Tells the host's standard error of an exception that `sys.stderr` does not take.
    fn dump_exception(&self, exception: &Value) {
        let owners = exception
            .header()
            .map_or(0, |header| header.reference_count());
        let repr = match self.repr(exception) {
            Ok(repr) => repr.to_string_lossy().into_owned(),
            Err(_) => "<repr failed>".to_owned(),
        };
        let text = format!(
            "object address  : {:#x}\nobject refcount : {}\nobject type     : {:#x}\nobject type name: {}\n\
             object repr     : {repr}\nlost sys.stderr\n",
            exception.identity(),
            owners,
            self.class_of(exception).as_value().identity(),
            self.type_name(exception),
        );
        // Nobody is left to tell if standard error is closed.
        let _ = self.host().write(2, text.as_bytes());
    }

    /// Shows an exception on another stream than `sys.stderr`.
    ///
    /// # Errors
    /// What `traceback` or the stream raises.
    pub(crate) fn display_exception_on(&self, exception: &Value, file: &Value) -> PyResult<()> {
        let print = self.import_from("traceback", "print_exception")?;
        let names = [self.intern("file").into_value()];
        let values = [exception.clone(), file.clone()];
        self.call_with(&print, crate::native::Args::new(&values, &names))?;
        Ok(())
    }

    /// `sys.excepthook(...)`, as the end of a program calls it.
    pub fn print_exception(&self, error: &PyErr) {
        let exception = error.value().clone();
        let traceback = error
            .exception()
            .traceback
            .borrow()
            .clone()
            .unwrap_or(Value::NONE);
        let class = self.class_of(&exception).to_value();
        let hook = self.sys_get("excepthook").filter(|hook| !hook.is_none());
        let Some(hook) = hook else {
            self.write_error_text("sys.excepthook is missing\n");
            self.display_exception(&exception, Some(&traceback));
            return;
        };
        if let Err(second) = self.call(&hook, &[class, exception.clone(), traceback.clone()]) {
            self.flush_streams();
            self.write_error_text("Error in sys.excepthook:\n");
            self.display_exception(second.value(), None);
            self.write_error_text("\nOriginal exception was:\n");
            self.display_exception(&exception, Some(&traceback));
        }
        self.flush_streams();
    }

    /// The exception without the help of any Python module.
    fn plain_exception(&self, exception: &Value) -> String {
        if exception.downcast_ref::<BaseException>().is_none() {
            let given = self.type_name(exception);
            return format!(
                "TypeError: print_exception(): Exception expected for value, {given} found\n"
            );
        }
        let mut text = String::new();
        if let Some(base) = exception.downcast_ref::<BaseException>() {
            let traceback = base.traceback.borrow().clone();
            let mut next = traceback.and_then(|traceback| traceback.downcast::<Traceback>().ok());
            if next.is_some() {
                text.push_str("Traceback (most recent call last):\n");
            }
            while let Some(traceback) = next {
                let code = traceback.frame.code();
                let line = traceback
                    .line()
                    .map_or_else(|| "?".to_owned(), |line| line.to_string());
                text.push_str(&format!(
                    "  File \"{}\", line {line}, in {}\n",
                    code.filename().to_string_lossy(),
                    code.name.to_string_lossy()
                ));
                next = traceback.next.get();
            }
        }
        text.push_str(&self.type_name(exception));
        match self.str(exception) {
            Ok(message) if message.length() > 0 => {
                text.push_str(": ");
                text.push_str(&message.to_string_lossy());
            }
            Ok(_) => {}
            Err(_) => text.push_str(": <exception str() failed>"),
        }
        text.push('\n');
        text
    }

    /// Writes to `sys.stderr`, or to the host's if that fails.
    pub fn write_error_text(&self, text: &str) {
        let written = self
            .sys_get("stderr")
            .is_some_and(|stderr| !stderr.is_none() && self.write_to(&stderr, text));
        if !written {
            // Nobody is left to tell if standard error is closed.
            let _ = self.host().write(2, text.as_bytes());
        }
    }

    /// Writes text of the program, which may have surrogates, to `sys.stderr`.
    pub(crate) fn write_error_value(&self, text: &Py<Str>) {
        let written = self.sys_get("stderr").is_some_and(|stderr| {
            let written = self.call_method(&stderr, &self.names().write, &[text.to_value()]);
            !stderr.is_none() && written.is_ok()
        });
        if !written {
            self.write_error_text(&text.to_string_lossy());
        }
    }

    /// Whether the stream took the text.
    fn write_to(&self, stream: &Value, text: &str) -> bool {
        self.new_str(text)
            .and_then(|text| self.call_method(stream, &self.names().write, &[text.into_value()]))
            .is_ok()
    }

    /// Flushes `sys.stdout` and `sys.stderr`; returns whether both could be.
    pub fn flush_streams(&self) -> bool {
        let mut flushed = true;
        for name in ["stderr", "stdout"] {
            if let Some(stream) = self.sys_get(name).filter(|stream| !stream.is_none()) {
                let closed = self
                    .find_attr(&stream, &self.intern("closed"))
                    .ok()
                    .flatten()
                    .is_some_and(|closed| closed.is_true_singleton());
                if !closed && let Err(error) = self.call_method(&stream, &self.names().flush, &[]) {
                    flushed = false;
                    if name == "stdout" {
                        let message = Some("Exception ignored while flushing sys.stdout");
                        self.report_unraisable(&error, message, &Value::NONE);
                    }
                }
            }
        }
        flushed
    }

    /// What `sys.unraisablehook` does unless the program replaces it.
    pub(crate) fn show_unraisable(&self, unraisable: &Value) -> PyResult<()> {
        if !self.is_unraisable(unraisable) {
            return Err(
                self.type_error("sys.unraisablehook argument type must be UnraisableHookArgs")
            );
        }
        let get = |name: &str| self.get_attr(unraisable, &self.intern(name));
        let exception = get("exc_value")?;
        let message = get("err_msg")?;
        let object = get("object")?;
        let text = self.unraisable_heading(&message, &object);
        if !text.is_empty() {
            self.write_error_text(&text);
        }
        if exception.is_none() {
            return Ok(());
        }
        self.display_exception(&exception, Some(&get("exc_traceback")?));
        Ok(())
    }

    fn unraisable_heading(&self, message: &Value, object: &Value) -> String {
        let repr = || self.repr_of_culprit(object);
        match (message.downcast_ref::<Str>(), object.is_none()) {
            (Some(message), true) => format!("{}:\n", message.to_string_lossy()),
            (Some(message), false) => format!("{}: {}\n", message.to_string_lossy(), repr()),
            (None, true) => String::new(),
            (None, false) => format!("Exception ignored in: {}\n", repr()),
        }
    }

    /// Takes the frames of `importlib` out of a traceback: a program wants to see its own (`_call_with_frames_removed`).
    pub(crate) fn without_importlib_frames(&self, error: PyErr) -> PyErr {
        if self.isolate().config().verbose > 0 {
            return error;
        }
        let always = self.matches(&error, &self.types().import_error);
        let first = error.exception().traceback.borrow().clone();
        let Some(first) = first.and_then(|first| first.downcast::<Traceback>().ok()) else {
            return error;
        };
        let mut kept: Vec<Py<Traceback>> = Vec::new();
        // Entries of `importlib` since the last other one.
        let mut chunk: Vec<Py<Traceback>> = Vec::new();
        let mut next = Some(first);
        while let Some(entry) = next {
            next = entry.next.get();
            let code = entry.frame.code();
            let filename = code.filename();
            let filename = filename.to_string_lossy();
            let internal = filename == "<frozen importlib._bootstrap>"
                || filename == "<frozen importlib._bootstrap_external>";
            let own = filename == "<frozen _taipan_importer>";
            if internal || own {
                let ends = code.name.as_wtf8() == "_call_with_frames_removed";
                chunk.push(entry.clone());
                if always || ends {
                    chunk.clear();
                }
            } else {
                kept.append(&mut chunk);
                kept.push(entry);
            }
        }
        kept.append(&mut chunk);
        let mut rest: Option<Py<Traceback>> = None;
        for entry in kept.into_iter().rev() {
            entry.next.set(rest);
            rest = Some(entry);
        }
        drop(
            error
                .exception()
                .traceback
                .replace(rest.map(Py::into_value)),
        );
        error
    }
}
