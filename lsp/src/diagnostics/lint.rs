//! Likely mistakes in code that compiles: unknown names, unused ones, unresolved imports, unreachable code.
//!
//! Rule: doubt means silence. A `*` import that cannot be read, `exec`, dynamic attributes, conditions around an import
//! all end a check. Unused things are hints with the tag that editors show as faded. Tests: below.

use std::sync::Arc;

use lsp_types::{DiagnosticSeverity, DiagnosticTag};

use ruff_python_parser::{Mode, ParseOptions, parse_unchecked};

use super::Problem;
use crate::analysis::flow::Finding;
use crate::analysis::{BindingKind, Module, ScopeKind, Value};
use crate::infer::{Inferrer, Member, Type};
use crate::project::{Document, ModuleRef, Snapshot, native};

/// Names that a module has without binding them.
const MODULE_NAMES: [&str; 11] = [
    "__name__",
    "__file__",
    "__doc__",
    "__package__",
    "__spec__",
    "__loader__",
    "__path__",
    "__builtins__",
    "__dict__",
    "__annotations__",
    "__cached__",
];

/// Returns the likely mistakes in a document; only those about names while it does not compile.
pub(crate) fn check(snapshot: &Snapshot, document: &Arc<Document>, compiles: bool) -> Vec<Problem> {
    let inferrer = Inferrer::new(snapshot);
    let mut out = undefined_names(&inferrer, document);
    if compiles {
        let module = document.module();
        out.extend(imports(&inferrer, document));
        out.extend(unused(module, document));
        out.extend(flow(module));
        out.extend(attributes(&inferrer, document));
        out.extend(redefinitions(module));
        out.extend(deprecated(&inferrer, document));
        out.extend(super::calls::check(&inferrer, document));
    }
    out
}

fn undefined_names(inferrer: &Inferrer, document: &Arc<Document>) -> Vec<Problem> {
    let module = document.module();
    let blind = module.stars.iter().any(|star| {
        let import = &module.imports[*star];
        inferrer
            .snapshot
            .resolve(document, import.level, &import.module)
            .is_none()
    });
    if blind || module.scopes[0].is_dynamic || document.makes_names() {
        return Vec::new();
    }
    let mut out = Vec::new();
    for one in &module.uses {
        let known = module.lookup(one.scope, &one.name).is_some()
            || native::builtin(&one.name).is_some()
            || MODULE_NAMES.contains(&&*one.name)
            || is_class_name(module, one.scope, &one.name)
            || module.scopes.iter().any(|scope| {
                scope.globals.contains(&one.name) && scope.names.contains_key(&one.name)
            });
        // Where a text is broken, the parser takes keywords for names.
        if known || is_keyword(&one.name) || inferrer.starred(document, &one.name).is_some() {
            continue;
        }
        inferrer.refuel();
        out.push(Problem {
            severity: DiagnosticSeverity::WARNING,
            ..Problem::error(
                "undefined-name",
                one.range,
                format!("name '{}' is not defined", one.name),
            )
        });
    }
    out
}

fn is_keyword(name: &str) -> bool {
    parse_unchecked(name, ParseOptions::from(Mode::Expression))
        .tokens()
        .first()
        .is_some_and(|token| token.kind().is_non_soft_keyword())
}

/// `__class__` in methods, `__qualname__` and `__module__` in class bodies.
fn is_class_name(module: &Module, scope: usize, name: &str) -> bool {
    matches!(
        name,
        "__class__"
            | "__qualname__"
            | "__module__"
            | "__classdict__"
            | "__static_attributes__"
            | "__firstlineno__"
    ) && module.enclosing_class(scope).is_some()
}

fn imports(inferrer: &Inferrer, document: &Arc<Document>) -> Vec<Problem> {
    let snapshot = inferrer.snapshot;
    // Without a library to look into, every import of it would be reported.
    if snapshot.search_path.library.is_none() {
        return Vec::new();
    }
    let mut out = Vec::new();
    let mut missing: Vec<(u32, &str)> = Vec::new();
    for site in document
        .module()
        .import_sites
        .iter()
        .filter(|site| !site.is_guarded)
    {
        inferrer.refuel();
        let module = snapshot.resolve(document, site.level, &site.module);
        match (&site.member, module) {
            (None, None) => {
                let special = matches!(
                    &*site.module,
                    "__main__" | "_frozen_importlib" | "_frozen_importlib_external"
                );
                let parent_missing = special
                    || missing.iter().any(|(level, name)| {
                        *level == site.level && site.module.starts_with(*name)
                    });
                if !parent_missing {
                    missing.push((site.level, &site.module));
                    let message = format!("No module named '{}' could be found", site.module);
                    out.push(Problem::warning("unresolved-import", site.range, message));
                }
            }
            (Some(member), Some(module)) if !has_member(inferrer, &module, member) => {
                let message = format!(
                    "cannot import name '{member}' from '{}': it does not exist there",
                    site.module
                );
                out.push(Problem::warning("unresolved-import", site.range, message));
            }
            _ => {}
        }
    }
    out
}

