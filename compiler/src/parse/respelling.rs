//! What Python allows and the parser does not: it reads something else there that has as many bytes.
//!
//! The `<>` of PEP 401 is `!=` for it. A `raise` with nothing before a semicolon is a `break`, of which it makes a node in
//! the same place. Tests: `tests/diagnostics/flufl.cases`, `tests/bytecode/raise.py`.

use super::tokenizer::{Token, TokenKind};

/// A place where the parser reads another text.
#[derive(Debug)]
pub(super) struct Respelling {
    at: usize,
    text: &'static str,
}

impl Respelling {
    /// All that there are in `source`.
    pub(super) fn all(source: &str, tokens: &[Token]) -> Vec<Respelling> {
        let text = |token: &Token| source.get(token.start..token.end).unwrap_or("");
        let mut found = Vec::new();
        for (number, token) in tokens.iter().enumerate() {
            let text = match (token.kind, text(token)) {
                (TokenKind::Op, "<>") => "!=",
                (TokenKind::Name, "raise") if tokens.get(number + 1).map(text) == Some(";") => {
                    "break"
                }
                _ => continue,
            };
            let at = token.start;
            found.push(Respelling { at, text });
        }
        found
    }

    /// The source as the parser reads it.
    pub(super) fn applied(respellings: &[Respelling], source: &str) -> String {
        let mut source = source.to_owned();
        for Respelling { at, text } in respellings {
            source.replace_range(*at..*at + text.len(), text);
        }
        source
    }
}
