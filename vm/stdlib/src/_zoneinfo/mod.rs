//! `_zoneinfo`: time zones of the IANA database.
//!
//! `data` (a zone's transitions), `rule` (what holds after the last), `offset` (what holds between two), `cache` (zones
//! made so far). Files are found and read by the package `zoneinfo`, as CPython does it.
//! CPython 3.14: `Modules/_zoneinfo.c`. Tests: `tests/programs/zoneinfo/`.

mod cache;
mod data;
mod offset;
mod rule;

use taipan_macros::{pyclass, pymethods, pymodule};
use taipan_vm::ctx::Ctx;
use taipan_vm::error::{PyErr, PyResult};
use taipan_vm::heap::{Traverse, Visitor};
use taipan_vm::native::{Args, ModuleBuilder};
use taipan_vm::objects::{Str, Type};
use taipan_vm::value::{Py, Value};

use crate::_datetime::datetime::DateTime;
use crate::_datetime::datetime_math::shifted;
use crate::_datetime::delta::SECOND;
use crate::_datetime::tzinfo::TzInfo;
use cache::State;
use data::Data;
use offset::Offset;
use rule::EPOCH_ORDINAL;

/// C implementation of the zoneinfo module
#[pymodule]
pub(crate) fn _zoneinfo(cx: &Ctx, m: &ModuleBuilder<'_>) -> PyResult<()> {
    // Without the native dates, zones are Python's too.
    cx.import_name("_datetime")?;
    let find_file = cx.import_from("zoneinfo._tzpath", "find_tzfile")?;
    let old = cx.state::<State>().find_file.replace(Some(find_file));
    drop(old);
    m.class(ZoneInfo::class())?;
    Ok(())
}

/// Where a zone came from.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Source {
    Cache,
    NoCache,
    File,
}

#[pyclass(
    name = "ZoneInfo",
    module = "zoneinfo",
    base = TzInfo,
    subclassable,
    weakref,
    traverse,
    text_signature = None
)]
#[repr(C)]
pub(crate) struct ZoneInfo {
    base: TzInfo,
    key: Value,
    /// `repr` of the file, for zones of files.
    file: Option<Py<Str>>,
    data: Data,
    source: Source,
}

impl Traverse for ZoneInfo {
    fn traverse(&self, visit: &mut Visitor<'_>) {
        visit(&self.key);
        self.data.visit(visit);
    }
}

fn allocate(
    cx: &Ctx,
    class: &Py<Type>,
    key: Value,
    file: Option<Py<Str>>,
    data: Data,
    source: Source,
) -> Py<ZoneInfo> {
    let payload = ZoneInfo {
        base: TzInfo::default(),
        key,
        file,
        data,
        source,
    };
    cx.heap().allocate(class, payload)
}

fn load(cx: &Ctx, file: &Value) -> PyResult<Data> {
    let load_data = cx.import_from("zoneinfo._common", "load_data")?;
    Data::of(cx, &cx.call(&load_data, std::slice::from_ref(file))?)
}

/// A zone that no cache knows yet.
fn make(cx: &Ctx, class: &Py<Type>, key: &Value, source: Source) -> PyResult<Value> {
    let find_file = cx.state::<State>().find_file.borrow().clone();
    let Some(find_file) = find_file else {
        return Err(cx.system_error("_zoneinfo was not imported"));
    };
    let path = cx.call(&find_file, std::slice::from_ref(key))?;
    let file = if path.is_none() {
        let load = cx.import_from("zoneinfo._common", "load_tzdata")?;
        cx.call(&load, std::slice::from_ref(key))?
    } else {
        let open = cx.import_from("io", "open")?;
        cx.call(&open, &[path, cx.intern("rb").into_value()])?
    };
    let data = load(cx, &file);
    cx.call_method(&file, &cx.intern("close"), &[])?;
    let zone = allocate(cx, class, key.clone(), None, data?, source);
    Ok(zone.into_value())
}

fn check_cached(cx: &Ctx, class: &Py<Type>, key: &Value, zone: &Value) -> PyResult<()> {
    if cx.is_real_instance(zone, class.as_value())? {
        return Ok(());
    }
    let shown = cx.repr(key)?;
    let class = class.name();
    Err(cx.runtime_error(format!(
        "Unexpected instance of {} in {class} weak cache for key {}",
        cx.type_name(zone),
        shown.to_string_lossy()
    )))
}

