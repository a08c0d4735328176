//! A code object and the ones in its constants, a line an instruction.
//!
//! Made alike by `xtask/scripts/bytecode_golden.py` for CPython, so that a difference between the two compilers reads as a
//! difference between two listings. Tests: `tests/bytecode`.

use std::fmt::Write;

use super::canonical::constant_json;
use crate::code_object::{CodeObject, Position};
use crate::constant::Constant;
use crate::opcode::Opcode;

/// The listing; nested code objects follow, in the order of the constants.
pub fn listing(code: &CodeObject) -> String {
    let mut out = String::new();
    write_code(&mut out, code);
    out
}

fn write_code(out: &mut String, code: &CodeObject) {
    // Writing to a String cannot fail.
    let _ = writeln!(
        out,
        "code {} line {} args {}/{}/{} stack {} flags {:#x}",
        code.qualname,
        code.firstlineno,
        code.argcount,
        code.posonlyargcount,
        code.kwonlyargcount,
        code.stacksize,
        code.flags.bits()
    );
    let locals: Vec<String> = code
        .localsplusnames
        .iter()
        .zip(&code.localspluskinds)
        .map(|(name, kind)| format!("{name}:{:02x}", kind.bits()))
        .collect();
    let _ = writeln!(out, "  locals {}", locals.join(" "));
    let _ = writeln!(out, "  names {}", code.names.join(" "));
    for (i, constant) in code.consts.iter().enumerate() {
        let _ = writeln!(out, "  const {i} {}", show_constant(constant));
    }
    let positions: Vec<Position> = code.positions().collect();
    let mut extended = 0;
    for unit in code.units() {
        let oparg = extended | u32::from(unit.arg);
        if unit.opcode == Some(Opcode::EXTENDED_ARG) {
            extended = oparg << 8;
            continue;
        }
        extended = 0;
        let name = unit.opcode.map_or("?", Opcode::name);
        let position = positions.get(unit.offset / 2).copied().unwrap_or_default();
        let _ = write!(out, "  {} {name}", unit.offset);
        if unit.opcode.is_some_and(Opcode::has_arg) {
            let _ = write!(out, " {oparg}");
        }
        let _ = writeln!(out, " @{}", show_position(position));
    }
    for entry in code.exception_entries() {
        let lasti = if entry.lasti { " lasti" } else { "" };
        let _ = writeln!(
            out,
            "  except {}-{} -> {} depth {}{lasti}",
            entry.start, entry.end, entry.target, entry.depth
        );
    }
    for constant in code.consts.iter() {
        if let Constant::Code(inner) = constant {
            write_code(out, inner);
        }
    }
}

/// The canonical form, in which nested code shows only its name.
fn show_constant(constant: &Constant) -> String {
    match constant {
        Constant::Code(code) => format!("code {}", code.qualname),
        other => constant_json(other),
    }
}

fn show_position(position: Position) -> String {
    let show = |number: Option<i32>| number.map_or("-".to_owned(), |number| number.to_string());
    format!(
        "{}:{}-{}:{}",
        show(position.line),
        show(position.column),
        show(position.end_line),
        show(position.end_column)
    )
}
