//! Sources as `compile`, `eval` and `exec` take them: text, bytes in any encoding, syntax trees.
//!
//! CPython 3.14: `_Py_SourceAsString` (`Python/bltinmodule.c`), `Py_CompileStringObject` (`Python/pythonrun.c`),
//! `_PyPegen_raise_tokenizer_init_error`. Tests: `tests/run/ast/`, `tests/run/compile/`.

use std::sync::Arc;

use taipan_compiler::compile::{
    CompileOptions, Failure, Output, compile as compile_bytes, compile_parsed, compile_str,
    preprocess_tree, tree_of, tree_of_str,
};
use taipan_compiler::error::{ErrorKind, FailedSource, Place, SyntaxError};
use taipan_compiler::future::CompilerFlags;
use taipan_compiler::parse::{Mode, Reading};
use taipan_compiler::source::{Decoded, decode};
use taipan_compiler::validate::validate;
use taipan_text::Wtf8Buf;

use crate::ctx::Ctx;
use crate::error::{PyErr, PyResult};
use crate::modules::_ast::{tree_object, tree_of_object};
use crate::objects::Str;
use crate::objects::code::Code;
use crate::value::{Py, Value};

/// What is to be compiled.
enum Source<'a> {
    Text(&'a str),
    Bytes(Vec<u8>),
    /// In an encoding that only a codec knows; line endings may be any.
    Decoded(Py<Str>),
}

impl Ctx {
    /// How a program compiles here that says nothing else.
    pub fn compile_options(&self, mode: Mode) -> CompileOptions {
        let isolate = self.isolate();
        CompileOptions {
            mode,
            optimize: isolate.config().optimize,
            flags: CompilerFlags::empty(),
            max_str_digits: isolate.int_max_str_digits.get(),
            reading: Reading::Whole,
        }
    }

    /// Compiles text or bytes for one of the functions above.
    pub(crate) fn compile_source(
        &self,
        function: &str,
        source: &Value,
        filename: &Arc<Wtf8Buf>,
        options: CompileOptions,
    ) -> PyResult<Py<Code>> {
        let result = match self.source_text(function, source, filename)? {
            Source::Text(text) => compile_str(text, filename, options),
            Source::Bytes(bytes) => compile_bytes(&bytes, filename, options),
            Source::Decoded(text) => compile_str(self.checked_text(&text)?, filename, options),
        };
        self.compiled(result, filename)
    }

    /// Compiles the bytes of a program's file.
    pub(crate) fn compile_file(&self, bytes: &[u8], filename: &Arc<Wtf8Buf>) -> PyResult<Py<Code>> {
        let options = CompileOptions {
            reading: Reading::Lines,
            ..self.compile_options(Mode::Exec)
        };
        if let Some(at) = bytes.iter().position(|&byte| byte == 0) {
            return Err(self.null_byte(&bytes[..at], filename));
        }
        let result = match decode(bytes) {
            Ok(Decoded::Other(encoding)) => {
                let text = self.decoded_source(bytes, &encoding, filename)?;
                compile_str(self.checked_text(&text)?, filename, options)
            }
            Ok(Decoded::Text(_)) => compile_bytes(bytes, filename, options),
            Err(mut error) => {
                if error.msg.starts_with("Non-UTF-8 code") {
                    let place = format!(" in file {} on line ", filename.to_string_lossy());
                    error.msg = error.msg.replacen(" on line ", &place, 1);
                }
                return Err(self.compiler_error(error, filename));
            }
        };
        self.compiled(result, filename)
    }

    /// The error of a file with a null byte behind `before`.
    #[cold]
    fn null_byte(&self, before: &[u8], filename: &Arc<Wtf8Buf>) -> PyErr {
        let lines: Vec<&[u8]> = before.split(|&byte| byte == b'\n').collect();
        let number = lines.len();
        let text = lines.last().copied().unwrap_or_default();
        let text = String::from_utf8_lossy(text).into_owned();
        let place = Place {
            lineno: i32::try_from(number).unwrap_or(i32::MAX),
            offset: 0,
            end_lineno: 0,
            end_offset: 0,
        };
        let error = SyntaxError {
            text: Some(text),
            place: Some(place),
            ..SyntaxError::other(
                ErrorKind::SyntaxError,
                "source code cannot contain null bytes",
            )
        };
        self.compiler_error(error, filename)
    }

