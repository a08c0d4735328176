//! `_csv.reader`: lines into rows.

use std::cell::Cell;

use taipan_macros::{pyclass, pyfunction, pymethods};
use taipan_text::{CodePoint, Wtf8Buf};
use taipan_vm::ctx::Ctx;
use taipan_vm::error::{PyErr, PyResult};
use taipan_vm::heap::{Traverse, Visitor};
use taipan_vm::native::Args;
use taipan_vm::objects::Str;
use taipan_vm::value::{Py, Value};

use super::dialect::{Dialect, Quoting};
use super::{State, dialect_of_arguments, error, one_or_two};

/// CSV reader
///
/// Reader objects are responsible for reading and parsing tabular data
/// in CSV format.
#[pyclass(name = "reader", module = "_csv", immutable, no_new, traverse, text_signature = None)]
pub(crate) struct Reader {
    input: Value,
    dialect: Py<Dialect>,
    line_number: Cell<u64>,
}

impl Traverse for Reader {
    fn traverse(&self, visit: &mut Visitor<'_>) {
        visit(&self.input);
        visit(self.dialect.as_value());
    }
}

/// What the reader has of a row.
struct Row {
    fields: Vec<Value>,
    field: Wtf8Buf,
    /// Characters in `field`.
    length: isize,
    at: Place,
    /// The field began without a quote.
    is_unquoted: bool,
    /// So many characters a field may have.
    limit: isize,
}

impl Row {
    fn new(limit: isize) -> Self {
        Self {
            limit,
            fields: Vec::new(),
            field: Wtf8Buf::new(),
            length: 0,
            at: Place::StartOfRecord,
            is_unquoted: true,
        }
    }
}

/// Where in the row the next character stands.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Place {
    StartOfRecord,
    StartOfField,
    Escaped,
    InField,
    InQuotes,
    EscapedInQuotes,
    BehindQuote,
    EndOfLine,
    BehindEscapedLineEnd,
}

/// Return a reader object that will process lines from the given iterable.
///
/// The "iterable" argument can be any object that returns a line
/// of input for each iteration, such as a file object or a list.  The
/// optional "dialect" argument defines a CSV dialect.  The function
/// also accepts optional keyword arguments which override settings
/// provided by the dialect.
///
/// The returned object is an iterator.  Each iteration returns a row
/// of the CSV file (which can span multiple input lines).
#[pyfunction(text_signature = None)]
pub(super) fn reader(cx: &Ctx, args: Args<'_>) -> PyResult<Py<Reader>> {
    let (iterable, given) = one_or_two(cx, "reader", &args)?;
    let input = cx.iter(iterable)?;
    let payload = Reader {
        input,
        dialect: dialect_of_arguments(cx, given, args)?,
        line_number: Cell::new(0),
    };
    let class = cx.native_class(Reader::class());
    Ok(cx.heap().allocate(&class, payload))
}

/// A line ending counts as one too where it is only the end of the line's text.
fn is_line_end(point: Option<CodePoint>) -> bool {
    matches!(
        point.map(|point| point.to_char()),
        None | Some(Some('\n' | '\r'))
    )
}

impl Row {
    /// Takes a character, or the end of the line (`None`).
    fn take(&mut self, cx: &Ctx, dialect: &Dialect, point: Option<CodePoint>) -> PyResult<()> {
        let is_quote =
            point.is_some() && point == dialect.quote && dialect.quoting != Quoting::None;
        let is_escape = point.is_some() && point == dialect.escape;
        let newline = CodePoint::from_char('\n');
        match self.at {
            Place::StartOfRecord => {
                if point.is_none() {
                    return Ok(());
                }
                if is_line_end(point) {
                    self.at = Place::EndOfLine;
                    return Ok(());
                }
                self.at = Place::StartOfField;
                self.take(cx, dialect, point)
            }
            Place::StartOfField => {
                match point {
                    _ if is_line_end(point) => self.end_line(cx, dialect, point)?,
                    _ if is_quote => {
                        self.is_unquoted = false;
                        self.at = Place::InQuotes;
                    }
                    _ if is_escape => self.at = Place::Escaped,
                    Some(point)
                        if point == CodePoint::from_char(' ') && dialect.skip_initial_space => {}
                    Some(point) if point == dialect.delimiter => self.save(cx, dialect)?,
                    Some(point) => {
                        self.add(cx, point)?;
                        self.at = Place::InField;
                    }
                    None => {}
                }
                Ok(())
            }
            Place::Escaped => {
                self.add(cx, point.unwrap_or(newline))?;
                self.at = if point.is_some() && is_line_end(point) {
                    Place::BehindEscapedLineEnd
                } else {
                    Place::InField
                };
                Ok(())
            }
            Place::BehindEscapedLineEnd if point.is_none() => Ok(()),
            Place::BehindEscapedLineEnd | Place::InField => {
                match point {
                    _ if is_line_end(point) => self.end_line(cx, dialect, point)?,
                    _ if is_escape => self.at = Place::Escaped,
                    Some(point) if point == dialect.delimiter => {
                        self.save(cx, dialect)?;
                        self.at = Place::StartOfField;
                    }
                    Some(point) => self.add(cx, point)?,
                    None => {}
                }
                Ok(())
            }
            Place::InQuotes => {
                match point {
                    None => {}
                    _ if is_escape => self.at = Place::EscapedInQuotes,
                    _ if is_quote && dialect.double_quote => self.at = Place::BehindQuote,
                    _ if is_quote => self.at = Place::InField,
                    Some(point) => self.add(cx, point)?,
                }
                Ok(())
            }
            Place::EscapedInQuotes => {
                self.add(cx, point.unwrap_or(newline))?;
                self.at = Place::InQuotes;
                Ok(())
            }
            Place::BehindQuote => {
                match point {
                    Some(point) if is_quote => {
                        self.add(cx, point)?;
                        self.at = Place::InQuotes;
                    }
                    Some(point) if point == dialect.delimiter => {
                        self.save(cx, dialect)?;
                        self.at = Place::StartOfField;
                    }
                    _ if is_line_end(point) => self.end_line(cx, dialect, point)?,
                    Some(point) if !dialect.strict => {
                        self.add(cx, point)?;
                        self.at = Place::InField;
                    }
                    _ => return Err(not_expected(cx, dialect)),
                }
                Ok(())
            }
            Place::EndOfLine => match point {
                None => {
                    self.at = Place::StartOfRecord;
                    Ok(())
                }
                Some(_) if is_line_end(point) => Ok(()),
                Some(_) => Err(error(
                    cx,
                    "new-line character seen in unquoted field - do you need to open the file with newline=''?",
                )),
            },
        }
    }

