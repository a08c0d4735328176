//! What a type can do natively: one cell per protocol function.
//!
//! CPython 3.14: the `tp_*`, `nb_*`, `sq_*`, `mp_*`, `am_*` and `bf_*` members of `PyTypeObject`. Native classes fill
//! slots; `slot_table` gives them their wrapper descriptors, and gives classes written in Python slot functions
//! that look up the method.

use std::cell::Cell;

use crate::ctx::Ctx;
use crate::error::PyResult;
use crate::native::Args;
use crate::objects::buffer::Buffer;
use crate::objects::{Str, Type};
use crate::value::{Py, Value};

/// The six comparisons, numbered as `Py_LT`..`Py_GE`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub enum CompareOp {
    Lt,
    Le,
    Eq,
    Ne,
    Gt,
    Ge,
}

impl CompareOp {
    pub const ALL: [Self; 6] = [Self::Lt, Self::Le, Self::Eq, Self::Ne, Self::Gt, Self::Ge];

    /// `a < b` is `b > a`.
    pub const fn swapped(self) -> Self {
        match self {
            Self::Lt => Self::Gt,
            Self::Le => Self::Ge,
            Self::Gt => Self::Lt,
            Self::Ge => Self::Le,
            Self::Eq | Self::Ne => self,
        }
    }

    pub const fn symbol(self) -> &'static str {
        match self {
            Self::Lt => "<",
            Self::Le => "<=",
            Self::Eq => "==",
            Self::Ne => "!=",
            Self::Gt => ">",
            Self::Ge => ">=",
        }
    }

    /// What the comparison says of an ordering.
    pub const fn holds(self, ordering: std::cmp::Ordering) -> bool {
        match self {
            Self::Lt => ordering.is_lt(),
            Self::Le => ordering.is_le(),
            Self::Eq => ordering.is_eq(),
            Self::Ne => ordering.is_ne(),
            Self::Gt => ordering.is_gt(),
            Self::Ge => ordering.is_ge(),
        }
    }
}

/// What a resumed generator or coroutine did (`am_send`).
pub enum Sent {
    Yielded(Value),
    Returned(Value),
}

