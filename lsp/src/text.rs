//! A source text with its lines, and the arithmetic between byte offsets and the protocol's positions.
//!
//! Counterpart: LSP 3.17, "Position" and "PositionEncodingKind".
//! Invariants: offsets are bytes on character boundaries; a line ends at `\n`, `\r\n` or `\r`; positions past the end of
//! a line or of the text are pulled back to it, as the protocol demands. Tests: below.

use std::sync::Arc;

use lsp_types::{Position, PositionEncodingKind, Range};
use ruff_text_size::{TextRange, TextSize};

/// In which unit the client counts columns.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Encoding {
    Utf8,
    Utf16,
    Utf32,
}

impl Encoding {
    /// Returns the best of what the client offers; UTF-16 where it offers nothing.
    pub(crate) fn negotiate(offered: Option<&[PositionEncodingKind]>) -> Encoding {
        let offered = offered.unwrap_or_default();
        let first = offered.iter().find_map(|kind| match kind.as_str() {
            "utf-8" => Some(Encoding::Utf8),
            "utf-16" => Some(Encoding::Utf16),
            "utf-32" => Some(Encoding::Utf32),
            _ => None,
        });
        if offered.iter().any(|kind| kind.as_str() == "utf-8") {
            return Encoding::Utf8;
        }
        first.unwrap_or(Encoding::Utf16)
    }

    /// Returns the protocol's name of this encoding.
    pub(crate) fn kind(self) -> PositionEncodingKind {
        match self {
            Encoding::Utf8 => PositionEncodingKind::UTF8,
            Encoding::Utf16 => PositionEncodingKind::UTF16,
            Encoding::Utf32 => PositionEncodingKind::UTF32,
        }
    }

    fn width(self, c: char) -> u32 {
        match self {
            Encoding::Utf8 => c.len_utf8() as u32,
            Encoding::Utf16 => c.len_utf16() as u32,
            Encoding::Utf32 => 1,
        }
    }

    /// Returns the length of `text` in this encoding's units.
    pub(crate) fn measure(self, text: &str) -> u32 {
        if self == Encoding::Utf8 || text.is_ascii() {
            return text.len() as u32;
        }
        text.chars().map(|c| self.width(c)).sum()
    }
}

/// A text and where its lines start.
#[derive(Clone, Debug)]
pub(crate) struct SourceText {
    text: Arc<str>,
    starts: Arc<[u32]>,
}

impl SourceText {
    pub(crate) fn new(text: impl Into<Arc<str>>) -> SourceText {
        let text = text.into();
        let bytes = text.as_bytes();
        let mut starts = vec![0];
        for (i, byte) in bytes.iter().enumerate() {
            let ends = *byte == b'\n' || (*byte == b'\r' && bytes.get(i + 1) != Some(&b'\n'));
            if ends {
                starts.push(i as u32 + 1);
            }
        }
        SourceText {
            text,
            starts: starts.into(),
        }
    }

    pub(crate) fn as_str(&self) -> &str {
        &self.text
    }

    pub(crate) fn len(&self) -> usize {
        self.text.len()
    }

    pub(crate) fn line_count(&self) -> usize {
        self.starts.len()
    }

    /// Returns the line (from 0) that holds a byte offset.
    pub(crate) fn line_of(&self, offset: usize) -> usize {
        self.starts
            .partition_point(|start| *start as usize <= offset)
            .saturating_sub(1)
    }

    /// Returns the byte offset of a line's start; past the last line, the end of the text.
    pub(crate) fn line_start(&self, line: usize) -> usize {
        self.starts
            .get(line)
            .map_or(self.text.len(), |start| *start as usize)
    }

    /// Returns a line without its end.
    pub(crate) fn line(&self, line: usize) -> &str {
        let from = self.line_start(line);
        let to = self.line_start(line + 1);
        self.slice(from, to).trim_end_matches(['\r', '\n'])
    }

    /// Returns the text between two offsets, or nothing where they are no valid range.
    pub(crate) fn slice(&self, from: usize, to: usize) -> &str {
        self.text.get(from..to).unwrap_or_default()
    }

    pub(crate) fn at(&self, range: TextRange) -> &str {
        self.slice(range.start().to_usize(), range.end().to_usize())
    }

