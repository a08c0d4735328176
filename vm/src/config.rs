//! What the command line, the environment or an embedder decided before the isolate starts.
//!
//! CPython 3.14: `PyConfig` (`Python/initconfig.c`). The fields are read by `sys`, the import system and the start of the
//! standard streams; nothing changes them later. Tests: `tests/cli/`.

use taipan_text::Wtf8Buf;

/// See the module. `Config::default()` is what `python3` without options and environment would have.
#[derive(Debug, Clone)]
pub struct Config {
    /// `sys.argv`.
    pub argv: Vec<Wtf8Buf>,
    /// `sys.orig_argv`.
    pub orig_argv: Vec<Wtf8Buf>,
    /// `-d`.
    pub debug: u8,
    /// `-i`.
    pub inspect: bool,
    /// A prompt will be shown.
    pub interactive: bool,
    /// `-O`.
    pub optimize: u8,
    /// `-B`.
    pub dont_write_bytecode: bool,
    /// `-s`.
    pub no_user_site: bool,
    /// `-S`.
    pub no_site: bool,
    /// `-E`.
    pub ignore_environment: bool,
    /// `-v`.
    pub verbose: u8,
    /// `-b`.
    pub bytes_warning: u8,
    /// `-q`.
    pub quiet: bool,
    /// Strings hash differently in each run.
    pub hash_randomization: bool,
    /// `-I`.
    pub isolated: bool,
    /// `-X dev`.
    pub dev_mode: bool,
    /// `-X utf8`.
    pub utf8_mode: bool,
    /// `-X warn_default_encoding`.
    pub warn_default_encoding: bool,
    /// `-P`.
    pub safe_path: bool,
    /// `-X int_max_str_digits`.
    pub int_max_str_digits: usize,
    /// Not `-u`.
    pub buffered_stdio: bool,
    /// `-W`, `PYTHONWARNINGS`.
    pub warn_options: Vec<String>,
    /// `-X`: names with their values.
    pub x_options: Vec<(String, Option<String>)>,
    /// `PYTHONIOENCODING`.
    pub stdio_encoding: Option<String>,
    pub stdio_errors: Option<String>,
    /// `-X pycache_prefix`.
    pub pycache_prefix: Option<String>,
    /// `-X importtime`: 1, or 2 to show what was imported before, too.
    pub import_time: u8,
    /// `-X cpu_count`.
    pub cpu_count: Option<usize>,
    /// `--check-hash-based-pycs`.
    pub check_hash_based_pycs: String,
    /// `-X faulthandler`.
    pub faulthandler: bool,
    /// The isolate takes the process's signals: their handlers run in its first thread, and ctrl-c is its
    /// `KeyboardInterrupt`. One isolate of a process can.
    pub handles_signals: bool,
    /// `-X no_debug_ranges` was not given.
    pub code_debug_ranges: bool,
    /// `sys.executable`.
    pub executable: Wtf8Buf,
    pub base_executable: Wtf8Buf,
    /// `sys.prefix`, `sys.exec_prefix`.
    pub prefix: Wtf8Buf,
    pub exec_prefix: Wtf8Buf,
    /// The same of the interpreter that a virtual environment was made with.
    pub base_prefix: Wtf8Buf,
    pub base_exec_prefix: Wtf8Buf,
    /// Where the standard library is or seems to be (`sys._stdlib_dir`).
    pub stdlib_dir: Option<Wtf8Buf>,
    /// `sys.path` at the start.
    pub module_search_paths: Vec<Wtf8Buf>,
    /// The library inside the binary stands in for the folder `stdlib_dir`.
    pub use_library: bool,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            argv: vec![Wtf8Buf::new()],
            orig_argv: Vec::new(),
            debug: 0,
            inspect: false,
            interactive: false,
            optimize: 0,
            dont_write_bytecode: false,
            no_user_site: false,
            no_site: false,
            ignore_environment: false,
            verbose: 0,
            bytes_warning: 0,
            quiet: false,
            hash_randomization: true,
            isolated: false,
            dev_mode: false,
            utf8_mode: false,
            warn_default_encoding: false,
            safe_path: false,
            int_max_str_digits: 4300,
            buffered_stdio: true,
            warn_options: Vec::new(),
            x_options: Vec::new(),
            stdio_encoding: None,
            stdio_errors: None,
            pycache_prefix: None,
            import_time: 0,
            cpu_count: None,
            faulthandler: false,
            check_hash_based_pycs: "default".to_owned(),
            handles_signals: false,
            code_debug_ranges: true,
            executable: Wtf8Buf::new(),
            base_executable: Wtf8Buf::new(),
            prefix: Wtf8Buf::new(),
            exec_prefix: Wtf8Buf::new(),
            base_prefix: Wtf8Buf::new(),
            base_exec_prefix: Wtf8Buf::new(),
            stdlib_dir: None,
            module_search_paths: Vec::new(),
            use_library: true,
        }
    }
}
