//! Who this process is: users, groups, process groups, sessions.
//!
//! CPython 3.14: `Modules/posixmodule.c`.

use taipan_host::processes::Ids;
use taipan_macros::pyfunction;
use taipan_vm::ctx::Ctx;
use taipan_vm::error::PyResult;
use taipan_vm::value::Value;

use super::ids::{Gid, Uid};
use super::results::id_value;
use crate::path::FsBytes;

macro_rules! numbers {
    ($($(#[doc = $doc:literal])* $name:ident: $type:ty, |$host:ident| $call:expr;)*) => {$(
        $(#[doc = $doc])*
        #[pyfunction(signature = ())]
        pub(super) fn $name(cx: &Ctx) -> PyResult<$type> {
            let $host = cx.host();
            $call.map_err(|error| cx.os_error(error))
        }
    )*};
}

numbers! {
    /// Return the current process id.
    getpid: i32, |host| host.getpid();
    /// Return the parent's process id.
    ///
    /// If the parent process has already exited, Windows machines will still
    /// return its id; others systems will return the id of the 'init' process (1).
    getppid: i32, |host| host.getppid();
    /// Return the current process's user id.
    getuid: u32, |host| host.user_ids().map(|ids| ids.real);
    /// Return the current process's effective user id.
    geteuid: u32, |host| host.user_ids().map(|ids| ids.effective);
    /// Return the current process's group id.
    getgid: u32, |host| host.group_ids().map(|ids| ids.real);
    /// Return the current process's effective group id.
    getegid: u32, |host| host.group_ids().map(|ids| ids.effective);
    /// Return the current process group id.
    getpgrp: i32, |host| host.getpgid(0);
    /// Call the system call setsid().
    setsid: (), |host| host.setsid().map(|_| ());
    /// Make the current process the leader of its process group.
    setpgrp: (), |host| host.setpgid(0, 0);
}

fn triple(cx: &Ctx, ids: Ids) -> Value {
    let ids = [ids.real, ids.effective, ids.saved];
    cx.new_tuple(ids.iter().map(|id| id_value(cx, *id)).collect())
        .into_value()
}

/// Return a tuple of the current process's real, effective, and saved user ids.
#[pyfunction(signature = ())]
pub(super) fn getresuid(cx: &Ctx) -> PyResult<Value> {
    let ids = cx.host().user_ids().map_err(|error| cx.os_error(error))?;
    Ok(triple(cx, ids))
}

/// Return a tuple of the current process's real, effective, and saved group ids.
#[pyfunction(signature = ())]
pub(super) fn getresgid(cx: &Ctx) -> PyResult<Value> {
    let ids = cx.host().group_ids().map_err(|error| cx.os_error(error))?;
    Ok(triple(cx, ids))
}

macro_rules! setters {
    ($($(#[doc = $doc:literal])* $name:ident($($argument:ident: $type:ident),*);)*) => {$(
        $(#[doc = $doc])*
        #[pyfunction(signature = ($($argument,)* /))]
        pub(super) fn $name(cx: &Ctx, $($argument: $type),*) -> PyResult<()> {
            cx.host().$name($($argument.0),*).map_err(|error| cx.os_error(error))
        }
    )*};
}

setters! {
    /// Set the current process's user id.
    setuid(uid: Uid);
    /// Set the current process's effective user id.
    seteuid(euid: Uid);
    /// Set the current process's group id.
    setgid(gid: Gid);
    /// Set the current process's effective group id.
    setegid(egid: Gid);
    /// Set the current process's real and effective user ids.
    setreuid(ruid: Uid, euid: Uid);
    /// Set the current process's real and effective group ids.
    setregid(rgid: Gid, egid: Gid);
}

/// Set the current process's real, effective, and saved user ids.
#[pyfunction(signature = (ruid, euid, suid, /))]
pub(super) fn setresuid(cx: &Ctx, ruid: Uid, euid: Uid, suid: Uid) -> PyResult<()> {
    let ids = Ids {
        real: ruid.0,
        effective: euid.0,
        saved: suid.0,
    };
    cx.host().setresuid(ids).map_err(|error| cx.os_error(error))
}

/// Set the current process's real, effective, and saved group ids.
#[pyfunction(signature = (rgid, egid, sgid, /))]
pub(super) fn setresgid(cx: &Ctx, rgid: Gid, egid: Gid, sgid: Gid) -> PyResult<()> {
    let ids = Ids {
        real: rgid.0,
        effective: egid.0,
        saved: sgid.0,
    };
    cx.host().setresgid(ids).map_err(|error| cx.os_error(error))
}

fn id_list(cx: &Ctx, ids: &[u32]) -> Value {
    cx.new_list(ids.iter().map(|id| id_value(cx, *id)).collect())
        .into_value()
}

/// Return list of supplemental group IDs for the process.
#[pyfunction(signature = ())]
pub(super) fn getgroups(cx: &Ctx) -> PyResult<Value> {
    let groups = cx.host().getgroups().map_err(|error| cx.os_error(error))?;
    Ok(id_list(cx, &groups))
}

/// Set the groups of the current process to list.
#[pyfunction(signature = (groups, /))]
pub(super) fn setgroups(cx: &Ctx, groups: &Value) -> PyResult<()> {
    if !cx.is_sequence(groups) {
        return Err(cx.type_error("setgroups argument must be a sequence"));
    }
    let mut ids = Vec::new();
    for item in cx.collect(groups)? {
        if item.as_int().is_none() {
            return Err(cx.type_error("groups must be integers"));
        }
        let site = taipan_vm::native::ArgSite {
            function: "setgroups",
            place: taipan_vm::native::ArgPlace::Only,
        };
        let id: Gid = taipan_vm::native::FromArg::from_arg(cx, &item, &site)?;
        ids.push(id.0);
    }
    cx.host()
        .setgroups(&ids)
        .map_err(|error| cx.os_error(error))
}

/// Initialize the group access list.
///
/// Call the system initgroups() to initialize the group access list with all of
/// the groups of which the specified username is a member, plus the specified
/// group id.
#[pyfunction(signature = (username, gid, /))]
pub(super) fn initgroups(cx: &Ctx, username: FsBytes, gid: Gid) -> PyResult<()> {
    cx.host()
        .initgroups(&username.0, gid.0)
        .map_err(|error| cx.os_error(error))
}

/// Returns a list of groups to which a user belongs.
///
///   user
///     username to lookup
///   group
///     base group id of the user
#[pyfunction(signature = (user, group, /))]
pub(super) fn getgrouplist(cx: &Ctx, user: FsBytes, group: Gid) -> PyResult<Value> {
    let groups = cx
        .host()
        .getgrouplist(&user.0, group.0)
        .map_err(|error| cx.os_error(error))?;
    Ok(id_list(cx, &groups))
}

/// Return the actual login name.
#[pyfunction(signature = ())]
pub(super) fn getlogin(cx: &Ctx) -> PyResult<Value> {
    let name = cx.host().getlogin().map_err(|error| cx.os_error(error))?;
    cx.fs_decode(&name)
}

/// Call the system call getpgid(), and return the result.
#[pyfunction(signature = (pid))]
pub(super) fn getpgid(cx: &Ctx, pid: i32) -> PyResult<i32> {
    cx.host().getpgid(pid).map_err(|error| cx.os_error(error))
}

/// Call the system call setpgid(pid, pgrp).
#[pyfunction(signature = (pid, pgrp, /))]
pub(super) fn setpgid(cx: &Ctx, pid: i32, pgrp: i32) -> PyResult<()> {
    cx.host()
        .setpgid(pid, pgrp)
        .map_err(|error| cx.os_error(error))
}

/// Call the system call getsid(pid) and return the result.
#[pyfunction(signature = (pid, /))]
pub(super) fn getsid(cx: &Ctx, pid: i32) -> PyResult<i32> {
    cx.host().getsid(pid).map_err(|error| cx.os_error(error))
}
