//! Starting a program: a command, a module, a file.

use std::sync::Arc;

use taipan_compiler::compile::compile_str;
use taipan_compiler::marshal::MAGIC_NUMBER;
use taipan_compiler::parse::Mode;
use taipan_text::{Wtf8, Wtf8Buf};

use crate::ctx::Ctx;
use crate::error::PyResult;
use crate::modules::marshal::load_from_memory;
use crate::objects::code::Code;
use crate::value::{Py, Value};

impl Ctx {
    /// Runs source text in `__main__`.
    ///
    /// # Errors
    /// What the program raises.
    pub fn run_source(&self, source: &[u8], filename: &Wtf8) -> PyResult<()> {
        let name = Arc::new(filename.to_owned());
        let code = self.compile_file(source, &name)?;
        let namespace = self.main_module()?.dict(self);
        self.run_code(&code, &namespace, None)?;
        Ok(())
    }

    /// `-c`: a program as text, whose lines tracebacks can show.
    ///
    /// # Errors
    /// What the program raises.
    pub fn run_command(&self, command: &str) -> PyResult<()> {
        self.audit(
            "cpython.run_command",
            &[self.new_str(command)?.into_value()],
        )?;
        self.prepend_path(Wtf8::from_str(""))?;
        let name = Arc::new(Wtf8Buf::from_string("<string>".to_owned()));
        let options = self.compile_options(Mode::Exec);
        let command = dedent(command);
        let code = self.compiled(compile_str(&command, &name, options), &name)?;
        self.register_source(&code, &command)?;
        let namespace = self.main_module()?.dict(self);
        self.run_code(&code, &namespace, None)?;
        Ok(())
    }

    /// Makes the lines of a source without a file known to `linecache`.
    fn register_source(&self, code: &Py<Code>, source: &str) -> PyResult<()> {
        // Imported only when a traceback needs it in CPython, too; a lazy entry costs an import, so it is made when
        // the module is there, or by `display_exception`.
        let modules = self.modules();
        let Some(linecache) = modules.get_str(&self.intern("linecache")) else {
            self.isolate()
                .import_state
                .remember_command(code.to_value(), source);
            return Ok(());
        };
        self.register_with(&linecache, code.as_value(), source, "<string>")
    }

    /// Tells `linecache` of the source of `-c`, before a traceback is shown.
    pub(crate) fn register_command_source(&self) {
        let Some((code, source)) = self.isolate().import_state.take_command() else {
            return;
        };
        let registered = self
            .import_name("linecache")
            .and_then(|linecache| self.register_with(&linecache, &code, &source, "<string>"));
        // Without it the traceback has no source lines, which is all there is to say.
        drop(registered);
    }

    pub(super) fn register_with(
        &self,
        linecache: &Value,
        code: &Value,
        source: &str,
        filename: &str,
    ) -> PyResult<()> {
        let args = [
            code.clone(),
            self.new_str(source)?.into_value(),
            self.new_str(filename)?.into_value(),
        ];
        self.call_method(linecache, &self.intern("_register_code"), &args)?;
        Ok(())
    }

    /// `-m`: a module as a program.
    ///
    /// # Errors
    /// What the program raises.
    pub fn run_module(&self, name: &str, alter_argv: bool) -> PyResult<()> {
        let run = self.import_from("runpy", "_run_module_as_main")?;
        self.call(
            &run,
            &[self.new_str(name)?.into_value(), Value::bool(alter_argv)],
        )?;
        Ok(())
    }

    /// Runs a program's file in `__main__`, with the names that a module has.
    ///
    /// # Errors
    /// What the program raises.
    pub fn run_file(&self, source: &[u8], filename: &Wtf8) -> PyResult<()> {
        let namespace = self.main_module()?.dict(self);
        let file = self.new_str(filename)?.into_value();
        namespace.set_str(&self.names().__file__, file.clone());
        namespace.set_str(&self.names().__cached__, Value::NONE);
        self.set_main_loader("SourceFileLoader", file)?;
        self.run_source(source, filename)
    }

