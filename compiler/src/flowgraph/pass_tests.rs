//! Runs the pass tests: `tests/passes/<pass>/*.cfg`, instructions in, `---`, instructions out.
//!
//! A file starts with comments (`;`), then may say `consts:`, `locals:` and `params:`; then come blocks: a line `name:`
//! and instructions, `OPCODE operand @line`, where the operand of a jump is a block's name and the line is 1 if it is
//! not given (`@-` for none). Output names blocks by their place in the chain; `!b2` is the handler of an instruction.
//! The tests in `optimize_code_unit` come from CPython (`xtask/scripts/cfg_golden.py` renews them); the others are
//! renewed with `UPDATE=1 cargo test -p taipan-compiler`, and then read.
#![allow(
    clippy::unwrap_used,
    clippy::disallowed_methods,
    reason = "tests read their own files, and fail where they stand"
)]

use std::collections::HashMap;
use std::fmt::Write;
use std::path::{Path, PathBuf};

use super::cfg::{BlockId, Cfg};
use super::*;
use crate::constant::Constant;
use crate::instruction_sequence::{InstructionSequence, Label};
use crate::location::{Location, NO_LOCATION};
use crate::opcode::Opcode;

struct Case {
    pass: String,
    consts: ConstantTable,
    locals: usize,
    params: usize,
    sequence: InstructionSequence,
}

fn parse_case(text: &str) -> Case {
    let mut case = Case {
        pass: String::new(),
        consts: ConstantTable::new(),
        locals: 0,
        params: 0,
        sequence: InstructionSequence::new(),
    };
    let mut labels: HashMap<&str, Label> = HashMap::new();
    for line in text.lines().map(str::trim).filter(|line| !line.is_empty()) {
        if let Some(comment) = line.strip_prefix(';') {
            if let Some(pass) = comment.trim().strip_prefix("pass: ") {
                case.pass = pass.to_owned();
            }
        } else if let Some(consts) = line.strip_prefix("consts:") {
            for constant in consts
                .split(';')
                .map(str::trim)
                .filter(|constant| !constant.is_empty())
            {
                case.consts.add(parse_constant(constant));
            }
        } else if let Some(count) = line.strip_prefix("locals:") {
            case.locals = count.trim().parse().unwrap();
        } else if let Some(count) = line.strip_prefix("params:") {
            case.params = count.trim().parse().unwrap();
        } else if let Some(name) = line.strip_suffix(':') {
            let label = *labels
                .entry(name)
                .or_insert_with(|| case.sequence.new_label());
            case.sequence.use_label(label);
        } else {
            let mut words = line.split_whitespace();
            let opcode = Opcode::from_name(words.next().unwrap())
                .unwrap_or_else(|| panic!("no such opcode: {line}"));
            let (mut oparg, mut location) = (0, Location::new(1, 1, 0, 1));
            for word in words {
                if let Some(number) = word.strip_prefix('@') {
                    location = number
                        .parse()
                        .map_or(NO_LOCATION, |line| Location::new(line, line, 0, 1));
                } else if opcode.has_target() {
                    oparg = labels
                        .entry(word)
                        .or_insert_with(|| case.sequence.new_label())
                        .oparg();
                } else {
                    oparg = word.parse().unwrap();
                }
            }
            case.sequence.add(opcode, oparg, location);
        }
    }
    case
}

fn parse_constant(text: &str) -> Constant {
    match text {
        "None" => Constant::None,
        "True" => Constant::Bool(true),
        "False" => Constant::Bool(false),
        "..." => Constant::Ellipsis,
        _ => {
            if let Some(inner) = text.strip_prefix('(') {
                let items = split_items(inner.strip_suffix(')').unwrap());
                return Constant::tuple(items.into_iter().map(parse_constant).collect());
            }
            if let Some(inner) = text.strip_prefix('\'') {
                return Constant::from_text(inner.trim_end_matches('\''));
            }
            match text.parse::<num_bigint::BigInt>() {
                Ok(value) => Constant::from_bigint(value),
                Err(_) => Constant::Float(text.parse().unwrap()),
            }
        }
    }
}

