//! What a compilation reports: one error, or any number of warnings. Both are data; rendering is the caller's.
//!
//! CPython: `PyErr_RangedSyntaxLocationObject`, `_PyErr_EmitSyntaxWarning`. Offsets follow CPython's: columns count from 1;
//! errors of the parser count characters, errors of later stages UTF-8 bytes.

use std::fmt;

use crate::location::Location;

/// The exception class that Python sees.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ErrorKind {
    SyntaxError,
    IndentationError,
    TabError,
    /// `_IncompleteInputError`: more lines could make this valid.
    IncompleteInput,
    RecursionError,
    MemoryError,
    OverflowError,
    ValueError,
    TypeError,
    RuntimeError,
    /// A defect of this compiler or a tree that no source can give.
    SystemError,
}

impl ErrorKind {
    /// The name of the exception class.
    pub fn class_name(self) -> &'static str {
        match self {
            ErrorKind::SyntaxError => "SyntaxError",
            ErrorKind::IndentationError => "IndentationError",
            ErrorKind::TabError => "TabError",
            ErrorKind::IncompleteInput => "_IncompleteInputError",
            ErrorKind::RecursionError => "RecursionError",
            ErrorKind::MemoryError => "MemoryError",
            ErrorKind::OverflowError => "OverflowError",
            ErrorKind::ValueError => "ValueError",
            ErrorKind::TypeError => "TypeError",
            ErrorKind::RuntimeError => "RuntimeError",
            ErrorKind::SystemError => "SystemError",
        }
    }

    /// Whether the class derives from `SyntaxError`, and so has a place and a text.
    pub fn is_syntax_error(self) -> bool {
        matches!(
            self,
            ErrorKind::SyntaxError
                | ErrorKind::IndentationError
                | ErrorKind::TabError
                | ErrorKind::IncompleteInput
        )
    }
}

/// The error that ended a compilation, with the arguments of the exception.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SyntaxError {
    pub kind: ErrorKind,
    pub msg: String,
    /// Where; `None` for errors without a place.
    pub place: Option<Place>,
    /// The line in question. `None` if the stage that failed does not know the source: CPython then looks for the
    /// line in the file of that name, which is the caller's business.
    pub text: Option<String>,
}

/// A range as exceptions tell it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Place {
    pub lineno: i32,
    pub offset: i32,
    pub end_lineno: i32,
    pub end_offset: i32,
}

impl Place {
    /// Of an error in the encoding, before there are lines.
    pub const UNDECODED: Place = Place {
        lineno: 0,
        offset: -1,
        end_lineno: 0,
        end_offset: 0,
    };

    /// Line and offset of the end, if there is one.
    pub fn end(self) -> Option<(i32, i32)> {
        (self != Place::UNDECODED).then_some((self.end_lineno, self.end_offset))
    }
}

impl From<Location> for Place {
    fn from(loc: Location) -> Place {
        Place {
            lineno: loc.lineno,
            offset: loc.col + 1,
            end_lineno: loc.end_lineno,
            end_offset: loc.end_col + 1,
        }
    }
}

impl SyntaxError {
    /// A `SyntaxError` at `loc`, without its text.
    pub fn new(msg: impl Into<String>, loc: Location) -> SyntaxError {
        SyntaxError {
            kind: ErrorKind::SyntaxError,
            msg: msg.into(),
            place: Some(loc.into()),
            text: None,
        }
    }

    /// An error of another class, without a place.
    pub fn other(kind: ErrorKind, msg: impl Into<String>) -> SyntaxError {
        SyntaxError {
            kind,
            msg: msg.into(),
            place: None,
            text: None,
        }
    }

    /// A name that is a constant.
    pub fn constant_as_name(constant: &str) -> SyntaxError {
        SyntaxError::other(
            ErrorKind::ValueError,
            format!("identifier field can't represent '{constant}' constant"),
        )
    }

    /// The recursion limit was reached while compiling.
    pub fn too_deep() -> SyntaxError {
        SyntaxError::other(
            ErrorKind::RecursionError,
            "maximum recursion depth exceeded during compilation",
        )
    }

    /// What cannot happen with a tree from the parser.
    pub fn system(msg: impl Into<String>) -> SyntaxError {
        SyntaxError::other(ErrorKind::SystemError, msg)
    }
}

impl fmt::Display for SyntaxError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.kind.class_name(), self.msg)?;
        match self.place {
            Some(place) => write!(f, " (line {}, column {})", place.lineno, place.offset),
            None => Ok(()),
        }
    }
}

impl std::error::Error for SyntaxError {}

/// The category of a [`Warning`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WarningCategory {
    SyntaxWarning,
    DeprecationWarning,
}

impl WarningCategory {
    /// The name of the warning class.
    pub fn class_name(self) -> &'static str {
        match self {
            WarningCategory::SyntaxWarning => "SyntaxWarning",
            WarningCategory::DeprecationWarning => "DeprecationWarning",
        }
    }
}

/// A warning, in the order CPython emits them. A filter that turns it into an error makes a `SyntaxError` of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Warning {
    pub category: WarningCategory,
    pub msg: String,
    /// What the error says if a filter makes one of this warning; `None`: the same.
    pub error_msg: Option<String>,
    pub place: Place,
}

impl Warning {
    /// A `SyntaxWarning` at `loc`.
    pub fn syntax(msg: impl Into<String>, loc: Location) -> Warning {
        Warning {
            category: WarningCategory::SyntaxWarning,
            msg: msg.into(),
            error_msg: None,
            place: loc.into(),
        }
    }
}

/// A compilation that failed; the warnings came before the error.
#[derive(Debug)]
pub struct Failure {
    pub error: SyntaxError,
    pub warnings: Vec<Warning>,
    /// What was parsed, if the parser refused it.
    pub source: Option<Box<FailedSource>>,
}

/// What an error of the parser has besides; a search for mistyped keywords looks at it (`SyntaxError._metadata`).
#[derive(Debug)]
pub struct FailedSource {
    /// Line and column of the last compound statement before the error.
    pub last_statement: (i32, i32),
    pub text: String,
    /// CPython shows the line as the file has it, if there is a file of the source's name.
    pub shows_file: bool,
}

impl From<SyntaxError> for Failure {
    fn from(error: SyntaxError) -> Failure {
        Failure {
            error,
            warnings: Vec::new(),
            source: None,
        }
    }
}

/// The result of a stage that can fail.
pub type Result<T> = std::result::Result<T, SyntaxError>;
