//! `textDocument/documentLink`: addresses in comments and strings.
//!
//! Tests: below.

use std::str::FromStr;

use lsp_types::{DocumentLink, DocumentLinkParams, Uri};
use ruff_text_size::TextRange;

use super::Answer;
use crate::project::{Document, Snapshot};
use crate::text::span;

pub(crate) fn links(snapshot: &Snapshot, params: DocumentLinkParams) -> Answer<Vec<DocumentLink>> {
    let document = super::document(snapshot, &params.text_document.uri)?;
    let found = addresses(&document).into_iter().filter_map(|range| {
        let target = Uri::from_str(document.text.at(range)).ok()?;
        Some(DocumentLink {
            range: snapshot.range(&document, range),
            target: Some(target),
            tooltip: None,
            data: None,
        })
    });
    Ok(found.collect())
}

fn addresses(document: &Document) -> Vec<TextRange> {
    let text = document.text.as_str();
    let mut out = Vec::new();
    let mut from = 0;
    while let Some(at) = text[from..].find("http").map(|found| from + found) {
        let rest = &text[at..];
        from = at + 4;
        if !rest.starts_with("http://") && !rest.starts_with("https://") {
            continue;
        }
        let end = rest
            .find(|c: char| {
                c.is_whitespace() || matches!(c, '"' | '\'' | '<' | '>' | '`' | '\\' | '{' | '}')
            })
            .unwrap_or(rest.len());
        let trimmed = rest[..end].trim_end_matches(['.', ',', ';', ':', ')', ']']);
        if trimmed.len() > "https://".len() {
            out.push(span(at, at + trimmed.len()));
        }
        from = at + end.max(4);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixture::Fixture;

    #[test]
    fn addresses_end_before_punctuation() {
        let document = Fixture::new("# see https://docs.python.org/3/.\nx = 'http'\n").main();
        let found: Vec<&str> = addresses(&document)
            .into_iter()
            .map(|range| document.text.at(range))
            .collect();
        assert_eq!(found, ["https://docs.python.org/3/"]);
    }
}
