//! `_csv.writer`: rows into lines.

use taipan_macros::{pyclass, pyfunction, pymethods};
use taipan_text::{CodePoint, Wtf8, Wtf8Buf};
use taipan_vm::ctx::Ctx;
use taipan_vm::error::PyResult;
use taipan_vm::heap::{Traverse, Visitor};
use taipan_vm::native::Args;
use taipan_vm::objects::Str;
use taipan_vm::value::{Py, Value};

use super::dialect::{Dialect, Quoting};
use super::{dialect_of_arguments, error, one_or_two};

/// CSV writer
///
/// Writer objects are responsible for generating tabular data
/// in CSV format from sequence input.
#[pyclass(name = "writer", module = "_csv", immutable, no_new, traverse, text_signature = None)]
pub(crate) struct Writer {
    write: Value,
    dialect: Py<Dialect>,
}

impl Traverse for Writer {
    fn traverse(&self, visit: &mut Visitor<'_>) {
        visit(&self.write);
        visit(self.dialect.as_value());
    }
}

/// Return a writer object that will write user data on the given file object.
///
/// The "fileobj" argument can be any object that supports the file API.
/// The optional "dialect" argument defines a CSV dialect.  The function
/// also accepts optional keyword arguments which override settings
/// provided by the dialect.
#[pyfunction(text_signature = None)]
pub(super) fn writer(cx: &Ctx, args: Args<'_>) -> PyResult<Py<Writer>> {
    let (file, given) = one_or_two(cx, "writer", &args)?;
    let write = cx.find_attr(file, &cx.names().write)?;
    let Some(write) = write.filter(|write| cx.is_callable(write)) else {
        return Err(cx.type_error("argument 1 must have a \"write\" method"));
    };
    let payload = Writer {
        write,
        dialect: dialect_of_arguments(cx, given, args)?,
    };
    let class = cx.native_class(Writer::class());
    Ok(cx.heap().allocate(&class, payload))
}

/// A row that is being written.
struct Record {
    text: Wtf8Buf,
    fields: usize,
}

impl Record {
    /// Adds a field; `text` is `None` for `None`.
    fn add(
        &mut self,
        cx: &Ctx,
        dialect: &Dialect,
        text: Option<&Wtf8>,
        mut quoted: bool,
    ) -> PyResult<()> {
        let is_null = text.is_none();
        let text = text.unwrap_or(Wtf8::from_str(""));
        let none_is_bare = matches!(dialect.quoting, Quoting::Strings | Quoting::NotNull);
        // A reader that skips blanks would skip an empty field between them.
        let blank = CodePoint::from_char(' ');
        if text.is_empty() && dialect.delimiter == blank && dialect.skip_initial_space {
            if dialect.quoting == Quoting::None || is_null && none_is_bare {
                return Err(error(
                    cx,
                    "empty field must be quoted if delimiter is a space and skipinitialspace is true",
                ));
            }
            quoted = true;
        }
        let mut written = Wtf8Buf::new();
        for point in text.code_points() {
            if is_special(dialect, point) {
                let mut escaped = false;
                if dialect.quoting == Quoting::None {
                    escaped = true;
                } else if Some(point) == dialect.quote {
                    if dialect.double_quote {
                        written.push(point);
                    } else {
                        escaped = true;
                    }
                } else if Some(point) == dialect.escape {
                    escaped = true;
                }
                if !escaped {
                    quoted = true;
                } else if let Some(escape) = dialect.escape {
                    written.push(escape);
                } else {
                    return Err(error(cx, "need to escape, but no escapechar set"));
                }
            }
            written.push(point);
        }
        if self.fields > 0 {
            self.text.push(dialect.delimiter);
        }
        let quote = dialect.quote.filter(|_| quoted);
        quote.into_iter().for_each(|quote| self.text.push(quote));
        self.text.push_wtf8(&written);
        quote.into_iter().for_each(|quote| self.text.push(quote));
        self.fields += 1;
        Ok(())
    }
}

/// Whether a character needs quotes or an escape.
fn is_special(dialect: &Dialect, point: CodePoint) -> bool {
    point == dialect.delimiter
        || Some(point) == dialect.escape
        || Some(point) == dialect.quote
        || matches!(point.to_char(), Some('\n' | '\r'))
        || dialect
            .line_terminator
            .as_wtf8()
            .find_code_point(point)
            .is_some()
}

/// Whether `float()` or `int()` would take it as a number.
fn is_number(cx: &Ctx, value: &Value) -> bool {
    let slots = &cx.class_of(value).slots;
    slots.index.get().is_some()
        || slots.int.get().is_some()
        || slots.float.get().is_some()
        || value
            .downcast_ref::<taipan_vm::objects::Complex>()
            .is_some()
}

#[pymethods]
impl Writer {
    /// Construct and write a CSV record from an iterable of fields.
    ///
    /// Non-string elements will be converted to string.
    #[pymethod(signature = (row, /))]
    fn writerow(&self, cx: &Ctx, row: &Value) -> PyResult<Value> {
        let dialect = self.dialect.clone();
        let fields = match cx.iter(row) {
            Err(raised) if cx.matches(&raised, &cx.types().type_error) => {
                let class = cx.type_name(row);
                return Err(error(cx, format!("iterable expected, not {class}")));
            }
            fields => fields?,
        };
        let mut record = Record {
            text: Wtf8Buf::new(),
            fields: 0,
        };
        let mut ended_with_null = false;
        while let Some(field) = cx.next(&fields)? {
            let text = field.downcast_ref::<Str>();
            let quoted = match dialect.quoting {
                Quoting::NonNumeric => !is_number(cx, &field),
                Quoting::All => true,
                Quoting::Strings => text.is_some(),
                Quoting::NotNull => !field.is_none(),
                Quoting::Minimal | Quoting::None => false,
            };
            ended_with_null = field.is_none();
            match text {
                Some(text) => record.add(cx, &dialect, Some(text.as_wtf8()), quoted)?,
                None if field.is_none() => record.add(cx, &dialect, None, quoted)?,
                None => {
                    let text = cx.str(&field)?;
                    record.add(cx, &dialect, Some(text.as_wtf8()), quoted)?;
                }
            }
        }
        if record.fields > 0 && record.text.is_empty() {
            let none_is_bare = matches!(dialect.quoting, Quoting::Strings | Quoting::NotNull);
            if dialect.quoting == Quoting::None || ended_with_null && none_is_bare {
                return Err(error(cx, "single empty field record must be quoted"));
            }
            record.fields -= 1;
            record.add(cx, &dialect, None, true)?;
        }
        record.text.push_wtf8(dialect.line_terminator.as_wtf8());
        let line = cx.new_str(&*record.text)?.into_value();
        cx.call(&self.write, &[line])
    }

    /// Construct and write a series of iterables to a csv file.
    ///
    /// Non-string elements will be converted to string.
    #[pymethod(signature = (rows, /))]
    fn writerows(&self, cx: &Ctx, rows: &Value) -> PyResult<()> {
        let rows = cx.iter(rows)?;
        while let Some(row) = cx.next(&rows)? {
            self.writerow(cx, &row)?;
        }
        Ok(())
    }

    #[member]
    fn dialect(&self) -> Py<Dialect> {
        self.dialect.clone()
    }
}
