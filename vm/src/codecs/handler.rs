//! The error handler of one conversion: a standard one, or a Python function.
//!
//! CPython 3.14: `unicode_decode_call_errorhandler_*`, `unicode_encode_call_errorhandler`. Standard handlers run without
//! an exception object; a name is looked up when the first error happens, so an unknown one harms nobody before.

use num_traits::ToPrimitive;
use taipan_text::codecs::{
    BuiltinError, BuiltinHandler, CodecError, CodecTask, ErrorHandler, Replacement,
};
use taipan_text::{Wtf8, Wtf8Buf};

use crate::ctx::Ctx;
use crate::error::{PyErr, PyResult};
use crate::objects::{Bytes, Str, Tuple};
use crate::value::{Py, Value};

/// Which way a conversion goes.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Direction {
    Decode,
    Encode,
}

/// See the module.
pub struct Handler<'cx> {
    cx: &'cx Ctx,
    builtin: Option<BuiltinHandler>,
    name: Wtf8Buf,
    function: Option<Value>,
    /// The input as an object, for exceptions.
    object: Option<Value>,
    /// Whether a position that is no machine word is out of bounds, not an overflow.
    any_position: bool,
    /// The input that a Python handler put into its exception.
    other_input: Option<Vec<u8>>,
}

impl<'cx> Handler<'cx> {
    /// The handler of that name; `None` is `strict`. `object` is the input if it is an object already.
    pub fn new(cx: &'cx Ctx, errors: Option<&Wtf8>, object: Option<&Value>) -> Self {
        let name = errors.unwrap_or(Wtf8::from_str("strict"));
        Self {
            cx,
            builtin: name.to_str().and_then(BuiltinHandler::from_name),
            name: name.to_owned(),
            function: None,
            object: object.cloned(),
            any_position: false,
            other_input: None,
        }
    }

    /// Positions that are no machine word are out of bounds, as for the codecs of Chinese, Japanese and Korean.
    #[must_use]
    pub fn with_any_position(self) -> Self {
        Self {
            any_position: true,
            ..self
        }
    }

    fn function(&mut self) -> PyResult<Value> {
        if let Some(function) = &self.function {
            return Ok(function.clone());
        }
        let function = self.cx.lookup_error_handler(&self.name)?;
        self.function = Some(function.clone());
        Ok(function)
    }

    fn bytes_object(&mut self, input: &[u8]) -> PyResult<Value> {
        if let Some(object) = &self.object
            && object.downcast_ref::<Bytes>().is_some()
        {
            return Ok(object.clone());
        }
        let object = self.cx.new_bytes(input)?;
        self.object = Some(object.clone());
        Ok(object)
    }

    fn text_object(&mut self, input: &Wtf8) -> PyResult<Value> {
        if let Some(object) = &self.object
            && object.downcast_ref::<Str>().is_some()
        {
            return Ok(object.clone());
        }
        let object = self.cx.new_str(input)?.into_value();
        self.object = Some(object.clone());
        Ok(object)
    }

    fn exception(&self, object: Value, error: &CodecError) -> PyErr {
        let cx = self.cx;
        let class = match error.task {
            CodecTask::Decode => &cx.types().unicode_decode_error,
            CodecTask::Encode => &cx.types().unicode_encode_error,
        };
        let text = |text: &str| cx.new_str(text).map(Py::into_value);
        match (text(&error.encoding), text(&error.reason)) {
            (Ok(encoding), Ok(reason)) => {
                let (start, end) = (error.start as i64, error.end as i64);
                let args = vec![encoding, object, cx.new_int(start), cx.new_int(end), reason];
                cx.exception_with(class, args)
            }
            (Err(error), _) | (_, Err(error)) => error,
        }
    }

    fn failure(&self, object: PyResult<Value>, error: BuiltinError) -> PyErr {
        match (object, error) {
            (Err(error), _) => error,
            (Ok(object), BuiltinError::Codec(error)) => self.exception(object, &error),
            (Ok(_), error) => self.cx.type_error(error.to_string()),
        }
    }

