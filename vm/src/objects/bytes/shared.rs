//! The bodies of the methods that `bytes` and `bytearray` share.
//!
//! CPython 3.14: `Objects/bytes_methods.c`, `Objects/stringlib/`. The macro in `methods` wraps them for each type. While
//! a guard of [`ByteString::content`] lives, no Python code may run: arguments are converted before.

use std::borrow::Cow;
use std::ops::{Deref, Range};

use memchr::memmem;
use taipan_text::str_ops::split::{self, LineEnds};
use taipan_text::str_ops::strip::{Side, strip_bytes};
use taipan_text::str_ops::{TooLong, bytes as ops};

use crate::ctx::Ctx;
use crate::error::PyResult;
use crate::heap::Payload;
use crate::native::{ArgPlace, ArgSite, Args, FromArg};
use crate::objects::buffer::flags;
use crate::objects::str::Bound;
use crate::objects::{ByteArray, Bytes, Str, Tuple};
use crate::value::{Py, Value};

/// `bytes` or `bytearray`.
pub(crate) trait ByteString: Payload {
    type Guard<'a>: Deref<Target = [u8]>
    where
        Self: 'a;

    /// The contents.
    fn content(this: &Py<Self>) -> Self::Guard<'_>;

    /// A new object of the type itself.
    fn make(cx: &Ctx, bytes: &[u8]) -> PyResult<Value>;

    /// What a method returns that changes nothing: the object itself if it cannot change, else a copy.
    fn unchanged(cx: &Ctx, this: &Py<Self>) -> PyResult<Value>;
}

/// What is looked for: bytes or a single byte.
pub(crate) struct Needle<'a>(Cow<'a, [u8]>);

impl<'a> FromArg<'a> for Needle<'a> {
    fn from_arg(cx: &Ctx, value: &'a Value, _: &ArgSite) -> PyResult<Self> {
        if cx.has_buffer(value) {
            return cx.bytes_of(value).map(Self);
        }
        if !cx.is_index(value) {
            return Err(cx.type_error(format!(
                "argument should be integer or bytes-like object, not '{}'",
                cx.type_name(value)
            )));
        }
        let byte = cx.to_byte(value, "byte must be in range(0, 256)")?;
        Ok(Self(Cow::Owned(vec![byte])))
    }
}

/// The byte that pads.
#[derive(Clone, Copy)]
pub(crate) struct Fill(pub(crate) u8);

impl FromArg<'_> for Fill {
    fn from_arg(cx: &Ctx, value: &Value, site: &ArgSite) -> PyResult<Self> {
        let place = match site.place {
            ArgPlace::Position(place) => format!("{}() argument {place}", site.function),
            _ => site.to_string(),
        };
        let (kind, bytes) = if let Some(bytes) = value.downcast_ref::<Bytes>() {
            ("bytes", bytes.as_slice().to_vec())
        } else if let Some(array) = value.downcast_ref::<ByteArray>() {
            ("bytearray", array.to_vec())
        } else {
            return Err(cx.type_error(format!(
                "{place} must be a byte string of length 1, not {}",
                cx.type_name_for_argument(value)
            )));
        };
        match bytes[..] {
            [byte] => Ok(Self(byte)),
            // CPython's own converter puts a colon here.
            _ => Err(cx.type_error(format!(
                "{} must be a byte string of length 1, not a {kind} object of length {}",
                place.replacen("()", "():", 1),
                bytes.len()
            ))),
        }
    }
}

fn region(bytes: &[u8], (start, end): (Bound, Bound)) -> Option<(&[u8], usize)> {
    let (start, end) = (start.start(bytes.len()), end.end(bytes.len()));
    bytes.get(start..end).map(|region| (region, start))
}

pub(crate) fn find(bytes: &[u8], needle: &Needle<'_>, bounds: (Bound, Bound)) -> Option<usize> {
    let (region, start) = region(bytes, bounds)?;
    memmem::find(region, &needle.0).map(|at| start + at)
}

pub(crate) fn rfind(bytes: &[u8], needle: &Needle<'_>, bounds: (Bound, Bound)) -> Option<usize> {
    let (region, start) = region(bytes, bounds)?;
    memmem::rfind(region, &needle.0).map(|at| start + at)
}

pub(crate) fn count(bytes: &[u8], needle: &Needle<'_>, bounds: (Bound, Bound)) -> usize {
    region(bytes, bounds).map_or(0, |(region, _)| {
        memmem::find_iter(region, &*needle.0).count()
    })
}

pub(crate) fn contains(bytes: &[u8], needle: &Needle<'_>) -> bool {
    memmem::find(bytes, &needle.0).is_some()
}

