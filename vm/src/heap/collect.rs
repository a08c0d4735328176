//! The cycle collector: finds containers that only refer to each other and breaks them up.
//!
//! CPython 3.14: `Python/gc.c`, `InternalDocs/garbage_collector.md`; PEP 442 for finalizers. Reference counts do the
//! daily work; a collection starts when as many new containers have survived as the last one left behind (at least
//! `gc.get_threshold()[0]`), so its cost stays proportional to allocation.
//!
//! One collection: copy each container's count (in its header); subtract the references that containers hold on each
//! other; what keeps a count is reachable from outside, and so is all that it reaches; the rest is garbage. Then, in
//! this order: weak references die, finalizers run, what they revived is let go, the rest is cleared.
//! Tests: `tests/run/gc/`.
#![allow(unsafe_code, reason = "traces payloads behind headers")]

use std::cell::{Cell, RefCell};
use std::collections::HashMap;
use std::hash::BuildHasherDefault;

use rustc_hash::FxHasher;

use super::alloc::Heap;
use super::header::{CONTAINER, FINALIZED, FROZEN, Header, OLD, UNREACHABLE};
use super::layout::Visitor;
use crate::ctx::Ctx;
use crate::objects::{attrs, weakref};
use crate::value::Value;

/// A generation as `gc.collect(n)` numbers them. A collection always looks at all containers; the number says how many
/// of the statistics' rows it counts for.
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

/// So many new containers go by until the interpreter asks whether a collection should start.
const ASK_EVERY: i64 = 512;

/// The collector's settings and counts.
pub(super) struct Collector {
    enabled: Cell<bool>,
    running: Cell<bool>,
    /// It is time to ask whether a collection should start.
    due: Cell<bool>,
    thresholds: Cell<[i64; 3]>,
    /// Containers made minus containers dead since the last collection.
    young: Cell<i64>,
    /// Containers alive after the last collection.
    survivors: Cell<i64>,
    stats: RefCell<[CollectorStats; 3]>,
}

type Counts = HashMap<*const Header, i64, BuildHasherDefault<FxHasher>>;

impl Collector {
    pub(super) fn new() -> Self {
        Self {
            enabled: Cell::new(true),
            running: Cell::new(false),
            due: Cell::new(false),
            thresholds: Cell::new([2000, 10, 10]),
            young: Cell::new(0),
            survivors: Cell::new(0),
            stats: RefCell::default(),
        }
    }

    #[inline(always)]
    pub(super) fn count_new_container(&self) {
        let young = self.young.get() + 1;
        self.young.set(young);
        if young % ASK_EVERY == 0 {
            self.due.set(true);
        }
    }

    #[inline(always)]
    pub(super) fn count_dead_container(&self) {
        self.young.set(self.young.get() - 1);
    }
}

impl Heap {
    /// Whether the interpreter should ask [`Self::wants_collection`], for its loop edges: a single load.
    #[inline(always)]
    pub fn is_collection_due(&self) -> bool {
        self.collector.due.get()
    }

    /// The interpreter asks now.
    pub fn collection_was_asked(&self) {
        self.collector.due.set(false);
    }

    /// Whether a collection should start at the next safe point.
    #[inline]
    pub fn wants_collection(&self) -> bool {
        let collector = &self.collector;
        let least = collector.thresholds.get()[0];
        collector.young.get() > least
            && collector.young.get() > collector.survivors.get() / 2
            && least > 0
            && collector.enabled.get()
            && !collector.running.get()
    }

    pub fn enable_collector(&self, enabled: bool) {
        self.collector.enabled.set(enabled);
    }

    pub fn is_collector_enabled(&self) -> bool {
        self.collector.enabled.get()
    }

    pub fn collector_thresholds(&self) -> [i64; 3] {
        self.collector.thresholds.get()
    }

    pub fn set_collector_thresholds(&self, thresholds: [i64; 3]) {
        self.collector.thresholds.set(thresholds);
    }

