//! What goes to all frontends: a queue that merges printed text.
//!
//! Text of one stream and one cell is appended to what already waits, so that ten thousand `print`
//! calls become a few messages. Waiting text leaves when it is large, [`MERGE_TIME`] old, flushed, or
//! followed by any other message: the order that the cell gave is the order on the wire.
//!
//! Invariants: only the last entry is still growing; the engine's side waits when [`ROOM`] bytes are
//! held, the sockets' side (busy, idle) never waits. Tests: below.

use std::collections::VecDeque;
use std::sync::{Arc, Condvar, Mutex};
use std::time::{Duration, Instant};

use bytes::Bytes;
use serde::Serialize;
use serde_json::value::RawValue;
use tokio::sync::Notify;

use crate::lock::lock;
use crate::messages::{Stream, StreamName};
use crate::wire::Outgoing;

/// Text leaves at this size.
const MERGE_BYTES: usize = 64 * 1024;
/// Text leaves at this age.
const MERGE_TIME: Duration = Duration::from_millis(50);
/// How much may wait before the engine has to.
const ROOM: usize = 32 * 1024 * 1024;

/// The queue between the engine and the iopub socket.
pub(crate) struct Broadcast {
    topic: String,
    state: Mutex<State>,
    wake: Notify,
    emptied: Notify,
    room: Condvar,
}

#[derive(Default)]
struct State {
    entries: VecDeque<Entry>,
    bytes: usize,
    /// A message has been taken whose sending is not done.
    is_sending: bool,
    is_closed: bool,
}

enum Entry {
    Text {
        parent: Option<Arc<RawValue>>,
        name: StreamName,
        text: String,
        since: Instant,
        is_ripe: bool,
    },
    Message(Box<Outgoing>),
}

enum Head {
    Ready(Box<Outgoing>),
    At(Instant),
    Nothing,
}

impl Broadcast {
    /// Makes a queue whose messages carry topics that begin with `topic`.
    pub(crate) fn new(topic: String) -> Self {
        Broadcast {
            topic,
            state: Mutex::default(),
            wake: Notify::new(),
            emptied: Notify::new(),
            room: Condvar::new(),
        }
    }

    /// Adds printed text.
    pub(crate) fn print(&self, parent: Option<&Arc<RawValue>>, name: StreamName, printed: &str) {
        if printed.is_empty() {
            return;
        }
        let mut state = lock(&self.state);
        state.bytes += printed.len();
        if let Some(Entry::Text {
            parent: of,
            name: to,
            text,
            is_ripe,
            ..
        }) = state.entries.back_mut()
            && *to == name
            && !*is_ripe
            && same_parent(of.as_ref(), parent)
        {
            text.push_str(printed);
            if text.len() >= MERGE_BYTES {
                *is_ripe = true;
                self.wake.notify_one();
            }
            return;
        }
        state.entries.push_back(Entry::Text {
            parent: parent.cloned(),
            name,
            text: printed.to_owned(),
            since: Instant::now(),
            is_ripe: printed.len() >= MERGE_BYTES,
        });
        self.wake.notify_one();
    }

    /// Lets waiting text leave now.
    pub(crate) fn flush(&self) {
        if let Some(Entry::Text { is_ripe, .. }) = lock(&self.state).entries.back_mut() {
            *is_ripe = true;
            self.wake.notify_one();
        }
    }

    /// Adds a message; never waits.
    pub(crate) fn publish(&self, message: Outgoing) {
        let topic = format!("{}.{}", self.topic, message.msg_type());
        self.publish_as(topic.into(), message);
    }

    /// Adds a message under a topic of its own.
    pub(crate) fn publish_as(&self, topic: Bytes, message: Outgoing) {
        let mut state = lock(&self.state);
        state.bytes += message.size();
        state
            .entries
            .push_back(Entry::Message(Box::new(message.to(vec![topic]))));
        self.wake.notify_one();
    }

    /// Adds a message made of `content`.
    pub(crate) fn publish_content(
        &self,
        msg_type: &str,
        parent: Option<&RawValue>,
        content: &impl Serialize,
    ) -> Result<(), serde_json::Error> {
        self.publish(Outgoing::new(msg_type, parent, content)?);
        Ok(())
    }

    /// Waits until fewer than [`ROOM`] bytes are held. Not for the sockets' threads.
    pub(crate) fn wait_for_room(&self) {
        let mut state = lock(&self.state);
        while state.bytes > ROOM && !state.is_closed {
            state = self
                .room
                .wait(state)
                .unwrap_or_else(std::sync::PoisonError::into_inner);
        }
    }

    /// Returns the next message as soon as it may leave. The caller says [`Self::sent`] afterwards.
    pub(crate) async fn next(&self) -> Outgoing {
        loop {
            match self.take_head() {
                Head::Ready(message) => return *message,
                Head::Nothing => self.wake.notified().await,
                Head::At(when) => {
                    let pause = when.saturating_duration_since(Instant::now());
                    // Whichever comes first: the text's time, or something that pushes it out.
                    let _ = tokio::time::timeout(pause, self.wake.notified()).await;
                }
            }
        }
    }

