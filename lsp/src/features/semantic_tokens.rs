//! `textDocument/semanticTokens`: what each name is, for colours. Full, for a range, and as a difference.
//!
//! The last answer for a document is kept beside the snapshots, under an id that is a hash of it; a difference is the
//! one run of tokens between the common start and the common end. Tests: below.

use std::collections::HashMap;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::{Arc, PoisonError};

use lsp_types::{
    Position, SemanticToken, SemanticTokenModifier, SemanticTokenType, SemanticTokens,
    SemanticTokensDelta, SemanticTokensDeltaParams, SemanticTokensEdit,
    SemanticTokensFullDeltaResult, SemanticTokensLegend, SemanticTokensParams,
    SemanticTokensRangeParams,
};
use ruff_text_size::TextRange;

use super::Answer;
use crate::analysis::{BindingKind, ScopeKind};
use crate::infer::{Inferrer, Type};
use crate::project::native::{self, Kind};
use crate::project::{Document, Snapshot};

const TYPES: [SemanticTokenType; 10] = [
    SemanticTokenType::NAMESPACE,
    SemanticTokenType::CLASS,
    SemanticTokenType::FUNCTION,
    SemanticTokenType::METHOD,
    SemanticTokenType::PARAMETER,
    SemanticTokenType::VARIABLE,
    SemanticTokenType::PROPERTY,
    SemanticTokenType::TYPE_PARAMETER,
    SemanticTokenType::DECORATOR,
    SemanticTokenType::TYPE,
];
const NAMESPACE: u32 = 0;
const CLASS: u32 = 1;
const FUNCTION: u32 = 2;
const METHOD: u32 = 3;
const PARAMETER: u32 = 4;
const VARIABLE: u32 = 5;
const PROPERTY: u32 = 6;
const TYPE_PARAMETER: u32 = 7;
const TYPE: u32 = 9;
const DEFINITION: u32 = 1;
const BUILTIN: u32 = 2;
const READONLY: u32 = 4;

pub(crate) fn legend() -> SemanticTokensLegend {
    SemanticTokensLegend {
        token_types: TYPES.to_vec(),
        token_modifiers: vec![
            SemanticTokenModifier::DEFINITION,
            SemanticTokenModifier::DEFAULT_LIBRARY,
            SemanticTokenModifier::READONLY,
        ],
    }
}

#[derive(Clone, Copy)]
struct Token {
    range: TextRange,
    kind: u32,
    modifiers: u32,
}

fn of_type(kind: &Type) -> Option<u32> {
    match kind {
        Type::Module(_) => Some(NAMESPACE),
        Type::Class(_) | Type::NativeClass(_) => Some(CLASS),
        Type::Function(..) | Type::NativeFunction(_) => Some(FUNCTION),
        _ => None,
    }
}

