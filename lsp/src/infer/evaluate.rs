//! Types of expressions, names, calls and annotations.
//!
//! Rules: an annotation wins over a value; a name with several bindings is the union of the bindings before it where
//! they agree; what a function returns is its annotation, else the union of its `return`s.
//! Invariant: each step costs fuel; without fuel a type is unknown. Tests: below.

use std::cell::Cell;
use std::sync::Arc;

use super::members::Member;
use super::types::{ClassRef, FunctionRef, NativeRef, Type};
use crate::analysis::model::Import;
use crate::analysis::{BindingKind, ScopeKind, Value};
use crate::project::native::{self, Kind};
use crate::project::{Document, ModuleRef, Snapshot};

/// Steps that one question may take.
const FUEL: u32 = 4_000;
/// How deep steps may nest.
const DEPTH: u32 = 60;

/// Answers questions about types over one snapshot.
pub(crate) struct Inferrer<'s> {
    pub(crate) snapshot: &'s Snapshot,
    fuel: Cell<u32>,
    depth: Cell<u32>,
}

/// Returns the native class of the built-in name.
pub(crate) fn builtin_class(name: &str) -> Option<NativeRef> {
    let (name, entry) = native::builtin(name)?;
    (entry.kind == Kind::Class).then_some(NativeRef {
        module: "builtins",
        owner: None,
        name,
        entry,
    })
}

/// Returns an instance of a built-in class with items of these types.
pub(crate) fn instance_of(name: &str, items: Vec<Type>) -> Type {
    match name {
        "NoneType" | "None" => Type::None,
        name => {
            builtin_class(name).map_or(Type::Unknown, |class| Type::NativeInstance(class, items))
        }
    }
}

