//! `_posixsubprocess`: the start of a child as `subprocess` wants it.
//!
//! CPython 3.14: `Modules/_posixsubprocess.c`. Fork, descriptors and exec are the host's; what runs between fork and exec in
//! the child is `preexec_fn`, if given. Tests: `tests/run/_posixsubprocess/`.

use taipan_host::processes::ForkExec;
use taipan_macros::{pyfunction, pymodule};
use taipan_vm::ctx::Ctx;
use taipan_vm::error::PyResult;
use taipan_vm::native::{ArgPlace, ArgSite, FromArg, ModuleBuilder};
use taipan_vm::objects::Tuple;
use taipan_vm::value::Value;

use crate::path::fs_bytes;
use crate::posix::ids::{Gid, Uid};
use crate::posix::process::{after_fork_in_child, after_fork_in_parent, before_fork};

/// The descriptors to keep: a sorted tuple of numbers above zero.
fn kept(cx: &Ctx, value: &Value) -> PyResult<Vec<i32>> {
    let bad = || cx.value_error("bad value(s) in fds_to_keep");
    let Some(tuple) = value.downcast_ref::<Tuple>() else {
        return Err(cx.type_error(format!(
            "fork_exec() argument 4 must be tuple, not {}",
            cx.type_name_for_argument(value)
        )));
    };
    let mut fds: Vec<i32> = Vec::with_capacity(tuple.length());
    for item in tuple.as_slice() {
        let number = item.as_small_int().ok_or_else(bad)?;
        let fd = i32::try_from(number).map_err(|_| bad())?;
        if fd < 0 || fds.last().is_some_and(|last| fd <= *last) {
            return Err(bad());
        }
        fds.push(fd);
    }
    Ok(fds)
}

fn byte_strings(cx: &Ctx, value: &Value, what: &str) -> PyResult<Vec<Vec<u8>>> {
    let items = match cx.collect(value) {
        Err(error) if cx.matches(&error, &cx.types().type_error) => {
            return Err(cx.type_error(what));
        }
        items => items?,
    };
    items.iter().map(|item| fs_bytes(cx, item)).collect()
}

fn id<'a, T: FromArg<'a>>(cx: &Ctx, value: &'a Value) -> PyResult<T> {
    let site = ArgSite {
        function: "fork_exec",
        place: ArgPlace::Only,
    };
    T::from_arg(cx, value, &site)
}

/// Spawn a fresh new child process.
///
/// Fork a child process, close parent file descriptors as appropriate in
/// the child and duplicate the few that are needed before calling exec() in
/// the child process.
///
/// If close_fds is True, close file descriptors 3 and higher, except those
/// listed in the sorted tuple pass_fds.
///
/// The preexec_fn, if supplied, will be called immediately before closing
/// file descriptors and exec.
///
/// WARNING: preexec_fn is NOT SAFE if your application uses threads.
///          It may trigger infrequent, difficult to debug deadlocks.
///
/// If an error occurs in the child process before the exec, it is
/// serialized and written to the errpipe_write fd per subprocess.py.
///
/// Returns: the child process's PID.
///
/// Raises: Only on an error in the parent process.
#[pyfunction(
    signature = (args, executable_list, close_fds, pass_fds, cwd, env, p2cread, p2cwrite, c2pread, c2pwrite, errread,
        errwrite, errpipe_read, errpipe_write, restore_signals, call_setsid, pgid_to_set, gid, extra_groups, uid,
        child_umask, preexec_fn, /),
    text_signature = "($module, args, executable_list, close_fds, pass_fds, cwd,\n          env, p2cread, p2cwrite, c2pread, c2pwrite, errread, errwrite,\n          errpipe_read, errpipe_write, restore_signals, call_setsid,\n          pgid_to_set, gid, extra_groups, uid, child_umask, preexec_fn,\n          /)"
)]
fn fork_exec(
    cx: &Ctx,
    args: &Value,
    executable_list: &Value,
    close_fds: bool,
    pass_fds: &Value,
    cwd: Option<&Value>,
    env: Option<&Value>,
    p2cread: i32,
    p2cwrite: i32,
    c2pread: i32,
    c2pwrite: i32,
    errread: i32,
    errwrite: i32,
    errpipe_read: i32,
    errpipe_write: i32,
    restore_signals: bool,
    call_setsid: bool,
    pgid_to_set: i32,
    gid: Option<&Value>,
    extra_groups: Option<&Value>,
    uid: Option<&Value>,
    child_umask: i32,
    preexec_fn: Option<&Value>,
) -> PyResult<i32> {
    let keep = kept(cx, pass_fds)?;
    if close_fds && errpipe_write < 3 {
        return Err(cx.value_error("errpipe_write must be >= 3"));
    }
    let groups = match extra_groups {
        None => None,
        Some(groups) => {
            let mut ids = Vec::new();
            for item in cx.collect(groups)? {
                if item.as_int().is_none() {
                    return Err(cx.type_error("extra_groups must be integers"));
                }
                ids.push(id::<Gid>(cx, &item)?.0);
            }
            Some(ids)
        }
    };
    let request = ForkExec {
        argv: byte_strings(cx, args, "argv must be a tuple")?,
        executables: byte_strings(cx, executable_list, "executable_list must be a tuple")?,
        close_fds,
        keep,
        directory: cwd.map(|cwd| fs_bytes(cx, cwd)).transpose()?,
        environment: env
            .map(|env| byte_strings(cx, env, "env must be a sequence"))
            .transpose()?,
        stdin: (p2cread, p2cwrite),
        stdout: (c2pread, c2pwrite),
        stderr: (errread, errwrite),
        error_pipe: (errpipe_read, errpipe_write),
        restore_signals,
        new_session: call_setsid,
        process_group: pgid_to_set,
        gid: gid
            .map(|gid| id::<Gid>(cx, gid))
            .transpose()?
            .map(|gid| gid.0),
        groups,
        uid: uid
            .map(|uid| id::<Uid>(cx, uid))
            .transpose()?
            .map(|uid| uid.0),
        umask: child_umask,
    };
    let Some(preexec_fn) = preexec_fn else {
        return cx
            .blocking(|host| host.fork_exec(&request, None))
            .map_err(|error| cx.os_error(error));
    };
    before_fork(cx);
    let started = cx.forking(|host, is_alone| {
        let mut in_child = || {
            is_alone();
            after_fork_in_child(cx);
            cx.call(preexec_fn, &[]).is_ok()
        };
        host.fork_exec(&request, Some(&mut in_child))
    });
    after_fork_in_parent(cx);
    started.map_err(|error| cx.os_error(error))
}

/// A POSIX helper for the subprocess module.
#[pymodule]
pub(crate) fn _posixsubprocess(m: &ModuleBuilder) -> PyResult<()> {
    m.function(&fork_exec::DEF)
}
