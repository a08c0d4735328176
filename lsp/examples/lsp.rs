//! The language server on standard input and output, until the `taipan` binary starts it as `taipan lsp`.

use std::process::ExitCode;

fn main() -> ExitCode {
    ExitCode::from(taipan_lsp::run_stdio(
        taipan_lsp::Options::from_environment(|| None),
    ))
}
