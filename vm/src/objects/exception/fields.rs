//! How exception classes with fields of their own are declared: payload, fields and class by one macro each.
//!
//! CPython 3.14: the `Py*ErrorObject` structs and their `PyMemberDef`s (`Objects/exceptions.c`).

use std::cell::RefCell;

use crate::value::Value;

/// A field that Python code may set to anything; unset reads as `None`.
pub(super) type Field = RefCell<Option<Value>>;

/// Declares a payload that starts with `BaseException`: a struct with fields for Python values and, in braces, others
/// with their initial values. `FIELDS` are the members that Python sees.
macro_rules! exception_payload {
    (
        $(#[$meta:meta])*
        $name:ident as $python:literal { $($field:ident),* $(,)? } $({ $($plain:ident: $type:ty = $initial:expr),* $(,)? })?
        members { $($member:expr),* $(,)? }
    ) => {
        $(#[$meta])*
        #[repr(C)]
        pub struct $name {
            pub base: $crate::objects::BaseException,
            $(pub $field: $crate::objects::exception::fields::Field,)*
            $($(pub(crate) $plain: $type,)*)?
        }

        $crate::payload!($name: $crate::objects::BaseException, traverse);

        impl $name {
            #[allow(dead_code, reason = "used by the attribute macros where a class has a constructor")]
            pub(crate) const CLASS_NAME: &'static str = $python;
            pub(crate) const FIELDS: &'static [$crate::native::MemberDef] = &[$($member),*];

            /// An exception with these arguments and no field set.
            pub(crate) fn with_args(args: $crate::value::Py<$crate::objects::Tuple>) -> Self {
                Self {
                    base: $crate::objects::BaseException::new(args),
                    $($field: Default::default(),)*
                    $($($plain: $initial,)*)?
                }
            }
        }

        impl $crate::native::NamedType for $name {
            fn type_name() -> &'static str {
                $python
            }
        }

        impl $crate::heap::Traverse for $name {
            fn traverse(&self, visit: &mut $crate::heap::Visitor<'_>) {
                self.base.traverse(visit);
                $(self.$field.borrow().iter().for_each(&mut *visit);)*
            }

            fn clear(&self) {
                self.base.clear();
                $(drop(self.$field.take());)*
            }
        }
    };
}

/// A member that holds any value.
macro_rules! field {
    ($type:ty, $name:literal, $field:ident, $doc:literal) => {
        $crate::native::MemberDef {
            name: $name,
            doc: Some($doc),
            get: Some(|cx, this| {
                let this: &$crate::value::Py<$type> = $crate::native::bind::handle(cx, this)?;
                let value = this.$field.borrow().clone();
                Ok(value.unwrap_or($crate::value::Value::NONE))
            }),
            set: Some(|cx, this, value| {
                let this: &$crate::value::Py<$type> = $crate::native::bind::handle(cx, this)?;
                drop(this.$field.replace(value.cloned()));
                Ok(())
            }),
        }
    };
}

/// Declares an exception class: a function that returns its definition.
macro_rules! exception_class {
    ($function:ident, $name:literal, $base:expr, $layout:ty, $methods:ty, $members:expr, $doc:literal) => {
        pub fn $function() -> &'static $crate::native::ClassDef {
            use $crate::native::parts::ClassPart;
            static DEF: $crate::native::ClassDef = $crate::native::ClassDef {
                name: $name,
                module: "builtins",
                doc: Some($doc),
                text_signature: None,
                base: $base,
                layout: <$layout as $crate::heap::Payload>::layout,
                flags: $crate::objects::TypeFlags::SUBCLASSABLE
                    .union($crate::objects::TypeFlags::ATTRIBUTES),
                fill_slots: |slots| (<$methods as ClassPart<0>>::FILL_SLOTS)(slots),
                methods: <$methods as ClassPart<0>>::METHODS,
                getsets: <$methods as ClassPart<0>>::GETSETS,
                members: $members,
            };
            &DEF
        }
    };
}

pub(super) use {exception_class, exception_payload, field};
