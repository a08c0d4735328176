//! Shortens runs of `SWAP`, and swaps instructions instead of values where that is the same.
//!
//! CPython: `swaptimize` and `apply_static_swaps` in `Python/flowgraph.c`. Keeps: locations of positions.
//! Tests: `tests/passes/swaps`.

use super::cfg::CfgInstruction;
use crate::opcode::Opcode;

/// Replaces the run of `SWAP`s and `NOP`s from `start` on by the shortest run with the same effect, padded with `NOP`s
/// in front. Returns the position of the run's last instruction (`start` if there was nothing to do).
pub(super) fn swaptimize(instructions: &mut [CfgInstruction], start: usize) -> usize {
    let run_length = instructions[start..]
        .iter()
        .take_while(|instruction| matches!(instruction.opcode, Opcode::SWAP | Opcode::NOP))
        .count();
    let run = &mut instructions[start..start + run_length];
    let swaps = run
        .iter()
        .filter(|instruction| instruction.opcode == Opcode::SWAP);
    if swaps.clone().count() < 2 {
        return start;
    }
    // Where each value of the stack comes from, the top first, after the run.
    let depth = swaps.map(|swap| swap.oparg as usize).max().unwrap_or(0);
    let mut origin: Vec<Option<usize>> = (0..depth).map(Some).collect();
    for swap in run
        .iter()
        .filter(|instruction| instruction.opcode == Opcode::SWAP)
    {
        // Operands of SWAP count from 1.
        if let Some(below) = (swap.oparg as usize).checked_sub(1) {
            origin.swap(0, below);
        }
    }
    // Each cycle of the permutation takes one swap a value, all with the top. Undoing the shuffle gives the swaps in
    // reverse order, so the run is filled from its end.
    let mut free = run_length;
    for i in 0..depth {
        if origin[i].is_none() || origin[i] == Some(i) {
            continue;
        }
        let mut at = i;
        loop {
            if at != 0 {
                free -= 1;
                run[free].set(Opcode::SWAP, at as u32 + 1);
            }
            match origin[at].take() {
                Some(next) => at = next,
                None => break,
            }
        }
    }
    run[..free].iter_mut().for_each(CfgInstruction::set_nop);
    start + run_length - 1
}

/// True for instructions that only take the top of the stack, raise nothing and go nowhere: their order can change.
fn is_swappable(opcode: Opcode) -> bool {
    matches!(
        opcode,
        Opcode::STORE_FAST | Opcode::STORE_FAST_MAYBE_NULL | Opcode::POP_TOP
    )
}

fn stored_local(instruction: &CfgInstruction) -> Option<u32> {
    match instruction.opcode {
        Opcode::STORE_FAST | Opcode::STORE_FAST_MAYBE_NULL => Some(instruction.oparg),
        _ => None,
    }
}

/// The next swappable instruction behind position `i`, on the given line if there is one.
fn next_swappable(instructions: &[CfgInstruction], i: usize, line: i32) -> Option<usize> {
    for (at, instruction) in instructions.iter().enumerate().skip(i + 1) {
        if line >= 0 && instruction.lineno() != line {
            // A tracer would see names bound in another order.
            return None;
        }
        if instruction.opcode == Opcode::NOP {
            continue;
        }
        return is_swappable(instruction.opcode).then_some(at);
    }
    None
}

/// Turns `SWAP 2; POP_TOP; STORE_FAST 42` into `STORE_FAST 42; POP_TOP`, for the `SWAP`s up to position `i`.
pub(super) fn apply_static_swaps(instructions: &mut [CfgInstruction], i: usize) {
    for at in (0..=i).rev() {
        let swap = instructions[at];
        if swap.opcode != Opcode::SWAP {
            if swap.opcode == Opcode::NOP || is_swappable(swap.opcode) {
                continue;
            }
            return;
        }
        let Some(first) = next_swappable(instructions, at, -1) else {
            return;
        };
        let line = instructions[first].lineno();
        let mut second = first;
        for _ in 1..swap.oparg {
            match next_swappable(instructions, second, line) {
                Some(next) => second = next,
                None => return,
            }
        }
        let stores = (
            stored_local(&instructions[first]),
            stored_local(&instructions[second]),
        );
        if stores.0.is_some() || stores.1.is_some() {
            if stores.0 == stores.1 {
                return;
            }
            let between = instructions.get(first + 1..second).unwrap_or_default();
            let stores_between = between.iter().filter_map(stored_local);
            if stores_between
                .into_iter()
                .any(|local| stores.0 == Some(local) || stores.1 == Some(local))
            {
                return;
            }
        }
        instructions[at].set_nop();
        instructions.swap(first, second);
    }
}
