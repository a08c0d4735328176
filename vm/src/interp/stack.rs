//! Frames, the memory they live in, and the registers of the interpreter loop.
//!
//! ```text
//! Frame | slot 0 .. nlocalsplus-1 (locals, cells, free variables) | value stack, stacksize slots
//! ```
//!
//! A frame lies in a chunk of its thread's [`FrameStack`], or in a block of its own that a generator owns. It never
//! moves while it runs: registers and frame objects hold its address.
//!
//! Invariants
//! 1. A [`FrameRef`] is used only while its frame lives: until `FrameStack::pop` or the death of the generator.
//! 2. A code object keeps the depth of its value stack between 0 and `stacksize`, and names only slots, constants and
//!    names it has: the compiler guarantees it, and `Code` checks what came from elsewhere.
//! 3. Slots below the frame's top hold words; those above are uninitialised. The top is `sp` of the registers while the
//!    frame runs in the loop, and `Frame::sp` while it does not.
//! 4. A word tagged as borrowed on the value stack refers to a constant of the frame's code or to the value of a local
//!    of the same frame, which stays as long as the word does: the compiler proved it for the code (`LOAD_FAST_BORROW`),
//!    and whoever writes locals from outside keeps the old value alive (`FrameObject::keep`).
//! 5. Frames of a `FrameStack` are popped in reverse order of their making.
#![allow(unsafe_code, reason = "raw frame memory; see the invariants above")]

use std::cell::{Cell, OnceCell, RefCell};
use std::mem::ManuallyDrop;
use std::ptr::NonNull;

use crate::field::Field;
use crate::heap::Visitor;
use crate::objects::Dict;
use crate::objects::code::{Code, Unit};
use crate::objects::frame::FrameObject;
use crate::objects::function::Function;
use crate::value::{Py, Value};

/// Runs before the first try to specialise an instruction, and how often that number doubles.
const WARM: u16 = 3;
const MOST_TRIES: u16 = 9;

/// What [`Regs::peek`] shows where a word is empty.
const NOTHING: &Value = &const { Value::NONE };

/// A word of a frame: a value, or nothing (an unbound local, CPython's `NULL` on the stack).
pub type Slot = Option<Value>;

const _: () = assert!(size_of::<Slot>() == 8);

/// Who owns a frame's memory.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[repr(u8)]
pub enum Owner {
    /// The thread's frame stack.
    Thread,
    /// A generator, coroutine or asynchronous generator.
    Generator,
}

/// What becomes of a frame's result.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[repr(u8)]
pub enum Role {
    /// The frame that waits for it gets it pushed.
    Called,
    /// Leaving this frame leaves the Rust function `run` with it.
    Entry,
    /// `__init__` of a class that was called: must be `None`; the new instance is on the caller's stack already.
    Init,
}

/// One activation of a code object (CPython: `_PyInterpreterFrame`).
#[repr(C)]
pub struct Frame {
    pub code: Py<Code>,
    /// Keeps globals, builtins and closure alive.
    pub function: Py<Function>,
    globals: ManuallyDrop<Py<Dict>>,
    /// The namespace of a module or class body.
    pub locals: Field<Option<Value>>,
    /// The Python object that shows this frame, once somebody asked for it.
    pub object: Field<Option<Py<FrameObject>>>,
    /// The generator that owns the frame, borrowed; set once.
    generator: OnceCell<Value>,
    /// The frame that waits for this one.
    pub previous: Cell<Option<FrameRef>>,
    /// The instruction that is executing or that made the call that runs now.
    pc: Cell<*const Unit>,
    /// The height of the value stack in words from slot 0, while the frame does not run in the loop.
    height: Cell<u32>,
    /// Units from `pc` to where the caller goes on when the frame above returns.
    pub return_offset: Cell<u16>,
    pub owner: Owner,
    pub role: Cell<Role>,
}

const HEADER_WORDS: usize = size_of::<Frame>() / 8;
const _: () = assert!(size_of::<Frame>().is_multiple_of(8));

/// The address of a live frame.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct FrameRef(NonNull<Frame>);

impl std::ops::Deref for FrameRef {
    type Target = Frame;

    #[inline(always)]
    fn deref(&self) -> &Frame {
        // SAFETY: invariant 1.
        unsafe { self.0.as_ref() }
    }
}

