//! The data that [`super::builder`] gathers about one module, and the rules by which a name finds its scope.
//!
//! CPython counterpart: `struct _symtable_entry` and `analyze_name` in `Python/symtable.c`.
//! Invariants: scope 0 is the module; an index into `scopes`, `bindings`, `functions` or `classes` found in this data is
//! valid for it. Tests: `builder.rs`.

use std::collections::{BTreeMap, HashMap, HashSet};

use ruff_text_size::TextRange;

use super::value::Value;

/// Everything known about one module's text.
#[derive(Debug, Default)]
pub(crate) struct Module {
    pub(crate) doc: Option<String>,
    pub(crate) scopes: Vec<Scope>,
    pub(crate) bindings: Vec<Binding>,
    pub(crate) uses: Vec<Use>,
    pub(crate) functions: Vec<Function>,
    pub(crate) classes: Vec<Class>,
    pub(crate) imports: Vec<Import>,
    pub(crate) import_sites: Vec<ImportSite>,
    pub(crate) attributes: Vec<AttributeUse>,
    pub(crate) calls: Vec<Call>,
    /// `from x import *`: indices into `imports`.
    pub(crate) stars: Vec<usize>,
    /// The strings of `__all__`, where it is a plain list.
    pub(crate) all: Option<Vec<String>>,
    pub(crate) flow: Vec<super::flow::Finding>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ScopeKind {
    Module,
    Class,
    Function,
    Lambda,
    Comprehension,
    TypeParameters,
}

#[derive(Debug)]
pub(crate) struct Scope {
    pub(crate) kind: ScopeKind,
    pub(crate) parent: Option<usize>,
    pub(crate) range: TextRange,
    /// The bindings of each name, in the order of the text.
    pub(crate) names: BTreeMap<Box<str>, Vec<usize>>,
    pub(crate) globals: HashSet<Box<str>>,
    pub(crate) nonlocals: HashSet<Box<str>>,
    /// Index of the function or class this scope is the body of.
    pub(crate) owner: Option<usize>,
    /// `locals()`, `vars()`, `eval()`, `exec()` are called here: any name may be used.
    pub(crate) is_dynamic: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum BindingKind {
    Variable,
    LoopVariable,
    WithVariable,
    ExceptVariable,
    Pattern,
    Parameter,
    TypeParameter,
    TypeAlias,
    Function(usize),
    Class(usize),
    Import(usize),
    /// `x += 1`: reads and writes.
    Augmented,
    /// `x: int` without a value.
    Declaration,
}

#[derive(Debug)]
pub(crate) struct Binding {
    pub(crate) name: Box<str>,
    pub(crate) kind: BindingKind,
    /// The name itself.
    pub(crate) range: TextRange,
    /// The whole statement or parameter.
    pub(crate) full: TextRange,
    /// The scope that the name belongs to, `global` and `nonlocal` applied.
    pub(crate) scope: usize,
    /// The scope in which `value` and `annotation` are to be read.
    pub(crate) site: usize,
    pub(crate) value: Value,
    pub(crate) annotation: Option<Value>,
    pub(crate) annotation_text: Option<Box<str>>,
    /// Bound together with others (`a, b = f()`): not worth a hint when unused.
    pub(crate) is_unpacked: bool,
    /// The statement list it stands in.
    pub(crate) block: usize,
}

#[derive(Debug)]
pub(crate) struct Use {
    pub(crate) name: Box<str>,
    pub(crate) range: TextRange,
    pub(crate) scope: usize,
    pub(crate) is_delete: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ParameterKind {
    PositionalOnly,
    Normal,
    VarArgs,
    KeywordOnly,
    KwArgs,
}

#[derive(Clone, Debug)]
pub(crate) struct Parameter {
    pub(crate) name: Box<str>,
    pub(crate) kind: ParameterKind,
    pub(crate) annotation: Option<Value>,
    /// As written: `factor: float = 2.0`.
    pub(crate) text: Box<str>,
    pub(crate) has_default: bool,
}

#[derive(Debug)]
pub(crate) struct Function {
    pub(crate) name: Box<str>,
    pub(crate) binding: usize,
    pub(crate) scope: usize,
    pub(crate) outer: usize,
    /// Index of the class whose body it stands in.
    pub(crate) class: Option<usize>,
    pub(crate) parameters: Vec<Parameter>,
    pub(crate) returns: Option<Value>,
    pub(crate) returns_text: Option<Box<str>>,
    pub(crate) return_values: Vec<Value>,
    pub(crate) return_ranges: Vec<TextRange>,
    pub(crate) doc: Option<String>,
    pub(crate) decorators: Vec<Value>,
    pub(crate) is_async: bool,
    pub(crate) is_generator: bool,
    pub(crate) range: TextRange,
    pub(crate) parameters_range: TextRange,
}

impl Function {
    pub(crate) fn has_decorator(&self, names: &[&str]) -> bool {
        self.decorators.iter().any(|decorator| {
            decorator
                .last_name()
                .is_some_and(|name| names.contains(&name))
        })
    }

