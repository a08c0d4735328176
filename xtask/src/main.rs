//! The one entry for every job of the project: `cargo xtask` lists them.
//!
//! Each job is one file. A job returns an error text; the exit code is 1 then, and 2 for an unknown job.
#![allow(
    clippy::disallowed_methods,
    reason = "a developer's tool, outside of any isolate"
)]
#![allow(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a developer's tool talks to its terminal"
)]

mod ci;
mod command;
mod fuzz;
mod fuzz_parity;
mod golden;
mod tidy;
mod unsafe_list;
mod whats_left;

/// What a job says when it fails.
type Outcome = Result<(), String>;

struct Job {
    name: &'static str,
    about: &'static str,
    run: fn(&[String]) -> Outcome,
}

const JOBS: &[Job] = &[
    Job {
        name: "ci",
        about: "everything that a change must pass: format, tidy, clippy, tests",
        run: ci::run,
    },
    Job {
        name: "lint",
        about: "clippy, warnings as errors",
        run: ci::lint,
    },
    Job {
        name: "fuzz",
        about: "runs a fuzz target: compile, marshal",
        run: fuzz::run,
    },
    Job {
        name: "fuzz-parity",
        about: "compares the compiler with CPython 3.14 ($PYTHON) on made-up programs",
        run: fuzz_parity::run,
    },
    Job {
        name: "golden",
        about: "renews what tests compare with, by CPython 3.14 ($PYTHON)",
        run: golden::run,
    },
    Job {
        name: "test",
        about: "all tests; arguments go to `cargo test`",
        run: ci::test,
    },
    Job {
        name: "tidy",
        about: "the repository's own rules: file length, module docs, layers, ...",
        run: tidy::run,
    },
    Job {
        name: "unsafe",
        about: "prints the files that may contain unsafe code, and how much",
        run: unsafe_list::run,
    },
    Job {
        name: "whats-left",
        about: "prints what `builtins`, `sys` and the builtin types miss of CPython 3.14",
        run: whats_left::run,
    },
];

fn main() -> std::process::ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let Some((name, rest)) = arguments.split_first() else {
        list();
        return std::process::ExitCode::SUCCESS;
    };
    let Some(job) = JOBS.iter().find(|job| job.name == name) else {
        eprintln!("xtask: no job is called '{name}'");
        list();
        return std::process::ExitCode::from(2);
    };
    match (job.run)(rest) {
        Ok(()) => std::process::ExitCode::SUCCESS,
        Err(message) => {
            eprintln!("xtask {name}: {message}");
            std::process::ExitCode::FAILURE
        }
    }
}

fn list() {
    for job in JOBS {
        println!("cargo xtask {:<11} {}", job.name, job.about);
    }
}