impl FrameRef {
    #[inline(always)]
    fn slots(self) -> *mut Slot {
        // SAFETY: the slots follow the frame in the same block.
        unsafe { self.0.as_ptr().add(1).cast() }
    }

    /// Whether leaving this frame leaves the Rust function `run`.
    #[inline(always)]
    pub fn is_entry(self) -> bool {
        self.role.get() == Role::Entry
    }

    /// The frame's globals.
    #[inline(always)]
    pub fn globals(&self) -> &Py<Dict> {
        &self.globals
    }

    /// The generator that owns the frame.
    #[inline(always)]
    pub fn generator(&self) -> Option<&Value> {
        self.generator.get()
    }

    /// Names the generator that owns the frame.
    pub fn set_generator(self, generator: &Value) {
        // SAFETY: the generator owns the frame, so it lives as long as this word.
        let word = ManuallyDrop::into_inner(unsafe { generator.borrowed_word() });
        // A frame gets its generator once.
        let _ = self.generator.set(word);
    }

    /// A number that tells live frames apart.
    pub fn address(self) -> usize {
        self.0.as_ptr().addr()
    }

    /// Slot `index` of the locals.
    #[inline(always)]
    pub fn local(&self, index: usize) -> &Slot {
        debug_assert!(index < self.code.nlocalsplus());
        // SAFETY: invariants 2 and 3.
        unsafe { &*self.slots().add(index) }
    }

    /// Stores into slot `index` and returns what was there.
    #[inline(always)]
    #[must_use = "the old value dies where it is dropped"]
    pub fn replace_local(&self, index: usize, value: Slot) -> Slot {
        debug_assert!(index < self.code.nlocalsplus());
        // SAFETY: invariants 2 and 3; no reference into the slot is held over a store.
        unsafe { std::mem::replace(&mut *self.slots().add(index), value) }
    }

    /// The locals, cells and free variables.
    pub fn locals(&self) -> &[Slot] {
        // SAFETY: invariant 3: they are initialised when the frame is made.
        unsafe { std::slice::from_raw_parts(self.slots(), self.code.nlocalsplus()) }
    }

    /// The offset of the executing instruction in units; -1 before the first.
    #[inline(always)]
    pub fn last_instruction(self) -> i32 {
        // SAFETY: `pc` points into the code's units or one before (see `set_before_start`).
        unsafe { self.pc.get().offset_from(self.code.units()) as i32 }
    }

    /// Lets the frame stand at the unit with this offset.
    pub fn set_last_instruction(self, offset: i32) {
        self.pc
            .set(self.code.units().wrapping_offset(offset as isize));
    }

    /// What a suspended frame has on its value stack, top last.
    pub fn suspended_stack(&self) -> &[Slot] {
        let locals = self.code.nlocalsplus();
        let height = (self.height.get() as usize).max(locals);
        // SAFETY: invariant 3.
        unsafe { std::slice::from_raw_parts(self.slots().add(locals), height - locals) }
    }

    /// Pushes onto the value stack of a frame that does not run in the loop.
    pub fn push_suspended(self, value: Value) {
        let height = self.height.get();
        debug_assert!((height as usize) < self.code.nlocalsplus() + self.code.stacksize());
        // SAFETY: invariants 2 and 3.
        unsafe { self.slots().add(height as usize).write(Some(value)) };
        self.height.set(height + 1);
    }

    /// How many words are on the value stack of a frame that does not run in the loop.
    pub(crate) fn suspended_depth(self) -> usize {
        (self.height.get() as usize).saturating_sub(self.code.nlocalsplus())
    }

    /// Takes the top word of the value stack of a frame that does not run in the loop, to keep it.
    pub(crate) fn pop_suspended(self) -> Slot {
        let height = self.height.get();
        if height as usize <= self.code.nlocalsplus() {
            return None;
        }
        self.height.set(height - 1);
        // SAFETY: invariant 3; the height was lowered first, so the word is taken once.
        let word = unsafe { self.slots().add(height as usize - 1).read() };
        word.map(Value::into_owned)
    }

