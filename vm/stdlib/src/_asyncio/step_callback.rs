//! What a loop calls to let a task go on: its next step, or the wake-up when what it awaits is done.

use taipan_macros::{pyclass, pymethods};
use taipan_vm::ctx::Ctx;
use taipan_vm::error::PyResult;
use taipan_vm::heap::{Traverse, Visitor};
use taipan_vm::native::Args;
use taipan_vm::value::{Py, Value};

use super::future::{as_future, is_exact};
use super::task::Task;
use super::task_step::{step, step_inside};

/// How a task goes on.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Step,
    /// The first step of an eager task, which has been entered.
    EagerStep,
}

#[pyclass(name = "TaskStepMethWrapper", module = "builtins", traverse, no_new)]
pub(super) struct StepCallback {
    task: Py<Task>,
    exception: Option<Value>,
    kind: Kind,
}

impl Traverse for StepCallback {
    fn traverse(&self, visit: &mut Visitor<'_>) {
        visit(self.task.as_value());
        self.exception.iter().for_each(visit);
    }
}

impl StepCallback {
    fn allocate(cx: &Ctx, task: &Py<Task>, exception: Option<Value>, kind: Kind) -> Value {
        let payload = StepCallback {
            task: task.clone(),
            exception,
            kind,
        };
        cx.heap()
            .allocate(&cx.native_class(StepCallback::class()), payload)
            .into_value()
    }

    pub(super) fn make(cx: &Ctx, task: &Py<Task>, exception: Option<Value>) -> Value {
        Self::allocate(cx, task, exception, Kind::Step)
    }

    pub(super) fn eager(cx: &Ctx, task: &Py<Task>) -> Value {
        Self::allocate(cx, task, None, Kind::EagerStep)
    }
}

#[pymethods]
impl StepCallback {
    fn __call__(&self, cx: &Ctx, args: Args<'_>) -> PyResult<()> {
        if args.has_keywords() {
            return Err(cx.type_error("function takes no keyword arguments"));
        }
        if !args.positional().is_empty() {
            return Err(cx.type_error("function takes no positional arguments"));
        }
        match self.kind {
            Kind::Step => step(cx, &self.task, self.exception.clone()),
            Kind::EagerStep => step_inside(cx, &self.task, self.exception.clone()),
        }
    }

    #[getter]
    fn __self__(&self) -> Value {
        self.task.to_value()
    }

    #[getter]
    fn __qualname__(&self, cx: &Ctx) -> PyResult<Value> {
        match self.task.coroutine() {
            Some(coroutine) => cx.get_attr(&coroutine, &cx.names().__qualname__),
            None => Ok(Value::NONE),
        }
    }
}

/// The callback of a future that a task waits for.
#[pyclass(name = "TaskWakeupMethWrapper", module = "builtins", traverse, no_new)]
pub(super) struct Wakeup {
    task: Py<Task>,
}

impl Traverse for Wakeup {
    fn traverse(&self, visit: &mut Visitor<'_>) {
        visit(self.task.as_value());
    }
}

impl Wakeup {
    pub(super) fn make(cx: &Ctx, task: &Py<Task>) -> Value {
        let payload = Wakeup { task: task.clone() };
        cx.heap()
            .allocate(&cx.native_class(Wakeup::class()), payload)
            .into_value()
    }
}

#[pymethods]
impl Wakeup {
    fn __call__(&self, cx: &Ctx, args: Args<'_>) -> PyResult<()> {
        let [future] = args.positional() else {
            return Err(cx.type_error("wakeup() takes exactly one argument"));
        };
        if let Some(native) = as_future(future) {
            native.discard_awaiter(self.task.as_value());
        }
        let outcome = match as_future(future) {
            Some(native) if is_exact(cx, future) => native.outcome(cx),
            _ => cx.call_method(future, &cx.intern("result"), &[]),
        };
        let exception = match outcome {
            Ok(_) => None,
            Err(error) => Some(error.into_exception().into_value()),
        };
        step(cx, &self.task, exception)
    }

    #[getter]
    fn __self__(&self) -> Value {
        self.task.to_value()
    }
}