    /// Calls a Python handler; returns the two items of its answer, and the exception that it saw.
    fn ask(&mut self, object: Value, error: &CodecError) -> PyResult<(Value, Value, Value)> {
        let wanted = match error.task {
            CodecTask::Decode => "decoding error handler must return (str, int) tuple",
            CodecTask::Encode => "encoding error handler must return (str/bytes, int) tuple",
        };
        let function = self.function()?;
        let exception = self.exception(object, error);
        let answer = self.cx.call(&function, &[exception.value().clone()])?;
        let pair = answer.downcast_ref::<Tuple>().map(Py::<Tuple>::as_slice);
        let Some([replacement, position]) = pair else {
            return Err(self.cx.type_error(wanted));
        };
        let fits = replacement.downcast_ref::<Str>().is_some()
            || (error.task == CodecTask::Encode && replacement.downcast_ref::<Bytes>().is_some());
        if !fits {
            return Err(self.cx.type_error(wanted));
        }
        let exception = exception.value().clone();
        Ok((replacement.clone(), position.clone(), exception))
    }

    /// The position that a handler returned, in an input of `length`.
    fn position(&self, position: &Value, length: usize) -> PyResult<usize> {
        let number = self.cx.to_bigint(position)?;
        let Some(number) = number.to_isize() else {
            if self.any_position {
                let message = "position -1 from error handler out of bounds";
                return Err(self.cx.index_error(message));
            }
            return Err(self
                .cx
                .overflow_error("Python int too large to convert to C ssize_t"));
        };
        let at = if number < 0 {
            number.wrapping_add_unsigned(length)
        } else {
            number
        };
        match usize::try_from(at) {
            Ok(at) if at <= length => Ok(at),
            _ => Err(self
                .cx
                .index_error(format!("position {at} from error handler out of bounds"))),
        }
    }
}

impl ErrorHandler for Handler<'_> {
    type Error = PyErr;

    fn recover_decode(&mut self, input: &[u8], error: &CodecError) -> PyResult<(Wtf8Buf, usize)> {
        if let Some(mut builtin) = self.builtin {
            return match builtin.recover_decode(input, error) {
                Ok(answer) => Ok(answer),
                Err(failure) => {
                    let object = self.bytes_object(input);
                    Err(self.failure(object, failure))
                }
            };
        }
        let object = self.bytes_object(input)?;
        let (replacement, position, exception) = self.ask(object.clone(), error)?;
        let seen = self.cx.get_attr(&exception, &self.cx.intern("object"))?;
        let Some(bytes) = seen.downcast_ref::<Bytes>() else {
            return Err(self
                .cx
                .type_error("UnicodeError 'object' attribute must be a bytes"));
        };
        let at = self.position(&position, bytes.as_slice().len())?;
        if !seen.is(&object) {
            self.other_input = Some(bytes.as_slice().to_vec());
            self.object = Some(seen.clone());
        }
        let text = replacement
            .downcast_ref::<Str>()
            .map(|text| text.as_wtf8().to_owned())
            .unwrap_or_default();
        Ok((text, at))
    }

    fn other_input(&mut self) -> Option<Vec<u8>> {
        self.other_input.take()
    }

    fn recover_encode(
        &mut self,
        input: &Wtf8,
        error: &CodecError,
    ) -> PyResult<(Replacement, usize)> {
        if let Some(mut builtin) = self.builtin {
            return match builtin.recover_encode(input, error) {
                Ok(answer) => Ok(answer),
                Err(failure) => {
                    let object = self.text_object(input);
                    Err(self.failure(object, failure))
                }
            };
        }
        let object = self.text_object(input)?;
        let (replacement, position, _) = self.ask(object, error)?;
        let at = self.position(&position, input.count_code_points())?;
        let replacement = match replacement.downcast_ref::<Bytes>() {
            Some(bytes) => Replacement::Bytes(bytes.as_slice().to_vec()),
            None => Replacement::Text(
                replacement
                    .downcast_ref::<Str>()
                    .map(|text| text.as_wtf8().to_owned())
                    .unwrap_or_default(),
            ),
        };
        Ok((replacement, at))
    }

    fn is_surrogate_escape(&self) -> bool {
        self.builtin == Some(BuiltinHandler::SurrogateEscape)
    }

    fn give_up(&mut self, input: &Wtf8, error: &CodecError) -> PyErr {
        match self.text_object(input) {
            Ok(object) => self.exception(object, error),
            Err(error) => error,
        }
    }
}
