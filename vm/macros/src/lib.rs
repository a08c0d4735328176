//! Attribute macros that declare native functions, classes and modules.
//!
//! CPython's counterpart is Argument Clinic and the method tables of its C files; the vocabulary is PyO3's. What each
//! macro accepts is written in `docs/native-modules.md`. The macros parse arguments and fill tables, nothing else: the
//! tables' types live in `taipan_vm::native`, and the expansion names them by that absolute path.
//!
//! Invariants: the annotated item is kept (helper attributes stripped); misuse is a compile error at the place of the
//! mistake; the expansion contains no behaviour that the signature does not show.
//!
//! Tests: `tests.rs` here compares expansions; `vm/src/native/tests.rs` calls what was declared.
//! Read in this order: `signature`, `function`, `callee`, `pymethods`.

mod callee;
mod docs;
mod function;
mod module;
mod options;
mod pyclass;
mod pymethods;
mod signature;
mod types;

#[cfg(test)]
mod tests;

use proc_macro::TokenStream;

/// Declares a native function: `#[pyfunction(signature = (a, b = 1), name = "...", text_signature = ..., pass_module)]`.
///
/// Beside the function it makes a type of the same name with `pub const DEF: FunctionDef`.
#[proc_macro_attribute]
pub fn pyfunction(options: TokenStream, item: TokenStream) -> TokenStream {
    finish(function::expand(options.into(), item.into()))
}

/// Declares a native module: the function fills it. Options: `name`.
///
/// Beside the function it makes a type of the same name with `pub const DEF: ModuleDef`.
#[proc_macro_attribute]
pub fn pymodule(options: TokenStream, item: TokenStream) -> TokenStream {
    finish(module::expand(options.into(), item.into()))
}

/// Declares that a struct is the payload of a Python class. See the crate's page for the options.
#[proc_macro_attribute]
pub fn pyclass(options: TokenStream, item: TokenStream) -> TokenStream {
    finish(pyclass::expand(options.into(), item.into()))
}

/// Turns the functions of an `impl` block into methods, attributes and slots of the class.
///
/// Inside, functions may carry `#[new]`, `#[init]`, `#[getter]`, `#[setter]`, `#[deleter]`, `#[staticmethod]`,
/// `#[classmethod]`, `#[pymethod]` and `#[native_only]`. A class has one block, or several numbered ones:
/// `#[pyclass(parts = 2)]` with `#[pymethods]` and `#[pymethods(part = 1)]`.
#[proc_macro_attribute]
pub fn pymethods(options: TokenStream, item: TokenStream) -> TokenStream {
    finish(pymethods::expand(options.into(), item.into()))
}

fn finish(expansion: syn::Result<proc_macro2::TokenStream>) -> TokenStream {
    expansion
        .unwrap_or_else(|error| error.to_compile_error())
        .into()
}
