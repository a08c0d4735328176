//! String literals: concatenation, f-strings, t-strings.
//!
//! CPython: `Parser/action_helpers.c` (`_PyPegen_concatenate_strings`, `_PyPegen_formatted_value`, `_PyPegen_interpolation`).

use std::borrow::Cow;

use ruff_python_ast as py;
use ruff_python_ast::StringFlags;
use ruff_text_size::{Ranged, TextRange, TextSize};
use taipan_text::Wtf8Buf;

use super::Converter;
use super::expr::constant;
use super::warnings::{escape_before_field, invalid_escape};
use crate::ast::{Conversion, Expr, ExprKind};
use crate::constant::Constant;
use crate::error::Result;
use crate::literals::{Escape, Quoted, decode_bytes, decode_text};
use crate::location::Location;

/// Which kind of interpolated string a replacement field stands in.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Interpolated {
    FString,
    TString,
}

/// Replacement fields may nest this deep in format specifications (`MAX_EXPR_NESTING`).
const MAX_FIELDS: u32 = 3;

impl Converter<'_> {
    pub(super) fn string_literal(&mut self, node: &py::ExprStringLiteral) -> Result<ExprKind> {
        let mut parts = node.value.iter();
        let (Some(first), rest) = (parts.next(), parts) else {
            return Ok(constant(Constant::from_text("")));
        };
        let (value, is_u) = self.text_part(first.range())?;
        let mut joined: Option<Wtf8Buf> = None;
        for part in rest {
            let text = joined.get_or_insert_with(|| text_of(&value));
            let (part, _) = self.text_part(part.range())?;
            if let Some(part) = part.as_text() {
                text.push_wtf8(part);
            }
        }
        Ok(ExprKind::Constant {
            value: joined.map_or(value, Constant::from_wtf8),
            is_u,
        })
    }

    pub(super) fn bytes_literal(&mut self, node: &py::ExprBytesLiteral) -> Result<ExprKind> {
        let mut bytes = Vec::new();
        for part in node.value.iter() {
            let range = part.range();
            let token = self.slice(range);
            let quoted = Quoted::new(token);
            if !quoted.body.is_ascii() {
                return Err(self.error("bytes can only contain ASCII literal characters", range));
            }
            if quoted.is_raw || !quoted.body.contains('\\') {
                bytes.extend_from_slice(quoted.body.as_bytes());
                continue;
            }
            let (decoded, invalid) =
                decode_bytes(quoted.body).map_err(|error| self.error(error.message(), range))?;
            bytes.extend_from_slice(&decoded);
            self.warn_escape(
                invalid,
                range.start() + TextSize::new(quoted.body_start as u32),
            );
        }
        Ok(constant(Constant::from_bytes(bytes)))
    }

    /// The value of one string token, and whether its prefix is `u`.
    fn text_part(&mut self, range: TextRange) -> Result<(Constant, bool)> {
        let quoted = Quoted::new(self.slice(range));
        if quoted.is_raw || !quoted.body.contains('\\') {
            return Ok((Constant::from_text(quoted.body), quoted.is_u));
        }
        let (text, invalid) =
            decode_text(quoted.body, false).map_err(|error| self.error(error.message(), range))?;
        self.warn_escape(
            invalid,
            range.start() + TextSize::new(quoted.body_start as u32),
        );
        Ok((Constant::from_wtf8(text), quoted.is_u))
    }

    pub(super) fn f_string(&mut self, node: &py::ExprFString) -> Result<ExprKind> {
        let mut values = Vec::new();
        for part in node.value.iter() {
            match part {
                py::FStringPart::Literal(literal) => {
                    let (value, is_u) = self.text_part(literal.range())?;
                    let loc = self.loc(literal);
                    values.push(Expr {
                        kind: ExprKind::Constant { value, is_u },
                        loc,
                    });
                }
                py::FStringPart::FString(part) => {
                    let is_raw = part.flags.prefix().is_raw();
                    let end = part.end() - part.flags.quote_len();
                    let around = self.string_end.replace(end.to_usize());
                    self.elements(&part.elements, is_raw, Interpolated::FString, &mut values)?;
                    self.string_end = around;
                }
            }
        }
        Ok(ExprKind::JoinedStr {
            values: fold_constants(values),
        })
    }

    pub(super) fn t_string(&mut self, node: &py::ExprTString) -> Result<ExprKind> {
        let mut values = Vec::new();
        for part in node.value.iter() {
            let is_raw = part.flags.prefix().is_raw();
            let end = part.end() - part.flags.quote_len();
            let around = self.string_end.replace(end.to_usize());
            self.elements(&part.elements, is_raw, Interpolated::TString, &mut values)?;
            self.string_end = around;
        }
        Ok(ExprKind::TemplateStr {
            values: fold_constants(values),
        })
    }

    fn elements(
        &mut self,
        elements: &py::InterpolatedStringElements,
        is_raw: bool,
        kind: Interpolated,
        values: &mut Vec<Expr>,
    ) -> Result<()> {
        for element in elements {
            match element {
                py::InterpolatedStringElement::Literal(literal) => {
                    let value = self.literal_element(literal, is_raw)?;
                    // What a backslash at the end of a line leaves of the text is no part of it.
                    if value.is_true() {
                        values.push(Expr {
                            kind: constant(value),
                            loc: self.loc(literal),
                        });
                    }
                }
                py::InterpolatedStringElement::Interpolation(element) => {
                    self.replacement_field(element, is_raw, kind, values)?;
                }
            }
        }
        Ok(())
    }

    fn literal_element(
        &mut self,
        literal: &py::InterpolatedStringLiteralElement,
        is_raw: bool,
    ) -> Result<Constant> {
        let source = self.slice(literal.range());
        if is_raw || !source.contains('\\') {
            // The parser has halved the doubled braces.
            return Ok(Constant::from_text(&literal.value));
        }
        let (text, invalid) = decode_text(source, true)
            .map_err(|error| self.error(error.message(), literal.range()))?;
        if invalid.is_none() {
            let around = self.string_end.take();
            let invalid = escape_before_field(source, None);
            self.warn_escape(invalid, literal.range().start());
            self.string_end = around;
        } else {
            self.warn_escape(invalid, literal.range().start());
        }
        Ok(Constant::from_wtf8(text))
    }

    fn replacement_field(
        &mut self,
        element: &py::InterpolatedElement,
        is_raw: bool,
        kind: Interpolated,
        values: &mut Vec<Expr>,
    ) -> Result<()> {
        let loc = self.loc(element);
        if self.fields >= MAX_FIELDS {
            return Err(self.refused(element));
        }
        // Strings within the expression count anew.
        let around = (
            std::mem::take(&mut self.fields),
            std::mem::take(&mut self.string_end),
        );
        let value = self.boxed(&element.expression)?;
        (self.fields, self.string_end) = around;
        let mut conversion = match element.conversion {
            py::ConversionFlag::None => Conversion::None,
            py::ConversionFlag::Str => Conversion::Str,
            py::ConversionFlag::Ascii => Conversion::Ascii,
            py::ConversionFlag::Repr => Conversion::Repr,
        };
        let format_spec = match element.format_spec.as_deref() {
            Some(spec) => Some(Box::new(self.format_spec(spec, is_raw, kind)?)),
            None => None,
        };
        let text_start = element.range().start() + TextSize::new(1);
        if let Some(debug) = &element.debug_text {
            let text = debug.as_str();
            let range = TextRange::at(text_start, TextSize::new(text.len() as u32));
            values.push(Expr {
                kind: constant(Constant::from_text(&without_comments(text))),
                loc: self.lines.location(range),
            });
            if conversion == Conversion::None && format_spec.is_none() {
                conversion = Conversion::Repr;
            }
        }
        let kind = match kind {
            Interpolated::FString => ExprKind::FormattedValue {
                value,
                conversion,
                format_spec,
            },
            Interpolated::TString => {
                let text = match &element.debug_text {
                    Some(debug) => {
                        let end = debug.as_str().len() - debug.trailing().len();
                        let blank = debug.trailing().find('=').unwrap_or(debug.trailing().len());
                        &debug.as_str()[..end + blank]
                    }
                    None => {
                        let end = self.field_end(element.expression.range().end());
                        self.slice(TextRange::new(text_start, end))
                    }
                };
                let text = without_comments(text);
                ExprKind::Interpolation {
                    value,
                    str: Box::new(Constant::from_text(&text)),
                    conversion,
                    format_spec,
                }
            }
        };
        values.push(Expr { kind, loc });
        Ok(())
    }

    /// Where the expression part of a replacement field ends: at its `!`, `:` or `}`.
    fn field_end(&self, from: TextSize) -> TextSize {
        let mut at = self.next_token(from);
        while self.source.as_bytes().get(at.to_usize()) == Some(&b')') {
            at = self.next_token(at + TextSize::new(1));
        }
        at
    }

    fn format_spec(
        &mut self,
        spec: &py::InterpolatedStringFormatSpec,
        is_raw: bool,
        kind: Interpolated,
    ) -> Result<Expr> {
        let mut values = Vec::new();
        // Fields of a specification are formatted, also in a t-string.
        let _ = kind;
        self.fields += 1;
        let around = self.string_end.take();
        self.elements(&spec.elements, is_raw, Interpolated::FString, &mut values)?;
        self.string_end = around;
        self.fields -= 1;
        // From the colon on.
        let range = TextRange::new(spec.range().start() - TextSize::new(1), spec.range().end());
        Ok(Expr {
            kind: ExprKind::JoinedStr {
                values: fold_constants(values),
            },
            loc: self.lines.location(range),
        })
    }

    fn warn_escape(&mut self, invalid: Option<Escape>, body_start: TextSize) {
        if let Some(escape) = invalid {
            let body = body_start.to_usize();
            let end = self.string_end;
            let warning = invalid_escape(self.source, &self.lines, escape, (body, end));
            self.warnings.push(warning);
        }
    }
}

