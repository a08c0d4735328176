//! What the environment says to the front-ends.

use std::io::IsTerminal;

/// A variable, unless it is empty.
pub(super) fn variable(name: &str) -> Option<String> {
    std::env::var(name).ok().filter(|value| !value.is_empty())
}

/// Whether what is printed has colours, by CPython's rules: `PYTHON_COLORS`, `NO_COLOR`, `FORCE_COLOR`, `TERM`
/// (`can_colorize` in `Lib/_colorize.py`).
pub(super) fn has_colors(ignores_environment: bool) -> bool {
    if !ignores_environment {
        match variable("PYTHON_COLORS").as_deref() {
            Some("0") => return false,
            Some("1") => return true,
            _ => {}
        }
    }
    if variable("NO_COLOR").is_some() {
        return false;
    }
    if variable("FORCE_COLOR").is_some() {
        return true;
    }
    variable("TERM").as_deref() != Some("dumb") && std::io::stdout().is_terminal()
}
