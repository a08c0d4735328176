//! `_tokenize`: the compiler's tokenizer, for `tokenize`.
//!
//! CPython 3.14: `Python/Python-tokenize.c`. The tokenizer is `taipan_compiler::parse::TokenStream`.
//! Tests: `tests/run/tokenize/`.

use std::cell::RefCell;

use taipan_compiler::error::{ErrorKind, Place, SyntaxError};
use taipan_compiler::parse::{StreamError, TokenLines, TokenStream};
use taipan_macros::{pyclass, pymethods, pymodule};
use taipan_vm::ctx::Ctx;
use taipan_vm::error::{PyErr, PyResult};
use taipan_vm::heap::{Traverse, Visitor};
use taipan_vm::native::ModuleBuilder;
use taipan_vm::native::bind::Optional;
use taipan_vm::objects::{Bytes, Str, Type};
use taipan_vm::value::{Py, Value};

#[pymodule]
pub(crate) fn _tokenize(_cx: &Ctx, m: &ModuleBuilder<'_>) -> PyResult<()> {
    m.class(TokenizerIter::class()).map(drop)
}

#[pyclass(
    name = "TokenizerIter",
    module = "_tokenize",
    traverse,
    text_signature = None
)]
pub(crate) struct TokenizerIter {
    readline: Value,
    encoding: Option<Py<Str>>,
    /// `None` while a token is being made.
    stream: RefCell<Option<TokenStream<Reader>>>,
    /// The last line as text and as object: most tokens share theirs with the one before.
    line: RefCell<Option<(String, Value)>>,
}

impl Traverse for TokenizerIter {
    fn traverse(&self, visit: &mut Visitor<'_>) {
        visit(&self.readline);
    }
}

/// Gets lines from Python; holds the function only while a token is being made.
#[derive(Default)]
struct Reader {
    source: Option<(Value, Option<Py<Str>>)>,
    lines_read: i32,
    failure: Option<PyErr>,
}

impl TokenLines for Reader {
    fn next_line(&mut self) -> Option<String> {
        let (readline, encoding) = self.source.as_ref()?;
        let line = Ctx::with_current(|cx| read_line(cx, readline, encoding.as_ref()));
        let line = line.and_then(|line| match line {
            Some(line) if line.contains('\0') => Err(Ctx::with_current(|cx| {
                null_byte(cx, &line, self.lines_read + 1)
            })),
            line => Ok(line),
        });
        match line {
            Ok(line) => {
                self.lines_read += 1;
                line
            }
            Err(error) => {
                self.failure = Some(error);
                self.source = None;
                None
            }
        }
    }
}

fn read_line(cx: &Ctx, readline: &Value, encoding: Option<&Py<Str>>) -> PyResult<Option<String>> {
    let line = match cx.call(readline, &[]) {
        Err(error) if cx.matches(&error, &cx.types().stop_iteration) => return Ok(None),
        line => line?,
    };
    let text = match encoding {
        Some(encoding) => {
            let Some(bytes) = line.downcast_ref::<Bytes>() else {
                return Err(cx.type_error("readline() returned a non-bytes object"));
            };
            let errors = cx.intern("replace");
            cx.decode_bytes(bytes.as_slice(), Some(&line), Some(encoding), Some(&errors))?
        }
        None => match line.downcast_ref::<Str>() {
            Some(text) => text.clone(),
            None => return Err(cx.type_error("readline() returned a non-string object")),
        },
    };
    match text.as_wtf8().to_str() {
        Some(text) => Ok(Some(text.to_owned())),
        None => {
            // Raises: there are surrogates.
            cx.encode_text(&text, None, None)?;
            Err(cx.system_error("text without surrogates is valid UTF-8"))
        }
    }
}

fn null_byte(cx: &Ctx, line: &str, lineno: i32) -> PyErr {
    let before = line.split('\0').next().unwrap_or_default();
    raised(
        cx,
        &SyntaxError {
            kind: ErrorKind::SyntaxError,
            msg: "source code cannot contain null bytes".to_owned(),
            place: Some(Place {
                lineno,
                offset: 0,
                end_lineno: lineno,
                end_offset: 0,
            }),
            text: Some(before.to_owned()),
        },
        true,
    )
}

const FILENAME: &str = "<string>";

fn class(cx: &Ctx, kind: ErrorKind) -> &Py<Type> {
    let types = cx.types();
    match kind {
        ErrorKind::IndentationError => &types.indentation_error,
        ErrorKind::TabError => &types.tab_error,
        _ => &types.syntax_error,
    }
}

