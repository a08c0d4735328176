//! Text to bytes and back by the name of an encoding.
//!
//! CPython 3.14: `PyUnicode_AsEncodedString`, `PyUnicode_Decode`, `PyUnicode_FromEncodedObject`. The commonest
//! encodings are known here and never ask the registry.

use taipan_text::codecs::{
    Input, decode_ascii, decode_latin1, decode_utf8, decode_utf16, decode_utf32, encode_ascii,
    encode_latin1, encode_utf8, encode_utf16, encode_utf32,
};
use taipan_text::{Wtf8, Wtf8Buf};

use super::handler::Handler;
use super::registry::Half;
use crate::ctx::Ctx;
use crate::error::PyResult;
use crate::objects::{Bytes, Str};
use crate::value::{Py, Value};

/// An encoding that needs no registry.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum KnownCodec {
    Utf8,
    Utf16,
    Utf32,
    Ascii,
    Latin1,
}

impl KnownCodec {
    /// The codec of that name, in any case and with any punctuation between the parts.
    pub fn from_name(name: &Wtf8) -> Option<Self> {
        let mut room = [0_u8; 12];
        let mut length = 0;
        for byte in name.as_bytes() {
            let byte = match byte {
                b' ' | b'-' | b'_' => b'_',
                byte => byte.to_ascii_lowercase(),
            };
            *room.get_mut(length)? = byte;
            length += 1;
        }
        match &room[..length] {
            b"utf_8" | b"utf8" => Some(Self::Utf8),
            b"utf_16" | b"utf16" => Some(Self::Utf16),
            b"utf_32" | b"utf32" => Some(Self::Utf32),
            b"ascii" | b"us_ascii" => Some(Self::Ascii),
            b"latin_1" | b"latin1" | b"iso_8859_1" | b"iso8859_1" => Some(Self::Latin1),
            _ => None,
        }
    }
}

impl Ctx {
    /// `text.encode(encoding, errors)`: `bytes`.
    ///
    /// # Errors
    /// `UnicodeEncodeError`, `LookupError` for an unknown encoding or handler, or what a codec raises.
    pub fn encode_text(
        &self,
        text: &Py<Str>,
        encoding: Option<&Py<Str>>,
        errors: Option<&Py<Str>>,
    ) -> PyResult<Value> {
        let name = self.encoding_name(encoding)?;
        let errors_name = self.encoding_name(errors)?;
        self.check_codec_names(name, errors_name)?;
        let known = match name {
            None => Some(KnownCodec::Utf8),
            Some(name) => KnownCodec::from_name(name),
        };
        if let Some(known) = known {
            return self.encode_known(known, text, errors_name);
        }
        let name = name.unwrap_or(Wtf8::from_str("utf-8"));
        let codec = self.lookup_text_codec(name, Half::Encode)?;
        let result = self.run_codec(&codec, Half::Encode, text.as_value(), name, errors)?;
        if result.downcast_ref::<Bytes>().is_some() {
            return Ok(result);
        }
        Err(self.type_error(format!(
            "'{}' encoder returned '{}' instead of 'bytes'; use codecs.encode() to encode to arbitrary types",
            name.to_string_lossy(),
            self.type_name(&result)
        )))
    }

    /// In development mode the names have to be right even where they are not needed.
    fn check_codec_names(&self, encoding: Option<&Wtf8>, errors: Option<&Wtf8>) -> PyResult<()> {
        if !self.isolate().config().dev_mode {
            return Ok(());
        }
        if let Some(encoding) = encoding
            && KnownCodec::from_name(encoding).is_none()
        {
            self.lookup_codec(encoding)?;
        }
        match errors {
            Some(errors) => self.lookup_error_handler(errors).map(drop),
            None => Ok(()),
        }
    }

    fn encode_known(
        &self,
        codec: KnownCodec,
        text: &Py<Str>,
        errors: Option<&Wtf8>,
    ) -> PyResult<Value> {
        let wtf8 = text.as_wtf8();
        let byte_codec = !matches!(codec, KnownCodec::Utf16 | KnownCodec::Utf32);
        if text.is_ascii() && byte_codec {
            return self.new_bytes(wtf8.as_bytes());
        }
        if codec == KnownCodec::Utf8 && wtf8.first_surrogate().is_none() {
            return self.new_bytes(wtf8.as_bytes());
        }
        let mut handler = Handler::new(self, errors, Some(text.as_value()));
        let bytes = match codec {
            KnownCodec::Utf8 => encode_utf8(wtf8, &mut handler)?,
            KnownCodec::Utf16 => encode_utf16(wtf8, None, &mut handler)?,
            KnownCodec::Utf32 => encode_utf32(wtf8, None, &mut handler)?,
            KnownCodec::Ascii => encode_ascii(wtf8, &mut handler)?,
            KnownCodec::Latin1 => encode_latin1(wtf8, &mut handler)?,
        };
        self.new_bytes(&bytes)
    }

