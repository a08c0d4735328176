//! The second pass: where each name lives.
//!
//! CPython: `symtable_analyze` and below. `bound` are the names that enclosing functions bind, `global` those that enclosing
//! scopes declare global, `free` those that inner scopes need from outside.

use super::entry::{BlockKind, ComprehensionKind, NameScope, ScopeId, Symbol, SymbolFlags};
use super::name_set::NameSet;
use super::{Entry, SymbolTable};
use crate::ast::{Interner, Name, well_known};
use crate::error::{Result, SyntaxError};

/// The scope of each symbol of a block, in their order.
type Scopes = Vec<NameScope>;

/// Decides the scope of every symbol.
pub(super) fn analyze(table: &mut SymbolTable, names: &Interner) -> Result<()> {
    let mut analyzer = Analyzer { table, names };
    let (mut free, mut global, mut type_params) =
        (NameSet::default(), NameSet::default(), NameSet::default());
    analyzer.block(
        ScopeId::TOP,
        None,
        &mut free,
        &mut global,
        &mut type_params,
        None,
    )
}

/// The names that every class provides to the scopes in it.
const IMPLICIT_CELLS: [Name; 3] = [
    well_known::CLASS,
    well_known::CLASSDICT,
    well_known::CONDITIONAL_ANNOTATIONS,
];

struct Analyzer<'a> {
    table: &'a mut SymbolTable,
    names: &'a Interner,
}

/// The sets that the analysis of a block's own names reads and fills.
struct Sets<'a> {
    bound: Option<&'a mut NameSet>,
    free: &'a mut NameSet,
    global: &'a mut NameSet,
    type_params: &'a mut NameSet,
    local: NameSet,
    scopes: Scopes,
}

