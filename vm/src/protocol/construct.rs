//! What native constructors check of their arguments.
//!
//! CPython 3.14: `_PyArg_NoKeywords` and the conditions under which `tp_new` and `tp_init` functions call it.

use crate::ctx::Ctx;
use crate::error::PyResult;
use crate::native::Args;
use crate::native::bind::without_keywords;
use crate::objects::Type;
use crate::value::{Py, Value};

impl Ctx {
    /// Whether a class has another `__new__` than its native base, so that the base's `__init__` must be lenient.
    pub fn overrides_new(&self, class: &Py<Type>, base: &Py<Type>) -> bool {
        match (class.slots.new.get(), base.slots.new.get()) {
            (Some(own), Some(inherited)) => !std::ptr::fn_addr_eq(own, inherited),
            _ => false,
        }
    }

    /// Whether a class has another `__init__` than its native base, so that the base's `__new__` must be lenient.
    pub fn overrides_init(&self, class: &Py<Type>, base: &Py<Type>) -> bool {
        match (class.slots.init.get(), base.slots.init.get()) {
            (Some(own), Some(inherited)) => !std::ptr::fn_addr_eq(own, inherited),
            (own, inherited) => own.is_some() != inherited.is_some(),
        }
    }

    /// The positional arguments of the `__new__` of `base`, called for `class`: keywords are refused unless a subclass
    /// has an `__init__` that may want them.
    ///
    /// # Errors
    /// `TypeError` for keyword arguments.
    pub fn constructor_args<'a>(
        &self,
        class: &Py<Type>,
        base: &Py<Type>,
        function: &'static str,
        args: Args<'a>,
    ) -> PyResult<&'a [Value]> {
        if args.has_keywords() && self.overrides_init(class, base) {
            Ok(args.positional())
        } else {
            without_keywords(self, function, args)
        }
    }

    /// The error of a wrong number of positional arguments where exactly `wanted` are taken.
    #[cold]
    pub fn wrong_count(&self, function: &str, wanted: usize, given: usize) -> crate::error::PyErr {
        let plural = if wanted == 1 { "" } else { "s" };
        self.type_error(format!(
            "{function} expected {wanted} argument{plural}, got {given}"
        ))
    }
}
