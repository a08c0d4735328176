//! `make_encoder`: the writer of one JSON value.

use std::cell::RefCell;

use taipan_macros::{pyclass, pymethods};
use taipan_text::Wtf8Buf;
use taipan_text::number::float_repr;
use taipan_vm::ctx::Ctx;
use taipan_vm::error::{PyErr, PyResult};
use taipan_vm::heap::{Traverse, Visitor};
use taipan_vm::native::Args;
use taipan_vm::native::bind::{Signature, bind_keywords};
use taipan_vm::objects::list::SortOrder;
use taipan_vm::objects::{Dict, Int, List, NativeFunction, Str, Tuple, Type};
use taipan_vm::value::{Kind, Py, Value};

use super::text::{Charset, write_text};

/// Encoder(markers, default, encoder, indent, key_separator, item_separator, sort_keys, skipkeys, allow_nan)
#[pyclass(name = "Encoder", module = "_json", traverse, text_signature = None)]
pub(super) struct Encoder {
    /// The containers that are being written, by identity; `None` if nobody wants circles found.
    markers: Option<Py<Dict>>,
    default: Value,
    encoder: Value,
    /// Which native function `encoder` is, if it is one of this module's.
    charset: Option<Charset>,
    indent: Option<Py<Str>>,
    key_separator: Py<Str>,
    item_separator: Py<Str>,
    sort_keys: bool,
    skipkeys: bool,
    allow_nan: bool,
}

impl Traverse for Encoder {
    fn traverse(&self, visit: &mut Visitor<'_>) {
        self.markers.iter().for_each(|dict| visit(dict.as_value()));
        visit(&self.default);
        visit(&self.encoder);
    }
}

const NEW: &Signature = &Signature {
    function: "make_encoder",
    parameters: &[
        "markers",
        "default",
        "encoder",
        "indent",
        "key_separator",
        "item_separator",
        "sort_keys",
        "skipkeys",
        "allow_nan",
    ],
    positional_only: 0,
    positional: 9,
    required: 9,
    keyword_required: &[],
    rest: false,
    extra: false,
};

const CALL: &Signature = &Signature {
    function: "_iterencode",
    parameters: &["obj", "_current_indent_level"],
    positional: 2,
    required: 2,
    ..*NEW
};

fn charset_of(encoder: &Value) -> Option<Charset> {
    let function = encoder.downcast_ref::<NativeFunction>()?;
    let module = function.module.as_ref()?.downcast_ref::<Str>()?;
    if module.as_wtf8() != "_json" {
        return None;
    }
    match function.def.name {
        "encode_basestring_ascii" => Some(Charset::Ascii),
        "encode_basestring" => Some(Charset::Unicode),
        _ => None,
    }
}

fn text_at(cx: &Ctx, value: &Value, position: usize) -> PyResult<Py<Str>> {
    value.downcast_ref::<Str>().cloned().ok_or_else(|| {
        let name = cx.type_name_for_argument(value);
        cx.type_error(format!(
            "make_encoder() argument {position} must be str, not {name}"
        ))
    })
}

#[pymethods]
impl Encoder {
    #[new]
    fn new(cx: &Ctx, cls: &Py<Type>, args: Args<'_>) -> PyResult<Py<Encoder>> {
        let slots = bind_keywords::<9>(cx, NEW, args)?.slots;
        let none = Value::NONE;
        let given = slots.map(|slot| slot.unwrap_or(&none));
        let [
            markers,
            default,
            encoder,
            indent,
            key_separator,
            item_separator,
            sort_keys,
            skipkeys,
            allow_nan,
        ] = given;
        let key_separator = text_at(cx, key_separator, 5)?;
        let item_separator = text_at(cx, item_separator, 6)?;
        let sort_keys = cx.is_true(sort_keys)?;
        let skipkeys = cx.is_true(skipkeys)?;
        let allow_nan = cx.is_true(allow_nan)?;
        let markers = match markers.downcast_ref::<Dict>() {
            Some(dict) => Some(dict.clone()),
            None if markers.is_none() => None,
            None => {
                let name = cx.type_name(markers);
                return Err(cx.type_error(format!(
                    "make_encoder() argument 1 must be dict or None, not {name}"
                )));
            }
        };
        let indent = match indent.is_none() {
            true => None,
            false => Some(text_at(cx, indent, 4)?),
        };
        let payload = Encoder {
            markers,
            default: default.clone(),
            encoder: encoder.clone(),
            charset: charset_of(encoder),
            indent,
            key_separator,
            item_separator,
            sort_keys,
            skipkeys,
            allow_nan,
        };
        Ok(cx.heap().allocate(cls, payload))
    }