/// `text` without its comments; their line endings stay (CPython: `set_ftstring_expr`).
fn without_comments(text: &str) -> Cow<'_, str> {
    if !text.contains('#') {
        return Cow::Borrowed(text);
    }
    let bytes = text.as_bytes();
    let mut out = String::with_capacity(text.len());
    let (mut at, mut plain) = (0, 0);
    // The quote that ends the string around, and how many of them.
    let mut quote: Option<(u8, usize)> = None;
    while at < bytes.len() {
        let byte = bytes[at];
        match quote {
            Some((_, _)) if byte == b'\\' => at += 1,
            Some((end, count))
                if byte == end
                    && bytes[at..]
                        .iter()
                        .take(count)
                        .filter(|&&byte| byte == end)
                        .count()
                        == count =>
            {
                at += count - 1;
                quote = None;
            }
            Some(_) => {}
            None if matches!(byte, b'\'' | b'"') => {
                let is_triple = bytes[at..]
                    .iter()
                    .take(3)
                    .filter(|&&other| other == byte)
                    .count()
                    == 3;
                let count = if is_triple { 3 } else { 1 };
                at += count - 1;
                quote = Some((byte, count));
            }
            None if byte == b'#' => {
                out.push_str(&text[plain..at]);
                at = text[at..]
                    .find('\n')
                    .map_or(text.len(), |length| at + length);
                plain = at;
                continue;
            }
            None => {}
        }
        at += 1;
    }
    out.push_str(&text[plain..]);
    Cow::Owned(out)
}

