//! `syslog`: the system's log.
//!
//! CPython 3.14: `Modules/syslogmodule.c`. Tests: `tests/run/syslog/`.

use std::cell::Cell;

use taipan_macros::{pyfunction, pymodule};
use taipan_vm::ctx::Ctx;
use taipan_vm::error::PyResult;
use taipan_vm::native::ModuleBuilder;
use taipan_vm::native::bind::Optional;
use taipan_vm::objects::{List, Str};
use taipan_vm::value::{Py, Value};

/// Whether the isolate has opened the log.
#[derive(Default)]
struct Log {
    is_open: Cell<bool>,
}

/// The script's name without its folders, as the log's mark.
fn script_name(cx: &Ctx) -> PyResult<Option<Py<Str>>> {
    let argv = crate::modules::import_from(cx, "sys", "argv")?;
    if argv.downcast_ref::<List>().is_none() {
        return Ok(None);
    }
    let Some(script) = cx.collect(&argv)?.into_iter().next() else {
        return Ok(None);
    };
    let Some(text) = script.downcast_ref::<Str>() else {
        return Ok(None);
    };
    let text = text.to_string_lossy();
    let name = text.rsplit('/').next().unwrap_or_default();
    if name.is_empty() {
        return Ok(None);
    }
    cx.new_str(name).map(Some)
}

fn open(cx: &Ctx, ident: Option<&Py<Str>>, options: i32, facility: i32) -> PyResult<()> {
    let ident = match ident {
        Some(ident) => Some(ident.clone()),
        None => script_name(cx)?,
    };
    let shown = ident.as_ref().map_or(Value::NONE, Py::to_value);
    cx.audit(
        "syslog.openlog",
        &[
            shown,
            cx.new_int(i64::from(options)),
            cx.new_int(i64::from(facility)),
        ],
    )?;
    let ident = match &ident {
        Some(ident) => Some(text(cx, ident)?),
        None => None,
    };
    cx.blocking(|host| host.openlog(ident.as_deref(), options, facility))
        .map_err(|error| cx.os_error(error))?;
    cx.state::<Log>().is_open.set(true);
    Ok(())
}

/// UTF-8 up to a NUL, where C's text ends.
fn text(cx: &Ctx, text: &Py<Str>) -> PyResult<Vec<u8>> {
    let bytes = cx.fs_encode(text.as_wtf8())?;
    Ok(bytes
        .split(|byte| *byte == 0)
        .next()
        .unwrap_or_default()
        .to_vec())
}

/// Set logging options of subsequent syslog() calls.
#[pyfunction(
    signature = (ident = Optional::Missing, logoption = 0, facility = libc::LOG_USER),
    text_signature = "($module, /, ident=<unrepresentable>, logoption=0,\n        facility=LOG_USER)"
)]
fn openlog(cx: &Ctx, ident: Optional<&Py<Str>>, logoption: i32, facility: i32) -> PyResult<()> {
    open(cx, ident.given(), logoption, facility)
}

/// syslog([priority=LOG_INFO,] message)
/// Send the string message to the system logger.
#[pyfunction(signature = (*args), text_signature = None)]
fn syslog(cx: &Ctx, args: &[Value]) -> PyResult<()> {
    let (priority, message, place) = match args {
        [message] => (libc::LOG_INFO, message, 1),
        [priority, message] => {
            let number = i32::try_from(&cx.to_bigint(priority)?)
                .map_err(|_| cx.overflow_error("Python int too large to convert to C int"))?;
            (number, message, 2)
        }
        _ => return Err(cx.type_error("syslog.syslog requires 1 to 2 arguments")),
    };
    let Some(message) = message.downcast_ref::<Str>() else {
        return Err(cx.type_error(format!(
            "syslog() argument {place} must be str, not {}",
            cx.type_name_for_argument(message)
        )));
    };
    let line = text(cx, message)?;
    cx.audit(
        "syslog.syslog",
        &[cx.new_int(i64::from(priority)), message.to_value()],
    )?;
    if !cx.state::<Log>().is_open.get() {
        open(cx, None, 0, libc::LOG_USER)?;
    }
    cx.blocking(|host| host.syslog(priority, &line))
        .map_err(|error| cx.os_error(error))
}

/// Reset the syslog module values and call the system library closelog().
#[pyfunction]
fn closelog(cx: &Ctx) -> PyResult<()> {
    cx.audit("syslog.closelog", &[])?;
    if cx.state::<Log>().is_open.replace(false) {
        cx.blocking(|host| host.closelog())
            .map_err(|error| cx.os_error(error))?;
    }
    Ok(())
}

/// Set the priority mask to maskpri and return the previous mask value.
#[pyfunction]
fn setlogmask(cx: &Ctx, maskpri: i32) -> PyResult<i32> {
    cx.audit("syslog.setlogmask", &[cx.new_int(i64::from(maskpri))])?;
    cx.blocking(|host| host.setlogmask(maskpri))
        .map_err(|error| cx.os_error(error))
}

/// Calculates the mask for the individual priority pri.
#[pyfunction]
#[expect(non_snake_case, reason = "the function's name for Python")]
fn LOG_MASK(pri: i32) -> i32 {
    1_i32.wrapping_shl(pri as u32)
}

/// Calculates the mask for all priorities up to and including pri.
#[pyfunction]
#[expect(non_snake_case, reason = "the function's name for Python")]
fn LOG_UPTO(pri: i32) -> i32 {
    1_i32
        .wrapping_shl(pri.wrapping_add(1) as u32)
        .wrapping_sub(1)
}

#[pymodule(name = "syslog")]
pub(crate) fn syslog_module(_cx: &Ctx, m: &ModuleBuilder) -> PyResult<()> {
    for def in [
        &openlog::DEF,
        &closelog::DEF,
        &syslog::DEF,
        &setlogmask::DEF,
        &LOG_MASK::DEF,
        &LOG_UPTO::DEF,
    ] {
        m.function(def)?;
    }
    platform_constants! { m;
        LOG_ALERT LOG_AUTH LOG_AUTHPRIV LOG_CONS LOG_CRIT LOG_CRON LOG_DAEMON LOG_DEBUG LOG_EMERG LOG_ERR LOG_FTP LOG_INFO
        LOG_KERN LOG_LOCAL0 LOG_LOCAL1 LOG_LOCAL2 LOG_LOCAL3 LOG_LOCAL4 LOG_LOCAL5 LOG_LOCAL6 LOG_LOCAL7 LOG_LPR LOG_MAIL
        LOG_NDELAY LOG_NEWS LOG_NOTICE LOG_NOWAIT LOG_ODELAY LOG_PERROR LOG_PID LOG_SYSLOG LOG_USER LOG_UUCP LOG_WARNING
    }
    Ok(())
}
