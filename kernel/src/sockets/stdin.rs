//! Stdin: the user's lines. Tests: `tests/stdin.transcript`.

use std::sync::Arc;

use zeromq::RouterSocket;

use super::router::{self, RouterEnd};
use crate::kernel::Shared;

/// Serves the socket.
pub(crate) fn serve_stdin(socket: RouterSocket, replies: RouterEnd, shared: Arc<Shared>) {
    let (session, replays) = (shared.session.clone(), shared.replays.clone());
    router::serve("stdin", socket, session, replays, replies, move |message| {
        shared.input.receive(&message);
    });
}
