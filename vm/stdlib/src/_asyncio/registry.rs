//! All tasks that are not done. They are known by weak references: a task that nobody awaits may die.

use std::cell::RefCell;
use std::collections::HashMap;

use taipan_macros::pyfunction;
use taipan_vm::ctx::Ctx;
use taipan_vm::error::PyResult;
use taipan_vm::objects::set::SetData;
use taipan_vm::objects::weakref::WeakRef;
use taipan_vm::value::{Py, Value};

use super::running::{no_running_loop, running_loop};

/// The tasks of the isolate, by identity.
#[derive(Default)]
struct Tasks {
    scheduled: RefCell<HashMap<u64, Py<WeakRef>>>,
    /// Tasks that run before their loop knows them.
    eager: RefCell<HashMap<u64, Value>>,
}

/// # Errors
/// `TypeError` if the object cannot be referred to weakly.
pub(super) fn register(cx: &Ctx, task: &Value) -> PyResult<()> {
    let reference = cx.weak_reference_to(task)?;
    let tasks = cx.state::<Tasks>();
    let old = tasks
        .scheduled
        .borrow_mut()
        .insert(task.identity(), reference);
    drop(old);
    Ok(())
}

pub(super) fn unregister(cx: &Ctx, task: &Value) {
    let tasks = cx.state::<Tasks>();
    let old = tasks.scheduled.borrow_mut().remove(&task.identity());
    drop(old);
}

/// Register a new task in asyncio as executed by loop.
///
/// Returns None.
#[pyfunction(signature = (task))]
pub(super) fn _register_task(cx: &Ctx, task: &Value) -> PyResult<()> {
    register(cx, task)
}

/// Register a new task in asyncio as executed by loop.
///
/// Returns None.
#[pyfunction(signature = (task))]
pub(super) fn _register_eager_task(cx: &Ctx, task: &Value) {
    let tasks = cx.state::<Tasks>();
    let old = tasks
        .eager
        .borrow_mut()
        .insert(task.identity(), task.clone());
    drop(old);
}

/// Unregister a task.
///
/// Returns None.
#[pyfunction(signature = (task))]
pub(super) fn _unregister_task(cx: &Ctx, task: &Value) {
    unregister(cx, task);
}

/// Unregister a task.
///
/// Returns None.
#[pyfunction(signature = (task))]
pub(super) fn _unregister_eager_task(cx: &Ctx, task: &Value) {
    let tasks = cx.state::<Tasks>();
    let old = tasks.eager.borrow_mut().remove(&task.identity());
    drop(old);
}

/// Return a set of all tasks for the loop.
#[pyfunction(signature = (r#loop = None), text_signature = "($module, /, loop=None)")]
pub(super) fn all_tasks(cx: &Ctx, r#loop: Option<&Value>) -> PyResult<Value> {
    let wanted = match r#loop {
        Some(wanted) => wanted.clone(),
        None => running_loop(cx).ok_or_else(|| no_running_loop(cx))?,
    };
    let tasks = cx.state::<Tasks>();
    tasks
        .scheduled
        .borrow_mut()
        .retain(|_, reference| reference.upgrade().is_some());
    let mut known: Vec<Value> = tasks
        .scheduled
        .borrow()
        .values()
        .filter_map(|reference| reference.upgrade())
        .collect();
    known.extend(tasks.eager.borrow().values().cloned());
    let found = SetData::default();
    for task in known {
        let done = cx.call_method(&task, &cx.intern("done"), &[])?;
        if cx.is_true(&done)? {
            continue;
        }
        let get_loop = cx.import_from("asyncio.futures", "_get_loop")?;
        let own = cx.call(&get_loop, std::slice::from_ref(&task))?;
        if own.is(&wanted) {
            found.add(cx, &task)?;
        }
    }
    Ok(cx.new_set(found).into_value())
}
