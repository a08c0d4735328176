//! Module `sys`.
//!
//! CPython 3.14: `Python/sysmodule.c`. `info` are the struct sequences, `settings` limits and switches, `hooks` what a
//! program may replace, `audit` the audit hooks, `frames` frames and exceptions, `tracing` and `monitoring` those who watch. Tests: `tests/run/sys/`.
//! Deviations: absent are `activate_stack_trampoline`, `remote_exec`, `getdlopenflags` and what debugs CPython's
//! allocator: there is nothing behind them.

mod audit;
mod frames;
mod hooks;
mod info;
mod jit;
mod monitoring;
mod settings;
mod stdlib_module_names;
mod tracing;

use taipan_macros::pymodule;
use taipan_text::Wtf8Buf;

use crate::ctx::Ctx;
use crate::error::PyResult;
use crate::native::{IntoValue, ModuleBuilder};
use crate::value::{Py, Value};

/// This module provides access to some objects used or maintained by the
/// interpreter and to functions that interact strongly with the interpreter.
#[pymodule]
pub(crate) fn sys(cx: &Ctx, m: &ModuleBuilder) -> PyResult<()> {
    for function in [
        &audit::addaudithook::DEF,
        &audit::audit::DEF,
        &hooks::breakpointhook::DEF,
        &hooks::displayhook::DEF,
        &hooks::excepthook::DEF,
        &hooks::exit::DEF,
        &hooks::unraisablehook::DEF,
        &settings::_clear_internal_caches::DEF,
        &settings::_clear_type_descriptors::DEF,
        &settings::_get_cpu_count_config::DEF,
        &settings::_is_gil_enabled::DEF,
        &settings::_is_immortal::DEF,
        &settings::_is_interned::DEF,
        &settings::get_int_max_str_digits::DEF,
        &settings::getallocatedblocks::DEF,
        &settings::getdefaultencoding::DEF,
        &settings::getfilesystemencodeerrors::DEF,
        &settings::getfilesystemencoding::DEF,
        &settings::getrecursionlimit::DEF,
        &settings::getrefcount::DEF,
        &settings::getsizeof::DEF,
        &settings::getswitchinterval::DEF,
        &settings::getunicodeinternedsize::DEF,
        &settings::intern::DEF,
        &settings::is_finalizing::DEF,
        &settings::is_remote_debug_enabled::DEF,
        &settings::is_stack_trampoline_active::DEF,
        &settings::set_int_max_str_digits::DEF,
        &settings::setrecursionlimit::DEF,
        &settings::setswitchinterval::DEF,
    ] {
        m.function(function)?;
    }
    frames::add(m)?;
    tracing::add(m)?;
    jit::add_part(cx, m, "monitoring", &monitoring::monitoring::DEF)?;
    jit::add_part(cx, m, "_jit", &jit::_jit::DEF)?;
    let dict = m.module().dict(cx);
    for (original, hook) in [
        ("__displayhook__", "displayhook"),
        ("__excepthook__", "excepthook"),
        ("__unraisablehook__", "unraisablehook"),
        ("__breakpointhook__", "breakpointhook"),
    ] {
        if let Some(function) = dict.get_str(&cx.intern(hook)) {
            dict.set_str(&cx.intern(original), function);
        }
    }
    add_constants(cx, m)?;
    add_configuration(cx, m)
}

/// What never differs between two runs.
fn add_constants(cx: &Ctx, m: &ModuleBuilder) -> PyResult<()> {
    let version_info = info::version_info(cx)?;
    m.add("version", version())?;
    m.add("hexversion", info::HEX_VERSION)?;
    m.add("version_info", version_info.clone())?;
    m.add("_git", ("taipan", "", ""))?;
    m.add("_framework", "")?;
    m.add("api_version", 1013)?;
    m.add(
        "copyright",
        "Copyright (c) 2026 the authors of Taipan.\nAll Rights Reserved.",
    )?;
    m.add("platform", "linux")?;
    m.add("maxsize", i64::MAX)?;
    m.add("maxunicode", 0x10_FFFF)?;
    m.add(
        "byteorder",
        if cfg!(target_endian = "big") {
            "big"
        } else {
            "little"
        },
    )?;
    m.add("abiflags", "")?;
    m.add("platlibdir", "lib")?;
    m.add("float_repr_style", "short")?;
    m.add("float_info", info::float_info(cx)?)?;
    m.add("int_info", info::int_info(cx)?)?;
    m.add("hash_info", info::hash_info(cx)?)?;
    m.add("thread_info", info::thread_info(cx)?)?;
    m.add("implementation", implementation(cx, version_info)?)?;
    let builtin_names = crate::import::builtin_module_names(cx);
    let names = builtin_names
        .iter()
        .map(|name| cx.intern(*name).into_value())
        .collect();
    m.add("builtin_module_names", cx.new_tuple(names))?;
    let names = stdlib_module_names::STDLIB_MODULE_NAMES;
    let names = names
        .iter()
        .map(|name| cx.intern(*name).into_value())
        .collect();
    let names = cx.new_list(names).into_value();
    m.add(
        "stdlib_module_names",
        cx.call(cx.types().frozenset.as_value(), &[names])?,
    )
}

