//! One user's session: an isolate's `__main__` and what the package `taipan` does with it.

use taipan_vm::ctx::Ctx;
use taipan_vm::error::{PyErr, PyResult};
use taipan_vm::objects::{BaseException, Dict, List, Str, Tuple};
use taipan_vm::value::{Py, Value};

use crate::compiler;

/// What a cell came to.
pub enum Outcome {
    Done,
    /// `SystemExit` with this code; its message, if any, is printed.
    Exit(i32),
    Error(PyErr),
}

/// One way to complete a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Candidate {
    pub text: String,
    /// The kind in a word (`function`, `module`, a type's name).
    pub kind: String,
    /// The first line of the documentation.
    pub documentation: Option<String>,
}

/// The candidates for a range of characters (code points) of the text.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Completions {
    pub start: usize,
    pub end: usize,
    pub candidates: Vec<Candidate>,
}

/// See the module. All methods must be called inside `Ctx::enter`.
pub struct Session<'cx> {
    cx: &'cx Ctx,
    shell: Value,
    namespace: Value,
}

impl<'cx> Session<'cx> {
    /// Starts a session on an isolate whose import system is up.
    ///
    /// # Errors
    /// What importing the package `taipan` raises.
    pub fn new(cx: &'cx Ctx) -> PyResult<Self> {
        let shell = cx.import_from("taipan.shell", "Shell")?;
        let shell = cx.call(&shell, &[compiler::new(cx)])?;
        let namespace = cx.get_attr(&shell, &cx.intern("namespace"))?;
        Ok(Self {
            cx,
            shell,
            namespace,
        })
    }

    pub fn cx(&self) -> &'cx Ctx {
        self.cx
    }

    /// Runs a cell. The last statement's value goes to `sys.displayhook`; an error comes back.
    ///
    /// # Errors
    /// A defect of the session itself; errors of the cell are an [`Outcome`].
    pub fn run(&self, source: &str, filename: Option<&str>) -> PyResult<Outcome> {
        let cx = self.cx;
        let filename = match filename {
            Some(name) => cx.new_str(name)?.into_value(),
            None => Value::NONE,
        };
        let arguments = [cx.new_str(source)?.into_value(), filename];
        let outcome = cx.call_method(&self.shell, &cx.intern("run"), &arguments)?;
        let exit_code = cx.get_attr(&outcome, &cx.intern("exit_code"))?;
        if let Some(code) = exit_code.as_small_int() {
            return Ok(Outcome::Exit(code as i32));
        }
        let error = cx.get_attr(&outcome, &cx.intern("error"))?;
        Ok(match error.downcast::<BaseException>() {
            Ok(exception) => Outcome::Error(PyErr::new(exception)),
            Err(_) => Outcome::Done,
        })
    }

    /// Shows an error through `sys.excepthook`, as a prompt does.
    ///
    /// # Errors
    /// What the hook raises.
    pub fn report(&self, error: &PyErr) -> PyResult<()> {
        self.cx
            .call_method(
                &self.shell,
                &self.cx.intern("report"),
                &[error.value().clone()],
            )
            .map(drop)
    }

    /// The lines of an error's traceback.
    ///
    /// # Errors
    /// What formatting raises.
    pub fn format(&self, error: &PyErr) -> PyResult<Vec<String>> {
        let lines = self.cx.call_method(
            &self.shell,
            &self.cx.intern("format"),
            &[error.value().clone()],
        )?;
        Ok(texts(&lines))
    }

    /// Completes the text before a position in code points, without running code of the user.
    ///
    /// # Errors
    /// A defect of the session itself.
    pub fn complete(&self, source: &str, cursor: usize) -> PyResult<Completions> {
        let cx = self.cx;
        let complete = cx.import_from("taipan.completion", "complete")?;
        let arguments = [
            cx.new_str(source)?.into_value(),
            cx.new_int(cursor as i64),
            self.namespace.clone(),
        ];
        let result = cx.call(&complete, &arguments)?;
        let Some((start, found)) = pair(&result) else {
            return Ok(Completions::default());
        };
        let mut candidates = Vec::new();
        let found = found
            .downcast_ref::<List>()
            .map(|list| list.to_vec())
            .unwrap_or_default();
        for candidate in found {
            candidates.push(Candidate {
                text: self.attribute_text(&candidate, "text")?.unwrap_or_default(),
                kind: self.attribute_text(&candidate, "kind")?.unwrap_or_default(),
                documentation: self.attribute_text(&candidate, "documentation")?,
            });
        }
        let start = start
            .as_small_int()
            .and_then(|start| usize::try_from(start).ok())
            .unwrap_or(cursor);
        Ok(Completions {
            start,
            end: cursor,
            candidates,
        })
    }

    /// What is known of the name at a position in code points; `None` if nothing.
    ///
    /// # Errors
    /// A defect of the session itself.
    pub fn inspect(&self, source: &str, cursor: usize, detail: u8) -> PyResult<Option<String>> {
        let cx = self.cx;
        let inspect = cx.import_from("taipan.inspection", "inspect_at")?;
        let arguments = [
            cx.new_str(source)?.into_value(),
            cx.new_int(cursor as i64),
            self.namespace.clone(),
            cx.new_int(i64::from(detail)),
        ];
        let result = cx.call(&inspect, &arguments)?;
        Ok(text(&result))
    }

    /// The user's namespace.
    pub fn namespace(&self) -> Option<&Py<Dict>> {
        self.namespace.downcast_ref::<Dict>()
    }

    fn attribute_text(&self, value: &Value, name: &str) -> PyResult<Option<String>> {
        Ok(text(&self.cx.get_attr(value, &self.cx.intern(name))?))
    }
}

fn text(value: &Value) -> Option<String> {
    value
        .downcast_ref::<Str>()
        .map(|text| text.to_string_lossy().into_owned())
}

fn texts(value: &Value) -> Vec<String> {
    value.downcast_ref::<List>().map_or_else(Vec::new, |list| {
        list.to_vec().iter().filter_map(text).collect()
    })
}

fn pair(value: &Value) -> Option<(Value, Value)> {
    match value.downcast_ref::<Tuple>()?.as_slice() {
        [first, second] => Some((first.clone(), second.clone())),
        _ => None,
    }
}
