//! `_asyncio`: futures and tasks, and which loop and task are running.
//!
//! `future`, `future_iter` (what `await` goes through), `task`, `task_step` (one step of a coroutine), `step_callback`
//! (what the loop calls), `running` (the running loop and task of each thread), `registry` (all tasks), `from_asyncio`
//! (names of the package). Reference: CPython 3.14 `Modules/_asynciomodule.c`. Tests: `tests/run/asyncio/`.
//! Deviations: none known.

mod from_asyncio;
mod future;
mod future_iter;
mod registry;
mod running;
mod step_callback;
mod task;
mod task_step;

use taipan_macros::pymodule;
use taipan_vm::ctx::Ctx;
use taipan_vm::error::PyResult;
use taipan_vm::native::ModuleBuilder;

/// Accelerator module for asyncio
#[pymodule]
pub(crate) fn _asyncio(_cx: &Ctx, m: &ModuleBuilder<'_>) -> PyResult<()> {
    m.class(future::Future::class())?;
    m.class(task::Task::class())?;
    m.function(&running::current_task::DEF)?;
    m.function(&running::get_event_loop::DEF)?;
    m.function(&running::get_running_loop::DEF)?;
    m.function(&running::_get_running_loop::DEF)?;
    m.function(&running::_set_running_loop::DEF)?;
    m.function(&running::_enter_task::DEF)?;
    m.function(&running::_leave_task::DEF)?;
    m.function(&running::_swap_current_task::DEF)?;
    m.function(&registry::_register_task::DEF)?;
    m.function(&registry::_register_eager_task::DEF)?;
    m.function(&registry::_unregister_task::DEF)?;
    m.function(&registry::_unregister_eager_task::DEF)?;
    m.function(&registry::all_tasks::DEF)?;
    m.function(&future::future_add_to_awaited_by::DEF)?;
    m.function(&future::future_discard_from_awaited_by::DEF)
}
