//! `timezone`, `altzone`, `daylight` and `tzname`: the local zone as it is in January and July.
//!
//! CPython 3.14: `init_timezone` (`Modules/timemodule.c`).

use taipan_macros::pyfunction;
use taipan_vm::ctx::Ctx;
use taipan_vm::error::PyResult;
use taipan_vm::objects::Module;
use taipan_vm::value::{Py, Value};

/// Seconds of a mean year.
const YEAR: i64 = (365 * 24 + 6) * 3600;

/// Initialize, or reinitialize, the local timezone to the value stored in
/// os.environ['TZ'].
///
/// The TZ environment variable should be specified in standard Unix timezone
/// format as documented in the tzset man page. If the TZ environment variable
/// is not set or is invalid, the local timezone falls back to UTC.
#[pyfunction(signature = (), pass_module, text_signature = "($self, /)")]
pub(super) fn tzset(cx: &Ctx, module: &Py<Module>) -> PyResult<()> {
    cx.host().tzset().map_err(|error| cx.os_error(error))?;
    set_constants(cx, module)
}

/// Sets the module's zone constants.
pub(super) fn set_constants(cx: &Ctx, module: &Py<Module>) -> PyResult<()> {
    let now = cx
        .host()
        .clock_gettime(libc::CLOCK_REALTIME)
        .map_err(|error| cx.os_error(error))?;
    let january = now.secs / YEAR * YEAR;
    let (january_name, january_offset) = zone_at(cx, january)?;
    let (july_name, july_offset) = zone_at(cx, january + YEAR / 2)?;
    // Seconds west of UTC; the larger is standard time, which is winter in the north.
    let (names, standard, summer) = if january_offset < july_offset {
        ([july_name, january_name], july_offset, january_offset)
    } else {
        ([january_name, july_name], january_offset, july_offset)
    };
    let dict = module.dict(cx);
    let set = |name: &str, value: Value| dict.set_str(&cx.intern(name), value);
    set("timezone", cx.new_int(standard));
    set("altzone", cx.new_int(summer));
    set("daylight", cx.new_int(i64::from(standard != summer)));
    set("tzname", cx.new_tuple(names.to_vec()).into_value());
    Ok(())
}

/// Name and seconds west of UTC at a point of time.
fn zone_at(cx: &Ctx, seconds: i64) -> PyResult<(Value, i64)> {
    let fields = cx
        .host()
        .localtime(seconds)
        .map_err(|error| cx.os_error(error))?;
    let name = fields.zone.as_deref().unwrap_or(b"   ");
    Ok((cx.fs_decode(name)?, -fields.gmtoff))
}
