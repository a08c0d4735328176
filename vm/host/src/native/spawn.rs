//! Starting programs: `exec` and `posix_spawn`.
//!
//! Invariants
//! 1. A `Texts` owns its C strings and a vector of pointers to them that ends with null; it outlives the call.
//! 2. Attributes and file actions are initialised before use and destroyed exactly once, by their guards.
#![allow(unsafe_code, reason = "system calls; see the invariants above")]

use std::ffi::{CString, c_char};
use std::mem::zeroed;
use std::ptr::null;

use super::call::{c_signal_set, c_string, returned};
use crate::error::{OsError, OsResult};
use crate::processes::{Pid, Spawn, SpawnAction};

unsafe extern "C" {
    static environ: *const *const c_char;
}

/// A vector of C strings as `exec` wants it.
pub(super) struct Texts {
    _owned: Vec<CString>,
    pointers: Vec<*const c_char>,
}

impl Texts {
    pub(super) fn new(texts: &[Vec<u8>]) -> OsResult<Self> {
        let owned = texts
            .iter()
            .map(|text| c_string(text))
            .collect::<OsResult<Vec<_>>>()?;
        let pointers = owned
            .iter()
            .map(|text| text.as_ptr())
            .chain([null()])
            .collect();
        Ok(Self {
            _owned: owned,
            pointers,
        })
    }

    pub(super) fn as_ptr(&self) -> *const *const c_char {
        self.pointers.as_ptr()
    }
}

/// The given environment, or the process's own.
pub(super) fn environment_pointer(given: Option<&Texts>) -> *const *const c_char {
    match given {
        Some(texts) => texts.as_ptr(),
        // SAFETY: libc's vector; it is valid as long as nobody changes the environment at the same time, which the
        // isolate's lock prevents within one isolate.
        None => unsafe { environ },
    }
}

/// Replaces the program; returns only the failure.
pub(super) fn exec(path: &[u8], argv: &[Vec<u8>], environment: Option<&[Vec<u8>]>) -> OsError {
    let prepared = (|| {
        Ok((
            c_string(path)?,
            Texts::new(argv)?,
            environment.map(Texts::new).transpose()?,
        ))
    })();
    match prepared {
        Ok((path, argv, environment)) => {
            // SAFETY: invariant 1.
            unsafe {
                libc::execve(
                    path.as_ptr(),
                    argv.as_ptr(),
                    environment_pointer(environment.as_ref()),
                )
            };
            OsError::last()
        }
        Err(error) => error,
    }
}

/// Replaces the program by an open file; returns only the failure.
#[cfg(target_os = "linux")]
pub(super) fn exec_fd(fd: i32, argv: &[Vec<u8>], environment: &[Vec<u8>]) -> OsError {
    match (Texts::new(argv), Texts::new(environment)) {
        (Ok(argv), Ok(environment)) => {
            // SAFETY: invariant 1.
            unsafe { libc::fexecve(fd, argv.as_ptr(), environment.as_ptr()) };
            OsError::last()
        }
        (Err(error), _) | (_, Err(error)) => error,
    }
}

/// File actions, destroyed on drop.
struct Actions(libc::posix_spawn_file_actions_t);

impl Actions {
    /// The paths must outlive the actions on some platforms; the caller keeps them.
    fn new(actions: &[SpawnAction], paths: &[CString]) -> OsResult<Box<Self>> {
        // SAFETY: `init` fills it; it does not move afterwards (boxed).
        let mut this = Box::new(Self(unsafe { zeroed() }));
        // SAFETY: invariant 2.
        returned(unsafe { libc::posix_spawn_file_actions_init(&raw mut this.0) })?;
        let mut paths = paths.iter();
        for action in actions {
            let raw = &raw mut this.0;
            // SAFETY: invariant 2; the paths are live C strings.
            returned(unsafe {
                match action {
                    SpawnAction::Open {
                        fd, flags, mode, ..
                    } => {
                        let path = paths.next().ok_or(OsError::new(libc::EINVAL))?;
                        libc::posix_spawn_file_actions_addopen(
                            raw,
                            *fd,
                            path.as_ptr(),
                            *flags,
                            *mode as libc::mode_t,
                        )
                    }
                    SpawnAction::Close(fd) => libc::posix_spawn_file_actions_addclose(raw, *fd),
                    SpawnAction::Dup2(fd, new) => {
                        libc::posix_spawn_file_actions_adddup2(raw, *fd, *new)
                    }
                }
            })?;
        }
        Ok(this)
    }
}