    /// Returns the byte offset of a position.
    pub(crate) fn offset(&self, position: Position, encoding: Encoding) -> usize {
        let line = position.line as usize;
        if line >= self.line_count() {
            return self.text.len();
        }
        let start = self.line_start(line);
        let text = self.line(line);
        if encoding != Encoding::Utf8 && text.is_ascii() {
            return start + text.len().min(position.character as usize);
        }
        let mut units = 0;
        for (i, c) in text.char_indices() {
            if units >= position.character {
                return start + i;
            }
            units += encoding.width(c);
        }
        start + text.len()
    }

    /// Returns the position of a byte offset.
    pub(crate) fn position(&self, offset: usize, encoding: Encoding) -> Position {
        let offset = offset.min(self.text.len());
        let line = self.line_of(offset);
        let start = self.line_start(line);
        Position::new(line as u32, encoding.measure(self.slice(start, offset)))
    }

    pub(crate) fn range(&self, range: TextRange, encoding: Encoding) -> Range {
        Range::new(
            self.position(range.start().to_usize(), encoding),
            self.position(range.end().to_usize(), encoding),
        )
    }

    pub(crate) fn text_range(&self, range: Range, encoding: Encoding) -> TextRange {
        let from = self.offset(range.start, encoding);
        let to = self.offset(range.end, encoding).max(from);
        span(from, to)
    }

    /// Returns the text after one of `didChange`'s edits.
    pub(crate) fn edited(&self, range: Option<Range>, new: &str, encoding: Encoding) -> SourceText {
        let Some(range) = range else {
            return SourceText::new(new);
        };
        let range = self.text_range(range, encoding);
        let mut text = String::with_capacity(self.text.len() + new.len());
        text.push_str(self.slice(0, range.start().to_usize()));
        text.push_str(new);
        text.push_str(self.slice(range.end().to_usize(), self.text.len()));
        SourceText::new(text)
    }

    /// Returns the identifier that touches an offset, with its range.
    pub(crate) fn word_at(&self, offset: usize) -> Option<(TextRange, &str)> {
        let is_part = |c: char| c == '_' || c.is_alphanumeric();
        let before = self.text.get(..offset)?;
        let from = before
            .char_indices()
            .rev()
            .take_while(|(_, c)| is_part(*c))
            .last()
            .map_or(offset, |(i, _)| i);
        let after = self.text.get(offset..)?;
        let to = offset + after.find(|c| !is_part(c)).unwrap_or(after.len());
        (from < to).then(|| (span(from, to), self.slice(from, to)))
    }
}

/// Returns the range between two byte offsets (a text longer than 4 GiB is never opened).
pub(crate) fn span(from: usize, to: usize) -> TextRange {
    let from = u32::try_from(from).unwrap_or(u32::MAX);
    let to = u32::try_from(to).unwrap_or(u32::MAX).max(from);
    TextRange::new(TextSize::new(from), TextSize::new(to))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn positions_count_in_the_negotiated_unit() {
        let text = SourceText::new("é😀x\r\ny\rz");
        for (encoding, column) in [
            (Encoding::Utf8, 6),
            (Encoding::Utf16, 3),
            (Encoding::Utf32, 2),
        ] {
            assert_eq!(text.position(6, encoding), Position::new(0, column));
            assert_eq!(text.offset(Position::new(0, column), encoding), 6);
        }
        assert_eq!(text.line_count(), 3);
        assert_eq!(text.line(1), "y");
    }

    #[test]
    fn positions_past_the_end_are_pulled_back() {
        let text = SourceText::new("ab\ncd");
        assert_eq!(text.offset(Position::new(0, 99), Encoding::Utf16), 2);
        assert_eq!(text.offset(Position::new(9, 0), Encoding::Utf16), 5);
    }

    #[test]
    fn edits_apply_at_their_range() {
        let text = SourceText::new("x = 1\ny = 2\n");
        let range = Range::new(Position::new(1, 0), Position::new(1, 1));
        assert_eq!(
            text.edited(Some(range), "zz", Encoding::Utf16).as_str(),
            "x = 1\nzz = 2\n"
        );
    }

    #[test]
    fn utf8_is_preferred_and_utf16_the_default() {
        let offer = [PositionEncodingKind::UTF16, PositionEncodingKind::UTF8];
        assert_eq!(Encoding::negotiate(Some(&offer)), Encoding::Utf8);
        assert_eq!(Encoding::negotiate(None), Encoding::Utf16);
        assert_eq!(
            Encoding::negotiate(Some(&[PositionEncodingKind::UTF32])),
            Encoding::Utf32
        );
    }
}
