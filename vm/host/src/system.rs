//! Environment, terminal, users, memory mappings and facts about the machine.

use crate::boundary::part_of_host;
use crate::files::Fd;

part_of_host! {
    /// Environment variables.
    pub trait Environment in Environment {
        /// All variables, in the system's order.
        fn environ(&self) -> Vec<(Vec<u8>, Vec<u8>)>;
        /// One variable.
        fn getenv(&self, name: &[u8]) -> Option<Vec<u8>>;
        /// Sets a variable.
        fn putenv(&self, name: &[u8], value: &[u8]) -> ();
        /// Removes a variable.
        fn unsetenv(&self, name: &[u8]) -> ();
    }
}

/// Settings of a terminal (`struct termios`).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Termios {
    /// Input modes.
    pub iflag: u64,
    /// Output modes.
    pub oflag: u64,
    /// Control modes.
    pub cflag: u64,
    /// Local modes.
    pub lflag: u64,
    /// Input speed.
    pub ispeed: u64,
    /// Output speed.
    pub ospeed: u64,
    /// Control characters, `NCCS` of them.
    pub cc: Vec<u8>,
}

part_of_host! {
    /// Terminals: `termios`, `tty`, and the calls of `posix` about them.
    pub trait Terminal in Terminal {
        /// Whether a descriptor is a terminal.
        fn isatty(&self, fd: Fd) -> bool;
        /// A terminal's name.
        fn ttyname(&self, fd: Fd) -> Vec<u8>;
        /// The controlling terminal's name.
        fn ctermid(&self) -> Vec<u8>;
        /// Columns and lines.
        fn terminal_size(&self, fd: Fd) -> (u16, u16);
        /// A new terminal's master and slave.
        fn openpty(&self) -> (Fd, Fd);
        /// Opens a master (`O_*`).
        fn posix_openpt(&self, flags: i32) -> Fd;
        /// Grants access to the slave.
        fn grantpt(&self, fd: Fd) -> ();
        /// Unlocks the slave.
        fn unlockpt(&self, fd: Fd) -> ();
        /// The slave's name.
        fn ptsname(&self, fd: Fd) -> Vec<u8>;
        /// Makes a terminal the controlling one, and the standard streams.
        fn login_tty(&self, fd: Fd) -> ();
        /// The process group in the foreground.
        fn tcgetpgrp(&self, fd: Fd) -> i32;
        /// Sets the process group in the foreground.
        fn tcsetpgrp(&self, fd: Fd, group: i32) -> ();
        /// Reads the settings.
        fn tcgetattr(&self, fd: Fd) -> Termios;
        /// Changes the settings (`TCSANOW`, ...).
        fn tcsetattr(&self, fd: Fd, when: i32, settings: &Termios) -> ();
        /// Sends a break.
        fn tcsendbreak(&self, fd: Fd, duration: i32) -> ();
        /// Waits until all is sent.
        fn tcdrain(&self, fd: Fd) -> ();
        /// Throws queues away.
        fn tcflush(&self, fd: Fd, queue: i32) -> ();
        /// Suspends or resumes.
        fn tcflow(&self, fd: Fd, action: i32) -> ();
    }
}

/// An entry of the user database.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct User {
    /// Login name.
    pub name: Vec<u8>,
    /// Password field.
    pub password: Vec<u8>,
    /// Number.
    pub uid: u32,
    /// Primary group.
    pub gid: u32,
    /// Real name and more.
    pub gecos: Vec<u8>,
    /// Home directory.
    pub home: Vec<u8>,
    /// Login shell.
    pub shell: Vec<u8>,
}

/// An entry of the group database.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Group {
    /// Name.
    pub name: Vec<u8>,
    /// Password field.
    pub password: Vec<u8>,
    /// Number.
    pub gid: u32,
    /// Members' names.
    pub members: Vec<Vec<u8>>,
}

part_of_host! {
    /// Users and groups: `pwd`, `grp`. `None` means that there is no such entry.
    pub trait Users in Users {
        /// By name.
        fn user_by_name(&self, name: &[u8]) -> Option<User>;
        /// By number.
        fn user_by_id(&self, uid: u32) -> Option<User>;
        /// All.
        fn all_users(&self) -> Vec<User>;
        /// By name.
        fn group_by_name(&self, name: &[u8]) -> Option<Group>;
        /// By number.
        fn group_by_id(&self, gid: u32) -> Option<Group>;
        /// All.
        fn all_groups(&self) -> Vec<Group>;
        /// The groups of a user, with `group` among them.
        fn getgrouplist(&self, user: &[u8], group: u32) -> Vec<u32>;
        /// The name of the user on the controlling terminal.
        fn getlogin(&self) -> Vec<u8>;
    }
}

