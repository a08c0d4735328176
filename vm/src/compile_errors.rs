//! What the compiler reports, as exceptions and warnings.
//!
//! CPython 3.14: `_PyErr_RaiseSyntaxError`, `_PyErr_EmitSyntaxWarning` (`Python/errors.c`). Tests: `tests/run/syntax/`.

use std::sync::Arc;

use taipan_compiler::error::{ErrorKind, Place, SyntaxError, Warning, WarningCategory};
use taipan_compiler::source::{declared_encoding, nth_line};
use taipan_host::OpenFlags;
use taipan_host::files::AT_CWD;
use taipan_text::{Wtf8, Wtf8Buf};

use crate::ctx::Ctx;
use crate::error::{PyErr, PyResult};
use crate::objects::Type;
use crate::value::{Py, Value};

impl Ctx {
    /// The exception that an error of the compiler is.
    pub(crate) fn compiler_error(&self, error: SyntaxError, filename: &Arc<Wtf8Buf>) -> PyErr {
        let types = self.types();
        let class = match error.kind {
            ErrorKind::SyntaxError => &types.syntax_error,
            ErrorKind::IndentationError => &types.indentation_error,
            ErrorKind::TabError => &types.tab_error,
            ErrorKind::IncompleteInput => &types.incomplete_input_error,
            ErrorKind::RecursionError => &types.recursion_error,
            ErrorKind::MemoryError => &types.memory_error,
            ErrorKind::OverflowError => &types.overflow_error,
            ErrorKind::ValueError => &types.value_error,
            ErrorKind::TypeError => &types.type_error,
            ErrorKind::RuntimeError => &types.runtime_error,
            ErrorKind::SystemError => &types.system_error,
        };
        match error.place {
            Some(place) if error.kind.is_syntax_error() => {
                self.placed_error(class, &error.msg, filename, place, error.text.as_deref())
            }
            _ => self.error(class, error.msg),
        }
    }

    fn placed_error(
        &self,
        class: &Py<Type>,
        message: &str,
        filename: &Arc<Wtf8Buf>,
        place: Place,
        text: Option<&str>,
    ) -> PyErr {
        match self.placed_arguments(message, filename, place, text) {
            Ok(args) => self.exception_with(class, args),
            Err(error) => error,
        }
    }

    fn placed_arguments(
        &self,
        message: &str,
        filename: &Arc<Wtf8Buf>,
        place: Place,
        text: Option<&str>,
    ) -> PyResult<Vec<Value>> {
        let number = |value: i32| self.new_int(i64::from(value));
        let text = match text {
            Some(text) => self.new_str(text)?.into_value(),
            None => match self.line_of_file(filename, place.lineno) {
                Some(line) => self.new_str(&*line)?.into_value(),
                None => Value::NONE,
            },
        };
        let mut details = vec![
            self.new_str(&**filename)?.into_value(),
            number(place.lineno),
            number(place.offset),
            text,
        ];
        if let Some((end_lineno, end_offset)) = place.end() {
            details.extend([number(end_lineno), number(end_offset)]);
        }
        Ok(vec![
            self.new_str(message)?.into_value(),
            self.new_tuple(details).into_value(),
        ])
    }

    /// Shows the line of an error as the file has it, if there is one of that name.
    pub(crate) fn show_line_of_file(&self, error: &mut SyntaxError, filename: &Wtf8) {
        let Some(place) = &mut error.place else {
            return;
        };
        let line = self.line_of_file(filename, place.lineno);
        let Some(line) = line.and_then(|line| line.into_string().ok()) else {
            return;
        };
        // Columns count to behind the line at most, also those of an end in another line.
        let behind = |line: &str| i32::try_from(line.chars().count() + 1).unwrap_or(i32::MAX);
        let (most, was) = (behind(&line), error.text.as_deref().map_or(0, behind));
        place.offset = place.offset.min(most);
        place.end_offset = if place.end_lineno > place.lineno && place.end_offset == was {
            most
        } else {
            place.end_offset.min(most)
        };
        error.text = Some(line);
    }

    /// A line of a file, for errors of stages that do not know the source.
    pub(crate) fn line_of_file(&self, filename: &Wtf8, lineno: i32) -> Option<Wtf8Buf> {
        let wanted = usize::try_from(lineno).ok()?.checked_sub(1)?;
        let path = self.fs_encode(filename).ok()?;
        let content = self.read_file(&path)?;
        let encoding = declared_encoding(&content);
        let content = content.strip_prefix(b"\xef\xbb\xbf").unwrap_or(&content);
        let line = nth_line(content, wanted)?;
        let text = self.decoded_line(&line, &encoding);
        // An encoding that nobody knows is an error told elsewhere.
        Some(text.unwrap_or_else(|_| String::from_utf8_lossy(&line).into_owned().into()))
    }

    fn decoded_line(&self, line: &[u8], encoding: &str) -> PyResult<Wtf8Buf> {
        let encoding = self.new_str(encoding)?;
        let errors = self.new_str("replace")?;
        let text = self.decode_bytes(line, None, Some(&encoding), Some(&errors))?;
        Ok(text.as_wtf8().to_owned())
    }

    /// The bytes of a file; `None` if it cannot be read.
    pub fn read_file(&self, path: &[u8]) -> Option<Vec<u8>> {
        let host = self.host();
        let fd = host.open(AT_CWD, path, OpenFlags::READ, 0).ok()?;
        let mut content = Vec::new();
        let mut buffer = vec![0; 64 * 1024];
        let complete = loop {
            match host.read(fd, &mut buffer) {
                Ok(0) => break true,
                Ok(count) => content.extend_from_slice(&buffer[..count]),
                Err(_) => break false,
            }
        };
        // The content is there; an error of closing a file that was only read says nothing.
        let _ = host.close(fd);
        complete.then_some(content)
    }

    /// Warns at a place in a file; before `importlib` is there nobody could have set a filter.
    fn warn_at(
        &self,
        category: &Py<Type>,
        message: &str,
        filename: &Wtf8,
        lineno: i32,
    ) -> PyResult<()> {
        if self.isolate().import_state.importlib.get().is_none() {
            return Ok(());
        }
        let warn = self.import_from("warnings", "warn_explicit")?;
        let args = [
            self.new_str(message)?.into_value(),
            category.to_value(),
            self.new_str(filename)?.into_value(),
            self.new_int(i64::from(lineno)),
        ];
        self.call(&warn, &args)?;
        Ok(())
    }

    /// Issues the warnings of a compilation.
    ///
    /// # Errors
    /// `SyntaxError` in place of the first warning that a filter turns into an exception.
    pub(crate) fn compiler_warnings(
        &self,
        warnings: &[Warning],
        filename: &Arc<Wtf8Buf>,
    ) -> PyResult<()> {
        for warning in warnings {
            let category = match warning.category {
                WarningCategory::SyntaxWarning => &self.types().syntax_warning,
                WarningCategory::DeprecationWarning => &self.types().deprecation_warning,
            };
            let issued = self.warn_at(category, &warning.msg, filename, warning.place.lineno);
            if let Err(error) = issued {
                if !self.matches(&error, category) {
                    return Err(error);
                }
                let message = warning.error_msg.as_deref().unwrap_or(&warning.msg);
                let class = &self.types().syntax_error;
                return Err(self.placed_error(class, message, filename, warning.place, None));
            }
        }
        Ok(())
    }
}
