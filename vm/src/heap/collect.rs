//! The cycle collector: finds containers that only refer to each other and breaks them up.
//!
//! CPython 3.14: `Python/gc.c`, `InternalDocs/garbage_collector.md`; PEP 442 for finalizers. Reference counts do the
//! daily work. There are three generations, as in CPython: a young collection starts when `gc.get_threshold()[0]` more
//! containers were made than died; each eleventh is one of the middle generation, each eleventh of these a full one if
//! enough has grown old since the last. The cost of one is in proportion to the pages that were allocated from since the
//! last (see `slab`).
//!
//! One collection: copy the count of each container of the generation and the younger ones (in its header); subtract the
//! references that these hold on each other; what keeps a count is reachable from outside, and so is all that it reaches;
//! the rest is garbage. Then, in this order: weak references die, finalizers run, what they revived is let go, the rest
//! is cleared.
//! Tests: `tests/run/gc/`.
#![allow(unsafe_code, reason = "traces payloads behind headers")]

use std::cell::{Cell, RefCell};
use std::collections::HashMap;
use std::hash::BuildHasherDefault;

use rustc_hash::FxHasher;

use super::alloc::Heap;
use super::header::{CONTAINER, FINALIZED, FROZEN, Header, MIDDLE, OLD, UNREACHABLE};
use super::layout::Visitor;
use super::slab::Scope;
use crate::ctx::Ctx;
use crate::objects::{attrs, weakref};
use crate::value::Value;

/// A generation as `gc.collect(n)` numbers them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Generation {
    Young,
    Middle,
    Old,
}

impl Generation {
    /// Its row in the statistics.
    pub const fn row(self) -> usize {
        match self {
            Self::Young => 0,
            Self::Middle => 1,
            Self::Old => 2,
        }
    }

    /// That of an object.
    fn of(header: &Header) -> Self {
        if header.has(OLD) {
            Self::Old
        } else if header.has(MIDDLE) {
            Self::Middle
        } else {
            Self::Young
        }
    }

    /// Where its objects and the younger ones are.
    fn scope(self) -> Scope {
        match self {
            Self::Young => Scope::Young,
            Self::Middle => Scope::Middle,
            Self::Old => Scope::All,
        }
    }

    /// Gives a survivor of its collection the next generation.
    fn promote(self, header: &Header) {
        match self {
            Self::Young => header.set(MIDDLE),
            Self::Middle | Self::Old => {
                header.clear(MIDDLE);
                header.set(OLD);
            }
        }
    }
}

/// What becomes of unreachable objects.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum AfterFinding {
    Clear,
    /// They stay whole (`gc.DEBUG_SAVEALL`).
    Keep,
}

/// What a collection found.
pub(crate) struct Found {
    pub(crate) count: usize,
    /// The objects themselves, if they were to be kept.
    pub(crate) kept: Vec<Value>,
}

/// One row of `gc.get_stats()`.
#[derive(Debug, Clone, Copy, Default)]
pub struct CollectorStats {
    pub collections: u64,
    pub collected: u64,
    pub uncollectable: u64,
}

/// The collector's settings and counts.
pub(super) struct Collector {
    enabled: Cell<bool>,
    running: Cell<bool>,
    /// The interpreter starts: nothing is garbage yet.
    paused: Cell<bool>,
    /// A collection should start at the next safe point.
    due: Cell<bool>,
    thresholds: Cell<[i64; 3]>,
    /// `young` above which a collection is due: the first threshold, or never.
    trigger: Cell<i64>,
    /// Containers made minus containers dead since the last collection.
    young: Cell<i64>,
    /// Collections of the generation before since the last one of the middle generation, and of the oldest.
    younger_collections: Cell<[i64; 2]>,
    /// Containers alive after the last full collection, and those that have grown old since.
    old: Cell<i64>,
    grown_old: Cell<i64>,
    stats: RefCell<[CollectorStats; 3]>,
}

type Counts = HashMap<*const Header, i64, BuildHasherDefault<FxHasher>>;

impl Collector {
    pub(super) fn new() -> Self {
        let collector = Self {
            enabled: Cell::new(true),
            running: Cell::new(false),
            paused: Cell::new(false),
            due: Cell::new(false),
            thresholds: Cell::new([2000, 10, 10]),
            trigger: Cell::new(i64::MAX),
            young: Cell::new(0),
            younger_collections: Cell::default(),
            old: Cell::new(0),
            grown_old: Cell::new(0),
            stats: RefCell::default(),
        };
        collector.set_trigger();
        collector
    }

