//! Module `_symtable`: the compiler's scopes and names, for `symtable`.
//!
//! CPython 3.14: `Modules/symtablemodule.c`, `PySTEntry_Type` (`Python/symtable.c`). Tests: `tests/run/symtable/`.

use std::cell::Cell;

use taipan_compiler::ast::Interner;
use taipan_compiler::compile::symbol_table;
use taipan_compiler::parse::Mode;
use taipan_compiler::symtable::{BlockKind, NameScope, ScopeId, SymbolFlags, SymbolTable};
use taipan_macros::{pyclass, pyfunction, pymethods, pymodule};

use crate::builtins::evaluate::filename_text;
use crate::ctx::Ctx;
use crate::error::PyResult;
use crate::heap::{Traverse, Visitor};
use crate::native::ModuleBuilder;
use crate::objects::{Dict, List, Str};
use crate::value::{Py, Value};

#[pymodule]
pub(crate) fn _symtable(_cx: &Ctx, m: &ModuleBuilder<'_>) -> PyResult<()> {
    m.function(&symtable::DEF)?;
    for (name, flags) in [
        ("USE", SymbolFlags::USE),
        ("DEF_GLOBAL", SymbolFlags::GLOBAL),
        ("DEF_NONLOCAL", SymbolFlags::NONLOCAL),
        ("DEF_LOCAL", SymbolFlags::LOCAL),
        ("DEF_PARAM", SymbolFlags::PARAM),
        ("DEF_TYPE_PARAM", SymbolFlags::TYPE_PARAM),
        ("DEF_FREE_CLASS", SymbolFlags::FREE_CLASS),
        ("DEF_IMPORT", SymbolFlags::IMPORT),
        ("DEF_ANNOT", SymbolFlags::ANNOT),
        ("DEF_COMP_ITER", SymbolFlags::COMP_ITER),
        ("DEF_COMP_CELL", SymbolFlags::COMP_CELL),
    ] {
        m.add(name, i64::from(flags.bits()))?;
    }
    // Type parameters are bound, but not in CPython's constant.
    let bound = SymbolFlags::LOCAL | SymbolFlags::PARAM | SymbolFlags::IMPORT;
    m.add("DEF_BOUND", i64::from(bound.bits()))?;
    for (name, kind) in [
        ("TYPE_FUNCTION", BlockKind::Function),
        ("TYPE_CLASS", BlockKind::Class),
        ("TYPE_MODULE", BlockKind::Module),
        ("TYPE_ANNOTATION", BlockKind::Annotation),
        ("TYPE_TYPE_ALIAS", BlockKind::TypeAlias),
        ("TYPE_TYPE_PARAMETERS", BlockKind::TypeParameters),
        ("TYPE_TYPE_VARIABLE", BlockKind::TypeVariable),
    ] {
        m.add(name, kind_number(kind))?;
    }
    for (name, scope) in [
        ("LOCAL", NameScope::Local),
        ("GLOBAL_EXPLICIT", NameScope::GlobalExplicit),
        ("GLOBAL_IMPLICIT", NameScope::GlobalImplicit),
        ("FREE", NameScope::Free),
        ("CELL", NameScope::Cell),
    ] {
        m.add(name, scope_number(scope))?;
    }
    m.add("SCOPE_OFF", SCOPE_OFFSET)?;
    m.add("SCOPE_MASK", 15)
}

/// The bits of a symbol above this one say where it lives.
const SCOPE_OFFSET: i64 = 12;

fn kind_number(kind: BlockKind) -> i64 {
    match kind {
        BlockKind::Function => 0,
        BlockKind::Class => 1,
        BlockKind::Module => 2,
        BlockKind::Annotation => 3,
        BlockKind::TypeAlias => 4,
        BlockKind::TypeParameters => 5,
        BlockKind::TypeVariable => 6,
    }
}

fn scope_number(scope: NameScope) -> i64 {
    match scope {
        NameScope::Unknown => 0,
        NameScope::Local => 1,
        NameScope::GlobalExplicit => 2,
        NameScope::GlobalImplicit => 3,
        NameScope::Free => 4,
        NameScope::Cell => 5,
    }
}

