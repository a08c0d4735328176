//! Bringing an isolate up, as far as it needs Python code: `importlib`, the standard streams, `site`.
//!
//! CPython 3.14: `init_interp_main` (`Python/pylifecycle.c`). Tests: `tests/cli/`.

use super::{frozen, native};
use crate::ctx::Ctx;
use crate::error::PyResult;
use crate::native::Args;
use crate::objects::Module;
use crate::value::{Py, Value};

impl Ctx {
    /// Makes `sys` and `builtins`; the isolate's first context does it.
    ///
    /// # Errors
    /// `MemoryError`.
    pub fn start_core(&self) -> PyResult<()> {
        for name in ["builtins", "sys"] {
            let Some(def) = native::find(self, name) else {
                continue;
            };
            let module = self.start_native(def)?;
            self.isolate()
                .import_state
                .remember_first_module(name, module.into_value());
        }
        // Before a program can replace them.
        let _ = self.isolate().all_and_any(self);
        self.isolate()
            .int_max_str_digits
            .set(self.isolate().config().int_max_str_digits);
        self.sys_set("modules", self.modules().into_value());
        for (name, fd) in [("stdin", 0), ("stdout", 1), ("stderr", 2)] {
            self.sys_set(
                name,
                if fd == 0 {
                    Value::NONE
                } else {
                    self.new_standard_printer(fd)
                },
            );
        }
        self.start_main_module()?;
        Ok(())
    }

    /// Starts `importlib`, the standard streams and `site`.
    ///
    /// # Errors
    /// What the modules raise.
    pub fn start(&self) -> PyResult<()> {
        if self.isolate().library().is_none() {
            return Ok(());
        }
        self.heap().pause_collector(true);
        let started = self.start_library();
        self.heap().pause_collector(false);
        started
    }

    fn start_library(&self) -> PyResult<()> {
        self.start_importlib()?;
        if self.handles_signals() {
            self.import_name("_signal")?;
        }
        self.start_streams()?;
        if self.isolate().config().faulthandler {
            crate::modules::faulthandler::enable_at_start(self)?;
        }
        let warn_options = self.sys_get("warnoptions");
        if let Some(options) = warn_options
            && self.len(&options)? > 0
        {
            self.import_name("warnings")?;
        }
        if !self.isolate().config().no_site {
            self.import_name("site")?;
        }
        Ok(())
    }

    fn start_importlib(&self) -> PyResult<()> {
        let Some(importlib) = self.import_frozen("_frozen_importlib")? else {
            return Err(self.system_error("the library has no importlib"));
        };
        let importlib = importlib.into_value();
        let imp = self.import_native("_imp")?.unwrap_or(Value::NONE);
        let sys = self
            .modules()
            .get_str(&self.names().sys)
            .unwrap_or(Value::NONE);
        let install = self.get_attr(&importlib, &self.intern("_install"))?;
        self.call(&install, &[sys, imp])?;
        let _ = self.isolate().import_state.importlib.set(importlib.clone());
        let external = self.get_attr(&importlib, &self.intern("_install_external_importers"))?;
        self.call(&external, &[])?;
        let builtin = self.get_attr(&importlib, &self.intern("BuiltinImporter"))?;
        self.main_module()?
            .dict(self)
            .set_str(&self.names().__loader__, builtin);
        let hooks = self.sys_get("path_hooks").unwrap_or(Value::NONE);
        for (module, hook) in [
            ("zipimport", "zipimporter"),
            ("_taipan_importer", "LibraryFinder"),
        ] {
            let hook = self.import_from(module, hook)?;
            self.call_method(&hooks, &self.intern("insert"), &[Value::int32(0), hook])?;
        }
        Ok(())
    }

    /// Makes a frozen module without the help of `importlib`.
    pub(super) fn import_frozen(&self, name: &str) -> PyResult<Option<Py<Module>>> {
        let Some(found) = frozen::find(self, name) else {
            return Ok(None);
        };
        let Some(code) = frozen::code(self, found) else {
            return Ok(None);
        };
        let module = self.new_module(name, None, None)?;
        let dict = module.dict(self);
        if found.is_package {
            dict.set_str(
                &self.names().__path__,
                self.new_list(Vec::new()).into_value(),
            );
        }
        let original = self.new_str(found.original)?.into_value();
        dict.set_str(&self.intern("__origname__"), original);
        self.add_builtins_dict_to(&dict);
        self.modules()
            .set_str(&self.intern(name), module.to_value());
        let code = self.new_code(code)?;
        self.run_code(&code, &dict, None)?;
        Ok(Some(module))
    }

    /// Gives a namespace the builtins that the running code sees, as `exec` and `eval` do.
    pub fn add_builtins_dict_to(&self, namespace: &Py<crate::objects::Dict>) {
        let name = &self.names().__builtins__;
        if !namespace.contains_str(name) {
            namespace.set_str(name, self.current_builtins());
        }
    }

