//! The profiler's timer: the performance counter, or a function of the program.

use taipan_vm::ctx::Ctx;
use taipan_vm::error::PyResult;
use taipan_vm::heap::Visitor;
use taipan_vm::value::Value;

use crate::seconds::{Round, monotonic, nanoseconds};

const NANOSECOND: f64 = 1e-9;

#[derive(Clone, Default)]
pub(super) struct Clock {
    function: Option<Value>,
    /// Seconds of a unit of the function's integers; 0 if it returns seconds.
    unit: f64,
}

impl Clock {
    pub(super) fn new(function: Option<Value>, unit: f64) -> Self {
        Self { function, unit }
    }

    pub(super) fn visit(&self, visit: &mut Visitor<'_>) {
        self.function.iter().for_each(visit);
    }

    /// How many seconds a unit of [`Clock::now`] has.
    pub(super) fn unit(&self) -> f64 {
        if self.function.is_some() && self.unit > 0.0 {
            self.unit
        } else {
            NANOSECOND
        }
    }

    /// The time now. What goes wrong is told to `sys.unraisablehook`, and the time is 0.
    pub(super) fn now(&self, cx: &Ctx) -> i64 {
        let Some(function) = &self.function else {
            // A host without a clock profiles calls only.
            return monotonic(cx).map_or(0, |now| now.as_nanos() as i64);
        };
        match self.ask(cx, function) {
            Ok(now) => now,
            Err(error) => {
                let message = "Exception ignored while calling _lsprof timer";
                cx.report_unraisable(&error, Some(message), function);
                0
            }
        }
    }

    fn ask(&self, cx: &Ctx, function: &Value) -> PyResult<i64> {
        let answer = cx.call(function, &[])?;
        if self.unit > 0.0 {
            let Some(number) = answer.as_int() else {
                let name = cx.type_name(&answer);
                return Err(cx.type_error(format!("expect int, got {name}")));
            };
            return i64::try_from(&*number.to_bigint())
                .map_err(|_| cx.overflow_error("Python int too large to convert to C PyTime_t"));
        }
        if answer.as_float().is_none() && answer.as_int().is_none() {
            let name = cx.type_name(&answer);
            return Err(cx.type_error(format!(
                "'{name}' object cannot be interpreted as an integer or float"
            )));
        }
        nanoseconds(cx, &answer, Round::Floor)
    }
}
