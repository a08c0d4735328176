//! The arguments of a call, as they pass from the caller to native code.
//!
//! CPython 3.14: the vectorcall protocol (PEP 590): positional values, then the values of keyword arguments, in one
//! slice; the keywords' names apart.

use crate::objects::Str;
use crate::value::{Py, Value};

/// Arguments of one call, borrowed from the caller.
#[derive(Clone, Copy)]
pub struct Args<'a> {
    values: &'a [Value],
    names: &'a [Value],
}

impl<'a> Args<'a> {
    pub const EMPTY: Args<'static> = Args {
        values: &[],
        names: &[],
    };

    /// Positional arguments only.
    pub const fn positional_only(values: &'a [Value]) -> Self {
        Self { values, names: &[] }
    }

    /// `values` ends with one value for each of `names`, which are `str` objects (but see [`Args::any_keywords`]).
    pub fn new(values: &'a [Value], names: &'a [Value]) -> Self {
        debug_assert!(names.len() <= values.len());
        Self { values, names }
    }

    #[inline(always)]
    pub fn positional(&self) -> &'a [Value] {
        &self.values[..self.values.len() - self.names.len()]
    }

    #[inline(always)]
    pub fn has_keywords(&self) -> bool {
        !self.names.is_empty()
    }

    pub fn keyword_count(&self) -> usize {
        self.names.len()
    }

    /// Names and values of the keyword arguments, in the order of the call.
    pub fn keywords(&self) -> impl Iterator<Item = (&'a Py<Str>, &'a Value)> + use<'a> {
        let values = &self.values[self.values.len() - self.names.len()..];
        self.names
            .iter()
            .filter_map(|name| name.downcast_ref::<Str>())
            .zip(values)
    }

    /// Like [`Args::keywords`], for a class that takes names of any type (`any_keywords`).
    pub fn any_keywords(&self) -> impl Iterator<Item = (&'a Value, &'a Value)> + use<'a> {
        let values = &self.values[self.values.len() - self.names.len()..];
        self.names.iter().zip(values)
    }

    /// The value of a keyword argument.
    pub fn keyword(&self, name: &str) -> Option<&'a Value> {
        self.keywords()
            .find(|(known, _)| known.as_wtf8() == name)
            .map(|(_, value)| value)
    }

    /// All values: positional ones, then those of keywords.
    #[inline(always)]
    pub fn values(&self) -> &'a [Value] {
        self.values
    }

    /// The keywords' names.
    #[inline(always)]
    pub fn names(&self) -> &'a [Value] {
        self.names
    }

    /// The same arguments without the first, which must be positional.
    pub fn without_first(&self) -> Option<(&'a Value, Args<'a>)> {
        if self.values.len() == self.names.len() {
            return None;
        }
        let (first, rest) = self.values.split_first()?;
        Some((
            first,
            Args {
                values: rest,
                names: self.names,
            },
        ))
    }
}

/// Where an argument stands, for the message when its type is wrong.
#[derive(Debug, Clone, Copy)]
pub struct ArgSite {
    /// The function as messages name it.
    pub function: &'static str,
    pub place: ArgPlace,
}

/// How messages name a parameter.
#[derive(Debug, Clone, Copy)]
pub enum ArgPlace {
    /// The only parameter: "f() argument must be ...".
    Only,
    /// Counted from 1: "f() argument 2 must be ...".
    Position(u16),
    /// "f() argument 'x' must be ...".
    Name(&'static str),
    /// The value of an attribute: "x must be ...".
    Attribute,
}

impl std::fmt::Display for ArgSite {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self.place {
            ArgPlace::Only => write!(f, "{}() argument", self.function),
            ArgPlace::Position(position) => write!(f, "{}() argument {position}", self.function),
            ArgPlace::Attribute => f.write_str(self.function),
            ArgPlace::Name(name) => write!(f, "{}() argument '{name}'", self.function),
        }
    }
}
