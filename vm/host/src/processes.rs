//! Processes: identity, start, wait, scheduling; what `posix`, `_posixsubprocess` and `resource` need.

use crate::boundary::part_of_host;
use crate::clock::Timespec;
use crate::files::Fd;
use crate::signals::SignalSet;

/// A process number.
pub type Pid = i32;

/// Resources a process has used (`struct rusage`).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ResourceUsage {
    /// Time in user code.
    pub user_time: Timespec,
    /// Time in the kernel.
    pub system_time: Timespec,
    /// `ru_maxrss`, `ru_ixrss`, `ru_idrss`, `ru_isrss`, `ru_minflt`, `ru_majflt`, `ru_nswap`, `ru_inblock`,
    /// `ru_oublock`, `ru_msgsnd`, `ru_msgrcv`, `ru_nsignals`, `ru_nvcsw`, `ru_nivcsw`.
    pub counters: [i64; 14],
}

/// A child that `wait4` found.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Waited {
    /// The child, 0 if none is ready (`WNOHANG`).
    pub pid: Pid,
    /// The status word (`WIFEXITED` and friends read it).
    pub status: i32,
    /// What it used.
    pub usage: ResourceUsage,
}

/// A child that `waitid` found.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct WaitedId {
    /// The child.
    pub pid: Pid,
    /// Its user.
    pub uid: u32,
    /// `SIGCHLD`.
    pub signo: i32,
    /// Exit status or signal.
    pub status: i32,
    /// `CLD_*`.
    pub code: i32,
}

/// Times of this process and its children, in seconds.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct ProcessTimes {
    /// In user code.
    pub user: f64,
    /// In the kernel.
    pub system: f64,
    /// In children's user code.
    pub children_user: f64,
    /// In the kernel for children.
    pub children_system: f64,
    /// Since some fixed moment.
    pub elapsed: f64,
}

/// Numbers that name a process, a user or a group.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Ids {
    /// Real.
    pub real: u32,
    /// Effective.
    pub effective: u32,
    /// Saved.
    pub saved: u32,
}

/// A file action of `posix_spawn`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SpawnAction {
    /// Open a file as `fd`.
    Open {
        /// The number it gets.
        fd: Fd,
        /// Which file.
        path: Vec<u8>,
        /// `O_*`.
        flags: i32,
        /// Permission bits.
        mode: u32,
    },
    /// Close a descriptor.
    Close(Fd),
    /// Duplicate the first as the second.
    Dup2(Fd, Fd),
}

/// A start with `posix_spawn`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Spawn {
    /// The program; searched in `PATH` if `search` is set and it holds no slash.
    pub path: Vec<u8>,
    /// `posix_spawnp`.
    pub search: bool,
    /// Arguments, the first is the program's name.
    pub argv: Vec<Vec<u8>>,
    /// `NAME=value`; `None` inherits.
    pub environment: Option<Vec<Vec<u8>>>,
    /// What happens to descriptors.
    pub actions: Vec<SpawnAction>,
    /// Process group.
    pub process_group: Option<Pid>,
    /// Reset effective ids.
    pub reset_ids: bool,
    /// A session of its own.
    pub new_session: bool,
    /// Blocked signals.
    pub signal_mask: Option<SignalSet>,
    /// Signals set to their default action.
    pub default_signals: Option<SignalSet>,
    /// Scheduling policy and priority.
    pub scheduler: Option<(Option<i32>, i32)>,
}

/// A start as `_posixsubprocess.fork_exec` wants it. Descriptors of -1 are absent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ForkExec {
    /// Arguments.
    pub argv: Vec<Vec<u8>>,
    /// Paths to try in turn.
    pub executables: Vec<Vec<u8>>,
    /// Close all descriptors above 2 but `keep`.
    pub close_fds: bool,
    /// Descriptors to keep, ascending.
    pub keep: Vec<Fd>,
    /// The child's current directory.
    pub directory: Option<Vec<u8>>,
    /// `NAME=value`; `None` inherits.
    pub environment: Option<Vec<Vec<u8>>>,
    /// The child's standard input, and the parent's end to close.
    pub stdin: (Fd, Fd),
    /// The child's standard output (parent's end first, as in `c2pread, c2pwrite`).
    pub stdout: (Fd, Fd),
    /// The child's standard error (parent's end first).
    pub stderr: (Fd, Fd),
    /// The pipe that tells the parent of a failed start: reading end, writing end.
    pub error_pipe: (Fd, Fd),
    /// Set `SIGPIPE`, `SIGXFSZ` to their defaults.
    pub restore_signals: bool,
    /// A session of its own.
    pub new_session: bool,
    /// Process group; -1 keeps.
    pub process_group: Pid,
    /// Group.
    pub gid: Option<u32>,
    /// Supplementary groups.
    pub groups: Option<Vec<u32>>,
    /// User.
    pub uid: Option<u32>,
    /// Mask of permission bits; negative keeps.
    pub umask: i32,
}

/// Python code to run in a child between `fork` and `exec`; `false` reports "Exception occurred in preexec_fn.".
pub type BeforeExec<'a> = &'a mut dyn FnMut() -> bool;

