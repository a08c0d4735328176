//! Plays `tests/kernel/*.transcript` against the kernel of the whole binary, over sockets in the file system.
//!
//! The format is that of the kernel crate's own transcripts (`kernel/tests/it/transcript.rs`).
#![allow(clippy::disallowed_methods, reason = "a test of the whole process")]
#![expect(clippy::indexing_slicing, reason = "a test may fail that way")]
#![allow(dead_code, reason = "the client serves the kernel crate's tests too")]

#[path = "../kernel/tests/it/client.rs"]
mod client;
#[path = "../kernel/tests/it/transcript.rs"]
mod transcript;

use std::path::{Path, PathBuf};
use std::process::{Child, Command};
use std::time::{Duration, Instant};

use serde_json::json;
use taipan_kernel::ConnectionFile;

/// A kernel that is not there within this time never is.
const PATIENCE: Duration = Duration::from_secs(60);

#[test]
fn transcripts_are_as_written() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/kernel");
    let mut files: Vec<PathBuf> = std::fs::read_dir(&folder)
        .expect("the folder is in the repository")
        .map(|entry| entry.expect("readable").path())
        .filter(|path| {
            path.extension()
                .is_some_and(|extension| extension == "transcript")
        })
        .collect();
    files.sort();
    assert!(!files.is_empty());
    for file in &files {
        let name = file.file_stem().expect("a name").to_string_lossy();
        let text = std::fs::read_to_string(file).expect("readable");
        let folder = std::env::temp_dir().join(format!("taipan-{}-{name}", std::process::id()));
        std::fs::create_dir_all(&folder).expect("a folder for the sockets");
        let (mut kernel, at) = start(&folder);
        transcript::play(&at, &name, &text, || {
            let status = kernel.wait().expect("ours");
            assert!(status.success(), "{name}: {status}");
        });
        // What is left in the temporary folder harms nobody.
        let _ = std::fs::remove_dir_all(&folder);
    }
}

/// Starts a kernel and waits for its sockets.
fn start(folder: &Path) -> (Child, ConnectionFile) {
    let sockets = folder.join("k").to_string_lossy().into_owned();
    let text = json!({
        "transport": "ipc", "ip": sockets, "key": "the key of the tests", "signature_scheme": "hmac-sha256",
        "shell_port": 1, "iopub_port": 2, "stdin_port": 3, "control_port": 4, "hb_port": 5,
    })
    .to_string();
    let file = folder.join("connection.json");
    std::fs::write(&file, &text).expect("writable");
    let kernel = Command::new(env!("CARGO_BIN_EXE_taipan"))
        .args(["kernel", "-f"])
        .arg(&file)
        .env_remove("PYTHONPATH")
        .env("PYTHONHASHSEED", "0")
        .spawn()
        .expect("taipan starts");
    let deadline = Instant::now() + PATIENCE;
    while !(1..=5).all(|port| Path::new(&format!("{sockets}-{port}")).exists()) {
        assert!(Instant::now() < deadline, "the kernel has no sockets");
        std::thread::yield_now();
    }
    let at = ConnectionFile::parse(&text).expect("valid");
    (kernel, at)
}