/// The exception with its place, with or without an end.
fn raised(cx: &Ctx, error: &SyntaxError, has_end: bool) -> PyErr {
    let number = |number: i32| cx.new_int(i64::from(number));
    let args = || -> PyResult<Vec<Value>> {
        let message = cx.new_str(&*error.msg)?.into_value();
        let Some(place) = error.place else {
            return Ok(vec![message]);
        };
        let text = error.text.as_deref().unwrap_or_default();
        let (end_lineno, end_offset) = match has_end {
            true => (number(place.end_lineno), number(place.end_offset)),
            false => (Value::NONE, Value::NONE),
        };
        let details = vec![
            cx.intern(FILENAME).into_value(),
            number(place.lineno),
            number(place.offset),
            cx.new_str(text)?.into_value(),
            end_lineno,
            end_offset,
        ];
        Ok(vec![message, cx.new_tuple(details).into_value()])
    };
    match args() {
        Ok(args) => cx.exception_with(class(cx, error.kind), args),
        Err(error) => error,
    }
}

/// An end too early: the place is in attributes, not among the arguments.
fn raised_at_end(cx: &Ctx, error: &SyntaxError) -> PyErr {
    let exception = cx.error(&cx.types().syntax_error, &*error.msg);
    let Some(place) = error.place else {
        return exception;
    };
    let lineno = cx.new_int(i64::from(place.lineno));
    for (name, value) in [
        ("filename", cx.intern(FILENAME).into_value()),
        ("lineno", lineno.clone()),
        ("offset", cx.new_int(i64::from(place.offset))),
        ("end_lineno", lineno),
        ("end_offset", Value::NONE),
        ("text", Value::NONE),
    ] {
        if let Err(error) = cx.set_attr(exception.value(), &cx.intern(name), Some(&value)) {
            return error;
        }
    }
    exception
}

#[pymethods]
impl TokenizerIter {
    #[new(
        name = "tokenizeriter",
        signature = (readline, /, *, extra_tokens, encoding = Optional::Missing),
        text_signature = None
    )]
    fn new(
        cx: &Ctx,
        cls: &Py<Type>,
        readline: &Value,
        extra_tokens: bool,
        encoding: Optional<&Py<Str>>,
    ) -> Value {
        let payload = TokenizerIter {
            readline: readline.clone(),
            encoding: encoding.given().cloned(),
            stream: RefCell::new(Some(TokenStream::new(Reader::default(), extra_tokens))),
            line: RefCell::default(),
        };
        cx.heap().allocate(cls, payload).into_value()
    }

    fn __iter__(this: &Py<Self>) -> Py<Self> {
        this.clone()
    }

    fn __next__(this: &Py<Self>, cx: &Ctx) -> PyResult<Option<Value>> {
        let Some(mut stream) = this.stream.take() else {
            return Err(cx.value_error("tokenizer is already running"));
        };
        stream.lines_mut().source = Some((this.readline.clone(), this.encoding.clone()));
        let token = stream.next_token();
        let made = match token {
            Ok(Some(token)) => {
                let line = this.line_object(cx, token.line);
                let place = |(line, column): (i32, i32)| (i64::from(line), i64::from(column));
                let text = cx.new_str(token.text);
                Ok(Some((
                    token.number,
                    text,
                    place(token.start),
                    place(token.end),
                    line,
                )))
            }
            Ok(None) => Ok(None),
            Err(error) => Err(error),
        };
        let reader = stream.lines_mut();
        reader.source = None;
        let failure = reader.failure.take();
        this.stream.replace(Some(stream));
        if let Some(failure) = failure {
            return Err(failure);
        }
        match made {
            Ok(None) => Ok(None),
            Ok(Some((number, text, start, end, line))) => {
                use taipan_vm::native::IntoValue;
                (number, text?, start, end, line?).into_value(cx).map(Some)
            }
            Err(StreamError::At(error)) => Err(raised(cx, &error, true)),
            Err(StreamError::InLine(error)) => Err(raised(cx, &error, false)),
            Err(StreamError::AtEnd(error)) => Err(raised_at_end(cx, &error)),
        }
    }

    #[native_only]
    fn line_object(&self, cx: &Ctx, line: &str) -> PyResult<Value> {
        let mut last = self.line.borrow_mut();
        if let Some((text, object)) = &*last
            && text == line
        {
            return Ok(object.clone());
        }
        let object = cx.new_str(line)?.into_value();
        *last = Some((line.to_owned(), object.clone()));
        Ok(object)
    }
}
