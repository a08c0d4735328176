//! Pasted sessions: lines with `>>>` and `...` in front, and what was printed between them.

use std::borrow::Cow;

/// The input without the prompts and the output of a session, if it is one. No program starts with `>>>`.
pub(crate) fn without_prompts(source: &str) -> Cow<'_, str> {
    if !source.trim_start().starts_with(">>>") {
        return Cow::Borrowed(source);
    }
    let typed = source.lines().filter_map(|line| {
        let line = line.trim_start();
        [">>>", "..."].iter().find_map(|prompt| {
            let rest = line.strip_prefix(prompt)?;
            Some(rest.strip_prefix(' ').unwrap_or(rest))
        })
    });
    Cow::Owned(typed.collect::<Vec<_>>().join("\n"))
}

#[cfg(test)]
mod tests {
    use super::without_prompts;

    #[test]
    fn prompts_and_output_go() {
        assert_eq!(
            without_prompts(">>> for i in x:\n...     f(i)\n...\n1\n2\n>>> g()\n"),
            "for i in x:\n    f(i)\n\ng()"
        );
        assert_eq!(without_prompts("  >>> a\n  >>> b"), "a\nb");
    }

    #[test]
    fn programs_stay() {
        for source in ["x >>= 1", "...\n", "", "a\n>>> b"] {
            assert_eq!(without_prompts(source), source);
        }
    }
}
