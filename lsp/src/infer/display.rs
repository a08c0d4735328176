//! Types, functions and classes as people write them.
//!
//! Tests: `evaluate.rs`, `crate::features::hover`.

use super::types::{FunctionRef, NativeRef, Type};
use crate::analysis::model::{Function, ParameterKind};
use crate::project::ModuleRef;

/// Returns a type as an annotation.
pub(crate) fn of(kind: &Type) -> String {
    match kind {
        Type::Unknown => "Unknown".to_owned(),
        Type::None => "None".to_owned(),
        Type::Module(module) => format!("Module({})", module_name(module)),
        Type::Class(class) => format!("type[{}]", class.get().name),
        Type::Instance(class) => class.get().name.to_string(),
        Type::Function(function, _) => function.get().name.to_string(),
        Type::NativeClass(class) => format!("type[{}]", class.name),
        Type::NativeInstance(class, items)
            if items.is_empty() || items.iter().all(Type::is_unknown) =>
        {
            class.name.to_owned()
        }
        Type::NativeInstance(class, items) => {
            let items: Vec<String> = items.iter().map(of).collect();
            format!("{}[{}]", class.name, items.join(", "))
        }
        Type::NativeFunction(function) => function.name.to_owned(),
        Type::Union(types) => types.iter().map(of).collect::<Vec<_>>().join(" | "),
    }
}

/// Returns a module's name.
pub(crate) fn module_name(module: &ModuleRef) -> String {
    let stem = |path: &std::path::Path| {
        path.file_stem()
            .map(|stem| stem.to_string_lossy().into_owned())
    };
    match module {
        ModuleRef::Source(document) => {
            let path = document.path.as_deref();
            let named = if document.is_package() {
                path.and_then(|path| path.parent())
            } else {
                path
            };
            named.and_then(stem).unwrap_or_else(|| document.key.clone())
        }
        ModuleRef::Native(name, _) => (*name).to_owned(),
        ModuleRef::Namespace(folder) => stem(folder).unwrap_or_default(),
    }
}

/// A signature in parts: what stands in the parentheses, one piece a parameter.
pub(crate) struct Signature {
    pub(crate) name: String,
    pub(crate) parts: Vec<Part>,
    pub(crate) returns: Option<String>,
}

/// A parameter as written, or one of the marks `/` and `*`, which have no name.
pub(crate) struct Part {
    pub(crate) name: Option<String>,
    pub(crate) text: String,
    pub(crate) kind: ParameterKind,
}

impl Signature {
    /// Returns the signature of a function of a source; a bound one without its first parameter.
    pub(crate) fn of_function(function: &Function, is_bound: bool) -> Signature {
        let mut parts: Vec<Part> = Vec::new();
        let skip = usize::from(is_bound);
        let mark = |text: &str, kind| Part {
            name: None,
            text: text.to_owned(),
            kind,
        };
        let mut previous = None;
        for parameter in function.parameters.iter().skip(skip) {
            let kind = parameter.kind;
            if previous == Some(ParameterKind::PositionalOnly)
                && kind != ParameterKind::PositionalOnly
            {
                parts.push(mark("/", ParameterKind::PositionalOnly));
            }
            let starless = !matches!(
                previous,
                Some(ParameterKind::VarArgs | ParameterKind::KeywordOnly)
            );
            if kind == ParameterKind::KeywordOnly && starless {
                parts.push(mark("*", ParameterKind::KeywordOnly));
            }
            let text = match kind {
                ParameterKind::VarArgs if !parameter.text.starts_with('*') => {
                    format!("*{}", parameter.text)
                }
                ParameterKind::KwArgs if !parameter.text.starts_with('*') => {
                    format!("**{}", parameter.text)
                }
                _ => parameter.text.to_string(),
            };
            parts.push(Part {
                name: Some(parameter.name.to_string()),
                text,
                kind,
            });
            previous = Some(kind);
        }
        if previous == Some(ParameterKind::PositionalOnly) {
            parts.push(mark("/", ParameterKind::PositionalOnly));
        }
        Signature {
            name: function.name.to_string(),
            parts,
            returns: function.returns_text.as_deref().map(str::to_owned),
        }
    }

    /// Returns the signature of a native function, read from the text that CPython gives.
    pub(crate) fn of_native(native: &NativeRef) -> Option<Signature> {
        let text = native.entry.readable_signature()?;
        let (inner, returns) = match text.rsplit_once(") -> ") {
            Some((inner, returns)) => (inner, Some(returns.to_owned())),
            None => (text.strip_suffix(')').unwrap_or(&text), None),
        };
        let inner = inner.strip_prefix('(').unwrap_or(inner);
        let mut parts: Vec<Part> = Vec::new();
        let mut kind = ParameterKind::Normal;
        for piece in split(inner) {
            let name = piece
                .trim_start_matches('*')
                .split([':', '=', ' '])
                .next()
                .unwrap_or_default();
            let own = match (piece.as_str(), kind) {
                ("/", _) => {
                    parts
                        .iter_mut()
                        .for_each(|part| part.kind = ParameterKind::PositionalOnly);
                    ParameterKind::PositionalOnly
                }
                ("*", _) => ParameterKind::KeywordOnly,
                (text, _) if text.starts_with("**") => ParameterKind::KwArgs,
                (text, _) if text.starts_with('*') => ParameterKind::VarArgs,
                (_, kind) => kind,
            };
            if matches!(own, ParameterKind::KeywordOnly | ParameterKind::VarArgs) {
                kind = ParameterKind::KeywordOnly;
            }
            let name = (!name.is_empty() && piece != "/").then(|| name.to_owned());
            parts.push(Part {
                name,
                text: piece,
                kind: own,
            });
        }
        let returns = returns.or_else(|| native.entry.result.clone());
        Some(Signature {
            name: native.name.to_owned(),
            parts,
            returns,
        })
    }

    /// Returns `name(a, b=1) -> int`.
    pub(crate) fn label(&self) -> String {
        let parts: Vec<&str> = self.parts.iter().map(|part| part.text.as_str()).collect();
        let returns = self
            .returns
            .as_ref()
            .map(|returns| format!(" -> {returns}"))
            .unwrap_or_default();
        format!("{}({}){returns}", self.name, parts.join(", "))
    }
}

/// Splits at commas that stand in no bracket and no string.
fn split(text: &str) -> Vec<String> {
    let (mut out, mut current, mut depth, mut quote) = (Vec::new(), String::new(), 0_usize, None);
    for c in text.chars() {
        match (c, quote) {
            ('\'' | '"', None) => quote = Some(c),
            (c, Some(open)) if c == open => quote = None,
            ('(' | '[' | '{', None) => depth += 1,
            (')' | ']' | '}', None) => depth = depth.saturating_sub(1),
            (',', None) if depth == 0 => {
                out.push(std::mem::take(&mut current).trim().to_owned());
                continue;
            }
            _ => {}
        }
        current.push(c);
    }
    out.push(current.trim().to_owned());
    out.retain(|piece| !piece.is_empty());
    out
}

/// Returns `async def name(...) -> T` for a function of a source.
pub(crate) fn definition(function: &FunctionRef, is_bound: bool) -> String {
    let data = function.get();
    let prefix = if data.is_async { "async def " } else { "def " };
    format!("{prefix}{}", Signature::of_function(data, is_bound).label())
}
