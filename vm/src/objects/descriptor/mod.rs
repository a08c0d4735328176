//! The descriptors of native classes: methods, slots, computed attributes, and `__slots__` members.
//!
//! CPython 3.14: `Objects/descrobject.c`. Tests: `tests/run/descriptor/`. `method` is what functions become in a class,
//! `wrapper` what slots become, `attribute` what getters and members become.

mod attribute;
mod method;
mod wrapper;

pub use attribute::{GetSetDescriptor, MemberDescriptor, MemberPlace};
pub use method::{ClassMethodDescriptor, MethodDescriptor};
pub use wrapper::{MethodWrapper, WrapperDescriptor};

use crate::ctx::Ctx;
use crate::error::{PyErr, PyResult};
use crate::native::{Binding, FunctionDef};
use crate::objects::class::INSTANCE_DICT;
use crate::objects::{Type, TypeFlags};
use crate::value::{Py, Value};

impl Ctx {
    /// Puts the methods and computed attributes of a native class into its dict.
    pub(crate) fn add_native_attributes(&self, class: &Py<Type>) {
        let Some(def) = class.def else { return };
        for method in def.methods {
            let value = self.new_native_method(class, method);
            class.dict().set_str(&self.intern(method.name), value);
        }
        for member in def.members {
            let place = MemberPlace::Native(member);
            let descriptor = self.new_member_descriptor(class, self.intern(member.name), place);
            class
                .dict()
                .set_str(&self.intern(member.name), descriptor.into_value());
        }
        for getset in def.getsets {
            let descriptor = self.new_getset_descriptor(class, getset);
            class
                .dict()
                .set_str(&self.intern(getset.name), descriptor.into_value());
        }
        // Instances of a class that declares attributes show them, as functions do.
        let names = self.names();
        if def.flags.contains(TypeFlags::ATTRIBUTES) && !class.dict().contains_str(&names.__dict__)
        {
            let descriptor = self.new_getset_descriptor(class, &INSTANCE_DICT);
            class
                .dict()
                .set_str(&names.__dict__, descriptor.into_value());
        }
    }

    fn new_native_method(&self, class: &Py<Type>, def: &'static FunctionDef) -> Value {
        match def.binding {
            Binding::StaticMethod => {
                let function = self.new_native_function(def, class.to_value(), None);
                self.new_static_method(function.into_value()).into_value()
            }
            Binding::ClassMethod => {
                let payload = ClassMethodDescriptor {
                    class: class.clone(),
                    def,
                };
                self.heap()
                    .allocate(&self.types().classmethod_descriptor, payload)
                    .into_value()
            }
            Binding::Function | Binding::Method => {
                let payload = MethodDescriptor {
                    class: class.clone(),
                    def,
                };
                self.heap()
                    .allocate(&self.types().method_descriptor, payload)
                    .into_value()
            }
        }
    }
}

/// Complains unless `value` is an instance of the class that a descriptor belongs to.
fn check_receiver(cx: &Ctx, class: &Py<Type>, name: &str, value: &Value) -> PyResult<()> {
    if cx.class_of(value).is_subtype(class) {
        Ok(())
    } else {
        Err(wrong_receiver(cx, class, name, value))
    }
}

#[cold]
fn wrong_receiver(cx: &Ctx, class: &Py<Type>, name: &str, value: &Value) -> PyErr {
    cx.type_error(format!(
        "descriptor '{name}' for '{}' objects doesn't apply to a '{}' object",
        class.full_name(),
        cx.type_name(value)
    ))
}

/// `__qualname__`: that of the class, a dot and the name.
fn qualified(cx: &Ctx, class: &Py<Type>, name: &str) -> PyResult<String> {
    let class = cx.get_attr(class.as_value(), &cx.names().__qualname__)?;
    let class = cx.str(&class)?;
    Ok(format!("{}.{name}", class.to_string_lossy()))
}

/// `__reduce__`: pickled as an attribute of its class.
fn reduce(cx: &Ctx, class: &Py<Type>, name: &str) -> PyResult<Value> {
    let getattr = cx.builtin("getattr")?;
    let name = cx.new_str(name)?.into_value();
    let args = cx.new_tuple(vec![class.to_value(), name]).into_value();
    Ok(cx.new_tuple(vec![getattr, args]).into_value())
}
