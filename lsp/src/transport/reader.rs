//! The reader: frames off a byte stream, repaired where that is possible.
//!
//! Counterpart: LSP 3.17, "Header Part" and "Content Part". Repaired: invalid UTF-8 (U+FFFD), escaped lone surrogates
//! (U+FFFD), junk between messages (skipped up to the next `Content-Length`). Answered: what is no JSON (-32700), what
//! is no JSON-RPC message (-32600). Invariant: only the end of the stream ends the reader. Tests: below.

use std::io::{self, BufRead, Read};

use lsp_server::{ErrorCode, Message, Notification, Request, RequestId, Response, ResponseError};
use serde_json::Value;

/// A body longer than this is skipped: no client sends it, and it must not be allocated on a header's word.
const LONGEST_BODY: usize = 1 << 30;

/// What one frame turned out to be.
#[derive(Debug)]
pub(crate) enum Incoming {
    Message(Message),
    /// No message; the error is to be sent back, with the id if one could be read.
    Broken {
        id: Option<RequestId>,
        error: ResponseError,
    },
}

/// Reads frames from `input`.
pub(crate) struct Reader<R> {
    input: R,
}

impl<R: BufRead> Reader<R> {
    pub(crate) fn new(input: R) -> Reader<R> {
        Reader { input }
    }

