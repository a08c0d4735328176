//! `_lsprof`: how often functions are called and how long they take; `cProfile` shows it.
//!
//! `clock` (the timer), `record` (counts and times of functions, the functions that run now), here the profiler that
//! `sys.monitoring` calls. CPython 3.14: `Modules/_lsprof.c`. Tests: `tests/programs/_lsprof/`.
//! Deviation: `getstats` lists functions in the order of their first calls (CPython: by address).

mod clock;
mod record;

use std::cell::{Cell, RefCell};

use taipan_macros::{pyclass, pymethods, pymodule};
use taipan_vm::ctx::Ctx;
use taipan_vm::error::PyResult;
use taipan_vm::heap::{Traverse, Visitor};
use taipan_vm::native::{Args, ModuleBuilder};
use taipan_vm::objects::native_function::NativeFunction;
use taipan_vm::objects::{Module, Str, Type};
use taipan_vm::struct_sequence;
use taipan_vm::value::{Py, Value};

use clock::Clock;
use record::{Key, Record, Times};

struct_sequence! {
    pub(crate) Entry("_lsprof", "profiler_entry", visible 6) {
        "code": Some("code object or built-in function name"),
        "callcount": Some("how many times this was called"),
        "reccallcount": Some("how many times called recursively"),
        "totaltime": Some("total time in this entry"),
        "inlinetime": Some("inline time in this entry (not in subcalls)"),
        "calls": Some("details of the calls"),
    };
}

struct_sequence! {
    pub(crate) SubEntry("_lsprof", "profiler_subentry", visible 5) {
        "code": Some("called code object or built-in function name"),
        "callcount": Some("how many times this is called"),
        "reccallcount": Some("how many times this is called recursively"),
        "totaltime": Some("total time spent in this call"),
        "inlinetime": Some("inline time (not in further subcalls)"),
    };
}

/// Fast profiler
#[pymodule]
pub(crate) fn _lsprof(cx: &Ctx, m: &ModuleBuilder<'_>) -> PyResult<()> {
    m.class(Profiler::class())?;
    m.add("profiler_entry", cx.struct_sequence_class::<Entry>()?)?;
    m.add("profiler_subentry", cx.struct_sequence_class::<SubEntry>()?)
}

/// `sys.monitoring.PROFILER_ID`
const TOOL: i64 = 2;

/// The events that a profiler is told of, and its methods that are told.
const CALLBACKS: [(&str, &str); 9] = [
    ("PY_START", "_pystart_callback"),
    ("PY_RESUME", "_pystart_callback"),
    ("PY_THROW", "_pythrow_callback"),
    ("PY_RETURN", "_pyreturn_callback"),
    ("PY_YIELD", "_pyreturn_callback"),
    ("PY_UNWIND", "_pyreturn_callback"),
    ("CALL", "_ccall_callback"),
    ("C_RETURN", "_creturn_callback"),
    ("C_RAISE", "_creturn_callback"),
];

/// Build a profiler object using the specified timer function.
///
/// The default timer is a fast built-in one based on real time.
/// For custom timer functions returning integers, 'timeunit' can
/// be a float specifying a scale (that is, how long each integer unit
/// is, in seconds).
#[pyclass(
    name = "Profiler",
    module = "_lsprof",
    subclassable,
    traverse,
    text_signature = "(timer=None, timeunit=0.0, subcalls=True, builtins=True)"
)]
#[derive(Default)]
struct Profiler {
    clock: RefCell<Clock>,
    record: RefCell<Record>,
    is_enabled: Cell<bool>,
    with_callers: Cell<bool>,
    with_builtins: Cell<bool>,
    /// Whether the timer runs now.
    is_asking: Cell<bool>,
}

impl Traverse for Profiler {
    fn traverse(&self, visit: &mut Visitor<'_>) {
        self.clock.borrow().visit(visit);
        self.record.borrow().visit(visit);
    }

    fn clear(&self) {
        let old = (self.clock.take(), self.record.take());
        drop(old);
    }
}

impl Profiler {
    /// The time now, in the clock's unit.
    fn now(&self, cx: &Ctx) -> i64 {
        let clock = self.clock.borrow().clone();
        self.is_asking.set(true);
        let now = clock.now(cx);
        self.is_asking.set(false);
        now
    }

    fn enter(&self, cx: &Ctx, key: Key, shown: impl FnOnce() -> Value) {
        self.record
            .borrow_mut()
            .enter(key, shown, self.with_callers.get());
        let now = self.now(cx);
        self.record.borrow_mut().start(now);
    }

    fn leave(&self, cx: &Ctx, key: Key) {
        if self.record.borrow().is_idle() {
            return;
        }
        let is_known = self.record.borrow().knows(key);
        if is_known {
            let now = self.now(cx);
            self.record
                .borrow_mut()
                .leave(Some(key), now, self.with_callers.get());
        } else {
            self.record.borrow_mut().forget_last();
        }
    }

