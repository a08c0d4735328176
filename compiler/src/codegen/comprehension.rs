//! Comprehensions and generator expressions (PEP 709: all but the latter are inlined).
//!
//! CPython: `codegen_comprehension`, `codegen_sync_comprehension_generator`, `push_inlined_comprehension_state`.

use super::Codegen;
use super::fblock::{Datum, FBlockKind};
use super::unit::{ArgCounts, ScopeType};
use crate::ast::{Comprehension, Expr, ExprKind, Name, well_known};
use crate::error::{Result, SyntaxError};
use crate::instruction_sequence::Label;
use crate::location::{Location, NO_LOCATION};
use crate::opcode::Opcode as Op;
use crate::symtable::{BlockKind, NameScope, ScopeId, ScopeKey, Symbol, SymbolFlags};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum ComprehensionType {
    Generator,
    List,
    Set,
    Dict,
}

/// What an inlined comprehension changed and must restore.
#[derive(Default)]
struct InlinedState {
    /// Locals whose outer values wait on the stack.
    pushed_locals: Vec<Name>,
    /// Symbols as they are outside.
    temp_symbols: Vec<(Name, Option<Symbol>)>,
    fast_hidden: Vec<Name>,
    cleanup: Option<Label>,
}

/// Where a generator finds its iterator.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum IterSource {
    /// On the stack, made by the scope around.
    Stack,
    /// In the function's argument.
    Argument,
    /// It makes its own.
    Own,
}

/// What a comprehension makes of each element.
#[derive(Clone, Copy)]
struct Element<'a> {
    kind: ComprehensionType,
    elt: &'a Expr,
    value: Option<&'a Expr>,
}

