//! The struct sequences of `posix`.
//!
//! CPython 3.14: `stat_result_fields` and its siblings (`Modules/posixmodule.c`).

use taipan_host::files::StatVfs;
use taipan_host::processes::{ProcessTimes, WaitedId};
use taipan_host::{Stat, Timespec};
use taipan_vm::ctx::Ctx;
use taipan_vm::error::PyResult;
use taipan_vm::native::bind::{Signature, bind_keywords};
use taipan_vm::native::{Args, IntoValue};
use taipan_vm::objects::Type;
use taipan_vm::objects::struct_sequence::StructSequence;
use taipan_vm::struct_sequence;
use taipan_vm::value::{Py, Value};

struct_sequence! {
    /// stat_result: Result from stat, fstat, or lstat.
    ///
    /// This object may be accessed either as a tuple of
    ///   (mode, ino, dev, nlink, uid, gid, size, atime, mtime, ctime)
    /// or via the attributes st_mode, st_ino, st_dev, st_nlink, and so on.
    ///
    /// Posix/windows: If your platform supports st_blksize, st_blocks, st_rdev,
    /// or st_flags, they are available as attributes only.
    ///
    /// See os.stat for more information.
    pub(crate) StatResult("os", "stat_result", visible 10) {
        "st_mode": Some("protection bits"),
        "st_ino": Some("inode"),
        "st_dev": Some("device"),
        "st_nlink": Some("number of hard links"),
        "st_uid": Some("user ID of owner"),
        "st_gid": Some("group ID of owner"),
        "st_size": Some("total size, in bytes"),
        _: Some("integer time of last access"),
        _: Some("integer time of last modification"),
        _: Some("integer time of last change"),
        "st_atime": Some("time of last access"),
        "st_mtime": Some("time of last modification"),
        "st_ctime": Some("time of last change"),
        "st_atime_ns": Some("time of last access in nanoseconds"),
        "st_mtime_ns": Some("time of last modification in nanoseconds"),
        "st_ctime_ns": Some("time of last change in nanoseconds"),
        "st_blksize": Some("blocksize for filesystem I/O"),
        "st_blocks": Some("number of blocks allocated"),
        "st_rdev": Some("device type (if inode device)"),
    } [
        // Whoever makes one of ten integers gets their times as attributes, too.
        fn complete(values: &mut [Value]) {
            for index in 7..10 {
                if values[index + 3].is_none() {
                    values[index + 3] = values[index].clone();
                }
            }
        }
    ];

    /// statvfs_result: Result from statvfs or fstatvfs.
    ///
    /// This object may be accessed either as a tuple of
    ///   (bsize, frsize, blocks, bfree, bavail, files, ffree, favail, flag, namemax),
    /// or via the attributes f_bsize, f_frsize, f_blocks, f_bfree, and so on.
    ///
    /// See os.statvfs for more information.
    pub(crate) StatVfsResult("os", "statvfs_result", visible 10) {
        "f_bsize": None,
        "f_frsize": None,
        "f_blocks": None,
        "f_bfree": None,
        "f_bavail": None,
        "f_files": None,
        "f_ffree": None,
        "f_favail": None,
        "f_flag": None,
        "f_namemax": None,
        "f_fsid": None,
    };

    /// A tuple of (columns, lines) for holding terminal window size
    pub(crate) TerminalSize("os", "terminal_size", visible 2) {
        "columns": Some("width of the terminal window in characters"),
        "lines": Some("height of the terminal window in characters"),
    };

    /// uname_result: Result from os.uname().
    ///
    /// This object may be accessed either as a tuple of
    ///   (sysname, nodename, release, version, machine),
    /// or via the attributes sysname, nodename, release, version, and machine.
    ///
    /// See os.uname for more information.
    pub(crate) UnameResult("posix", "uname_result", visible 5) {
        "sysname": Some("operating system name"),
        "nodename": Some("name of machine on network (implementation-defined)"),
        "release": Some("operating system release"),
        "version": Some("operating system version"),
        "machine": Some("hardware identifier"),
    };

    /// times_result: Result from os.times().
    ///
    /// This object may be accessed either as a tuple of
    ///   (user, system, children_user, children_system, elapsed),
    /// or via the attributes user, system, children_user, children_system,
    /// and elapsed.
    ///
    /// See os.times for more information.
    pub(crate) TimesResult("posix", "times_result", visible 5) {
        "user": Some("user time"),
        "system": Some("system time"),
        "children_user": Some("user time of children"),
        "children_system": Some("system time of children"),
        "elapsed": Some("elapsed time since an arbitrary point in the past"),
    };

    /// waitid_result: Result from waitid.
    ///
    /// This object may be accessed either as a tuple of
    ///   (si_pid, si_uid, si_signo, si_status, si_code),
    /// or via the attributes si_pid, si_uid, and so on.
    ///
    /// See os.waitid for more information.
    pub(crate) WaitIdResult("posix", "waitid_result", visible 5) {
        "si_pid": None,
        "si_uid": None,
        "si_signo": None,
        "si_status": None,
        "si_code": None,
    };

    /// Currently has only one field: sched_priority
    ///
    ///   sched_priority
    ///     A scheduling parameter.
    pub(crate) SchedParam("posix", "sched_param", visible 1) {
        "sched_priority": Some("the scheduling priority"),
    } [
        fn construct(cx: &Ctx, _class: &Py<Type>, args: Args<'_>) -> PyResult<Value> {
            static SIGNATURE: Signature = Signature {
                function: "sched_param",
                parameters: &["sched_priority"],
                positional_only: 0,
                positional: 1,
                required: 1,
                keyword_required: &[],
                rest: false,
                extra: false,
            };
            let bound = bind_keywords::<1>(cx, &SIGNATURE, args)?;
            let priority = bound.slots[0].cloned().unwrap_or(Value::NONE);
            cx.new_struct_sequence::<Self>(vec![priority])
        }
    ];
}

