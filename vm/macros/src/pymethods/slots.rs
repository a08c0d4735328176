//! Which special method fills which slot, and with which parameters and result.
//!
//! The names on the right are the fields of `taipan_vm::objects::Slots`. CPython's counterpart is `slotdefs` in
//! `Objects/typeobject.c`. Names that Python does not have (`__item__`, `__concat__`, `__send__`, ...) stand for slots
//! that share their Python name with another slot, or have none.

use Argument::{Converted, Raw};

/// How a slot's argument reaches the function.
#[derive(Clone, Copy)]
pub(super) enum Argument {
    /// A `&Value`; converted by `FromArg` if the function declares another type.
    Converted,
    /// Handed on as the slot has it.
    Raw,
}

/// What the slot returns.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Returns {
    /// `PyResult<Value>`, by `IntoResult`.
    Value,
    /// `PyResult<Option<Value>>`; the function returns an `Option<T>`.
    Optional,
    /// `PyResult<Option<Value>>`; the function may also return a `T`.
    Attribute,
    /// `PyResult<T>`, with the `T` of the slot.
    Plain,
    /// Nothing at all; an error goes to `sys.unraisablehook`.
    Nothing,
}

/// A special method that fills a slot of its own.
pub(super) struct Special {
    pub(super) method: &'static str,
    /// More than one slot if Python does not tell them apart.
    pub(super) slots: &'static [&'static str],
    pub(super) arguments: &'static [Argument],
    pub(super) returns: Returns,
    /// The function gets the operands in source order, so that neither needs to be of its class.
    pub(super) operands: bool,
}

const fn special(
    method: &'static str,
    slots: &'static [&'static str],
    arguments: &'static [Argument],
    returns: Returns,
) -> Special {
    Special {
        method,
        slots,
        arguments,
        returns,
        operands: false,
    }
}

