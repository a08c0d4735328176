//! The methods of `str` and `bytes` against CPython's answers (`golden/make_str_ops.py`).

use std::ops::Range;

use taipan_text::str_ops::split::{self, LineEnds};
use taipan_text::str_ops::strip::{Side, strip, strip_bytes};
use taipan_text::str_ops::{self, bytes};
use taipan_text::unicode::is_identifier;
use taipan_text::{Wtf8, Wtf8Buf};

use crate::golden::{report, rows, unescape};

fn flag(value: bool) -> Wtf8Buf {
    if value { "True" } else { "False" }.into()
}

fn joined(parts: impl IntoIterator<Item = Wtf8Buf>) -> Wtf8Buf {
    let mut out = Wtf8Buf::from("[");
    for (place, part) in parts.into_iter().enumerate() {
        if place > 0 {
            out.push_str("|");
        }
        out.push_wtf8(&part);
    }
    out.push_str("]");
    out
}

fn parted(len: usize, found: Option<Range<usize>>, from_right: bool) -> [Range<usize>; 3] {
    match found {
        Some(range) => [0..range.start, range.clone(), range.end..len],
        None if from_right => [0..0, 0..0, 0..len],
        None => [0..len, len..len, len..len],
    }
}

fn ends(number: i64) -> LineEnds {
    if number == 1 {
        LineEnds::Keep
    } else {
        LineEnds::Drop
    }
}

fn side(method: &str) -> Side {
    match method.trim_end_matches("set") {
        "lstrip" => Side::Left,
        "rstrip" => Side::Right,
        _ => Side::Both,
    }
}

fn of_text(method: &str, text: &Wtf8, argument: &Wtf8, number: i64) -> Wtf8Buf {
    let max = usize::try_from(number).ok();
    let width = usize::try_from(number).unwrap_or(0);
    let fill = argument.code_points().next().unwrap_or_default();
    let raw = text.as_bytes();
    let list = |ranges: Vec<Range<usize>>| {
        joined(
            ranges
                .into_iter()
                .map(|r| text.slice(r.start, r.end).to_owned()),
        )
    };
    let part = |range: Range<usize>| text.slice(range.start, range.end).to_owned();
    match method {
        "lower" => str_ops::lower(text),
        "upper" => str_ops::upper(text),
        "title" => str_ops::title(text),
        "capitalize" => str_ops::capitalize(text),
        "swapcase" => str_ops::swapcase(text),
        "casefold" => str_ops::casefold(text),
        "isalpha" => flag(str_ops::is_alpha(text)),
        "isalnum" => flag(str_ops::is_alnum(text)),
        "isdigit" => flag(str_ops::is_digit(text)),
        "isdecimal" => flag(str_ops::is_decimal(text)),
        "isnumeric" => flag(str_ops::is_numeric(text)),
        "islower" => flag(str_ops::is_lower(text)),
        "isupper" => flag(str_ops::is_upper(text)),
        "istitle" => flag(str_ops::is_title(text)),
        "isspace" => flag(str_ops::is_space(text)),
        "isprintable" => flag(str_ops::is_printable(text)),
        "isidentifier" => flag(is_identifier(text)),
        "split" => list(split::split_whitespace(text, None)),
        "rsplit" => list(split::rsplit_whitespace(text, None)),
        "splitmax" => list(split::split_whitespace(text, max)),
        "rsplitmax" => list(split::rsplit_whitespace(text, max)),
        "splitsep" => list(split::split(raw, argument.as_bytes(), max)),
        "rsplitsep" => list(split::rsplit(raw, argument.as_bytes(), max)),
        "splitlines" => list(split::split_lines(text, ends(number))),
        "partition" => list(
            parted(
                text.len(),
                split::partition(raw, argument.as_bytes()),
                false,
            )
            .into(),
        ),
        "rpartition" => list(
            parted(
                text.len(),
                split::rpartition(raw, argument.as_bytes()),
                true,
            )
            .into(),
        ),
        "strip" | "lstrip" | "rstrip" => part(strip(text, None, side(method))),
        "stripset" | "lstripset" | "rstripset" => part(strip(text, Some(argument), side(method))),
        "replace" => str_ops::replace(text, argument, "<€>".into(), max)
            .expect("small")
            .unwrap_or(text.to_owned()),
        "count" => text.count(argument).to_string().into(),
        "center" => str_ops::center(text, width, fill).expect("small"),
        "ljust" => str_ops::ljust(text, width, fill).expect("small"),
        "rjust" => str_ops::rjust(text, width, fill).expect("small"),
        "zfill" => str_ops::zfill(text, width).expect("small"),
        "expandtabs" => str_ops::expand_tabs(text, width).expect("small"),
        "repr" => str_ops::str_repr(text),
        "ascii" => str_ops::ascii_escape(&str_ops::str_repr(text)).into(),
        other => panic!("unknown method {other}"),
    }
}

