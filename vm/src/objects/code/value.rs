//! The code object: the compiler's result with its names and constants as values, and a copy of the instructions that
//! the interpreter may specialise.
//!
//! Invariants
//! 1. `units` has the instructions of `source`, each perhaps in a specialised form, and their inline caches.
//! 2. The body (instructions, names, constants) is made when the code first runs or somebody looks inside: most code of
//!    a library never does. Whoever runs code makes it first (`Ctx::push_frame`); until then there are no names.
//! 3. A constant that is itself code becomes a value at its first use; the others are there with the body. Where the
//!    program gave the constants (`parts`), all of them are there, and `source` has none.
#![allow(unsafe_code, reason = "instructions that change while they run")]

use std::cell::{OnceCell, UnsafeCell};
use std::rc::Rc;

use taipan_compiler::code_object::{
    CodeFlags, CodeObject, CodeRef, ExceptionTableEntry, LocalKind, Name,
};
use taipan_compiler::constant::Constant;
use taipan_compiler::opcode::Opcode;

use super::pool::ConstantPool;
use super::views::{View, Views};
use crate::ctx::Ctx;
use crate::error::PyResult;
use crate::field::Field;
use crate::heap::{Traverse, Visitor};
use crate::monitoring::CodeMonitoring;
use crate::objects::Str;
use crate::value::{Py, Value};

/// The number of an instruction that tells of an event, whatever it was.
pub(crate) const MARK: u8 = Opcode::INSTRUMENTED_LINE as u8;

/// A code unit: an instruction's number and operand byte, or a piece of an inline cache.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(C, align(2))]
pub struct Unit {
    pub op: u8,
    pub arg: u8,
}

/// Create a code object.  Not for the faint of heart.
#[taipan_macros::pyclass(
    name = "code",
    module = "builtins",
    weakref,
    traverse,
    parts = 2,
    text_signature = "(argcount, posonlyargcount, kwonlyargcount, nlocals, stacksize,\n     flags, codestring, constants, names, varnames, filename, name,\n     qualname, firstlineno, linetable, exceptiontable, freevars=(),\n     cellvars=(), /)"
)]
pub struct Code {
    pub source: CodeRef,
    /// The constants of all code that was compiled together.
    pub(super) pool: Rc<ConstantPool>,
    body: OnceCell<Body>,
    pub(super) views: OnceCell<Box<Views>>,
    pub name: Py<Str>,
    pub qualname: Py<Str>,
    filename: Field<Py<Str>>,
    nlocalsplus: u32,
    stacksize: u32,
    /// Positional parameters.
    pub argcount: u32,
    /// All parameters: positional, keyword-only, `*args`, `**kwargs`.
    pub total_args: u32,
    /// Free variables, the last slots.
    pub nfree: u32,
    pub flags: CodeFlags,
    /// A call with exactly `argcount` positional arguments fills all parameters.
    pub is_simple: bool,
    handlers: OnceCell<Box<[ExceptionTableEntry]>>,
    /// What watches this code, once something did.
    monitoring: OnceCell<Box<CodeMonitoring>>,
}

/// What running the code needs.
struct Body {
    units: Box<[UnsafeCell<Unit>]>,
    consts: Box<[OnceCell<Value>]>,
    names: Box<[Py<Str>]>,
    localsplusnames: Box<[Py<Str>]>,
}

impl Traverse for Code {
    fn traverse(&self, visit: &mut Visitor<'_>) {
        self.const_cells()
            .iter()
            .filter_map(OnceCell::get)
            .for_each(&mut *visit);
        for name in self.names().iter().chain(self.localsplusnames()) {
            visit(name.as_value());
        }
        for view in self.views.get().iter().flat_map(|views| views.iter()) {
            visit(view);
        }
        for name in [&self.name, &self.qualname] {
            visit(name.as_value());
        }
        self.filename.peek(|name| visit(name.as_value()));
    }
}

impl Code {
    /// Whether the body is still to be made.
    #[inline(always)]
    pub(crate) fn is_unread(&self) -> bool {
        self.body.get().is_none()
    }

    #[inline(always)]
    fn cells(&self) -> &[UnsafeCell<Unit>] {
        self.body.get().map_or(&[], |body| &body.units)
    }

    #[inline(always)]
    fn const_cells(&self) -> &[OnceCell<Value>] {
        self.body.get().map_or(&[], |body| &body.consts)
    }

    #[inline(always)]
    pub fn nlocalsplus(&self) -> usize {
        self.nlocalsplus as usize
    }

    #[inline(always)]
    pub fn stacksize(&self) -> usize {
        self.stacksize as usize
    }

    /// Whether functions of this code need a closure.
    pub fn has_free_variables(&self) -> bool {
        self.nfree != 0
    }

    /// Cells that a closure for this code has.
    pub fn free_variable_count(&self) -> usize {
        self.nfree as usize
    }

    #[inline(always)]
    pub fn unit_count(&self) -> usize {
        self.cells().len()
    }

