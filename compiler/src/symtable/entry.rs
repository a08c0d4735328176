//! One scope.
//!
//! CPython: `PySTEntryObject`.

use super::symbols::Symbols;
use crate::ast::Name;
use crate::location::Location;

/// The index of a scope in its table.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct ScopeId(u32);

impl ScopeId {
    pub(super) const TOP: ScopeId = ScopeId(0);

    pub(super) fn new(index: usize) -> ScopeId {
        ScopeId(u32::try_from(index).expect("a source has fewer than 2^32 scopes"))
    }

    pub(crate) fn index(self) -> usize {
        self.0 as usize
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BlockKind {
    Function,
    Class,
    Module,
    /// The annotations of a function, class or module (PEP 649).
    Annotation,
    /// The bound or default of a type parameter.
    TypeVariable,
    /// The value of a `type` statement.
    TypeAlias,
    /// Around a generic definition.
    TypeParameters,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ComprehensionKind {
    List,
    Dict,
    Set,
    Generator,
}

bitflags::bitflags! {
    /// Raw facts about a name in a scope.
    #[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
    pub struct SymbolFlags: u16 {
        /// `global` statement.
        const GLOBAL = 1;
        /// Assigned.
        const LOCAL = 2;
        /// Parameter.
        const PARAM = 2 << 1;
        /// `nonlocal` statement.
        const NONLOCAL = 2 << 2;
        /// Used.
        const USE = 2 << 3;
        /// Free variable of a method, and bound in the class.
        const FREE_CLASS = 2 << 5;
        /// Bound by an import.
        const IMPORT = 2 << 6;
        /// Annotated.
        const ANNOT = 2 << 7;
        /// Iteration variable of a comprehension.
        const COMP_ITER = 2 << 8;
        /// Type parameter.
        const TYPE_PARAM = 2 << 9;
        /// Cell in an inlined comprehension.
        const COMP_CELL = 2 << 10;
        /// Bound in any way.
        const BOUND = Self::LOCAL.bits() | Self::PARAM.bits() | Self::IMPORT.bits() | Self::TYPE_PARAM.bits();
    }
}

/// Where a name lives.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum NameScope {
    /// Not decided, or not a name of this scope.
    #[default]
    Unknown,
    Local,
    GlobalExplicit,
    GlobalImplicit,
    Free,
    Cell,
}

/// What is known of a name in a scope.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Symbol {
    pub flags: SymbolFlags,
    pub scope: NameScope,
}

/// A scope: a function, class, module, comprehension or annotation.
#[derive(Debug)]
pub struct Entry {
    pub name: Name,
    pub kind: BlockKind,
    pub loc: Location,
    pub(crate) symbols: Symbols,
    /// Parameters, in the order of their slots.
    pub(crate) varnames: Vec<Name>,
    pub(crate) children: Vec<ScopeId>,
    /// `global` and `nonlocal` declarations.
    pub(super) directives: Vec<(Name, Location)>,
    /// Index of the set of names that are mangled in and below the type parameters of a generic class.
    pub(super) mangled_names: Option<usize>,
    /// The scope of the annotations in this class or module.
    pub(crate) annotation_block: Option<ScopeId>,
    pub comprehension: Option<ComprehensionKind>,
    /// For messages: "a TypeVar bound" and the like.
    pub(super) scope_info: Option<&'static str>,
    /// Nested in a function.
    pub nested: bool,
    pub generator: bool,
    pub coroutine: bool,
    pub varargs: bool,
    pub varkeywords: bool,
    pub annotations_used: bool,
    /// A class whose methods use `__class__` or `super`.
    pub needs_class_closure: bool,
    /// A class with annotation scopes that read its namespace.
    pub needs_classdict: bool,
    pub has_conditional_annotations: bool,
    pub has_docstring: bool,
    /// A function directly in a class.
    pub method: bool,
    pub comp_inlined: bool,
    /// An annotation scope in a class.
    pub can_see_class_scope: bool,
    pub(super) comp_iter_target: bool,
    pub(super) in_conditional_block: bool,
    pub(super) in_unevaluated_annotation: bool,
    /// Depth of iterable expressions of comprehensions around.
    pub(super) comp_iter_expr: u32,
}

impl Entry {
    pub(super) fn new(name: Name, kind: BlockKind, loc: Location) -> Entry {
        Entry {
            name,
            kind,
            loc,
            symbols: Symbols::default(),
            varnames: Vec::new(),
            children: Vec::new(),
            directives: Vec::new(),
            mangled_names: None,
            annotation_block: None,
            comprehension: None,
            scope_info: None,
            nested: false,
            generator: false,
            coroutine: false,
            varargs: false,
            varkeywords: false,
            annotations_used: false,
            needs_class_closure: false,
            needs_classdict: false,
            has_conditional_annotations: false,
            has_docstring: false,
            method: false,
            comp_inlined: false,
            can_see_class_scope: false,
            comp_iter_target: false,
            in_conditional_block: false,
            in_unevaluated_annotation: false,
            comp_iter_expr: 0,
        }
    }

    /// What is known of `name`; nothing if it is no name of this scope.
    #[inline]
    pub fn symbol(&self, name: Name) -> Symbol {
        self.symbols.get(name).unwrap_or_default()
    }

    /// Where `name` lives.
    #[inline]
    pub fn scope(&self, name: Name) -> NameScope {
        self.symbol(name).scope
    }

    /// Whether the scope has fast locals (CPython: `_PyST_IsFunctionLike`).
    #[inline]
    pub fn is_function_like(&self) -> bool {
        !matches!(self.kind, BlockKind::Class | BlockKind::Module)
    }

    /// The parameters, in the order of their slots.
    pub fn parameters(&self) -> &[Name] {
        &self.varnames
    }

    /// The scopes directly inside.
    pub fn children(&self) -> &[ScopeId] {
        &self.children
    }

    /// The symbols, in the order of their first appearance.
    pub fn symbols(&self) -> impl Iterator<Item = (Name, Symbol)> + '_ {
        self.symbols.iter()
    }
}