/// `os.stat_result` of the host's answer.
pub(super) fn stat_result(cx: &Ctx, stat: &Stat) -> PyResult<Value> {
    let seconds = |time: Timespec| cx.new_int(time.secs);
    let float = |time: Timespec| cx.new_float(time.secs as f64 + 1e-9 * f64::from(time.nanos));
    let nanos = |time: Timespec| time.as_nanos().into_value(cx);
    cx.new_struct_sequence::<StatResult>(vec![
        stat.mode.into_value(cx)?,
        stat.ino.into_value(cx)?,
        stat.dev.into_value(cx)?,
        stat.nlink.into_value(cx)?,
        id_value(cx, stat.uid),
        id_value(cx, stat.gid),
        stat.size.into_value(cx)?,
        seconds(stat.atime),
        seconds(stat.mtime),
        seconds(stat.ctime),
        float(stat.atime),
        float(stat.mtime),
        float(stat.ctime),
        nanos(stat.atime)?,
        nanos(stat.mtime)?,
        nanos(stat.ctime)?,
        stat.blksize.into_value(cx)?,
        stat.blocks.into_value(cx)?,
        stat.rdev.into_value(cx)?,
    ])
}

/// A user or group number; "none" is -1.
pub(crate) fn id_value(cx: &Ctx, id: u32) -> Value {
    if id == u32::MAX {
        Value::int32(-1)
    } else {
        cx.new_int(i64::from(id))
    }
}

pub(super) fn statvfs_result(cx: &Ctx, facts: &StatVfs) -> PyResult<Value> {
    let numbers = [
        facts.bsize,
        facts.frsize,
        facts.blocks,
        facts.bfree,
        facts.bavail,
        facts.files,
        facts.ffree,
        facts.favail,
        facts.flag,
        facts.namemax,
        facts.fsid,
    ];
    let values = numbers.iter().map(|number| number.into_value(cx));
    cx.new_struct_sequence::<StatVfsResult>(values.collect::<PyResult<_>>()?)
}

pub(super) fn times_result(cx: &Ctx, times: &ProcessTimes) -> PyResult<Value> {
    let values = [
        times.user,
        times.system,
        times.children_user,
        times.children_system,
        times.elapsed,
    ];
    cx.new_struct_sequence::<TimesResult>(values.iter().map(|time| cx.new_float(*time)).collect())
}

pub(super) fn waitid_result(cx: &Ctx, found: &WaitedId) -> PyResult<Value> {
    cx.new_struct_sequence::<WaitIdResult>(vec![
        Value::int32(found.pid),
        id_value(cx, found.uid),
        Value::int32(found.signo),
        Value::int32(found.status),
        Value::int32(found.code),
    ])
}

/// Adds the classes to the module under their names.
pub(super) fn add(cx: &Ctx, m: &taipan_vm::native::ModuleBuilder) -> PyResult<()> {
    m.add(
        StatResult::class().name,
        cx.struct_sequence_class::<StatResult>()?,
    )?;
    m.add(
        StatVfsResult::class().name,
        cx.struct_sequence_class::<StatVfsResult>()?,
    )?;
    m.add(
        TerminalSize::class().name,
        cx.struct_sequence_class::<TerminalSize>()?,
    )?;
    m.add(
        UnameResult::class().name,
        cx.struct_sequence_class::<UnameResult>()?,
    )?;
    m.add(
        TimesResult::class().name,
        cx.struct_sequence_class::<TimesResult>()?,
    )?;
    m.add(
        WaitIdResult::class().name,
        cx.struct_sequence_class::<WaitIdResult>()?,
    )?;
    m.add(
        SchedParam::class().name,
        cx.struct_sequence_class::<SchedParam>()?,
    )
}
