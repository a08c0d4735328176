//! The rest of the sandbox's outside: clock, randomness, environment, signals, users, facts about the machine.
//!
//! It shows one user on a small Linux-like machine in UTC, so that nothing of the real one leaks.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Instant;

use super::Sandbox;
use super::config::{SandboxClock, SandboxRandomness};
use crate::clock::{BrokenTime, Clock, Randomness, Timespec, ZoneNames};
use crate::descriptors::Descriptors;
use crate::error::{OsError, OsResult};
use crate::files::Fd;
use crate::native::{MACHINE, MappedMemory};
use crate::processes::{Ids, Pid, ProcessTimes, Processes, ResourceUsage};
use crate::semaphores::Semaphores;
use crate::signals::{Disposition, SignalSet, Signals};
use crate::system::{
    Environment, Group, HostLimit, LocaleRules, Mapping, Mappings, System, SystemName, Terminal,
    User, Users,
};

/// The number of the one user and group.
pub(super) const USER: u32 = 1000;
const PROCESS: Pid = 2;

/// State of this part, guarded by the sandbox's lock.
pub(super) struct Virtual {
    clock: SandboxClock,
    started: Instant,
    /// How far a fixed clock has moved.
    skipped: Timespec,
    randomness: SandboxRandomness,
    output_left: Option<u64>,
    is_output_exhausted: bool,
    /// Calls that would wait are interrupted: the program is being ended.
    never_waits: bool,
    dispositions: [Disposition; 65],
    pending: SignalSet,
    breaker: Option<(Arc<AtomicU32>, u32)>,
    wakeup_fd: Fd,
}

impl Virtual {
    pub(super) fn new(
        clock: SandboxClock,
        randomness: SandboxRandomness,
        output_limit: Option<u64>,
    ) -> Self {
        Self {
            clock,
            started: Instant::now(),
            skipped: Timespec::ZERO,
            randomness,
            output_left: output_limit,
            is_output_exhausted: false,
            never_waits: false,
            dispositions: [Disposition::Default; 65],
            pending: SignalSet::default(),
            breaker: None,
            wakeup_fd: -1,
        }
    }

    /// The date and time.
    pub(super) fn now(&self) -> OsResult<Timespec> {
        match self.clock {
            SandboxClock::Real => MACHINE.clock_gettime(libc::CLOCK_REALTIME as i32),
            SandboxClock::Fixed(start) => Ok(Timespec::from_nanos(
                start.as_nanos() + self.skipped.as_nanos(),
            )),
        }
    }

    /// Time since the sandbox was made.
    pub(super) fn monotonic(&self) -> OsResult<Timespec> {
        Ok(match self.clock {
            SandboxClock::Real => self.started.elapsed().into(),
            SandboxClock::Fixed(_) => self.skipped,
        })
    }

    /// Moves a fixed clock; `false` for the real one, where time must pass.
    pub(super) fn skip(&mut self, span: Timespec) -> bool {
        if self.clock == SandboxClock::Real {
            return false;
        }
        self.skipped = Timespec::from_nanos(self.skipped.as_nanos() + span.as_nanos());
        true
    }

