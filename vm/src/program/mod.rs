//! Running a whole program in `__main__`, from its first line to the last flush.
//!
//! CPython 3.14: `Modules/main.c`, `Python/pythonrun.c`, `Py_FinalizeEx` (`Python/pylifecycle.c`). `run` starts programs,
//! `finish` ends them, `modules_end` what they leave behind, `interactive` is the plain prompt. Tests: `tests/cli/`.

mod finish;
mod interactive;
mod modules_end;
mod run;

pub use finish::Ending;
