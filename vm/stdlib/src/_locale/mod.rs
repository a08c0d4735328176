//! `_locale`: the program's locale.
//!
//! CPython 3.14: `Modules/_localemodule.c`. Known locales are `C` (`POSIX`) and `C` with UTF-8 (`C.UTF-8`, `C.utf8`): all
//! others are "not installed", as on a machine without locale data. `names` holds which is set for what, `langinfo`
//! what they say, `messages` the translation of messages, of which these locales have none. Tests: `tests/run/locale/`.

mod langinfo;
mod messages;
mod names;

use taipan_macros::{pyfunction, pymodule};
use taipan_text::Wtf8;
use taipan_vm::ctx::Ctx;
use taipan_vm::error::{PyErr, PyResult};
use taipan_vm::native::ModuleBuilder;
use taipan_vm::objects::{Dict, Str};
use taipan_vm::value::Py;

use self::names::{Category, Chosen, Codeset};
use crate::exception_class::{exception_class, raise};

/// Support for POSIX locales.
#[pymodule]
pub(crate) fn _locale(cx: &Ctx, m: &ModuleBuilder<'_>) -> PyResult<()> {
    m.add(
        "Error",
        exception_class(cx, "locale.Error", &cx.types().exception)?.to_value(),
    )?;
    m.function(&setlocale::DEF)?;
    m.function(&localeconv::DEF)?;
    m.function(&strcoll::DEF)?;
    m.function(&strxfrm::DEF)?;
    m.function(&nl_langinfo::DEF)?;
    m.function(&getencoding::DEF)?;
    m.function(&messages::gettext::DEF)?;
    m.function(&messages::dgettext::DEF)?;
    m.function(&messages::dcgettext::DEF)?;
    m.function(&messages::textdomain::DEF)?;
    m.function(&messages::bindtextdomain::DEF)?;
    m.function(&messages::bind_textdomain_codeset::DEF)?;
    platform_constants! { m; LC_CTYPE LC_TIME LC_COLLATE LC_MONETARY LC_MESSAGES LC_NUMERIC LC_ALL }
    m.add("CHAR_MAX", CHAR_MAX)?;
    for (name, item, _) in langinfo::ITEMS {
        m.add(name, *item)?;
    }
    Ok(())
}

/// "Not available in this locale", in the numbers of `localeconv`.
const CHAR_MAX: i64 = 127;

fn error(cx: &Ctx, message: &str) -> PyErr {
    raise(cx, "locale.Error", &cx.types().exception, message)
}

fn without_null(cx: &Ctx, text: &Wtf8) -> PyResult<()> {
    if text.as_bytes().contains(&0) {
        return Err(cx.value_error("embedded null character"));
    }
    Ok(())
}

/// Activates/queries locale processing.
#[pyfunction(signature = (category, locale = None, /))]
fn setlocale(cx: &Ctx, category: i32, locale: Option<&Py<Str>>) -> PyResult<String> {
    let chosen = cx.state::<Chosen>();
    chosen.start(cx.host());
    let which = Category::from_number(category);
    let Some(locale) = locale else {
        let which = which.ok_or_else(|| error(cx, "locale query failed"))?;
        return Ok(chosen.name(which));
    };
    without_null(cx, locale.as_wtf8())?;
    let unsupported = || error(cx, "unsupported locale setting");
    let which = which.ok_or_else(unsupported)?;
    let locale = locale.as_wtf8().to_str().ok_or_else(unsupported)?;
    if !chosen.set(cx.host(), which, locale) {
        return Err(unsupported());
    }
    Ok(chosen.name(which))
}

/// Returns numeric and monetary locale-specific parameters.
#[pyfunction]
fn localeconv(cx: &Ctx) -> PyResult<Py<Dict>> {
    let dict = cx.new_dict();
    let text = |name: &str, value: &str| {
        dict.set_str(&cx.intern(name), cx.intern(value).into_value());
    };
    let grouping = |name: &str| {
        dict.set_str(&cx.intern(name), cx.new_list(Vec::new()).into_value());
    };
    text("int_curr_symbol", "");
    text("currency_symbol", "");
    text("mon_decimal_point", "");
    text("mon_thousands_sep", "");
    grouping("mon_grouping");
    text("positive_sign", "");
    text("negative_sign", "");
    for name in [
        "int_frac_digits",
        "frac_digits",
        "p_cs_precedes",
        "p_sep_by_space",
        "n_cs_precedes",
        "n_sep_by_space",
        "p_sign_posn",
        "n_sign_posn",
    ] {
        dict.set_str(&cx.intern(name), cx.new_int(CHAR_MAX));
    }
    text("decimal_point", ".");
    text("thousands_sep", "");
    grouping("grouping");
    Ok(dict)
}

/// Compares two strings according to the locale.
#[pyfunction(signature = (os1, os2, /))]
fn strcoll(cx: &Ctx, os1: &Py<Str>, os2: &Py<Str>) -> PyResult<i64> {
    without_null(cx, os1.as_wtf8())?;
    without_null(cx, os2.as_wtf8())?;
    // Both locales order by code point, which is the order of the bytes.
    Ok(os1.as_wtf8().as_bytes().cmp(os2.as_wtf8().as_bytes()) as i64)
}

/// Return a string that can be used as a key for locale-aware comparisons.
#[pyfunction(signature = (string, /))]
fn strxfrm(cx: &Ctx, string: &Py<Str>) -> PyResult<Py<Str>> {
    without_null(cx, string.as_wtf8())?;
    Ok(string.clone())
}

/// Return the value for the locale information associated with key.
#[pyfunction(signature = (key, /))]
fn nl_langinfo(cx: &Ctx, key: i32) -> PyResult<&'static str> {
    if key == libc::CODESET {
        return Ok(codeset(cx));
    }
    langinfo::ITEMS
        .iter()
        .find(|(_, item, _)| *item == key)
        .map(|(_, _, text)| *text)
        .ok_or_else(|| cx.value_error("unsupported langinfo constant"))
}

fn codeset(cx: &Ctx) -> &'static str {
    let chosen = cx.state::<Chosen>();
    chosen.start(cx.host());
    match chosen.codeset() {
        Codeset::Ascii => "ANSI_X3.4-1968",
        Codeset::Utf8 => "UTF-8",
    }
}

/// Get the current locale encoding.
#[pyfunction]
fn getencoding(cx: &Ctx) -> &'static str {
    codeset(cx)
}
