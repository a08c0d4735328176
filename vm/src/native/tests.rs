//! What the attribute macros declare, called: arguments of every kind, their errors, a class with slots and attributes.

use std::cell::{Cell, RefCell};

use taipan_macros::{pyclass, pyfunction, pymethods};

use super::bind::{Keywords, Optional};
use super::{Args, FunctionDef};
use crate::ctx::Ctx;
use crate::error::PyResult;
use crate::isolate::Settings;
use crate::objects::slots::{CompareOp, Slots};
use crate::objects::{Str, Type};
use crate::value::{Py, Value};

#[pyfunction(signature = (a, x, lo = 0, hi = None, *, key = None))]
fn search(a: i64, x: i64, lo: isize, hi: Option<isize>, key: Option<&Value>) -> isize {
    a as isize + x as isize + lo + hi.unwrap_or(100) + isize::from(key.is_some())
}

#[pyfunction(signature = (index = -1, default = Optional::Missing, /), name = "pop")]
fn pop_item(index: isize, default: Optional<&Value>) -> isize {
    if default.given().is_some() {
        1000
    } else {
        index
    }
}

#[pyfunction(signature = (first, *rest, sep = None, **kwargs))]
fn show(
    first: i64,
    rest: &[Value],
    sep: Option<i64>,
    kwargs: Keywords<'_>,
) -> (i64, usize, Option<i64>, usize) {
    (first, rest.len(), sep, kwargs.iter().count())
}

#[pyfunction(signature = (path, *, follow = true))]
fn stat(path: i64, follow: bool) -> i64 {
    path + i64::from(follow)
}

#[pyfunction(signature = (iterable, /, start = 0))]
fn total(iterable: i64, start: i64) -> i64 {
    iterable + start
}

/// Counts.
#[pyclass(name = "counter", module = "demo", subclassable, parts = 2)]
struct Counter {
    count: Cell<i64>,
    log: RefCell<Vec<i64>>,
}

#[pymethods]
impl Counter {
    #[new(signature = (start = 0, /))]
    fn new(cx: &Ctx, cls: &Py<Type>, start: i64) -> Py<Counter> {
        cx.heap().allocate(
            cls,
            Counter {
                count: Cell::new(start),
                log: RefCell::default(),
            },
        )
    }

    /// Adds to the count.
    #[pymethod(signature = (by = 1, /))]
    fn bump(&self, by: i64) -> i64 {
        self.log.borrow_mut().push(by);
        self.count.set(self.count.get() + by);
        self.count.get()
    }

    #[getter]
    fn count(&self) -> i64 {
        self.count.get()
    }

    #[setter]
    fn set_count(&self, value: i64) {
        self.count.set(value);
    }
}

#[pymethods(part = 1)]
impl Counter {
    fn __len__(&self) -> usize {
        self.log.borrow().len()
    }

    fn __eq__(this: &Value, other: &Value) -> bool {
        this.is(other)
    }

    fn __next__(this: &Py<Counter>, cx: &Ctx) -> PyResult<Option<i64>> {
        let _ = cx;
        Ok(this.log.borrow_mut().pop())
    }

    fn __delattr__(&self, name: &Py<Str>) {
        let _ = name;
    }

    fn __setattr__(&self, cx: &Ctx, name: &Py<Str>, value: i64) -> PyResult<()> {
        let _ = (cx, name);
        self.count.set(value);
        Ok(())
    }
}

fn with_context(test: impl FnOnce(&Ctx)) {
    let cx = Ctx::new(&Settings {
        hash_seed: Some(0),
        ..Settings::new(taipan_host::native())
    });
    let entered = cx.enter();
    test(&entered);
}

/// The `repr` of a result, or the message of an error.
fn outcome(cx: &Ctx, result: PyResult<Value>) -> String {
    let text = match result {
        Ok(value) => cx.repr(&value),
        Err(error) => cx.str(error.value()),
    };
    text.expect("plain values and messages")
        .as_wtf8()
        .to_string()
}

#[track_caller]
fn check(def: &'static FunctionDef, positional: &[i64], keywords: &[(&str, i64)], expected: &str) {
    with_context(|cx| {
        let values = positional
            .iter()
            .chain(keywords.iter().map(|(_, value)| value));
        let values: Vec<Value> = values.map(|&value| cx.new_int(value)).collect();
        let names: Vec<Value> = keywords
            .iter()
            .map(|(name, _)| cx.intern(*name).to_value())
            .collect();
        let result = cx.call_native(def, &Value::NONE, Args::new(&values, &names));
        assert_eq!(outcome(cx, result), expected);
    });
}

