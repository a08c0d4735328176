//! Options and environment variables as the configuration of an isolate.
//!
//! CPython 3.14: `config_read` (`Python/initconfig.c`). Tests: `tests/cli/`.

use taipan_host::Host;
use taipan_text::{Wtf8, Wtf8Buf};
use taipan_vm::config::Config;

use crate::options::{Options, Program};
use crate::paths;

/// The configuration, and the seed of hashes.
///
/// # Errors
/// The message for a value that makes no sense.
pub(crate) fn read(
    options: &Options,
    host: &dyn Host,
    program: &str,
    arguments: &[Wtf8Buf],
) -> Result<(Config, Option<u32>), String> {
    let bytes = |name: &str| -> Option<Vec<u8>> {
        if options.ignore_environment {
            return None;
        }
        let value = host.getenv(name.as_bytes()).ok().flatten()?;
        Some(value).filter(|value| !value.is_empty())
    };
    let variable =
        |name: &str| bytes(name).map(|value| String::from_utf8_lossy(&value).into_owned());
    let flag = |name: &str| variable(name).is_some();
    // A variable that is a number, or else counts as 1.
    let level = |name: &str| variable(name).map_or(0, |value| value.parse::<u8>().unwrap_or(1));
    let mut config = Config {
        argv: argv(options),
        orig_argv: std::iter::once(Wtf8Buf::from_string(program.to_owned()))
            .chain(arguments.iter().cloned())
            .collect(),
        debug: options.debug.max(level("PYTHONDEBUG")),
        handles_signals: true,
        inspect: options.inspect > 0 || flag("PYTHONINSPECT"),
        interactive: options.inspect > 0,
        optimize: options.optimize.max(level("PYTHONOPTIMIZE")),
        dont_write_bytecode: options.dont_write_bytecode || flag("PYTHONDONTWRITEBYTECODE"),
        no_user_site: options.no_user_site || flag("PYTHONNOUSERSITE"),
        no_site: options.no_site,
        ignore_environment: options.ignore_environment,
        verbose: options.verbose.max(level("PYTHONVERBOSE")),
        bytes_warning: options.bytes_warning,
        quiet: options.quiet,
        isolated: options.isolated,
        safe_path: options.safe_path || flag("PYTHONSAFEPATH"),
        buffered_stdio: !(options.unbuffered || flag("PYTHONUNBUFFERED")),
        x_options: options.x_options.clone(),
        dev_mode: options.x_option("dev").is_some() || flag("PYTHONDEVMODE"),
        warn_default_encoding: options.x_option("warn_default_encoding").is_some()
            || flag("PYTHONWARNDEFAULTENCODING"),
        faulthandler: options.x_option("faulthandler").is_some()
            || options.x_option("dev").is_some()
            || flag("PYTHONFAULTHANDLER")
            || flag("PYTHONDEVMODE"),
        code_debug_ranges: options.x_option("no_debug_ranges").is_none()
            && !flag("PYTHONNODEBUGRANGES"),
        ..Config::default()
    };
    config.utf8_mode = match options.x_option("utf8") {
        Some(None | Some("1")) => true,
        Some(Some("0")) => false,
        Some(Some(_)) => return Err(invalid_utf8("-X utf8 option")),
        None => match variable("PYTHONUTF8").as_deref() {
            None | Some("0") => false,
            Some("1") => true,
            Some(_) => return Err(invalid_utf8("PYTHONUTF8 environment variable")),
        },
    };
    let option = options.x_option("int_max_str_digits");
    let digits = option
        .map(|value| {
            (
                "-X int_max_str_digits",
                value.unwrap_or_default().to_owned(),
            )
        })
        .or_else(|| Some(("PYTHONINTMAXSTRDIGITS", variable("PYTHONINTMAXSTRDIGITS")?)));
    if let Some((origin, digits)) = digits {
        config.int_max_str_digits = match digits.parse() {
            Ok(0) => 0,
            Ok(digits) if digits >= 640 => digits,
            _ => {
                return Err(fatal(
                    "config_init_int_max_str_digits",
                    &format!("{origin}: invalid limit; must be >= 640 or 0 for unlimited."),
                ));
            }
        };
    }
    config.import_time = import_time(options, variable("PYTHONPROFILEIMPORTTIME"))?;
    if let Some(check) = &options.check_hash_based_pycs {
        config.check_hash_based_pycs.clone_from(check);
    }
    config.pycache_prefix = options
        .x_option("pycache_prefix")
        .map(|value| value.map(str::to_owned).filter(|value| !value.is_empty()))
        .unwrap_or_else(|| variable("PYTHONPYCACHEPREFIX"));
    let count = options
        .x_option("cpu_count")
        .map(|value| value.unwrap_or_default().to_owned())
        .or_else(|| variable("PYTHON_CPU_COUNT"));
    config.cpu_count = match count.as_deref() {
        None | Some("default") => None,
        Some(count) => match count.parse() {
            Ok(count) if count > 0 => Some(count),
            _ => {
                return Err(fatal(
                    "config_init_cpu_count",
                    "-X cpu_count=n option: n is missing or an invalid number, n must be greater than 0",
                ));
            }
        },
    };
    if let Some(value) = variable("PYTHONIOENCODING") {
        let (encoding, errors) = value.split_once(':').unwrap_or((&value, ""));
        let given = |text: &str| Some(text.to_owned()).filter(|text| !text.is_empty());
        config.stdio_encoding = given(encoding);
        // Whoever names the encoding wants no guesses either.
        config.stdio_errors =
            given(errors).or_else(|| given(encoding).map(|_| "strict".to_owned()));
    }
    config.warn_options = warn_options(options, &config, variable("PYTHONWARNINGS"));
    let seed = variable("PYTHONHASHSEED").filter(|_| !options.hash_randomization);
    let seed = match seed.as_deref() {
        None | Some("random") => None,
        Some(text) => Some(text.parse::<u32>().map_err(|_| {
            fatal(
                "config_init_hash_seed",
                "PYTHONHASHSEED must be \"random\" or an integer in range [0; 4294967295]",
            )
        })?),
    };
    config.hash_randomization = seed != Some(0);
    let environment = paths::Environment {
        home: bytes("PYTHONHOME"),
        path: bytes("PYTHONPATH")
            .map(|path| {
                path.split(|&byte| byte == b':')
                    .map(<[u8]>::to_vec)
                    .collect()
            })
            .unwrap_or_default(),
    };
    paths::find(&mut config, host, program, &environment);
    Ok((config, seed))
}

