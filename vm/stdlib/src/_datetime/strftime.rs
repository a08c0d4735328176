//! Formats with `%` codes: what C's `strftime` does not know is filled in before it is asked.
//!
//! CPython 3.14: `wrap_strftime` (`Modules/_datetimemodule.c`).

use taipan_text::{CodePoint, Wtf8Buf};
use taipan_vm::ctx::Ctx;
use taipan_vm::error::PyResult;
use taipan_vm::objects::Str;
use taipan_vm::value::{Py, Value};

use super::timezone::offset_text;
use super::tzinfo::{tzname_of, utcoffset_of};

/// What a format is filled with.
pub(super) struct Source<'a> {
    /// Nine fields, as `time.strftime` wants them.
    pub(super) fields: Value,
    pub(super) year: i32,
    pub(super) month: i32,
    pub(super) day: i32,
    pub(super) microsecond: i32,
    pub(super) zone: Option<Value>,
    /// What the zone is asked about.
    pub(super) point: &'a Value,
}

impl Source<'_> {
    fn offset(&self, cx: &Ctx, separator: &str) -> PyResult<String> {
        let offset = utcoffset_of(cx, self.zone.as_ref(), self.point)?;
        Ok(offset.map_or_else(String::new, |offset| offset_text(&offset, separator)))
    }

    fn zone_name(&self, cx: &Ctx) -> PyResult<Wtf8Buf> {
        let name = tzname_of(cx, self.zone.as_ref(), self.point)?;
        let mut escaped = Wtf8Buf::default();
        if let Some(name) = name.downcast_ref::<Str>() {
            for point in name.as_wtf8().code_points() {
                escaped.push(point);
                if point.to_u32() == u32::from(b'%') {
                    escaped.push(point);
                }
            }
        }
        Ok(escaped)
    }

    /// The year of `%Y`, `%F`, `%C` and `%G` with its leading zeros, which C leaves out.
    fn padded_year(&self, cx: &Ctx, code: char) -> PyResult<String> {
        let year = if code == 'G' {
            let text = self.ask(cx, cx.intern("%G").as_value())?;
            let year = cx.to_int(&text)?;
            cx.to_index_size(&year)?
        } else {
            self.year as isize
        };
        Ok(match code {
            'C' => format!("{:02}", year / 100),
            'F' => format!("{year:04}-{:02}-{:02}", self.month, self.day),
            _ => format!("{year:04}"),
        })
    }

    fn ask(&self, cx: &Ctx, format: &Value) -> PyResult<Value> {
        let strftime = cx.import_from("time", "strftime")?;
        cx.call(&strftime, &[format.clone(), self.fields.clone()])
    }

    /// # Errors
    /// What the zone or `time.strftime` raises.
    pub(super) fn format(&self, cx: &Ctx, format: &Py<Str>) -> PyResult<Value> {
        let mut to = Wtf8Buf::default();
        let mut points = format.as_wtf8().code_points();
        let percent = CodePoint::from_latin1(b'%');
        while let Some(point) = points.next() {
            if point != percent {
                to.push(point);
                continue;
            }
            let Some(code) = points.next() else {
                to.push(percent);
                break;
            };
            match code.to_char() {
                Some('f') => to.push_str(&format!("{:06}", self.microsecond)),
                Some('z') => to.push_str(&self.offset(cx, "")?),
                Some('Z') => to.push_wtf8(&self.zone_name(cx)?),
                Some(letter @ ('Y' | 'G' | 'F' | 'C')) if self.year < 1000 => {
                    to.push_str(&self.padded_year(cx, letter)?);
                }
                Some(':') => match points.next() {
                    Some(next) if next.to_char() == Some('z') => {
                        to.push_str(&self.offset(cx, ":")?);
                    }
                    next => {
                        to.push_str("%:");
                        to.extend(next);
                    }
                },
                _ => {
                    to.push(percent);
                    to.push(code);
                }
            }
        }
        self.ask(cx, cx.new_str(&to)?.as_value())
    }
}

/// `__format__`: an empty format is `str()`, any other goes to the method `strftime`.
///
/// # Errors
/// What those raise; `TypeError` if the format is no text.
pub(super) fn format_with(cx: &Ctx, this: &Value, format: &Py<Str>) -> PyResult<Value> {
    if format.length() == 0 {
        return Ok(cx.str(this)?.into_value());
    }
    cx.call_method(this, &cx.intern("strftime"), &[format.to_value()])
}
