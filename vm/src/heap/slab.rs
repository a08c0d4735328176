//! Memory for objects: free lists of small cells in aligned pages, and single allocations for large objects.
//!
//! A page is `PAGE_SIZE` bytes, aligned to its size, so that an object's page is found by masking its address. All
//! cells of a page have one size and are either all containers (the collector walks them) or all not.
//!
//! Each size takes its cells from one page at a time, its *current* page. What dies elsewhere makes room in its own page,
//! which becomes current again when enough of it is free. So all objects made since some moment are in the few pages
//! that have been current since: that is how the collector finds the young ones without a list of them.
//!
//! Invariants
//! 1. A cell is free (word 0 is zero; word 1 links the free list) or holds a live object (word 0 is not zero).
//! 2. A page belongs to one `Slabs` and is never returned while that lives.
//! 3. A large object has a [`LargePrefix`] directly in front of its header, and the header has the `LARGE` flag.
//! 4. Free cells of a class's current page are on the class's list, those of any other page on the page's own.
//! 5. A container made since the last collection is in a page of `recent[0]` or of `Large::Young`; since the last one of
//!    the middle generation, in these, `recent[1]` or `Large::Middle`.
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
/// A page becomes current again when one in so many of its cells is free.
const WORTH_REUSE: u32 = 8;

#[repr(C, align(16))]
struct Page {
    slabs: *const Slabs,
    class: *const SizeClass,
    /// What died here while the page was not current, and how many cells that is.
    free: Cell<*mut FreeCell>,
    freed: Cell<u32>,
    cell_size: u32,
    /// Cells ever handed out; those behind were never touched.
    used: Cell<u32>,
    is_container: bool,
    /// The page waits to become current.
    waits: Cell<bool>,
    /// The page is in that list of `Slabs::recent`.
    is_recent: [Cell<bool>; 2],
    /// The next page that waits.
    next: Cell<*mut Page>,
}

const FIRST_CELL: usize = size_of::<Page>();

/// The list of `Slabs::large` that names a large object.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Large {
    /// No container.
    Atom,
    Young,
    Middle,
    Old,
}

/// Which containers to look at.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Scope {
    /// All that were made since the last collection, and some others.
    Young,
    /// All that were made since the last collection of the middle generation, and some others.
    Middle,
    All,
}

#[repr(C)]
struct FreeCell {
    word: u64,
    next: *mut FreeCell,
}

#[repr(C, align(16))]
pub(super) struct LargePrefix {
    slabs: *const Slabs,
    size: usize,
    /// Where `Slabs::large` names this object: the list, and the place in it.
    list: Cell<Large>,
    index: Cell<usize>,
}

const _: () = assert!(size_of::<LargePrefix>() == 32);

struct SizeClass {
    free: Cell<*mut FreeCell>,
    /// The current page, and how many untouched cells it has.
    page: Cell<*mut Page>,
    untouched: Cell<u32>,
    /// The first of the pages that wait to become current.
    waiting: Cell<*mut Page>,
}

impl SizeClass {
    const fn new() -> Self {
        Self {
            free: Cell::new(null_mut()),
            page: Cell::new(null_mut()),
            untouched: Cell::new(0),
            waiting: Cell::new(null_mut()),
        }
    }
}

/// All memory of one isolate's objects.
pub(super) struct Slabs {
    atoms: [SizeClass; CLASSES],
    containers: [SizeClass; CLASSES],
    atom_pages: RefCell<Vec<*mut Page>>,
    container_pages: RefCell<Vec<*mut Page>>,
    /// Pages of containers that have been current since the last collection, and since the last of the middle generation.
    recent: [RefCell<Vec<*mut Page>>; 2],
    large: [RefCell<Vec<*mut LargePrefix>>; 4],
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
            recent: Default::default(),
            large: Default::default(),
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
            return (self.take_large(size, container), flags | LARGE);
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
            let waiting = class.waiting.get();
            if !waiting.is_null() {
                return self.make_current(class, waiting).cast();
            }
            class.page.set(self.new_page(class, cell_size, container));
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

    /// Makes the first page that waits the current one; returns one of its free cells.
    fn make_current(&self, class: &SizeClass, address: *mut Page) -> *mut FreeCell {
        // SAFETY: invariant 2.
        let page = unsafe { &*address };
        class.waiting.set(page.next.replace(null_mut()));
        page.waits.set(false);
        page.freed.set(0);
        let cell = page.free.replace(null_mut());
        class.page.set(address);
        if page.is_container {
            self.note_recent(0, address);
        }
        // SAFETY: invariant 1; a page waits because it has free cells.
        class.free.set(unsafe { (*cell).next });
        cell
    }

    /// Has `page` looked at by the next collection (`list` 0), or the next of the middle generation (1).
    fn note_recent(&self, list: usize, page: *mut Page) {
        // SAFETY: invariant 2.
        if !unsafe { (*page).is_recent[list].replace(true) } {
            self.recent[list].borrow_mut().push(page);
        }
    }

