//! `open`, `open_code` and `text_encoding`.
//!
//! CPython 3.14: `Modules/_io/_iomodule.c`. Tests: `tests/run/_io/`.

use taipan_macros::pyfunction;
use taipan_vm::ctx::Ctx;
use taipan_vm::error::PyResult;
use taipan_vm::native::Args;
use taipan_vm::objects::Str;
use taipan_vm::value::{Py, Value};

use super::DEFAULT_BUFFER_SIZE;
use super::base::call;
use super::buffered::{BufferedRandom, BufferedReader, BufferedWriter};
use super::file_io::FileIo;
use super::text::TextIoWrapper;

/// The largest buffer that the file system's block size asks for.
const LARGEST_BUFFER: usize = 8192 * 1024;

/// The encoding of the locale: Taipan runs in the UTF-8 mode that PEP 686 makes the rule, under the name that the C
/// library has for it.
pub(in crate::_io) fn locale_encoding(cx: &Ctx) -> Value {
    cx.intern("UTF-8").into_value()
}

/// What the letters of a mode ask for.
#[derive(Default)]
struct Letters {
    creating: bool,
    reading: bool,
    writing: bool,
    appending: bool,
    updating: bool,
    text: bool,
    binary: bool,
}

impl Letters {
    fn parse(cx: &Ctx, mode: &str) -> PyResult<Self> {
        let mut letters = Self::default();
        for (at, letter) in mode.char_indices() {
            let field = match letter {
                'x' => &mut letters.creating,
                'r' => &mut letters.reading,
                'w' => &mut letters.writing,
                'a' => &mut letters.appending,
                '+' => &mut letters.updating,
                't' => &mut letters.text,
                'b' => &mut letters.binary,
                _ => return Err(cx.value_error(format!("invalid mode: '{mode}'"))),
            };
            *field = true;
            if mode[at + 1..].contains(letter) {
                return Err(cx.value_error(format!("invalid mode: '{mode}'")));
            }
        }
        Ok(letters)
    }

    /// The mode of the raw stream.
    fn raw(&self) -> String {
        let letters = [
            (self.creating, 'x'),
            (self.reading, 'r'),
            (self.writing, 'w'),
            (self.appending, 'a'),
            (self.updating, '+'),
        ];
        letters
            .iter()
            .filter(|(given, _)| *given)
            .map(|(_, letter)| *letter)
            .collect()
    }

    fn kinds(&self) -> usize {
        [self.creating, self.reading, self.writing, self.appending]
            .iter()
            .filter(|given| **given)
            .count()
    }
}

/// Open file and return a stream.  Raise OSError upon failure.
///
/// file is either a text or byte string giving the name (and the path
/// if the file isn't in the current working directory) of the file to
/// be opened or an integer file descriptor of the file to be
/// wrapped. (If a file descriptor is given, it is closed when the
/// returned I/O object is closed, unless closefd is set to False.)
///
/// mode is an optional string that specifies the mode in which the file
/// is opened. It defaults to 'r' which means open for reading in text
/// mode.  Other common values are 'w' for writing (truncating the file if
/// it already exists), 'x' for creating and writing to a new file, and
/// 'a' for appending (which on some Unix systems, means that all writes
/// append to the end of the file regardless of the current seek position).
/// In text mode, if encoding is not specified the encoding used is platform
/// dependent: locale.getencoding() is called to get the current locale encoding.
/// (For reading and writing raw bytes use binary mode and leave encoding
/// unspecified.) The available modes are:
///
/// ========= ===============================================================
/// Character Meaning
/// --------- ---------------------------------------------------------------
/// 'r'       open for reading (default)
/// 'w'       open for writing, truncating the file first
/// 'x'       create a new file and open it for writing
/// 'a'       open for writing, appending to the end of the file if it exists
/// 'b'       binary mode
/// 't'       text mode (default)
/// '+'       open a disk file for updating (reading and writing)
/// ========= ===============================================================
///
/// The default mode is 'rt' (open for reading text). For binary random
/// access, the mode 'w+b' opens and truncates the file to 0 bytes, while
/// 'r+b' opens the file without truncation. The 'x' mode implies 'w' and
/// raises an `FileExistsError` if the file already exists.
#[pyfunction(signature = (file, mode = None, buffering = -1, encoding = None, errors = None, newline = None, closefd = true, opener = None),
    text_signature = "($module, /, file, mode='r', buffering=-1, encoding=None,\n     errors=None, newline=None, closefd=True, opener=None)")]
