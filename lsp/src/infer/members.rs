//! Attributes: finding one by name, and listing all, of modules, classes and instances.
//!
//! CPython counterpart: `type.__mro__` lookup, done depth first over the bases. Tests: `evaluate.rs`,
//! `crate::features::completion`.

use std::collections::BTreeMap;
use std::sync::Arc;

use ruff_text_size::TextRange;

use super::evaluate::Inferrer;
use super::types::{ClassRef, NativeRef, Type};
use crate::analysis::BindingKind;
use crate::project::native::{self, Entry};
use crate::project::{Document, ModuleRef};

/// Where an attribute is defined.
#[derive(Clone)]
pub(crate) enum Member {
    /// A binding in a document.
    Binding(Arc<Document>, usize),
    /// `self.x = ...` of a class.
    Attribute(ClassRef, usize),
    Native(NativeRef),
    Module(ModuleRef),
}

impl Member {
    /// Returns the document and the range of the defining name.
    pub(crate) fn place(&self) -> Option<(Arc<Document>, TextRange)> {
        match self {
            Member::Binding(document, id) => Some((
                Arc::clone(document),
                document.module().bindings.get(*id)?.range,
            )),
            Member::Attribute(class, index) => Some((
                Arc::clone(&class.document),
                class.get().attributes.get(*index)?.range,
            )),
            Member::Module(ModuleRef::Source(document)) => {
                Some((Arc::clone(document), TextRange::default()))
            }
            Member::Native(_) | Member::Module(_) => None,
        }
    }
}

