//! Struct sequences: tuples whose items also have names, and that may have further named items behind the visible ones.
//!
//! CPython 3.14: `Objects/structseq.c`. Declared with `struct_sequence!`, which makes an empty Rust type that stands for
//! the class. Invariant: an instance is a tuple of `VISIBLE` items; the rest are its `__slots__`-like members, all set.
//! Tests: below, and `tests/run/struct_sequence/`.

use crate::ctx::Ctx;
use crate::error::PyResult;
use crate::native::{Args, Binding, Callee, ClassDef, FunctionDef, GetSetDef};
use crate::objects::{Dict, Tuple, Type, attrs};
use crate::value::{Py, Value};

/// A field; without a name it can only be reached by its index.
pub struct Field {
    pub name: Option<&'static str>,
    pub doc: Option<&'static str>,
}

/// A struct sequence class.
pub trait StructSequence: Sized + 'static {
    /// As `repr` shows it, with the module.
    const FULL_NAME: &'static str;
    /// How many fields are items of the tuple.
    const VISIBLE: usize;
    const FIELDS: &'static [Field];

    fn class() -> &'static ClassDef;

    /// Completes what a call of the class gave: the fields it did not give are `None`.
    fn complete(_values: &mut [Value]) {}

    /// A call of the class.
    ///
    /// # Errors
    /// `TypeError` if the arguments are not a sequence of the right length and perhaps a dict.
    fn construct(cx: &Ctx, class: &Py<Type>, args: Args<'_>) -> PyResult<Value> {
        new::<Self>(cx, class, args)
    }
}

/// How many fields a class can have.
const MAX_FIELDS: usize = 24;

type Getter = fn(&Ctx, &Value) -> PyResult<Value>;

macro_rules! getters {
    ($($index:literal)*) => { [$(field::<$index>),*] };
}

const GETTERS: [Getter; MAX_FIELDS] =
    getters!(0 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 21 22 23);

fn field<const INDEX: usize>(cx: &Ctx, value: &Value) -> PyResult<Value> {
    item_at(cx, value, INDEX)
}

fn item_at(cx: &Ctx, value: &Value, index: usize) -> PyResult<Value> {
    let Some(tuple) = value.downcast_ref::<Tuple>() else {
        return Err(cx.type_error("a struct sequence was expected"));
    };
    Ok(match tuple.as_slice().get(index) {
        Some(item) => item.clone(),
        None => attrs::member(value, index - tuple.length()).unwrap_or(Value::NONE),
    })
}

/// The named fields of a class, for its table.
pub const fn count_named(fields: &[Field]) -> usize {
    let mut count = 0;
    let mut index = 0;
    while index < fields.len() {
        if fields[index].name.is_some() {
            count += 1;
        }
        index += 1;
    }
    count
}

/// The table of a class's named fields.
pub const fn member_table<const N: usize>(fields: &[Field]) -> [GetSetDef; N] {
    const BLANK: GetSetDef = GetSetDef {
        name: "",
        doc: None,
        get: None,
        set: None,
    };
    assert!(fields.len() <= MAX_FIELDS);
    let mut table = [BLANK; N];
    let mut next = 0;
    let mut index = 0;
    while index < fields.len() {
        if let Some(name) = fields[index].name {
            table[next] = GetSetDef {
                name,
                doc: fields[index].doc,
                get: Some(GETTERS[index]),
                set: None,
            };
            next += 1;
        }
        index += 1;
    }
    table
}

/// The methods that all struct sequences have, for the class of `T`.
pub const fn method_table<T: StructSequence>() -> [FunctionDef; 2] {
    [
        FunctionDef {
            name: "__reduce__",
            doc: None,
            text_signature: Some("($self, /)"),
            binding: Binding::Method,
            callee: Callee::NoArgs(reduce::<T>),
        },
        FunctionDef {
            name: "__replace__",
            doc: Some("Return a copy of the structure with new values for the specified fields."),
            text_signature: Some("($self, /, **changes)"),
            binding: Binding::Method,
            callee: Callee::Keywords(replace::<T>),
        },
    ]
}