/// The argument of `in`, whose message differs.
pub(crate) fn member<'a>(cx: &Ctx, value: &'a Value) -> PyResult<Needle<'a>> {
    if cx.has_buffer(value) || !cx.is_index(value) {
        return cx.bytes_of(value).map(Needle);
    }
    let byte = cx.to_byte(value, "byte must be in range(0, 256)")?;
    Ok(Needle(Cow::Owned(vec![byte])))
}

/// `startswith` and `endswith`.
pub(crate) fn matches_affix<T: ByteString>(
    cx: &Ctx,
    this: &Py<T>,
    (affix, method): (&Value, &str),
    bounds: (Bound, Bound),
    matches: fn(&[u8], &[u8]) -> bool,
) -> PyResult<bool> {
    let test = |affix: &[u8]| {
        region(&T::content(this), bounds).is_some_and(|(region, _)| matches(region, affix))
    };
    if let Some(affixes) = affix.downcast_ref::<Tuple>() {
        for affix in affixes.as_slice() {
            if test(&cx.bytes_of(affix)?) {
                return Ok(true);
            }
        }
        return Ok(false);
    }
    if !cx.has_buffer(affix) {
        return Err(cx.type_error(format!(
            "{method} first arg must be bytes or a tuple of bytes, not {}",
            cx.type_name(affix)
        )));
    }
    let affix = cx.bytes_of(affix)?;
    Ok(test(&affix))
}

/// The result of an algorithm that may need too much memory.
pub(crate) fn grown<T: ByteString>(cx: &Ctx, made: Result<Vec<u8>, TooLong>) -> PyResult<Value> {
    match made {
        Ok(bytes) => T::make(cx, &bytes),
        Err(TooLong) => Err(cx.memory_error()),
    }
}

pub(crate) fn padded<T: ByteString>(
    cx: &Ctx,
    this: &Py<T>,
    width: isize,
    pad: impl FnOnce(&[u8], usize) -> Result<Vec<u8>, TooLong>,
) -> PyResult<Value> {
    let width = usize::try_from(width).unwrap_or(0);
    if width <= T::content(this).len() {
        return T::unchanged(cx, this);
    }
    let made = pad(&T::content(this), width);
    grown::<T>(cx, made)
}

pub(crate) fn replace<T: ByteString>(
    cx: &Ctx,
    this: &Py<T>,
    (old, new): (&[u8], &[u8]),
    count: isize,
) -> PyResult<Value> {
    let made = ops::replace(&T::content(this), old, new, usize::try_from(count).ok());
    match made {
        Ok(Some(bytes)) => T::make(cx, &bytes),
        Ok(None) => T::unchanged(cx, this),
        Err(TooLong) => Err(cx.overflow_error("replace bytes is too long")),
    }
}

/// The piece of the contents in a range.
pub(crate) fn piece<T: ByteString>(cx: &Ctx, this: &Py<T>, range: Range<usize>) -> PyResult<Value> {
    if range.len() == T::content(this).len() {
        return T::unchanged(cx, this);
    }

    T::make(cx, &T::content(this)[range])
}

/// So many pieces are made between two looks at the isolate's limits.
pub(crate) const LOOK_AT_LIMITS: usize = 4096;

/// Fails if there is no room for the places of all pieces of a large text; `cuts` says which bytes may end one.
pub(crate) fn room_for_pieces(cx: &Ctx, text: &[u8], cuts: impl Fn(u8) -> bool) -> PyResult<()> {
    if text.len() < 1 << 20 {
        return Ok(());
    }
    let count = text.iter().filter(|byte| cuts(**byte)).count() + 1;
    // A range, half of the list that it was copied from, and a value.
    cx.check_room(count.saturating_mul(size_of::<Range<usize>>() * 3 / 2 + 8))
}

pub(crate) fn pieces<T: ByteString>(
    cx: &Ctx,
    this: &Py<T>,
    ranges: Vec<Range<usize>>,
) -> PyResult<Value> {
    let mut made = Vec::with_capacity(ranges.len());
    for range in ranges {
        if made.len() % LOOK_AT_LIMITS == 0 {
            cx.check_limits()?;
        }
        made.push(piece(cx, this, range)?);
    }
    Ok(cx.new_list(made).into_value())
}

/// The separator of `split`; `None` for white space.
fn separator<'a>(cx: &Ctx, sep: &'a Value) -> PyResult<Option<Cow<'a, [u8]>>> {
    if sep.is_none() {
        return Ok(None);
    }
    let bytes = cx.bytes_of(sep)?;
    if bytes.is_empty() {
        return Err(cx.value_error("empty separator"));
    }
    Ok(Some(bytes))
}

