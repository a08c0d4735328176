//! Codecs by table: `charmap_decode`, `charmap_encode`, and the compact tables of `charmap_build`.

use std::collections::{BTreeSet, HashMap};

use num_traits::ToPrimitive;
use taipan_macros::{pyclass, pyfunction, pymethods};
use taipan_text::codecs::{Decoded, decode_charmap, decode_latin1, encode_charmap, encode_latin1};
use taipan_text::{CodePoint, Wtf8Buf};
use taipan_vm::codecs::Handler;
use taipan_vm::ctx::Ctx;
use taipan_vm::error::PyResult;
use taipan_vm::native::ModuleBuilder;
use taipan_vm::objects::{Bytes, Str};
use taipan_vm::protocol::BytesLike;
use taipan_vm::value::{Py, Value};

/// Stands in tables where a byte means nothing.
const UNDEFINED: u32 = 0xFFFE;

/// A table from characters to bytes.
#[pyclass(name = "EncodingMap", module = "builtins", no_new)]
struct EncodingMap {
    bytes: HashMap<u32, u8>,
}

#[pymethods]
impl EncodingMap {
    /// The size in memory in bytes, as CPython stores the table.
    fn size(&self) -> usize {
        let blocks = |shift: u32| {
            let numbers = self.bytes.keys().map(|point| point >> shift);
            numbers.collect::<BTreeSet<_>>().len()
        };
        63 + 16 * blocks(11) + 128 * blocks(7)
    }
}

/// A table for charmap_encode out of one for charmap_decode.
#[pyfunction]
fn charmap_build(cx: &Ctx, map: &Py<Str>) -> PyResult<Value> {
    let points: Vec<u32> = map
        .as_wtf8()
        .code_points()
        .take(256)
        .map(CodePoint::to_u32)
        .collect();
    let compact = points.first() == Some(&0)
        && points
            .iter()
            .skip(1)
            .all(|point| (1..=0xFFFF).contains(point));
    if compact {
        let places = points.iter().zip(0_u8..=255);
        let bytes = places
            .filter(|(point, _)| **point != UNDEFINED)
            .map(|(point, byte)| (*point, byte))
            .collect();
        let class = cx.native_class(EncodingMap::class());
        return Ok(cx
            .heap()
            .allocate(&class, EncodingMap { bytes })
            .into_value());
    }
    let table = cx.new_dict();
    for (point, byte) in points.iter().zip(0_i64..) {
        table.set(cx, &cx.new_int(i64::from(*point)), cx.new_int(byte))?;
    }
    Ok(table.into_value())
}

/// `table[number]`, or nothing if there is no such item.
fn look_up(cx: &Ctx, table: &Value, number: u32) -> PyResult<Option<Value>> {
    match cx.get_item(table, &cx.new_int(i64::from(number))) {
        Ok(found) if found.is_none() => Ok(None),
        Ok(found) => Ok(Some(found)),
        Err(error) if cx.matches(&error, &cx.types().lookup_error) => Ok(None),
        Err(error) => Err(error),
    }
}

fn decode_byte(cx: &Ctx, table: &Value, byte: u8, to: &mut Wtf8Buf) -> PyResult<Option<()>> {
    if let Some(text) = table.downcast_ref::<Str>() {
        let point = text.code_point(usize::from(byte));
        return Ok(point
            .filter(|point| point.to_u32() != UNDEFINED)
            .map(|point| to.push(point)));
    }
    let Some(found) = look_up(cx, table, u32::from(byte))? else {
        return Ok(None);
    };
    if let Some(number) = found.as_int() {
        let number = number.to_i64().and_then(|number| number.to_u32());
        if number == Some(UNDEFINED) {
            return Ok(None);
        }
        return match number.and_then(CodePoint::from_u32) {
            Some(point) => {
                to.push(point);
                Ok(Some(()))
            }
            None => Err(cx.type_error("character mapping must be in range(0x110000)")),
        };
    }
    let Some(text) = found.downcast_ref::<Str>() else {
        return Err(cx.type_error("character mapping must return integer, None or str"));
    };
    if text.length() == 1 && text.code_point(0).map(CodePoint::to_u32) == Some(UNDEFINED) {
        return Ok(None);
    }
    to.push_wtf8(text.as_wtf8());
    Ok(Some(()))
}

#[pyfunction(signature = (data, errors = None, mapping = None, /))]
fn charmap_decode(
    cx: &Ctx,
    data: BytesLike<'_>,
    errors: Option<&Py<Str>>,
    mapping: Option<&Value>,
) -> PyResult<Value> {
    let text = match mapping {
        None => decode_latin1(&data),
        Some(table) => {
            let mut handler = Handler::new(cx, errors.map(Py::as_wtf8), None);
            decode_charmap(&data, &mut handler, |byte, to| {
                decode_byte(cx, table, byte, to)
            })?
        }
    };
    let decoded = Decoded {
        text,
        consumed: data.len(),
    };
    let items = vec![
        cx.new_str(&decoded.text)?.into_value(),
        cx.new_int(decoded.consumed as i64),
    ];
    Ok(cx.new_tuple(items).into_value())
}

fn encode_point(cx: &Ctx, table: &Value, point: CodePoint, to: &mut Vec<u8>) -> PyResult<bool> {
    if let Some(map) = table.downcast_ref::<EncodingMap>() {
        let byte = map.bytes.get(&point.to_u32());
        to.extend(byte);
        return Ok(byte.is_some());
    }
    let Some(found) = look_up(cx, table, point.to_u32())? else {
        return Ok(false);
    };
    if let Some(number) = found.as_int() {
        let Some(byte) = number.to_i64().and_then(|number| number.to_u8()) else {
            return Err(cx.type_error("character mapping must be in range(256)"));
        };
        to.push(byte);
    } else if let Some(bytes) = found.downcast_ref::<Bytes>() {
        to.extend_from_slice(bytes.as_slice());
    } else {
        return Err(cx.type_error(format!(
            "character mapping must return integer, bytes or None, not {}",
            cx.type_name(&found)
        )));
    }
    Ok(true)
}

#[pyfunction(signature = (str, errors = None, mapping = None, /))]
fn charmap_encode(
    cx: &Ctx,
    str: &Py<Str>,
    errors: Option<&Py<Str>>,
    mapping: Option<&Value>,
) -> PyResult<Value> {
    let text = str.as_wtf8();
    let mut handler = Handler::new(cx, errors.map(Py::as_wtf8), Some(str.as_value()));
    let bytes = match mapping {
        None => encode_latin1(text, &mut handler)?,
        Some(table) => encode_charmap(text, &mut handler, |point, to| {
            encode_point(cx, table, point, to)
        })?,
    };
    let items = vec![cx.new_bytes(&bytes)?, cx.new_int(str.length() as i64)];
    Ok(cx.new_tuple(items).into_value())
}

pub(super) fn add(m: &ModuleBuilder<'_>) -> PyResult<()> {
    m.function(&charmap_build::DEF)?;
    m.function(&charmap_decode::DEF)?;
    m.function(&charmap_encode::DEF)
}
