//! A message from a frontend: from frames to header, content and buffers.
//!
//! The header stays raw JSON, so that the reply's `parent_header` has every key of it, known or not.
//! The content stays raw too: a content that does not parse still gets an answer. Tests: below.

use bytes::Bytes;
use serde::Deserialize;
use serde_json::value::RawValue;

use super::{DELIMITER, Replays};
use crate::Key;

/// A request's header: the raw JSON, and the two fields that the kernel itself needs.
#[derive(Debug)]
pub struct Header {
    /// The whole header as it came.
    pub raw: Box<RawValue>,
    /// The message's id.
    pub msg_id: String,
    /// The message's type.
    pub msg_type: String,
}

/// A message whose signature holds.
#[derive(Debug)]
pub struct Incoming {
    /// The routing identities; a reply goes back to them.
    pub identities: Vec<Bytes>,
    /// The header.
    pub header: Header,
    /// The parent header, raw; `{}` for most requests.
    pub parent: Bytes,
    /// The metadata, raw.
    pub metadata: Bytes,
    /// The content, raw.
    pub content: Bytes,
    /// Binary buffers after the content.
    pub buffers: Vec<Bytes>,
}

/// Why a message was dropped without an answer.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum Rejected {
    /// There is no `<IDS|MSG>` frame.
    #[error("no delimiter frame")]
    NoDelimiter,
    /// Fewer than five frames follow the delimiter.
    #[error("{have} frames after the delimiter, at least 5 are needed")]
    Truncated {
        /// How many there are.
        have: usize,
    },
    /// The signature does not belong to the message.
    #[error("wrong signature")]
    Signature,
    /// The message was received before.
    #[error("replayed message")]
    Replay,
    /// The header is no JSON object with `msg_id` and `msg_type`.
    #[error("malformed header: {0}")]
    Header(String),
}

#[derive(Deserialize)]
struct HeaderFields {
    msg_id: String,
    msg_type: String,
}

impl Incoming {
    /// Reads a message from its frames.
    ///
    /// # Errors
    /// [`Rejected`] says what is wrong; such a message is not to be answered.
    pub fn read(frames: Vec<Bytes>, key: &Key, replays: &mut Replays) -> Result<Self, Rejected> {
        let mut rest = frames.into_iter();
        let mut identities = Vec::new();
        loop {
            match rest.next() {
                None => return Err(Rejected::NoDelimiter),
                Some(frame) if frame == DELIMITER => break,
                Some(frame) => identities.push(frame),
            }
        }
        let have = rest.len();
        let (Some(signature), Some(header), Some(parent), Some(metadata), Some(content)) = (
            rest.next(),
            rest.next(),
            rest.next(),
            rest.next(),
            rest.next(),
        ) else {
            return Err(Rejected::Truncated { have });
        };
        if !key.verify([&header, &parent, &metadata, &content], &signature) {
            return Err(Rejected::Signature);
        }
        if key.signs() && !replays.is_new(&signature) {
            return Err(Rejected::Replay);
        }
        let header = read_header(&header)?;
        Ok(Incoming {
            identities,
            header,
            parent,
            metadata,
            content,
            buffers: rest.collect(),
        })
    }
}

fn read_header(bytes: &[u8]) -> Result<Header, Rejected> {
    let malformed = |error: serde_json::Error| Rejected::Header(error.to_string());
    // A derived struct would also take an array.
    if bytes.trim_ascii_start().first() != Some(&b'{') {
        return Err(Rejected::Header("not an object".to_owned()));
    }
    let raw: Box<RawValue> = serde_json::from_slice(bytes).map_err(malformed)?;
    let fields: HeaderFields = serde_json::from_str(raw.get()).map_err(malformed)?;
    Ok(Header {
        raw,
        msg_id: fields.msg_id,
        msg_type: fields.msg_type,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(frames: &[&[u8]], key: &str) -> Result<Incoming, Rejected> {
        let frames = frames
            .iter()
            .map(|frame| Bytes::copy_from_slice(frame))
            .collect();
        Incoming::read(frames, &Key::new(key), &mut Replays::new(8))
    }

    const HEADER: &[u8] = br#"{"msg_id":"1","msg_type":"x_request","subshell_id":null,"y":[1]}"#;

    #[test]
    fn unknown_header_keys_and_buffers_are_kept() {
        let frames: &[&[u8]] = &[
            b"hop",
            b"client",
            DELIMITER,
            b"",
            HEADER,
            b"{}",
            b"{}",
            b"{\"a\":1}",
            b"b0",
        ];
        let message = read(frames, "").expect("a valid message");
        assert_eq!(message.identities, [&b"hop"[..], &b"client"[..]]);
        assert_eq!(message.header.raw.get().as_bytes(), HEADER);
        assert_eq!(message.header.msg_type, "x_request");
        assert_eq!(message.buffers, [&b"b0"[..]]);
    }

    #[test]
    fn rejections_name_their_cause() {
        let cases: &[(&[&[u8]], Rejected)] = &[
            (&[b"garbage"], Rejected::NoDelimiter),
            (&[DELIMITER], Rejected::Truncated { have: 0 }),
            (
                &[DELIMITER, b"", b"{}", b"{}", b"{}"],
                Rejected::Truncated { have: 4 },
            ),
            (
                &[DELIMITER, b"00", HEADER, b"{}", b"{}", b"{}"],
                Rejected::Signature,
            ),
        ];
        for (frames, cause) in cases {
            assert_eq!(&read(frames, "key").expect_err("rejected"), cause);
        }
        for header in [
            &b"{}"[..],
            b"[\"1\",\"x\"]",
            b"null",
            b"{no",
            b"\xff",
            b"{\"msg_id\":1}",
        ] {
            let frames = &[DELIMITER, b"", header, b"{}", b"{}", b"{}"];
            assert!(matches!(read(frames, ""), Err(Rejected::Header(_))));
        }
    }

    #[test]
    fn a_signed_message_is_read_once() {
        let key = Key::new("key");
        let mut replays = Replays::new(8);
        let signature = key.sign([HEADER, b"{}", b"{}", b"{}"]);
        let frames: Vec<Bytes> = [DELIMITER, signature.as_bytes(), HEADER, b"{}", b"{}", b"{}"]
            .map(Bytes::copy_from_slice)
            .into();
        assert!(Incoming::read(frames.clone(), &key, &mut replays).is_ok());
        assert_eq!(
            Incoming::read(frames, &key, &mut replays).expect_err("a replay"),
            Rejected::Replay
        );
    }
}