    fn __call__(this: &Py<Encoder>, cx: &Ctx, args: Args<'_>) -> PyResult<(Wtf8Buf,)> {
        let [Some(object), Some(level)] = bind_keywords::<2>(cx, CALL, args)?.slots else {
            return Err(cx.type_error("_iterencode() needs an object and a level"));
        };
        let level = cx.index_isize(level)?;
        let mut writer = Writer {
            cx,
            encoder: this,
            to: Wtf8Buf::default(),
            lines: RefCell::default(),
        };
        writer.value(object, usize::try_from(level).unwrap_or(0))?;
        Ok((writer.to,))
    }

    /// markers
    #[member]
    fn markers(&self) -> Value {
        self.markers.as_ref().map_or(Value::NONE, Py::to_value)
    }

    /// default
    #[member]
    fn default(&self) -> Value {
        self.default.clone()
    }

    /// encoder
    #[member]
    fn encoder(&self) -> Value {
        self.encoder.clone()
    }

    /// indent
    #[member]
    fn indent(&self) -> Value {
        self.indent.as_ref().map_or(Value::NONE, Py::to_value)
    }

    /// key_separator
    #[member]
    fn key_separator(&self) -> Py<Str> {
        self.key_separator.clone()
    }

    /// item_separator
    #[member]
    fn item_separator(&self) -> Py<Str> {
        self.item_separator.clone()
    }

    /// sort_keys
    #[member]
    fn sort_keys(&self) -> bool {
        self.sort_keys
    }

    /// skipkeys
    #[member]
    fn skipkeys(&self) -> bool {
        self.skipkeys
    }
}

/// One call's work: the text so far.
struct Writer<'a> {
    cx: &'a Ctx,
    encoder: &'a Encoder,
    to: Wtf8Buf,
    /// For each level of nesting, the line break with its indentation.
    lines: RefCell<Vec<Wtf8Buf>>,
}