/// Returns whether a module has a name, or may have it in a way that cannot be seen.
fn has_member(inferrer: &Inferrer, module: &ModuleRef, name: &str) -> bool {
    if name.starts_with("__") || inferrer.module_member(module, name, 8).is_some() {
        return true;
    }
    match module {
        ModuleRef::Source(document) => {
            let data = document.module();
            let dynamic = !data.bindings_of(0, "__getattr__").is_empty()
                || data.scopes.first().is_some_and(|scope| scope.is_dynamic)
                || document.makes_names();
            // `global x` in a function binds a module's name too, which `lookup` sees; `sys.modules` tricks are not seen.
            dynamic
                || !document.tree().parsed.has_valid_syntax()
                || data.stars.iter().any(|star| {
                    inferrer
                        .snapshot
                        .resolve(
                            document,
                            data.imports[*star].level,
                            &data.imports[*star].module,
                        )
                        .is_none()
                })
        }
        ModuleRef::Native(..) => false,
        ModuleRef::Namespace(_) => true,
    }
}

fn unused(module: &Module, document: &Document) -> Vec<Problem> {
    let mut out = Vec::new();
    let is_package = document.is_package();
    for (id, scope) in module.scopes.iter().enumerate() {
        for (name, ids) in &scope.names {
            let Some(binding) = ids.first().map(|first| &module.bindings[*first]) else {
                continue;
            };
            let is_import = matches!(binding.kind, BindingKind::Import(_));
            let is_local = scope.kind == ScopeKind::Function;
            let only_plain = ids.iter().all(|id| {
                let one = &module.bindings[*id];
                matches!(
                    one.kind,
                    BindingKind::Variable | BindingKind::WithVariable | BindingKind::ExceptVariable
                ) && !one.is_unpacked
            });
            if name.starts_with('_') || scope.is_dynamic || !(is_import || is_local && only_plain) {
                continue;
            }
            let exported = id == 0
                && module
                    .all
                    .as_ref()
                    .is_some_and(|all| all.iter().any(|one| **one == **name));
            if exported || module.occurrences(id, name).iter().any(|one| !one.is_write) {
                continue;
            }
            match binding.kind {
                BindingKind::Import(index) => {
                    let import = &module.imports[index];
                    let kept = import.is_redundant_alias
                        || &*import.module == "__future__"
                        || is_package && id == 0
                        || import.is_guarded;
                    if !kept {
                        let message = format!("'{name}' is imported but unused");
                        let range = if import.member.is_some() && import.alias == import.name_range
                        {
                            binding.range
                        } else {
                            import.alias
                        };
                        out.push(Problem::hint(
                            "unused-import",
                            range,
                            message,
                            DiagnosticTag::UNNECESSARY,
                        ));
                    }
                }
                _ => {
                    let message = format!("local variable '{name}' is never used");
                    out.push(Problem::hint(
                        "unused-variable",
                        binding.range,
                        message,
                        DiagnosticTag::UNNECESSARY,
                    ));
                }
            }
        }
    }
    out
}

fn flow(module: &Module) -> Vec<Problem> {
    module
        .flow
        .iter()
        .map(|finding| match finding {
            Finding::Unreachable(range) => Problem::hint(
                "unreachable-code",
                *range,
                "this code is unreachable",
                DiagnosticTag::UNNECESSARY,
            ),
            Finding::Deleted { name, range } => Problem::warning(
                "deleted-name",
                *range,
                format!("name '{name}' was deleted before"),
            ),
            Finding::MaybeUnbound { name, range } => Problem::warning(
                "possibly-unbound",
                *range,
                format!("name '{name}' may be unbound here"),
            ),
        })
        .collect()
}

fn attributes(inferrer: &Inferrer, document: &Arc<Document>) -> Vec<Problem> {
    let mut out = Vec::new();
    for one in document
        .module()
        .attributes
        .iter()
        .filter(|one| !one.is_guarded && !one.is_store)
    {
        // A subclass may have what `self` lacks.
        let of_parameter = matches!(&one.receiver, Value::Name(name) if is_parameter(document.module(), one.scope, name));
        if one.name.starts_with("__") || one.name.is_empty() || of_parameter {
            continue;
        }
        inferrer.refuel();
        let receiver = inferrer.evaluate(document, one.scope, &one.receiver);
        let missing = match &receiver {
            Type::Module(module) => {
                // A submodule that something imported is an attribute too; the resolver finds it as a submodule.
                !has_member(inferrer, module, &one.name)
            }
            Type::Instance(class) | Type::Class(class) => {
                inferrer.is_closed(class, 16)
                    && inferrer.member(&receiver, &one.name).is_none()
                    && !is_set_elsewhere(document, &one.name)
            }
            Type::NativeInstance(class, _) => {
                class.module == "builtins"
                    && matches!(
                        class.name,
                        "str" | "int" | "float" | "list" | "dict" | "set" | "tuple" | "bytes"
                    )
                    && inferrer.member(&receiver, &one.name).is_none()
            }
            _ => false,
        };
        if missing {
            let owner = match &receiver {
                Type::Module(module) => {
                    format!("module '{}'", crate::infer::display::module_name(module))
                }
                other => format!("'{}' object", crate::infer::display::of(other)),
            };
            out.push(Problem::warning(
                "unknown-attribute",
                one.range,
                format!("{owner} has no attribute '{}'", one.name),
            ));
        }
    }
    out
}

