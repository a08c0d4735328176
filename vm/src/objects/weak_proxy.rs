//! `weakref.proxy` and its callable sibling: stand-ins that hand everything on to the object while it lives.
//!
//! CPython 3.14: `_PyWeakref_ProxyType`, `_PyWeakref_CallableProxyType` (`Objects/weakrefobject.c`). Tests:
//! `tests/run/weakref/`.

use taipan_macros::pymethods;

use super::weak_reference::referent_and_callback;
use crate::ctx::Ctx;
use crate::error::PyResult;
use crate::native::bind::handle;
use crate::native::{Args, ClassDef};
use crate::objects::slots::{CompareOp, Slots};
use crate::objects::weakref::WeakRef;
use crate::objects::{Str, TypeFlags};
use crate::protocol::BinaryOp;
use crate::value::{Py, Value};

macro_rules! proxy_class {
    ($function:ident, $name:literal, $fill:expr) => {
        pub fn $function() -> &'static ClassDef {
            use crate::native::parts::ClassPart;
            static DEF: ClassDef = ClassDef {
                name: $name,
                module: "weakref",
                doc: None,
                text_signature: None,
                base: None,
                layout: <WeakRef as crate::heap::Payload>::layout,
                flags: TypeFlags::UNHASHABLE,
                fill_slots: $fill,
                methods: <WeakProxy as ClassPart<0>>::METHODS,
                getsets: &[],
                members: &[],
            };
            &DEF
        }
    };
}

proxy_class!(weak_proxy, "ProxyType", fill_common);
proxy_class!(weak_callable_proxy, "CallableProxyType", |slots| {
    fill_common(slots);
    slots.call.set(Some(|cx, this, args: Args<'_>| {
        let referent = referent(cx, this)?;
        cx.call_with(&referent, args)
    }));
});

/// The object behind a proxy; anything else is itself.
fn referent(cx: &Ctx, value: &Value) -> PyResult<Value> {
    let types = cx.types();
    let class = cx.class_of(value);
    if !class.is(&types.weak_proxy) && !class.is(&types.weak_callable_proxy) {
        return Ok(value.clone());
    }
    let proxy: &Py<WeakRef> = handle(cx, value)?;
    proxy
        .upgrade()
        .ok_or_else(|| cx.reference_error("weakly-referenced object no longer exists"))
}

/// Fills symmetric and in-place operators alike: each does to the objects what was asked of the proxies.
macro_rules! operators {
    ($slots:ident: $($slot:ident $inplace:ident $op:ident,)*) => {
        $(
            $slots.$slot.set(Some(|cx, left, right| {
                cx.binary_op(BinaryOp::$op, &referent(cx, left)?, &referent(cx, right)?)
            }));
            $slots.$inplace.set(Some(|cx, left, right| {
                cx.inplace_op(BinaryOp::$op, &referent(cx, left)?, &referent(cx, right)?)
            }));
        )*
    };
}

macro_rules! unary {
    ($slots:ident: $($slot:ident $name:ident,)*) => {
        $($slots.$slot.set(Some(|cx, this| {
            let referent = referent(cx, this)?;
            cx.call_method(&referent, &cx.names().$name, &[])
        }));)*
    };
}

fn fill_common(slots: &Slots) {
    use crate::native::parts::ClassPart;
    (<WeakProxy as ClassPart<0>>::FILL_SLOTS)(slots);
    operators!(slots:
        add inplace_add Add,
        subtract inplace_subtract Subtract,
        multiply inplace_multiply Multiply,
        remainder inplace_remainder Remainder,
        lshift inplace_lshift LeftShift,
        rshift inplace_rshift RightShift,
        and inplace_and And,
        xor inplace_xor Xor,
        or inplace_or Or,
        floor_divide inplace_floor_divide FloorDivide,
        true_divide inplace_true_divide TrueDivide,
        matrix_multiply inplace_matrix_multiply MatrixMultiply,
    );
    unary!(slots:
        negative __neg__,
        positive __pos__,
        absolute __abs__,
        invert __invert__,
        int __int__,
        float __float__,
        index __index__,
    );
    slots.divmod.set(Some(|cx, left, right| {
        let (left, right) = (referent(cx, left)?, referent(cx, right)?);
        cx.call(&cx.builtin("divmod")?, &[left, right])
    }));
    slots.power.set(Some(|cx, left, right, modulus| {
        let args = [
            referent(cx, left)?,
            referent(cx, right)?,
            referent(cx, modulus)?,
        ];
        cx.call(&cx.builtin("pow")?, &args)
    }));
    slots.inplace_power.set(Some(|cx, left, right, _| {
        cx.inplace_op(BinaryOp::Power, &referent(cx, left)?, &referent(cx, right)?)
    }));
}

