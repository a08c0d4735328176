//! Which special method belongs to which slot: one table, for both directions.
//!
//! CPython 3.14: `slotdefs` (`Objects/typeobject.c`). A native type gets a `wrapper_descriptor` for each row whose slot
//! it fills; a class written in Python gets, for each row whose method it has, the slot function that looks the method
//! up. Rows of one slot stand together. `slot_wrappers` holds the first direction, `slot_functions` the second,
//! `slot_update` decides. Tests: `tests/run/class/`.

use super::slot_buffer;
use super::slot_functions as functions;
use super::slot_wrappers as wrappers;
use crate::ctx::Ctx;
use crate::error::PyResult;
use crate::names::Names;
use crate::native::Args;
use crate::objects::Str;
use crate::objects::slots::{CompareOp, SlotId, Slots};
use crate::value::{Py, Value};

/// Calls what a slot holds with Python's arguments.
pub(super) type Wrapper = fn(&Ctx, &'static SlotDef, &Slots, &Value, Args<'_>) -> PyResult<Value>;

/// One row: a special method and its slot.
pub struct SlotDef {
    pub name: &'static str,
    pub slot: SlotId,
    pub text_signature: &'static str,
    pub doc: &'static str,
    pub key: fn(&Names) -> &Py<Str>,
    /// `None` if the name is only known to classes written in Python (`__getattr__`, `__new__`).
    pub wrapper: Option<Wrapper>,
    /// Fills the slot with the function that looks the method up; `None` if another slot of the name does that.
    pub look_up: Option<fn(&Slots)>,
}

/// Unwraps a slot that has a wrapper, so that it cannot be empty.
macro_rules! filled {
    ($cx:ident, $slots:ident.$slot:ident) => {
        match $slots.$slot.get() {
            Some(function) => function,
            None => return Err($cx.system_error(concat!("slot ", stringify!($slot), " is empty"))),
        }
    };
}

macro_rules! row {
    ($name:ident, $slot:ident, $signature:literal, $doc:literal, $wrapper:expr, $look_up:expr) => {
        SlotDef {
            name: stringify!($name),
            slot: SlotId::$slot,
            text_signature: $signature,
            doc: $doc,
            key: |names| &names.$name,
            wrapper: $wrapper,
            look_up: $look_up,
        }
    };
}

/// `self.__name__()`.
macro_rules! unary {
    ($name:ident, $slot:ident, $doc:literal) => {
        row!(
            $name,
            $slot,
            "($self, /)",
            $doc,
            Some(|cx, _, slots, this, args| {
                let [] = wrappers::exactly(cx, args)?;
                filled!(cx, slots.$slot)(cx, this)
            }),
            Some(|slots| slots.$slot.set(Some(|cx, this| functions::method(
                cx,
                this,
                &cx.names().$name,
                &[]
            ))))
        )
    };
}

/// `self.__name__(other)` and nothing else.
macro_rules! in_place {
    ($name:ident, $slot:ident, $doc:literal) => {
        in_place!(
            $name,
            $slot,
            "($self, value, /)",
            $doc,
            Some(|slots| slots.$slot.set(Some(|cx, this, other| {
                functions::method(cx, this, &cx.names().$name, std::slice::from_ref(other))
            })))
        )
    };
    ($name:ident, $slot:ident, $signature:literal, $doc:literal, $look_up:expr) => {
        row!(
            $name,
            $slot,
            $signature,
            $doc,
            Some(|cx, _, slots, this, args| {
                let [other] = wrappers::exactly(cx, args)?;
                filled!(cx, slots.$slot)(cx, this, other)
            }),
            $look_up
        )
    };
}

/// A symmetric operator: the slot gets the operands in source order, whichever method is called.
macro_rules! operator {
    (left $name:ident, $reflected:ident, $slot:ident, $doc:literal) => {
        row!($name, $slot, "($self, value, /)", $doc,
            Some(|cx, _, slots, this, args| {
                let [other] = wrappers::exactly(cx, args)?;
                filled!(cx, slots.$slot)(cx, this, other)
            }),
            Some(operator!(look_up $name, $reflected, $slot)))
    };
    (right $name:ident, $reflected:ident, $slot:ident, $doc:literal) => {
        row!($reflected, $slot, "($self, value, /)", $doc,
            Some(|cx, _, slots, this, args| {
                let [other] = wrappers::exactly(cx, args)?;
                filled!(cx, slots.$slot)(cx, other, this)
            }),
            Some(operator!(look_up $name, $reflected, $slot)))
    };
    (look_up $name:ident, $reflected:ident, $slot:ident) => {
        |slots| slots.$slot.set(Some(|cx, left, right| {
            let (name, reflected) = (&cx.names().$name, &cx.names().$reflected);
            functions::operator(cx, SlotId::$slot, name, reflected, left, right, &[])
        }))
    };
}

