//! A message to a frontend: from content to signed frames. Tests: `tests/*.transcript`.

use bytes::Bytes;
use serde::Serialize;
use serde_json::value::RawValue;
use uuid::Uuid;

use super::{DELIMITER, PROTOCOL_VERSION, date};
use crate::Key;

/// The kernel's side of the conversation: its session id and its key.
#[derive(Debug)]
pub struct Session {
    /// The id in every header that this kernel writes.
    pub id: String,
    /// The key that signs.
    pub key: Key,
}

impl Session {
    /// Starts a session with a new id.
    pub fn new(key: Key) -> Self {
        Session {
            id: Uuid::new_v4().simple().to_string(),
            key,
        }
    }
}

/// A message that is ready to be signed and sent.
#[derive(Debug, Clone)]
pub struct Outgoing {
    /// Routing identities, or the topic on iopub.
    pub identities: Vec<Bytes>,
    msg_type: String,
    msg_id: String,
    parent: Bytes,
    metadata: Bytes,
    content: Bytes,
    buffers: Vec<Bytes>,
}

#[derive(Serialize)]
struct Header<'a> {
    msg_id: &'a str,
    session: &'a str,
    username: &'a str,
    date: String,
    msg_type: &'a str,
    version: &'a str,
}

impl Outgoing {
    /// Makes a message of `content`. Without `parent` the parent header is empty.
    ///
    /// # Errors
    /// The content cannot be written as JSON, for instance since a key is no string.
    pub fn new(
        msg_type: &str,
        parent: Option<&RawValue>,
        content: &impl Serialize,
    ) -> Result<Self, serde_json::Error> {
        Ok(Outgoing {
            identities: Vec::new(),
            msg_type: msg_type.to_owned(),
            msg_id: Uuid::new_v4().to_string(),
            parent: parent.map_or(Bytes::from_static(b"{}"), |raw| {
                Bytes::copy_from_slice(raw.get().as_bytes())
            }),
            metadata: Bytes::from_static(b"{}"),
            content: serde_json::to_vec(content)?.into(),
            buffers: Vec::new(),
        })
    }

    /// Adds the identities that the message is routed to.
    pub fn to(mut self, identities: Vec<Bytes>) -> Self {
        self.identities = identities;
        self
    }

    /// Adds metadata.
    ///
    /// # Errors
    /// The metadata cannot be written as JSON.
    pub fn with_metadata(mut self, metadata: &impl Serialize) -> Result<Self, serde_json::Error> {
        self.metadata = serde_json::to_vec(metadata)?.into();
        Ok(self)
    }

    /// Adds binary buffers.
    pub fn with_buffers(mut self, buffers: Vec<Bytes>) -> Self {
        self.buffers = buffers;
        self
    }

    /// The message's type.
    pub fn msg_type(&self) -> &str {
        &self.msg_type
    }

    /// The message's id.
    pub fn msg_id(&self) -> &str {
        &self.msg_id
    }

    /// About how many bytes the message holds in memory.
    pub fn size(&self) -> usize {
        self.content.len()
            + self.metadata.len()
            + self.buffers.iter().map(Bytes::len).sum::<usize>()
    }

    /// Returns the frames, signed, dated now.
    pub fn into_frames(self, session: &Session) -> Vec<Bytes> {
        let header = Header {
            msg_id: &self.msg_id,
            session: &session.id,
            username: "taipan",
            date: date::now(),
            msg_type: &self.msg_type,
            version: PROTOCOL_VERSION,
        };
        let header = serde_json::to_vec(&header).expect("strings are always valid JSON");
        let signature = session
            .key
            .sign([&header, &self.parent, &self.metadata, &self.content]);
        let mut frames = self.identities;
        frames.extend([
            Bytes::from_static(DELIMITER),
            signature.into(),
            header.into(),
            self.parent,
            self.metadata,
            self.content,
        ]);
        frames.extend(self.buffers);
        frames
    }
}
