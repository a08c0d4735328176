//! Drops the constants that nothing loads any more.
//!
//! CPython: `remove_unused_consts` in `Python/flowgraph.c`. The first one stays in any case: it may be the
//! documentation string. Ensures: operands of `LOAD_CONST` are the new indices. Tests: `tests/passes/remove_unused_consts`.

use super::cfg::Cfg;
use crate::constant::ConstantTable;

pub(super) fn remove_unused_consts(cfg: &mut Cfg, consts: &mut ConstantTable) {
    if consts.is_empty() {
        return;
    }
    let mut is_used = vec![false; consts.len()];
    is_used[0] = true;
    cfg.for_each_instruction(|instruction| {
        if instruction.opcode.has_const()
            && let Some(flag) = is_used.get_mut(instruction.oparg as usize)
        {
            *flag = true;
        }
    });
    if is_used.iter().all(|flag| *flag) {
        return;
    }
    consts.retain_indices(|index| is_used[index]);
    let mut kept = 0;
    let mut new_index = Vec::with_capacity(is_used.len());
    for &flag in &is_used {
        new_index.push(kept);
        kept += u32::from(flag);
    }
    cfg.for_each_instruction(|instruction| {
        if instruction.opcode.has_const()
            && let Some(index) = new_index.get(instruction.oparg as usize)
        {
            instruction.oparg = *index;
        }
    });
}