    pub(crate) fn is_property(&self) -> bool {
        self.has_decorator(&["property", "cached_property"])
    }

    pub(crate) fn is_overload(&self) -> bool {
        self.has_decorator(&["overload"])
    }

    pub(crate) fn is_static(&self) -> bool {
        self.has_decorator(&["staticmethod"])
    }

    /// Returns the reason given to `@deprecated("...")`.
    pub(crate) fn deprecation(&self) -> Option<&str> {
        deprecation(&self.decorators)
    }
}

fn deprecation(decorators: &[Value]) -> Option<&str> {
    decorators
        .iter()
        .find(|decorator| decorator.last_name() == Some("deprecated"))
        .map(|decorator| match decorator {
            Value::Call(_, arguments) => match arguments.first() {
                Some(Value::Text(text)) => text,
                _ => "deprecated",
            },
            _ => "deprecated",
        })
}

#[derive(Debug)]
pub(crate) struct Class {
    pub(crate) name: Box<str>,
    pub(crate) binding: usize,
    pub(crate) scope: usize,
    pub(crate) outer: usize,
    pub(crate) bases: Vec<Value>,
    pub(crate) decorators: Vec<Value>,
    pub(crate) has_metaclass: bool,
    pub(crate) doc: Option<String>,
    /// `self.x = ...` in methods.
    pub(crate) attributes: Vec<InstanceAttribute>,
    pub(crate) range: TextRange,
}

impl Class {
    pub(crate) fn deprecation(&self) -> Option<&str> {
        deprecation(&self.decorators)
    }
}

#[derive(Debug)]
pub(crate) struct InstanceAttribute {
    pub(crate) name: Box<str>,
    pub(crate) range: TextRange,
    pub(crate) scope: usize,
    pub(crate) value: Value,
    pub(crate) annotation: Option<Value>,
}

#[derive(Debug)]
pub(crate) struct Import {
    pub(crate) level: u32,
    pub(crate) module: Box<str>,
    /// The name after `from module import`; `*` for all.
    pub(crate) member: Option<Box<str>>,
    /// `import a.b` without `as` binds `a`.
    pub(crate) binds_root: bool,
    /// This alias in the statement.
    pub(crate) alias: TextRange,
    /// Where the imported name is written (`b` of `import a as b` is the binding, `a` is this).
    pub(crate) name_range: TextRange,
    pub(crate) is_redundant_alias: bool,
    /// Stands in `try` whose handler catches a failing import, or below a condition.
    pub(crate) is_guarded: bool,
}

/// A name in an import statement that leads somewhere.
#[derive(Debug)]
pub(crate) struct ImportSite {
    pub(crate) range: TextRange,
    pub(crate) level: u32,
    pub(crate) module: Box<str>,
    pub(crate) member: Option<Box<str>>,
    pub(crate) is_guarded: bool,
}

#[derive(Debug)]
pub(crate) struct AttributeUse {
    pub(crate) receiver: Value,
    pub(crate) name: Box<str>,
    /// The attribute's name.
    pub(crate) range: TextRange,
    pub(crate) scope: usize,
    pub(crate) is_store: bool,
    /// Below `try`, `hasattr` and the like nothing is reported.
    pub(crate) is_guarded: bool,
}

#[derive(Debug)]
pub(crate) struct Argument {
    pub(crate) keyword: Option<Box<str>>,
    pub(crate) range: TextRange,
    pub(crate) is_starred: bool,
    /// The argument is a plain name or attribute of this last name.
    pub(crate) spelled: Option<Box<str>>,
}

#[derive(Debug)]
pub(crate) struct Call {
    pub(crate) callee: Value,
    /// The last name of the callee.
    pub(crate) name_range: TextRange,
    pub(crate) range: TextRange,
    pub(crate) scope: usize,
    pub(crate) arguments: Vec<Argument>,
}

impl Module {
    pub(crate) fn scope(&self, id: usize) -> Option<&Scope> {
        self.scopes.get(id)
    }

