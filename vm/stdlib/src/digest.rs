//! What the hash modules share: the object around a running digest, and its constructor.
//!
//! CPython 3.14: `Modules/md5module.c`, `sha1module.c`, `sha2module.c`, `hashlib.h`. The algorithms are RustCrypto's.

use taipan_vm::ctx::Ctx;
use taipan_vm::error::PyResult;
use taipan_vm::objects::{Bytes, Str};
use taipan_vm::value::Value;

use crate::bytes_arg::Data;

/// The bytes to hash, with this family's messages.
///
/// # Errors
/// `TypeError` for text and for what has no bytes.
pub(crate) fn input<'a>(cx: &Ctx, value: &'a Value) -> PyResult<Data<'a>> {
    if value.downcast_ref::<Str>().is_some() {
        return Err(cx.type_error("Strings must be encoded before hashing"));
    }
    if value.downcast_ref::<Bytes>().is_none() && cx.class_of(value).slots.buffer.get().is_none() {
        return Err(cx.type_error("object supporting the buffer API required"));
    }
    Data::of(cx, value)
}

/// The one of two spellings of the constructor's argument that was given.
///
/// # Errors
/// `TypeError` if both were.
pub(crate) fn one_of<'a>(
    cx: &Ctx,
    data: Option<&'a Value>,
    string: Option<&'a Value>,
) -> PyResult<Option<&'a Value>> {
    if data.is_some() && string.is_some() {
        return Err(cx.type_error(
            "'data' and 'string' are mutually exclusive and support for 'string' keyword parameter is slated for removal in a future version.",
        ));
    }
    Ok(data.or(string))
}

/// Lower-case hexadecimal digits.
pub(crate) fn hex(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    let digit = |nibble: u8| char::from(DIGITS[usize::from(nibble & 15)]);
    bytes
        .iter()
        .flat_map(|byte| [digit(byte >> 4), digit(*byte)])
        .collect()
}

/// Bytes from which on CPython hashes without its lock; part of the modules' tests.
pub(crate) const GIL_MINSIZE: usize = 2048;

/// Declares a digest's class and constructor.
macro_rules! digest_class {
    ($(#[doc = $doc:literal])* $function:ident, $class:ident($module:literal, $shown:literal, $name:literal): $digest:ty) => {
        #[doc = concat!("A running ", $name, " digest.")]
        #[taipan_macros::pyclass(name = $shown, module = $module, no_new)]
        struct $class {
            state: std::cell::RefCell<$digest>,
        }

        #[taipan_macros::pymethods]
        impl $class {
            /// Return a copy of the hash object.
            fn copy(this: &taipan_vm::value::Py<$class>, cx: &Ctx) -> Value {
                let state = this.state.borrow().clone();
                let class = this.header().class().clone();
                cx.heap().allocate(&class, $class { state: state.into() }).into_value()
            }

            /// Return the digest value as a bytes object.
            fn digest(&self, cx: &Ctx) -> PyResult<Value> {
                let state = self.state.borrow().clone();
                cx.new_bytes(&state.finalize())
            }

            /// Return the digest value as a string of hexadecimal digits.
            fn hexdigest(&self) -> String {
                let state = self.state.borrow().clone();
                $crate::digest::hex(&state.finalize())
            }

            /// Update this hash object's state with the provided string.
            fn update(&self, cx: &Ctx, obj: &Value) -> PyResult<()> {
                let data = $crate::digest::input(cx, obj)?;
                self.state.borrow_mut().update(&*data);
                Ok(())
            }

            #[getter]
            fn block_size(&self) -> usize {
                <$digest as sha2::digest::common::BlockSizeUser>::block_size()
            }

            #[getter]
            fn digest_size(&self) -> usize {
                <$digest as Digest>::output_size()
            }

            #[getter]
            fn name(&self) -> &'static str {
                $name
            }
        }

        $(#[doc = $doc])*
        #[taipan_macros::pyfunction(
            signature = (data = None, *, usedforsecurity = true, string = None),
            text_signature = "($module, /, data=b'', *, usedforsecurity=True, string=None)"
        )]
        fn $function(
            cx: &Ctx,
            data: Option<&Value>,
            usedforsecurity: bool,
            string: Option<&Value>,
        ) -> PyResult<Value> {
            let _ = usedforsecurity;
            let mut state = <$digest>::new();
            if let Some(data) = $crate::digest::one_of(cx, data, string)? {
                state.update(&*$crate::digest::input(cx, data)?);
            }
            let class = cx.native_class($class::class());
            Ok(cx.heap().allocate(&class, $class { state: state.into() }).into_value())
        }
    };
}
