//! The list of instructions that code generation writes and that the control-flow graph is built from.
//!
//! CPython: `Python/instruction_sequence.c`. Jumps and handler openings name a [`Label`]; a label stands in front of
//! one instruction. [`InstructionSequence::apply_label_map`] turns labels into indices of instructions.
//! Invariant: before that call the operand of an instruction with a target is a label, afterwards an index.
//! Tests: at the end of this file.

use crate::location::Location;
use crate::opcode::Opcode;

/// A place in the code that jumps can name before it is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Label(u32);

impl Label {
    /// The operand under which an instruction refers to this label.
    pub const fn oparg(self) -> u32 {
        self.0
    }
}

/// Which handler an instruction's exception goes to (filled in by the control-flow graph).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ExceptHandlerInfo {
    /// Label of the handler; an index of an instruction once labels are applied.
    pub label: u32,
    /// Height of the stack at the handler's start.
    pub start_depth: u32,
    /// Whether the handler wants the offset of the raising instruction on the stack.
    pub preserve_lasti: bool,
}

/// One instruction, its operand not yet limited to a byte.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Instruction {
    /// What to do.
    pub opcode: Opcode,
    /// With what.
    pub oparg: u32,
    /// Where it comes from.
    pub location: Location,
    /// The handler around it, if any.
    pub except_handler: Option<ExceptHandlerInfo>,
}

/// A growing list of instructions with labels.
#[derive(Clone, Debug, Default)]
pub struct InstructionSequence {
    instructions: Vec<Instruction>,
    next_label: u32,
    /// Index of the instruction behind each label; `None` until the label is placed.
    label_map: Vec<Option<u32>>,
    label_map_applied: bool,
    /// What replaces `ANNOTATIONS_PLACEHOLDER`.
    annotations_code: Option<Box<InstructionSequence>>,
    nested: Vec<InstructionSequence>,
}

/// A jump names a label that was never placed: a defect of the code generator.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("label {0} was never placed")]
pub struct UnplacedLabel(pub u32);

impl InstructionSequence {
    /// An empty sequence.
    pub fn new() -> InstructionSequence {
        InstructionSequence::default()
    }

    /// Makes this an empty sequence again; the memory stays.
    pub fn clear(&mut self) {
        let mut instructions = std::mem::take(&mut self.instructions);
        let mut label_map = std::mem::take(&mut self.label_map);
        instructions.clear();
        label_map.clear();
        *self = InstructionSequence {
            instructions,
            label_map,
            ..InstructionSequence::default()
        };
    }

    /// A label that stands nowhere yet.
    pub fn new_label(&mut self) -> Label {
        let label = Label(self.next_label);
        self.next_label += 1;
        label
    }

    /// Places `label` in front of the instruction that is added next.
    pub fn use_label(&mut self, label: Label) {
        let index = label.0 as usize;
        if self.label_map.len() <= index {
            self.label_map.resize(index + 1, None);
        }
        self.next_label = self.next_label.max(label.0 + 1);
        self.label_map[index] = Some(self.instructions.len() as u32);
    }

    /// Appends an instruction.
    pub fn add(&mut self, opcode: Opcode, oparg: u32, location: Location) {
        debug_assert!(
            opcode.has_arg() || opcode.has_target() || oparg == 0,
            "{opcode} takes no operand"
        );
        debug_assert!(oparg < 1 << 30);
        self.instructions.push(Instruction {
            opcode,
            oparg,
            location,
            except_handler: None,
        });
    }

    /// Appends a jump or the opening of a handler.
    pub fn add_jump(&mut self, opcode: Opcode, target: Label, location: Location) {
        debug_assert!(opcode.has_target());
        self.add(opcode, target.0, location);
    }

