//! What an item of an array is: its letter, its size, and how it becomes a Python value.

use taipan_text::{CodePoint, Wtf8Buf};
use taipan_vm::ctx::Ctx;
use taipan_vm::error::{PyErr, PyResult};
use taipan_vm::objects::Str;
use taipan_vm::objects::struct_item::StructItem;
use taipan_vm::value::Value;

/// The letters in CPython's order.
pub(super) const ALL: &str = "bBuwhHiIlLqQfd";

/// A letter that stands for a type.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct TypeCode(u8);

impl TypeCode {
    pub(super) fn from_letter(letter: char) -> Option<Self> {
        let byte = u8::try_from(letter).ok()?;
        ALL.contains(letter).then_some(Self(byte))
    }

    pub(super) fn letter(self) -> char {
        char::from(self.0)
    }

    /// Bytes of an item.
    pub(super) fn size(self) -> usize {
        match self.0 {
            b'b' | b'B' => 1,
            b'h' | b'H' => 2,
            b'l' | b'L' | b'q' | b'Q' | b'd' => 8,
            _ => 4,
        }
    }

    pub(super) fn is_text(self) -> bool {
        matches!(self.0, b'u' | b'w')
    }

    pub(super) fn is_float(self) -> bool {
        matches!(self.0, b'f' | b'd')
    }

    pub(super) fn is_signed(self) -> bool {
        self.0.is_ascii_lowercase() && !self.is_text() && !self.is_float()
    }

    /// As the buffer protocol names it.
    pub(super) fn format(self) -> String {
        if self.is_text() {
            "w".to_owned()
        } else {
            self.letter().to_string()
        }
    }

    /// The value of an item.
    ///
    /// # Errors
    /// `ValueError` for a number that is no character.
    pub(super) fn unpack(self, cx: &Ctx, bytes: &[u8]) -> PyResult<Value> {
        if self.is_text() {
            let mut text = Wtf8Buf::new();
            text.push(code_point(cx, bytes)?);
            return Ok(cx.new_str(&*text)?.into_value());
        }
        match StructItem::native(self.0) {
            Some(item) => item.unpack(cx, bytes),
            None => Err(cx.system_error("bad typecode")),
        }
    }

    /// The bytes of a value.
    ///
    /// # Errors
    /// `TypeError`, `OverflowError`, or what a conversion method raises.
    pub(super) fn pack(self, cx: &Ctx, value: &Value) -> PyResult<Vec<u8>> {
        Ok(match self.0 {
            b'u' | b'w' => character(cx, value)?.to_u32().to_ne_bytes().to_vec(),
            b'f' => (cx.to_f64(value)? as f32).to_ne_bytes().to_vec(),
            b'd' => cx.to_f64(value)?.to_ne_bytes().to_vec(),
            _ => self.pack_integer(cx, value)?,
        })
    }

    fn pack_integer(self, cx: &Ctx, value: &Value) -> PyResult<Vec<u8>> {
        let number = cx.to_bigint(&cx.index(value)?)?;
        let too_large = |message: &str| Err(cx.overflow_error(message));
        let is_negative = number.sign() == num_bigint::Sign::Minus;
        match self.0 {
            b'q' => {
                return match i64::try_from(&number) {
                    Ok(number) => Ok(number.to_ne_bytes().to_vec()),
                    Err(_) => too_large("int too big to convert"),
                };
            }
            b'Q' if is_negative => return too_large("can't convert negative int to unsigned"),
            b'I' | b'L' if is_negative => {
                return too_large("can't convert negative value to unsigned int");
            }
            b'I' | b'L' | b'Q' => {
                return match (self.0, u64::try_from(&number)) {
                    (b'Q', Err(_)) => too_large("int too big to convert"),
                    (_, Err(_)) => too_large("Python int too large to convert to C unsigned long"),
                    (b'I', Ok(number)) => match u32::try_from(number) {
                        Ok(number) => Ok(number.to_ne_bytes().to_vec()),
                        Err(_) => too_large("unsigned int is greater than maximum"),
                    },
                    (_, Ok(number)) => Ok(number.to_ne_bytes().to_vec()),
                };
            }
            _ => {}
        }
        let Ok(number) = i64::try_from(&number) else {
            return too_large("Python int too large to convert to C long");
        };
        // The number passes through a wider type first, which has its own limits.
        let through = |low: i64, high: i64, name: &str| -> PyResult<()> {
            if number > high {
                Err(cx.overflow_error(format!("{name} is greater than maximum")))
            } else if number < low {
                Err(cx.overflow_error(format!("{name} is less than minimum")))
            } else {
                Ok(())
            }
        };
        let short = || through(-0x8000, 0x7fff, "signed short integer");
        let int = || through(i32::MIN.into(), i32::MAX.into(), "signed integer");
        match self.0 {
            b'b' => {
                short()?;
                through(-0x80, 0x7f, "signed char")?;
            }
            b'B' => {
                short()?;
                through(0, 0xff, "unsigned byte integer")?;
            }
            b'h' => short()?,
            b'H' => {
                int()?;
                through(0, 0xffff, "unsigned short")?;
            }
            b'i' => int()?,
            _ => {}
        }
        let bytes = number.to_ne_bytes();
        let size = self.size();
        Ok(if cfg!(target_endian = "big") {
            bytes[8 - size..].to_vec()
        } else {
            bytes[..size].to_vec()
        })
    }
}

/// The character of an item's bytes.
pub(super) fn code_point(cx: &Ctx, bytes: &[u8]) -> PyResult<CodePoint> {
    let mut word = [0; 4];
    word.copy_from_slice(&bytes[..4]);
    let number = u32::from_ne_bytes(word);
    CodePoint::from_u32(number).ok_or_else(|| {
        cx.value_error(format!(
            "character U+{number:x} is not in range [U+0000; U+10ffff]"
        ))
    })
}

fn character(cx: &Ctx, value: &Value) -> PyResult<CodePoint> {
    let Some(text) = value.downcast_ref::<Str>() else {
        let class = cx.class_of(value).dotted_name(cx)?;
        return Err(cx.type_error(format!(
            "array item must be a unicode character, not {class}"
        )));
    };
    match (text.length(), text.code_point(0)) {
        (1, Some(point)) => Ok(point),
        (length, _) => Err(cx.type_error(format!(
            "array item must be a unicode character, not a string of length {length}"
        ))),
    }
}

/// An argument that is a string of one character.
///
/// # Errors
/// `TypeError`, which begins with `what`.
pub(super) fn letter_argument(cx: &Ctx, what: &str, value: &Value) -> PyResult<char> {
    let Some(text) = value.downcast_ref::<Str>() else {
        let class = cx.type_name(value);
        return Err(cx.type_error(format!("{what} must be a unicode character, not {class}")));
    };
    match (text.length(), text.code_point(0)) {
        (1, Some(point)) => Ok(point.to_char_lossy()),
        (length, _) => Err(cx.type_error(format!(
            "{what} must be a unicode character, not a string of length {length}"
        ))),
    }
}

/// The error for a letter that stands for nothing.
pub(super) fn bad_type_code(cx: &Ctx) -> PyErr {
    cx.value_error("bad typecode (must be b, B, u, w, h, H, i, I, l, L, q, Q, f or d)")
}
