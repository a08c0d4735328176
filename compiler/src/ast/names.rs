//! Identifiers as small numbers.
//!
//! Each identifier is stored once; symbol table and code generator compare and hash 32-bit numbers. The names that
//! the compiler itself knows have fixed numbers, see [`well_known`].

use std::hash::{BuildHasher, Hasher};
use std::sync::Arc;

use rustc_hash::FxHasher;

/// An interned identifier. It means something only together with the [`Interner`] that made it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Name(u32);

impl Name {
    /// The name that has this index in its interner.
    pub(crate) fn from_index(index: usize) -> Name {
        Name(index as u32)
    }

    /// The index of this name in its interner.
    pub fn index(self) -> usize {
        self.0 as usize
    }
}

/// The table of identifiers of one compilation.
#[derive(Debug, Clone)]
pub struct Interner {
    texts: Vec<Arc<str>>,
    /// Which names look private to a class: `__name`.
    private: Vec<bool>,
    /// Open addressing: 0 is free, else index + 1. The length is a power of two, at most half full.
    slots: Vec<u32>,
}

impl Default for Interner {
    fn default() -> Self {
        Self::new()
    }
}

impl Interner {
    /// An interner that holds the well-known names.
    pub fn new() -> Self {
        let mut interner = Interner {
            texts: Vec::with_capacity(256),
            private: Vec::with_capacity(256),
            slots: vec![0; 1024],
        };
        for (number, text) in well_known::TEXTS.iter().enumerate() {
            let name = interner.intern(text);
            debug_assert_eq!(name.index(), number, "well-known names are distinct");
        }
        interner
    }

    /// The number of `text`.
    pub fn intern(&mut self, text: &str) -> Name {
        if (self.texts.len() + 1) * 2 > self.slots.len() {
            self.grow();
        }
        let mask = self.slots.len() - 1;
        let mut at = hash(text) & mask;
        loop {
            match self.slots[at] {
                0 => break,
                entry if &*self.texts[entry as usize - 1] == text => return Name(entry - 1),
                _ => at = (at + 1) & mask,
            }
        }
        self.texts.push(Arc::from(text));
        self.private
            .push(text.starts_with("__") && !text.ends_with("__") && !text.contains('.'));
        let entry =
            u32::try_from(self.texts.len()).expect("a source has fewer than 2^32 identifiers");
        self.slots[at] = entry;
        Name(entry - 1)
    }

    /// The text of `name`.
    pub fn text(&self, name: Name) -> &str {
        &self.texts[name.index()]
    }

    /// Whether `name` is mangled in a class: it starts with two underscores, does not end so, and has no dot.
    #[inline]
    pub fn is_private(&self, name: Name) -> bool {
        self.private[name.index()]
    }

    /// The text of `name`, shared.
    pub fn shared(&self, name: Name) -> Arc<str> {
        Arc::clone(&self.texts[name.index()])
    }

    fn grow(&mut self) {
        let mut slots = vec![0; self.slots.len() * 2];
        let mask = slots.len() - 1;
        for (index, text) in self.texts.iter().enumerate() {
            let mut at = hash(text) & mask;
            while slots[at] != 0 {
                at = (at + 1) & mask;
            }
            slots[at] = u32::try_from(index + 1).expect("checked when the name was made");
        }
        self.slots = slots;
    }
}

fn hash(text: &str) -> usize {
    let mut hasher: FxHasher = std::hash::BuildHasherDefault::<FxHasher>::default().build_hasher();
    hasher.write(text.as_bytes());
    let hash = hasher.finish();
    // Fx mixes upwards; the low bits alone would be weak.
    (hash ^ (hash >> 32)) as usize
}

/// Identifiers that the compiler itself looks for or makes up.
pub mod well_known {
    use super::Name;

    macro_rules! names {
        ($($constant:ident = $text:literal),* $(,)?) => {
            #[allow(non_camel_case_types, clippy::upper_case_acronyms, reason = "numbers the constants below")]
            enum Number { $($constant),* }
            $(pub const $constant: Name = Name(Number::$constant as u32);)*
            pub(super) const TEXTS: &[&str] = &[$($text),*];
        };
    }

    names! {
        EMPTY = "",
        TOP = "top",
        LAMBDA = "lambda",
        GENEXPR = "genexpr",
        LISTCOMP = "listcomp",
        SETCOMP = "setcomp",
        DICTCOMP = "dictcomp",
        ANON_MODULE = "<module>",
        ANON_LAMBDA = "<lambda>",
        ANON_GENEXPR = "<genexpr>",
        ANON_LISTCOMP = "<listcomp>",
        ANON_SETCOMP = "<setcomp>",
        ANON_DICTCOMP = "<dictcomp>",
        DOT_0 = ".0",
        DOT_FORMAT = ".format",
        DOT_TYPE_PARAMS = ".type_params",
        DOT_GENERIC_BASE = ".generic_base",
        DOT_DEFAULTS = ".defaults",
        DOT_KWDEFAULTS = ".kwdefaults",
        FORMAT = "format",
        SUPER = "super",
        SELF = "self",
        ALL = "all",
        ANY = "any",
        TUPLE = "tuple",
        JOIN = "join",
        RETURN = "return",
        STAR = "*",
        FUTURE = "__future__",
        ANNOTATE = "__annotate__",
        ANNOTATE_FUNC = "__annotate_func__",
        ANNOTATIONS = "__annotations__",
        CLASS = "__class__",
        CLASSCELL = "__classcell__",
        CLASSDICT = "__classdict__",
        CLASSDICTCELL = "__classdictcell__",
        CONDITIONAL_ANNOTATIONS = "__conditional_annotations__",
        DEBUG = "__debug__",
        DOC = "__doc__",
        FIRSTLINENO = "__firstlineno__",
        MODULE = "__module__",
        NAME = "__name__",
        QUALNAME = "__qualname__",
        STATIC_ATTRIBUTES = "__static_attributes__",
        TYPE_PARAMS = "__type_params__",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_survive_growth() {
        let mut interner = Interner::new();
        let names: Vec<Name> = (0..5000)
            .map(|n| interner.intern(&format!("name{n}")))
            .collect();
        for (n, name) in names.iter().enumerate() {
            assert_eq!(interner.text(*name), format!("name{n}"));
            assert_eq!(interner.intern(&format!("name{n}")), *name);
        }
        assert_eq!(interner.text(well_known::TYPE_PARAMS), "__type_params__");
        assert_eq!(interner.intern("super"), well_known::SUPER);
    }
}
