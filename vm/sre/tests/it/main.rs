//! The tests of taipan-sre that go through its public functions.

mod golden;
mod hostile;
mod limits;