    /// The text of a source given as bytes.
    pub(crate) fn text_of_source(&self, bytes: &[u8], filename: &Arc<Wtf8Buf>) -> PyResult<String> {
        match decode(bytes) {
            Ok(Decoded::Text(text)) => Ok(text.into_owned()),
            Ok(Decoded::Other(encoding)) => {
                let text = self.decoded_source(bytes, &encoding, filename)?;
                self.checked_text(&text).map(str::to_owned)
            }
            Err(error) => Err(self.compiler_error(error, filename)),
        }
    }

    /// The `_ast` object of text or bytes.
    pub(super) fn tree_of_source(
        &self,
        source: &Value,
        filename: &Arc<Wtf8Buf>,
        options: CompileOptions,
        minor: Option<u8>,
    ) -> PyResult<Value> {
        let result = match self.source_text("compile", source, filename)? {
            Source::Text(text) => tree_of_str(text, options, minor),
            Source::Bytes(bytes) => tree_of(&bytes, options, minor),
            Source::Decoded(text) => tree_of_str(self.checked_text(&text)?, options, minor),
        };
        match result {
            Ok(parsed) => {
                self.compiler_warnings(&parsed.warnings, filename)?;
                tree_object(self, &parsed.module, &parsed.names)
            }
            Err(failure) => Err(self.failure(failure, filename)),
        }
    }

    /// Compiles an `_ast` object, or preprocesses it.
    pub(super) fn compile_tree(
        &self,
        tree: &Value,
        filename: &Arc<Wtf8Buf>,
        options: CompileOptions,
    ) -> PyResult<Value> {
        let only_ast = options.flags.contains(CompilerFlags::ONLY_AST);
        let wanted = match options.mode {
            Mode::Exec => "Module",
            Mode::Eval => "Expression",
            Mode::Single => "Interactive",
            Mode::FuncType => "FunctionType",
        };
        let mut parsed = tree_of_object(self, tree, wanted)?;
        if let Err(error) = validate(&parsed.module, &parsed.names) {
            return Err(self.compiler_error(error, filename));
        }
        if !only_ast {
            let result = compile_parsed(parsed, filename, options);
            return self.compiled(result, filename).map(Py::into_value);
        }
        let result = preprocess_tree(&mut parsed, options);
        self.compiler_warnings(&parsed.warnings, filename)?;
        match result {
            Ok(()) => tree_object(self, &parsed.module, &parsed.names),
            Err(error) => Err(self.compiler_error(error, filename)),
        }
    }

