//! Classes made at run time, attribute access and special methods, without an interpreter.

use taipan_vm::ctx::Ctx;
use taipan_vm::isolate::Settings;
use taipan_vm::value::Value;

fn with_cx(test: impl FnOnce(&Ctx)) {
    let cx = Ctx::new(&Settings {
        hash_seed: Some(0),
        ..Settings::new(taipan_host::native())
    });
    let entered = cx.enter();
    test(&entered);
}

/// `type(name, bases, namespace)`.
fn class(cx: &Ctx, name: &str, bases: &[Value], namespace: &[(&str, Value)]) -> Value {
    let dict = cx.new_dict();
    for (name, value) in namespace {
        dict.set_str(&cx.intern(*name), value.clone());
    }
    let args = [
        cx.intern(name).into_value(),
        cx.new_tuple_from(bases).into_value(),
        dict.into_value(),
    ];
    cx.call(cx.types().type_.as_value(), &args)
        .unwrap_or_else(|error| panic!("{}", message(cx, error.value())))
}

fn message(cx: &Ctx, value: &Value) -> String {
    let exception = value.downcast_ref::<taipan_vm::objects::BaseException>();
    let args = exception.expect("an exception").args.borrow().clone();
    let text = cx.str(&args.as_slice()[0]).expect("text");
    text.as_wtf8().to_string()
}

#[test]
fn instances_keep_attributes() {
    with_cx(|cx| {
        let point = class(cx, "Point", &[], &[("x", cx.new_int(1))]);
        let instance = cx.call(&point, &[]).expect("an instance");
        let (x, y) = (cx.intern("x"), cx.intern("y"));
        let get = |name| {
            cx.get_attr(&instance, name)
                .map(|value| value.as_small_int())
        };
        assert_eq!(get(&x).expect("from the class"), Some(1));
        cx.set_attr(&instance, &x, Some(&cx.new_int(2)))
            .expect("stored");
        assert_eq!(get(&x).expect("from the instance"), Some(2));
        let error = get(&y).expect_err("absent");
        assert_eq!(
            message(cx, error.value()),
            "'Point' object has no attribute 'y'"
        );
        cx.del_attr(&instance, &x).expect("deleted");
        assert_eq!(get(&x).expect("from the class"), Some(1));
        let error = cx.call(&point, &[Value::NONE]).expect_err("too many");
        assert_eq!(message(cx, error.value()), "Point() takes no arguments");
    });
}

#[test]
fn slots_are_members() {
    with_cx(|cx| {
        let a = class(cx, "A", &[], &[("__slots__", cx.intern("x").into_value())]);
        let b = class(
            cx,
            "B",
            std::slice::from_ref(&a),
            &[("__slots__", cx.intern("y").into_value())],
        );
        let instance = cx.call(&b, &[]).expect("an instance");
        for name in ["x", "y"] {
            let name = cx.intern(name);
            assert!(cx.get_attr(&instance, &name).is_err());
            cx.set_attr(&instance, &name, Some(&cx.new_int(5)))
                .expect("stored");
            assert_eq!(
                cx.get_attr(&instance, &name).expect("there").as_small_int(),
                Some(5)
            );
        }
        let error = cx
            .set_attr(&instance, &cx.intern("z"), Some(&Value::NONE))
            .expect_err("no dict");
        assert_eq!(
            message(cx, error.value()),
            "'B' object has no attribute 'z' and no __dict__ for setting new attributes"
        );
        let other = class(cx, "C", &[], &[("__slots__", cx.intern("x").into_value())]);
        let bases = cx.new_tuple_from(&[a, other]).into_value();
        let args = [
            cx.intern("D").into_value(),
            bases,
            cx.new_dict().into_value(),
        ];
        let error = cx
            .call(cx.types().type_.as_value(), &args)
            .expect_err("conflict");
        assert_eq!(
            message(cx, error.value()),
            "multiple bases have instance lay-out conflict"
        );
    });
}

#[test]
fn special_methods_come_from_the_class_and_its_bases() {
    with_cx(|cx| {
        let wrapper = cx
            .get_attr_str(cx.types().object.as_value(), "__repr__")
            .expect("a wrapper");
        assert_eq!(
            cx.repr(&wrapper).expect("text").to_string_lossy(),
            "<slot wrapper '__repr__' of 'object' objects>"
        );
        let a = class(cx, "A", &[], &[]);
        let repr = cx.repr(&a).expect("text");
        assert_eq!(repr.to_string_lossy(), "<class 'A'>");
        let instance = cx.call(&a, &[]).expect("an instance");
        assert!(cx.hash(&instance).is_ok());
        cx.set_attr(&a, &cx.names().__hash__, Some(&Value::NONE))
            .expect("mutable");
        let error = cx.hash(&instance).expect_err("unhashable");
        assert_eq!(message(cx, error.value()), "unhashable type: 'A'");
        cx.del_attr(&a, &cx.names().__hash__).expect("there");
        assert!(cx.hash(&instance).is_ok());
        // A callable class attribute without binding: `int` called with nothing would fail, `type` tells the name.
        cx.set_attr(&a, &cx.names().__len__, Some(&wrapper))
            .expect("mutable");
        assert!(cx.is_true(&instance).is_err());
    });
}

#[test]
fn changing_bases_changes_what_instances_find() {
    with_cx(|cx| {
        let (one, two) = (cx.new_int(1), cx.new_int(2));
        let a = class(cx, "A", &[], &[("x", one)]);
        let b = class(cx, "B", &[], &[("x", two)]);
        let c = class(cx, "C", &[a], &[]);
        let instance = cx.call(&c, &[]).expect("an instance");
        let x = cx.intern("x");
        assert_eq!(
            cx.get_attr(&instance, &x).expect("there").as_small_int(),
            Some(1)
        );
        let bases = cx.new_tuple(vec![b]).into_value();
        cx.set_attr(&c, &cx.names().__bases__, Some(&bases))
            .expect("compatible");
        assert_eq!(
            cx.get_attr(&instance, &x).expect("there").as_small_int(),
            Some(2)
        );
    });
}
