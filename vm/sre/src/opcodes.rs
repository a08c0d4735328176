//! The numbers that `re._compiler` puts into a pattern's code list, as types.
//!
//! CPython 3.14: `Lib/re/_constants.py` (and the header that it generates, `Modules/_sre/sre_constants.h`).
//! Invariant: the discriminants are the numbers of [`MAGIC`]'s version. Tests: `tests/it/golden.rs` (every code list
//! there was made by CPython) and `tests/it/chars.rs`.

/// The version of the code format, `_sre.MAGIC`; `re._compiler` refuses to load with another.
pub const MAGIC: u32 = 20_230_612;
/// The bytes in one code, `_sre.CODESIZE`.
pub const CODESIZE: usize = 4;
/// "No upper limit" as the maximum of a repeat, `_sre.MAXREPEAT`.
pub const MAXREPEAT: u32 = u32::MAX;
/// The most groups a pattern can have, `_sre.MAXGROUPS`.
pub const MAXGROUPS: usize = 0x3fff_ffff;

/// `SRE_FLAG_*` bits that change how the engine or its caller behaves.
pub mod flag {
    /// `re.IGNORECASE`
    pub const IGNORECASE: u32 = 2;
    /// `re.LOCALE`
    pub const LOCALE: u32 = 4;
    /// `re.MULTILINE`
    pub const MULTILINE: u32 = 8;
    /// `re.DOTALL`
    pub const DOTALL: u32 = 16;
    /// `re.UNICODE`
    pub const UNICODE: u32 = 32;
    /// `re.VERBOSE`
    pub const VERBOSE: u32 = 64;
    /// `re.DEBUG`
    pub const DEBUG: u32 = 128;
    /// `re.ASCII`
    pub const ASCII: u32 = 256;
}

/// Bits of the `INFO` block at the start of a code list.
pub(crate) mod info {
    pub(crate) const PREFIX: u32 = 1;
    pub(crate) const LITERAL: u32 = 2;
    pub(crate) const CHARSET: u32 = 4;
}

/// Declares a fieldless enum whose variants count from zero, with a checked conversion from `u32`.
macro_rules! numbered {
    ($(#[$meta:meta])* $vis:vis enum $name:ident { $($variant:ident),* $(,)? }) => {
        $(#[$meta])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        #[repr(u32)]
        $vis enum $name { $($variant),* }

        impl $name {
            /// Every variant, in the order of the numbers.
            pub(crate) const ALL: &'static [$name] = &[$($name::$variant),*];

            /// The variant with number `code`.
            pub(crate) fn from_code(code: u32) -> Option<$name> {
                Self::ALL.get(code as usize).copied()
            }
        }
    };
}

numbered! {
    /// The operators of the code.
    pub(crate) enum Op {
        Failure, Success,
        Any, AnyAll,
        Assert, AssertNot,
        At,
        Branch,
        Category,
        Charset, BigCharset,
        GroupRef, GroupRefExists,
        In,
        Info,
        Jump,
        Literal,
        Mark,
        MaxUntil,
        MinUntil,
        NotLiteral,
        Negate,
        Range,
        Repeat,
        RepeatOne,
        SubPattern,
        MinRepeatOne,
        AtomicGroup,
        PossessiveRepeat,
        PossessiveRepeatOne,
        GroupRefIgnore,
        InIgnore,
        LiteralIgnore,
        NotLiteralIgnore,
        GroupRefLocIgnore,
        InLocIgnore,
        LiteralLocIgnore,
        NotLiteralLocIgnore,
        GroupRefUniIgnore,
        InUniIgnore,
        LiteralUniIgnore,
        NotLiteralUniIgnore,
        RangeUniIgnore,
    }
}

numbered! {
    /// The positions that `AT` asks for.
    pub(crate) enum At {
        Beginning, BeginningLine, BeginningString,
        Boundary, NonBoundary,
        End, EndLine, EndString,
        LocBoundary, LocNonBoundary,
        UniBoundary, UniNonBoundary,
    }
}

numbered! {
    /// The classes of characters that `CATEGORY` asks for.
    pub(crate) enum Category {
        Digit, NotDigit,
        Space, NotSpace,
        Word, NotWord,
        LineBreak, NotLineBreak,
        LocWord, LocNotWord,
        UniDigit, UniNotDigit,
        UniSpace, UniNotSpace,
        UniWord, UniNotWord,
        UniLineBreak, UniNotLineBreak,
    }
}

impl Category {
    /// True if the answer depends on the locale of the moment.
    pub(crate) fn is_locale(self) -> bool {
        matches!(self, Category::LocWord | Category::LocNotWord)
    }
}
