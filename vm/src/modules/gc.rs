//! Module `gc`: the cycle collector's controls.
//!
//! CPython 3.14: `Modules/gcmodule.c`, `Python/gc.c`. The collector itself is `heap::collect`; here is what a program sees of
//! it: callbacks, debugging flags, `garbage`. Tests: `tests/run/gc/`.

use std::cell::{Cell, OnceCell};

use taipan_macros::{pyfunction, pymodule};

use crate::ctx::Ctx;
use crate::error::PyResult;
use crate::heap::{AfterFinding, Generation, is_tracked as is_container, referents};
use crate::native::ModuleBuilder;
use crate::objects::{Dict, List, Type};
use crate::value::{Py, Value};

/// This module provides access to the garbage collector for reference cycles.
///
/// enable() -- Enable automatic garbage collection.
/// disable() -- Disable automatic garbage collection.
/// isenabled() -- Returns true if automatic collection is enabled.
/// collect() -- Do a full collection right now.
/// get_count() -- Return the current collection counts.
/// get_stats() -- Return list of dictionaries containing per-generation stats.
/// set_debug() -- Set debugging flags.
/// get_debug() -- Get debugging flags.
/// set_threshold() -- Set the collection thresholds.
/// get_threshold() -- Return the current collection thresholds.
/// get_objects() -- Return a list of all objects tracked by the collector.
/// is_tracked() -- Returns true if a given object is tracked.
/// is_finalized() -- Returns true if a given object has been already finalized.
/// get_referrers() -- Return the list of objects that refer to an object.
/// get_referents() -- Return the list of objects that an object refers to.
/// freeze() -- Freeze all tracked objects and ignore them for future collections.
/// unfreeze() -- Unfreeze all objects in the permanent generation.
/// get_freeze_count() -- Return the number of objects in the permanent generation.
#[pymodule]
pub(crate) fn gc(cx: &Ctx, m: &ModuleBuilder<'_>) -> PyResult<()> {
    m.function(&enable::DEF)?;
    m.function(&disable::DEF)?;
    m.function(&isenabled::DEF)?;
    m.function(&set_debug::DEF)?;
    m.function(&get_debug::DEF)?;
    m.function(&get_count::DEF)?;
    m.function(&set_threshold::DEF)?;
    m.function(&get_threshold::DEF)?;
    m.function(&collect::DEF)?;
    m.function(&get_objects::DEF)?;
    m.function(&get_stats::DEF)?;
    m.function(&is_tracked::DEF)?;
    m.function(&is_finalized::DEF)?;
    m.function(&get_referrers::DEF)?;
    m.function(&get_referents::DEF)?;
    m.function(&freeze::DEF)?;
    m.function(&unfreeze::DEF)?;
    m.function(&get_freeze_count::DEF)?;
    let seen = cx.state::<Seen>();
    m.add("garbage", seen.garbage(cx).to_value())?;
    m.add("callbacks", seen.callbacks(cx).to_value())?;
    m.add("DEBUG_STATS", DEBUG_STATS)?;
    m.add("DEBUG_COLLECTABLE", DEBUG_COLLECTABLE)?;
    m.add("DEBUG_UNCOLLECTABLE", DEBUG_UNCOLLECTABLE)?;
    m.add("DEBUG_SAVEALL", DEBUG_SAVEALL)?;
    m.add(
        "DEBUG_LEAK",
        DEBUG_COLLECTABLE | DEBUG_UNCOLLECTABLE | DEBUG_SAVEALL,
    )
}

const DEBUG_STATS: i32 = 1 << 0;
const DEBUG_COLLECTABLE: i32 = 1 << 1;
const DEBUG_UNCOLLECTABLE: i32 = 1 << 2;
const DEBUG_SAVEALL: i32 = 1 << 5;

/// What a program sees of the collector.
#[derive(Default)]
struct Seen {
    garbage: OnceCell<Py<List>>,
    callbacks: OnceCell<Py<List>>,
    debug: Cell<i32>,
}

impl Seen {
    fn garbage(&self, cx: &Ctx) -> &Py<List> {
        self.garbage.get_or_init(|| cx.new_list(Vec::new()))
    }

    fn callbacks(&self, cx: &Ctx) -> &Py<List> {
        self.callbacks.get_or_init(|| cx.new_list(Vec::new()))
    }

    fn has(&self, flag: i32) -> bool {
        self.debug.get() & flag != 0
    }
}