    /// Where the instructions start.
    #[inline(always)]
    pub(crate) fn units(&self) -> *const Unit {
        self.cells().as_ptr().cast()
    }

    /// The unit at `offset`, as it is now.
    pub fn unit(&self, offset: usize) -> Option<Unit> {
        // SAFETY: nobody holds a reference into the units; they change between reads only.
        self.cells().get(offset).map(|unit| unsafe { *unit.get() })
    }

    /// The unit of an inline cache at `offset` as a number; 0 behind the end.
    #[inline(always)]
    pub(crate) fn cache_unit(&self, offset: usize) -> u16 {
        self.unit(offset)
            .map_or(0, |unit| u16::from_le_bytes([unit.op, unit.arg]))
    }

    /// The last unit of the instruction at `offset` (in units): its inline cache counts.
    pub(crate) fn last_unit_of(&self, offset: i32) -> i32 {
        let number = usize::try_from(offset)
            .ok()
            .and_then(|offset| self.source.code.get(offset * 2));
        let opcode = number.and_then(|&number| Opcode::from_number(u16::from(number)));
        offset + opcode.map_or(0, |opcode| opcode.cache_entries() as i32)
    }

    /// Gives the instruction at `offset` another form with the same operand, and fills the units behind it. Watched code
    /// is not specialised.
    pub(crate) fn rewrite(&self, offset: usize, op: u8, cache: &[u16]) {
        if self.is_watched() {
            return;
        }
        let Some(old) = self.unit(offset) else { return };
        self.set_unit(offset, Unit { op, arg: old.arg });
        for (place, number) in (offset + 1..).zip(cache) {
            let [op, arg] = number.to_le_bytes();
            self.set_unit(place, Unit { op, arg });
        }
    }

    /// What watches this code.
    pub(crate) fn monitoring(&self) -> &CodeMonitoring {
        self.monitoring.get_or_init(Box::default)
    }

    /// Whether instructions are marked by `crate::monitoring`.
    #[inline]
    pub(crate) fn is_watched(&self) -> bool {
        self.monitoring.get().is_some_and(|data| data.is_marked())
    }

    pub(crate) fn is_marked_at(&self, offset: usize) -> bool {
        self.unit(offset).is_some_and(|unit| unit.op == MARK)
    }

    /// Takes all specialisation back and marks these units.
    pub(crate) fn write_marks(&self, marks: &[bool]) {
        for ((offset, unit), &is_marked) in self.source.code.chunks_exact(2).enumerate().zip(marks)
        {
            let op = if is_marked { MARK } else { unit[0] };
            self.set_unit(offset, Unit { op, arg: unit[1] });
        }
    }

    /// Marks one unit of watched code, or takes the mark back.
    pub(crate) fn write_mark(&self, offset: usize, is_marked: bool) {
        if let Some(&[op, arg]) = self
            .source
            .code
            .chunks_exact(2)
            .nth(offset)
            .and_then(|unit| unit.first_chunk())
        {
            let op = if is_marked { MARK } else { op };
            self.set_unit(offset, Unit { op, arg });
        }
    }

    fn set_unit(&self, offset: usize, unit: Unit) {
        if let Some(place) = self.cells().get(offset) {
            // SAFETY: as in `unit`.
            unsafe { *place.get() = unit };
        }
    }

    #[inline(always)]
    pub fn names(&self) -> &[Py<Str>] {
        self.body.get().map_or(&[], |body| &body.names)
    }

    /// The name with this index.
    #[inline(always)]
    pub fn name_at(&self, index: u32) -> &Py<Str> {
        &self.names()[index as usize]
    }

    /// Names of the frame's slots.
    #[inline(always)]
    pub fn localsplusnames(&self) -> &[Py<Str>] {
        self.body.get().map_or(&[], |body| &body.localsplusnames)
    }

    pub fn kind_of_local(&self, index: usize) -> LocalKind {
        self.source
            .localspluskinds
            .get(index)
            .copied()
            .unwrap_or_default()
    }

    /// `co_filename`.
    pub fn filename(&self) -> Py<Str> {
        self.filename.get()
    }

    /// Gives the code and what it holds that came from the same file another file name (`_imp._fix_co_filename`).
    pub(crate) fn move_to(&self, filename: &Py<Str>) {
        let old = self.filename.replace(filename.clone());
        let given = self.given(View::Consts).into_iter().flatten();
        let made = self.const_cells().iter().filter_map(OnceCell::get);
        for nested in given.chain(made) {
            if let Some(nested) = nested.downcast_ref::<Code>()
                && nested.filename().equals(&old)
            {
                nested.move_to(filename);
            }
        }
    }

    /// The constant with this index, if it is a value already.
    #[inline(always)]
    pub fn known_const(&self, index: u32) -> Option<&Value> {
        self.const_cells()
            .get(index as usize)
            .and_then(OnceCell::get)
    }

    /// The handler for an exception of the instruction at `offset` (in units).
    pub fn handler(&self, offset: usize) -> Option<ExceptionTableEntry> {
        let handlers = self
            .handlers
            .get_or_init(|| self.source.exception_entries().collect());
        let at = (offset * 2) as u32;
        let index = handlers.partition_point(|entry| entry.start <= at);
        let entry = handlers[..index].last()?;
        (at < entry.end).then_some(*entry)
    }

