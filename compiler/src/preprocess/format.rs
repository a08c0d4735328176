//! `'%s and %r' % (a, b)` as an f-string.
//!
//! CPython: `optimize_format`. Only `%s`, `%r` and `%a` with a width and a precision; everything else stays.

use taipan_text::{Wtf8, Wtf8Buf};

use crate::ast::{Conversion, Expr, ExprKind};
use crate::constant::Constant;
use crate::location::NO_LOCATION;

const MAX_DIGITS: usize = 3;

/// A piece of a format.
pub(super) enum Piece {
    Literal(Wtf8Buf),
    Field {
        conversion: Conversion,
        spec: String,
    },
}

/// Takes `format` apart, if it consists of simple conversions for exactly `count` values.
pub(super) fn parse(format: &Wtf8, count: usize) -> Option<Vec<Piece>> {
    let bytes = format.as_bytes();
    let mut pieces = Vec::new();
    let mut fields = 0;
    let mut at = 0;
    loop {
        let (literal, end) = literal(format, at);
        if end > at {
            pieces.push(Piece::Literal(literal));
        }
        at = end;
        if at >= bytes.len() {
            break;
        }
        if fields >= count {
            return None;
        }
        at += 1;
        pieces.push(field(bytes, &mut at)?);
        fields += 1;
    }
    (fields == count).then_some(pieces)
}

/// Text up to the next conversion, `%%` as `%`.
fn literal(format: &Wtf8, start: usize) -> (Wtf8Buf, usize) {
    let bytes = format.as_bytes();
    let mut text = Wtf8Buf::default();
    let (mut at, mut plain) = (start, start);
    while at < bytes.len() {
        if bytes[at] != b'%' {
            at += 1;
        } else if bytes.get(at + 1) == Some(&b'%') {
            text.push_wtf8(format.slice(plain, at + 1));
            at += 2;
            plain = at;
        } else {
            break;
        }
    }
    text.push_wtf8(format.slice(plain, at));
    (text, at)
}

/// A conversion behind its `%`; `None` if it is not a simple one.
fn field(bytes: &[u8], at: &mut usize) -> Option<Piece> {
    let mut is_left = false;
    let mut byte = next(bytes, at)?;
    while let b'-' | b'+' | b' ' | b'#' | b'0' = byte {
        is_left |= byte == b'-';
        byte = next(bytes, at)?;
    }
    let width = if byte.is_ascii_digit() {
        Some(number(bytes, at, &mut byte)?)
    } else {
        None
    };
    let mut precision = None;
    if byte == b'.' {
        byte = next(bytes, at)?;
        precision = Some(number(bytes, at, &mut byte)?);
    }
    let conversion = match byte {
        b's' => Conversion::Str,
        b'r' => Conversion::Repr,
        b'a' => Conversion::Ascii,
        _ => return None,
    };
    let mut spec = String::new();
    if let Some(width) = width {
        if !is_left && width > 0 {
            spec.push('>');
        }
        spec.push_str(&width.to_string());
    }
    if let Some(precision) = precision {
        spec.push_str(&format!(".{precision}"));
    }
    Some(Piece::Field { conversion, spec })
}

fn next(bytes: &[u8], at: &mut usize) -> Option<u8> {
    let byte = bytes.get(*at).copied();
    *at += 1;
    byte
}

/// The number that starts with `byte`, which becomes the first byte behind; `None` if it is too long.
fn number(bytes: &[u8], at: &mut usize, byte: &mut u8) -> Option<u32> {
    let (mut value, mut digits) = (0, 0);
    while byte.is_ascii_digit() {
        value = value * 10 + u32::from(*byte - b'0');
        *byte = next(bytes, at)?;
        digits += 1;
        if digits >= MAX_DIGITS {
            return None;
        }
    }
    Some(value)
}

/// The values of the f-string.
pub(super) fn join(pieces: Vec<Piece>, elements: Vec<Expr>) -> Vec<Expr> {
    let constant = |value| Expr {
        kind: ExprKind::Constant { value, is_u: false },
        loc: NO_LOCATION,
    };
    let mut elements = elements.into_iter();
    let mut values = Vec::with_capacity(pieces.len());
    for piece in pieces {
        match piece {
            Piece::Literal(text) => values.push(constant(Constant::from_wtf8(text))),
            Piece::Field { conversion, spec } => {
                let Some(value) = elements.next() else { break };
                let loc = value.loc;
                let format_spec =
                    (!spec.is_empty()).then(|| Box::new(constant(Constant::from_text(&spec))));
                let kind = ExprKind::FormattedValue {
                    value: Box::new(value),
                    conversion,
                    format_spec,
                };
                values.push(Expr { kind, loc });
            }
        }
    }
    values
}

#[cfg(test)]
mod tests {
    use super::*;

    fn show(format: &str, count: usize) -> Option<String> {
        let pieces = parse(&Wtf8Buf::from(format), count)?;
        let show = |piece: &Piece| match piece {
            Piece::Literal(text) => text.to_string_lossy().into_owned(),
            Piece::Field { conversion, spec } => format!("{{{conversion:?}:{spec}}}"),
        };
        Some(pieces.iter().map(show).collect())
    }

    #[test]
    fn simple_conversions() {
        assert_eq!(
            show("a%sb%%c%-5r", 2).as_deref(),
            Some("a{Str:}b%c{Repr:5}")
        );
        assert_eq!(show("%10.3a", 1).as_deref(), Some("{Ascii:>10.3}"));
        assert_eq!(show("%.s", 1).as_deref(), Some("{Str:.0}"));
    }

    #[test]
    fn what_stays() {
        for format in ["%d", "%s %s", "%(a)s", "%1234s", "%123s", "%", "%5"] {
            assert_eq!(show(format, 1), None, "{format}");
        }
    }
}
