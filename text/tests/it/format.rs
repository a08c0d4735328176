//! Formatting against CPython's answers, messages included (`golden/make_format.py`).

use num_bigint::BigInt;
use taipan_text::format::{
    Amount, FieldKey, FieldStep, FormatError, FormatErrorKind, IntRef, NumericLocale, PercentItem,
    PercentTemplate, TemplateError, TemplateItems, format_complex, format_float, format_int,
    format_str, percent_float, percent_int, percent_pad, split_field_name,
};
use taipan_text::{Wtf8, Wtf8Buf};

use crate::golden::{report, rows, unescape};

type Answer = Result<Wtf8Buf, String>;

fn value(bits: &str) -> f64 {
    f64::from_bits(u64::from_str_radix(bits, 16).expect("16 digits"))
}

fn integer(text: &str) -> BigInt {
    let (sign, digits) = text
        .strip_prefix('-')
        .map_or(("", text), |digits| ("-", digits));
    let (digits, radix) = digits
        .strip_prefix("0x")
        .map_or((digits, 10), |digits| (digits, 16));
    BigInt::parse_bytes(format!("{sign}{digits}").as_bytes(), radix).expect("an integer")
}

fn with_int<T>(text: &str, use_it: impl Fn(IntRef<'_>) -> T + Copy) -> T {
    let big = integer(text);
    match i64::try_from(&big) {
        Ok(small) => use_it(IntRef::Small(small)),
        Err(_) => use_it(IntRef::Big(&big)),
    }
}

fn format_message(error: &FormatError) -> String {
    let class = match error.kind() {
        FormatErrorKind::Value => "ValueError",
        FormatErrorKind::Overflow => "OverflowError",
        FormatErrorKind::Memory => "MemoryError",
    };
    // The golden has lone surrogates escaped; a message with one is compared lossily.
    format!("!{class}: {error}")
}

fn template(text: &Wtf8) -> Result<Wtf8Buf, TemplateError> {
    let mut out = Wtf8Buf::new();
    for item in TemplateItems::new(text) {
        let item = item?;
        out.push_str("[");
        out.push_wtf8(item.literal);
        if let Some(field) = item.field {
            out.push_str("|");
            out.push_wtf8(field.name);
            out.push_str("|");
            out.push_wtf8(field.spec);
            out.push_str("|");
            out.extend(field.conversion);
        }
        out.push_str("]");
    }
    Ok(out)
}

fn field(name: &Wtf8) -> Result<Wtf8Buf, TemplateError> {
    let (key, path) = split_field_name(name)?;
    let mut out = Wtf8Buf::new();
    match key {
        FieldKey::Index(index) => out.push_str(&format!("#{index}")),
        FieldKey::Name(name) => {
            out.push_str("'");
            out.push_wtf8(name);
        }
    }
    for step in path {
        match step? {
            FieldStep::Attribute(name) => {
                out.push_str(" .");
                out.push_wtf8(name);
            }
            FieldStep::Index(index) => out.push_str(&format!(" [{index}")),
            FieldStep::Key(key) => {
                out.push_str(" ['");
                out.push_wtf8(key);
            }
        }
    }
    Ok(out)
}

fn given(amount: Amount) -> Option<usize> {
    if let Amount::Given(value) = amount {
        Some(value)
    } else {
        None
    }
}

fn percent(operation: &str, argument: &Wtf8, text: &Wtf8) -> Answer {
    let plain = argument.to_str().unwrap_or_default();
    let mut out = Wtf8Buf::new();
    for item in PercentTemplate::of_text(text) {
        match item.map_err(|error| format!("!ValueError: {error}"))? {
            PercentItem::Literal(range) => out.push_wtf8(text.slice(range.start, range.end)),
            PercentItem::Convert(spec) => {
                let letter = spec.conversion.to_ascii().expect("an ASCII letter");
                let (width, precision) = (given(spec.width).unwrap_or(0), given(spec.precision));
                match operation {
                    "%int" if b"dioxXu".contains(&letter) => out.push_str(
                        &with_int(plain, |value| {
                            percent_int(value, letter, spec.flags, width, precision, 4300)
                        })
                        .map_err(|error| format!("!ValueError: {error}"))?,
                    ),
                    "%float" => out.push_str(
                        &percent_float(value(plain), letter, spec.flags, width, precision)
                            .expect("small"),
                    ),
                    _ => out.push_wtf8(
                        &percent_pad(argument, spec.flags, width, precision).expect("small"),
                    ),
                }
            }
        }
    }
    Ok(out)
}

fn ours(operation: &str, argument: &Wtf8, spec: &Wtf8) -> Answer {
    let plain = argument.to_str().unwrap_or_default();
    let locale = NumericLocale::default();
    let malformed = |error: TemplateError| format!("!ValueError: {error}");
    match operation {
        "int" => with_int(plain, |value| format_int(value, spec, "int", 4300, &locale))
            .map_err(|e| format_message(&e)),
        "float" => {
            format_float(value(plain), spec, "float", &locale).map_err(|e| format_message(&e))
        }
        "complex" => {
            let (real, imaginary) = (value(&plain[..16]), value(&plain[16..]));
            format_complex(real, imaginary, spec, "complex", &locale)
                .map_err(|e| format_message(&e))
        }
        "str" => format_str(argument, spec, "str").map_err(|e| format_message(&e)),
        "template" => template(argument).map_err(malformed),
        "field" => field(argument).map_err(malformed),
        _ => percent(operation, argument, spec),
    }
}

#[test]
fn formatting_equals_cpythons() {
    let mut differences = Vec::new();
    for row in rows(include_str!("../golden/format.tsv")) {
        let ours = ours(row[0], &unescape(row[1]), &unescape(row[2]));
        let expected = unescape(row[3]);
        let same = match &ours {
            Ok(text) => *text == expected,
            Err(message) => *message == expected.to_string(),
        };
        if !same {
            differences.push(format!(
                "{} {} {:?}: {ours:?} != {expected:?}",
                row[0], row[1], row[2]
            ));
        }
    }
    report(&differences);
}

#[test]
fn fields_wider_than_memory_are_refused() {
    let locale = NumericLocale::default();
    for spec in [
        "4611686018427387904",
        "04611686018427387904",
        "04611686018427387904,",
        "€<4611686018427387904",
    ] {
        let error =
            format_int(IntRef::Small(7), spec.into(), "int", 0, &locale).expect_err("no room");
        assert_eq!(error.kind(), FormatErrorKind::Memory, "{spec}");
    }
    assert!(percent_pad("a".into(), Default::default(), usize::MAX / 4, None).is_err());
}
