//! Module `_types`: the names that `types` gives to types of the VM.
//!
//! CPython 3.14: `Modules/_typesmodule.c`. Tests: `tests/run/types/`.

use taipan_macros::{pyclass, pymethods, pymodule};

use crate::ctx::Ctx;
use crate::error::PyResult;
use crate::native::ModuleBuilder;
use crate::value::Value;

/// Define names for built-in types.
#[pymodule]
pub(crate) fn _types(cx: &Ctx, m: &ModuleBuilder<'_>) -> PyResult<()> {
    let types = cx.types();
    for (name, class) in [
        ("AsyncGeneratorType", &types.async_generator),
        ("BuiltinFunctionType", &types.builtin_function_or_method),
        ("BuiltinMethodType", &types.builtin_function_or_method),
        ("CapsuleType", &cx.native_class(Capsule::class())),
        ("CellType", &types.cell),
        ("ClassMethodDescriptorType", &types.classmethod_descriptor),
        ("CodeType", &types.code),
        ("CoroutineType", &types.coroutine),
        ("EllipsisType", &types.ellipsis),
        ("FrameType", &types.frame),
        ("FunctionType", &types.function),
        ("GeneratorType", &types.generator),
        ("GenericAlias", &types.generic_alias),
        ("GetSetDescriptorType", &types.getset_descriptor),
        ("LambdaType", &types.function),
        ("MappingProxyType", &types.mappingproxy),
        ("MemberDescriptorType", &types.member_descriptor),
        ("MethodDescriptorType", &types.method_descriptor),
        ("MethodType", &types.method),
        ("MethodWrapperType", &types.method_wrapper),
        ("ModuleType", &types.module),
        ("NoneType", &types.none_type),
        ("NotImplementedType", &types.not_implemented_type),
        ("SimpleNamespace", &types.simple_namespace),
        ("TracebackType", &types.traceback),
        ("UnionType", &types.union),
        ("WrapperDescriptorType", &types.wrapper_descriptor),
    ] {
        m.add(name, class.to_value())?;
    }
    Ok(())
}

/// Capsule objects let you wrap a C "void *" pointer in a Python
/// object.  They're a way of passing data through the Python interpreter
/// without creating your own custom type.
///
/// Capsules are used for communication between extension modules.
/// They provide a way for an extension module to export a C interface
/// to other extension modules, so that extension modules can use the
/// Python import mechanism to link to one another.
#[pyclass(name = "PyCapsule", module = "builtins", no_new)]
struct Capsule;

#[pymethods]
impl Capsule {
    fn __repr__(this: &Value) -> String {
        format!("<capsule object NULL at {:#x}>", this.identity())
    }
}
