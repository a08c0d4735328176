//! Which locale is set for which category.
//!
//! The C library's `setlocale`, and what CPython does with it when it starts (PEP 538: a `C` locale becomes `C.UTF-8`
//! where characters are concerned, unless `LC_ALL` asks for `C`).

use std::cell::RefCell;

use taipan_host::Host;

/// The categories by number; `LC_ALL`, which is 6, stands for all others.
const NAMES: [&str; 13] = [
    "LC_CTYPE",
    "LC_NUMERIC",
    "LC_TIME",
    "LC_COLLATE",
    "LC_MONETARY",
    "LC_MESSAGES",
    "LC_ALL",
    "LC_PAPER",
    "LC_NAME",
    "LC_ADDRESS",
    "LC_TELEPHONE",
    "LC_MEASUREMENT",
    "LC_IDENTIFICATION",
];

const CTYPE: usize = 0;
const ALL: usize = 6;

/// What a locale is set for.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Category {
    All,
    One(usize),
}

impl Category {
    pub(super) fn from_number(number: i32) -> Option<Self> {
        match usize::try_from(number).ok()? {
            ALL => Some(Self::All),
            one if one < NAMES.len() => Some(Self::One(one)),
            _ => None,
        }
    }
}

/// How characters are encoded.
pub(super) enum Codeset {
    Ascii,
    Utf8,
}

/// The locales of an isolate; empty until somebody asks.
#[derive(Default)]
pub(super) struct Chosen {
    /// By category; that of `LC_ALL` means nothing.
    names: RefCell<Vec<String>>,
}

/// The locale of that name, under the name that `setlocale` tells; `None` if it is not installed.
fn installed(name: &str) -> Option<&str> {
    if matches!(name, "C" | "POSIX") {
        return Some("C");
    }
    let codeset = name.strip_prefix("C.")?;
    let codeset = codeset.split('@').next().unwrap_or_default();
    let letters: String = codeset
        .chars()
        .filter(char::is_ascii_alphanumeric)
        .collect();
    letters.eq_ignore_ascii_case("utf8").then_some(name)
}

fn variable(host: &dyn Host, name: &str) -> Option<String> {
    let value = host.getenv(name.as_bytes()).ok()??;
    let value = String::from_utf8_lossy(&value).into_owned();
    (!value.is_empty()).then_some(value)
}

/// The locale that the environment asks for.
fn from_environment(host: &dyn Host, category: usize) -> String {
    if let Some(all) = variable(host, "LC_ALL") {
        return all;
    }
    let asked = variable(host, NAMES[category])
        .or_else(|| variable(host, "LANG"))
        .unwrap_or_else(|| "C".to_owned());
    if category == CTYPE && matches!(&*asked, "C" | "POSIX") {
        return "C.UTF-8".to_owned();
    }
    asked
}

impl Chosen {
    /// What is set when a program starts: the environment's locale for characters, `C` for the rest.
    pub(super) fn start(&self, host: &dyn Host) {
        let mut names = self.names.borrow_mut();
        if !names.is_empty() {
            return;
        }
        names.resize(NAMES.len(), "C".to_owned());
        let asked = from_environment(host, CTYPE);
        names[CTYPE] = match installed(&asked) {
            Some(name) => name.to_owned(),
            None if variable(host, "LC_ALL").is_some() => "C".to_owned(),
            None => "C.UTF-8".to_owned(),
        };
    }

    pub(super) fn name(&self, category: Category) -> String {
        let names = self.names.borrow();
        let Category::One(one) = category else {
            let first = &names[CTYPE];
            let mut parts = each_category();
            if parts.all(|category| names[category] == *first) {
                return first.clone();
            }
            let parts: Vec<String> = each_category()
                .map(|category| format!("{}={}", NAMES[category], names[category]))
                .collect();
            return parts.join(";");
        };
        names[one].clone()
    }

    /// Sets a locale; false if it is not installed.
    pub(super) fn set(&self, host: &dyn Host, category: Category, locale: &str) -> bool {
        let of = |one: usize, locale: &str| {
            if locale.is_empty() {
                installed(&from_environment(host, one)).map(str::to_owned)
            } else {
                installed(locale).map(str::to_owned)
            }
        };
        let mut new = self.names.borrow().clone();
        match category {
            Category::One(one) => match of(one, locale) {
                Some(name) => new[one] = name,
                None => return false,
            },
            Category::All => {
                let Some(names) = each_of_all(locale) else {
                    return false;
                };
                for (one, locale) in names {
                    match of(one, locale) {
                        Some(name) => new[one] = name,
                        None => return false,
                    }
                }
            }
        }
        *self.names.borrow_mut() = new;
        true
    }

    pub(super) fn codeset(&self) -> Codeset {
        match self.names.borrow()[CTYPE].as_str() {
            "C" => Codeset::Ascii,
            _ => Codeset::Utf8,
        }
    }
}

fn each_category() -> impl Iterator<Item = usize> {
    (0..NAMES.len()).filter(|category| *category != ALL)
}

/// A name for all categories: one locale, or `CATEGORY=locale` for each of them, separated by semicolons.
fn each_of_all(locale: &str) -> Option<Vec<(usize, &str)>> {
    if !locale.contains(';') {
        return Some(each_category().map(|category| (category, locale)).collect());
    }
    let mut given = Vec::new();
    for part in locale.split(';') {
        let (name, locale) = part.split_once('=')?;
        let category = each_category().find(|category| NAMES[*category] == name)?;
        given.push((category, locale));
    }
    let is_whole = each_category().all(|category| given.iter().any(|(one, _)| *one == category));
    is_whole.then_some(given)
}