    fn source_text<'a>(
        &self,
        function: &str,
        source: &'a Value,
        filename: &Arc<Wtf8Buf>,
    ) -> PyResult<Source<'a>> {
        let text = if let Some(text) = source.downcast_ref::<Str>() {
            Source::Text(self.checked_text(text)?)
        } else {
            let Some(bytes) = self.source_bytes(source)? else {
                let what = if function == "compile" {
                    "string, bytes or AST object"
                } else {
                    "string, bytes or code object"
                };
                return Err(self.type_error(format!("{function}() arg 1 must be a {what}")));
            };
            if bytes.contains(&0) {
                return Err(self.null_bytes_error());
            }
            match decode(&bytes) {
                Ok(Decoded::Other(encoding)) => {
                    Source::Decoded(self.decoded_source(&bytes, &encoding, filename)?)
                }
                // The compiler decodes these once more, or reports what is wrong with them.
                _ => Source::Bytes(bytes),
            }
        };
        let filename = self.new_str(&**filename)?.into_value();
        self.audit("compile", &[source.clone(), filename])?;
        Ok(text)
    }

    /// Text without surrogates and null characters.
    fn checked_text<'a>(&self, text: &'a Py<Str>) -> PyResult<&'a str> {
        match text.to_str() {
            None => Err(self.surrogate_error(text)),
            Some(text) if text.contains('\0') => Err(self.null_bytes_error()),
            Some(text) => Ok(text),
        }
    }

    /// Bytes of a source through the codec that it declares. What goes wrong is a `SyntaxError` without a place.
    fn decoded_source(
        &self,
        bytes: &[u8],
        encoding: &str,
        filename: &Arc<Wtf8Buf>,
    ) -> PyResult<Py<Str>> {
        let encoding = self.new_str(encoding)?;
        let error = match self.decode_bytes(bytes, None, Some(&encoding), None) {
            Ok(text) => return Ok(text),
            Err(error) => error,
        };
        let types = self.types();
        let is_told = [
            &types.lookup_error,
            &types.unicode_error,
            &types.syntax_error,
        ];
        if !is_told.iter().any(|class| self.matches(&error, class)) {
            return Err(error);
        }
        let message = self.str(error.value())?.into_value();
        let place = vec![
            self.new_str(&**filename)?.into_value(),
            self.new_int(0),
            self.new_int(-1),
            Value::NONE,
        ];
        let args = vec![message, self.new_tuple(place).into_value()];
        Err(self.exception_with(&types.syntax_error, args))
    }

    pub(crate) fn null_bytes_error(&self) -> PyErr {
        self.error(
            &self.types().syntax_error,
            "source code string cannot contain null bytes",
        )
    }

    /// What the compiler said, as Python sees it: warnings first, then the code or the error.
    ///
    /// # Errors
    /// The compiler's error, or a warning that a filter turns into one.
    pub fn compiled(
        &self,
        result: Result<Output, Failure>,
        filename: &Arc<Wtf8Buf>,
    ) -> PyResult<Py<Code>> {
        match result {
            Ok(output) => {
                self.compiler_warnings(&output.warnings, filename)?;
                self.new_code(output.code)
            }
            Err(failure) => Err(self.failure(failure, filename)),
        }
    }

    /// The exception of a compilation that failed, or of one of its warnings.
    fn failure(&self, failure: Failure, filename: &Arc<Wtf8Buf>) -> PyErr {
        match self.compiler_warnings(&failure.warnings, filename) {
            Ok(()) => {
                let Some(source) = failure.source else {
                    return self.compiler_error(failure.error, filename);
                };
                let mut error = failure.error;
                if source.shows_file {
                    self.show_line_of_file(&mut error, filename);
                }
                self.with_failed_source(self.compiler_error(error, filename), &source)
            }
            Err(error) => error,
        }
    }

    /// Leaves with the exception what a search for mistyped keywords needs.
    fn with_failed_source(&self, error: PyErr, source: &FailedSource) -> PyErr {
        let metadata = || -> PyResult<()> {
            let (line, column) = source.last_statement;
            let metadata = self.new_tuple(vec![
                self.new_int(i64::from(line)),
                self.new_int(i64::from(column)),
                self.new_str(source.text.as_str())?.into_value(),
            ]);
            let name = self.intern("_metadata");
            self.set_attr(error.value(), &name, Some(metadata.as_value()))
        };
        match metadata() {
            Ok(()) => error,
            Err(error) => error,
        }
    }

    /// The bytes of a bytes-like source.
    pub(crate) fn source_bytes(&self, source: &Value) -> PyResult<Option<Vec<u8>>> {
        if self.class_of(source).slots.buffer.get().is_none() {
            return Ok(None);
        }
        self.bytes_of(source).map(|bytes| Some(bytes.into_owned()))
    }

    pub(crate) fn surrogate_error(&self, text: &Py<Str>) -> PyErr {
        let encoded = self.call_method(text.as_value(), &self.intern("encode"), &[]);
        match encoded {
            Err(error) => error,
            Ok(_) => self.value_error("surrogates not allowed"),
        }
    }
}
