//! Processes on the real machine. `spawn.rs` holds what starts programs.
//!
//! Invariant: each pointer passed to a call comes from a live `CString`, slice or local structure of this function.
#![allow(unsafe_code, reason = "system calls; see the invariant above")]

use std::convert::Infallible;
use std::mem::zeroed;

use super::Native;
#[cfg(target_os = "linux")]
use super::call::timespec;
use super::call::{c_string, clear_errno, cvt, done, timeval, unless_errno};
#[cfg(target_os = "linux")]
use crate::clock::Timespec;
use crate::error::{OsError, OsResult};
use crate::files::Fd;
use crate::processes::{
    BeforeExec, ForkExec, Ids, Pid, ProcessTimes, Processes, ResourceUsage, Spawn, Waited, WaitedId,
};

#[allow(
    clippy::unnecessary_cast,
    reason = "the widths of C's fields differ by platform"
)]
fn usage_from(raw: &libc::rusage) -> ResourceUsage {
    ResourceUsage {
        user_time: timeval(raw.ru_utime),
        system_time: timeval(raw.ru_stime),
        counters: [
            raw.ru_maxrss as i64,
            raw.ru_ixrss as i64,
            raw.ru_idrss as i64,
            raw.ru_isrss as i64,
            raw.ru_minflt as i64,
            raw.ru_majflt as i64,
            raw.ru_nswap as i64,
            raw.ru_inblock as i64,
            raw.ru_oublock as i64,
            raw.ru_msgsnd as i64,
            raw.ru_msgrcv as i64,
            raw.ru_nsignals as i64,
            raw.ru_nvcsw as i64,
            raw.ru_nivcsw as i64,
        ],
    }
}

fn group_count(length: usize) -> OsResult<i32> {
    i32::try_from(length).map_err(|_| OsError::new(libc::EINVAL))
}

impl Processes for Native {
    fn getpid(&self) -> OsResult<Pid> {
        // SAFETY: no pointers, and it cannot fail.
        Ok(unsafe { libc::getpid() })
    }

    fn getppid(&self) -> OsResult<Pid> {
        // SAFETY: no pointers, and it cannot fail.
        Ok(unsafe { libc::getppid() })
    }

    #[cfg(target_os = "linux")]
    fn thread_id(&self) -> OsResult<u64> {
        // SAFETY: no pointers, and it cannot fail.
        Ok(u64::from(unsafe { libc::gettid() }.unsigned_abs()))
    }

    #[cfg(target_vendor = "apple")]
    fn thread_id(&self) -> OsResult<u64> {
        let mut id = 0;
        // SAFETY: see the invariant; 0 is the calling thread.
        done(unsafe { libc::pthread_threadid_np(0, &raw mut id) })?;
        Ok(id)
    }

    #[cfg(target_os = "linux")]
    fn user_ids(&self) -> OsResult<Ids> {
        let mut ids = Ids::default();
        // SAFETY: see the invariant.
        done(unsafe {
            libc::getresuid(
                &raw mut ids.real,
                &raw mut ids.effective,
                &raw mut ids.saved,
            )
        })?;
        Ok(ids)
    }

    #[cfg(not(target_os = "linux"))]
    fn user_ids(&self) -> OsResult<Ids> {
        // SAFETY: no pointers, and they cannot fail.
        let (real, effective) = unsafe { (libc::getuid(), libc::geteuid()) };
        Ok(Ids {
            real,
            effective,
            saved: effective,
        })
    }

    #[cfg(target_os = "linux")]
    fn group_ids(&self) -> OsResult<Ids> {
        let mut ids = Ids::default();
        // SAFETY: see the invariant.
        done(unsafe {
            libc::getresgid(
                &raw mut ids.real,
                &raw mut ids.effective,
                &raw mut ids.saved,
            )
        })?;
        Ok(ids)
    }

    #[cfg(not(target_os = "linux"))]
    fn group_ids(&self) -> OsResult<Ids> {
        // SAFETY: no pointers, and they cannot fail.
        let (real, effective) = unsafe { (libc::getgid(), libc::getegid()) };
        Ok(Ids {
            real,
            effective,
            saved: effective,
        })
    }

    fn setuid(&self, uid: u32) -> OsResult<()> {
        // SAFETY: no pointers.
        done(unsafe { libc::setuid(uid) })
    }

    fn seteuid(&self, uid: u32) -> OsResult<()> {
        // SAFETY: no pointers.
        done(unsafe { libc::seteuid(uid) })
    }

