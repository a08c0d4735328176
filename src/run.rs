//! Runs a program: makes the isolate, starts it, runs `__main__`, ends it.
//!
//! CPython 3.14: `pymain_run_python` (`Modules/main.c`). Tests: `tests/cli/`.

use std::ffi::OsString;
use std::os::unix::ffi::OsStringExt as _;
use std::sync::Arc;
use std::time::Duration;

use taipan_host::signals::Disposition;
use taipan_host::{Host, Input, Output, SandboxConfig};
use taipan_text::{Wtf8, Wtf8Buf};
use taipan_vm::ctx::Ctx;
use taipan_vm::error::PyResult;
use taipan_vm::limits::Limit;
use taipan_vm::outside::text_of_bytes;
use taipan_vm::program::Ending;

use crate::options::{Options, Program};
use crate::{paths, start};

/// The status of a process whose last flush failed.
const FLUSH_FAILED: u8 = 120;
const SIGINT: i32 = 2;
/// On Linux and macOS.
const SIGXFSZ: i32 = 25;
/// The program exceeded a limit.
const STOPPED: u8 = 124;
/// How long a program that is over its time may take to notice.
const GRACE: Duration = Duration::from_millis(500);
/// 128 and the number of `SIGINT`, as a shell shows it.
const INTERRUPTED: u8 = 130;

/// Runs what the options name; returns the exit status.
pub(crate) fn run(options: &Options, program: &str, arguments: &[Wtf8Buf]) -> u8 {
    let host = match host(options, taipan_host::native()) {
        Ok(host) => host,
        Err(message) => return fail(program, &message),
    };
    let time = options
        .sandbox
        .as_ref()
        .and_then(|sandbox| sandbox.limits.time);
    if let Some(time) = time {
        end_late(program, time);
    }
    let isolate = match start::isolate(options, host, program, arguments) {
        Ok(isolate) => isolate,
        Err(message) => {
            eprintln!("Fatal Python error: {message}\n");
            return 1;
        }
    };
    let status = run_in(&isolate, options, program);
    if !isolate.enter().has_farewells() {
        // The process ends, and nobody could notice what a tidy end does before.
        std::mem::forget(isolate);
    }
    status
}

fn run_in(isolate: &Ctx, options: &Options, program: &str) -> u8 {
    let cx = isolate.enter();
    let inspect = cx.isolate().config().inspect;
    if let Err(error) = cx.start() {
        let ending = cx.end_program(Err(error));
        return status(&cx, ending, program);
    }
    let result = run_program(&cx, options, program);
    let prompts = inspect && options.program.is_some();
    let ending = match result {
        Ok(Outcome::Ran(Err(error))) if prompts => {
            // Even `SystemExit` is only shown: there is more to come.
            cx.print_exception(&error);
            Ending::Status(1)
        }
        Ok(Outcome::Ran(result)) => cx.end_program(result),
        Ok(Outcome::Status(code)) => Ending::Status(code),
        Ok(Outcome::Ended(ending)) => ending,
        Err(error) => cx.end_program(Err(error)),
    };
    let ending = if prompts {
        // Not on a terminal: that prompt is a front-end.
        cx.run_prompt().unwrap_or(Ending::Status(0))
    } else {
        ending
    };
    status(&cx, ending, program)
}

/// Runs the program whose names a terminal's prompt shall have. Its end does not end the process.
pub(crate) fn before_prompt(cx: &Ctx, options: &Options, program: &str) {
    let ran = match run_program(cx, options, program) {
        Ok(Outcome::Ran(result)) => result,
        Ok(Outcome::Status(_) | Outcome::Ended(_)) => return,
        Err(error) => Err(error),
    };
    if let Err(error) = ran {
        cx.print_exception(&error);
    }
}

fn fail(program: &str, message: &str) -> u8 {
    eprintln!("{program}: {message}");
    2
}

fn stopped(program: &str, limit: Limit) -> String {
    format!(
        "{program}: stopped: the limit of {} is exceeded",
        limit.name()
    )
}

/// Ends the process if a program in a wait that nothing interrupts (for its input) does not notice that its time is over.
fn end_late(program: &str, time: Duration) {
    let message = stopped(program, Limit::Time);
    let started = std::thread::Builder::new()
        .name("time".to_owned())
        .spawn(move || {
            std::thread::sleep(time.saturating_add(GRACE));
            eprintln!("{message}");
            std::process::exit(i32::from(STOPPED));
        });
    if let Err(error) = started {
        eprintln!("{program}: no thread can watch the time: {error}");
    }
}

