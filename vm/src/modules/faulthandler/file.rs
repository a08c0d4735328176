//! Where a dump goes: a descriptor, and the file that keeps it open.

use crate::ctx::Ctx;
use crate::error::PyResult;
use crate::native::bind::Optional;
use crate::value::Value;

#[derive(Clone)]
pub(super) struct Target {
    pub(super) fd: i32,
    #[expect(dead_code, reason = "kept, lest its descriptor be closed")]
    file: Option<Value>,
}

impl Target {
    /// The target that an argument names: a descriptor, a file, or `sys.stderr` without one.
    ///
    /// # Errors
    /// `RuntimeError` if `sys.stderr` is gone, `ValueError` for a descriptor that makes no sense, or what `fileno` raises.
    pub(super) fn of(cx: &Ctx, argument: Optional<&Value>) -> PyResult<Self> {
        let file = match argument.given().filter(|file| !file.is_none()) {
            Some(file) => file.clone(),
            None => {
                let sys = cx.import_name("sys")?;
                let stderr = cx.find_attr(&sys, &cx.intern("stderr"))?;
                let stderr = stderr.ok_or_else(|| cx.runtime_error("unable to get sys.stderr"))?;
                if stderr.is_none() {
                    return Err(cx.runtime_error("sys.stderr is None"));
                }
                stderr
            }
        };
        if file.as_int().is_some() {
            if file.is(&Value::bool(true)) || file.is(&Value::bool(false)) {
                cx.warn(
                    &cx.types().runtime_warning,
                    "bool is used as a file descriptor",
                )?;
            }
            let fd = i32::try_from(&cx.to_bigint(&file)?).unwrap_or(-1);
            if fd < 0 {
                return Err(cx.value_error("file is not a valid file descriptor"));
            }
            return Ok(Self { fd, file: None });
        }
        let number = cx.call_method(&file, &cx.intern("fileno"), &[])?;
        let fd = match number.as_int() {
            Some(_) => i32::try_from(&cx.to_bigint(&number)?).unwrap_or(-1),
            None => -1,
        };
        if fd < 0 {
            return Err(cx.runtime_error("file.fileno() is not a valid file descriptor"));
        }
        // What the program wrote comes first; if that fails, the dump is still wanted.
        let _ = cx.call_method(&file, &cx.intern("flush"), &[]);
        Ok(Self {
            fd,
            file: Some(file),
        })
    }
}
