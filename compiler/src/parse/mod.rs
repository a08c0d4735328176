//! Source text to [`ast`](crate::ast): runs the parser and rebuilds its tree.
//!
//! The grammar is `ruff_python_parser`'s. What it accepts and CPython's grammar does not is rejected by later stages or
//! in [`errors`]; what differs between the two trees (locations of decorated definitions, of arguments, `elif`,
//! concatenated strings, f-strings) is evened out here.
//! Tests: `ast` goldens in `tests/`, and everything that compiles.

mod errors;
mod expr;
mod feature_version;
mod func_type;
mod pattern;
mod stmt;
mod strings;
mod tokenizer;
mod type_comments;

pub use tokenizer::Lines as TokenLines;
pub use tokenizer::stream::{StreamError, StreamToken, TokenStream};

use ruff_python_ast as py;
use ruff_python_ast::PythonVersion;
use ruff_python_parser::{Mode as ParserMode, ParseOptions, parse_unchecked};
use ruff_text_size::{Ranged, TextRange, TextSize};

use crate::ast::{Interner, Mod, Name, Stmt, StmtKind};
use crate::error::{Result, SyntaxError, Warning};
use crate::future::CompilerFlags;
use crate::location::Location;
use crate::recursion::Depth;
use crate::source::{Lines, Shape};

pub(crate) use feature_version::NEWEST;
use type_comments::TypeComments;

/// Which start rule of the grammar applies.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    /// A file.
    Exec,
    /// One expression.
    Eval,
    /// One interactive statement, whose value is shown.
    Single,
    /// A signature comment.
    FuncType,
}

/// What decides how a source is parsed.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Settings {
    pub(crate) mode: Mode,
    pub(crate) flags: CompilerFlags,
    /// Syntax that is newer than Python 3.x is an error.
    pub(crate) feature_version: u8,
}

/// A parsed input.
#[derive(Debug)]
pub struct Parsed {
    pub module: Mod,
    /// The table of the identifiers in `module`.
    pub names: Interner,
    /// What CPython's tokenizer and parser warn about.
    pub warnings: Vec<Warning>,
}

/// Parses `source`, whose line endings are all `\n`.
///
/// # Errors
/// The first syntax error.
pub fn parse(source: &str, mode: Mode) -> Result<Parsed> {
    let settings = Settings {
        mode,
        flags: CompilerFlags::empty(),
        feature_version: NEWEST,
    };
    parse_shaped(source, Shape::of(source), settings)
}

/// [`parse`] for a source that was looked over already.
pub(crate) fn parse_shaped(source: &str, shape: Shape, settings: Settings) -> Result<Parsed> {
    let result = parse_checked(source, shape, settings);
    if settings.mode == Mode::Exec {
        result
    } else {
        result.map_err(|error| errors::without_line_ending(error, source))
    }
}

fn parse_checked(source: &str, shape: Shape, settings: Settings) -> Result<Parsed> {
    let Settings { mode, flags, .. } = settings;
    if source.len() >= u32::MAX as usize / 2 {
        return Err(SyntaxError::other(
            crate::error::ErrorKind::OverflowError,
            "source code is too long",
        ));
    }
    check_nesting(source, &shape)?;
    let mut converter = Converter::with_lines(source, Lines::from_starts(shape.line_starts));
    let module = match mode {
        Mode::FuncType => converter.func_type()?,
        Mode::Eval => {
            let parsed = converter.run_parser(ParserMode::Expression, settings)?;
            let py::Mod::Expression(expression) = parsed else {
                return Err(unexpected_tree());
            };
            let body = Box::new(converter.expr(&expression.body)?);
            converter.type_ignores()?;
            Mod::Expression { body }
        }
        Mode::Exec | Mode::Single => {
            let parsed = converter.run_parser(ParserMode::Module, settings)?;
            let py::Mod::Module(mut module) = parsed else {
                return Err(unexpected_tree());
            };
            // Said after what the tree itself is refused for.
            let is_single = match mode {
                Mode::Single => errors::check_single(source, &module.body, &converter.lines, flags),
                _ => Ok(()),
            };
            let mut body = converter.body(&mut module.body)?;
            let type_ignores = converter.type_ignores()?;
            if mode == Mode::Exec {
                Mod::Module { body, type_ignores }
            } else {
                is_single?;
                if body.is_empty() {
                    body.push(Stmt {
                        kind: StmtKind::Pass,
                        loc: Location::new(1, 1, 0, 0),
                    });
                }
                Mod::Interactive { body }
            }
        }
    };
    Ok(Parsed {
        module,
        names: converter.names,
        warnings: converter.warnings,
    })
}

