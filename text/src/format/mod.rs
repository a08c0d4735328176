//! Formatting: the mini language of `format()`, the templates of `str.format`, and the templates of `%`.
//!
//! CPython counterparts: `Python/formatter_unicode.c`, `Objects/stringlib/unicode_format.h`, and
//! `Objects/unicode_format.c`. The caller evaluates arguments and calls `__format__`; here is what needs no objects.
//! Tests: `text/tests/it/format.rs`.

mod complex;
mod error;
mod float;
mod grouping;
mod int;
mod percent;
mod percent_write;
mod spec;
mod string;
mod template;

pub use complex::format_complex;
pub use error::{FormatError, FormatErrorKind};
pub use float::format_float;
pub use grouping::NumericLocale;
pub use int::{IntRef, format_int};
pub use percent::{Amount, PercentError, PercentFlags, PercentItem, PercentSpec, PercentTemplate};
pub use percent_write::{percent_float, percent_int, percent_pad};
pub use spec::{Align, FormatSpec, Grouping};
pub use string::format_str;
pub use template::{
    AutoNumber, FieldKey, FieldPath, FieldStep, ReplacementField, TemplateError, TemplateItem,
    TemplateItems, split_field_name,
};
