//! The process's allocator: mimalloc for small blocks, the system's for large ones.
//!
//! mimalloc is the faster one for the insides of containers; the system grows large blocks by moving pages, without a
//! copy, and keeps less memory that was used once. The heap's slabs are mimalloc's too: their alignment would make each of
//! them a mapping of its own, of twice the size.
//!
//! Invariant: a block belongs to the allocator that its alignment and present size name, see [`is_mimallocs`].
#![allow(unsafe_code, reason = "an allocator; see the invariant above")]

use std::alloc::{GlobalAlloc, Layout, System};

use libmimalloc_sys::{mi_malloc, mi_realloc, mi_zalloc};
use mimalloc::MiMalloc;

/// Smaller blocks are mimalloc's.
const LARGE: usize = 16 * 1024;

/// True if mimalloc aligns blocks of that size so anyway. Asking for it, as `MiMalloc` does, is the longer way.
#[inline(always)]
const fn is_usual(layout: &Layout, size: usize) -> bool {
    layout.align() <= 16 && layout.align() <= size
}

/// Nothing but slabs is aligned so.
const SLAB_ALIGNMENT: usize = 64 * 1024;

/// See the module.
pub(crate) struct Allocator;

#[inline(always)]
const fn is_mimallocs(size: usize, alignment: usize) -> bool {
    size < LARGE || alignment >= SLAB_ALIGNMENT
}

// SAFETY: each call goes to the allocator that owns the block (the invariant), with the caller's own promises.
unsafe impl GlobalAlloc for Allocator {
    #[inline]
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        // SAFETY: the caller's promise.
        unsafe {
            if is_mimallocs(layout.size(), layout.align()) {
                if is_usual(&layout, layout.size()) {
                    mi_malloc(layout.size()).cast()
                } else {
                    MiMalloc.alloc(layout)
                }
            } else {
                System.alloc(layout)
            }
        }
    }

    #[inline]
    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        // SAFETY: the caller's promise.
        unsafe {
            if is_mimallocs(layout.size(), layout.align()) {
                if is_usual(&layout, layout.size()) {
                    mi_zalloc(layout.size()).cast()
                } else {
                    MiMalloc.alloc_zeroed(layout)
                }
            } else {
                System.alloc_zeroed(layout)
            }
        }
    }

    #[inline]
    unsafe fn dealloc(&self, block: *mut u8, layout: Layout) {
        // SAFETY: the invariant and the caller's promise.
        unsafe {
            if is_mimallocs(layout.size(), layout.align()) {
                MiMalloc.dealloc(block, layout);
            } else {
                System.dealloc(block, layout);
            }
        }
    }

    #[inline]
    unsafe fn realloc(&self, block: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        // SAFETY: the invariant and the caller's promise.
        unsafe {
            match (
                is_mimallocs(layout.size(), layout.align()),
                is_mimallocs(size, layout.align()),
            ) {
                (true, true) if is_usual(&layout, size) => mi_realloc(block.cast(), size).cast(),
                (true, true) => MiMalloc.realloc(block, layout, size),
                (false, false) => System.realloc(block, layout, size),
                _ => self.move_over(block, layout, size),
            }
        }
    }
}

impl Allocator {
    /// Moves a block to the other allocator.
    ///
    /// # Safety
    /// As for `GlobalAlloc::realloc`.
    #[cold]
    unsafe fn move_over(&self, block: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        // SAFETY: the caller promises that the size, rounded up, does not overflow.
        let wanted = unsafe { Layout::from_size_align_unchecked(size, layout.align()) };
        // SAFETY: the size is not zero, as the caller promises.
        let new = unsafe { self.alloc(wanted) };
        if !new.is_null() {
            // SAFETY: both blocks are at least so long and are not the same; the old one is not used afterwards.
            unsafe {
                new.copy_from_nonoverlapping(block, layout.size().min(size));
                self.dealloc(block, layout);
            }
        }
        new
    }
}
