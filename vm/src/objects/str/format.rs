//! `str.format`, `str.format_map` and `str.__format__`.
//!
//! CPython 3.14: `Objects/stringlib/unicode_format.h`. The template's grammar is in `taipan_text::format`.

use taipan_macros::pymethods;
use taipan_text::format::{
    AutoNumber, FieldKey, FieldStep, ReplacementField, TemplateError, TemplateItems, format_str,
    split_field_name,
};
use taipan_text::{CodePoint, Wtf8, Wtf8Buf};

use super::Str;
use crate::ctx::Ctx;
use crate::error::{PyErr, PyResult};
use crate::native::Args;
use crate::value::{Py, Value};

/// How deep templates may stand in the specifications of templates.
const DEPTH: usize = 2;

/// Where fields find their arguments.
#[derive(Clone, Copy)]
enum Source<'a> {
    Call(Args<'a>),
    Mapping(&'a Value),
}

impl Source<'_> {
    fn get(&self, cx: &Ctx, key: FieldKey<'_>) -> PyResult<Value> {
        match (self, key) {
            (Source::Call(args), FieldKey::Index(index)) => {
                args.positional().get(index).cloned().ok_or_else(|| {
                    cx.index_error(format!(
                        "Replacement index {index} out of range for positional args tuple"
                    ))
                })
            }
            (Source::Call(args), FieldKey::Name(name)) => {
                let found = args.keywords().find(|(known, _)| known.as_wtf8() == name);
                match found {
                    Some((_, value)) => Ok(value.clone()),
                    None => Err(cx.key_error(cx.new_str(name)?.as_value())),
                }
            }
            (Source::Mapping(_), FieldKey::Index(_)) => {
                Err(cx.value_error("Format string contains positional fields"))
            }
            (Source::Mapping(mapping), FieldKey::Name(name)) => {
                cx.get_item(mapping, cx.new_str(name)?.as_value())
            }
        }
    }
}

fn malformed(cx: &Ctx, error: TemplateError) -> PyErr {
    cx.value_error(error.to_string())
}

/// Writes a template; one numbering counts for it and the templates inside.
fn build(
    cx: &Ctx,
    template: &Wtf8,
    source: Source<'_>,
    numbering: &mut AutoNumber,
    depth: usize,
) -> PyResult<Wtf8Buf> {
    if depth == 0 {
        return Err(cx.value_error("Max string recursion exceeded"));
    }
    let mut to = Wtf8Buf::with_capacity(template.len() + 32);
    for item in TemplateItems::new(template) {
        let item = item.map_err(|error| malformed(cx, error))?;
        to.push_wtf8(item.literal);
        if let Some(field) = item.field {
            write_field(cx, &field, source, numbering, depth, &mut to)?;
        }
    }
    Ok(to)
}

fn write_field(
    cx: &Ctx,
    field: &ReplacementField<'_>,
    source: Source<'_>,
    numbering: &mut AutoNumber,
    depth: usize,
    to: &mut Wtf8Buf,
) -> PyResult<()> {
    let (key, path) = split_field_name(field.name).map_err(|error| malformed(cx, error))?;
    let key = numbering
        .resolve(key)
        .map_err(|error| malformed(cx, error))?;
    let mut value = source.get(cx, key)?;
    for step in path {
        value = match step.map_err(|error| malformed(cx, error))? {
            FieldStep::Attribute(name) => cx.get_attr(&value, &cx.new_str(name)?)?,
            FieldStep::Index(index) => cx.get_item(&value, &cx.new_int(index as i64))?,
            FieldStep::Key(key) => cx.get_item(&value, cx.new_str(key)?.as_value())?,
        };
    }
    if let Some(conversion) = field.conversion {
        value = match conversion.to_ascii() {
            Some(b's') => cx.str(&value)?,
            Some(b'r') => cx.repr(&value)?,
            Some(b'a') => cx.ascii(&value)?,
            _ => return Err(unknown_conversion(cx, conversion)),
        }
        .into_value();
    }
    let inner;
    let spec = if field.spec_has_fields {
        inner = build(cx, field.spec, source, numbering, depth - 1)?;
        &*inner
    } else {
        field.spec
    };
    if spec.is_empty()
        && let Some(text) = value.downcast_ref::<Str>()
        && text.is_exact()
    {
        to.push_wtf8(text.as_wtf8());
        return Ok(());
    }
    let spec = cx.new_str(spec)?;
    to.push_wtf8(cx.format(&value, Some(&spec))?.as_wtf8());
    Ok(())
}

fn unknown_conversion(cx: &Ctx, conversion: CodePoint) -> PyErr {
    let code = conversion.to_u32();
    cx.value_error(match conversion.to_char() {
        Some(letter) if (33..127).contains(&code) => {
            format!("Unknown conversion specifier {letter}")
        }
        _ => format!("Unknown conversion specifier \\x{code:x}"),
    })
}

#[pymethods(part = 5)]
impl Str {
    /// The text with values in place of the fields in braces, taken from the arguments.
    #[pymethod(text_signature = "($self, /, *args, **kwargs)")]
    fn format(this: &Py<Str>, cx: &Ctx, args: Args<'_>) -> PyResult<Wtf8Buf> {
        let mut numbering = AutoNumber::default();
        build(
            cx,
            this.as_wtf8(),
            Source::Call(args),
            &mut numbering,
            DEPTH,
        )
    }

    /// The text with values in place of the fields in braces, taken from the mapping.
    fn format_map(this: &Py<Str>, cx: &Ctx, mapping: &Value) -> PyResult<Wtf8Buf> {
        let mut numbering = AutoNumber::default();
        let source = Source::Mapping(mapping);
        build(cx, this.as_wtf8(), source, &mut numbering, DEPTH)
    }

    /// The text as the format specification asks.
    fn __format__(this: &Py<Str>, cx: &Ctx, format_spec: &Py<Str>) -> PyResult<Value> {
        if format_spec.size() == 0 {
            return Ok(cx.str(this.as_value())?.into_value());
        }
        let class = cx.type_name(this.as_value());
        match format_str(this.as_wtf8(), format_spec.as_wtf8(), &class) {
            Ok(text) => Ok(cx.new_str(&text)?.into_value()),
            Err(error) => Err(cx.format_error(&error)),
        }
    }
}
