//! An isolate on the real machine, and short ways to use a module's functions.

use taipan_stdlib::MODULES;
use taipan_vm::ctx::Ctx;
use taipan_vm::error::PyResult;
use taipan_vm::isolate::Settings;
use taipan_vm::native::ModuleBuilder;
use taipan_vm::objects::Bytes;
use taipan_vm::value::{Py, Value};

/// Runs `test` in a new isolate.
pub(crate) fn with_context(test: impl FnOnce(&Ctx)) {
    let settings = Settings {
        modules: MODULES,
        ..Settings::new(taipan_host::native())
    };
    let cx = Ctx::new(&settings);
    let entered = cx.enter();
    test(&entered);
}

/// Makes a native module.
pub(crate) fn module(cx: &Ctx, name: &str) -> Value {
    let def = MODULES
        .iter()
        .find(|def| def.name == name)
        .expect("a module of that name");
    let module = cx
        .new_module(def.name, def.doc, Some(def))
        .expect("room for a module");
    let filled = (def.exec)(cx, &ModuleBuilder::new(cx, module.clone()));
    expect(cx, filled.map(|()| Value::NONE));
    module.into_value()
}

/// The value, or a panic with the exception's text.
#[track_caller]
pub(crate) fn expect(cx: &Ctx, result: PyResult<Value>) -> Value {
    match result {
        Ok(value) => value,
        Err(error) => panic!("{}", message(cx, &error)),
    }
}

/// "TypeError: text"
pub(crate) fn message(cx: &Ctx, error: &taipan_vm::error::PyErr) -> String {
    let text = cx.str(error.value()).map_or_else(
        |_| "?".to_owned(),
        |text| text.to_string_lossy().into_owned(),
    );
    format!("{}: {text}", cx.type_name(error.value()))
}

/// `value.name(*args)`
#[track_caller]
pub(crate) fn call(cx: &Ctx, value: &Value, name: &str, args: &[Value]) -> Value {
    expect(cx, cx.call_method(value, &cx.intern(name), args))
}

/// `repr(value.name(*args))`, or the exception.
pub(crate) fn shown(cx: &Ctx, value: &Value, name: &str, args: &[Value]) -> String {
    match cx.call_method(value, &cx.intern(name), args) {
        Ok(value) if value.downcast_ref::<Bytes>().is_some() => {
            let bytes = value.downcast_ref::<Bytes>().map(Py::<Bytes>::as_slice);
            format!("b'{}'", bytes.unwrap_or_default().escape_ascii())
        }
        Ok(value) => match cx.repr(&value) {
            Ok(repr) => repr.to_string_lossy().into_owned(),
            Err(error) => message(cx, &error),
        },
        Err(error) => message(cx, &error),
    }
}

pub(crate) fn text(cx: &Ctx, text: &str) -> Value {
    cx.new_str(text).expect("room").into_value()
}

pub(crate) fn bytes(cx: &Ctx, bytes: &[u8]) -> Value {
    cx.new_bytes(bytes).expect("room")
}
