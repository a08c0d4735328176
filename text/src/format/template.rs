//! The templates of `str.format`: literal text and replacement fields, and the path inside a field's name.
//!
//! CPython counterpart: `MarkupIterator_next`, `parse_field`, `field_name_split` and `FieldNameIterator_next` in
//! `Objects/stringlib/unicode_format.h`; the module `_string` shows both iterators to Python. Expansion of nested
//! specifications is recursion by the caller (CPython allows two levels). Tests: `text/tests/it/format.rs`.

use thiserror::Error;

use crate::wtf8::{CodePoint, Wtf8};

/// Why a template is malformed; each is a `ValueError` with CPython's message.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[allow(missing_docs, reason = "the message says it")]
pub enum TemplateError {
    #[error("Single '}}' encountered in format string")]
    SingleClose,
    #[error("Single '{{' encountered in format string")]
    SingleOpen,
    #[error("unexpected '{{' in field name")]
    OpenInFieldName,
    #[error("end of string while looking for conversion specifier")]
    NoConversion,
    #[error("expected ':' after conversion specifier")]
    NoColonAfterConversion,
    #[error("unmatched '{{' in format spec")]
    UnmatchedOpen,
    #[error("expected '}}' before end of string")]
    NoClose,
    #[error("Too many decimal digits in format string")]
    TooManyDecimalDigits,
    #[error("cannot switch from manual field specification to automatic field numbering")]
    ManualToAutomatic,
    #[error("cannot switch from automatic field numbering to manual field specification")]
    AutomaticToManual,
    #[error("Missing ']' in format string")]
    MissingBracket,
    #[error("Only '.' or '[' may follow ']' in format field specifier")]
    JunkAfterBracket,
    #[error("Empty attribute in format string")]
    EmptyAttribute,
}

/// Literal text and the field behind it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TemplateItem<'a> {
    /// Text to copy, with doubled braces single.
    pub literal: &'a Wtf8,
    /// The field behind it, if one follows.
    pub field: Option<ReplacementField<'a>>,
}

/// `{name!conversion:spec}`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ReplacementField<'a> {
    /// The name with its path; see [`split_field_name`].
    pub name: &'a Wtf8,
    /// The letter behind `!`.
    pub conversion: Option<CodePoint>,
    /// The specification behind `:`.
    pub spec: &'a Wtf8,
    /// The specification holds fields itself.
    pub spec_has_fields: bool,
}

/// The items of a template. After an error there are no more.
#[derive(Debug, Clone)]
pub struct TemplateItems<'a> {
    rest: &'a Wtf8,
}

impl<'a> TemplateItems<'a> {
    /// Begins at the start of a template.
    #[must_use]
    pub fn new(template: &'a Wtf8) -> TemplateItems<'a> {
        TemplateItems { rest: template }
    }

    /// What is not read yet.
    #[must_use]
    pub fn rest(&self) -> &'a Wtf8 {
        self.rest
    }

    fn item(&mut self) -> Result<TemplateItem<'a>, TemplateError> {
        let text = self.rest;
        let bytes = text.as_bytes();
        let Some(at) = memchr::memchr2(b'{', b'}', bytes) else {
            self.rest = Wtf8::EMPTY;
            return Ok(TemplateItem {
                literal: text,
                field: None,
            });
        };
        let brace = bytes[at];
        let next = bytes.get(at + 1).copied();
        if next == Some(brace) {
            self.rest = text.slice_from(at + 2);
            return Ok(TemplateItem {
                literal: text.slice_to(at + 1),
                field: None,
            });
        }
        if brace == b'}' {
            return Err(TemplateError::SingleClose);
        }
        if next.is_none() {
            return Err(TemplateError::SingleOpen);
        }
        let (field, rest) = read_field(text.slice_from(at + 1))?;
        self.rest = rest;
        Ok(TemplateItem {
            literal: text.slice_to(at),
            field: Some(field),
        })
    }
}

impl<'a> Iterator for TemplateItems<'a> {
    type Item = Result<TemplateItem<'a>, TemplateError>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.rest.is_empty() {
            return None;
        }
        let item = self.item();
        if item.is_err() {
            self.rest = Wtf8::EMPTY;
        }
        Some(item)
    }
}

/// Reads a field behind its `{`; returns it and what follows its `}`.
fn read_field(text: &Wtf8) -> Result<(ReplacementField<'_>, &Wtf8), TemplateError> {
    let bytes = text.as_bytes();
    let mut at = 0;
    let end_of_name = loop {
        match bytes.get(at) {
            None => return Err(TemplateError::NoClose),
            Some(b'{') => return Err(TemplateError::OpenInFieldName),
            // Anything goes up to the closing bracket.
            Some(b'[') => match memchr::memchr(b']', &bytes[at..]) {
                Some(len) => at += len,
                None => return Err(TemplateError::NoClose),
            },
            Some(b'}' | b':' | b'!') => break at,
            Some(_) => at += 1,
        }
    };
    let name = text.slice_to(end_of_name);
    let mut field = ReplacementField {
        name,
        conversion: None,
        spec: Wtf8::EMPTY,
        spec_has_fields: false,
    };
    at = end_of_name + 1;
    match bytes[end_of_name] {
        b'}' => return Ok((field, text.slice_from(at))),
        b'!' => {
            let conversion = text.code_point_at(at).ok_or(TemplateError::NoConversion)?;
            field.conversion = Some(conversion);
            at += conversion.len_wtf8();
            match bytes.get(at) {
                Some(b'}') => return Ok((field, text.slice_from(at + 1))),
                Some(b':') => at += 1,
                Some(_) => return Err(TemplateError::NoColonAfterConversion),
                None => return Err(TemplateError::UnmatchedOpen),
            }
        }
        _ => {}
    }
    let start = at;
    let mut depth = 1;
    for brace in memchr::memchr2_iter(b'{', b'}', &bytes[start..]) {
        let brace = start + brace;
        if bytes[brace] == b'{' {
            field.spec_has_fields = true;
            depth += 1;
        } else {
            depth -= 1;
            if depth == 0 {
                field.spec = text.slice(start, brace);
                return Ok((field, text.slice_from(brace + 1)));
            }
        }
    }
    Err(TemplateError::UnmatchedOpen)
}

