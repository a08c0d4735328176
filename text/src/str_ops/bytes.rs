//! The methods of `bytes` and `bytearray` where they differ from `str`: ASCII classes, case, widths in bytes.
//!
//! CPython counterpart: `Objects/bytes_methods.c` and `Objects/stringlib/transmogrify.h`.
//! Tests: `text/tests/it/str_ops.rs`.

use memchr::memmem;

use super::{TooLong, bytes_with_room};

/// White space for the methods of `bytes`.
#[inline]
#[must_use]
pub const fn is_space_byte(byte: u8) -> bool {
    matches!(byte, b'\t'..=b'\r' | b' ')
}

fn all(bytes: &[u8], predicate: impl Fn(&u8) -> bool) -> bool {
    !bytes.is_empty() && bytes.iter().all(predicate)
}

/// `bytes.isalpha`
#[must_use]
pub fn is_alpha(bytes: &[u8]) -> bool {
    all(bytes, u8::is_ascii_alphabetic)
}

/// `bytes.isalnum`
#[must_use]
pub fn is_alnum(bytes: &[u8]) -> bool {
    all(bytes, u8::is_ascii_alphanumeric)
}

/// `bytes.isdigit`
#[must_use]
pub fn is_digit(bytes: &[u8]) -> bool {
    all(bytes, u8::is_ascii_digit)
}

/// `bytes.isspace`
#[must_use]
pub fn is_space(bytes: &[u8]) -> bool {
    all(bytes, |&byte| is_space_byte(byte))
}

/// `bytes.islower`
#[must_use]
pub fn is_lower(bytes: &[u8]) -> bool {
    bytes.iter().any(u8::is_ascii_lowercase) && !bytes.iter().any(u8::is_ascii_uppercase)
}

/// `bytes.isupper`
#[must_use]
pub fn is_upper(bytes: &[u8]) -> bool {
    bytes.iter().any(u8::is_ascii_uppercase) && !bytes.iter().any(u8::is_ascii_lowercase)
}

/// `bytes.istitle`
#[must_use]
pub fn is_title(bytes: &[u8]) -> bool {
    let (mut cased, mut in_word) = (false, false);
    for byte in bytes {
        if (byte.is_ascii_uppercase() && in_word) || (byte.is_ascii_lowercase() && !in_word) {
            return false;
        }
        in_word = byte.is_ascii_alphabetic();
        cased |= in_word;
    }
    cased
}

/// `bytes.title`
#[must_use]
pub fn title(bytes: &[u8]) -> Vec<u8> {
    let mut in_word = false;
    let change = |byte: &u8| {
        let changed = if in_word {
            byte.to_ascii_lowercase()
        } else {
            byte.to_ascii_uppercase()
        };
        in_word = byte.is_ascii_alphabetic();
        changed
    };
    bytes.iter().map(change).collect()
}

/// `bytes.capitalize`
#[must_use]
pub fn capitalize(bytes: &[u8]) -> Vec<u8> {
    let mut changed = bytes.to_ascii_lowercase();
    if let Some(first) = changed.first_mut() {
        first.make_ascii_uppercase();
    }
    changed
}

/// `bytes.swapcase`
#[must_use]
pub fn swapcase(bytes: &[u8]) -> Vec<u8> {
    bytes
        .iter()
        .map(|byte| {
            if byte.is_ascii_alphabetic() {
                byte ^ 0x20
            } else {
                *byte
            }
        })
        .collect()
}

fn padded(bytes: &[u8], left: usize, right: usize, fill: u8) -> Result<Vec<u8>, TooLong> {
    let mut wide = bytes_with_room([bytes.len(), left.checked_add(right).ok_or(TooLong)?])?;
    wide.resize(left, fill);
    wide.extend_from_slice(bytes);
    wide.resize(left + bytes.len() + right, fill);
    Ok(wide)
}

/// `bytes.center`
///
/// # Errors
/// The result does not fit memory.
pub fn center(bytes: &[u8], width: usize, fill: u8) -> Result<Vec<u8>, TooLong> {
    let padding = width.saturating_sub(bytes.len());
    let left = padding / 2 + (padding & width & 1);
    padded(bytes, left, padding - left, fill)
}

/// `bytes.ljust`
///
/// # Errors
/// The result does not fit memory.
pub fn ljust(bytes: &[u8], width: usize, fill: u8) -> Result<Vec<u8>, TooLong> {
    padded(bytes, 0, width.saturating_sub(bytes.len()), fill)
}

/// `bytes.rjust`
///
/// # Errors
/// The result does not fit memory.
pub fn rjust(bytes: &[u8], width: usize, fill: u8) -> Result<Vec<u8>, TooLong> {
    padded(bytes, width.saturating_sub(bytes.len()), 0, fill)
}

/// `bytes.zfill`
///
/// # Errors
/// The result does not fit memory.
pub fn zfill(bytes: &[u8], width: usize) -> Result<Vec<u8>, TooLong> {
    let mut wide = rjust(bytes, width, b'0')?;
    let zeros = wide.len() - bytes.len();
    if zeros > 0 && matches!(bytes.first(), Some(b'+' | b'-')) {
        wide.swap(0, zeros);
    }
    Ok(wide)
}

/// `bytes.expandtabs`; a tab size of 0 drops tabs.
///
/// # Errors
/// The result does not fit memory.
pub fn expand_tabs(bytes: &[u8], tab_size: usize) -> Result<Vec<u8>, TooLong> {
    let tabs = memchr::memchr_iter(b'\t', bytes).count();
    let mut wide = bytes_with_room([bytes.len(), tabs.checked_mul(tab_size).ok_or(TooLong)?])?;
    let mut column = 0;
    for &byte in bytes {
        if byte == b'\t' {
            let blanks = if tab_size == 0 {
                0
            } else {
                tab_size - column % tab_size
            };
            wide.resize(wide.len() + blanks, b' ');
            column += blanks;
        } else {
            wide.push(byte);
            column = if matches!(byte, b'\n' | b'\r') {
                0
            } else {
                column + 1
            };
        }
    }
    Ok(wide)
}

/// `bytes.replace`; `None` if nothing is replaced.
///
/// # Errors
/// The result does not fit memory.
pub fn replace(
    bytes: &[u8],
    old: &[u8],
    new: &[u8],
    max: Option<usize>,
) -> Result<Option<Vec<u8>>, TooLong> {
    let max = max.unwrap_or(usize::MAX);
    // An empty needle is found before each byte and at the end.
    let count = memmem::find_iter(bytes, old).take(max).count();
    if count == 0 {
        return Ok(None);
    }
    let kept = bytes.len() - count * old.len();
    let mut replaced = bytes_with_room([kept, count.checked_mul(new.len()).ok_or(TooLong)?])?;
    let mut done = 0;
    for at in memmem::find_iter(bytes, old).take(count) {
        replaced.extend_from_slice(&bytes[done..at]);
        replaced.extend_from_slice(new);
        done = at + old.len();
    }
    replaced.extend_from_slice(&bytes[done..]);
    Ok(Some(replaced))
}

/// `bytes.translate`: drops the bytes of `delete`, then maps by the table.
#[must_use]
pub fn translate(bytes: &[u8], table: Option<&[u8; 256]>, delete: &[u8]) -> Vec<u8> {
    let mut is_deleted = [false; 256];
    for &byte in delete {
        is_deleted[usize::from(byte)] = true;
    }
    let kept = bytes.iter().filter(|&&byte| !is_deleted[usize::from(byte)]);
    kept.map(|&byte| table.map_or(byte, |table| table[usize::from(byte)]))
        .collect()
}
