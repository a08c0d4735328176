//! The `taipan` command: picks the front-end and its options, nothing more.
//!
//! `options` parses the command line, `configuration` adds the environment, `paths` finds the library, `help` holds the
//! texts, `start` makes the
//! isolate, `run` runs a program, `front_ends` the prompt, the kernel and the language server. Tests: `tests/cli/`.
#![allow(
    clippy::disallowed_methods,
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "the binary is the one place that meets the process"
)]

mod configuration;
mod front_ends;
mod help;
mod options;
mod paths;
mod run;
mod start;

use std::process::ExitCode;

use front_ends::prompt;

fn main() -> ExitCode {
    let mut arguments = std::env::args_os().map(|argument| argument.to_string_lossy().into_owned());
    let program = arguments.next().unwrap_or_else(|| "taipan".to_owned());
    let arguments: Vec<String> = arguments.collect();
    if let Some((name, rest)) = arguments.split_first()
        && let Some(code) = front_ends::run(name, &program, rest)
    {
        return code;
    }
    let options = match options::parse(&arguments) {
        Ok(options) => options,
        Err(message) => {
            eprint!("{message}\n{}", help::usage(&program));
            return ExitCode::from(2);
        }
    };
    if let Some(information) = options.information {
        print!("{}", help::page(information));
        return ExitCode::SUCCESS;
    }
    if prompt::is_wanted(&options) {
        return match prompt::run(&options, &program, &arguments) {
            Ok(status) => ExitCode::from(status),
            Err(message) => {
                eprintln!("{program}: {message}");
                ExitCode::FAILURE
            }
        };
    }
    let ran =
        taipan_vm::recursion::on_big_stack("main", || run::run(&options, &program, &arguments));
    match ran {
        Ok(status) => ExitCode::from(status),
        Err(error) => {
            eprintln!("{program}: cannot start a thread: {error}");
            ExitCode::FAILURE
        }
    }
}