/// What a field's name begins with: the argument.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FieldKey<'a> {
    /// A positional argument.
    Index(usize),
    /// A keyword argument; empty where the next positional one is meant and nothing counts.
    Name(&'a Wtf8),
}

/// Whether fields are numbered by hand or automatically; one for a whole template.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct AutoNumber {
    automatic: Option<bool>,
    next: usize,
}

impl AutoNumber {
    /// Takes note of a numeric or empty key, and numbers the empty one.
    ///
    /// # Errors
    /// The template numbers in both ways.
    pub fn resolve<'a>(&mut self, key: FieldKey<'a>) -> Result<FieldKey<'a>, TemplateError> {
        let is_empty = match key {
            FieldKey::Index(_) => false,
            FieldKey::Name(name) if name.is_empty() => true,
            FieldKey::Name(_) => return Ok(key),
        };
        match (*self.automatic.get_or_insert(is_empty), is_empty) {
            (false, true) => Err(TemplateError::ManualToAutomatic),
            (true, false) => Err(TemplateError::AutomaticToManual),
            (false, false) => Ok(key),
            (true, true) => {
                self.next += 1;
                Ok(FieldKey::Index(self.next - 1))
            }
        }
    }
}

/// One step from a value to the next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FieldStep<'a> {
    /// `.name`
    Attribute(&'a Wtf8),
    /// `[number]`
    Index(usize),
    /// `[key]`
    Key(&'a Wtf8),
}

/// The steps of a field's name. After an error there are no more.
#[derive(Debug, Clone)]
pub struct FieldPath<'a> {
    rest: &'a Wtf8,
}

/// Splits a field's name into the argument and the steps from there.
///
/// # Errors
/// The number is too large.
pub fn split_field_name(name: &Wtf8) -> Result<(FieldKey<'_>, FieldPath<'_>), TemplateError> {
    let end = memchr::memchr2(b'.', b'[', name.as_bytes()).unwrap_or(name.len());
    let (first, rest) = name.split_at(end);
    let key = match index_of(first)? {
        Some(index) => FieldKey::Index(index),
        None => FieldKey::Name(first),
    };
    Ok((key, FieldPath { rest }))
}

/// The number that is the whole text, in decimal digits of any script.
fn index_of(text: &Wtf8) -> Result<Option<usize>, TemplateError> {
    if text.is_empty() {
        return Ok(None);
    }
    let mut index = 0usize;
    for point in text.code_points() {
        let Some(digit) = point.decimal_value() else {
            return Ok(None);
        };
        index = index
            .checked_mul(10)
            .and_then(|index| index.checked_add(usize::from(digit)))
            .filter(|&index| index <= isize::MAX as usize)
            .ok_or(TemplateError::TooManyDecimalDigits)?;
    }
    Ok(Some(index))
}

impl<'a> FieldPath<'a> {
    /// Begins at a step.
    #[must_use]
    pub fn new(path: &'a Wtf8) -> FieldPath<'a> {
        FieldPath { rest: path }
    }

    /// What is not read yet.
    #[must_use]
    pub fn rest(&self) -> &'a Wtf8 {
        self.rest
    }

    fn step(&mut self) -> Result<FieldStep<'a>, TemplateError> {
        let bytes = self.rest.as_bytes();
        let step = match bytes.first() {
            Some(b'.') => {
                let end =
                    memchr::memchr2(b'.', b'[', &bytes[1..]).map_or(bytes.len(), |len| len + 1);
                let name = self.rest.slice(1, end);
                self.rest = self.rest.slice_from(end);
                FieldStep::Attribute(name)
            }
            Some(b'[') => {
                let end = memchr::memchr(b']', bytes).ok_or(TemplateError::MissingBracket)?;
                let key = self.rest.slice(1, end);
                self.rest = self.rest.slice_from(end + 1);
                match index_of(key)? {
                    Some(index) => FieldStep::Index(index),
                    None => FieldStep::Key(key),
                }
            }
            _ => return Err(TemplateError::JunkAfterBracket),
        };
        match step {
            FieldStep::Attribute(name) | FieldStep::Key(name) if name.is_empty() => {
                Err(TemplateError::EmptyAttribute)
            }
            step => Ok(step),
        }
    }
}

impl<'a> Iterator for FieldPath<'a> {
    type Item = Result<FieldStep<'a>, TemplateError>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.rest.is_empty() {
            return None;
        }
        let step = self.step();
        if step.is_err() {
            self.rest = Wtf8::EMPTY;
        }
        Some(step)
    }
}
