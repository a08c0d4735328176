//! Strings in the second look: escapes that mean nothing, mixed kinds, conversions of replacement fields.
//!
//! CPython: `Parser/string_parser.c`, `_PyPegen_check_fstring_conversion`, `_PyPegen_concatenate_strings`. The value is not
//! kept, only whether there is one.

use super::actions::Outcome;
use super::node::{Kind, NodeId};
use super::parser::Parser;
use crate::error::{ErrorKind, SyntaxError};
use crate::literals::{Escape, Quoted, decode_bytes, decode_text};
use crate::parse::tokenizer::TokenKind;
use crate::parse::warnings::{escape_before_field, invalid_escape, touching_keyword};

impl Parser<'_> {
    /// The actions of strings; `None` for another action.
    pub(super) fn string_action(
        &mut self,
        what: &str,
        span: (u32, u32),
        (a, b): (NodeId, NodeId),
    ) -> Option<Outcome> {
        let error = match what {
            "decode" => self.undecodable(a),
            "decode_part" => self.undecodable_part(a, None),
            "interpolated" => self.undecodable_parts(a, b, span.1 as usize),
            "concatenate" => self.mixed(a),
            "conversion" => self.wrong_conversion(a, b),
            _ => return None,
        };
        if let Some(error) = error {
            return Some(Outcome::Error(Box::new(error)));
        }
        let kind = match what {
            "interpolated" if self.text(span.0 as usize).contains(['t', 'T']) => Kind::TString,
            "interpolated" => Kind::FString,
            "concatenate" => self.kind_of_strings(a),
            _ => Kind::Literal,
        };
        Some(Outcome::Node(self.make(kind, span, Vec::new())))
    }

    fn undecodable(&mut self, string: NodeId) -> Option<SyntaxError> {
        let token = self.text(self.node(string).first as usize);
        let quoted = Quoted::new(token);
        let is_bytes = token[..quoted.body_start].contains(['b', 'B']);
        if is_bytes && !quoted.body.is_ascii() {
            let msg = "bytes can only contain ASCII literal characters".to_owned();
            return Some(self.between(msg, string, string));
        }
        if quoted.is_raw || !quoted.body.contains('\\') {
            return None;
        }
        let decoded = if is_bytes {
            decode_bytes(quoted.body).map(|(_, invalid)| invalid)
        } else {
            decode_text(quoted.body, false).map(|(_, invalid)| invalid)
        };
        let body = self.tokens[self.node(string).first as usize].start + quoted.body_start;
        match decoded {
            Ok(invalid) => {
                self.warn(invalid, (body, None));
                None
            }
            Err(error) => Some(self.at_last(ErrorKind::SyntaxError, error.message())),
        }
    }

    fn undecodable_part(&mut self, middle: NodeId, end: Option<usize>) -> Option<SyntaxError> {
        let text = self.text(self.node(middle).first as usize);
        if !text.contains('\\') {
            return None;
        }
        let body = self.tokens[self.node(middle).first as usize].start;
        match decode_text(text, true) {
            Ok((_, invalid)) => {
                self.warn(invalid, (body, end));
                None
            }
            Err(error) => Some(self.at_last(ErrorKind::SyntaxError, error.message())),
        }
    }

    /// Warnings are for the first pass.
    fn warn(&mut self, invalid: Option<Escape>, place: (usize, Option<usize>)) {
        if let Some(escape) = invalid.filter(|_| !self.looks_for_mistakes) {
            let source = self.places.source();
            let warning = invalid_escape(source, self.lines, escape, place);
            self.warnings.push(warning);
        }
    }

    /// What the tokenizer warns of: a keyword that touches a number, a backslash before a brace.
    pub(super) fn warn_of_token(&mut self, index: usize) {
        let token = self.tokens[index];
        let source = self.places.source();
        match token.kind {
            TokenKind::Number => {
                let warning = touching_keyword(source, self.lines, (token.start, token.end));
                self.warnings.extend(warning);
            }
            TokenKind::InterpolatedMiddle if self.places.text(token).ends_with('\\') => {
                let escape = escape_before_field(self.places.text(token), None);
                if let Some(escape) = escape.filter(|_| !self.is_in_raw_string(index)) {
                    let warning = invalid_escape(source, self.lines, escape, (token.start, None));
                    self.warnings.push(warning);
                }
            }
            _ => {}
        }
    }

    /// Whether the f-string or t-string around a token is raw.
    fn is_in_raw_string(&self, index: usize) -> bool {
        let mut depth = 0;
        let start = self.tokens[..index].iter().rev().find(|token| {
            match token.kind {
                TokenKind::InterpolatedEnd => depth += 1,
                TokenKind::InterpolatedStart => depth -= 1,
                _ => {}
            }
            depth < 0
        });
        start.is_some_and(|start| self.places.text(*start).contains(['r', 'R']))
    }

    /// What the tokenizer warns of behind the tokens that were fetched.
    pub(super) fn warn_of_rest(&mut self) {
        (self.fill..self.tokens.len()).for_each(|token| self.warn_of_token(token));
    }

    /// Whether there is anything to warn of before a token.
    pub(super) fn warns_before(&mut self, start: usize) -> bool {
        // The letters of the f-strings around a token that are raw.
        let mut raw = Vec::new();
        for index in 0..start {
            let token = self.tokens[index];
            let text = self.places.text(token);
            match token.kind {
                TokenKind::Number => self.warn_of_token(index),
                TokenKind::String if text.contains('\\') => {
                    let at = index as u32;
                    let node = self.make(Kind::Token, (at, at), Vec::new());
                    let _ = self.undecodable(node);
                }
                TokenKind::InterpolatedStart => raw.push(text.contains(['r', 'R'])),
                TokenKind::InterpolatedEnd => drop(raw.pop()),
                TokenKind::InterpolatedMiddle if raw.last() == Some(&false) => {
                    let at = index as u32;
                    let node = self.make(Kind::Token, (at, at), Vec::new());
                    let end = self.tokens[index..]
                        .iter()
                        .find(|token| token.kind == TokenKind::InterpolatedEnd);
                    let end = end.map(|token| token.start);
                    let _ = self.undecodable_part(node, end);
                    self.warn_of_token(index);
                }
                _ => {}
            }
        }
        !std::mem::take(&mut self.warnings).is_empty()
    }

    fn undecodable_parts(
        &mut self,
        start: NodeId,
        middles: NodeId,
        end: usize,
    ) -> Option<SyntaxError> {
        if self
            .text(self.node(start).first as usize)
            .contains(['r', 'R'])
        {
            return None;
        }
        let parts = self.node(middles).children.clone();
        parts
            .iter()
            .filter(|&&part| self.node(part).kind == Kind::Token)
            .copied()
            .collect::<Vec<_>>()
            .into_iter()
            .find_map(|part| self.undecodable_part(part, Some(self.tokens[end].start)))
    }

    fn is_bytes(&self, string: NodeId) -> bool {
        let node = self.node(string);
        let token = self.text(node.first as usize);
        let prefix = token.find(['\'', '"']).unwrap_or(0);
        node.kind == Kind::Literal && token[..prefix].contains(['b', 'B'])
    }

    fn mixed(&self, strings: NodeId) -> Option<SyntaxError> {
        let strings = &self.node(strings).children;
        let bytes = strings.iter().filter(|&&part| self.is_bytes(part)).count();
        (bytes > 0 && bytes < strings.len()).then(|| {
            let msg = "cannot mix bytes and nonbytes literals".to_owned();
            self.at_last(ErrorKind::SyntaxError, msg)
        })
    }

    fn kind_of_strings(&self, strings: NodeId) -> Kind {
        let is_f = |part: &NodeId| self.node(*part).kind == Kind::FString;
        if self.node(strings).children.iter().any(is_f) {
            Kind::FString
        } else {
            Kind::Literal
        }
    }

    /// `!` with something else behind it than `s`, `r` or `a`.
    fn wrong_conversion(&self, mark: NodeId, letter: NodeId) -> Option<SyntaxError> {
        let (first, second) = (
            self.tokens[self.node(mark).first as usize],
            self.tokens[self.node(letter).first as usize],
        );
        let kind = first.letter;
        if first.end != second.start {
            let msg = format!(
                "{kind}-string: conversion type must come right after the exclamation mark"
            );
            return Some(self.between(msg, mark, letter));
        }
        let text = self.places.text(second);
        if matches!(text, "s" | "r" | "a") {
            return None;
        }
        let msg = format!(
            "{kind}-string: invalid conversion character '{text}': expected 's', 'r', or 'a'"
        );
        Some(self.between(msg, letter, letter))
    }
}
