//! The prompt: after a program (`-i`), or instead of one.
//!
//! CPython 3.14: `pymain_run_stdin`, `pymain_repl` (`Modules/main.c`). Tests: `tests/repl/`, `tests/cli/`.

use std::io::IsTerminal;
use std::path::PathBuf;

use taipan_text::{Wtf8, Wtf8Buf};
use taipan_vm::ctx::Ctx;

use crate::options::{Options, Program};
use crate::{run, start};

use super::environment::{has_colors, variable};

/// Whether the command line asks for a prompt on a terminal; elsewhere it is the plain one of `run`.
pub(crate) fn is_wanted(options: &Options) -> bool {
    if !std::io::stdin().is_terminal() {
        return false;
    }
    let inspects =
        options.inspect > 0 || (!options.ignore_environment && variable("PYTHONINSPECT").is_some());
    match options.program {
        None | Some(Program::Stdin) => true,
        Some(_) => inspects,
    }
}

/// Runs the program, if there is one, and then the prompt until its end. Returns the status.
///
/// # Errors
/// Why there is no prompt.
pub(crate) fn run(options: &Options, program: &str, arguments: &[Wtf8Buf]) -> Result<u8, String> {
    let settings = taipan_repl::Options {
        history: history_file(options),
        colors: has_colors(options.ignore_environment),
        vi: options.vi,
    };
    let has_banner = !options.quiet && matches!(options.program, None | Some(Program::Stdin));
    let (options, program, arguments) = (options.clone(), program.to_owned(), arguments.to_vec());
    let screen = taipan_repl::Screen::default();
    let taker = screen.clone();
    let make = move || {
        let native = taipan_host::native_with_taker(Box::new(move |fd, data| taker.take(fd, data)));
        let host = run::host(&options, native)?;
        let cx = start::for_front_end(&options, host, &program, &arguments)?;
        let entered = cx.enter();
        match options.program {
            None | Some(Program::Stdin) => {
                if has_banner {
                    eprint!("{}", banner());
                }
                begin(&entered);
            }
            Some(_) => run::before_prompt(&entered, &options, &program),
        }
        drop(entered);
        taipan_repl::SessionEngine::new(cx).map_err(|error| {
            cx.enter().end_program(Err(error));
            "the session cannot start".to_owned()
        })
    };
    let code = taipan_repl::run(make, &settings, &screen).map_err(|error| error.to_string())?;
    Ok((code & 0xFF) as u8)
}

fn banner() -> String {
    format!(
        "Taipan {} (Python 3.14.8) on {}\nType \"help\", \"copyright\", \"credits\" or \"license\" for more information.\n",
        env!("CARGO_PKG_VERSION"),
        std::env::consts::OS
    )
}

/// What happens before the first prompt of a session without a program.
fn begin(cx: &Ctx) {
    let begun = cx.prepend_path(Wtf8::from_str(""));
    if begun.is_err() {
        cx.end_program(begun);
    }
    run::run_startup(cx);
}

/// `PYTHON_HISTORY`, or a file in the user's state folder.
fn history_file(options: &Options) -> Option<PathBuf> {
    if options.ignore_environment {
        return None;
    }
    if let Some(file) = variable("PYTHON_HISTORY") {
        return Some(PathBuf::from(file));
    }
    let state = match variable("XDG_STATE_HOME") {
        Some(folder) => PathBuf::from(folder),
        None => PathBuf::from(variable("HOME")?).join(".local/state"),
    };
    Some(state.join("taipan/history.sqlite3"))
}
