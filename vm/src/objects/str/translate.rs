//! `str.translate` and `str.maketrans`.
//!
//! CPython 3.14: `_PyUnicode_TranslateCharmap`, `unicode_maketrans_impl`.

use num_traits::ToPrimitive;
use taipan_macros::pymethods;
use taipan_text::{CodePoint, Wtf8Buf};

use super::Str;
use crate::ctx::Ctx;
use crate::error::PyResult;
use crate::native::bind::Optional;
use crate::value::{Py, Value};

/// What a table says of a character.
enum Mapped {
    Same,
    Nothing,
    Point(CodePoint),
    Text(Py<Str>),
}

fn look_up(cx: &Ctx, table: &Value, point: CodePoint) -> PyResult<Mapped> {
    let key = Value::int32(point.to_u32() as i32);
    let found = match cx.get_item(table, &key) {
        Ok(found) => found,
        Err(error) if cx.matches(&error, &cx.types().lookup_error) => return Ok(Mapped::Same),
        Err(error) => return Err(error),
    };
    if found.is_none() {
        return Ok(Mapped::Nothing);
    }
    if let Some(number) = found.as_int() {
        let point = number
            .to_i64()
            .and_then(|number| number.to_u32())
            .and_then(CodePoint::from_u32);
        return match point {
            Some(point) => Ok(Mapped::Point(point)),
            None => Err(cx.value_error("character mapping must be in range(0x110000)")),
        };
    }
    found
        .downcast::<Str>()
        .map(Mapped::Text)
        .map_err(|_| cx.type_error("character mapping must return integer, None or str"))
}

#[pymethods(part = 6)]
impl Str {
    /// A copy with each character replaced by what the table gives for its ordinal.
    ///
    /// The table may give an ordinal, a string, or None to drop the character; a
    /// LookupError leaves it as it is. maketrans() makes tables.
    fn translate(this: &Py<Str>, cx: &Ctx, table: &Value) -> PyResult<Value> {
        let mut to = Wtf8Buf::with_capacity(this.size());
        // What the table said of ASCII characters, which repeat: asked once each, as CPython does.
        let mut known: [Option<Mapped>; 128] = [const { None }; 128];
        let mut changed = false;
        for point in this.as_wtf8().code_points() {
            let fresh;
            let mapped = match point.to_ascii() {
                Some(byte) => match &mut known[usize::from(byte)] {
                    Some(mapped) => mapped,
                    slot => slot.insert(look_up(cx, table, point)?),
                },
                None => {
                    fresh = look_up(cx, table, point)?;
                    &fresh
                }
            };
            match mapped {
                Mapped::Same => {
                    to.push(point);
                    continue;
                }
                Mapped::Nothing => {}
                Mapped::Point(point) => to.push(*point),
                Mapped::Text(text) => to.push_wtf8(text.as_wtf8()),
            }
            changed = true;
        }
        if !changed {
            return cx.exact_text(this);
        }
        Ok(cx.new_str(&to)?.into_value())
    }

    /// A table for translate().
    ///
    /// One argument is a dict from ordinals or characters to ordinals, strings or None.
    /// Two are strings of one length: each character of x becomes that of y at its place.
    /// The characters of a third string are dropped.
    #[staticmethod(signature = (x, y = Optional::Missing, z = Optional::Missing, /))]
    fn maketrans(
        cx: &Ctx,
        x: &Value,
        y: Optional<&Py<Str>>,
        z: Optional<&Py<Str>>,
    ) -> PyResult<Value> {
        let table = cx.new_dict();
        let Some(y) = y.given() else {
            let Some(pairs) = cx.as_exact_dict(x) else {
                return Err(
                    cx.type_error("if you give only one argument to maketrans it must be a dict")
                );
            };
            for (key, value) in pairs.items() {
                if let Some(text) = key.downcast_ref::<Str>() {
                    let (1, Some(point)) = (text.length(), text.code_point(0)) else {
                        return Err(
                            cx.value_error("string keys in translatetable must be of length 1")
                        );
                    };
                    table.set(cx, &cx.new_int(i64::from(point.to_u32())), value)?;
                } else if key.as_int().is_some() {
                    table.set(cx, &key, value)?;
                } else {
                    return Err(cx.type_error("keys in translate table mustbe strings or integers"));
                }
            }
            return Ok(table.into_value());
        };
        let Some(x) = x.downcast_ref::<Str>() else {
            return Err(cx.type_error(
                "first maketrans argument must be a string if there is a second argument",
            ));
        };
        if x.length() != y.length() {
            return Err(cx.value_error("the first two maketrans arguments must have equal length"));
        }
        let number = |point: CodePoint| Value::int32(point.to_u32() as i32);
        for (from, to) in x.as_wtf8().code_points().zip(y.as_wtf8().code_points()) {
            table.set(cx, &number(from), number(to))?;
        }
        for dropped in z.given().iter().flat_map(|z| z.as_wtf8().code_points()) {
            table.set(cx, &number(dropped), Value::NONE)?;
        }
        Ok(table.into_value())
    }
}