pub(super) fn open(
    cx: &Ctx,
    file: &Value,
    mode: Option<&Py<Str>>,
    buffering: i32,
    encoding: Option<&Value>,
    errors: Option<&Value>,
    newline: Option<&Value>,
    closefd: bool,
    opener: Option<&Value>,
) -> PyResult<Value> {
    for (name, value) in [
        ("encoding", encoding),
        ("errors", errors),
        ("newline", newline),
    ] {
        if let Some(value) = value
            && value.downcast_ref::<Str>().is_none()
        {
            return Err(cx.type_error(format!(
                "open() argument '{name}' must be str or None, not {}",
                cx.type_name(value)
            )));
        }
    }
    let path = if file.as_int().is_some() {
        file.clone()
    } else {
        cx.fs_path(file)?
    };
    let mode_text = mode.map_or("r".into(), |mode| mode.to_string_lossy());
    let letters = Letters::parse(cx, &mode_text)?;
    if letters.text && letters.binary {
        return Err(cx.value_error("can't have text and binary mode at once"));
    }
    if letters.kinds() > 1 {
        return Err(cx.value_error("must have exactly one of create/read/write/append mode"));
    }
    if letters.binary {
        for (name, article, value) in [
            ("encoding", "an", encoding),
            ("errors", "an", errors),
            ("newline", "a", newline),
        ] {
            if value.is_some() {
                return Err(cx.value_error(format!(
                    "binary mode doesn't take {article} {name} argument"
                )));
            }
        }
        if buffering == 1 {
            cx.warn(
                &cx.types().runtime_warning,
                "line buffering (buffering=1) isn't supported in binary mode, the default buffer size will be used",
            )?;
        }
    }
    let raw_class = cx.native_class(FileIo::class());
    let raw_mode = cx.new_str(&letters.raw())?.into_value();
    let raw = cx.call(
        raw_class.as_value(),
        &[
            path,
            raw_mode,
            Value::bool(closefd),
            opener.cloned().unwrap_or(Value::NONE),
        ],
    )?;
    let mut result = raw.clone();
    let finished = finish(
        cx,
        &mut result,
        &raw,
        &letters,
        buffering,
        (encoding, errors, newline),
        mode.map_or_else(|| cx.intern("r").into_value(), Py::to_value),
    );
    match finished {
        Ok(()) => Ok(result),
        Err(error) => {
            // The stream that did not get finished is closed; its own error comes second.
            if let Err(second) = call(cx, &result, "close", &[]) {
                drop(
                    second
                        .exception()
                        .context
                        .replace(Some(error.value().clone())),
                );
                return Err(second);
            }
            Err(error)
        }
    }
}

/// Puts buffer and text layer over the raw stream; `result` is the outermost layer so far.
fn finish(
    cx: &Ctx,
    result: &mut Value,
    raw: &Value,
    letters: &Letters,
    mut buffering: i32,
    (encoding, errors, newline): (Option<&Value>, Option<&Value>, Option<&Value>),
    mode: Value,
) -> PyResult<()> {
    let file = raw.downcast_ref::<FileIo>();
    // A terminal is line-buffered; only a character device can be one.
    let is_terminal = if buffering < 0 {
        let answer = call(cx, raw, "_isatty_open_only", &[])?;
        cx.is_true(&answer)?
    } else {
        false
    };
    let line_buffering = buffering == 1 || is_terminal;
    let mut size = usize::try_from(buffering).unwrap_or(0);
    if buffering < 0 || buffering == 1 {
        buffering = -1;
        let block = file.map_or(DEFAULT_BUFFER_SIZE, |file| file.block_size());
        size = block.clamp(DEFAULT_BUFFER_SIZE, LARGEST_BUFFER);
    }
    if buffering == 0 {
        if !letters.binary {
            return Err(cx.value_error("can't have unbuffered text I/O"));
        }
        return Ok(());
    }
    let class = if letters.updating {
        BufferedRandom::class()
    } else if letters.creating || letters.writing || letters.appending {
        BufferedWriter::class()
    } else if letters.reading {
        BufferedReader::class()
    } else {
        return Err(cx.value_error(format!(
            "unknown mode: '{}'",
            cx.str(&mode)?.to_string_lossy()
        )));
    };
    let class = cx.native_class(class);
    let buffer = cx.call(class.as_value(), &[raw.clone(), cx.new_int(size as i64)])?;
    *result = buffer.clone();
    if letters.binary {
        return Ok(());
    }
    let class = cx.native_class(TextIoWrapper::class());
    let or_none = |value: Option<&Value>| value.cloned().unwrap_or(Value::NONE);
    let text = cx.call(
        class.as_value(),
        &[
            buffer,
            or_none(encoding),
            or_none(errors),
            or_none(newline),
            Value::bool(line_buffering),
        ],
    )?;
    *result = text.clone();
    cx.set_attr(&text, &cx.names().mode, Some(&mode))
}

/// A helper function to choose the text encoding.
///
/// When encoding is not None, this function returns it.
/// Otherwise, this function returns the default text encoding
/// (i.e. "locale" or "utf-8" depends on UTF-8 mode).
///
/// This function emits an EncodingWarning if encoding is None and
/// sys.flags.warn_default_encoding is true.
///
/// This can be used in APIs with an encoding=None parameter.
/// However, please consider using encoding="utf-8" for new APIs.
#[pyfunction(signature = (encoding, stacklevel = 2, /))]
pub(super) fn text_encoding(cx: &Ctx, encoding: Option<&Value>, stacklevel: i32) -> Value {
    let _ = stacklevel;
    match encoding {
        Some(encoding) => encoding.clone(),
        None => cx.intern("locale").into_value(),
    }
}

/// Opens the provided file with the intent to import the contents.
///
/// This may perform extra validation beyond open(), but is otherwise interchangeable
/// with calling open(path, 'rb').
#[pyfunction(signature = (path))]
pub(super) fn open_code(cx: &Ctx, path: &Py<Str>) -> PyResult<Value> {
    let open = crate::modules::import_from(cx, "_io", "open")?;
    let args = [path.to_value(), cx.intern("rb").into_value()];
    cx.call_with(&open, Args::positional_only(&args))
}
