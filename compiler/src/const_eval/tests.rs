//! Compares constant folding with CPython's: `tests/const_eval.txt`, made by `xtask/scripts/const_eval_golden.py`.

use num_bigint::BigInt;
use num_traits::Num;
use taipan_text::wtf8::Wtf8Buf;

use super::{UnaryOp, binary, unary};
use crate::constant::Constant;
use crate::opcode::BinaryOp;

fn bytes_of(hex: &str) -> Vec<u8> {
    (0..hex.len() / 2)
        .map(|i| u8::from_str_radix(&hex[2 * i..2 * i + 2], 16).unwrap())
        .collect()
}

fn double_of(hex: &str) -> f64 {
    if hex == "nan" {
        f64::NAN
    } else {
        f64::from_bits(u64::from_str_radix(hex, 16).unwrap())
    }
}

/// Splits at the commas that stand in no parentheses.
fn split_items(text: &str) -> Vec<&str> {
    let mut depth = 0;
    let items = text.split(|c| {
        depth += i32::from(c == '(') - i32::from(c == ')');
        c == ',' && depth == 0
    });
    items.filter(|item| !item.is_empty()).collect()
}

fn parse(text: &str) -> Constant {
    let (tag, rest) = text.split_at(1);
    let items = || {
        split_items(&rest[1..rest.len() - 1])
            .into_iter()
            .map(parse)
            .collect::<Vec<_>>()
    };
    match tag {
        "n" => Constant::None,
        "b" => Constant::Bool(rest == "1"),
        "i" => Constant::from_bigint(BigInt::from_str_radix(rest, 16).unwrap()),
        "f" => Constant::Float(double_of(rest)),
        "c" => {
            let (real, imaginary) = rest.split_once('/').unwrap();
            Constant::Complex(double_of(real), double_of(imaginary))
        }
        "s" => Constant::from_wtf8(Wtf8Buf::from_bytes(bytes_of(rest)).unwrap()),
        "y" => Constant::from_bytes(bytes_of(rest)),
        "t" => Constant::tuple(items()),
        "l" => Constant::Slice(std::sync::Arc::new(items().try_into().unwrap())),
        other => panic!("no such tag: {other}"),
    }
}

fn show_double(value: f64) -> String {
    if value.is_nan() {
        "nan".to_owned()
    } else {
        format!("{:016x}", value.to_bits())
    }
}

fn show(constant: &Constant) -> String {
    let hex = |bytes: &[u8]| {
        bytes
            .iter()
            .map(|byte| format!("{byte:02x}"))
            .collect::<String>()
    };
    let join = |elements: &[Constant]| elements.iter().map(show).collect::<Vec<_>>().join(",");
    match constant {
        Constant::None => "n".to_owned(),
        Constant::Ellipsis => "e".to_owned(),
        Constant::Bool(value) => format!("b{}", u8::from(*value)),
        Constant::Int(value) => format!("i{}", BigInt::from(*value).to_str_radix(16)),
        Constant::BigInt(value) => format!("i{}", value.to_str_radix(16)),
        Constant::Float(value) => format!("f{}", show_double(*value)),
        Constant::Complex(real, imaginary) => {
            format!("c{}/{}", show_double(*real), show_double(*imaginary))
        }
        Constant::Str(text) => format!("s{}", hex(text.as_bytes())),
        Constant::Bytes(bytes) => format!("y{}", hex(bytes)),
        Constant::Tuple(elements) => format!("t({})", join(elements)),
        Constant::FrozenSet(elements) => format!("z({})", join(elements)),
        Constant::Slice(parts) => format!("l({})", join(&parts[..])),
        Constant::Code(_) => "o".to_owned(),
    }
}

fn evaluate(operation: &str, operands: &[Constant]) -> Option<Constant> {
    let unary_operation = match operation {
        "NEGATIVE" => Some(UnaryOp::Negative),
        "INVERT" => Some(UnaryOp::Invert),
        "NOT" => Some(UnaryOp::Not),
        "POSITIVE" => Some(UnaryOp::Positive),
        _ => None,
    };
    if let Some(operation) = unary_operation {
        return unary(operation, &operands[0]);
    }
    let operation = match operation {
        "ADD" => BinaryOp::Add,
        "AND" => BinaryOp::And,
        "FLOOR_DIVIDE" => BinaryOp::FloorDivide,
        "LSHIFT" => BinaryOp::Lshift,
        "MULTIPLY" => BinaryOp::Multiply,
        "OR" => BinaryOp::Or,
        "POWER" => BinaryOp::Power,
        "REMAINDER" => BinaryOp::Remainder,
        "RSHIFT" => BinaryOp::Rshift,
        "SUBSCR" => BinaryOp::Subscript,
        "SUBTRACT" => BinaryOp::Subtract,
        "TRUE_DIVIDE" => BinaryOp::TrueDivide,
        "XOR" => BinaryOp::Xor,
        other => panic!("no such operation: {other}"),
    };
    binary(operation, &operands[0], &operands[1])
}

#[test]
fn folding_gives_what_cpython_gives() {
    let cases = include_str!("../../tests/const_eval.txt");
    let mut failures = Vec::new();
    for case in cases.lines() {
        let (question, expected) = case.split_once(" = ").unwrap();
        let mut words = question.split(' ');
        let operation = words.next().unwrap();
        let operands: Vec<Constant> = words.map(parse).collect();
        let actual = evaluate(operation, &operands)
            .as_ref()
            .map_or("-".to_owned(), show);
        if actual != expected {
            failures.push(format!("{case}\n    but is {actual}"));
        }
    }
    assert!(
        failures.is_empty(),
        "{} of {}\n{}",
        failures.len(),
        cases.lines().count(),
        failures.join("\n")
    );
}
