//! `#[pymodule]`: the function that fills a module.

use proc_macro2::TokenStream;
use quote::quote;
use syn::ext::IdentExt;
use syn::{FnArg, ItemFn};

use crate::docs;
use crate::function::{definition_type, reject_generics};
use crate::options::FunctionOptions;
use crate::types;

pub(crate) fn expand(options: TokenStream, item: TokenStream) -> syn::Result<TokenStream> {
    let options: FunctionOptions = syn::parse2(options)?;
    if let Some(signature) = &options.signature {
        return Err(syn::Error::new(signature.span, "a module has no signature"));
    }
    if let Some(word) = &options.pass_module {
        return Err(syn::Error::new(
            word.span(),
            "a module gets its builder anyway",
        ));
    }
    let function: ItemFn = syn::parse2(item)?;
    reject_generics(&function.sig)?;
    let ident = &function.sig.ident;
    let name = options
        .name
        .as_ref()
        .map_or_else(|| ident.unraw().to_string(), syn::LitStr::value);
    let takes_context = match function.sig.inputs.iter().collect::<Vec<_>>()[..] {
        [FnArg::Typed(_)] => false,
        [FnArg::Typed(first), FnArg::Typed(_)] if types::is_ctx(&first.ty) => true,
        _ => {
            let message = "expected `(m: &ModuleBuilder)` or `(cx: &Ctx, m: &ModuleBuilder)`";
            return Err(syn::Error::new_spanned(&function.sig, message));
        }
    };
    let call = if takes_context {
        quote!(#ident(cx, builder))
    } else {
        quote!(#ident(builder))
    };
    let call = if types::is_fallible(&function.sig.output) {
        call
    } else {
        quote!({ #call; ::core::result::Result::Ok(()) })
    };
    let context = if takes_context { quote!(cx) } else { quote!(_) };
    let doc = docs::doc_tokens(&function.attrs);
    let definition = quote! {
        ::taipan_vm::native::ModuleDef {
            name: #name,
            doc: #doc,
            exec: |#context, builder| #call,
        }
    };
    let beside = definition_type(
        &function.vis,
        ident,
        &function.attrs,
        &quote!(::taipan_vm::native::ModuleDef),
        &definition,
    );
    Ok(quote!(#function #beside))
}
