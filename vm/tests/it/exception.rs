//! Exceptions made from Rust and by calling their classes.

use taipan_vm::ctx::Ctx;
use taipan_vm::isolate::Settings;
use taipan_vm::objects::Type;
use taipan_vm::value::{Py, Value};

fn with_cx(test: impl FnOnce(&Ctx)) {
    let cx = Ctx::new(&Settings::new(taipan_host::native()));
    let entered = cx.enter();
    test(&entered);
}

fn text(cx: &Ctx, value: &Value) -> String {
    cx.str(value).expect("text").as_wtf8().to_string()
}

/// The class's name and `str()` of an exception made with these arguments.
#[track_caller]
fn check(class: impl Fn(&Ctx) -> &Py<Type>, args: impl Fn(&Ctx) -> Vec<Value>, expected: &str) {
    with_cx(|cx| {
        let exception = cx
            .call(class(cx).as_value(), &args(cx))
            .expect("an exception");
        let found = format!("{}: {}", cx.type_name(&exception), text(cx, &exception));
        assert_eq!(found, expected);
    });
}

#[test]
fn the_error_number_decides_the_class() {
    let args = |cx: &Ctx| {
        let text = |text: &str| cx.intern(text).into_value();
        vec![
            cx.new_int(2),
            text("missing"),
            text("a"),
            Value::NONE,
            text("b"),
        ]
    };
    check(
        |cx| &cx.types().os_error,
        args,
        "FileNotFoundError: [Errno 2] missing: 'a' -> 'b'",
    );
}

#[test]
fn a_key_shows_as_it_is_written() {
    check(
        |cx| &cx.types().key_error,
        |cx| vec![cx.intern("").into_value()],
        "KeyError: ''",
    );
}

#[test]
fn a_syntax_error_tells_its_place() {
    let args = |cx: &Ctx| {
        let text = |text: &str| cx.intern(text).into_value();
        let place = vec![text("/tmp/a.py"), cx.new_int(3), cx.new_int(1), text("x x")];
        vec![text("bad"), cx.new_tuple(place).into_value()]
    };
    check(
        |cx| &cx.types().syntax_error,
        args,
        "SyntaxError: bad (a.py, line 3)",
    );
}

#[test]
fn a_group_of_exceptions_is_an_exception() {
    let args = |cx: &Ctx| {
        let inner = cx.value_error("x").value().clone();
        vec![
            cx.intern("m").into_value(),
            cx.new_list(vec![inner]).into_value(),
        ]
    };
    check(
        |cx| &cx.types().base_exception_group,
        args,
        "ExceptionGroup: m (1 sub-exception)",
    );
}

#[test]
fn an_absent_attribute_is_named() {
    with_cx(|cx| {
        let name = cx.intern("nothing");
        let error = cx.get_attr(&Value::NONE, &name).expect_err("absent");
        assert_eq!(
            text(cx, error.value()),
            "'NoneType' object has no attribute 'nothing'"
        );
        let known = cx.get_attr_str(error.value(), "name").expect("a field");
        assert_eq!(text(cx, &known), "nothing");
    });
}