    fn set_trigger(&self) {
        let threshold = self.thresholds.get()[0];
        let is_idle = !self.enabled.get() || self.running.get() || self.paused.get();
        self.trigger.set(if is_idle || threshold == 0 {
            i64::MAX
        } else {
            threshold
        });
    }

    #[inline(always)]
    pub(super) fn count_new_container(&self) {
        let young = self.young.get() + 1;
        self.young.set(young);
        if young > self.trigger.get() {
            self.due.set(true);
        }
    }

    #[inline(always)]
    pub(super) fn count_dead_container(&self) {
        let young = self.young.get();
        self.young.set(young - i64::from(young > 0));
    }

    /// The oldest generation whose count is over its threshold.
    fn next_generation(&self) -> Option<Generation> {
        let [_, middle, old] = self.thresholds.get();
        let [young_collections, middle_collections] = self.younger_collections.get();
        if middle_collections > old && self.grown_old.get() >= self.old.get() / 4 {
            Some(Generation::Old)
        } else if young_collections > middle {
            Some(Generation::Middle)
        } else if self.young.get() > self.trigger.get() {
            Some(Generation::Young)
        } else {
            None
        }
    }

    /// Counts a collection of `generation` that begins.
    fn count_collection(&self, generation: Generation) {
        self.young.set(0);
        let [young, middle] = self.younger_collections.get();
        self.younger_collections.set(match generation {
            Generation::Young => [young + 1, middle],
            Generation::Middle => [0, middle + 1],
            Generation::Old => [0, 0],
        });
    }
}

impl Heap {
    /// Whether the interpreter should ask for [`Self::due_generation`], for its loop edges: a single load.
    #[inline(always)]
    pub fn is_collection_due(&self) -> bool {
        self.collector.due.get()
    }

    /// The interpreter asks now: the generation whose collection should start.
    pub fn due_generation(&self) -> Option<Generation> {
        let collector = &self.collector;
        collector.due.set(false);
        if collector.trigger.get() == i64::MAX {
            return None;
        }
        collector.next_generation()
    }

    /// While the interpreter starts, no collection begins by itself. Containers are counted from the end of the pause.
    pub(crate) fn pause_collector(&self, paused: bool) {
        self.collector.paused.set(paused);
        self.collector.set_trigger();
        self.collector.young.set(0);
    }

    pub fn enable_collector(&self, enabled: bool) {
        self.collector.enabled.set(enabled);
        self.collector.set_trigger();
    }

    pub fn is_collector_enabled(&self) -> bool {
        self.collector.enabled.get()
    }

    pub fn collector_thresholds(&self) -> [i64; 3] {
        self.collector.thresholds.get()
    }

    pub fn set_collector_thresholds(&self, thresholds: [i64; 3]) {
        self.collector.thresholds.set(thresholds);
        self.collector.set_trigger();
    }

    pub fn collector_stats(&self) -> [CollectorStats; 3] {
        *self.collector.stats.borrow()
    }

    /// `gc.get_count()`: how far each generation's counter is.
    pub fn collector_counts(&self) -> [i64; 3] {
        let [young_collections, middle_collections] = self.collector.younger_collections.get();
        [
            self.collector.young.get(),
            young_collections,
            middle_collections,
        ]
    }

    /// All containers but the frozen ones, oldest pages first; `None` for `generation` means all generations.
    pub fn containers(&self, generation: Option<Generation>) -> Vec<Value> {
        let mut headers: Vec<*const Header> = Vec::new();
        let scope = generation.map_or(Scope::All, Generation::scope);
        self.slabs.each_container(scope, |header| {
            let wanted = generation.is_none_or(|generation| Generation::of(header) == generation);
            if wanted && header.reference_count() > 0 && !header.has(FROZEN) {
                headers.push(header);
            }
        });
        // SAFETY: each is live: it has references.
        headers
            .into_iter()
            .map(|header| unsafe { Value::from_borrowed(header) })
            .collect()
    }

    /// How many containers each generation has, and how many are frozen.
    pub fn container_counts(&self) -> ([u64; 3], u64) {
        let (mut counts, mut frozen) = ([0; 3], 0);
        self.slabs.each_container(Scope::All, |header| {
            if header.has(FROZEN) {
                frozen += 1;
            } else {
                counts[Generation::of(header).row()] += 1;
            }
        });
        (counts, frozen)
    }