pub(crate) fn split<T: ByteString>(
    cx: &Ctx,
    this: &Py<T>,
    sep: &Value,
    max: isize,
) -> PyResult<Value> {
    let (sep, max) = (separator(cx, sep)?, usize::try_from(max).ok());
    let ranges = match sep {
        Some(sep) => {
            room_for_pieces(cx, &T::content(this), |byte| Some(&byte) == sep.first())?;
            split::split(&T::content(this), &sep, max)
        }
        None => split::split_ascii_whitespace(&T::content(this), max),
    };
    pieces(cx, this, ranges)
}

pub(crate) fn rsplit<T: ByteString>(
    cx: &Ctx,
    this: &Py<T>,
    sep: &Value,
    max: isize,
) -> PyResult<Value> {
    let (sep, max) = (separator(cx, sep)?, usize::try_from(max).ok());
    let ranges = match sep {
        Some(sep) => {
            room_for_pieces(cx, &T::content(this), |byte| Some(&byte) == sep.first())?;
            split::rsplit(&T::content(this), &sep, max)
        }
        None => split::rsplit_ascii_whitespace(&T::content(this), max),
    };
    pieces(cx, this, ranges)
}

pub(crate) fn split_lines<T: ByteString>(cx: &Ctx, this: &Py<T>, keep: bool) -> PyResult<Value> {
    let ends = if keep { LineEnds::Keep } else { LineEnds::Drop };
    let ranges = split::split_ascii_lines(&T::content(this), ends);
    pieces(cx, this, ranges)
}

/// `partition` and `rpartition`.
pub(crate) fn partition<T: ByteString>(
    cx: &Ctx,
    this: &Py<T>,
    sep: &Value,
    from_right: bool,
) -> PyResult<Value> {
    let bytes = cx.bytes_of(sep)?;
    if bytes.is_empty() {
        return Err(cx.value_error("empty separator"));
    }
    let (found, length) = {
        let content = T::content(this);
        let found = if from_right {
            split::rpartition(&content, &bytes)
        } else {
            split::partition(&content, &bytes)
        };
        (found, content.len())
    };
    let parts = match found {
        Some(at) => {
            let middle = match sep.downcast_ref::<Bytes>() {
                Some(_) if cx.class_of(sep).is(&cx.types().bytes) => sep.clone(),
                _ => T::make(cx, &bytes)?,
            };
            vec![
                piece(cx, this, 0..at.start)?,
                middle,
                piece(cx, this, at.end..length)?,
            ]
        }
        None if from_right => vec![
            T::make(cx, b"")?,
            T::make(cx, b"")?,
            T::unchanged(cx, this)?,
        ],
        None => vec![
            T::unchanged(cx, this)?,
            T::make(cx, b"")?,
            T::make(cx, b"")?,
        ],
    };
    Ok(cx.new_tuple(parts).into_value())
}

pub(crate) fn strip<T: ByteString>(
    cx: &Ctx,
    this: &Py<T>,
    set: &Value,
    side: Side,
) -> PyResult<Value> {
    let set = if set.is_none() {
        None
    } else {
        Some(cx.bytes_of(set)?)
    };
    let range = strip_bytes(&T::content(this), set.as_deref(), side);
    piece(cx, this, range)
}

pub(crate) fn join<T: ByteString>(cx: &Ctx, this: &Py<T>, items: &Value) -> PyResult<Value> {
    // Whoever makes the items cannot change the separator meanwhile.
    let _kept = match T::layout().is(Bytes::layout()) {
        true => None,
        false => Some(cx.get_buffer(this.as_value(), flags::SIMPLE)?),
    };
    let items = match cx.iter(items) {
        Ok(_) => cx.collect(items)?,
        Err(error) if cx.matches(&error, &cx.types().type_error) => {
            return Err(cx.type_error("can only join an iterable"));
        }
        Err(error) => return Err(error),
    };
    let mut joined: Vec<u8> = Vec::new();
    for (index, item) in items.iter().enumerate() {
        if !cx.has_buffer(item) {
            return Err(cx.type_error(format!(
                "sequence item {index}: expected a bytes-like object, {} found",
                cx.type_name(item)
            )));
        }
        let bytes = cx.bytes_of(item)?;
        let separator = T::content(this);
        let size = joined.len() + separator.len() + bytes.len();
        if size > joined.capacity() {
            cx.check_room(size.saturating_mul(2))?;
        }
        if index > 0 {
            joined.extend_from_slice(&separator);
        }
        joined.extend_from_slice(&bytes);
    }
    if let [only] = &items[..]
        && cx.class_of(only).is(&cx.types().bytes)
        && T::layout().is(Bytes::layout())
    {
        return Ok(only.clone());
    }
    T::make(cx, &joined)
}

