//! A frontend for tests: bare frames over four sockets, every signature and header checked.

use std::time::Duration;

use bytes::Bytes;
use serde_json::{Value, json};
use taipan_kernel::{ConnectionFile, Key};
use tokio::time::timeout;
use zeromq::util::PeerIdentity;
use zeromq::{DealerSocket, ReqSocket, Socket, SocketOptions, SocketRecv, SocketSend, SubSocket};

/// A message that does not come within this time never comes.
const PATIENCE: Duration = Duration::from_secs(10);

/// What the kernel sent.
#[derive(Debug)]
pub(crate) struct Received {
    pub(crate) header: Value,
    pub(crate) parent: Value,
    pub(crate) content: Value,
    pub(crate) buffers: Vec<Bytes>,
}

impl Received {
    pub(crate) fn msg_type(&self) -> &str {
        self.header["msg_type"]
            .as_str()
            .expect("a message's type is a string")
    }
}

/// One frontend.
pub(crate) struct Client {
    key: Key,
    session: String,
    sent: usize,
    pub(crate) shell: DealerSocket,
    pub(crate) control: DealerSocket,
    pub(crate) stdin: DealerSocket,
    pub(crate) iopub: SubSocket,
    pub(crate) heartbeat: ReqSocket,
}

impl Client {
    /// Connects, and waits until broadcasts arrive.
    pub(crate) async fn connect(at: &ConnectionFile, name: &str) -> Self {
        let mut client = Client {
            key: at.key(),
            session: format!("session-of-{name}"),
            sent: 0,
            shell: dealer(name, &at.endpoint(at.shell_port)).await,
            control: dealer(name, &at.endpoint(at.control_port)).await,
            stdin: dealer(name, &at.endpoint(at.stdin_port)).await,
            iopub: SubSocket::new(),
            heartbeat: ReqSocket::new(),
        };
        client
            .iopub
            .connect(&at.endpoint(at.iopub_port))
            .await
            .expect("iopub connects");
        client.iopub.subscribe("").await.expect("iopub subscribes");
        client
            .heartbeat
            .connect(&at.endpoint(at.hb_port))
            .await
            .expect("heartbeat connects");
        let welcome = client.receive("iopub").await;
        assert_eq!(welcome.msg_type(), "iopub_welcome");
        assert_eq!(
            (welcome.content, welcome.parent),
            (json!({"subscription": ""}), json!({}))
        );
        client
    }

    /// Reads the status that the first subscriber of all gets.
    pub(crate) async fn expect_starting(&mut self) {
        let starting = self.receive("iopub").await;
        assert_eq!(starting.content, json!({"execution_state": "starting"}));
    }

    /// A header with a key that the kernel does not know.
    pub(crate) fn header(&mut self, msg_type: &str) -> Value {
        self.sent += 1;
        json!({
            "msg_id": format!("{}-{}", self.session, self.sent),
            "session": self.session,
            "username": "tester",
            "date": "2026-01-02T03:04:05.678901Z",
            "msg_type": msg_type,
            "version": "5.5",
            "subshell_id": null,
            "unknown": {"é": [1, 2.5]},
        })
    }

    /// The signed frames of a message.
    pub(crate) fn frames(&self, header: &Value, content: &[u8]) -> Vec<Bytes> {
        let header = header.to_string().into_bytes();
        let signature = self.key.sign([&header, b"{}", b"{}", content]);
        vec![
            Bytes::from_static(b"<IDS|MSG>"),
            signature.into(),
            header.into(),
            Bytes::from_static(b"{}"),
            Bytes::from_static(b"{}"),
            Bytes::copy_from_slice(content),
        ]
    }

    /// Sends a message and returns its header.
    pub(crate) async fn send(&mut self, channel: &str, msg_type: &str, content: &Value) -> Value {
        let header = self.header(msg_type);
        let frames = self.frames(&header, content.to_string().as_bytes());
        self.send_frames(channel, frames).await;
        header
    }

    /// Sends frames as they are.
    pub(crate) async fn send_frames(&mut self, channel: &str, frames: Vec<Bytes>) {
        let frames = frames.try_into().expect("not empty");
        self.dealer(channel).send(frames).await.expect("sent");
    }

    /// The next message of a channel.
    pub(crate) async fn receive(&mut self, channel: &str) -> Received {
        self.receive_within(channel, PATIENCE)
            .await
            .unwrap_or_else(|| panic!("nothing came on {channel}"))
    }

    /// The next message of a channel, if one comes in time.
    pub(crate) async fn receive_within(
        &mut self,
        channel: &str,
        patience: Duration,
    ) -> Option<Received> {
        let frames = match channel {
            "iopub" => timeout(patience, self.iopub.recv()).await,
            _ => timeout(patience, self.dealer(channel).recv()).await,
        };
        let frames = frames.ok()?.ok()?.into_vec();
        Some(self.read(&frames))
    }

    fn dealer(&mut self, channel: &str) -> &mut DealerSocket {
        match channel {
            "shell" => &mut self.shell,
            "control" => &mut self.control,
            "stdin" => &mut self.stdin,
            _ => panic!("no channel {channel}"),
        }
    }

    fn read(&self, frames: &[Bytes]) -> Received {
        let start = frames
            .iter()
            .position(|f| f == "<IDS|MSG>")
            .expect("a delimiter");
        let [
            _,
            signature,
            header,
            parent,
            metadata,
            content,
            buffers @ ..,
        ] = &frames[start..]
        else {
            panic!("too few frames: {frames:?}");
        };
        assert_eq!(
            *signature,
            self.key.sign([header, parent, metadata, content]),
            "the kernel's signature"
        );
        let parse = |part: &Bytes| serde_json::from_slice::<Value>(part).expect("valid JSON");
        let header = parse(header);
        for field in [
            "msg_id", "session", "username", "date", "msg_type", "version",
        ] {
            assert!(header[field].is_string(), "{field} of {header}");
        }
        assert!(parse(metadata).is_object());
        Received {
            header,
            parent: parse(parent),
            content: parse(content),
            buffers: buffers.to_vec(),
        }
    }
}

async fn dealer(name: &str, endpoint: &str) -> DealerSocket {
    let mut options = SocketOptions::default();
    options.peer_identity(name.parse::<PeerIdentity>().expect("a short name"));
    let mut socket = DealerSocket::with_options(options);
    socket.connect(endpoint).await.expect("connects");
    socket
}
