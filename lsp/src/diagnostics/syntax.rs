//! What CPython's compiler refuses.
//!
//! CPython counterpart: the `SyntaxError`s of the tokenizer, the parser, `Python/symtable.c` and `Python/compile.c`.
//! The sources are ruff's parser and its semantic checker ([`super::semantic`]); this module is the one place to
//! exchange when another source of syntax errors is there. Invariant: a cascade is cut after the first error of a
//! line. Tests: below.

use std::sync::Arc;

use ruff_text_size::{Ranged, TextRange, TextSize};

use super::Problem;
use crate::project::Document;

/// Returns the syntax errors of a document, in the order of the text.
pub(crate) fn check(document: &Arc<Document>) -> Vec<Problem> {
    let tree = document.tree();
    if let Some(too_deep) = tree.too_deep {
        return vec![Problem::error("too-deep", too_deep.range, too_deep.message)];
    }
    let mut out: Vec<Problem> = Vec::new();
    for error in tree.parsed.errors() {
        let message = super::wording::of_parser(error, document.text.at(error.location));
        out.push(Problem::error(
            "invalid-syntax",
            visible(document, error.location),
            message,
        ));
    }
    for error in tree.parsed.unsupported_syntax_errors() {
        out.push(Problem::error(
            "unsupported-syntax",
            error.range(),
            error.to_string(),
        ));
    }
    out.extend(super::semantic::check(
        document.body(),
        document.text.as_str(),
    ));
    out.sort_by_key(|problem| problem.range.start());
    // What follows an error on its line is most often its consequence.
    let mut last = usize::MAX;
    out.retain(|problem| {
        let line = document.text.line_of(problem.range.start().to_usize());
        std::mem::replace(&mut last, line) != line
    });
    out
}

/// Widens an empty range to the character there, so that an editor has something to underline.
fn visible(document: &Document, range: TextRange) -> TextRange {
    if !range.is_empty() {
        return range;
    }
    let start = range.start().to_usize();
    match document
        .text
        .as_str()
        .get(start..)
        .and_then(|rest| rest.chars().next())
    {
        Some(c) if c != '\n' && c != '\r' => TextRange::at(range.start(), TextSize::of(c)),
        _ => range,
    }
}

#[cfg(test)]
mod tests {
    use crate::fixture::check_problems;

    #[test]
    fn parser_and_compiler_errors_are_found() {
        check_problems("x = (1\n", &["invalid-syntax"]);
        check_problems("return 1\n", &["invalid-syntax"]);
        check_problems("def f(a, a): return a\n", &["invalid-syntax"]);
        check_problems("def f():\n    x = 1\n    return x\n", &[]);
    }

    #[test]
    fn what_the_checker_leaves_out_is_found() {
        let except = "try:\n    pass\nexcept:\n    pass\nexcept A:\n    pass\n";
        check_problems(except, &["invalid-syntax", "undefined-name"]);
        let star = "def f():\n    try:\n        pass\n    except* ValueError:\n        return 1\n";
        check_problems(star, &["invalid-syntax"]);
        let both =
            "x = 0\ndef g():\n    x = 1\n    def f():\n        global x\n        nonlocal x\n";
        check_problems(both, &["invalid-syntax"]);
    }

    #[test]
    fn nesting_beyond_cpythons_limit_is_an_error() {
        let text = format!("x = {}{}\n", "(".repeat(5000), ")".repeat(5000));
        check_problems(&text, &["too-deep"]);
    }
}