pub(crate) fn translate<T: ByteString>(
    cx: &Ctx,
    this: &Py<T>,
    table: &Value,
    delete: Option<&Value>,
) -> PyResult<Value> {
    let wrong = || cx.value_error("translation table must be 256 characters long");
    let table: Option<[u8; 256]> = if table.is_none() {
        None
    } else {
        let table = cx.bytes_of(table)?;
        Some(table.as_ref().try_into().map_err(|_| wrong())?)
    };
    let delete = match delete {
        Some(delete) => Some(cx.bytes_of(delete)?),
        None => None,
    };
    let delete = delete.as_deref().unwrap_or_default();
    let made = ops::translate(&T::content(this), table.as_ref(), delete);
    let same = made == *T::content(this);
    if same {
        return T::unchanged(cx, this);
    }
    T::make(cx, &made)
}

/// `maketrans`.
pub(crate) fn make_table(cx: &Ctx, from: &[u8], to: &[u8]) -> PyResult<Value> {
    if from.len() != to.len() {
        return Err(cx.value_error("maketrans arguments must have same length"));
    }
    let mut table: [u8; 256] = std::array::from_fn(|byte| byte as u8);
    for (from, to) in from.iter().zip(to) {
        table[usize::from(*from)] = *to;
    }
    cx.new_bytes(&table)
}

/// The arguments of `bytes()` and `bytearray()`.
pub(crate) struct Constructor<'a> {
    pub(crate) source: Option<&'a Value>,
    pub(crate) encoding: Option<&'a Value>,
    pub(crate) errors: Option<&'a Value>,
}

impl<'a> Constructor<'a> {
    /// Sorts the arguments of the constructor called `name`.
    pub(crate) fn parse(cx: &Ctx, name: &str, args: Args<'a>) -> PyResult<Self> {
        let given = args.positional();
        let total = given.len() + args.keyword_count();
        if total > 3 {
            return Err(cx.type_error(format!(
                "{name}() takes at most 3 arguments ({total} given)"
            )));
        }
        let mut slots = [given.first(), given.get(1), given.get(2)];
        for (keyword, value) in args.keywords() {
            let known = ["source", "encoding", "errors"];
            let place = known.iter().position(|known| keyword.as_wtf8() == *known);
            let Some(place) = place else {
                return Err(cx.type_error(format!(
                    "{name}() got an unexpected keyword argument '{}'",
                    keyword.to_string_lossy()
                )));
            };
            if slots[place].is_some() {
                return Err(cx.type_error(format!(
                    "argument for {name}() given by name ('{}') and position ({})",
                    known[place],
                    place + 1
                )));
            }
            slots[place] = Some(value);
        }
        for (value, parameter) in [(slots[1], "encoding"), (slots[2], "errors")] {
            if let Some(value) = value
                && value.downcast_ref::<Str>().is_none()
            {
                return Err(cx.type_error(format!(
                    "{name}() argument '{parameter}' must be str, not {}",
                    cx.type_name_for_argument(value)
                )));
            }
        }
        let [source, encoding, errors] = slots;
        Ok(Self {
            source,
            encoding,
            errors,
        })
    }

    /// The bytes, when the source is no object with `__bytes__`.
    pub(crate) fn bytes(&self, cx: &Ctx, message: &str) -> PyResult<Vec<u8>> {
        let Some(source) = self.source else {
            if self.encoding.is_some() {
                return Err(cx.type_error("encoding without a string argument"));
            }
            if self.errors.is_some() {
                return Err(cx.type_error("errors without a string argument"));
            }
            return Ok(Vec::new());
        };
        if let Some(text) = source.downcast_ref::<Str>() {
            let Some(encoding) = self.encoding else {
                return Err(cx.type_error("string argument without an encoding"));
            };
            let text_of = |value: &'a Value| value.downcast_ref::<Str>();
            let encoded = cx.encode_text(text, text_of(encoding), self.errors.and_then(text_of))?;
            return Ok(cx.bytes_of(&encoded)?.into_owned());
        }
        if self.encoding.is_some() {
            return Err(cx.type_error("encoding without a string argument"));
        }
        if self.errors.is_some() {
            return Err(cx.type_error("errors without a string argument"));
        }
        if !cx.has_buffer(source) && cx.is_index(source) {
            let count = match cx.to_index_size(source) {
                Ok(count) => Some(count),
                Err(error) if cx.matches(&error, &cx.types().type_error) => None,
                Err(error) => return Err(error),
            };
            if let Some(count) = count {
                let Ok(count) = usize::try_from(count) else {
                    return Err(cx.value_error("negative count"));
                };
                cx.check_room(count)?;
                let mut zeros = Vec::new();
                if zeros.try_reserve_exact(count).is_err() {
                    return Err(cx.memory_error());
                }
                zeros.resize(count, 0);
                return Ok(zeros);
            }
        }
        cx.bytes_from_object(source, message)
    }
}
