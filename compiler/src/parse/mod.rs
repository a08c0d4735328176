//! Source text to [`ast`](crate::ast): runs the parser and rebuilds its tree.
//!
//! The grammar is `ruff_python_parser`'s. What it accepts and CPython's grammar does not is rejected by later stages or
//! in [`errors`]; what differs between the two trees (locations of decorated definitions, of arguments, `elif`,
//! concatenated strings, f-strings) is evened out here.
//! Tests: `ast` goldens in `tests/`, and everything that compiles.

mod disguised;
mod errors;
mod expr;
mod feature_version;
mod func_type;
mod nesting;
mod pattern;
mod respelling;
mod stmt;
mod strings;
mod tokenizer;
mod type_comments;
mod warnings;

pub use tokenizer::Lines as TokenLines;
pub use tokenizer::stream::{StreamError, StreamToken, TokenStream};

use std::borrow::Cow;

use ruff_python_ast as py;
use ruff_python_ast::PythonVersion;
use ruff_python_parser::{Mode as ParserMode, ParseOptions, parse_unchecked};
use ruff_text_size::{Ranged, TextRange, TextSize};

use crate::ast::{Interner, Mod, Name};
use crate::error::{ErrorKind, FailedSource, Failure, Result, SyntaxError, Warning};
use crate::future::CompilerFlags;
use crate::literals::DEFAULT_MAX_STR_DIGITS;
use crate::location::Location;
use crate::recursion::PLAIN_DEPTH;
use crate::source::{Lines, Shape};

pub(crate) use feature_version::NEWEST;
use nesting::Nesting;
use respelling::Respelling;
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

/// How CPython's tokenizer has the source; where it tells an error at the end depends on that.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reading {
    /// All of it.
    Whole,
    /// Line by line, from the file of a program.
    Lines,
}

/// What decides how a source is parsed.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Settings {
    pub(crate) mode: Mode,
    pub(crate) flags: CompilerFlags,
    /// Syntax that is newer than Python 3.x is an error.
    pub(crate) feature_version: u8,
    /// How many digits of a decimal integer are taken; 0 for any number.
    pub(crate) max_str_digits: usize,
    pub(crate) reading: Reading,
}

/// A parsed input.
#[derive(Debug)]
pub struct Parsed {
    pub module: Mod,
    /// The table of the identifiers in `module`.
    pub names: Interner,
    /// What CPython's tokenizer and parser warn about.
    pub warnings: Vec<Warning>,
    /// The tree may be deep, so that the stages need more stack for it.
    pub is_deep: bool,
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
        max_str_digits: DEFAULT_MAX_STR_DIGITS,
        reading: Reading::Whole,
    };
    parse_shaped(source, Shape::of(source), settings).map_err(|failure| failure.error)
}

/// [`parse`] for a source that was looked over already.
pub(crate) fn parse_shaped(
    source: &str,
    mut shape: Shape,
    settings: Settings,
) -> std::result::Result<Parsed, Failure> {
    if source.len() >= u32::MAX as usize / 2 {
        let kind = crate::error::ErrorKind::OverflowError;
        return Err(SyntaxError::other(kind, "source code is too long").into());
    }
    let lines = Lines::from_starts(std::mem::take(&mut shape.line_starts));
    check_nesting(source, &shape, &lines, settings)?;
    let text = as_parser_reads(source, &lines, settings)?;
    let mut converter = Converter::with_lines(source, lines, settings.max_str_digits);
    converter.parsed_text = text;
    converter.nesting.is_suspect = shape.brackets > PLAIN_DEPTH as usize;
    let result = converter.module(settings);
    match result {
        Ok(module) => Ok(Parsed {
            module,
            names: converter.names,
            warnings: converter.warnings,
            is_deep: converter.nesting.was_deep(),
        }),
        Err(error) => Err(Failure {
            error: match settings.mode {
                Mode::Exec => error,
                _ => errors::without_line_ending(error, source),
            },
            warnings: converter.warnings,
            source: converter.failed_source,
        }),
    }
}

/// Whether there are lines that begin with tabs and lines that begin with blanks.
fn mixes_indents(source: &str) -> bool {
    source.contains("\n\t") && source.contains("\n ")
        || source.contains(" \t")
            && source
                .lines()
                .any(|line| line.trim_start_matches(' ').starts_with('\t') && line.starts_with(' '))
}

