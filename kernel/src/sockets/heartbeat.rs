//! Heartbeat: every message comes back as it is, whatever the engine does. Tests: `tests/it/`.

use std::time::Duration;

use zeromq::{RepSocket, SocketRecv, SocketSend};

/// Answers until the runtime ends.
pub(crate) fn beat(mut socket: RepSocket) {
    tokio::spawn(async move {
        loop {
            let echoed = match socket.recv().await {
                Ok(message) => socket.send(message).await,
                Err(error) => Err(error),
            };
            if let Err(error) = echoed {
                log::debug!("heartbeat: the peer has gone: {error}");
                // A peer that breaks off again and again must not keep this thread busy.
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
        }
    });
}
