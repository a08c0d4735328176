//! `taipan kernel`: serves a notebook, or installs itself where notebooks find it.

use std::path::Path;

use taipan_kernel::install::Install;
use taipan_kernel::messages::{KernelInfo, LanguageInfo};
use taipan_kernel::{ConnectionFile, Engine, Exit, Kernel, SessionEngine};

use taipan_text::Wtf8;

use crate::options::Options;
use crate::start;

/// Ended by SIGTERM, as a shell shows it.
const TERMINATED: u8 = 143;
pub(super) const USAGE: &str = "usage: taipan kernel -f CONNECTION_FILE | install [--user | --prefix PATH | --sys-prefix] [--name NAME] [--display-name TEXT]";

/// Runs `taipan kernel`.
pub(super) fn run(program: &str, arguments: &[String]) -> Result<u8, String> {
    match arguments {
        [install, rest @ ..] if install == "install" => install_spec(rest),
        [flag, file] if flag == "-f" => serve(program, Path::new(file)),
        [] => Err(USAGE.to_owned()),
        [other, ..] => Err(format!("cannot make sense of {other}; {USAGE}")),
    }
}

fn install_spec(arguments: &[String]) -> Result<u8, String> {
    let install = Install::parse(arguments.iter().cloned()).map_err(|error| error.to_string())?;
    let executable = std::env::current_exe().map_err(|error| error.to_string())?;
    let path = install
        .run(&executable)
        .map_err(|error| error.to_string())?;
    println!("{}", path.display());
    Ok(0)
}

fn serve(program: &str, file: &Path) -> Result<u8, String> {
    let connection = ConnectionFile::read(file).map_err(|error| error.to_string())?;
    let info = KernelInfo::new(
        "taipan",
        env!("CARGO_PKG_VERSION"),
        LanguageInfo::python("3.14.8"),
    );
    let program = program.to_owned();
    let options = taipan_kernel::Options::new(connection, info);
    let kernel = Kernel::start(options, move |startup| {
        let cx = start::for_front_end(&Options::default(), taipan_host::native(), &program, &[])?;
        cx.enter()
            .prepend_path(Wtf8::from_str(""))
            .map_err(|error| format!("sys.path: {error:?}"))?;
        let engine: Box<dyn Engine> = Box::new(SessionEngine::new(cx, startup)?);
        Ok(engine)
    })
    .map_err(|error| error.to_string())?;
    match kernel.wait().map_err(|error| error.to_string())? {
        Exit::Requested { .. } | Exit::ParentGone => Ok(0),
        Exit::Terminated => Ok(TERMINATED),
    }
}