    /// The functions that still run end now.
    fn leave_all(&self, cx: &Ctx) {
        while !self.record.borrow().is_idle() {
            let now = self.now(cx);
            self.record
                .borrow_mut()
                .leave(None, now, self.with_callers.get());
        }
    }

    fn stop(&self, cx: &Ctx) -> PyResult<()> {
        if self.is_enabled.replace(false) {
            let monitoring = cx.import_from("sys", "monitoring")?;
            let events = cx.get_attr_str(&monitoring, "events")?;
            let register = cx.intern("register_callback");
            for (event, _) in CALLBACKS {
                let event = cx.get_attr_str(&events, event)?;
                let args = [cx.new_int(TOOL), event, Value::NONE];
                cx.call_method(&monitoring, &register, &args)?;
            }
            let args = [cx.new_int(TOOL), cx.new_int(0)];
            cx.call_method(&monitoring, &cx.intern("set_events"), &args)?;
            let args = [cx.new_int(TOOL)];
            cx.call_method(&monitoring, &cx.intern("free_tool_id"), &args)?;
        }
        self.leave_all(cx);
        Ok(())
    }
}

/// The native function that a call will run, bound to its receiver.
fn native_callee(
    cx: &Ctx,
    callable: &Value,
    first: &Value,
) -> PyResult<Option<Py<NativeFunction>>> {
    if let Some(function) = callable.downcast_ref::<NativeFunction>() {
        return Ok(Some(function.clone()));
    }
    if !cx.class_of(callable).is(&cx.types().method_descriptor) {
        return Ok(None);
    }
    let monitoring = cx.import_from("sys", "monitoring")?;
    if cx.get_attr_str(&monitoring, "MISSING")?.is(first) {
        return Ok(None);
    }
    let Some(bind) = cx.class_of(callable).slots.descr_get.get() else {
        return Ok(None);
    };
    let class = cx.class_of(first).to_value();
    // A receiver of another class: the call itself will say so.
    let bound = bind(cx, callable, Some(first), Some(&class)).ok();
    Ok(bound.and_then(|bound| bound.downcast().ok()))
}

/// How statistics name a native function.
fn name_of(cx: &Ctx, function: &NativeFunction) -> String {
    let name = function.def.name;
    if function.receiver.downcast_ref::<Module>().is_none() {
        let own = cx.class_of(&function.receiver).lookup(cx, &cx.intern(name));
        if let Some(own) = own
            && let Ok(shown) = cx.repr(&own)
        {
            return shown.to_string_lossy().into_owned();
        }
        return format!("<built-in method {name}>");
    }
    let module = function.module.as_ref();
    match module.and_then(|module| module.downcast_ref::<Str>()) {
        Some(module) => format!("<built-in method {}.{name}>", module.to_string_lossy()),
        None => format!("<built-in method {name}>"),
    }
}

fn times(cx: &Ctx, times: &Times, unit: f64) -> Vec<Value> {
    vec![
        cx.new_int(times.calls),
        cx.new_int(times.recursive_calls),
        cx.new_float(times.total as f64 * unit),
        cx.new_float(times.inline as f64 * unit),
    ]
}

#[pymethods]
impl Profiler {
    #[new]
    fn new(cx: &Ctx, cls: &Py<Type>, args: Args<'_>) -> Value {
        let _ = args;
        cx.heap().allocate(cls, Profiler::default()).into_value()
    }

    #[init(signature = (timer = None, timeunit = 0.0, subcalls = true, builtins = true))]
    fn init(
        this: &Py<Profiler>,
        cx: &Ctx,
        timer: Option<&Value>,
        timeunit: f64,
        subcalls: bool,
        builtins: bool,
    ) -> PyResult<()> {
        let _ = cx;
        let old = this.clock.replace(Clock::new(timer.cloned(), timeunit));
        drop(old);
        this.with_callers.set(subcalls);
        this.with_builtins.set(builtins);
        Ok(())
    }

    /// list of profiler_entry objects.
    ///
    /// getstats() -> list of profiler_entry objects
    ///
    /// Return all information collected by the profiler.
    /// Each profiler_entry is a tuple-like object with the
    /// following attributes:
    ///
    ///     code          code object
    ///     callcount     how many times this was called
    ///     reccallcount  how many times called recursively
    ///     totaltime     total time in this entry
    ///     inlinetime    inline time in this entry (not in subcalls)
    ///     calls         details of the calls
    ///
    /// The calls attribute is either None or a list of
    /// profiler_subentry objects:
    ///
    ///     code          called code object
    ///     callcount     how many times this is called
    ///     reccallcount  how many times this is called recursively
    ///     totaltime     total time spent in this call
    ///     inlinetime    inline time (not in further subcalls)
    fn getstats(this: &Py<Profiler>, cx: &Ctx) -> PyResult<Value> {
        let unit = this.clock.borrow().unit();
        let functions = this.record.borrow().functions();
        let mut entries = Vec::new();
        for function in functions {
            if function.times.calls == 0 {
                continue;
            }
            let mut callees = Vec::new();
            for (shown, callee) in &function.callees {
                let mut values = vec![shown.clone()];
                values.extend(times(cx, callee, unit));
                callees.push(cx.new_struct_sequence::<SubEntry>(values)?);
            }
            let mut values = vec![function.shown];
            values.extend(times(cx, &function.times, unit));
            values.push(if callees.is_empty() {
                Value::NONE
            } else {
                cx.new_list(callees).into_value()
            });
            entries.push(cx.new_struct_sequence::<Entry>(values)?);
        }
        Ok(cx.new_list(entries).into_value())
    }

