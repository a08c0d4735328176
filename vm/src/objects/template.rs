//! `string.templatelib.Template` and `Interpolation`: what t-strings make.
//!
//! CPython 3.14: `Objects/templateobject.c`, `Objects/interpolationobject.c`. Tests: `tests/run/template/`.
//! Invariant: a template has one string more than interpolations.

use std::cell::Cell;

use taipan_macros::{pyclass, pymethods};
use taipan_text::Wtf8;

use crate::ctx::Ctx;
use crate::error::PyResult;
use crate::heap::{Traverse, Visitor};
use crate::native::Args;
use crate::native::bind::Optional;
use crate::objects::{Str, Tuple, Type};
use crate::value::{Py, Value};

/// Template object
#[pyclass(name = "Template", module = "string.templatelib", traverse, text_signature = None)]
pub struct Template {
    strings: Py<Tuple>,
    interpolations: Py<Tuple>,
}

/// Interpolation object
#[pyclass(name = "Interpolation", module = "string.templatelib", traverse)]
pub struct Interpolation {
    value: Value,
    expression: Py<Str>,
    /// `None`, 'a', 'r' or 's'.
    conversion: Value,
    format_spec: Py<Str>,
}

#[pyclass(name = "TemplateIter", module = "string.templatelib", no_new, traverse)]
pub struct TemplateIter {
    template: Py<Template>,
    /// Strings and interpolations handed out or skipped.
    at: Cell<usize>,
}

impl Ctx {
    /// `BUILD_TEMPLATE`: `strings` are one more than `interpolations`.
    pub fn new_template(&self, strings: Py<Tuple>, interpolations: Py<Tuple>) -> Value {
        let class = self.native_class(Template::class());
        let payload = Template {
            strings,
            interpolations,
        };
        self.heap().allocate(&class, payload).into_value()
    }

    /// `BUILD_INTERPOLATION`; the conversion is `None` or the string of its letter.
    pub fn new_interpolation(
        &self,
        value: Value,
        expression: Py<Str>,
        conversion: Value,
        format_spec: Py<Str>,
    ) -> Value {
        let class = self.native_class(Interpolation::class());
        let payload = Interpolation {
            value,
            expression,
            conversion,
            format_spec,
        };
        self.heap().allocate(&class, payload).into_value()
    }

    /// A template of parts in a row: neighbouring strings become one, and empty ones fill gaps.
    fn template_of(&self, parts: &[Value]) -> PyResult<Value> {
        let (mut strings, mut interpolations) = (Vec::new(), Vec::new());
        let mut literal = self.empty_str();
        for part in parts {
            if let Some(text) = part.downcast_ref::<Str>() {
                literal = self.concat_str(&literal, text)?;
            } else if part.downcast_ref::<Interpolation>().is_some() {
                strings.push(std::mem::replace(&mut literal, self.empty_str()).into_value());
                interpolations.push(part.clone());
            } else {
                return Err(self.type_error(format!(
                    "Template.__new__ *args need to be of type 'str' or 'Interpolation', got {}",
                    self.type_name(part)
                )));
            }
        }
        strings.push(literal.into_value());
        Ok(self.new_template(self.new_tuple(strings), self.new_tuple(interpolations)))
    }
}

impl Template {
    /// Strings and interpolations in turn.
    fn parts(&self) -> Vec<Value> {
        let mut parts = Vec::new();
        let mut interpolations = self.interpolations.as_slice().iter();
        for string in self.strings.as_slice() {
            parts.push(string.clone());
            parts.extend(interpolations.next().cloned());
        }
        parts
    }
}

#[pymethods]
impl Template {
    #[new]
    fn new(cx: &Ctx, cls: &Py<Type>, args: Args<'_>) -> PyResult<Value> {
        let _ = cls;
        if args.has_keywords() {
            return Err(cx.type_error("Template.__new__ only accepts *args arguments"));
        }
        cx.template_of(args.positional())
    }

    fn __iter__(this: &Py<Template>, cx: &Ctx) -> Value {
        let class = cx.native_class(TemplateIter::class());
        let payload = TemplateIter {
            template: this.clone(),
            at: Cell::new(0),
        };
        cx.heap().allocate(&class, payload).into_value()
    }

    fn __concat__(this: &Value, cx: &Ctx, other: &Value) -> PyResult<Value> {
        let (Some(left), Some(right)) = (
            this.downcast_ref::<Template>(),
            other.downcast_ref::<Template>(),
        ) else {
            return Err(cx.type_error(format!(
                "can only concatenate string.templatelib.Template (not \"{}\") to string.templatelib.Template",
                cx.type_name(other)
            )));
        };
        let mut parts = left.parts();
        parts.extend(right.parts());
        cx.template_of(&parts)
    }

    fn __repr__(&self, cx: &Ctx) -> PyResult<Py<Str>> {
        let strings = cx.repr(self.strings.as_value())?;
        let interpolations = cx.repr(self.interpolations.as_value())?;
        let parts: [&Wtf8; 5] = [
            "Template(strings=".as_ref(),
            strings.as_wtf8(),
            ", interpolations=".as_ref(),
            interpolations.as_wtf8(),
            ")".as_ref(),
        ];
        let length = parts.iter().map(|part| part.count_code_points()).sum();
        cx.new_str_of_parts(&parts, length)
    }

