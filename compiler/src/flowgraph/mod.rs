//! The control-flow graph of a code unit and the passes over it.
//!
//! CPython: `Python/flowgraph.c`, 3.14. One file a pass, under CPython's name; [`optimize_code_unit`] and
//! [`optimized_cfg_to_instruction_sequence`] list the passes in CPython's order, which decides the indices of constants,
//! the places of cold blocks and the stack's height. Tests: `pass_tests.rs` with `tests/passes/<pass>/*.cfg`.

mod cfg;
#[cfg(test)]
mod pass_tests;

mod add_checks_for_loads_of_uninitialized_variables;
mod builder;
mod calculate_stackdepth;
mod convert_pseudo;
mod fold_constants;
mod inline_small_or_no_lineno_blocks;
mod insert_superinstructions;
mod label_exception_targets;
mod mark_except_handlers;
mod normalize_jumps;
mod optimize_basic_block;
mod optimize_load_const;
mod optimize_load_fast;
mod prepare_localsplus;
mod push_cold_blocks_to_end;
mod redundant_nops;
mod remove_unreachable;
mod remove_unused_consts;
mod resolve_line_numbers;
mod swaps;
mod to_instruction_sequence;
mod translate_jump_labels_to_targets;

use crate::assemble::UnitMetadata;
use crate::code_object::CodeFlags;
use crate::constant::ConstantTable;
use crate::instruction_sequence::{Instruction, UnplacedLabel};

pub(crate) use builder::from_instruction_sequence;
pub(crate) use cfg::Cfg;

use add_checks_for_loads_of_uninitialized_variables::add_checks_for_loads_of_uninitialized_variables;
use calculate_stackdepth::calculate_stackdepth;
use convert_pseudo::{convert_pseudo_conditional_jumps, convert_pseudo_ops};
use inline_small_or_no_lineno_blocks::inline_small_or_no_lineno_blocks;
use insert_superinstructions::insert_superinstructions;
use label_exception_targets::label_exception_targets;
use mark_except_handlers::mark_except_handlers;
use normalize_jumps::normalize_jumps;
use optimize_basic_block::optimize_basic_block;
use optimize_load_const::optimize_load_const;
use optimize_load_fast::optimize_load_fast;
use prepare_localsplus::prepare_localsplus;
use push_cold_blocks_to_end::push_cold_blocks_to_end;
use redundant_nops::{remove_redundant_nops_and_jumps, remove_redundant_nops_and_pairs};
use remove_unreachable::remove_unreachable;
use remove_unused_consts::remove_unused_consts;
use resolve_line_numbers::resolve_line_numbers;
use to_instruction_sequence::to_instruction_sequence;
use translate_jump_labels_to_targets::translate_jump_labels_to_targets;

/// The instructions that came from code generation make no sense: a defect of the compiler, `SystemError` in Python.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum FlowgraphError {
    /// A jump or exit stands in the middle of a block, or a handler is closed that was not opened.
    #[error("malformed control flow graph.")]
    MalformedCfg,
    /// A jump goes nowhere.
    #[error("jump with NULL target")]
    MissingJumpTarget,
    /// More values are popped than were pushed.
    #[error("Invalid CFG, stack underflow")]
    StackUnderflow,
    /// Two ways to one block leave different numbers of values on the stack.
    #[error("Invalid CFG, inconsistent stackdepth")]
    InconsistentStackDepth,
    /// Reachable code names a handler that was not found to be reachable.
    #[error("Invalid CFG, handler without a stack depth")]
    UnreachableHandler,
    /// A jump names a label that stands nowhere.
    #[error(transparent)]
    UnplacedLabel(#[from] UnplacedLabel),
}

/// CPython's `_PyCfg_OptimizeCodeUnit`.
pub(crate) fn optimize_code_unit(
    cfg: &mut Cfg,
    consts: &mut ConstantTable,
    nlocals: usize,
    nparams: usize,
) -> Result<(), FlowgraphError> {
    translate_jump_labels_to_targets(cfg)?;
    mark_except_handlers(cfg);
    if cfg.has_handlers {
        label_exception_targets(cfg)?;
    }

    optimize_cfg(cfg, consts)?;
    remove_unused_consts(cfg, consts);
    add_checks_for_loads_of_uninitialized_variables(cfg, nlocals, nparams);
    insert_superinstructions(cfg);

    if cfg.has_handlers {
        push_cold_blocks_to_end(cfg)?;
    }
    resolve_line_numbers(cfg);
    Ok(())
}

/// CPython's `optimize_cfg`.
fn optimize_cfg(cfg: &mut Cfg, consts: &mut ConstantTable) -> Result<(), FlowgraphError> {
    if !cfg.is_well_formed() {
        return Err(FlowgraphError::MalformedCfg);
    }
    inline_small_or_no_lineno_blocks(cfg);
    remove_unreachable(cfg);
    resolve_line_numbers(cfg);
    optimize_load_const(cfg, consts);
    cfg.for_each_block(|cfg, id| optimize_basic_block(cfg, id, consts));
    remove_redundant_nops_and_pairs(cfg);
    remove_unreachable(cfg);
    remove_redundant_nops_and_jumps(cfg)
}

/// What the assembler needs of an optimised graph.
pub(crate) struct OptimizedUnit {
    pub(crate) stack_depth: u32,
    pub(crate) localsplus_count: usize,
}

/// CPython's `_PyCfg_OptimizedCfgToInstructionSequence`: fills `instructions`, whose labels are indices of instructions.
pub(crate) fn optimized_cfg_to_instruction_sequence(
    cfg: &mut Cfg,
    unit: &UnitMetadata,
    flags: CodeFlags,
    instructions: &mut Vec<Instruction>,
) -> Result<OptimizedUnit, FlowgraphError> {
    convert_pseudo_conditional_jumps(cfg);
    let stack_depth = calculate_stackdepth(cfg)?;
    let localsplus_count = prepare_localsplus(cfg, unit, flags);
    convert_pseudo_ops(cfg)?;
    normalize_jumps(cfg);
    optimize_load_fast(cfg)?;
    to_instruction_sequence(cfg, instructions)?;
    Ok(OptimizedUnit {
        stack_depth,
        localsplus_count,
    })
}
