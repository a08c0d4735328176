//! Making functions.

use taipan_compiler::opcode::MakeFunctionFlag;

use crate::ctx::Ctx;
use crate::error::PyResult;
use crate::interp::stack::FrameRef;
use crate::objects::code::Code;
use crate::objects::function::Function;
use crate::objects::{Dict, Tuple};
use crate::value::Value;

pub(crate) fn make_function(cx: &Ctx, frame: FrameRef, code: &Value) -> PyResult<Value> {
    let Some(code) = code.downcast_ref::<Code>() else {
        return Err(cx.system_error("MAKE_FUNCTION without code"));
    };
    let function = cx.new_function(code.clone(), frame.globals().clone())?;
    Ok(function.into_value())
}

pub(crate) fn set_attribute(cx: &Ctx, function: &Value, value: Value, arg: u32) -> PyResult<()> {
    let bad = || cx.system_error("SET_FUNCTION_ATTRIBUTE of a wrong type");
    let Some(function) = function.downcast_ref::<Function>() else {
        return Err(bad());
    };
    let tuple = |value: &Value| value.downcast_ref::<Tuple>().cloned().ok_or_else(bad);
    match arg {
        _ if arg == MakeFunctionFlag::Defaults.oparg() => {
            function.defaults.set(Some(tuple(&value)?));
        }
        _ if arg == MakeFunctionFlag::KwDefaults.oparg() => {
            let dict = value.downcast_ref::<Dict>().cloned().ok_or_else(bad)?;
            function.kwdefaults.set(Some(dict));
        }
        _ if arg == MakeFunctionFlag::Annotations.oparg() => {
            function.annotations.set(Some(value));
        }
        _ if arg == MakeFunctionFlag::Closure.oparg() => {
            function.closure.set(Some(tuple(&value)?));
        }
        _ if arg == MakeFunctionFlag::Annotate.oparg() => {
            if let Some(annotate) = value.downcast_ref::<Function>() {
                let owner = function.qualname.get();
                let name = format!("{}.__annotate__", owner.to_string_lossy());
                annotate.qualname.set(cx.new_str(&*name)?);
            }
            function.annotate.set(Some(value));
        }
        _ => return Err(bad()),
    }
    Ok(())
}