fn text_of(value: &Constant) -> Wtf8Buf {
    value.as_text().map(Wtf8Buf::from).unwrap_or_default()
}

/// Joins neighbouring constants and drops empty ones.
fn fold_constants(values: Vec<Expr>) -> Vec<Expr> {
    let is_simple = values
        .windows(2)
        .all(|pair| !(pair[0].is_constant() && pair[1].is_constant()));
    let is_empty =
        |value: &Expr| matches!(value.as_constant(), Some(Constant::Str(text)) if text.is_empty());
    if is_simple && !values.iter().any(is_empty) {
        return values;
    }
    let mut folded: Vec<Expr> = Vec::with_capacity(values.len());
    let mut run: Option<(Wtf8Buf, bool, Location)> = None;
    let flush = |run: &mut Option<(Wtf8Buf, bool, Location)>, folded: &mut Vec<Expr>| {
        if let Some((text, is_u, loc)) = run.take()
            && !text.is_empty()
        {
            folded.push(Expr {
                kind: ExprKind::Constant {
                    value: Constant::from_wtf8(text),
                    is_u,
                },
                loc,
            });
        }
    };
    for value in values {
        match &value.kind {
            ExprKind::Constant {
                value: Constant::Str(text),
                is_u,
            } => match &mut run {
                Some((joined, _, loc)) => {
                    joined.push_wtf8(text);
                    *loc =
                        Location::new(loc.lineno, value.loc.end_lineno, loc.col, value.loc.end_col);
                }
                None => run = Some((text_of_str(text), *is_u, value.loc)),
            },
            _ => {
                flush(&mut run, &mut folded);
                folded.push(value);
            }
        }
    }
    flush(&mut run, &mut folded);
    folded
}

fn text_of_str(text: &Wtf8Buf) -> Wtf8Buf {
    text.clone()
}
