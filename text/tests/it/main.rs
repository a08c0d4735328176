//! The integration tests of `taipan-text`: data made by CPython 3.14, compared here. Each golden file names the
//! command that makes it again in the script beside it.

mod cjk;
mod codecs;
mod format;
mod golden;
mod number;
mod str_ops;
mod unicode;