/// A mapped piece of memory. The memory stays at `address` until `resize`, and is unmapped when this is dropped.
pub trait Mapping: Send + Sync {
    /// Its first byte; readable, and writable unless it was mapped with `PROT_READ` only.
    fn address(&self) -> *mut u8;
    /// Bytes.
    fn length(&self) -> usize;
    /// Writes a range back to the file (`MS_*` flags).
    fn flush(&self, offset: usize, length: usize, flags: i32) -> crate::OsResult<()>;
    /// Changes the length; the address may change. The caller makes sure that nobody uses the old one.
    fn resize(&mut self, length: usize) -> crate::OsResult<()>;
    /// Calls `f` with the memory, which other processes may change meanwhile.
    fn with_bytes(&self, f: &mut dyn FnMut(&[u8]));
    /// Calls `f` with the memory for change; returns `false`, without calling it, if it was not mapped to be written.
    fn with_bytes_mut(&self, f: &mut dyn FnMut(&mut [u8])) -> bool;
    /// The mapping's own descriptor of the file.
    fn file(&self) -> Option<Fd>;
    /// Closes the mapping's own descriptor of the file; `resize` then knows no file any more.
    fn forget_file(&mut self);
    /// Announces the pattern of access (`MADV_*`).
    fn advise(&self, offset: usize, length: usize, advice: i32) -> crate::OsResult<()>;
}

part_of_host! {
    /// Memory mappings.
    pub trait Mappings in Mappings {
        /// Maps a file, or with `fd` of -1 anonymous memory (`PROT_*`, `MAP_*`).
        fn mmap(&self, fd: Fd, length: usize, protection: i32, flags: i32, offset: i64) -> Box<dyn Mapping>;
        /// Opens, or makes, shared memory of that name.
        fn shm_open(&self, name: &[u8], flags: i32, mode: u32) -> Fd;
        /// Takes the name of shared memory away.
        fn shm_unlink(&self, name: &[u8]) -> ();
    }
}

/// The result of `uname`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SystemName {
    /// Operating system.
    pub sysname: Vec<u8>,
    /// The machine's name.
    pub nodename: Vec<u8>,
    /// Release.
    pub release: Vec<u8>,
    /// Version.
    pub version: Vec<u8>,
    /// Hardware.
    pub machine: Vec<u8>,
}

/// The rules of a locale for numbers and money (`struct lconv`).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LocaleRules {
    /// Text items, by their C name (`decimal_point`, ...).
    pub texts: Vec<(&'static str, Vec<u8>)>,
    /// Group sizes, by their C name (`grouping`, `mon_grouping`), as C has them.
    pub groupings: Vec<(&'static str, Vec<u8>)>,
    /// Small numbers, by their C name (`frac_digits`, ...); 127 means "not given".
    pub numbers: Vec<(&'static str, i8)>,
}

/// A limit of the host that code has run into; the isolate ends with an error that code cannot catch.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HostLimit {
    /// Too many bytes were written to the standard streams.
    Output,
}

part_of_host! {
    /// Facts about the machine and the locale.
    pub trait System in System {
        /// Names of system and machine.
        fn uname(&self) -> SystemName;
        /// CPUs that exist, `None` if unknown.
        fn cpu_count(&self) -> Option<usize>;
        /// Load averages of 1, 5 and 15 minutes.
        fn getloadavg(&self) -> [f64; 3];
        /// A system limit (`_SC_*`); -1 without an error is "no limit".
        fn sysconf(&self, name: i32) -> i64;
        /// A system text (`_CS_*`), `None` if it has no value.
        fn confstr(&self, name: i32) -> Option<Vec<u8>>;
        /// Bytes of memory that the process has in use now.
        fn resident_memory(&self) -> u64;
        /// From now on no call of this host waits: each is interrupted, as by a signal. For whoever ends a program.
        fn interrupt_waits(&self) -> ();
        /// Bytes a memory page holds.
        fn page_size(&self) -> usize;
        /// The path of the running program (`sys.executable`).
        fn executable(&self) -> Vec<u8>;
        /// Sets (`Some`) or reads (`None`) a locale category.
        fn setlocale(&self, category: i32, locale: Option<&[u8]>) -> Option<Vec<u8>>;
        /// Rules for numbers and money.
        fn localeconv(&self) -> LocaleRules;
        /// An item of the locale.
        fn nl_langinfo(&self, item: i32) -> Vec<u8>;
        /// Compares in the locale's order: negative, zero or positive.
        fn strcoll(&self, left: &[u8], right: &[u8]) -> i32;
        /// Transforms text so that plain comparison gives the locale's order.
        fn strxfrm(&self, text: &[u8]) -> Vec<u8>;
        /// Writes a message to the system log (`LOG_*`).
        fn syslog(&self, priority: i32, message: &[u8]) -> ();
        /// Connects to the system log.
        fn openlog(&self, ident: Option<&[u8]>, options: i32, facility: i32) -> ();
        /// Disconnects from the system log.
        fn closelog(&self) -> ();
        /// Sets the mask of the system log, and returns the old one.
        fn setlogmask(&self, mask: i32) -> i32;
        /// The limit that was exceeded, if any.
        fn exceeded_limit(&self) -> Option<HostLimit>;
    }
}