#[test]
fn arguments_reach_their_parameters() {
    check(&search::DEF, &[1, 2], &[], "103");
    check(&search::DEF, &[1, 2, 3], &[("hi", 10)], "16");
    check(&search::DEF, &[], &[("x", 2), ("a", 1), ("key", 0)], "104");
    check(&pop_item::DEF, &[], &[], "-1");
    check(&pop_item::DEF, &[1, 2], &[], "1000");
    check(
        &show::DEF,
        &[1, 2, 3],
        &[("sep", 4), ("y", 1), ("z", 2)],
        "(1, 2, 4, 2)",
    );
    check(&show::DEF, &[], &[("first", 4)], "(4, 0, None, 0)");
}

#[test]
fn wrong_counts_read_as_in_cpython() {
    check(
        &pop_item::DEF,
        &[1, 2, 3],
        &[],
        "pop expected at most 2 arguments, got 3",
    );
    check(
        &search::DEF,
        &[],
        &[],
        "search() missing required argument 'a' (pos 1)",
    );
    check(
        &search::DEF,
        &[1],
        &[],
        "search() missing required argument 'x' (pos 2)",
    );
    check(
        &search::DEF,
        &[1, 2, 3, 4, 5],
        &[],
        "search() takes at most 4 positional arguments (5 given)",
    );
    check(
        &search::DEF,
        &[1, 2, 3, 4, 5, 6],
        &[],
        "search() takes at most 5 arguments (6 given)",
    );
    check(
        &stat::DEF,
        &[1, 2],
        &[],
        "stat() takes exactly 1 positional argument (2 given)",
    );
    check(
        &total::DEF,
        &[],
        &[("start", 1)],
        "total() takes at least 1 positional argument (0 given)",
    );
}

#[test]
fn wrong_names_read_as_in_cpython() {
    check(
        &search::DEF,
        &[1, 2],
        &[("foo", 3)],
        "search() got an unexpected keyword argument 'foo'",
    );
    check(
        &search::DEF,
        &[1, 2],
        &[("kee", 3)],
        "search() got an unexpected keyword argument 'kee'. Did you mean 'key'?",
    );
    check(
        &search::DEF,
        &[1, 2, 3],
        &[("lo", 3)],
        "argument for search() given by name ('lo') and position (3)",
    );
    check(
        &total::DEF,
        &[1],
        &[("iterable", 3)],
        "total() got an unexpected keyword argument 'iterable'",
    );
}

#[test]
fn definitions_carry_signatures_and_documentation() {
    assert_eq!(
        search::DEF.text_signature,
        Some("($module, /, a, x, lo=0, hi=None, *, key=None)")
    );
    let class = Counter::class();
    assert_eq!(
        (class.name, class.module, class.doc),
        ("counter", "demo", Some("Counts."))
    );
    assert_eq!(class.text_signature, Some("(start=0, /)"));
    assert_eq!(class.methods[0].text_signature, Some("($self, by=1, /)"));
    assert_eq!(class.methods[0].doc, Some("Adds to the count."));
}

#[test]
fn a_class_answers_through_slots_methods_and_attributes() {
    with_context(|cx| {
        let class = cx.native_class(Counter::class());
        let slots = Slots::default();
        (Counter::class().fill_slots)(&slots);
        let new = slots.new.get().expect("filled");
        let start = [cx.new_int(40)];
        let counter = new(cx, &class, Args::positional_only(&start)).expect("a counter");
        let bump = &Counter::class().methods[0];
        let bumped = cx.call_native(bump, &counter, Args::positional_only(&[cx.new_int(2)]));
        assert_eq!(outcome(cx, bumped), "42");

        let too_many = new(
            cx,
            &class,
            Args::positional_only(&[Value::NONE, Value::NONE]),
        );
        assert_eq!(
            outcome(cx, too_many),
            "counter expected at most 1 argument, got 2"
        );

        let count = &Counter::class().getsets[0];
        let get = count.get.expect("a getter");
        let set = count.set.expect("a setter");
        set(cx, &counter, Some(&cx.new_int(7))).expect("an integer");
        assert_eq!(outcome(cx, get(cx, &counter)), "7");
        let deleted = set(cx, &counter, None).map(|()| Value::NONE);
        assert_eq!(
            outcome(cx, deleted),
            "attribute 'count' of 'demo.counter' objects cannot be deleted"
        );

        let compare = slots.compare.get().expect("filled");
        assert_eq!(
            outcome(cx, compare(cx, &counter, &Value::NONE, CompareOp::Ne)),
            "True"
        );
        assert_eq!(
            outcome(cx, compare(cx, &counter, &counter, CompareOp::Ne)),
            "False"
        );
        assert_eq!(
            outcome(cx, compare(cx, &counter, &counter, CompareOp::Lt)),
            "NotImplemented"
        );

        let next = slots.next.get().expect("filled");
        assert_eq!(
            next(cx, &counter)
                .expect("no error")
                .and_then(|value| value.as_small_int()),
            Some(2)
        );
        assert!(next(cx, &counter).expect("no error").is_none());
    });
}
