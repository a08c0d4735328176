//! Doc comments as the text that Python's `__doc__` shows.

use proc_macro2::TokenStream;
use quote::quote;
use syn::{Attribute, Expr, ExprLit, Lit, Meta};

/// Returns the doc comment's lines without the space that follows `///`, or nothing if there are none.
pub(crate) fn doc_text(attributes: &[Attribute]) -> Option<String> {
    let lines: Vec<String> = attributes.iter().filter_map(doc_line).collect();
    if lines.is_empty() {
        return None;
    }
    let text = lines.join("\n");
    Some(text.trim_end().to_owned())
}

/// `Some("...")` or `None`, as tokens.
pub(crate) fn doc_tokens(attributes: &[Attribute]) -> TokenStream {
    optional(doc_text(attributes).as_deref())
}

/// An `Option<&'static str>` as tokens.
pub(crate) fn optional(text: Option<&str>) -> TokenStream {
    match text {
        Some(text) => quote!(::core::option::Option::Some(#text)),
        None => quote!(::core::option::Option::None),
    }
}

fn doc_line(attribute: &Attribute) -> Option<String> {
    let Meta::NameValue(pair) = &attribute.meta else {
        return None;
    };
    if !pair.path.is_ident("doc") {
        return None;
    }
    let Expr::Lit(ExprLit {
        lit: Lit::Str(text),
        ..
    }) = &pair.value
    else {
        return None;
    };
    let text = text.value();
    Some(
        text.strip_prefix(' ')
            .map_or_else(|| text.clone(), str::to_owned),
    )
}