    fn setgid(&self, gid: u32) -> OsResult<()> {
        // SAFETY: no pointers.
        done(unsafe { libc::setgid(gid) })
    }

    fn setegid(&self, gid: u32) -> OsResult<()> {
        // SAFETY: no pointers.
        done(unsafe { libc::setegid(gid) })
    }

    fn setreuid(&self, real: u32, effective: u32) -> OsResult<()> {
        // SAFETY: no pointers.
        done(unsafe { libc::setreuid(real, effective) })
    }

    fn setregid(&self, real: u32, effective: u32) -> OsResult<()> {
        // SAFETY: no pointers.
        done(unsafe { libc::setregid(real, effective) })
    }

    #[cfg(target_os = "linux")]
    fn setresuid(&self, ids: Ids) -> OsResult<()> {
        // SAFETY: no pointers.
        done(unsafe { libc::setresuid(ids.real, ids.effective, ids.saved) })
    }

    #[cfg(target_os = "linux")]
    fn setresgid(&self, ids: Ids) -> OsResult<()> {
        // SAFETY: no pointers.
        done(unsafe { libc::setresgid(ids.real, ids.effective, ids.saved) })
    }

    fn getgroups(&self) -> OsResult<Vec<u32>> {
        loop {
            // SAFETY: with a length of 0 nothing is written.
            let length = cvt(unsafe { libc::getgroups(0, std::ptr::null_mut()) })?;
            let mut groups = vec![0; length.unsigned_abs() as usize];
            // SAFETY: see the invariant.
            match cvt(unsafe { libc::getgroups(length, groups.as_mut_ptr()) }) {
                Ok(found) => {
                    groups.truncate(found.unsigned_abs() as usize);
                    return Ok(groups);
                }
                // The list grew in between.
                Err(error) if error.errno == libc::EINVAL => {}
                Err(error) => return Err(error),
            }
        }
    }

    fn setgroups(&self, groups: &[u32]) -> OsResult<()> {
        let length = group_count(groups.len())?;
        // SAFETY: see the invariant.
        done(unsafe { libc::setgroups(length as _, groups.as_ptr()) })
    }

    fn initgroups(&self, user: &[u8], group: u32) -> OsResult<()> {
        let user = c_string(user)?;
        // SAFETY: see the invariant.
        done(unsafe { libc::initgroups(user.as_ptr(), group as _) })
    }

    fn getpgid(&self, pid: Pid) -> OsResult<Pid> {
        // SAFETY: no pointers.
        cvt(unsafe { libc::getpgid(pid) })
    }

    fn setpgid(&self, pid: Pid, group: Pid) -> OsResult<()> {
        // SAFETY: no pointers.
        done(unsafe { libc::setpgid(pid, group) })
    }

    fn getsid(&self, pid: Pid) -> OsResult<Pid> {
        // SAFETY: no pointers.
        cvt(unsafe { libc::getsid(pid) })
    }

    fn setsid(&self) -> OsResult<Pid> {
        // SAFETY: no pointers.
        cvt(unsafe { libc::setsid() })
    }

    fn kill(&self, pid: Pid, signal: i32) -> OsResult<()> {
        // SAFETY: no pointers.
        done(unsafe { libc::kill(pid, signal) })
    }

    fn killpg(&self, group: Pid, signal: i32) -> OsResult<()> {
        // SAFETY: no pointers.
        done(unsafe { libc::killpg(group, signal) })
    }

    fn fork(&self) -> OsResult<Pid> {
        // SAFETY: no pointers. The child has one thread; the VM reinitialises its locks there, as `os.fork` says.
        cvt(unsafe { libc::fork() })
    }

    fn forkpty(&self) -> OsResult<(Pid, Fd)> {
        let mut master = -1;
        // SAFETY: see the invariant; null pointers leave name, settings and size to the system. As `fork`.
        let pid = cvt(unsafe {
            libc::forkpty(
                &raw mut master,
                std::ptr::null_mut(),
                std::ptr::null_mut(),
                std::ptr::null_mut(),
            )
        })?;
        Ok((pid, master))
    }

    fn exec(
        &self,
        path: &[u8],
        argv: &[Vec<u8>],
        environment: Option<&[Vec<u8>]>,
    ) -> OsResult<Infallible> {
        Err(super::spawn::exec(path, argv, environment))
    }

    #[cfg(target_os = "linux")]
    fn exec_fd(&self, fd: Fd, argv: &[Vec<u8>], environment: &[Vec<u8>]) -> OsResult<Infallible> {
        Err(super::spawn::exec_fd(fd, argv, environment))
    }

