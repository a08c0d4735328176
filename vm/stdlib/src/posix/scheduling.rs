//! Priorities, policies and CPUs.
//!
//! CPython 3.14: `Modules/posixmodule.c`.

use taipan_macros::pyfunction;
use taipan_vm::ctx::Ctx;
use taipan_vm::error::PyResult;
use taipan_vm::objects::Tuple;
use taipan_vm::objects::struct_sequence::StructSequence;
use taipan_vm::value::Value;

use super::results::SchedParam;

/// Return program scheduling priority.
#[pyfunction(signature = (which, who))]
pub(super) fn getpriority(cx: &Ctx, which: i32, who: i32) -> PyResult<i32> {
    cx.host()
        .getpriority(which, who as u32)
        .map_err(|error| cx.os_error(error))
}

/// Set program scheduling priority.
#[pyfunction(signature = (which, who, priority))]
pub(super) fn setpriority(cx: &Ctx, which: i32, who: i32, priority: i32) -> PyResult<()> {
    cx.host()
        .setpriority(which, who as u32, priority)
        .map_err(|error| cx.os_error(error))
}

/// Voluntarily relinquish the CPU.
#[pyfunction(signature = ())]
pub(super) fn sched_yield(cx: &Ctx) -> PyResult<()> {
    cx.blocking(|host| host.sched_yield())
        .map_err(|error| cx.os_error(error))
}

/// Return the affinity of the process identified by pid (or the current process if zero).
///
/// The affinity is returned as a set of CPU identifiers.
#[pyfunction(signature = (pid, /))]
pub(super) fn sched_getaffinity(cx: &Ctx, pid: i32) -> PyResult<Value> {
    let cpus = cx
        .host()
        .sched_getaffinity(pid)
        .map_err(|error| cx.os_error(error))?;
    let cpus = cpus.iter().map(|cpu| cx.new_int(*cpu as i64)).collect();
    cx.call(&cx.builtin("set")?, &[cx.new_list(cpus).into_value()])
}

/// Set the CPU affinity of the process identified by pid to mask.
///
///   pid
///     The identifier of the process, or zero for the current process.
///   mask
///     An iterable of integers identifying CPUs.
#[pyfunction(signature = (pid, mask, /))]
pub(super) fn sched_setaffinity(cx: &Ctx, pid: i32, mask: &Value) -> PyResult<()> {
    let mut cpus = Vec::new();
    let mut iteration = cx.iterate(mask)?;
    while let Some(item) = iteration.next(cx)? {
        if item.as_int().is_none() {
            let class = cx.repr(cx.class_of(&item).as_value())?;
            return Err(cx.type_error(format!(
                "expected an iterator of ints, but iterator yielded {}",
                class.to_string_lossy()
            )));
        }
        match cx.to_clamped_size(&item)? {
            cpu if cpu < 0 => return Err(cx.value_error("negative CPU number")),
            cpu if cpu > i32::MAX as isize - 1 => {
                return Err(cx.overflow_error("CPU number too large"));
            }
            cpu => cpus.push(cpu as usize),
        }
    }
    cx.host()
        .sched_setaffinity(pid, &cpus)
        .map_err(|error| cx.os_error(error))
}

/// Get the maximum scheduling priority for policy.
#[pyfunction(signature = (policy))]
pub(super) fn sched_get_priority_max(cx: &Ctx, policy: i32) -> PyResult<i32> {
    cx.host()
        .sched_priority_range(policy)
        .map(|(_, highest)| highest)
        .map_err(|error| cx.os_error(error))
}

/// Get the minimum scheduling priority for policy.
#[pyfunction(signature = (policy))]
pub(super) fn sched_get_priority_min(cx: &Ctx, policy: i32) -> PyResult<i32> {
    cx.host()
        .sched_priority_range(policy)
        .map(|(lowest, _)| lowest)
        .map_err(|error| cx.os_error(error))
}

/// Get the scheduling policy for the process identified by pid.
///
/// Passing 0 for pid returns the scheduling policy for the calling process.
#[pyfunction(signature = (pid, /))]
pub(super) fn sched_getscheduler(cx: &Ctx, pid: i32) -> PyResult<i32> {
    cx.host()
        .sched_getscheduler(pid)
        .map_err(|error| cx.os_error(error))
}

/// The priority in a `sched_param`.
pub(super) fn priority(cx: &Ctx, param: &Value) -> PyResult<i32> {
    let is_param = cx
        .class_of(param)
        .def
        .is_some_and(|def| std::ptr::eq(def, SchedParam::class()));
    let Some(tuple) = param.downcast_ref::<Tuple>().filter(|_| is_param) else {
        return Err(cx.type_error("must have a sched_param object"));
    };
    let priority = tuple.as_slice().first().cloned().unwrap_or(Value::NONE);
    i32::try_from(&cx.to_bigint(&priority)?)
        .map_err(|_| cx.overflow_error("sched_priority out of range"))
}

/// Set the scheduling policy for the process identified by pid.
///
/// If pid is 0, the calling process is changed.
/// param is an instance of sched_param.
#[pyfunction(signature = (pid, policy, param, /))]
pub(super) fn sched_setscheduler(cx: &Ctx, pid: i32, policy: i32, param: &Value) -> PyResult<()> {
    let priority = priority(cx, param)?;
    cx.host()
        .sched_setscheduler(pid, policy, priority)
        .map_err(|error| cx.os_error(error))
}

/// Returns scheduling parameters for the process identified by pid.
///
/// If pid is 0, returns parameters for the calling process.
/// Return value is an instance of sched_param.
#[pyfunction(signature = (pid, /))]
pub(super) fn sched_getparam(cx: &Ctx, pid: i32) -> PyResult<Value> {
    let priority = cx
        .host()
        .sched_getparam(pid)
        .map_err(|error| cx.os_error(error))?;
    cx.new_struct_sequence::<SchedParam>(vec![Value::int32(priority)])
}

/// Set scheduling parameters for the process identified by pid.
///
/// If pid is 0, sets parameters for the calling process.
/// param should be an instance of sched_param.
#[pyfunction(signature = (pid, param, /))]
pub(super) fn sched_setparam(cx: &Ctx, pid: i32, param: &Value) -> PyResult<()> {
    let priority = priority(cx, param)?;
    cx.host()
        .sched_setparam(pid, priority)
        .map_err(|error| cx.os_error(error))
}

/// Return the round-robin quantum for the process identified by pid, in seconds.
///
/// Value returned is a float.
#[pyfunction(signature = (pid, /))]
pub(super) fn sched_rr_get_interval(cx: &Ctx, pid: i32) -> PyResult<f64> {
    cx.host()
        .sched_rr_get_interval(pid)
        .map(|slice| slice.secs as f64 + 1e-9 * f64::from(slice.nanos))
        .map_err(|error| cx.os_error(error))
}

/// Disassociate parts of a process (or thread) execution context.
///
///   flags
///     Namespaces to be unshared.
#[pyfunction(signature = (flags))]
pub(super) fn unshare(cx: &Ctx, flags: i32) -> PyResult<()> {
    cx.blocking(|host| host.unshare(flags))
        .map_err(|error| cx.os_error(error))
}

/// Move the calling thread into different namespaces.
///
///   fd
///     A file descriptor to a namespace.
///   nstype
///     Type of namespace.
#[pyfunction(signature = (fd, nstype = 0))]
pub(super) fn setns(cx: &Ctx, fd: crate::path::Fildes, nstype: i32) -> PyResult<()> {
    cx.blocking(|host| host.setns(fd.0, nstype))
        .map_err(|error| cx.os_error(error))
}
