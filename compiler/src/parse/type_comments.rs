//! Comments that tell types: `x = []  # type: list[int]`, and `# type: ignore`.
//!
//! CPython: `TYPE_COMMENT` and `TYPE_IGNORE` in `Parser/lexer/lexer.c` and `Grammar/python.gram`. With the flag
//! `PyCF_TYPE_COMMENTS` these comments are tokens: they stand where the grammar has a place for them, anywhere else they
//! are syntax errors. The parser knows nothing of them, so each node looks for its own behind itself.

use std::collections::BTreeMap;

use ruff_python_ast as py;
use ruff_python_ast::token::{TokenKind, Tokens};
use ruff_text_size::{Ranged, TextRange, TextSize};

use super::{Converter, REFUSED};
use crate::ast::{Name, TypeIgnore};
use crate::error::Result;
use crate::location::Location;

/// The type comments that no node took yet, by where they start.
#[derive(Debug, Default)]
pub(super) struct TypeComments {
    /// What is behind `type:`, and the whole comment.
    open: BTreeMap<u32, (TextRange, TextRange)>,
    ignores: Vec<(TextSize, TextRange)>,
}

impl TypeComments {
    pub(super) fn of(source: &str, tokens: &Tokens) -> TypeComments {
        let mut comments = TypeComments::default();
        for token in tokens
            .iter()
            .filter(|token| token.kind() == TokenKind::Comment)
        {
            let range = token.range();
            let Some(told) = told_type(&source[range]) else {
                continue;
            };
            let told = TextRange::new(range.end() - TextSize::of(told), range.end());
            match ignore_tag(&source[told]) {
                Some(tag) => {
                    let tag = TextRange::new(range.end() - TextSize::of(tag), range.end());
                    comments.ignores.push((range.start(), tag));
                }
                None => {
                    comments.open.insert(range.start().to_u32(), (told, range));
                }
            }
        }
        comments
    }
}

/// What a comment tells of a type, unless that is that errors of types are to be ignored.
pub(super) fn type_comment(comment: &str) -> Option<&str> {
    told_type(comment).filter(|told| ignore_tag(told).is_none())
}

/// What is behind `# type: `; any blanks may stand there.
fn told_type(comment: &str) -> Option<&str> {
    let blank = [' ', '\t'];
    let rest = comment.strip_prefix('#')?.trim_start_matches(blank);
    Some(rest.strip_prefix("type:")?.trim_start_matches(blank))
}

/// What is behind `ignore`, if that is a word of its own.
fn ignore_tag(told: &str) -> Option<&str> {
    let tag = told.strip_prefix("ignore")?;
    let goes_on = tag
        .chars()
        .next()
        .is_some_and(|next| !next.is_ascii() || next.is_ascii_alphanumeric());
    (!goes_on).then_some(tag)
}

impl Converter<'_> {
    /// The comment behind `from`, on the same line.
    pub(super) fn type_comment_after(&mut self, from: TextSize) -> Option<Name> {
        let told = self.take_type_comment(from, &[" ", "\t", "\x0c", "\\\n"])?;
        Some(self.told(told))
    }

    /// The comment of an assignment, which is a part of the statement.
    pub(super) fn assignment_type_comment(
        &mut self,
        statement: TextRange,
        loc: &mut Location,
    ) -> Option<Name> {
        let told = self.take_type_comment(statement.end(), &[" ", "\t", "\x0c", "\\\n"])?;
        *loc = self.lines.location(statement.cover(told));
        Some(self.told(told))
    }

    /// The comment behind the colon of a header that has nothing but brackets and commas behind `from`.
    pub(super) fn header_type_comment(&mut self, from: TextSize) -> Option<Name> {
        let colon = self.colon(from)?;
        self.type_comment_after(colon + TextSize::new(1))
    }

    /// The comment of a definition: behind the colon or alone on the next line.
    pub(super) fn def_type_comment(&mut self, from: TextSize) -> Result<Option<Name>> {
        if self.type_comments.open.is_empty() {
            return Ok(None);
        }
        let Some(colon) = self.colon(from) else {
            return Ok(None);
        };
        let start = colon + TextSize::new(1);
        let first = self.type_comment_after(start);
        let body = self.next_token(start);
        let own_line = self
            .type_comments
            .open
            .range(start.to_u32()..body.to_u32())
            .next()
            .map(|(&at, &(told, range))| (at, told, range));
        let Some((at, told, range)) = own_line else {
            return Ok(first);
        };
        if first.is_some() {
            return Err(self.error(REFUSED, range));
        }
        self.type_comments.open.remove(&at);
        Ok(Some(self.names.intern(&self.source[told])))
    }

    /// The comment of a parameter that ends at `from`: behind its comma, or before the closing bracket.
    pub(super) fn parameter_type_comment(&mut self, from: TextSize) -> Option<Name> {
        if self.type_comments.open.is_empty() {
            return None;
        }
        let next = self.next_token(from);
        let from = match self.source.as_bytes().get(next.to_usize()) {
            Some(b',') => next + TextSize::new(1),
            Some(b')') => from,
            _ => return None,
        };
        let told = self.take_type_comment(from, &[" ", "\t", "\x0c", "\n", "\\\n"])?;
        Some(self.told(told))
    }

    fn told(&mut self, told: TextRange) -> Name {
        self.names.intern(&self.source[told])
    }

    fn colon(&self, from: TextSize) -> Option<TextSize> {
        if self.type_comments.open.is_empty() {
            return None;
        }
        let mut at = self.next_token(from);
        while let Some(b')' | b',') = self.source.as_bytes().get(at.to_usize()) {
            at = self.next_token(at + TextSize::new(1));
        }
        (self.source.as_bytes().get(at.to_usize()) == Some(&b':')).then_some(at)
    }

    /// Where the text of the comment is that nothing but `blanks` parts from `from`.
    fn take_type_comment(&mut self, from: TextSize, blanks: &[&str]) -> Option<TextRange> {
        if self.type_comments.open.is_empty() {
            return None;
        }
        let mut rest = &self.source[from.to_usize()..];
        while let Some(shorter) = blanks.iter().find_map(|blank| rest.strip_prefix(blank)) {
            rest = shorter;
        }
        let start = (self.source.len() - rest.len()) as u32;
        let (told, _) = self.type_comments.open.remove(&start)?;
        Some(told)
    }

    /// Where the last parameter or the return type of a definition ends.
    pub(super) fn header_end(def: &py::StmtFunctionDef) -> TextSize {
        match &def.returns {
            Some(returns) => returns.range().end(),
            None => def.parameters.range().end(),
        }
    }

    /// The `# type: ignore` comments; fails if a type comment stands where none can be.
    pub(super) fn type_ignores(&mut self) -> Result<Vec<TypeIgnore>> {
        if let Some((_, (_, range))) = self.type_comments.open.first_key_value() {
            return Err(self.error(REFUSED, *range));
        }
        let ignores = std::mem::take(&mut self.type_comments.ignores);
        let ignores = ignores.into_iter().map(|(start, tag)| TypeIgnore {
            lineno: self.lines.position(start).0,
            tag: self.names.intern(&self.source[tag]),
        });
        Ok(ignores.collect())
    }
}
