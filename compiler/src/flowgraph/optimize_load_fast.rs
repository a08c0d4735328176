//! The borrow analysis: loads whose value is used up while the local still holds it need not own it.
//!
//! CPython: `optimize_load_fast` in `Python/flowgraph.c`. Each block is run on a stack of abstract references that know
//! which instruction loaded them. A load stays an owning one if (1) its local is overwritten while the value is on the
//! stack, (2) the value is stored into a local, or (3) it is still on the stack at the block's end. All other
//! `LOAD_FAST` and `LOAD_FAST_LOAD_FAST` become their `BORROW` form.
//! Needs: `start_depth`, the final instructions. Tests: `tests/passes/optimize_load_fast`.

use super::FlowgraphError;
use super::cfg::{BlockId, Cfg, CfgInstruction};
use crate::opcode::Opcode;

/// A value on the stack: which instruction answers for it, and which local it came from.
#[derive(Clone, Copy)]
struct Ref {
    /// Position in the block.
    producer: u32,
    local: u32,
}

/// In the place of a position or local: there is none.
const NONE: u32 = u32::MAX;
const UNKNOWN: Ref = Ref {
    producer: NONE,
    local: NONE,
};

/// The stack of one block, and which of its instructions must keep owning what they load.
struct Analysis {
    refs: Vec<Ref>,
    must_own: Vec<bool>,
}

impl Analysis {
    fn pop(&mut self) -> Result<Ref, FlowgraphError> {
        self.refs.pop().ok_or(FlowgraphError::StackUnderflow)
    }

    fn pop_many(&mut self, count: i64) -> Result<(), FlowgraphError> {
        let count = usize::try_from(count).map_err(|_| FlowgraphError::StackUnderflow)?;
        let left = self
            .refs
            .len()
            .checked_sub(count)
            .ok_or(FlowgraphError::StackUnderflow)?;
        self.refs.truncate(left);
        Ok(())
    }

    fn push_unknown(&mut self, count: i64) {
        for _ in 0..count {
            self.refs.push(UNKNOWN);
        }
    }

    fn push_load(&mut self, producer: u32, local: u32) {
        self.refs.push(Ref { producer, local });
    }

    fn own(&mut self, value: Ref) {
        if let Some(flag) = self.must_own.get_mut(value.producer as usize) {
            *flag = true;
        }
    }

    /// The local loses its value: references to it that are still on the stack have to own theirs.
    fn kill_local(&mut self, local: u32) {
        for i in 0..self.refs.len() {
            if self.refs[i].local == local {
                self.own(self.refs[i]);
            }
        }
    }

    fn store_local(&mut self, local: u32) -> Result<(), FlowgraphError> {
        let value = self.pop()?;
        self.kill_local(local);
        self.own(value);
        Ok(())
    }

    /// The index of the value that stands `depth` below the top, the top being 1.
    fn index_at(&self, depth: u32) -> Result<usize, FlowgraphError> {
        let index = self.refs.len().checked_sub(depth as usize);
        index
            .filter(|index| *index < self.refs.len())
            .ok_or(FlowgraphError::StackUnderflow)
    }
}

pub(super) fn optimize_load_fast(cfg: &mut Cfg) -> Result<(), FlowgraphError> {
    cfg.clear_visited();
    let entry = cfg.entry();
    cfg[entry].start_depth = Some(0);
    let mut todo = cfg.take_stack();
    cfg.visit_once(entry, &mut todo);
    let mut analysis = Analysis {
        refs: Vec::new(),
        must_own: Vec::new(),
    };
    while let Some(id) = todo.pop() {
        analyse_block(cfg, id, &mut analysis, &mut todo)?;
        for (instruction, &must_own) in cfg[id].instructions.iter_mut().zip(&analysis.must_own) {
            match instruction.opcode {
                Opcode::LOAD_FAST if !must_own => instruction.opcode = Opcode::LOAD_FAST_BORROW,
                Opcode::LOAD_FAST_LOAD_FAST if !must_own => {
                    instruction.opcode = Opcode::LOAD_FAST_BORROW_LOAD_FAST_BORROW;
                }
                _ => {}
            }
        }
    }
    cfg.return_stack(todo);
    Ok(())
}