macro_rules! comparison {
    ($name:ident, $op:ident, $doc:literal) => {
        row!(
            $name,
            compare,
            "($self, value, /)",
            $doc,
            Some(|cx, _, slots, this, args| {
                let [other] = wrappers::exactly(cx, args)?;
                filled!(cx, slots.compare)(cx, this, other, CompareOp::$op)
            }),
            Some(|slots| slots.compare.set(Some(functions::compare)))
        )
    };
}

const POWER: fn(&Slots) = |slots| slots.power.set(Some(functions::power));
const SET_SUBSCRIPT: Option<fn(&Slots)> =
    Some(|slots| slots.set_subscript.set(Some(functions::set_subscript)));
const SET_ITEM: Option<fn(&Slots)> = Some(|slots| slots.set_item.set(Some(functions::set_item)));
const SET_ATTR: Option<fn(&Slots)> = Some(|slots| slots.setattr.set(Some(functions::setattr)));
const DESCR_SET: Option<fn(&Slots)> = Some(|slots| slots.descr_set.set(Some(functions::descr_set)));
const GET_ATTR: Option<fn(&Slots)> = Some(|slots| slots.getattr.set(Some(functions::getattr)));

/// All rows, those of one slot together.
pub static SLOT_DEFS: &[SlotDef] = &[
    row!(
        __getattribute__,
        getattr,
        "($self, name, /)",
        "Return getattr(self, name).",
        Some(wrappers::getattribute),
        GET_ATTR
    ),
    row!(
        __getattr__,
        getattr,
        "($self, name, /)",
        "Implement getattr(self, name).",
        None,
        GET_ATTR
    ),
    row!(
        __setattr__,
        setattr,
        "($self, name, value, /)",
        "Implement setattr(self, name, value).",
        Some(wrappers::setattr),
        SET_ATTR
    ),
    row!(
        __delattr__,
        setattr,
        "($self, name, /)",
        "Implement delattr(self, name).",
        Some(wrappers::delattr),
        SET_ATTR
    ),
    unary!(__repr__, repr, "Return repr(self)."),
    row!(
        __hash__,
        hash,
        "($self, /)",
        "Return hash(self).",
        Some(|cx, _, slots, this, args| {
            let [] = wrappers::exactly(cx, args)?;
            Ok(cx.new_int(filled!(cx, slots.hash)(cx, this)?))
        }),
        Some(|slots| slots.hash.set(Some(functions::hash)))
    ),
    row!(
        __call__,
        call,
        "($self, /, *args, **kwargs)",
        "Call self as a function.",
        Some(|cx, _, slots, this, args| filled!(cx, slots.call)(cx, this, args)),
        Some(|slots| slots.call.set(Some(functions::call)))
    ),
    unary!(__str__, str, "Return str(self)."),
    comparison!(__lt__, Lt, "Return self<value."),
    comparison!(__le__, Le, "Return self<=value."),
    comparison!(__eq__, Eq, "Return self==value."),
    comparison!(__ne__, Ne, "Return self!=value."),
    comparison!(__gt__, Gt, "Return self>value."),
    comparison!(__ge__, Ge, "Return self>=value."),
    row!(
        __iter__,
        iter,
        "($self, /)",
        "Implement iter(self).",
        Some(|cx, _, slots, this, args| {
            let [] = wrappers::exactly(cx, args)?;
            filled!(cx, slots.iter)(cx, this)
        }),
        Some(|slots| slots.iter.set(Some(functions::iter)))
    ),
    row!(
        __next__,
        next,
        "($self, /)",
        "Implement next(self).",
        Some(|cx, _, slots, this, args| {
            let [] = wrappers::exactly(cx, args)?;
            filled!(cx, slots.next)(cx, this)?.ok_or_else(|| cx.stop_iteration(Value::NONE))
        }),
        Some(|slots| slots.next.set(Some(functions::next)))
    ),
    row!(
        __get__,
        descr_get,
        "($self, instance, owner=None, /)",
        "Return an attribute of instance, which is of type owner.",
        Some(wrappers::descr_get),
        Some(|slots| slots.descr_get.set(Some(functions::descr_get)))
    ),
    row!(
        __set__,
        descr_set,
        "($self, instance, value, /)",
        "Set an attribute of instance to value.",
        Some(|cx, _, slots, this, args| {
            let [instance, value] = wrappers::exactly(cx, args)?;
            filled!(cx, slots.descr_set)(cx, this, instance, Some(value)).map(|()| Value::NONE)
        }),
        DESCR_SET
    ),
    row!(
        __delete__,
        descr_set,
        "($self, instance, /)",
        "Delete an attribute of instance.",
        Some(|cx, _, slots, this, args| {
            let [instance] = wrappers::exactly(cx, args)?;
            filled!(cx, slots.descr_set)(cx, this, instance, None).map(|()| Value::NONE)
        }),
        DESCR_SET
    ),
    row!(
        __init__,
        init,
        "($self, /, *args, **kwargs)",
        "Initialize self.  See help(type(self)) for accurate signature.",
        Some(
            |cx, _, slots, this, args| filled!(cx, slots.init)(cx, this, args)
                .map(|()| Value::NONE)
        ),
        Some(|slots| slots.init.set(Some(functions::init)))
    ),
    row!(
        __new__,
        new,
        "(type, /, *args, **kwargs)",
        "Create and return new object.",
        None,
        Some(|slots| slots.new.set(Some(functions::new)))
    ),
    row!(
        __del__,
        finalize,
        "($self, /)",
        "Called when the instance is about to be destroyed.",
        Some(|cx, _, slots, this, args| {
            let [] = wrappers::exactly(cx, args)?;
            filled!(cx, slots.finalize)(cx, this);
            Ok(Value::NONE)
        }),
        Some(|slots| slots.finalize.set(Some(functions::finalize)))
    ),
    unary!(
        __await__,
        await_,
        "Return an iterator to be used in await expression."
    ),
    unary!(
        __aiter__,
        aiter,
        "Return an awaitable, that resolves in asynchronous iterator."
    ),
    unary!(
        __anext__,
        anext,
        "Return a value or raise StopAsyncIteration."
    ),
    operator!(left __add__, __radd__, add, "Return self+value."),
    operator!(right __add__, __radd__, add, "Return value+self."),
    operator!(left __sub__, __rsub__, subtract, "Return self-value."),
    operator!(right __sub__, __rsub__, subtract, "Return value-self."),
    operator!(left __mul__, __rmul__, multiply, "Return self*value."),
    operator!(right __mul__, __rmul__, multiply, "Return value*self."),
    operator!(left __mod__, __rmod__, remainder, "Return self%value."),
    operator!(right __mod__, __rmod__, remainder, "Return value%self."),
    operator!(left __divmod__, __rdivmod__, divmod, "Return divmod(self, value)."),
    operator!(right __divmod__, __rdivmod__, divmod, "Return divmod(value, self)."),
    row!(
        __pow__,
        power,
        "($self, value, mod=None, /)",
        "Return pow(self, value, mod).",
        Some(|cx, _, slots, this, args| {
            let (other, modulus) = wrappers::one_or_two(cx, args)?;
            filled!(cx, slots.power)(cx, this, other, modulus.unwrap_or(&Value::NONE))
        }),
        Some(POWER)
    ),
    row!(
        __rpow__,
        power,
        "($self, value, mod=None, /)",
        "Return pow(value, self, mod).",
        Some(|cx, _, slots, this, args| {
            let (other, modulus) = wrappers::one_or_two(cx, args)?;
            filled!(cx, slots.power)(cx, other, this, modulus.unwrap_or(&Value::NONE))
        }),
        Some(POWER)
    ),
    unary!(__neg__, negative, "-self"),
    unary!(__pos__, positive, "+self"),
    unary!(__abs__, absolute, "abs(self)"),
    row!(
        __bool__,
        bool,
        "($self, /)",
        "True if self else False",
        Some(|cx, _, slots, this, args| {
            let [] = wrappers::exactly(cx, args)?;
            Ok(Value::bool(filled!(cx, slots.bool)(cx, this)?))
        }),
        Some(|slots| slots.bool.set(Some(functions::bool)))
    ),
    unary!(__invert__, invert, "~self"),
    operator!(left __lshift__, __rlshift__, lshift, "Return self<<value."),
    operator!(right __lshift__, __rlshift__, lshift, "Return value<<self."),
    operator!(left __rshift__, __rrshift__, rshift, "Return self>>value."),
    operator!(right __rshift__, __rrshift__, rshift, "Return value>>self."),
    operator!(left __and__, __rand__, and, "Return self&value."),
    operator!(right __and__, __rand__, and, "Return value&self."),
    operator!(left __xor__, __rxor__, xor, "Return self^value."),
    operator!(right __xor__, __rxor__, xor, "Return value^self."),
    operator!(left __or__, __ror__, or, "Return self|value."),
    operator!(right __or__, __ror__, or, "Return value|self."),
    unary!(__int__, int, "int(self)"),
    unary!(__float__, float, "float(self)"),
    in_place!(__iadd__, inplace_add, "Return self+=value."),
    in_place!(__isub__, inplace_subtract, "Return self-=value."),
    in_place!(__imul__, inplace_multiply, "Return self*=value."),
    in_place!(__imod__, inplace_remainder, "Return self%=value."),
    row!(
        __ipow__,
        inplace_power,
        "($self, value, /)",
        "Return self**=value.",
        Some(|cx, _, slots, this, args| {
            let (other, modulus) = wrappers::one_or_two(cx, args)?;
            filled!(cx, slots.inplace_power)(cx, this, other, modulus.unwrap_or(&Value::NONE))
        }),
        Some(|slots| slots.inplace_power.set(Some(|cx, this, other, _| {
            functions::method(cx, this, &cx.names().__ipow__, std::slice::from_ref(other))
        })))
    ),
    in_place!(__ilshift__, inplace_lshift, "Return self<<=value."),
    in_place!(__irshift__, inplace_rshift, "Return self>>=value."),
    in_place!(__iand__, inplace_and, "Return self&=value."),
    in_place!(__ixor__, inplace_xor, "Return self^=value."),
    in_place!(__ior__, inplace_or, "Return self|=value."),
    operator!(left __floordiv__, __rfloordiv__, floor_divide, "Return self//value."),
    operator!(right __floordiv__, __rfloordiv__, floor_divide, "Return value//self."),
    operator!(left __truediv__, __rtruediv__, true_divide, "Return self/value."),
    operator!(right __truediv__, __rtruediv__, true_divide, "Return value/self."),
    in_place!(__ifloordiv__, inplace_floor_divide, "Return self//=value."),
    in_place!(__itruediv__, inplace_true_divide, "Return self/=value."),
    unary!(
        __index__,
        index,
        "Return self converted to an integer, if self is suitable for use as an index into a list."
    ),
    operator!(left __matmul__, __rmatmul__, matrix_multiply, "Return self@value."),
    operator!(right __matmul__, __rmatmul__, matrix_multiply, "Return value@self."),
    in_place!(__imatmul__, inplace_matrix_multiply, "Return self@=value."),
    row!(
        __len__,
        length,
        "($self, /)",
        "Return len(self).",
        Some(|cx, _, slots, this, args| {
            let [] = wrappers::exactly(cx, args)?;
            wrappers::length(cx, filled!(cx, slots.length)(cx, this)?)
        }),
        Some(|slots| slots.length.set(Some(functions::length)))
    ),
    in_place!(
        __getitem__,
        subscript,
        "($self, key, /)",
        "Return self[key].",
        Some(|slots| slots.subscript.set(Some(|cx, this, key| {
            functions::method(cx, this, &cx.names().__getitem__, std::slice::from_ref(key))
        })))
    ),
    row!(
        __setitem__,
        set_subscript,
        "($self, key, value, /)",
        "Set self[key] to value.",
        Some(|cx, _, slots, this, args| {
            let [key, value] = wrappers::exactly(cx, args)?;
            filled!(cx, slots.set_subscript)(cx, this, key, Some(value)).map(|()| Value::NONE)
        }),
        SET_SUBSCRIPT
    ),
    row!(
        __delitem__,
        set_subscript,
        "($self, key, /)",
        "Delete self[key].",
        Some(|cx, _, slots, this, args| {
            let [key] = wrappers::exactly(cx, args)?;
            filled!(cx, slots.set_subscript)(cx, this, key, None).map(|()| Value::NONE)
        }),
        SET_SUBSCRIPT
    ),
    row!(
        __len__,
        sequence_length,
        "($self, /)",
        "Return len(self).",
        Some(|cx, _, slots, this, args| {
            let [] = wrappers::exactly(cx, args)?;
            wrappers::length(cx, filled!(cx, slots.sequence_length)(cx, this)?)
        }),
        Some(|slots| slots.sequence_length.set(Some(functions::length)))
    ),
    in_place!(
        __add__,
        concat,
        "($self, value, /)",
        "Return self+value.",
        None
    ),
    row!(
        __mul__,
        repeat,
        "($self, value, /)",
        "Return self*value.",
        Some(wrappers::repeat),
        None
    ),
    row!(
        __rmul__,
        repeat,
        "($self, value, /)",
        "Return value*self.",
        Some(wrappers::repeat),
        None
    ),
    row!(
        __getitem__,
        item,
        "($self, key, /)",
        "Return self[key].",
        Some(|cx, _, slots, this, args| {
            let [key] = wrappers::exactly(cx, args)?;
            let index = wrappers::position(cx, slots, this, key)?;
            filled!(cx, slots.item)(cx, this, index)
        }),
        Some(|slots| slots.item.set(Some(|cx, this, index| {
            let index = cx.new_int(index as i64);
            functions::method(
                cx,
                this,
                &cx.names().__getitem__,
                std::slice::from_ref(&index),
            )
        })))
    ),
    row!(
        __setitem__,
        set_item,
        "($self, key, value, /)",
        "Set self[key] to value.",
        Some(|cx, _, slots, this, args| {
            let [key, value] = wrappers::exactly(cx, args)?;
            let index = wrappers::position(cx, slots, this, key)?;
            filled!(cx, slots.set_item)(cx, this, index, Some(value)).map(|()| Value::NONE)
        }),
        SET_ITEM
    ),
    row!(
        __delitem__,
        set_item,
        "($self, key, /)",
        "Delete self[key].",
        Some(|cx, _, slots, this, args| {
            let [key] = wrappers::exactly(cx, args)?;
            let index = wrappers::position(cx, slots, this, key)?;
            filled!(cx, slots.set_item)(cx, this, index, None).map(|()| Value::NONE)
        }),
        SET_ITEM
    ),
    row!(
        __contains__,
        contains,
        "($self, key, /)",
        "Return bool(key in self).",
        Some(|cx, _, slots, this, args| {
            let [key] = wrappers::exactly(cx, args)?;
            Ok(Value::bool(filled!(cx, slots.contains)(cx, this, key)?))
        }),
        Some(|slots| slots.contains.set(Some(functions::contains)))
    ),
    in_place!(
        __iadd__,
        inplace_concat,
        "($self, value, /)",
        "Implement self+=value.",
        None
    ),
    row!(
        __imul__,
        inplace_repeat,
        "($self, value, /)",
        "Implement self*=value.",
        Some(|cx, _, slots, this, args| {
            let [count] = wrappers::exactly(cx, args)?;
            filled!(cx, slots.inplace_repeat)(cx, this, wrappers::index(cx, count)?)
        }),
        None
    ),
    row!(
        __buffer__,
        buffer,
        "($self, flags, /)",
        "Return a buffer object that exposes the underlying memory of the object.",
        Some(slot_buffer::call_buffer),
        Some(|slots| slots.buffer.set(Some(slot_buffer::buffer)))
    ),
    row!(
        __release_buffer__,
        release_buffer,
        "($self, buffer, /)",
        "Release the buffer object that exposes the underlying memory of the object.",
        Some(|cx, _, slots, this, args| {
            let [view] = wrappers::exactly(cx, args)?;
            filled!(cx, slots.release_buffer)(cx, this, view).map(|()| Value::NONE)
        }),
        Some(|slots| slots.release_buffer.set(Some(slot_buffer::release_buffer)))
    ),
];