    /// The line of the instruction at `offset` (in units).
    pub fn line_at(&self, offset: i32) -> Option<i32> {
        if offset < 0 {
            return Some(self.source.firstlineno);
        }
        self.source.positions().nth(offset as usize)?.line
    }
}

impl Code {
    /// The items of a tuple that the program gave or somebody looked at.
    fn given(&self, view: View) -> Option<&[Value]> {
        Some(self.views.get()?.tuple(view)?.as_slice())
    }

    /// The body, made if it was not there.
    fn body(&self, cx: &Ctx) -> PyResult<&Body> {
        if let Some(body) = self.body.get() {
            return Ok(body);
        }
        let body = Body {
            units: instructions(&self.source),
            consts: match self.given(View::Consts) {
                Some(values) => values.iter().cloned().map(OnceCell::from).collect(),
                None => self.pool.constants(cx, &self.source)?,
            },
            names: self.interned(cx, View::Names, &self.source.names),
            localsplusnames: self.interned(cx, View::LocalsPlusNames, &self.source.localsplusnames),
        };
        Ok(self.body.get_or_init(|| body))
    }

    /// Whether the program gave the constants, and `source` does not know them.
    pub(super) fn has_given_constants(&self) -> bool {
        let given = self.given(View::Consts);
        given.is_some_and(|given| given.len() != self.source.consts.len())
    }

    fn interned(&self, cx: &Ctx, view: View, names: &[Name]) -> Box<[Py<Str>]> {
        let given = self.given(view).unwrap_or_default();
        let given: Vec<_> = given
            .iter()
            .filter_map(|name| name.downcast_ref::<Str>())
            .cloned()
            .collect();
        if given.len() == names.len() {
            return given.into();
        }
        names.iter().map(|name| cx.intern(&**name)).collect()
    }

    /// Makes the body.
    ///
    /// # Errors
    /// `MemoryError`.
    #[cold]
    #[inline(never)]
    pub fn make_ready(&self, cx: &Ctx) -> PyResult<()> {
        self.body(cx).map(|_| ())
    }
}

impl Py<Code> {
    /// The constant with this index.
    ///
    /// # Errors
    /// `MemoryError`; `SystemError` if there is no such constant.
    pub fn const_at(&self, cx: &Ctx, index: u32) -> PyResult<Value> {
        let body = self.body(cx)?;
        let slot = body.consts.get(index as usize);
        if let Some(value) = slot.and_then(OnceCell::get) {
            return Ok(value.clone());
        }
        match (slot, self.source.consts.get(index as usize)) {
            (Some(slot), Some(Constant::Code(code))) => {
                let nested = cx.new_code_of(code.clone(), self.pool.clone());
                if code.filename() == self.source.filename() {
                    nested.filename.set(self.filename());
                }
                let value = nested.into_value();
                Ok(slot.get_or_init(|| value).clone())
            }
            _ => Err(cx.system_error("constant index out of range")),
        }
    }
}

impl Ctx {
    /// Makes a code object of what the compiler (or `marshal`) made.
    ///
    /// # Errors
    /// `MemoryError`.
    pub fn new_code(&self, source: impl Into<CodeRef>) -> PyResult<Py<Code>> {
        Ok(self.new_code_of(source.into(), Rc::default()))
    }

    /// Makes a code object of one compilation.
    fn new_code_of(&self, source: CodeRef, pool: Rc<ConstantPool>) -> Py<Code> {
        let header = source.header();
        let flags = header.flags;
        let stars = u32::from(flags.contains(CodeFlags::VARARGS))
            + u32::from(flags.contains(CodeFlags::VARKEYWORDS));
        let code = Code {
            pool,
            body: OnceCell::new(),
            views: OnceCell::new(),
            name: self.intern(header.name),
            qualname: self.intern(header.qualname),
            filename: Field::new(self.intern(source.filename().as_wtf8())),
            nlocalsplus: header.nlocalsplus,
            // One word more than the compiler counted: `CALL_*` may push a callee's self in place.
            stacksize: header.stacksize + 1,
            argcount: header.argcount,
            total_args: header.argcount + header.kwonlyargcount + stars,
            nfree: header.nfree,
            flags,
            is_simple: stars == 0
                && header.kwonlyargcount == 0
                && header.flags.contains(CodeFlags::OPTIMIZED),
            handlers: OnceCell::new(),
            monitoring: OnceCell::new(),
            source: source.clone(),
        };
        self.heap().allocate(&self.types().code, code)
    }
}

/// The instructions as the compiler made them.
fn instructions(source: &CodeObject) -> Box<[UnsafeCell<Unit>]> {
    let unit = |unit: &[u8]| Unit {
        op: unit[0],
        arg: unit[1],
    };
    source
        .code
        .chunks_exact(2)
        .map(|bytes| UnsafeCell::new(unit(bytes)))
        .collect()
}
