//! Filters of a chain: as dicts for Python, and as the bytes that stand in headers.

use taipan_vm::ctx::Ctx;
use taipan_vm::error::{PyErr, PyResult};
use taipan_vm::objects::{Dict, Str};
use taipan_vm::value::Value;

use super::stream::preset;
use super::{error, failed};

pub(super) const LZMA1: u64 = 0x4000_0000_0000_0001;
pub(super) const LZMA2: u64 = 0x21;
pub(super) const DELTA: u64 = 3;
/// x86, PowerPC, IA-64, ARM, ARM Thumb, SPARC.
const BRANCHES: std::ops::RangeInclusive<u64> = 4..=9;
/// `LZMA_OPTIONS_ERROR`
const OPTIONS_ERROR: u32 = 8;
/// Filters that a chain can have.
const MOST: usize = 4;
const PRESET_DEFAULT: u32 = 6;

/// The options of LZMA1 and LZMA2.
#[derive(Clone)]
pub(super) struct LzmaOptions {
    pub(super) dict_size: u32,
    pub(super) lc: u32,
    pub(super) lp: u32,
    pub(super) pb: u32,
    pub(super) mode: u32,
    pub(super) nice_len: u32,
    pub(super) mf: u32,
    pub(super) depth: u32,
}

#[derive(Clone)]
pub(super) enum Filter {
    Lzma { id: u64, options: LzmaOptions },
    Delta { distance: u32 },
    Branch { id: u64, offset: u32 },
}

/// The options of a preset.
///
/// # Errors
/// `LZMAError`.
pub(super) fn preset_options(cx: &Ctx, number: u32) -> PyResult<LzmaOptions> {
    preset(number).ok_or_else(|| error(cx, format!("Invalid compression preset: {number}")))
}

/// An unsigned number of a specifier.
fn number<T: for<'a> TryFrom<&'a num_bigint::BigInt>>(cx: &Ctx, value: &Value) -> PyResult<T> {
    let number = cx.to_bigint(value)?;
    if number.sign() == num_bigint::Sign::Minus {
        return Err(cx.value_error("Cannot convert negative int"));
    }
    T::try_from(&number).map_err(|_| cx.overflow_error("Value too large for uint32_t type"))
}

/// The options of a specifier besides its "id"; another name, or a value that is no number, is an error.
fn options(cx: &Ctx, spec: &Value, names: &[&str], kind: &str) -> PyResult<Vec<Option<u32>>> {
    let wrong = || cx.value_error(format!("Invalid filter specifier for {kind} filter"));
    let mut found = vec![None; names.len()];
    for key in cx.collect(cx.mapping_keys(spec)?.as_value())? {
        let Some(name) = key.downcast_ref::<Str>() else {
            return Err(wrong());
        };
        if name.as_wtf8() == "id" {
            continue;
        }
        let Some(place) = names.iter().position(|known| name.as_wtf8() == *known) else {
            return Err(wrong());
        };
        let value = cx.get_item(spec, &key)?;
        found[place] = Some(number(cx, &value).map_err(|_| wrong())?);
    }
    Ok(found)
}

impl Filter {
    pub(super) fn id(&self) -> u64 {
        match self {
            Self::Lzma { id, .. } | Self::Branch { id, .. } => *id,
            Self::Delta { .. } => DELTA,
        }
    }

    /// A filter of its dict.
    ///
    /// # Errors
    /// `TypeError`, `ValueError`, `LZMAError`.
    pub(super) fn of(cx: &Ctx, spec: &Value) -> PyResult<Self> {
        let is_mapping = spec.downcast_ref::<Dict>().is_some()
            || cx.class_of(spec).slots.subscript.get().is_some();
        if !is_mapping {
            return Err(cx.type_error("Filter specifier must be a dict or dict-like object"));
        }
        let id = cx
            .find_item(spec, &cx.intern("id").into_value())?
            .ok_or_else(|| cx.value_error("Filter specifier must have an \"id\" entry"))?;
        let id: u64 = number(cx, &id)?;
        match id {
            LZMA1 | LZMA2 => {
                let chosen = match cx.find_item(spec, &cx.intern("preset").into_value())? {
                    Some(chosen) => number(cx, &chosen)?,
                    None => PRESET_DEFAULT,
                };
                let mut result = preset_options(cx, chosen)?;
                let names = [
                    "preset",
                    "dict_size",
                    "lc",
                    "lp",
                    "pb",
                    "mode",
                    "nice_len",
                    "mf",
                    "depth",
                ];
                let given = options(cx, spec, &names, "LZMA")?;
                let places = [
                    &mut result.dict_size,
                    &mut result.lc,
                    &mut result.lp,
                    &mut result.pb,
                    &mut result.mode,
                    &mut result.nice_len,
                    &mut result.mf,
                    &mut result.depth,
                ];
                for (place, given) in places.into_iter().zip(&given[1..]) {
                    *place = given.unwrap_or(*place);
                }
                Ok(Self::Lzma {
                    id,
                    options: result,
                })
            }
            DELTA => {
                let given = options(cx, spec, &["dist"], "delta")?;
                let distance = given[0].unwrap_or(1);
                Ok(Self::Delta { distance })
            }
            id if BRANCHES.contains(&id) => {
                let given = options(cx, spec, &["start_offset"], "BCJ")?;
                let offset = given[0].unwrap_or(0);
                Ok(Self::Branch { id, offset })
            }
            id => Err(cx.value_error(format!("Invalid filter ID: {id}"))),
        }
    }

