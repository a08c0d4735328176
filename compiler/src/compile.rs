//! The whole way from source or tree to code object: the stages in CPython's order.
//!
//! CPython: `_PyAST_Compile`, `Py_CompileStringObject`.

use std::borrow::Cow;
use std::sync::Arc;

use taipan_text::Wtf8Buf;
use taipan_text::codecs::{BuiltinError, BuiltinHandler, CjkCodec, CodePage, Input};

use crate::ast::{Interner, Mod};
use crate::code_object::CodeObject;
use crate::codegen::{CodegenOptions, codegen, codegen_only};
pub use crate::error::Failure;
use crate::error::{ErrorKind, Place, Result, SyntaxError, Warning};
use crate::future::{CompilerFlags, Features};
use crate::instruction_sequence::InstructionSequence;
use crate::literals::DEFAULT_MAX_STR_DIGITS;
use crate::parse::{Mode, NEWEST, Parsed, Reading, Settings, parse, parse_shaped};
use crate::preprocess::{PreprocessOptions, preprocess};
use crate::recursion::{MAX_DEPTH, with_stack, with_stack_for};
use crate::source::{Decoded, Shape, decode, universal_newlines};
use crate::symtable::SymbolTable;

/// How to compile.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CompileOptions {
    pub mode: Mode,
    /// 0, 1 (`-O`: no `assert`), 2 (`-OO`: no docstrings).
    pub optimize: u8,
    /// `PyCF_*`, and the future features that the caller's code hands on.
    pub flags: CompilerFlags,
    /// How many digits a decimal integer of the source may have; 0 for any number (`sys.set_int_max_str_digits`).
    pub max_str_digits: usize,
    pub reading: Reading,
}

impl CompileOptions {
    fn settings(self, feature_version: u8) -> Settings {
        Settings {
            mode: self.mode,
            flags: self.flags,
            feature_version,
            max_str_digits: self.max_str_digits,
            reading: self.reading,
        }
    }
}

impl Default for CompileOptions {
    fn default() -> Self {
        CompileOptions {
            mode: Mode::Exec,
            optimize: 0,
            flags: CompilerFlags::empty(),
            max_str_digits: DEFAULT_MAX_STR_DIGITS,
            reading: Reading::Whole,
        }
    }
}

/// A code object, and what was to be said on the way.
#[derive(Debug)]
pub struct Output {
    pub code: Arc<CodeObject>,
    pub warnings: Vec<Warning>,
}

/// Compiles the bytes of a file.
///
/// # Errors
/// The first error of any stage.
pub fn compile(
    source: &[u8],
    filename: &Arc<Wtf8Buf>,
    options: CompileOptions,
) -> std::result::Result<Output, Failure> {
    let text = decode_source(source)?;
    compile_str(&text, filename, options)
}

/// Compiles text.
///
/// # Errors
/// The first error of any stage.
pub fn compile_str(
    source: &str,
    filename: &Arc<Wtf8Buf>,
    options: CompileOptions,
) -> std::result::Result<Output, Failure> {
    let source = universal_newlines(source);
    let shape = Shape::of(&source);
    with_stack(shape.nesting_bound(), || {
        let parsed = parse_shaped(&source, shape, options.settings(NEWEST))?;
        compile_parsed(parsed, filename, options)
    })
}

/// The tree of the bytes of a file, as [`tree_of_str`] makes it.
///
/// # Errors
/// The first error of any stage.
pub fn tree_of(
    source: &[u8],
    options: CompileOptions,
    feature_version: Option<u8>,
) -> std::result::Result<Parsed, Failure> {
    let text = decode_source(source)?;
    tree_of_str(&text, options, feature_version)
}

/// The tree of a text, for programs that ask for one: as written, or preprocessed as for compilation with the flag
/// `OPTIMIZED_AST`. Syntax newer than Python 3.`feature_version` is an error.
///
/// # Errors
/// The first error of the parser or the preprocessor.
pub fn tree_of_str(
    source: &str,
    options: CompileOptions,
    feature_version: Option<u8>,
) -> std::result::Result<Parsed, Failure> {
    let source = universal_newlines(source);
    let shape = Shape::of(&source);
    with_stack(shape.nesting_bound(), || {
        let settings = options.settings(feature_version.unwrap_or(NEWEST));
        let mut parsed = parse_shaped(&source, shape, settings)?;
        match preprocess_tree(&mut parsed, options) {
            Ok(()) => Ok(parsed),
            Err(error) => Err(Failure {
                warnings: parsed.warnings,
                ..Failure::from(error)
            }),
        }
    })
}

