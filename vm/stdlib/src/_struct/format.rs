//! Format strings of `struct`: parsed into items with their places.

use taipan_vm::ctx::Ctx;
use taipan_vm::error::PyResult;
use taipan_vm::objects::struct_item::StructItem;

use super::error;

/// What stands at a place of the packed bytes.
#[derive(Clone, Copy)]
pub(super) enum Field {
    /// One value.
    Item(StructItem),
    /// `s`: as many bytes.
    Bytes(usize),
    /// `p`: as many bytes, the first of them a length.
    Pascal(usize),
}

/// A parsed format: fields with their offsets, and the size of all.
pub(super) struct Layout {
    pub(super) fields: Vec<(usize, Field)>,
    pub(super) size: usize,
}

#[derive(Clone, Copy)]
enum Sizes {
    Native,
    NativeUnaligned,
    Standard { big_endian: bool },
}

impl Sizes {
    fn item(self, code: u8) -> Option<StructItem> {
        match self {
            Self::Native => StructItem::native(code),
            Self::NativeUnaligned => StructItem::standard(code, cfg!(target_endian = "big")),
            Self::Standard { big_endian } => StructItem::standard(code, big_endian),
        }
    }
}

/// Parses a format.
pub(super) fn parse(cx: &Ctx, format: &[u8]) -> PyResult<Layout> {
    let (sizes, rest) = match format.split_first() {
        Some((b'@', rest)) => (Sizes::Native, rest),
        Some((b'=', rest)) => (Sizes::NativeUnaligned, rest),
        Some((b'<', rest)) => (Sizes::Standard { big_endian: false }, rest),
        Some((b'>' | b'!', rest)) => (Sizes::Standard { big_endian: true }, rest),
        _ => (Sizes::Native, format),
    };
    let too_long = || error(cx, "total struct size too long");
    let (mut fields, mut size, mut is_too_much) = (Vec::new(), 0_usize, false);
    let mut letters = rest.iter().copied().peekable();
    while let Some(mut letter) = letters.next() {
        if letter.is_ascii_whitespace() || letter == 0x0B {
            continue;
        }
        let mut count = None;
        while letter.is_ascii_digit() {
            let digits = count.unwrap_or(0_usize);
            count = Some(
                digits
                    .checked_mul(10)
                    .and_then(|digits| digits.checked_add(usize::from(letter - b'0')))
                    .filter(|digits| isize::try_from(*digits).is_ok())
                    .ok_or_else(too_long)?,
            );
            letter = letters
                .next()
                .ok_or_else(|| error(cx, "repeat count given without format specifier"))?;
        }
        let count = count.unwrap_or(1);
        let (item, step) = match letter {
            b'x' => (None, 1),
            b's' | b'p' => (None, 1),
            code => {
                let item = sizes.item(code).ok_or_else(|| match code {
                    0 => error(cx, "embedded null character"),
                    _ => error(cx, "bad char in struct format"),
                })?;
                if matches!(sizes, Sizes::Native) {
                    size = size
                        .checked_next_multiple_of(item.alignment())
                        .ok_or_else(too_long)?;
                }
                (Some(item), item.size)
            }
        };
        let end = step
            .checked_mul(count)
            .and_then(|bytes| size.checked_add(bytes))
            .filter(|end| isize::try_from(*end).is_ok())
            .ok_or_else(too_long)?;
        match (letter, item) {
            (b's', _) => fields.push((size, Field::Bytes(count))),
            (b'p', _) => fields.push((size, Field::Pascal(count))),
            (_, Some(item)) => {
                // A size that is too large is the error to tell of, wherever it comes up.
                is_too_much |= fields.try_reserve(count).is_err();
                if is_too_much {
                    size = end;
                    continue;
                }
                fields.extend((0..count).map(|n| (size + n * step, Field::Item(item))));
            }
            _ => {}
        }
        size = end;
    }
    if is_too_much {
        return Err(cx.memory_error());
    }
    Ok(Layout { fields, size })
}