    /// A chain of a sequence of dicts.
    ///
    /// # Errors
    /// `TypeError`, `ValueError`, `LZMAError`.
    pub(super) fn chain(cx: &Ctx, specs: &Value) -> PyResult<Vec<Self>> {
        let count = cx.len(specs)?;
        if count > MOST {
            return Err(cx.value_error(format!(
                "Too many filters - liblzma supports a maximum of {MOST}"
            )));
        }
        if !cx.is_sequence(specs) {
            return Err(cx.type_error(format!("{} is not a sequence", cx.type_name(specs))));
        }
        (0..count)
            .map(|index| {
                let spec = cx.sequence_item(specs, index as isize)?;
                Self::of(cx, &spec)
            })
            .collect()
    }

    /// Its options as bytes.
    ///
    /// # Errors
    /// `LZMAError`.
    pub(super) fn properties(&self, cx: &Ctx) -> PyResult<Vec<u8>> {
        let wrong = || failed(cx, OPTIONS_ERROR);
        match self {
            Self::Lzma { id: LZMA2, options } => {
                let wanted = u64::from(options.dict_size.max(4096));
                let bits = (0_u8..40).find(|bits| dictionary_size(*bits) >= wanted);
                Ok(vec![bits.unwrap_or(40)])
            }
            Self::Lzma { options, .. } => {
                let LzmaOptions { lc, lp, pb, .. } = options;
                if *lc > 4 || *lp > 4 || lc + lp > 4 || *pb > 4 {
                    return Err(wrong());
                }
                let mut bytes = vec![((pb * 5 + lp) * 9 + lc) as u8];
                bytes.extend(options.dict_size.to_le_bytes());
                Ok(bytes)
            }
            Self::Delta { distance } => match distance.checked_sub(1).map(u8::try_from) {
                Some(Ok(byte)) => Ok(vec![byte]),
                _ => Err(wrong()),
            },
            Self::Branch { offset: 0, .. } => Ok(Vec::new()),
            Self::Branch { offset, .. } => Ok(offset.to_le_bytes().to_vec()),
        }
    }
}

/// What a byte of LZMA2 stands for: 4 KiB to 3 GiB.
fn dictionary_size(bits: u8) -> u64 {
    (2 | u64::from(bits & 1)) << (bits / 2 + 11)
}

/// The dict of a filter whose options are bytes.
///
/// # Errors
/// `LZMAError`.
pub(super) fn described(cx: &Ctx, id: u64, bytes: &[u8]) -> PyResult<Value> {
    let wrong = || -> PyErr { failed(cx, OPTIONS_ERROR) };
    let mut entries: Vec<(&str, u64)> = Vec::new();
    match (id, bytes) {
        (LZMA1, [first, size @ ..]) => {
            let (Ok(size), true) = (<[u8; 4]>::try_from(size), *first < 225) else {
                return Err(wrong());
            };
            let first = u64::from(*first);
            let (pb, lp, lc) = (first / 45, first / 9 % 5, first % 9);
            if lc + lp > 4 {
                return Err(wrong());
            }
            entries.extend([("lc", lc), ("lp", lp), ("pb", pb)]);
            entries.push(("dict_size", u64::from(u32::from_le_bytes(size))));
        }
        (LZMA2, &[bits @ 0..40]) => entries.push(("dict_size", dictionary_size(bits))),
        (LZMA2, [40]) => entries.push(("dict_size", u64::from(u32::MAX))),
        (DELTA, [distance]) => entries.push(("dist", u64::from(*distance) + 1)),
        (id, []) if BRANCHES.contains(&id) => {}
        (id, &[a, b, c, d]) if BRANCHES.contains(&id) => {
            entries.push(("start_offset", u64::from(u32::from_le_bytes([a, b, c, d]))));
        }
        _ => return Err(wrong()),
    }
    let dict = cx.new_dict();
    dict.set_str(&cx.intern("id"), cx.new_bigint(id.into()));
    for (name, value) in entries {
        dict.set_str(&cx.intern(name), cx.new_bigint(value.into()));
    }
    Ok(dict.into_value())
}
