//! `sys.monitoring` (PEP 669).
//!
//! CPython 3.14: `Python/instrumentation.c`. What it does is in `crate::monitoring`. Tests: `tests/run/monitoring/`.

use taipan_macros::{pyfunction, pymodule};

use crate::ctx::Ctx;
use crate::error::PyResult;
use crate::monitoring::{Callback, Event, EventSet, TOOLS};
use crate::native::ModuleBuilder;
use crate::objects::Str;
use crate::objects::code::Code;
use crate::value::{Py, Value};

/// Tools that programs may take.
const OWN_TOOLS: usize = TOOLS - 2;

/// Tools that have a purpose by agreement.
const TOOL_NAMES: [(&str, usize); 4] = [
    ("DEBUGGER_ID", 0),
    ("COVERAGE_ID", 1),
    ("PROFILER_ID", 2),
    ("OPTIMIZER_ID", 5),
];

#[pymodule(name = "sys.monitoring")]
pub(super) fn monitoring(cx: &Ctx, m: &ModuleBuilder) -> PyResult<()> {
    for function in [
        &_all_events::DEF,
        &clear_tool_id::DEF,
        &free_tool_id::DEF,
        &get_events::DEF,
        &get_local_events::DEF,
        &get_tool::DEF,
        &register_callback::DEF,
        &restart_events::DEF,
        &set_events::DEF,
        &set_local_events::DEF,
        &use_tool_id::DEF,
    ] {
        m.function(function)?;
    }
    m.add("DISABLE", cx.monitoring_disable()?)?;
    m.add("MISSING", cx.monitoring_missing()?)?;
    for (name, tool) in TOOL_NAMES {
        m.add(name, tool)?;
    }
    let mut events: Vec<(&str, Value)> = Event::ALL
        .iter()
        .map(|event| (event.name(), cx.new_int(i64::from(event.bit()))))
        .collect();
    events.push(("NO_EVENTS", cx.new_int(0)));
    m.add("events", cx.new_namespace(&events)?)
}

fn own_tool(cx: &Ctx, tool: i32) -> PyResult<usize> {
    usize::try_from(tool)
        .ok()
        .filter(|&tool| tool < OWN_TOOLS)
        .ok_or_else(|| {
            cx.value_error(format!(
                "invalid tool {tool} (must be between 0 and {})",
                OWN_TOOLS - 1
            ))
        })
}

/// The events that a program asks for, as the switches that there are.
fn switches(cx: &Ctx, asked: i32) -> PyResult<u32> {
    let events = u32::try_from(asked)
        .ok()
        .filter(|events| events & !EventSet::ALL == 0);
    let Some(mut events) = events else {
        return Err(cx.value_error(format!("invalid event set 0x{asked:x}")));
    };
    if events & EventSet::C_RETURN != 0 && events & EventSet::C_CALL != EventSet::C_CALL {
        return Err(cx.value_error("cannot set C_RETURN or C_RAISE events independently"));
    }
    events &= !EventSet::C_RETURN;
    if events & Event::Branch.bit() != 0 {
        events = events & !Event::Branch.bit() | EventSet::BRANCHES;
    }
    Ok(events)
}

fn code_of<'a>(cx: &Ctx, value: &'a Value) -> PyResult<&'a Py<Code>> {
    value
        .downcast_ref::<Code>()
        .ok_or_else(|| cx.type_error("code must be a code object"))
}

#[pyfunction]
fn use_tool_id(cx: &Ctx, tool_id: i32, name: &Value) -> PyResult<()> {
    let tool = own_tool(cx, tool_id)?;
    if name.downcast_ref::<Str>().is_none() {
        return Err(cx.value_error("tool name must be a str"));
    }
    if cx.monitoring().tool_name(tool).is_some() {
        return Err(cx.value_error(format!("tool {tool} is already in use")));
    }
    cx.monitoring().set_tool_name(tool, Some(name.clone()));
    Ok(())
}

