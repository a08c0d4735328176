//! Starting, signalling and awaiting processes.
//!
//! CPython 3.14: `Modules/posixmodule.c`.
#![allow(clippy::upper_case_acronyms, reason = "macros of C by their names")]

use std::cell::RefCell;

use taipan_host::processes::Waited;
use taipan_host::{Fd, Pid};
use taipan_macros::pyfunction;
use taipan_vm::ctx::Ctx;
use taipan_vm::error::PyResult;
use taipan_vm::native::bind::Optional;
use taipan_vm::objects::{List, Tuple};
use taipan_vm::value::Value;

use super::results::waitid_result;
use crate::path::{FsBytes, OsPath, PathOrFd, fs_bytes};

/// What `register_at_fork` was given.
#[derive(Default)]
struct AtFork {
    before: RefCell<Vec<Value>>,
    in_parent: RefCell<Vec<Value>>,
    in_child: RefCell<Vec<Value>>,
}

/// Register callables to be called when forking a new process.
///
///   before
///     A callable to be called in the parent before the fork() syscall.
///   after_in_child
///     A callable to be called in the child after fork().
///   after_in_parent
///     A callable to be called in the parent after fork().
///
/// 'before' callbacks are called in reverse order.
/// 'after_in_child' and 'after_in_parent' callbacks are called in order.
#[pyfunction(
    signature = (*, before = Optional::Missing, after_in_child = Optional::Missing, after_in_parent = Optional::Missing),
    text_signature = "($module, /, *, before=<unrepresentable>,\n                 after_in_child=<unrepresentable>,\n                 after_in_parent=<unrepresentable>)"
)]
pub(super) fn register_at_fork(
    cx: &Ctx,
    before: Optional<&Value>,
    after_in_child: Optional<&Value>,
    after_in_parent: Optional<&Value>,
) -> PyResult<()> {
    let hooks = cx.state::<AtFork>();
    let given = [
        (before.given(), "before", &hooks.before),
        (after_in_child.given(), "after_in_child", &hooks.in_child),
        (after_in_parent.given(), "after_in_parent", &hooks.in_parent),
    ];
    if given.iter().all(|(hook, _, _)| hook.is_none()) {
        return Err(cx.type_error("At least one argument is required."));
    }
    for (hook, name, _) in &given {
        if let Some(hook) = hook
            && cx.class_of(hook).slots.call.get().is_none()
        {
            return Err(cx.type_error(format!(
                "'{name}' must be callable, not {}",
                cx.type_name(hook)
            )));
        }
    }
    for (hook, _, list) in given {
        if let Some(hook) = hook {
            list.borrow_mut().push(hook.clone());
        }
    }
    Ok(())
}

/// Calls hooks; what one raises is told and does not stop the others.
fn run_hooks(cx: &Ctx, hooks: impl Iterator<Item = Value>) {
    for hook in hooks {
        if let Err(error) = cx.call(&hook, &[]) {
            let message = Some("Exception ignored in atfork callback");
            cx.report_unraisable(&error, message, &hook);
        }
    }
}

/// Before a fork.
pub(crate) fn before_fork(cx: &Ctx) {
    let hooks = cx.state::<AtFork>().before.borrow().clone();
    run_hooks(cx, hooks.into_iter().rev());
    if let Err(error) = cx.lock_imports() {
        let message = Some("Exception ignored while waiting for the import lock");
        cx.report_unraisable(&error, message, &Value::NONE);
    }
}

/// After a fork, in the parent.
pub(crate) fn after_fork_in_parent(cx: &Ctx) {
    cx.unlock_imports();
    let hooks = cx.state::<AtFork>().in_parent.borrow().clone();
    run_hooks(cx, hooks.into_iter());
}

/// After a fork, in the child.
pub(crate) fn after_fork_in_child(cx: &Ctx) {
    taipan_vm::after_fork_in_child(cx);
    crate::_signal::forget_pending_signals(cx);
    cx.unlock_imports();
    let hooks = cx.state::<AtFork>().in_child.borrow().clone();
    run_hooks(cx, hooks.into_iter());
}