impl Inferrer<'_> {
    /// Returns the attribute `name` of something of this type.
    pub(crate) fn member(&self, of: &Type, name: &str) -> Option<Member> {
        match of {
            Type::Module(module) => self.module_member(module, name, 8),
            Type::Class(class) => self
                .class_member(class, name, false, 16)
                .or_else(|| self.native_member("type", name)),
            Type::Instance(class) => self.class_member(class, name, true, 16),
            Type::NativeClass(class) | Type::NativeInstance(class, _) => {
                let (owner, entry) = native::class_member(class.entry, class.name, name)?;
                let (key, _) = entry_key(owner, class, name)?;
                Some(Member::Native(NativeRef {
                    module: class.module,
                    owner: Some(owner),
                    name: key,
                    entry,
                }))
            }
            Type::Function(..) | Type::NativeFunction(_) => self.native_member("object", name),
            Type::Union(types) => types.iter().find_map(|one| self.member(one, name)),
            Type::None => self.native_member("object", name),
            Type::Unknown => None,
        }
    }

    fn native_member(&self, class: &str, name: &str) -> Option<Member> {
        let (class_name, class) = native::builtin(class)?;
        let (owner, entry) = native::class_member(class, class_name, name)?;
        let (key, _) = native::builtin(owner)?.1.members.get_key_value(name)?;
        Some(Member::Native(NativeRef {
            module: "builtins",
            owner: Some(owner),
            name: key,
            entry,
        }))
    }

    /// Returns the member of a module: a name bound in it, one it imports with `*`, or a submodule.
    pub(crate) fn module_member(
        &self,
        module: &ModuleRef,
        name: &str,
        fuel: usize,
    ) -> Option<Member> {
        let fuel = fuel.checked_sub(1)?;
        match module {
            ModuleRef::Source(document) => {
                let data = document.module();
                if let Some(id) = best(document, data.bindings_of(0, name)) {
                    return Some(Member::Binding(Arc::clone(document), id));
                }
                let starred = data.stars.iter().rev().find_map(|star| {
                    let import = &data.imports[*star];
                    let target = self
                        .snapshot
                        .resolve(document, import.level, &import.module)?;
                    self.module_member(&target, name, fuel)
                });
                starred.or_else(|| self.snapshot.submodule(module, name).map(Member::Module))
            }
            ModuleRef::Native(module_name, data) => {
                let (name, entry) = data.members.get_key_value(name)?;
                Some(Member::Native(NativeRef {
                    module: module_name,
                    owner: None,
                    name,
                    entry,
                }))
            }
            ModuleRef::Namespace(_) => self.snapshot.submodule(module, name).map(Member::Module),
        }
    }

    /// Returns the member of a class or its bases.
    pub(crate) fn class_member(
        &self,
        class: &ClassRef,
        name: &str,
        instance: bool,
        fuel: usize,
    ) -> Option<Member> {
        let fuel = fuel.checked_sub(1)?;
        let data = class.get();
        let module = class.document.module();
        if instance
            && let Some(index) = data
                .attributes
                .iter()
                .position(|attribute| &*attribute.name == name)
        {
            // A declaration in the body (`x: int`) tells more than the assignment.
            if module.bindings_of(data.scope, name).is_empty() {
                return Some(Member::Attribute(class.clone(), index));
            }
        }
        if let Some(id) = best(&class.document, module.bindings_of(data.scope, name)) {
            return Some(Member::Binding(Arc::clone(&class.document), id));
        }
        for base in self.bases(class) {
            let found = match &base {
                Type::Class(base) if !base.is(class) => {
                    self.class_member(base, name, instance, fuel)
                }
                Type::NativeClass(_) => self.member(&base, name),
                _ => None,
            };
            if found.is_some() {
                return found;
            }
        }
        self.native_member("object", name)
    }

    /// Returns the types of a class's bases, in their order.
    pub(crate) fn bases(&self, class: &ClassRef) -> Vec<Type> {
        let data = class.get();
        data.bases
            .iter()
            .map(|base| self.evaluate(&class.document, data.outer, base))
            .collect()
    }

    /// Returns whether all bases of a class are known, so that a missing attribute is missing for sure.
    pub(crate) fn is_closed(&self, class: &ClassRef, fuel: usize) -> bool {
        let Some(fuel) = fuel.checked_sub(1) else {
            return false;
        };
        let data = class.get();
        if data.has_metaclass || !data.decorators.is_empty() {
            return false;
        }
        let text = class.document.text.as_str();
        if text.contains("setattr(") || text.contains("__dict__") {
            return false;
        }
        let hooks = ["__getattr__", "__getattribute__", "__slots__"];
        if hooks.iter().any(|hook| {
            !class
                .document
                .module()
                .bindings_of(data.scope, hook)
                .is_empty()
        }) {
            return false;
        }
        self.bases(class).iter().all(|base| match base {
            Type::Class(base) => self.is_closed(base, fuel),
            Type::NativeClass(base) => base.name == "object",
            _ => false,
        })
    }

    /// Returns all attributes by name, nearest definition first; built-in dunders of `object` included.
    pub(crate) fn members(&self, of: &Type) -> BTreeMap<String, Member> {
        let mut out = BTreeMap::new();
        self.collect(of, &mut out, 16);
        out
    }

    fn collect(&self, of: &Type, out: &mut BTreeMap<String, Member>, fuel: usize) {
        let Some(fuel) = fuel.checked_sub(1) else {
            return;
        };
        let native = |out: &mut BTreeMap<String, Member>,
                      module,
                      class_name: &'static str,
                      class: &'static Entry| {
            for (name, entry) in &class.members {
                let member = Member::Native(NativeRef {
                    module,
                    owner: Some(class_name),
                    name,
                    entry,
                });
                out.entry(name.clone()).or_insert(member);
            }
        };
        match of {
            Type::Module(module) => self.collect_module(module, out, fuel),
            Type::Class(class) | Type::Instance(class) => {
                let data = class.get();
                for (name, ids) in &class.document.module().scopes[data.scope].names {
                    if let Some(id) = best(&class.document, ids) {
                        out.entry(name.to_string())
                            .or_insert(Member::Binding(Arc::clone(&class.document), id));
                    }
                }
                for (index, attribute) in data.attributes.iter().enumerate() {
                    out.entry(attribute.name.to_string())
                        .or_insert(Member::Attribute(class.clone(), index));
                }
                for base in self.bases(class) {
                    if !matches!(&base, Type::Class(base) if base.is(class)) {
                        self.collect(&base, out, fuel);
                    }
                }
                if let Some((name, object)) = native::builtin("object") {
                    native(out, "builtins", name, object);
                }
            }
            Type::NativeClass(class) | Type::NativeInstance(class, _) => {
                native(out, class.module, class.name, class.entry);
                for base in class
                    .entry
                    .bases
                    .iter()
                    .map(String::as_str)
                    .chain(["object"])
                {
                    if let Some((name, base)) = native::builtin(base) {
                        native(out, "builtins", name, base);
                    }
                }
            }
            Type::Function(..) | Type::NativeFunction(_) | Type::None => {
                if let Some((name, object)) = native::builtin("object") {
                    native(out, "builtins", name, object);
                }
            }
            Type::Union(types) => types.iter().for_each(|one| self.collect(one, out, fuel)),
            Type::Unknown => {}
        }
    }

    fn collect_module(&self, module: &ModuleRef, out: &mut BTreeMap<String, Member>, fuel: usize) {
        let Some(fuel) = fuel.checked_sub(1) else {
            return;
        };
        match module {
            ModuleRef::Source(document) => {
                let data = document.module();
                for (name, ids) in &data.scopes[0].names {
                    if let Some(id) = best(document, ids) {
                        out.entry(name.to_string())
                            .or_insert(Member::Binding(Arc::clone(document), id));
                    }
                }
                for star in &data.stars {
                    let import = &data.imports[*star];
                    if let Some(target) =
                        self.snapshot
                            .resolve(document, import.level, &import.module)
                    {
                        self.collect_module(&target, out, fuel);
                    }
                }
            }
            ModuleRef::Native(module_name, data) => {
                for (name, entry) in &data.members {
                    let member = Member::Native(NativeRef {
                        module: module_name,
                        owner: None,
                        name,
                        entry,
                    });
                    out.entry(name.clone()).or_insert(member);
                }
            }
            ModuleRef::Namespace(_) => {}
        }
        for name in self.snapshot.submodule_names(module) {
            if let Some(found) = self.snapshot.submodule(module, &name) {
                out.entry(name).or_insert(Member::Module(found));
            }
        }
    }
}

fn entry_key(
    owner: &'static str,
    class: &NativeRef,
    name: &str,
) -> Option<(&'static str, &'static Entry)> {
    let members = match owner == class.name {
        true => &class.entry.members,
        false => &native::builtin(owner)?.1.members,
    };
    members
        .get_key_value(name)
        .map(|(name, entry)| (name.as_str(), entry))
}

/// Returns the binding that says most about a name: a function or class before an import before a variable; of equals
/// the first, but the last implementation behind overloads.
pub(crate) fn best(document: &Document, ids: &[usize]) -> Option<usize> {
    let module = document.module();
    let rank = |id: usize| match module.bindings[id].kind {
        BindingKind::Function(function) if module.functions[function].is_overload() => 1,
        BindingKind::Function(function)
            if module.functions[function].has_decorator(&["setter", "deleter"]) =>
        {
            4
        }
        BindingKind::Function(_) | BindingKind::Class(_) => 0,
        _ if module.bindings[id].annotation.is_some() => 0,
        BindingKind::Import(_) => 2,
        _ => 3,
    };
    ids.iter().copied().min_by_key(|id| rank(*id))
}
