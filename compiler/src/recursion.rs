//! The bound on recursion over the tree.
//!
//! CPython: `Py_EnterRecursiveCall(" during compilation")`. Every stage that walks the tree counts its depth with this;
//! [`with_stack`] gives the walk a stack on which that many levels fit.

use crate::error::{Result, SyntaxError};

/// The deepest nesting of statements, expressions and patterns: about what CPython manages with a stack of 8 MiB. Its parser
/// allows less of what nests to the right; sums and attributes of attributes get this deep.
pub(crate) const MAX_DEPTH: u32 = 37_000;

/// Trees beyond this are deep. No tree below it is too much for the depth that CPython's parser allows its rules, which goes
/// through some forty of them for an expression in an expression.
pub(crate) const PLAIN_DEPTH: u32 = 100;

/// What a level of any stage needs at most, in bytes (debug builds included).
const BYTES_PER_LEVEL: usize = 6 * 1024;

/// What a level takes while a tree is dropped. Nobody counts there: the parser's own trees have no bound.
const BYTES_PER_DROP: usize = 384;

/// How deep a walk is.
#[derive(Debug)]
pub(crate) struct Depth {
    current: u32,
    /// Beyond this, something is to be done.
    limit: u32,
    /// The walk went deeper than [`Depth::noting`] was told.
    pub(crate) was_deep: bool,
}

impl Default for Depth {
    fn default() -> Depth {
        Depth::noting(MAX_DEPTH)
    }
}

impl Depth {
    /// Notes whether the walk goes deeper than `levels`.
    pub(crate) fn noting(levels: u32) -> Depth {
        Depth {
            current: 0,
            limit: levels,
            was_deep: false,
        }
    }

    /// One level down.
    #[inline]
    pub(crate) fn enter(&mut self) -> Result<()> {
        self.current += 1;
        if self.current > self.limit {
            self.exceed()
        } else {
            Ok(())
        }
    }

    /// Notes levels that the walk does not go down.
    pub(crate) fn note(&mut self, levels: usize) {
        self.was_deep |= self.current as usize + levels > self.limit as usize;
    }

    #[cold]
    fn exceed(&mut self) -> Result<()> {
        self.was_deep = true;
        self.limit = MAX_DEPTH;
        if self.current > MAX_DEPTH {
            Err(SyntaxError::too_deep())
        } else {
            Ok(())
        }
    }

    /// One level up. After an error nobody counts any more.
    #[inline]
    pub(crate) fn leave(&mut self) {
        self.current -= 1;
    }
}

/// Runs `f` with room for the stages over a tree, which may go down twice for a level of it.
pub(crate) fn with_stack_for<R>(is_deep: bool, f: impl FnOnce() -> R) -> R {
    let levels = if is_deep { MAX_DEPTH } else { 3 * PLAIN_DEPTH };
    with_stack(levels as usize, f)
}

/// Runs `f` with room for the stages over a tree that has at most `levels` levels.
pub(crate) fn with_stack<R>(levels: usize, f: impl FnOnce() -> R) -> R {
    let counted = levels.min(MAX_DEPTH as usize) * BYTES_PER_LEVEL;
    let bytes = counted
        .saturating_add(levels.saturating_mul(BYTES_PER_DROP))
        .clamp(256 * 1024, 1 << 30);
    stacker::maybe_grow(bytes, bytes + 64 * 1024, f)
}