fn analyse_block(
    cfg: &mut Cfg,
    id: BlockId,
    analysis: &mut Analysis,
    todo: &mut Vec<BlockId>,
) -> Result<(), FlowgraphError> {
    analysis.refs.clear();
    analysis.push_unknown(i64::from(cfg[id].start_depth.unwrap_or(0)));
    analysis.must_own.clear();
    analysis.must_own.resize(cfg[id].instructions.len(), false);
    cfg.with_instructions(id, |cfg, instructions| {
        for (position, instruction) in (0..).zip(instructions) {
            if let Some(target) = instruction
                .target
                .filter(|_| instruction.opcode.has_target())
            {
                cfg.visit_once(target, todo);
            }
            analyse_instruction(instruction, position, analysis)?;
        }
        Ok::<_, FlowgraphError>(())
    })?;
    if !cfg[id].instructions.is_empty()
        && let Some(next) = cfg[id].next.filter(|_| cfg[id].has_fallthrough())
    {
        cfg.visit_once(next, todo);
    }
    for i in 0..analysis.refs.len() {
        analysis.own(analysis.refs[i]);
    }
    Ok(())
}

fn analyse_instruction(
    instruction: &CfgInstruction,
    position: u32,
    analysis: &mut Analysis,
) -> Result<(), FlowgraphError> {
    let CfgInstruction { opcode, oparg, .. } = *instruction;
    let (high, low) = (oparg >> 4, oparg & 15);
    match opcode {
        Opcode::DELETE_FAST => analysis.kill_local(oparg),
        Opcode::LOAD_FAST => analysis.push_load(position, oparg),
        Opcode::LOAD_FAST_AND_CLEAR => {
            analysis.kill_local(oparg);
            analysis.push_load(position, oparg);
        }
        Opcode::LOAD_FAST_LOAD_FAST => {
            analysis.push_load(position, high);
            analysis.push_load(position, low);
        }
        Opcode::STORE_FAST => analysis.store_local(oparg)?,
        Opcode::STORE_FAST_LOAD_FAST => {
            analysis.store_local(high)?;
            analysis.push_load(position, low);
        }
        Opcode::STORE_FAST_STORE_FAST => {
            analysis.store_local(high)?;
            analysis.store_local(low)?;
        }
        Opcode::COPY => {
            let index = analysis.index_at(oparg)?;
            analysis.refs.push(analysis.refs[index]);
        }
        Opcode::SWAP => {
            let (index, top) = (analysis.index_at(oparg)?, analysis.index_at(1)?);
            analysis.refs.swap(index, top);
        }
        // These leave all they look at on the stack.
        Opcode::FORMAT_SIMPLE
        | Opcode::GET_ANEXT
        | Opcode::GET_LEN
        | Opcode::GET_YIELD_FROM_ITER
        | Opcode::IMPORT_FROM
        | Opcode::MATCH_KEYS
        | Opcode::MATCH_MAPPING
        | Opcode::MATCH_SEQUENCE
        | Opcode::WITH_EXCEPT_START => {
            // CPython 3.14 confuses two counters here: the new value counts as made by the block's first instruction.
            let new = u32::try_from(opcode.stack_effect(oparg, true)).unwrap_or(0);
            analysis.refs.extend((0..new).map(|producer| Ref {
                producer,
                local: NONE,
            }));
        }
        // These use up some of it, and push nothing new.
        Opcode::DICT_MERGE
        | Opcode::DICT_UPDATE
        | Opcode::LIST_APPEND
        | Opcode::LIST_EXTEND
        | Opcode::MAP_ADD
        | Opcode::RERAISE
        | Opcode::SET_ADD
        | Opcode::SET_UPDATE => {
            analysis.pop_many(-opcode.stack_effect(oparg, true))?;
        }
        // These use up the value below the top.
        Opcode::END_SEND | Opcode::SET_FUNCTION_ATTRIBUTE => {
            let top = analysis.pop()?;
            analysis.pop()?;
            analysis.refs.push(top);
        }
        Opcode::CHECK_EXC_MATCH => {
            analysis.pop()?;
            analysis.push_unknown(1);
        }
        Opcode::FOR_ITER => analysis.push_unknown(1),
        Opcode::LOAD_ATTR | Opcode::LOAD_SUPER_ATTR => {
            let receiver = analysis.pop()?;
            if opcode == Opcode::LOAD_SUPER_ATTR {
                analysis.pop_many(2)?;
            }
            analysis.push_unknown(1);
            if oparg & 1 != 0 {
                // A method call: the receiver may be pushed again.
                analysis.refs.push(receiver);
            }
        }
        Opcode::LOAD_SPECIAL | Opcode::PUSH_EXC_INFO => {
            let top = analysis.pop()?;
            analysis.push_unknown(1);
            analysis.refs.push(top);
        }
        Opcode::SEND => {
            analysis.pop()?;
            analysis.push_unknown(1);
        }
        // Opening a handler changes the stack only on the way to it.
        _ if opcode.is_block_push() => {}
        _ => {
            analysis.pop_many(opcode.num_popped(oparg))?;
            analysis.push_unknown(opcode.num_pushed(oparg));
        }
    }
    Ok(())
}
