//! The tests of taipan-sre that go through its public functions.

mod chars;
mod golden;
mod hostile;
mod limits;