/// A collection, with all that a program asked to see of it. Returns how many objects were found unreachable; none
/// if a collection is running already.
pub(crate) fn run(cx: &Ctx, generation: Generation) -> usize {
    let heap = cx.heap();
    if !heap.begin_collection() {
        return 0;
    }
    let seen = cx.state::<Seen>();
    call_back(cx, &seen, "start", generation, 0);
    let started = now(cx);
    if seen.has(DEBUG_STATS) {
        let ([young, middle, old], frozen) = heap.container_counts();
        cx.write_error_text(&format!(
            "gc: collecting generation {}...\n\
             gc: objects in each generation: {young} {middle} {old}\n\
             gc: objects in permanent generation: {frozen}\n",
            generation.row()
        ));
    }
    let show = |value: &Value| {
        if seen.has(DEBUG_COLLECTABLE) {
            cx.write_error_text(&format!(
                "gc: collectable <{} {:#x}>\n",
                cx.type_name(value),
                value.identity()
            ));
        }
    };
    let after = if seen.has(DEBUG_SAVEALL) {
        AfterFinding::Keep
    } else {
        AfterFinding::Clear
    };
    let found = heap.run_collection(cx, generation, &show, after);
    for value in found.kept {
        seen.garbage(cx).push(value);
    }
    if seen.has(DEBUG_STATS) {
        let elapsed = now(cx) - started;
        cx.write_error_text(&format!(
            "gc: done, {} unreachable, 0 uncollectable, {:.4}s elapsed\n",
            found.count,
            elapsed as f64 / 1e9
        ));
    }
    call_back(cx, &seen, "stop", generation, found.count);
    heap.end_collection();
    found.count
}

/// Nanoseconds of a clock that never goes back; 0 on a host without one.
fn now(cx: &Ctx) -> i128 {
    let time = cx.host().clock_gettime(libc::CLOCK_MONOTONIC);
    time.map_or(0, |time| time.as_nanos())
}

/// Calls `gc.callbacks`.
fn call_back(cx: &Ctx, seen: &Seen, phase: &str, generation: Generation, collected: usize) {
    let Some(callbacks) = seen.callbacks.get().filter(|list| list.length() > 0) else {
        return;
    };
    let info = cx.new_dict();
    for (name, number) in [
        ("generation", generation.row()),
        ("collected", collected),
        ("uncollectable", 0),
    ] {
        info.set_str(&cx.intern(name), cx.new_int(number as i64));
    }
    let phase = cx.intern(phase).into_value();
    // A callback may change the list: look at its length each time.
    let mut index = 0;
    while let Some(callback) = callbacks.get(index) {
        if let Err(error) = cx.call(&callback, &[phase.clone(), info.to_value()]) {
            let message = "Exception ignored while calling GC callback";
            cx.report_unraisable(&error, Some(message), &callback);
        }
        index += 1;
    }
}

/// Enable automatic garbage collection.
#[pyfunction]
fn enable(cx: &Ctx) {
    cx.heap().enable_collector(true);
}

/// Disable automatic garbage collection.
#[pyfunction]
fn disable(cx: &Ctx) {
    cx.heap().enable_collector(false);
}

/// Returns true if automatic garbage collection is enabled.
#[pyfunction]
fn isenabled(cx: &Ctx) -> bool {
    cx.heap().is_collector_enabled()
}

/// Run the garbage collector.
///
/// With no arguments, run a full collection.  The optional argument
/// may be an integer specifying which generation to collect.  A ValueError
/// is raised if the generation number is invalid.
///
/// The number of unreachable objects is returned.
#[pyfunction(signature = (generation = 2))]
fn collect(cx: &Ctx, generation: i32) -> PyResult<usize> {
    let generation = match generation {
        0 => Generation::Young,
        1 => Generation::Middle,
        2 => Generation::Old,
        _ => return Err(cx.value_error("invalid generation")),
    };
    Ok(run(cx, generation))
}

/// Set the garbage collection debugging flags.
///
///   flags
///     An integer that can have the following bits turned on:
///       DEBUG_STATS - Print statistics during collection.
///       DEBUG_COLLECTABLE - Print collectable objects found.
///       DEBUG_UNCOLLECTABLE - Print unreachable but uncollectable objects
///         found.
///       DEBUG_SAVEALL - Save objects to gc.garbage rather than freeing them.
///       DEBUG_LEAK - Debug leaking programs (everything but STATS).
///
/// Debugging information is written to sys.stderr.
#[pyfunction(signature = (flags, /))]
fn set_debug(cx: &Ctx, flags: i32) {
    cx.state::<Seen>().debug.set(flags);
}

/// Get the garbage collection debugging flags.
#[pyfunction]
fn get_debug(cx: &Ctx) -> i32 {
    cx.state::<Seen>().debug.get()
}

/// set_threshold(threshold0, [threshold1, [threshold2]])
/// Set the collection thresholds (the collection frequency).
///
/// Setting 'threshold0' to zero disables collection.
#[pyfunction(signature = (*thresholds), text_signature = None)]
fn set_threshold(cx: &Ctx, thresholds: &[Value]) -> PyResult<()> {
    if thresholds.is_empty() || thresholds.len() > 3 {
        return Err(cx.type_error("gc.set_threshold requires 1 to 3 arguments"));
    }
    let mut new = cx.heap().collector_thresholds();
    for (place, given) in new.iter_mut().zip(thresholds) {
        let number = cx.to_bigint(&cx.index(given)?)?;
        *place = i32::try_from(&number)
            .map_err(|_| cx.overflow_error("Python int too large to convert to C int"))?
            .into();
    }
    cx.heap().set_collector_thresholds(new);
    Ok(())
}

