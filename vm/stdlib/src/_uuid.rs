//! `_uuid`: identifiers of time and place (RFC 9562, version 1).
//!
//! CPython 3.14: `Modules/_uuidmodule.c` over libuuid. The layout is the crate `uuid`'s; time and randomness are the host's.
//! Deviations: the node is random, as libuuid's where it finds no network card, and the answer is "not safe", because
//! processes do not agree on the clock sequence. Tests: `tests/programs/_uuid/`.

use std::cell::Cell;

use taipan_macros::{pyfunction, pymodule};
use taipan_vm::ctx::Ctx;
use taipan_vm::error::PyResult;
use taipan_vm::native::ModuleBuilder;
use taipan_vm::value::Value;

/// `SafeUUID.unsafe`
const UNSAFE: i32 = -1;
/// Marks a node that is no network card's address.
const MULTICAST: u8 = 1;
/// Between 1582-10-15 and 1970-01-01, in units of 100 nanoseconds.
const GREGORIAN: u64 = 0x01B2_1DD2_1381_4000;

#[pymodule]
pub(crate) fn _uuid(m: &ModuleBuilder<'_>) -> PyResult<()> {
    m.function(&generate_time_safe::DEF)?;
    m.add("has_uuid_generate_time_safe", 1)?;
    m.add("has_stable_extractable_node", 0)
}

/// What makes the identifiers of an isolate different.
#[derive(Default)]
struct Generator {
    node: Cell<Option<([u8; 6], u16)>>,
    /// The ticks of the last identifier; the next has more.
    last: Cell<u64>,
}

impl Generator {
    /// Node and clock sequence.
    fn place(&self, cx: &Ctx) -> PyResult<([u8; 6], u16)> {
        if let Some(place) = self.node.get() {
            return Ok(place);
        }
        let mut random = [0; 8];
        cx.host()
            .urandom(&mut random)
            .map_err(|error| cx.os_error(error))?;
        let [first, node @ .., high, low] = random;
        let [a, b, c, d, e] = node;
        let place = (
            [first | MULTICAST, a, b, c, d, e],
            u16::from_be_bytes([high, low]),
        );
        self.node.set(Some(place));
        Ok(place)
    }

    fn ticks(&self, cx: &Ctx) -> PyResult<u64> {
        let now = cx
            .host()
            .clock_gettime(libc::CLOCK_REALTIME)
            .map_err(|error| cx.os_error(error))?;
        let now = (now.as_nanos() / 100) as u64;
        let ticks = now.wrapping_add(GREGORIAN).max(self.last.get() + 1);
        self.last.set(ticks);
        Ok(ticks)
    }
}

#[pyfunction(text_signature = "($self, /)")]
fn generate_time_safe(cx: &Ctx) -> PyResult<(Value, i32)> {
    let generator = cx.state::<Generator>();
    let (node, sequence) = generator.place(cx)?;
    let ticks = generator.ticks(cx)?;
    let made = uuid::Builder::from_gregorian_timestamp(ticks, sequence, &node);
    Ok((cx.new_bytes(made.as_uuid().as_bytes())?, UNSAFE))
}
