//! `_csv.Dialect`: how fields are separated, quoted and escaped.

use taipan_macros::{pyclass, pymethods};
use taipan_text::{CodePoint, Wtf8Buf};
use taipan_vm::ctx::Ctx;
use taipan_vm::error::{PyErr, PyResult};
use taipan_vm::native::Args;
use taipan_vm::native::bind::Optional;
use taipan_vm::objects::{Str, Type};
use taipan_vm::value::{Py, Value};

use super::{is_exact_int, registered};

/// Which fields are quoted; the numbers are Python's.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(i64)]
pub(super) enum Quoting {
    Minimal = 0,
    All = 1,
    NonNumeric = 2,
    None = 3,
    Strings = 4,
    NotNull = 5,
}

impl Quoting {
    fn from_number(number: i64) -> Option<Self> {
        [
            Self::Minimal,
            Self::All,
            Self::NonNumeric,
            Self::None,
            Self::Strings,
            Self::NotNull,
        ]
        .into_iter()
        .find(|quoting| *quoting as i64 == number)
    }
}

/// CSV dialect
///
/// The Dialect type records CSV parsing and generation options.
#[pyclass(name = "Dialect", module = "_csv", subclassable, immutable, text_signature = None)]
pub(crate) struct Dialect {
    pub(super) delimiter: CodePoint,
    pub(super) quote: Option<CodePoint>,
    pub(super) escape: Option<CodePoint>,
    pub(super) line_terminator: Py<Str>,
    pub(super) quoting: Quoting,
    pub(super) double_quote: bool,
    pub(super) skip_initial_space: bool,
    pub(super) strict: bool,
}

const SPACE: CodePoint = CodePoint::from_char(' ');

fn dotted(cx: &Ctx, value: &Value) -> PyResult<String> {
    cx.class_of(value).dotted_name(cx)
}

/// A string of one character.
fn character(cx: &Ctx, name: &str, or_none: &str, value: &Value) -> PyResult<CodePoint> {
    let Some(text) = value.downcast_ref::<Str>() else {
        let class = dotted(cx, value)?;
        return Err(cx.type_error(format!(
            "\"{name}\" must be a unicode character{or_none}, not {class}"
        )));
    };
    match (text.length(), text.code_point(0)) {
        (1, Some(point)) => Ok(point),
        (length, _) => Err(cx.type_error(format!(
            "\"{name}\" must be a unicode character{or_none}, not a string of length {length}"
        ))),
    }
}

fn character_or_none(
    cx: &Ctx,
    name: &str,
    value: Option<&Value>,
    default: Option<CodePoint>,
) -> PyResult<Option<CodePoint>> {
    match value {
        None => Ok(default),
        Some(value) if value.is_none() => Ok(None),
        Some(value) => character(cx, name, " or None", value).map(Some),
    }
}

fn truth(cx: &Ctx, value: Option<&Value>, default: bool) -> PyResult<bool> {
    value.map_or(Ok(default), |value| cx.is_true(value))
}

impl Dialect {
    /// Refuses characters that mean something else already.
    fn check(&self, cx: &Ctx) -> PyResult<()> {
        let terminator = self.line_terminator.as_wtf8();
        let bad = |what: &str| Err(cx.value_error(format!("bad {what} value")));
        let roles = [
            ("delimiter", Some(self.delimiter), true),
            ("escapechar", self.escape, !self.skip_initial_space),
            ("quotechar", self.quote, !self.skip_initial_space),
        ];
        for (name, point, may_be_space) in roles {
            let Some(point) = point else { continue };
            let is_line_end = matches!(point.to_char(), Some('\n' | '\r'));
            if is_line_end || point == SPACE && !may_be_space {
                return bad(name);
            }
            if terminator.find_code_point(point).is_some() {
                return bad(&format!("{name} or lineterminator"));
            }
        }
        if self.escape == Some(self.delimiter) {
            return bad("delimiter or escapechar");
        }
        if self.quote == Some(self.delimiter) {
            return bad("delimiter or quotechar");
        }
        if self.escape.is_some() && self.escape == self.quote {
            return bad("escapechar or quotechar");
        }
        Ok(())
    }
}

fn cannot_pickle(cx: &Ctx, this: &Value) -> PyErr {
    let class = cx.class_of(this).name();
    cx.type_error(format!(
        "cannot pickle '{}' instances",
        class.to_string_lossy()
    ))
}

fn as_text(cx: &Ctx, point: CodePoint) -> PyResult<Py<Str>> {
    let mut text = Wtf8Buf::new();
    text.push(point);
    cx.new_str(&*text)
}

