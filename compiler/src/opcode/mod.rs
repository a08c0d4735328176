//! The instructions of CPython 3.14: numbers, names, inline caches, operand kinds and stack effects.
//!
//! CPython: `Include/opcode_ids.h`, `Include/internal/pycore_opcode_metadata.h`, `pycore_opcode_utils.h`. One table
//! ([`table`], a line an instruction) makes the enum and everything that is known about its members: real
//! instructions, the specialised and instrumented forms that only an interpreter writes, and the pseudo instructions
//! that only the compiler's own stages see.
//! Invariant: `Opcode as u16` is CPython's number. Tests: at the end of this file; `tests/it/opcodes.rs`.

mod table_macro;
#[rustfmt::skip]
mod table;
mod operands;

pub use operands::{
    BinaryOp, CommonConstant, CompareOp, ConvertValue, Intrinsic1, Intrinsic2, MakeFunctionFlag,
    RESUME_AFTER_AWAIT, RESUME_AFTER_YIELD, RESUME_AFTER_YIELD_FROM, RESUME_AT_FUNC_START,
    RESUME_DEPTH1_MASK, SpecialMethod,
};
pub use table::Opcode;

bitflags::bitflags! {
    /// What an instruction's operand is, and which family the instruction belongs to.
    #[derive(Clone, Copy, Debug, PartialEq, Eq)]
    pub struct OpcodeFlags: u16 {
        /// The operand means something.
        const ARG = 1 << 0;
        /// The operand is an index into `co_consts`.
        const CONST = 1 << 1;
        /// The operand is (or contains) an index into `co_names`.
        const NAME = 1 << 2;
        /// The operand is a jump distance.
        const JUMP = 1 << 3;
        /// The operand is the slot of a cell or free variable (CPython counts `LOAD_DEREF` as `LOCAL`).
        const FREE = 1 << 4;
        /// The operand is the slot of a local variable.
        const LOCAL = 1 << 5;
        /// The instruction opens an exception handler (`SETUP_FINALLY` and its like).
        const EXC = 1 << 6;
        /// The instruction looks at the eval breaker.
        const EVAL_BREAK = 1 << 7;
        /// Written by an interpreter that adapts, never by the compiler.
        const SPECIALIZED = 1 << 8;
        /// Written by an interpreter that is being monitored, never by the compiler.
        const INSTRUMENTED = 1 << 9;
        /// Exists only inside the compiler; never in a code object.
        const PSEUDO = 1 << 10;
    }
}

/// `EXTENDED_ARG`, `CACHE` and all others below this number fit the byte of a code unit.
pub const MIN_PSEUDO_OPCODE: u16 = 256;

impl Opcode {
    /// True if CPython's `OPCODE_HAS_ARG` holds: the operand means something.
    pub const fn has_arg(self) -> bool {
        self.flags().contains(OpcodeFlags::ARG)
    }

    /// True if the operand indexes `co_consts`.
    pub const fn has_const(self) -> bool {
        self.flags().contains(OpcodeFlags::CONST)
    }

    /// True if the instruction can jump (CPython's `OPCODE_HAS_JUMP`).
    pub const fn has_jump(self) -> bool {
        self.flags().contains(OpcodeFlags::JUMP)
    }

    /// True for instructions that look at the eval breaker.
    pub const fn has_eval_break(self) -> bool {
        self.flags().contains(OpcodeFlags::EVAL_BREAK)
    }

    /// True for instructions that exist only inside the compiler.
    pub const fn is_pseudo(self) -> bool {
        self.flags().contains(OpcodeFlags::PSEUDO)
    }

    /// True for `SETUP_FINALLY`, `SETUP_CLEANUP` and `SETUP_WITH`.
    pub const fn is_block_push(self) -> bool {
        matches!(
            self,
            Opcode::SETUP_FINALLY | Opcode::SETUP_CLEANUP | Opcode::SETUP_WITH
        )
    }

    /// True if the operand names another place in the code: a jump, or the opening of a handler.
    pub const fn has_target(self) -> bool {
        self.has_jump() || self.is_block_push()
    }

    /// True for jumps without a condition, in whatever stage of the compiler.
    pub const fn is_unconditional_jump(self) -> bool {
        matches!(
            self,
            Opcode::JUMP
                | Opcode::JUMP_NO_INTERRUPT
                | Opcode::JUMP_FORWARD
                | Opcode::JUMP_BACKWARD
                | Opcode::JUMP_BACKWARD_NO_INTERRUPT
        )
    }

    /// True for the four `POP_JUMP_IF_*`.
    pub const fn is_conditional_jump(self) -> bool {
        matches!(
            self,
            Opcode::POP_JUMP_IF_FALSE
                | Opcode::POP_JUMP_IF_TRUE
                | Opcode::POP_JUMP_IF_NONE
                | Opcode::POP_JUMP_IF_NOT_NONE
        )
    }

    /// True for what leaves the code object: `RETURN_VALUE`, `RAISE_VARARGS`, `RERAISE`.
    pub const fn is_scope_exit(self) -> bool {
        matches!(
            self,
            Opcode::RETURN_VALUE | Opcode::RAISE_VARARGS | Opcode::RERAISE
        )
    }

    /// True if a basic block ends behind this instruction.
    pub const fn is_terminator(self) -> bool {
        self.has_jump() || self.is_scope_exit()
    }

    /// True for the directed jumps that only the assembler may choose.
    pub const fn is_assembler_opcode(self) -> bool {
        matches!(
            self,
            Opcode::JUMP_FORWARD | Opcode::JUMP_BACKWARD | Opcode::JUMP_BACKWARD_NO_INTERRUPT
        )
    }

    /// True for jumps towards lower offsets.
    pub const fn is_backwards_jump(self) -> bool {
        matches!(
            self,
            Opcode::JUMP_BACKWARD | Opcode::JUMP_BACKWARD_NO_INTERRUPT | Opcode::END_ASYNC_FOR
        )
    }

    /// By how much the stack grows. With `jump`, on the way to the jump target or handler; else on the way to the
    /// next instruction (only the `SETUP_*` pseudo instructions differ).
    #[inline]
    pub const fn stack_effect(self, oparg: u32, jump: bool) -> i64 {
        if self.is_block_push() && !jump {
            return 0;
        }
        self.effect(oparg)
    }
}

impl std::fmt::Display for Opcode {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.name())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_and_names_go_both_ways() {
        for &opcode in Opcode::ALL {
            assert_eq!(Opcode::from_number(opcode as u16), Some(opcode));
            assert_eq!(Opcode::from_name(opcode.name()), Some(opcode));
        }
        assert_eq!(Opcode::from_number(121), None);
        assert_eq!(Opcode::from_number(267), None);
    }

    #[test]
    fn a_base_is_its_own_base() {
        for &opcode in Opcode::ALL {
            assert_eq!(opcode.base().base(), opcode.base());
            assert_eq!(opcode.cache_entries(), opcode.base().cache_entries());
        }
    }

    #[test]
    fn handlers_push_only_when_they_are_entered() {
        assert_eq!(Opcode::SETUP_CLEANUP.stack_effect(0, false), 0);
        assert_eq!(Opcode::SETUP_CLEANUP.stack_effect(0, true), 2);
        assert_eq!(Opcode::UNPACK_EX.stack_effect(0x0102, false), 3);
    }
}
