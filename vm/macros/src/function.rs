//! `#[pyfunction]`: a function of a module.

use proc_macro2::TokenStream;
use quote::{quote, quote_spanned};
use syn::ext::IdentExt;
use syn::{ItemFn, Visibility};

use crate::callee::{self, Function, ReceiverRule, Roles};
use crate::docs;
use crate::options::{FunctionOptions, TextSignature};
use crate::signature::Signature;

pub(crate) fn expand(options: TokenStream, item: TokenStream) -> syn::Result<TokenStream> {
    let options: FunctionOptions = syn::parse2(options)?;
    let function: ItemFn = syn::parse2(item)?;
    reject_generics(&function.sig)?;
    let rule = if options.pass_module.is_some() {
        ReceiverRule::First
    } else {
        ReceiverRule::Never
    };
    let roles = Roles::of(function.sig.inputs.iter().cloned(), rule)?;
    let ident = &function.sig.ident;
    let name = options
        .name
        .as_ref()
        .map_or_else(|| ident.unraw().to_string(), syn::LitStr::value);
    let signature = callee::resolve(options.signature, &roles, ident.span())?;
    let text_signature =
        text_signature(&options.text_signature, signature.as_ref(), Some("$module"));
    let callee = Function {
        path: quote!(#ident),
        name: quote!(#name),
        roles: &roles,
        signature: signature.as_ref(),
    }
    .callee();
    let doc = docs::doc_tokens(&function.attrs);
    let definition = quote_spanned! {ident.span()=>
        ::taipan_vm::native::FunctionDef {
            name: #name,
            doc: #doc,
            text_signature: #text_signature,
            binding: ::taipan_vm::native::Binding::Function,
            callee: #callee,
        }
    };
    let beside = definition_type(
        &function.vis,
        ident,
        &function.attrs,
        &quote!(::taipan_vm::native::FunctionDef),
        &definition,
    );
    Ok(quote!(#function #beside))
}

/// A type without values that has the function's name, so that `name::DEF` finds the definition wherever `name` is
/// imported. (Functions and types have different namespaces.)
pub(crate) fn definition_type(
    visibility: &Visibility,
    ident: &syn::Ident,
    attributes: &[syn::Attribute],
    ty: &TokenStream,
    definition: &TokenStream,
) -> TokenStream {
    let conditions: Vec<_> = conditions(attributes).collect();
    let constant_visibility = match visibility {
        Visibility::Public(_) => quote!(pub),
        _ => quote!(pub(crate)),
    };
    let doc = format!("The definition of [`{ident}()`] for Python.");
    quote! {
        #(#conditions)*
        #[doc = #doc]
        #[allow(non_camel_case_types, reason = "has the function's name")]
        #visibility enum #ident {}

        #(#conditions)*
        impl #ident {
            /// What an isolate makes the Python object from.
            #constant_visibility const DEF: #ty = #definition;
        }
    }
}

/// The `#[cfg(...)]` attributes, which whatever is generated for an item must repeat.
pub(crate) fn conditions(attributes: &[syn::Attribute]) -> impl Iterator<Item = &syn::Attribute> {
    attributes
        .iter()
        .filter(|attribute| attribute.path().is_ident("cfg"))
}

/// The `text_signature` field.
pub(crate) fn text_signature(
    option: &TextSignature,
    signature: Option<&Signature>,
    receiver: Option<&str>,
) -> TokenStream {
    match option {
        TextSignature::Absent => docs::optional(None),
        TextSignature::Given(text) => docs::optional(Some(text)),
        TextSignature::FromSignature => docs::optional(
            signature
                .map(|signature| signature.text(receiver))
                .as_deref(),
        ),
    }
}

pub(crate) fn reject_generics(signature: &syn::Signature) -> syn::Result<()> {
    if let Some(parameter) = signature.generics.type_params().next() {
        return Err(syn::Error::new_spanned(
            parameter,
            "a native function cannot be generic over types",
        ));
    }
    if let Some(parameter) = signature.generics.const_params().next() {
        return Err(syn::Error::new_spanned(
            parameter,
            "a native function cannot be generic over constants",
        ));
    }
    if let Some(keyword) = &signature.asyncness {
        return Err(syn::Error::new_spanned(
            keyword,
            "a native function cannot be `async`",
        ));
    }
    if let Some(keyword) = &signature.unsafety {
        return Err(syn::Error::new_spanned(
            keyword,
            "a native function cannot be `unsafe`: any program can call it",
        ));
    }
    Ok(())
}
