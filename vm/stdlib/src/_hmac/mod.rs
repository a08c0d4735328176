//! `_hmac`: messages authenticated with a key and a digest (RFC 2104).
//!
//! CPython 3.14: `Modules/hmacmodule.c`. The construction is the crate `hmac`'s; `digests` lists what it runs over, `blake2`
//! makes BLAKE2 one of them. Tests: `tests/programs/_hmac/`.

mod blake2;
mod digests;

use std::cell::RefCell;

use taipan_macros::{pyclass, pyfunction, pymethods, pymodule};
use taipan_vm::ctx::Ctx;
use taipan_vm::error::{PyErr, PyResult};
use taipan_vm::native::ModuleBuilder;
use taipan_vm::objects::Str;
use taipan_vm::value::{Py, Value};

use crate::digest::{GIL_MINSIZE, hex, input};
use crate::exception_class::{exception_class, raise};
use digests::{DIGESTS, Digest, Running};

const UNKNOWN: &str = "_hmac.UnknownHashError";

#[pymodule]
pub(crate) fn _hmac(cx: &Ctx, m: &ModuleBuilder<'_>) -> PyResult<()> {
    m.function(&new::DEF)?;
    m.function(&compute_digest::DEF)?;
    for function in [
        &compute_md5::DEF,
        &compute_sha1::DEF,
        &compute_sha224::DEF,
        &compute_sha256::DEF,
        &compute_sha384::DEF,
        &compute_sha512::DEF,
        &compute_sha3_224::DEF,
        &compute_sha3_256::DEF,
        &compute_sha3_384::DEF,
        &compute_sha3_512::DEF,
        &compute_blake2s_32::DEF,
        &compute_blake2b_32::DEF,
    ] {
        m.function(function)?;
    }
    let unknown = exception_class(cx, UNKNOWN, &cx.types().value_error)?;
    m.add("UnknownHashError", unknown)?;
    m.add("HMAC", cx.native_class(Hmac::class()))?;
    m.add("_GIL_MINSIZE", GIL_MINSIZE)
}

fn unknown(cx: &Ctx, digest: &Value) -> PyErr {
    let shown = match cx.repr(digest) {
        Ok(shown) => shown,
        Err(error) => return error,
    };
    raise(
        cx,
        UNKNOWN,
        &cx.types().value_error,
        format!("unsupported hash type: {}", shown.to_string_lossy()),
    )
}

/// The digest of that name, in small or capital letters.
fn find(cx: &Ctx, name: &Value) -> PyResult<&'static Digest> {
    let Some(text) = name.downcast_ref::<Str>() else {
        return Err(unknown(cx, name));
    };
    let text = text.to_string_lossy();
    DIGESTS
        .iter()
        .find(|digest| digest.is_called(&text))
        .ok_or_else(|| unknown(cx, name))
}

fn computed(cx: &Ctx, digest: &Digest, key: &Value, msg: &Value) -> PyResult<Value> {
    let key = input(cx, key)?;
    let msg = input(cx, msg)?;
    let mut running = (digest.start)(&key);
    running.update(&msg);
    cx.new_bytes(&running.digest())
}

/// Return a new HMAC object.
#[pyfunction(signature = (key, msg = None, digestmod = None))]
fn new(cx: &Ctx, key: &Value, msg: Option<&Value>, digestmod: Option<&Value>) -> PyResult<Value> {
    let Some(digestmod) = digestmod else {
        return Err(cx.type_error("new() missing 1 required argument 'digestmod'"));
    };
    let digest = find(cx, digestmod)?;
    let mut running = (digest.start)(&input(cx, key)?);
    if let Some(msg) = msg {
        running.update(&input(cx, msg)?);
    }
    Ok(allocate(cx, digest, running))
}

fn allocate(cx: &Ctx, digest: &'static Digest, running: Box<dyn Running>) -> Value {
    let class = cx.native_class(Hmac::class());
    let payload = Hmac {
        digest,
        running: RefCell::new(running),
    };
    cx.heap().allocate(&class, payload).into_value()
}

#[pyfunction(signature = (key, msg, digest))]
fn compute_digest(cx: &Ctx, key: &Value, msg: &Value, digest: &Value) -> PyResult<Value> {
    computed(cx, find(cx, digest)?, key, msg)
}

macro_rules! compute {
    ($($function:ident: $digest:ident;)*) => { $(
        #[pyfunction]
        fn $function(cx: &Ctx, key: &Value, msg: &Value) -> PyResult<Value> {
            computed(cx, &digests::$digest, key, msg)
        }
    )* };
}

compute! {
    compute_md5: MD5;
    compute_sha1: SHA1;
    compute_sha224: SHA224;
    compute_sha256: SHA256;
    compute_sha384: SHA384;
    compute_sha512: SHA512;
    compute_sha3_224: SHA3_224;
    compute_sha3_256: SHA3_256;
    compute_sha3_384: SHA3_384;
    compute_sha3_512: SHA3_512;
    compute_blake2s_32: BLAKE2S;
    compute_blake2b_32: BLAKE2B;
}

/// The state of an authentication.
#[pyclass(name = "HMAC", module = "_hmac", no_new)]
struct Hmac {
    digest: &'static Digest,
    running: RefCell<Box<dyn Running>>,
}

#[pymethods]
impl Hmac {
    /// Return a copy ("clone") of the HMAC object.
    fn copy(&self, cx: &Ctx) -> Value {
        let running = self.running.borrow().boxed();
        allocate(cx, self.digest, running)
    }

    /// Update the HMAC object with the given message.
    #[pymethod(signature = (msg))]
    fn update(this: &Py<Hmac>, cx: &Ctx, msg: &Value) -> PyResult<()> {
        let msg = input(cx, msg)?;
        this.running.borrow_mut().update(&msg);
        Ok(())
    }

    /// Return the digest of the bytes passed to the update() method so far.
    ///
    /// This method may raise a MemoryError.
    fn digest(&self, cx: &Ctx) -> PyResult<Value> {
        let digest = self.running.borrow().digest();
        cx.new_bytes(&digest)
    }

    /// Return hexadecimal digest of the bytes passed to the update() method so far.
    ///
    /// This may be used to exchange the value safely in email or other
    /// non-binary environments.
    ///
    /// This method may raise a MemoryError.
    fn hexdigest(&self) -> String {
        hex(&self.running.borrow().digest())
    }

    fn __repr__(this: &Py<Hmac>) -> String {
        format!(
            "<{} HMAC object @ {:#x}>",
            this.digest.name,
            this.as_value().identity()
        )
    }

    #[getter]
    fn name(&self) -> String {
        format!("hmac-{}", self.digest.name)
    }

    #[getter]
    fn block_size(&self) -> usize {
        self.digest.block_size
    }

    #[getter]
    fn digest_size(&self) -> usize {
        self.digest.digest_size
    }
}