    /// Returns the next frame; nothing at the end of the stream.
    pub(crate) fn next(&mut self) -> io::Result<Option<Incoming>> {
        let Some(length) = self.header()? else {
            return Ok(None);
        };
        if length > LONGEST_BODY {
            io::copy(
                &mut self.input.by_ref().take(length as u64),
                &mut io::sink(),
            )?;
            return Ok(Some(broken(
                None,
                ErrorCode::ParseError,
                "message too long",
            )));
        }
        let mut body = vec![0; length];
        match self.input.read_exact(&mut body) {
            Ok(()) => Ok(Some(decode(&body))),
            Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// Returns the length of the body that follows.
    fn header(&mut self) -> io::Result<Option<usize>> {
        let mut length = None;
        let mut line = Vec::new();
        loop {
            line.clear();
            if self
                .input
                .by_ref()
                .take(1 << 16)
                .read_until(b'\n', &mut line)?
                == 0
            {
                return Ok(None);
            }
            let text = String::from_utf8_lossy(&line);
            let text = text.trim();
            if text.is_empty() {
                match length {
                    Some(length) => return Ok(Some(length)),
                    None => continue,
                }
            }
            // Junk may stand before the header on the same line.
            let lower = text.to_ascii_lowercase();
            if let Some(at) = lower.find("content-length:") {
                let digits = lower
                    .get(at + "content-length:".len()..)
                    .unwrap_or_default()
                    .trim();
                length = digits.parse().ok();
            }
        }
    }
}

fn broken(id: Option<RequestId>, code: ErrorCode, message: &str) -> Incoming {
    Incoming::Broken {
        id,
        error: ResponseError {
            code: code as i32,
            message: message.to_owned(),
            data: None,
        },
    }
}

fn decode(body: &[u8]) -> Incoming {
    let text = String::from_utf8_lossy(body);
    let value = match serde_json::from_str::<Value>(&text) {
        Ok(value) => value,
        Err(first) => match serde_json::from_str::<Value>(&without_lone_surrogates(&text)) {
            Ok(value) => value,
            Err(_) => return broken(None, ErrorCode::ParseError, &first.to_string()),
        },
    };
    classify(value)
}

fn classify(value: Value) -> Incoming {
    let Value::Object(mut object) = value else {
        return broken(
            None,
            ErrorCode::InvalidRequest,
            "a message is a JSON object",
        );
    };
    let id = object
        .remove("id")
        .and_then(|id| serde_json::from_value::<RequestId>(id).ok());
    let params = object.remove("params").unwrap_or(Value::Null);
    match (object.remove("method"), id) {
        (Some(Value::String(method)), Some(id)) => {
            Incoming::Message(Request { id, method, params }.into())
        }
        (Some(Value::String(method)), None) => {
            Incoming::Message(Notification { method, params }.into())
        }
        (Some(_), id) => broken(id, ErrorCode::InvalidRequest, "a method is a string"),
        (None, Some(id)) if object.contains_key("result") || object.contains_key("error") => {
            let error = object
                .remove("error")
                .and_then(|error| serde_json::from_value::<ResponseError>(error).ok());
            let response_result = match error {
                Some(error) => Err(error),
                None => Ok(object.remove("result").unwrap_or(Value::Null)),
            };
            Incoming::Message(
                Response {
                    id,
                    response_result,
                }
                .into(),
            )
        }
        (None, id) => broken(
            id,
            ErrorCode::InvalidRequest,
            "neither a request, a notification nor a response",
        ),
    }
}

/// Replaces escaped surrogates that have no partner: valid in JavaScript's strings, invalid everywhere else.
fn without_lone_surrogates(text: &str) -> String {
    let unit = |at: usize| {
        let escape = text.get(at..at + 6)?;
        u16::from_str_radix(escape.strip_prefix("\\u")?, 16).ok()
    };
    let mut out = String::with_capacity(text.len());
    let mut rest = 0;
    while let Some(found) = text[rest..].find('\\') {
        let at = rest + found;
        out.push_str(&text[rest..at]);
        let (kept, length) = match unit(at) {
            Some(0xD800..=0xDBFF) if matches!(unit(at + 6), Some(0xDC00..=0xDFFF)) => {
                (text.get(at..at + 12), 12)
            }
            Some(0xD800..=0xDFFF) => (Some("\\ufffd"), 6),
            _ => {
                let escaped = text[at + 1..].chars().next().map_or(0, char::len_utf8);
                (text.get(at..at + 1 + escaped), 1 + escaped)
            }
        };
        out.push_str(kept.unwrap_or_default());
        rest = at + length;
    }
    out.push_str(&text[rest..]);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read_all(input: &[u8]) -> Vec<String> {
        let mut reader = Reader::new(input);
        let mut out = Vec::new();
        while let Some(incoming) = reader.next().expect("no I/O error in memory") {
            out.push(match incoming {
                Incoming::Message(Message::Request(request)) => {
                    format!("request {} {}", request.method, request.params)
                }
                Incoming::Message(Message::Notification(note)) => {
                    format!("note {} {}", note.method, note.params)
                }
                Incoming::Message(Message::Response(response)) => {
                    format!("response {}", response.id)
                }
                Incoming::Broken { error, .. } => format!("broken {}", error.code),
            });
        }
        out
    }

    fn frame(body: &[u8]) -> Vec<u8> {
        let mut out = format!("Content-Length: {}\r\n\r\n", body.len()).into_bytes();
        out.extend_from_slice(body);
        out
    }

    #[test]
    fn broken_messages_are_answered_and_reading_goes_on() {
        let mut input = frame(br#"{"jsonrpc":"2.0","id":7,"method":"#);
        input.extend(frame(b"[]"));
        input.extend(frame(br#"{"foo":1}"#));
        input.extend(frame(br#"{"jsonrpc":"2.0","method":"ok"}"#));
        assert_eq!(
            read_all(&input),
            [
                "broken -32700",
                "broken -32600",
                "broken -32600",
                "note ok null"
            ]
        );
    }

    #[test]
    fn invalid_utf8_and_lone_surrogates_become_replacement_characters() {
        let mut input = frame(b"{\"method\":\"a\",\"params\":[\"\xff\"]}");
        input.extend(frame(
            br#"{"method":"b","params":["\ud83d","\ud83d\ude00","\\ud83d"]}"#,
        ));
        assert_eq!(
            read_all(&input),
            [
                "note a [\"\u{fffd}\"]",
                "note b [\"\u{fffd}\",\"\u{1f600}\",\"\\\\ud83d\"]"
            ]
        );
    }

    #[test]
    fn junk_between_messages_is_skipped() {
        let mut input = b"hello\r\n\r\n".to_vec();
        input.extend(frame(br#"{"id":1,"result":null}"#));
        assert_eq!(read_all(&input), ["response 1"]);
    }
}