/// Preprocesses a tree that a program asked for.
///
/// # Errors
/// Unknown future features; too deep nesting.
pub fn preprocess_tree(parsed: &mut Parsed, options: CompileOptions) -> Result<()> {
    let Parsed {
        module,
        names,
        is_deep,
        ..
    } = parsed;
    // What the preprocessor warns of is said when the tree is compiled.
    let mut unsaid = Vec::new();
    with_stack_for(*is_deep, || {
        let preprocess_options = PreprocessOptions {
            optimize: options.optimize,
            features: Features::of(module, names, options.flags)?,
            syntax_check_only: !options.flags.contains(CompilerFlags::OPTIMIZED_AST),
        };
        preprocess(module, preprocess_options, &mut unsaid)
    })
}

/// Compiles a tree, as `compile(tree)` does.
///
/// # Errors
/// The first error of any stage.
pub fn compile_parsed(
    parsed: Parsed,
    filename: &Arc<Wtf8Buf>,
    options: CompileOptions,
) -> std::result::Result<Output, Failure> {
    let Parsed {
        mut module,
        mut names,
        mut warnings,
        is_deep,
    } = parsed;
    // The tree goes where there is room for that too.
    let (result, warnings) = with_stack_for(is_deep, move || {
        let result = stages(&mut module, &mut names, filename, options, &mut warnings);
        (result, warnings)
    });
    match result {
        Ok(code) => Ok(Output { code, warnings }),
        Err(error) => Err(Failure {
            warnings,
            ..Failure::from(error)
        }),
    }
}

/// What somebody types into a session: several statements, of which the last one's value is shown.
#[derive(Debug, Default)]
pub struct Cell {
    /// All statements but the last.
    pub body: Option<Output>,
    /// The last statement, as interactive input.
    pub last: Option<Output>,
}

/// Compiles a cell; the mode of `options` does not count. `from __future__` in its body counts for its last statement too.
///
/// # Errors
/// The first error of any stage.
pub fn compile_cell(
    source: &str,
    filename: &Arc<Wtf8Buf>,
    options: CompileOptions,
) -> std::result::Result<Cell, Failure> {
    let source = universal_newlines(source);
    let shape = Shape::of(&source);
    with_stack(shape.nesting_bound(), || {
        let options = CompileOptions {
            mode: Mode::Exec,
            ..options
        };
        let parsed = parse_shaped(&source, shape, options.settings(NEWEST))?;
        compile_cell_parsed(parsed, filename, options)
    })
}

fn compile_cell_parsed(
    parsed: Parsed,
    filename: &Arc<Wtf8Buf>,
    mut options: CompileOptions,
) -> std::result::Result<Cell, Failure> {
    let mut cell = Cell::default();
    let Mod::Module {
        mut body,
        type_ignores,
    } = parsed.module
    else {
        return Ok(cell);
    };
    let Some(last) = body.pop() else {
        return Ok(cell);
    };
    let mut warnings = parsed.warnings;
    if !body.is_empty() {
        let part = Parsed {
            module: Mod::Module { body, type_ignores },
            names: parsed.names.clone(),
            warnings: std::mem::take(&mut warnings),
            is_deep: parsed.is_deep,
        };
        let output = compile_parsed(part, filename, options)?;
        let inherited = CompilerFlags::from_bits_truncate(output.code.flags.bits());
        options.flags |= inherited & CompilerFlags::INHERITED;
        cell.body = Some(output);
    }
    let part = Parsed {
        module: Mod::Interactive { body: vec![last] },
        names: parsed.names,
        warnings,
        is_deep: parsed.is_deep,
    };
    options.mode = Mode::Single;
    match compile_parsed(part, filename, options) {
        Ok(output) => {
            cell.last = Some(output);
            Ok(cell)
        }
        Err(mut failure) => {
            let before = cell.body.take().map(|body| body.warnings);
            failure.warnings.splice(0..0, before.unwrap_or_default());
            Err(failure)
        }
    }
}

