//! `cell`: a variable that functions share.
//!
//! CPython 3.14: `Objects/cellobject.c`. Tests: `tests/run/closure/`.

use crate::ctx::Ctx;
use crate::error::PyResult;
use crate::field::Field;
use crate::heap::{Traverse, Visitor};
use crate::objects::slots::CompareOp;
use crate::objects::{Tuple, Type};
use crate::value::{Py, Value};

use taipan_macros::{pyclass, pymethods};

/// Create a new cell object.
///
///   contents
///     the contents of the cell. If not specified, the cell will be empty,
///     and further attempts to access its cell_contents attribute will
///     raise a ValueError.
#[pyclass(
    name = "cell",
    module = "builtins",
    traverse,
    unhashable,
    text_signature = "([contents])"
)]
#[derive(Default)]
pub struct Cell {
    /// Nothing while the variable is unbound.
    pub contents: Field<Option<Value>>,
}

impl Traverse for Cell {
    fn traverse(&self, visit: &mut Visitor<'_>) {
        self.contents.peek(|value| value.iter().for_each(visit));
    }

    fn clear(&self) {
        drop(self.contents.take());
    }
}

#[pymethods]
impl Cell {
    #[new]
    fn new(cx: &Ctx, cls: &Py<Type>, args: crate::native::Args<'_>) -> PyResult<Value> {
        let _ = cls;
        if args.has_keywords() {
            return Err(cx.type_error("cell() takes no keyword arguments"));
        }
        let contents = match args.values() {
            [] => None,
            [contents] => Some(contents.clone()),
            more => {
                return Err(cx.type_error(format!(
                    "cell expected at most 1 argument, got {}",
                    more.len()
                )));
            }
        };
        Ok(cx.new_cell(contents).into_value())
    }

    #[getter]
    fn cell_contents(&self, cx: &Ctx) -> PyResult<Value> {
        self.contents
            .get()
            .ok_or_else(|| cx.value_error("cell is empty"))
    }

    #[setter]
    fn set_cell_contents(&self, value: Option<&Value>) -> PyResult<()> {
        self.contents.set(value.cloned());
        Ok(())
    }

    fn __repr__(this: &Py<Cell>, cx: &Ctx) -> PyResult<String> {
        let address = this.as_value().identity();
        Ok(match this.contents.get() {
            None => format!("<cell at {address:#x}: empty>"),
            Some(value) => format!(
                "<cell at {address:#x}: {} object at {:#x}>",
                cx.type_name(&value),
                value.identity()
            ),
        })
    }

    fn __richcompare__(this: &Py<Cell>, cx: &Ctx, other: &Value, op: CompareOp) -> PyResult<Value> {
        let (left, Some(right)) = (this, other.downcast_ref::<Cell>()) else {
            return Ok(Value::NOT_IMPLEMENTED);
        };
        match (left.contents.get(), right.contents.get()) {
            (Some(left), Some(right)) => cx.compare(&left, &right, op),
            (left, right) => Ok(Value::bool(op.holds(left.is_some().cmp(&right.is_some())))),
        }
    }
}

impl Ctx {
    /// Whether a closure holds nothing but cells.
    pub fn are_cells(&self, closure: &Py<Tuple>) -> bool {
        closure
            .as_slice()
            .iter()
            .all(|cell| cell.downcast_ref::<Cell>().is_some())
    }

    pub fn new_cell(&self, contents: Option<Value>) -> Py<Cell> {
        let cell = Cell {
            contents: Field::new(contents),
        };
        self.heap().allocate(&self.types().cell, cell)
    }
}
