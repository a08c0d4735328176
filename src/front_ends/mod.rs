//! The sub-commands: `repl`, `kernel`, `lsp` and `check`.
//!
//! They are off when the binary is called as `python` or `python3`. An error in use is one line and status 2.
//! Tests: `tests/cli/own/`.

mod check;
mod environment;
mod kernel;
mod library;
pub(crate) mod prompt;

use taipan_text::Wtf8Buf;

use crate::options;

const REPL_USAGE: &str = "usage: taipan repl [OPTION]...; the options are those of taipan --help. To stay at the prompt after a program, taipan -i FILE";
const LSP_USAGE: &str = "usage: taipan lsp [--stdio]";

/// Runs a sub-command; `None` if there is none of this name.
pub(crate) fn run(name: &str, program: &str, arguments: &[Wtf8Buf]) -> Option<u8> {
    if is_called_python(program) {
        return None;
    }
    let texts: Vec<String> = arguments
        .iter()
        .map(|argument| argument.to_string_lossy().into_owned())
        .collect();
    let usage = match name {
        "repl" => REPL_USAGE,
        "kernel" => kernel::USAGE,
        "lsp" => LSP_USAGE,
        "check" => check::USAGE,
        _ => return None,
    };
    if let [help] = texts.as_slice()
        && matches!(help.as_str(), "-h" | "--help")
    {
        println!("{usage}");
        return Some(0);
    }
    let result = match name {
        "repl" => repl(program, arguments),
        "kernel" => kernel::run(program, &texts),
        "lsp" => lsp(&texts),
        _ => check::run(program, &texts),
    };
    Some(match result {
        Ok(status) => status,
        Err(message) => {
            eprintln!("{program} {name}: {message}");
            2
        }
    })
}

/// Whether the binary stands in for `python`.
fn is_called_python(program: &str) -> bool {
    let name = program.rsplit('/').next().unwrap_or(program);
    name.starts_with("python")
}

fn repl(program: &str, arguments: &[Wtf8Buf]) -> Result<u8, String> {
    let options = options::parse(arguments)?;
    if options.program.is_some() || options.information.is_some() {
        return Err(REPL_USAGE.to_owned());
    }
    prompt::run(&options, program, arguments)
}

fn lsp(arguments: &[String]) -> Result<u8, String> {
    match arguments {
        // What editors add on their own.
        [] => {}
        [flag] if flag == "--stdio" => {}
        [other, ..] => {
            return Err(format!("unknown argument {other}; {LSP_USAGE}"));
        }
    }
    Ok(taipan_lsp::run_stdio(language_server_options()))
}

/// What the analysis of files knows of this machine.
fn language_server_options() -> taipan_lsp::Options {
    taipan_lsp::Options::from_environment(library::folder)
}
