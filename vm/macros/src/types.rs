//! Recognising the few Rust types that the macros treat specially. All by their written name: a macro sees no more.

use syn::{GenericArgument, PathArguments, ReturnType, Type, TypeReference};

/// The last segment's name of a path type: `Ctx` of `crate::Ctx`.
fn last_name(ty: &Type) -> Option<String> {
    match ty {
        Type::Path(path) => path
            .path
            .segments
            .last()
            .map(|segment| segment.ident.to_string()),
        Type::Group(group) => last_name(&group.elem),
        Type::Paren(paren) => last_name(&paren.elem),
        _ => None,
    }
}

fn referent(ty: &Type) -> Option<&Type> {
    match ty {
        Type::Reference(TypeReference {
            elem,
            mutability: None,
            ..
        }) => Some(elem),
        Type::Group(group) => referent(&group.elem),
        _ => None,
    }
}

/// `&Name`.
fn is_reference_to(ty: &Type, name: &str) -> bool {
    referent(ty)
        .and_then(last_name)
        .is_some_and(|found| found == name)
}

/// `&Ctx`.
pub(crate) fn is_ctx(ty: &Type) -> bool {
    is_reference_to(ty, "Ctx")
}

/// `&Value`.
pub(crate) fn is_value(ty: &Type) -> bool {
    is_reference_to(ty, "Value")
}

/// `&Py<...>`.
pub(crate) fn is_handle(ty: &Type) -> bool {
    is_reference_to(ty, "Py")
}

/// `Args<'_>`.
pub(crate) fn is_args(ty: &Type) -> bool {
    last_name(ty).is_some_and(|name| name == "Args")
}

/// `&[Value]`.
pub(crate) fn is_slice(ty: &Type) -> bool {
    matches!(referent(ty), Some(Type::Slice(_)))
}

/// The only type argument of `Name<T>`, if the type has that name.
fn argument_of<'a>(ty: &'a Type, names: &[&str]) -> Option<&'a Type> {
    let Type::Path(path) = ty else { return None };
    let segment = path.path.segments.last()?;
    if !names.iter().any(|name| segment.ident == name) {
        return None;
    }
    let PathArguments::AngleBracketed(arguments) = &segment.arguments else {
        return None;
    };
    arguments.args.iter().find_map(|argument| match argument {
        GenericArgument::Type(ty) => Some(ty),
        _ => None,
    })
}

/// Whether the type is `Option<_>`.
pub(crate) fn is_option(ty: &Type) -> bool {
    argument_of(ty, &["Option"]).is_some()
}

/// Whether a function with this return type can fail: it is written `PyResult<_>` or `Result<_, _>`.
pub(crate) fn is_fallible(output: &ReturnType) -> bool {
    match output {
        ReturnType::Default => false,
        ReturnType::Type(_, ty) => argument_of(ty, &["PyResult", "Result"]).is_some(),
    }
}

/// Whether a function returns `Option<_>` or `PyResult<Option<_>>`.
pub(crate) fn returns_option(output: &ReturnType) -> bool {
    match output {
        ReturnType::Default => false,
        ReturnType::Type(_, ty) => {
            is_option(argument_of(ty, &["PyResult", "Result"]).unwrap_or(ty))
        }
    }
}