/// A child has one thread, and what the others were doing is never finished there.
fn warn_of_threads(cx: &Ctx, function: &str) -> PyResult<()> {
    if cx.thread_count() < 2 {
        return Ok(());
    }
    let pid = cx.host().getpid().map_err(|error| cx.os_error(error))?;
    let message = format!(
        "This process (pid={pid}) is multi-threaded, use of {function}() may lead to deadlocks in the child."
    );
    cx.warn(&cx.types().deprecation_warning.clone(), &message)
}

/// Fork a child process.
///
/// Return 0 to child process and PID of child to parent process.
#[pyfunction(signature = ())]
pub(super) fn fork(cx: &Ctx) -> PyResult<Pid> {
    before_fork(cx);
    let forked = cx.forking(|host, _| host.fork());
    match forked {
        Ok(0) => after_fork_in_child(cx),
        _ => {
            after_fork_in_parent(cx);
            warn_of_threads(cx, "fork")?;
        }
    }
    forked.map_err(|error| cx.os_error(error))
}

/// Fork a new process with a new pseudo-terminal as controlling tty.
///
/// Returns a tuple of (pid, master_fd).
/// Like fork(), return pid of 0 to the child process,
/// and pid of child to the parent process.
/// To both, return fd of newly opened pseudo-terminal.
#[pyfunction(signature = ())]
pub(super) fn forkpty(cx: &Ctx) -> PyResult<(Pid, Fd)> {
    before_fork(cx);
    let forked = cx.forking(|host, _| host.forkpty());
    match forked {
        Ok((0, _)) => after_fork_in_child(cx),
        _ => {
            after_fork_in_parent(cx);
            warn_of_threads(cx, "forkpty")?;
        }
    }
    forked.map_err(|error| cx.os_error(error))
}

/// The items of a tuple or list.
fn items(value: &Value) -> Option<Vec<Value>> {
    if let Some(tuple) = value.downcast_ref::<Tuple>() {
        return Some(tuple.as_slice().to_vec());
    }
    value.downcast_ref::<List>().map(|list| list.to_vec())
}

/// The arguments of a program.
pub(super) fn arguments(
    cx: &Ctx,
    value: &Value,
    function: &str,
    what: &str,
) -> PyResult<Vec<Vec<u8>>> {
    let Some(items) = items(value) else {
        return Err(cx.type_error(format!("{function} {what} must be a tuple or list")));
    };
    let arguments: Vec<Vec<u8>> = items
        .iter()
        .map(|item| fs_bytes(cx, item))
        .collect::<PyResult<_>>()?;
    match arguments.first() {
        None => Err(cx.value_error(format!("{function} {what} must not be empty"))),
        Some(first) if first.is_empty() => {
            Err(cx.value_error(format!("{function} {what} first element cannot be empty")))
        }
        Some(_) => Ok(arguments),
    }
}

/// `NAME=value` of each item of a mapping.
pub(super) fn environment(cx: &Ctx, mapping: &Value, function: &str) -> PyResult<Vec<Vec<u8>>> {
    if cx.class_of(mapping).slots.subscript.get().is_none()
        || cx.class_of(mapping).slots.length.get().is_none()
    {
        return Err(cx.type_error(format!("{function}: environment must be a mapping object")));
    }
    let names = cx.mapping_keys(mapping)?.to_vec();
    let values = cx.mapping_values(mapping)?.to_vec();
    let mut variables = Vec::with_capacity(names.len());
    for (name, value) in names.iter().zip(&values) {
        let mut variable = fs_bytes(cx, name)?;
        let value = fs_bytes(cx, value)?;
        if variable.is_empty() || variable.contains(&b'=') {
            return Err(cx.value_error("illegal environment variable name"));
        }
        variable.push(b'=');
        variable.extend_from_slice(&value);
        variables.push(variable);
    }
    Ok(variables)
}

/// Execute an executable path with arguments, replacing current process.
///
///   path
///     Path of executable file.
///   argv
///     Tuple or list of strings.
#[pyfunction(signature = (path, argv, /))]
pub(super) fn execv(cx: &Ctx, path: &Value, argv: &Value) -> PyResult<()> {
    let path = OsPath::of(cx, path, "execv", "path")?;
    let arguments = arguments(cx, argv, "execv()", "arg 2")?;
    let Err(error) = cx.host().exec(&path.bytes, &arguments, None);
    Err(path.error(cx, error))
}

