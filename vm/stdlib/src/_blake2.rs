//! `_blake2`: the digests BLAKE2b and BLAKE2s, with keys, salts and tree hashing.
//!
//! CPython 3.14: `Modules/blake2module.c`. Tests: `tests/run/_blake2/`.

use std::cell::RefCell;

use taipan_macros::{pyclass, pymethods, pymodule};
use taipan_vm::ctx::Ctx;
use taipan_vm::error::PyResult;
use taipan_vm::native::ModuleBuilder;
use taipan_vm::objects::Type;
use taipan_vm::value::{Py, Value};

use crate::digest::{GIL_MINSIZE, hex, input, one_of};
use crate::unsigned::{ULong, ULongLong};

/// `value` as a size that is in range.
fn within(value: i32, low: usize, high: usize) -> Option<usize> {
    usize::try_from(value)
        .ok()
        .filter(|value| (low..=high).contains(value))
}

/// Declares the class of a digest by the crate that holds it.
macro_rules! blake2_class {
    ($class:ident($shown:literal, $title:literal, $doc:literal, $signature:literal): $crate_name:ident,
     most $most:literal, salt $salt:literal, offset bits $offset_bits:literal) => {
        #[doc = $doc]
        #[pyclass(name = $shown, module = "_blake2", text_signature = $signature)]
        struct $class {
            state: RefCell<$crate_name::State>,
            digest_size: usize,
        }

        #[pymethods]
        impl $class {
            #[new(signature = (data = None, /, *, digest_size = $most, key = None, salt = None, person = None, fanout = 1,
                depth = 1, leaf_size = ULong(0), node_offset = ULongLong(0), node_depth = 0, inner_size = 0,
                last_node = false, usedforsecurity = true, string = None))]
            #[expect(clippy::too_many_arguments, reason = "the parameters of BLAKE2")]
            fn new(
                cx: &Ctx,
                cls: &Py<Type>,
                data: Option<&Value>,
                digest_size: i32,
                key: Option<&Value>,
                salt: Option<&Value>,
                person: Option<&Value>,
                fanout: i32,
                depth: i32,
                leaf_size: ULong,
                node_offset: ULongLong,
                node_depth: i32,
                inner_size: i32,
                last_node: bool,
                usedforsecurity: bool,
                string: Option<&Value>,
            ) -> PyResult<Value> {
                let _ = usedforsecurity;
                let data = one_of(cx, data, string)?;
                let bytes = |value: Option<&Value>| match value {
                    Some(value) => cx.bytes_of(value).map(|bytes| bytes.into_owned()),
                    None => Ok(Vec::new()),
                };
                let (key, salt, person) = (bytes(key)?, bytes(salt)?, bytes(person)?);
                let Some(size) = within(digest_size, 1, $most) else {
                    return Err(cx.value_error(format!(
                        concat!("digest_size for ", $title, " must be between 1 and {} bytes, here it is {}"),
                        $most, digest_size
                    )));
                };
                if salt.len() > $salt {
                    return Err(cx.value_error(concat!("maximum salt length is ", $salt, " bytes")));
                }
                if person.len() > $salt {
                    return Err(cx.value_error(concat!("maximum person length is ", $salt, " bytes")));
                }
                let Some(fanout) = within(fanout, 0, 255) else {
                    return Err(cx.value_error("fanout must be between 0 and 255"));
                };
                let Some(depth) = within(depth, 1, 255) else {
                    return Err(cx.value_error("depth must be between 1 and 255"));
                };
                let Ok(leaf_size) = u32::try_from(leaf_size.0) else {
                    return Err(cx.overflow_error("leaf_size is too large"));
                };
                if $offset_bits < 64 && node_offset.0 >> ($offset_bits % 64) != 0 {
                    return Err(cx.overflow_error("node_offset is too large"));
                }
                let Some(node_depth) = within(node_depth, 0, 255) else {
                    return Err(cx.value_error("node_depth must be between 0 and 255"));
                };
                let Some(inner_size) = within(inner_size, 0, $most) else {
                    return Err(cx.value_error(concat!("inner_size must be between 0 and is ", $most)));
                };
                if key.len() > $most {
                    return Err(cx.value_error(concat!("maximum key length is ", $most, " bytes")));
                }
                let mut state = $crate_name::Params::new()
                    .hash_length(size)
                    .key(&key)
                    .salt(&salt)
                    .personal(&person)
                    .fanout(fanout as u8)
                    .max_depth(depth as u8)
                    .max_leaf_length(leaf_size)
                    .node_offset(node_offset.0)
                    .node_depth(node_depth as u8)
                    .inner_hash_length(inner_size)
                    .last_node(last_node)
                    .to_state();
                if let Some(data) = data {
                    state.update(&input(cx, data)?);
                }
                let object = $class { state: state.into(), digest_size: size };
                Ok(cx.heap().allocate(cls, object).into_value())
            }

            /// Return a copy of the hash object.
            fn copy(this: &Py<$class>, cx: &Ctx) -> Value {
                let state = this.state.clone();
                let class = this.header().class().clone();
                let object = $class { state, digest_size: this.digest_size };
                cx.heap().allocate(&class, object).into_value()
            }

            /// Update this hash object's state with the provided bytes-like object.
            fn update(&self, cx: &Ctx, data: &Value) -> PyResult<()> {
                let data = input(cx, data)?;
                self.state.borrow_mut().update(&data);
                Ok(())
            }

            /// Return the digest value as a bytes object.
            fn digest(&self, cx: &Ctx) -> PyResult<Value> {
                cx.new_bytes(self.state.borrow().finalize().as_bytes())
            }

            /// Return the digest value as a string of hexadecimal digits.
            fn hexdigest(&self) -> String {
                hex(self.state.borrow().finalize().as_bytes())
            }

            #[getter]
            fn block_size(&self) -> usize {
                $crate_name::BLOCKBYTES
            }

            #[getter]
            fn digest_size(&self) -> usize {
                self.digest_size
            }

            #[getter]
            fn name(&self) -> &'static str {
                $shown
            }
        }
    };
}