/// Splits at the commas that stand in no parentheses.
fn split_items(text: &str) -> Vec<&str> {
    let mut depth = 0;
    let items = text.split(|c| {
        depth += i32::from(c == '(') - i32::from(c == ')');
        c == ',' && depth == 0
    });
    items
        .map(str::trim)
        .filter(|item| !item.is_empty())
        .collect()
}

fn show_constant(constant: &Constant) -> String {
    let join = |elements: &[Constant]| {
        elements
            .iter()
            .map(show_constant)
            .collect::<Vec<_>>()
            .join(", ")
    };
    match constant {
        Constant::None => "None".to_owned(),
        Constant::Ellipsis => "...".to_owned(),
        Constant::Bool(value) => if *value { "True" } else { "False" }.to_owned(),
        Constant::Int(value) => value.to_string(),
        Constant::BigInt(value) => value.to_string(),
        Constant::Float(value) => format!("{value:?}"),
        Constant::Str(text) => format!("'{text}'"),
        Constant::Tuple(elements) => format!("({})", join(elements)),
        Constant::FrozenSet(elements) => format!("{{{}}}", join(elements)),
        other => format!("{other:?}"),
    }
}

fn show_line(location: Location) -> String {
    match location.lineno {
        1 => String::new(),
        line if line < 0 => " @-".to_owned(),
        line => format!(" @{line}"),
    }
}

fn show_consts(consts: &ConstantTable) -> String {
    if consts.is_empty() {
        return String::new();
    }
    format!(
        "consts: {}\n",
        consts
            .iter()
            .map(show_constant)
            .collect::<Vec<_>>()
            .join("; ")
    )
}

fn show_cfg(cfg: &Cfg) -> String {
    let names: HashMap<BlockId, String> = cfg
        .chain()
        .enumerate()
        .map(|(i, id)| (id, format!("b{i}")))
        .collect();
    let name_of = |id: BlockId| names.get(&id).map_or("?", String::as_str);
    let mut text = String::new();
    for id in cfg.chain() {
        let cold = if cfg[id].is_cold { " ; cold" } else { "" };
        writeln!(text, "{}:{cold}", name_of(id)).unwrap();
        for instruction in &cfg[id].instructions {
            write!(text, "    {}", instruction.opcode).unwrap();
            match instruction
                .target
                .filter(|_| instruction.opcode.has_target())
            {
                Some(target) => write!(text, " {}", name_of(target)).unwrap(),
                None if instruction.opcode.has_arg() => {
                    write!(text, " {}", instruction.oparg).unwrap()
                }
                None => {}
            }
            text.push_str(&show_line(instruction.location));
            if let Some(handler) = instruction.except {
                write!(text, " !{}", name_of(handler)).unwrap();
            }
            text.push('\n');
        }
    }
    text
}

fn show_flat(instructions: &[Instruction]) -> String {
    let targets = instructions
        .iter()
        .filter(|i| i.opcode.has_target())
        .map(|i| i.oparg);
    let is_target: std::collections::BTreeSet<u32> = targets.collect();
    let mut text = String::new();
    for (i, instruction) in instructions.iter().enumerate() {
        if is_target.contains(&(i as u32)) {
            writeln!(text, "L{i}:").unwrap();
        }
        write!(text, "    {}", instruction.opcode).unwrap();
        if instruction.opcode.has_target() {
            write!(text, " L{}", instruction.oparg).unwrap();
        } else if instruction.opcode.has_arg() {
            write!(text, " {}", instruction.oparg).unwrap();
        }
        text.push_str(&show_line(instruction.location));
        text.push('\n');
    }
    text
}

