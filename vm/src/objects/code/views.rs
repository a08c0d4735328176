//! The parts of a code object that are objects for Python: made when somebody asks, then always the same.
//!
//! CPython: fields of `PyCodeObject` (`co_consts`, `co_names`, `co_linetable`, ...) and `_PyCoCached` (`co_code`, `co_varnames`, ...).

use std::cell::OnceCell;

use taipan_compiler::code_object::LocalKind;

use super::Code;
use crate::ctx::Ctx;
use crate::error::PyResult;
use crate::objects::Tuple;
use crate::value::{Py, Value};

/// A part of a code object.
#[derive(Clone, Copy)]
pub(super) enum View {
    Consts,
    Names,
    LocalsPlusNames,
    /// Only if the program gave it; otherwise nobody sees an object.
    LocalsPlusKinds,
    Varnames,
    Cellvars,
    Freevars,
    Code,
    Linetable,
    Exceptiontable,
}

/// The parts that were made.
#[derive(Default)]
pub(super) struct Views([OnceCell<Value>; View::Exceptiontable as usize + 1]);

impl Views {
    pub(super) fn get(&self, view: View) -> Option<&Value> {
        self.0[view as usize].get()
    }

    /// The part as a tuple.
    pub(super) fn tuple(&self, view: View) -> Option<&Py<Tuple>> {
        self.get(view)?.downcast_ref()
    }

    /// Keeps a part, unless it is there already; returns the one that is.
    pub(super) fn keep(&self, view: View, value: Value) -> &Value {
        self.0[view as usize].get_or_init(|| value)
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = &Value> {
        self.0.iter().filter_map(OnceCell::get)
    }
}

impl Code {
    fn view(&self, view: View, make: impl FnOnce() -> PyResult<Value>) -> PyResult<Value> {
        let views = self.views.get_or_init(Box::default);
        match views.get(view) {
            Some(value) => Ok(value.clone()),
            None => Ok(views.keep(view, make()?).clone()),
        }
    }

    /// `co_names`.
    ///
    /// # Errors
    /// `MemoryError`.
    pub(crate) fn names_tuple(&self, cx: &Ctx) -> PyResult<Value> {
        self.make_ready(cx)?;
        self.view(View::Names, || {
            self.pool.names(cx, &self.source.names, self.names())
        })
    }

    /// The names of all slots, in their order.
    ///
    /// # Errors
    /// `MemoryError`.
    pub(crate) fn localsplusnames_tuple(&self, cx: &Ctx) -> PyResult<Value> {
        self.make_ready(cx)?;
        self.view(View::LocalsPlusNames, || {
            if self.source.renames_parameter() {
                let names = self.localsplusnames().iter().map(Py::to_value);
                return Ok(cx.new_tuple(names.collect()).into_value());
            }
            let names = &self.source.localsplusnames;
            self.pool.names(cx, names, self.localsplusnames())
        })
    }

    /// The kinds of all slots as the object that the program gave.
    pub(crate) fn given_kinds(&self) -> Option<&Value> {
        self.views.get()?.get(View::LocalsPlusKinds)
    }

    /// The names of the slots of a kind.
    fn names_of_kind(&self, cx: &Ctx, kind: LocalKind) -> PyResult<Value> {
        self.make_ready(cx)?;
        let slots = self.localsplusnames().iter().enumerate();
        let names = slots
            .filter(|(index, _)| self.kind_of_local(*index).contains(kind))
            .map(|(_, name)| name.to_value());
        Ok(cx.new_tuple(names.collect()).into_value())
    }

    /// `co_varnames`.
    pub(super) fn varnames_tuple(&self, cx: &Ctx) -> PyResult<Value> {
        self.view(View::Varnames, || self.names_of_kind(cx, LocalKind::LOCAL))
    }

    /// `co_cellvars`.
    pub(super) fn cellvars_tuple(&self, cx: &Ctx) -> PyResult<Value> {
        self.view(View::Cellvars, || self.names_of_kind(cx, LocalKind::CELL))
    }

    /// `co_freevars`.
    pub(super) fn freevars_tuple(&self, cx: &Ctx) -> PyResult<Value> {
        self.view(View::Freevars, || self.names_of_kind(cx, LocalKind::FREE))
    }

    /// `co_code`.
    pub(super) fn code_bytes(&self, cx: &Ctx) -> PyResult<Value> {
        self.view(View::Code, || cx.new_bytes(self.original_bytes()))
    }

    /// `co_linetable`.
    ///
    /// # Errors
    /// `MemoryError`.
    pub(crate) fn linetable(&self, cx: &Ctx) -> PyResult<Value> {
        self.view(View::Linetable, || {
            self.pool.bytes(cx, &self.source.linetable)
        })
    }

    /// `co_exceptiontable`.
    ///
    /// # Errors
    /// `MemoryError`.
    pub(crate) fn exceptiontable(&self, cx: &Ctx) -> PyResult<Value> {
        self.view(View::Exceptiontable, || {
            self.pool.bytes(cx, &self.source.exceptiontable)
        })
    }
}

impl Py<Code> {
    /// `co_consts`.
    ///
    /// # Errors
    /// As for [`Self::const_at`].
    pub fn consts(&self, cx: &Ctx) -> PyResult<Value> {
        self.make_ready(cx)?;
        self.view(View::Consts, || {
            let indices = 0..self.source.consts.len() as u32;
            let items: PyResult<Vec<_>> = indices.map(|index| self.const_at(cx, index)).collect();
            self.pool.tuple(cx, &self.source.consts, items?)
        })
    }
}
