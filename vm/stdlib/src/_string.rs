//! `_string`: the templates of `str.format`, taken apart for `string.Formatter`.
//!
//! Reference: CPython 3.14 `Objects/stringlib/unicode_format.h`. Tests: `tests/run/string/`. Deviations: none known.

use std::cell::Cell;

use taipan_macros::{pyclass, pyfunction, pymethods, pymodule};
use taipan_text::Wtf8;
use taipan_text::format::{FieldKey, FieldStep, TemplateItems, split_field_name};
use taipan_vm::ctx::Ctx;
use taipan_vm::error::PyResult;
use taipan_vm::native::ModuleBuilder;
use taipan_vm::objects::Str;
use taipan_vm::value::{Py, Value};

/// string helper module
#[pymodule]
pub(crate) fn _string(_cx: &Ctx, m: &ModuleBuilder<'_>) -> PyResult<()> {
    m.function(&formatter_field_name_split::DEF)?;
    m.function(&formatter_parser::DEF)
}

fn text_argument<'a>(cx: &Ctx, value: &'a Value) -> PyResult<&'a Py<Str>> {
    value
        .downcast_ref::<Str>()
        .ok_or_else(|| cx.type_error(format!("expected str, got {}", cx.type_name(value))))
}

/// Items that were computed at once, handed out one by one.
#[pyclass(name = "formatteriterator", module = "builtins", no_new)]
struct FormatterIterator {
    /// The template; what is read already is in front of `at`.
    template: Box<Wtf8>,
    at: Cell<usize>,
}

#[pymethods]
impl FormatterIterator {
    fn __iter__(this: &Value) -> Value {
        this.clone()
    }

    fn __next__(&self, cx: &Ctx) -> PyResult<Option<Value>> {
        let rest = self.template.slice_from(self.at.get());
        let mut items = TemplateItems::new(rest);
        let Some(item) = items.next() else {
            return Ok(None);
        };
        let item = item.map_err(|error| cx.value_error(error.to_string()))?;
        self.at.set(self.template.len() - items.rest().len());
        let literal = cx.new_str(item.literal)?.into_value();
        let parts = match item.field {
            None => vec![literal, Value::NONE, Value::NONE, Value::NONE],
            Some(field) => {
                let conversion = match field.conversion {
                    Some(point) => cx.character(point)?.into_value(),
                    None => Value::NONE,
                };
                let name = cx.new_str(field.name)?.into_value();
                let spec = cx.new_str(field.spec)?.into_value();
                vec![literal, name, spec, conversion]
            }
        };
        Ok(Some(cx.new_tuple(parts).into_value()))
    }
}

/// The steps of a field's name, as pairs: is it an attribute, and which.
#[pyclass(name = "fieldnameiterator", module = "builtins", no_new)]
struct FieldNameIterator {
    path: Box<Wtf8>,
    at: Cell<usize>,
}

#[pymethods]
impl FieldNameIterator {
    fn __iter__(this: &Value) -> Value {
        this.clone()
    }

    fn __next__(&self, cx: &Ctx) -> PyResult<Option<Value>> {
        let malformed =
            |error: taipan_text::format::TemplateError| cx.value_error(error.to_string());
        let rest = self.path.slice_from(self.at.get());
        let mut path = taipan_text::format::FieldPath::new(rest);
        let Some(step) = path.next() else {
            return Ok(None);
        };
        let step = step.map_err(malformed)?;
        self.at.set(self.path.len() - path.rest().len());
        let (is_attribute, key) = match step {
            FieldStep::Attribute(name) => (true, cx.new_str(name)?.into_value()),
            FieldStep::Key(key) => (false, cx.new_str(key)?.into_value()),
            FieldStep::Index(index) => (false, cx.new_int(index as i64)),
        };
        let pair = vec![Value::bool(is_attribute), key];
        Ok(Some(cx.new_tuple(pair).into_value()))
    }
}

/// Splits a field's name into the argument and an iterator over the steps from there.
#[pyfunction(text_signature = "($self, object, /)")]
fn formatter_field_name_split(cx: &Ctx, object: &Value) -> PyResult<Value> {
    let name = text_argument(cx, object)?;
    let (key, path) =
        split_field_name(name.as_wtf8()).map_err(|error| cx.value_error(error.to_string()))?;
    let first = match key {
        FieldKey::Index(index) => cx.new_int(index as i64),
        FieldKey::Name(name) => cx.new_str(name)?.into_value(),
    };
    let class = cx.native_class(FieldNameIterator::class());
    let iterator = FieldNameIterator {
        path: path.rest().to_boxed(),
        at: Cell::new(0),
    };
    let iterator = cx.heap().allocate(&class, iterator).into_value();
    Ok(cx.new_tuple(vec![first, iterator]).into_value())
}

/// An iterator over the literal texts and fields of a template.
#[pyfunction(text_signature = "($self, object, /)")]
fn formatter_parser(cx: &Ctx, object: &Value) -> PyResult<Value> {
    let template = text_argument(cx, object)?;
    let class = cx.native_class(FormatterIterator::class());
    let iterator = FormatterIterator {
        template: template.as_wtf8().to_boxed(),
        at: Cell::new(0),
    };
    Ok(cx.heap().allocate(&class, iterator).into_value())
}
