//! What a transcript cannot say: forged and replayed messages, heartbeats, buffers, two frontends.

use std::time::Duration;

use bytes::Bytes;
use serde_json::json;
use taipan_kernel::{Exit, Kernel};
use zeromq::{SocketRecv, SocketSend, ZmqMessage};

use crate::client::Client;
use crate::start;
use crate::transcript::run;

const INFO: &str = "kernel_info_request";

/// Plays `scene` with a frontend, then ends the kernel by a request of it.
fn with_client(scene: impl AsyncFnOnce(&Kernel, &mut Client)) {
    let kernel = start();
    run(async {
        let mut client = Client::connect(kernel.connection(), "first").await;
        client.expect_starting().await;
        scene(&kernel, &mut client).await;
        client
            .send("control", "shutdown_request", &json!({"restart": true}))
            .await;
        // Sending is done only when the answer is there.
        while client.receive("control").await.msg_type() != "shutdown_reply" {}
    });
    assert_eq!(
        kernel.wait().expect("a regular end"),
        Exit::Requested { restart: true }
    );
}

#[test]
fn what_is_not_signed_is_not_answered() {
    with_client(async |_, client| {
        let header = client.header(INFO);
        let good = client.frames(&header, b"{}");
        let mut forged = good.clone();
        forged[5] = Bytes::from_static(b"{\"a\":1}");
        let mut unsigned = good.clone();
        unsigned[1] = Bytes::new();
        let garbage = vec![Bytes::from_static(b"garbage")];
        let short = good[..4].to_vec();
        for frames in [forged, unsigned, garbage, short, good.clone(), good] {
            client.send_frames("shell", frames).await;
        }
        let last = client.send("shell", INFO, &json!({})).await;
        // One answer to the good message, none to its replay.
        assert_eq!(client.receive("shell").await.parent, header);
        assert_eq!(client.receive("shell").await.parent, last);
    });
}

#[test]
fn malformed_headers_do_no_harm() {
    with_client(async |_, client| {
        for header in [
            json!({}),
            json!([1]),
            json!(null),
            json!({"msg_id": 1, "msg_type": "x"}),
        ] {
            let frames = client.frames(&header, b"{}");
            client.send_frames("shell", frames).await;
        }
        let last = client.send("shell", INFO, &json!({})).await;
        assert_eq!(client.receive("shell").await.parent, last);
    });
}

#[test]
fn the_heartbeat_beats_while_a_cell_runs() {
    with_client(async |_, client| {
        client
            .send("shell", "execute_request", &json!({"code": "wait"}))
            .await;
        while client.receive("iopub").await.msg_type() != "execute_input" {}
        for payload in [&b"ping"[..], b"", &[7; 1000]] {
            let payload = Bytes::copy_from_slice(payload);
            client
                .heartbeat
                .send(payload.clone().into())
                .await
                .expect("sent");
            let echo = tokio::time::timeout(Duration::from_secs(5), client.heartbeat.recv())
                .await
                .expect("in time")
                .expect("an echo");
            assert_eq!(echo.into_vec(), [payload]);
        }
    });
}

#[test]
fn buffers_travel_both_ways() {
    with_client(async |_, client| {
        let open = json!({"comm_id": "c", "target_name": "echo", "data": {}});
        client.send("shell", "comm_open", &open).await;
        let header = client.header("comm_msg");
        let mut frames = client.frames(&header, br#"{"comm_id": "c", "data": {"n": 1}}"#);
        frames.extend([Bytes::from_static(b"\x00\xff"), Bytes::new()]);
        client.send_frames("shell", frames).await;
        let echo = loop {
            let message = client.receive("iopub").await;
            if message.msg_type() == "comm_msg" {
                break message;
            }
        };
        assert_eq!(echo.content, json!({"comm_id": "c", "data": {"n": 1}}));
        assert_eq!(echo.buffers, [&b"\x00\xff"[..], b""]);
    });
}

#[test]
fn replies_go_to_the_frontend_that_asked() {
    with_client(async |kernel, first| {
        let mut second = Client::connect(kernel.connection(), "second").await;
        let asked = second.send("shell", INFO, &json!({})).await;
        let also = first.send("shell", INFO, &json!({})).await;
        assert_eq!(second.receive("shell").await.parent, asked);
        assert_eq!(first.receive("shell").await.parent, also);
        let cell = json!({"code": "input ?", "allow_stdin": true});
        let asked = second.send("shell", "execute_request", &cell).await;
        let request = second.receive("stdin").await;
        assert_eq!(request.parent, asked);
        second
            .send("stdin", "input_reply", &json!({"value": "x"}))
            .await;
        assert_eq!(second.receive("shell").await.content["status"], "ok");
    });
}

#[test]
fn extra_identities_come_back() {
    with_client(async |_, client| {
        let header = client.header(INFO);
        let mut frames = vec![Bytes::from_static(b"hop")];
        frames.extend(client.frames(&header, b"{}"));
        client.send_frames("shell", frames).await;
        let reply: ZmqMessage = client.shell.recv().await.expect("a reply");
        assert_eq!(reply.get(0).expect("frames"), "hop");
    });
}

#[test]
fn a_thousand_cells_are_answered_in_order() {
    with_client(async |_, client| {
        let mut sent = Vec::new();
        for number in 0..1000 {
            let cell = json!({"code": format!("print {number}"), "store_history": false});
            sent.push(client.send("shell", "execute_request", &cell).await);
        }
        for header in sent {
            assert_eq!(client.receive("shell").await.parent, header);
        }
    });
}
