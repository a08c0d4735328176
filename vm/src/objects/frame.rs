//! `frame`: an activation as Python sees it.
//!
//! CPython 3.14: `Objects/frameobject.c`. Tests: `tests/run/frame/`.
//!
//! Invariant: a frame object is `Live` exactly as long as its frame exists; who ends or moves a frame tells its object
//! ([`Ctx::detach_frame_object`], [`FrameObject::moved`]).

use std::cell::{Cell, RefCell};

use taipan_macros::{pyclass, pymethods};

use crate::ctx::Ctx;
use crate::error::PyResult;
use crate::field::Field;
use crate::heap::{Traverse, Visitor};
use crate::interp::stack::{FrameRef, Owner, Slot};
use crate::objects::Dict;
use crate::objects::code::Code;
use crate::objects::generator::{GeneratorState, core_of};
use crate::value::{Py, Value};

/// What a frame leaves behind.
struct Finished {
    code: Py<Code>,
    globals: Py<Dict>,
    builtins: Value,
    /// The namespace of a module or class body.
    namespace: Option<Value>,
    slots: Vec<Slot>,
    last_instruction: i32,
    back: Option<Py<FrameObject>>,
}

enum State {
    Live(FrameRef),
    Finished(Box<Finished>),
}

// The payload of a `frame`.
#[pyclass(name = "frame", module = "builtins", traverse)]
pub struct FrameObject {
    state: RefCell<State>,
    /// Values of locals that somebody overwrote from outside: the frame may still borrow them.
    kept: RefCell<Vec<Value>>,
    /// Names that were stored through `f_locals` and are no variables of the code.
    pub(crate) extra_locals: Field<Option<Py<Dict>>>,
    pub(crate) trace: Field<Option<Value>>,
    pub(crate) trace_lines: Cell<bool>,
    pub(crate) trace_opcodes: Cell<bool>,
}

impl Traverse for FrameObject {
    fn traverse(&self, visit: &mut Visitor<'_>) {
        if let Ok(state) = self.state.try_borrow()
            && let State::Finished(finished) = &*state
        {
            visit(finished.code.as_value());
            visit(finished.globals.as_value());
            visit(&finished.builtins);
            finished.namespace.iter().for_each(&mut *visit);
            finished.slots.iter().flatten().for_each(&mut *visit);
            finished.back.iter().for_each(|back| visit(back.as_value()));
        }
        if let Ok(kept) = self.kept.try_borrow() {
            kept.iter().for_each(&mut *visit);
        }
        self.extra_locals
            .peek(|dict| dict.iter().for_each(|dict| visit(dict.as_value())));
        self.trace.peek(|trace| trace.iter().for_each(&mut *visit));
    }

    fn clear(&self) {
        let mut old = Vec::new();
        if let Ok(mut state) = self.state.try_borrow_mut()
            && let State::Finished(finished) = &mut *state
        {
            old = std::mem::take(&mut finished.slots);
        }
        drop(old);
        drop(self.kept.take());
        drop(self.extra_locals.take());
        drop(self.trace.take());
    }
}

impl FrameObject {
    /// The frame, while it exists.
    pub fn live(&self) -> Option<FrameRef> {
        match &*self.state.borrow() {
            State::Live(frame) => Some(*frame),
            State::Finished(_) => None,
        }
    }

    /// The frame has a new address.
    pub(crate) fn moved(&self, frame: FrameRef) {
        self.state.replace(State::Live(frame));
    }

    pub fn code(&self) -> Py<Code> {
        match &*self.state.borrow() {
            State::Live(frame) => frame.code.clone(),
            State::Finished(finished) => finished.code.clone(),
        }
    }

    pub fn globals(&self) -> Py<Dict> {
        match &*self.state.borrow() {
            State::Live(frame) => frame.globals().clone(),
            State::Finished(finished) => finished.globals.clone(),
        }
    }

    pub fn builtins(&self) -> Value {
        match &*self.state.borrow() {
            State::Live(frame) => frame.function.builtins.clone(),
            State::Finished(finished) => finished.builtins.clone(),
        }
    }

    /// The namespace of a module or class body.
    pub fn namespace(&self) -> Option<Value> {
        match &*self.state.borrow() {
            State::Live(frame) => frame.locals.get(),
            State::Finished(finished) => finished.namespace.clone(),
        }
    }