/// What both proxy types have.
struct WeakProxy;

#[pymethods]
impl WeakProxy {
    fn __str__(this: &Value, cx: &Ctx) -> PyResult<Py<Str>> {
        cx.str(&referent(cx, this)?)
    }

    fn __repr__(this: &Value, cx: &Ctx) -> PyResult<String> {
        let address = this.identity();
        let proxy: &Py<WeakRef> = handle(cx, this)?;
        Ok(match proxy.upgrade() {
            Some(referent) => format!(
                "<weakproxy at {address:#x}; to '{}' at {:#x}>",
                cx.type_name(&referent),
                referent.identity()
            ),
            None => format!("<weakproxy at {address:#x}; dead>"),
        })
    }

    fn __getattribute__(this: &Value, cx: &Ctx, name: &Py<Str>) -> PyResult<Value> {
        cx.get_attr(&referent(cx, this)?, name)
    }

    fn __setattr__(this: &Value, cx: &Ctx, name: &Py<Str>, value: Option<&Value>) -> PyResult<()> {
        cx.set_attr(&referent(cx, this)?, name, value)
    }

    fn __richcompare__(this: &Value, cx: &Ctx, other: &Value, op: CompareOp) -> PyResult<Value> {
        cx.compare(&referent(cx, this)?, &referent(cx, other)?, op)
    }

    fn __bool__(this: &Value, cx: &Ctx) -> PyResult<bool> {
        cx.is_true(&referent(cx, this)?)
    }

    fn __len__(this: &Value, cx: &Ctx) -> PyResult<usize> {
        cx.len(&referent(cx, this)?)
    }

    fn __contains__(this: &Value, cx: &Ctx, item: &Value) -> PyResult<bool> {
        cx.contains(&referent(cx, this)?, item)
    }

    fn __getitem__(this: &Value, cx: &Ctx, key: &Value) -> PyResult<Value> {
        cx.get_item(&referent(cx, this)?, key)
    }

    fn __setitem__(this: &Value, cx: &Ctx, key: &Value, value: Option<&Value>) -> PyResult<()> {
        let referent = referent(cx, this)?;
        match value {
            Some(value) => cx.set_item(&referent, key, value),
            None => cx.delete_item(&referent, key),
        }
    }

    fn __iter__(this: &Value, cx: &Ctx) -> PyResult<Value> {
        cx.iter(&referent(cx, this)?)
    }

    fn __next__(this: &Value, cx: &Ctx) -> PyResult<Option<Value>> {
        let referent = referent(cx, this)?;
        match cx.class_of(&referent).slots.next.get() {
            Some(next) => next(cx, &referent),
            None => {
                let class = cx.type_name(&referent);
                Err(cx.type_error(format!(
                    "Weakref proxy referenced a non-iterator '{class}' object"
                )))
            }
        }
    }

    fn __bytes__(this: &Value, cx: &Ctx) -> PyResult<Value> {
        let referent = referent(cx, this)?;
        cx.call_method(&referent, &cx.names().__bytes__, &[])
    }

    fn __reversed__(this: &Value, cx: &Ctx) -> PyResult<Value> {
        let referent = referent(cx, this)?;
        cx.call_method(&referent, &cx.names().__reversed__, &[])
    }
}

impl Ctx {
    /// `weakref.proxy(*args)`.
    ///
    /// # Errors
    /// `TypeError` if the object's type does not allow weak references.
    pub fn new_weak_proxy(&self, args: &[Value]) -> PyResult<Value> {
        let (referent, callback) = referent_and_callback(self, "proxy", args)?;
        let types = self.types();
        let class = if self.is_callable(referent) {
            &types.weak_callable_proxy
        } else {
            &types.weak_proxy
        };
        Ok(self
            .weak_reference_of(class, referent, callback)
            .into_value())
    }
}
