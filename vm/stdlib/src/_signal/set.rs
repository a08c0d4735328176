//! Sets of signals as arguments and results.

use taipan_host::SignalSet;
use taipan_vm::ctx::Ctx;
use taipan_vm::error::PyResult;
use taipan_vm::native::{ArgSite, FromArg};
use taipan_vm::objects::set::SetData;
use taipan_vm::value::Value;

use super::SIGNAL_COUNT;

/// An argument: an iterable of signal numbers.
pub(super) struct Set(pub(super) SignalSet);

impl FromArg<'_> for Set {
    fn from_arg(cx: &Ctx, value: &Value, _: &ArgSite) -> PyResult<Self> {
        let mut set = SignalSet::default();
        let mut items = cx.iterate(value)?;
        while let Some(item) = items.next(cx)? {
            let number = cx.to_clamped_size(&item)?;
            let signal = i32::try_from(number)
                .ok()
                .filter(|signal| (1..SIGNAL_COUNT).contains(signal));
            let Some(signal) = signal else {
                return Err(cx.value_error(format!(
                    "signal number {number} out of range [1; {}]",
                    SIGNAL_COUNT - 1
                )));
            };
            let is_valid = cx
                .host()
                .valid_signals()
                .is_ok_and(|valid| valid.contains(signal));
            if is_valid {
                set = set.with(signal);
            } else {
                cx.warn(
                    &cx.types().runtime_warning.clone(),
                    &format!("invalid signal number {signal}, please use valid_signals()"),
                )?;
            }
        }
        Ok(Self(set))
    }
}

/// A `set` of the numbers.
pub(super) fn python_set(cx: &Ctx, set: SignalSet) -> PyResult<Value> {
    let numbers = SetData::default();
    for signal in set.iter() {
        numbers.add(cx, &cx.new_int(i64::from(signal)))?;
    }
    Ok(cx.new_set(numbers).into_value())
}