fn is_parameter(module: &Module, scope: usize, name: &str) -> bool {
    let home = module.lookup(scope, name);
    let first = home.and_then(|home| module.bindings_of(home, name).first());
    first.is_some_and(|id| module.bindings[*id].kind == BindingKind::Parameter)
}

/// Returns whether any code of the document stores an attribute of this name.
fn is_set_elsewhere(document: &Document, name: &str) -> bool {
    let module = document.module();
    module
        .attributes
        .iter()
        .any(|one| one.is_store && &*one.name == name)
        || module.uses.iter().any(|one| &*one.name == "setattr")
}

fn redefinitions(module: &Module) -> Vec<Problem> {
    let mut out = Vec::new();
    for (id, scope) in module.scopes.iter().enumerate() {
        for (name, ids) in &scope.names {
            for pair in ids.windows(2) {
                let (first, second) = (&module.bindings[pair[0]], &module.bindings[pair[1]]);
                let plain = |kind| match kind {
                    BindingKind::Function(index) => module.functions[index].decorators.is_empty(),
                    BindingKind::Class(index) => module.classes[index].decorators.is_empty(),
                    _ => false,
                };
                let used = module.occurrences(id, name).iter().any(|one| {
                    !one.is_write
                        && one.range.start() > first.range.end()
                        && one.range.start() < second.range.start()
                });
                let follows = first.block == second.block;
                if plain(first.kind) && plain(second.kind) && !used && follows {
                    let mut problem = Problem::warning(
                        "redefinition",
                        second.range,
                        format!("redefinition of unused '{name}'"),
                    );
                    problem.severity = DiagnosticSeverity::INFORMATION;
                    problem.related =
                        Some((first.range, format!("'{name}' is first defined here")));
                    out.push(problem);
                }
            }
        }
    }
    out
}

fn deprecated(inferrer: &Inferrer, document: &Arc<Document>) -> Vec<Problem> {
    let module = document.module();
    let mut out = Vec::new();
    for call in &module.calls {
        inferrer.refuel();
        let reason = match inferrer.evaluate(document, call.scope, &call.callee) {
            Type::Function(function, _) => function.get().deprecation().map(str::to_owned),
            Type::Class(class) => class.get().deprecation().map(str::to_owned),
            _ => None,
        };
        if let Some(reason) = reason {
            out.push(Problem::hint(
                "deprecated",
                call.name_range,
                format!("deprecated: {reason}"),
                DiagnosticTag::DEPRECATED,
            ));
        }
    }
    out
}

/// Returns whether a member is deprecated.
pub(crate) fn is_deprecated(member: &Member) -> bool {
    let Member::Binding(document, id) = member else {
        return false;
    };
    let module = document.module();
    match module.bindings[*id].kind {
        BindingKind::Function(index) => module.functions[index].deprecation().is_some(),
        BindingKind::Class(index) => module.classes[index].deprecation().is_some(),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use crate::fixture::check_problems;

    #[test]
    fn unknown_names_are_reported_once_and_exactly() {
        check_problems("print(nope)\n", &["undefined-name"]);
        check_problems("def f():\n    return later\nlater = 1\n", &[]);
        check_problems(
            "class C:\n    x = 1\n    def f(self): return x\n",
            &["undefined-name"],
        );
        check_problems("def f():\n    global g\n    g = 1\nprint(g)\n", &[]);
    }

    #[test]
    fn unused_things_are_hints() {
        check_problems("import os\n", &["unused-import"]);
        check_problems("import os\n__all__ = ['os']\n", &[]);
        check_problems("def f():\n    unused = 1\n", &["unused-variable"]);
        check_problems("def f():\n    a, b = 1, 2\n    return a\n", &[]);
        check_problems("def f():\n    x = 1\n    return locals()\n", &[]);
    }

    #[test]
    fn flow_is_followed_where_it_is_sure() {
        check_problems(
            "def f():\n    return 1\n    print(2)\n",
            &["unreachable-code"],
        );
        check_problems("x = 1\ndel x\nprint(x)\n", &["deleted-name"]);
        check_problems(
            "import sys\nif sys.argv:\n    y = 1\nprint(y)\n",
            &["possibly-unbound"],
        );
        check_problems(
            "import sys\nif not sys.argv:\n    raise SystemExit\nprint(sys)\n",
            &[],
        );
    }

    #[test]
    fn attributes_of_closed_classes_are_checked() {
        check_problems(
            "class C:\n    def __init__(self): self.a = 1\nC().a\nC().b\n",
            &["unknown-attribute"],
        );
        check_problems(
            "class C:\n    def __getattr__(self, n): return n\nC().b\n",
            &[],
        );
        check_problems("'a'.zap\n", &["unknown-attribute"]);
    }

    #[test]
    fn redefinitions_say_where_the_first_is() {
        check_problems("def f(): return 1\ndef f(): return 2\n", &["redefinition"]);
    }
}
