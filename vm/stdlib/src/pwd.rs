//! `pwd`: the user database.
//!
//! CPython 3.14: `Modules/pwdmodule.c`. Tests: `tests/run/pwd/`.

use taipan_host::system::User;
use taipan_macros::{pyfunction, pymodule};
use taipan_vm::ctx::Ctx;
use taipan_vm::error::PyResult;
use taipan_vm::native::ModuleBuilder;
use taipan_vm::objects::Str;
use taipan_vm::struct_sequence;
use taipan_vm::value::{Py, Value};

use crate::path::plain_text;
use crate::posix::ids::Uid;
use crate::posix::results::id_value;

struct_sequence! {
    /// pwd.struct_passwd: Results from getpw*() routines.
    ///
    /// This object may be accessed either as a tuple of
    ///   (pw_name,pw_passwd,pw_uid,pw_gid,pw_gecos,pw_dir,pw_shell)
    /// or via the object attributes as named in the above tuple.
    Passwd("pwd", "struct_passwd", visible 7) {
        "pw_name": Some("user name"),
        "pw_passwd": Some("password"),
        "pw_uid": Some("user id"),
        "pw_gid": Some("group id"),
        "pw_gecos": Some("real name"),
        "pw_dir": Some("home directory"),
        "pw_shell": Some("shell program"),
    };
}

fn entry(cx: &Ctx, user: &User) -> PyResult<Value> {
    cx.new_struct_sequence::<Passwd>(vec![
        cx.fs_decode(&user.name)?,
        cx.fs_decode(&user.password)?,
        id_value(cx, user.uid),
        id_value(cx, user.gid),
        cx.fs_decode(&user.gecos)?,
        cx.fs_decode(&user.home)?,
        cx.fs_decode(&user.shell)?,
    ])
}

/// `KeyError` with a sentence, as both databases raise it.
pub(crate) fn not_found(cx: &Ctx, message: &str) -> taipan_vm::error::PyErr {
    match cx.new_str(message) {
        Ok(message) => cx.key_error(message.as_value()),
        Err(error) => error,
    }
}

/// Return the password database entry for the given numeric user ID.
///
/// See `help(pwd)` for more on password database entries.
#[pyfunction(signature = (uidobj, /))]
fn getpwuid(cx: &Ctx, uidobj: &Value) -> PyResult<Value> {
    let site = taipan_vm::native::ArgSite {
        function: "getpwuid",
        place: taipan_vm::native::ArgPlace::Only,
    };
    let uid: PyResult<Uid> = taipan_vm::native::FromArg::from_arg(cx, uidobj, &site);
    let missing = || -> PyResult<Value> {
        let number = cx.str(uidobj)?;
        let message = format!("getpwuid(): uid not found: {}", number.to_string_lossy());
        Err(not_found(cx, &message))
    };
    let uid = match uid {
        Err(error) if cx.matches(&error, &cx.types().overflow_error) => return missing(),
        uid => uid?,
    };
    let user = cx
        .blocking(|host| host.user_by_id(uid.0))
        .map_err(|error| cx.os_error(error))?;
    match user {
        Some(user) => entry(cx, &user),
        None => missing(),
    }
}

/// Return the password database entry for the given user name.
///
/// See `help(pwd)` for more on password database entries.
#[pyfunction(signature = (name, /))]
fn getpwnam(cx: &Ctx, name: &Py<Str>) -> PyResult<Value> {
    let text = plain_text(cx, name)?;
    let user = cx
        .blocking(|host| host.user_by_name(&text))
        .map_err(|error| cx.os_error(error))?;
    match user {
        Some(user) => entry(cx, &user),
        None => {
            let repr = cx.repr(name.as_value())?;
            let message = format!("getpwnam(): name not found: {}", repr.to_string_lossy());
            Err(not_found(cx, &message))
        }
    }
}

/// Return a list of all available password database entries, in arbitrary order.
///
/// See help(pwd) for more on password database entries.
#[pyfunction(signature = ())]
fn getpwall(cx: &Ctx) -> PyResult<Value> {
    let users = cx
        .blocking(|host| host.all_users())
        .map_err(|error| cx.os_error(error))?;
    let entries = users.iter().map(|user| entry(cx, user));
    Ok(cx.new_list(entries.collect::<PyResult<_>>()?).into_value())
}

/// This module provides access to the Unix password database.
/// It is available on all Unix versions.
///
/// Password database entries are reported as 7-tuples containing the following
/// items from the password database (see `<pwd.h>'), in order:
/// pw_name, pw_passwd, pw_uid, pw_gid, pw_gecos, pw_dir, pw_shell.
/// The uid and gid items are integers, all others are strings. An
/// exception is raised if the entry asked for cannot be found.
#[pymodule]
pub(crate) fn pwd(cx: &Ctx, m: &ModuleBuilder) -> PyResult<()> {
    m.function(&getpwuid::DEF)?;
    m.function(&getpwnam::DEF)?;
    m.function(&getpwall::DEF)?;
    m.add("struct_passwd", cx.struct_sequence_class::<Passwd>()?)
}