    /// What `__main__` says that it was loaded by.
    fn set_main_loader(&self, class: &str, file: Value) -> PyResult<()> {
        if let Some(external) = self
            .modules()
            .get_str(&self.intern("_frozen_importlib_external"))
        {
            let class = self.get_attr(&external, &self.intern(class))?;
            let loader = self.call(&class, &[self.new_str("__main__")?.into_value(), file])?;
            let namespace = self.main_module()?.dict(self);
            namespace.set_str(&self.names().__loader__, loader);
        }
        Ok(())
    }

    /// Runs a `.pyc` file in `__main__`, whatever it was made from.
    ///
    /// # Errors
    /// What the program raises; `RuntimeError` and `EOFError` for what is no `.pyc` file of this version.
    pub fn run_compiled(&self, contents: &[u8], filename: &Wtf8) -> PyResult<()> {
        let namespace = self.main_module()?.dict(self);
        let file = self.new_str(filename)?.into_value();
        namespace.set_str(&self.names().__file__, file.clone());
        namespace.set_str(&self.names().__cached__, Value::NONE);
        self.set_main_loader("SourcelessFileLoader", file)?;
        let code = self.code_of_pyc(contents)?;
        self.run_code(&code, &namespace, None)?;
        Ok(())
    }

    fn code_of_pyc(&self, contents: &[u8]) -> PyResult<Py<Code>> {
        // Flags, and time and size of the source or its hash.
        const KEY: usize = 12;
        let too_short = || self.eof_error("EOF read where not expected");
        let (magic, rest) = contents.split_first_chunk().ok_or_else(too_short)?;
        if *magic != MAGIC_NUMBER {
            return Err(self.runtime_error("Bad magic number in .pyc file"));
        }
        let body = rest.get(KEY..).ok_or_else(too_short)?;
        let code = load_from_memory(self, body)
            .ok()
            .and_then(|object| object.downcast::<Code>().ok());
        code.ok_or_else(|| self.runtime_error("Bad code object in .pyc file"))
    }

    /// Puts a folder in front of `sys.path`, unless that is unsafe.
    ///
    /// # Errors
    /// `MemoryError`.
    pub fn prepend_path(&self, folder: &Wtf8) -> PyResult<()> {
        if self.isolate().config().safe_path {
            return Ok(());
        }
        self.insert_path(folder)
    }

    /// Puts an archive or folder that is run as a program in front of `sys.path`.
    ///
    /// # Errors
    /// `MemoryError`.
    pub fn insert_path(&self, folder: &Wtf8) -> PyResult<()> {
        let path = self.sys_get("path").unwrap_or(Value::NONE);
        let folder = self.new_str(folder)?.into_value();
        self.call_method(&path, &self.intern("insert"), &[Value::int32(0), folder])?;
        Ok(())
    }

    /// Whether `sys.path_hooks` know what to do with a path, as with a folder or an archive that is run as a program.
    ///
    /// # Errors
    /// What a hook raises besides `ImportError`.
    pub fn has_importer(&self, path: &Wtf8) -> PyResult<bool> {
        let find = self.import_from("pkgutil", "get_importer")?;
        let found = self.call(&find, &[self.new_str(path)?.into_value()])?;
        Ok(!found.is_none())
    }
}

/// The text without the white space that all its lines start with.
fn dedent(text: &str) -> String {
    let is_blank = |line: &str| line.trim_matches([' ', '\t', '\r', '\n']).is_empty();
    let mut margin: Option<&str> = None;
    for line in text.split('\n').filter(|line| !is_blank(line)) {
        let indent = &line[..line.len() - line.trim_start_matches([' ', '\t']).len()];
        margin = Some(match margin {
            None => indent,
            Some(known) => {
                let same = known
                    .bytes()
                    .zip(indent.bytes())
                    .take_while(|(a, b)| a == b)
                    .count();
                &known[..same]
            }
        });
    }
    let margin = margin.unwrap_or_default();
    let lines: Vec<&str> = text
        .split('\n')
        .map(|line| {
            if is_blank(line) {
                ""
            } else {
                line.strip_prefix(margin).unwrap_or(line)
            }
        })
        .collect();
    lines.join("\n")
}

#[cfg(test)]
mod tests {
    use super::dedent;

    #[test]
    fn common_indentation_goes() {
        assert_eq!(
            dedent("\n    if x:\n        y\n\n    z"),
            "\nif x:\n    y\n\nz"
        );
        assert_eq!(dedent("a\n  b"), "a\n  b");
    }
}
