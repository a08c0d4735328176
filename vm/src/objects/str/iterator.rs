//! `str_iterator` and `str_ascii_iterator`.
//!
//! CPython 3.14: `unicode_iter`, `unicodeiter_*`. Invariant: `offset` is where code point `index` begins.

use std::cell::{Cell, RefCell};

use taipan_macros::{pyclass, pymethods};

use super::Str;
use crate::ctx::Ctx;
use crate::error::PyResult;
use crate::heap::{Traverse, Visitor};
use crate::objects::sequence_iterator::{iterator_state, reduce_indexed};
use crate::value::{Py, Value};

/// What both iterators are made of.
struct Position {
    text: RefCell<Option<Py<Str>>>,
    index: Cell<usize>,
    offset: Cell<usize>,
}

impl Position {
    fn new(text: &Py<Str>) -> Self {
        Self {
            text: RefCell::new(Some(text.clone())),
            index: Cell::new(0),
            offset: Cell::new(0),
        }
    }

    fn text(&self) -> Option<Py<Str>> {
        self.text.borrow().clone()
    }

    fn advance(&self, cx: &Ctx) -> PyResult<Option<Value>> {
        let offset = self.offset.get();
        let point = match &*self.text.borrow() {
            Some(text) => text.as_wtf8().code_point_at(offset),
            None => return Ok(None),
        };
        match point {
            Some(point) => {
                self.index.set(self.index.get() + 1);
                self.offset.set(offset + point.len_wtf8());
                Ok(Some(cx.character(point)?.into_value()))
            }
            None => {
                drop(self.text.take());
                Ok(None)
            }
        }
    }

    fn left(&self) -> usize {
        self.text()
            .map_or(0, |text| text.length().saturating_sub(self.index.get()))
    }

    fn reduce(&self, cx: &Ctx) -> PyResult<Value> {
        match self.text() {
            Some(text) => reduce_indexed(cx, Some(text.into_value()), self.index.get() as i64),
            None => {
                let iter = cx.builtin("iter")?;
                let empty = cx.new_tuple(vec![cx.empty_str().into_value()]).into_value();
                Ok(cx.new_tuple(vec![iter, empty]).into_value())
            }
        }
    }

    fn set_state(&self, cx: &Ctx, state: &Value) -> PyResult<()> {
        let index = iterator_state(cx, state)?;
        if let Some(text) = self.text() {
            let index = usize::try_from(index).unwrap_or(0).min(text.length());
            self.index.set(index);
            self.offset.set(text.byte_offset(index));
        }
        Ok(())
    }
}

macro_rules! iterator {
    ($(#[$attribute:meta])* $type:ident, $field:ident) => {
        $(#[$attribute])*
        pub(crate) struct $type(Position);

        impl $type {
            pub(crate) fn make(cx: &Ctx, text: &Py<Str>) -> Value {
                cx.heap()
                    .allocate(&cx.types().$field, Self(Position::new(text)))
                    .into_value()
            }
        }

        #[pymethods]
        impl $type {
            fn __iter__(this: &Value) -> Value {
                this.clone()
            }

            fn __next__(&self, cx: &Ctx) -> PyResult<Option<Value>> {
                self.0.advance(cx)
            }

            /// How many characters are left.
            fn __length_hint__(&self) -> usize {
                self.0.left()
            }

            /// The state for pickling.
            fn __reduce__(&self, cx: &Ctx) -> PyResult<Value> {
                self.0.reduce(cx)
            }

            /// Takes over a pickled state.
            #[pymethod(text_signature = "($self, object, /)")]
            fn __setstate__(&self, cx: &Ctx, state: &Value) -> PyResult<()> {
                self.0.set_state(cx, state)
            }
        }

        impl Traverse for $type {
            fn traverse(&self, visit: &mut Visitor<'_>) {
                self.0
                    .text
                    .borrow()
                    .iter()
                    .for_each(|text| visit(text.as_value()));
            }

            fn clear(&self) {
                drop(self.0.text.take());
            }
        }
    };
}

iterator!(
    #[pyclass(name = "str_iterator", module = "builtins", no_new, traverse)]
    StrIterator,
    str_iterator
);
iterator!(
    #[pyclass(name = "str_ascii_iterator", module = "builtins", no_new, traverse)]
    StrAsciiIterator,
    str_ascii_iterator
);
