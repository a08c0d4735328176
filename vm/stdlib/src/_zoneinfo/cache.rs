//! Zones made so far: those of a class while they live, and the last few of `ZoneInfo` itself for longer.

use std::cell::RefCell;

use taipan_vm::ctx::Ctx;
use taipan_vm::error::PyResult;
use taipan_vm::objects::Type;
use taipan_vm::value::{Py, Value};

use super::ZoneInfo;

/// How many zones stay though nobody uses them.
const MOST: usize = 8;

/// What the module keeps for an isolate.
#[derive(Default)]
pub(super) struct State {
    /// The keys and zones used last, the newest first.
    strong: RefCell<Vec<(Value, Value)>>,
    /// The `WeakValueDictionary` of `ZoneInfo` itself.
    weak: RefCell<Option<Value>>,
    /// `zoneinfo._tzpath.find_tzfile`, of the package that imported this module.
    pub(super) find_file: RefCell<Option<Value>>,
}

/// A new `WeakValueDictionary`.
///
/// # Errors
/// What the import raises.
pub(super) fn new_weak_cache(cx: &Ctx) -> PyResult<Value> {
    let class = cx.import_from("weakref", "WeakValueDictionary")?;
    cx.call(&class, &[])
}

fn is_base(cx: &Ctx, class: &Py<Type>) -> bool {
    class.is(&cx.native_class(ZoneInfo::class()))
}

/// The class's living zones.
///
/// # Errors
/// `AttributeError` for a subclass that lost its cache.
pub(super) fn weak_cache(cx: &Ctx, class: &Py<Type>) -> PyResult<Value> {
    if !is_base(cx, class) {
        return cx.get_attr_str(class.as_value(), "_weak_cache");
    }
    let state = cx.state::<State>();
    if let Some(cache) = state.weak.borrow().as_ref() {
        return Ok(cache.clone());
    }
    let cache = new_weak_cache(cx)?;
    *state.weak.borrow_mut() = Some(cache.clone());
    Ok(cache)
}

/// The zone among those used last; it becomes the newest.
///
/// # Errors
/// What comparing the keys raises.
pub(super) fn find_strong(cx: &Ctx, class: &Py<Type>, key: &Value) -> PyResult<Option<Value>> {
    if !is_base(cx, class) {
        return Ok(None);
    }
    let Some((known, zone)) = take_strong(cx, key)? else {
        return Ok(None);
    };
    let state = cx.state::<State>();
    state.strong.borrow_mut().insert(0, (known, zone.clone()));
    Ok(Some(zone))
}

fn take_strong(cx: &Ctx, key: &Value) -> PyResult<Option<(Value, Value)>> {
    let state = cx.state::<State>();
    let entries = state.strong.borrow().clone();
    for entry in entries {
        if cx.is_equal(&entry.0, key)? {
            // The comparison may have changed the list.
            let mut strong = state.strong.borrow_mut();
            let place = strong.iter().position(|(known, _)| known.is(&entry.0));
            return Ok(place.map(|place| strong.remove(place)));
        }
    }
    Ok(None)
}

/// Makes the zone the newest of those used last.
pub(super) fn keep(cx: &Ctx, class: &Py<Type>, key: &Value, zone: &Value) {
    if !is_base(cx, class) {
        return;
    }
    let state = cx.state::<State>();
    let mut strong = state.strong.borrow_mut();
    strong.insert(0, (key.clone(), zone.clone()));
    let kept = strong.len().min(MOST);
    let old = strong.split_off(kept);
    drop(strong);
    drop(old);
}

/// Forgets the zones of those keys, or all.
///
/// # Errors
/// What the cache or the iterable raises.
pub(super) fn clear(cx: &Ctx, class: &Py<Type>, only_keys: Option<&Value>) -> PyResult<()> {
    let weak = weak_cache(cx, class)?;
    let Some(keys) = only_keys else {
        cx.call_method(&weak, &cx.intern("clear"), &[])?;
        if is_base(cx, class) {
            let old = cx.state::<State>().strong.take();
            drop(old);
        }
        return Ok(());
    };
    let pop = cx.intern("pop");
    let iterator = cx.iter(keys)?;
    while let Some(key) = cx.next(&iterator)? {
        if is_base(cx, class) {
            drop(take_strong(cx, &key)?);
        }
        cx.call_method(&weak, &pop, &[key, Value::NONE])?;
    }
    Ok(())
}