    fn new_page(&self, class: &SizeClass, cell_size: usize, container: bool) -> *mut Page {
        let memory = Memory::from_size_align(PAGE_SIZE, PAGE_SIZE).expect("a power of two");
        // SAFETY: the size is not zero.
        let page = unsafe { std::alloc::alloc(memory) }.cast::<Page>();
        if page.is_null() {
            std::alloc::handle_alloc_error(memory);
        }
        page.expose_provenance();
        let contents = Page {
            slabs: self,
            class,
            free: Cell::new(null_mut()),
            freed: Cell::new(0),
            cell_size: cell_size as u32,
            used: Cell::new(0),
            is_container: container,
            waits: Cell::new(false),
            is_recent: [const { Cell::new(false) }; 2],
            next: Cell::new(null_mut()),
        };
        // SAFETY: the memory is fresh, large enough and aligned.
        unsafe { page.write(contents) };
        self.bytes.set(self.bytes.get() + PAGE_SIZE);
        if container {
            self.container_pages.borrow_mut().push(page);
            self.note_recent(0, page);
        } else {
            self.atom_pages.borrow_mut().push(page);
        }
        page
    }

    #[inline(never)]
    fn take_large(&self, size: usize, container: bool) -> *mut u8 {
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
        let list = if container { Large::Young } else { Large::Atom };
        let mut large = self.large[list as usize].borrow_mut();
        let contents = LargePrefix {
            slabs: self,
            size,
            list: Cell::new(list),
            index: Cell::new(large.len()),
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
    pub(super) unsafe fn give_back(&self, object: *mut Header, is_large: bool) {
        if is_large {
            // SAFETY: invariant 3.
            unsafe { self.give_back_large(object) };
            return;
        }
        let address = page_of(object);
        // SAFETY: small objects live in pages, which `page_of` finds; those and their classes live as long as the slabs.
        let (page, class) = unsafe { (&*address, &*(*address).class) };
        let is_current = class.page.get() == address;
        let list = if is_current { &class.free } else { &page.free };
        let cell = object.cast::<FreeCell>();
        // SAFETY: the cell is ours now and large enough for the link.
        unsafe {
            cell.write(FreeCell {
                word: 0,
                next: list.get(),
            })
        };
        list.set(cell);
        if !is_current {
            page.freed.set(page.freed.get() + 1);
            if page.freed.get() >= page.used.get() / WORTH_REUSE && !page.waits.get() {
                page.waits.set(true);
                page.next.set(class.waiting.replace(address));
            }
        }
    }

    #[inline(never)]
    unsafe fn give_back_large(&self, object: *mut Header) {
        // SAFETY: invariant 3.
        let prefix = unsafe { object.cast::<LargePrefix>().sub(1) };
        // SAFETY: as above.
        let (size, list, index) =
            unsafe { ((*prefix).size, (*prefix).list.get(), (*prefix).index.get()) };
        let mut large = self.large[list as usize].borrow_mut();
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

    /// Calls `visit` with each live container of `scope`. `visit` must not allocate or free containers.
    pub(super) fn each_container(&self, scope: Scope, mut visit: impl FnMut(&Header)) {
        let (pages, large): (&[&RefCell<Vec<*mut Page>>], &[Large]) = match scope {
            Scope::Young => (&[&self.recent[0]], &[Large::Young]),
            Scope::Middle => (
                &[&self.recent[0], &self.recent[1]],
                &[Large::Young, Large::Middle],
            ),
            Scope::All => (
                &[&self.container_pages],
                &[Large::Young, Large::Middle, Large::Old],
            ),
        };
        for (list, pages) in pages.iter().enumerate() {
            for &page in pages.borrow().iter() {
                // SAFETY: invariant 2; the first `used` cells were all initialised (invariant 1).
                unsafe {
                    if list == 1 && (*page).is_recent[0].get() {
                        continue;
                    }
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
        }
        for &list in large {
            for &prefix in self.large[list as usize].borrow().iter() {
                // SAFETY: invariant 3: the lists name live large objects only.
                let header = unsafe { &*prefix.add(1).cast::<Header>() };
                if !header.is_free() {
                    visit(header);
                }
            }
        }
    }

    /// What was made before now and lives in `scope` is a generation older: no longer young (`Young`), or old.
    pub(super) fn grow_older(&self, scope: Scope) {
        if scope == Scope::Young {
            for page in self.recent[0].take() {
                // SAFETY: invariant 2.
                unsafe { (*page).is_recent[0].set(false) };
                self.note_recent(1, page);
            }
            self.move_large(Large::Young, Large::Middle);
        } else {
            for (list, pages) in self.recent.iter().enumerate() {
                for page in pages.take() {
                    // SAFETY: invariant 2.
                    unsafe { (*page).is_recent[list].set(false) };
                }
            }
            self.move_large(Large::Young, Large::Old);
            self.move_large(Large::Middle, Large::Old);
        }
        // Current pages go on to receive young objects.
        for class in &self.containers {
            if !class.page.get().is_null() {
                self.note_recent(0, class.page.get());
            }
        }
    }

    fn move_large(&self, from: Large, to: Large) {
        let mut target = self.large[to as usize].borrow_mut();
        for prefix in self.large[from as usize].take() {
            // SAFETY: invariant 3: the lists name live large objects only.
            unsafe {
                (*prefix).list.set(to);
                (*prefix).index.set(target.len());
            }
            target.push(prefix);
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
        for prefix in self.large.iter().flat_map(RefCell::take) {
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