    /// Drops the value stack and the locals of a frame that does not run in the loop.
    pub fn clear_values(self) {
        loop {
            let height = self.height.get();
            if height == 0 {
                break;
            }
            self.height.set(height - 1);
            // SAFETY: invariant 3; the height was lowered first, so the word is taken once. Borrowed words lie above the
            // locals they borrow from (invariant 4), so they go first.
            drop(unsafe { self.slots().add(height as usize - 1).read() });
        }
        // Locals stay readable as unbound.
        for index in 0..self.code.nlocalsplus() {
            // SAFETY: the block has these slots.
            unsafe { self.slots().add(index).write(None) };
        }
        self.height.set(self.code.nlocalsplus() as u32);
    }

    /// Shows the collector what the frame owns; borrowed words are not owned.
    pub fn traverse(self, visit: &mut Visitor<'_>) {
        visit(self.code.as_value());
        visit(self.function.as_value());
        self.locals
            .peek(|locals| locals.iter().for_each(&mut *visit));
        self.object
            .peek(|object| object.iter().for_each(|object| visit(object.as_value())));
        for slot in self.locals().iter().chain(self.suspended_stack()) {
            if let Some(value) = slot
                && !value.is_borrowed()
            {
                visit(value);
            }
        }
    }
}

/// Words that a frame of `code` needs.
fn words(code: &Code) -> usize {
    HEADER_WORDS + code.nlocalsplus() + code.stacksize()
}

/// Writes a new frame with unbound locals at `place`.
///
/// # Safety
/// `place` has room for `words(code)` words.
#[inline(always)]
unsafe fn write_frame(
    place: NonNull<Frame>,
    code: Py<Code>,
    function: Py<Function>,
    owner: Owner,
) -> FrameRef {
    // SAFETY: the function is stored beside the word and its globals never change.
    let globals = unsafe { function.globals.borrowed_word() };
    let locals = code.nlocalsplus();
    let start = code.units();
    let frame = Frame {
        pc: Cell::new(start),
        code,
        function,
        globals,
        locals: Field::new(None),
        object: Field::new(None),
        generator: OnceCell::new(),
        previous: Cell::new(None),
        height: Cell::new(locals as u32),
        return_offset: Cell::new(0),
        owner,
        role: Cell::new(Role::Called),
    };
    // SAFETY: the caller's promise; a zero word is an empty slot.
    unsafe {
        place.as_ptr().write(frame);
        let slots = place.as_ptr().add(1).cast::<u64>();
        for index in 0..locals {
            // Volatile, so that these few words do not become a call of `memset`.
            slots.add(index).write_volatile(0);
        }
    }
    FrameRef(place)
}

/// Words of the first chunk; later ones double up to a limit.
const FIRST_CHUNK: usize = 8 * 1024;
const LARGEST_CHUNK: usize = 1024 * 1024;

struct Chunk {
    memory: NonNull<u64>,
    words: usize,
    /// Where the previous chunk's free part starts.
    previous_top: *mut u64,
}

impl Chunk {
    fn new(words: usize, previous_top: *mut u64) -> Self {
        let memory: Box<[std::mem::MaybeUninit<u64>]> = Box::new_uninit_slice(words);
        let memory = NonNull::from(Box::leak(memory)).cast();
        Self {
            memory,
            words,
            previous_top,
        }
    }

    fn end(&self) -> *mut u64 {
        // SAFETY: one past the end of the block.
        unsafe { self.memory.as_ptr().add(self.words) }
    }
}

impl Drop for Chunk {
    fn drop(&mut self) {
        let memory = std::ptr::slice_from_raw_parts_mut(
            self.memory.as_ptr().cast::<std::mem::MaybeUninit<u64>>(),
            self.words,
        );
        // SAFETY: made by `Box` in `new`.
        drop(unsafe { Box::from_raw(memory) });
    }
}

/// One thread's frames, in chunks so that frames never move.
pub struct FrameStack {
    top: Cell<*mut u64>,
    limit: Cell<*mut u64>,
    /// Where the newest chunk starts.
    base: Cell<*mut u64>,
    chunks: RefCell<Vec<Chunk>>,
    /// The chunk that was given back last: calls to and fro over a boundary must not allocate.
    spare: Cell<Option<Chunk>>,
}