impl<'a> Codegen<'a, '_> {
    pub(super) fn comprehension(
        &mut self,
        expression: &'a Expr,
        kind: ComprehensionType,
        generators: &'a [Comprehension],
        elt: &'a Expr,
        value: Option<&'a Expr>,
    ) -> Result<()> {
        let loc = expression.loc;
        let key = ScopeKey::node(expression);
        let (Some(scope), Some(outermost)) = (self.table.lookup(key), generators.first()) else {
            return Err(SyntaxError::system("comprehension without a scope"));
        };
        let entry = self.table.entry(scope);
        let is_inlined = entry.comp_inlined;
        let is_async = entry.coroutine;
        let mut state = InlinedState::default();
        if is_inlined {
            self.comprehension_iter(outermost)?;
            self.tweak_inlined_scopes(scope, &mut state);
            self.push_inlined_locals(loc, scope, &mut state)?;
        } else {
            let name = match kind {
                ComprehensionType::Generator => well_known::ANON_GENEXPR,
                ComprehensionType::List => well_known::ANON_LISTCOMP,
                ComprehensionType::Set => well_known::ANON_SETCOMP,
                ComprehensionType::Dict => well_known::ANON_DICTCOMP,
            };
            // The outermost iterator is an argument.
            let counts = ArgCounts {
                args: 1,
                ..ArgCounts::default()
            };
            self.enter_scope(
                name,
                ScopeType::Comprehension,
                key,
                loc.lineno,
                None,
                counts,
            )?;
        }
        let build = match kind {
            ComprehensionType::Generator => None,
            ComprehensionType::List => Some(Op::BUILD_LIST),
            ComprehensionType::Set => Some(Op::BUILD_SET),
            ComprehensionType::Dict => Some(Op::BUILD_MAP),
        };
        if let Some(build) = build {
            self.op_i(build, 0, loc);
            if is_inlined {
                self.op_i(Op::SWAP, 2, loc);
            }
        }
        let source = if is_inlined {
            IterSource::Stack
        } else {
            IterSource::Argument
        };
        self.comprehension_generator(loc, generators, 0, Element { kind, elt, value }, source)?;
        if is_inlined {
            self.pop_inlined_locals(loc, &state);
            self.revert_inlined_scopes(state);
            return Ok(());
        }
        if kind == ComprehensionType::Generator {
            self.wrap_in_stopiteration_handler();
        } else {
            self.op(Op::RETURN_VALUE, loc);
        }
        let finished = self.finish_scope(true)?;
        self.make_closure(loc, finished, 0)?;
        self.comprehension_iter(outermost)?;
        self.op_i(Op::CALL, 0, loc);
        if is_async && kind != ComprehensionType::Generator {
            self.op_i(Op::GET_AWAITABLE, 0, loc);
            self.load_none(loc);
            self.add_yield_from(loc, true);
        }
        Ok(())
    }

    /// The iterator over a generator's iterable.
    fn comprehension_iter(&mut self, generator: &'a Comprehension) -> Result<()> {
        self.expr(&generator.iter)?;
        self.op(
            if generator.is_async {
                Op::GET_AITER
            } else {
                Op::GET_ITER
            },
            generator.iter.loc,
        );
        Ok(())
    }

    fn comprehension_generator(
        &mut self,
        loc: Location,
        generators: &'a [Comprehension],
        depth: usize,
        element: Element<'a>,
        source: IterSource,
    ) -> Result<()> {
        let Some((generator, rest)) = generators.split_first() else {
            return Err(SyntaxError::system("comprehension with no generators"));
        };
        self.depth.enter()?;
        if generator.is_async {
            self.async_generator(loc, generator, rest, depth, element, source)?;
        } else {
            self.sync_generator(loc, generator, rest, depth, element, source)?;
        }
        self.depth.leave();
        Ok(())
    }

    fn sync_generator(
        &mut self,
        loc: Location,
        generator: &'a Comprehension,
        rest: &'a [Comprehension],
        mut depth: usize,
        element: Element<'a>,
        source: IterSource,
    ) -> Result<()> {
        let start = self.new_label();
        let if_cleanup = self.new_label();
        let anchor = self.new_label();
        let mut is_loop = true;
        match source {
            IterSource::Stack => {}
            IterSource::Argument => self.op_i(Op::LOAD_FAST, 0, loc),
            IterSource::Own => match single_element(&generator.iter) {
                // `for y in [f(x)]`: an assignment.
                Some(single) => {
                    self.expr(single)?;
                    is_loop = false;
                }
                None => self.comprehension_iter(generator)?,
            },
        }
        if is_loop {
            depth += 1;
            self.use_label(start);
            self.op_jump(Op::FOR_ITER, anchor, generator.iter.loc);
        }
        self.expr(&generator.target)?;
        for test in &generator.ifs {
            self.jump_if(loc, test, if_cleanup, false)?;
        }
        let element_loc = self.inner_or_element(loc, rest, depth, element)?;
        self.use_label(if_cleanup);
        if is_loop {
            self.op_jump(Op::JUMP, start, element_loc);
            self.use_label(anchor);
            self.op(Op::END_FOR, NO_LOCATION);
            self.op(Op::POP_ITER, NO_LOCATION);
        }
        Ok(())
    }

    fn async_generator(
        &mut self,
        loc: Location,
        generator: &'a Comprehension,
        rest: &'a [Comprehension],
        depth: usize,
        element: Element<'a>,
        source: IterSource,
    ) -> Result<()> {
        let start = self.new_label();
        let send = self.new_label();
        let except = self.new_label();
        let if_cleanup = self.new_label();
        match source {
            IterSource::Stack => {}
            IterSource::Argument => self.op_i(Op::LOAD_FAST, 0, loc),
            IterSource::Own => self.comprehension_iter(generator)?,
        }
        self.use_label(start);
        let kind = FBlockKind::AsyncComprehensionGenerator;
        self.push_fblock(loc, kind, Some(start), None, Datum::None)?;
        self.op_jump(Op::SETUP_FINALLY, except, loc);
        self.op(Op::GET_ANEXT, loc);
        self.load_none(loc);
        self.use_label(send);
        self.add_yield_from(loc, true);
        self.op(Op::POP_BLOCK, loc);
        self.expr(&generator.target)?;
        for test in &generator.ifs {
            self.jump_if(loc, test, if_cleanup, false)?;
        }
        let element_loc = self.inner_or_element(loc, rest, depth + 1, element)?;
        self.use_label(if_cleanup);
        self.op_jump(Op::JUMP, start, element_loc);
        self.pop_fblock(kind);
        self.use_label(except);
        self.op_jump(Op::END_ASYNC_FOR, send, loc);
        Ok(())
    }

    /// The next generator, or what is done with an element; returns where the loop's jump belongs.
    fn inner_or_element(
        &mut self,
        loc: Location,
        rest: &'a [Comprehension],
        depth: usize,
        element: Element<'a>,
    ) -> Result<Location> {
        let elt_loc = element.elt.loc;
        if !rest.is_empty() {
            self.comprehension_generator(loc, rest, depth, element, IterSource::Own)?;
            return Ok(elt_loc);
        }
        self.expr(element.elt)?;
        match (element.kind, element.value) {
            (ComprehensionType::Generator, _) => {
                self.add_yield(elt_loc);
                self.op(Op::POP_TOP, elt_loc);
            }
            (ComprehensionType::List, _) => self.op_i(Op::LIST_APPEND, depth + 1, elt_loc),
            (ComprehensionType::Set, _) => self.op_i(Op::SET_ADD, depth + 1, elt_loc),
            (ComprehensionType::Dict, Some(value)) => {
                self.expr(value)?;
                let loc = Location::new(
                    elt_loc.lineno,
                    value.loc.end_lineno,
                    elt_loc.col,
                    value.loc.end_col,
                );
                self.op_i(Op::MAP_ADD, depth + 1, loc);
                return Ok(loc);
            }
            (ComprehensionType::Dict, None) => {
                return Err(SyntaxError::system("dict comprehension without a value"));
            }
        }
        Ok(elt_loc)
    }

    /// Gives names the scope that they have in the comprehension
    /// (CPython: `_PyCompile_TweakInlinedComprehensionScopes`).
    fn tweak_inlined_scopes(&mut self, comp: ScopeId, state: &mut InlinedState) {
        let in_class_block = self.ste().kind == BlockKind::Class && self.u.in_inlined_comp == 0;
        let is_function_like = self.ste().is_function_like();
        self.u.in_inlined_comp += 1;
        let symbols: Vec<(Name, Symbol)> = self.table.entry(comp).symbols().collect();
        for (name, symbol) in symbols {
            let outer = self.ste().symbols.get(name);
            let outer_scope = outer.unwrap_or_default().scope;
            let differs = symbol.scope != outer_scope
                && symbol.scope != NameScope::Free
                && !(symbol.scope == NameScope::Cell && outer_scope == NameScope::Free);
            if differs || in_class_block {
                let scope = self.u.scope;
                self.table.entry_mut(scope).symbols.insert(name, symbol);
                state.temp_symbols.push((name, outer));
            }
            if (is_bound_here(symbol) || in_class_block)
                && !is_function_like
                && !self.u.fast_hidden.get(&name).copied().unwrap_or(false)
            {
                self.u.fast_hidden.insert(name, true);
                state.fast_hidden.push(name);
            }
        }
    }

    /// Saves the outer values of the comprehension's variables on the stack.
    fn push_inlined_locals(
        &mut self,
        loc: Location,
        comp: ScopeId,
        state: &mut InlinedState,
    ) -> Result<()> {
        // `in_inlined_comp` counts this comprehension already.
        let in_class_block = self.ste().kind == BlockKind::Class && self.u.in_inlined_comp == 0;
        let symbols: Vec<(Name, Symbol)> = self.table.entry(comp).symbols().collect();
        for (name, symbol) in symbols {
            if !is_bound_here(symbol) && !in_class_block {
                continue;
            }
            let outer_scope = self.ste().scope(name);
            // Of a cell it is the cell itself that is saved; the comprehension gets a new one.
            let mangled = self.mangle(name);
            self.op_varname(Op::LOAD_FAST_AND_CLEAR, mangled, loc);
            if symbol.scope == NameScope::Cell {
                if outer_scope == NameScope::Free {
                    let index = self.u.freevar(mangled).unwrap_or_default();
                    self.op_i(Op::MAKE_CELL, index, loc);
                } else {
                    self.op_cellvar(Op::MAKE_CELL, mangled, loc);
                }
            }
            state.pushed_locals.push(name);
        }
        if !state.pushed_locals.is_empty() {
            // The iterator goes back to the top.
            self.op_i(Op::SWAP, state.pushed_locals.len() + 1, loc);
            let cleanup = self.new_label();
            state.cleanup = Some(cleanup);
            let kind = FBlockKind::InlinedComprehension;
            self.push_fblock(loc, kind, None, None, Datum::None)?;
            self.op_jump(Op::SETUP_FINALLY, cleanup, loc);
        }
        Ok(())
    }

    fn pop_inlined_locals(&mut self, loc: Location, state: &InlinedState) {
        let Some(cleanup) = state.cleanup else { return };
        self.pop_fblock(FBlockKind::InlinedComprehension);
        self.op(Op::POP_BLOCK, NO_LOCATION);
        let end = self.new_label();
        self.op_jump(Op::JUMP_NO_INTERRUPT, end, NO_LOCATION);
        self.use_label(cleanup);
        // The unfinished result lies below the exception.
        self.op_i(Op::SWAP, 2, NO_LOCATION);
        self.op(Op::POP_TOP, NO_LOCATION);
        self.restore_inlined_locals(loc, state);
        self.op_i(Op::RERAISE, 0, NO_LOCATION);
        self.use_label(end);
        self.restore_inlined_locals(loc, state);
    }

    fn restore_inlined_locals(&mut self, loc: Location, state: &InlinedState) {
        self.op_i(Op::SWAP, state.pushed_locals.len() + 1, loc);
        for &name in state.pushed_locals.iter().rev() {
            let mangled = self.mangle(name);
            self.op_varname(Op::STORE_FAST_MAYBE_NULL, mangled, loc);
        }
    }

    fn revert_inlined_scopes(&mut self, state: InlinedState) {
        self.u.in_inlined_comp -= 1;
        let scope = self.u.scope;
        for (name, symbol) in state.temp_symbols {
            self.table
                .entry_mut(scope)
                .symbols
                .insert(name, symbol.unwrap_or_default());
        }
        for name in state.fast_hidden {
            // Kept, to mark the slot as hidden in the code object.
            self.u.fast_hidden.insert(name, false);
        }
    }
}

/// Bound by the comprehension itself, not by `:=` for an outer scope.
fn is_bound_here(symbol: Symbol) -> bool {
    symbol.flags.contains(SymbolFlags::LOCAL) && !symbol.flags.contains(SymbolFlags::NONLOCAL)
}

/// The element of a list or tuple display of one.
fn single_element(iter: &Expr) -> Option<&Expr> {
    match &iter.kind {
        ExprKind::List { elts, .. } | ExprKind::Tuple { elts, .. } => match elts.as_slice() {
            [single] if !single.is_starred() => Some(single),
            _ => None,
        },
        _ => None,
    }
}
