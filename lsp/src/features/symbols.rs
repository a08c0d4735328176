//! `textDocument/documentSymbol` (a tree) and `workspace/symbol` (a search).
//!
//! Classes, functions, and the variables of modules and classes; methods' attributes stand with their class.
//! Tests: below.

use std::sync::Arc;

use lsp_types::{
    DocumentSymbol, DocumentSymbolParams, DocumentSymbolResponse, SymbolInformation, SymbolKind,
    WorkspaceSymbolParams,
};
use ruff_text_size::TextRange;

use super::Answer;
use crate::analysis::{BindingKind, ScopeKind};
use crate::project::{Document, Snapshot};

/// A symbol, before it is given the protocol's form.
pub(crate) struct Symbol {
    pub(crate) name: String,
    pub(crate) kind: SymbolKind,
    pub(crate) full: TextRange,
    pub(crate) name_range: TextRange,
    pub(crate) children: Vec<Symbol>,
}

/// Returns the symbols of a scope, in the order of the text.
pub(crate) fn of_scope(document: &Document, scope: usize) -> Vec<Symbol> {
    let module = document.module();
    let holder = module.scopes[scope].kind;
    let mut ids: Vec<usize> = Vec::new();
    for (name, all) in &module.scopes[scope].names {
        for (i, id) in all.iter().enumerate() {
            let kind = module.bindings[*id].kind;
            let is_variable = matches!(
                kind,
                BindingKind::Variable
                    | BindingKind::Declaration
                    | BindingKind::TypeAlias
                    | BindingKind::WithVariable
                    | BindingKind::LoopVariable
            );
            let wanted = match kind {
                BindingKind::Function(_) | BindingKind::Class(_) => true,
                _ => {
                    is_variable
                        && i == 0
                        && matches!(holder, ScopeKind::Module | ScopeKind::Class)
                        && &**name != "_"
                }
            };
            if wanted {
                ids.push(*id);
            }
        }
    }
    ids.sort_by_key(|id| module.bindings[*id].range.start());
    ids.into_iter()
        .map(|id| {
            let binding = &module.bindings[id];
            let (kind, children) = match binding.kind {
                BindingKind::Function(index) => {
                    let kind = match (holder, &*binding.name) {
                        (ScopeKind::Class, "__init__") => SymbolKind::CONSTRUCTOR,
                        (ScopeKind::Class, _) if module.functions[index].is_property() => {
                            SymbolKind::PROPERTY
                        }
                        (ScopeKind::Class, _) => SymbolKind::METHOD,
                        _ => SymbolKind::FUNCTION,
                    };
                    (kind, of_scope(document, module.functions[index].scope))
                }
                BindingKind::Class(index) => {
                    let class = &module.classes[index];
                    let mut children = of_scope(document, class.scope);
                    for attribute in &class.attributes {
                        if !children.iter().any(|child| child.name == *attribute.name) {
                            children.push(Symbol {
                                name: attribute.name.to_string(),
                                kind: SymbolKind::FIELD,
                                full: attribute.range,
                                name_range: attribute.range,
                                children: Vec::new(),
                            });
                        }
                    }
                    (SymbolKind::CLASS, children)
                }
                _ => {
                    let upper = binding.name.chars().any(char::is_uppercase)
                        && !binding.name.chars().any(char::is_lowercase);
                    let kind = match holder {
                        _ if upper => SymbolKind::CONSTANT,
                        ScopeKind::Class => SymbolKind::FIELD,
                        _ => SymbolKind::VARIABLE,
                    };
                    (kind, Vec::new())
                }
            };
            Symbol {
                name: binding.name.to_string(),
                kind,
                full: binding.full.cover(binding.range),
                name_range: binding.range,
                children,
            }
        })
        .collect()
}

