//! `#[pymethods]`: an `impl` block whose functions become methods, attributes and slots.
//!
//! `member` sorts the functions; `fill` writes what goes into slots; `slots` is the table of special methods.

mod fill;
mod member;
mod slots;

use proc_macro2::TokenStream;
use quote::{ToTokens, quote};
use syn::{ImplItem, ItemImpl};

use crate::callee::{self, Function, Roles};
use crate::docs;
use crate::function::{reject_generics, text_signature};
use crate::options::BlockOptions;
use member::{Binding, Member, Role};

pub(crate) fn expand(options: TokenStream, item: TokenStream) -> syn::Result<TokenStream> {
    let BlockOptions { part } = syn::parse2(options)?;
    let mut block: ItemImpl = syn::parse2(item)?;
    if let Some((_, path, _)) = &block.trait_ {
        return Err(syn::Error::new_spanned(
            path,
            "methods stand in an inherent `impl`",
        ));
    }
    if !block.generics.params.is_empty() {
        return Err(syn::Error::new_spanned(
            &block.generics,
            "a native class cannot be generic",
        ));
    }
    let mut members = Vec::new();
    let mut errors: Option<syn::Error> = None;
    for item in &mut block.items {
        let ImplItem::Fn(function) = item else {
            continue;
        };
        match Member::take(function) {
            Ok(Some(member)) => members.push(member),
            Ok(None) => {}
            Err(error) => match &mut errors {
                Some(errors) => errors.combine(error),
                None => errors = Some(error),
            },
        }
    }
    if let Some(errors) = errors {
        return Err(errors);
    }
    let tables = Tables::of(members)?;
    let Tables {
        methods,
        attributes: fill::Attributes { getsets, members },
        slots,
        text_signature,
    } = tables;
    let class = &block.self_ty;
    let text_signature = docs::optional(text_signature.as_deref());
    let fill = if slots.is_empty() {
        quote!(|_| {})
    } else {
        quote!(|slots| { #(#slots)* })
    };
    Ok(quote! {
        #block

        impl ::taipan_vm::native::parts::ClassPart<#part> for #class {
            const TEXT_SIGNATURE: ::core::option::Option<&'static str> = #text_signature;
            const METHODS: &'static [::taipan_vm::native::FunctionDef] = &[#(#methods),*];
            const GETSETS: &'static [::taipan_vm::native::GetSetDef] = &[#(#getsets),*];
            const MEMBERS: &'static [::taipan_vm::native::MemberDef] = &[#(#members),*];
            const FILL_SLOTS: fn(&::taipan_vm::objects::slots::Slots) = #fill;
        }
    })
}

/// The contents of one block, as tokens.
#[derive(Default)]
struct Tables {
    methods: Vec<TokenStream>,
    attributes: fill::Attributes,
    slots: Vec<TokenStream>,
    /// The signature of the constructor.
    text_signature: Option<String>,
}

impl Tables {
    fn of(members: Vec<Member>) -> syn::Result<Self> {
        let mut tables = Self::default();
        let mut attributes = Vec::new();
        let mut special = Vec::new();
        for mut member in members {
            match member.role {
                Role::Method(binding) => tables.methods.push(method(&mut member, binding)?),
                Role::Getter | Role::Member | Role::Setter | Role::Deleter => {
                    attributes.push(member)
                }
                Role::Special => {
                    if member.options.coexist.is_some() {
                        tables.methods.push(method(&mut member, Binding::Instance)?);
                    }
                    special.push(member);
                }
                Role::New | Role::Init | Role::Call => {
                    let (statement, signature) = fill::constructor(&mut member)?;
                    if member.role != Role::Call && signature.is_some() {
                        tables.text_signature = signature;
                    }
                    tables.slots.push(statement);
                }
            }
        }
        tables.attributes = fill::attributes(&attributes)?;
        tables.slots.extend(fill::slots(&special)?);
        Ok(tables)
    }
}

/// The `FunctionDef` of a method.
fn method(member: &mut Member, binding: Binding) -> syn::Result<TokenStream> {
    reject_generics(&member.function)?;
    let ident = member.function.ident.clone();
    let roles = Roles::of(
        member.function.inputs.iter().cloned(),
        binding.receiver_rule(),
    )?;
    if binding.needs_receiver() && !roles.uses_receiver() {
        let message = format!(
            "a method starts with {}; helpers are marked `#[native_only]`",
            binding.receivers()
        );
        return Err(syn::Error::new(ident.span(), message));
    }
    let name = member.python_name();
    let signature = callee::resolve(member.options.signature.take(), &roles, ident.span())?;
    let text_signature = text_signature(
        &member.options.text_signature,
        signature.as_ref(),
        binding.receiver_text(),
    );
    let callee = Function {
        path: quote!(Self::#ident),
        name: name.to_token_stream(),
        roles: &roles,
        signature: signature.as_ref(),
    }
    .callee();
    let doc = docs::doc_tokens(&member.attributes);
    let conditions = &member.conditions;
    let binding = binding.variant();
    Ok(quote! {
        #(#conditions)*
        ::taipan_vm::native::FunctionDef {
            name: #name,
            doc: #doc,
            text_signature: #text_signature,
            binding: ::taipan_vm::native::Binding::#binding,
            callee: #callee,
        }
    })
}
