//! The tests of taipan-sre that go through its public functions.

#![expect(
    clippy::disallowed_methods,
    reason = "the host rule is for the product; tests read their goldens"
)]

mod chars;
mod golden;
mod hostile;
mod limits;