/// Refuses brackets and blocks that nest deeper than CPython's tokenizer allows, before the parser goes into them.
fn check_nesting(source: &str, shape: &Shape) -> Result<()> {
    if shape.brackets <= tokenizer::MAX_BRACKETS && shape.indent < tokenizer::MAX_INDENTS {
        return Ok(());
    }
    match tokenizer::tokenize(source).error {
        Some(noticed) if noticed.error.msg.starts_with("too many ") => Err(noticed.error),
        _ => Ok(()),
    }
}

fn unexpected_tree() -> SyntaxError {
    SyntaxError::system("the parser returned a tree of another mode")
}

/// Rebuilds the parser's tree as ours.
struct Converter<'s> {
    source: &'s str,
    lines: Lines,
    names: Interner,
    warnings: Vec<Warning>,
    type_comments: TypeComments,
    depth: Depth,
}

impl<'s> Converter<'s> {
    fn new(source: &'s str) -> Converter<'s> {
        Converter::with_lines(source, Lines::new(source))
    }

    fn with_lines(source: &'s str, lines: Lines) -> Converter<'s> {
        Converter {
            source,
            lines,
            names: Interner::new(),
            warnings: Vec::new(),
            type_comments: TypeComments::default(),
            depth: Depth::default(),
        }
    }

    fn run_parser(&mut self, parser_mode: ParserMode, settings: Settings) -> Result<py::Mod> {
        let options = ParseOptions::from(parser_mode).with_target_version(PythonVersion::PY314);
        let parsed = parse_unchecked(self.source, options);
        if let Some(error) = errors::syntax_error(
            parsed.errors(),
            self.source,
            &self.lines,
            (settings.flags, settings.mode),
        ) {
            return Err(error);
        }
        if settings.flags.contains(CompilerFlags::TYPE_COMMENTS) {
            self.type_comments = TypeComments::of(self.source, parsed.tokens());
        }
        let syntax = parsed.into_syntax();
        self.check_feature_version(&syntax, settings.feature_version)?;
        Ok(syntax)
    }

    fn loc(&self, node: &impl Ranged) -> Location {
        self.lines.location(node.range())
    }

    fn slice(&self, range: TextRange) -> &'s str {
        &self.source[range]
    }

    fn name(&mut self, identifier: &py::Identifier) -> Name {
        self.names.intern(identifier.id.as_str())
    }

    fn opt_name(&mut self, identifier: Option<&py::Identifier>) -> Option<Name> {
        identifier.map(|identifier| self.name(identifier))
    }

    /// An error at `range`, with the line it is in.
    fn error(&self, msg: impl Into<String>, range: TextRange) -> SyntaxError {
        errors::at(msg.into(), range, self.source, &self.lines)
    }

    /// The offset of the next token at or behind `from`: skips blanks, comments and line continuations.
    fn next_token(&self, from: TextSize) -> TextSize {
        let bytes = self.source.as_bytes();
        let mut at = from.to_usize();
        while let Some(byte) = bytes.get(at) {
            match byte {
                b' ' | b'\t' | b'\n' | b'\x0c' | b'\\' => at += 1,
                b'#' => {
                    at += bytes[at..]
                        .iter()
                        .position(|&byte| byte == b'\n')
                        .unwrap_or(bytes.len() - at)
                }
                _ => break,
            }
        }
        TextSize::new(at as u32)
    }
}
