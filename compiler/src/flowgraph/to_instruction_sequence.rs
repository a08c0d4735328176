//! Lays the blocks out as one list of instructions again, with their handlers.
//!
//! CPython: `_PyCfg_ToInstructionSequence` in `Python/flowgraph.c`. Ensures: operands of jumps and labels of handlers
//! are indices of instructions. Tests: `tests/passes`, `tests/bytecode`.

use super::FlowgraphError;
use super::cfg::{BlockId, Cfg};
use crate::instruction_sequence::{ExceptHandlerInfo, Instruction};

/// Fills `sequence`, which is empty.
pub(crate) fn to_instruction_sequence(
    cfg: &mut Cfg,
    sequence: &mut Vec<Instruction>,
) -> Result<(), FlowgraphError> {
    let mut count = 0;
    cfg.for_each_block(|cfg, id| {
        cfg[id].position = Some(count);
        count += cfg[id].instructions.len() as u32;
    });
    let position_of = |id: BlockId| cfg[id].position.ok_or(FlowgraphError::MissingJumpTarget);
    sequence.reserve(count as usize);
    for instruction in cfg.chain().flat_map(|id| &cfg[id].instructions) {
        let oparg = match instruction.target {
            Some(target) if instruction.opcode.has_target() => position_of(target)?,
            _ => instruction.oparg,
        };
        let except_handler = match instruction.except {
            Some(handler) => Some(ExceptHandlerInfo {
                label: position_of(handler)?,
                start_depth: cfg[handler]
                    .start_depth
                    .ok_or(FlowgraphError::UnreachableHandler)?,
                preserve_lasti: cfg[handler].preserve_lasti,
            }),
            None => None,
        };
        sequence.push(Instruction {
            opcode: instruction.opcode,
            oparg,
            location: instruction.location,
            except_handler,
        });
    }
    Ok(())
}
