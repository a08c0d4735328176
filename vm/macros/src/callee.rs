//! From a Rust function's parameters and a Python signature to the code that binds arguments and calls.
//!
//! Counting and matching arguments is done by `taipan_vm::native::args` from a constant description, so that what is
//! generated for each function stays small: one binding call, one conversion a parameter, the call.

use proc_macro2::{Span, TokenStream};
use quote::{format_ident, quote};
use syn::{Expr, FnArg, Ident, Pat, PatType, Type};

use crate::signature::{Kind, Parameter, Signature};
use crate::types;

/// What a Rust parameter receives.
pub(crate) enum Role {
    /// `&self`: the payload of the receiver.
    Payload,
    /// `this: &Py<Self>`.
    Handle,
    /// `this: &Value`: the receiver as it comes.
    Value,
    /// `cls: &Py<Type>` of a class method: a handle of another type than the class itself.
    OtherHandle,
    /// `cx: &Ctx`.
    Context,
    /// An argument of the call.
    Argument(Ident, Box<Type>),
}

/// Whether, and under which names, the first parameters can be the receiver.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum ReceiverRule {
    /// No parameter is the receiver (functions, static methods).
    Never,
    /// `&self`, or a parameter called `this`.
    Instance,
    /// A parameter called `cls`.
    Class,
    /// The first parameter besides `cx`, whatever it is called (`pass_module`; slots).
    First,
}

/// The parameters of a Rust function with their roles, in source order.
pub(crate) struct Roles(pub(crate) Vec<Role>);

impl Roles {
    pub(crate) fn of(
        inputs: impl IntoIterator<Item = FnArg>,
        rule: ReceiverRule,
    ) -> syn::Result<Self> {
        let mut roles = Vec::new();
        let mut receiver_seen = rule == ReceiverRule::Never;
        let mut context_seen = false;
        for input in inputs {
            let typed = match input {
                FnArg::Receiver(receiver) => {
                    if rule != ReceiverRule::Instance && rule != ReceiverRule::First {
                        return Err(syn::Error::new_spanned(receiver, "there is no `self` here"));
                    }
                    if receiver.mutability.is_some()
                        || receiver.reference.is_none()
                        || receiver.colon_token.is_some()
                    {
                        return Err(syn::Error::new_spanned(
                            receiver,
                            "objects are shared: take `&self`, `this: &Py<Self>` or `this: &Value`",
                        ));
                    }
                    receiver_seen = true;
                    roles.push(Role::Payload);
                    continue;
                }
                FnArg::Typed(typed) => typed,
            };
            let no_argument_yet = !roles.iter().any(|role| matches!(role, Role::Argument(..)));
            if !context_seen && no_argument_yet && types::is_ctx(&typed.ty) {
                context_seen = true;
                roles.push(Role::Context);
                continue;
            }
            let name = pattern_name(&typed)?;
            let bare = name.to_string();
            let bare = bare.trim_start_matches('_');
            let named = match rule {
                ReceiverRule::Never => false,
                ReceiverRule::Instance => bare == "this",
                ReceiverRule::Class => bare == "cls",
                ReceiverRule::First => true,
            };
            if !receiver_seen && no_argument_yet && named {
                receiver_seen = true;
                roles.push(if types::is_value(&typed.ty) {
                    Role::Value
                } else if !types::is_handle(&typed.ty) {
                    return Err(syn::Error::new_spanned(
                        &typed.ty,
                        "the receiver is a `&Value` or a `&Py<_>`",
                    ));
                } else if rule == ReceiverRule::Instance {
                    Role::Handle
                } else {
                    Role::OtherHandle
                });
                continue;
            }
            roles.push(Role::Argument(name, typed.ty));
        }
        Ok(Self(roles))
    }

    /// The parameters that take arguments.
    pub(crate) fn arguments(&self) -> impl Iterator<Item = (&Ident, &Type)> {
        self.0.iter().filter_map(|role| match role {
            Role::Argument(name, ty) => Some((name, &**ty)),
            _ => None,
        })
    }

    pub(crate) fn uses_receiver(&self) -> bool {
        self.0
            .iter()
            .any(|role| !matches!(role, Role::Context | Role::Argument(..)))
    }

    /// Whether the receiver is taken as `&Value`.
    pub(crate) fn receiver_is_value(&self) -> bool {
        self.0.iter().any(|role| matches!(role, Role::Value))
    }

    /// For `new`: the slot has the class as a handle already.
    pub(crate) fn receiver_is_handle(&mut self) {
        for role in &mut self.0 {
            if matches!(role, Role::OtherHandle) {
                *role = Role::Value;
            }
        }
    }