    pub fn collector_stats(&self) -> [CollectorStats; 3] {
        *self.collector.stats.borrow()
    }

    /// `gc.get_count()`: how far each generation's counter is.
    pub fn collector_counts(&self) -> [i64; 3] {
        [self.collector.young.get().max(0), 0, 0]
    }

    /// All containers but the frozen ones, oldest pages first; `None` for `generation` means all generations.
    pub fn containers(&self, generation: Option<Generation>) -> Vec<Value> {
        let mut headers: Vec<*const Header> = Vec::new();
        self.slabs.each_container(|header| {
            let wanted = match generation {
                None => true,
                Some(Generation::Young) => !header.has(OLD),
                Some(Generation::Middle) => false,
                Some(Generation::Old) => header.has(OLD),
            };
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
        self.slabs.each_container(|header| {
            if header.has(FROZEN) {
                frozen += 1;
            } else {
                counts[if header.has(OLD) { 2 } else { 0 }] += 1;
            }
        });
        (counts, frozen)
    }

    /// Leaves all containers of now out of collections, or takes all back in.
    pub fn freeze(&self, frozen: bool) {
        self.slabs.each_container(|header| {
            if frozen {
                header.set(FROZEN);
                header.clear(OLD);
            } else if header.has(FROZEN) {
                header.clear(FROZEN);
                header.set(OLD);
            }
        });
        if frozen {
            self.collector.young.set(0);
            self.collector.survivors.set(0);
        }
    }

    /// Claims the collector; false if a collection is running.
    pub(crate) fn begin_collection(&self) -> bool {
        !self.collector.running.replace(true)
    }

    pub(crate) fn end_collection(&self) {
        self.collector.running.set(false);
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
        let garbage = self.find_garbage();
        let count = garbage.len();
        garbage.iter().for_each(see);
        collector.young.set(0);
        let kept = end(cx, garbage, after);
        let mut alive = 0;
        self.slabs.each_container(|header| {
            if !header.has(FROZEN) {
                header.set(OLD);
                alive += 1;
            }
        });
        collector.survivors.set(alive);
        {
            let mut stats = collector.stats.borrow_mut();
            let row = &mut stats[generation.row()];
            row.collections += 1;
            row.collected += count as u64;
        }
        Found { count, kept }
    }

    fn find_garbage(&self) -> Vec<Value> {
        self.slabs.each_container(|header| {
            if !header.has(FROZEN) {
                header.become_candidate();
            }
        });
        self.slabs.each_container(|container| {
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
        self.slabs.each_container(|container| {
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
        self.slabs.each_container(|header| {
            if header.end_candidacy() {
                // SAFETY: it is live: it has references.
                garbage.push(unsafe { Value::from_borrowed(header) });
            }
        });
        garbage
    }
}

/// Calls `visit` with each value that the container owns.
fn trace(container: *const Header, visit: &mut Visitor<'_>) {
    // SAFETY: the collector only holds addresses of live containers while nothing else runs.
    let header = unsafe { &*container };
    let class = header.class();
    if class.is_heap_type() {
        visit(class.as_value());
        // SAFETY: the object is whole.
        unsafe { attrs::trace_extras(header, class, visit) };
    }
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
        header.has(CONTAINER) && (class.layout.traverse.is_some() || class.extras_words() != 0)
    })
}

/// Ends the unreachable objects: weak references first, then finalizers, then what is still unreachable. Returns those
/// that are to be kept.
fn end(cx: &Ctx, garbage: Vec<Value>, after: AfterFinding) -> Vec<Value> {
    if garbage.is_empty() {
        return garbage;
    }
    for value in &garbage {
        if let Some(header) = value.header() {
            header.set(UNREACHABLE);
        }
    }
    weakref::on_collection(cx, &garbage);
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
    if after == AfterFinding::Keep {
        for header in garbage.iter().filter_map(Value::header) {
            header.clear(UNREACHABLE);
        }
        return garbage;
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
    Vec::new()
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
