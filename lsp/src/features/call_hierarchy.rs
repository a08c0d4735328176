//! `textDocument/prepareCallHierarchy`, `callHierarchy/incomingCalls`, `callHierarchy/outgoingCalls`.
//!
//! An item leads back to its definition by its place. Tests: `references.rs` (the search is the same).

use std::sync::Arc;

use lsp_types::{
    CallHierarchyIncomingCall, CallHierarchyIncomingCallsParams, CallHierarchyItem,
    CallHierarchyOutgoingCall, CallHierarchyOutgoingCallsParams, CallHierarchyPrepareParams,
    SymbolKind,
};
use ruff_text_size::TextRange;

use super::{Answer, at, references, target};
use crate::analysis::BindingKind;
use crate::infer::{FunctionRef, Inferrer, Member, Type};
use crate::project::{Document, Snapshot};

fn item(snapshot: &Snapshot, document: &Arc<Document>, binding: usize) -> CallHierarchyItem {
    let one = &document.module().bindings[binding];
    let kind = if matches!(one.kind, BindingKind::Class(_)) {
        SymbolKind::CLASS
    } else {
        SymbolKind::FUNCTION
    };
    CallHierarchyItem {
        name: one.name.to_string(),
        kind,
        tags: None,
        detail: None,
        uri: document.uri.clone(),
        range: snapshot.range(document, one.full),
        selection_range: snapshot.range(document, one.range),
        data: None,
    }
}

fn definition(
    snapshot: &Snapshot,
    document: &Arc<Document>,
    offset: usize,
) -> Option<(Arc<Document>, usize)> {
    let found = target::at(snapshot, document, offset)?;
    match target::origin(snapshot, found.member) {
        Member::Binding(home, id) => {
            let kind = home.module().bindings[id].kind;
            matches!(kind, BindingKind::Function(_) | BindingKind::Class(_)).then_some((home, id))
        }
        _ => None,
    }
}

fn of_item(
    snapshot: &Snapshot,
    item: &CallHierarchyItem,
) -> Answer<Option<(Arc<Document>, usize)>> {
    let document = super::document(snapshot, &item.uri)?;
    let offset = snapshot.offset(&document, item.selection_range.start);
    Ok(definition(snapshot, &document, offset))
}

pub(crate) fn prepare(
    snapshot: &Snapshot,
    params: CallHierarchyPrepareParams,
) -> Answer<Option<Vec<CallHierarchyItem>>> {
    let (document, offset) = at(snapshot, &params.text_document_position_params)?;
    Ok(definition(snapshot, &document, offset).map(|(home, id)| vec![item(snapshot, &home, id)]))
}

/// Returns the binding of the innermost function around a range.
fn caller(document: &Document, range: TextRange) -> Option<usize> {
    let module = document.module();
    let around = module
        .functions
        .iter()
        .filter(|function| function.range.contains_range(range));
    around
        .min_by_key(|function| function.range.len())
        .map(|function| function.binding)
}

pub(crate) fn incoming(
    snapshot: &Snapshot,
    params: CallHierarchyIncomingCallsParams,
) -> Answer<Vec<CallHierarchyIncomingCall>> {
    let Some((home, id)) = of_item(snapshot, &params.item)? else {
        return Ok(Vec::new());
    };
    let name = home.module().bindings[id].name.to_string();
    let mut out: Vec<(Arc<Document>, Option<usize>, Vec<TextRange>)> = Vec::new();
    for one in references::find(snapshot, &Member::Binding(home, id), &name, None) {
        if !one
            .document
            .module()
            .calls
            .iter()
            .any(|call| call.name_range == one.range)
        {
            continue;
        }
        let from = caller(&one.document, one.range);
        match out
            .iter_mut()
            .find(|(document, binding, _)| document.key == one.document.key && *binding == from)
        {
            Some((_, _, ranges)) => ranges.push(one.range),
            None => out.push((one.document, from, vec![one.range])),
        }
    }
    Ok(out
        .into_iter()
        .map(|(document, from, ranges)| {
            let from_ranges = ranges
                .iter()
                .map(|range| snapshot.range(&document, *range))
                .collect();
            let from = match from {
                Some(binding) => item(snapshot, &document, binding),
                None => module_item(snapshot, &document),
            };
            CallHierarchyIncomingCall { from, from_ranges }
        })
        .collect())
}

/// A call at module level comes from the module.
fn module_item(snapshot: &Snapshot, document: &Arc<Document>) -> CallHierarchyItem {
    let name = document
        .path
        .as_deref()
        .and_then(|path| snapshot.module_name(path))
        .unwrap_or_else(|| "module".to_owned());
    let whole = snapshot.range(document, crate::text::span(0, document.text.len()));
    CallHierarchyItem {
        name,
        kind: SymbolKind::MODULE,
        tags: None,
        detail: None,
        uri: document.uri.clone(),
        range: whole,
        selection_range: lsp_types::Range::new(whole.start, whole.start),
        data: None,
    }
}

pub(crate) fn outgoing(
    snapshot: &Snapshot,
    params: CallHierarchyOutgoingCallsParams,
) -> Answer<Vec<CallHierarchyOutgoingCall>> {
    let Some((home, id)) = of_item(snapshot, &params.item)? else {
        return Ok(Vec::new());
    };
    let module = home.module();
    let inferrer = Inferrer::new(snapshot);
    let mut out: Vec<(Arc<Document>, usize, Vec<TextRange>)> = Vec::new();
    for call in module
        .calls
        .iter()
        .filter(|call| caller(&home, call.range) == Some(id))
    {
        inferrer.refuel();
        let (document, binding) = match inferrer.evaluate(&home, call.scope, &call.callee) {
            Type::Function(FunctionRef { document, index }, _) => {
                let binding = document.module().functions[index].binding;
                (document, binding)
            }
            Type::Class(class) => {
                let binding = class.get().binding;
                (class.document, binding)
            }
            _ => continue,
        };
        match out
            .iter_mut()
            .find(|(known, one, _)| known.key == document.key && *one == binding)
        {
            Some((_, _, ranges)) => ranges.push(call.name_range),
            None => out.push((document, binding, vec![call.name_range])),
        }
    }
    Ok(out
        .into_iter()
        .map(|(document, binding, ranges)| CallHierarchyOutgoingCall {
            to: item(snapshot, &document, binding),
            from_ranges: ranges
                .iter()
                .map(|range| snapshot.range(&home, *range))
                .collect(),
        })
        .collect())
}
