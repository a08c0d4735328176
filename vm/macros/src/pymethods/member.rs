//! Sorting the functions of a block: what each becomes, and the attributes that say so.

use proc_macro2::{Ident, Span};
use quote::format_ident;
use syn::ext::IdentExt;
use syn::{Attribute, ImplItemFn, Signature};

use super::slots::{self, COMPARISONS, SET_OR_DELETE, SPECIALS};
use crate::callee::ReceiverRule;
use crate::options::FunctionOptions;

/// How a function in the method table is bound.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Binding {
    Instance,
    Class,
    Static,
}

impl Binding {
    pub(super) fn receiver_rule(self) -> ReceiverRule {
        match self {
            Self::Instance => ReceiverRule::Instance,
            Self::Class => ReceiverRule::Class,
            Self::Static => ReceiverRule::Never,
        }
    }

    pub(super) fn needs_receiver(self) -> bool {
        self == Self::Instance
    }

    /// For the message about a missing receiver.
    pub(super) fn receivers(self) -> &'static str {
        match self {
            Self::Instance => "`&self`, `this: &Py<Self>` or `this: &Value`",
            Self::Class => "`cls: &Py<Type>`",
            Self::Static => "its arguments",
        }
    }

    /// The receiver as `__text_signature__` writes it.
    pub(super) fn receiver_text(self) -> Option<&'static str> {
        match self {
            Self::Instance => Some("$self"),
            Self::Class => Some("$type"),
            Self::Static => None,
        }
    }

    /// The variant of `taipan_vm::native::Binding`.
    pub(super) fn variant(self) -> Ident {
        match self {
            Self::Instance => format_ident!("Method"),
            Self::Class => format_ident!("ClassMethod"),
            Self::Static => format_ident!("StaticMethod"),
        }
    }
}

/// What a function of the block becomes.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Role {
    Method(Binding),
    Getter,
    /// A getter that shows as a `member_descriptor`.
    Member,
    Setter,
    Deleter,
    New,
    Init,
    /// `__call__`, the one special method with a signature of its own.
    Call,
    /// Another special method with a slot.
    Special,
}

/// One function of the block.
pub(super) struct Member {
    pub(super) role: Role,
    pub(super) options: FunctionOptions,
    pub(super) function: Signature,
    /// The function's attributes without ours.
    pub(super) attributes: Vec<Attribute>,
    /// Its `#[cfg(...)]`s.
    pub(super) conditions: Vec<Attribute>,
}

impl Member {
    /// Sorts a function and takes our attributes off it. Returns `None` for a `#[native_only]` one.
    pub(super) fn take(function: &mut ImplItemFn) -> syn::Result<Option<Self>> {
        let mut marks = Vec::new();
        for attribute in std::mem::take(&mut function.attrs) {
            match mark(&attribute) {
                Some(mark) => marks.push((mark, attribute)),
                None => function.attrs.push(attribute),
            }
        }
        if let [_, (_, second), ..] = &marks[..] {
            return Err(syn::Error::new_spanned(
                second,
                "one of these attributes is enough",
            ));
        }
        let ident = &function.sig.ident;
        let (role, options) = match marks.pop() {
            Some((Mark::NativeOnly, _)) => return Ok(None),
            Some((Mark::As(role), attribute)) => (role, FunctionOptions::of(&attribute)?),
            Some((Mark::Method, attribute)) => {
                (role_by_name(ident)?, FunctionOptions::of(&attribute)?)
            }
            None => (
                role_by_name(ident)?,
                syn::parse2(proc_macro2::TokenStream::new())?,
            ),
        };
        if let Some(word) = &options.pass_module {
            return Err(syn::Error::new(word.span(), "methods have no module"));
        }
        let member = Self {
            role,
            options,
            function: function.sig.clone(),
            conditions: crate::function::conditions(&function.attrs)
                .cloned()
                .collect(),
            attributes: function.attrs.clone(),
        };
        member.check_options()?;
        Ok(Some(member))
    }

    /// Special methods and attributes get what their protocol gives them.
    fn check_options(&self) -> syn::Result<()> {
        let fixed = matches!(
            self.role,
            Role::Special | Role::Getter | Role::Member | Role::Setter | Role::Deleter
        );
        if let (true, Some(signature)) = (fixed, &self.options.signature) {
            return Err(syn::Error::new(
                signature.span,
                "the protocol fixes the parameters here",
            ));
        }
        if let (false, Some(word)) = (self.role == Role::Special, &self.options.coexist) {
            return Err(syn::Error::new(
                word.span(),
                "only special methods with a slot coexist with it",
            ));
        }
        // That of `#[new]` is for messages, where CPython names some constructors otherwise than their classes.
        let unnamed = matches!(self.role, Role::Special | Role::Init | Role::Call);
        if let (true, Some(name)) = (unnamed, &self.options.name) {
            return Err(syn::Error::new(
                name.span(),
                "the protocol fixes the name here",
            ));
        }
        Ok(())
    }

    /// The name that Python sees.
    pub(super) fn python_name(&self) -> String {
        if let Some(name) = &self.options.name {
            return name.value();
        }
        let name = self.function.ident.unraw().to_string();
        let prefixes: &[&str] = match self.role {
            Role::Setter => &["set_"],
            Role::Deleter => &["delete_", "del_"],
            _ => &[],
        };
        let bare = prefixes.iter().find_map(|prefix| name.strip_prefix(prefix));
        bare.map_or_else(|| name.clone(), str::to_owned)
    }

    pub(super) fn span(&self) -> Span {
        self.function.ident.span()
    }
}

enum Mark {
    As(Role),
    Method,
    NativeOnly,
}

fn mark(attribute: &Attribute) -> Option<Mark> {
    let word = attribute.path().get_ident()?.to_string();
    Some(match word.as_str() {
        "new" => Mark::As(Role::New),
        "init" => Mark::As(Role::Init),
        "getter" => Mark::As(Role::Getter),
        "member" => Mark::As(Role::Member),
        "setter" => Mark::As(Role::Setter),
        "deleter" => Mark::As(Role::Deleter),
        "staticmethod" => Mark::As(Role::Method(Binding::Static)),
        "classmethod" => Mark::As(Role::Method(Binding::Class)),
        "pymethod" => Mark::Method,
        "native_only" => Mark::NativeOnly,
        _ => return None,
    })
}

fn role_by_name(ident: &Ident) -> syn::Result<Role> {
    let name = ident.to_string();
    if let Some(reason) = slots::refusal(&name) {
        return Err(syn::Error::new(ident.span(), reason));
    }
    let is_special = SPECIALS.iter().any(|special| special.method == name)
        || SET_OR_DELETE
            .iter()
            .any(|pair| pair.set == name || pair.delete == name)
        || COMPARISONS.iter().any(|(method, _)| *method == name);
    Ok(match name.as_str() {
        "__call__" => Role::Call,
        _ if is_special => Role::Special,
        _ => Role::Method(Binding::Instance),
    })
}
