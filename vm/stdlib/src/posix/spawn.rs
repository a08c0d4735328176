//! `posix_spawn` and `posix_spawnp`.
//!
//! CPython 3.14: `py_posix_spawn` (`Modules/posixmodule.c`).

use taipan_host::processes::{Spawn, SpawnAction};
use taipan_host::{Pid, SignalSet};
use taipan_macros::pyfunction;
use taipan_vm::ctx::Ctx;
use taipan_vm::error::PyResult;
use taipan_vm::objects::Tuple;
use taipan_vm::value::{Py, Value};

use super::process::{arguments, environment};
use super::scheduling::priority;
use crate::path::{OsPath, fs_bytes};

/// `POSIX_SPAWN_*`, as `constants` shows them.
const OPEN: i64 = 0;
const CLOSE: i64 = 1;
const DUP2: i64 = 2;
const CLOSE_FROM: i64 = 3;

/// The options that both functions have.
struct Options<'a> {
    file_actions: Option<&'a Value>,
    setpgroup: Option<i32>,
    resetids: bool,
    setsid: bool,
    setsigmask: Option<&'a Value>,
    setsigdef: Option<&'a Value>,
    scheduler: Option<&'a Value>,
}

fn descriptor(cx: &Ctx, value: &Value) -> PyResult<i32> {
    i32::try_from(&cx.to_bigint(value)?)
        .map_err(|_| cx.overflow_error("signed integer is greater than maximum"))
}

/// One item of `file_actions`.
fn action(cx: &Ctx, item: &Value, actions: &mut Vec<SpawnAction>) -> PyResult<()> {
    let parts = match item.downcast_ref::<Tuple>().map(Py::<Tuple>::as_slice) {
        Some(parts) if !parts.is_empty() => parts,
        _ => {
            return Err(cx.type_error("Each file_actions element must be a non-empty tuple"));
        }
    };
    let unknown = || cx.type_error("Unknown file_actions identifier");
    let tag = i64::try_from(&cx.to_bigint(&parts[0])?).map_err(|_| unknown())?;
    match (tag, parts) {
        (OPEN, [_, fd, path, flags, mode]) => actions.push(SpawnAction::Open {
            fd: descriptor(cx, fd)?,
            path: fs_bytes(cx, path)?,
            flags: descriptor(cx, flags)?,
            mode: u32::try_from(&cx.to_bigint(mode)?).map_err(|_| {
                cx.overflow_error("Python int too large to convert to C unsigned long")
            })?,
        }),
        (CLOSE, [_, fd]) => actions.push(SpawnAction::Close(descriptor(cx, fd)?)),
        (DUP2, [_, fd, new]) => {
            actions.push(SpawnAction::Dup2(descriptor(cx, fd)?, descriptor(cx, new)?));
        }
        (CLOSE_FROM, [_, low]) => {
            let low = descriptor(cx, low)?;
            let (limit, _) = cx
                .host()
                .getrlimit(libc::RLIMIT_NOFILE as i32)
                .map_err(|error| cx.os_error(error))?;
            let high = i32::try_from(limit).unwrap_or(i32::MAX).min(1 << 16);
            for fd in low..high {
                // Only descriptors that are open: closing others is an error for `posix_spawn`.
                if cx.host().inherited(fd).is_ok() {
                    actions.push(SpawnAction::Close(fd));
                }
            }
        }
        (OPEN, _) => {
            return Err(cx.type_error("A open file_action tuple must have 5 elements"));
        }
        (CLOSE, _) => {
            return Err(cx.type_error("A close file_action tuple must have 2 elements"));
        }
        (DUP2, _) => return Err(cx.type_error("A dup2 file_action tuple must have 3 elements")),
        (CLOSE_FROM, _) => {
            return Err(cx.type_error("A closefrom file_action tuple must have 2 elements"));
        }
        _ => return Err(unknown()),
    }
    Ok(())
}

/// A set of signals from an iterable; an empty one counts as not given, as in CPython.
fn signals(cx: &Ctx, value: Option<&Value>) -> PyResult<Option<SignalSet>> {
    let Some(value) = value else {
        return Ok(None);
    };
    if !cx.is_true(value)? {
        return Ok(None);
    }
    let mut set = SignalSet::default();
    for item in cx.collect(value)? {
        let number = cx.to_clamped_size(&item)?;
        match i32::try_from(number) {
            Ok(signal @ 1..=64) => set = set.with(signal),
            _ => {
                return Err(cx.value_error(format!("signal number {number} out of range [1; 64]")));
            }
        }
    }
    Ok(Some(set))
}