#[pymethods]
impl Dialect {
    #[new(
        name = "this function",
        signature = (
            dialect = Optional::Missing,
            delimiter = Optional::Missing,
            doublequote = Optional::Missing,
            escapechar = Optional::Missing,
            lineterminator = Optional::Missing,
            quotechar = Optional::Missing,
            quoting = Optional::Missing,
            skipinitialspace = Optional::Missing,
            strict = Optional::Missing,
        ),
        text_signature = None
    )]
    #[expect(clippy::too_many_arguments, reason = "the constructor's parameters")]
    fn new(
        cx: &Ctx,
        cls: &Py<Type>,
        dialect: Optional<&Value>,
        delimiter: Optional<&Value>,
        doublequote: Optional<&Value>,
        escapechar: Optional<&Value>,
        lineterminator: Optional<&Value>,
        quotechar: Optional<&Value>,
        quoting: Optional<&Value>,
        skipinitialspace: Optional<&Value>,
        strict: Optional<&Value>,
    ) -> PyResult<Value> {
        let base = match dialect.given() {
            Some(name) if name.downcast_ref::<Str>().is_some() => Some(registered(cx, name)?),
            base => base.cloned(),
        };
        let given = [
            ("delimiter", delimiter.given()),
            ("doublequote", doublequote.given()),
            ("escapechar", escapechar.given()),
            ("lineterminator", lineterminator.given()),
            ("quotechar", quotechar.given()),
            ("quoting", quoting.given()),
            ("skipinitialspace", skipinitialspace.given()),
            ("strict", strict.given()),
        ];
        if let Some(base) = &base
            && base.downcast_ref::<Dialect>().is_some()
            && given.iter().all(|(_, value)| value.is_none())
        {
            return Ok(base.clone());
        }
        let [
            delimiter,
            doublequote,
            escapechar,
            lineterminator,
            quotechar,
            quoting,
            skipinitialspace,
            strict,
        ] = given.map(|(name, value)| {
            // An attribute that cannot be had counts as not given, whatever it raises.
            let inherited = || {
                base.as_ref()
                    .and_then(|base| cx.get_attr(base, &cx.intern(name)).ok())
            };
            value.cloned().or_else(inherited)
        });
        let no_quotes = quotechar.as_ref().is_some_and(Value::is_none) && quoting.is_none();
        let delimiter = match &delimiter {
            Some(value) => character(cx, "delimiter", "", value)?,
            None => CodePoint::from_char(','),
        };
        let double_quote = truth(cx, doublequote.as_ref(), true)?;
        let escape = character_or_none(cx, "escapechar", escapechar.as_ref(), None)?;
        let line_terminator = match &lineterminator {
            None => cx.intern("\r\n"),
            Some(value) => match value.downcast_ref::<Str>() {
                Some(text) => text.clone(),
                None => {
                    let class = dotted(cx, value)?;
                    return Err(
                        cx.type_error(format!("\"lineterminator\" must be a string, not {class}"))
                    );
                }
            },
        };
        let double = Some(CodePoint::from_char('"'));
        let quote = character_or_none(cx, "quotechar", quotechar.as_ref(), double)?;
        let quoting = match &quoting {
            None if no_quotes => Quoting::None,
            None => Quoting::Minimal,
            Some(value) if !is_exact_int(cx, value) => {
                let class = dotted(cx, value)?;
                return Err(cx.type_error(format!("\"quoting\" must be an integer, not {class}")));
            }
            Some(value) => value
                .as_small_int()
                .and_then(Quoting::from_number)
                .ok_or_else(|| cx.type_error("bad \"quoting\" value"))?,
        };
        let payload = Dialect {
            delimiter,
            quote,
            escape,
            line_terminator,
            quoting,
            double_quote,
            skip_initial_space: truth(cx, skipinitialspace.as_ref(), false)?,
            strict: truth(cx, strict.as_ref(), false)?,
        };
        if payload.quoting != Quoting::None && payload.quote.is_none() {
            return Err(cx.type_error("quotechar must be set if quoting enabled"));
        }
        payload.check(cx)?;
        Ok(cx.heap().allocate(cls, payload).into_value())
    }

    /// raises an exception to avoid pickling
    #[pymethod(text_signature = None)]
    fn __reduce__(this: &Value, cx: &Ctx, args: Args<'_>) -> PyResult<Value> {
        let _ = args;
        Err(cannot_pickle(cx, this))
    }

    /// raises an exception to avoid pickling
    #[pymethod(text_signature = None)]
    fn __reduce_ex__(this: &Value, cx: &Ctx, args: Args<'_>) -> PyResult<Value> {
        let _ = args;
        Err(cannot_pickle(cx, this))
    }

    #[member]
    fn skipinitialspace(&self) -> bool {
        self.skip_initial_space
    }

    #[member]
    fn doublequote(&self) -> bool {
        self.double_quote
    }

    #[member]
    fn strict(&self) -> bool {
        self.strict
    }

    #[getter]
    fn delimiter(&self, cx: &Ctx) -> PyResult<Py<Str>> {
        as_text(cx, self.delimiter)
    }

    #[getter]
    fn escapechar(&self, cx: &Ctx) -> PyResult<Option<Py<Str>>> {
        self.escape.map(|point| as_text(cx, point)).transpose()
    }

    #[getter]
    fn lineterminator(&self) -> Py<Str> {
        self.line_terminator.clone()
    }

    #[getter]
    fn quotechar(&self, cx: &Ctx) -> PyResult<Option<Py<Str>>> {
        self.quote.map(|point| as_text(cx, point)).transpose()
    }

    #[getter]
    fn quoting(&self) -> i64 {
        self.quoting as i64
    }
}