fn from_cache(cx: &Ctx, class: &Py<Type>, key: &Value) -> PyResult<Value> {
    if let Some(zone) = cache::find_strong(cx, class, key)? {
        return Ok(zone);
    }
    let weak = cache::weak_cache(cx, class)?;
    let get = cx.intern("get");
    let mut zone = cx.call_method(&weak, &get, &[key.clone(), Value::NONE])?;
    if zone.is_none() {
        let new = make(cx, class, key, Source::Cache)?;
        zone = cx.call_method(&weak, &cx.intern("setdefault"), &[key.clone(), new])?;
    }
    check_cached(cx, class, key, &zone)?;
    cache::keep(cx, class, key, &zone);
    Ok(zone)
}

/// A time of a calendar and a clock, without its zone.
struct LocalTime {
    /// Seconds since 1970, as if it were UTC.
    seconds: i64,
    year: i32,
    fold: u8,
}

impl LocalTime {
    fn of(cx: &Ctx, value: &Value) -> PyResult<Self> {
        if let Some(point) = value.downcast_ref::<DateTime>() {
            return Ok(Self::of_datetime(point));
        }
        let whole = |part: &Value| -> PyResult<i64> {
            i64::try_from(&cx.to_bigint(part)?)
                .map_err(|_| cx.overflow_error("Python int too large to convert to C long"))
        };
        let part = |name: &str| whole(&cx.get_attr_str(value, name)?);
        let ordinal = whole(&cx.call_method(value, &cx.intern("toordinal"), &[])?)?;
        let seconds = part("hour")? * 3600 + part("minute")? * 60 + part("second")?;
        Ok(Self {
            seconds: (ordinal - EPOCH_ORDINAL) * 86_400 + seconds,
            year: part("year")? as i32,
            fold: part("fold")? as u8,
        })
    }

    fn of_datetime(point: &DateTime) -> Self {
        let day = point.day();
        Self {
            seconds: (day.ordinal() - EPOCH_ORDINAL) * 86_400 + point.clock.seconds(),
            year: day.year,
            fold: point.fold.get(),
        }
    }
}

fn unset(cx: &Ctx) -> PyErr {
    cx.system_error("time zone without an offset before its first transition")
}

impl ZoneInfo {
    /// What holds at a point; `None` if that depends on the point and there is none.
    fn offset_at(&self, cx: &Ctx, dt: &Value) -> PyResult<Option<&Offset>> {
        if dt.is_none() {
            return Ok(self.data.fixed());
        }
        let at = LocalTime::of(cx, dt)?;
        let offset = self.data.at_local(at.seconds, at.year, at.fold);
        offset.map(Some).ok_or_else(|| unset(cx))
    }

    fn part(&self, cx: &Ctx, dt: &Value, part: fn(&Offset) -> &Value) -> PyResult<Value> {
        let offset = self.offset_at(cx, dt)?;
        Ok(offset.map_or(Value::NONE, |offset| part(offset).clone()))
    }
}

#[pymethods]
impl ZoneInfo {
    #[new(signature = (key), text_signature = None, name = "ZoneInfo")]
    fn new(cx: &Ctx, cls: &Py<Type>, key: &Value) -> PyResult<Value> {
        from_cache(cx, cls, key)
    }

    /// Clear the ZoneInfo cache.
    #[classmethod(signature = (*, only_keys = None))]
    fn clear_cache(cls: &Py<Type>, cx: &Ctx, only_keys: Option<&Value>) -> PyResult<()> {
        cache::clear(cx, cls, only_keys)
    }

    /// Get a new instance of ZoneInfo, bypassing the cache.
    #[classmethod(signature = (key))]
    fn no_cache(cls: &Py<Type>, cx: &Ctx, key: &Value) -> PyResult<Value> {
        make(cx, cls, key, Source::NoCache)
    }

    /// Create a ZoneInfo file from a file object.
    #[classmethod(signature = (file_obj, /, key = None))]
    fn from_file(
        cls: &Py<Type>,
        cx: &Ctx,
        file_obj: &Value,
        key: Option<&Value>,
    ) -> PyResult<Value> {
        let shown = cx.repr(file_obj)?;
        let data = load(cx, file_obj)?;
        let key = key.cloned().unwrap_or(Value::NONE);
        Ok(allocate(cx, cls, key, Some(shown), data, Source::File).into_value())
    }

