//! `array._array_reconstructor`: arrays out of pickles, which may come from another machine.

use taipan_macros::pyfunction;
use taipan_text::Wtf8;
use taipan_vm::ctx::Ctx;
use taipan_vm::error::PyResult;
use taipan_vm::objects::struct_item::StructItem;
use taipan_vm::objects::{Bytes, Type};
use taipan_vm::value::Value;

use super::type_code::{ALL, TypeCode, letter_argument};
use super::value::Array;

/// What bytes of a pickle are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Unsigned,
    Signed,
    Float,
    Text,
}

/// The formats by number: kind, size, big end first.
const FORMATS: [(Kind, usize, bool); 22] = [
    (Kind::Unsigned, 1, false),
    (Kind::Signed, 1, false),
    (Kind::Unsigned, 2, false),
    (Kind::Unsigned, 2, true),
    (Kind::Signed, 2, false),
    (Kind::Signed, 2, true),
    (Kind::Unsigned, 4, false),
    (Kind::Unsigned, 4, true),
    (Kind::Signed, 4, false),
    (Kind::Signed, 4, true),
    (Kind::Unsigned, 8, false),
    (Kind::Unsigned, 8, true),
    (Kind::Signed, 8, false),
    (Kind::Signed, 8, true),
    (Kind::Float, 4, false),
    (Kind::Float, 4, true),
    (Kind::Float, 8, false),
    (Kind::Float, 8, true),
    (Kind::Text, 2, false),
    (Kind::Text, 2, true),
    (Kind::Text, 4, false),
    (Kind::Text, 4, true),
];

fn kind(code: TypeCode) -> Kind {
    if code.is_text() {
        Kind::Text
    } else if code.is_float() {
        Kind::Float
    } else if code.is_signed() {
        Kind::Signed
    } else {
        Kind::Unsigned
    }
}

/// The number of the format that this machine's items have.
pub(super) fn machine_format(code: TypeCode) -> i64 {
    let size = code.size();
    let is_big = cfg!(target_endian = "big") && size > 1;
    let wanted = (kind(code), size, is_big);
    FORMATS
        .iter()
        .position(|format| *format == wanted)
        .map_or(-1, |number| number as i64)
}

/// The letter of an integer type of that size; the last in CPython's order.
fn integer_letter(of: Kind, size: usize) -> Option<char> {
    ALL.chars().rev().find(|letter| {
        TypeCode::from_letter(*letter).is_some_and(|code| kind(code) == of && code.size() == size)
    })
}

/// The letter of the numbers in `struct` formats.
fn struct_letter(of: Kind, size: usize) -> u8 {
    match (of, size) {
        (Kind::Signed, 1) => b'b',
        (Kind::Signed, 2) => b'h',
        (Kind::Signed, 4) => b'i',
        (Kind::Signed, _) => b'q',
        (Kind::Float, 4) => b'f',
        (Kind::Float, _) => b'd',
        (_, 1) => b'B',
        (_, 2) => b'H',
        (_, 4) => b'I',
        _ => b'Q',
    }
}

/// Internal. Used for pickling support.
#[pyfunction(
    signature = (arraytype, typecode, mformat_code, items, /),
    text_signature = "($module, arraytype, typecode, mformat_code, items,\n                     /)"
)]
pub(super) fn _array_reconstructor(
    cx: &Ctx,
    arraytype: &Value,
    typecode: &Value,
    mformat_code: i32,
    items: &Value,
) -> PyResult<Value> {
    let letter = letter_argument(cx, "_array_reconstructor(): argument 2", typecode)?;
    let Some(class) = arraytype.downcast_ref::<Type>() else {
        let given = cx.type_name(arraytype);
        return Err(cx.type_error(format!("first argument must be a type object, not {given}")));
    };
    let own = cx.native_class(Array::class());
    if !class.is_subtype(&own) {
        return Err(cx.type_error(format!(
            "{} is not a subtype of array.array",
            class.full_name()
        )));
    }
    let Some(code) = TypeCode::from_letter(letter) else {
        return Err(cx.value_error("second argument must be a valid type code"));
    };
    let format = usize::try_from(mformat_code)
        .ok()
        .and_then(|number| FORMATS.get(number).copied());
    let Some((format_kind, size, is_big)) = format else {
        return Err(cx.value_error("third argument must be a valid machine format code."));
    };
    let Some(bytes) = items.downcast_ref::<Bytes>() else {
        let given = cx.type_name(items);
        return Err(cx.type_error(format!("fourth argument should be bytes, not {given}")));
    };
    let make = |letter: char, initial: Value| {
        let letter = cx.intern(&*letter.to_string()).into_value();
        cx.call(class.as_value(), &[letter, initial])
    };
    if i64::from(mformat_code) == machine_format(code) {
        let made = make(letter, cx.new_list(Vec::new()).into_value())?;
        if let Some(array) = made.downcast_ref::<Array>() {
            array.extend_from_bytes(cx, bytes.as_slice())?;
        }
        return Ok(made);
    }
    if !bytes.as_slice().len().is_multiple_of(size) && format_kind != Kind::Text {
        return Err(cx.value_error("string length not a multiple of item size"));
    }
    if format_kind == Kind::Text {
        let name = format!("utf-{}-{}", size * 8, if is_big { "be" } else { "le" });
        let encoding = cx.intern(Wtf8::from_str(&name));
        let text = cx.decode_bytes(bytes.as_slice(), Some(items), Some(&encoding), None)?;
        return make(letter, text.into_value());
    }
    let Some(item) = StructItem::standard(struct_letter(format_kind, size), is_big) else {
        return Err(cx.system_error("every format has an item"));
    };
    let mut values = Vec::new();
    for piece in bytes.as_slice().chunks_exact(size) {
        values.push(item.unpack(cx, piece)?);
    }
    let letter = match format_kind {
        Kind::Float => letter,
        _ => integer_letter(format_kind, size).unwrap_or(letter),
    };
    make(letter, cx.new_list(values).into_value())
}
