//! How deep the tree is that is being rebuilt, and how deep CPython's parser would go for it.
//!
//! The stages walk all of the tree. CPython's parser works off what nests to the left (sums, attributes of attributes, calls
//! of calls) in a loop; only where the rest is deep can it be too much for it.

use crate::error::Result;
use crate::recursion::{Depth, PLAIN_DEPTH};

/// The depth of a node.
#[derive(Debug)]
pub(super) struct Nesting {
    all: Depth,
    /// Levels that do not nest to the left.
    rightward: u32,
    /// They may be too many for CPython's parser.
    pub(super) is_suspect: bool,
}

impl Nesting {
    pub(super) fn new() -> Nesting {
        Nesting {
            all: Depth::noting(PLAIN_DEPTH),
            rightward: 0,
            is_suspect: false,
        }
    }

    /// Whether the stages need more stack for the tree than for most.
    pub(super) fn was_deep(&self) -> bool {
        self.all.was_deep
    }

    /// One level down.
    #[inline]
    pub(super) fn enter(&mut self) -> Result<()> {
        self.rightward += 1;
        self.is_suspect |= self.rightward > PLAIN_DEPTH;
        self.all.enter()
    }

    /// One level up. After an error nobody counts any more.
    #[inline]
    pub(super) fn leave(&mut self) {
        self.rightward -= 1;
        self.all.leave();
    }

    /// The next level down nests to the left of the present one; undone by [`Nesting::rightwards`].
    #[inline]
    pub(super) fn leftwards(&mut self) {
        self.rightward -= 1;
    }

    #[inline]
    pub(super) fn rightwards(&mut self) {
        self.rightward += 1;
    }

    /// Notes levels that the walk does not go down.
    pub(super) fn note(&mut self, levels: usize) {
        self.all.note(levels);
        self.is_suspect |= self.rightward as usize + levels > PLAIN_DEPTH as usize;
    }
}
