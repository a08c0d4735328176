//! Plays a transcript: arrows show the direction, a line each.
//!
//! `->` sends; `<-` is the next message of that channel. In an expected content `"<...>"` stands for
//! any value and `, ...` for further keys; the type `<any>` takes any message (where two requests'
//! messages may come in either order). Every parent header must be, whole, that of a message sent
//! before. Messages that no line expects are a failure, also after the last line.

use std::time::Duration;

use serde_json::{Value, json};
use taipan_kernel::ConnectionFile;

use crate::client::{Client, Received};

/// Runs an asynchronous test.
pub(crate) fn run<T>(test: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_multi_thread()
        .worker_threads(1)
        .enable_all()
        .build()
        .expect("a runtime")
        .block_on(test)
}

/// Plays a transcript against a kernel; `end` waits until the kernel has ended.
pub(crate) fn play(at: &ConnectionFile, name: &str, text: &str, end: impl FnOnce()) {
    let sends_shutdown = text.contains("shutdown_request");
    run(async {
        let mut client = Client::connect(at, "tester").await;
        client.expect_starting().await;
        let mut sent = Vec::new();
        for (number, line) in text.lines().enumerate() {
            let place = format!("{name}.transcript:{}", number + 1);
            play_line(&mut client, &mut sent, line, &place).await;
        }
        if !sends_shutdown {
            let ending = json!({"restart": false});
            sent.push(client.send("control", "shutdown_request", &ending).await);
            for state in ["busy", "", "idle"] {
                let message = client.receive("iopub").await;
                let is_leftover = message.parent["msg_id"] != sent[sent.len() - 1]["msg_id"];
                assert!(
                    !is_leftover,
                    "{name}: left over on iopub before {state:?}: {message:?}"
                );
            }
            assert_eq!(
                client.receive("control").await.msg_type(),
                "shutdown_reply",
                "{name}"
            );
        }
        end();
        for channel in ["shell", "control", "stdin", "iopub"] {
            let left = client
                .receive_within(channel, Duration::from_millis(20))
                .await;
            assert!(left.is_none(), "{name}: left over on {channel}: {left:?}");
        }
    });
}

async fn play_line(client: &mut Client, sent: &mut Vec<Value>, line: &str, place: &str) {
    if line.trim().is_empty() || line.starts_with('#') {
        return;
    }
    let mut words = line.splitn(2, '{');
    let mut head = words.next().unwrap_or_default().split_whitespace();
    let body = format!("{{{}", words.next().unwrap_or("}"));
    let (Some(arrow), Some(channel), Some(msg_type)) = (head.next(), head.next(), head.next())
    else {
        panic!("{place}: arrow, channel, type, content");
    };
    let body = body
        .replace(", ...}", ", \"...\": null}")
        .replace("{...}", "{\"...\": null}");
    let content: Value = serde_json::from_str(&body).unwrap_or_else(|e| panic!("{place}: {e}"));
    match arrow {
        "->" => sent.push(client.send(channel, msg_type, &content).await),
        "<-" => {
            let message = client.receive(channel).await;
            check_parent(&message, sent, place);
            if msg_type == "<any>" {
                return;
            }
            assert_eq!(message.msg_type(), msg_type, "{place}: {message:?}");
            assert!(
                matches(&content, &message.content),
                "{place}: got {}",
                message.content
            );
        }
        _ => panic!("{place}: an arrow is -> or <-"),
    }
}

fn check_parent(message: &Received, sent: &[Value], place: &str) {
    assert!(
        sent.contains(&message.parent),
        "{place}: the parent header is {}",
        message.parent
    );
}

fn matches(pattern: &Value, value: &Value) -> bool {
    match (pattern, value) {
        (Value::String(any), _) if any == "<...>" => true,
        (Value::Object(pattern), Value::Object(value)) => {
            let is_open = pattern.contains_key("...");
            let expected = pattern.iter().filter(|(key, _)| *key != "...");
            (is_open || pattern.len() == value.len())
                && expected
                    .into_iter()
                    .all(|(key, p)| value.get(key).is_some_and(|v| matches(p, v)))
        }
        (Value::Array(pattern), Value::Array(value)) => {
            pattern.len() == value.len() && pattern.iter().zip(value).all(|(p, v)| matches(p, v))
        }
        _ => pattern == value,
    }
}
