//! `gettext` of the C library. The locales of this module are `C`'s, which have no catalogues: a message is its own
//! translation. Which domain is current and where domains look is kept, as the C library keeps it.

use std::cell::RefCell;
use std::collections::HashMap;

use taipan_macros::pyfunction;
use taipan_vm::ctx::Ctx;
use taipan_vm::error::PyResult;
use taipan_vm::objects::Str;
use taipan_vm::value::{Py, Value};

use super::{error, without_null};

/// Where catalogues are unless a domain is bound elsewhere.
const DEFAULT_FOLDER: &str = "/usr/share/locale";
const DEFAULT_DOMAIN: &str = "messages";

#[derive(Default)]
struct Domains {
    current: RefCell<Option<String>>,
    folders: RefCell<HashMap<String, Vec<u8>>>,
    codesets: RefCell<HashMap<String, String>>,
}

/// Text as the C library wants it: valid UTF-8 without null characters.
fn plain(cx: &Ctx, text: &Py<Str>) -> PyResult<String> {
    let utf8 = cx.encode_text(text, None, None)?;
    without_null(cx, text.as_wtf8())?;
    match utf8.downcast_ref::<taipan_vm::objects::Bytes>() {
        Some(bytes) => Ok(String::from_utf8_lossy(bytes.as_slice()).into_owned()),
        None => Err(cx.system_error("encoding gave no bytes")),
    }
}

/// gettext(msg) -> string
///
/// Return translation of msg.
#[pyfunction(signature = (msg, /))]
pub(super) fn gettext(cx: &Ctx, msg: &Py<Str>) -> PyResult<String> {
    plain(cx, msg)
}

/// dgettext(domain, msg) -> string
///
/// Return translation of msg in domain.
#[pyfunction(signature = (domain, msg, /))]
pub(super) fn dgettext(cx: &Ctx, domain: Option<&Py<Str>>, msg: &Py<Str>) -> PyResult<String> {
    domain.map(|domain| plain(cx, domain)).transpose()?;
    plain(cx, msg)
}

/// Return translation of msg in domain and category.
#[pyfunction(signature = (domain, msg, category, /))]
pub(super) fn dcgettext(
    cx: &Ctx,
    domain: Option<&Py<Str>>,
    msg: &Py<Str>,
    category: i32,
) -> PyResult<String> {
    let _ = category;
    domain.map(|domain| plain(cx, domain)).transpose()?;
    plain(cx, msg)
}

/// Set the C library's textdmain to domain, returning the new domain.
#[pyfunction(signature = (domain, /))]
pub(super) fn textdomain(cx: &Ctx, domain: Option<&Py<Str>>) -> PyResult<String> {
    let domain = domain.map(|domain| plain(cx, domain)).transpose()?;
    let domains = cx.state::<Domains>();
    let mut current = domains.current.borrow_mut();
    match domain {
        Some(domain) if domain.is_empty() => *current = None,
        Some(domain) => *current = Some(domain),
        None => {}
    }
    Ok(current.clone().unwrap_or_else(|| DEFAULT_DOMAIN.to_owned()))
}

fn checked_domain(cx: &Ctx, domain: &Py<Str>) -> PyResult<String> {
    let domain = plain(cx, domain)?;
    if domain.is_empty() {
        return Err(error(cx, "domain must be a non-empty string"));
    }
    Ok(domain)
}

/// Bind the C library's domain to dir.
#[pyfunction(signature = (domain, dir, /))]
pub(super) fn bindtextdomain(cx: &Ctx, domain: &Py<Str>, dir: &Value) -> PyResult<Value> {
    let domain = checked_domain(cx, domain)?;
    let domains = cx.state::<Domains>();
    if !dir.is_none() {
        let path = cx.fs_path(dir)?;
        let folder = match path.downcast_ref::<Str>() {
            Some(text) => cx.fs_encode(text.as_wtf8())?,
            None => cx.bytes_of(&path)?.into_owned(),
        };
        domains.folders.borrow_mut().insert(domain.clone(), folder);
    }
    let folder = domains.folders.borrow().get(&domain).cloned();
    match folder {
        Some(folder) => cx.fs_decode(&folder),
        None => cx.fs_decode(DEFAULT_FOLDER.as_bytes()),
    }
}

/// Bind the C library's domain to codeset.
#[pyfunction(signature = (domain, codeset, /))]
pub(super) fn bind_textdomain_codeset(
    cx: &Ctx,
    domain: &Py<Str>,
    codeset: Option<&Py<Str>>,
) -> PyResult<Option<String>> {
    let domain = checked_domain(cx, domain)?;
    let codeset = codeset.map(|codeset| plain(cx, codeset)).transpose()?;
    let domains = cx.state::<Domains>();
    let mut codesets = domains.codesets.borrow_mut();
    if let Some(codeset) = codeset {
        codesets.insert(domain.clone(), codeset);
    }
    Ok(codesets.get(&domain).cloned())
}