impl Analyzer<'_> {
    fn block(
        &mut self,
        id: ScopeId,
        bound: Option<&mut NameSet>,
        free: &mut NameSet,
        global: &mut NameSet,
        type_params: &mut NameSet,
        class_entry: Option<ScopeId>,
    ) -> Result<()> {
        let is_class = self.table.entry(id).kind == BlockKind::Class;
        let is_function_like = self.table.entry(id).is_function_like();
        let (mut new_bound, mut new_global) = (NameSet::default(), NameSet::default());
        // What a class binds is not seen in its functions.
        if is_class {
            new_global.extend(global);
            if let Some(bound) = &bound {
                new_bound.extend(bound);
            }
        }

        let count = self.table.entry(id).symbols.len();
        let mut sets = Sets {
            bound,
            free,
            global,
            type_params,
            local: NameSet::default(),
            scopes: Scopes::with_capacity(count),
        };
        let entry = self.table.entry(id);
        let class = class_entry.map(|class| self.table.entry(class));
        for (name, symbol) in entry.symbols() {
            let scope = self.analyze_name(entry, name, symbol.flags, &mut sets, class)?;
            sets.scopes.push(scope);
        }
        let Sets {
            bound,
            free,
            global,
            type_params,
            local,
            mut scopes,
        } = sets;

        if is_class {
            for name in IMPLICIT_CELLS {
                new_bound.insert(name);
            }
        } else {
            if is_function_like {
                new_bound = local;
            }
            if let Some(bound) = &bound {
                new_bound.extend(bound);
            }
            new_global.extend(global);
        }

        let (mut new_free, mut inlined_cells) = (NameSet::default(), NameSet::default());
        for child in self.table.entry(id).children.clone() {
            let child_class = if self.table.entry(child).can_see_class_scope {
                if is_class { Some(id) } else { class_entry }
            } else {
                None
            };
            // All comprehensions but generator expressions are inlined, except in annotation scopes of classes.
            let entry = self.table.entry(child);
            let inline = matches!(entry.comprehension, Some(kind) if kind != ComprehensionKind::Generator)
                && !entry.generator
                && !self.table.entry(id).can_see_class_scope;
            let mut child_free = new_free.clone();
            self.block(
                child,
                Some(&mut new_bound.clone()),
                &mut child_free,
                &mut new_global.clone(),
                &mut type_params.clone(),
                child_class,
            )?;
            if inline {
                self.inline_comprehension(
                    id,
                    child,
                    &mut scopes,
                    &mut child_free,
                    &mut inlined_cells,
                );
                self.table.entry_mut(child).comp_inlined = true;
            }
            new_free.extend(&child_free);
        }
        self.splice_children(id);

        let entry = self.table.entry_mut(id);
        if is_function_like {
            analyze_cells(entry, &mut scopes, &mut new_free, &inlined_cells);
        } else if is_class {
            drop_class_free(entry, &mut new_free);
        }
        let is_class_like = is_class || entry.can_see_class_scope;
        update_symbols(
            entry,
            &scopes,
            bound.as_deref(),
            &new_free,
            &inlined_cells,
            is_class_like,
        );
        free.extend(&new_free);
        Ok(())
    }

    /// CPython: `analyze_name`.
    fn analyze_name(
        &self,
        entry: &Entry,
        name: Name,
        flags: SymbolFlags,
        sets: &mut Sets<'_>,
        class: Option<&Entry>,
    ) -> Result<NameScope> {
        if flags.contains(SymbolFlags::GLOBAL) {
            if flags.contains(SymbolFlags::NONLOCAL) {
                return Err(self.error_at_directive(entry, name, |name| {
                    format!("name '{name}' is nonlocal and global")
                }));
            }
            sets.global.insert(name);
            if let Some(bound) = &mut sets.bound {
                bound.remove(name);
            }
            return Ok(NameScope::GlobalExplicit);
        }
        if flags.contains(SymbolFlags::NONLOCAL) {
            let Some(bound) = &sets.bound else {
                return Err(self.error_at_directive(entry, name, |_| {
                    "nonlocal declaration not allowed at module level".to_string()
                }));
            };
            if !bound.contains(name) {
                return Err(self.error_at_directive(entry, name, |name| {
                    format!("no binding for nonlocal '{name}' found")
                }));
            }
            if sets.type_params.contains(name) {
                return Err(self.error_at_directive(entry, name, |name| {
                    format!("nonlocal binding not allowed for type parameter '{name}'")
                }));
            }
            sets.free.insert(name);
            return Ok(NameScope::Free);
        }
        if flags.intersects(SymbolFlags::BOUND) {
            sets.local.insert(name);
            sets.global.remove(name);
            if flags.contains(SymbolFlags::TYPE_PARAM) {
                sets.type_params.insert(name);
            } else {
                sets.type_params.remove(name);
            }
            return Ok(NameScope::Local);
        }
        // A scope that sees the class looks there and in the globals, not in functions around the class.
        if let Some(class) = class {
            let class_flags = class.symbol(name).flags;
            if class_flags.contains(SymbolFlags::GLOBAL) {
                return Ok(NameScope::GlobalExplicit);
            }
            if class_flags.intersects(SymbolFlags::BOUND)
                && !class_flags.contains(SymbolFlags::NONLOCAL)
            {
                return Ok(NameScope::GlobalImplicit);
            }
        }
        if sets
            .bound
            .as_ref()
            .is_some_and(|bound| bound.contains(name))
        {
            sets.free.insert(name);
            return Ok(NameScope::Free);
        }
        Ok(NameScope::GlobalImplicit)
    }

    fn error_at_directive(
        &self,
        entry: &Entry,
        name: Name,
        msg: impl Fn(&str) -> String,
    ) -> SyntaxError {
        let msg = msg(self.names.text(name));
        match entry
            .directives
            .iter()
            .find(|(declared, _)| *declared == name)
        {
            Some((_, loc)) => SyntaxError::new(msg, *loc),
            None => SyntaxError::system("BUG: internal directive bookkeeping broken"),
        }
    }

    /// Takes the names of an inlined comprehension into the scope around it (CPython: `inline_comprehension`).
    fn inline_comprehension(
        &mut self,
        id: ScopeId,
        comp: ScopeId,
        scopes: &mut Scopes,
        comp_free: &mut NameSet,
        inlined_cells: &mut NameSet,
    ) {
        let symbols: Vec<(Name, Symbol)> = self.table.entry(comp).symbols().collect();
        let mut removed = Vec::new();
        for (name, symbol) in symbols {
            if symbol.flags.contains(SymbolFlags::PARAM) {
                continue;
            }
            let mut scope = symbol.scope;
            if scope == NameScope::Cell || symbol.flags.contains(SymbolFlags::COMP_CELL) {
                inlined_cells.insert(name);
            }
            let outer = self.table.entry(id);
            let existing = outer.symbols.get(name).map(|symbol| symbol.flags);
            let outer_is_class = outer.kind == BlockKind::Class;
            // The implicit cells of a class are never free through it.
            if scope == NameScope::Free && outer_is_class && IMPLICIT_CELLS.contains(&name) {
                scope = NameScope::GlobalImplicit;
                if !self.is_free_in_any_child(comp, name) {
                    comp_free.remove(name);
                }
                removed.push(name);
            }
            match existing {
                None => {
                    let added = Symbol {
                        flags: symbol.flags,
                        scope: NameScope::Unknown,
                    };
                    self.table.entry_mut(id).symbols.insert(name, added);
                    scopes.push(scope);
                }
                Some(flags) => {
                    if flags.intersects(SymbolFlags::BOUND)
                        && !outer_is_class
                        && !self.is_free_in_any_child(comp, name)
                    {
                        // Free in the comprehension, local around it: now simply local.
                        comp_free.remove(name);
                    }
                }
            }
        }
        for name in removed {
            self.table.entry_mut(comp).symbols.remove(name);
        }
    }

    fn is_free_in_any_child(&self, id: ScopeId, name: Name) -> bool {
        self.table
            .entry(id)
            .children
            .iter()
            .any(|&child| self.table.entry(child).scope(name) == NameScope::Free)
    }

    /// The children of inlined comprehensions become children of the scope around.
    fn splice_children(&mut self, id: ScopeId) {
        if !self
            .table
            .entry(id)
            .children
            .iter()
            .any(|&child| self.table.entry(child).comp_inlined)
        {
            return;
        }
        let mut children = Vec::new();
        for &child in &self.table.entry(id).children {
            let entry = self.table.entry(child);
            if entry.comp_inlined {
                children.extend_from_slice(&entry.children);
            } else {
                children.push(child);
            }
        }
        self.table.entry_mut(id).children = children;
    }
}