    /// The executing instruction, in units from the start of the code.
    pub fn last_instruction(&self) -> i32 {
        match &*self.state.borrow() {
            State::Live(frame) => frame.last_instruction(),
            State::Finished(finished) => finished.last_instruction,
        }
    }

    /// The line that the frame executes, if its code knows.
    pub fn line(&self) -> Option<i32> {
        let last = self.last_instruction();
        self.code().line_at(last)
    }

    /// Slot `index` of the locals.
    pub(crate) fn slot(&self, index: usize) -> Slot {
        match &*self.state.borrow() {
            State::Live(frame) => frame.local(index).clone(),
            State::Finished(finished) => finished.slots.get(index).cloned().flatten(),
        }
    }

    /// Stores slot `index` of the locals, keeping the old value for whoever borrows it.
    pub(crate) fn set_slot(&self, index: usize, value: Slot) {
        let old = match &mut *self.state.borrow_mut() {
            State::Live(frame) => frame.replace_local(index, value),
            State::Finished(finished) => match finished.slots.get_mut(index) {
                Some(slot) => std::mem::replace(slot, value),
                None => None,
            },
        };
        if self.live().is_some() {
            self.keep(old);
        }
    }

    /// Keeps a value as long as this object.
    pub(crate) fn keep(&self, value: Slot) {
        self.kept.borrow_mut().extend(value);
    }

    /// The frame that waits for this one.
    pub fn back(&self, cx: &Ctx) -> Option<Py<FrameObject>> {
        let previous = match &*self.state.borrow() {
            State::Live(frame) => frame.previous.get()?,
            State::Finished(finished) => return finished.back.clone(),
        };
        Some(cx.frame_object(previous))
    }
}

impl Ctx {
    /// The Python object that shows `frame`.
    pub(crate) fn frame_object(&self, frame: FrameRef) -> Py<FrameObject> {
        if let Some(object) = frame.object.get() {
            return object;
        }
        let object = FrameObject {
            state: RefCell::new(State::Live(frame)),
            kept: RefCell::default(),
            extra_locals: Field::default(),
            trace: Field::default(),
            trace_lines: Cell::new(true),
            trace_opcodes: Cell::new(false),
        };
        let object = self.heap().allocate(&self.types().frame, object);
        frame.object.set(Some(object.clone()));
        object
    }

    /// Parts a frame that ends from its object, which keeps what it shows.
    #[cold]
    #[inline(never)]
    pub(crate) fn detach_frame_object(&self, frame: FrameRef) {
        let Some(object) = frame.object.take() else {
            return;
        };
        if object.header().reference_count() == 1 && object.extra_locals.peek(Option::is_none) {
            // Nobody else sees it.
            object.state.replace(State::Finished(Box::new(Finished {
                code: frame.code.clone(),
                globals: frame.globals().clone(),
                builtins: frame.function.builtins.clone(),
                namespace: None,
                slots: Vec::new(),
                last_instruction: frame.last_instruction(),
                back: None,
            })));
            return;
        }
        let slots = (0..frame.code.nlocalsplus())
            .map(|index| frame.replace_local(index, None))
            .collect();
        let back = match frame.owner {
            Owner::Generator if frame.previous.get().is_none() => None,
            _ => frame.previous.get().map(|back| self.frame_object(back)),
        };
        let finished = Finished {
            code: frame.code.clone(),
            globals: frame.globals().clone(),
            builtins: frame.function.builtins.clone(),
            namespace: frame.locals.get(),
            slots,
            last_instruction: frame.last_instruction(),
            back,
        };
        object.state.replace(State::Finished(Box::new(finished)));
    }
}

/// The value of an attribute that is on or off.
fn switch(cx: &Ctx, value: &Value) -> PyResult<bool> {
    if value.is_true_singleton() || value.is_false_singleton() {
        return Ok(value.is_true_singleton());
    }
    Err(cx.type_error("attribute value type must be bool"))
}

#[pymethods]
impl FrameObject {
    #[getter]
    fn f_code(&self) -> Value {
        self.code().into_value()
    }

    #[getter]
    fn f_globals(&self) -> Value {
        self.globals().into_value()
    }