impl Drop for Actions {
    fn drop(&mut self) {
        // SAFETY: invariant 2.
        unsafe { libc::posix_spawn_file_actions_destroy(&raw mut self.0) };
    }
}

/// Attributes, destroyed on drop.
struct Attributes(libc::posix_spawnattr_t);

impl Attributes {
    fn new(spawn: &Spawn) -> OsResult<Box<Self>> {
        // SAFETY: `init` fills it; it does not move afterwards (boxed).
        let mut this = Box::new(Self(unsafe { zeroed() }));
        let raw = &raw mut this.0;
        // SAFETY: invariant 2, for all calls of this block; the sets and parameters are live locals.
        unsafe {
            returned(libc::posix_spawnattr_init(raw))?;
            let mut flags = 0;
            if let Some(group) = spawn.process_group {
                returned(libc::posix_spawnattr_setpgroup(raw, group))?;
                flags |= libc::POSIX_SPAWN_SETPGROUP;
            }
            if spawn.reset_ids {
                flags |= libc::POSIX_SPAWN_RESETIDS;
            }
            if spawn.new_session {
                flags |= NEW_SESSION;
            }
            if let Some(set) = spawn.signal_mask {
                let set = c_signal_set(set);
                returned(libc::posix_spawnattr_setsigmask(raw, &raw const set))?;
                flags |= libc::POSIX_SPAWN_SETSIGMASK;
            }
            if let Some(set) = spawn.default_signals {
                let set = c_signal_set(set);
                returned(libc::posix_spawnattr_setsigdefault(raw, &raw const set))?;
                flags |= libc::POSIX_SPAWN_SETSIGDEF;
            }
            #[cfg(target_os = "linux")]
            if let Some((policy, priority)) = spawn.scheduler {
                if let Some(policy) = policy {
                    returned(libc::posix_spawnattr_setschedpolicy(raw, policy))?;
                    flags |= libc::POSIX_SPAWN_SETSCHEDULER;
                }
                let parameters = libc::sched_param {
                    sched_priority: priority,
                };
                returned(libc::posix_spawnattr_setschedparam(
                    raw,
                    &raw const parameters,
                ))?;
                flags |= libc::POSIX_SPAWN_SETSCHEDPARAM;
            }
            #[cfg(not(target_os = "linux"))]
            if spawn.scheduler.is_some() {
                return Err(OsError::new(libc::ENOSYS));
            }
            returned(libc::posix_spawnattr_setflags(raw, flags as libc::c_short))?;
        }
        Ok(this)
    }
}

#[cfg(target_os = "linux")]
const NEW_SESSION: i32 = 0x80;
#[cfg(not(target_os = "linux"))]
const NEW_SESSION: i32 = 0x400;

impl Drop for Attributes {
    fn drop(&mut self) {
        // SAFETY: invariant 2.
        unsafe { libc::posix_spawnattr_destroy(&raw mut self.0) };
    }
}

/// Starts a program.
pub(super) fn spawn(spawn: &Spawn) -> OsResult<Pid> {
    let path = c_string(&spawn.path)?;
    let argv = Texts::new(&spawn.argv)?;
    let environment = spawn.environment.as_deref().map(Texts::new).transpose()?;
    let mut opened = Vec::new();
    for action in &spawn.actions {
        if let SpawnAction::Open { path, .. } = action {
            opened.push(c_string(path)?);
        }
    }
    let actions = Actions::new(&spawn.actions, &opened)?;
    let attributes = Attributes::new(spawn)?;
    let call = if spawn.search {
        libc::posix_spawnp
    } else {
        libc::posix_spawn
    };
    let mut pid = 0;
    // SAFETY: invariants 1 and 2; the strings are not changed by the call in spite of its `*mut`.
    returned(unsafe {
        call(
            &raw mut pid,
            path.as_ptr(),
            &raw const actions.0,
            &raw const attributes.0,
            argv.as_ptr().cast::<*mut c_char>(),
            environment_pointer(environment.as_ref()).cast::<*mut c_char>(),
        )
    })?;
    Ok(pid)
}