/// Whether CPython's tokenizer agrees with all indentation.
fn is_indented_right(source: &str, settings: Settings) -> bool {
    tokenizer::tokenize(source, settings).error.is_none()
}

/// Refuses what nests deeper than CPython's tokenizer allows, before the parser goes into it.
fn check_nesting(
    source: &str,
    shape: &Shape,
    lines: &Lines,
    settings: Settings,
) -> std::result::Result<(), Failure> {
    // Strings nest in the brackets of replacement fields.
    let brackets = tokenizer::MAX_STRINGS.min(tokenizer::MAX_BRACKETS);
    if shape.brackets < brackets && shape.indent < tokenizer::MAX_INDENTS {
        return Ok(());
    }
    let noticed = match tokenizer::tokenize(source, settings).error {
        Some(noticed) if noticed.error.msg.starts_with("too many ") => noticed,
        _ => return Ok(()),
    };
    if settings.mode == Mode::FuncType {
        return Err(noticed.error.into());
    }
    match errors::second_look(source, lines, settings, None) {
        errors::Verdict::Wrong(failure) => Err(*failure),
        errors::Verdict::Right(_) => Ok(()),
    }
}

/// Whether the source is one line of simple statements, of which a prompt takes as many as there are.
fn is_simple_line(source: &str) -> bool {
    const COMPOUND: [&str; 8] = ["if", "for", "while", "try", "with", "def", "class", "async"];
    let line = source.strip_suffix('\n').unwrap_or(source);
    let word = line
        .split(|c: char| c != '_' && !c.is_alphanumeric())
        .next()
        .unwrap_or("");
    !line.contains(['\n', '\\'])
        && line.starts_with(|c: char| !c.is_whitespace() && !"#@".contains(c))
        && !COMPOUND.contains(&word)
}

/// The source that the parser is to read, when CPython's own rules are asked first: a prompt takes one statement, and with
/// PEP 401 `<>` is the operator and `!=` none.
fn as_parser_reads<'s>(
    source: &'s str,
    lines: &Lines,
    settings: Settings,
) -> std::result::Result<Cow<'s, str>, Failure> {
    // A mark of the byte order is none in a text.
    let is_marked = source.starts_with('\u{feff}') && settings.mode != Mode::FuncType;
    let is_flufl = settings.flags.contains(CompilerFlags::FUTURE_BARRY_AS_BDFL)
        || source.contains("barry_as_FLUFL");
    let is_suspect =
        is_flufl || is_marked || mixes_indents(source) && !is_indented_right(source, settings);
    let is_asked = settings.mode == Mode::Single && !is_simple_line(source);
    if !is_asked && !is_suspect {
        return Ok(Cow::Borrowed(source));
    }
    match errors::second_look(source, lines, settings, None) {
        errors::Verdict::Wrong(failure) => Err(*failure),
        errors::Verdict::Right(respellings) if respellings.is_empty() => Ok(Cow::Borrowed(source)),
        errors::Verdict::Right(respellings) => {
            Ok(Cow::Owned(Respelling::applied(&respellings, source)))
        }
    }
}

/// The message of an error that the second look is asked about.
const REFUSED: &str = "invalid syntax";

/// Whether an error is one of the value of a literal.
fn is_about_literal(msg: &str) -> bool {
    [
        "(unicode error)",
        "(value error)",
        "bytes can only",
        "Exceeds the limit",
    ]
    .iter()
    .any(|start| msg.starts_with(start))
}

fn unexpected_tree() -> SyntaxError {
    SyntaxError::system("the parser returned a tree of another mode")
}

/// Rebuilds the parser's tree as ours.
struct Converter<'s> {
    source: &'s str,
    /// What the parser reads.
    parsed_text: Cow<'s, str>,
    lines: Lines,
    names: Interner,
    warnings: Vec<Warning>,
    type_comments: TypeComments,
    nesting: Nesting,
    max_str_digits: usize,
    /// How deep replacement fields nest in format specifications.
    fields: u32,
    /// Where the closing quotes of the f-string are whose text is decoded.
    string_end: Option<usize>,
    failed_source: Option<Box<FailedSource>>,
}