impl Default for FrameStack {
    fn default() -> Self {
        Self {
            top: Cell::new(std::ptr::null_mut()),
            limit: Cell::new(std::ptr::null_mut()),
            base: Cell::new(std::ptr::null_mut()),
            chunks: RefCell::default(),
            spare: Cell::new(None),
        }
    }
}

impl FrameStack {
    /// Makes a frame with unbound locals.
    #[inline(always)]
    pub fn push(&self, code: Py<Code>, function: Py<Function>) -> FrameRef {
        let words = words(&code);
        let room = (self.limit.get().addr() - self.top.get().addr()) / 8;
        if room < words {
            self.grow(words);
        }
        let place = self.top.get();
        // SAFETY: there is room for so many words.
        self.top.set(unsafe { place.add(words) });
        // SAFETY: as above; chunks are not null.
        unsafe {
            write_frame(
                NonNull::new_unchecked(place.cast()),
                code,
                function,
                Owner::Thread,
            )
        }
    }

    #[cold]
    #[inline(never)]
    fn grow(&self, words: usize) {
        let mut chunks = self.chunks.borrow_mut();
        let size = chunks
            .last()
            .map_or(FIRST_CHUNK, |last| (last.words * 2).min(LARGEST_CHUNK));
        let chunk = match self.spare.take() {
            Some(mut spare) if spare.words >= words => {
                spare.previous_top = self.top.get();
                spare
            }
            _ => Chunk::new(size.max(words), self.top.get()),
        };
        self.top.set(chunk.memory.as_ptr());
        self.base.set(chunk.memory.as_ptr());
        self.limit.set(chunk.end());
        chunks.push(chunk);
    }

    /// Drops the values of the newest frame and gives its memory back.
    #[inline(always)]
    pub fn pop(&self, frame: FrameRef) {
        debug_assert!(frame.owner == Owner::Thread);
        for index in 0..frame.code.nlocalsplus() {
            // SAFETY: invariant 3; each slot is taken once, and nobody looks at the frame any more (invariant 1).
            drop(unsafe { frame.slots().add(index).read() });
        }
        self.forget(frame);
    }

    /// Gives the memory of the newest frame back, dropping its header but not its slots, which were moved away.
    #[inline(always)]
    pub fn forget(&self, frame: FrameRef) {
        // SAFETY: the frame is not used afterwards (invariant 1). Its handles may die here and run Python code, which
        // makes frames above this one: the memory is given back only after. Frames of threads have no generator.
        unsafe {
            let header = frame.0.as_ptr();
            if frame.locals.is_some() {
                (&raw mut (*header).locals).drop_in_place();
            }
            if frame.object.is_some() {
                (&raw mut (*header).object).drop_in_place();
            }
            (&raw mut (*header).function).drop_in_place();
            (&raw mut (*header).code).drop_in_place();
        }
        let place = frame.0.as_ptr().cast::<u64>();
        self.top.set(place);
        if std::ptr::eq(self.base.get(), place) {
            self.shrink();
        }
    }

    /// Leaves the newest chunk, which is empty, unless it is the only one.
    #[cold]
    #[inline(never)]
    fn shrink(&self) {
        let mut chunks = self.chunks.borrow_mut();
        if chunks.len() < 2 {
            return;
        }
        if let Some(chunk) = chunks.pop() {
            self.top.set(chunk.previous_top);
            self.spare.set(Some(chunk));
        }
        if let Some(last) = chunks.last() {
            self.base.set(last.memory.as_ptr());
            self.limit.set(last.end());
        }
    }
}

/// A frame in a block of its own: a generator's.
pub struct OwnFrame {
    frame: FrameRef,
    words: usize,
}

impl OwnFrame {
    /// Moves the newest frame of a thread's stack into a block of its own. Its value stack is empty.
    pub fn take(stack: &FrameStack, frame: FrameRef) -> Self {
        let words = words(&frame.code);
        let memory: Box<[std::mem::MaybeUninit<u64>]> = Box::new_uninit_slice(words);
        let place: NonNull<Frame> = NonNull::from(Box::leak(memory)).cast();
        // SAFETY: the block has room; the handles are moved: header by `write_frame`'s clones below, slots bitwise.
        let own = unsafe {
            let own = write_frame(
                place,
                frame.code.clone(),
                frame.function.clone(),
                Owner::Generator,
            );
            own.slots()
                .copy_from_nonoverlapping(frame.slots(), frame.code.nlocalsplus());
            own
        };
        own.locals.set(frame.locals.take());
        own.object.set(frame.object.take());
        own.pc.set(frame.pc.get());
        if let Some(object) = own.object.get() {
            object.moved(own);
        }
        stack.forget(frame);
        Self { frame: own, words }
    }

