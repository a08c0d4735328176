//! Cuts the list of instructions into basic blocks.
//!
//! CPython: `_PyCfg_FromInstructionSequence` in `Python/flowgraph.c`. A block starts at each instruction that something
//! jumps to (or that starts a handler) and behind each jump or exit. `ANNOTATIONS_PLACEHOLDER` is replaced by the
//! sequence's annotation code. Ensures: operands of jumps are labels of blocks, still without targets.
//! Tests: `tests/passes`.

use super::FlowgraphError;
use super::cfg::{BlockId, Cfg, CfgInstruction};
use crate::instruction_sequence::{Instruction, InstructionSequence};
use crate::opcode::Opcode;

struct Builder<'a> {
    cfg: &'a mut Cfg,
    current: BlockId,
    /// The label for the next instruction.
    label: Option<u32>,
}

/// Makes `cfg` the graph of `sequence`, whose labels become indices.
pub(crate) fn from_instruction_sequence(
    cfg: &mut Cfg,
    sequence: &mut InstructionSequence,
) -> Result<(), FlowgraphError> {
    sequence.apply_label_map()?;
    let instructions = sequence.instructions();
    let mut is_target = vec![false; instructions.len()];
    for instruction in instructions
        .iter()
        .filter(|instruction| instruction.opcode.has_target())
    {
        match is_target.get_mut(instruction.oparg as usize) {
            Some(flag) => *flag = true,
            None => return Err(FlowgraphError::MissingJumpTarget),
        }
    }
    cfg.clear();
    let mut builder = Builder {
        current: cfg.entry(),
        cfg,
        label: None,
    };
    let mut start = 0;
    while let Some(first) = instructions.get(start) {
        if first.opcode == Opcode::ANNOTATIONS_PLACEHOLDER {
            let annotations = sequence.annotations_code();
            builder.add(annotations.map_or(&[][..], InstructionSequence::instructions));
            start += 1;
            continue;
        }
        if is_target[start] {
            builder.label = Some(start as u32);
        }
        // A run that ends behind a jump or exit, or before something that is jumped to.
        let end = (start + 1..instructions.len())
            .find(|&end| {
                instructions[end - 1].opcode.is_terminator()
                    || is_target[end]
                    || instructions[end].opcode == Opcode::ANNOTATIONS_PLACEHOLDER
            })
            .unwrap_or(instructions.len());
        builder.add(&instructions[start..end]);
        start = end;
    }
    Ok(())
}

impl Builder<'_> {
    /// Appends instructions of which only the last one may end a block.
    fn add(&mut self, instructions: &[Instruction]) {
        self.maybe_start_new_block();
        let new = instructions.iter().map(|instruction| {
            CfgInstruction::new(instruction.opcode, instruction.oparg, instruction.location)
        });
        self.cfg[self.current].instructions.extend(new);
    }

    fn maybe_start_new_block(&mut self) {
        if !self.current_is_terminated() {
            return;
        }
        let new = self.cfg.new_block();
        self.cfg[new].label = self.label.take();
        self.cfg[self.current].next = Some(new);
        self.current = new;
    }

    fn current_is_terminated(&mut self) -> bool {
        let block = &mut self.cfg[self.current];
        if block.last().is_some_and(|last| last.opcode.is_terminator()) {
            return true;
        }
        if self.label.is_some() {
            if !block.instructions.is_empty() || block.label.is_some() {
                return true;
            }
            // The block is still empty: the label is its own.
            block.label = self.label.take();
        }
        false
    }
}
