//! `#[pyclass]`: a struct that is the payload of a Python class.
//!
//! The layout itself is written by `taipan_vm::payload!`, which holds the safety argument; this file checks what that
//! argument needs of the struct.

use proc_macro2::TokenStream;
use quote::{ToTokens, format_ident, quote};
use syn::ext::IdentExt;
use syn::{Fields, Ident, ItemStruct, Path, Type};

use crate::docs;
use crate::options::{ClassOptions, TextSignature, flag_constant};

pub(crate) fn expand(options: TokenStream, item: TokenStream) -> syn::Result<TokenStream> {
    let options: ClassOptions = syn::parse2(options)?;
    let class: ItemStruct = syn::parse2(item)?;
    if !class.generics.params.is_empty() {
        return Err(syn::Error::new_spanned(
            &class.generics,
            "a native class cannot be generic",
        ));
    }
    if let Some(base) = &options.base {
        check_first_field(&class, base)?;
    }
    let ident = &class.ident;
    let name = options
        .name
        .as_ref()
        .map_or_else(|| ident.unraw().to_string(), syn::LitStr::value);
    let module = options
        .module
        .as_ref()
        .map_or_else(|| "builtins".to_owned(), syn::LitStr::value);
    let doc = docs::doc_tokens(&class.attrs);
    let conditions: Vec<_> = crate::function::conditions(&class.attrs).collect();
    let flags = options.flags.iter().map(flag_constant);
    let flags = quote!(::taipan_vm::objects::TypeFlags::empty() #(.union(::taipan_vm::objects::TypeFlags::#flags))*);
    let base = match &options.base {
        Some(base) => quote!(::core::option::Option::Some(<#base>::class)),
        None => quote!(::core::option::Option::None),
    };
    let parts = match &options.parts {
        None => 1,
        Some(count) => match count.base10_parse::<usize>()? {
            0 => {
                return Err(syn::Error::new(
                    count.span(),
                    "a class has at least one block of methods",
                ));
            }
            parts => parts,
        },
    };
    let table = |constant: &str, concatenate: &str| table(ident, parts, constant, concatenate);
    let methods = table("METHODS", "concatenate_functions");
    let getsets = table("GETSETS", "concatenate_attributes");
    let members = table("MEMBERS", "concatenate_attributes");
    let fill_slots = (0..parts).map(|part| quote!((<#ident as ::taipan_vm::native::parts::ClassPart<#part>>::FILL_SLOTS)(slots);));
    let text_signature = match &options.text_signature {
        None | Some(TextSignature::FromSignature) => {
            quote!(<#ident as ::taipan_vm::native::parts::ClassPart<0>>::TEXT_SIGNATURE)
        }
        Some(TextSignature::Absent) => docs::optional(None),
        Some(TextSignature::Given(text)) => docs::optional(Some(text)),
    };
    let payload = payload(&class, &options)?;
    let visibility = &class.vis;
    Ok(quote! {
        #class

        #(#conditions)*
        #payload

        #(#conditions)*
        impl ::taipan_vm::native::NamedType for #ident {
            fn type_name() -> &'static str {
                #name
            }
        }

        #(#conditions)*
        impl #ident {
            /// The class's name, for messages.
            #[allow(dead_code, reason = "only constructors tell it")]
            #visibility const CLASS_NAME: &'static str = #name;

            /// The definition that an isolate makes the Python class from.
            #visibility fn class() -> &'static ::taipan_vm::native::ClassDef {
                static CLASS: ::taipan_vm::native::ClassDef = ::taipan_vm::native::ClassDef {
                    name: #name,
                    module: #module,
                    doc: #doc,
                    text_signature: #text_signature,
                    base: #base,
                    layout: <#ident as ::taipan_vm::heap::Payload>::layout,
                    flags: #flags,
                    fill_slots: |slots| { #(#fill_slots)* },
                    methods: #methods,
                    getsets: #getsets,
                    members: #members,
                };
                &CLASS
            }
        }
    })
}

/// One of the class's tables: that of its only block, or those of all blocks one after the other.
fn table(class: &Ident, parts: usize, constant: &str, concatenate: &str) -> TokenStream {
    let constant = format_ident!("{constant}");
    let tables = (0..parts)
        .map(|part| quote!(<#class as ::taipan_vm::native::parts::ClassPart<#part>>::#constant));
    if parts == 1 {
        return quote!(#(#tables)*);
    }
    let concatenate = format_ident!("{concatenate}");
    let lengths = tables.clone();
    quote!(&::taipan_vm::native::parts::#concatenate::<{ 0 #(+ #lengths.len())* }>(&[#(#tables),*]))
}

/// The call of `payload!`.
fn payload(class: &ItemStruct, options: &ClassOptions) -> syn::Result<TokenStream> {
    let ident = &class.ident;
    let base = options.base.as_ref().map(|base| quote!(: #base));
    let tail = options.tail.as_ref().map(|tail| quote!(, tail = #tail));
    let traverse = options.traverse.then(|| quote!(, traverse));
    if let (Some(_), Some(tail)) = (&base, &tail) {
        return Err(syn::Error::new_spanned(
            tail,
            "a class with a base cannot have a tail of its own",
        ));
    }
    Ok(quote!(::taipan_vm::payload!(#ident #base #tail #traverse);))
}

/// A payload with a base starts with the base's payload at the same address: `repr(C)`, and the base is its first field.
fn check_first_field(class: &ItemStruct, base: &Path) -> syn::Result<()> {
    let is_repr_c = class.attrs.iter().any(|attribute| {
        let mut found = false;
        if attribute.path().is_ident("repr") {
            // What else stands there is the compiler's business.
            let _ = attribute.parse_nested_meta(|meta| {
                found |= meta.path.is_ident("C");
                Ok(())
            });
        }
        found
    });
    if !is_repr_c {
        return Err(syn::Error::new_spanned(
            &class.ident,
            "a class with a `base` must be `#[repr(C)]`",
        ));
    }
    let first = match &class.fields {
        Fields::Named(fields) => fields.named.first(),
        Fields::Unnamed(fields) => fields.unnamed.first(),
        Fields::Unit => None,
    };
    let same = first.is_some_and(|field| match &field.ty {
        Type::Path(path) => {
            path.path.to_token_stream().to_string() == base.to_token_stream().to_string()
        }
        _ => false,
    });
    if same {
        return Ok(());
    }
    let place = first.map_or_else(
        || class.ident.to_token_stream(),
        |field| field.ty.to_token_stream(),
    );
    let message = format!(
        "the first field must be the base's payload, `{}`",
        base.to_token_stream()
    );
    Err(syn::Error::new_spanned(place, message))
}