part_of_host! {
    /// This process and others.
    pub trait Processes in Processes {
        /// This process.
        fn getpid(&self) -> Pid;
        /// Its parent.
        fn getppid(&self) -> Pid;
        /// The kernel's number of the calling thread.
        fn thread_id(&self) -> u64;
        /// User ids.
        fn user_ids(&self) -> Ids;
        /// Group ids.
        fn group_ids(&self) -> Ids;
        /// Sets the user (`setuid`).
        fn setuid(&self, uid: u32) -> ();
        /// Sets the effective user.
        fn seteuid(&self, uid: u32) -> ();
        /// Sets the group.
        fn setgid(&self, gid: u32) -> ();
        /// Sets the effective group.
        fn setegid(&self, gid: u32) -> ();
        /// Sets real and effective user; `u32::MAX` keeps.
        fn setreuid(&self, real: u32, effective: u32) -> ();
        /// Sets real and effective group; `u32::MAX` keeps.
        fn setregid(&self, real: u32, effective: u32) -> ();
        /// Sets the three user ids; `u32::MAX` keeps.
        fn setresuid(&self, ids: Ids) -> ();
        /// Sets the three group ids; `u32::MAX` keeps.
        fn setresgid(&self, ids: Ids) -> ();
        /// Supplementary groups.
        fn getgroups(&self) -> Vec<u32>;
        /// Sets supplementary groups.
        fn setgroups(&self, groups: &[u32]) -> ();
        /// Sets supplementary groups from the group database.
        fn initgroups(&self, user: &[u8], group: u32) -> ();
        /// A process's group; 0 is this process.
        fn getpgid(&self, pid: Pid) -> Pid;
        /// Sets a process's group.
        fn setpgid(&self, pid: Pid, group: Pid) -> ();
        /// A process's session.
        fn getsid(&self, pid: Pid) -> Pid;
        /// A new session.
        fn setsid(&self) -> Pid;
        /// Sends a signal.
        fn kill(&self, pid: Pid, signal: i32) -> ();
        /// Sends a signal to a process group.
        fn killpg(&self, group: Pid, signal: i32) -> ();
        /// Copies this process; 0 in the child. Only the calling thread lives on there.
        fn fork(&self) -> Pid;
        /// As `fork`, with a new terminal for the child; the parent gets its master.
        fn forkpty(&self) -> (Pid, Fd);
        /// Replaces the program. `environment` holds `NAME=value`, `None` inherits. Returns only on failure.
        fn exec(&self, path: &[u8], argv: &[Vec<u8>], environment: Option<&[Vec<u8>]>) -> std::convert::Infallible;
        /// Replaces the program by an open file.
        fn exec_fd(&self, fd: Fd, argv: &[Vec<u8>], environment: &[Vec<u8>]) -> std::convert::Infallible;
        /// Starts a program with `posix_spawn`.
        fn spawn(&self, spawn: &Spawn) -> Pid;
        /// Starts a program as the `subprocess` module wants it.
        fn fork_exec(&self, request: &ForkExec, before_exec: Option<BeforeExec<'_>>) -> Pid;
        /// Runs a shell command; returns the status word.
        fn system(&self, command: &[u8]) -> i32;
        /// Waits for a child (`waitpid`'s `pid` and `options`).
        fn wait4(&self, pid: Pid, options: i32) -> Waited;
        /// Waits for a child (`P_*`); `None` if none is ready.
        fn waitid(&self, kind: i32, id: u32, options: i32) -> Option<WaitedId>;
        /// A descriptor that stands for a process.
        fn pidfd_open(&self, pid: Pid, flags: u32) -> Fd;
        /// Sends a signal through a process descriptor.
        fn pidfd_send_signal(&self, fd: Fd, signal: i32) -> ();
        /// Ends the process at once, without clean-up (`os._exit`). Returns only on refusal.
        fn exit_now(&self, status: i32) -> std::convert::Infallible;
        /// Ends the process with `SIGABRT`. Returns only on refusal.
        fn abort(&self) -> std::convert::Infallible;
        /// Changes the priority by an amount, and returns it.
        fn nice(&self, increment: i32) -> i32;
        /// A priority (`PRIO_*`).
        fn getpriority(&self, which: i32, who: u32) -> i32;
        /// Sets a priority.
        fn setpriority(&self, which: i32, who: u32, priority: i32) -> ();
        /// Lets others run.
        fn sched_yield(&self) -> ();
        /// The CPUs that a process may use.
        fn sched_getaffinity(&self, pid: Pid) -> Vec<usize>;
        /// Sets the CPUs that a process may use.
        fn sched_setaffinity(&self, pid: Pid, cpus: &[usize]) -> ();
        /// Lowest and highest priority of a policy.
        fn sched_priority_range(&self, policy: i32) -> (i32, i32);
        /// A process's policy.
        fn sched_getscheduler(&self, pid: Pid) -> i32;
        /// Sets policy and priority.
        fn sched_setscheduler(&self, pid: Pid, policy: i32, priority: i32) -> ();
        /// A process's priority under its policy.
        fn sched_getparam(&self, pid: Pid) -> i32;
        /// Sets that priority.
        fn sched_setparam(&self, pid: Pid, priority: i32) -> ();
        /// Time slice of round-robin scheduling.
        fn sched_rr_get_interval(&self, pid: Pid) -> Timespec;
        /// Leaves namespaces (`CLONE_*`).
        fn unshare(&self, flags: i32) -> ();
        /// Joins a namespace.
        fn setns(&self, fd: Fd, kind: i32) -> ();
        /// Times used so far.
        fn times(&self) -> ProcessTimes;
        /// Resources used (`RUSAGE_*`).
        fn getrusage(&self, who: i32) -> ResourceUsage;
        /// Soft and hard limit of a resource; `u64::MAX` is no limit.
        fn getrlimit(&self, resource: i32) -> (u64, u64);
        /// Sets a limit.
        fn setrlimit(&self, resource: i32, soft: u64, hard: u64) -> ();
        /// Reads and, with `new`, sets another process's limit.
        fn prlimit(&self, pid: Pid, resource: i32, new: Option<(u64, u64)>) -> (u64, u64);
    }
}
