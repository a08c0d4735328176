//! Memory for objects: free lists of small cells in aligned pages, and single allocations for large objects.
//!
//! A page is `PAGE_SIZE` bytes, aligned to its size, so that an object's page is found by masking its address. All
//! cells of a page have one size and are either all containers (the collector walks them) or all not.
//!
//! Invariants
//! 1. A cell is free (word 0 is zero; word 1 links the free list) or holds a live object (word 0 is not zero).
//! 2. A page belongs to one `Slabs` and is never returned while that lives.
//! 3. A large object has a [`LargePrefix`] directly in front of its header, and the header has the `LARGE` flag.
#![allow(unsafe_code, reason = "the allocator; see the invariants above")]

use std::alloc::Layout as Memory;
use std::cell::{Cell, RefCell};
use std::ptr::null_mut;

use super::header::{CONTAINER, Header, LARGE};

const PAGE_SIZE: usize = 64 * 1024;
const STEP: usize = 16;
/// Objects over this size are allocated by themselves.
const MAX_SMALL: usize = 512;
const CLASSES: usize = MAX_SMALL / STEP;

#[repr(C, align(16))]
struct Page {
    slabs: *const Slabs,
    cell_size: u32,
    /// Cells ever handed out; those behind were never touched.
    used: Cell<u32>,
}

const FIRST_CELL: usize = size_of::<Page>();

#[repr(C)]
struct FreeCell {
    word: u64,
    next: *mut FreeCell,
}

#[repr(C, align(16))]
pub(super) struct LargePrefix {
    slabs: *const Slabs,
    size: usize,
    /// Where `Slabs::large` names this object.
    index: Cell<usize>,
    padding: usize,
}

struct SizeClass {
    free: Cell<*mut FreeCell>,
    /// The page that still has untouched cells, and how many.
    page: Cell<*mut Page>,
    untouched: Cell<u32>,
}

impl SizeClass {
    const fn new() -> Self {
        Self {
            free: Cell::new(null_mut()),
            page: Cell::new(null_mut()),
            untouched: Cell::new(0),
        }
    }
}

/// All memory of one isolate's objects.
pub(super) struct Slabs {
    atoms: [SizeClass; CLASSES],
    containers: [SizeClass; CLASSES],
    atom_pages: RefCell<Vec<*mut Page>>,
    container_pages: RefCell<Vec<*mut Page>>,
    large: RefCell<Vec<*mut LargePrefix>>,
    /// Bytes in pages and large objects.
    pub(super) bytes: Cell<usize>,
    /// Blocks handed out, for tests.
    #[cfg(debug_assertions)]
    pub(super) taken: Cell<u64>,
    /// What `bytes` may become by large objects.
    pub(super) most: Cell<usize>,
    /// The heap that owns these slabs; set once, before the first allocation.
    pub(super) heap: Cell<*const super::Heap>,
}

impl Slabs {
    pub(super) fn new() -> Self {
        Self {
            atoms: [const { SizeClass::new() }; CLASSES],
            containers: [const { SizeClass::new() }; CLASSES],
            atom_pages: RefCell::default(),
            container_pages: RefCell::default(),
            large: RefCell::default(),
            bytes: Cell::new(0),
            #[cfg(debug_assertions)]
            taken: Cell::new(0),
            most: Cell::new(usize::MAX),
            heap: Cell::new(std::ptr::null()),
        }
    }

    /// Returns uninitialised memory of at least `size` bytes whose first word is to become a header at once, and the
    /// flags that this header must have. Null if a large block cannot be had.
    #[inline(always)]
    pub(super) fn take(&self, size: usize, container: bool) -> (*mut u8, u64) {
        let flags = if container { CONTAINER } else { 0 };
        #[cfg(debug_assertions)]
        self.taken.set(self.taken.get() + 1);
        if size > MAX_SMALL {
            return (self.take_large(size), flags | LARGE);
        }
        let classes = if container {
            &self.containers
        } else {
            &self.atoms
        };
        let class = &classes[size.div_ceil(STEP) - 1];
        let cell = class.free.get();
        if cell.is_null() {
            return (
                self.take_untouched(class, size.next_multiple_of(STEP), container),
                flags,
            );
        }
        // SAFETY: invariant 1: what is on the free list is a free cell.
        class.free.set(unsafe { (*cell).next });
        (cell.cast(), flags)
    }

    #[inline(never)]
    fn take_untouched(&self, class: &SizeClass, cell_size: usize, container: bool) -> *mut u8 {
        if class.untouched.get() == 0 {
            class.page.set(self.new_page(cell_size, container));
            class
                .untouched
                .set(((PAGE_SIZE - FIRST_CELL) / cell_size) as u32);
        }
        class.untouched.set(class.untouched.get() - 1);
        let page = class.page.get();
        // SAFETY: the page is alive (invariant 2) and has an untouched cell at index `used`.
        unsafe {
            let used = (*page).used.get();
            (*page).used.set(used + 1);
            page.cast::<u8>()
                .add(FIRST_CELL + used as usize * cell_size)
        }
    }

    fn new_page(&self, cell_size: usize, container: bool) -> *mut Page {
        let memory = Memory::from_size_align(PAGE_SIZE, PAGE_SIZE).expect("a power of two");
        // SAFETY: the size is not zero.
        let page = unsafe { std::alloc::alloc(memory) }.cast::<Page>();
        if page.is_null() {
            std::alloc::handle_alloc_error(memory);
        }
        page.expose_provenance();
        let contents = Page {
            slabs: self,
            cell_size: cell_size as u32,
            used: Cell::new(0),
        };
        // SAFETY: the memory is fresh, large enough and aligned.
        unsafe { page.write(contents) };
        self.bytes.set(self.bytes.get() + PAGE_SIZE);
        if container {
            &self.container_pages
        } else {
            &self.atom_pages
        }
        .borrow_mut()
        .push(page);
        page
    }

