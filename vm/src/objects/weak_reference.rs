//! `weakref.ref`: the type of weak references.
//!
//! CPython 3.14: `_PyWeakref_RefType` (`Objects/weakrefobject.c`). Tests: `tests/run/weakref/`. How references learn of
//! deaths is in `weakref`.

use taipan_macros::pymethods;

use crate::ctx::Ctx;
use crate::error::PyResult;
use crate::native::{Args, ClassDef, NamedType};
use crate::objects::slots::CompareOp;
use crate::objects::weakref::WeakRef;
use crate::objects::{Str, Type, TypeFlags};
use crate::value::{Py, Value};

impl WeakRef {}

impl NamedType for WeakRef {
    fn type_name() -> &'static str {
        "weakref.ReferenceType"
    }
}

/// The class of weak references.
pub fn weak_reference() -> &'static ClassDef {
    use crate::native::parts::ClassPart;
    static DEF: ClassDef = ClassDef {
        name: "ReferenceType",
        module: "weakref",
        doc: None,
        text_signature: None,
        base: None,
        layout: <WeakRef as crate::heap::Payload>::layout,
        flags: TypeFlags::SUBCLASSABLE,
        fill_slots: |slots| (<WeakRef as ClassPart<0>>::FILL_SLOTS)(slots),
        methods: <WeakRef as ClassPart<0>>::METHODS,
        getsets: <WeakRef as ClassPart<0>>::GETSETS,
        members: <WeakRef as ClassPart<0>>::MEMBERS,
    };
    &DEF
}

/// The object and the callback that a weak reference or proxy is made with.
///
/// # Errors
/// `TypeError` if the count of arguments is wrong or the object's type does not allow weak references.
pub(super) fn referent_and_callback<'a>(
    cx: &Ctx,
    name: &str,
    args: &'a [Value],
) -> PyResult<(&'a Value, Option<&'a Value>)> {
    let (referent, callback) = match args {
        [referent] => (referent, None),
        [referent, callback] => (
            referent,
            Some(callback).filter(|callback| !callback.is_none()),
        ),
        [] => return Err(cx.type_error(format!("{name} expected at least 1 argument, got 0"))),
        more => {
            let given = more.len();
            return Err(cx.type_error(format!("{name} expected at most 2 arguments, got {given}")));
        }
    };
    let class = cx.class_of(referent);
    if referent.header().is_none() || !class.flags().contains(TypeFlags::WEAKREF) {
        let class = class.full_name();
        return Err(cx.type_error(format!("cannot create weak reference to '{class}' object")));
    }
    Ok((referent, callback))
}

impl Ctx {
    /// Makes a weak reference, or finds the one without callback that is there already.
    ///
    /// # Errors
    /// `TypeError` if the object's type does not allow weak references.
    pub fn weak_reference_to(&self, referent: &Value) -> PyResult<Py<WeakRef>> {
        let class = &self.types().weak_reference;
        let args = std::slice::from_ref(referent);
        let (referent, _) = referent_and_callback(self, "__new__", args)?;
        Ok(self.weak_reference_of(class, referent, None))
    }

    pub(super) fn weak_reference_of(
        &self,
        class: &Py<Type>,
        referent: &Value,
        callback: Option<&Value>,
    ) -> Py<WeakRef> {
        if callback.is_none() && !class.is_heap_type() {
            let known = self.isolate().weak_references().references(self, referent);
            let shared = known
                .into_iter()
                .find(|known| known.header().class().is(class) && known.callback().is_none());
            if let Some(shared) = shared {
                return shared;
            }
        }
        self.new_weak_reference(class, referent, callback.cloned())
    }
}

#[pymethods]
impl WeakRef {
    #[new]
    fn make(cx: &Ctx, cls: &Py<Type>, args: Args<'_>) -> PyResult<Py<WeakRef>> {
        if args.has_keywords() && !cls.is_heap_type() {
            return Err(cx.type_error("ref() takes no keyword arguments"));
        }
        let (referent, callback) = referent_and_callback(cx, "__new__", args.positional())?;
        Ok(cx.weak_reference_of(cls, referent, callback))
    }

    #[init]
    fn init(this: &Value, cx: &Ctx, args: Args<'_>) -> PyResult<()> {
        let _ = this;
        if args.has_keywords() {
            return Err(cx.type_error("ref() takes no keyword arguments"));
        }
        match args.positional().len() {
            1 | 2 => Ok(()),
            0 => Err(cx.type_error("__init__ expected at least 1 argument, got 0")),
            given => Err(cx.type_error(format!(
                "__init__ expected at most 2 arguments, got {given}"
            ))),
        }
    }

    fn __call__(&self, cx: &Ctx, args: Args<'_>) -> PyResult<Value> {
        if !args.values().is_empty() {
            let given = args.values().len();
            return Err(cx.type_error(format!(
                "weakref.ReferenceType() takes 0 positional arguments but {given} were given"
            )));
        }
        Ok(self.upgrade().unwrap_or(Value::NONE))
    }

    fn __repr__(this: &Py<WeakRef>, cx: &Ctx) -> PyResult<String> {
        let address = this.as_value().identity();
        let Some(referent) = this.upgrade() else {
            return Ok(format!("<weakref at {address:#x}; dead>"));
        };
        let (class, place) = (cx.type_name(&referent), referent.identity());
        let name = cx.find_special(&referent, &cx.names().__name__)?;
        Ok(
            match name.as_ref().and_then(|name| name.downcast_ref::<Str>()) {
                Some(name) => format!(
                    "<weakref at {address:#x}; to '{class}' at {place:#x} ({})>",
                    name.to_string_lossy()
                ),
                None => format!("<weakref at {address:#x}; to '{class}' at {place:#x}>"),
            },
        )
    }

    fn __hash__(&self, cx: &Ctx) -> PyResult<i64> {
        if self.hash.get() != -1 {
            return Ok(self.hash.get());
        }
        let Some(referent) = self.upgrade() else {
            return Err(cx.type_error("weak object has gone away"));
        };
        let hash = cx.hash(&referent)?;
        self.hash.set(hash);
        Ok(hash)
    }

    fn __richcompare__(
        this: &Py<WeakRef>,
        cx: &Ctx,
        other: &Value,
        op: CompareOp,
    ) -> PyResult<Value> {
        let (CompareOp::Eq | CompareOp::Ne, Some(right)) = (op, other.downcast_ref::<WeakRef>())
        else {
            return Ok(Value::NOT_IMPLEMENTED);
        };
        match (this.upgrade(), right.upgrade()) {
            (Some(left), Some(right)) => cx.compare(&left, &right, op),
            _ => Ok(Value::bool(
                this.as_value().is(other) == (op == CompareOp::Eq),
            )),
        }
    }

    #[member]
    fn __callback__(&self) -> Option<Value> {
        self.callback()
    }

    /// See PEP 585
    #[classmethod(text_signature = "($type, object, /)")]
    fn __class_getitem__(cls: &Py<Type>, cx: &Ctx, item: &Value) -> Value {
        cx.new_generic_alias(cls.as_value(), item)
    }
}
