//! Compares the opcode table with what CPython says of its own: `tests/opcodes.txt`, made by
//! `xtask/scripts/opcode_golden.py`.

use taipan_compiler::opcode::{
    BinaryOp, CommonConstant, CompareOp, Intrinsic1, Intrinsic2, Opcode, OpcodeFlags, SpecialMethod,
};

const GOLDEN: &str = include_str!("../opcodes.txt");

fn kinds_of(opcode: Opcode) -> String {
    let kinds = [
        ("arg", OpcodeFlags::ARG),
        ("const", OpcodeFlags::CONST),
        ("name", OpcodeFlags::NAME),
        ("jump", OpcodeFlags::JUMP),
        ("free", OpcodeFlags::FREE),
        ("local", OpcodeFlags::LOCAL),
        ("exc", OpcodeFlags::EXC),
    ];
    let held: Vec<&str> = kinds
        .iter()
        .filter(|(_, flag)| opcode.flags().contains(*flag))
        .map(|(kind, _)| *kind)
        .collect();
    if held.is_empty() {
        "-".to_owned()
    } else {
        held.join("+")
    }
}

#[test]
fn instructions_are_cpythons() {
    let mut count = 0;
    for line in GOLDEN.lines().filter_map(|line| line.strip_prefix("op ")) {
        let words: Vec<&str> = line.split(' ').collect();
        let [name, number, caches, kinds, effects @ ..] = &words[..] else {
            panic!("{line}")
        };
        let opcode = Opcode::from_name(name).unwrap_or_else(|| panic!("{name} is missing"));
        assert_eq!(opcode.number().to_string(), *number, "{name}");
        assert_eq!(kinds_of(opcode), *kinds, "{name}");
        if *caches != "-" {
            assert_eq!(opcode.cache_entries().to_string(), *caches, "{name}");
        }
        let arguments = [1, 2, 3, 255]
            .into_iter()
            .flat_map(|arg| [(arg, true), (arg, false)]);
        for ((arg, jump), effect) in arguments.zip(effects).filter(|(_, effect)| **effect != "-") {
            assert_eq!(
                opcode.stack_effect(arg, jump).to_string(),
                *effect,
                "{name} {arg} jump: {jump}"
            );
        }
        count += 1;
    }
    assert_eq!(count, Opcode::ALL.len());
}

#[test]
fn named_operands_are_cpythons() {
    let text_of = |kind: &str, oparg: u32| match kind {
        "BinaryOp" => BinaryOp::from_oparg(oparg).map(BinaryOp::text),
        "CommonConstant" => CommonConstant::from_oparg(oparg).map(CommonConstant::text),
        "CompareOp" => CompareOp::from_oparg(oparg).map(CompareOp::text),
        "Intrinsic1" => Intrinsic1::from_oparg(oparg).map(Intrinsic1::text),
        "Intrinsic2" => Intrinsic2::from_oparg(oparg).map(Intrinsic2::text),
        "SpecialMethod" => SpecialMethod::from_oparg(oparg).map(SpecialMethod::text),
        other => panic!("no such kind: {other}"),
    };
    for line in GOLDEN
        .lines()
        .filter_map(|line| line.strip_prefix("operand "))
    {
        let mut words = line.splitn(3, ' ');
        let (kind, oparg, text) = (
            words.next().unwrap(),
            words.next().unwrap(),
            words.next().unwrap(),
        );
        assert_eq!(text_of(kind, oparg.parse().unwrap()), Some(text), "{line}");
    }
}
