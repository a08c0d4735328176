//! The methods of classes: `mro()`, `__subclasses__()`, `__instancecheck__()`, `__dir__()`, ...
//!
//! CPython 3.14: `type_methods`, `mro_invoke`, `type___dir___impl` (`Objects/typeobject.c`). Tests: `tests/run/class/`.

use taipan_macros::pymethods;

use super::layout::solid_base;
use crate::ctx::Ctx;
use crate::error::PyResult;
use crate::native::bind::Keywords;
use crate::objects::{Dict, List, Type};
use crate::value::{Py, Value};

#[pymethods(part = 2)]
impl Type {
    /// Return a type's method resolution order.
    #[pymethod(name = "mro")]
    fn mro_list(this: &Py<Type>, cx: &Ctx) -> PyResult<Py<List>> {
        let mro = linearized(cx, this)?;
        Ok(cx.new_list(mro.into_iter().map(Py::into_value).collect()))
    }

    /// Return a list of immediate subclasses.
    fn __subclasses__(this: &Py<Type>, cx: &Ctx) -> Py<List> {
        cx.new_list(this.subclasses().into_iter().map(Py::into_value).collect())
    }

    /// Create the namespace for the class statement
    #[classmethod(signature = (*args, **kwds), text_signature = "($cls, name, bases, /, **kwds)")]
    fn __prepare__(_cls: &Py<Type>, cx: &Ctx, args: &[Value], kwds: Keywords<'_>) -> Py<Dict> {
        let _ = (args, kwds);
        cx.new_dict()
    }

    /// Check if an object is an instance.
    #[pymethod(signature = (instance, /))]
    fn __instancecheck__(this: &Value, cx: &Ctx, instance: &Value) -> PyResult<bool> {
        cx.is_real_instance(instance, this)
    }

    /// Check if a class is a subclass.
    #[pymethod(signature = (subclass, /))]
    fn __subclasscheck__(this: &Value, cx: &Ctx, subclass: &Value) -> PyResult<bool> {
        cx.is_real_subclass(subclass, this)
    }

    /// Specialized __dir__ implementation for types.
    fn __dir__(this: &Value, cx: &Ctx) -> PyResult<Value> {
        let names = cx.new_dict();
        merge_class_names(cx, this, &names)?;
        Ok(cx.new_list(names.keys()).into_value())
    }

    /// Return memory consumption of the type object.
    fn __sizeof__(&self) -> usize {
        size_of::<crate::heap::Header>() + size_of::<Type>()
    }
}

/// Adds the names of a class and its bases to `names`, the bases' first, so that they come last.
pub(crate) fn merge_class_names(cx: &Ctx, class: &Value, names: &Py<Dict>) -> PyResult<()> {
    if let Some(own) = cx.find_attr(class, &cx.names().__dict__)? {
        let own = match own.downcast_ref::<crate::objects::mapping_proxy::MappingProxy>() {
            Some(proxy) => proxy.mapping.clone(),
            None => own,
        };
        if let Some(own) = own.downcast_ref::<Dict>() {
            for (key, value) in own.items() {
                names.set(cx, &key, value)?;
            }
        }
    }
    if let Some(bases) = cx.find_attr(class, &cx.names().__bases__)?
        && let Some(bases) = bases.downcast_ref::<crate::objects::Tuple>()
    {
        for base in bases.as_slice() {
            merge_class_names(cx, base, names)?;
        }
    }
    Ok(())
}

/// The C3 order of a class and its bases.
fn linearized(cx: &Ctx, class: &Py<Type>) -> PyResult<Vec<Py<Type>>> {
    let bases = class.bases();
    for (index, base) in bases.iter().enumerate() {
        if bases[..index].iter().any(|known| known.is(base)) {
            let name = base.name().to_string_lossy().into_owned();
            return Err(cx.type_error(format!("duplicate base class {name}")));
        }
        if base.is_heap_type() && base.mro().is_empty() {
            // Its metaclass's `mro()` is running.
            let name = base.name().to_string_lossy().into_owned();
            return Err(cx.type_error(format!("Cannot extend an incomplete type '{name}'")));
        }
    }
    super::linearize(class, &bases).map_err(|conflicting| {
        let names: Vec<_> = conflicting
            .iter()
            .map(|class| class.name().to_string_lossy().into_owned())
            .collect();
        let names = names.join(", ");
        cx.type_error(format!(
            "Cannot create a consistent method resolution order (MRO) for bases {names}"
        ))
    })
}

/// The MRO of a class: what `mro()` of its metaclass says, checked.
///
/// # Errors
/// `TypeError` if no order exists or `mro()` returns something impossible.
pub(super) fn compute_mro(cx: &Ctx, class: &Py<Type>) -> PyResult<Vec<Py<Type>>> {
    let meta = cx.class_of(class.as_value()).clone();
    if meta.is(&cx.types().type_) {
        return linearized(cx, class);
    }
    let name = cx.intern("mro");
    let custom = meta.lookup(cx, &name);
    let own = cx.types().type_.lookup(cx, &name);
    if let (Some(custom), Some(own)) = (&custom, &own)
        && custom.is(own)
    {
        return linearized(cx, class);
    }
    let Some(result) = cx.call_special(class.as_value(), &name, &[])? else {
        return linearized(cx, class);
    };
    let solid = solid_base(class);
    let mut mro = Vec::new();
    for item in cx.collect(&result)? {
        let Ok(base) = item.clone().downcast::<Type>() else {
            let given = cx.type_name(&item);
            return Err(cx.type_error(format!("mro() returned a non-class ('{given}')")));
        };
        if !solid.is_subtype(&solid_base(&base)) {
            let name = base.full_name();
            return Err(cx.type_error(format!(
                "mro() returned base with unsuitable layout ('{name}')"
            )));
        }
        mro.push(base);
    }
    if mro.is_empty() {
        return Err(cx.type_error("type MRO must not be empty"));
    }
    Ok(mro)
}