    fn end_line(&mut self, cx: &Ctx, dialect: &Dialect, point: Option<CodePoint>) -> PyResult<()> {
        self.save(cx, dialect)?;
        self.at = if point.is_none() {
            Place::StartOfRecord
        } else {
            Place::EndOfLine
        };
        Ok(())
    }

    fn add(&mut self, cx: &Ctx, point: CodePoint) -> PyResult<()> {
        if self.length >= self.limit {
            let message = format!("field larger than field limit ({})", self.limit);
            return Err(error(cx, message));
        }
        self.field.push(point);
        self.length += 1;
        Ok(())
    }

    fn save(&mut self, cx: &Ctx, dialect: &Dialect) -> PyResult<()> {
        let field = std::mem::take(&mut self.field);
        self.length = 0;
        let is_unquoted = std::mem::replace(&mut self.is_unquoted, true);
        let is_number = matches!(dialect.quoting, Quoting::NonNumeric | Quoting::Strings);
        let may_be_none = matches!(dialect.quoting, Quoting::NotNull | Quoting::Strings);
        self.fields
            .push(if is_unquoted && field.is_empty() && may_be_none {
                Value::NONE
            } else {
                let field_object = cx.new_str(&*field)?.into_value();
                if is_unquoted && !field.is_empty() && is_number {
                    cx.call(cx.types().float.as_value(), &[field_object])?
                } else {
                    field_object
                }
            });
        Ok(())
    }
}

fn not_expected(cx: &Ctx, dialect: &Dialect) -> PyErr {
    let mut message = Wtf8Buf::new();
    message.push_str("'");
    message.push(dialect.delimiter);
    message.push_str("' expected after '");
    if let Some(quote) = dialect.quote {
        message.push(quote);
    }
    message.push_str("'");
    error(cx, message.to_string_lossy())
}

#[pymethods]
impl Reader {
    fn __iter__(this: &Py<Self>) -> Py<Self> {
        this.clone()
    }

    fn __next__(this: &Py<Self>, cx: &Ctx) -> PyResult<Option<Value>> {
        let mut row = Row::new(cx.state::<State>().field_limit.get());
        let dialect = this.dialect.clone();
        loop {
            let Some(line) = cx.next(&this.input)? else {
                if row.length == 0 && row.at != Place::InQuotes {
                    return Ok(None);
                }
                if dialect.strict {
                    return Err(error(cx, "unexpected end of data"));
                }
                row.save(cx, &dialect)?;
                break;
            };
            let Some(line) = line.downcast_ref::<Str>() else {
                let class = cx.type_name(&line);
                return Err(error(
                    cx,
                    format!(
                        "iterator should return strings, not {class} (the file should be opened in text mode)"
                    ),
                ));
            };
            this.line_number.set(this.line_number.get() + 1);
            for point in line.as_wtf8().code_points() {
                row.take(cx, &dialect, Some(point))?;
            }
            row.take(cx, &dialect, None)?;
            if row.at == Place::StartOfRecord {
                break;
            }
        }
        Ok(Some(cx.new_list(row.fields).into_value()))
    }

    #[member]
    fn dialect(&self) -> Py<Dialect> {
        self.dialect.clone()
    }

    #[member]
    fn line_num(&self) -> u64 {
        self.line_number.get()
    }
}
