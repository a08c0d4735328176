//! The control-flow graph: basic blocks in a chain, instructions with jump targets and handlers.
//!
//! CPython: `basicblock`, `cfg_instr` and `cfg_builder` in `Python/flowgraph.c`. Blocks live in one arena and are named
//! by [`BlockId`]; the chain `entry -> next -> ...` is the order in which they will be laid out, and a block that does
//! not end in an unconditional jump or an exit falls through to its `next`.
//! Invariants: only the last instruction of a block is a jump or an exit; a chain has no cycle. Blocks that leave the
//! chain stay in the arena. Tests: `tests/passes`.

use std::collections::VecDeque;
use std::num::NonZeroU32;
use std::ops::{Index, IndexMut};

use crate::location::Location;
use crate::opcode::Opcode;

/// Names a block of one graph.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) struct BlockId(NonZeroU32);

impl BlockId {
    fn from_index(index: usize) -> BlockId {
        let number = u32::try_from(index + 1).ok().and_then(NonZeroU32::new);
        BlockId(number.expect(
            "fewer than 2^32 blocks, since each has been pushed to a vector of larger elements",
        ))
    }

    fn index(self) -> usize {
        self.0.get() as usize - 1
    }
}

/// An instruction of a block.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct CfgInstruction {
    pub(crate) opcode: Opcode,
    pub(crate) oparg: u32,
    pub(crate) location: Location,
    /// Where a jump goes, or which handler is opened.
    pub(crate) target: Option<BlockId>,
    /// The handler that an exception raised here goes to.
    pub(crate) except: Option<BlockId>,
}

impl CfgInstruction {
    pub(crate) fn new(opcode: Opcode, oparg: u32, location: Location) -> CfgInstruction {
        CfgInstruction {
            opcode,
            oparg,
            location,
            target: None,
            except: None,
        }
    }

    /// Changes what is done, not where it comes from nor where it goes.
    pub(crate) fn set(&mut self, opcode: Opcode, oparg: u32) {
        self.opcode = opcode;
        self.oparg = oparg;
    }

    /// Makes this a `NOP`, which keeps its line until a later pass decides that nobody needs it.
    pub(crate) fn set_nop(&mut self) {
        self.set(Opcode::NOP, 0);
    }

    pub(crate) fn lineno(&self) -> i32 {
        self.location.lineno
    }
}

/// A run of instructions that is entered at its start only.
#[derive(Clone, Debug, Default)]
pub(crate) struct Block {
    /// Set if something may jump here; unique in the graph.
    pub(crate) label: Option<u32>,
    pub(crate) instructions: Vec<CfgInstruction>,
    /// The block laid out next, and the one reached by falling through.
    pub(crate) next: Option<BlockId>,
    /// Bit i: local i may be unset at the block's start (`add_checks_for_loads_of_uninitialized_variables`).
    pub(crate) unsafe_locals_mask: u64,
    pub(crate) predecessors: u32,
    /// Height of the stack at the block's start, once it is known.
    pub(crate) start_depth: Option<u32>,
    /// Handlers left behind in the slots of removed instructions, from the slot behind the last instruction on.
    ///
    /// CPython reuses such a slot for an instruction that is appended later and forgets to reset its handler. Whether a
    /// `NOT_TAKEN` is covered by the exception table depends on it, so the slots are kept here.
    stale_handlers: VecDeque<Option<BlockId>>,
    /// Index of the first instruction in the final layout.
    pub(crate) position: Option<u32>,
    /// A handler that wants the offset of the raising instruction.
    pub(crate) preserve_lasti: bool,
    /// Scratch of the pass that runs.
    pub(crate) is_visited: bool,
    /// Starts an exception handler.
    pub(crate) is_except_handler: bool,
    /// Reached only through exception handlers.
    pub(crate) is_cold: bool,
    /// Reached without an exception.
    pub(crate) is_warm: bool,
}

impl Block {
    /// Makes this an empty block; the memory stays.
    fn clear(&mut self) {
        let mut instructions = std::mem::take(&mut self.instructions);
        let mut stale_handlers = std::mem::take(&mut self.stale_handlers);
        instructions.clear();
        stale_handlers.clear();
        *self = Block {
            instructions,
            stale_handlers,
            ..Block::default()
        };
    }

    /// Appends an instruction, which takes over the handler of the slot that it fills (CPython's `basicblock_addop`).
    pub(crate) fn add(&mut self, mut instruction: CfgInstruction) {
        instruction.except = self.stale_handlers.pop_front().flatten();
        self.instructions.push(instruction);
    }

    /// Inserts instructions as they are.
    pub(crate) fn insert(
        &mut self,
        at: usize,
        instructions: impl IntoIterator<Item = CfgInstruction>,
    ) {
        let before = self.instructions.len();
        self.instructions.splice(at..at, instructions);
        let grown_by = self.instructions.len() - before;
        self.stale_handlers
            .drain(..grown_by.min(self.stale_handlers.len()));
    }

    /// Drops the instructions from `kept` on.
    pub(crate) fn truncate(&mut self, kept: usize) {
        for dropped in self.instructions.drain(kept..).rev() {
            self.stale_handlers.push_front(dropped.except);
        }
    }

    pub(crate) fn last(&self) -> Option<&CfgInstruction> {
        self.instructions.last()
    }

    pub(crate) fn exits_scope(&self) -> bool {
        self.last().is_some_and(|last| last.opcode.is_scope_exit())
    }

    /// True if control can go on to `next`.
    pub(crate) fn has_fallthrough(&self) -> bool {
        !self
            .last()
            .is_some_and(|last| last.opcode.is_scope_exit() || last.opcode.is_unconditional_jump())
    }