/// `sys.version`.
pub fn version() -> String {
    let (major, minor, micro) = info::VERSION;
    format!(
        "{major}.{minor}.{micro} (taipan {}) [Rust]",
        env!("CARGO_PKG_VERSION")
    )
}

/// `sys.implementation` (PEP 421).
fn implementation(cx: &Ctx, version_info: Value) -> PyResult<Value> {
    let multiarch = format!("{}-linux-gnu", std::env::consts::ARCH);
    cx.new_namespace(&[
        ("name", "taipan".into_value(cx)?),
        // The bytecode and its `.pyc` files are CPython's: docs/decisions/.
        ("cache_tag", "cpython-314".into_value(cx)?),
        ("version", version_info),
        ("hexversion", cx.new_int(info::HEX_VERSION)),
        ("_multiarch", multiarch.into_value(cx)?),
        ("supports_isolated_interpreters", Value::FALSE),
    ])
}

/// What the command line and the environment decided.
fn add_configuration(cx: &Ctx, m: &ModuleBuilder) -> PyResult<()> {
    let config = cx.isolate().config();
    m.add("flags", info::flags(cx)?)?;
    m.add("argv", texts(cx, &config.argv)?)?;
    m.add("orig_argv", texts(cx, &config.orig_argv)?)?;
    m.add("path", texts(cx, &config.module_search_paths)?)?;
    m.add("executable", config.executable.clone())?;
    m.add("_base_executable", config.base_executable.clone())?;
    m.add("prefix", config.prefix.clone())?;
    m.add("exec_prefix", config.exec_prefix.clone())?;
    m.add("base_prefix", config.base_prefix.clone())?;
    m.add("base_exec_prefix", config.base_exec_prefix.clone())?;
    m.add("_stdlib_dir", config.stdlib_dir.clone())?;
    m.add("dont_write_bytecode", config.dont_write_bytecode)?;
    m.add("pycache_prefix", config.pycache_prefix.clone())?;
    let warn_options: Vec<Wtf8Buf> = config
        .warn_options
        .iter()
        .map(|option| Wtf8Buf::from_string(option.clone()))
        .collect();
    m.add("warnoptions", texts(cx, &warn_options)?)?;
    let x_options = cx.new_dict();
    for (name, value) in &config.x_options {
        let value = match value {
            Some(value) => value.as_str().into_value(cx)?,
            None => Value::TRUE,
        };
        x_options.set_str(&cx.intern(name.as_str()), value);
    }
    m.add("_xoptions", x_options)?;
    m.add("meta_path", cx.new_list(Vec::new()))?;
    m.add("path_hooks", cx.new_list(Vec::new()))?;
    m.add("path_importer_cache", cx.new_dict())
}

fn texts(cx: &Ctx, texts: &[Wtf8Buf]) -> PyResult<Value> {
    let texts: PyResult<Vec<Value>> = texts
        .iter()
        .map(|text| cx.new_str(text).map(Py::into_value))
        .collect();
    Ok(cx.new_list(texts?).into_value())
}

impl Ctx {
    /// `sys.name`, whatever the program made of it; `None` if there is no such name.
    pub fn sys_get(&self, name: &str) -> Option<Value> {
        self.isolate().sys.get()?.get_str(&self.intern(name))
    }

    /// Sets `sys.name`.
    pub fn sys_set(&self, name: &str, value: Value) {
        if let Some(sys) = self.isolate().sys.get() {
            sys.set_str(&self.intern(name), value);
        }
    }
}