fn tokens(snapshot: &Snapshot, document: &Arc<Document>, within: TextRange) -> Vec<Token> {
    let module = document.module();
    let inferrer = Inferrer::new(snapshot);
    let mut out = Vec::new();
    let mut known: HashMap<(usize, &str), (u32, u32)> = HashMap::new();
    let symbol = |scope: usize, name: &'_ str, id: Option<usize>| -> (u32, u32) {
        let binding = id.map(|id| &module.bindings[id]);
        let upper = name.chars().any(char::is_uppercase) && !name.chars().any(char::is_lowercase);
        let readonly = if upper { READONLY } else { 0 };
        match binding.map(|binding| binding.kind) {
            Some(BindingKind::Function(_)) if module.scopes[scope].kind == ScopeKind::Class => {
                (METHOD, 0)
            }
            Some(BindingKind::Function(_)) => (FUNCTION, 0),
            Some(BindingKind::Class(_)) => (CLASS, 0),
            Some(BindingKind::Parameter) => (PARAMETER, 0),
            Some(BindingKind::TypeParameter) => (TYPE_PARAMETER, 0),
            Some(BindingKind::TypeAlias) => (TYPE, 0),
            Some(BindingKind::Import(_)) => {
                inferrer.refuel();
                let kind = id.map_or(Type::Unknown, |id| inferrer.binding(document, id));
                (of_type(&kind).unwrap_or(VARIABLE), readonly)
            }
            _ if module.scopes[scope].kind == ScopeKind::Class => (PROPERTY, readonly),
            _ => (VARIABLE, readonly),
        }
    };
    for binding in module
        .bindings
        .iter()
        .filter(|binding| within.contains_range(binding.range) && !binding.range.is_empty())
    {
        let id = module
            .bindings_of(binding.scope, &binding.name)
            .first()
            .copied();
        let (kind, modifiers) = *known
            .entry((binding.scope, &binding.name))
            .or_insert_with(|| symbol(binding.scope, &binding.name, id));
        out.push(Token {
            range: binding.range,
            kind,
            modifiers: modifiers | DEFINITION,
        });
    }
    for one in module
        .uses
        .iter()
        .filter(|one| within.contains_range(one.range))
    {
        match module.lookup(one.scope, &one.name) {
            Some(home) => {
                let id = module.bindings_of(home, &one.name).first().copied();
                let (kind, modifiers) = *known
                    .entry((home, &one.name))
                    .or_insert_with(|| symbol(home, &one.name, id));
                out.push(Token {
                    range: one.range,
                    kind,
                    modifiers,
                });
            }
            None => {
                if let Some((_, entry)) = native::builtin(&one.name) {
                    let kind = match entry.kind {
                        Kind::Class => CLASS,
                        Kind::Function | Kind::Method => FUNCTION,
                        Kind::Module => NAMESPACE,
                        Kind::Property | Kind::Value => VARIABLE,
                    };
                    out.push(Token {
                        range: one.range,
                        kind,
                        modifiers: BUILTIN,
                    });
                }
            }
        }
    }
    for one in module
        .attributes
        .iter()
        .filter(|one| within.contains_range(one.range) && !one.range.is_empty())
    {
        inferrer.refuel();
        let kind = match inferrer.evaluate(
            document,
            one.scope,
            &one.receiver.clone().attribute(&one.name),
        ) {
            Type::Function(function, _) if function.get().class.is_some() => METHOD,
            Type::NativeFunction(function) if function.owner.is_some() => METHOD,
            kind => of_type(&kind).unwrap_or(PROPERTY),
        };
        out.push(Token {
            range: one.range,
            kind,
            modifiers: 0,
        });
    }
    for site in module
        .import_sites
        .iter()
        .filter(|site| site.member.is_none() && within.contains_range(site.range))
    {
        out.push(Token {
            range: site.range,
            kind: NAMESPACE,
            modifiers: 0,
        });
    }
    out.sort_by_key(|token| (token.range.start(), token.range.end()));
    // Names that overlap (`import a.b`) keep the first; tokens must not cross lines.
    let mut last = 0;
    out.retain(|token| {
        let fits = token.range.start().to_usize() >= last
            && !document.text.at(token.range).contains(['\n', '\r']);
        if fits {
            last = token.range.end().to_usize();
        }
        fits
    });
    out
}

fn encode(snapshot: &Snapshot, document: &Document, tokens: &[Token]) -> Vec<SemanticToken> {
    let encoding = snapshot.encoding();
    let mut previous = Position::default();
    tokens
        .iter()
        .map(|token| {
            let start = document
                .text
                .position(token.range.start().to_usize(), encoding);
            let delta_line = start.line - previous.line;
            let delta_start = if delta_line == 0 {
                start.character - previous.character
            } else {
                start.character
            };
            previous = start;
            SemanticToken {
                delta_line,
                delta_start,
                length: encoding.measure(document.text.at(token.range)),
                token_type: token.kind,
                token_modifiers_bitset: token.modifiers,
            }
        })
        .collect()
}

fn remember(snapshot: &Snapshot, document: &Document, data: &[SemanticToken]) -> String {
    let mut hasher = DefaultHasher::new();
    for token in data {
        (
            token.delta_line,
            token.delta_start,
            token.length,
            token.token_type,
            token.token_modifiers_bitset,
        )
            .hash(&mut hasher);
    }
    let id = format!("{:016x}", hasher.finish());
    let mut kept = snapshot
        .tokens
        .lock()
        .unwrap_or_else(PoisonError::into_inner);
    kept.insert(document.key.clone(), (id.clone(), data.to_vec()));
    id
}

