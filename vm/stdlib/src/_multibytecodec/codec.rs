//! A codec as an object, and its tables, read once an isolate.

use std::cell::RefCell;
use std::collections::HashMap;
use std::rc::Rc;

use taipan_macros::{pyclass, pymethods};
use taipan_text::codecs::{CjkCodec, CjkSpec, CjkTable, Input};
use taipan_vm::codecs::Handler;
use taipan_vm::ctx::Ctx;
use taipan_vm::error::PyResult;
use taipan_vm::objects::{Str, Type};
use taipan_vm::protocol::BytesLike;
use taipan_vm::value::{Py, Value};

/// The tables in use.
#[derive(Default)]
struct Tables(RefCell<HashMap<&'static str, Rc<CjkTable>>>);

fn table(cx: &Ctx, name: &'static str) -> Rc<CjkTable> {
    let tables = cx.state::<Tables>();
    let mut tables = tables.0.borrow_mut();
    tables
        .entry(name)
        .or_insert_with(|| Rc::new(CjkTable::load(name)))
        .clone()
}

/// Text, or what `str()` makes of anything else.
pub(super) fn text_of(cx: &Ctx, value: &Value) -> PyResult<Py<Str>> {
    match value.downcast_ref::<Str>() {
        Some(text) => Ok(text.clone()),
        None => cx.str(value),
    }
}

#[pyclass(name = "MultibyteCodec", module = "_multibytecodec", no_new)]
pub(super) struct MultibyteCodec {
    codec: CjkCodec,
}

impl MultibyteCodec {
    pub(super) fn make(cx: &Ctx, spec: &'static CjkSpec) -> Value {
        let tables = spec.tables.iter().map(|name| table(cx, name)).collect();
        let codec = CjkCodec::new(spec, tables);
        let class = cx.native_class(Self::class());
        cx.heap().allocate(&class, Self { codec }).into_value()
    }

    /// The codec that a class names as its `codec`.
    ///
    /// # Errors
    /// `AttributeError`; `TypeError` if it is something else.
    pub(super) fn of_class(cx: &Ctx, class: &Py<Type>) -> PyResult<CjkCodec> {
        let codec = cx.get_attr_str(class.as_value(), "codec")?;
        match codec.downcast_ref::<Self>() {
            Some(codec) => Ok(codec.codec.clone()),
            None => Err(cx.type_error("codec is unexpected type")),
        }
    }
}

#[pymethods]
impl MultibyteCodec {
    /// Return an encoded string version of 'input'.
    ///
    /// 'errors' may be given to set a different error handling scheme.
    /// Default is 'strict' meaning that encoding errors raise
    /// a UnicodeEncodeError.  Other possible values are 'ignore', 'replace'
    /// and 'xmlcharrefreplace' as well as any other name registered with
    /// codecs.register_error that can handle UnicodeEncodeErrors.
    #[pymethod(signature = (input, errors = None))]
    fn encode(
        this: &Py<MultibyteCodec>,
        cx: &Ctx,
        input: &Value,
        errors: Option<&Py<Str>>,
    ) -> PyResult<(Value, usize)> {
        let text = text_of(cx, input)?;
        let errors = errors.map(Py::as_wtf8);
        let mut handler = Handler::new(cx, errors, Some(text.as_value())).with_any_position();
        let codec = &this.codec;
        let mut state = codec.start();
        let (mut bytes, _) =
            codec.encode(&mut state, text.as_wtf8(), Input::Final, &mut handler)?;
        codec.reset_encoding(&mut state, &mut bytes);
        Ok((cx.new_bytes(&bytes)?, text.as_wtf8().count_code_points()))
    }

    /// Decodes 'input'.
    ///
    /// 'errors' may be given to set a different error handling scheme.
    /// Default is 'strict' meaning that encoding errors raise
    /// a UnicodeDecodeError.  Other possible values are 'ignore' and
    /// 'replace' as well as any other name registered with
    /// codecs.register_error that is able to handle UnicodeDecodeErrors."
    #[pymethod(signature = (input, errors = None))]
    fn decode(
        this: &Py<MultibyteCodec>,
        cx: &Ctx,
        input: BytesLike<'_>,
        errors: Option<&Py<Str>>,
    ) -> PyResult<(Value, usize)> {
        let mut handler = Handler::new(cx, errors.map(Py::as_wtf8), None).with_any_position();
        let mut state = this.codec.start_decoding();
        let decoded = this
            .codec
            .decode(&mut state, &input, Input::Final, &mut handler)?;
        Ok((cx.new_str(&*decoded.text)?.into_value(), input.len()))
    }
}