/// Execute an executable path with arguments, replacing current process.
///
///   path
///     Path of executable file.
///   argv
///     Tuple or list of strings.
///   env
///     Dictionary of strings mapping to strings.
#[pyfunction(signature = (path, argv, env))]
pub(super) fn execve(cx: &Ctx, path: &Value, argv: &Value, env: &Value) -> PyResult<()> {
    let path = PathOrFd::of(cx, path, "execve", "path")?;
    let arguments = arguments(cx, argv, "execve:", "argv")?;
    let environment = environment(cx, env, "execve")?;
    let Err(error) = match &path {
        PathOrFd::Path(path) => cx.host().exec(&path.bytes, &arguments, Some(&environment)),
        PathOrFd::Fd(fd) => cx.host().exec_fd(*fd, &arguments, &environment),
    };
    Err(path.error(cx, error))
}

/// Exit to the system with specified status, without normal exit processing.
#[pyfunction(signature = (status))]
pub(super) fn _exit(cx: &Ctx, status: i32) -> PyResult<()> {
    let Err(error) = cx.host().exit_now(status);
    Err(cx.os_error(error))
}

/// Abort the interpreter immediately.
///
/// This function 'dumps core' or otherwise fails in the hardest way possible
/// on the hosting operating system.  This function never returns.
#[pyfunction(signature = ())]
pub(super) fn abort(cx: &Ctx) -> PyResult<()> {
    let Err(error) = cx.host().abort();
    Err(cx.os_error(error))
}

/// Execute the command in a subshell.
#[pyfunction(signature = (command))]
pub(super) fn system(cx: &Ctx, command: FsBytes) -> PyResult<i32> {
    cx.blocking(|host| host.system(&command.0))
        .map_err(|error| cx.os_error(error))
}

/// Kill a process with a signal.
#[pyfunction(signature = (pid, signal, /))]
pub(super) fn kill(cx: &Ctx, pid: i32, signal: i32) -> PyResult<()> {
    cx.host()
        .kill(pid, signal)
        .map_err(|error| cx.os_error(error))?;
    // A signal to this process arrives before the call returns.
    cx.check_signals()
}

/// Kill a process group with a signal.
#[pyfunction(signature = (pgid, signal, /))]
pub(super) fn killpg(cx: &Ctx, pgid: i32, signal: i32) -> PyResult<()> {
    cx.host()
        .killpg(pgid, signal)
        .map_err(|error| cx.os_error(error))?;
    cx.check_signals()
}

/// Return a file descriptor referring to the process *pid*.
///
/// The descriptor can be used to perform process management without races and
/// signals.
#[pyfunction(signature = (pid, flags = 0))]
pub(super) fn pidfd_open(cx: &Ctx, pid: i32, flags: u32) -> PyResult<Fd> {
    cx.host()
        .pidfd_open(pid, flags)
        .map_err(|error| cx.os_error(error))
}

fn wait_for(cx: &Ctx, pid: Pid, options: i32) -> PyResult<Waited> {
    cx.retry_os(|host| host.wait4(pid, options))
}

/// Wait for completion of a child process.
///
/// Returns a tuple of information about the child process:
///     (pid, status)
#[pyfunction(signature = ())]
pub(super) fn wait(cx: &Ctx) -> PyResult<(Pid, i32)> {
    let found = wait_for(cx, -1, 0)?;
    Ok((found.pid, found.status))
}

/// Wait for completion of a given child process.
///
/// Returns a tuple of information regarding the child process:
///     (pid, status)
///
/// The options argument is ignored on Windows.
#[pyfunction(signature = (pid, options, /))]
pub(super) fn waitpid(cx: &Ctx, pid: i32, options: i32) -> PyResult<(Pid, i32)> {
    let found = wait_for(cx, pid, options)?;
    Ok((found.pid, found.status))
}

fn with_usage(cx: &Ctx, found: &Waited) -> PyResult<(Pid, i32, Value)> {
    let usage = crate::resource::usage(cx, &found.usage)?;
    Ok((found.pid, found.status, usage))
}

