//! The connection file: where the frontend expects the sockets, and the key.
//!
//! Specification: "Making kernels for Jupyter", connection files. Counterpart: `jupyter_client.connect`.
//! Invariant: no error and no `Debug` output shows the key. Tests: below.

use std::fmt;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use crate::Key;

/// What a connection file says.
#[derive(Clone, Serialize, Deserialize)]
pub struct ConnectionFile {
    /// How the sockets are reached.
    #[serde(default)]
    pub transport: Transport,
    /// The address to listen at, or the sockets' common path.
    #[serde(default = "localhost")]
    pub ip: String,
    /// The port of requests; 0 lets the system choose.
    pub shell_port: u16,
    /// The port of broadcasts.
    pub iopub_port: u16,
    /// The port of input requests.
    pub stdin_port: u16,
    /// The port of urgent requests.
    pub control_port: u16,
    /// The port of the heartbeat.
    pub hb_port: u16,
    #[serde(default)]
    signature_scheme: String,
    #[serde(default)]
    key: String,
    /// The kernelspec's name, if the frontend gives it.
    #[serde(default)]
    pub kernel_name: String,
}

/// How sockets are reached.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Transport {
    /// Over the network.
    #[default]
    Tcp,
    /// Through files.
    Ipc,
}

/// Why a connection file cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum ConnectionError {
    /// It cannot be read.
    #[error("cannot read the connection file {path}: {error}")]
    Read {
        /// The file.
        path: PathBuf,
        /// What the system says.
        error: io::Error,
    },
    /// It is not what a connection file has to be. (The parser's message would quote the file.)
    #[error("malformed connection file at line {line}, column {column}")]
    Malformed {
        /// Where.
        line: usize,
        /// Where.
        column: usize,
    },
    /// It asks for signatures of an unknown kind.
    #[error("unknown signature scheme {0:?}; only hmac-sha256 is supported")]
    Scheme(String),
}

fn localhost() -> String {
    "127.0.0.1".to_owned()
}

impl ConnectionFile {
    /// Reads a connection file.
    ///
    /// # Errors
    /// [`ConnectionError`] says why it cannot be used.
    pub fn read(path: &Path) -> Result<Self, ConnectionError> {
        let text = fs::read_to_string(path).map_err(|error| ConnectionError::Read {
            path: path.to_owned(),
            error,
        })?;
        Self::parse(&text)
    }

    /// Reads the text of a connection file.
    ///
    /// # Errors
    /// [`ConnectionError`] says why it cannot be used.
    pub fn parse(text: &str) -> Result<Self, ConnectionError> {
        let file: ConnectionFile =
            serde_json::from_str(text).map_err(|error| ConnectionError::Malformed {
                line: error.line(),
                column: error.column(),
            })?;
        if !matches!(file.signature_scheme.as_str(), "" | "hmac-sha256") {
            return Err(ConnectionError::Scheme(file.signature_scheme));
        }
        Ok(file)
    }

    /// A connection on this machine whose ports the system chooses.
    pub fn local(key: &str) -> Self {
        ConnectionFile {
            transport: Transport::Tcp,
            ip: localhost(),
            shell_port: 0,
            iopub_port: 0,
            stdin_port: 0,
            control_port: 0,
            hb_port: 0,
            signature_scheme: "hmac-sha256".to_owned(),
            key: key.to_owned(),
            kernel_name: String::new(),
        }
    }

    /// The key that signs.
    pub fn key(&self) -> Key {
        Key::new(&self.key)
    }

    /// The address of the socket with this port, as ZeroMQ writes it.
    pub fn endpoint(&self, port: u16) -> String {
        match self.transport {
            Transport::Ipc => format!("ipc://{}-{port}", self.ip),
            Transport::Tcp if self.ip == "*" => format!("tcp://0.0.0.0:{port}"),
            Transport::Tcp if self.ip.contains(':') && !self.ip.starts_with('[') => {
                format!("tcp://[{}]:{port}", self.ip)
            }
            Transport::Tcp => format!("tcp://{}:{port}", self.ip),
        }
    }

    /// The file behind the socket with this port, if sockets are files.
    pub(crate) fn socket_file(&self, port: u16) -> Option<PathBuf> {
        (self.transport == Transport::Ipc).then(|| PathBuf::from(format!("{}-{port}", self.ip)))
    }
}

impl fmt::Debug for ConnectionFile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ConnectionFile")
            .field("shell", &self.endpoint(self.shell_port))
            .field("iopub", &self.endpoint(self.iopub_port))
            .field("stdin", &self.endpoint(self.stdin_port))
            .field("control", &self.endpoint(self.control_port))
            .field("hb", &self.endpoint(self.hb_port))
            .field("key", &self.key())
            .field("kernel_name", &self.kernel_name)
            .finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const FILE: &str = r#"{"shell_port": 1, "iopub_port": 2, "stdin_port": 3, "control_port": 4,
        "hb_port": 5, "ip": "::1", "key": "s3cret", "transport": "tcp",
        "signature_scheme": "hmac-sha256", "kernel_name": "taipan", "jupyter_session": "x"}"#;

    #[test]
    fn endpoints_follow_the_transport() {
        let mut file = ConnectionFile::parse(FILE).expect("valid");
        assert_eq!(file.endpoint(file.hb_port), "tcp://[::1]:5");
        file.ip = "*".to_owned();
        assert_eq!(file.endpoint(1), "tcp://0.0.0.0:1");
        file.transport = Transport::Ipc;
        file.ip = "/run/k".to_owned();
        assert_eq!(file.endpoint(1), "ipc:///run/k-1");
    }

    #[test]
    fn the_key_is_never_shown() {
        let file = ConnectionFile::parse(FILE).expect("valid");
        assert!(!format!("{file:?}").contains("s3cret"));
        let error =
            ConnectionFile::parse(&FILE.replace(r#""hb_port": 5"#, r#""hb_port": "s3cret""#))
                .expect_err("a port is a number");
        assert!(!format!("{error} {error:?}").contains("s3cret"));
    }

    #[test]
    fn unknown_signature_schemes_are_refused() {
        let error = ConnectionFile::parse(&FILE.replace("sha256", "md5")).expect_err("unknown");
        assert_eq!(
            error.to_string(),
            "unknown signature scheme \"hmac-md5\"; only hmac-sha256 is supported"
        );
    }
}
