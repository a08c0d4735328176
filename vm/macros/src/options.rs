//! What stands in the parentheses of an attribute: `name = "..."`, `signature = (...)`, single words.

use syn::parse::{Parse, ParseStream};
use syn::{Attribute, Ident, LitStr, Meta, Path, Token};

use crate::signature::Signature;

/// `text_signature = "..."` or `text_signature = None`.
pub(crate) enum TextSignature {
    FromSignature,
    Absent,
    Given(String),
}

/// Options of a function or method.
pub(crate) struct FunctionOptions {
    pub(crate) name: Option<LitStr>,
    pub(crate) signature: Option<Signature>,
    pub(crate) text_signature: TextSignature,
    /// `pass_module`: the function's first parameter is its module.
    pub(crate) pass_module: Option<Ident>,
    /// `coexist`: a special method that is an ordinary method too (CPython: `METH_COEXIST`).
    pub(crate) coexist: Option<Ident>,
}

impl Parse for FunctionOptions {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let mut options = Self {
            name: None,
            signature: None,
            text_signature: TextSignature::FromSignature,
            pass_module: None,
            coexist: None,
        };
        while !input.is_empty() {
            let key: Ident = input.parse()?;
            match key.to_string().as_str() {
                "name" => options.name = Some(value(input)?),
                "signature" => options.signature = Some(value(input)?),
                "text_signature" => options.text_signature = value(input)?,
                "pass_module" => options.pass_module = Some(key),
                "coexist" => options.coexist = Some(key),
                _ => {
                    return Err(syn::Error::new(
                        key.span(),
                        "expected `name`, `signature`, `text_signature`, `pass_module` or `coexist`",
                    ));
                }
            }
            comma(input)?;
        }
        Ok(options)
    }
}

impl FunctionOptions {
    /// Reads the options of an attribute inside `#[pymethods]`, which may have none.
    pub(crate) fn of(attribute: &Attribute) -> syn::Result<Self> {
        match &attribute.meta {
            Meta::Path(_) => syn::parse2(proc_macro2::TokenStream::new()),
            Meta::List(list) => list.parse_args(),
            Meta::NameValue(pair) => Err(syn::Error::new_spanned(
                pair,
                "expected options in parentheses",
            )),
        }
    }
}

impl Parse for TextSignature {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        if input.peek(LitStr) {
            return Ok(Self::Given(input.parse::<LitStr>()?.value()));
        }
        let word: Ident = input.parse()?;
        if word == "None" {
            return Ok(Self::Absent);
        }
        Err(syn::Error::new(word.span(), "expected a string or `None`"))
    }
}

/// Options of a class.
#[derive(Default)]
pub(crate) struct ClassOptions {
    pub(crate) name: Option<LitStr>,
    pub(crate) module: Option<LitStr>,
    pub(crate) base: Option<Path>,
    pub(crate) tail: Option<Path>,
    pub(crate) text_signature: Option<TextSignature>,
    pub(crate) parts: Option<syn::LitInt>,
    pub(crate) traverse: bool,
    /// The words that become flags, in the order given.
    pub(crate) flags: Vec<Ident>,
}

/// The options that are flags, and the constants of `TypeFlags` they stand for.
const CLASS_FLAGS: [(&str, &str); 11] = [
    ("subclassable", "SUBCLASSABLE"),
    ("weakref", "WEAKREF"),
    ("dict", "ATTRIBUTES"),
    ("sequence", "SEQUENCE"),
    ("mapping", "MAPPING"),
    ("unhashable", "UNHASHABLE"),
    ("immutable", "IMMUTABLE"),
    ("no_new", "NO_NEW"),
    ("match_self", "MATCH_SELF"),
    ("method_descriptor", "METHOD_DESCRIPTOR"),
    ("any_keywords", "ANY_KEYWORDS"),
];

impl Parse for ClassOptions {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let mut options = Self::default();
        while !input.is_empty() {
            let key: Ident = input.parse()?;
            match key.to_string().as_str() {
                "name" => options.name = Some(value(input)?),
                "module" => options.module = Some(value(input)?),
                "base" => options.base = Some(value(input)?),
                "tail" => options.tail = Some(value(input)?),
                "text_signature" => options.text_signature = Some(value(input)?),
                "parts" => options.parts = Some(value(input)?),
                "traverse" => options.traverse = true,
                word if CLASS_FLAGS.iter().any(|(name, _)| *name == word) => {
                    options.flags.push(key)
                }
                _ => {
                    let flags = CLASS_FLAGS.map(|(name, _)| format!("`{name}`")).join(", ");
                    let message = format!(
                        "expected `name`, `module`, `base`, `tail`, `text_signature`, `parts`, `traverse`, {flags}"
                    );
                    return Err(syn::Error::new(key.span(), message));
                }
            }
            comma(input)?;
        }
        Ok(options)
    }
}

/// The constant of `TypeFlags` that an option stands for.
pub(crate) fn flag_constant(option: &Ident) -> Ident {
    let name = CLASS_FLAGS
        .iter()
        .find(|(name, _)| option == name)
        .map_or("EMPTY", |(_, constant)| constant);
    Ident::new(name, option.span())
}

/// Options of a block of methods.
pub(crate) struct BlockOptions {
    pub(crate) part: usize,
}

impl Parse for BlockOptions {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let mut part = 0;
        while !input.is_empty() {
            let key: Ident = input.parse()?;
            if key != "part" {
                return Err(syn::Error::new(key.span(), "expected `part`"));
            }
            part = value::<syn::LitInt>(input)?.base10_parse()?;
            comma(input)?;
        }
        Ok(Self { part })
    }
}

fn value<T: Parse>(input: ParseStream<'_>) -> syn::Result<T> {
    input.parse::<Token![=]>()?;
    input.parse()
}

fn comma(input: ParseStream<'_>) -> syn::Result<()> {
    if !input.is_empty() {
        input.parse::<Token![,]>()?;
    }
    Ok(())
}
