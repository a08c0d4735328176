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

struct Builder {
    cfg: Cfg,
    current: BlockId,
    /// The label for the next instruction.
    label: Option<u32>,
}

pub(crate) fn from_instruction_sequence(
    mut sequence: InstructionSequence,
) -> Result<Cfg, FlowgraphError> {
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
    let cfg = Cfg::new();
    let mut builder = Builder {
        current: cfg.entry(),
        cfg,
        label: None,
    };
    for (index, instruction) in instructions.iter().enumerate() {
        if instruction.opcode == Opcode::ANNOTATIONS_PLACEHOLDER {
            for annotation in sequence
                .annotations_code()
                .map_or(&[][..], InstructionSequence::instructions)
            {
                debug_assert!(!annotation.opcode.has_target());
                builder.add(annotation);
            }
            continue;
        }
        if is_target[index] {
            builder.label = Some(index as u32);
            builder.maybe_start_new_block();
        }
        builder.add(instruction);
    }
    Ok(builder.cfg)
}

impl Builder {
    fn add(&mut self, instruction: &Instruction) {
        self.maybe_start_new_block();
        let new = CfgInstruction::new(instruction.opcode, instruction.oparg, instruction.location);
        self.cfg[self.current].instructions.push(new);
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
