//! Numbers to and from text, against CPython's answers (`golden/make_number.py`).

use taipan_text::Wtf8;
use taipan_text::number::{
    FloatKind, FloatLayout, HexFloatError, IntParseError, Integer, complex_from_text, complex_repr,
    float_from_hex, float_from_text, float_repr, float_to_hex, format_float, int_from_text,
    int_to_decimal,
};

use crate::golden::{report, rows, unescape};

fn value(bits: &str) -> f64 {
    f64::from_bits(u64::from_str_radix(bits, 16).expect("16 digits"))
}

fn bits(value: f64) -> String {
    format!("{:016x}", value.to_bits())
}

fn printf(operation: &str, value: f64) -> String {
    let (alternate, rest) = match operation.strip_prefix("%#.") {
        Some(rest) => (true, rest),
        None => (false, operation.strip_prefix("%.").expect("a precision")),
    };
    let (precision, letter) = rest.split_at(rest.len() - 1);
    let kind = match letter.to_ascii_lowercase().as_str() {
        "e" => FloatKind::Exponent,
        "f" => FloatKind::Fixed,
        _ => FloatKind::General,
    };
    let upper = letter.chars().all(char::is_uppercase);
    let layout = FloatLayout {
        upper,
        alternate,
        ..FloatLayout::new(kind, precision.parse().expect("a number"))
    };
    format_float(value, &layout)
}

fn hex_of(integer: Integer) -> String {
    match integer {
        Integer::Small(value) if value < 0 => format!("-{:x}", value.unsigned_abs()),
        Integer::Small(value) => format!("{value:x}"),
        Integer::Big(value) => value.to_str_radix(16),
    }
}

fn ours(operation: &str, argument: &Wtf8) -> String {
    let plain = argument.to_str().unwrap_or_default();
    match operation {
        "repr" => float_repr(value(plain)),
        "hex" => float_to_hex(value(plain)),
        "float" => float_from_text(argument).map_or("!ValueError".into(), bits),
        "complex" => complex_from_text(argument)
            .map_or("!ValueError".into(), |(real, imaginary)| {
                bits(real) + &bits(imaginary)
            }),
        "complex_repr" => complex_repr(value(&plain[..16]), value(&plain[16..])),
        "fromhex" => match float_from_hex(argument.as_bytes()) {
            Ok(value) => bits(value),
            Err(HexFloatError::Invalid) => "!ValueError".into(),
            Err(HexFloatError::TooLarge) => "!OverflowError".into(),
        },
        operation if operation.starts_with('%') => printf(operation, value(plain)),
        operation => {
            let base = operation
                .strip_prefix("int")
                .expect("int and a base")
                .parse()
                .expect("a base");
            int_from_text(argument, base, 4300).map_or("!ValueError".into(), hex_of)
        }
    }
}

#[test]
fn numbers_equal_cpythons() {
    let mut differences = Vec::new();
    for row in rows(include_str!("../golden/number.tsv")) {
        let ours = ours(row[0], &unescape(row[1]));
        if ours != row[2] {
            differences.push(format!("{} {}: {} != {}", row[0], row[1], ours, row[2]));
        }
    }
    report(&differences);
}

#[test]
fn large_integers_survive_the_round_trip() {
    let text = "1234567890987654321".repeat(1000);
    let Ok(Integer::Big(big)) = int_from_text(Wtf8::from_str(&text), 10, 0) else {
        panic!("a big integer")
    };
    assert_eq!(big.to_str_radix(10), text);
    assert_eq!(int_to_decimal(&big, 0).as_deref(), Ok(text.as_str()));
    assert_eq!(int_to_decimal(&big, 19000).as_deref(), Ok(text.as_str()));
    assert!(int_to_decimal(&big, 18999).is_err() && int_to_decimal(&big, 4300).is_err());
    assert_eq!(
        int_from_text(Wtf8::from_str(&text), 10, 4300),
        Err(IntParseError::TooManyDigits {
            limit: 4300,
            digits: 19000
        })
    );
}