    /// Retrieve a timedelta representing the UTC offset in a zone at the given datetime.
    #[pymethod(signature = (dt, /))]
    fn utcoffset(this: &Py<ZoneInfo>, cx: &Ctx, dt: &Value) -> PyResult<Value> {
        this.part(cx, dt, |offset| &offset.utc)
    }

    /// Retrieve a timedelta representing the amount of DST applied in a zone at the given datetime.
    #[pymethod(signature = (dt, /))]
    fn dst(this: &Py<ZoneInfo>, cx: &Ctx, dt: &Value) -> PyResult<Value> {
        this.part(cx, dt, |offset| &offset.dst)
    }

    /// Retrieve a string containing the abbreviation for the time zone that applies in a zone at a given datetime.
    #[pymethod(signature = (dt, /))]
    fn tzname(this: &Py<ZoneInfo>, cx: &Ctx, dt: &Value) -> PyResult<Value> {
        this.part(cx, dt, |offset| &offset.name)
    }

    /// Given a datetime with local time in UTC, retrieve an adjusted datetime in local time.
    #[pymethod(text_signature = "($self, object, /)")]
    fn fromutc(this: &Py<ZoneInfo>, cx: &Ctx, dt: &Value) -> PyResult<Value> {
        let Some(point) = dt.downcast_ref::<DateTime>() else {
            return Err(cx.type_error("fromutc: argument must be a datetime"));
        };
        if !point.tzinfo().is_some_and(|zone| zone.is(this.as_value())) {
            return Err(cx.value_error("fromutc: dt.tzinfo is not self"));
        }
        let at = LocalTime::of_datetime(point);
        let found = this.data.at_utc(at.seconds, at.year);
        let (offset, is_again) = found.ok_or_else(|| unset(cx))?;
        let local = shifted(cx, point, i128::from(offset.seconds) * SECOND)?;
        if !is_again {
            return Ok(local);
        }
        let replace = cx.get_attr_str(&local, "replace")?;
        let names = [cx.intern("fold").into_value()];
        cx.call_with(&replace, Args::new(&[cx.new_int(1)], &names))
    }

    fn __repr__(this: &Py<ZoneInfo>, cx: &Ctx) -> PyResult<String> {
        let class = cx.type_name(this.as_value());
        match &this.file {
            Some(file) if this.key.is_none() => {
                Ok(format!("{class}.from_file({})", file.to_string_lossy()))
            }
            _ => {
                let key = cx.repr(&this.key)?;
                Ok(format!("{class}(key={})", key.to_string_lossy()))
            }
        }
    }

    fn __str__(this: &Py<ZoneInfo>, cx: &Ctx) -> PyResult<Value> {
        if this.key.is_none() {
            return Ok(cx.repr(this.as_value())?.into_value());
        }
        Ok(this.key.clone())
    }

    /// Function for serialization with the pickle protocol.
    fn __reduce__(this: &Py<ZoneInfo>, cx: &Ctx) -> PyResult<(Value, Value)> {
        if this.source == Source::File {
            let class = cx.import_from("pickle", "PicklingError")?;
            let message = cx.new_str("Cannot pickle a ZoneInfo file from a file stream.")?;
            let error = cx.call(&class, &[message.into_value()])?;
            return Err(match error.downcast() {
                Ok(error) => PyErr::new(error),
                Err(_) => cx.type_error("exceptions must derive from BaseException"),
            });
        }
        let class = cx.class_of(this.as_value());
        let unpickle = cx.get_attr_str(class.as_value(), "_unpickle")?;
        let is_cached = cx.new_int(i64::from(this.source == Source::Cache));
        let args = cx.new_tuple(vec![this.key.clone(), is_cached]);
        Ok((unpickle, args.into_value()))
    }

    /// Private method used in unpickling.
    #[classmethod(signature = (key, from_cache, /))]
    fn _unpickle(cls: &Py<Type>, cx: &Ctx, key: &Value, from_cache: bool) -> PyResult<Value> {
        if from_cache {
            self::from_cache(cx, cls, key)
        } else {
            make(cx, cls, key, Source::NoCache)
        }
    }

    /// Function to initialize subclasses.
    #[classmethod(text_signature = None)]
    fn __init_subclass__(cls: &Py<Type>, cx: &Ctx, args: Args<'_>) -> PyResult<()> {
        let _ = args;
        let cache = cache::new_weak_cache(cx)?;
        cx.set_attr(cls.as_value(), &cx.intern("_weak_cache"), Some(&cache))
    }

    #[member]
    fn key(&self) -> Value {
        self.key.clone()
    }
}
