//! Running a whole program in `__main__`, from its first line to the last flush.
//!
//! CPython 3.14: `Modules/main.c`, `Python/pythonrun.c`, `Py_FinalizeEx` (`Python/pylifecycle.c`). `run` starts programs,
//! `finish` ends them, `interactive` is the plain prompt. Tests: `tests/cli/`.

mod finish;
mod interactive;
mod run;

pub use finish::Ending;