    /// Returns the scope in which `name`, read in `from`, is bound; nothing for built-in and unknown names.
    pub(crate) fn lookup(&self, from: usize, name: &str) -> Option<usize> {
        let mut current = Some(from);
        let mut crossed = false;
        while let Some(id) = current {
            let scope = self.scopes.get(id)?;
            if scope.globals.contains(name) {
                return self.scopes.first()?.names.contains_key(name).then_some(0);
            }
            let visible = scope.kind != ScopeKind::Class || !crossed;
            if visible && !scope.nonlocals.contains(name) && scope.names.contains_key(name) {
                return Some(id);
            }
            crossed |= matches!(
                scope.kind,
                ScopeKind::Function | ScopeKind::Lambda | ScopeKind::Comprehension
            );
            current = scope.parent;
        }
        None
    }

    /// Returns the bindings of a name in the scope that owns it.
    pub(crate) fn bindings_of(&self, scope: usize, name: &str) -> &[usize] {
        self.scopes
            .get(scope)
            .and_then(|scope| scope.names.get(name))
            .map_or(&[], Vec::as_slice)
    }

    /// Returns the innermost scope around an offset.
    pub(crate) fn scope_at(&self, offset: usize) -> usize {
        let holds = |range: TextRange| {
            range.start().to_usize() <= offset && offset <= range.end().to_usize()
        };
        let inner = self
            .scopes
            .iter()
            .enumerate()
            .skip(1)
            .filter(|(_, scope)| holds(scope.range));
        inner
            .min_by_key(|(_, scope)| scope.range.len())
            .map_or(0, |(id, _)| id)
    }

    /// Returns the class whose method `scope` stands in.
    pub(crate) fn enclosing_class(&self, scope: usize) -> Option<usize> {
        let mut current = Some(scope);
        while let Some(id) = current {
            let scope = self.scopes.get(id)?;
            match (scope.kind, scope.owner) {
                (ScopeKind::Function, Some(owner)) => {
                    if let Some(class) = self
                        .functions
                        .get(owner)
                        .and_then(|function| function.class)
                    {
                        return Some(class);
                    }
                }
                (ScopeKind::Class, owner) => return owner,
                _ => {}
            }
            current = scope.parent;
        }
        None
    }

    /// Returns every place that names the symbol `name` of `scope`, in the order of the text.
    pub(crate) fn occurrences(&self, scope: usize, name: &str) -> Vec<Occurrence> {
        let mut out: Vec<Occurrence> = Vec::new();
        for id in self.bindings_of(scope, name) {
            let binding = &self.bindings[*id];
            out.push(Occurrence {
                range: binding.range,
                is_write: true,
            });
        }
        let mut resolved: HashMap<usize, bool> = HashMap::new();
        for one in self.uses.iter().filter(|one| &*one.name == name) {
            let here = *resolved
                .entry(one.scope)
                .or_insert_with(|| self.lookup(one.scope, name) == Some(scope));
            if here {
                out.push(Occurrence {
                    range: one.range,
                    is_write: one.is_delete,
                });
            }
        }
        out.sort_by_key(|occurrence| (occurrence.range.start(), !occurrence.is_write));
        out.dedup_by_key(|occurrence| occurrence.range);
        out
    }

    /// Returns the symbol (scope and name) written at an offset.
    pub(crate) fn symbol_at(&self, offset: usize) -> Option<(usize, &str, TextRange)> {
        let touches = |range: TextRange| {
            range.start().to_usize() <= offset && offset <= range.end().to_usize()
        };
        if let Some(binding) = self.bindings.iter().find(|binding| touches(binding.range)) {
            return Some((binding.scope, &binding.name, binding.range));
        }
        let found = self.uses.iter().find(|one| touches(one.range))?;
        Some((
            self.lookup(found.scope, &found.name)?,
            &found.name,
            found.range,
        ))
    }
}

/// A place where a symbol is named.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Occurrence {
    pub(crate) range: TextRange,
    pub(crate) is_write: bool,
}