    fn spawn(&self, spawn: &Spawn) -> OsResult<Pid> {
        super::spawn::spawn(spawn)
    }

    fn fork_exec(&self, request: &ForkExec, before_exec: Option<BeforeExec<'_>>) -> OsResult<Pid> {
        super::fork_exec::fork_exec(request, before_exec)
    }

    fn system(&self, command: &[u8]) -> OsResult<i32> {
        let command = c_string(command)?;
        // SAFETY: see the invariant.
        Ok(unsafe { libc::system(command.as_ptr()) })
    }

    fn wait4(&self, pid: Pid, options: i32) -> OsResult<Waited> {
        let mut status = 0;
        // SAFETY: a structure of integers may be zero.
        let mut usage: libc::rusage = unsafe { zeroed() };
        // SAFETY: see the invariant.
        let pid = cvt(unsafe { libc::wait4(pid, &raw mut status, options, &raw mut usage) })?;
        Ok(Waited {
            pid,
            status,
            usage: usage_from(&usage),
        })
    }

    fn waitid(&self, kind: i32, id: u32, options: i32) -> OsResult<Option<WaitedId>> {
        // SAFETY: a structure of integers and pointers may be zero; a zero pid means that none is ready.
        let mut info: libc::siginfo_t = unsafe { zeroed() };
        // SAFETY: see the invariant.
        done(unsafe {
            libc::waitid(
                kind as libc::idtype_t,
                id as libc::id_t,
                &raw mut info,
                options,
            )
        })?;
        // SAFETY: the call succeeded; the fields are integers of any value.
        let found = unsafe {
            WaitedId {
                pid: info.si_pid(),
                uid: info.si_uid(),
                signo: info.si_signo,
                status: info.si_status(),
                code: info.si_code,
            }
        };
        Ok((found.pid != 0).then_some(found))
    }

    #[cfg(target_os = "linux")]
    fn pidfd_open(&self, pid: Pid, flags: u32) -> OsResult<Fd> {
        // SAFETY: no pointers.
        let fd = cvt(unsafe { libc::syscall(libc::SYS_pidfd_open, pid, flags) })?;
        Fd::try_from(fd).map_err(|_| OsError::new(libc::EBADF))
    }

    #[cfg(target_os = "linux")]
    fn pidfd_send_signal(&self, fd: Fd, signal: i32) -> OsResult<()> {
        let no_info = std::ptr::null::<libc::siginfo_t>();
        // SAFETY: a null pointer lets the kernel fill the information.
        cvt(unsafe { libc::syscall(libc::SYS_pidfd_send_signal, fd, signal, no_info, 0) }).map(drop)
    }

    fn exit_now(&self, status: i32) -> OsResult<Infallible> {
        // SAFETY: no pointers; it does not return.
        unsafe { libc::_exit(status) }
    }

    fn abort(&self) -> OsResult<Infallible> {
        std::process::abort()
    }

    fn nice(&self, increment: i32) -> OsResult<i32> {
        // SAFETY: no pointers.
        unless_errno(|| unsafe { libc::nice(increment) })
    }

    fn getpriority(&self, which: i32, who: u32) -> OsResult<i32> {
        // SAFETY: no pointers.
        unless_errno(|| unsafe { libc::getpriority(which as _, who as libc::id_t) })
    }

    fn setpriority(&self, which: i32, who: u32, priority: i32) -> OsResult<()> {
        // SAFETY: no pointers.
        done(unsafe { libc::setpriority(which as _, who as libc::id_t, priority) })
    }

    fn sched_yield(&self) -> OsResult<()> {
        // SAFETY: no pointers.
        done(unsafe { libc::sched_yield() })
    }

    #[cfg(target_os = "linux")]
    fn sched_getaffinity(&self, pid: Pid) -> OsResult<Vec<usize>> {
        super::scheduler::affinity(pid)
    }

    #[cfg(target_os = "linux")]
    fn sched_setaffinity(&self, pid: Pid, cpus: &[usize]) -> OsResult<()> {
        super::scheduler::set_affinity(pid, cpus)
    }

    fn sched_priority_range(&self, policy: i32) -> OsResult<(i32, i32)> {
        // SAFETY: no pointers.
        unsafe {
            Ok((
                cvt(libc::sched_get_priority_min(policy))?,
                cvt(libc::sched_get_priority_max(policy))?,
            ))
        }
    }

    #[cfg(target_os = "linux")]
    fn sched_getscheduler(&self, pid: Pid) -> OsResult<i32> {
        // SAFETY: no pointers.
        cvt(unsafe { libc::sched_getscheduler(pid) })
    }

