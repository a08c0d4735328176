//! Iopub: broadcasts to every subscriber, and greets new ones (JEP 65).
//!
//! The socket sends to one subscriber after the other, so one that has stopped reading holds up the
//! rest: after [`PATIENCE`] it is passed over, together with those behind it, for the messages in
//! question, and from then on each message waits only [`IMPATIENCE`] until one gets through again.
//! Tests: `tests/*.transcript`, `tests/it/`.

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use tokio::time::timeout;
use zeromq::{SocketRecv, SocketSend, XPubSocket, ZmqMessage};

use crate::broadcast::Broadcast;
use crate::messages::{ExecutionState, IopubWelcome, Status};
use crate::wire::{Outgoing, Session};

const PATIENCE: Duration = Duration::from_secs(5);
const IMPATIENCE: Duration = Duration::from_millis(50);

/// Broadcasts until the runtime ends.
pub(crate) fn broadcast(socket: XPubSocket, session: Arc<Session>, broadcast: Arc<Broadcast>) {
    tokio::spawn(async move {
        let mut publisher = Publisher {
            socket,
            session,
            patience: PATIENCE,
        };
        // A frontend that subscribes first of all also sees the kernel start.
        let mut has_begun = false;
        loop {
            tokio::select! {
                biased;
                received = publisher.socket.recv() => {
                    if let Some(topic) = subscription(received) {
                        publisher.welcome(&topic).await;
                        if !has_begun {
                            publisher.starting().await;
                        }
                        has_begun = true;
                    }
                }
                message = broadcast.next() => {
                    publisher.send(message).await;
                    broadcast.sent();
                    has_begun = true;
                }
            }
        }
    });
}

struct Publisher {
    socket: XPubSocket,
    session: Arc<Session>,
    patience: Duration,
}

impl Publisher {
    async fn welcome(&mut self, topic: &Bytes) {
        let subscription = String::from_utf8_lossy(topic);
        let content = IopubWelcome {
            subscription: &subscription,
        };
        let message =
            Outgoing::new("iopub_welcome", None, &content).expect("a string is always valid JSON");
        self.send(message.to(vec![topic.clone()])).await;
    }

    async fn starting(&mut self) {
        let content = Status {
            execution_state: ExecutionState::Starting,
        };
        let message =
            Outgoing::new("status", None, &content).expect("a constant is always valid JSON");
        let topic = format!("kernel.{}.status", self.session.id);
        self.send(message.to(vec![topic.into()])).await;
    }

    async fn send(&mut self, message: Outgoing) {
        let Ok(frames) = ZmqMessage::try_from(message.into_frames(&self.session)) else {
            return;
        };
        match timeout(self.patience, self.socket.send(frames)).await {
            Ok(sent) => {
                self.patience = PATIENCE;
                if let Err(error) = sent {
                    log::debug!("iopub: a subscriber has gone: {error}");
                }
            }
            Err(_elapsed) => {
                self.patience = IMPATIENCE;
                log::warn!("iopub: a subscriber does not read; a message was dropped");
            }
        }
    }
}

/// The topic of a new subscription, if that is what was received.
fn subscription(received: zeromq::ZmqResult<ZmqMessage>) -> Option<Bytes> {
    match received {
        Ok(message) => {
            let frame = message.into_vec().into_iter().next()?;
            (frame.first() == Some(&1)).then(|| frame.slice(1..))
        }
        Err(error) => {
            log::debug!("iopub: a subscriber has gone: {error}");
            None
        }
    }
}
