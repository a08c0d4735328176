//! A kernel that echoes: proves the protocol half without an interpreter.
//!
//! `echo -f CONNECTION_FILE` serves; `echo install [--user | --prefix P | --sys-prefix] [--name N]`
//! writes a kernelspec (its argv has the word `kernel`, which is accepted and ignored).
//! What the cells can say is in `engine.rs`.

mod engine;

use std::path::Path;
use std::process::ExitCode;

use taipan_kernel::install::Install;
use taipan_kernel::{ConnectionFile, Exit, Kernel, Options};

fn main() -> ExitCode {
    match run() {
        Ok(code) => code,
        Err(error) => {
            #[expect(clippy::print_stderr, reason = "an error of the command line")]
            {
                eprintln!("echo: {error}");
            }
            ExitCode::from(2)
        }
    }
}

fn run() -> Result<ExitCode, Box<dyn std::error::Error>> {
    let mut arguments: Vec<String> = std::env::args().skip(1).collect();
    arguments.retain(|argument| argument != "kernel");
    if arguments.first().is_some_and(|first| first == "install") {
        let mut install = Install {
            name: "echo".to_owned(),
            ..Install::default()
        };
        if arguments.len() > 1 {
            install = Install::parse(arguments.into_iter().skip(1))?;
        }
        install.run(&std::env::current_exe()?)?;
        return Ok(ExitCode::SUCCESS);
    }
    let [flag, file] = arguments.as_slice() else {
        return Err("usage: echo -f CONNECTION_FILE".into());
    };
    if flag != "-f" {
        return Err("usage: echo -f CONNECTION_FILE".into());
    }
    let connection = ConnectionFile::read(Path::new(file))?;
    let kernel = Kernel::start(Options::new(connection, engine::info()), engine::make)?;
    match kernel.wait()? {
        Exit::Requested { .. } | Exit::ParentGone => Ok(ExitCode::SUCCESS),
        Exit::Terminated => Ok(ExitCode::from(143)),
    }
}