    /// `receiver`, or `_` if nothing uses it.
    pub(crate) fn receiver_pattern(&self) -> TokenStream {
        if self.uses_receiver() {
            quote!(receiver)
        } else {
            quote!(_)
        }
    }

    /// The expressions for a call; `receiver` is the variable that holds the receiver, `arguments` the bound ones.
    pub(crate) fn call(
        &self,
        path: &TokenStream,
        receiver: &Ident,
        arguments: &[Ident],
    ) -> TokenStream {
        let mut arguments = arguments.iter();
        let expressions = self.0.iter().map(|role| match role {
            Role::Payload => quote!(::taipan_vm::native::bind::payload::<Self>(cx, #receiver)?),
            Role::Handle => quote!(::taipan_vm::native::bind::handle::<Self>(cx, #receiver)?),
            Role::Value => quote!(#receiver),
            Role::OtherHandle => quote!(::taipan_vm::native::bind::handle(cx, #receiver)?),
            Role::Context => quote!(cx),
            Role::Argument(..) => {
                let argument = arguments.next();
                quote!(#argument)
            }
        });
        quote!(#path(#(#expressions),*))
    }
}

fn pattern_name(typed: &PatType) -> syn::Result<Ident> {
    match &*typed.pat {
        Pat::Ident(pattern) => Ok(pattern.ident.clone()),
        other => Err(syn::Error::new_spanned(
            other,
            "give this parameter a plain name",
        )),
    }
}

/// Everything that is needed to write a callee.
pub(crate) struct Function<'a> {
    /// The path that calls the Rust function.
    pub(crate) path: TokenStream,
    /// What it is called in messages: a literal, or the name of the class that the block belongs to.
    pub(crate) name: TokenStream,
    pub(crate) roles: &'a Roles,
    /// `None` if the function takes `Args<'_>` as they come.
    pub(crate) signature: Option<&'a Signature>,
}

/// How a callee gets its arguments; the variants of `taipan_vm::native::Callee`.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Shape {
    NoArgs,
    One,
    Positional,
    Keywords,
}

/// Pairs the signature with the Rust parameters, or makes the signature of a function that has none.
///
/// Returns `None` for a function whose only argument is `Args<'_>`.
pub(crate) fn resolve(
    given: Option<Signature>,
    roles: &Roles,
    span: Span,
) -> syn::Result<Option<Signature>> {
    let arguments: Vec<_> = roles.arguments().collect();
    if let Some((name, _)) = arguments.iter().find(|(_, ty)| types::is_args(ty)) {
        return match given {
            _ if arguments.len() > 1 => Err(syn::Error::new(
                name.span(),
                "`Args` takes all arguments: it must be the only one",
            )),
            Some(signature) => Err(syn::Error::new(
                signature.span,
                "`Args` takes the arguments as they come: give `text_signature` instead",
            )),
            None => Ok(None),
        };
    }
    let Some(signature) = given else {
        if let [(name, ty)] = arguments[..]
            && types::is_slice(ty)
        {
            let rest = Parameter {
                name: name.clone(),
                kind: Kind::Rest,
                default: None,
            };
            return Ok(Some(Signature {
                parameters: vec![rest],
                span,
            }));
        }
        return Ok(Some(Signature::positional_only(
            arguments.iter().map(|(name, _)| python_spelling(name)),
            span,
        )));
    };
    if signature.parameters.len() != arguments.len() {
        let message = format!(
            "the signature has {} parameters, the function takes {} arguments",
            signature.parameters.len(),
            arguments.len()
        );
        return Err(syn::Error::new(signature.span, message));
    }
    for (parameter, (name, ty)) in signature.parameters.iter().zip(&arguments) {
        if python_spelling(name) != python_spelling(&parameter.name) {
            let message = format!("the function calls this parameter `{name}`");
            return Err(syn::Error::new(parameter.name.span(), message));
        }
        check_default(parameter, ty)?;
    }
    Ok(Some(signature))
}

fn check_default(parameter: &Parameter, ty: &Type) -> syn::Result<()> {
    let is_none =
        matches!(&parameter.default, Some(Expr::Path(path)) if path.path.is_ident("None"));
    if is_none && !types::is_option(ty) {
        let message = format!(
            "the default is `None`, so `{}` must be an `Option<_>`",
            parameter.name
        );
        return Err(syn::Error::new_spanned(ty, message));
    }
    if parameter.kind == Kind::Rest && !types::is_slice(ty) {
        return Err(syn::Error::new_spanned(ty, "`*` needs a `&[Value]`"));
    }
    Ok(())
}

/// A Rust parameter's name without `r#` and without the underscores that avoid keywords and warnings.
fn python_spelling(name: &Ident) -> Ident {
    let text = name.to_string();
    let text = text.trim_start_matches("r#");
    let bare = text.trim_matches('_');
    Ident::new_raw_if_needed(if bare.is_empty() { text } else { bare }, name.span())
}

trait RawIdent {
    fn new_raw_if_needed(text: &str, span: Span) -> Ident;
}

impl RawIdent for Ident {
    fn new_raw_if_needed(text: &str, span: Span) -> Ident {
        syn::parse_str::<Ident>(text).map_or_else(
            |_| {
                let cannot_be_raw = matches!(text, "self" | "Self" | "super" | "crate" | "_");
                if cannot_be_raw {
                    format_ident!("{text}_", span = span)
                } else {
                    Ident::new_raw(text, span)
                }
            },
            |_| Ident::new(text, span),
        )
    }
}

impl Function<'_> {
    pub(crate) fn shape(&self) -> Shape {
        let Some(signature) = self.signature else {
            return Shape::Keywords;
        };
        if !signature.is_positional() {
            return Shape::Keywords;
        }
        match &signature.parameters[..] {
            [] => Shape::NoArgs,
            [only] if only.is_required() => Shape::One,
            _ => Shape::Positional,
        }
    }

    /// An expression of type `Callee`.
    pub(crate) fn callee(&self) -> TokenStream {
        let receiver = format_ident!("receiver");
        let pattern = self.roles.receiver_pattern();
        match self.shape() {
            Shape::NoArgs => {
                let call = self.call(&receiver, &[]);
                quote!(::taipan_vm::native::Callee::NoArgs(|cx, #pattern| { #call }))
            }
            Shape::One => {
                let names = self.argument_names();
                let convert = self.converted_one(&quote!(argument));
                let call = self.call(&receiver, &names);
                quote!(::taipan_vm::native::Callee::One(|cx, #pattern, argument| { #convert #call }))
            }
            Shape::Positional => {
                let names = self.argument_names();
                let bind = self.bind_positional(&quote!(arguments));
                let call = self.call(&receiver, &names);
                quote!(::taipan_vm::native::Callee::Positional(|cx, #pattern, arguments| { #bind #call }))
            }
            Shape::Keywords => {
                let names = self.argument_names();
                let bind = self.bind_keywords(&quote!(arguments));
                let call = self.call(&receiver, &names);
                quote!(::taipan_vm::native::Callee::Keywords(|cx, #pattern, arguments| { #bind #call }))
            }
        }
    }

    /// Statements that bind `Args` (an expression) for a constructor, however simple the signature is, and the names
    /// of the variables they make.
    pub(crate) fn bind_args(&self, arguments: &TokenStream) -> (TokenStream, Vec<Ident>) {
        let names = self.argument_names();
        let name = &self.name;
        let bind = match self.shape() {
            Shape::Keywords => self.bind_keywords(arguments),
            Shape::NoArgs => {
                quote!(::taipan_vm::native::bind::no_arguments(cx, #name, #arguments)?;)
            }
            Shape::One | Shape::Positional => {
                let bind = self.bind_positional(&quote!(positional));
                quote! {
                    let positional = ::taipan_vm::native::bind::without_keywords(cx, #name, #arguments)?;
                    #bind
                }
            }
        };
        (bind, names)
    }

    fn call(&self, receiver: &Ident, names: &[Ident]) -> TokenStream {
        let call = self.roles.call(&self.path, receiver, names);
        quote!(::taipan_vm::native::IntoResult::into_result(#call, cx))
    }

    /// Variables for the converted arguments. Numbered, so that they cannot clash with `cx` or each other.
    fn argument_names(&self) -> Vec<Ident> {
        (0..self.roles.arguments().count())
            .map(|index| format_ident!("argument{index}"))
            .collect()
    }

    fn converted_one(&self, argument: &TokenStream) -> TokenStream {
        let name = &self.name;
        let variable = format_ident!("argument0");
        let ty = self.roles.arguments().next().map(|(_, ty)| ty);
        let site = site(name, &quote!(Only));
        quote! {
            let #variable: #ty = ::taipan_vm::native::FromArg::from_arg(
                cx,
                #argument,
                #site,
            )?;
        }
    }

    fn bind_positional(&self, arguments: &TokenStream) -> TokenStream {
        let Some(signature) = self.signature else {
            return TokenStream::new();
        };
        let description = self.description(signature);
        let slots = slot_names(signature);
        let count = slots.len();
        let rest = signature.has(Kind::Rest).then(|| format_ident!("rest"));
        let rest = rest.map_or_else(|| quote!(_), |rest| quote!(#rest));
        let conversions = self.conversions(signature);
        quote! {
            let ([#(#slots),*], #rest) =
                ::taipan_vm::native::bind::bind_positional::<#count>(cx, #description, #arguments)?;
            #conversions
        }
    }

    fn bind_keywords(&self, arguments: &TokenStream) -> TokenStream {
        let variable = format_ident!("argument0");
        let Some(signature) = self.signature else {
            return quote!(let #variable = #arguments;);
        };
        let description = self.description(signature);
        let slots = slot_names(signature);
        let count = slots.len();
        let rest = signature
            .has(Kind::Rest)
            .then(|| quote!(let rest = bound.rest;));
        let extra = signature
            .has(Kind::Extra)
            .then(|| quote!(let extra = bound.extra;));
        let conversions = self.conversions(signature);
        quote! {
            let bound = ::taipan_vm::native::bind::bind_keywords::<#count>(cx, #description, #arguments)?;
            let [#(#slots),*] = bound.slots;
            #rest
            #extra
            #conversions
        }
    }

    /// The constant that describes the signature to the binder.
    fn description(&self, signature: &Signature) -> TokenStream {
        let function = &self.name;
        let named = |parameter: &Parameter| !matches!(parameter.kind, Kind::Rest | Kind::Extra);
        let names = signature
            .parameters
            .iter()
            .filter(|parameter| named(parameter))
            .map(Parameter::python_name);
        let positional_only = signature.count(|parameter| parameter.kind == Kind::PositionalOnly);
        let is_positional = |parameter: &Parameter| {
            matches!(parameter.kind, Kind::PositionalOnly | Kind::Positional)
        };
        let positional = signature.count(is_positional);
        let required =
            signature.count(|parameter| is_positional(parameter) && parameter.is_required());
        let required_keywords = signature
            .parameters
            .iter()
            .filter(|parameter| parameter.kind == Kind::KeywordOnly)
            .map(Parameter::is_required)
            .collect::<Vec<_>>();
        let rest = signature.has(Kind::Rest);
        let extra = signature.has(Kind::Extra);
        quote! {
            const {
                &::taipan_vm::native::bind::Signature {
                    function: #function,
                    parameters: &[#(#names),*],
                    positional_only: #positional_only,
                    positional: #positional,
                    required: #required,
                    keyword_required: &[#(#required_keywords),*],
                    rest: #rest,
                    extra: #extra,
                }
            }
        }
    }

    /// One `let` a Rust argument, from the slots.
    fn conversions(&self, signature: &Signature) -> TokenStream {
        let function = &self.name;
        let mut position = 0_u16;
        let statements = signature
            .parameters
            .iter()
            .zip(self.roles.arguments())
            .enumerate()
            .map(|(index, (parameter, (_, ty)))| {
                let variable = format_ident!("argument{index}");
                match parameter.kind {
                    Kind::Rest => return quote!(let #variable: #ty = rest;),
                    Kind::Extra => return quote!(let #variable: #ty = extra;),
                    _ => {}
                }
                position += 1;
                let slot = format_ident!("slot{}", position - 1);
                let place = match parameter.kind {
                    Kind::PositionalOnly => quote!(Position(#position)),
                    _ => {
                        let name = parameter.python_name();
                        quote!(Name(#name))
                    }
                };
                let site = site(function, &place);
                match &parameter.default {
                    None => quote! {
                        let #variable: #ty = ::taipan_vm::native::bind::required(cx, #slot, #site)?;
                    },
                    Some(default) => quote! {
                        let #variable: #ty = match #slot {
                            ::core::option::Option::Some(value) => {
                                ::taipan_vm::native::FromArg::from_arg(cx, value, #site)?
                            }
                            ::core::option::Option::None => #default,
                        };
                    },
                }
            });
        quote!(#(#statements)*)
    }
}

/// A `&'static ArgSite`: where messages say that an argument stands.
pub(crate) fn site(function: &TokenStream, place: &TokenStream) -> TokenStream {
    quote! {
        const {
            &::taipan_vm::native::ArgSite { function: #function, place: ::taipan_vm::native::ArgPlace::#place }
        }
    }
}

/// Variables for the values of the named parameters, in the order of the description.
fn slot_names(signature: &Signature) -> Vec<Ident> {
    let named = signature.count(|parameter| !matches!(parameter.kind, Kind::Rest | Kind::Extra));
    (0..named)
        .map(|index| format_ident!("slot{index}"))
        .collect()
}