/// Return the current collection thresholds.
#[pyfunction]
fn get_threshold(cx: &Ctx) -> (i64, i64, i64) {
    let [first, second, third] = cx.heap().collector_thresholds();
    (first, second, third)
}

/// Return a three-tuple of the current collection counts.
#[pyfunction]
fn get_count(cx: &Ctx) -> (i64, i64, i64) {
    let [first, second, third] = cx.heap().collector_counts();
    (first, second, third)
}

/// Return a list of dictionaries containing per-generation statistics.
#[pyfunction]
fn get_stats(cx: &Ctx) -> Py<List> {
    let rows = cx.heap().collector_stats().into_iter().map(|row| {
        let dict: Py<Dict> = cx.new_dict();
        for (name, number) in [
            ("collections", row.collections),
            ("collected", row.collected),
            ("uncollectable", row.uncollectable),
        ] {
            dict.set_str(&cx.intern(name), cx.new_int(number as i64));
        }
        dict.into_value()
    });
    cx.new_list(rows.collect())
}

/// Return a list of objects tracked by the collector (excluding the list returned).
///
///   generation
///     Generation to extract the objects from.
///
/// If generation is not None, return only the objects tracked by the
/// collector that are in that generation.
#[pyfunction(signature = (generation = None))]
fn get_objects(cx: &Ctx, generation: Option<&Value>) -> PyResult<Py<List>> {
    let generation = match generation {
        None => None,
        Some(given) if !cx.is_index(given) => {
            let class = cx.type_name(given);
            let message = format!("argument should be integer or None, not '{class}'");
            return Err(cx.type_error(message));
        }
        Some(given) => match cx.to_index_size(given)? {
            -1 => None,
            0 => Some(Generation::Young),
            1 => Some(Generation::Middle),
            2 => Some(Generation::Old),
            3.. => {
                return Err(cx.value_error(
                    "generation parameter must be less than the number of available generations (3)",
                ));
            }
            _ => return Err(cx.value_error("generation parameter cannot be negative")),
        },
    };
    cx.audit(
        "gc.get_objects",
        &[cx.new_int(generation.map_or(-1, |generation| generation.row() as i64))],
    )?;
    let mut objects = cx.heap().containers(generation);
    objects.retain(is_container);
    Ok(cx.new_list(objects))
}

/// Return the list of objects that directly refer to any of 'objs'.
#[pyfunction(signature = (*objs))]
fn get_referrers(cx: &Ctx, objs: &[Value]) -> PyResult<Py<List>> {
    cx.audit("gc.get_referrers", &[cx.new_tuple_from(objs).into_value()])?;
    let mut referrers = cx.heap().containers(None);
    referrers.retain(|container| {
        let mut refers = false;
        referents(container, &mut |value| {
            refers |= objs.iter().any(|object| object.is(value));
        });
        refers
    });
    Ok(cx.new_list(referrers))
}

/// Return the list of objects that are directly referred to by 'objs'.
#[pyfunction(signature = (*objs))]
fn get_referents(cx: &Ctx, objs: &[Value]) -> PyResult<Py<List>> {
    cx.audit("gc.get_referents", &[cx.new_tuple_from(objs).into_value()])?;
    let mut found = Vec::new();
    for object in objs.iter().filter(|object| is_container(object)) {
        referents(object, &mut |value| found.push(value.clone()));
    }
    Ok(cx.new_list(found))
}

/// Returns true if the object is tracked by the garbage collector.
///
/// Simple atomic objects will return false.
#[pyfunction(signature = (obj, /))]
fn is_tracked(cx: &Ctx, obj: &Value) -> bool {
    // A tuple of objects that cannot be part of a cycle cannot be part of one itself.
    let mut open = vec![obj.clone()];
    while let Some(value) = open.pop() {
        match cx.as_exact_tuple(&value) {
            Some(tuple) => open.extend_from_slice(tuple.as_slice()),
            // CPython's static types are not tracked; of ours all native ones.
            None if value
                .downcast_ref::<Type>()
                .is_some_and(|class| !class.is_heap_type()) => {}
            None if is_container(&value) => return true,
            None => {}
        }
    }
    false
}

/// Returns true if the object has been already finalized by the GC.
#[pyfunction(signature = (obj, /))]
fn is_finalized(obj: &Value) -> bool {
    obj.header().is_some_and(|header| header.is_finalized())
}

/// Freeze all current tracked objects and ignore them for future collections.
///
/// This can be used before a POSIX fork() call to make the gc copy-on-write
/// friendly.
/// Note: collection before a POSIX fork() call may free pages for future
/// allocation which can cause copy-on-write.
#[pyfunction]
fn freeze(cx: &Ctx) {
    cx.heap().freeze(true);
}

/// Unfreeze all objects in the permanent generation.
///
/// Put all objects in the permanent generation back into oldest generation.
#[pyfunction]
fn unfreeze(cx: &Ctx) {
    cx.heap().freeze(false);
}

/// Return the number of objects in the permanent generation.
#[pyfunction]
fn get_freeze_count(cx: &Ctx) -> u64 {
    cx.heap().container_counts().1
}
