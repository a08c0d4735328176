//! Python signatures: `(a, x, /, lo = 0, *args, key = None, **kwargs)`.
//!
//! CPython's counterpart is the parameter list of an Argument Clinic block. [`Signature::text`] writes it the way
//! `__text_signature__` shows it.

use proc_macro2::Span;
use quote::ToTokens;
use syn::ext::IdentExt;
use syn::parse::{Parse, ParseStream};
use syn::{Expr, ExprLit, ExprUnary, Ident, Lit, Token, UnOp, parenthesized};

/// How an argument can reach a parameter.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Kind {
    PositionalOnly,
    Positional,
    KeywordOnly,
    /// `*args`
    Rest,
    /// `**kwargs`
    Extra,
}

/// One parameter.
pub(crate) struct Parameter {
    pub(crate) name: Ident,
    pub(crate) kind: Kind,
    pub(crate) default: Option<Expr>,
}

impl Parameter {
    /// The name that Python sees: without `r#` and without an underscore around a Rust keyword.
    pub(crate) fn python_name(&self) -> String {
        self.name.unraw().to_string()
    }

    pub(crate) fn is_required(&self) -> bool {
        self.default.is_none() && !matches!(self.kind, Kind::Rest | Kind::Extra)
    }
}

/// A list of parameters, in source order.
pub(crate) struct Signature {
    pub(crate) parameters: Vec<Parameter>,
    pub(crate) span: Span,
}

impl Signature {
    /// The signature of a function that gives none: all positional-only and required.
    pub(crate) fn positional_only(names: impl Iterator<Item = Ident>, span: Span) -> Self {
        let parameters = names
            .map(|name| Parameter {
                name,
                kind: Kind::PositionalOnly,
                default: None,
            })
            .collect();
        Self { parameters, span }
    }

    pub(crate) fn count(&self, wanted: impl Fn(&Parameter) -> bool) -> usize {
        self.parameters
            .iter()
            .filter(|parameter| wanted(parameter))
            .count()
    }

    pub(crate) fn has(&self, kind: Kind) -> bool {
        self.parameters
            .iter()
            .any(|parameter| parameter.kind == kind)
    }

    /// Whether no argument can be given by name.
    pub(crate) fn is_positional(&self) -> bool {
        self.parameters
            .iter()
            .all(|parameter| matches!(parameter.kind, Kind::PositionalOnly | Kind::Rest))
    }

    /// Writes the signature as Python does, with `receiver` (`$self`, `$type`, `$module`) in front if there is one.
    pub(crate) fn text(&self, receiver: Option<&str>) -> String {
        let mut parts: Vec<String> = receiver.into_iter().map(str::to_owned).collect();
        let positional_only = self.count(|parameter| parameter.kind == Kind::PositionalOnly);
        if receiver.is_some() && positional_only == 0 {
            parts.push("/".to_owned());
        }
        let mut starred = false;
        for (index, parameter) in self.parameters.iter().enumerate() {
            if parameter.kind == Kind::KeywordOnly && !starred {
                parts.push("*".to_owned());
                starred = true;
            }
            starred |= parameter.kind == Kind::Rest;
            parts.push(parameter_text(parameter));
            if positional_only > 0 && index + 1 == positional_only {
                parts.push("/".to_owned());
            }
        }
        format!("({})", parts.join(", "))
    }
}

fn parameter_text(parameter: &Parameter) -> String {
    let name = parameter.python_name();
    match (parameter.kind, &parameter.default) {
        (Kind::Rest, _) => format!("*{name}"),
        (Kind::Extra, _) => format!("**{name}"),
        (_, None) => name,
        (_, Some(default)) => format!("{name}={}", python_text(default)),
    }
}

/// Writes a default as Python would. What has no spelling there is shown as CPython shows it.
fn python_text(default: &Expr) -> String {
    match default {
        Expr::Lit(ExprLit { lit, .. }) => literal_text(lit),
        Expr::Unary(ExprUnary {
            op: UnOp::Neg(_),
            expr,
            ..
        }) => format!("-{}", python_text(expr)),
        Expr::Path(path) => {
            let text = path.to_token_stream().to_string().replace(' ', "");
            match text.as_str() {
                "None" => text,
                "isize::MAX" | "i64::MAX" => "sys.maxsize".to_owned(),
                _ => UNREPRESENTABLE.to_owned(),
            }
        }
        Expr::Tuple(tuple) if tuple.elems.is_empty() => "()".to_owned(),
        _ => UNREPRESENTABLE.to_owned(),
    }
}

