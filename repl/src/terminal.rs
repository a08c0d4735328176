//! Leaves the terminal as it was found, also when a signal ends the process.

use rustix::termios::{OptionalActions, Termios, tcgetattr, tcsetattr};
use signal_hook::consts::{SIGHUP, SIGTERM};
use signal_hook::iterator::Signals;

/// Switches bracketed paste off and the cursor on.
const RESET: &[u8] = b"\x1b[?2004l\x1b[?25h";

/// Remembers the terminal's settings and starts a thread that restores them on SIGTERM and SIGHUP, then lets the
/// signal do its work.
///
/// # Errors
/// The handlers cannot be installed.
pub(crate) fn guard() -> std::io::Result<()> {
    let Ok(settings) = tcgetattr(std::io::stdin()) else {
        // No terminal: nothing to restore.
        return Ok(());
    };
    let mut signals = Signals::new([SIGTERM, SIGHUP])?;
    std::thread::Builder::new()
        .name("terminal".to_owned())
        .spawn(move || {
            if let Some(signal) = signals.forever().next() {
                restore(&settings);
                // Ends the process as the signal would have; a failure leaves the exit below.
                let _ = signal_hook::low_level::emulate_default_handler(signal);
                std::process::exit(128 + signal);
            }
        })?;
    Ok(())
}

fn restore(settings: &Termios) {
    // The process is about to end: there is nobody to tell of a failure.
    let _ = tcsetattr(std::io::stdin(), OptionalActions::Now, settings);
    let _ = rustix::io::write(std::io::stdout(), RESET);
}

/// Whether the terminal can do what reedline asks of it.
pub(crate) fn is_capable() -> bool {
    use std::io::IsTerminal;
    let dumb = std::env::var("TERM").is_ok_and(|term| term == "dumb");
    !dumb && std::io::stdin().is_terminal() && std::io::stdout().is_terminal()
}