fn start(
    cx: &Ctx,
    search: bool,
    (path, argv, env): (&Value, &Value, &Value),
    options: &Options<'_>,
) -> PyResult<Pid> {
    let function = if search {
        "posix_spawnp"
    } else {
        "posix_spawn"
    };
    let path = OsPath::of(cx, path, function, "path")?;
    let argv = arguments(cx, argv, &format!("{function}:"), "argv")?;
    let environment = if env.is_none() {
        None
    } else {
        Some(environment(cx, env, function)?)
    };
    let mut actions = Vec::new();
    if let Some(given) = options.file_actions {
        if !cx.is_sequence(given) {
            return Err(cx.type_error("file_actions must be a sequence or None"));
        }
        for item in cx.collect(given)? {
            action(cx, &item, &mut actions)?;
        }
    }
    let scheduler = match options.scheduler {
        None => None,
        Some(scheduler) => match scheduler.downcast_ref::<Tuple>().map(Py::<Tuple>::as_slice) {
            Some([policy, param]) => {
                let policy = if policy.is_none() {
                    None
                } else {
                    Some(descriptor(cx, policy)?)
                };
                Some((policy, priority(cx, param)?))
            }
            _ => {
                return Err(cx.type_error(format!("{function}: scheduler must be a tuple or None")));
            }
        },
    };
    let spawn = Spawn {
        path: path.bytes.clone(),
        search,
        argv,
        environment,
        actions,
        process_group: options.setpgroup,
        reset_ids: options.resetids,
        new_session: options.setsid,
        signal_mask: signals(cx, options.setsigmask)?,
        default_signals: signals(cx, options.setsigdef)?,
        scheduler,
    };
    cx.blocking(|host| host.spawn(&spawn))
        .map_err(|error| path.error(cx, error))
}

macro_rules! spawners {
    ($($(#[doc = $doc:literal])* $name:ident: $search:literal;)*) => {$(
        $(#[doc = $doc])*
        #[pyfunction(
            signature = (path, argv, env, /, *, file_actions = None, setpgroup = None, resetids = false, setsid = false,
                setsigmask = None, setsigdef = None, scheduler = None),
            text_signature = "($module, path, argv, env, /, *, file_actions=(),\n            setpgroup=None, resetids=False, setsid=False,\n            setsigmask=(), setsigdef=(), scheduler=None)"
        )]
        pub(super) fn $name(
            cx: &Ctx,
            path: &Value,
            argv: &Value,
            env: &Value,
            file_actions: Option<&Value>,
            setpgroup: Option<i32>,
            resetids: bool,
            setsid: bool,
            setsigmask: Option<&Value>,
            setsigdef: Option<&Value>,
            scheduler: Option<&Value>,
        ) -> PyResult<Pid> {
            let options = Options {
                file_actions,
                setpgroup,
                resetids,
                setsid,
                setsigmask,
                setsigdef,
                scheduler,
            };
            start(cx, $search, (path, argv, env), &options)
        }
    )*};
}

spawners! {
    /// Execute the program specified by path in a new process.
    ///
    ///   path
    ///     Path of executable file.
    ///   argv
    ///     Tuple or list of strings.
    ///   env
    ///     Dictionary of strings mapping to strings.
    ///   file_actions
    ///     A sequence of file action tuples.
    ///   setpgroup
    ///     The pgroup to use with the POSIX_SPAWN_SETPGROUP flag.
    ///   resetids
    ///     If the value is `true` the POSIX_SPAWN_RESETIDS will be activated.
    ///   setsid
    ///     If the value is `true` the POSIX_SPAWN_SETSID or POSIX_SPAWN_SETSID_NP will be activated.
    ///   setsigmask
    ///     The sigmask to use with the POSIX_SPAWN_SETSIGMASK flag.
    ///   setsigdef
    ///     The sigmask to use with the POSIX_SPAWN_SETSIGDEF flag.
    ///   scheduler
    ///     A tuple with the scheduler policy (optional) and parameters.
    posix_spawn: false;
    /// Execute the program specified by path in a new process, found in PATH.
    posix_spawnp: true;
}