    #[inline(always)]
    pub fn frame(&self) -> FrameRef {
        self.frame
    }
}

impl Drop for OwnFrame {
    fn drop(&mut self) {
        self.frame.clear_values();
        let place = self.frame.0.as_ptr();
        // SAFETY: the generator dies, nobody uses the frame (invariant 1).
        unsafe { place.drop_in_place() };
        let memory = std::ptr::slice_from_raw_parts_mut(
            place.cast::<std::mem::MaybeUninit<u64>>(),
            self.words,
        );
        // SAFETY: made by `Box` in `take`.
        drop(unsafe { Box::from_raw(memory) });
    }
}

/// The loop's registers. Small and `Copy`: the loop keeps them in machine registers, and passes them by value to
/// functions that are not inlined.
#[derive(Clone, Copy)]
pub struct Regs {
    pub frame: FrameRef,
    pc: *const Unit,
    sp: *mut Slot,
}

/// Registers that were saved in their frame, on the way into or out of an instruction that is not inlined into the
/// loop: passing the registers themselves would make them live in memory for good.
#[derive(Clone, Copy)]
pub struct Saved(FrameRef);

impl Saved {
    /// Takes the registers back.
    #[inline(always)]
    pub fn load(self) -> Regs {
        Regs::enter(self.0, 1)
    }
}

impl Regs {
    /// Saves the registers, the instruction that was just fetched as the executing one.
    #[inline(always)]
    pub fn saved(self) -> Saved {
        self.save();
        Saved(self.frame)
    }

    /// The registers of a frame that starts or goes on, `skip` units behind its saved instruction.
    #[inline(always)]
    pub fn enter(frame: FrameRef, skip: usize) -> Self {
        Self {
            frame,
            // The unit behind the instruction is within the code; `pc` may stand one before the start.
            pc: frame.pc.get().wrapping_add(skip),
            // SAFETY: invariant 3.
            sp: unsafe { frame.slots().add(frame.height.get() as usize) },
        }
    }

    /// Takes the next unit.
    #[inline(always)]
    pub fn fetch(&mut self) -> Unit {
        debug_assert!(self.offset() < self.frame.code.unit_count());
        // SAFETY: invariant 2: code ends with an instruction that leaves it.
        let unit = unsafe { self.pc.read() };
        // SAFETY: at most one past the end.
        self.pc = unsafe { self.pc.add(1) };
        unit
    }

    /// Notes the instruction that was just fetched as the frame's executing one.
    #[inline(always)]
    pub fn save_pc(&self) {
        self.frame.pc.set(self.pc.wrapping_sub(1));
    }

    /// Saves all for a frame that waits: for the frame it called, or suspended.
    #[inline(always)]
    pub fn save(&self) {
        self.save_pc();
        self.frame.height.set(self.height() as u32);
    }

    /// Saves the height only.
    #[inline(always)]
    pub fn save_height(&self) {
        self.frame.height.set(self.height() as u32);
    }

    /// Units from the start of the code to the next unit.
    #[inline(always)]
    pub fn offset(&self) -> usize {
        // SAFETY: `pc` points into the code.
        unsafe { self.pc.offset_from(self.frame.code.units()) as usize }
    }

    #[inline(always)]
    pub fn skip(&mut self, units: usize) {
        // SAFETY: invariant 2.
        self.pc = unsafe { self.pc.add(units) };
    }

    #[inline(always)]
    pub fn skip_back(&mut self, units: usize) {
        // SAFETY: invariant 2.
        self.pc = unsafe { self.pc.sub(units) };
    }

    pub fn jump_to(&mut self, offset: usize) {
        debug_assert!(offset < self.frame.code.unit_count());
        // SAFETY: invariant 2.
        self.pc = unsafe { self.frame.code.units().add(offset) };
    }

