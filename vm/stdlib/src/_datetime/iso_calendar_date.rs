//! `IsoCalendarDate`: the tuple that `isocalendar` returns.

use taipan_vm::ctx::Ctx;
use taipan_vm::error::PyResult;
use taipan_vm::heap::Payload;
use taipan_vm::native::bind::{Signature, bind_keywords};
use taipan_vm::native::{Args, Binding, Callee, ClassDef, FunctionDef, GetSetDef};
use taipan_vm::objects::slots::Slots;
use taipan_vm::objects::{Tuple, Type, TypeFlags};
use taipan_vm::value::{Py, Value};

use super::arguments::int;
use super::calendar::IsoDay;

static METHODS: [FunctionDef; 1] = [FunctionDef {
    name: "__reduce__",
    doc: None,
    text_signature: None,
    binding: Binding::Method,
    callee: Callee::NoArgs(reduce),
}];

static ATTRIBUTES: [GetSetDef; 3] = [
    getter::<0>("year"),
    getter::<1>("week"),
    getter::<2>("weekday"),
];

/// The class: a tuple's memory with names for its items.
static CLASS: ClassDef = ClassDef {
    name: "IsoCalendarDate",
    module: "datetime",
    doc: Some(
        "The result of date.isocalendar() or datetime.isocalendar()\n\n\
        This object may be accessed either as a tuple of\n  \
        ((year, week, weekday))\n\
        or via the object attributes as named in the above tuple.",
    ),
    text_signature: None,
    base: Some(Tuple::class),
    layout: <Tuple as Payload>::layout,
    flags: TypeFlags::empty(),
    fill_slots,
    methods: &METHODS,
    getsets: &ATTRIBUTES,
    members: &[],
};

const NEW: &Signature = &Signature {
    function: "IsoCalendarDate",
    parameters: &["year", "week", "weekday"],
    positional_only: 0,
    positional: 3,
    required: 3,
    keyword_required: &[],
    rest: false,
    extra: false,
};

const fn getter<const INDEX: usize>(name: &'static str) -> GetSetDef {
    GetSetDef {
        name,
        doc: None,
        get: Some(item::<INDEX>),
        set: None,
    }
}

fn items<'a>(cx: &Ctx, this: &'a Value) -> PyResult<&'a [Value]> {
    match this.downcast_ref::<Tuple>() {
        Some(tuple) => Ok(tuple.as_slice()),
        None => Err(cx.type_error("an IsoCalendarDate is required")),
    }
}

fn item<const INDEX: usize>(cx: &Ctx, this: &Value) -> PyResult<Value> {
    match items(cx, this)?.get(INDEX) {
        Some(item) => Ok(item.clone()),
        None => Err(cx.index_error("tuple index out of range")),
    }
}

fn fill_slots(slots: &Slots) {
    slots.repr.set(Some(repr));
    slots.new.set(Some(new));
}

fn new(cx: &Ctx, class: &Py<Type>, args: Args<'_>) -> PyResult<Value> {
    let slots = bind_keywords::<3>(cx, NEW, args)?.slots;
    let mut values = Vec::with_capacity(3);
    for slot in slots.into_iter().flatten() {
        values.push(cx.new_int(i64::from(int(cx, slot)?)));
    }
    build(cx, class, values)
}

fn build(cx: &Ctx, class: &Py<Type>, values: Vec<Value>) -> PyResult<Value> {
    Ok(cx.new_tuple_of(class, values)?.into_value())
}

fn repr(cx: &Ctx, this: &Value) -> PyResult<Value> {
    let [year, week, weekday] = items(cx, this)? else {
        return Err(cx.type_error("an IsoCalendarDate has three items"));
    };
    let text = format!(
        "{}(year={}, week={}, weekday={})",
        cx.class_of(this).full_name(),
        cx.str(year)?.to_string_lossy(),
        cx.str(week)?.to_string_lossy(),
        cx.str(weekday)?.to_string_lossy(),
    );
    Ok(cx.new_str(&text)?.into_value())
}

/// A pickle holds a plain tuple.
fn reduce(cx: &Ctx, this: &Value) -> PyResult<Value> {
    let plain = cx.new_tuple(items(cx, this)?.to_vec()).into_value();
    let args = cx.new_tuple(vec![plain]).into_value();
    let parts = vec![cx.types().tuple.to_value(), args];
    Ok(cx.new_tuple(parts).into_value())
}

/// The tuple of a day.
///
/// # Errors
/// `MemoryError`.
pub(super) fn make(cx: &Ctx, day: IsoDay) -> PyResult<Value> {
    let values = [day.year, day.week, day.weekday];
    let values = values.map(|number| cx.new_int(i64::from(number))).to_vec();
    build(cx, &cx.native_class(&CLASS), values)
}