fn run_pass(case: Case) -> String {
    let Case {
        pass,
        mut consts,
        locals,
        params,
        mut sequence,
    } = case;
    let mut cfg = Cfg::new();
    from_instruction_sequence(&mut cfg, &mut sequence).unwrap();
    if pass == "optimize_code_unit" {
        let mut instructions = Vec::new();
        return match optimize_code_unit(&mut cfg, &mut consts, locals, params)
            .and_then(|()| calculate_stackdepth(&mut cfg))
            .and_then(|_| optimize_load_fast(&mut cfg))
            .and_then(|()| to_instruction_sequence(&mut cfg, &mut instructions))
        {
            Ok(()) => show_consts(&consts) + &show_flat(&instructions),
            Err(error) => format!("error: {error}\n"),
        };
    }
    translate_jump_labels_to_targets(&mut cfg).unwrap();
    let result = match pass.as_str() {
        "add_checks_for_loads_of_uninitialized_variables" => {
            label_exception_targets(&mut cfg).unwrap();
            add_checks_for_loads_of_uninitialized_variables(&mut cfg, locals, params);
            Ok(())
        }
        "calculate_stackdepth" => match calculate_stackdepth(&mut cfg) {
            Ok(depth) => return format!("depth: {depth}\n"),
            Err(error) => Err(error),
        },
        "convert_pseudo_conditional_jumps" => {
            convert_pseudo_conditional_jumps(&mut cfg);
            Ok(())
        }
        "convert_pseudo_ops" => convert_pseudo_ops(&mut cfg),
        "inline_small_or_no_lineno_blocks" => {
            inline_small_or_no_lineno_blocks(&mut cfg);
            Ok(())
        }
        "insert_superinstructions" => {
            insert_superinstructions(&mut cfg);
            Ok(())
        }
        "label_exception_targets" => label_exception_targets(&mut cfg),
        "normalize_jumps" => {
            normalize_jumps(&mut cfg);
            Ok(())
        }
        "optimize_basic_block" => {
            cfg.for_each_block(|cfg, id| optimize_basic_block(cfg, id, &mut consts));
            Ok(())
        }
        "optimize_load_const" => {
            optimize_load_const(&mut cfg, &mut consts);
            Ok(())
        }
        "optimize_load_fast" => {
            calculate_stackdepth(&mut cfg).and_then(|_| optimize_load_fast(&mut cfg))
        }
        "push_cold_blocks_to_end" => {
            mark_except_handlers(&mut cfg);
            push_cold_blocks_to_end(&mut cfg)
        }
        "remove_redundant_nops_and_jumps" => remove_redundant_nops_and_jumps(&mut cfg),
        "remove_redundant_nops_and_pairs" => {
            remove_redundant_nops_and_pairs(&mut cfg);
            Ok(())
        }
        "remove_unreachable" => {
            remove_unreachable(&mut cfg);
            Ok(())
        }
        "remove_unused_consts" => {
            remove_unused_consts(&mut cfg, &mut consts);
            Ok(())
        }
        "resolve_line_numbers" => {
            remove_unreachable(&mut cfg);
            resolve_line_numbers(&mut cfg);
            Ok(())
        }
        other => panic!("no such pass: {other}"),
    };
    match result {
        Ok(()) => show_consts(&consts) + &show_cfg(&cfg),
        Err(error) => format!("error: {error}\n"),
    }
}

fn cfg_files(folder: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files.extend(cfg_files(&path));
        } else if path.extension().is_some_and(|extension| extension == "cfg") {
            files.push(path);
        }
    }
    files.sort();
    files
}

fn check_pass(path: &Path) -> Result<(), String> {
    let text = std::fs::read_to_string(path).unwrap();
    let (input, expected) = text.split_once("---\n").unwrap_or((&text, ""));
    let actual = run_pass(parse_case(input));
    if actual == expected {
        return Ok(());
    }
    let comes_from_cpython = input.contains("; pass: optimize_code_unit");
    if std::env::var_os("UPDATE").is_some() && !comes_from_cpython {
        std::fs::write(path, format!("{input}---\n{actual}")).unwrap();
        return Ok(());
    }
    Err(format!(
        "{}\n--- expected\n{expected}--- actual\n{actual}",
        path.display()
    ))
}

#[test]
fn passes_do_what_their_files_say() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/passes");
    let files = cfg_files(&folder);
    assert!(!files.is_empty());
    let failures: Vec<String> = files
        .iter()
        .filter_map(|path| check_pass(path).err())
        .collect();
    assert!(
        failures.is_empty(),
        "{} of {} files\n{}",
        failures.len(),
        files.len(),
        failures.join("\n")
    );
}