    /// Text of bytes; `object` is what holds them, if it is an object.
    ///
    /// # Errors
    /// `UnicodeDecodeError`, `LookupError` for an unknown encoding or handler, or what a codec raises.
    pub fn decode_bytes(
        &self,
        bytes: &[u8],
        object: Option<&Value>,
        encoding: Option<&Py<Str>>,
        errors: Option<&Py<Str>>,
    ) -> PyResult<Py<Str>> {
        let name = self.encoding_name(encoding)?;
        let errors_name = self.encoding_name(errors)?;
        self.check_codec_names(name, errors_name)?;
        let known = match name {
            None => Some(KnownCodec::Utf8),
            Some(name) => KnownCodec::from_name(name),
        };
        if let Some(known) = known {
            return self.decode_known(known, bytes, object, errors_name);
        }
        let name = name.unwrap_or(Wtf8::from_str("utf-8"));
        let codec = self.lookup_text_codec(name, Half::Decode)?;
        // Codecs written in Python expect something with the buffer protocol: a memoryview in CPython.
        let input = match object {
            Some(object) if object.downcast_ref::<Bytes>().is_some() => object.clone(),
            _ => self.new_bytes(bytes)?,
        };
        let result = self.run_codec(&codec, Half::Decode, &input, name, errors)?;
        result.downcast::<Str>().map_err(|other| {
            self.type_error(format!(
                "'{}' decoder returned '{}' instead of 'str'; use codecs.decode() to decode to arbitrary types",
                name.to_string_lossy(),
                self.type_name(&other)
            ))
        })
    }

    /// Text of bytes in one of the known encodings.
    ///
    /// # Errors
    /// `UnicodeDecodeError`, `LookupError` for an unknown handler, or what a handler raises.
    pub fn decode_known(
        &self,
        codec: KnownCodec,
        bytes: &[u8],
        object: Option<&Value>,
        errors: Option<&Wtf8>,
    ) -> PyResult<Py<Str>> {
        let byte_codec = !matches!(codec, KnownCodec::Utf16 | KnownCodec::Utf32);
        if byte_codec && bytes.is_ascii() {
            return match Wtf8::from_bytes(bytes) {
                Ok(text) => self.new_str_counted(text, text.len()),
                Err(_) => Err(self.system_error("ASCII is text")),
            };
        }
        if codec == KnownCodec::Utf8
            && let Ok(text) = std::str::from_utf8(bytes)
        {
            return self.new_str(text);
        }
        let mut handler = Handler::new(self, errors, object);
        let handler = &mut handler;
        let text: Wtf8Buf = match codec {
            KnownCodec::Utf8 => decode_utf8(bytes, handler, Input::Final)?.text,
            KnownCodec::Utf16 => decode_utf16(bytes, None, handler, Input::Final)?.0.text,
            KnownCodec::Utf32 => decode_utf32(bytes, None, handler, Input::Final)?.0.text,
            KnownCodec::Ascii => decode_ascii(bytes, handler)?,
            KnownCodec::Latin1 => decode_latin1(bytes),
        };
        self.new_str(&text)
    }

    /// `str(object, encoding, errors)`.
    ///
    /// # Errors
    /// `TypeError` if the object has no bytes, or as for [`Ctx::decode_bytes`].
    pub fn decode_object(
        &self,
        object: &Value,
        encoding: Option<&Py<Str>>,
        errors: Option<&Py<Str>>,
    ) -> PyResult<Py<Str>> {
        if let Some(bytes) = object.downcast_ref::<Bytes>() {
            return self.decode_bytes(bytes.as_slice(), Some(object), encoding, errors);
        }
        if object.downcast_ref::<Str>().is_some() {
            return Err(self.type_error("decoding str is not supported"));
        }
        if !self.has_buffer(object) {
            return Err(self.type_error(format!(
                "decoding to str: need a bytes-like object, {} found",
                self.type_name(object)
            )));
        }
        let bytes = self.bytes_of(object)?;
        self.decode_bytes(&bytes, None, encoding, errors)
    }

    /// The name of an encoding or handler, which cannot hold a null character.
    fn encoding_name<'a>(&self, name: Option<&'a Py<Str>>) -> PyResult<Option<&'a Wtf8>> {
        match name.map(Py::as_wtf8) {
            Some(name) if name.as_bytes().contains(&0) => {
                Err(self.value_error("embedded null character"))
            }
            name => Ok(name),
        }
    }
}
