//! The sub-commands: `repl`, `kernel` and `lsp`.

use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;

use taipan_kernel::install::Install;
use taipan_kernel::messages::{KernelInfo, LanguageInfo};
use taipan_kernel::{ConnectionFile, Engine, Exit, Kernel, SessionEngine};
use taipan_vm::ctx::Ctx;
use taipan_vm::isolate::Settings;

use crate::{configuration, options};

/// Ended by SIGTERM, as a shell shows it.
const TERMINATED: u8 = 143;

/// Runs a sub-command; `None` if there is none of this name.
pub(crate) fn run(name: &str, program: &str, arguments: &[String]) -> Option<ExitCode> {
    let result = match name {
        "repl" => repl(program),
        "kernel" => kernel(program, arguments),
        "lsp" => Ok(taipan_lsp::run_stdio(
            taipan_lsp::Options::from_environment(),
        )),
        _ => return None,
    };
    Some(match result {
        Ok(status) => ExitCode::from(status),
        Err(message) => {
            eprintln!("{program} {name}: {message}");
            ExitCode::from(2)
        }
    })
}

/// An isolate that is up, for the rest of the process. Called on the thread that will use it.
fn isolate(program: &str) -> Result<&'static Ctx, String> {
    let options = options::parse(&[])?;
    let host = taipan_host::native();
    let (config, hash_seed) = configuration::read(&options, &*host, program, &[])?;
    let settings = Settings {
        hash_seed,
        config,
        modules: taipan_stdlib::MODULES,
        library: Some(Arc::new(taipan_lib::Frozen)),
        ..Settings::new(host)
    };
    let cx: &'static Ctx = Box::leak(Ctx::new(&settings));
    let entered = cx.enter();
    entered
        .start()
        .map_err(|error| format!("the interpreter cannot start: {error:?}"))?;
    Ok(cx)
}

fn repl(program: &str) -> Result<u8, String> {
    let history = std::env::var_os("HOME").map(|home| PathBuf::from(home).join(".taipan_history"));
    let options = taipan_repl::Options {
        history,
        colors: std::env::var_os("NO_COLOR").is_none(),
    };
    println!("Taipan {} (Python 3.14)", env!("CARGO_PKG_VERSION"));
    let program = program.to_owned();
    let make = move || {
        let cx = isolate(&program)?;
        taipan_repl::SessionEngine::new(cx)
            .map_err(|error| format!("the session cannot start: {error:?}"))
    };
    let code = taipan_repl::run(make, &options).map_err(|error| error.to_string())?;
    Ok((code & 0xFF) as u8)
}

fn kernel(program: &str, arguments: &[String]) -> Result<u8, String> {
    if arguments.first().is_some_and(|first| first == "install") {
        let install =
            Install::parse(arguments.iter().skip(1).cloned()).map_err(|error| error.to_string())?;
        let executable = std::env::current_exe().map_err(|error| error.to_string())?;
        let path = install
            .run(&executable)
            .map_err(|error| error.to_string())?;
        println!("{}", path.display());
        return Ok(0);
    }
    let [flag, file] = arguments else {
        return Err("usage: taipan kernel -f CONNECTION_FILE | install [OPTIONS]".to_owned());
    };
    if flag != "-f" {
        return Err("usage: taipan kernel -f CONNECTION_FILE | install [OPTIONS]".to_owned());
    }
    let connection = ConnectionFile::read(Path::new(file)).map_err(|error| error.to_string())?;
    let info = KernelInfo::new(
        "taipan",
        env!("CARGO_PKG_VERSION"),
        LanguageInfo::python("3.14.8"),
    );
    let program = program.to_owned();
    let options = taipan_kernel::Options::new(connection, info);
    let kernel = Kernel::start(options, move |startup| {
        let cx = isolate(&program)?;
        let engine: Box<dyn Engine> = Box::new(SessionEngine::new(cx, startup)?);
        Ok(engine)
    })
    .map_err(|error| error.to_string())?;
    match kernel.wait().map_err(|error| error.to_string())? {
        Exit::Requested { .. } | Exit::ParentGone => Ok(0),
        Exit::Terminated => Ok(TERMINATED),
    }
}