/// Wait for completion of a child process.
///
/// Returns a tuple of information about the child process:
///   (pid, status, rusage)
#[pyfunction(signature = (options))]
pub(super) fn wait3(cx: &Ctx, options: i32) -> PyResult<(Pid, i32, Value)> {
    let found = wait_for(cx, -1, options)?;
    with_usage(cx, &found)
}

/// Wait for completion of a specific child process.
///
/// Returns a tuple of information about the child process:
///   (pid, status, rusage)
#[pyfunction(signature = (pid, options))]
pub(super) fn wait4(cx: &Ctx, pid: i32, options: i32) -> PyResult<(Pid, i32, Value)> {
    let found = wait_for(cx, pid, options)?;
    with_usage(cx, &found)
}

/// Returns the result of waiting for a process or processes.
///
///   idtype
///     Must be one of be P_PID, P_PGID or P_ALL.
///   id
///     The id to wait on.
///   options
///     Constructed from the ORing of one or more of WEXITED, WSTOPPED
///     or WCONTINUED and additionally may be ORed with WNOHANG or WNOWAIT.
///
/// Returns either waitid_result or None if WNOHANG is specified and there are
/// no children in a waitable state.
#[pyfunction(signature = (idtype, id, options, /))]
pub(super) fn waitid(cx: &Ctx, idtype: i32, id: i32, options: i32) -> PyResult<Value> {
    match cx.retry_os(|host| host.waitid(idtype, id as u32, options))? {
        Some(found) => waitid_result(cx, &found),
        None => Ok(Value::NONE),
    }
}

/// Convert a wait status to an exit code.
///
/// On Unix:
///
/// * If WIFEXITED(status) is true, return WEXITSTATUS(status).
/// * If WIFSIGNALED(status) is true, return -WTERMSIG(status).
/// * Otherwise, raise a ValueError.
///
/// On Windows, return status shifted right by 8 bits.
///
/// On Unix, if the process is being traced or if waitpid() was called with
/// WUNTRACED option, the caller must first check if WIFSTOPPED(status) is true.
/// This function must not be called if WIFSTOPPED(status) is true.
#[pyfunction(signature = (status))]
pub(super) fn waitstatus_to_exitcode(cx: &Ctx, status: i32) -> PyResult<i32> {
    if libc::WIFEXITED(status) {
        return Ok(libc::WEXITSTATUS(status));
    }
    if libc::WIFSIGNALED(status) {
        return Ok(-libc::WTERMSIG(status));
    }
    Err(if libc::WIFSTOPPED(status) {
        cx.value_error(format!(
            "process stopped by delivery of signal {}",
            libc::WSTOPSIG(status)
        ))
    } else {
        cx.value_error(format!("invalid wait status: {status}"))
    })
}

macro_rules! status_tests {
    ($($(#[doc = $doc:literal])* $name:ident: $type:ty;)*) => {$(
        $(#[doc = $doc])*
        #[pyfunction(signature = (status))]
        #[expect(non_snake_case, reason = "the macro's name in C")]
        pub(super) fn $name(status: i32) -> $type {
            libc::$name(status)
        }
    )*};
}

status_tests! {
    /// Return True if a particular process was continued from a job control stop.
    ///
    /// Return True if the process returning status was continued from a
    /// job control stop.
    WIFCONTINUED: bool;
    /// Return True if the process returning status was stopped.
    WIFSTOPPED: bool;
    /// Return True if the process returning status was terminated by a signal.
    WIFSIGNALED: bool;
    /// Return True if the process returning status exited via the exit() system call.
    WIFEXITED: bool;
    /// Return the process return code from status.
    WEXITSTATUS: i32;
    /// Return the signal that terminated the process that provided the status value.
    WTERMSIG: i32;
    /// Return the signal that stopped the process that provided the status value.
    WSTOPSIG: i32;
}

/// Return True if the process returning status was dumped to a core file.
#[pyfunction(signature = (status, /))]
#[expect(non_snake_case, reason = "the macro's name in C")]
pub(super) fn WCOREDUMP(status: i32) -> bool {
    libc::WCOREDUMP(status)
}

/// Add increment to the priority of process and return the new priority.
#[pyfunction(signature = (increment, /))]
pub(super) fn nice(cx: &Ctx, increment: i32) -> PyResult<i32> {
    cx.host()
        .nice(increment)
        .map_err(|error| cx.os_error(error))
}
