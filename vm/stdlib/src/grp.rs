//! `grp`: the group database.
//!
//! CPython 3.14: `Modules/grpmodule.c`. Tests: `tests/run/grp/`.

use taipan_host::system::Group;
use taipan_macros::{pyfunction, pymodule};
use taipan_vm::ctx::Ctx;
use taipan_vm::error::PyResult;
use taipan_vm::native::ModuleBuilder;
use taipan_vm::objects::Str;
use taipan_vm::struct_sequence;
use taipan_vm::value::{Py, Value};

use crate::path::plain_text;
use crate::posix::ids::Gid;
use crate::posix::results::id_value;
use crate::pwd::not_found;

struct_sequence! {
    /// grp.struct_group: Results from getgr*() routines.
    ///
    /// This object may be accessed either as a tuple of
    ///   (gr_name,gr_passwd,gr_gid,gr_mem)
    /// or via the object attributes as named in the above tuple.
    GroupEntry("grp", "struct_group", visible 4) {
        "gr_name": Some("group name"),
        "gr_passwd": Some("password"),
        "gr_gid": Some("group id"),
        "gr_mem": Some("group members"),
    };
}

fn entry(cx: &Ctx, group: &Group) -> PyResult<Value> {
    let members = group.members.iter().map(|member| cx.fs_decode(member));
    let members = cx.new_list(members.collect::<PyResult<_>>()?);
    cx.new_struct_sequence::<GroupEntry>(vec![
        cx.fs_decode(&group.name)?,
        cx.fs_decode(&group.password)?,
        id_value(cx, group.gid),
        members.into_value(),
    ])
}

/// Return the group database entry for the given numeric group ID.
///
/// If id is not valid, raise KeyError.
#[pyfunction(signature = (id))]
fn getgrgid(cx: &Ctx, id: &Value) -> PyResult<Value> {
    let site = taipan_vm::native::ArgSite {
        function: "getgrgid",
        place: taipan_vm::native::ArgPlace::Only,
    };
    let missing = || -> PyResult<Value> {
        let number = cx.str(id)?;
        let message = format!("getgrgid(): gid not found: {}", number.to_string_lossy());
        Err(not_found(cx, &message))
    };
    let gid: Gid = taipan_vm::native::FromArg::from_arg(cx, id, &site)?;
    let group = cx
        .blocking(|host| host.group_by_id(gid.0))
        .map_err(|error| cx.os_error(error))?;
    match group {
        Some(group) => entry(cx, &group),
        None => missing(),
    }
}

/// Return the group database entry for the given group name.
///
/// If name is not valid, raise KeyError.
#[pyfunction(signature = (name))]
fn getgrnam(cx: &Ctx, name: &Py<Str>) -> PyResult<Value> {
    let text = plain_text(cx, name)?;
    let group = cx
        .blocking(|host| host.group_by_name(&text))
        .map_err(|error| cx.os_error(error))?;
    match group {
        Some(group) => entry(cx, &group),
        None => {
            let repr = cx.repr(name.as_value())?;
            let message = format!("getgrnam(): name not found: {}", repr.to_string_lossy());
            Err(not_found(cx, &message))
        }
    }
}

/// Return a list of all available group entries, in arbitrary order.
///
/// An entry whose name starts with '+' or '-' represents an instruction
/// to use YP/NIS and may not be accessible via getgrnam or getgrgid.
#[pyfunction(signature = ())]
fn getgrall(cx: &Ctx) -> PyResult<Value> {
    let groups = cx
        .blocking(|host| host.all_groups())
        .map_err(|error| cx.os_error(error))?;
    let entries = groups.iter().map(|group| entry(cx, group));
    Ok(cx.new_list(entries.collect::<PyResult<_>>()?).into_value())
}

/// Access to the Unix group database.
///
/// Group entries are reported as 4-tuples containing the following fields
/// from the group database, in order:
///
///   gr_name   - name of the group
///   gr_passwd - group password (encrypted); often empty
///   gr_gid    - numeric ID of the group
///   gr_mem    - list of members
///
/// The gid is an integer, name and password are strings.  (Note that most
/// users are not explicitly listed as members of the groups they are in
/// according to the password database.  Check both databases to get
/// complete membership information.)
#[pymodule]
pub(crate) fn grp(cx: &Ctx, m: &ModuleBuilder) -> PyResult<()> {
    m.function(&getgrgid::DEF)?;
    m.function(&getgrnam::DEF)?;
    m.function(&getgrall::DEF)?;
    m.add("struct_group", cx.struct_sequence_class::<GroupEntry>()?)
}