    pub(crate) fn has_eval_break(&self) -> bool {
        self.instructions
            .iter()
            .any(|instruction| instruction.opcode.has_eval_break())
    }

    pub(crate) fn has_no_lineno(&self) -> bool {
        self.instructions
            .iter()
            .all(|instruction| instruction.location.has_no_line())
    }

    /// The block that the last instruction jumps to (handler openings do not count).
    pub(crate) fn jump_target(&self) -> Option<BlockId> {
        self.last()
            .filter(|last| last.opcode.has_jump())
            .and_then(|last| last.target)
    }
}

/// The graph of one code unit.
#[derive(Debug)]
pub(crate) struct Cfg {
    /// The blocks of this graph, and behind them those of earlier ones, whose memory new blocks take over.
    blocks: Vec<Block>,
    /// How many of them belong to this graph.
    used: usize,
    entry: BlockId,
    /// Some block opens a handler.
    pub(crate) has_handlers: bool,
    /// The stack of the pass that runs; empty in between.
    stack: Vec<BlockId>,
}

impl Index<BlockId> for Cfg {
    type Output = Block;

    fn index(&self, id: BlockId) -> &Block {
        &self.blocks[id.index()]
    }
}

impl IndexMut<BlockId> for Cfg {
    fn index_mut(&mut self, id: BlockId) -> &mut Block {
        &mut self.blocks[id.index()]
    }
}

impl Cfg {
    /// A graph of one empty block.
    pub(crate) fn new() -> Cfg {
        Cfg {
            blocks: vec![Block::default()],
            used: 1,
            entry: BlockId::from_index(0),
            has_handlers: false,
            stack: Vec::new(),
        }
    }

    /// Makes this a graph of one empty block again; the memory stays.
    pub(crate) fn clear(&mut self) {
        self.used = 0;
        self.entry = self.new_block();
        self.has_handlers = false;
        self.stack.clear();
    }

    pub(crate) fn entry(&self) -> BlockId {
        self.entry
    }

    /// A new block outside the chain.
    pub(crate) fn new_block(&mut self) -> BlockId {
        match self.blocks.get_mut(self.used) {
            Some(block) => block.clear(),
            None => self.blocks.push(Block::default()),
        }
        self.used += 1;
        BlockId::from_index(self.used - 1)
    }

    /// An empty stack of blocks, to be given back with [`Cfg::return_stack`].
    pub(crate) fn take_stack(&mut self) -> Vec<BlockId> {
        std::mem::take(&mut self.stack)
    }

    pub(crate) fn return_stack(&mut self, stack: Vec<BlockId>) {
        debug_assert!(stack.is_empty());
        self.stack = stack;
    }

    /// Calls `visit` with the instructions of a block outside of the graph, so that the graph can be changed meanwhile.
    #[inline]
    pub(crate) fn with_instructions<R>(
        &mut self,
        id: BlockId,
        visit: impl FnOnce(&mut Cfg, &mut Vec<CfgInstruction>) -> R,
    ) -> R {
        let mut instructions = std::mem::take(&mut self[id].instructions);
        let result = visit(self, &mut instructions);
        self[id].instructions = instructions;
        result
    }

    /// A new block with the instructions of `block`, which must not fall through (a block has one predecessor that
    /// falls into it).
    pub(crate) fn copy_block(&mut self, block: BlockId) -> BlockId {
        debug_assert!(!self[block].has_fallthrough());
        let copy = self.new_block();
        self.with_instructions(copy, |cfg, copied| {
            copied.extend_from_slice(&cfg[block].instructions);
        });
        copy
    }

    /// The blocks in the order of the chain.
    pub(crate) fn chain(&self) -> impl Iterator<Item = BlockId> {
        std::iter::successors(Some(self.entry), |id| self[*id].next)
    }

    /// Calls `visit` for each block of the chain; blocks that it adds behind the current one are visited too.
    pub(crate) fn for_each_block(&mut self, mut visit: impl FnMut(&mut Cfg, BlockId)) {
        let mut current = Some(self.entry);
        while let Some(id) = current {
            visit(self, id);
            current = self[id].next;
        }
    }

    /// Calls `visit` for each instruction of each block of the chain.
    pub(crate) fn for_each_instruction(&mut self, mut visit: impl FnMut(&mut CfgInstruction)) {
        self.for_each_block(|cfg, id| cfg[id].instructions.iter_mut().for_each(&mut visit));
    }

    /// The first block from `start` on, along the chain, that has instructions.
    pub(crate) fn next_nonempty(&self, start: Option<BlockId>) -> Option<BlockId> {
        let mut current = start;
        while let Some(id) = current {
            if !self[id].instructions.is_empty() {
                return Some(id);
            }
            current = self[id].next;
        }
        None
    }

    /// A label that no block of the chain has.
    pub(crate) fn free_label(&self) -> u32 {
        self.chain()
            .filter_map(|id| self[id].label)
            .max()
            .map_or(0, |label| label + 1)
    }

    /// Forgets which blocks were visited.
    pub(crate) fn clear_visited(&mut self) {
        self.for_each_block(|cfg, id| cfg[id].is_visited = false);
    }

    /// Marks a block as visited and puts it on `stack`, unless it was visited before.
    pub(crate) fn visit_once(&mut self, id: BlockId, stack: &mut Vec<BlockId>) {
        if !self[id].is_visited {
            self[id].is_visited = true;
            stack.push(id);
        }
    }

    /// True if each jump or exit ends its block.
    pub(crate) fn is_well_formed(&self) -> bool {
        self.chain().all(|id| {
            let body = self[id]
                .instructions
                .split_last()
                .map_or(&[][..], |(_, body)| body);
            body.iter()
                .all(|instruction| !instruction.opcode.is_terminator())
        })
    }
}