/// Ends the process by `SIGINT`, so that a shell knows what happened.
fn end_by_signal(cx: &Ctx) {
    let host = cx.host();
    // Where this is refused, the exit status says it.
    let _ = host.set_disposition(SIGINT, Disposition::Default);
    if let Ok(process) = host.getpid() {
        let _ = host.kill(process, SIGINT);
    }
}

fn status(cx: &Ctx, ending: Ending, program: &str) -> u8 {
    let flushed = cx.finish_program();
    // Also while it waited for its threads, or flushed.
    let ending = cx.exceeded_limit().map_or(ending, Ending::Stopped);
    match ending {
        Ending::Interrupted => {
            end_by_signal(cx);
            INTERRUPTED
        }
        Ending::Stopped(limit) => {
            eprintln!("{}", stopped(program, limit));
            STOPPED
        }
        Ending::Status(_) if !flushed => FLUSH_FAILED,
        Ending::Status(code) => (code & 0xFF) as u8,
    }
}

/// The real machine, or with `--sandbox` one where nothing gets out but output.
pub(crate) fn host(options: &Options, native: Arc<dyn Host>) -> Result<Arc<dyn Host>, String> {
    let Some(sandbox) = &options.sandbox else {
        // A file that grows too large is an error, no end. (Rust's start has done the same for pipes.)
        native
            .set_disposition(SIGXFSZ, Disposition::Ignore)
            .map_err(|error| error.message().into_owned())?;
        return Ok(native);
    };
    let mut readable = Vec::new();
    for path in &sandbox.read {
        let path = paths::absolute(&*native, path.as_bytes());
        readable.push(OsString::from_vec(path).into());
    }
    if let Some(Program::File(file)) = &options.program {
        let path = paths::absolute(&*native, &bytes_of_text(file));
        let readable_path = if paths::is_folder(&*native, &path) {
            path
        } else {
            paths::parent(&path).to_owned()
        };
        readable.push(OsString::from_vec(readable_path).into());
    }
    let current = native.getcwd().map_err(|error| error.to_string())?;
    let config = SandboxConfig {
        readable,
        current_directory: String::from_utf8_lossy(&current).into_owned().into(),
        stdin: Input::Reader(Box::new(std::io::stdin())),
        stdout: Output::Writer(Box::new(std::io::stdout())),
        stderr: Output::Writer(Box::new(std::io::stderr())),
        output_limit: sandbox.output,
        executable: native.executable().unwrap_or_default(),
        ..SandboxConfig::default()
    };
    taipan_host::sandbox(config).map_err(|error| error.to_string())
}

/// What came of it.
enum Outcome {
    /// The program ran.
    Ran(PyResult<()>),
    /// There was nothing to run; the message is printed.
    Status(i32),
    /// The prompt ran.
    Ended(Ending),
}

fn run_program(cx: &Ctx, options: &Options, program: &str) -> PyResult<Outcome> {
    match &options.program {
        Some(Program::Command(command)) => match command.to_str() {
            Some(command) => Ok(Outcome::Ran(cx.run_command(command))),
            None => {
                cx.write_error_text("Unable to decode the command from the command line:\n");
                let command = cx.new_str(command.as_wtf8())?;
                Ok(Outcome::Ran(Err(cx.surrogates_not_allowed(&command))))
            }
        },
        Some(Program::Module(module)) => {
            let current = cx.host().getcwd().unwrap_or_default();
            cx.prepend_path(&text_of_bytes(&current))?;
            Ok(Outcome::Ran(cx.run_module(module, true)))
        }
        Some(Program::File(file)) => run_file(cx, options, program, file),
        Some(Program::Stdin) | None => {
            cx.prepend_path(Wtf8::from_str(""))?;
            if cx.isolate().config().inspect {
                if !cx.isolate().config().quiet {
                    cx.write_error_text(&banner());
                }
                run_startup(cx);
                let ending = cx.run_prompt();
                return Ok(Outcome::Ended(ending.unwrap_or(Ending::Status(0))));
            }
            let source = read_descriptor(cx, 0);
            Ok(Outcome::Ran(
                cx.run_source(&source, Wtf8::from_str("<stdin>")),
            ))
        }
    }
}

