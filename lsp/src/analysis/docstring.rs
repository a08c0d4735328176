//! Docstrings, without the indentation of the source.
//!
//! Counterpart: `inspect.cleandoc`. Tests: below.

use ruff_python_ast::{Expr, Stmt};

/// Returns the cleaned docstring that a body starts with.
pub(crate) fn of_body(body: &[Stmt]) -> Option<String> {
    let Some(Stmt::Expr(statement)) = body.first() else {
        return None;
    };
    let Expr::StringLiteral(literal) = &*statement.value else {
        return None;
    };
    Some(clean(literal.value.to_str()))
}

/// Returns `text` with the common indentation of all lines but the first removed, and no blank lines at the ends.
pub(crate) fn clean(text: &str) -> String {
    let text = text.replace('\t', "        ");
    let lines: Vec<&str> = text.lines().collect();
    let indent = |line: &str| line.len() - line.trim_start_matches(' ').len();
    let margin = lines
        .iter()
        .skip(1)
        .filter(|line| !line.trim().is_empty())
        .map(|line| indent(line))
        .min()
        .unwrap_or(0);
    let mut out: Vec<&str> = Vec::with_capacity(lines.len());
    for (i, line) in lines.iter().enumerate() {
        out.push(
            if i == 0 {
                line.trim_start()
            } else {
                line.get(margin..).unwrap_or_default()
            }
            .trim_end(),
        );
    }
    while out.last().is_some_and(|line| line.is_empty()) {
        out.pop();
    }
    let start = out.iter().take_while(|line| line.is_empty()).count();
    out[start..].join("\n")
}

#[cfg(test)]
mod tests {
    #[test]
    fn indentation_of_the_source_is_removed() {
        assert_eq!(
            super::clean("Scale.\n\n    Returns:\n        x\n    "),
            "Scale.\n\nReturns:\n    x"
        );
    }
}