/// Declares struct sequences: `struct_sequence! { /// Doc. pub Name("module", "name", visible 2) { "a": "doc", _ : "" } }`.
#[macro_export]
macro_rules! struct_sequence {
    ($($(#[doc = $doc:expr])* $vis:vis $type:ident($module:literal, $name:literal, visible $visible:expr) {
        $($field:tt: $field_doc:expr,)*
    } $([$($extra:item)*])?;)*) => {$(
        $(#[doc = $doc])*
        $vis enum $type {}

        impl $crate::objects::struct_sequence::StructSequence for $type {
            const FULL_NAME: &'static str = concat!($module, ".", $name);
            const VISIBLE: usize = $visible;
            const FIELDS: &'static [$crate::objects::struct_sequence::Field] = &[
                $($crate::objects::struct_sequence::Field {
                    name: $crate::struct_sequence!(@name $field),
                    doc: $field_doc,
                },)*
            ];

            fn class() -> &'static $crate::native::ClassDef {
                use $crate::objects::struct_sequence as parts;
                const FIELDS: &[parts::Field] =
                    <$type as parts::StructSequence>::FIELDS;
                const NAMED: usize = parts::count_named(FIELDS);
                static MEMBERS: [$crate::native::GetSetDef; NAMED] = parts::member_table(FIELDS);
                static METHODS: [$crate::native::FunctionDef; 2] = parts::method_table::<$type>();
                static CLASS: $crate::native::ClassDef = $crate::native::ClassDef {
                    name: $name,
                    module: $module,
                    doc: Some(concat!($($doc, "\n",)* "").trim_ascii()),
                    text_signature: None,
                    base: Some($crate::objects::Tuple::class),
                    layout: <$crate::objects::Tuple as $crate::heap::Payload>::layout,
                    flags: $crate::objects::TypeFlags::empty(),
                    fill_slots: parts::fill_slots::<$type>,
                    methods: &METHODS,
                    getsets: &[],
                    members: &MEMBERS,
                };
                &CLASS
            }

            $($($extra)*)?
        }
    )*};
    (@name _) => { None };
    (@name $name:literal) => { Some($name) };
}

/// Fills the slots that all struct sequences have.
pub fn fill_slots<T: StructSequence>(slots: &crate::objects::slots::Slots) {
    slots.repr.set(Some(repr::<T>));
    slots.new.set(Some(T::construct));
}

impl Ctx {
    /// The class of a struct sequence.
    ///
    /// # Errors
    /// `MemoryError`.
    pub fn struct_sequence_class<T: StructSequence>(&self) -> PyResult<Py<Type>> {
        let class = self.native_class(T::class());
        let marker = self.intern("n_sequence_fields");
        if class.dict().contains_str(&marker) {
            return Ok(class);
        }
        class.lay_out(T::FIELDS.len() - T::VISIBLE, 0);
        let names = T::FIELDS[..T::VISIBLE].iter().filter_map(|f| f.name);
        let names: Vec<Value> = names.map(|name| self.intern(name).into_value()).collect();
        let unnamed = T::FIELDS
            .iter()
            .filter(|field| field.name.is_none())
            .count();
        let dict = class.dict();
        dict.set_str(&marker, self.new_int(T::VISIBLE as i64));
        dict.set_str(
            &self.intern("n_fields"),
            self.new_int(T::FIELDS.len() as i64),
        );
        dict.set_str(
            &self.intern("n_unnamed_fields"),
            self.new_int(unnamed as i64),
        );
        dict.set_str(
            &self.names().__match_args__,
            self.new_tuple(names).into_value(),
        );
        class.modified();
        Ok(class)
    }

    /// Makes a struct sequence of the values of all its fields; missing ones at the end are `None`.
    ///
    /// # Errors
    /// `MemoryError`.
    pub fn new_struct_sequence<T: StructSequence>(&self, values: Vec<Value>) -> PyResult<Value> {
        let class = self.struct_sequence_class::<T>()?;
        build::<T>(self, &class, values)
    }
}

fn build<T: StructSequence>(cx: &Ctx, class: &Py<Type>, mut values: Vec<Value>) -> PyResult<Value> {
    values.resize(T::FIELDS.len(), Value::NONE);
    let hidden = values.split_off(T::VISIBLE);
    let tuple = Tuple::allocate(cx.heap(), class, values).map_err(|_| cx.memory_error())?;
    let value = tuple.into_value();
    for (index, item) in hidden.into_iter().enumerate() {
        drop(attrs::set_member(&value, index, Some(item)));
    }
    Ok(value)
}

