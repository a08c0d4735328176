//! The `taipan` command: picks the front-end and its options, nothing more.
//!
//! `options` parses the command line, `configuration` adds the environment, `paths` finds the library, `help` holds the
//! texts, `entry` is where the process begins, `start` makes the isolate, `run` runs a program, `sandbox_options` is what
//! `--sandbox` takes, `front_ends` the prompt, the kernel and the language server. Tests: `tests/cli/`.
#![cfg_attr(not(test), no_main)]
#![allow(
    clippy::disallowed_methods,
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "the binary is the one place that meets the process"
)]

mod allocator;
mod configuration;
#[cfg(not(test))]
mod entry;
mod front_ends;
mod help;
mod options;
mod paths;
mod run;
mod sandbox_options;
mod start;

use std::os::unix::ffi::OsStrExt as _;

use front_ends::prompt;
use taipan_text::Wtf8Buf;
use taipan_vm::outside::text_of_bytes;

#[global_allocator]
static ALLOCATOR: allocator::Allocator = allocator::Allocator;

/// The thread that waits for the program takes no signals: the program's first thread decides which it blocks.
fn leave_signals_to_the_program() {
    let host = taipan_host::native();
    if let Ok(all) = host.valid_signals() {
        // A thread that takes signals passes them on to the program, so nothing is lost without this.
        let _ = host.pthread_sigmask(SIG_BLOCK, all);
    }
}

/// The number on Linux; elsewhere another one, and then the signals are passed on.
const SIG_BLOCK: i32 = 0;

/// All of it; returns the exit status.
#[cfg_attr(test, expect(dead_code, reason = "tests have a start of their own"))]
fn run_process() -> u8 {
    let mut arguments = std::env::args_os();
    let program = arguments.next().map_or_else(
        || "taipan".to_owned(),
        |program| program.to_string_lossy().into_owned(),
    );
    let arguments: Vec<Wtf8Buf> = arguments
        .map(|argument| text_of_bytes(argument.as_bytes()))
        .collect();
    if let Some((name, rest)) = arguments.split_first()
        && let Some(code) = front_ends::run(&name.to_string_lossy(), &program, rest)
    {
        return code;
    }
    let options = match options::parse(&arguments) {
        Ok(options) => options,
        Err(message) => {
            eprint!("{message}\n{}", help::usage(&program));
            return 2;
        }
    };
    if let Some(information) = options.information {
        print!("{}", help::page(information));
        return 0;
    }
    if prompt::is_wanted(&options) {
        return match prompt::run(&options, &program, &arguments) {
            Ok(status) => status,
            Err(message) => {
                eprintln!("{program}: {message}");
                1
            }
        };
    }
    let ran = taipan_vm::recursion::on_big_stack(
        "main",
        || {
            let status = run::run(&options, &program, &arguments);
            // Here and not in the caller, which a child that the program forked does not have.
            std::process::exit(i32::from(status))
        },
        leave_signals_to_the_program,
    );
    match ran {
        Ok(status) => status,
        Err(error) => {
            eprintln!("{program}: cannot start a thread: {error}");
            1
        }
    }
}