pub type UnaryFn = fn(&Ctx, &Value) -> PyResult<Value>;
/// Gets the operands in source order; either may be the one whose type has the slot.
pub type BinaryFn = fn(&Ctx, &Value, &Value) -> PyResult<Value>;
pub type TernaryFn = fn(&Ctx, &Value, &Value, &Value) -> PyResult<Value>;
pub type TestFn = fn(&Ctx, &Value) -> PyResult<bool>;
pub type HashFn = fn(&Ctx, &Value) -> PyResult<i64>;
pub type LengthFn = fn(&Ctx, &Value) -> PyResult<usize>;
pub type CallFn = fn(&Ctx, &Value, Args<'_>) -> PyResult<Value>;
/// Returns `None` for "no such attribute" where no exception was made yet.
pub type GetAttrFn = fn(&Ctx, &Value, &Py<Str>) -> PyResult<Option<Value>>;
/// `None` as the value deletes.
pub type SetAttrFn = fn(&Ctx, &Value, &Py<Str>, Option<&Value>) -> PyResult<()>;
pub type CompareFn = fn(&Ctx, &Value, &Value, CompareOp) -> PyResult<Value>;
/// Returns `None` at the end.
pub type NextFn = fn(&Ctx, &Value) -> PyResult<Option<Value>>;
/// Descriptor, instance (`None` on access through the type), owner.
pub type DescrGetFn = fn(&Ctx, &Value, Option<&Value>, Option<&Value>) -> PyResult<Value>;
pub type DescrSetFn = fn(&Ctx, &Value, &Value, Option<&Value>) -> PyResult<()>;
pub type InitFn = fn(&Ctx, &Value, Args<'_>) -> PyResult<()>;
pub type NewFn = fn(&Ctx, &Py<Type>, Args<'_>) -> PyResult<Value>;
/// Reports its own errors through `sys.unraisablehook`.
pub type FinalizeFn = fn(&Ctx, &Value);
pub type ItemFn = fn(&Ctx, &Value, isize) -> PyResult<Value>;
pub type SetItemFn = fn(&Ctx, &Value, isize, Option<&Value>) -> PyResult<()>;
pub type SetSubscriptFn = fn(&Ctx, &Value, &Value, Option<&Value>) -> PyResult<()>;
pub type ContainsFn = fn(&Ctx, &Value, &Value) -> PyResult<bool>;
pub type RepeatFn = fn(&Ctx, &Value, isize) -> PyResult<Value>;
pub type SendFn = fn(&Ctx, &Value, &Value) -> PyResult<Sent>;
/// Value and `inspect.BufferFlags`.
pub type BufferFn = fn(&Ctx, &Value, i32) -> PyResult<Buffer>;
/// Value and the `memoryview` of its memory that is given back.
pub type ReleaseBufferFn = fn(&Ctx, &Value, &Value) -> PyResult<()>;

macro_rules! slots {
    ($($(#[$doc:meta])* $name:ident: $type:ty,)*) => {
        /// All slots of a type; an empty cell means "inherit" while the type is made and "cannot" afterwards.
        #[derive(Default)]
        pub struct Slots { $($(#[$doc])* pub $name: Cell<Option<$type>>,)* }

        impl Slots {
            /// Takes over each slot of `base` that is empty here.
            pub fn inherit(&self, base: &Self) {
                $(if self.$name.get().is_none() { self.$name.set(base.$name.get()); })*
            }

            /// Whether the slot holds a function.
            pub fn has(&self, slot: SlotId) -> bool {
                match slot { $(SlotId::$name => self.$name.get().is_some(),)* }
            }

            /// Takes over one slot, empty or not.
            pub fn copy(&self, from: &Self, slot: SlotId) {
                match slot { $(SlotId::$name => self.$name.set(from.$name.get()),)* }
            }

            pub fn empty(&self, slot: SlotId) {
                match slot { $(SlotId::$name => self.$name.set(None),)* }
            }

            /// Whether both hold the same function, or none.
            pub fn same(&self, other: &Self, slot: SlotId) -> bool {
                match slot {
                    $(SlotId::$name => match (self.$name.get(), other.$name.get()) {
                        (None, None) => true,
                        (Some(left), Some(right)) => std::ptr::fn_addr_eq(left, right),
                        _ => false,
                    },)*
                }
            }
        }

        /// One slot, named as its field.
        #[expect(non_camel_case_types, reason = "named as the fields of `Slots`")]
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        #[repr(u8)]
        pub enum SlotId { $($name,)* }
    };
}

slots! {
    repr: UnaryFn,
    str: UnaryFn,
    /// Empty together with `compare` means both are inherited; unhashable types hold `hash_not_implemented`.
    hash: HashFn,
    call: CallFn,
    getattr: GetAttrFn,
    setattr: SetAttrFn,
    compare: CompareFn,
    iter: UnaryFn,
    next: NextFn,
    descr_get: DescrGetFn,
    descr_set: DescrSetFn,
    init: InitFn,
    new: NewFn,
    finalize: FinalizeFn,

    add: BinaryFn,
    subtract: BinaryFn,
    multiply: BinaryFn,
    remainder: BinaryFn,
    divmod: BinaryFn,
    power: TernaryFn,
    lshift: BinaryFn,
    rshift: BinaryFn,
    and: BinaryFn,
    xor: BinaryFn,
    or: BinaryFn,
    floor_divide: BinaryFn,
    true_divide: BinaryFn,
    matrix_multiply: BinaryFn,
    negative: UnaryFn,
    positive: UnaryFn,
    absolute: UnaryFn,
    invert: UnaryFn,
    bool: TestFn,
    int: UnaryFn,
    float: UnaryFn,
    index: UnaryFn,
    inplace_add: BinaryFn,
    inplace_subtract: BinaryFn,
    inplace_multiply: BinaryFn,
    inplace_remainder: BinaryFn,
    inplace_power: TernaryFn,
    inplace_lshift: BinaryFn,
    inplace_rshift: BinaryFn,
    inplace_and: BinaryFn,
    inplace_xor: BinaryFn,
    inplace_or: BinaryFn,
    inplace_floor_divide: BinaryFn,
    inplace_true_divide: BinaryFn,
    inplace_matrix_multiply: BinaryFn,

    sequence_length: LengthFn,
    concat: BinaryFn,
    repeat: RepeatFn,
    item: ItemFn,
    set_item: SetItemFn,
    contains: ContainsFn,
    inplace_concat: BinaryFn,
    inplace_repeat: RepeatFn,

    length: LengthFn,
    subscript: BinaryFn,
    set_subscript: SetSubscriptFn,

    await_: UnaryFn,
    aiter: UnaryFn,
    anext: UnaryFn,
    send: SendFn,

    buffer: BufferFn,
    release_buffer: ReleaseBufferFn,
}
