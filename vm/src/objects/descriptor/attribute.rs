//! `getset_descriptor` and `member_descriptor`: attributes that a class computes or keeps in fixed places.
//!
//! CPython 3.14: `PyGetSetDescr_Type`, `PyMemberDescr_Type` (`Objects/descrobject.c`, `Python/structmember.c`). Tests:
//! `tests/run/descriptor/`.

use taipan_macros::{pyclass, pymethods};

use super::{check_receiver, qualified, reduce};
use crate::ctx::Ctx;
use crate::error::{PyErr, PyResult};
use crate::heap::{Traverse, Visitor};
use crate::native::{GetSetDef, MemberDef};
use crate::objects::{Str, Type, attrs};
use crate::value::{Py, Value};

#[pyclass(name = "getset_descriptor", immutable, traverse)]
pub struct GetSetDescriptor {
    pub class: Py<Type>,
    pub def: &'static GetSetDef,
}

impl Traverse for GetSetDescriptor {
    fn traverse(&self, visit: &mut Visitor<'_>) {
        visit(self.class.as_value());
    }
}

#[cold]
fn refused(cx: &Ctx, class: &Py<Type>, name: &str, what: &str) -> PyErr {
    let class = class.full_name();
    cx.attribute_error(format!(
        "attribute '{name}' of '{class}' objects is not {what}"
    ))
}

#[pymethods]
impl GetSetDescriptor {
    fn __repr__(&self) -> String {
        format!(
            "<attribute '{}' of '{}' objects>",
            self.def.name,
            self.class.full_name()
        )
    }

    fn __get__(
        this: &Py<Self>,
        cx: &Ctx,
        instance: Option<&Value>,
        _owner: Option<&Value>,
    ) -> PyResult<Value> {
        let Some(instance) = instance else {
            return Ok(this.to_value());
        };
        check_receiver(cx, &this.class, this.def.name, instance)?;
        match this.def.get {
            Some(get) => get(cx, instance),
            None => Err(refused(cx, &this.class, this.def.name, "readable")),
        }
    }

    fn __set__(&self, cx: &Ctx, instance: &Value, value: Option<&Value>) -> PyResult<()> {
        check_receiver(cx, &self.class, self.def.name, instance)?;
        match self.def.set {
            Some(set) => set(cx, instance, value),
            None => Err(refused(cx, &self.class, self.def.name, "writable")),
        }
    }

    #[member]
    fn __objclass__(&self) -> Py<Type> {
        self.class.clone()
    }

    #[member]
    fn __name__(&self) -> &'static str {
        self.def.name
    }

    #[getter]
    fn __qualname__(&self, cx: &Ctx) -> PyResult<String> {
        qualified(cx, &self.class, self.def.name)
    }

    #[getter]
    fn __doc__(&self) -> Option<&'static str> {
        self.def.doc
    }
}

/// Where a member is.
pub enum MemberPlace {
    /// In the payload of a native class.
    Native(&'static MemberDef),
    /// Among the `__slots__` members of the instance's extras.
    Slot(usize),
}

#[pyclass(name = "member_descriptor", immutable, traverse)]
pub struct MemberDescriptor {
    pub class: Py<Type>,
    pub name: Py<Str>,
    pub place: MemberPlace,
}

impl Traverse for MemberDescriptor {
    fn traverse(&self, visit: &mut Visitor<'_>) {
        visit(self.class.as_value());
        visit(self.name.as_value());
    }
}

#[pymethods]
impl MemberDescriptor {
    fn __repr__(&self) -> String {
        let name = self.name.to_string_lossy();
        format!("<member '{name}' of '{}' objects>", self.class.full_name())
    }

    fn __get__(
        this: &Py<Self>,
        cx: &Ctx,
        instance: Option<&Value>,
        _owner: Option<&Value>,
    ) -> PyResult<Value> {
        let Some(instance) = instance else {
            return Ok(this.to_value());
        };
        check_receiver(cx, &this.class, &this.name.to_string_lossy(), instance)?;
        match this.place {
            MemberPlace::Native(MemberDef { get: Some(get), .. }) => get(cx, instance),
            MemberPlace::Native(_) => Err(refused(
                cx,
                &this.class,
                &this.name.to_string_lossy(),
                "readable",
            )),
            MemberPlace::Slot(index) => attrs::member(instance, index).ok_or_else(|| {
                let class = cx.type_name_qualified(instance);
                let name = this.name.to_string_lossy();
                let message = format!("'{class}' object has no attribute '{name}'");
                cx.attribute_error_of(message, instance, &this.name)
            }),
        }
    }

    fn __set__(this: &Py<Self>, cx: &Ctx, instance: &Value, value: Option<&Value>) -> PyResult<()> {
        check_receiver(cx, &this.class, &this.name.to_string_lossy(), instance)?;
        match this.place {
            MemberPlace::Native(MemberDef { set: Some(set), .. }) => set(cx, instance, value),
            MemberPlace::Native(_) => Err(cx.attribute_error("readonly attribute")),
            MemberPlace::Slot(index) => {
                let old = attrs::set_member(instance, index, value.cloned());
                if old.is_none() && value.is_none() {
                    return Err(cx.attribute_error(this.name.to_string_lossy().into_owned()));
                }
                Ok(())
            }
        }
    }

    #[member]
    fn __objclass__(&self) -> Py<Type> {
        self.class.clone()
    }

    #[member]
    fn __name__(&self) -> Py<Str> {
        self.name.clone()
    }

    #[getter]
    fn __qualname__(&self, cx: &Ctx) -> PyResult<String> {
        qualified(cx, &self.class, &self.name.to_string_lossy())
    }

    #[getter]
    fn __doc__(&self) -> Option<&'static str> {
        match self.place {
            MemberPlace::Native(def) => def.doc,
            MemberPlace::Slot(_) => None,
        }
    }

    fn __reduce__(&self, cx: &Ctx) -> PyResult<Value> {
        reduce(cx, &self.class, &self.name.to_string_lossy())
    }
}

impl Ctx {
    pub(crate) fn new_getset_descriptor(
        &self,
        class: &Py<Type>,
        def: &'static GetSetDef,
    ) -> Py<GetSetDescriptor> {
        let class = class.clone();
        self.heap().allocate(
            &self.types().getset_descriptor,
            GetSetDescriptor { class, def },
        )
    }

    pub(crate) fn new_member_descriptor(
        &self,
        class: &Py<Type>,
        name: Py<Str>,
        place: MemberPlace,
    ) -> Py<MemberDescriptor> {
        let class = class.clone();
        let payload = MemberDescriptor { class, name, place };
        self.heap()
            .allocate(&self.types().member_descriptor, payload)
    }
}
