//! The canonical JSON of a code object: equal text means an equal code object, nested ones included.
//!
//! Keys stand in a fixed order, there is no white space, bytes are lower-case hexadecimal. A constant is an array that
//! starts with a tag: `n` None, `e` Ellipsis, `b` bool, `i` int in hexadecimal, `f` float as the sixteen digits of its
//! bits (or `nan`), `c` complex, `s` text (`S` in hexadecimal if it has surrogates), `y` bytes, `t` tuple, `z` frozen
//! set in the order of its elements' own text, `l` slice, `o` code. The file's name is not part of it.
//! Tests: `tests/bytecode`, and the example `parity_dump`.

use std::fmt::Write;

use num_bigint::BigInt;
use taipan_text::wtf8::Wtf8;

use crate::code_object::{CodeObject, LocalKind, Name};
use crate::constant::Constant;

/// The code object as one line of JSON.
pub fn canonical_json(code: &CodeObject) -> String {
    let mut out = String::new();
    write_code(&mut out, code);
    out
}

/// A text as the canonical JSON has it: tagged, and in hexadecimal if it has surrogates.
pub fn canonical_text(text: &Wtf8) -> String {
    let mut out = String::new();
    write_text(&mut out, text);
    out
}

pub(super) fn constant_json(constant: &Constant) -> String {
    let mut out = String::new();
    write_constant(&mut out, constant);
    out
}

fn write_code(out: &mut String, code: &CodeObject) {
    out.push_str("{\"name\":");
    write_string(out, &code.name);
    out.push_str(",\"qualname\":");
    write_string(out, &code.qualname);
    // Writing to a String cannot fail.
    let _ = write!(
        out,
        ",\"argcount\":{},\"posonlyargcount\":{},\"kwonlyargcount\":{},\"nlocals\":{},\"stacksize\":{},\"flags\":{},\
         \"firstlineno\":{},\"code\":",
        code.argcount,
        code.posonlyargcount,
        code.kwonlyargcount,
        code.nlocals(),
        code.stacksize,
        code.flags.bits(),
        code.firstlineno
    );
    write_hex(out, &code.code);
    out.push_str(",\"consts\":");
    write_list(out, code.consts.iter(), write_constant);
    for (key, names) in [
        ("names", &code.names),
        ("localsplusnames", &code.localsplusnames),
    ] {
        let _ = write!(out, ",\"{key}\":");
        write_list(out, names.iter(), write_name);
    }
    out.push_str(",\"localspluskinds\":");
    write_hex(
        out,
        &code
            .localspluskinds
            .iter()
            .map(LocalKind::bits)
            .collect::<Vec<u8>>(),
    );
    out.push_str(",\"varnames\":");
    write_list(out, code.varnames(), write_name);
    out.push_str(",\"cellvars\":");
    write_list(out, code.cellvars(), write_name);
    out.push_str(",\"freevars\":");
    write_list(out, code.freevars(), write_name);
    out.push_str(",\"linetable\":");
    write_hex(out, &code.linetable);
    out.push_str(",\"exceptiontable\":");
    write_hex(out, &code.exceptiontable);
    out.push('}');
}

fn write_list<'a, T: 'a>(
    out: &mut String,
    items: impl Iterator<Item = &'a T>,
    write_item: fn(&mut String, &T),
) {
    out.push('[');
    for (i, item) in items.enumerate() {
        if i > 0 {
            out.push(',');
        }
        write_item(out, item);
    }
    out.push(']');
}

fn write_name(out: &mut String, name: &Name) {
    write_string(out, name);
}

fn write_constant(out: &mut String, constant: &Constant) {
    match constant {
        Constant::None => out.push_str("[\"n\"]"),
        Constant::Ellipsis => out.push_str("[\"e\"]"),
        Constant::Bool(value) => {
            let _ = write!(out, "[\"b\",{}]", u8::from(*value));
        }
        Constant::Int(value) => {
            let _ = write!(out, "[\"i\",\"{}\"]", BigInt::from(*value).to_str_radix(16));
        }
        Constant::BigInt(value) => {
            let _ = write!(out, "[\"i\",\"{}\"]", value.to_str_radix(16));
        }
        Constant::Float(value) => {
            let _ = write!(out, "[\"f\",\"{}\"]", float_digits(*value));
        }
        Constant::Complex(real, imaginary) => {
            let _ = write!(
                out,
                "[\"c\",\"{}\",\"{}\"]",
                float_digits(*real),
                float_digits(*imaginary)
            );
        }
        Constant::Str(text) => write_text(out, text.as_wtf8()),
        Constant::Bytes(bytes) => {
            out.push_str("[\"y\",");
            write_hex(out, bytes);
            out.push(']');
        }
        Constant::Tuple(elements) => {
            out.push_str("[\"t\",");
            write_list(out, elements.iter(), write_constant);
            out.push(']');
        }
        Constant::FrozenSet(elements) => {
            let mut texts: Vec<String> = elements
                .iter()
                .map(|element| {
                    let mut text = String::new();
                    write_constant(&mut text, element);
                    text
                })
                .collect();
            texts.sort();
            let _ = write!(out, "[\"z\",[{}]]", texts.join(","));
        }
        Constant::Slice(parts) => {
            out.push_str("[\"l\",");
            write_list(out, parts.iter(), write_constant);
            out.push(']');
        }
        Constant::Code(code) => {
            out.push_str("[\"o\",");
            write_code(out, code);
            out.push(']');
        }
    }
}

fn float_digits(value: f64) -> String {
    if value.is_nan() {
        "nan".to_owned()
    } else {
        format!("{:016x}", value.to_bits())
    }
}

fn write_text(out: &mut String, text: &Wtf8) {
    match std::str::from_utf8(text.as_bytes()) {
        Ok(text) => {
            out.push_str("[\"s\",");
            write_string(out, text);
        }
        Err(_) => {
            out.push_str("[\"S\",");
            write_hex(out, text.as_bytes());
        }
    }
    out.push(']');
}

fn write_hex(out: &mut String, bytes: &[u8]) {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    out.push('"');
    for byte in bytes {
        out.push(char::from(DIGITS[usize::from(byte >> 4)]));
        out.push(char::from(DIGITS[usize::from(byte & 15)]));
    }
    out.push('"');
}

fn write_string(out: &mut String, text: &str) {
    out.push('"');
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            '\u{8}' => out.push_str("\\b"),
            '\u{c}' => out.push_str("\\f"),
            c if c < ' ' => {
                let _ = write!(out, "\\u{:04x}", u32::from(c));
            }
            c => out.push(c),
        }
    }
    out.push('"');
}
