//! A zone's transitions, as its file lists them, and the searches in them.

use taipan_vm::ctx::Ctx;
use taipan_vm::error::{PyErr, PyResult};
use taipan_vm::heap::Visitor;
use taipan_vm::native::{ArgPlace, ArgSite, FromArg};
use taipan_vm::objects::Bytes;
use taipan_vm::value::Value;

use super::offset::Offset;
use super::rule::Rule;

pub(super) struct Data {
    /// Points of time of the transitions, in seconds since 1970.
    utc: Vec<i64>,
    /// The same in local time, for `fold` 0 and 1.
    local: [Vec<i64>; 2],
    /// What holds after each transition.
    offsets: Vec<Offset>,
    /// What holds before the first.
    before: Option<Offset>,
    after: Rule,
    /// Whether the offset never changes.
    pub(super) is_fixed: bool,
}

/// What converting the loaded numbers says.
const SITE: ArgSite = ArgSite {
    function: "load_data",
    place: ArgPlace::Only,
};

/// What `zoneinfo._common.load_data` returns.
struct Loaded {
    indices: Vec<usize>,
    utc: Vec<i64>,
    seconds: Vec<i64>,
    is_dst: Vec<bool>,
    names: Vec<Value>,
    rule: Value,
}

impl Loaded {
    fn of(cx: &Ctx, value: &Value) -> PyResult<Self> {
        let parts = cx.unpack(value, 6)?;
        let [indices, utc, seconds, is_dst, names, rule] = &parts[..] else {
            return Err(unexpected(cx, value));
        };
        let loaded = Self {
            indices: numbers(cx, indices)?,
            utc: numbers(cx, utc)?,
            seconds: numbers(cx, seconds)?,
            is_dst: cx
                .collect(is_dst)?
                .iter()
                .map(|flag| cx.is_true(flag))
                .collect::<PyResult<_>>()?,
            names: cx.collect(names)?,
            rule: rule.clone(),
        };
        let count = loaded.seconds.len();
        let fits = loaded.is_dst.len() == count
            && loaded.names.len() == count
            && loaded.utc.len() == loaded.indices.len();
        if !fits {
            return Err(unexpected(cx, value));
        }
        if let Some(index) = loaded.indices.iter().find(|index| **index >= count) {
            return Err(cx.value_error(format!(
                "Invalid transition index found while reading TZif: {index}"
            )));
        }
        Ok(loaded)
    }

    /// How much of each offset is summer time: files only say whether some is.
    fn dst_seconds(&self) -> Vec<i64> {
        let mut found = vec![0; self.seconds.len()];
        let wanted = self.is_dst.iter().filter(|is_dst| **is_dst).count();
        let mut count = 0;
        for (place, &index) in self.indices.iter().enumerate().skip(1) {
            if count == wanted {
                return found;
            }
            if !self.is_dst[index] || found[index] != 0 {
                continue;
            }
            let difference = |place: usize| self.seconds[index] - self.seconds[self.indices[place]];
            let is_dst_at = |place: usize| self.is_dst[self.indices[place]];
            let mut dst = 0;
            if !is_dst_at(place - 1) {
                dst = difference(place - 1);
            }
            if dst == 0 && index + 1 < self.seconds.len() && place + 1 < self.indices.len() {
                if is_dst_at(place + 1) {
                    continue;
                }
                dst = difference(place + 1);
            }
            if dst != 0 {
                count += 1;
                found[index] = dst;
            }
        }
        if count < wanted {
            for (found, is_dst) in found.iter_mut().zip(&self.is_dst) {
                if *is_dst && *found == 0 {
                    *found = 3600;
                }
            }
        }
        found
    }

    /// The transitions in local time: in a gap or a fold, that of the later and of the earlier offset.
    fn local(&self) -> [Vec<i64>; 2] {
        let mut local = [self.utc.clone(), self.utc.clone()];
        for (place, &index) in self.indices.iter().enumerate() {
            let before = match place.checked_sub(1) {
                Some(before) => self.seconds[self.indices[before]],
                None => self.seconds[0],
            };
            let after = self.seconds[index];
            let [first, second] = &mut local;
            first[place] += before.max(after);
            second[place] += before.min(after);
        }
        local
    }
}