fn latin1(text: &Wtf8) -> Vec<u8> {
    text.code_points()
        .map(|point| u8::try_from(point.to_u32()).expect("Latin-1"))
        .collect()
}

fn of_bytes(method: &str, data: &[u8], argument: &[u8], number: i64) -> Wtf8Buf {
    let max = usize::try_from(number).ok();
    let width = usize::try_from(number).unwrap_or(0);
    let fill = argument.first().copied().unwrap_or(b' ');
    let list = |ranges: Vec<Range<usize>>| {
        joined(ranges.into_iter().map(|r| Wtf8Buf::from_latin1(&data[r])))
    };
    let found = match method {
        "isalpha" => return flag(bytes::is_alpha(data)),
        "isalnum" => return flag(bytes::is_alnum(data)),
        "isdigit" => return flag(bytes::is_digit(data)),
        "islower" => return flag(bytes::is_lower(data)),
        "isupper" => return flag(bytes::is_upper(data)),
        "istitle" => return flag(bytes::is_title(data)),
        "isspace" => return flag(bytes::is_space(data)),
        "split" => return list(split::split_ascii_whitespace(data, None)),
        "rsplit" => return list(split::rsplit_ascii_whitespace(data, None)),
        "splitmax" => return list(split::split_ascii_whitespace(data, max)),
        "rsplitmax" => return list(split::rsplit_ascii_whitespace(data, max)),
        "splitsep" => return list(split::split(data, argument, max)),
        "rsplitsep" => return list(split::rsplit(data, argument, max)),
        "splitlines" => return list(split::split_ascii_lines(data, ends(number))),
        "partition" => {
            return list(parted(data.len(), split::partition(data, argument), false).into());
        }
        "rpartition" => {
            return list(parted(data.len(), split::rpartition(data, argument), true).into());
        }
        "repr" => return str_ops::bytes_repr(data).into(),
        "count" => {
            return memchr::memmem::find_iter(data, argument)
                .count()
                .to_string()
                .into();
        }
        "lower" => data.to_ascii_lowercase(),
        "upper" => data.to_ascii_uppercase(),
        "title" => bytes::title(data),
        "capitalize" => bytes::capitalize(data),
        "swapcase" => bytes::swapcase(data),
        "strip" | "lstrip" | "rstrip" => data[strip_bytes(data, None, side(method))].to_vec(),
        "stripset" | "lstripset" | "rstripset" => {
            data[strip_bytes(data, Some(argument), side(method))].to_vec()
        }
        "replace" => bytes::replace(data, argument, b"<>", max)
            .expect("small")
            .unwrap_or(data.to_vec()),
        "center" => bytes::center(data, width, fill).expect("small"),
        "ljust" => bytes::ljust(data, width, fill).expect("small"),
        "rjust" => bytes::rjust(data, width, fill).expect("small"),
        "zfill" => bytes::zfill(data, width).expect("small"),
        "expandtabs" => bytes::expand_tabs(data, width).expect("small"),
        other => panic!("unknown method {other}"),
    };
    Wtf8Buf::from_latin1(&found)
}

#[test]
fn methods_equal_cpythons() {
    let mut differences = Vec::new();
    for row in rows(include_str!("../golden/str_ops.tsv")) {
        let (value, argument) = (unescape(row[1]), unescape(row[2]));
        let number = row[3].parse().expect("a number");
        let ours = match row[0].strip_prefix("b.") {
            Some(method) => of_bytes(method, &latin1(&value), &latin1(&argument), number),
            None => of_text(row[0], &value, &argument, number),
        };
        let expected = unescape(row[4]);
        if ours != *expected {
            differences.push(format!(
                "{} {} {} {}: {ours:?} != {expected:?}",
                row[0], row[1], row[2], row[3]
            ));
        }
    }
    report(&differences);
}

#[test]
fn what_memory_cannot_hold_is_refused() {
    let huge = usize::MAX / 4;
    let text = Wtf8::from_str("a\tb");
    assert!(str_ops::center(text, huge, '*'.into()).is_err());
    assert!(str_ops::expand_tabs(text, huge).is_err());
    assert!(bytes::zfill(b"1", huge).is_err());
}