    #[inline(never)]
    fn take_large(&self, size: usize) -> *mut u8 {
        let Some(memory) = large_memory(size) else {
            return null_mut();
        };
        if memory.size() > self.most.get().saturating_sub(self.bytes.get()) {
            return null_mut();
        }
        // SAFETY: the size is not zero.
        let prefix = unsafe { std::alloc::alloc(memory) }.cast::<LargePrefix>();
        if prefix.is_null() {
            return null_mut();
        }
        prefix.expose_provenance();
        let mut large = self.large.borrow_mut();
        let contents = LargePrefix {
            slabs: self,
            size,
            index: Cell::new(large.len()),
            padding: 0,
        };
        // SAFETY: the memory is fresh, large enough and aligned.
        unsafe { prefix.write(contents) };
        large.push(prefix);
        self.bytes.set(self.bytes.get() + memory.size());
        // SAFETY: the object follows the prefix in the same allocation.
        unsafe { prefix.add(1).cast() }
    }

    /// Takes back the memory of an object whose payload is dropped already.
    ///
    /// # Safety
    /// `object` came from `take` of these slabs and nothing refers to it any more.
    #[inline(always)]
    pub(super) unsafe fn give_back(&self, object: *mut Header, is_large: bool, container: bool) {
        if is_large {
            // SAFETY: invariant 3.
            unsafe { self.give_back_large(object) };
            return;
        }
        // SAFETY: invariant 1: small objects live in pages, which `page_of` finds.
        let size = unsafe { (*page_of(object)).cell_size } as usize;
        let classes = if container {
            &self.containers
        } else {
            &self.atoms
        };
        let class = &classes[size / STEP - 1];
        let cell = object.cast::<FreeCell>();
        // SAFETY: the cell is ours now and large enough for the link.
        unsafe {
            cell.write(FreeCell {
                word: 0,
                next: class.free.get(),
            })
        };
        class.free.set(cell);
    }

    #[inline(never)]
    unsafe fn give_back_large(&self, object: *mut Header) {
        // SAFETY: invariant 3.
        let prefix = unsafe { object.cast::<LargePrefix>().sub(1) };
        // SAFETY: as above.
        let (size, index) = unsafe { ((*prefix).size, (*prefix).index.get()) };
        let mut large = self.large.borrow_mut();
        large.swap_remove(index);
        if let Some(moved) = large.get(index) {
            // SAFETY: the list names live large objects only.
            unsafe { (**moved).index.set(index) };
        }
        if let Some(memory) = large_memory(size) {
            self.bytes.set(self.bytes.get() - memory.size());
            // SAFETY: allocated with the same size and alignment in `take_large`.
            unsafe { std::alloc::dealloc(prefix.cast(), memory) };
        }
    }

    /// Calls `visit` with each live container. `visit` must not allocate or free containers.
    pub(super) fn each_container(&self, mut visit: impl FnMut(&Header)) {
        for &page in self.container_pages.borrow().iter() {
            // SAFETY: invariant 2; the first `used` cells were all initialised (invariant 1).
            unsafe {
                let size = (*page).cell_size as usize;
                for index in 0..(*page).used.get() as usize {
                    let header = page
                        .cast::<u8>()
                        .add(FIRST_CELL + index * size)
                        .cast::<Header>();
                    if !(*header).is_free() {
                        visit(&*header);
                    }
                }
            }
        }
        for &prefix in self.large.borrow().iter() {
            // SAFETY: invariant 3: the list names live large objects only.
            let header = unsafe { &*prefix.add(1).cast::<Header>() };
            if header.has(CONTAINER) && !header.is_free() {
                visit(header);
            }
        }
    }
}

impl Drop for Slabs {
    fn drop(&mut self) {
        let memory = Memory::from_size_align(PAGE_SIZE, PAGE_SIZE).expect("a power of two");
        for pages in [&self.atom_pages, &self.container_pages] {
            for page in pages.take() {
                // SAFETY: the isolate is gone, so no object is reachable; allocated in `new_page`.
                unsafe { std::alloc::dealloc(page.cast(), memory) };
            }
        }
        for prefix in self.large.take() {
            // SAFETY: as above; allocated in `take_large`.
            unsafe {
                if let Some(memory) = large_memory((*prefix).size) {
                    std::alloc::dealloc(prefix.cast(), memory);
                }
            }
        }
    }
}

fn large_memory(size: usize) -> Option<Memory> {
    Memory::from_size_align(size.checked_add(size_of::<LargePrefix>())?, 16).ok()
}

fn page_of(object: *mut Header) -> *mut Page {
    std::ptr::with_exposed_provenance_mut(object.addr() & !(PAGE_SIZE - 1))
}

/// The slabs that an object came from.
///
/// # Safety
/// `object` points to a live object.
#[inline(always)]
pub(super) unsafe fn slabs_of<'a>(object: *mut Header) -> &'a Slabs {
    // SAFETY: invariants 2 and 3.
    unsafe {
        if (*object).has(LARGE) {
            &*(*object.cast::<LargePrefix>().sub(1)).slabs
        } else {
            &*(*page_of(object)).slabs
        }
    }
}