impl Writer<'_> {
    fn text(&mut self, text: &Py<Str>) -> PyResult<()> {
        if let Some(charset) = self.encoder.charset {
            write_text(&mut self.to, text.as_wtf8(), charset);
            return Ok(());
        }
        let encoded = self.cx.call(&self.encoder.encoder, &[text.to_value()])?;
        let Some(encoded) = encoded.downcast_ref::<Str>() else {
            let name = self.cx.type_name(&encoded);
            return Err(self
                .cx
                .type_error(format!("encoder() must return a string, not {name}")));
        };
        self.to.push_wtf8(encoded.as_wtf8());
        Ok(())
    }

    fn float_text(&self, value: &Value, number: f64) -> PyResult<String> {
        if number.is_finite() {
            return Ok(float_repr(number));
        }
        if !self.encoder.allow_nan {
            let shown = self.cx.repr(value)?;
            return Err(self.cx.value_error(format!(
                "Out of range float values are not JSON compliant: {}",
                shown.to_string_lossy()
            )));
        }
        let name = match (number.is_nan(), number > 0.0) {
            (true, _) => "NaN",
            (_, true) => "Infinity",
            _ => "-Infinity",
        };
        Ok(name.to_owned())
    }

    fn small_int(&mut self, number: i64) {
        let mut room = [0_u8; 20];
        let mut at = room.len();
        let mut left = number.unsigned_abs();
        loop {
            at -= 1;
            room[at] = b'0' + (left % 10) as u8;
            left /= 10;
            if left == 0 {
                break;
            }
        }
        if number < 0 {
            self.to.push_char('-');
        }
        self.to
            .push_str(std::str::from_utf8(&room[at..]).unwrap_or_default());
    }

    /// The digits of an integer, whatever its class writes.
    fn int_text(&self, value: &Value) -> PyResult<Py<Str>> {
        let repr = self.cx.types().int.slots.repr.get();
        let shown = match repr {
            Some(repr) => repr(self.cx, value)?,
            None => return Err(self.cx.system_error("int has no repr")),
        };
        self.cx.str(&shown)
    }

    fn value(&mut self, value: &Value, level: usize) -> PyResult<()> {
        match value.kind() {
            Kind::None => self.to.push_str("null"),
            Kind::Bool(true) => self.to.push_str("true"),
            Kind::Bool(false) => self.to.push_str("false"),
            Kind::Small(number) => self.small_int(number),
            Kind::Float(number) => {
                let text = self.float_text(value, number)?;
                self.to.push_str(&text);
            }
            _ => return self.object(value, level),
        }
        Ok(())
    }

    fn object(&mut self, value: &Value, level: usize) -> PyResult<()> {
        if let Some(text) = value.downcast_ref::<Str>() {
            return self.text(text);
        }
        if let Some(dict) = value.downcast_ref::<Dict>() {
            self.enter()?;
            return self.dict(dict, level);
        }
        if value.downcast_ref::<List>().is_some() || value.downcast_ref::<Tuple>().is_some() {
            self.enter()?;
            return self.list(value, level);
        }
        if value.downcast_ref::<Int>().is_some() {
            let text = self.int_text(value)?;
            self.to.push_wtf8(text.as_wtf8());
            return Ok(());
        }
        if let Some(number) = value.as_float() {
            let text = self.float_text(value, number)?;
            self.to.push_str(&text);
            return Ok(());
        }
        self.marked(value, |writer| {
            let replacement = writer
                .cx
                .call(&writer.encoder.default, std::slice::from_ref(value))?;
            writer.enter()?;
            writer
                .value(&replacement, level)
                .map_err(|error| writer.noted(error, value, "object", None))
        })
    }

    fn enter(&self) -> PyResult<()> {
        self.cx.check_native_stack(" while encoding a JSON object")
    }

    /// Writes a value's inside, which must not contain the value itself.
    fn marked(
        &mut self,
        value: &Value,
        write: impl FnOnce(&mut Self) -> PyResult<()>,
    ) -> PyResult<()> {
        let Some(markers) = &self.encoder.markers else {
            return write(self);
        };
        let key = self.cx.new_int(value.identity() as i64);
        if markers.contains(self.cx, &key)? {
            return Err(self.cx.value_error("Circular reference detected"));
        }
        markers.set(self.cx, &key, value.clone())?;
        write(self)?;
        match markers.pop(self.cx, &key)? {
            Some(_) => Ok(()),
            None => Err(self.cx.key_error(&key)),
        }
    }

    /// Notes on an error what was being written.
    #[cold]
    fn noted(&self, error: PyErr, value: &Value, part: &str, item: Option<&str>) -> PyErr {
        let note = || -> PyResult<()> {
            let class = self.cx.class_of(value).dotted_name(self.cx)?;
            // The program's own classes go without a module.
            let class = class.strip_prefix("__main__.").unwrap_or(&class);
            let item = item.map(|item| format!(" {item}")).unwrap_or_default();
            self.cx
                .add_note(&error, &format!("when serializing {class} {part}{item}"))
        };
        match note() {
            Ok(()) => error,
            Err(other) => other,
        }
    }

    /// Appends the line break of a level.
    fn line(&mut self, level: usize) {
        let Some(indent) = &self.encoder.indent else {
            return;
        };
        let mut lines = self.lines.borrow_mut();
        while lines.len() <= level {
            let mut line = Wtf8Buf::default();
            line.push_char('\n');
            for _ in 0..lines.len() {
                line.push_wtf8(indent.as_wtf8());
            }
            lines.push(line);
        }
        self.to.push_wtf8(&lines[level]);
    }

    /// What stands between two items.
    fn separator(&mut self, level: usize) {
        self.to.push_wtf8(self.encoder.item_separator.as_wtf8());
        self.line(level);
    }

    fn list(&mut self, list: &Value, level: usize) -> PyResult<()> {
        let item_at =
            |index: usize| match (list.downcast_ref::<List>(), list.downcast_ref::<Tuple>()) {
                (Some(list), _) => list.get(index),
                (_, Some(tuple)) => tuple.as_slice().get(index).cloned(),
                _ => None,
            };
        if item_at(0).is_none() {
            self.to.push_str("[]");
            return Ok(());
        }
        self.marked(list, |writer| {
            writer.to.push_char('[');
            let mut index = 0;
            while let Some(item) = item_at(index) {
                if index == 0 {
                    writer.line(level + 1);
                } else {
                    writer.separator(level + 1);
                }
                writer
                    .value(&item, level + 1)
                    .map_err(|error| writer.noted(error, list, "item", Some(&index.to_string())))?;
                index += 1;
            }
            writer.line(level);
            writer.to.push_char(']');
            Ok(())
        })
    }

    fn dict(&mut self, dict: &Py<Dict>, level: usize) -> PyResult<()> {
        if dict.is_empty() {
            self.to.push_str("{}");
            return Ok(());
        }
        let value = dict.as_value();
        self.marked(value, |writer| {
            let cx = writer.cx;
            writer.to.push_char('{');
            let mut is_first = true;
            if writer.encoder.sort_keys || cx.as_exact_dict(value).is_none() {
                let items = cx.mapping_items(value)?;
                if writer.encoder.sort_keys {
                    items.sort(cx, None, SortOrder::Ascending)?;
                }
                writer.line(level + 1);
                for item in items.to_vec() {
                    let Some([key, item]) =
                        item.downcast_ref::<Tuple>().map(|pair| pair.as_slice())
                    else {
                        return Err(cx.value_error("items must return 2-tuples"));
                    };
                    writer.entry(value, key, item, level + 1, &mut is_first)?;
                }
            } else {
                writer.line(level + 1);
                let mut position = 0;
                while let Some((next, _, key, item)) = dict.next_entry(position) {
                    position = next;
                    writer.entry(value, &key, &item, level + 1, &mut is_first)?;
                }
            }
            writer.line(level);
            writer.to.push_char('}');
            Ok(())
        })
    }

    fn entry(
        &mut self,
        dict: &Value,
        key: &Value,
        value: &Value,
        level: usize,
        is_first: &mut bool,
    ) -> PyResult<()> {
        let Some(text) = self.key(key)? else {
            return Ok(());
        };
        if !std::mem::replace(is_first, false) {
            self.separator(level);
        }
        self.text(&text)?;
        self.to.push_wtf8(self.encoder.key_separator.as_wtf8());
        self.value(value, level)
            .map_err(|error| match self.cx.repr(key) {
                Ok(shown) => self.noted(error, dict, "item", Some(&shown.to_string_lossy())),
                Err(other) => other,
            })
    }

    /// A key as text; `None` if it is to be skipped.
    fn key(&self, key: &Value) -> PyResult<Option<Py<Str>>> {
        if let Some(text) = key.downcast_ref::<Str>() {
            return Ok(Some(text.clone()));
        }
        let text = if let Some(number) = key.as_float() {
            self.cx.new_str(&self.float_text(key, number)?)?
        } else if key.is_none() {
            self.cx.intern("null")
        } else if let Some(truth) = key.as_bool() {
            self.cx.intern(if truth { "true" } else { "false" })
        } else if key.as_int().is_some() {
            self.int_text(key)?
        } else if self.encoder.skipkeys {
            return Ok(None);
        } else {
            let name = self.cx.type_name(key);
            return Err(self.cx.type_error(format!(
                "keys must be str, int, float, bool or None, not {name}"
            )));
        };
        Ok(Some(text))
    }
}
