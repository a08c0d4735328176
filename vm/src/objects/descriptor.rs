//! The descriptors of native classes: methods and computed attributes.
//!
//! CPython 3.14: `Objects/descrobject.c`. Tests: `tests/run/descriptor/`.

use crate::ctx::Ctx;
use crate::heap::{Traverse, Visitor};
use crate::native::{Binding, FunctionDef, GetSetDef};
use crate::objects::Type;
use crate::value::Py;

/// The payload of `method_descriptor` and `classmethod_descriptor`.
pub struct MethodDescriptor {
    pub class: Py<Type>,
    pub def: &'static FunctionDef,
}

payload!(MethodDescriptor, traverse);
crate::native::bare_class!(
    MethodDescriptor,
    "method_descriptor",
    None,
    crate::objects::TypeFlags::METHOD_DESCRIPTOR
);

impl Traverse for MethodDescriptor {
    fn traverse(&self, visit: &mut Visitor<'_>) {
        visit(self.class.as_value());
    }
}

/// The payload of `getset_descriptor`.
pub struct GetSetDescriptor {
    pub class: Py<Type>,
    pub def: &'static GetSetDef,
}

payload!(GetSetDescriptor, traverse);
crate::native::bare_class!(
    GetSetDescriptor,
    "getset_descriptor",
    None,
    crate::objects::TypeFlags::empty()
);

impl Traverse for GetSetDescriptor {
    fn traverse(&self, visit: &mut Visitor<'_>) {
        visit(self.class.as_value());
    }
}

impl Ctx {
    /// Puts the methods and computed attributes of a native class into its dict.
    pub(crate) fn add_native_attributes(&self, class: &Py<Type>) {
        let Some(def) = class.def else { return };
        for method in def.methods {
            let value = match method.binding {
                Binding::StaticMethod => self
                    .new_native_function(method, class.to_value(), None)
                    .into_value(),
                Binding::Function | Binding::Method | Binding::ClassMethod => {
                    let descriptor = MethodDescriptor {
                        class: class.clone(),
                        def: method,
                    };
                    self.heap()
                        .allocate(&self.types().method_descriptor, descriptor)
                        .into_value()
                }
            };
            class.dict().set_str(&self.intern(method.name), value);
        }
        for getset in def.getsets {
            let descriptor = GetSetDescriptor {
                class: class.clone(),
                def: getset,
            };
            let value = self
                .heap()
                .allocate(&self.types().getset_descriptor, descriptor)
                .into_value();
            class.dict().set_str(&self.intern(getset.name), value);
        }
    }
}