const UNREPRESENTABLE: &str = "<unrepresentable>";

fn literal_text(literal: &Lit) -> String {
    match literal {
        Lit::Bool(value) => if value.value { "True" } else { "False" }.to_owned(),
        Lit::Int(value) => value.base10_digits().to_owned(),
        Lit::Float(value) => value.base10_digits().to_owned(),
        Lit::Str(value) => quoted(value.value().chars()),
        Lit::Char(value) => quoted(std::iter::once(value.value())),
        Lit::ByteStr(value) => format!("b{}", quoted(value.value().into_iter().map(char::from))),
        _ => UNREPRESENTABLE.to_owned(),
    }
}

/// Quotes text as Python's `repr` quotes ASCII text.
fn quoted(text: impl Iterator<Item = char>) -> String {
    let text: String = text.collect();
    let quote = if text.contains('\'') && !text.contains('"') {
        '"'
    } else {
        '\''
    };
    let mut out = String::from(quote);
    for character in text.chars() {
        match character {
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            '\\' => out.push_str("\\\\"),
            character if character == quote => {
                out.push('\\');
                out.push(quote);
            }
            character if character.is_ascii_control() => {
                out.push_str(&format!("\\x{:02x}", u32::from(character)))
            }
            character => out.push(character),
        }
    }
    out.push(quote);
    out
}

impl Parse for Signature {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let span = input.span();
        let content;
        parenthesized!(content in input);
        let mut parameters: Vec<Parameter> = Vec::new();
        let mut kind = Kind::Positional;
        let mut slash = false;
        let mut bare_star: Option<Span> = None;
        while !content.is_empty() {
            let here = content.span();
            if kind == Kind::Extra {
                return Err(syn::Error::new(here, "nothing can follow `**`"));
            }
            if content.peek(Token![/]) {
                content.parse::<Token![/]>()?;
                if slash || kind != Kind::Positional || parameters.is_empty() {
                    return Err(syn::Error::new(
                        here,
                        "`/` stands once, after the positional-only parameters",
                    ));
                }
                slash = true;
                for parameter in &mut parameters {
                    parameter.kind = Kind::PositionalOnly;
                }
            } else if content.peek(Token![*]) && content.peek2(Token![*]) {
                content.parse::<Token![*]>()?;
                content.parse::<Token![*]>()?;
                kind = Kind::Extra;
                parameters.push(Parameter {
                    name: name(&content)?,
                    kind,
                    default: None,
                });
            } else if content.peek(Token![*]) {
                content.parse::<Token![*]>()?;
                if kind != Kind::Positional {
                    return Err(syn::Error::new(here, "`*` can stand only once"));
                }
                kind = Kind::KeywordOnly;
                if content.is_empty() || content.peek(Token![,]) {
                    bare_star = Some(here);
                } else {
                    parameters.push(Parameter {
                        name: name(&content)?,
                        kind: Kind::Rest,
                        default: None,
                    });
                }
            } else {
                let parameter = Parameter {
                    name: name(&content)?,
                    kind,
                    default: default(&content)?,
                };
                let after_default = kind == Kind::Positional
                    && parameter.default.is_none()
                    && parameters.last().is_some_and(|last| last.default.is_some());
                if after_default {
                    return Err(syn::Error::new(
                        here,
                        "a parameter without a default follows one with a default",
                    ));
                }
                parameters.push(parameter);
            }
            if !content.is_empty() {
                content.parse::<Token![,]>()?;
            }
        }
        if let Some(span) = bare_star
            && !parameters
                .iter()
                .any(|parameter| parameter.kind == Kind::KeywordOnly)
        {
            return Err(syn::Error::new(
                span,
                "a named parameter must follow a bare `*`",
            ));
        }
        for (index, parameter) in parameters.iter().enumerate() {
            if parameters[..index]
                .iter()
                .any(|other| other.name == parameter.name)
            {
                return Err(syn::Error::new(
                    parameter.name.span(),
                    "this name stands twice",
                ));
            }
        }
        Ok(Self { parameters, span })
    }
}

fn name(input: ParseStream<'_>) -> syn::Result<Ident> {
    input.call(Ident::parse_any)
}

fn default(input: ParseStream<'_>) -> syn::Result<Option<Expr>> {
    if !input.peek(Token![=]) {
        return Ok(None);
    }
    input.parse::<Token![=]>()?;
    input.parse().map(Some)
}