#[expect(
    deprecated,
    reason = "the protocol's struct has a deprecated field that must be named"
)]
fn to_lsp(snapshot: &Snapshot, document: &Document, symbol: Symbol) -> DocumentSymbol {
    let children: Vec<_> = symbol
        .children
        .into_iter()
        .map(|child| to_lsp(snapshot, document, child))
        .collect();
    DocumentSymbol {
        name: symbol.name,
        detail: None,
        kind: symbol.kind,
        tags: None,
        deprecated: None,
        range: snapshot.range(document, symbol.full),
        selection_range: snapshot.range(document, symbol.name_range),
        children: (!children.is_empty()).then_some(children),
    }
}

#[expect(
    deprecated,
    reason = "the protocol's struct has a deprecated field that must be named"
)]
fn flat(
    snapshot: &Snapshot,
    document: &Document,
    symbol: Symbol,
    container: Option<&str>,
    out: &mut Vec<SymbolInformation>,
) {
    out.push(SymbolInformation {
        name: symbol.name.clone(),
        kind: symbol.kind,
        tags: None,
        deprecated: None,
        location: snapshot.location(document, symbol.name_range),
        container_name: container.map(str::to_owned),
    });
    for child in symbol.children {
        flat(snapshot, document, child, Some(&symbol.name), out);
    }
}

pub(crate) fn document(
    snapshot: &Snapshot,
    params: DocumentSymbolParams,
) -> Answer<DocumentSymbolResponse> {
    let document = super::document(snapshot, &params.text_document.uri)?;
    let symbols = of_scope(&document, 0);
    if snapshot.client.hierarchical_symbols {
        let nested = symbols
            .into_iter()
            .map(|symbol| to_lsp(snapshot, &document, symbol))
            .collect();
        return Ok(DocumentSymbolResponse::Nested(nested));
    }
    let mut out = Vec::new();
    symbols
        .into_iter()
        .for_each(|symbol| flat(snapshot, &document, symbol, None, &mut out));
    Ok(DocumentSymbolResponse::Flat(out))
}

/// Returns whether the letters of `query` stand in `name` in their order.
pub(crate) fn matches(query: &str, name: &str) -> bool {
    let mut letters = name.chars().flat_map(char::to_lowercase);
    query
        .chars()
        .flat_map(char::to_lowercase)
        .filter(|c| !c.is_whitespace())
        .all(|wanted| letters.any(|c| c == wanted))
}

pub(crate) fn workspace(
    snapshot: &Snapshot,
    params: WorkspaceSymbolParams,
) -> Answer<Vec<SymbolInformation>> {
    const MOST: usize = 1_000;
    let mut out = Vec::new();
    for document in snapshot.workspace() {
        if snapshot.is_cancelled() || out.len() >= MOST {
            break;
        }
        search(snapshot, &document, &params.query, &mut out);
    }
    // Exact names first, then those that start alike, then the rest.
    let query = params.query.to_lowercase();
    out.sort_by_key(|one| {
        let name = one.name.to_lowercase();
        (name != query, !name.starts_with(&query), name.len())
    });
    Ok(out)
}

fn search(
    snapshot: &Snapshot,
    document: &Arc<Document>,
    query: &str,
    out: &mut Vec<SymbolInformation>,
) {
    let mut all = Vec::new();
    of_scope(document, 0)
        .into_iter()
        .for_each(|symbol| flat(snapshot, document, symbol, None, &mut all));
    out.extend(
        all.into_iter()
            .filter(|symbol| matches(query, &symbol.name)),
    );
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixture::Fixture;

    fn outline(symbols: &[Symbol]) -> String {
        let one = |symbol: &Symbol| match symbol.children.is_empty() {
            true => symbol.name.clone(),
            false => format!("{}({})", symbol.name, outline(&symbol.children)),
        };
        symbols.iter().map(one).collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn symbols_form_a_tree() {
        let fixture = Fixture::new(
            "X = 1\nclass C:\n    y: int\n    def m(self):\n        self.z = 1\n        def inner(): ...\ndef f(): local = 1\n",
        );
        assert_eq!(
            outline(&of_scope(&fixture.main(), 0)),
            "X C(y m(inner) z) f"
        );
    }

    #[test]
    fn a_query_matches_letters_in_order() {
        assert!(matches("dscb", "describe"));
        assert!(!matches("xyz", "describe"));
    }
}