    #[cfg(target_os = "linux")]
    fn sched_setscheduler(&self, pid: Pid, policy: i32, priority: i32) -> OsResult<()> {
        let parameters = libc::sched_param {
            sched_priority: priority,
        };
        // SAFETY: see the invariant.
        done(unsafe { libc::sched_setscheduler(pid, policy, &raw const parameters) })
    }

    #[cfg(target_os = "linux")]
    fn sched_getparam(&self, pid: Pid) -> OsResult<i32> {
        let mut parameters = libc::sched_param { sched_priority: 0 };
        // SAFETY: see the invariant.
        done(unsafe { libc::sched_getparam(pid, &raw mut parameters) })?;
        Ok(parameters.sched_priority)
    }

    #[cfg(target_os = "linux")]
    fn sched_setparam(&self, pid: Pid, priority: i32) -> OsResult<()> {
        let parameters = libc::sched_param {
            sched_priority: priority,
        };
        // SAFETY: see the invariant.
        done(unsafe { libc::sched_setparam(pid, &raw const parameters) })
    }

    #[cfg(target_os = "linux")]
    fn sched_rr_get_interval(&self, pid: Pid) -> OsResult<Timespec> {
        let mut span = libc::timespec {
            tv_sec: 0,
            tv_nsec: 0,
        };
        // SAFETY: see the invariant.
        done(unsafe { libc::sched_rr_get_interval(pid, &raw mut span) })?;
        Ok(timespec(span))
    }

    #[cfg(target_os = "linux")]
    fn unshare(&self, flags: i32) -> OsResult<()> {
        // SAFETY: no pointers.
        done(unsafe { libc::unshare(flags) })
    }

    #[cfg(target_os = "linux")]
    fn setns(&self, fd: Fd, kind: i32) -> OsResult<()> {
        // SAFETY: no pointers.
        done(unsafe { libc::setns(fd, kind) })
    }

    fn times(&self) -> OsResult<ProcessTimes> {
        // SAFETY: a structure of integers may be zero.
        let mut raw: libc::tms = unsafe { zeroed() };
        clear_errno();
        // SAFETY: see the invariant.
        let elapsed = unsafe { libc::times(&raw mut raw) };
        if elapsed as i64 == -1 && OsError::last().errno != 0 {
            return Err(OsError::last());
        }
        let ticks = super::clock::ticks_per_second();
        let seconds = |value: libc::clock_t| value as f64 / ticks;
        Ok(ProcessTimes {
            user: seconds(raw.tms_utime),
            system: seconds(raw.tms_stime),
            children_user: seconds(raw.tms_cutime),
            children_system: seconds(raw.tms_cstime),
            elapsed: seconds(elapsed),
        })
    }

    fn getrusage(&self, who: i32) -> OsResult<ResourceUsage> {
        // SAFETY: a structure of integers may be zero.
        let mut raw: libc::rusage = unsafe { zeroed() };
        // SAFETY: see the invariant.
        done(unsafe { libc::getrusage(who, &raw mut raw) })?;
        Ok(usage_from(&raw))
    }

    fn getrlimit(&self, resource: i32) -> OsResult<(u64, u64)> {
        let mut limit = libc::rlimit {
            rlim_cur: 0,
            rlim_max: 0,
        };
        // SAFETY: see the invariant.
        done(unsafe { libc::getrlimit(resource as _, &raw mut limit) })?;
        Ok((limit.rlim_cur, limit.rlim_max))
    }

    fn setrlimit(&self, resource: i32, soft: u64, hard: u64) -> OsResult<()> {
        let limit = libc::rlimit {
            rlim_cur: soft,
            rlim_max: hard,
        };
        // SAFETY: see the invariant.
        done(unsafe { libc::setrlimit(resource as _, &raw const limit) })
    }

    #[cfg(target_os = "linux")]
    fn prlimit(&self, pid: Pid, resource: i32, new: Option<(u64, u64)>) -> OsResult<(u64, u64)> {
        let new = new.map(|(soft, hard)| libc::rlimit {
            rlim_cur: soft,
            rlim_max: hard,
        });
        let new = new.as_ref().map_or(std::ptr::null(), std::ptr::from_ref);
        let mut old = libc::rlimit {
            rlim_cur: 0,
            rlim_max: 0,
        };
        // SAFETY: see the invariant.
        done(unsafe { libc::prlimit(pid, resource as _, new, &raw mut old) })?;
        Ok((old.rlim_cur, old.rlim_max))
    }
}