    /// Leaves all containers of now out of collections, or takes all back in.
    pub fn freeze(&self, frozen: bool) {
        self.slabs.each_container(Scope::All, |header| {
            if frozen {
                header.set(FROZEN);
                header.clear(OLD | MIDDLE);
            } else if header.has(FROZEN) {
                header.clear(FROZEN);
                header.set(OLD);
            }
        });
        if frozen {
            self.collector.young.set(0);
            self.collector.younger_collections.set([0, 0]);
        }
    }

    /// Claims the collector; false if a collection is running.
    pub(crate) fn begin_collection(&self) -> bool {
        let begins = !self.collector.running.replace(true);
        self.collector.set_trigger();
        begins
    }

    pub(crate) fn end_collection(&self) {
        self.collector.running.set(false);
        self.collector.set_trigger();
    }

    /// Whether an object's death could be noticed: it has a finalizer that did not run yet, or a weak reference with a
    /// callback. Those that `is_known` do not count.
    pub(crate) fn has_farewells(&self, is_known: &dyn Fn(&Header) -> bool) -> bool {
        let mut any = false;
        self.slabs.each_container(Scope::All, |header| {
            let waits = (header.class().has_finalizer() && !header.has(FINALIZED))
                || weakref::has_callback(header);
            any |= waits && header.reference_count() > 0 && !is_known(header);
        });
        any
    }

    /// Looks for unreachable cycles and ends them. Returns how many objects were found unreachable.
    pub fn collect(&self, cx: &Ctx, generation: Generation) -> usize {
        if !self.begin_collection() {
            return 0;
        }
        let found = self.run_collection(cx, generation, &|_| {}, AfterFinding::Clear);
        self.end_collection();
        found.count
    }

    /// A collection between [`Self::begin_collection`] and [`Self::end_collection`]; `see` is shown each object that was
    /// found unreachable.
    pub(crate) fn run_collection(
        &self,
        cx: &Ctx,
        generation: Generation,
        see: &dyn Fn(&Value),
        after: AfterFinding,
    ) -> Found {
        let collector = &self.collector;
        collector.count_collection(generation);
        let (garbage, survivors) = self.find_garbage(generation);
        match generation {
            Generation::Young => {}
            Generation::Middle => collector
                .grown_old
                .set(collector.grown_old.get() + survivors),
            Generation::Old => {
                collector.grown_old.set(0);
                collector.old.set(survivors);
            }
        }
        let found = end(cx, garbage, see, after);
        {
            let mut stats = collector.stats.borrow_mut();
            let row = &mut stats[generation.row()];
            row.collections += 1;
            row.collected += found.count as u64;
        }
        found
    }

    /// Finds what is unreachable among `generation` and the younger ones, and how many are not. All of them get a
    /// generation older.
    fn find_garbage(&self, generation: Generation) -> (Vec<Value>, i64) {
        let mut survivors = 0;
        // A full collection walks its pages again and again rather than to list all containers.
        let lists = generation != Generation::Old;
        let mut listed: Vec<*const Header> = Vec::new();
        self.slabs.each_container(generation.scope(), |header| {
            let is_older =
                header.has(FROZEN | OLD) || (generation == Generation::Young && header.has(MIDDLE));
            if is_older && (lists || header.has(FROZEN)) {
                return;
            }
            generation.promote(header);
            survivors += 1;
            if header.become_candidate() && lists {
                listed.push(header);
            }
        });
        self.slabs.grow_older(generation.scope());
        let each = |visit: &mut dyn FnMut(&Header)| {
            if lists {
                for &header in &listed {
                    // SAFETY: nothing died since it was listed.
                    visit(unsafe { &*header });
                }
            } else {
                self.slabs.each_container(Scope::All, visit);
            }
        };
        each(&mut |container| {
            if container.is_candidate() {
                trace(container, &mut |value| {
                    if let Some(header) = value.header()
                        && !value.is_borrowed()
                    {
                        header.found_inside();
                    }
                });
            }
        });
        // What is still held from outside is reachable; so is everything it reaches.
        let mut reached: Vec<*const Header> = Vec::new();
        each(&mut |container| {
            if !container.is_candidate() || !container.is_held_outside() {
                return;
            }
            container.end_candidacy();
            reached.push(container);
            while let Some(container) = reached.pop() {
                trace(container, &mut |value| {
                    if let Some(header) = value.header()
                        && header.end_candidacy()
                    {
                        reached.push(header);
                    }
                });
            }
        });
        let mut garbage = Vec::new();
        each(&mut |header| {
            if header.end_candidacy() {
                // SAFETY: it is live: it has references.
                garbage.push(unsafe { Value::from_borrowed(header) });
            }
        });
        let survivors = survivors - garbage.len() as i64;
        (garbage, survivors)
    }
}