const fn unary(method: &'static str, slots: &'static [&'static str]) -> Special {
    special(method, slots, &[], Returns::Value)
}

const fn in_place(method: &'static str, slots: &'static [&'static str]) -> Special {
    special(method, slots, &[Converted], Returns::Value)
}

const fn operator(method: &'static str, slots: &'static [&'static str]) -> Special {
    Special {
        method,
        slots,
        arguments: &[Raw],
        returns: Returns::Value,
        operands: true,
    }
}

/// The special methods that fill a slot alone.
pub(super) const SPECIALS: &[Special] = &[
    unary("__repr__", &["repr"]),
    unary("__str__", &["str"]),
    special("__hash__", &["hash"], &[], Returns::Plain),
    special("__getattribute__", &["getattr"], &[Raw], Returns::Attribute),
    unary("__iter__", &["iter"]),
    special("__next__", &["next"], &[], Returns::Optional),
    special("__get__", &["descr_get"], &[Raw, Raw], Returns::Value),
    special("__del__", &["finalize"], &[], Returns::Nothing),
    special(
        "__richcompare__",
        &["compare"],
        &[Converted, Raw],
        Returns::Value,
    ),
    operator("__add__", &["add"]),
    operator("__sub__", &["subtract"]),
    operator("__mul__", &["multiply"]),
    operator("__mod__", &["remainder"]),
    operator("__divmod__", &["divmod"]),
    Special {
        method: "__pow__",
        slots: &["power"],
        arguments: &[Raw, Raw],
        returns: Returns::Value,
        operands: true,
    },
    operator("__lshift__", &["lshift"]),
    operator("__rshift__", &["rshift"]),
    operator("__and__", &["and"]),
    operator("__xor__", &["xor"]),
    operator("__or__", &["or"]),
    operator("__floordiv__", &["floor_divide"]),
    operator("__truediv__", &["true_divide"]),
    operator("__matmul__", &["matrix_multiply"]),
    unary("__neg__", &["negative"]),
    unary("__pos__", &["positive"]),
    unary("__abs__", &["absolute"]),
    unary("__invert__", &["invert"]),
    special("__bool__", &["bool"], &[], Returns::Plain),
    unary("__int__", &["int"]),
    unary("__float__", &["float"]),
    unary("__index__", &["index"]),
    in_place("__iadd__", &["inplace_add"]),
    in_place("__isub__", &["inplace_subtract"]),
    in_place("__imul__", &["inplace_multiply"]),
    in_place("__imod__", &["inplace_remainder"]),
    special(
        "__ipow__",
        &["inplace_power"],
        &[Converted, Raw],
        Returns::Value,
    ),
    in_place("__ilshift__", &["inplace_lshift"]),
    in_place("__irshift__", &["inplace_rshift"]),
    in_place("__iand__", &["inplace_and"]),
    in_place("__ixor__", &["inplace_xor"]),
    in_place("__ior__", &["inplace_or"]),
    in_place("__ifloordiv__", &["inplace_floor_divide"]),
    in_place("__itruediv__", &["inplace_true_divide"]),
    in_place("__imatmul__", &["inplace_matrix_multiply"]),
    special(
        "__len__",
        &["sequence_length", "length"],
        &[],
        Returns::Plain,
    ),
    in_place("__concat__", &["concat"]),
    special("__repeat__", &["repeat"], &[Raw], Returns::Value),
    special("__item__", &["item"], &[Raw], Returns::Value),
    special("__contains__", &["contains"], &[Converted], Returns::Plain),
    in_place("__inplace_concat__", &["inplace_concat"]),
    special(
        "__inplace_repeat__",
        &["inplace_repeat"],
        &[Raw],
        Returns::Value,
    ),
    in_place("__getitem__", &["subscript"]),
    unary("__await__", &["await_"]),
    unary("__aiter__", &["aiter"]),
    unary("__anext__", &["anext"]),
    special("__send__", &["send"], &[Converted], Returns::Plain),
    special("__buffer__", &["buffer"], &[Raw], Returns::Plain),
    special(
        "__release_buffer__",
        &["release_buffer"],
        &[Raw],
        Returns::Plain,
    ),
];

/// Two special methods that share a slot: the second is the first without a value.
pub(super) struct SetOrDelete {
    pub(super) set: &'static str,
    pub(super) delete: &'static str,
    pub(super) slot: &'static str,
    /// What the slot gives before the value: a `&Value`, or something that is handed on.
    pub(super) key: Argument,
}

/// The pairs.
pub(super) const SET_OR_DELETE: &[SetOrDelete] = &[
    SetOrDelete {
        set: "__setattr__",
        delete: "__delattr__",
        slot: "setattr",
        key: Raw,
    },
    SetOrDelete {
        set: "__set__",
        delete: "__delete__",
        slot: "descr_set",
        key: Converted,
    },
    SetOrDelete {
        set: "__setitem__",
        delete: "__delitem__",
        slot: "set_subscript",
        key: Converted,
    },
    SetOrDelete {
        set: "__set_item__",
        delete: "__delete_item__",
        slot: "set_item",
        key: Raw,
    },
];

/// The comparisons, with the variants of `CompareOp`.
pub(super) const COMPARISONS: [(&str, &str); 6] = [
    ("__lt__", "Lt"),
    ("__le__", "Le"),
    ("__eq__", "Eq"),
    ("__ne__", "Ne"),
    ("__gt__", "Gt"),
    ("__ge__", "Ge"),
];

/// The reflected operators: the plain one covers them.
const REFLECTED: [&str; 14] = [
    "__radd__",
    "__rsub__",
    "__rmul__",
    "__rmod__",
    "__rdivmod__",
    "__rpow__",
    "__rlshift__",
    "__rrshift__",
    "__rand__",
    "__rxor__",
    "__ror__",
    "__rfloordiv__",
    "__rtruediv__",
    "__rmatmul__",
];

/// Why a method of this name cannot stand in a block.
pub(super) fn refusal(method: &str) -> Option<String> {
    if REFLECTED.contains(&method) {
        return Some(format!(
            "the plain operator gets the operands in source order and covers `{method}`"
        ));
    }
    match method {
        "__new__" => Some("mark the constructor `#[new]` and call it `new`".to_owned()),
        "__init__" => Some("mark the initialiser `#[init]` and call it `init`".to_owned()),
        "__getattr__" => {
            Some("native classes have no `__getattr__`: write `__getattribute__`".to_owned())
        }
        _ => None,
    }
}
