//! Digits in groups, and a number laid out in its field.
//!
//! CPython counterpart: `_PyUnicode_InsertThousandsGrouping`, `calc_number_widths`, `fill_number`. The field reads
//! `<padding><sign><prefix><padding><grouped digits><point><fraction><rest><padding>`, where only one padding is
//! not empty. Tests: `text/tests/it/format.rs`.

use std::borrow::Cow;

use super::spec::{Align, FormatSpec, Grouping};
use crate::str_ops::{TooLong, text_with_room};
use crate::wtf8::{CodePoint, Wtf8, Wtf8Buf};

/// How the current locale writes numbers, for the letter `n`. The default is the C locale.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NumericLocale {
    /// Stands before the fraction.
    pub decimal_point: Wtf8Buf,
    /// Stands between groups.
    pub thousands_separator: Wtf8Buf,
    /// C's `grouping`: sizes from the right, the last one repeats, 127 ends.
    pub grouping: Vec<u8>,
}

impl Default for NumericLocale {
    fn default() -> NumericLocale {
        NumericLocale {
            decimal_point: ".".into(),
            thousands_separator: Wtf8Buf::new(),
            grouping: Vec::new(),
        }
    }
}

impl NumericLocale {
    /// The rules of this locale.
    pub(super) fn rules(&self) -> GroupRules<'_> {
        GroupRules {
            point: &self.decimal_point,
            separator: &self.thousands_separator,
            sizes: &self.grouping,
        }
    }
}

/// [`NumericLocale`], borrowed.
#[derive(Clone, Copy)]
pub(super) struct GroupRules<'a> {
    point: &'a Wtf8,
    separator: &'a Wtf8,
    sizes: &'a [u8],
}

impl GroupRules<'static> {
    /// The rules of a grouping sign.
    pub(super) fn of(grouping: Grouping) -> GroupRules<'static> {
        let (separator, sizes): (&str, &[u8]) = match grouping {
            Grouping::None => ("", &[]),
            Grouping::Comma => (",", &[3]),
            Grouping::Underscore => ("_", &[3]),
            Grouping::UnderscoreFours => ("_", &[4]),
        };
        GroupRules {
            point: Wtf8::from_str("."),
            separator: Wtf8::from_str(separator),
            sizes,
        }
    }
}

/// A number in parts, all ASCII.
#[derive(Default)]
pub(super) struct NumberParts<'a> {
    pub(super) negative: bool,
    /// `0x` and the like.
    pub(super) prefix: &'a str,
    /// Digits before the point; may be empty (`inf`).
    pub(super) digits: &'a str,
    pub(super) has_point: bool,
    /// Digits behind the point.
    pub(super) fraction: &'a str,
    /// Exponent, percent sign, or a word or character instead of digits.
    pub(super) rest: &'a str,
}

