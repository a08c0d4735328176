//! The built-in names and the modules that have no Python source, from a table made with CPython.
//!
//! The table is `lsp/data/native.json`, renewed by `lsp/scripts/make_builtins.py`. Invariant: read-only, decoded once.
//! Tests: below.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use serde::Deserialize;

static TABLE: LazyLock<Table> = LazyLock::new(|| {
    let text = include_str!("../../data/native.json");
    serde_json::from_str(text).expect("the committed table is valid, see the test below")
});

#[derive(Debug, Deserialize)]
struct Table {
    modules: BTreeMap<String, NativeModule>,
}

/// A module written in C.
#[derive(Debug, Deserialize)]
pub(crate) struct NativeModule {
    #[serde(rename = "d")]
    pub(crate) doc: Option<String>,
    #[serde(rename = "m")]
    pub(crate) members: BTreeMap<String, Entry>,
}

#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Kind {
    Class,
    Function,
    Method,
    Property,
    Value,
    Module,
}

/// A name of a module or a class.
#[derive(Debug, Deserialize)]
pub(crate) struct Entry {
    #[serde(rename = "k")]
    pub(crate) kind: Kind,
    #[serde(rename = "d")]
    pub(crate) doc: Option<String>,
    #[serde(rename = "s")]
    pub(crate) signature: Option<String>,
    /// The class that a call, or the attribute, gives.
    #[serde(rename = "r")]
    pub(crate) result: Option<String>,
    /// The class of a value, and its repr where that is short.
    #[serde(rename = "t")]
    pub(crate) type_name: Option<String>,
    #[serde(rename = "v")]
    pub(crate) repr: Option<String>,
    /// Base classes, nearest first.
    #[serde(rename = "b", default)]
    pub(crate) bases: Vec<String>,
    #[serde(rename = "m", default)]
    pub(crate) members: BTreeMap<String, Entry>,
}

impl Entry {
    /// Returns the signature with `self` removed and nothing of Argument Clinic's notation left.
    pub(crate) fn readable_signature(&self) -> Option<String> {
        let text = self.signature.as_deref()?.replace('$', "");
        let inner = text.strip_prefix('(')?;
        let rest = [
            "self, /, ",
            "self, /",
            "self, ",
            "self",
            "type, /, ",
            "type, /",
        ]
        .iter()
        .find_map(|own| inner.strip_prefix(own));
        Some(match (self.kind, rest) {
            (Kind::Method, Some(rest)) => format!("({rest}"),
            _ => text,
        })
    }
}

/// Returns a native module.
pub(crate) fn module(name: &str) -> Option<&'static NativeModule> {
    TABLE.modules.get(name)
}

/// Returns the names of all native modules.
pub(crate) fn module_names() -> impl Iterator<Item = &'static str> {
    TABLE.modules.keys().map(String::as_str)
}

/// Returns the entry of a built-in name.
pub(crate) fn builtin(name: &str) -> Option<(&'static str, &'static Entry)> {
    module("builtins")?
        .members
        .get_key_value(name)
        .map(|(name, entry)| (name.as_str(), entry))
}

/// Returns a member of a native class, looked up along its bases, with the class that has it.
pub(crate) fn class_member(
    class: &'static Entry,
    class_name: &'static str,
    name: &str,
) -> Option<(&'static str, &'static Entry)> {
    if let Some(entry) = class.members.get(name) {
        return Some((class_name, entry));
    }
    let bases = class.bases.iter().map(String::as_str).chain(["object"]);
    bases
        .filter_map(builtin)
        .find_map(|(owner, base)| base.members.get(name).map(|entry| (owner, entry)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_knows_builtins_and_native_modules() {
        let (_, text) = builtin("str").expect("str");
        assert_eq!(text.members["upper"].result.as_deref(), Some("str"));
        assert_eq!(
            builtin("len")
                .and_then(|(_, len)| len.readable_signature())
                .as_deref(),
            Some("(obj, /)")
        );
        assert!(module("sys").is_some_and(|sys| sys.members.contains_key("argv")));
        let (_, error) = builtin("ValueError").expect("ValueError");
        assert_eq!(
            class_member(error, "ValueError", "add_note").map(|(owner, _)| owner),
            Some("BaseException")
        );
    }
}