impl<'s> Converter<'s> {
    fn new(source: &'s str, max_str_digits: usize) -> Converter<'s> {
        Converter::with_lines(source, Lines::new(source), max_str_digits)
    }

    fn with_lines(source: &'s str, lines: Lines, max_str_digits: usize) -> Converter<'s> {
        Converter {
            source,
            parsed_text: Cow::Borrowed(source),
            lines,
            names: Interner::new(),
            warnings: Vec::new(),
            type_comments: TypeComments::default(),
            nesting: Nesting::new(),
            max_str_digits,
            fields: 0,
            string_end: None,
            failed_source: None,
        }
    }

    fn module(&mut self, settings: Settings) -> Result<Mod> {
        let result = self.converted(settings);
        if self.nesting.is_suspect
            && settings.mode != Mode::FuncType
            && let Err(error) = self.look(settings, None)
            && error.kind == ErrorKind::MemoryError
        {
            return Err(error);
        }
        // Where an error in a literal is told depends on how far the parser has looked.
        if let Err(error) = &result
            && (error.msg == REFUSED || is_about_literal(&error.msg))
        {
            self.second_look(settings, 0)?;
        }
        result
    }

    fn converted(&mut self, settings: Settings) -> Result<Mod> {
        match settings.mode {
            Mode::FuncType => self.func_type(),
            Mode::Eval => {
                let parsed = self.run_parser(ParserMode::Expression, settings)?;
                let py::Mod::Expression(expression) = parsed else {
                    return Err(unexpected_tree());
                };
                let body = Box::new(self.expr(&expression.body)?);
                self.type_ignores()?;
                Ok(Mod::Expression { body })
            }
            Mode::Exec | Mode::Single => {
                let parsed = self.run_parser(ParserMode::Module, settings)?;
                let py::Mod::Module(mut module) = parsed else {
                    return Err(unexpected_tree());
                };
                let body = self.body(&mut module.body)?;
                let type_ignores = self.type_ignores()?;
                Ok(if settings.mode == Mode::Exec {
                    Mod::Module { body, type_ignores }
                } else {
                    Mod::Interactive { body }
                })
            }
        }
    }

    fn run_parser(&mut self, parser_mode: ParserMode, settings: Settings) -> Result<py::Mod> {
        let options = ParseOptions::from(parser_mode).with_target_version(PythonVersion::PY314);
        let mut parsed = parse_unchecked(&self.parsed_text, options.clone());
        if let Some(first) = parsed.errors().first() {
            let range = first.location;
            let respellings = self.second_look(settings, range.start().to_usize())?;
            if matches!(self.parsed_text, Cow::Borrowed(_)) && !respellings.is_empty() {
                self.parsed_text = Cow::Owned(Respelling::applied(&respellings, self.source));
                parsed = parse_unchecked(&self.parsed_text, options);
            }
            if !parsed.errors().is_empty() {
                return Err(self.error(REFUSED, range));
            }
        }
        if let Some(constant) = disguised::first_constant(&self.parsed_text, parsed.tokens()) {
            // What is wrong before it comes first.
            self.second_look(settings, 0)?;
            return Err(SyntaxError::constant_as_name(constant));
        }
        if settings.flags.contains(CompilerFlags::TYPE_COMMENTS) {
            self.type_comments = TypeComments::of(self.source, parsed.tokens());
        }
        let syntax = parsed.into_syntax();
        self.check_feature_version(&syntax, settings.feature_version)?;
        Ok(syntax)
    }

    /// What CPython says of a source that may be wrong near `near`: its error, or what the parser must read otherwise.
    fn second_look(&mut self, settings: Settings, near: usize) -> Result<Vec<Respelling>> {
        self.look(settings, Some(near))?;
        self.look(settings, None)
    }

    /// The same; the warnings are those of the source then.
    fn look(&mut self, settings: Settings, near: Option<usize>) -> Result<Vec<Respelling>> {
        match errors::second_look(self.source, &self.lines, settings, near) {
            errors::Verdict::Wrong(failure) => {
                self.warnings = failure.warnings;
                self.failed_source = failure.source;
                Err(failure.error)
            }
            errors::Verdict::Right(respellings) => Ok(respellings),
        }
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

    /// The error for what the parser takes and CPython's does not; the second look has another for it.
    fn refused(&self, node: &impl Ranged) -> SyntaxError {
        self.error(REFUSED, node.range())
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
