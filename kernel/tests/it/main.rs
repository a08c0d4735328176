//! The kernel's protocol, driven over real sockets against the toy engine of `examples/echo`.
#![expect(clippy::indexing_slicing, reason = "a test may fail that way")]

mod client;
#[path = "../../examples/echo/engine.rs"]
mod echo;
mod transcript;
mod wire;

use taipan_kernel::{ConnectionFile, Exit, Kernel, Options};

/// Starts an echo kernel in this process.
fn start() -> Kernel {
    let options = Options {
        connection: ConnectionFile::local("the key of the tests"),
        info: echo::info(),
        stack_size: 1024 * 1024,
        handles_signals: false,
        parent: None,
    };
    Kernel::start(options, echo::make).expect("the kernel starts")
}

fn play(name: &str, text: &str) {
    let kernel = start();
    let at = kernel.connection().clone();
    let end = std::thread::spawn(move || kernel.wait());
    transcript::play(&at, name, text, || {
        let outcome = end.join().expect("no panic").expect("a regular end");
        assert!(matches!(outcome, Exit::Requested { .. }));
    });
}

/// A test a transcript, and one that none is forgotten.
macro_rules! transcripts {
    ($($name:ident)*) => {
        $(#[test]
        fn $name() {
            let text = include_str!(concat!("../", stringify!($name), ".transcript"));
            play(stringify!($name), text);
        })*

        #[test]
        fn every_transcript_is_played() {
            let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests");
            for file in std::fs::read_dir(folder).expect("the tests' folder") {
                let name = file.expect("readable").file_name();
                let name = name.to_str().expect("ASCII names");
                if let Some(stem) = name.strip_suffix(".transcript") {
                    assert!([$(stringify!($name)),*].contains(&stem), "{name} is not listed");
                }
            }
        }
    };
}

transcripts! { abort comm control display error execute info interrupt malformed shutdown stdin stream }
