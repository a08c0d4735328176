//! A ROUTER socket: one task reads and verifies, one signs and writes.
//!
//! Invariant: a slow or vanished peer does not keep others from being read. Tests: `tests/*.transcript`.

use std::sync::{Arc, Mutex};

use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
use zeromq::{RouterSocket, SocketRecv, SocketSend, ZmqMessage};

use crate::lock::lock;
use crate::wire::{Incoming, Outgoing, Replays, Session};

/// Where replies go in; usable from any thread.
#[derive(Debug, Clone)]
pub(crate) struct Replies(UnboundedSender<Outgoing>);

/// The other end of [`Replies`].
pub(crate) type RouterEnd = UnboundedReceiver<Outgoing>;

impl Replies {
    /// Makes both ends.
    pub(crate) fn new() -> (Self, RouterEnd) {
        let (sender, receiver) = unbounded_channel();
        (Replies(sender), receiver)
    }

    /// Sends a message to the peer that its identities name.
    pub(crate) fn send(&self, message: Outgoing) {
        if self.0.send(message).is_err() {
            log::debug!("a reply after the socket was closed");
        }
    }
}

/// Serves the socket until the runtime ends. `handle` must not wait.
pub(super) fn serve(
    name: &'static str,
    socket: RouterSocket,
    session: Arc<Session>,
    replays: Arc<Mutex<Replays>>,
    mut replies: RouterEnd,
    mut handle: impl FnMut(Incoming) + Send + 'static,
) {
    let (mut writer, mut reader) = socket.split();
    let signer = session.clone();
    tokio::spawn(async move {
        while let Some(message) = replies.recv().await {
            let Ok(frames) = ZmqMessage::try_from(message.into_frames(&signer)) else {
                continue;
            };
            if let Err(error) = writer.send(frames).await {
                log::debug!("{name}: the peer has gone: {error}");
            }
        }
    });
    tokio::spawn(async move {
        loop {
            let frames = match reader.recv().await {
                Ok(message) => message.into_vec(),
                Err(error) => {
                    log::error!("{name}: the socket cannot be read: {error}");
                    return;
                }
            };
            match Incoming::read(frames, &session.key, &mut lock(&replays)) {
                Ok(message) => handle(message),
                Err(rejected) => log::warn!("{name}: dropped a message: {rejected}"),
            }
        }
    });
}
