//! The first pass: scopes and the raw facts about their names.
//!
//! CPython: `_PySymtable_Build`, `symtable_enter_block`, `symtable_add_def` and their helpers.

use super::entry::{BlockKind, Entry, ScopeId, SymbolFlags};
use super::{ScopeKey, SymbolTable};
use crate::ast::{ExprContext, Interner, Keyword, Mod, Name, docstring, well_known};
use crate::error::{ErrorKind, Result, SyntaxError};
use crate::future::Features;
use crate::location::Location;
use crate::recursion::Depth;

/// The table of `module`, scopes undecided.
pub(super) fn build(module: &Mod, names: &mut Interner, features: Features) -> Result<SymbolTable> {
    let table = SymbolTable {
        entries: Vec::new(),
        by_key: Default::default(),
        mangled_names: Vec::new(),
    };
    let mut builder = Builder {
        table,
        names,
        features,
        stack: Vec::new(),
        private: None,
        depth: Depth::default(),
    };
    builder.enter_block(
        well_known::TOP,
        BlockKind::Module,
        ScopeKey::node(module),
        Location::new(0, 0, 0, 0),
    )?;
    match module {
        Mod::Module { body, .. } => {
            builder.cur().has_docstring = docstring(body).is_some();
            builder.stmts(body)?;
        }
        Mod::Interactive { body } => builder.stmts(body)?,
        Mod::Expression { body } => builder.expr(body)?,
        Mod::FunctionType { .. } => {
            return Err(SyntaxError::other(
                ErrorKind::RuntimeError,
                "this compiler does not handle FunctionTypes",
            ));
        }
    }
    Ok(builder.table)
}

/// The state of the walk.
pub(super) struct Builder<'a> {
    pub(super) table: SymbolTable,
    pub(super) names: &'a mut Interner,
    pub(super) features: Features,
    /// The scopes around the current place, innermost last.
    pub(super) stack: Vec<ScopeId>,
    /// The class whose private names are mangled.
    pub(super) private: Option<Name>,
    pub(super) depth: Depth,
}

