//! The regular-expression engine behind module `_sre`.
//!
//! Input is the code list that `re._compiler` makes and a subject, text or bytes; output are spans of groups. The code
//! is checked and translated once ([`Pattern::new`]), then run by a backtracking machine whose stack is on the heap.
//! Semantics are those of CPython 3.14 (`Modules/_sre`), to the last empty match.
//!
//! What is not here: Python objects, argument checks, templates, code point indices: the native module `_sre` has
//! them. Read `pattern` first, then `program`, `lower`, `run`.

mod byteset;
mod chars;
mod charset;
mod input;
mod lower;
mod machine;
mod opcodes;
mod pattern;
mod program;
mod run;
mod search;
mod set;

pub use chars::{
    Locale, ascii_iscased, ascii_tolower, unicode_iscased, unicode_tolower, unicode_toupper,
};
pub use lower::InvalidCode;
pub use machine::{Env, Machine, MatchError};
pub use opcodes::{CODESIZE, MAGIC, MAXGROUPS, MAXREPEAT, flag};
pub use pattern::{Mode, Pattern, Scan, Subject};