/// A local that an inner scope needs is a cell.
fn analyze_cells(entry: &Entry, scopes: &mut Scopes, free: &mut NameSet, inlined_cells: &NameSet) {
    if free.is_empty() && inlined_cells.is_empty() {
        return;
    }
    for (&name, scope) in entry.symbols.names().iter().zip(scopes) {
        if *scope == NameScope::Local && (free.contains(name) || inlined_cells.contains(name)) {
            *scope = NameScope::Cell;
            free.remove(name);
        }
    }
}

/// The implicit cells of a class end here.
fn drop_class_free(entry: &mut Entry, free: &mut NameSet) {
    if free.remove(well_known::CLASS) {
        entry.needs_class_closure = true;
    }
    if free.remove(well_known::CLASSDICT) {
        entry.needs_classdict = true;
    }
    if free.remove(well_known::CONDITIONAL_ANNOTATIONS) {
        entry.has_conditional_annotations = true;
    }
}

/// Writes the decisions into the entry and passes free names outwards.
fn update_symbols(
    entry: &mut Entry,
    scopes: &Scopes,
    bound: Option<&NameSet>,
    free: &NameSet,
    inlined_cells: &NameSet,
    is_class_like: bool,
) {
    for ((name, symbol), scope) in entry.symbols.iter_mut().zip(scopes) {
        if inlined_cells.contains(name) {
            symbol.flags |= SymbolFlags::COMP_CELL;
        }
        symbol.scope = *scope;
    }
    for name in free.iter() {
        if let Some(symbol) = entry.symbols.get_mut(name) {
            // A free variable of a method with the name of something in the class.
            if is_class_like {
                symbol.flags |= SymbolFlags::FREE_CLASS;
            }
        } else if bound.is_none_or(|bound| bound.contains(name)) {
            entry.symbols.insert(
                name,
                Symbol {
                    flags: SymbolFlags::empty(),
                    scope: NameScope::Free,
                },
            );
        }
    }
}