fn numbers<T: for<'a> FromArg<'a>>(cx: &Ctx, value: &Value) -> PyResult<Vec<T>> {
    cx.collect(value)?
        .iter()
        .map(|number| T::from_arg(cx, number, &SITE))
        .collect()
}

fn unexpected(cx: &Ctx, value: &Value) -> PyErr {
    match cx.repr(value) {
        Ok(shown) => cx.type_error(format!(
            "Invalid data result type: {}",
            shown.to_string_lossy()
        )),
        Err(error) => error,
    }
}

impl Data {
    /// # Errors
    /// `ValueError` if the loaded data is no zone.
    pub(super) fn of(cx: &Ctx, loaded: &Value) -> PyResult<Self> {
        let loaded = Loaded::of(cx, loaded)?;
        let dst = loaded.dst_seconds();
        let mut known = Vec::new();
        for (place, name) in loaded.names.iter().enumerate() {
            let seconds = loaded.seconds[place];
            known.push(Offset::named(cx, seconds, dst[place], name.clone())?);
        }
        let offsets: Vec<Offset> = loaded
            .indices
            .iter()
            .map(|index| known[*index].clone())
            .collect();
        let before = loaded
            .is_dst
            .iter()
            .position(|is_dst| !is_dst)
            .and_then(|place| known.get(place))
            .or(offsets.first());
        let rule = loaded.rule.downcast_ref::<Bytes>();
        let after = match rule.filter(|rule| !rule.as_slice().is_empty()) {
            Some(rule) => Rule::parse(cx, rule.as_slice())?,
            None => match offsets.last().or(known.last()) {
                Some(last) => Rule::fixed(last.clone()),
                None => return Err(cx.value_error("No time zone information found.")),
            },
        };
        let is_fixed = after.is_fixed()
            && match &known[..] {
                [] => true,
                [only] => only.is_same(cx, &after.standard)?,
                _ => false,
            };
        Ok(Self {
            before: before.cloned(),
            local: loaded.local(),
            utc: loaded.utc,
            offsets,
            after,
            is_fixed,
        })
    }

    pub(super) fn visit(&self, visit: &mut Visitor<'_>) {
        for offset in self.offsets.iter().chain(&self.before) {
            offset.visit(visit);
        }
        self.after.visit(visit);
    }

    /// What always holds.
    pub(super) fn fixed(&self) -> Option<&Offset> {
        self.is_fixed.then_some(&self.after.standard)
    }

    /// What holds at a local time.
    pub(super) fn at_local(&self, timestamp: i64, year: i32, fold: u8) -> Option<&Offset> {
        let local = &self.local[usize::from(fold == 1)];
        match (local.first(), local.last()) {
            (Some(first), _) if timestamp < *first => self.before.as_ref(),
            (_, Some(last)) if timestamp <= *last => {
                let place = local.partition_point(|transition| *transition <= timestamp);
                self.offsets.get(place - 1)
            }
            _ => Some(self.after.at_local(timestamp, year, fold)),
        }
    }

    /// What holds at a point of time, and whether the local time has been there before.
    pub(super) fn at_utc(&self, timestamp: i64, year: i32) -> Option<(&Offset, bool)> {
        let count = self.utc.len();
        match (self.utc.first(), self.utc.last()) {
            (Some(first), _) if timestamp < *first => {
                self.before.as_ref().map(|before| (before, false))
            }
            (_, Some(last)) if timestamp <= *last => {
                let place = self
                    .utc
                    .partition_point(|transition| *transition <= timestamp);
                let offset = self.offsets.get(place - 1)?;
                let shift = self.offset_before(place)?.seconds - offset.seconds;
                Some((offset, shift > timestamp - self.utc[place - 1]))
            }
            (_, last) => {
                let (offset, mut again) = self.after.at_utc(timestamp, year);
                // Right after the last transition the shift is that of the transition, not of the rule.
                if let Some(last) = last
                    && let Some(before) = self.offset_before(count)
                {
                    let shift = before.seconds - offset.seconds;
                    again |= shift > 0 && timestamp < last + shift;
                }
                Some((offset, again))
            }
        }
    }

    /// What held before the transition with that number, counted from 1.
    fn offset_before(&self, number: usize) -> Option<&Offset> {
        match number.checked_sub(2) {
            Some(place) => self.offsets.get(place),
            None => self.before.as_ref(),
        }
    }
}
