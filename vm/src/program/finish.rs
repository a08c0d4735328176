//! Ending a program: what an uncaught exception means, and the last flush.

use crate::ctx::Ctx;
use crate::error::{PyErr, PyResult};
use crate::limits::Limit;
use crate::value::Value;

/// How a program ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ending {
    /// With this exit status.
    Status(i32),
    /// By `KeyboardInterrupt`: the process should end by the signal.
    Interrupted,
    /// It has exceeded a limit.
    Stopped(Limit),
}

impl Ctx {
    /// The ending that a program's result means; an exception is shown.
    pub fn end_program(&self, result: PyResult<()>) -> Ending {
        if let Some(limit) = self.exceeded_limit() {
            return Ending::Stopped(limit);
        }
        match result {
            Ok(()) => Ending::Status(0),
            Err(error) if self.matches(&error, &self.types().system_exit) => {
                Ending::Status(self.exit_status(&error))
            }
            Err(error) => {
                let interrupted = self.matches(&error, &self.types().keyboard_interrupt);
                self.register_command_source();
                self.print_exception(&error);
                if interrupted {
                    Ending::Interrupted
                } else {
                    Ending::Status(1)
                }
            }
        }
    }

    /// The exit status that a `SystemExit` asks for; a message is printed.
    fn exit_status(&self, error: &PyErr) -> i32 {
        self.flush_streams();
        let code = match self.find_attr(error.value(), &self.names().code) {
            Ok(Some(code)) => code,
            _ => Value::NONE,
        };
        if code.is_none() {
            return 0;
        }
        if let Some(number) = code.as_int() {
            // What does not fit is -1, as for CPython.
            return number
                .to_i64()
                .and_then(|number| i32::try_from(number).ok())
                .unwrap_or(-1);
        }
        match self.str(&code) {
            Ok(text) => {
                self.write_error_value(&text);
                self.write_error_text("\n");
            }
            Err(second) => self.print_exception(&second),
        }
        self.flush_streams();
        1
    }

    /// Waits for threads, calls what `atexit` knows, ends the modules, flushes the streams. Returns whether the streams could be flushed.
    pub fn finish_program(&self) -> bool {
        if self.exceeded_limit().is_some() {
            // What was printed before may come out; nothing else of the program runs.
            self.isolate().import_state.finalizing.set(true);
            self.stop_other_threads();
            return self.flush_streams();
        }
        let threading = self.modules().get_str(&self.intern("threading"));
        if let Some(threading) = threading.filter(|threading| !threading.is_none())
            && let Err(error) = self.call_method(&threading, &self.intern("_shutdown"), &[])
        {
            self.report_unraisable(
                &error,
                Some("Exception ignored on threading shutdown"),
                &Value::NONE,
            );
        }
        crate::modules::atexit::run_exit_functions(self);
        self.isolate().import_state.finalizing.set(true);
        self.stop_other_threads();
        let flushed = self.flush_streams();
        self.end_modules();
        self.flush_streams() && flushed
    }
}