    /// The state for pickling.
    fn __reduce__(&self, cx: &Ctx) -> PyResult<(Value, (Value, Value))> {
        let import = cx.builtin("__import__")?;
        let from = cx.new_list(vec![cx.intern("_template_unpickle").into_value()]);
        let name = cx.intern("string.templatelib").into_value();
        let args = [name, Value::NONE, Value::NONE, from.into_value()];
        let module = cx.call(&import, &args)?;
        let function = cx.get_attr(&module, &cx.intern("_template_unpickle"))?;
        let state = (self.strings.to_value(), self.interpolations.to_value());
        Ok((function, state))
    }

    /// See PEP 585
    #[classmethod]
    fn __class_getitem__(cls: &Py<Type>, cx: &Ctx, object: &Value) -> Value {
        cx.new_generic_alias(cls.as_value(), object)
    }

    /// Strings
    #[member]
    fn strings(&self) -> Value {
        self.strings.to_value()
    }

    /// Interpolations
    #[member]
    fn interpolations(&self) -> Value {
        self.interpolations.to_value()
    }

    /// Values of interpolations
    #[getter]
    fn values(&self, cx: &Ctx) -> Value {
        let interpolations = self.interpolations.as_slice().iter();
        let values = interpolations
            .filter_map(|value| value.downcast_ref::<Interpolation>())
            .map(|interpolation| interpolation.value.clone());
        cx.new_tuple(values.collect()).into_value()
    }
}

impl Traverse for Template {
    fn traverse(&self, visit: &mut Visitor<'_>) {
        visit(self.strings.as_value());
        visit(self.interpolations.as_value());
    }
}

#[pymethods]
impl Interpolation {
    #[new(signature = (value, expression = Optional::Missing, conversion = &Value::NONE, format_spec = Optional::Missing),
          text_signature = "(value, expression='', conversion=None, format_spec='')")]
    fn new(
        cx: &Ctx,
        cls: &Py<Type>,
        value: &Value,
        expression: Optional<&Py<Str>>,
        conversion: &Value,
        format_spec: Optional<&Py<Str>>,
    ) -> PyResult<Value> {
        let _ = cls;
        if !conversion.is_none() {
            let Some(letter) = conversion.downcast_ref::<Str>() else {
                return Err(cx.type_error(format!(
                    "Interpolation() argument 'conversion' must be str, not {}",
                    cx.type_name(conversion)
                )));
            };
            if !matches!(letter.as_wtf8().as_bytes(), b"a" | b"r" | b"s") {
                return Err(cx.value_error(
                    "Interpolation() argument 'conversion' must be one of 's', 'a' or 'r'",
                ));
            }
        }
        let text =
            |text: Optional<&Py<Str>>| text.given().cloned().unwrap_or_else(|| cx.empty_str());
        Ok(cx.new_interpolation(
            value.clone(),
            text(expression),
            conversion.clone(),
            text(format_spec),
        ))
    }

    fn __repr__(&self, cx: &Ctx) -> PyResult<Py<Str>> {
        let parts = [
            self.value.clone(),
            self.expression.to_value(),
            self.conversion.clone(),
            self.format_spec.to_value(),
        ];
        cx.repr_items("Interpolation(", ")", |index| parts.get(index).cloned())
    }

    /// The state for pickling.
    fn __reduce__(this: &Py<Interpolation>, cx: &Ctx) -> (Value, (Value, Value, Value, Value)) {
        let state = (
            this.value.clone(),
            this.expression.to_value(),
            this.conversion.clone(),
            this.format_spec.to_value(),
        );
        (cx.class_of(this.as_value()).to_value(), state)
    }

    /// See PEP 585
    #[classmethod]
    fn __class_getitem__(cls: &Py<Type>, cx: &Ctx, object: &Value) -> Value {
        cx.new_generic_alias(cls.as_value(), object)
    }

    /// Value
    #[member]
    fn value(&self) -> Value {
        self.value.clone()
    }

    /// Expression
    #[member]
    fn expression(&self) -> Value {
        self.expression.to_value()
    }

    /// Conversion
    #[member]
    fn conversion(&self) -> Value {
        self.conversion.clone()
    }

    /// Format specifier
    #[member]
    fn format_spec(&self) -> Value {
        self.format_spec.to_value()
    }
}

impl Traverse for Interpolation {
    fn traverse(&self, visit: &mut Visitor<'_>) {
        visit(&self.value);
        visit(self.expression.as_value());
        visit(&self.conversion);
        visit(self.format_spec.as_value());
    }
}

#[pymethods]
impl TemplateIter {
    fn __iter__(this: &Value) -> Value {
        this.clone()
    }

    fn __next__(&self) -> Option<Value> {
        loop {
            let at = self.at.get();
            let place = at / 2;
            self.at.set(at + 1);
            let part = if at.is_multiple_of(2) {
                self.template.strings.as_slice().get(place)?
            } else {
                self.template.interpolations.as_slice().get(place)?
            };
            let is_empty = part
                .downcast_ref::<Str>()
                .is_some_and(|text| text.size() == 0);
            if !is_empty {
                return Some(part.clone());
            }
        }
    }
}

impl Traverse for TemplateIter {
    fn traverse(&self, visit: &mut Visitor<'_>) {
        visit(self.template.as_value());
    }
}