    /// Start collecting profiling information.
    ///
    ///   subcalls
    ///     If True, also records for each function
    ///     statistics separated according to its current caller.
    ///   builtins
    ///     If True, records the time spent in
    ///     built-in functions separately from their caller.
    #[pymethod(signature = (subcalls = true, builtins = true))]
    fn enable(this: &Py<Profiler>, cx: &Ctx, subcalls: bool, builtins: bool) -> PyResult<()> {
        let monitoring = cx.import_from("sys", "monitoring")?;
        this.with_callers.set(subcalls);
        this.with_builtins.set(builtins);
        let args = [cx.new_int(TOOL), cx.new_str("cProfile")?.into_value()];
        cx.call_method(&monitoring, &cx.intern("use_tool_id"), &args)?;
        let events = cx.get_attr_str(&monitoring, "events")?;
        let register = cx.intern("register_callback");
        let mut all = 0;
        for (event, callback) in CALLBACKS {
            let event = cx.get_attr_str(&events, event)?;
            all |= event.as_small_int().unwrap_or(0);
            let callback = cx.get_attr_str(this.as_value(), callback)?;
            cx.call_method(&monitoring, &register, &[cx.new_int(TOOL), event, callback])?;
        }
        let args = [cx.new_int(TOOL), cx.new_int(all)];
        cx.call_method(&monitoring, &cx.intern("set_events"), &args)?;
        this.is_enabled.set(true);
        Ok(())
    }

    /// Stop collecting profiling information.
    fn disable(this: &Py<Profiler>, cx: &Ctx) -> PyResult<()> {
        if this.is_asking.get() {
            return Err(cx.runtime_error("cannot disable profiler in external timer"));
        }
        this.stop(cx)
    }

    /// Clear all profiling information collected so far.
    fn clear(this: &Py<Profiler>, cx: &Ctx) -> PyResult<()> {
        if this.is_asking.get() {
            return Err(cx.runtime_error("cannot clear profiler in external timer"));
        }
        let old = this.record.take();
        drop(old);
        Ok(())
    }

    fn _pystart_callback(this: &Py<Profiler>, cx: &Ctx, code: &Value, instruction_offset: &Value) {
        let _ = instruction_offset;
        this.enter(cx, Key::Code(code.identity()), || code.clone());
    }

    fn _pythrow_callback(
        this: &Py<Profiler>,
        cx: &Ctx,
        code: &Value,
        instruction_offset: &Value,
        exception: &Value,
    ) {
        let _ = (instruction_offset, exception);
        this.enter(cx, Key::Code(code.identity()), || code.clone());
    }

    fn _pyreturn_callback(
        this: &Py<Profiler>,
        cx: &Ctx,
        code: &Value,
        instruction_offset: &Value,
        retval: &Value,
    ) {
        let _ = (instruction_offset, retval);
        this.leave(cx, Key::Code(code.identity()));
    }

    fn _ccall_callback(
        this: &Py<Profiler>,
        cx: &Ctx,
        code: &Value,
        instruction_offset: &Value,
        callable: &Value,
        self_arg: &Value,
    ) -> PyResult<()> {
        let _ = (code, instruction_offset);
        if !this.with_builtins.get() {
            return Ok(());
        }
        let Some(function) = native_callee(cx, callable, self_arg)? else {
            return Ok(());
        };
        let key = Key::of_native(&function);
        let shown = if this.record.borrow().knows(key) {
            Value::NONE
        } else {
            cx.new_str(&name_of(cx, &function))?.into_value()
        };
        this.enter(cx, key, || shown);
        Ok(())
    }

    #[pymethod(
        text_signature = "($self, code, instruction_offset, callable, self_arg,\n                  /)"
    )]
    fn _creturn_callback(
        this: &Py<Profiler>,
        cx: &Ctx,
        code: &Value,
        instruction_offset: &Value,
        callable: &Value,
        self_arg: &Value,
    ) -> PyResult<()> {
        let _ = (code, instruction_offset);
        if this.with_builtins.get()
            && let Some(function) = native_callee(cx, callable, self_arg)?
        {
            this.leave(cx, Key::of_native(&function));
        }
        Ok(())
    }
}