fn whole(snapshot: &Snapshot, document: &Arc<Document>) -> Vec<SemanticToken> {
    let within = crate::text::span(0, document.text.len());
    encode(snapshot, document, &tokens(snapshot, document, within))
}

pub(crate) fn full(snapshot: &Snapshot, params: SemanticTokensParams) -> Answer<SemanticTokens> {
    let document = super::document(snapshot, &params.text_document.uri)?;
    let data = whole(snapshot, &document);
    Ok(SemanticTokens {
        result_id: Some(remember(snapshot, &document, &data)),
        data,
    })
}

pub(crate) fn delta(
    snapshot: &Snapshot,
    params: SemanticTokensDeltaParams,
) -> Answer<SemanticTokensFullDeltaResult> {
    let document = super::document(snapshot, &params.text_document.uri)?;
    let data = whole(snapshot, &document);
    let before = {
        let kept = snapshot
            .tokens
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        kept.get(&document.key)
            .filter(|(id, _)| *id == params.previous_result_id)
            .map(|(_, data)| data.clone())
    };
    let result_id = Some(remember(snapshot, &document, &data));
    Ok(match before {
        Some(before) => SemanticTokensFullDeltaResult::TokensDelta(SemanticTokensDelta {
            result_id,
            edits: difference(&before, &data),
        }),
        None => SemanticTokensFullDeltaResult::Tokens(SemanticTokens { result_id, data }),
    })
}

/// Returns the edit that makes `after` of `before`; positions count integers, five a token.
fn difference(before: &[SemanticToken], after: &[SemanticToken]) -> Vec<SemanticTokensEdit> {
    let start = before.iter().zip(after).take_while(|(a, b)| a == b).count();
    let (before_rest, after_rest) = (&before[start..], &after[start..]);
    let end = before_rest
        .iter()
        .rev()
        .zip(after_rest.iter().rev())
        .take_while(|(a, b)| a == b)
        .count();
    let (removed, added) = (
        &before_rest[..before_rest.len() - end],
        &after_rest[..after_rest.len() - end],
    );
    if removed.is_empty() && added.is_empty() {
        return Vec::new();
    }
    vec![SemanticTokensEdit {
        start: start as u32 * 5,
        delete_count: removed.len() as u32 * 5,
        data: Some(added.to_vec()),
    }]
}

pub(crate) fn range(
    snapshot: &Snapshot,
    params: SemanticTokensRangeParams,
) -> Answer<SemanticTokens> {
    let document = super::document(snapshot, &params.text_document.uri)?;
    let within = document.text.text_range(params.range, snapshot.encoding());
    Ok(SemanticTokens {
        result_id: None,
        data: encode(snapshot, &document, &tokens(snapshot, &document, within)),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixture::Fixture;

    #[track_caller]
    fn check(source: &str, expected: &[(&str, u32)]) {
        let fixture = Fixture::new(source);
        let document = fixture.main();
        let found = tokens(
            &fixture.snapshot,
            &document,
            crate::text::span(0, source.len()),
        );
        let found: Vec<_> = found
            .iter()
            .map(|token| (document.text.at(token.range), token.kind))
            .collect();
        assert_eq!(found, expected, "{source}");
    }

    #[test]
    fn names_are_told_apart() {
        check(
            "class A:\n    def m(self): return len(self.x)\n",
            &[
                ("A", CLASS),
                ("m", METHOD),
                ("self", PARAMETER),
                ("len", FUNCTION),
                ("self", PARAMETER),
                ("x", PROPERTY),
            ],
        );
    }

    #[test]
    fn a_difference_is_the_changed_run() {
        let token = |length| SemanticToken {
            length,
            ..SemanticToken::default()
        };
        let edits = difference(
            &[token(1), token(2), token(3)],
            &[token(1), token(9), token(3)],
        );
        assert_eq!((edits[0].start, edits[0].delete_count), (5, 5));
    }
}
