//! The plain prompt: statements from standard input, one at a time, each shown what it gives.
//!
//! CPython 3.14: `PyRun_InteractiveLoopObject` (`Python/pythonrun.c`). For `-i` and input that is no terminal; the prompt
//! of a terminal is another front-end. Tests: `tests/cli/running.txt`.

use taipan_compiler::future::CompilerFlags;

use super::Ending;
use crate::ctx::Ctx;
use crate::error::{PyErr, PyResult};
use crate::objects::code::Code;
use crate::value::{Py, Value};

/// How a statement is compiled that may have more lines.
const UNFINISHED: CompilerFlags =
    CompilerFlags::DONT_IMPLY_DEDENT.union(CompilerFlags::ALLOW_INCOMPLETE_INPUT);
const FILE: &str = "<stdin>";

enum Statement {
    Code(Py<Code>),
    Empty,
    End,
}

impl Ctx {
    /// Runs statements from standard input until it ends. Returns how the program ends if one of them ended it.
    pub fn run_prompt(&self) -> Option<Ending> {
        self.set_default_prompt("ps1", ">>> ");
        self.set_default_prompt("ps2", "... ");
        let mut features = CompilerFlags::empty();
        loop {
            let result = match self.read_statement(&mut features) {
                Ok(Statement::End) => {
                    self.write_error_text("\n");
                    return None;
                }
                Ok(Statement::Empty) => Ok(()),
                Ok(Statement::Code(code)) => self.run_statement(&code),
                Err(error) => Err(error),
            };
            self.flush_streams();
            if let Err(error) = result {
                if self.matches(&error, &self.types().system_exit) {
                    return Some(self.end_program(Err(error)));
                }
                self.remember_last(&error);
                self.print_exception(&error);
            }
        }
    }

    fn set_default_prompt(&self, name: &str, prompt: &str) {
        if self.sys_get(name).is_none() {
            self.sys_set(name, self.intern(prompt).into_value());
        }
    }

    fn run_statement(&self, code: &Py<Code>) -> PyResult<()> {
        let namespace = self.main_module()?.dict(self);
        self.run_code(code, &namespace, None).map(drop)
    }

    /// `sys.last_exc` and its older relatives.
    fn remember_last(&self, error: &PyErr) {
        let traceback = error.exception().traceback.borrow().clone();
        self.sys_set("last_exc", error.value().clone());
        self.sys_set("last_type", self.class_of(error.value()).to_value());
        self.sys_set("last_value", error.value().clone());
        self.sys_set("last_traceback", traceback.unwrap_or(Value::NONE));
    }

    fn show_prompt(&self, name: &str) {
        let prompt = self.sys_get(name).and_then(|prompt| self.str(&prompt).ok());
        if let Some(prompt) = prompt {
            self.write_error_text(&prompt.to_string_lossy());
            // A prompt ends no line, and whoever answers waits for it.
            self.flush_streams();
        }
    }

    /// Reads and compiles a statement, with the features that earlier ones imported from `__future__`.
    fn read_statement(&self, features: &mut CompilerFlags) -> PyResult<Statement> {
        let mut source = Vec::new();
        let compile = self.import_from("builtins", "compile")?;
        loop {
            self.show_prompt(if source.is_empty() { "ps1" } else { "ps2" });
            let line = self.read_line();
            if line.is_empty() {
                return match source.is_empty() {
                    true => Ok(Statement::End),
                    // What is incomplete now stays so: the compiler says why.
                    false => self
                        .compile_statement(&compile, &source, *features)
                        .map(Statement::Code),
                };
            }
            if source.is_empty() && line.trim_ascii().is_empty() {
                return Ok(Statement::Empty);
            }
            source.extend_from_slice(&line);
            match self.compile_statement(&compile, &source, *features | UNFINISHED) {
                Err(error) if self.type_name(error.value()) == "_IncompleteInputError" => {}
                // A blank line ends what may have more lines.
                Ok(_) if is_compound(&source) && !line.trim_ascii().is_empty() => {}
                result => {
                    let code = result?;
                    *features |= CompilerFlags::from_bits_truncate(code.flags.bits())
                        & CompilerFlags::INHERITED;
                    return Ok(Statement::Code(code));
                }
            }
        }
    }

    fn compile_statement(
        &self,
        compile: &Value,
        source: &[u8],
        flags: CompilerFlags,
    ) -> PyResult<Py<Code>> {
        let text = String::from_utf8_lossy(source);
        let args = [
            self.new_str(&*text)?.into_value(),
            self.new_str(FILE)?.into_value(),
            self.intern("single").into_value(),
            self.new_int(i64::from(flags.bits())),
        ];
        let code = self
            .call(compile, &args)?
            .downcast::<Code>()
            .map_err(|_| self.system_error("compile() returned no code"))?;
        let linecache = self.import_name("linecache")?;
        self.register_with(&linecache, code.as_value(), &text, FILE)?;
        Ok(code)
    }

    /// A line with its end, byte by byte: what follows belongs to whoever reads next.
    fn read_line(&self) -> Vec<u8> {
        let mut line = Vec::new();
        let mut byte = [0];
        while let Ok(1) = self.host().read(0, &mut byte) {
            line.push(byte[0]);
            if byte[0] == b'\n' {
                break;
            }
        }
        line
    }
}

/// Whether a statement starts like one that has a block.
fn is_compound(source: &[u8]) -> bool {
    const WORDS: [&[u8]; 9] = [
        b"async", b"class", b"def", b"for", b"if", b"match", b"try", b"while", b"with",
    ];
    if source.starts_with(b"@") {
        return true;
    }
    let word = source
        .iter()
        .position(|byte| !byte.is_ascii_alphabetic())
        .unwrap_or(source.len());
    let first_line = source
        .split(|&byte| byte == b'\n')
        .next()
        .unwrap_or_default();
    WORDS.contains(&&source[..word])
        && (&source[..word] != b"match" || first_line.trim_ascii_end().ends_with(b":"))
}
