//! The statements that fill slots, and the table of attributes.

use proc_macro2::{Span, TokenStream};
use quote::{ToTokens, format_ident, quote};
use syn::{Ident, ReturnType, Type};

use super::member::{Member, Role};
use super::slots::{Argument, COMPARISONS, Returns, SET_OR_DELETE, SPECIALS, SetOrDelete, Special};
use crate::callee::{self, Function, ReceiverRule, Roles};
use crate::docs;
use crate::function::reject_generics;
use crate::types;

/// Fills `new`, `init` or `call`. Returns the statement, and the text of the signature if it is known.
pub(super) fn constructor(member: &mut Member) -> syn::Result<(TokenStream, Option<String>)> {
    reject_generics(&member.function)?;
    let ident = member.function.ident.clone();
    let rule = if member.role == Role::New {
        ReceiverRule::Class
    } else {
        ReceiverRule::Instance
    };
    let mut roles = Roles::of(member.function.inputs.iter().cloned(), rule)?;
    let (slot, name) = match member.role {
        Role::New => match &member.options.name {
            Some(name) => ("new", name.to_token_stream()),
            None => ("new", quote!(Self::CLASS_NAME)),
        },
        Role::Init => ("init", quote!(Self::CLASS_NAME)),
        _ => ("call", quote!("__call__")),
    };
    if member.role == Role::New {
        roles.receiver_is_handle();
    }
    let given = member.options.signature.take();
    let signature = callee::resolve(given, &roles, ident.span())?;
    let text = match &member.options.text_signature {
        crate::options::TextSignature::FromSignature => {
            signature.as_ref().map(|signature| signature.text(None))
        }
        crate::options::TextSignature::Absent => None,
        crate::options::TextSignature::Given(text) => Some(text.clone()),
    };
    let path = quote!(Self::#ident);
    let function = Function {
        path: path.clone(),
        name,
        roles: &roles,
        signature: signature.as_ref(),
    };
    let (bind, names) = function.bind_args(&quote!(arguments));
    let receiver = format_ident!("receiver");
    let call = roles.call(&path, &receiver, &names);
    let output = &member.function.output;
    let call = if member.role == Role::Init {
        plain(&call, output)
    } else {
        into_result(&call)
    };
    let pattern = roles.receiver_pattern();
    let conditions = &member.conditions;
    let slot = format_ident!("{slot}");
    let statement = quote! {
        #(#conditions)*
        slots.#slot.set(::core::option::Option::Some(|cx, #pattern, arguments| { #bind #call }));
    };
    Ok((statement, text))
}

/// Fills the slots of the special methods.
pub(super) fn slots(members: &[Member]) -> syn::Result<Vec<TokenStream>> {
    let mut statements = Vec::new();
    for member in members {
        reject_generics(&member.function)?;
        let name = member.function.ident.to_string();
        if let Some(special) = SPECIALS.iter().find(|special| special.method == name) {
            statements.push(single(member, special)?);
        }
    }
    for pair in SET_OR_DELETE {
        statements.extend(set_or_delete(members, pair)?);
    }
    statements.extend(comparisons(members)?);
    Ok(statements)
}

fn single(member: &Member, special: &Special) -> syn::Result<TokenStream> {
    let mut slots = special.slots;
    let mut arguments = special.arguments;
    let rule = if special.operands {
        ReceiverRule::First
    } else {
        ReceiverRule::Instance
    };
    let roles = Roles::of(member.function.inputs.iter().cloned(), rule)?;
    if special.operands && !roles.receiver_is_value() {
        let message =
            "the operands come in source order: take both as `&Value`, the first included";
        return Err(syn::Error::new_spanned(&member.function.inputs, message));
    }
    let indexed = roles.arguments().next().is_some_and(|(_, ty)| is_index(ty));
    if special.method == "__getitem__" && indexed {
        slots = &["item"];
        arguments = &[Argument::Raw];
    }
    let call = call(member, &roles, arguments, special.operands)?;
    let output = &member.function.output;
    let names = slot_arguments(arguments.len());
    let receiver = roles.receiver_pattern();
    let body = match special.returns {
        Returns::Value => into_result(&call),
        Returns::Optional => optional(&call, output),
        Returns::Attribute if types::returns_option(output) => optional(&call, output),
        Returns::Attribute => {
            let value = into_result(&call);
            quote!(#value.map(::core::option::Option::Some))
        }
        Returns::Plain => plain(&call, output),
        Returns::Nothing => {
            let run = plain(&call, output);
            quote! {
                let run = || -> ::taipan_vm::error::PyResult<()> { #run };
                if let ::core::result::Result::Err(error) = run() {
                    cx.report_unraisable(&error, ::core::option::Option::None, receiver);
                }
            }
        }
    };
    let receiver = if special.returns == Returns::Nothing {
        quote!(receiver)
    } else {
        receiver
    };
    let conditions = &member.conditions;
    let statements = slots.iter().map(|slot| {
        let slot = format_ident!("{slot}");
        quote! {
            #(#conditions)*
            slots.#slot.set(::core::option::Option::Some(|cx, #receiver #(, #names)*| { #body }));
        }
    });
    Ok(quote!(#(#statements)*))
}

/// The call of a special method with the slot's arguments, converted where its declared types ask for it.
fn call(
    member: &Member,
    roles: &Roles,
    arguments: &[Argument],
    operands: bool,
) -> syn::Result<TokenStream> {
    let ident = &member.function.ident;
    if !roles.uses_receiver() && !operands {
        let message = "a special method starts with `&self`, `this: &Py<Self>` or `this: &Value`";
        return Err(syn::Error::new(ident.span(), message));
    }
    let declared: Vec<(&Ident, &Type)> = roles.arguments().collect();
    if declared.len() != arguments.len() {
        let message = format!(
            "`{ident}` takes {} besides the receiver and `cx`, not {}",
            counted(arguments.len()),
            declared.len()
        );
        return Err(syn::Error::new(ident.span(), message));
    }
    let names = slot_arguments(arguments.len());
    let conversions = names.iter().zip(arguments).zip(&declared).map(
        |((name, argument), (_, ty))| match argument {
            Argument::Converted => convert(name, ty, &ident.to_string()),
            Argument::Raw => TokenStream::new(),
        },
    );
    let call = roles.call(&quote!(Self::#ident), &format_ident!("receiver"), &names);
    Ok(quote!({ #(#conversions)* #call }))
}

/// A `let` that converts a `&Value` unless that is what the function takes.
fn convert(name: &Ident, ty: &Type, function: &str) -> TokenStream {
    if types::is_value(ty) {
        return TokenStream::new();
    }
    let site = callee::site(&function.to_token_stream(), &quote!(Only));
    quote!(let #name: #ty = ::taipan_vm::native::FromArg::from_arg(cx, #name, #site)?;)
}

fn set_or_delete(members: &[Member], pair: &SetOrDelete) -> syn::Result<Option<TokenStream>> {
    let find = |name: &str| members.iter().find(|member| member.function.ident == name);
    let (set, delete) = (find(pair.set), find(pair.delete));
    let Some(first) = set.or(delete) else {
        return Ok(None);
    };
    let set_roles = set.map(instance_roles).transpose()?;
    let is_combined = set_roles.as_ref().is_some_and(|roles| {
        roles
            .arguments()
            .nth(1)
            .is_some_and(|(_, ty)| types::is_option(ty))
    });
    if let (true, Some(delete)) = (is_combined, delete) {
        let message = format!("`{}` with an `Option<_>` deletes too", pair.set);
        return Err(syn::Error::new(delete.span(), message));
    }
    let indexed = set_roles
        .iter()
        .flat_map(Roles::arguments)
        .next()
        .is_some_and(|(_, ty)| pair.slot == "set_subscript" && is_index(ty));
    let key = if indexed { Argument::Raw } else { pair.key };
    let conditions = &first.conditions;
    let slot = if indexed {
        format_ident!("set_item")
    } else {
        format_ident!("{}", pair.slot)
    };
    if let (true, Some(set), Some(roles)) = (is_combined, set, &set_roles) {
        let call = plain(
            &call(set, roles, &[key, Argument::Raw], false)?,
            &set.function.output,
        );
        return Ok(Some(quote! {
            #(#conditions)*
            slots.#slot.set(::core::option::Option::Some(|cx, receiver, argument0, argument1| { #call }));
        }));
    }
    let missing = |verb: &str| {
        let method = if verb == "set" { pair.set } else { pair.delete };
        quote!(::core::result::Result::Err(::taipan_vm::native::slot::unsupported(cx, receiver, #method)))
    };
    let on_set = match (set, &set_roles) {
        (Some(set), Some(roles)) => {
            let call = call(set, roles, &[key, Argument::Converted], false)?;
            let call = plain(&call, &set.function.output);
            quote!({ let argument1 = value; #call })
        }
        _ => {
            let refusal = missing("set");
            quote!({ let _ = value; #refusal })
        }
    };
    let on_delete = match delete {
        Some(delete) => {
            let roles = instance_roles(delete)?;
            plain(
                &call(delete, &roles, &[key], false)?,
                &delete.function.output,
            )
        }
        None => missing("delete"),
    };
    Ok(Some(quote! {
        #(#conditions)*
        slots.#slot.set(::core::option::Option::Some(|cx, receiver, argument0, value| match value {
            ::core::option::Option::Some(value) => #on_set,
            ::core::option::Option::None => { #on_delete }
        }));
    }))
}

fn comparisons(members: &[Member]) -> syn::Result<Option<TokenStream>> {
    let mut arms = Vec::new();
    let mut equal = None;
    let mut has_not_equal = false;
    let mut any = None;
    for (method, variant) in COMPARISONS {
        let Some(member) = members
            .iter()
            .find(|member| member.function.ident == method)
        else {
            continue;
        };
        let roles = instance_roles(member)?;
        let result = into_result(&call(member, &roles, &[Argument::Converted], false)?);
        if variant == "Eq" {
            equal = Some(result.clone());
        }
        has_not_equal |= variant == "Ne";
        any = Some(member);
        let variant = format_ident!("{variant}");
        arms.push(quote!(::taipan_vm::objects::slots::CompareOp::#variant => { #result }));
    }
    let Some(member) = any else { return Ok(None) };
    if members
        .iter()
        .any(|member| member.function.ident == "__richcompare__")
    {
        return Err(syn::Error::new(
            member.span(),
            "`__richcompare__` compares already",
        ));
    }
    if let (false, Some(equal)) = (has_not_equal, equal) {
        arms.push(quote! {
            ::taipan_vm::objects::slots::CompareOp::Ne => ::taipan_vm::native::slot::negated(cx, { #equal }),
        });
    }
    let rest = (arms.len() < COMPARISONS.len()).then(
        || quote!(_ => ::core::result::Result::Ok(::taipan_vm::value::Value::NOT_IMPLEMENTED),),
    );
    let conditions = &member.conditions;
    Ok(Some(quote! {
        #(#conditions)*
        slots.compare.set(::core::option::Option::Some(|cx, receiver, argument0, op| match op {
            #(#arms)*
            #rest
        }));
    }))
}

/// The `GetSetDef`s: getters, setters and deleters of one name belong together.
pub(super) fn attributes(members: &[Member]) -> syn::Result<Attributes> {
    let mut names: Vec<String> = Vec::new();
    for member in members {
        reject_generics(&member.function)?;
        let name = member.python_name();
        if !names.contains(&name) {
            names.push(name);
        }
    }
    let mut attributes = Attributes::default();
    for name in &names {
        let is_member = members
            .iter()
            .any(|member| member.role == Role::Member && member.python_name() == *name);
        let table = if is_member {
            &mut attributes.members
        } else {
            &mut attributes.getsets
        };
        table.push(attribute(name, members)?);
    }
    Ok(attributes)
}

/// The definitions of attributes, by the kind of descriptor that shows them.
#[derive(Default)]
pub(super) struct Attributes {
    pub(super) getsets: Vec<TokenStream>,
    pub(super) members: Vec<TokenStream>,
}

fn attribute(name: &str, members: &[Member]) -> syn::Result<TokenStream> {
    let find = |role: Role| {
        members
            .iter()
            .find(|member| member.role == role && member.python_name() == name)
    };
    let getter = find(Role::Getter).or_else(|| find(Role::Member));
    let (setter, deleter) = (find(Role::Setter), find(Role::Deleter));
    let Some(first) = getter.or(setter).or(deleter) else {
        return Err(syn::Error::new(
            Span::call_site(),
            "an attribute without functions",
        ));
    };
    let get = match getter {
        None => quote!(::core::option::Option::None),
        Some(getter) => {
            let roles = instance_roles(getter)?;
            let value = into_result(&call(getter, &roles, &[], false)?);
            quote!(::core::option::Option::Some(|cx, receiver| #value))
        }
    };
    let set = match (setter, deleter) {
        (None, None) => quote!(::core::option::Option::None),
        _ => {
            let set = set_attribute(name, setter, deleter)?;
            quote!(::core::option::Option::Some(|cx, receiver, value| #set))
        }
    };
    let documented = [getter, setter, deleter].into_iter().flatten();
    let doc = documented
        .map(|member| docs::doc_text(&member.attributes))
        .find(Option::is_some)
        .flatten();
    let doc = docs::optional(doc.as_deref());
    let conditions = &first.conditions;
    Ok(quote! {
        #(#conditions)*
        ::taipan_vm::native::GetSetDef { name: #name, doc: #doc, get: #get, set: #set }
    })
}

fn set_attribute(
    name: &str,
    setter: Option<&Member>,
    deleter: Option<&Member>,
) -> syn::Result<TokenStream> {
    let roles = setter.map(instance_roles).transpose()?;
    if let (Some(setter), Some(roles)) = (setter, &roles)
        && roles
            .arguments()
            .next()
            .is_some_and(|(_, ty)| types::is_option(ty))
    {
        if let Some(deleter) = deleter {
            return Err(syn::Error::new(
                deleter.span(),
                "a setter with an `Option<_>` deletes too",
            ));
        }
        let call = plain(
            &call(setter, roles, &[Argument::Raw], false)?,
            &setter.function.output,
        );
        return Ok(quote!({ let argument0 = value; #call }));
    }
    let on_set = match (setter, &roles) {
        (Some(setter), Some(roles)) => {
            let ty = roles.arguments().next().map(|(_, ty)| ty.clone());
            let call = plain(
                &call(setter, roles, &[Argument::Raw], false)?,
                &setter.function.output,
            );
            let site = callee::site(&name.to_token_stream(), &quote!(Attribute));
            let conversion = match &ty {
                Some(ty) if !types::is_value(ty) => quote! {
                    let argument0: #ty = ::taipan_vm::native::FromArg::from_arg(cx, value, #site)?;
                },
                _ => quote!(let argument0 = value;),
            };
            quote!(::core::option::Option::Some(value) => { #conversion #call })
        }
        _ => quote! {
            ::core::option::Option::Some(_) => {
                ::core::result::Result::Err(::taipan_vm::native::slot::not_writable(cx, Self::class(), #name))
            }
        },
    };
    let on_delete = match deleter {
        Some(deleter) => plain(
            &call(deleter, &instance_roles(deleter)?, &[], false)?,
            &deleter.function.output,
        ),
        None => {
            quote!(::core::result::Result::Err(::taipan_vm::native::slot::not_deletable(cx, Self::class(), #name)))
        }
    };
    Ok(quote!(match value { #on_set ::core::option::Option::None => { #on_delete } }))
}

fn instance_roles(member: &Member) -> syn::Result<Roles> {
    Roles::of(
        member.function.inputs.iter().cloned(),
        ReceiverRule::Instance,
    )
}

/// Makes `PyResult<Value>` of what a function returned.
fn into_result(call: &TokenStream) -> TokenStream {
    quote!(::taipan_vm::native::IntoResult::into_result(#call, cx))
}

/// Makes `PyResult<Option<Value>>` of an `Option<T>` or `PyResult<Option<T>>`.
fn optional(call: &TokenStream, output: &ReturnType) -> TokenStream {
    let value = if types::is_fallible(output) {
        quote!(#call?)
    } else {
        call.clone()
    };
    let converted = into_result(&quote!(value));
    quote! {
        match #value {
            ::core::option::Option::Some(value) => #converted.map(::core::option::Option::Some),
            ::core::option::Option::None => ::core::result::Result::Ok(::core::option::Option::None),
        }
    }
}

/// Makes `PyResult<T>` of a `T` or `PyResult<T>`.
fn plain(call: &TokenStream, output: &ReturnType) -> TokenStream {
    if types::is_fallible(output) {
        call.clone()
    } else {
        quote!(::core::result::Result::Ok(#call))
    }
}

fn slot_arguments(count: usize) -> Vec<Ident> {
    (0..count)
        .map(|index| format_ident!("argument{index}"))
        .collect()
}

/// Whether a key is declared as an index, which asks for the sequence slot.
fn is_index(ty: &Type) -> bool {
    ty.to_token_stream().to_string() == "isize"
}

fn counted(count: usize) -> String {
    match count {
        0 => "nothing".to_owned(),
        1 => "one argument".to_owned(),
        _ => format!("{count} arguments"),
    }
}