    #[getter]
    fn f_builtins(&self) -> Value {
        self.builtins()
    }

    #[getter]
    fn f_back(&self, cx: &Ctx) -> Value {
        self.back(cx).map_or(Value::NONE, Py::into_value)
    }

    #[getter]
    fn f_locals(this: &Py<FrameObject>, cx: &Ctx) -> Value {
        cx.frame_locals(this)
    }

    /// Return the generator or coroutine associated with this frame, or None.
    #[getter]
    fn f_generator(&self) -> Value {
        self.live()
            .and_then(|frame| frame.generator().cloned())
            .map_or(Value::NONE, Value::into_owned)
    }

    /// Clear all references held by the frame.
    fn clear(this: &Py<FrameObject>, cx: &Ctx) -> PyResult<()> {
        let Some(frame) = this.live() else {
            Traverse::clear(&**this);
            return Ok(());
        };
        let generator = frame.generator().cloned();
        let Some(core) = generator.as_ref().and_then(core_of) else {
            return Err(cx.runtime_error("cannot clear an executing frame"));
        };
        match core.state() {
            GeneratorState::Executing => Err(cx.runtime_error("cannot clear an executing frame")),
            GeneratorState::Suspended | GeneratorState::Delegating => {
                Err(cx.runtime_error("cannot clear a suspended frame"))
            }
            GeneratorState::Created | GeneratorState::Finished => {
                if let Some(coroutine) = generator.as_ref().and_then(Value::downcast_ref)
                    && core.state() == GeneratorState::Created
                {
                    cx.warn_never_awaited(coroutine);
                }
                core.abandon(cx);
                Traverse::clear(&**this);
                Ok(())
            }
        }
    }

    #[getter]
    fn f_lasti(&self) -> i32 {
        let last = self.last_instruction();
        if last < 0 { -1 } else { last * 2 }
    }

    #[getter]
    fn f_lineno(&self) -> Option<i32> {
        self.line()
    }

    #[setter]
    fn set_f_lineno(this: &Py<FrameObject>, cx: &Ctx, value: Option<&Value>) -> PyResult<()> {
        super::frame_jump::set_line(cx, this, value)
    }

    #[getter]
    fn f_trace(&self) -> Value {
        self.trace.get().unwrap_or(Value::NONE)
    }

    #[setter]
    fn set_f_trace(this: &Py<FrameObject>, cx: &Ctx, value: Option<&Value>) -> PyResult<()> {
        let value = value.filter(|value| !value.is_none()).cloned();
        let is_traced = value.is_some();
        this.trace.set(value);
        if is_traced && this.trace_opcodes.get() {
            cx.trace_opcodes(this, true)?;
        }
        Ok(())
    }

    #[getter]
    fn f_trace_lines(&self) -> bool {
        self.trace_lines.get()
    }

    #[setter]
    fn set_f_trace_lines(&self, cx: &Ctx, value: Option<&Value>) -> PyResult<()> {
        let Some(value) = value else {
            return Err(cx.type_error("can't delete numeric/char attribute"));
        };
        self.trace_lines.set(switch(cx, value)?);
        Ok(())
    }

    #[getter]
    fn f_trace_opcodes(&self) -> bool {
        self.trace_opcodes.get()
    }

    #[setter]
    fn set_f_trace_opcodes(
        this: &Py<FrameObject>,
        cx: &Ctx,
        value: Option<&Value>,
    ) -> PyResult<()> {
        let Some(value) = value else {
            return Err(cx.attribute_error(
                "attribute 'f_trace_opcodes' of 'frame' objects cannot be deleted",
            ));
        };
        let is_on = switch(cx, value)?;
        this.trace_opcodes.set(is_on);
        if !is_on || this.trace.is_some() {
            cx.trace_opcodes(this, is_on)?;
        }
        Ok(())
    }

    fn __repr__(this: &Py<FrameObject>, cx: &Ctx) -> PyResult<Value> {
        let code = this.code();
        let file = cx.repr(code.filename().as_value())?;
        let text = format!(
            "<frame at {:#x}, file {}, line {}, code {}>",
            this.as_value().identity(),
            file.to_string_lossy(),
            this.line().unwrap_or(0),
            code.name.to_string_lossy()
        );
        Ok(cx.new_str(&text)?.into_value())
    }
}
