//! The interactive prompt, on reedline.
//!
//! The interpreter runs on a thread of its own with a large stack ([`worker`]); this crate's side owns the terminal. What the
//! prompt needs of the interpreter is the trait [`Engine`]. Not here: executing, completing and inspecting, which the
//! session does for all front-ends.
//!
//! Read `prompt_loop` first, then `block` (when Enter submits), `highlight`, `completion`, `menu`, `screen` (what
//! threads print meanwhile), `terminal`, `plain`.
#![allow(
    clippy::disallowed_methods,
    reason = "the prompt is what meets the terminal"
)]

mod block;
mod completion;
mod doctest;
mod engine;
mod highlight;
mod keys;
mod menu;
mod plain;
mod prompt;
mod prompt_loop;
mod screen;
mod session_engine;
mod terminal;
mod worker;

pub use engine::{Candidate, Completions, Engine, Executed};
pub use prompt_loop::{Options, run};
pub use screen::Screen;
pub use session_engine::SessionEngine;
