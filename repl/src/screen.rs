//! What the program's threads print while a line is edited: it appears above the line.
//!
//! The host asks [`Screen::take`] at each write to standard output and error. While somebody edits, whole lines go to
//! reedline, which draws its input again below them; the beginning of a line waits for its end, or for the end of editing.

use std::io::Write as _;
use std::sync::mpsc::{SyncSender, TrySendError};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use reedline::ExternalPrinter;

/// Lines that reedline has not drawn yet; it looks ten times a second.
const LINES: usize = 10_000;

/// See the module. Clones are the same screen.
#[derive(Clone, Default)]
pub struct Screen {
    state: Arc<Mutex<State>>,
}

#[derive(Default)]
struct State {
    /// Where lines go while somebody edits.
    lines: Option<SyncSender<String>>,
    /// Printed, but neither drawn nor on its way.
    waiting: Vec<u8>,
}

impl State {
    fn send_lines(&mut self) {
        let Some(lines) = &self.lines else { return };
        while let Some(end) = self.waiting.iter().position(|&byte| byte == b'\n') {
            let line = String::from_utf8_lossy(&self.waiting[..end]).into_owned();
            match lines.try_send(line) {
                Ok(()) => drop(self.waiting.drain(..=end)),
                // The next line that is printed, or the end of editing, brings it out.
                Err(TrySendError::Full(_) | TrySendError::Disconnected(_)) => return,
            }
        }
    }
}

impl Screen {
    /// A write to a descriptor. Returns whether the screen took it.
    #[must_use]
    pub fn take(&self, fd: i32, data: &[u8]) -> bool {
        if !matches!(fd, 1 | 2) {
            return false;
        }
        let mut state = self.state();
        if state.lines.is_none() {
            return false;
        }
        state.waiting.extend_from_slice(data);
        state.send_lines();
        true
    }

    /// The printer that an editor draws from, and what [`Screen::edit`] takes.
    pub(crate) fn printer() -> (ExternalPrinter<String>, SyncSender<String>) {
        let printer = ExternalPrinter::new(LINES);
        let sender = printer.sender();
        (printer, sender)
    }

    /// Calls `edit`, during which whole lines go to `lines`.
    pub(crate) fn edit<T>(&self, lines: &SyncSender<String>, edit: impl FnOnce() -> T) -> T {
        self.state().lines = Some(lines.clone());
        let result = edit();
        let mut state = self.state();
        state.lines = None;
        let waiting = std::mem::take(&mut state.waiting);
        drop(state);
        if !waiting.is_empty() {
            let mut out = std::io::stdout().lock();
            // A terminal that is gone has nobody to show it to.
            let _ = out.write_all(&waiting).and_then(|()| out.flush());
        }
        result
    }

    fn state(&self) -> MutexGuard<'_, State> {
        // Each step leaves the state whole.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::Screen;

    #[test]
    fn only_whole_lines_are_drawn_while_somebody_edits() {
        let screen = Screen::default();
        let (printer, lines) = Screen::printer();
        assert!(!screen.take(1, b"before\n"));
        screen.edit(&lines, || {
            assert!(screen.take(1, b"on"));
            assert_eq!(printer.get_line(), None);
            assert!(screen.take(2, b"e\ntwo\n"));
            assert_eq!(printer.get_line().as_deref(), Some("one"));
            assert_eq!(printer.get_line().as_deref(), Some("two"));
            assert!(!screen.take(3, b"a file\n"));
        });
        assert!(!screen.take(1, b"after\n"));
    }
}
