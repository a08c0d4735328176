//! When the kernel has to end or to stop a cell by itself: signals, and the death of its parent.
//!
//! Counterparts: `ipykernel.parentpoller`; interrupt mode `signal` of kernelspecs.
//! Tests: the signals by hand, they concern the whole process.

use std::env;

use tokio::sync::mpsc::UnboundedSender;

use crate::kernel::Exit;

/// The process that started the kernel, as frontends tell in `JPY_PARENT_PID`.
pub fn parent_from_environment() -> Option<u32> {
    env::var("JPY_PARENT_PID")
        .ok()?
        .trim()
        .parse()
        .ok()
        .filter(|&pid| pid > 1)
}

/// Ends the kernel when the process `parent` is gone.
#[cfg(unix)]
pub(crate) fn watch_parent(parent: u32, exit: UnboundedSender<Exit>) {
    use rustix::process::{Pid, test_kill_process};
    use std::os::unix::process::parent_id;
    use std::time::Duration;

    let is_direct = parent_id() == parent;
    let Some(pid) = i32::try_from(parent).ok().and_then(Pid::from_raw) else {
        log::warn!("there can be no parent process {parent}");
        return;
    };
    tokio::spawn(async move {
        loop {
            tokio::time::sleep(Duration::from_secs(1)).await;
            // Once orphaned, a process gets another parent: that shows also if the number is reused.
            let is_gone = if is_direct {
                parent_id() != parent
            } else {
                test_kill_process(pid) == Err(rustix::io::Errno::SRCH)
            };
            if is_gone {
                log::warn!("the parent process has ended");
                let _ = exit.send(Exit::ParentGone);
                return;
            }
        }
    });
}

/// Ends the kernel when the process `parent` is gone: not known how to tell on this system.
#[cfg(not(unix))]
pub(crate) fn watch_parent(_parent: u32, _exit: UnboundedSender<Exit>) {
    log::warn!("the parent process cannot be watched on this system");
}

/// Lets SIGTERM end the kernel. SIGINT is the engine's: programs may have handlers of their own.
#[cfg(unix)]
pub(crate) fn watch_signals(exit: UnboundedSender<Exit>) -> std::io::Result<()> {
    use tokio::signal::unix::{SignalKind, signal};

    let mut terminations = signal(SignalKind::terminate())?;
    tokio::spawn(async move {
        while terminations.recv().await.is_some() {
            let _ = exit.send(Exit::Terminated);
        }
    });
    Ok(())
}

/// Nothing ends the kernel from outside but its frontend.
#[cfg(not(unix))]
pub(crate) fn watch_signals(_exit: UnboundedSender<Exit>) -> std::io::Result<()> {
    Ok(())
}