impl Builder<'_> {
    pub(super) fn cur_id(&self) -> ScopeId {
        self.stack.last().copied().unwrap_or(ScopeId::TOP)
    }

    pub(super) fn cur(&mut self) -> &mut Entry {
        let id = self.cur_id();
        self.table.entry_mut(id)
    }

    pub(super) fn cur_ref(&self) -> &Entry {
        self.table.entry(self.cur_id())
    }

    /// CPython: `ste_new`.
    pub(super) fn new_entry(
        &mut self,
        name: Name,
        kind: BlockKind,
        key: ScopeKey,
        loc: Location,
    ) -> ScopeId {
        let mut entry = Entry::new(name, kind, loc);
        if let Some(&outer) = self.stack.last() {
            let outer = self.table.entry(outer);
            entry.nested = outer.nested || outer.is_function_like();
            entry.method = outer.kind == BlockKind::Class && kind == BlockKind::Function;
        }
        let id = ScopeId::new(self.table.entries.len());
        self.table.entries.push(entry);
        self.table.by_key.insert(key, id);
        id
    }

    /// CPython: `symtable_enter_existing_block`.
    pub(super) fn enter_existing_block(&mut self, id: ScopeId) {
        let outer = self.stack.last().copied();
        self.stack.push(id);
        let Some(outer) = outer else { return };
        let (iter_expr, mangled) = {
            let outer = self.table.entry(outer);
            (outer.comp_iter_expr, outer.mangled_names)
        };
        let entry = self.table.entry_mut(id);
        // No assignment expression in the iterable of a comprehension, however deep inside.
        entry.comp_iter_expr = iter_expr;
        // In a class all names are mangled.
        if mangled.is_some() && entry.kind != BlockKind::Class {
            entry.mangled_names = mangled;
        }
        // Annotations that become strings have no part in the analysis.
        if self.features.annotations() && entry.kind == BlockKind::Annotation {
            return;
        }
        // The annotations of a class or module share a scope, which is entered once for each.
        let is_shared = entry.kind == BlockKind::Annotation;
        let children = &mut self.table.entry_mut(outer).children;
        if !(is_shared && children.contains(&id)) {
            children.push(id);
        }
    }

    /// CPython: `symtable_enter_block`.
    pub(super) fn enter_block(
        &mut self,
        name: Name,
        kind: BlockKind,
        key: ScopeKey,
        loc: Location,
    ) -> Result<ScopeId> {
        let id = self.new_entry(name, kind, key, loc);
        self.enter_existing_block(id);
        if matches!(
            kind,
            BlockKind::Annotation | BlockKind::TypeVariable | BlockKind::TypeAlias
        ) {
            self.add_def(well_known::DOT_FORMAT, SymbolFlags::PARAM, loc)?;
            self.add_def(well_known::DOT_FORMAT, SymbolFlags::USE, loc)?;
        }
        Ok(id)
    }

    pub(super) fn exit_block(&mut self) {
        self.stack.pop();
    }

    pub(super) fn maybe_mangle(&mut self, id: ScopeId, name: Name) -> Name {
        match self.private {
            None => name,
            private => self.table.maybe_mangle(self.names, private, id, name),
        }
    }

    /// CPython: `symtable_lookup_entry`.
    pub(super) fn lookup_in(&mut self, id: ScopeId, name: Name) -> SymbolFlags {
        let mangled = self.maybe_mangle(id, name);
        self.table.entry(id).symbol(mangled).flags
    }

    pub(super) fn lookup(&mut self, name: Name) -> SymbolFlags {
        self.lookup_in(self.cur_id(), name)
    }

    /// CPython: `symtable_add_def_helper`.
    pub(super) fn add_def_in(
        &mut self,
        id: ScopeId,
        name: Name,
        flag: SymbolFlags,
        loc: Location,
    ) -> Result<()> {
        let mangled = self.maybe_mangle(self.cur_id(), name);
        let entry = self.table.entry_mut(id);
        let is_iter_target = entry.comp_iter_target;
        let symbol = entry.symbols.get_or_add(mangled);
        let before = symbol.flags;
        symbol.flags |= flag;
        if is_iter_target
            && !symbol
                .flags
                .intersects(SymbolFlags::GLOBAL | SymbolFlags::NONLOCAL)
        {
            symbol.flags |= SymbolFlags::COMP_ITER;
        }
        let after = symbol.flags;
        if flag.contains(SymbolFlags::PARAM) {
            if before.contains(SymbolFlags::PARAM) {
                let msg = format!(
                    "duplicate argument '{}' in function definition",
                    self.names.text(name)
                );
                return Err(SyntaxError::new(msg, loc));
            }
            entry.varnames.push(mangled);
        }
        if flag.contains(SymbolFlags::TYPE_PARAM) && before.contains(SymbolFlags::TYPE_PARAM) {
            let msg = format!("duplicate type parameter '{}'", self.names.text(name));
            return Err(SyntaxError::new(msg, loc));
        }
        if is_iter_target && after.intersects(SymbolFlags::GLOBAL | SymbolFlags::NONLOCAL) {
            let msg = format!(
                "comprehension inner loop cannot rebind assignment expression target '{}'",
                self.names.text(name)
            );
            return Err(SyntaxError::new(msg, loc));
        }
        if flag.contains(SymbolFlags::GLOBAL) && !flag.contains(SymbolFlags::PARAM) {
            let top = self
                .table
                .entry_mut(ScopeId::TOP)
                .symbols
                .get_or_add(mangled);
            top.flags |= flag;
        }
        Ok(())
    }

    /// CPython: `symtable_add_def_ctx`.
    pub(super) fn add_def_ctx(
        &mut self,
        name: Name,
        flag: SymbolFlags,
        loc: Location,
        ctx: ExprContext,
    ) -> Result<()> {
        let writes = SymbolFlags::PARAM | SymbolFlags::LOCAL | SymbolFlags::IMPORT;
        if flag.intersects(writes) {
            check_name(name, loc, ctx)?;
        }
        if flag.contains(SymbolFlags::TYPE_PARAM)
            && let Some(set) = self.cur_ref().mangled_names
        {
            self.table.mangled_names[set].push(name);
        }
        self.add_def_in(self.cur_id(), name, flag, loc)
    }

    /// CPython: `symtable_add_def`.
    pub(super) fn add_def(&mut self, name: Name, flag: SymbolFlags, loc: Location) -> Result<()> {
        let ctx = if flag == SymbolFlags::USE {
            ExprContext::Load
        } else {
            ExprContext::Store
        };
        self.add_def_ctx(name, flag, loc, ctx)
    }

    pub(super) fn record_directive(&mut self, name: Name, loc: Location) {
        let mangled = self.maybe_mangle(self.cur_id(), name);
        self.cur().directives.push((mangled, loc));
    }

    pub(super) fn check_keywords(&self, keywords: &[Keyword]) -> Result<()> {
        for keyword in keywords {
            if let Some(arg) = keyword.arg {
                check_name(arg, keyword.loc, ExprContext::Store)?;
            }
        }
        Ok(())
    }

    pub(super) fn allows_top_level_await(&self) -> bool {
        self.features.contains(Features::ALLOW_TOP_LEVEL_AWAIT)
            && self.cur_ref().kind == BlockKind::Module
    }

    /// Whether the current scope is an `async def`.
    pub(super) fn is_async_def(&self) -> bool {
        let entry = self.cur_ref();
        entry.kind == BlockKind::Function && entry.coroutine
    }
}

/// CPython: `check_name`.
pub(super) fn check_name(name: Name, loc: Location, ctx: ExprContext) -> Result<()> {
    if name == well_known::DEBUG {
        match ctx {
            ExprContext::Store => return Err(SyntaxError::new("cannot assign to __debug__", loc)),
            ExprContext::Del => return Err(SyntaxError::new("cannot delete __debug__", loc)),
            ExprContext::Load => {}
        }
    }
    Ok(())
}
