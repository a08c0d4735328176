//! The wire format: frames, headers, signatures, dates, replays.
//!
//! Specification: "Messaging in Jupyter", the wire protocol. This layer knows no message's content.

mod date;
mod incoming;
mod outgoing;
mod replay;

pub use incoming::{Header, Incoming, Rejected};
pub use outgoing::{Outgoing, Session};
pub use replay::Replays;

/// The frame between the routing identities and the signature.
pub const DELIMITER: &[u8] = b"<IDS|MSG>";

/// The version of the protocol that headers and `kernel_info_reply` state.
pub const PROTOCOL_VERSION: &str = "5.5";