blake2_class! { Blake2b("blake2b", "Blake2b", "Return a new BLAKE2b hash object.",
"(data=b'', *, digest_size=_blake2.blake2b.MAX_DIGEST_SIZE,\n        key=b'', salt=b'', person=b'', fanout=1, depth=1, leaf_size=0,\n        node_offset=0, node_depth=0, inner_size=0, last_node=False,\n        usedforsecurity=True, string=None)"): blake2b_simd, most 64, salt 16, offset bits 64 }
blake2_class! { Blake2s("blake2s", "Blake2s", "Return a new BLAKE2s hash object.",
"(data=b'', *, digest_size=_blake2.blake2s.MAX_DIGEST_SIZE,\n        key=b'', salt=b'', person=b'', fanout=1, depth=1, leaf_size=0,\n        node_offset=0, node_depth=0, inner_size=0, last_node=False,\n        usedforsecurity=True, string=None)"): blake2s_simd, most 32, salt 8, offset bits 48 }

/// _blake2b provides BLAKE2b for hashlib
#[pymodule]
pub(crate) fn _blake2(cx: &Ctx, m: &ModuleBuilder) -> PyResult<()> {
    for (def, prefix, most, salt) in [
        (Blake2b::class(), "BLAKE2B", 64, 16),
        (Blake2s::class(), "BLAKE2S", 32, 8),
    ] {
        let class = m.class(def)?;
        let sizes = [
            ("SALT_SIZE", salt),
            ("PERSON_SIZE", salt),
            ("MAX_KEY_SIZE", most),
            ("MAX_DIGEST_SIZE", most),
        ];
        for (name, size) in sizes {
            class.dict().set_str(&cx.intern(name), cx.new_int(size));
            m.add(&format!("{prefix}_{name}"), size)?;
        }
        class.modified();
    }
    m.add("_GIL_MINSIZE", GIL_MINSIZE)
}