impl<'a> NumberParts<'a> {
    /// Splits the text of a float, without sign.
    pub(super) fn of_float(text: &'a str) -> NumberParts<'a> {
        let digits = text
            .find(|c: char| !c.is_ascii_digit())
            .unwrap_or(text.len());
        let (digits, rest) = text.split_at(digits);
        let (has_point, rest) = match rest.strip_prefix('.') {
            Some(rest) => (true, rest),
            None => (false, rest),
        };
        let fraction = if has_point {
            rest.find(|c: char| !c.is_ascii_digit())
                .unwrap_or(rest.len())
        } else {
            0
        };
        let (fraction, rest) = rest.split_at(fraction);
        NumberParts {
            digits,
            has_point,
            fraction,
            rest,
            ..NumberParts::default()
        }
    }
}

/// Lays out a number in its field.
pub(super) fn lay_out(
    parts: &NumberParts<'_>,
    spec: &FormatSpec,
    rules: GroupRules<'_>,
) -> Result<Wtf8Buf, TooLong> {
    let sign = match (spec.sign, parts.negative) {
        (_, true) => "-",
        (Some(b'+'), false) => "+",
        (Some(b' '), false) => " ",
        _ => "",
    };
    let fraction = group_from_left(parts.fraction, spec.fraction_grouping);
    let width = spec.width.unwrap_or(0);
    let point_len = if parts.has_point {
        rules.point.count_code_points()
    } else {
        0
    };
    let others =
        sign.len() + parts.prefix.len() + point_len + fraction.len() + parts.rest.chars().count();
    let min_digits = if spec.fill == '0' && spec.align == Align::AfterSign {
        width.saturating_sub(others)
    } else {
        0
    };
    let digits = if parts.digits.is_empty() {
        Wtf8Buf::new()
    } else {
        group(parts.digits, min_digits, rules)?
    };
    let padding = width.saturating_sub(others + digits.count_code_points());
    let (left, inner, right) = match spec.align {
        Align::Left => (0, 0, padding),
        Align::Right => (padding, 0, 0),
        Align::AfterSign => (0, padding, 0),
        Align::Center => (padding / 2, 0, padding - padding / 2),
    };
    let mut text = text_with_room([
        others + digits.len(),
        padding.saturating_mul(spec.fill.len_wtf8()),
    ])?;
    text.push_repeated(spec.fill, left);
    text.push_str(sign);
    text.push_str(parts.prefix);
    text.push_repeated(spec.fill, inner);
    text.push_wtf8(&digits);
    if parts.has_point {
        text.push_wtf8(rules.point);
    }
    text.push_str(&fraction);
    text.push_str(parts.rest);
    text.push_repeated(spec.fill, right);
    Ok(text)
}

/// Pads text on the outside.
pub(super) fn pad(
    text: &Wtf8,
    fill: CodePoint,
    align: Align,
    width: usize,
) -> Result<Wtf8Buf, TooLong> {
    let padding = width.saturating_sub(text.count_code_points());
    let left = match align {
        Align::Left => 0,
        Align::Center => padding / 2,
        Align::Right | Align::AfterSign => padding,
    };
    let mut padded = text_with_room([text.len(), padding.saturating_mul(fill.len_wtf8())])?;
    padded.push_repeated(fill, left);
    padded.push_wtf8(text);
    padded.push_repeated(fill, padding - left);
    Ok(padded)
}

/// Groups in threes, counted from the point.
fn group_from_left(fraction: &str, grouping: Grouping) -> Cow<'_, str> {
    let separator = match grouping {
        Grouping::None => return Cow::Borrowed(fraction),
        Grouping::Comma => ",",
        Grouping::Underscore | Grouping::UnderscoreFours => "_",
    };
    let groups: Vec<&str> = (0..fraction.len())
        .step_by(3)
        .map(|at| &fraction[at..fraction.len().min(at + 3)])
        .collect();
    Cow::Owned(groups.join(separator))
}

/// Groups from the right, with zeros in front until the text is `min_width` long.
fn group(digits: &str, min_width: usize, rules: GroupRules<'_>) -> Result<Wtf8Buf, TooLong> {
    if rules.sizes.is_empty() && digits.len() >= min_width {
        return Ok(digits.into());
    }
    let separator_len = rules.separator.count_code_points();
    let (mut remaining, mut wanted) = (digits.len(), min_width);
    // Separators at worst double the text; a group is counted before its bytes are written.
    let worst = rules
        .separator
        .len()
        .saturating_add(1)
        .saturating_mul(digits.len().max(min_width));
    let mut text = text_with_room([worst, 0])?;
    // From the right: (zeros, digits) of each group.
    let mut groups: Vec<(usize, usize)> = Vec::new();
    let smallest = rules.sizes.iter().copied().filter(|&size| size > 0).min();
    let most = digits.len().max(min_width) / usize::from(smallest.unwrap_or(127)) + 2;
    groups.try_reserve(most).map_err(|_| TooLong)?;
    let mut sizes = rules.sizes.iter().copied();
    let mut size = 0;
    loop {
        size = match sizes.next() {
            None => size,
            Some(127) => 0,
            Some(size) => usize::from(size),
        };
        let longest = remaining.max(wanted).max(1);
        let len = if size == 0 {
            longest
        } else {
            size.min(longest)
        };
        let taken = remaining.min(len);
        groups.push((len - taken, taken));
        remaining -= taken;
        wanted = wanted.saturating_sub(len);
        if size == 0 || (remaining == 0 && wanted == 0) {
            break;
        }
        wanted = wanted.saturating_sub(separator_len);
    }
    let mut at = 0;
    for (place, &(zeros, taken)) in groups.iter().rev().enumerate() {
        if place > 0 {
            text.push_wtf8(rules.separator);
        }
        text.push_repeated(CodePoint::from('0'), zeros);
        text.push_str(&digits[at..at + taken]);
        at += taken;
    }
    Ok(text)
}