/// `-X importtime`, or else the variable.
fn import_time(options: &Options, variable: Option<String>) -> Result<u8, String> {
    match options.x_option("importtime") {
        // What is no number counts as 1.
        Some(value) => match value.map_or(Ok(1), str::parse::<i64>) {
            Ok(2) => Ok(2),
            Ok(1) | Err(_) => Ok(1),
            Ok(_) => Err(fatal(
                "config_init_import_time",
                "-X importtime: values other than 1 and 2 are reserved for future use.",
            )),
        },
        None => match variable.map(|value| value.parse::<i64>().unwrap_or(1)) {
            None => Ok(0),
            Some(1) => Ok(1),
            Some(2) => Ok(2),
            Some(_) => Err(fatal(
                "config_init_import_time",
                "PYTHONPROFILEIMPORTTIME: numeric values other than 1 and 2 are reserved for future use.",
            )),
        },
    }
}

/// The message for an error of the second half of the start, in the words of CPython's function.
fn fatal(function: &str, message: &str) -> String {
    format!("{function}: {message}\nPython runtime state: preinitialized")
}

fn invalid_utf8(origin: &str) -> String {
    format!(
        "preconfig_init_utf8_mode: invalid {origin} value\nPython runtime state: preinitializing"
    )
}

/// `sys.argv` at the start; the first entry of a module is replaced when it is found.
fn argv(options: &Options) -> Vec<Wtf8Buf> {
    let first = match &options.program {
        Some(Program::Command(_)) => Wtf8::from_str("-c"),
        Some(Program::Module(_)) => Wtf8::from_str("-m"),
        Some(Program::File(file)) => file,
        Some(Program::Stdin) => Wtf8::from_str("-"),
        None => Wtf8::from_str(""),
    };
    std::iter::once(first.to_owned())
        .chain(options.arguments.iter().cloned())
        .collect()
}

/// The filters, the most important last.
fn warn_options(options: &Options, config: &Config, variable: Option<String>) -> Vec<String> {
    let mut filters = Vec::new();
    if config.dev_mode {
        filters.push("default".to_owned());
    }
    if let Some(variable) = variable {
        filters.extend(variable.split(',').map(str::to_owned));
    }
    filters.extend(options.warnings.iter().cloned());
    match options.bytes_warning {
        0 => {}
        1 => filters.push("default::BytesWarning".to_owned()),
        _ => filters.push("error::BytesWarning".to_owned()),
    }
    filters
}
