//! What the cursor points at: a name, an attribute, an imported module.
//!
//! Every feature that starts from a position starts here. Tests: `definition.rs`, `references.rs`.

use std::sync::Arc;

use ruff_text_size::TextRange;

use crate::analysis::BindingKind;
use crate::infer::{Inferrer, Member, NativeRef, Type};
use crate::project::{Document, Snapshot, native};

/// A thing named in the text.
pub(crate) struct Target {
    /// The name at the cursor.
    pub(crate) range: TextRange,
    pub(crate) name: String,
    /// What it names here, imports not followed.
    pub(crate) member: Member,
    pub(crate) kind: Type,
}

pub(crate) fn touches(range: TextRange, offset: usize) -> bool {
    range.start().to_usize() <= offset && offset <= range.end().to_usize()
}

/// Returns what stands at an offset.
pub(crate) fn at(snapshot: &Snapshot, document: &Arc<Document>, offset: usize) -> Option<Target> {
    let module = document.module();
    let inferrer = Inferrer::new(snapshot);
    if let Some(site) = module
        .import_sites
        .iter()
        .find(|site| touches(site.range, offset))
    {
        let resolved = snapshot.resolve(document, site.level, &site.module);
        let member = match &site.member {
            Some(name) => inferrer.module_member(&resolved?, name, 8)?,
            None => Member::Module(resolved?),
        };
        let name = site.member.as_deref().unwrap_or(&site.module).to_owned();
        return Some(Target {
            range: site.range,
            name,
            kind: inferrer.member_type(&member),
            member,
        });
    }
    if let Some(one) = module
        .attributes
        .iter()
        .find(|one| touches(one.range, offset))
    {
        let receiver = inferrer.evaluate(document, one.scope, &one.receiver);
        let member = inferrer.member(&receiver, &one.name)?;
        let kind = inferrer.evaluate(
            document,
            one.scope,
            &one.receiver.clone().attribute(&one.name),
        );
        return Some(Target {
            range: one.range,
            name: one.name.to_string(),
            member,
            kind,
        });
    }
    if let Some(binding) = module
        .bindings
        .iter()
        .position(|binding| touches(binding.range, offset))
    {
        let one = &module.bindings[binding];
        let kind = match one.kind {
            BindingKind::Augmented => inferrer.name(document, one.scope, &one.name),
            _ => inferrer.binding(document, binding),
        };
        let member = Member::Binding(Arc::clone(document), binding);
        return Some(Target {
            range: one.range,
            name: one.name.to_string(),
            member,
            kind,
        });
    }
    if let Some(one) = module.uses.iter().find(|one| touches(one.range, offset)) {
        let kind = inferrer.name(document, one.scope, &one.name);
        let member = match module.lookup(one.scope, &one.name) {
            Some(home) => {
                let ids = module.bindings_of(home, &one.name);
                Member::Binding(
                    Arc::clone(document),
                    crate::infer::members::best(document, ids)?,
                )
            }
            None => match inferrer.starred(document, &one.name) {
                Some(member) => member,
                None => {
                    let (name, entry) = native::builtin(&one.name)?;
                    Member::Native(NativeRef {
                        module: "builtins",
                        owner: None,
                        name,
                        entry,
                    })
                }
            },
        };
        return Some(Target {
            range: one.range,
            name: one.name.to_string(),
            member,
            kind,
        });
    }
    keyword(&inferrer, document, offset)
}

/// A keyword in a call names the parameter.
fn keyword(inferrer: &Inferrer, document: &Arc<Document>, offset: usize) -> Option<Target> {
    for call in &document.module().calls {
        for argument in &call.arguments {
            let Some(name) = &argument.keyword else {
                continue;
            };
            let range = TextRange::at(
                argument.range.start(),
                ruff_text_size::TextSize::of(&**name),
            );
            if touches(range, offset) {
                let callee = inferrer.evaluate(document, call.scope, &call.callee);
                let Type::Function(function, _) = callable(inferrer, &callee)? else {
                    return None;
                };
                let scope = function.get().scope;
                let id = *function
                    .document
                    .module()
                    .bindings_of(scope, name)
                    .first()?;
                let member = Member::Binding(Arc::clone(&function.document), id);
                return Some(Target {
                    range,
                    name: name.to_string(),
                    kind: inferrer.member_type(&member),
                    member,
                });
            }
        }
    }
    None
}

/// Returns the function that a call of this type runs: `__init__` of a class, `__call__` of an instance.
pub(crate) fn callable(inferrer: &Inferrer, callee: &Type) -> Option<Type> {
    let method = |name: &str| match inferrer
        .member(callee, name)
        .map(|member| inferrer.member_type(&member))
    {
        Some(Type::Function(function, _)) => Some(Type::Function(function, true)),
        _ => None,
    };
    match callee {
        Type::Function(..) | Type::NativeFunction(_) | Type::NativeClass(_) => Some(callee.clone()),
        Type::Class(class) => match inferrer
            .class_member(class, "__init__", false, 16)
            .map(|member| inferrer.member_type(&member))
        {
            Some(Type::Function(function, _)) => Some(Type::Function(function, true)),
            _ => None,
        },
        Type::Instance(_) => method("__call__"),
        Type::Union(types) => types.iter().find_map(|one| callable(inferrer, one)),
        _ => None,
    }
}

/// Follows imports to the definition.
pub(crate) fn origin(snapshot: &Snapshot, member: Member) -> Member {
    let inferrer = Inferrer::new(snapshot);
    let mut member = member;
    for _ in 0..16 {
        let next = match &member {
            Member::Binding(document, id) => match document.module().bindings[*id].kind {
                BindingKind::Import(index) => {
                    inferrer.import_member(document, &document.module().imports[index])
                }
                _ => None,
            },
            _ => None,
        };
        match next {
            Some(next) => member = next,
            None => break,
        }
    }
    member
}

/// Returns whether two members are defined at the same place.
pub(crate) fn same(a: &Member, b: &Member) -> bool {
    match (a.place(), b.place()) {
        (Some((a, at)), Some((b, bt))) => a.key == b.key && at == bt,
        _ => false,
    }
}
