//! `textDocument/prepareTypeHierarchy`, `typeHierarchy/supertypes`, `typeHierarchy/subtypes`.
//!
//! Subtypes are looked for in the workspace's files that hold the class's name. Tests: `definition.rs`.

use std::sync::Arc;

use lsp_types::{
    SymbolKind, TypeHierarchyItem, TypeHierarchyPrepareParams, TypeHierarchySubtypesParams,
    TypeHierarchySupertypesParams,
};

use super::{Answer, at, target};
use crate::infer::{ClassRef, Inferrer, Type};
use crate::project::{Document, Snapshot};

fn item(snapshot: &Snapshot, class: &ClassRef) -> TypeHierarchyItem {
    let data = class.get();
    let binding = &class.document.module().bindings[data.binding];
    TypeHierarchyItem {
        name: data.name.to_string(),
        kind: SymbolKind::CLASS,
        tags: None,
        detail: None,
        uri: class.document.uri.clone(),
        range: snapshot.range(&class.document, data.range),
        selection_range: snapshot.range(&class.document, binding.range),
        data: None,
    }
}

fn class_at(snapshot: &Snapshot, document: &Arc<Document>, offset: usize) -> Option<ClassRef> {
    match target::at(snapshot, document, offset)?.kind {
        Type::Class(class) | Type::Instance(class) => Some(class),
        _ => None,
    }
}

fn of_item(snapshot: &Snapshot, item: &TypeHierarchyItem) -> Answer<Option<ClassRef>> {
    let document = super::document(snapshot, &item.uri)?;
    let offset = snapshot.offset(&document, item.selection_range.start);
    Ok(class_at(snapshot, &document, offset))
}

pub(crate) fn prepare(
    snapshot: &Snapshot,
    params: TypeHierarchyPrepareParams,
) -> Answer<Option<Vec<TypeHierarchyItem>>> {
    let (document, offset) = at(snapshot, &params.text_document_position_params)?;
    Ok(class_at(snapshot, &document, offset).map(|class| vec![item(snapshot, &class)]))
}

pub(crate) fn supertypes(
    snapshot: &Snapshot,
    params: TypeHierarchySupertypesParams,
) -> Answer<Vec<TypeHierarchyItem>> {
    let Some(class) = of_item(snapshot, &params.item)? else {
        return Ok(Vec::new());
    };
    let bases = Inferrer::new(snapshot).bases(&class);
    Ok(bases
        .iter()
        .filter_map(|base| match base {
            Type::Class(base) => Some(item(snapshot, base)),
            _ => None,
        })
        .collect())
}

pub(crate) fn subtypes(
    snapshot: &Snapshot,
    params: TypeHierarchySubtypesParams,
) -> Answer<Vec<TypeHierarchyItem>> {
    let Some(class) = of_item(snapshot, &params.item)? else {
        return Ok(Vec::new());
    };
    let inferrer = Inferrer::new(snapshot);
    let found = below(snapshot, &inferrer, &class);
    let direct = found.iter().filter(|one| {
        inferrer
            .bases(one)
            .iter()
            .any(|base| matches!(base, Type::Class(base) if base.is(&class)))
    });
    Ok(direct.map(|class| item(snapshot, class)).collect())
}

/// Returns all classes of the workspace that have `base` among their bases, directly or not.
pub(crate) fn below(snapshot: &Snapshot, inferrer: &Inferrer, base: &ClassRef) -> Vec<ClassRef> {
    let mut out: Vec<ClassRef> = Vec::new();
    let mut all = Vec::new();
    for document in snapshot.workspace() {
        for index in 0..document.module().classes.len() {
            all.push(ClassRef {
                document: Arc::clone(&document),
                index,
            });
        }
    }
    loop {
        let before = out.len();
        for class in &all {
            if class.is(base) || out.iter().any(|known| known.is(class)) || snapshot.is_cancelled()
            {
                continue;
            }
            inferrer.refuel();
            let inherits = inferrer.bases(class).iter().any(|one| match one {
                Type::Class(one) => one.is(base) || out.iter().any(|known| known.is(one)),
                _ => false,
            });
            if inherits {
                out.push(class.clone());
            }
        }
        if out.len() == before {
            return out;
        }
    }
}