/// Return symbol and scope dictionaries used internally by compiler.
#[pyfunction(signature = (source, filename, startstr, /))]
fn symtable(cx: &Ctx, source: &Value, filename: &Value, startstr: &Py<Str>) -> PyResult<Py<Entry>> {
    let filename = filename_text(cx, filename)?;
    let text = match source.downcast_ref::<Str>() {
        Some(text) => match text.to_str() {
            Some(plain) => plain.to_owned(),
            None => return Err(cx.surrogate_error(text)),
        },
        None => {
            let Some(bytes) = cx.source_bytes(source)? else {
                return Err(cx.type_error("symtable() arg 1 must be a string or bytes object"));
            };
            cx.text_of_source(&bytes, &filename)?
        }
    };
    if text.contains('\0') {
        return Err(cx.null_bytes_error());
    }
    let mode = match startstr.to_str() {
        Some("exec") => Mode::Exec,
        Some("eval") => Mode::Eval,
        Some("single") => Mode::Single,
        _ => {
            return Err(cx.value_error("symtable() arg 3 must be 'exec' or 'eval' or 'single'"));
        }
    };
    let (table, names) = symbol_table(&text, cx.compile_options(mode))
        .map_err(|error| cx.compiler_error(error, &filename))?;
    entry(cx, &table, &names, SymbolTable::TOP)
}

fn entry(cx: &Ctx, table: &SymbolTable, names: &Interner, id: ScopeId) -> PyResult<Py<Entry>> {
    let scope = table.entry(id);
    let symbols = cx.new_dict();
    for (name, symbol) in scope.symbols() {
        let bits = i64::from(symbol.flags.bits()) | scope_number(symbol.scope) << SCOPE_OFFSET;
        symbols.set_str(&cx.intern(names.text(name)), cx.new_int(bits));
    }
    let varnames = scope.parameters().iter();
    let varnames = varnames.map(|name| cx.intern(names.text(*name)).into_value());
    let varnames = cx.new_list(varnames.collect());
    let mut children = Vec::new();
    for child in scope.children() {
        children.push(cx.recurse(|| entry(cx, table, names, *child))?.into_value());
    }
    let payload = Entry {
        id: Cell::new(0),
        name: cx.intern(names.text(scope.name)),
        symbols,
        varnames,
        children: cx.new_list(children),
        nested: scope.nested,
        kind: kind_number(scope.kind),
        lineno: scope.loc.lineno,
    };
    let made = cx
        .heap()
        .allocate(&cx.native_class(Entry::class()), payload);
    made.id.set(made.as_value().identity());
    Ok(made)
}

#[pyclass(
    name = "symtable entry",
    module = "builtins",
    no_new,
    traverse,
    text_signature = None
)]
struct Entry {
    /// Tells it from all others.
    id: Cell<u64>,
    name: Py<Str>,
    symbols: Py<Dict>,
    varnames: Py<List>,
    children: Py<List>,
    nested: bool,
    kind: i64,
    lineno: i32,
}

impl Traverse for Entry {
    fn traverse(&self, visit: &mut Visitor<'_>) {
        visit(self.symbols.as_value());
        visit(self.varnames.as_value());
        visit(self.children.as_value());
    }
}

#[pymethods]
impl Entry {
    fn __repr__(&self) -> String {
        format!(
            "<symtable entry {}({}), line {}>",
            self.name.to_string_lossy(),
            self.id.get(),
            self.lineno
        )
    }

    #[member]
    fn id(&self) -> u64 {
        self.id.get()
    }

    #[member]
    fn name(&self) -> Py<Str> {
        self.name.clone()
    }

    #[member]
    fn symbols(&self) -> Py<Dict> {
        self.symbols.clone()
    }

    #[member]
    fn varnames(&self) -> Py<List> {
        self.varnames.clone()
    }

    #[member]
    fn children(&self) -> Py<List> {
        self.children.clone()
    }

    #[member]
    fn nested(&self) -> i64 {
        i64::from(self.nested)
    }

    #[member]
    fn r#type(&self) -> i64 {
        self.kind
    }

    #[member]
    fn lineno(&self) -> i32 {
        self.lineno
    }
}
