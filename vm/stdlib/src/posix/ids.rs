//! User and group numbers as arguments.
//!
//! CPython 3.14: `_Py_Uid_Converter`, `_Py_Gid_Converter` (`Modules/posixmodule.c`). -1 means "leave as it is".

use taipan_vm::ctx::Ctx;
use taipan_vm::error::PyResult;
use taipan_vm::native::{ArgSite, FromArg};
use taipan_vm::value::Value;

#[derive(Clone, Copy)]
pub(crate) struct Uid(pub(crate) u32);

#[derive(Clone, Copy)]
pub(crate) struct Gid(pub(crate) u32);

impl Uid {
    /// `None` for -1.
    pub(super) fn given(self) -> Option<u32> {
        (self.0 != u32::MAX).then_some(self.0)
    }
}

impl Gid {
    /// `None` for -1.
    pub(super) fn given(self) -> Option<u32> {
        (self.0 != u32::MAX).then_some(self.0)
    }
}

fn convert(cx: &Ctx, value: &Value, what: &str) -> PyResult<u32> {
    if cx.class_of(value).slots.index.get().is_none() {
        return Err(cx.type_error(format!(
            "{what} should be integer, not {}",
            cx.type_name(value)
        )));
    }
    let number = cx.to_clamped_size(value)?;
    match u32::try_from(number) {
        Ok(id) if id != u32::MAX => Ok(id),
        _ if number == -1 => Ok(u32::MAX),
        _ => Err(cx.overflow_error(if number < 0 {
            format!("{what} is less than minimum")
        } else {
            format!("{what} is greater than maximum")
        })),
    }
}

impl FromArg<'_> for Uid {
    fn from_arg(cx: &Ctx, value: &Value, _: &ArgSite) -> PyResult<Self> {
        convert(cx, value, "uid").map(Uid)
    }
}

impl FromArg<'_> for Gid {
    fn from_arg(cx: &Ctx, value: &Value, _: &ArgSite) -> PyResult<Self> {
        convert(cx, value, "gid").map(Gid)
    }
}