fn stages(
    module: &mut Mod,
    names: &mut Interner,
    filename: &Arc<Wtf8Buf>,
    options: CompileOptions,
    warnings: &mut Vec<Warning>,
) -> Result<Arc<CodeObject>> {
    let (mut table, codegen_options) = front_stages(module, names, filename, options, warnings)?;
    codegen(module, &mut table, names, codegen_options, warnings)
}

fn front_stages(
    module: &mut Mod,
    names: &mut Interner,
    filename: &Arc<Wtf8Buf>,
    options: CompileOptions,
    warnings: &mut Vec<Warning>,
) -> Result<(SymbolTable, CodegenOptions)> {
    let features = Features::of(module, names, options.flags)?;
    let preprocess_options = PreprocessOptions {
        optimize: options.optimize,
        features,
        syntax_check_only: false,
    };
    preprocess(module, preprocess_options, warnings)?;
    let table = SymbolTable::build(module, names, features)?;
    Ok((
        table,
        CodegenOptions {
            filename: Arc::clone(filename),
            optimize: options.optimize,
            features,
        },
    ))
}

/// The scopes of `source`, as the module `symtable` shows them, with the table of their names.
///
/// # Errors
/// The first error of the parser or of declarations.
pub fn symbol_table(source: &str, options: CompileOptions) -> Result<(SymbolTable, Interner)> {
    let source = universal_newlines(source);
    let shape = Shape::of(&source);
    with_stack(MAX_DEPTH as usize, || {
        let Parsed {
            module, mut names, ..
        } = parse_shaped(&source, shape, options.settings(NEWEST))
            .map_err(|failure| failure.error)?;
        let features = Features::of(&module, &names, options.flags)?;
        let table = SymbolTable::build(&module, &mut names, features)?;
        Ok((table, names))
    })
}

/// The instructions of `source` before any optimisation, for tests.
///
/// # Errors
/// The first error of any stage.
pub fn instructions_of(source: &str, options: CompileOptions) -> Result<InstructionSequence> {
    let source = universal_newlines(source);
    let filename = Arc::new(Wtf8Buf::from("<string>"));
    with_stack(MAX_DEPTH as usize, || {
        let Parsed {
            mut module,
            mut names,
            mut warnings,
            ..
        } = parse(&source, options.mode)?;
        let (mut table, codegen_options) =
            front_stages(&mut module, &mut names, &filename, options, &mut warnings)?;
        codegen_only(
            &module,
            &mut table,
            &mut names,
            codegen_options,
            &mut warnings,
        )
    })
}

/// Decodes a file that is UTF-8, ASCII, Latin-1 or in one of the encodings of a byte a character or of East Asia.
///
/// # Errors
/// Bytes that are not what they should be, and encodings that only the caller can decode.
pub fn decode_source(source: &[u8]) -> Result<Cow<'_, str>> {
    match decode(source)? {
        Decoded::Text(text) => Ok(text),
        Decoded::Other(encoding) => {
            let undecoded = |msg: String| SyntaxError {
                place: Some(Place::UNDECODED),
                ..SyntaxError::other(ErrorKind::SyntaxError, msg)
            };
            if let Some(codec) = CjkCodec::named(&encoding) {
                return decode_cjk(&codec, source)
                    .map(Cow::Owned)
                    .map_err(undecoded);
            }
            let Some(page) = CodePage::named(&encoding) else {
                return Err(undecoded(format!("unknown encoding: {encoding}")));
            };
            page.decode(source).map(Cow::Owned).map_err(|at| {
                undecoded(format!(
                    "'charmap' codec can't decode byte 0x{:02x} in position {at}: character maps to <undefined>",
                    source[at]
                ))
            })
        }
    }
}

fn decode_cjk(codec: &CjkCodec, source: &[u8]) -> std::result::Result<String, String> {
    let mut state = codec.start_decoding();
    let mut handler = BuiltinHandler::Strict;
    let decoded = codec.decode(&mut state, source, Input::Final, &mut handler);
    let decoded = decoded.map_err(|error| match error {
        BuiltinError::Codec(error) => error.decode_message(source),
        error => error.to_string(),
    })?;
    decoded
        .text
        .into_string()
        .map_err(|_| "surrogates not allowed".to_owned())
}