fn new<T: StructSequence>(cx: &Ctx, class: &Py<Type>, args: Args<'_>) -> PyResult<Value> {
    static PARAMETERS: [&str; 2] = ["sequence", "dict"];
    cx.struct_sequence_class::<T>()?;
    let short = T::class().name;
    let mut given: [Option<&Value>; 2] = [None, None];
    let positional = args.positional();
    if positional.len() + args.keyword_count() > 2 {
        return Err(cx.type_error(format!(
            "{short}() takes at most 2 arguments ({} given)",
            positional.len() + args.keyword_count()
        )));
    }
    for (slot, value) in given.iter_mut().zip(positional) {
        *slot = Some(value);
    }
    for (name, value) in args.keywords() {
        match PARAMETERS.iter().position(|known| name.as_wtf8() == *known) {
            Some(index) if given[index].is_none() => given[index] = Some(value),
            Some(index) => {
                return Err(cx.type_error(format!(
                    "argument for {short}() given by name ('{}') and position ({})",
                    PARAMETERS[index],
                    index + 1
                )));
            }
            None => {
                return Err(cx.type_error(format!(
                    "{short}() got an unexpected keyword argument '{}'",
                    name.to_string_lossy()
                )));
            }
        }
    }
    let Some(sequence) = given[0] else {
        return Err(cx.type_error(format!(
            "{short}() missing required argument 'sequence' (pos 1)"
        )));
    };
    let extra = match given[1] {
        None => None,
        Some(dict) => match dict.downcast_ref::<Dict>() {
            Some(dict) => Some(dict),
            None => {
                return Err(cx.type_error(format!(
                    "{}() takes a dict as second arg, if any",
                    T::FULL_NAME
                )));
            }
        },
    };
    let items = match cx.collect(sequence) {
        Err(error) if cx.matches(&error, &cx.types().type_error) => {
            return Err(cx.type_error("constructor requires a sequence"));
        }
        other => other?,
    };
    let (least, most, count) = (T::VISIBLE, T::FIELDS.len(), items.len());
    if count < least || count > most || (least == most && count != least) {
        let (how, bound) = match (least == most, count < least) {
            (true, _) => ("a", least),
            (false, true) => ("an at least", least),
            (false, false) => ("an at most", most),
        };
        return Err(cx.type_error(format!(
            "{}() takes {how} {bound}-sequence ({count}-sequence given)",
            T::FULL_NAME
        )));
    }
    let mut values = items;
    let from_sequence = values.len();
    let mut used = 0;
    for field in &T::FIELDS[from_sequence..] {
        let mut value = None;
        if let (Some(dict), Some(name)) = (extra, field.name) {
            value = dict.get_str(&cx.intern(name));
            used += usize::from(value.is_some());
        }
        values.push(value.unwrap_or(Value::NONE));
    }
    if let Some(dict) = extra
        && dict.keys().len() > used
    {
        return Err(cx.type_error(format!(
            "{}() got duplicate or unexpected field name(s)",
            T::FULL_NAME
        )));
    }
    T::complete(&mut values);
    build::<T>(cx, class, values)
}

fn repr<T: StructSequence>(cx: &Ctx, value: &Value) -> PyResult<Value> {
    let name = T::FULL_NAME
        .strip_prefix("builtins.")
        .unwrap_or(T::FULL_NAME);
    let mut text = taipan_text::Wtf8Buf::from(name);
    text.push_str("(");
    // As in CPython, the names are the first named fields, wherever they stand: `os.stat_result` shows "st_atime" at
    // the place of the unnamed integer.
    let names = T::FIELDS.iter().filter_map(|field| field.name);
    for (index, name) in names.take(T::VISIBLE).enumerate() {
        if index > 0 {
            text.push_str(", ");
        }
        text.push_str(name);
        text.push_str("=");
        text.push_wtf8(cx.repr(&item_at(cx, value, index)?)?.as_wtf8());
    }
    text.push_str(")");
    Ok(cx.new_str(&*text)?.into_value())
}

fn reduce<T: StructSequence>(cx: &Ctx, value: &Value) -> PyResult<Value> {
    let Some(tuple) = value.downcast_ref::<Tuple>() else {
        return Err(cx.type_error("a struct sequence was expected"));
    };
    let hidden = cx.new_dict();
    for (index, field) in T::FIELDS.iter().enumerate().skip(T::VISIBLE) {
        if let Some(name) = field.name {
            hidden.set_str(&cx.intern(name), item_at(cx, value, index)?);
        }
    }
    let visible = cx.new_tuple_from(tuple.as_slice()).into_value();
    let args = cx.new_tuple(vec![visible, hidden.into_value()]);
    let class = cx.class_of(value).to_value();
    Ok(cx.new_tuple(vec![class, args.into_value()]).into_value())
}

fn replace<T: StructSequence>(cx: &Ctx, value: &Value, args: Args<'_>) -> PyResult<Value> {
    if !args.positional().is_empty() {
        return Err(cx.type_error(format!(
            "__replace__() takes no positional arguments ({} given)",
            args.positional().len()
        )));
    }
    if T::FIELDS.iter().any(|field| field.name.is_none()) {
        return Err(cx.type_error(format!(
            "__replace__() is not supported for {} because it has unnamed field(s)",
            T::FULL_NAME
        )));
    }
    let mut values = Vec::with_capacity(T::FIELDS.len());
    for index in 0..T::FIELDS.len() {
        values.push(item_at(cx, value, index)?);
    }
    let mut unknown = Vec::new();
    for (name, new) in args.keywords() {
        let known = T::FIELDS
            .iter()
            .position(|field| field.name.is_some_and(|known| name.as_wtf8() == known));
        match known {
            Some(index) => values[index] = new.clone(),
            None => unknown.push(name.to_value()),
        }
    }
    if !unknown.is_empty() {
        let unknown = cx.repr(cx.new_list(unknown).as_value())?;
        return Err(cx.type_error(format!(
            "Got unexpected field name(s): {}",
            unknown.to_string_lossy()
        )));
    }
    build::<T>(cx, cx.class_of(value), values)
}