    /// Where the next unit is: the inline cache of the instruction just fetched.
    #[inline(always)]
    pub(super) fn next_unit(&self) -> *const Unit {
        self.pc
    }

    /// The next four units as one number: an inline cache of eight bytes behind the instruction just fetched.
    #[inline(always)]
    pub fn cache_word(&self) -> u64 {
        // SAFETY: invariant 2: the instruction that asks has a cache of at least four units.
        u64::from_le(unsafe { self.pc.cast::<u64>().read_unaligned() })
    }

    /// Counts a run of an instruction in its generic form; says whether to try and specialise it now.
    ///
    /// The first unit of its cache has the runs since the last try (12 bits) and the number of tries (4 bits): each try
    /// waits for twice as many runs as the one before. A specialised instruction whose guards fail runs in its generic
    /// form, which counts too.
    #[inline(always)]
    pub fn is_warm(&self) -> bool {
        // SAFETY: invariant 2: the instruction that asks has a cache.
        let counter = unsafe { self.pc.cast::<u16>().read() };
        let (runs, tries) = (counter & 0xfff, counter >> 12);
        let is_warm = runs >= WARM << tries;
        let next = if is_warm {
            (tries + 1).min(MOST_TRIES) << 12
        } else {
            counter + 1
        };
        // SAFETY: as above; the units are cells.
        unsafe { self.pc.cast::<u16>().cast_mut().write(next) };
        is_warm
    }

    /// Words between slot 0 and the top of the stack.
    #[inline(always)]
    pub fn height(&self) -> usize {
        // SAFETY: both point into the frame's slots.
        unsafe { self.sp.offset_from(self.frame.slots()) as usize }
    }

    /// Values on the stack.
    #[inline(always)]
    pub fn depth(&self) -> usize {
        self.height() - self.frame.code.nlocalsplus()
    }

    #[inline(always)]
    pub fn push_slot(&mut self, slot: Slot) {
        debug_assert!(self.depth() < self.frame.code.stacksize());
        // SAFETY: invariant 2.
        unsafe {
            self.sp.write(slot);
            self.sp = self.sp.add(1);
        }
    }

    #[inline(always)]
    pub fn push(&mut self, value: Value) {
        self.push_slot(Some(value));
    }

    /// Pushes a word that borrows from `owner`: a constant or local of this frame (invariant 4).
    #[inline(always)]
    pub fn push_borrowed(&mut self, owner: &Value) {
        // SAFETY: invariant 4.
        self.push(ManuallyDrop::into_inner(unsafe { owner.borrowed_word() }));
    }

    /// Takes the top word, which may be nothing and may be borrowed.
    #[inline(always)]
    pub fn pop_slot(&mut self) -> Slot {
        debug_assert!(self.depth() > 0);
        // SAFETY: invariants 2 and 3.
        unsafe {
            self.sp = self.sp.sub(1);
            self.sp.read()
        }
    }

    /// Takes the top value, which may be borrowed: to look at and to drop, not to keep.
    #[inline(always)]
    pub fn pop_word(&mut self) -> Value {
        match self.pop_slot() {
            Some(value) => value,
            // Invariant 2: only instructions that expect it meet an empty word.
            None => Value::NONE,
        }
    }

    /// Takes the top value to keep it.
    #[inline(always)]
    pub fn pop(&mut self) -> Value {
        self.pop_word().into_owned()
    }

    /// Takes the top word to keep it.
    #[inline(always)]
    pub fn pop_owned_slot(&mut self) -> Slot {
        self.pop_slot().map(Value::into_owned)
    }

    /// The word `depth` below the top (0 is the top).
    #[inline(always)]
    pub fn peek_slot(&self, depth: usize) -> &Slot {
        debug_assert!(depth < self.depth());
        // SAFETY: invariants 2 and 3.
        unsafe { &*self.sp.sub(depth + 1) }
    }

    /// The value `depth` below the top (0 is the top).
    #[inline(always)]
    pub fn peek(&self, depth: usize) -> &Value {
        match self.peek_slot(depth) {
            Some(value) => value,
            None => NOTHING,
        }
    }

