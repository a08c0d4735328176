//! Errors and warnings as JSON, beside the [canonical form](super::canonical_json) of code.
//!
//! An error has `type`, `msg`, `lineno`, `offset`, `end_lineno`, `end_offset` and `text`, a warning is an array of class,
//! line and text. Texts are tagged as constants are.

use taipan_text::wtf8::Wtf8;

use super::canonical_text;
use crate::error::{SyntaxError, Warning};

/// The warnings as one line of JSON.
pub fn warnings_json(warnings: &[Warning]) -> String {
    let shown: Vec<String> = warnings
        .iter()
        .map(|warning| {
            let text = canonical_text(Wtf8::from_str(&warning.msg));
            format!(
                "[\"{}\",{},{text}]",
                warning.category.class_name(),
                warning.place.lineno
            )
        })
        .collect();
    format!("[{}]", shown.join(","))
}

/// The error as one line of JSON.
pub fn error_json(error: &SyntaxError) -> String {
    let text = |text: Option<&str>| {
        text.map_or("null".to_owned(), |text| {
            canonical_text(Wtf8::from_str(text))
        })
    };
    let place = error.place.filter(|_| error.kind.is_syntax_error());
    let end = place.and_then(|place| place.end());
    let number =
        |number: Option<i32>| number.map_or("null".to_owned(), |number| number.to_string());
    format!(
        "{{\"type\":\"{}\",\"msg\":{},\"lineno\":{},\"offset\":{},\"end_lineno\":{},\"end_offset\":{},\"text\":{}}}",
        error.kind.class_name(),
        text(Some(&error.msg)),
        number(place.map(|place| place.lineno)),
        number(place.map(|place| place.offset)),
        number(end.map(|end| end.0)),
        number(end.map(|end| end.1)),
        text(error.text.as_deref())
    )
}
