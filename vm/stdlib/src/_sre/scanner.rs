//! The scanner of a pattern, and the iterator that `finditer` returns.

use std::cell::RefCell;
use std::rc::Rc;

use taipan_macros::{pyclass, pymethods};
use taipan_sre::{Mode, Scan};
use taipan_vm::ctx::Ctx;
use taipan_vm::error::PyResult;
use taipan_vm::heap::{Traverse, Visitor};
use taipan_vm::value::{Py, Value};

use super::matched::Match;
use super::pattern::{Pattern, Window};
use super::subject::Searched;

#[pyclass(name = "SRE_Scanner", module = "_sre", no_new, traverse)]
pub(super) struct Scanner {
    pattern: Py<Pattern>,
    searched: Rc<Searched>,
    window: Window,
    scan: RefCell<Scan>,
}

impl Scanner {
    pub(super) fn make(
        cx: &Ctx,
        pattern: &Py<Pattern>,
        string: &Value,
        (pos, endpos): (isize, isize),
    ) -> PyResult<Py<Self>> {
        let searched = Rc::new(pattern.search_in(cx, string)?);
        let window = Window::of(&searched, pos, endpos);
        let payload = Self {
            pattern: pattern.clone(),
            searched,
            window,
            scan: RefCell::new(Scan::new(window.start, window.end)),
        };
        let class = cx.native_class(Self::class());
        Ok(cx.heap().allocate(&class, payload))
    }

    fn step(&self, cx: &Ctx, mode: Mode) -> PyResult<Value> {
        if self.window.start > self.window.end {
            return Ok(Value::NONE);
        }
        // A signal handler may run meanwhile and use this scanner: it works on a copy of its state.
        let mut scan = self.scan.borrow().clone();
        let found = self.pattern.with_machine(cx, |machine, env| {
            let subject = self.searched.subject();
            let found = scan.step(&self.pattern.program, machine, subject, mode, env)?;
            Ok(found.then(|| Match::spans(machine, self.pattern.groups)))
        })?;
        self.scan.replace(scan);
        Ok(match found {
            Some(found) => Match::make(cx, &self.pattern, &self.searched, self.window, found),
            None => Value::NONE,
        })
    }
}

#[pymethods]
impl Scanner {
    #[pymethod(name = "match")]
    fn match_(&self, cx: &Ctx) -> PyResult<Value> {
        self.step(cx, Mode::Match)
    }

    fn search(&self, cx: &Ctx) -> PyResult<Value> {
        self.step(cx, Mode::Search)
    }

    #[member]
    fn pattern(&self) -> Value {
        self.pattern.to_value()
    }
}

impl Traverse for Scanner {
    fn traverse(&self, visit: &mut Visitor<'_>) {
        visit(self.pattern.as_value());
        // Matches share the subject: only its sole owner shows it.
        if Rc::strong_count(&self.searched) == 1 {
            visit(&self.searched.object);
        }
    }
}

/// What `finditer` returns: in CPython a `callable_iterator` over the scanner's `search`.
#[pyclass(name = "callable_iterator", module = "builtins", no_new, traverse)]
pub(super) struct MatchIterator(Py<Scanner>);

impl MatchIterator {
    pub(super) fn make(cx: &Ctx, scanner: Py<Scanner>) -> Value {
        let class = cx.native_class(Self::class());
        cx.heap().allocate(&class, Self(scanner)).into_value()
    }
}

#[pymethods]
impl MatchIterator {
    fn __iter__(this: &Value) -> Value {
        this.clone()
    }

    fn __next__(&self, cx: &Ctx) -> PyResult<Option<Value>> {
        let found = self.0.step(cx, Mode::Search)?;
        Ok((!found.is_none()).then_some(found))
    }
}

impl Traverse for MatchIterator {
    fn traverse(&self, visit: &mut Visitor<'_>) {
        visit(self.0.as_value());
    }
}
