//! Makes the isolate of a process: settings from the command line, the library, the native modules.
//!
//! CPython 3.14: `pymain_init` (`Modules/main.c`). Programs, the prompt and the kernel all start here. Tests: `tests/cli/`.

use std::sync::Arc;

use taipan_host::Host;
use taipan_text::Wtf8Buf;
use taipan_vm::ctx::Ctx;
use taipan_vm::isolate::Settings;

use crate::configuration;
use crate::options::Options;

/// Makes an isolate; it is not started. To be called on the thread that will run its code.
///
/// # Errors
/// The message for an option or variable that makes no sense.
pub(crate) fn isolate(
    options: &Options,
    host: Arc<dyn Host>,
    program: &str,
    arguments: &[Wtf8Buf],
) -> Result<Box<Ctx>, String> {
    let (config, hash_seed) = configuration::read(options, &*host, program, arguments)?;
    let settings = Settings {
        hash_seed,
        config,
        limits: options
            .sandbox
            .as_ref()
            .map(|sandbox| sandbox.limits)
            .unwrap_or_default(),
        modules: taipan_stdlib::MODULES,
        library: Some(Arc::new(taipan_lib::Frozen)),
        ..Settings::new(host)
    };
    Ok(Ctx::new(&settings))
}

/// An isolate that is up, for the rest of the process.
///
/// # Errors
/// Why there is none; an exception at the start is printed.
pub(crate) fn for_front_end(
    options: &Options,
    host: Arc<dyn Host>,
    program: &str,
    arguments: &[Wtf8Buf],
) -> Result<&'static Ctx, String> {
    let cx = isolate(options, host, program, arguments)?;
    let cx: &'static Ctx = Box::leak(cx);
    let entered = cx.enter();
    if let Err(error) = entered.start() {
        entered.end_program(Err(error));
        return Err("the interpreter cannot start".to_owned());
    }
    Ok(cx)
}