    /// Stores `depth` below the top and returns what was there.
    #[inline(always)]
    #[must_use = "the old word dies where it is dropped"]
    pub fn replace(&mut self, depth: usize, slot: Slot) -> Slot {
        debug_assert!(depth < self.depth());
        // SAFETY: invariants 2 and 3.
        unsafe { std::mem::replace(&mut *self.sp.sub(depth + 1), slot) }
    }

    /// Exchanges the top with the word `depth` below it.
    #[inline(always)]
    pub fn swap(&mut self, depth: usize) {
        debug_assert!(depth < self.depth());
        // SAFETY: invariants 2 and 3.
        unsafe { self.sp.sub(1).swap(self.sp.sub(depth + 1)) };
    }

    /// The top `count` values, none of them empty, as a slice.
    #[inline(always)]
    pub fn top(&self, count: usize) -> &[Value] {
        debug_assert!(count <= self.depth());
        // SAFETY: invariants 2 and 3; a word that is not empty is a `Value`.
        unsafe { std::slice::from_raw_parts(self.sp.sub(count).cast::<Value>(), count) }
    }

    /// Puts `value` in the place of the top two words, which own nothing (they are numbers).
    #[inline(always)]
    pub fn replace_numbers(&mut self, value: Value) {
        debug_assert!(!self.peek(0).is_heap() && !self.peek(1).is_heap());
        std::mem::forget(self.pop_slot());
        std::mem::forget(self.replace(0, Some(value)));
    }

    /// Pops two words that own nothing (they are numbers).
    #[inline(always)]
    pub fn forget_numbers(&mut self) {
        debug_assert!(!self.peek(0).is_heap() && !self.peek(1).is_heap());
        std::mem::forget(self.pop_slot());
        std::mem::forget(self.pop_slot());
    }

    /// Takes the top value, which is a truth value and so owns nothing.
    #[inline(always)]
    pub fn pop_truth(&mut self) -> ManuallyDrop<Value> {
        ManuallyDrop::new(self.pop_word())
    }

    /// The unit so many behind the next.
    #[inline(always)]
    pub fn unit_ahead(&self, units: usize) -> Unit {
        debug_assert!(self.offset() + units < self.frame.code.unit_count());
        // SAFETY: invariant 2: code ends with an instruction that leaves it, and the instruction that asks does not.
        unsafe { self.pc.add(units).read() }
    }

    /// Drops the top `count` words.
    #[inline(always)]
    pub fn drop_top(&mut self, count: usize) {
        for _ in 0..count {
            drop(self.pop_slot());
        }
    }

    /// Takes the top `count` values, none of them empty, to keep them.
    pub fn take_top(&mut self, count: usize) -> Vec<Value> {
        let start = self.sp.wrapping_sub(count);
        let mut values = Vec::with_capacity(count);
        for index in 0..count {
            // SAFETY: invariants 2 and 3; the stack is cut below the words right after, so each is taken once.
            let value = unsafe { start.add(index).cast::<Value>().read() };
            values.push(value.into_owned());
        }
        self.sp = start;
        values
    }

    /// Moves the top `count` values into the first locals of a new frame of another code object.
    #[inline(always)]
    pub fn move_arguments(&mut self, count: usize, to: FrameRef) {
        debug_assert!(count <= self.depth() && count <= to.code.nlocalsplus());
        let start = self.sp.wrapping_sub(count);
        for index in 0..count {
            // SAFETY: invariants 2 and 3; new locals are empty, so nothing is overwritten; the stack is cut below.
            unsafe {
                let value = start.add(index).cast::<Value>().read().into_owned();
                to.slots().add(index).write(Some(value));
            }
        }
        self.sp = start;
    }

    /// Moves the top `count` values into the locals of a new frame, from the second on.
    #[inline(always)]
    pub fn move_arguments_behind(&mut self, count: usize, to: FrameRef) {
        debug_assert!(count <= self.depth() && count < to.code.nlocalsplus());
        let start = self.sp.wrapping_sub(count);
        for index in 0..count {
            // SAFETY: as in `move_arguments`.
            unsafe {
                let value = start.add(index).cast::<Value>().read().into_owned();
                to.slots().add(index + 1).write(Some(value));
            }
        }
        self.sp = start;
    }

    /// Drops words until `depth` values are left.
    pub fn cut_to(&mut self, depth: usize) {
        while self.depth() > depth {
            drop(self.pop_slot());
        }
    }
}
