//! The server end to end, over bytes in memory: the lifecycle, order, and survival that in-process tests cannot show.

use std::io::{Cursor, Write};
use std::sync::{Arc, Mutex, PoisonError};

use serde_json::{Value, json};

/// What the server wrote.
#[derive(Clone, Default)]
struct Output(Arc<Mutex<Vec<u8>>>);

impl Write for Output {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

fn frame(body: &str) -> String {
    format!("Content-Length: {}\r\n\r\n{body}", body.len())
}

/// Sends all messages, then ends the input; returns the status and every message of the server.
fn serve(messages: &[Value]) -> (u8, Vec<Value>) {
    serve_text(
        &messages
            .iter()
            .map(|message| frame(&message.to_string()))
            .collect::<String>(),
    )
}

fn serve_text(input: &str) -> (u8, Vec<Value>) {
    let output = Output::default();
    let options = taipan_lsp::Options::default();
    let status = taipan_lsp::run(
        Cursor::new(input.to_owned().into_bytes()),
        output.clone(),
        options,
    )
    .expect("the server starts");
    let bytes = output
        .0
        .lock()
        .unwrap_or_else(PoisonError::into_inner)
        .clone();
    let mut rest = std::str::from_utf8(&bytes).expect("UTF-8");
    let mut out = Vec::new();
    while let Some((header, body)) = rest.split_once("\r\n\r\n") {
        let length = header
            .rsplit(' ')
            .next()
            .and_then(|length| length.parse().ok())
            .expect("a length");
        let (body, after): (&str, &str) = body.split_at(length);
        out.push(serde_json::from_str(body).expect("JSON"));
        rest = after;
    }
    (status, out)
}

fn initialize() -> Value {
    json!({"jsonrpc": "2.0", "id": 1, "method": "initialize", "params": {"capabilities": {}}})
}

fn reply(messages: &[Value], id: u32) -> Value {
    messages
        .iter()
        .find(|message| message["id"] == id)
        .cloned()
        .unwrap_or(Value::Null)
}

#[test]
fn requests_outside_of_the_lifecycle_are_refused() {
    let hover =
        |id| json!({"jsonrpc": "2.0", "id": id, "method": "textDocument/hover", "params": {}});
    let shutdown = json!({"jsonrpc": "2.0", "id": 3, "method": "shutdown"});
    let exit = json!({"jsonrpc": "2.0", "method": "exit"});
    let (status, out) = serve(&[hover(2), initialize(), shutdown, hover(4), exit]);
    assert_eq!(status, 0);
    assert_eq!(reply(&out, 2)["error"]["code"], -32002);
    assert_eq!(reply(&out, 1)["result"]["serverInfo"]["name"], "taipan");
    assert_eq!(reply(&out, 3)["result"], Value::Null);
    assert_eq!(reply(&out, 4)["error"]["code"], -32600);
}

#[test]
fn an_exit_without_shutdown_is_a_failure() {
    let (status, _) = serve(&[initialize(), json!({"jsonrpc": "2.0", "method": "exit"})]);
    assert_eq!(status, 1);
}

#[test]
fn broken_json_is_answered_and_the_next_message_served() {
    let (_, out) = serve_text(&(frame("{\"id\":") + &frame(&initialize().to_string())));
    assert_eq!(out[0]["error"]["code"], -32700);
    assert!(reply(&out, 1)["result"].is_object());
}