/// Calls `visit` with each value that the container owns.
fn trace(container: *const Header, visit: &mut Visitor<'_>) {
    // SAFETY: the collector only holds addresses of live containers while nothing else runs.
    let header = unsafe { &*container };
    let class = header.class();
    if class.is_heap_type() {
        visit(class.as_value());
    }
    // SAFETY: the object is whole.
    unsafe { attrs::trace_extras(header, class, visit) };
    if let Some(traverse) = class.layout.traverse {
        // SAFETY: the payload follows the header.
        unsafe { traverse(container.add(1).cast(), visit) };
    }
}

/// Calls `visit` with each value that `value` owns directly (`gc.get_referents`).
pub(crate) fn referents(value: &Value, visit: &mut Visitor<'_>) {
    if let Some(header) = value.header() {
        trace(header, visit);
    }
}

/// Whether the collector looks after `value` (`gc.is_tracked`): it can hold others.
pub(crate) fn is_tracked(value: &Value) -> bool {
    value.header().is_some_and(|header| {
        let class = header.class();
        header.has(CONTAINER)
            && (class.layout.traverse.is_some()
                || class.is_heap_type()
                || class.extras_words() != 0)
    })
}

/// Ends the unreachable objects: weak references first, then finalizers, then what is still unreachable, which `see` is
/// shown.
fn end(cx: &Ctx, garbage: Vec<Value>, see: &dyn Fn(&Value), after: AfterFinding) -> Found {
    if garbage.is_empty() {
        return Found {
            count: 0,
            kept: garbage,
        };
    }
    for value in &garbage {
        if let Some(header) = value.header() {
            header.set(UNREACHABLE);
        }
    }
    weakref::before_finalizers(cx, &garbage);
    let mut finalized = false;
    for value in &garbage {
        let Some(header) = value.header() else {
            continue;
        };
        if !header.has(FINALIZED)
            && let Some(finalize) = header.class().slots.finalize.get()
        {
            header.set(FINALIZED);
            finalize(cx, value);
            finalized = true;
        }
    }
    let garbage = if finalized {
        still_unreachable(garbage)
    } else {
        garbage
    };
    weakref::after_finalizers(cx, &garbage);
    garbage.iter().for_each(see);
    let count = garbage.len();
    if after == AfterFinding::Keep {
        for header in garbage.iter().filter_map(Value::header) {
            header.clear(UNREACHABLE);
        }
        return Found {
            count,
            kept: garbage,
        };
    }
    for value in &garbage {
        let Some(header) = value.header() else {
            continue;
        };
        let class = header.class();
        if let Some(clear) = class.layout.clear {
            // SAFETY: the payload follows the header of a live object.
            unsafe { clear(std::ptr::from_ref(header).add(1).cast()) };
        }
        attrs::clear_extras(value);
    }
    for value in &garbage {
        if let Some(header) = value.header() {
            header.clear(UNREACHABLE);
        }
    }
    Found {
        count,
        kept: Vec::new(),
    }
}

/// After finalizers ran: drops those that became reachable again from outside, with all that they reach.
fn still_unreachable(garbage: Vec<Value>) -> Vec<Value> {
    let mut counts = Counts::default();
    for value in &garbage {
        if let Some(header) = value.header() {
            // One reference is the list's own.
            counts.insert(header, header.reference_count() as i64 - 1);
        }
    }
    for value in &garbage {
        if let Some(header) = value.header() {
            trace(header, &mut |inner| {
                if let Some(count) = inner
                    .header()
                    .and_then(|h| counts.get_mut(&std::ptr::from_ref(h)))
                {
                    *count -= 1;
                }
            });
        }
    }
    let mut revived: Vec<*const Header> = counts
        .iter()
        .filter(|(_, n)| **n > 0)
        .map(|(header, _)| *header)
        .collect();
    for header in &revived {
        counts.remove(header);
    }
    while let Some(header) = revived.pop() {
        trace(header, &mut |value| {
            if let Some(inner) = value.header().map(std::ptr::from_ref)
                && counts.remove(&inner).is_some()
            {
                revived.push(inner);
            }
        });
    }
    garbage
        .into_iter()
        .filter(|value| {
            let Some(header) = value.header() else {
                return false;
            };
            let dead = counts.contains_key(&std::ptr::from_ref(header));
            if !dead {
                header.clear(UNREACHABLE);
            }
            dead
        })
        .collect()
}
