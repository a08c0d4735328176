//! The registry of codecs and error handlers.
//!
//! CPython 3.14: `PyCodec_Register`, `_PyCodec_Lookup`, `PyCodec_RegisterError` (`Python/codecs.c`).

use std::cell::{Cell, RefCell};

use rustc_hash::FxHashMap;
use taipan_text::Wtf8;

use super::native_handlers;
use crate::ctx::Ctx;
use crate::error::{PyErr, PyResult};
use crate::native::Args;
use crate::objects::{Str, Tuple};
use crate::value::{Py, Value};

/// One isolate's codecs.
#[derive(Default)]
pub struct CodecRegistry {
    search_functions: RefCell<Vec<Value>>,
    /// What search functions found, by normalised name.
    found: RefCell<FxHashMap<Box<Wtf8>, Value>>,
    /// Handlers that Python code registered, by name; they hide standard ones.
    handlers: RefCell<FxHashMap<Box<Wtf8>, Value>>,
    /// Whether `encodings` was asked to register its search function.
    is_filled: Cell<bool>,
}

impl CodecRegistry {
    /// Lets go of everything, at the isolate's end.
    pub(crate) fn clear(&self) {
        let functions = self.search_functions.take();
        let found = self.found.take();
        let handlers = self.handlers.take();
        drop((functions, found, handlers));
    }
}

/// The name under which a codec is searched: lower case, runs of other characters than letters, digits and points as
/// one underscore.
fn normalise(encoding: &Wtf8) -> String {
    let mut name = String::with_capacity(encoding.len());
    let mut punctuation = false;
    for point in encoding.code_points() {
        match point.to_ascii() {
            Some(byte) if byte.is_ascii_alphanumeric() || byte == b'.' => {
                if punctuation && !name.is_empty() {
                    name.push('_');
                }
                punctuation = false;
                name.push(char::from(byte.to_ascii_lowercase()));
            }
            _ => punctuation = true,
        }
    }
    name
}

impl Ctx {
    fn codecs(&self) -> &CodecRegistry {
        &self.isolate().codecs
    }

    /// `codecs.register`.
    ///
    /// # Errors
    /// `TypeError` if the function cannot be called.
    pub fn register_codec_search(&self, function: &Value) -> PyResult<()> {
        if self.class_of(function).slots.call.get().is_none() {
            return Err(self.type_error("argument must be callable"));
        }
        self.codecs()
            .search_functions
            .borrow_mut()
            .push(function.clone());
        Ok(())
    }

    /// `codecs.unregister`: forgets the function and all codecs found so far.
    pub fn unregister_codec_search(&self, function: &Value) {
        let registry = self.codecs();
        let position = registry
            .search_functions
            .borrow()
            .iter()
            .position(|known| known.is(function));
        let Some(position) = position else { return };
        let old = registry.search_functions.borrow_mut().remove(position);
        let found = registry.found.take();
        drop((old, found));
    }

    /// `codecs.lookup`: a tuple of encoder, decoder, stream reader and stream writer.
    ///
    /// # Errors
    /// `LookupError` if nobody knows the encoding, or what a search function raises.
    pub fn lookup_codec(&self, encoding: &Wtf8) -> PyResult<Value> {
        let name = normalise(encoding);
        let key = Wtf8::from_str(&name);
        if let Some(known) = self.codecs().found.borrow().get(key) {
            return Ok(known.clone());
        }
        // CPython imports `encodings` when it starts; here it comes with the first codec that is not native.
        if !self.codecs().is_filled.replace(true) {
            let import = self.builtin("__import__")?;
            self.call(&import, &[self.intern("encodings").into_value()])?;
        }
        let functions = self.codecs().search_functions.borrow().clone();
        if functions.is_empty() {
            return Err(
                self.lookup_error("no codec search functions registered: can't find encoding")
            );
        }
        let argument = [self.new_str(&name)?.into_value()];
        for function in functions {
            let found = self.call(&function, &argument)?;
            if found.is_none() {
                continue;
            }
            let is_codec = found
                .downcast_ref::<Tuple>()
                .is_some_and(|parts| parts.length() == 4);
            if !is_codec {
                return Err(self.type_error("codec search functions must return 4-tuples"));
            }
            let old = self
                .codecs()
                .found
                .borrow_mut()
                .insert(key.to_boxed(), found.clone());
            drop(old);
            return Ok(found);
        }
        Err(self.lookup_error(format!("unknown encoding: {}", encoding.to_string_lossy())))
    }

    /// `codecs.register_error`.
    ///
    /// # Errors
    /// `TypeError` if the handler cannot be called.
    pub fn register_error_handler(&self, name: &Py<Str>, handler: &Value) -> PyResult<()> {
        if self.class_of(handler).slots.call.get().is_none() {
            return Err(self.type_error("handler must be callable"));
        }
        let old = self
            .codecs()
            .handlers
            .borrow_mut()
            .insert(name.as_wtf8().to_boxed(), handler.clone());
        drop(old);
        Ok(())
    }