    /// Gives a namespace its `__builtins__`.
    pub fn add_builtins_to(&self, namespace: &Py<crate::objects::Dict>) {
        let builtins = self.modules().get_str(&self.names().builtins);
        if let Some(builtins) = builtins
            && !namespace.contains_str(&self.names().__builtins__)
        {
            namespace.set_str(&self.names().__builtins__, builtins);
        }
    }

    fn start_main_module(&self) -> PyResult<()> {
        let main = self.new_module("__main__", None, None)?;
        self.add_builtins_to(&main.dict(self));
        self.modules()
            .set_str(&self.names().__main__, main.into_value());
        Ok(())
    }

    /// The module `__main__`.
    ///
    /// # Errors
    /// `RuntimeError` if the program removed it.
    pub fn main_module(&self) -> PyResult<Py<Module>> {
        self.modules()
            .get_str(&self.names().__main__)
            .and_then(|main| main.downcast::<Module>().ok())
            .ok_or_else(|| self.runtime_error("lost __main__"))
    }

    /// `sys.stdin`, `sys.stdout`, `sys.stderr` over `_io`; without that module the plain printers stay.
    fn start_streams(&self) -> PyResult<()> {
        if native::find(self, "_io").is_none() {
            return Ok(());
        }
        let io = self.import_name("io")?;
        let open = self.get_attr(&io, &self.intern("open"))?;
        self.isolate()
            .builtins_dict(self)
            .set_str(&self.intern("open"), open);
        for (name, fd) in [("stdin", 0), ("stdout", 1), ("stderr", 2)] {
            let stream = self.make_stream(&io, name, fd)?;
            self.sys_set(&format!("__{name}__"), stream.clone());
            self.sys_set(name, stream);
        }
        Ok(())
    }

    fn make_stream(&self, io: &Value, name: &str, fd: i32) -> PyResult<Value> {
        if self.host().fstat(fd).is_err() {
            return Ok(Value::NONE);
        }
        let config = self.isolate().config();
        let writing = fd != 0;
        let buffering = if !config.buffered_stdio && writing {
            0
        } else {
            -1
        };
        let mode = self
            .new_str(if writing { "wb" } else { "rb" })?
            .into_value();
        let open = self.get_attr(io, &self.names().open)?;
        let values = [
            self.new_int(i64::from(fd)),
            mode,
            self.new_int(buffering),
            Value::FALSE,
        ];
        let keywords = [
            self.intern("buffering").into_value(),
            self.intern("closefd").into_value(),
        ];
        let buffer = self.call_with(&open, Args::new(&values, &keywords))?;
        let raw = if buffering == 0 {
            buffer.clone()
        } else {
            self.get_attr(&buffer, &self.intern("raw"))?
        };
        let label = self.new_str(&format!("<{name}>"))?.into_value();
        self.set_attr(&raw, &self.names().name, Some(&label))?;
        let is_terminal = self.host().isatty(fd).unwrap_or(false);
        let line_buffering = is_terminal || fd == 2;
        let encoding = match &config.stdio_encoding {
            Some(encoding) => self.codec_name(encoding)?,
            None => "utf-8".to_owned(),
        };
        let errors = match (&config.stdio_errors, fd) {
            (_, 2) => "backslashreplace",
            (Some(errors), _) => errors.as_str(),
            (None, _) if config.utf8_mode || self.is_c_locale() => "surrogateescape",
            (None, _) => "strict",
        };
        let wrapper = self.get_attr(io, &self.intern("TextIOWrapper"))?;
        let values = [
            buffer,
            self.new_str(&encoding)?.into_value(),
            self.new_str(errors)?.into_value(),
            if writing {
                self.new_str("\n")?.into_value()
            } else {
                Value::NONE
            },
            Value::bool(line_buffering && config.buffered_stdio),
            Value::bool(!config.buffered_stdio && writing),
        ];
        let keywords = [
            "encoding",
            "errors",
            "newline",
            "line_buffering",
            "write_through",
        ]
        .map(|name| self.intern(name).into_value());
        let stream = self.call_with(&wrapper, Args::new(&values, &keywords))?;
        let mode = self.new_str(if writing { "w" } else { "r" })?.into_value();
        self.set_attr(&stream, &self.names().mode, Some(&mode))?;
        Ok(stream)
    }

    /// The name that a codec gives itself.
    fn codec_name(&self, encoding: &str) -> PyResult<String> {
        let lookup = self.import_from("codecs", "lookup")?;
        let codec = self.call(&lookup, &[self.new_str(encoding)?.into_value()])?;
        let name = self.get_attr(&codec, &self.names().name)?;
        Ok(self.str(&name)?.to_string_lossy().into_owned())
    }

    /// Whether the locale is C or POSIX, or what CPython sets in their place: their texts may hold any bytes.
    fn is_c_locale(&self) -> bool {
        let value = [&b"LC_ALL"[..], b"LC_CTYPE", b"LANG"]
            .iter()
            .find_map(|name| {
                self.host()
                    .getenv(name)
                    .ok()
                    .flatten()
                    .filter(|value| !value.is_empty())
            });
        matches!(
            value.as_deref(),
            None | Some(b"C" | b"POSIX" | b"C.UTF-8" | b"C.utf8" | b"UTF-8")
        )
    }
}
