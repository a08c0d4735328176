//! Tells each instruction which handler its exceptions go to.
//!
//! CPython: `label_exception_targets` in `Python/flowgraph.c`. Walks the graph from the entry with the stack of open
//! handlers; `SETUP_*` opens one, `POP_BLOCK` closes one and becomes a `NOP`. On the way, `RESUME` learns whether the
//! only handler around its `yield` is the generator's own.
//! Needs: jump targets. Ensures: `except` is set in reachable blocks. Tests: `tests/passes`.

use super::FlowgraphError;
use super::cfg::{BlockId, Cfg};
use crate::opcode::{Opcode, RESUME_AT_FUNC_START, RESUME_DEPTH1_MASK};

/// Stacks of open handlers as a tree: each is its top and a link to the rest, so that copying one is free.
#[derive(Default)]
struct ExceptStacks {
    nodes: Vec<Node>,
}

#[derive(Clone, Copy)]
struct Node {
    handler: BlockId,
    below: ExceptStack,
    depth: u32,
}

/// One stack: the index of its top node, or nothing.
type ExceptStack = Option<usize>;

impl ExceptStacks {
    fn push(&mut self, stack: ExceptStack, handler: BlockId) -> ExceptStack {
        self.nodes.push(Node {
            handler,
            below: stack,
            depth: self.depth(stack) + 1,
        });
        Some(self.nodes.len() - 1)
    }

    fn depth(&self, stack: ExceptStack) -> u32 {
        stack.map_or(0, |top| self.nodes[top].depth)
    }

    fn top(&self, stack: ExceptStack) -> Option<BlockId> {
        stack.map(|top| self.nodes[top].handler)
    }
}

pub(super) fn label_exception_targets(cfg: &mut Cfg) -> Result<(), FlowgraphError> {
    cfg.clear_visited();
    let mut stacks = ExceptStacks::default();
    let entry = cfg.entry();
    cfg[entry].is_visited = true;
    let mut todo: Vec<(BlockId, ExceptStack)> = vec![(entry, None)];
    while let Some((id, mut stack)) = todo.pop() {
        let mut last_yield_depth = None;
        cfg.with_instructions(id, |cfg, instructions| {
            for instruction in instructions {
                let handler = stacks.top(stack);
                let (opcode, target) = (instruction.opcode, instruction.target);
                if opcode.is_block_push() {
                    let target = target.ok_or(FlowgraphError::MissingJumpTarget)?;
                    visit(cfg, &mut todo, target, stack);
                    if matches!(opcode, Opcode::SETUP_WITH | Opcode::SETUP_CLEANUP) {
                        cfg[target].preserve_lasti = true;
                    }
                    stack = stacks.push(stack, target);
                    continue;
                }
                match opcode {
                    Opcode::POP_BLOCK => {
                        instruction.set_nop();
                        let top = stack.ok_or(FlowgraphError::MalformedCfg)?;
                        stack = stacks.nodes[top].below;
                    }
                    Opcode::YIELD_VALUE => {
                        instruction.except = handler;
                        last_yield_depth = Some(stacks.depth(stack));
                    }
                    Opcode::RESUME => {
                        instruction.except = handler;
                        if instruction.oparg != RESUME_AT_FUNC_START
                            && last_yield_depth.take() == Some(1)
                        {
                            instruction.oparg |= RESUME_DEPTH1_MASK;
                        }
                    }
                    _ => {
                        instruction.except = handler;
                        if opcode.has_jump() {
                            let target = target.ok_or(FlowgraphError::MissingJumpTarget)?;
                            visit(cfg, &mut todo, target, stack);
                        }
                    }
                }
            }
            Ok::<_, FlowgraphError>(())
        })?;
        if let Some(next) = cfg[id].next.filter(|_| cfg[id].has_fallthrough()) {
            visit(cfg, &mut todo, next, stack);
        }
    }
    Ok(())
}

fn visit(cfg: &mut Cfg, todo: &mut Vec<(BlockId, ExceptStack)>, id: BlockId, stack: ExceptStack) {
    if !cfg[id].is_visited {
        cfg[id].is_visited = true;
        todo.push((id, stack));
    }
}
