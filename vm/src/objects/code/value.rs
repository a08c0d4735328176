//! The code object: the compiler's result with its names and constants as values, and a copy of the instructions that
//! the interpreter may specialise.
//!
//! Invariants
//! 1. `units` has the instructions of `source`, each perhaps in a specialised form, and their inline caches.
//! 2. The body (instructions, names, constants) is made when the code first runs or somebody looks inside: most code of
//!    a library never does. Whoever runs code makes it first (`Ctx::push_frame`); until then there are no names.
//! 3. A constant that is itself code becomes a value at its first use; the others are there with the body.
#![allow(unsafe_code, reason = "instructions that change while they run")]

use std::cell::{OnceCell, UnsafeCell};

use taipan_compiler::code_object::{
    CodeFlags, CodeObject, CodeRef, ExceptionTableEntry, LocalKind, Name,
};
use taipan_compiler::constant::Constant;
use taipan_compiler::opcode::Opcode;

use crate::ctx::Ctx;
use crate::error::PyResult;
use crate::field::Field;
use crate::heap::{Traverse, Visitor};
use crate::monitoring::CodeMonitoring;
use crate::objects::{Str, Tuple};
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
    text_signature = "(argcount, posonlyargcount, kwonlyargcount, nlocals, stacksize, flags, codestring, constants, names, varnames, filename, name, qualname, firstlineno, linetable, exceptiontable, freevars=(), cellvars=(), /)"
)]
pub struct Code {
    pub source: CodeRef,
    body: OnceCell<Body>,
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
        for nested in self.const_cells().iter().filter_map(OnceCell::get) {
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
    /// The body, made if it was not there.
    fn body(&self, cx: &Ctx) -> PyResult<&Body> {
        if let Some(body) = self.body.get() {
            return Ok(body);
        }
        let body = cx.new_code_body(&self.source)?;
        Ok(self.body.get_or_init(|| body))
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
                let nested = cx.new_code(code.clone())?;
                if code.filename() == self.source.filename() {
                    nested.filename.set(self.filename());
                }
                let value = nested.into_value();
                Ok(slot.get_or_init(|| value).clone())
            }
            _ => Err(cx.system_error("constant index out of range")),
        }
    }

    /// `co_consts`.
    ///
    /// # Errors
    /// As for [`Self::const_at`].
    pub fn consts(&self, cx: &Ctx) -> PyResult<Py<Tuple>> {
        let count = self.body(cx)?.consts.len() as u32;
        let values: PyResult<Vec<_>> = (0..count).map(|index| self.const_at(cx, index)).collect();
        Ok(cx.new_tuple(values?))
    }
}

impl Ctx {
    /// Makes a code object of what the compiler (or `marshal`) made.
    ///
    /// # Errors
    /// `MemoryError`.
    pub fn new_code(&self, source: impl Into<CodeRef>) -> PyResult<Py<Code>> {
        let source = source.into();
        let header = source.header();
        let flags = header.flags;
        let stars = u32::from(flags.contains(CodeFlags::VARARGS))
            + u32::from(flags.contains(CodeFlags::VARKEYWORDS));
        let code = Code {
            body: OnceCell::new(),
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
        Ok(self.heap().allocate(&self.types().code, code))
    }

    fn new_code_body(&self, source: &CodeObject) -> PyResult<Body> {
        let mut consts = Vec::with_capacity(source.consts.len());
        for constant in source.consts.iter() {
            consts.push(match constant {
                Constant::Code(_) => OnceCell::new(),
                other => OnceCell::from(self.value_of_constant(other)?),
            });
        }
        let units = source.code.chunks_exact(2).map(|unit| {
            UnsafeCell::new(Unit {
                op: unit[0],
                arg: unit[1],
            })
        });
        let intern_all = |names: &[Name]| names.iter().map(|name| self.intern(&**name)).collect();
        Ok(Body {
            units: units.collect(),
            consts: consts.into(),
            names: intern_all(&source.names),
            localsplusnames: intern_all(&source.localsplusnames),
        })
    }
}
