//! The sandbox's clock, randomness, signals, streams and environment.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use taipan_host::clock::{BrokenTime, Timespec};
use taipan_host::signals::Disposition;
use taipan_host::system::HostLimit;
use taipan_host::{Input, Output, SandboxClock, SandboxConfig, SandboxRandomness, memory, sandbox};

use crate::scratch::errno;

#[test]
fn a_fixed_clock_moves_by_sleeping_only() {
    let start = Timespec {
        secs: 1_000_000_000,
        nanos: 0,
    };
    let clock = SandboxClock::Fixed(start);
    let host = sandbox(SandboxConfig {
        clock,
        ..SandboxConfig::default()
    })
    .unwrap();
    assert_eq!(host.clock_gettime(libc::CLOCK_REALTIME).unwrap(), start);
    let now = host.clock_gettime(libc::CLOCK_MONOTONIC).unwrap();
    host.sleep_until(Timespec {
        secs: now.secs + 3600,
        nanos: 0,
    })
    .unwrap();
    assert_eq!(
        host.clock_gettime(libc::CLOCK_REALTIME).unwrap().secs,
        start.secs + 3600
    );
    assert!(
        host.poll(&mut [], Some(Timespec { secs: 60, nanos: 0 }))
            .unwrap()
            == 0
    );
    assert_eq!(
        host.clock_gettime(libc::CLOCK_REALTIME).unwrap().secs,
        start.secs + 3660
    );
}

#[test]
fn seeded_randomness_repeats() {
    let bytes = |seed| {
        let randomness = SandboxRandomness::Seeded(seed);
        let host = sandbox(SandboxConfig {
            randomness,
            ..SandboxConfig::default()
        })
        .unwrap();
        let mut buffer = [0; 20];
        host.urandom(&mut buffer).unwrap();
        buffer
    };
    assert_eq!(bytes(1), bytes(1));
    assert_ne!(bytes(1), bytes(2));
}

#[test]
fn output_is_collected_and_limited() {
    let (host, output) = memory().unwrap();
    host.write(1, b"out ").unwrap();
    host.write(2, b"err").unwrap();
    assert_eq!(output.take(), b"out err");
    let limited = sandbox(SandboxConfig {
        output_limit: Some(5),
        ..SandboxConfig::default()
    })
    .unwrap();
    limited.write(1, b"12345").unwrap();
    assert_eq!(limited.exceeded_limit().unwrap(), None);
    assert_eq!(errno(limited.write(2, b"6")), libc::EDQUOT);
    assert_eq!(limited.exceeded_limit().unwrap(), Some(HostLimit::Output));
}

#[test]
fn input_comes_from_the_owner() {
    let stdin = Input::Bytes(b"line\n".to_vec());
    let host = sandbox(SandboxConfig {
        stdin,
        stdout: Output::Discard,
        ..SandboxConfig::default()
    })
    .unwrap();
    let mut buffer = [0; 10];
    assert_eq!(host.read(0, &mut buffer).unwrap(), 5);
    assert_eq!(host.read(0, &mut buffer).unwrap(), 0);
    assert_eq!(errno(host.write(0, b"x")), libc::EBADF);
}

#[test]
fn the_environment_is_its_own() {
    let environment = vec![(b"A".to_vec(), b"1".to_vec())];
    let host = sandbox(SandboxConfig {
        environment,
        ..SandboxConfig::default()
    })
    .unwrap();
    assert_eq!(host.getenv(b"PATH").unwrap(), None);
    host.putenv(b"TAIPAN_HOST_TEST", b"x").unwrap();
    assert_eq!(host.environ().unwrap().len(), 2);
    assert!(std::env::var_os("TAIPAN_HOST_TEST").is_none());
    assert_eq!(errno(host.putenv(b"A=B", b"")), libc::EINVAL);
}

#[test]
fn signals_to_itself_are_recorded() {
    let (host, _) = memory().unwrap();
    let breaker = Arc::new(AtomicU32::new(0));
    host.attach_breaker(breaker.clone(), 4).unwrap();
    assert_eq!(errno(host.raise(libc::SIGTERM)), libc::EPERM);
    host.set_disposition(libc::SIGINT, Disposition::Record)
        .unwrap();
    let (_, writer) = host.pipe(0).unwrap();
    host.set_wakeup_fd(writer).unwrap();
    host.raise(libc::SIGINT).unwrap();
    assert_eq!(breaker.load(Ordering::SeqCst), 4);
    assert_eq!(
        errno(host.sleep_until(Timespec {
            secs: i64::MAX,
            nanos: 0
        })),
        libc::EINTR
    );
    assert_eq!(host.take_pending_signal().unwrap(), Some(libc::SIGINT));
    assert_eq!(host.take_pending_signal().unwrap(), None);
    let mut byte = [0; 1];
    assert_eq!(host.read(3, &mut byte).unwrap(), 1);
    assert_eq!(i32::from(byte[0]), libc::SIGINT);
}

#[test]
fn the_calendar_is_utc() {
    let (host, _) = memory().unwrap();
    for secs in [0, 951_782_400, -1, 4_102_444_799, -62_135_596_800] {
        let mut fields = host.localtime(secs).unwrap();
        assert_eq!(host.mktime(&mut fields).unwrap(), secs);
        assert_eq!(fields.zone.as_deref(), Some(&b"UTC"[..]));
    }
    let mut overflow = BrokenTime {
        year: 124,
        mon: 13,
        mday: 30,
        ..BrokenTime::default()
    };
    host.mktime(&mut overflow).unwrap();
    assert_eq!((overflow.year, overflow.mon, overflow.mday), (125, 2, 2));
}
