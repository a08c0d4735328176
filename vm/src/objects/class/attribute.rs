//! Attributes of classes, calls of classes, and what `type` does with its slots.
//!
//! CPython 3.14: `_Py_type_getattro`, `type_setattro`, `type_repr` (`Objects/typeobject.c`). Tests: `tests/run/class/`.

use taipan_macros::pymethods;

use super::call;
use crate::ctx::Ctx;
use crate::error::PyResult;
use crate::native::Args;
use crate::objects::{Str, Type, TypeFlags};
use crate::value::{Py, Value};

/// `class.name`: data descriptors of the metaclass, then what the class and its bases have, then the rest of the
/// metaclass. `None` if there is nothing.
///
/// # Errors
/// What a descriptor raises.
pub(super) fn type_get_attribute(
    cx: &Ctx,
    class: &Py<Type>,
    name: &Py<Str>,
) -> PyResult<Option<Value>> {
    let meta = cx.class_of(class.as_value()).clone();
    let on_meta = meta.lookup(cx, name);
    let mut get = None;
    if let Some(found) = &on_meta {
        let slots = &cx.class_of(found).slots;
        get = slots.descr_get.get();
        if slots.descr_set.get().is_some()
            && let Some(get) = get
        {
            return get(cx, found, Some(class.as_value()), Some(meta.as_value())).map(Some);
        }
    }
    if let Some(found) = class.lookup(cx, name) {
        return match cx.class_of(&found).slots.descr_get.get() {
            Some(get) => get(cx, &found, None, Some(class.as_value())).map(Some),
            None => Ok(Some(found)),
        };
    }
    match (on_meta, get) {
        (Some(found), Some(get)) => {
            get(cx, &found, Some(class.as_value()), Some(meta.as_value())).map(Some)
        }
        (found, _) => Ok(found),
    }
}

impl Py<Type> {
    /// Stores into the class's own dict, or takes out of it; caches forget what they know.
    pub(crate) fn store(&self, cx: &Ctx, name: &Py<Str>, value: Option<&Value>) -> bool {
        let old = match value {
            Some(value) => {
                let old = self.dict().get_str(name);
                self.dict().set_str(name, value.clone());
                old
            }
            None => match self.dict().remove_str(name) {
                None => return false,
                old => old,
            },
        };
        self.modified();
        let text = name.as_wtf8().as_bytes();
        if text.starts_with(b"__") && text.ends_with(b"__") {
            self.refill_slots(cx, name);
        }
        drop(old);
        true
    }
}

#[pymethods]
impl Type {
    #[new]
    fn make(cx: &Ctx, cls: &Py<Type>, args: Args<'_>) -> PyResult<Value> {
        super::create::new(cx, cls, args)
    }

    #[init]
    fn init(_this: &Py<Type>, cx: &Ctx, args: Args<'_>) -> PyResult<()> {
        if args.has_keywords() && args.positional().len() == 1 {
            return Err(cx.type_error("type.__init__() takes no keyword arguments"));
        }
        if !matches!(args.positional().len(), 1 | 3) {
            return Err(cx.type_error("type.__init__() takes 1 or 3 arguments"));
        }
        Ok(())
    }

    fn __call__(this: &Py<Type>, cx: &Ctx, args: Args<'_>) -> PyResult<Value> {
        call::call(cx, this, args)
    }

    fn __repr__(this: &Py<Type>, cx: &Ctx) -> PyResult<String> {
        Ok(format!("<class '{}'>", this.dotted_name(cx)?))
    }

    fn __getattribute__(this: &Py<Type>, cx: &Ctx, name: &Py<Str>) -> PyResult<Option<Value>> {
        type_get_attribute(cx, this, name)
    }

    fn __setattr__(
        this: &Py<Type>,
        cx: &Ctx,
        name: &Py<Str>,
        value: Option<&Value>,
    ) -> PyResult<()> {
        if this.flags().contains(TypeFlags::IMMUTABLE) {
            let name = cx.repr(name.as_value())?;
            return Err(cx.type_error(format!(
                "cannot set {} attribute of immutable type '{}'",
                name.to_string_lossy(),
                this.full_name()
            )));
        }
        let name = cx.intern_object(name);
        let meta = cx.class_of(this.as_value()).clone();
        if let Some(found) = meta.lookup(cx, &name)
            && let Some(set) = cx.class_of(&found).slots.descr_set.get()
        {
            return set(cx, &found, this.as_value(), value);
        }
        if this.store(cx, &name, value) {
            Ok(())
        } else {
            Err(cx.absent_attribute(this.as_value(), &name))
        }
    }

    fn __or__(left: &Value, cx: &Ctx, right: &Value) -> PyResult<Value> {
        cx.union_of_operands(left, right)
    }
}
