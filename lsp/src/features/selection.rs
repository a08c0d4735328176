//! `textDocument/selectionRange`: the nodes of the tree around a position, from inside out.
//!
//! Tests: below.

use lsp_types::{SelectionRange, SelectionRangeParams};
use ruff_python_ast::AnyNodeRef;
use ruff_python_ast::visitor::source_order::{SourceOrderVisitor, TraversalSignal};
use ruff_text_size::{Ranged, TextRange};

use super::Answer;
use crate::project::{Document, Snapshot};
use crate::text::span;

struct Around {
    offset: usize,
    ranges: Vec<TextRange>,
}

impl<'a> SourceOrderVisitor<'a> for Around {
    fn enter_node(&mut self, node: AnyNodeRef<'a>) -> TraversalSignal {
        let range = node.range();
        if super::target::touches(range, self.offset) {
            self.ranges.push(range);
            return TraversalSignal::Traverse;
        }
        TraversalSignal::Skip
    }
}

/// Returns the ranges around an offset, outermost first, each inside the one before.
fn around(document: &Document, offset: usize) -> Vec<TextRange> {
    let mut visitor = Around {
        offset,
        ranges: vec![span(0, document.text.len())],
    };
    visitor.visit_body(document.body());
    visitor
        .ranges
        .extend(document.text.word_at(offset).map(|(range, _)| range));
    let mut out: Vec<TextRange> = Vec::new();
    for range in visitor.ranges {
        // Two nodes may touch at the offset: keep the first.
        if out
            .last()
            .is_none_or(|last| last.contains_range(range) && *last != range)
        {
            out.push(range);
        }
    }
    out
}

pub(crate) fn selection_ranges(
    snapshot: &Snapshot,
    params: SelectionRangeParams,
) -> Answer<Vec<SelectionRange>> {
    let document = super::document(snapshot, &params.text_document.uri)?;
    let one = |position| {
        let mut current = None;
        for range in around(&document, snapshot.offset(&document, position)) {
            current = Some(SelectionRange {
                range: snapshot.range(&document, range),
                parent: current.map(Box::new),
            });
        }
        // `around` starts with the whole text, so there is always one.
        current.unwrap_or(SelectionRange {
            range: lsp_types::Range::new(position, position),
            parent: None,
        })
    };
    Ok(params.positions.into_iter().map(one).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixture::Fixture;

    #[test]
    fn selections_grow_from_the_word_to_the_text() {
        let fixture = Fixture::new("def f():\n    return print(a + b$0b, 1)\n");
        let (document, offset) = fixture.cursor();
        let texts: Vec<&str> = around(&document, offset)
            .into_iter()
            .rev()
            .map(|range| document.text.at(range))
            .collect();
        assert_eq!(
            texts[..5],
            [
                "bb",
                "a + bb",
                "(a + bb, 1)",
                "print(a + bb, 1)",
                "return print(a + bb, 1)"
            ]
        );
    }
}
