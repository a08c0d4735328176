//! `textDocument/definition`, `declaration`, `typeDefinition`, `implementation`.
//!
//! Imports are followed to the defining file, also into the standard library's source. Tests: below.

use std::sync::Arc;

use lsp_types::{GotoDefinitionParams, GotoDefinitionResponse, Location};
use ruff_text_size::TextRange;

use super::{Answer, at};
use crate::features::target;
use crate::infer::{Inferrer, Member, Type};
use crate::project::{Document, ModuleRef, Snapshot};

pub(crate) fn definition(
    snapshot: &Snapshot,
    params: GotoDefinitionParams,
) -> Answer<Option<GotoDefinitionResponse>> {
    let (document, offset) = at(snapshot, &params.text_document_position_params)?;
    Ok(locations(snapshot, places(snapshot, &document, offset)))
}

/// Returns where the thing at an offset is defined; all definitions of a local name.
fn places(
    snapshot: &Snapshot,
    document: &Arc<Document>,
    offset: usize,
) -> Vec<(Arc<Document>, TextRange)> {
    let Some(found) = target::at(snapshot, document, offset) else {
        return Vec::new();
    };
    let origin = target::origin(snapshot, found.member);
    if let Member::Binding(home, id) = &origin {
        let module = home.module();
        let binding = &module.bindings[*id];
        let ids = module.bindings_of(binding.scope, &binding.name).iter();
        let ranges: Vec<_> = ids
            .map(|id| &module.bindings[*id])
            .filter(|one| one.kind == binding.kind)
            .take(8)
            .collect();
        let first = ranges.first().map(|one| (Arc::clone(home), one.range));
        // A variable assigned again and again is defined where it is first assigned.
        return match matches!(
            binding.kind,
            crate::analysis::BindingKind::Function(_) | crate::analysis::BindingKind::Class(_)
        ) {
            true => vec![(Arc::clone(home), binding.range)],
            false => first.into_iter().collect(),
        };
    }
    origin.place().into_iter().collect()
}

fn locations(
    snapshot: &Snapshot,
    places: Vec<(Arc<Document>, TextRange)>,
) -> Option<GotoDefinitionResponse> {
    let locations: Vec<Location> = places
        .iter()
        .map(|(document, range)| snapshot.location(document, *range))
        .collect();
    (!locations.is_empty()).then_some(GotoDefinitionResponse::Array(locations))
}

pub(crate) fn type_definition(
    snapshot: &Snapshot,
    params: GotoDefinitionParams,
) -> Answer<Option<GotoDefinitionResponse>> {
    let (document, offset) = at(snapshot, &params.text_document_position_params)?;
    let Some(found) = target::at(snapshot, &document, offset) else {
        return Ok(None);
    };
    let mut out = Vec::new();
    collect_classes(&found.kind, &mut out);
    Ok(locations(snapshot, out))
}

fn collect_classes(kind: &Type, out: &mut Vec<(Arc<Document>, TextRange)>) {
    match kind {
        Type::Instance(class) | Type::Class(class) => {
            let module = class.document.module();
            out.push((
                Arc::clone(&class.document),
                module.bindings[class.get().binding].range,
            ));
        }
        Type::Module(ModuleRef::Source(document)) => {
            out.push((Arc::clone(document), TextRange::default()))
        }
        Type::Function(function, _) => {
            let module = function.document.module();
            out.push((
                Arc::clone(&function.document),
                module.bindings[function.get().binding].range,
            ));
        }
        Type::Union(types) => types.iter().for_each(|one| collect_classes(one, out)),
        _ => {}
    }
}

/// Returns the methods that override the one at the cursor, or the classes below the one there.
pub(crate) fn implementation(
    snapshot: &Snapshot,
    params: GotoDefinitionParams,
) -> Answer<Option<GotoDefinitionResponse>> {
    let (document, offset) = at(snapshot, &params.text_document_position_params)?;
    let Some(found) = target::at(snapshot, &document, offset) else {
        return Ok(None);
    };
    let Member::Binding(home, id) = target::origin(snapshot, found.member) else {
        return Ok(None);
    };
    let module = home.module();
    let binding = &module.bindings[id];
    let (class, method) = match binding.kind {
        crate::analysis::BindingKind::Class(index) => (index, None),
        _ => match module.scopes[binding.scope].owner {
            Some(owner)
                if module.scopes[binding.scope].kind == crate::analysis::ScopeKind::Class =>
            {
                (owner, Some(&*binding.name))
            }
            _ => {
                return Ok(locations(
                    snapshot,
                    vec![(Arc::clone(&home), binding.range)],
                ));
            }
        },
    };
    let base = crate::infer::ClassRef {
        document: Arc::clone(&home),
        index: class,
    };
    let inferrer = Inferrer::new(snapshot);
    let mut out = Vec::new();
    for class in super::type_hierarchy::below(snapshot, &inferrer, &base) {
        let module = class.document.module();
        match method {
            None => out.push((
                Arc::clone(&class.document),
                module.bindings[class.get().binding].range,
            )),
            Some(name) => {
                let own = module.bindings_of(class.get().scope, name).iter();
                out.extend(own.map(|id| (Arc::clone(&class.document), module.bindings[*id].range)));
            }
        }
    }
    Ok(locations(snapshot, out))
}

#[cfg(test)]
mod tests {
    use super::places;
    use crate::fixture::Fixture;

    /// `$0` is the cursor; the definition is underlined with `^`.
    #[track_caller]
    fn check(source: &str) {
        let fixture = Fixture::new(source);
        let (document, offset) = fixture.cursor();
        let found: Vec<_> = places(&fixture.snapshot, &document, offset)
            .into_iter()
            .map(|(d, r)| (d.key.clone(), r))
            .collect();
        assert_eq!(found, fixture.marked(), "{source}");
    }

    #[test]
    fn names_lead_to_their_first_binding() {
        check("for item in []:\n#   ^^^^\n    print($0item)\n");
        check("def f(arg):\n#     ^^^\n    return a$0rg\n");
    }

    #[test]
    fn imports_are_followed() {
        check(
            "#- shop.py\ndef price(n): ...\n#   ^^^^^\n#- main.py\nfrom shop import price\npr$0ice(1)\n",
        );
        check(
            "#- pkg/__init__.py\n#- pkg/a.py\nclass A:\n    def m(self): ...\n#       ^\n#- main.py\nfrom pkg import a\na.A().$0m()\n",
        );
    }

    #[test]
    fn attributes_lead_to_init_and_to_bases() {
        check(
            "class A:\n    def __init__(self): self.n = 1\n#                            ^\nclass B(A): ...\nB().$0n\n",
        );
    }
}