fn run_file(cx: &Ctx, options: &Options, program: &str, file: &Wtf8) -> PyResult<Outcome> {
    let bytes = bytes_of_text(file);
    let path = paths::absolute(cx.host(), &bytes);
    let shown = text_of_bytes(&path);
    let is_folder = paths::is_folder(cx.host(), &path);
    if (is_folder || !looks_like_source(file)) && cx.has_importer(file)? {
        cx.insert_path(&shown)?;
        return Ok(Outcome::Ran(cx.run_module("__main__", false)));
    }
    if is_folder {
        let shown = shown.to_string_lossy();
        eprintln!("{program}: '{shown}' is a directory, cannot continue");
        return Ok(Outcome::Status(1));
    }
    let fd = match cx
        .host()
        .open(taipan_host::AT_CWD, &bytes, taipan_host::OpenFlags::READ, 0)
    {
        Ok(fd) => fd,
        Err(error) => {
            let shown = shown.to_string_lossy();
            eprintln!(
                "{program}: can't open file '{shown}': [Errno {}] {}",
                error.errno,
                error.message()
            );
            return Ok(Outcome::Status(2));
        }
    };
    let mut source = read_descriptor(cx, fd);
    // Closing what was only read cannot lose anything.
    let _ = cx.host().close(fd);
    if options.skip_first_line {
        let end = source
            .iter()
            .position(|&byte| byte == b'\n')
            .unwrap_or(source.len());
        // The newline stays, so that line numbers do.
        source.drain(..end);
    }
    let real = paths::real_path(cx.host(), &path);
    cx.prepend_path(&text_of_bytes(paths::parent(&real)))?;
    cx.audit("cpython.run_file", &[cx.new_str(file)?.into_value()])?;
    let full = text_of_bytes(&paths::joined(cx.host(), &bytes));
    if is_compiled(file, &source) {
        return Ok(Outcome::Ran(cx.run_compiled(&source, &full)));
    }
    Ok(Outcome::Ran(cx.run_file(&source, &full)))
}

/// Runs the file that `PYTHONSTARTUP` names before the first prompt.
pub(crate) fn run_startup(cx: &Ctx) {
    if cx.isolate().config().ignore_environment {
        return;
    }
    let Some(file) = cx.host().getenv(b"PYTHONSTARTUP").ok().flatten() else {
        return;
    };
    if file.is_empty() {
        return;
    }
    let name = text_of_bytes(&file);
    let opened = cx
        .host()
        .open(taipan_host::AT_CWD, &file, taipan_host::OpenFlags::READ, 0);
    match opened {
        Ok(fd) => {
            let source = read_descriptor(cx, fd);
            // Closing what was only read cannot lose anything.
            let _ = cx.host().close(fd);
            if let Err(error) = cx.run_source(&source, &name) {
                cx.print_exception(&error);
            }
        }
        Err(error) => {
            cx.write_error_text("Could not open PYTHONSTARTUP\n");
            let error = match cx.new_str(&*name) {
                Ok(path) => cx.os_error_with_path(error, path.as_value()),
                Err(error) => error,
            };
            cx.print_exception(&error);
        }
    }
}

/// The bytes that an argument was given as.
fn bytes_of_text(text: &Wtf8) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(text.len());
    for point in text.code_points() {
        match point.to_u32() {
            // A byte that is not UTF-8.
            number @ 0xDC80..=0xDCFF => bytes.push((number - 0xDC00) as u8),
            _ => bytes.extend_from_slice(point.encode(&mut [0; 4])),
        }
    }
    bytes
}

/// What a prompt says first.
fn banner() -> String {
    format!(
        "Python {} on linux\nType \"help\", \"copyright\", \"credits\" or \"license\" for more information.\n",
        taipan_vm::version()
    )
}

/// Whether the name alone says that a file is no archive; saves the search for an importer.
fn looks_like_source(file: &Wtf8) -> bool {
    file.as_bytes().ends_with(b".py")
}

/// Whether a file is a `.pyc` file, by its name or else by the half of the magic number that line ends cannot change.
fn is_compiled(file: &Wtf8, content: &[u8]) -> bool {
    let [first, second, ..] = taipan_compiler::marshal::MAGIC_NUMBER;
    file.as_bytes().ends_with(b".pyc") || content.starts_with(&[first, second])
}

fn read_descriptor(cx: &Ctx, fd: i32) -> Vec<u8> {
    let mut content = Vec::new();
    let mut buffer = vec![0; 64 << 10];
    while let Ok(count) = cx.host().read(fd, &mut buffer)
        && count > 0
    {
        content.extend_from_slice(&buffer[..count]);
    }
    content
}