    /// The message that [`Self::next`] returned is on its way.
    pub(crate) fn sent(&self) {
        let mut state = lock(&self.state);
        state.is_sending = false;
        if state.entries.is_empty() {
            self.emptied.notify_waiters();
        }
    }

    /// Waits until everything has been sent.
    pub(crate) async fn drained(&self) {
        self.flush();
        loop {
            let emptied = self.emptied.notified();
            tokio::pin!(emptied);
            emptied.as_mut().enable();
            {
                let state = lock(&self.state);
                if state.entries.is_empty() && !state.is_sending {
                    return;
                }
            }
            emptied.await;
        }
    }

    /// Nobody sends any more: whoever waits for room goes on.
    pub(crate) fn close(&self) {
        lock(&self.state).is_closed = true;
        self.room.notify_all();
    }

    fn take_head(&self) -> Head {
        let mut state = lock(&self.state);
        let is_last = state.entries.len() == 1;
        if let Some(Entry::Text {
            since,
            is_ripe: false,
            ..
        }) = state.entries.front()
            && is_last
            && since.elapsed() < MERGE_TIME
        {
            return Head::At(*since + MERGE_TIME);
        }
        let (message, size) = match state.entries.pop_front() {
            None => return Head::Nothing,
            Some(Entry::Message(message)) => {
                let size = message.size();
                (message, size)
            }
            Some(Entry::Text {
                parent, name, text, ..
            }) => {
                let content = Stream { name, text: &text };
                let message = Outgoing::new("stream", parent.as_deref(), &content)
                    .expect("a stream's name and text are always valid JSON");
                let stream = if name == StreamName::Stdout {
                    "stdout"
                } else {
                    "stderr"
                };
                let topic = format!("{}.stream.{stream}", self.topic);
                (Box::new(message.to(vec![topic.into()])), text.len())
            }
        };
        state.bytes = state.bytes.saturating_sub(size);
        state.is_sending = true;
        if state.bytes <= ROOM {
            self.room.notify_all();
        }
        Head::Ready(message)
    }
}

fn same_parent(left: Option<&Arc<RawValue>>, right: Option<&Arc<RawValue>>) -> bool {
    match (left, right) {
        (Some(left), Some(right)) => Arc::ptr_eq(left, right),
        (None, None) => true,
        (Some(_), None) | (None, Some(_)) => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wire::Session;

    fn parent(id: &str) -> Arc<RawValue> {
        RawValue::from_string(format!("{{\"msg_id\":\"{id}\"}}"))
            .expect("valid")
            .into()
    }

    /// The contents that leave at once, without waiting for any time to pass.
    fn leaving(broadcast: &Broadcast) -> Vec<String> {
        let session = Session::new(crate::Key::new(""));
        let mut contents = Vec::new();
        while let Head::Ready(message) = broadcast.take_head() {
            let frames = message.into_frames(&session);
            let content = frames
                .get(6)
                .expect("topic, delimiter, signature and four parts");
            contents.push(String::from_utf8_lossy(content).into_owned());
        }
        contents
    }

    #[test]
    fn text_waits_and_grows_until_another_message_comes() {
        let broadcast = Broadcast::new("t".to_owned());
        let cell = parent("1");
        for piece in ["a", "", "b"] {
            broadcast.print(Some(&cell), StreamName::Stdout, piece);
        }
        assert_eq!(leaving(&broadcast), Vec::<String>::new());
        broadcast.publish_content("x", None, &1).expect("valid");
        assert_eq!(
            leaving(&broadcast),
            [r#"{"name":"stdout","text":"ab"}"#, "1"]
        );
    }

    #[test]
    fn streams_and_cells_are_kept_apart_in_order() {
        let broadcast = Broadcast::new("t".to_owned());
        let (one, two) = (parent("1"), parent("2"));
        broadcast.print(Some(&one), StreamName::Stdout, "a");
        broadcast.print(Some(&one), StreamName::Stderr, "b");
        broadcast.print(Some(&one), StreamName::Stdout, "c");
        broadcast.print(Some(&two), StreamName::Stdout, "d");
        broadcast.flush();
        assert_eq!(
            leaving(&broadcast),
            [
                r#"{"name":"stdout","text":"a"}"#,
                r#"{"name":"stderr","text":"b"}"#,
                r#"{"name":"stdout","text":"c"}"#,
                r#"{"name":"stdout","text":"d"}"#,
            ]
        );
    }

    #[test]
    fn large_text_leaves_at_once() {
        let broadcast = Broadcast::new("t".to_owned());
        for _ in 0..3 {
            broadcast.print(None, StreamName::Stdout, &"x".repeat(MERGE_BYTES / 2));
        }
        assert_eq!(leaving(&broadcast).len(), 1, "the third piece waits");
    }
}
