//! Shell: requests wait here for the engine, in order.
//!
//! `shutdown_request` is taken out of the line, since old frontends send it here and a busy cell would
//! hold it up. Tests: `tests/*.transcript`.

use std::sync::Arc;

use zeromq::RouterSocket;

use super::Control;
use super::router::{self, RouterEnd};
use crate::kernel::Shared;

/// Serves the socket.
pub(crate) fn serve_shell(
    socket: RouterSocket,
    replies: RouterEnd,
    shared: Arc<Shared>,
    control: Control,
) {
    let (session, replays) = (shared.session.clone(), shared.replays.clone());
    router::serve("shell", socket, session, replays, replies, move |message| {
        if message.header.msg_type == "shutdown_request" {
            control.handle(message, &shared.shell);
        } else {
            shared.queue.push(message);
        }
    });
}