impl<'s> Inferrer<'s> {
    pub(crate) fn new(snapshot: &'s Snapshot) -> Inferrer<'s> {
        Inferrer {
            snapshot,
            fuel: Cell::new(FUEL),
            depth: Cell::new(0),
        }
    }

    /// Gives a new question its own fuel.
    pub(crate) fn refuel(&self) {
        self.fuel.set(FUEL);
    }

    fn step<T>(&self, fallback: T, work: impl FnOnce() -> T) -> T {
        let (fuel, depth) = (self.fuel.get(), self.depth.get());
        if fuel == 0 || depth >= DEPTH {
            return fallback;
        }
        self.fuel.set(fuel - 1);
        self.depth.set(depth + 1);
        let result = work();
        self.depth.set(depth);
        result
    }

    /// Returns the type of an expression that stands in `scope` of `document`.
    pub(crate) fn evaluate(&self, document: &Arc<Document>, scope: usize, value: &Value) -> Type {
        self.step(Type::Unknown, || self.expression(document, scope, value))
    }

    fn expression(&self, document: &Arc<Document>, scope: usize, value: &Value) -> Type {
        let eval = |value: &Value| self.evaluate(document, scope, value);
        match value {
            Value::Unknown | Value::Lambda => Type::Unknown,
            Value::Literal(name) => instance_of(name, Vec::new()),
            Value::Text(_) => instance_of("str", Vec::new()),
            Value::Name(name) => self.name(document, scope, name),
            Value::Attribute(receiver, name) => {
                let receiver = match eval(receiver) {
                    // The first of a union that has the attribute, which is what `member` finds too.
                    Type::Union(types) => {
                        let holder = types.iter().find(|one| self.member(one, name).is_some());
                        holder.cloned().unwrap_or(Type::Unknown)
                    }
                    one => one,
                };
                match self.member(&receiver, name) {
                    Some(member) => self.bound(&receiver, self.member_type(&member), &member),
                    None => Type::Unknown,
                }
            }
            Value::Call(callee, arguments) => self.call(document, scope, callee, arguments),
            Value::List(items) => instance_of("list", self.item_types(document, scope, items)),
            Value::Set(items) => instance_of("set", self.item_types(document, scope, items)),
            Value::Tuple(items) => instance_of("tuple", items.iter().map(eval).collect()),
            Value::Dict(items) => {
                let (keys, values): (Vec<Value>, Vec<Value>) = items.iter().cloned().unzip();
                let (keys, values) = (
                    self.item_types(document, scope, &keys),
                    self.item_types(document, scope, &values),
                );
                instance_of("dict", keys.into_iter().chain(values).collect())
            }
            Value::Subscript(receiver, index) => self.subscript(&eval(receiver), index),
            Value::Element(inner) => self.element(&eval(inner)),
            Value::Item(inner, index) => match eval(inner) {
                Type::NativeInstance(class, items) if class.name == "tuple" => {
                    items.get(*index).cloned().unwrap_or(Type::Unknown)
                }
                other => self.element(&other),
            },
            Value::Entered(inner) => {
                let manager = eval(inner);
                match self
                    .member(&manager, "__enter__")
                    .or_else(|| self.member(&manager, "__aenter__"))
                    .map(|m| self.member_type(&m))
                {
                    Some(Type::Function(function, _)) => {
                        match self.returned(&function, Some(&manager)) {
                            Type::Unknown => manager,
                            entered => entered,
                        }
                    }
                    _ => manager,
                }
            }
            Value::Awaited(inner) => match eval(inner) {
                Type::NativeInstance(class, items) if class.name == "coroutine" => {
                    items.into_iter().next().unwrap_or(Type::Unknown)
                }
                other => other,
            },
            Value::Operation(left, right) => self.operation(eval(left), eval(right)),
            Value::Either(values) => Type::union(values.iter().map(eval).collect()),
        }
    }

    fn item_types(&self, document: &Arc<Document>, scope: usize, items: &[Value]) -> Vec<Type> {
        let types: Vec<Type> = items
            .iter()
            .map(|item| self.evaluate(document, scope, item))
            .collect();
        match Type::union(types) {
            Type::Unknown => Vec::new(),
            one => vec![one],
        }
    }

    fn operation(&self, left: Type, right: Type) -> Type {
        if let (Type::NativeInstance(a, items), Type::NativeInstance(b, _)) = (&left, &right) {
            return match (a.name, b.name) {
                (x, y) if x == y => Type::NativeInstance(*a, items.clone()),
                ("int" | "bool", "float") | ("float", "int" | "bool") => {
                    instance_of("float", Vec::new())
                }
                ("int", "bool") | ("bool", "int") => instance_of("int", Vec::new()),
                ("str" | "bytes" | "list" | "tuple", _) => Type::NativeInstance(*a, items.clone()),
                _ => Type::Unknown,
            };
        }
        Type::Unknown
    }

    fn subscript(&self, receiver: &Type, index: &Value) -> Type {
        match receiver {
            Type::NativeInstance(class, items) => match class.name {
                "dict" => items.get(1).cloned().unwrap_or(Type::Unknown),
                "str" | "bytes" | "range" if *index != Value::Literal("slice") => {
                    instance_of(if class.name == "str" { "str" } else { "int" }, Vec::new())
                }
                "list" | "tuple" | "str" | "bytes" if *index == Value::Literal("slice") => {
                    receiver.clone()
                }
                "list" => items.first().cloned().unwrap_or(Type::Unknown),
                _ => Type::Unknown,
            },
            // `list[int]`: a generic alias is still the class.
            Type::NativeClass(_) | Type::Class(_) => receiver.clone(),
            _ => Type::Unknown,
        }
    }

    /// Returns what iterating gives.
    pub(crate) fn element(&self, of: &Type) -> Type {
        match of {
            Type::NativeInstance(class, items) => match class.name {
                "str" => instance_of("str", Vec::new()),
                "bytes" | "bytearray" | "range" => instance_of("int", Vec::new()),
                "tuple" => Type::union(items.clone()),
                "list" | "set" | "frozenset" | "dict" | "generator" | "enumerate" => {
                    items.first().cloned().unwrap_or(Type::Unknown)
                }
                _ => Type::Unknown,
            },
            Type::Instance(class) => match self
                .class_member(class, "__iter__", true, 8)
                .map(|member| self.member_type(&member))
            {
                Some(Type::Function(function, _)) => {
                    self.element(&self.returned(&function, Some(of)))
                }
                _ => Type::Unknown,
            },
            _ => Type::Unknown,
        }
    }

    /// Returns the type of a name read in a scope.
    pub(crate) fn name(&self, document: &Arc<Document>, scope: usize, name: &str) -> Type {
        let module = document.module();
        if let Some(home) = module.lookup(scope, name) {
            return self.symbol(document, home, name);
        }
        if let Some(member) = self.starred(document, name) {
            return self.member_type(&member);
        }
        match native::builtin(name) {
            Some((name, entry)) => self.native(NativeRef {
                module: "builtins",
                owner: None,
                name,
                entry,
            }),
            None => Type::Unknown,
        }
    }

    /// Returns the member that a star import of the module gives for a name.
    pub(crate) fn starred(&self, document: &Arc<Document>, name: &str) -> Option<Member> {
        let module = document.module();
        module.stars.iter().rev().find_map(|star| {
            let import = &module.imports[*star];
            let target = self
                .snapshot
                .resolve(document, import.level, &import.module)?;
            self.module_member(&target, name, 8)
        })
    }

    fn symbol(&self, document: &Arc<Document>, scope: usize, name: &str) -> Type {
        let module = document.module();
        let ids = module.bindings_of(scope, name);
        if let Some(best) = super::members::best(document, ids) {
            let binding = &module.bindings[best];
            let decides = matches!(
                binding.kind,
                BindingKind::Function(_) | BindingKind::Class(_) | BindingKind::Import(_)
            );
            if decides || binding.annotation.is_some() || ids.len() == 1 {
                return self.binding(document, best);
            }
        }
        let plain = ids
            .iter()
            .filter(|id| module.bindings[**id].kind != BindingKind::Augmented)
            .take(6);
        let known: Vec<Type> = plain
            .map(|id| self.binding(document, *id))
            .filter(|one| !one.is_unknown())
            .collect();
        Type::union(known)
    }

    /// Returns the type that one binding gives to its name.
    pub(crate) fn binding(&self, document: &Arc<Document>, id: usize) -> Type {
        self.step(Type::Unknown, || self.binding_type(document, id))
    }

    fn binding_type(&self, document: &Arc<Document>, id: usize) -> Type {
        let module = document.module();
        let Some(binding) = module.bindings.get(id) else {
            return Type::Unknown;
        };
        match binding.kind {
            BindingKind::Function(index) => Type::Function(
                FunctionRef {
                    document: Arc::clone(document),
                    index,
                },
                false,
            ),
            BindingKind::Class(index) => Type::Class(ClassRef {
                document: Arc::clone(document),
                index,
            }),
            BindingKind::Import(index) => self.import(document, &module.imports[index]),
            BindingKind::Parameter => self.parameter(document, id),
            BindingKind::TypeParameter => Type::Unknown,
            _ => match &binding.annotation {
                Some(annotation) => match self.annotation(document, binding.site, annotation) {
                    Type::Unknown => self.evaluate(document, binding.site, &binding.value),
                    known => known,
                },
                None => self.evaluate(document, binding.site, &binding.value),
            },
        }
    }

    fn parameter(&self, document: &Arc<Document>, id: usize) -> Type {
        let module = document.module();
        let binding = &module.bindings[id];
        let owner = module
            .scope(binding.scope)
            .filter(|scope| scope.kind == ScopeKind::Function)
            .and_then(|scope| scope.owner);
        let function = owner.and_then(|owner| module.functions.get(owner));
        if let Some(function) = function {
            let position = function
                .parameters
                .iter()
                .position(|parameter| parameter.name == binding.name);
            if let (Some(0), Some(class), false) = (position, function.class, function.is_static())
            {
                let class = ClassRef {
                    document: Arc::clone(document),
                    index: class,
                };
                return match function.has_decorator(&["classmethod"])
                    || matches!(&*function.name, "__new__" | "__init_subclass__")
                {
                    true => Type::Class(class),
                    false => Type::Instance(class),
                };
            }
            if let Some(parameter) = position.and_then(|position| function.parameters.get(position))
            {
                let declared = parameter
                    .annotation
                    .as_ref()
                    .map_or(Type::Unknown, |annotation| {
                        self.annotation(document, function.outer, annotation)
                    });
                match parameter.kind {
                    crate::analysis::model::ParameterKind::VarArgs => {
                        return instance_of("tuple", vec![declared]);
                    }
                    crate::analysis::model::ParameterKind::KwArgs => {
                        return instance_of("dict", vec![instance_of("str", Vec::new()), declared]);
                    }
                    _ if !declared.is_unknown() => return declared,
                    _ => {}
                }
            }
        }
        match self.evaluate(document, binding.site, &binding.value) {
            Type::None => Type::Unknown,
            default => default,
        }
    }

    /// Returns what an import statement binds.
    pub(crate) fn import(&self, document: &Arc<Document>, import: &Import) -> Type {
        match self.import_member(document, import) {
            Some(member) => self.member_type(&member),
            None => Type::Unknown,
        }
    }

    /// Returns what an import statement leads to.
    pub(crate) fn import_member(
        &self,
        document: &Arc<Document>,
        import: &Import,
    ) -> Option<Member> {
        match &import.member {
            Some(member) => {
                let module = self
                    .snapshot
                    .resolve(document, import.level, &import.module)?;
                // A module that imports a name from itself (`from . import x` in a package) means the submodule.
                let own =
                    matches!(&module, ModuleRef::Source(source) if source.key == document.key);
                if own {
                    return self.snapshot.submodule(&module, member).map(Member::Module);
                }
                self.module_member(&module, member, 8)
            }
            None => {
                let name = if import.binds_root {
                    import.module.split('.').next().unwrap_or_default()
                } else {
                    &import.module
                };
                self.snapshot.resolve(document, 0, name).map(Member::Module)
            }
        }
    }

    /// Returns the type of a member.
    pub(crate) fn member_type(&self, member: &Member) -> Type {
        match member {
            Member::Binding(document, id) => {
                let binding = &document.module().bindings[*id];
                let single = matches!(
                    binding.kind,
                    BindingKind::Function(_) | BindingKind::Class(_) | BindingKind::Import(_)
                );
                match single {
                    true => self.binding(document, *id),
                    false => self.step(Type::Unknown, || {
                        self.symbol(document, binding.scope, &binding.name)
                    }),
                }
            }
            Member::Attribute(class, index) => {
                let attributes = &class.get().attributes;
                let name = &attributes[*index].name;
                let all = attributes
                    .iter()
                    .filter(|attribute| attribute.name == *name)
                    .take(4);
                let types: Vec<Type> = all
                    .map(|attribute| match &attribute.annotation {
                        Some(annotation) => {
                            self.annotation(&class.document, attribute.scope, annotation)
                        }
                        None => self.evaluate(&class.document, attribute.scope, &attribute.value),
                    })
                    .filter(|one| !one.is_unknown())
                    .collect();
                Type::union(types)
            }
            Member::Native(native) => self.native(*native),
            Member::Module(module) => Type::Module(module.clone()),
        }
    }

    fn native(&self, native: NativeRef) -> Type {
        match native.entry.kind {
            Kind::Class => Type::NativeClass(native),
            Kind::Function | Kind::Method => Type::NativeFunction(native),
            Kind::Property => native
                .entry
                .result
                .as_deref()
                .map_or(Type::Unknown, |name| instance_of(name, Vec::new())),
            Kind::Value => native
                .entry
                .type_name
                .as_deref()
                .map_or(Type::Unknown, |name| instance_of(name, Vec::new())),
            Kind::Module => Type::Unknown,
        }
    }

    /// Returns the type of a member read through a receiver: methods are bound, properties are called.
    fn bound(&self, receiver: &Type, kind: Type, member: &Member) -> Type {
        let Type::Function(function, _) = &kind else {
            return kind;
        };
        let data = function.get();
        if data.class.is_none() || matches!(member, Member::Attribute(..)) {
            return kind;
        }
        match receiver {
            Type::Instance(_) if data.is_property() => self.returned(function, Some(receiver)),
            Type::Instance(_) => Type::Function(function.clone(), !data.is_static()),
            Type::Class(_) => {
                Type::Function(function.clone(), data.has_decorator(&["classmethod"]))
            }
            _ => kind,
        }
    }

    fn call(
        &self,
        document: &Arc<Document>,
        scope: usize,
        callee: &Value,
        arguments: &[Value],
    ) -> Type {
        if let Value::Name(name) = callee
            && document.module().lookup(scope, name).is_none()
            && let Some(known) = self.builtin_call(document, scope, name, arguments)
        {
            return known;
        }
        let receiver = match callee {
            Value::Attribute(receiver, _) => Some(self.evaluate(document, scope, receiver)),
            _ => None,
        };
        let callee = self.evaluate(document, scope, callee);
        self.called(&callee, receiver.as_ref())
    }

    /// Calls whose result depends on their arguments.
    fn builtin_call(
        &self,
        document: &Arc<Document>,
        scope: usize,
        name: &str,
        arguments: &[Value],
    ) -> Option<Type> {
        let module = document.module();
        let first = || {
            arguments
                .first()
                .map(|argument| self.evaluate(document, scope, argument))
        };
        match name {
            "super" => {
                let index = module.enclosing_class(scope)?;
                let bases = self.bases(&ClassRef {
                    document: Arc::clone(document),
                    index,
                });
                bases.into_iter().find_map(|base| match base {
                    Type::Class(base) => Some(Type::Instance(base)),
                    Type::NativeClass(base) => Some(Type::NativeInstance(base, Vec::new())),
                    _ => None,
                })
            }
            "list" | "set" | "frozenset" | "tuple" | "sorted" | "reversed" => {
                let items = first()
                    .map(|first| self.element(&first))
                    .filter(|item| !item.is_unknown());
                let class = if matches!(name, "sorted" | "reversed") {
                    "list"
                } else {
                    name
                };
                Some(instance_of(class, items.into_iter().collect()))
            }
            "max" | "min" if arguments.len() == 1 => Some(self.element(&first()?)),
            "max" | "min" | "abs" => first(),
            "next" => Some(self.element(&first()?)),
            "sum" => Some(self.element(&first()?)),
            "enumerate" => {
                let pair = vec![instance_of("int", Vec::new()), self.element(&first()?)];
                Some(instance_of("enumerate", vec![instance_of("tuple", pair)]))
            }
            "zip" => {
                let items = arguments
                    .iter()
                    .map(|argument| self.element(&self.evaluate(document, scope, argument)))
                    .collect();
                Some(instance_of("list", vec![instance_of("tuple", items)]))
            }
            "open" => {
                let io = self.snapshot.resolve(document, 0, "_io")?;
                let member = self.module_member(&io, "TextIOWrapper", 4)?;
                Some(self.called(&self.member_type(&member), None))
            }
            _ => None,
        }
    }

    /// Returns what calling something of this type gives.
    pub(crate) fn called(&self, callee: &Type, receiver: Option<&Type>) -> Type {
        match callee {
            Type::Class(class) => Type::Instance(class.clone()),
            Type::NativeClass(class) => Type::NativeInstance(*class, Vec::new()),
            Type::Function(function, _) => self.returned(function, receiver),
            Type::NativeFunction(function) => {
                let receiver_items = match receiver {
                    Some(Type::NativeInstance(class, items)) => Some((class.name, items)),
                    _ => None,
                };
                match (receiver_items, function.name) {
                    (Some(("dict", items)), "get" | "pop" | "setdefault") => {
                        items.get(1).cloned().unwrap_or(Type::Unknown)
                    }
                    (Some(("dict", items)), "keys") => {
                        instance_of("list", items.iter().take(1).cloned().collect())
                    }
                    (Some(("dict", items)), "values") => {
                        instance_of("list", items.iter().skip(1).take(1).cloned().collect())
                    }
                    (Some(("dict", items)), "items") => {
                        instance_of("list", vec![instance_of("tuple", items.clone())])
                    }
                    (Some(("list" | "set", items)), "pop") => {
                        items.first().cloned().unwrap_or(Type::Unknown)
                    }
                    (Some(("list" | "set" | "dict", _)), "copy") => {
                        receiver.cloned().unwrap_or(Type::Unknown)
                    }
                    (Some(("str", _)), "split" | "rsplit" | "splitlines") => {
                        instance_of("list", vec![instance_of("str", Vec::new())])
                    }
                    _ => match (&function.entry.result, receiver) {
                        (Some(result), _) => instance_of(result, Vec::new()),
                        (None, Some(Type::Module(_)) | None) => Type::Unknown,
                        (None, Some(_)) => Type::Unknown,
                    },
                }
            }
            Type::Instance(class) => match self
                .class_member(class, "__call__", true, 8)
                .map(|member| self.member_type(&member))
            {
                Some(Type::Function(function, _)) => self.returned(&function, Some(callee)),
                _ => Type::Unknown,
            },
            Type::Union(types) => {
                Type::union(types.iter().map(|one| self.called(one, receiver)).collect())
            }
            Type::Unknown | Type::None | Type::Module(_) | Type::NativeInstance(..) => {
                Type::Unknown
            }
        }
    }

    /// Returns what a function returns: by its annotation, else by its `return`s.
    pub(crate) fn returned(&self, function: &FunctionRef, receiver: Option<&Type>) -> Type {
        let data = function.get();
        let result = match &data.returns {
            Some(returns) => match returns.last_name() {
                Some("Self") => receiver
                    .cloned()
                    .map(|one| match one {
                        Type::Class(class) => Type::Instance(class),
                        other => other,
                    })
                    .unwrap_or(Type::Unknown),
                _ => self.annotation(&function.document, data.outer, returns),
            },
            None if data.is_generator => return instance_of("generator", Vec::new()),
            None if data.return_values.is_empty() => {
                let trivial =
                    data.class.is_some() || data.is_overload() || !data.decorators.is_empty();
                if trivial { Type::Unknown } else { Type::None }
            }
            None if !data.decorators.is_empty()
                && !data.is_property()
                && !data.has_decorator(&["classmethod", "staticmethod"]) =>
            {
                Type::Unknown
            }
            None => Type::union(
                data.return_values
                    .iter()
                    .take(6)
                    .map(|value| self.evaluate(&function.document, data.scope, value))
                    .collect(),
            ),
        };
        match data.is_async {
            true => instance_of("coroutine", vec![result.clone()]).or(result),
            false => result,
        }
    }

    /// Returns the type of a value annotated with `annotation`.
    pub(crate) fn annotation(
        &self,
        document: &Arc<Document>,
        scope: usize,
        annotation: &Value,
    ) -> Type {
        self.step(Type::Unknown, || match annotation {
            Value::Literal("None") => Type::None,
            Value::Text(text) => match ruff_python_parser::parse_expression(text) {
                Ok(parsed) => self.annotation(document, scope, &Value::of(parsed.expr())),
                Err(_) => Type::Unknown,
            },
            Value::Operation(left, right) => Type::union(vec![
                self.annotation(document, scope, left),
                self.annotation(document, scope, right),
            ]),
            Value::Subscript(base, index) => self.generic(document, scope, base, index),
            Value::Name(_) | Value::Attribute(..) => {
                match self.evaluate(document, scope, annotation) {
                    Type::Class(class) => Type::Instance(class),
                    Type::NativeClass(class) => Type::NativeInstance(class, Vec::new()),
                    Type::None => Type::None,
                    _ => match annotation.last_name() {
                        Some(name @ ("List" | "Dict" | "Set" | "Tuple" | "FrozenSet")) => {
                            instance_of(&name.to_lowercase(), Vec::new())
                        }
                        _ => Type::Unknown,
                    },
                }
            }
            _ => Type::Unknown,
        })
    }

    fn generic(&self, document: &Arc<Document>, scope: usize, base: &Value, index: &Value) -> Type {
        let items: &[Value] = match index {
            Value::Tuple(items) => items,
            one => std::slice::from_ref(one),
        };
        let item = |i: usize| {
            items
                .get(i)
                .map_or(Type::Unknown, |item| self.annotation(document, scope, item))
        };
        match base.last_name() {
            Some("Optional") => Type::union(vec![item(0), Type::None]),
            Some("Union") => Type::union((0..items.len()).map(item).collect()),
            Some("Annotated" | "Final" | "ClassVar" | "Required" | "NotRequired" | "ReadOnly") => {
                item(0)
            }
            Some("Literal") => {
                self.evaluate(document, scope, items.first().unwrap_or(&Value::Unknown))
            }
            Some("type" | "Type") => match item(0) {
                Type::Instance(class) => Type::Class(class),
                Type::NativeInstance(class, _) => Type::NativeClass(class),
                _ => Type::Unknown,
            },
            Some(
                "Iterable" | "Iterator" | "Sequence" | "Collection" | "Generator"
                | "MutableSequence" | "AbstractSet",
            ) => instance_of("list", vec![item(0)]),
            Some("Mapping" | "MutableMapping" | "defaultdict" | "DefaultDict") => {
                instance_of("dict", vec![item(0), item(1)])
            }
            Some("List" | "Dict" | "Set" | "Tuple" | "FrozenSet") => {
                let name = base.last_name().unwrap_or_default().to_lowercase();
                instance_of(&name, (0..items.len()).map(item).collect())
            }
            _ => match self.evaluate(document, scope, base) {
                Type::NativeClass(class) => {
                    Type::NativeInstance(class, (0..items.len()).map(item).collect())
                }
                Type::Class(class) => Type::Instance(class),
                _ => Type::Unknown,
            },
        }
    }
}

impl Type {
    fn or(self, other: Type) -> Type {
        if self.is_unknown() { other } else { self }
    }
}

#[cfg(test)]
mod tests {
    use crate::fixture::Fixture;
    use crate::infer::{Inferrer, display};

