//! Control: requests that are answered while a cell runs.
//!
//! Invariant: nothing here waits for the engine. Tests: `tests/control.transcript`,
//! `tests/interrupt.transcript`, `tests/shutdown.transcript`.

use std::sync::Arc;

use serde::Serialize;
use serde_json::value::RawValue;
use tokio::sync::mpsc::UnboundedSender;
use zeromq::RouterSocket;

use super::reply_error;
use super::router::{self, Replies, RouterEnd};
use crate::kernel::{Exit, Shared};
use crate::messages::{InterruptReply, OkStatus, ShutdownReply, ShutdownRequest};
use crate::status::BusyGuard;
use crate::wire::{Incoming, Outgoing};
use crate::worker::{malformed, unknown_message};

/// Answers urgent requests.
#[derive(Clone)]
pub(crate) struct Control {
    shared: Arc<Shared>,
    exit: UnboundedSender<Exit>,
}

impl Control {
    /// Requests to end go to `exit`.
    pub(crate) fn new(shared: Arc<Shared>, exit: UnboundedSender<Exit>) -> Self {
        Control { shared, exit }
    }

    /// Serves the socket.
    pub(crate) fn serve(self, socket: RouterSocket, replies: RouterEnd) {
        let (session, replays) = (self.shared.session.clone(), self.shared.replays.clone());
        router::serve(
            "control",
            socket,
            session,
            replays,
            replies,
            move |message| {
                self.handle(message, &self.shared.control);
            },
        );
    }

    /// Answers a request; the answer goes to `replies`.
    pub(crate) fn handle(&self, mut message: Incoming, replies: &Replies) {
        let header = std::mem::replace(&mut message.header.raw, RawValue::NULL.to_owned());
        let parent: Arc<RawValue> = header.into();
        let busy = BusyGuard::new(&self.shared.broadcast, &parent);
        match message.header.msg_type.as_str() {
            "kernel_info_request" => {
                reply(
                    replies,
                    &message,
                    &parent,
                    "kernel_info_reply",
                    &self.shared.info,
                );
            }
            "interrupt_request" => {
                self.shared.gate.interrupt(&self.shared.input);
                reply(
                    replies,
                    &message,
                    &parent,
                    "interrupt_reply",
                    &InterruptReply::default(),
                );
            }
            "shutdown_request" => match serde_json::from_slice(&message.content) {
                Ok(ShutdownRequest { restart }) => {
                    let content = ShutdownReply {
                        status: OkStatus::Ok,
                        restart,
                    };
                    reply(replies, &message, &parent, "shutdown_reply", &content);
                    let told = self.shared.broadcast.publish_content(
                        "shutdown_reply",
                        Some(&parent),
                        &content,
                    );
                    debug_assert!(told.is_ok(), "two constants are valid JSON");
                    drop(busy);
                    if self.exit.send(Exit::Requested { restart }).is_err() {
                        log::debug!("the kernel ends already");
                    }
                }
                Err(error) => {
                    let error = malformed(&message.header.msg_type, &error);
                    reply_error(replies, &message, &parent, &error);
                }
            },
            other => reply_error(replies, &message, &parent, &unknown_message(other)),
        }
    }
}

fn reply(
    replies: &Replies,
    request: &Incoming,
    parent: &RawValue,
    msg_type: &str,
    content: &impl Serialize,
) {
    let message = Outgoing::new(msg_type, Some(parent), content)
        .expect("the control channel's replies are valid JSON");
    replies.send(message.to(request.identities.clone()));
}
