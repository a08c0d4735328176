//! The five sockets, a file each. Each is read and written by tasks of its own.

mod control;
mod heartbeat;
mod iopub;
mod router;
mod shell;
mod stdin;

use serde::Serialize;
use serde_json::value::RawValue;

use crate::messages::ErrorContent;
use crate::wire::{Incoming, Outgoing};

pub(crate) use control::Control;
pub(crate) use router::{Replies, RouterEnd};
pub(crate) use {heartbeat::beat, iopub::broadcast, shell::serve_shell, stdin::serve_stdin};

#[derive(Serialize)]
struct ErrorReply<'a> {
    status: &'static str,
    #[serde(flatten)]
    error: &'a ErrorContent,
}

/// Answers a request with an error; messages that are no requests get no answer.
pub(crate) fn reply_error(
    replies: &Replies,
    request: &Incoming,
    parent: &RawValue,
    error: &ErrorContent,
) {
    log::warn!("{}: {}", request.header.msg_type, error.evalue);
    let Some(name) = request.header.msg_type.strip_suffix("_request") else {
        return;
    };
    let reply = Outgoing::new(
        &format!("{name}_reply"),
        Some(parent),
        &ErrorReply {
            status: "error",
            error,
        },
    )
    .expect("strings are always valid JSON");
    replies.send(reply.to(request.identities.clone()));
}