    pub(super) fn fill_random(&mut self, buffer: &mut [u8]) -> OsResult<()> {
        match &mut self.randomness {
            SandboxRandomness::Real => MACHINE.urandom(buffer),
            SandboxRandomness::Seeded(state) => {
                for chunk in buffer.chunks_mut(8) {
                    // SplitMix64 (Steele, Lea, Flood, 2014).
                    *state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
                    let mut word = *state;
                    word = (word ^ word >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
                    word = (word ^ word >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
                    word ^= word >> 31;
                    chunk.copy_from_slice(&word.to_le_bytes()[..chunk.len()]);
                }
                Ok(())
            }
        }
    }

    pub(super) fn charge_output(&mut self, bytes: usize) -> OsResult<()> {
        let Some(left) = self.output_left else {
            return Ok(());
        };
        match left.checked_sub(bytes as u64) {
            Some(left) => {
                self.output_left = Some(left);
                Ok(())
            }
            None => {
                self.is_output_exhausted = true;
                Err(OsError::refused(
                    libc::EDQUOT,
                    "the sandbox's limit of output is reached",
                ))
            }
        }
    }

    pub(super) fn is_output_exhausted(&self) -> bool {
        self.is_output_exhausted
    }

    pub(super) fn has_pending_signal(&self) -> bool {
        self.never_waits || self.pending != SignalSet::default()
    }

    fn disposition_mut(&mut self, signal: i32) -> OsResult<&mut Disposition> {
        let index = usize::try_from(signal).ok().filter(|index| *index > 0);
        index
            .and_then(|index| self.dispositions.get_mut(index))
            .ok_or(OsError::new(libc::EINVAL))
    }
}

impl Sandbox {
    /// Notes a signal for the isolate and wakes up who waits.
    fn note(&self, signal: i32) {
        let wakeup = {
            let mut state = self.lock();
            let outside = &mut state.outside;
            outside.pending = outside.pending.with(signal);
            if let Some((breaker, bits)) = &outside.breaker {
                breaker.fetch_or(*bits, Ordering::SeqCst);
            }
            self.changed.notify_all();
            outside.wakeup_fd
        };
        if wakeup >= 0 {
            // A full or closed wake-up descriptor loses nothing: the signal is pending.
            let _ = self.write(wakeup, &[signal as u8]);
        }
    }

    /// A signal that the isolate sends to itself.
    fn deliver(&self, signal: i32) -> OsResult<()> {
        let disposition = *self.lock().outside.disposition_mut(signal)?;
        match disposition {
            Disposition::Record => {
                self.note(signal);
                Ok(())
            }
            Disposition::Ignore => Ok(()),
            // What these do by default is nothing.
            _ if matches!(
                signal,
                libc::SIGCHLD | libc::SIGURG | libc::SIGWINCH | libc::SIGCONT
            ) =>
            {
                Ok(())
            }
            _ => Err(OsError::refused(
                libc::EPERM,
                "the sandbox does not let signals end the process",
            )),
        }
    }
}

/// Days since 1970-01-01 of a proleptic Gregorian date; `month` from 0, and any month overflows into years.
fn days_from_civil(year: i64, month: i64, day: i64) -> i64 {
    let (year, month) = (year + month.div_euclid(12), month.rem_euclid(12));
    // Years begin in March, so that the leap day is the last.
    let (year, month) = if month < 2 {
        (year - 1, month + 10)
    } else {
        (year, month - 2)
    };
    let era = year.div_euclid(400);
    let year_of_era = year.rem_euclid(400);
    let day_of_year = (153 * month + 2) / 5 + day - 1;
    era * 146_097 + year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year - 719_468
}

impl Clock for Sandbox {
    fn clock_gettime(&self, clock: i32) -> OsResult<Timespec> {
        let state = self.lock();
        match clock as libc::clockid_t {
            libc::CLOCK_REALTIME => state.outside.now(),
            // What the thread has used is no secret, but it would make runs differ.
            libc::CLOCK_PROCESS_CPUTIME_ID | libc::CLOCK_THREAD_CPUTIME_ID
                if state.outside.clock == SandboxClock::Real =>
            {
                drop(state);
                MACHINE.clock_gettime(clock)
            }
            #[cfg(target_os = "linux")]
            libc::CLOCK_REALTIME_COARSE | libc::CLOCK_TAI => state.outside.now(),
            #[cfg(target_os = "linux")]
            libc::CLOCK_MONOTONIC_RAW | libc::CLOCK_MONOTONIC_COARSE | libc::CLOCK_BOOTTIME => {
                state.outside.monotonic()
            }
            libc::CLOCK_MONOTONIC
            | libc::CLOCK_PROCESS_CPUTIME_ID
            | libc::CLOCK_THREAD_CPUTIME_ID => state.outside.monotonic(),
            _ => Err(OsError::new(libc::EINVAL)),
        }
    }

    fn clock_getres(&self, clock: i32) -> OsResult<Timespec> {
        self.clock_gettime(clock)?;
        Ok(Timespec { secs: 0, nanos: 1 })
    }

    fn sleep_until(&self, deadline: Timespec) -> OsResult<()> {
        let mut state = self.lock();
        loop {
            if state.outside.has_pending_signal() {
                return Err(OsError::new(libc::EINTR));
            }
            let left = deadline.as_nanos() - state.outside.monotonic()?.as_nanos();
            if left <= 0 {
                return Ok(());
            }
            let span = Timespec::from_nanos(left);
            if state.outside.skip(span) {
                return Ok(());
            }
            let waited = self.changed.wait_timeout(state, span.as_duration());
            state = waited.unwrap_or_else(std::sync::PoisonError::into_inner).0;
        }
    }

    fn localtime(&self, secs: i64) -> OsResult<BrokenTime> {
        Ok(BrokenTime {
            zone: Some(b"UTC".to_vec()),
            ..MACHINE.gmtime(secs)?
        })
    }

    fn gmtime(&self, secs: i64) -> OsResult<BrokenTime> {
        MACHINE.gmtime(secs)
    }

    fn mktime(&self, time: &mut BrokenTime) -> OsResult<i64> {
        let days = days_from_civil(
            i64::from(time.year) + 1900,
            i64::from(time.mon),
            i64::from(time.mday),
        );
        let secs = days * 86_400
            + i64::from(time.hour) * 3600
            + i64::from(time.min) * 60
            + i64::from(time.sec);
        *time = self.localtime(secs)?;
        Ok(secs)
    }

    fn strftime(&self, format: &[u8], time: &BrokenTime) -> OsResult<Vec<u8>> {
        let zone = time.zone.clone().or_else(|| Some(b"UTC".to_vec()));
        MACHINE.strftime(
            format,
            &BrokenTime {
                zone,
                ..time.clone()
            },
        )
    }

    fn tzset(&self) -> OsResult<()> {
        // There is one zone.
        Ok(())
    }

    fn zone_names(&self) -> OsResult<ZoneNames> {
        Ok(ZoneNames {
            has_dst: false,
            timezone: 0,
            names: [b"UTC".to_vec(), b"UTC".to_vec()],
        })
    }
}

impl Environment for Sandbox {
    fn environ(&self) -> OsResult<Vec<(Vec<u8>, Vec<u8>)>> {
        Ok(self
            .lock()
            .environment
            .iter()
            .map(|(name, value)| (name.clone(), value.clone()))
            .collect())
    }

    fn getenv(&self, name: &[u8]) -> OsResult<Option<Vec<u8>>> {
        Ok(self.lock().environment.get(name).cloned())
    }

    fn putenv(&self, name: &[u8], value: &[u8]) -> OsResult<()> {
        if name.is_empty() || name.contains(&b'=') || name.contains(&0) || value.contains(&0) {
            return Err(OsError::new(libc::EINVAL));
        }
        let mut state = self.lock();
        let kept: usize = state
            .environment
            .iter()
            .map(|(name, value)| name.len() + value.len())
            .sum();
        // As `ARG_MAX` bounds it elsewhere.
        if kept + name.len() + value.len() > 2 << 20 {
            return Err(OsError::new(libc::ENOMEM));
        }
        state.environment.insert(name.to_vec(), value.to_vec());
        Ok(())
    }

    fn unsetenv(&self, name: &[u8]) -> OsResult<()> {
        self.lock().environment.remove(name);
        Ok(())
    }
}

impl Signals for Sandbox {
    fn disposition(&self, signal: i32) -> OsResult<Disposition> {
        Ok(*self.lock().outside.disposition_mut(signal)?)
    }

    fn set_disposition(&self, signal: i32, disposition: Disposition) -> OsResult<()> {
        if matches!(signal, libc::SIGKILL | libc::SIGSTOP) || disposition == Disposition::Foreign {
            return Err(OsError::new(libc::EINVAL));
        }
        *self.lock().outside.disposition_mut(signal)? = disposition;
        Ok(())
    }

    fn take_pending_signal(&self) -> OsResult<Option<i32>> {
        let mut state = self.lock();
        let first = state.outside.pending.iter().next();
        if first.is_some() {
            let bits = state.outside.pending.0;
            state.outside.pending = SignalSet(bits & (bits - 1));
        }
        Ok(first)
    }

    fn record_signal(&self, signal: i32) -> OsResult<()> {
        self.lock().outside.disposition_mut(signal)?;
        self.note(signal);
        Ok(())
    }

    fn attach_breaker(&self, breaker: Arc<AtomicU32>, bits: u32) -> OsResult<()> {
        self.lock().outside.breaker = Some((breaker, bits));
        Ok(())
    }

    fn set_wakeup_fd(&self, fd: Fd) -> OsResult<Fd> {
        Ok(std::mem::replace(&mut self.lock().outside.wakeup_fd, fd))
    }

    fn take_wakeup_error(&self) -> OsResult<Option<OsError>> {
        Ok(None)
    }

    fn raise(&self, signal: i32) -> OsResult<()> {
        self.deliver(signal)
    }

    fn strsignal(&self, signal: i32) -> OsResult<Option<Vec<u8>>> {
        MACHINE.strsignal(signal)
    }

    fn valid_signals(&self) -> OsResult<SignalSet> {
        MACHINE.valid_signals()
    }
}

impl Processes for Sandbox {
    fn getpid(&self) -> OsResult<Pid> {
        Ok(PROCESS)
    }

    fn getppid(&self) -> OsResult<Pid> {
        Ok(1)
    }

    fn thread_id(&self) -> OsResult<u64> {
        MACHINE.thread_id()
    }

    fn user_ids(&self) -> OsResult<Ids> {
        Ok(Ids {
            real: USER,
            effective: USER,
            saved: USER,
        })
    }

    fn group_ids(&self) -> OsResult<Ids> {
        Ok(Ids {
            real: USER,
            effective: USER,
            saved: USER,
        })
    }

    fn getgroups(&self) -> OsResult<Vec<u32>> {
        Ok(vec![USER])
    }

    fn getpgid(&self, pid: Pid) -> OsResult<Pid> {
        if pid == 0 || pid == PROCESS {
            Ok(PROCESS)
        } else {
            Err(OsError::new(libc::ESRCH))
        }
    }

    fn getsid(&self, pid: Pid) -> OsResult<Pid> {
        self.getpgid(pid)
    }

    fn kill(&self, pid: Pid, signal: i32) -> OsResult<()> {
        if pid != PROCESS {
            return Err(OsError::refused(
                libc::EPERM,
                "the sandbox has no other processes",
            ));
        }
        if signal == 0 {
            Ok(())
        } else {
            self.deliver(signal)
        }
    }

    fn wait4(&self, _pid: Pid, _options: i32) -> OsResult<crate::processes::Waited> {
        Err(OsError::new(libc::ECHILD))
    }

    fn waitid(
        &self,
        _kind: i32,
        _id: u32,
        _options: i32,
    ) -> OsResult<Option<crate::processes::WaitedId>> {
        Err(OsError::new(libc::ECHILD))
    }

    fn sched_yield(&self) -> OsResult<()> {
        std::thread::yield_now();
        Ok(())
    }

    fn sched_getaffinity(&self, _pid: Pid) -> OsResult<Vec<usize>> {
        Ok(vec![0])
    }

    fn times(&self) -> OsResult<ProcessTimes> {
        let used = self
            .clock_gettime(libc::CLOCK_PROCESS_CPUTIME_ID as i32)?
            .as_duration()
            .as_secs_f64();
        let elapsed = self
            .clock_gettime(libc::CLOCK_MONOTONIC as i32)?
            .as_duration()
            .as_secs_f64();
        Ok(ProcessTimes {
            user: used,
            elapsed,
            ..ProcessTimes::default()
        })
    }

    fn getrusage(&self, _who: i32) -> OsResult<ResourceUsage> {
        let user_time = self.clock_gettime(libc::CLOCK_PROCESS_CPUTIME_ID as i32)?;
        Ok(ResourceUsage {
            user_time,
            ..ResourceUsage::default()
        })
    }
}

impl Terminal for Sandbox {
    fn isatty(&self, _fd: Fd) -> OsResult<bool> {
        Ok(false)
    }

    fn ctermid(&self) -> OsResult<Vec<u8>> {
        Ok(b"/dev/tty".to_vec())
    }
}

impl Users for Sandbox {
    fn user_by_name(&self, name: &[u8]) -> OsResult<Option<User>> {
        Ok(self.all_users()?.into_iter().find(|user| user.name == name))
    }

    fn user_by_id(&self, uid: u32) -> OsResult<Option<User>> {
        Ok(self.all_users()?.into_iter().find(|user| user.uid == uid))
    }

    fn all_users(&self) -> OsResult<Vec<User>> {
        Ok(vec![User {
            name: b"sandbox".to_vec(),
            password: b"x".to_vec(),
            uid: USER,
            gid: USER,
            gecos: Vec::new(),
            home: b"/tmp".to_vec(),
            shell: b"/bin/sh".to_vec(),
        }])
    }

    fn group_by_name(&self, name: &[u8]) -> OsResult<Option<Group>> {
        Ok(self
            .all_groups()?
            .into_iter()
            .find(|group| group.name == name))
    }

    fn group_by_id(&self, gid: u32) -> OsResult<Option<Group>> {
        Ok(self
            .all_groups()?
            .into_iter()
            .find(|group| group.gid == gid))
    }

    fn all_groups(&self) -> OsResult<Vec<Group>> {
        Ok(vec![Group {
            name: b"sandbox".to_vec(),
            password: b"x".to_vec(),
            gid: USER,
            members: Vec::new(),
        }])
    }

    fn getgrouplist(&self, _user: &[u8], group: u32) -> OsResult<Vec<u32>> {
        Ok(vec![group])
    }

    fn getlogin(&self) -> OsResult<Vec<u8>> {
        Ok(b"sandbox".to_vec())
    }
}

impl Semaphores for Sandbox {}

impl Mappings for Sandbox {
    fn mmap(
        &self,
        fd: Fd,
        length: usize,
        protection: i32,
        flags: i32,
        _offset: i64,
    ) -> OsResult<Box<dyn Mapping>> {
        if fd >= 0 {
            return Err(OsError::refused(
                libc::ENODEV,
                "the sandbox maps anonymous memory only",
            ));
        }
        if protection & libc::PROT_EXEC != 0 {
            return Err(OsError::refused(
                libc::EPERM,
                "the sandbox does not map executable memory",
            ));
        }
        let flags = flags & libc::MAP_SHARED | flags & libc::MAP_PRIVATE | libc::MAP_ANON;
        Ok(Box::new(MappedMemory::new(
            -1, length, protection, flags, 0,
        )?))
    }
}

impl System for Sandbox {
    fn uname(&self) -> OsResult<SystemName> {
        let real = MACHINE.uname()?;
        Ok(SystemName {
            sysname: real.sysname,
            nodename: b"sandbox".to_vec(),
            release: b"0".to_vec(),
            version: b"0".to_vec(),
            machine: real.machine,
        })
    }

    fn cpu_count(&self) -> OsResult<Option<usize>> {
        Ok(Some(1))
    }

    fn getloadavg(&self) -> OsResult<[f64; 3]> {
        Err(OsError::refused(
            libc::ENOSYS,
            "Load averages are unobtainable",
        ))
    }

    fn sysconf(&self, name: i32) -> OsResult<i64> {
        match name {
            libc::_SC_NPROCESSORS_ONLN | libc::_SC_NPROCESSORS_CONF => Ok(1),
            _ => MACHINE.sysconf(name),
        }
    }

    fn confstr(&self, name: i32) -> OsResult<Option<Vec<u8>>> {
        MACHINE.confstr(name)
    }

    fn page_size(&self) -> OsResult<usize> {
        MACHINE.page_size()
    }

    fn executable(&self) -> OsResult<Vec<u8>> {
        Ok(self.executable.clone())
    }

    fn setlocale(&self, _category: i32, locale: Option<&[u8]>) -> OsResult<Option<Vec<u8>>> {
        // The locale belongs to the process, so it stays as it is; the sandbox knows this one.
        match locale {
            None | Some(b"" | b"C.UTF-8" | b"C" | b"POSIX") => Ok(Some(b"C.UTF-8".to_vec())),
            Some(_) => Ok(None),
        }
    }

    fn localeconv(&self) -> OsResult<LocaleRules> {
        Ok(LocaleRules {
            texts: vec![("decimal_point", b".".to_vec())],
            ..LocaleRules::default()
        })
    }

    fn nl_langinfo(&self, item: i32) -> OsResult<Vec<u8>> {
        if item == libc::CODESET as i32 {
            Ok(b"UTF-8".to_vec())
        } else {
            MACHINE.nl_langinfo(item)
        }
    }

    fn strcoll(&self, left: &[u8], right: &[u8]) -> OsResult<i32> {
        Ok(left.cmp(right) as i32)
    }

    fn strxfrm(&self, text: &[u8]) -> OsResult<Vec<u8>> {
        Ok(text.to_vec())
    }

    fn resident_memory(&self) -> OsResult<u64> {
        MACHINE.resident_memory()
    }

    fn interrupt_waits(&self) -> OsResult<()> {
        self.lock().outside.never_waits = true;
        self.changed.notify_all();
        Ok(())
    }

    fn exceeded_limit(&self) -> OsResult<Option<HostLimit>> {
        Ok(self.output_limit())
    }
}
