//! `_sha3`: the digests SHA-3, and SHAKE, whose digests have any length.
//!
//! CPython 3.14: `Modules/sha3module.c`. Tests: `tests/run/_sha3/`.

use std::cell::RefCell;

use sha3::Digest;
use shake::{ExtendableOutput, Update, XofReader};
use taipan_macros::{pyclass, pymethods, pymodule};
use taipan_vm::ctx::Ctx;
use taipan_vm::error::PyResult;
use taipan_vm::native::ModuleBuilder;
use taipan_vm::objects::Type;
use taipan_vm::value::{Py, Value};

use crate::digest::{GIL_MINSIZE, hex, input, one_of};
use crate::unsigned::ULong;

/// Bits of the sponge's state.
const STATE_BITS: usize = 1600;

/// The most bytes of a SHAKE digest (less than 2^29).
const MOST_BYTES: u64 = 1 << 29;

/// # Errors
/// `ValueError` for a length that is out of range.
fn checked_length(cx: &Ctx, length: ULong) -> PyResult<usize> {
    if length.0 >= MOST_BYTES {
        return Err(cx.value_error("length is too large"));
    }
    Ok(length.0 as usize)
}

/// Declares the class of a digest; `$output` and `$suffix` are what the families differ in.
macro_rules! sponge_class {
    ($class:ident($shown:literal, $doc:literal): $state:ty, rate $rate:literal, suffix $suffix:literal, size $size:literal;
     $($output:tt)*) => {
        #[doc = $doc]
        #[pyclass(name = $shown, module = "_sha3")]
        struct $class {
            state: RefCell<$state>,
        }

        #[pymethods]
        impl $class {
            #[new(signature = (data = None, *, usedforsecurity = true, string = None), text_signature = None)]
            fn new(
                cx: &Ctx,
                cls: &Py<Type>,
                data: Option<&Value>,
                usedforsecurity: bool,
                string: Option<&Value>,
            ) -> PyResult<Value> {
                let _ = usedforsecurity;
                let mut state = <$state>::default();
                if let Some(data) = one_of(cx, data, string)? {
                    Update::update(&mut state, &input(cx, data)?);
                }
                Ok(cx.heap().allocate(cls, $class { state: state.into() }).into_value())
            }

            /// Return a copy of the hash object.
            fn copy(this: &Py<$class>, cx: &Ctx) -> Value {
                let state = this.state.borrow().clone();
                let class = this.header().class().clone();
                cx.heap().allocate(&class, $class { state: state.into() }).into_value()
            }

            /// Update this hash object's state with the provided bytes-like object.
            fn update(&self, cx: &Ctx, data: &Value) -> PyResult<()> {
                let data = input(cx, data)?;
                Update::update(&mut *self.state.borrow_mut(), &data);
                Ok(())
            }

            #[getter]
            fn block_size(&self) -> usize {
                $rate
            }

            #[getter]
            fn name(&self) -> &'static str {
                $shown
            }

            #[getter]
            fn digest_size(&self) -> usize {
                $size
            }

            #[getter]
            fn _capacity_bits(&self) -> usize {
                STATE_BITS - $rate * 8
            }

            #[getter]
            fn _rate_bits(&self) -> usize {
                $rate * 8
            }

            #[getter]
            fn _suffix(&self, cx: &Ctx) -> PyResult<Value> {
                cx.new_bytes(&[$suffix])
            }

            $($output)*
        }
    };
}

macro_rules! sha3_class {
    ($class:ident($shown:literal, $doc:literal): $state:ty, rate $rate:literal, size $size:literal) => {
        sponge_class! { $class($shown, $doc): $state, rate $rate, suffix 0x06, size $size;
            /// Return the digest value as a bytes object.
            fn digest(&self, cx: &Ctx) -> PyResult<Value> {
                let state = self.state.borrow().clone();
                cx.new_bytes(&state.finalize())
            }

            /// Return the digest value as a string of hexadecimal digits.
            fn hexdigest(&self) -> String {
                let state = self.state.borrow().clone();
                hex(&state.finalize())
            }
        }
    };
}

macro_rules! shake_class {
    ($class:ident($shown:literal, $doc:literal): $state:ty, rate $rate:literal) => {
        sponge_class! { $class($shown, $doc): $state, rate $rate, suffix 0x1F, size 0;
            /// Return the digest value as a bytes object.
            #[pymethod(signature = (length))]
            fn digest(&self, cx: &Ctx, length: ULong) -> PyResult<Value> {
                let mut output = vec![0; checked_length(cx, length)?];
                let state = self.state.borrow().clone();
                state.finalize_xof().read(&mut output);
                cx.new_bytes(&output)
            }

            /// Return the digest value as a string of hexadecimal digits.
            #[pymethod(signature = (length))]
            fn hexdigest(&self, cx: &Ctx, length: ULong) -> PyResult<String> {
                let mut output = vec![0; checked_length(cx, length)?];
                let state = self.state.borrow().clone();
                state.finalize_xof().read(&mut output);
                Ok(hex(&output))
            }
        }
    };
}

sha3_class! { Sha3With224("sha3_224", "sha3_224([data], *, usedforsecurity=True) -> SHA3 object\n\nReturn a new SHA3 hash object with a hashbit length of 28 bytes."): sha3::Sha3_224, rate 144, size 28 }
sha3_class! { Sha3With256("sha3_256", "sha3_256([data], *, usedforsecurity=True) -> SHA3 object\n\nReturn a new SHA3 hash object with a hashbit length of 32 bytes."): sha3::Sha3_256, rate 136, size 32 }
sha3_class! { Sha3With384("sha3_384", "sha3_384([data], *, usedforsecurity=True) -> SHA3 object\n\nReturn a new SHA3 hash object with a hashbit length of 48 bytes."): sha3::Sha3_384, rate 104, size 48 }
sha3_class! { Sha3With512("sha3_512", "sha3_512([data], *, usedforsecurity=True) -> SHA3 object\n\nReturn a new SHA3 hash object with a hashbit length of 64 bytes."): sha3::Sha3_512, rate 72, size 64 }
shake_class! { Shake128("shake_128", "shake_128([data], *, usedforsecurity=True) -> SHAKE object\n\nReturn a new SHAKE hash object."): shake::Shake128, rate 168 }
shake_class! { Shake256("shake_256", "shake_256([data], *, usedforsecurity=True) -> SHAKE object\n\nReturn a new SHAKE hash object."): shake::Shake256, rate 136 }

#[pymodule]
pub(crate) fn _sha3(m: &ModuleBuilder) -> PyResult<()> {
    for class in [
        Sha3With224::class(),
        Sha3With256::class(),
        Sha3With384::class(),
        Sha3With512::class(),
        Shake128::class(),
        Shake256::class(),
    ] {
        m.class(class)?;
    }
    m.add("implementation", "RustCrypto")?;
    m.add("_GIL_MINSIZE", GIL_MINSIZE)
}