#[pyfunction]
fn clear_tool_id(cx: &Ctx, tool_id: i32) -> PyResult<()> {
    let tool = own_tool(cx, tool_id)?;
    if cx.monitoring().tool_name(tool).is_some() {
        cx.clear_tool(tool)?;
    }
    Ok(())
}

#[pyfunction]
fn free_tool_id(cx: &Ctx, tool_id: i32) -> PyResult<()> {
    let tool = own_tool(cx, tool_id)?;
    if cx.monitoring().tool_name(tool).is_some() {
        cx.clear_tool(tool)?;
    }
    cx.monitoring().set_tool_name(tool, None);
    Ok(())
}

#[pyfunction]
fn get_tool(cx: &Ctx, tool_id: i32) -> PyResult<Value> {
    let tool = own_tool(cx, tool_id)?;
    Ok(cx.monitoring().tool_name(tool).unwrap_or(Value::NONE))
}

#[pyfunction]
fn register_callback(cx: &Ctx, tool_id: i32, event: i32, func: &Value) -> PyResult<Value> {
    let tool = own_tool(cx, tool_id)?;
    if event.count_ones() != 1 {
        return Err(cx.value_error("The callback can only be set for one event at a time"));
    }
    let Some(&known) = Event::ALL.get(event.trailing_zeros() as usize) else {
        return Err(cx.value_error(format!("invalid event {event}")));
    };
    let args = [func.clone()];
    cx.audit("sys.monitoring.register_callback", &args)?;
    let state = cx.monitoring();
    let callback = |make: fn(Value) -> Callback| match func.is_none() {
        true => Callback::None,
        false => make(func.clone()),
    };
    if known == Event::Branch {
        for event in [Event::BranchLeft, Event::BranchRight] {
            drop(state.set_callback(tool, event, callback(Callback::Branch)));
        }
    }
    Ok(
        match state.set_callback(tool, known, callback(Callback::Python)) {
            Callback::Python(old) | Callback::Branch(old) => old,
            Callback::None | Callback::Legacy(_) => Value::NONE,
        },
    )
}

#[pyfunction]
fn get_events(cx: &Ctx, tool_id: i32) -> PyResult<u32> {
    let tool = own_tool(cx, tool_id)?;
    Ok(cx.monitoring().everywhere().of_tool(tool))
}

#[pyfunction]
fn set_events(cx: &Ctx, tool_id: i32, event_set: i32) -> PyResult<()> {
    let tool = own_tool(cx, tool_id)?;
    let events = switches(cx, event_set)?;
    cx.watch_everywhere(tool, events)
}

#[pyfunction]
fn get_local_events(cx: &Ctx, tool_id: i32, code: &Value) -> PyResult<u32> {
    let code = code_of(cx, code)?;
    let tool = own_tool(cx, tool_id)?;
    Ok(cx.local_events(code, tool))
}

#[pyfunction]
fn set_local_events(cx: &Ctx, tool_id: i32, code: &Value, event_set: i32) -> PyResult<()> {
    let code = code_of(cx, code)?;
    let tool = own_tool(cx, tool_id)?;
    let events = switches(cx, event_set)?;
    if events & !EventSet::LOCAL != 0 {
        return Err(cx.value_error(format!("invalid local event set 0x{events:x}")));
    }
    cx.watch_locally(code, tool, events)
}

#[pyfunction]
fn restart_events(cx: &Ctx) {
    cx.restart_events();
}

#[pyfunction]
fn _all_events(cx: &Ctx) -> PyResult<Value> {
    let all = cx.new_dict();
    let everywhere = cx.monitoring().everywhere();
    for &event in Event::ALL {
        let tools = everywhere.tools(event);
        let is_own = !matches!(event, Event::CReturn | Event::CRaise);
        if tools != 0 && is_own {
            all.set_str(&cx.intern(event.name()), cx.new_int(i64::from(tools)));
        }
    }
    Ok(all.into_value())
}