    /// `_codecs._unregister_error`: whether there was such a handler.
    ///
    /// # Errors
    /// `ValueError` for the standard handlers.
    pub fn unregister_error_handler(&self, name: &Wtf8) -> PyResult<bool> {
        if native_handlers::find(name).is_some() {
            return Err(self.value_error(format!(
                "cannot un-register built-in error handler '{}'",
                name.to_string_lossy()
            )));
        }
        let old = self.codecs().handlers.borrow_mut().remove(name);
        Ok(old.is_some())
    }

    /// `codecs.lookup_error`.
    ///
    /// # Errors
    /// `LookupError` if there is none of that name.
    pub fn lookup_error_handler(&self, name: &Wtf8) -> PyResult<Value> {
        if let Some(handler) = self.codecs().handlers.borrow().get(name) {
            return Ok(handler.clone());
        }
        if let Some(def) = native_handlers::find(name) {
            let function = self
                .new_native_function(def, Value::NONE, None)
                .into_value();
            let mut handlers = self.codecs().handlers.borrow_mut();
            handlers.insert(name.to_boxed(), function.clone());
            return Ok(function);
        }
        Err(self.lookup_error(format!(
            "unknown error handler name '{}'",
            name.to_string_lossy()
        )))
    }

    /// `codecs.encode`: with any codec, to anything.
    ///
    /// # Errors
    /// `LookupError` if nobody knows the encoding, or what the codec raises.
    pub fn encode_any(
        &self,
        object: &Value,
        encoding: &Wtf8,
        errors: Option<&Py<Str>>,
    ) -> PyResult<Value> {
        let codec = self.lookup_codec(encoding)?;
        self.run_codec(&codec, Half::Encode, object, encoding, errors)
    }

    /// `codecs.decode`: with any codec, to anything.
    ///
    /// # Errors
    /// As for [`Ctx::encode_any`].
    pub fn decode_any(
        &self,
        object: &Value,
        encoding: &Wtf8,
        errors: Option<&Py<Str>>,
    ) -> PyResult<Value> {
        let codec = self.lookup_codec(encoding)?;
        self.run_codec(&codec, Half::Decode, object, encoding, errors)
    }

    /// The codec of a text encoding.
    pub(super) fn lookup_text_codec(&self, encoding: &Wtf8, half: Half) -> PyResult<Value> {
        let codec = self.lookup_codec(encoding)?;
        if self.class_of(&codec).is(&self.types().tuple) {
            return Ok(codec);
        }
        let attribute = self.intern("_is_text_encoding");
        if let Some(is_text) = self.find_attr(&codec, &attribute)?
            && !self.is_true(&is_text)?
        {
            return Err(self.lookup_error(format!(
                "'{}' is not a text encoding; use codecs.{}() to handle arbitrary codecs",
                encoding.to_string_lossy(),
                half.verb()
            )));
        }
        Ok(codec)
    }

    /// Calls one half of a codec and takes the first item of what it returns.
    pub(super) fn run_codec(
        &self,
        codec: &Value,
        half: Half,
        object: &Value,
        encoding: &Wtf8,
        errors: Option<&Py<Str>>,
    ) -> PyResult<Value> {
        let Some(parts) = codec.downcast_ref::<Tuple>() else {
            return Err(self.type_error("codec search functions must return 4-tuples"));
        };
        let index = usize::from(half == Half::Decode);
        let Some(function) = parts.as_slice().get(index).cloned() else {
            return Err(self.type_error("codec search functions must return 4-tuples"));
        };
        let mut arguments = vec![object.clone()];
        arguments.extend(errors.map(Py::to_value));
        let result = self
            .call_with(&function, Args::positional_only(&arguments))
            .map_err(|error| self.note_codec(error, half, encoding))?;
        let first = result
            .downcast_ref::<Tuple>()
            .filter(|pair| pair.length() == 2)
            .and_then(|pair| pair.as_slice().first().cloned());
        first.ok_or_else(|| {
            self.type_error(format!(
                "{}r must return a tuple (object, integer)",
                half.verb()
            ))
        })
    }

    /// Notes on an exception which codec it came out of.
    fn note_codec(&self, error: PyErr, half: Half, encoding: &Wtf8) -> PyErr {
        let note = format!(
            "{} with '{}' codec failed",
            half.noun(),
            encoding.to_string_lossy()
        );
        let added = self.new_str(&note).and_then(|note| {
            let method = self.get_attr(error.value(), &self.intern("add_note"))?;
            self.call(&method, &[note.into_value()])
        });
        // The exception matters more than its note.
        let _ = added;
        error
    }
}

/// The two functions of a codec.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Half {
    Encode,
    Decode,
}

impl Half {
    pub(super) fn verb(self) -> &'static str {
        match self {
            Self::Encode => "encode",
            Self::Decode => "decode",
        }
    }

    fn noun(self) -> &'static str {
        match self {
            Self::Encode => "encoding",
            Self::Decode => "decoding",
        }
    }
}
