//! Gives each jump and each opening of a handler the block that its label stands for.
//!
//! CPython: `translate_jump_labels_to_targets` in `Python/flowgraph.c`. Needs: labels in operands.
//! Ensures: `target` is set wherever the opcode has one. Tests: `tests/passes`.

use super::FlowgraphError;
use super::cfg::Cfg;

pub(super) fn translate_jump_labels_to_targets(cfg: &mut Cfg) -> Result<(), FlowgraphError> {
    let mut block_of_label = vec![None; cfg.free_label() as usize];
    for id in cfg.chain() {
        if let Some(label) = cfg[id].label {
            block_of_label[label as usize] = Some(id);
        }
    }
    let mut is_complete = true;
    cfg.for_each_instruction(|instruction| {
        if instruction.opcode.has_target() {
            instruction.target = block_of_label
                .get(instruction.oparg as usize)
                .copied()
                .flatten();
            is_complete &= instruction.target.is_some();
        }
    });
    if is_complete {
        Ok(())
    } else {
        Err(FlowgraphError::MissingJumpTarget)
    }
}