    /// Inserts an instruction in the middle; labels behind it move along.
    pub fn insert(&mut self, position: usize, opcode: Opcode, oparg: u32, location: Location) {
        self.instructions.insert(
            position,
            Instruction {
                opcode,
                oparg,
                location,
                except_handler: None,
            },
        );
        for place in self.label_map.iter_mut().flatten() {
            if *place as usize >= position {
                *place += 1;
            }
        }
    }

    /// The instructions so far.
    pub fn instructions(&self) -> &[Instruction] {
        &self.instructions
    }

    /// The instructions so far, to be changed in place.
    pub fn instructions_mut(&mut self) -> &mut [Instruction] {
        &mut self.instructions
    }

    /// How many instructions there are.
    pub fn len(&self) -> usize {
        self.instructions.len()
    }

    /// True if there is no instruction.
    pub fn is_empty(&self) -> bool {
        self.instructions.is_empty()
    }

    /// Sets what the flow graph builder puts in the place of `ANNOTATIONS_PLACEHOLDER`.
    pub fn set_annotations_code(&mut self, code: InstructionSequence) {
        debug_assert!(code.label_map.is_empty() && code.nested.is_empty());
        self.annotations_code = Some(Box::new(code));
    }

    /// What replaces `ANNOTATIONS_PLACEHOLDER`, if anything.
    pub fn annotations_code(&self) -> Option<&InstructionSequence> {
        self.annotations_code.as_deref()
    }

    /// Adds the sequence of a nested code object (only tests of the code generator look at them).
    pub fn add_nested(&mut self, nested: InstructionSequence) {
        self.nested.push(nested);
    }

    /// The sequences of nested code objects, as far as they were kept.
    pub fn nested(&self) -> &[InstructionSequence] {
        &self.nested
    }

    /// Turns labels into indices of instructions, once.
    ///
    /// # Errors
    /// [`UnplacedLabel`] if an instruction names a label that stands nowhere.
    pub fn apply_label_map(&mut self) -> Result<(), UnplacedLabel> {
        if self.label_map_applied {
            return Ok(());
        }
        let label_map = &self.label_map;
        let resolve = |label: u32| {
            label_map
                .get(label as usize)
                .copied()
                .flatten()
                .ok_or(UnplacedLabel(label))
        };
        for instruction in &mut self.instructions {
            if instruction.opcode.has_target() {
                instruction.oparg = resolve(instruction.oparg)?;
            }
            if let Some(handler) = &mut instruction.except_handler {
                handler.label = resolve(handler.label)?;
            }
        }
        self.label_map_applied = true;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::location::NO_LOCATION;

    #[test]
    fn labels_become_indices() {
        let mut seq = InstructionSequence::new();
        let end = seq.new_label();
        seq.add_jump(Opcode::JUMP, end, NO_LOCATION);
        seq.add(Opcode::NOP, 0, NO_LOCATION);
        seq.use_label(end);
        seq.add(Opcode::RETURN_VALUE, 0, NO_LOCATION);
        seq.apply_label_map().unwrap();
        assert_eq!(seq.instructions()[0].oparg, 2);
    }

    #[test]
    fn insertion_moves_the_labels_behind_it() {
        let mut seq = InstructionSequence::new();
        let (start, end) = (seq.new_label(), seq.new_label());
        seq.use_label(start);
        seq.add_jump(Opcode::JUMP, end, NO_LOCATION);
        seq.use_label(end);
        seq.add_jump(Opcode::JUMP, start, NO_LOCATION);
        seq.insert(1, Opcode::NOP, 0, NO_LOCATION);
        seq.apply_label_map().unwrap();
        let targets: Vec<u32> = seq.instructions().iter().map(|i| i.oparg).collect();
        assert_eq!(targets, [2, 0, 0]);
    }

    #[test]
    fn a_label_that_stands_nowhere_is_an_error() {
        let mut seq = InstructionSequence::new();
        let nowhere = seq.new_label();
        seq.add_jump(Opcode::JUMP, nowhere, NO_LOCATION);
        assert_eq!(seq.apply_label_map(), Err(UnplacedLabel(0)));
    }
}