    /// The type of the name under `$0`.
    #[track_caller]
    fn check(source: &str, expected: &str) {
        let fixture = Fixture::new(source);
        let (document, offset) = fixture.cursor();
        let module = document.module();
        let scope = module.scope_at(offset);
        let (_, name) = document.text.word_at(offset).expect("a name");
        let kind = Inferrer::new(&fixture.snapshot).name(&document, scope, name);
        assert_eq!(display::of(&kind), expected, "{source}");
    }

    #[test]
    fn literals_and_calls() {
        check("x = 'a'.upper().split()\n$0x\n", "list[str]");
        check("def f(): return 1.5\nx = f()\n$0x\n", "float");
        check("class C: ...\nx = [C(), C()]\n$0x\n", "list[C]");
        check("d = {'a': 1}\nx = d['a']\n$0x\n", "int");
    }

    #[test]
    fn annotations_win() {
        check("x: 'int | None' = f()\n$0x\n", "int | None");
        check(
            "def f(a: list[str]):\n    for x in a:\n        $0x\n",
            "str",
        );
    }

    #[test]
    fn attributes_through_inheritance() {
        check(
            "class A:\n    def __init__(self): self.n = 'a'\nclass B(A): ...\nx = B().n\n$0x\n",
            "str",
        );
        check(
            "class A:\n    @property\n    def n(self) -> int: ...\nx = A().n\n$0x\n",
            "int",
        );
    }

    #[test]
    fn cycles_end() {
        check(
            "def f(): return g()\ndef g(): return f()\nx = f()\n$0x\n",
            "Unknown",
        );
        check("class A(A): ...\nx = A().foo\n$0x\n", "Unknown");
    }
}
