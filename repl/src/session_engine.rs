//! The engine behind the prompt: Taipan's own session.

use taipan_session::{Outcome, Session};
use taipan_vm::ctx::{Ctx, Entered};
use taipan_vm::error::PyResult;
use taipan_vm::value::Value;

use crate::engine::{Candidate, Completions, Engine, Executed};

/// The status of a process whose last flush failed, as CPython's.
const FLUSH_FAILED: i32 = 120;

/// SIGINT, as the host numbers it.
const INTERRUPT: i32 = 2;

/// See the module.
pub struct SessionEngine {
    session: Session<'static>,
    cx: &'static Ctx,
    /// Keeps the context current on this thread.
    _entered: Entered<'static>,
}

impl SessionEngine {
    /// Starts a session on an isolate that is up; on the thread that will run the inputs.
    ///
    /// # Errors
    /// What importing the package `taipan` raises.
    pub fn new(cx: &'static Ctx) -> PyResult<Self> {
        let entered = cx.enter();
        for (name, text) in [("ps1", ">>> "), ("ps2", "... ")] {
            if cx.sys_get(name).is_none() {
                cx.sys_set(name, cx.new_str(text)?.into_value());
            }
        }
        Ok(Self {
            session: Session::new(cx)?,
            cx,
            _entered: entered,
        })
    }

    fn prompt(&self, name: &str) -> String {
        let text = self
            .cx
            .sys_get(name)
            .and_then(|prompt| self.cx.str(&prompt).ok());
        text.map_or_else(String::new, |text| text.to_string_lossy().into_owned())
    }

    /// Flushes `sys.stdout` and `sys.stderr`.
    fn flush(&self) {
        for name in ["stdout", "stderr"] {
            if let Some(stream) = self.cx.sys_get(name)
                && !stream.is_none()
            {
                // A stream that cannot be flushed has nobody to tell.
                let _ = self.cx.call_method(&stream, &self.cx.intern("flush"), &[]);
            }
        }
    }

    /// What a bare `exit` or `quit` means, unless the program has something of that name.
    fn way_out(&self, source: &str) -> Option<String> {
        let name = source.trim();
        if !matches!(name, "exit" | "quit") {
            return None;
        }
        let namespace = self.cx.main_module().ok()?.dict(self.cx);
        (!namespace.contains_str(&self.cx.intern(name))).then(|| format!("{name}()"))
    }

    /// Drops a ctrl-c that came while nothing ran.
    fn forget_interrupts(&self) {
        while matches!(self.cx.host().take_pending_signal(), Ok(Some(INTERRUPT))) {}
    }

    fn write_error(&self, text: &str) -> PyResult<()> {
        let Some(stream) = self.cx.sys_get("stderr").filter(|stream| !stream.is_none()) else {
            return Ok(());
        };
        let text: Value = self.cx.new_str(text)?.into_value();
        self.cx
            .call_method(&stream, &self.cx.intern("write"), &[text])
            .map(drop)
    }
}

impl Engine for SessionEngine {
    fn prompts(&mut self) -> (String, String) {
        (self.prompt("ps1"), self.prompt("ps2"))
    }

    fn execute(&mut self, source: &str) -> Executed {
        self.forget_interrupts();
        let leave = self.way_out(source);
        let outcome = self.session.run(leave.as_deref().unwrap_or(source), None);
        let executed = match outcome {
            Ok(Outcome::Done) => Executed::Continue,
            Ok(Outcome::Exit(code)) => Executed::Exit(code),
            Ok(Outcome::Error(error)) | Err(error) => {
                if let Err(second) = self.session.report(&error) {
                    self.cx.report_unraisable(
                        &second,
                        Some("Exception ignored in sys.excepthook"),
                        &Value::NONE,
                    );
                }
                Executed::Continue
            }
        };
        self.flush();
        executed
    }

    fn complete(&mut self, source: &str, cursor: usize) -> Completions {
        let before = source.get(..cursor).unwrap_or(source);
        let Ok(found) = self.session.complete(source, before.chars().count()) else {
            return Completions::default();
        };
        let start = before
            .char_indices()
            .nth(found.start)
            .map_or(before.len(), |(at, _)| at);
        let candidates = found
            .candidates
            .into_iter()
            .map(|candidate| Candidate {
                text: candidate.text,
                description: Some(match candidate.documentation {
                    Some(documentation) => format!("{}: {documentation}", candidate.kind),
                    None => candidate.kind,
                }),
            })
            .collect();
        Completions {
            start,
            end: before.len(),
            candidates,
        }
    }

    fn while_idle(&mut self, wait: &mut dyn FnMut()) {
        self.cx.blocking(|_| wait());
    }

    fn interrupted(&mut self) {
        self.forget_interrupts();
        // A closed stream has nobody to tell.
        let _ = self.write_error("KeyboardInterrupt\n");
        self.flush();
    }

    fn finish(&mut self, code: i32) -> i32 {
        if !self.cx.finish_program() && code == 0 {
            return FLUSH_FAILED;
        }
        code
    }
}
