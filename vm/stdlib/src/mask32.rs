//! An integer argument of which only the low 32 bits count.
//!
//! CPython 3.14: `unsigned_int(bitwise=True)` of Argument Clinic.

use num_bigint::Sign;
use taipan_vm::ctx::Ctx;
use taipan_vm::error::PyResult;
use taipan_vm::native::{ArgSite, FromArg};
use taipan_vm::value::Value;

pub(crate) struct Mask32(pub(crate) u32);

impl FromArg<'_> for Mask32 {
    fn from_arg(cx: &Ctx, value: &Value, _: &ArgSite) -> PyResult<Self> {
        let number = cx.to_bigint(value)?;
        let bytes = number.to_signed_bytes_le();
        let fill = if number.sign() == Sign::Minus {
            0xFF
        } else {
            0
        };
        let byte = |index: usize| bytes.get(index).copied().unwrap_or(fill);
        Ok(Self(u32::from_le_bytes([
            byte(0),
            byte(1),
            byte(2),
            byte(3),
        ])))
    }
}
