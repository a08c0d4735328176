//! `re.Pattern`.

use std::cell::RefCell;
use std::rc::Rc;

use taipan_macros::{pyclass, pymethods};
use taipan_sre::{Env, Locale, Machine, MatchError, Mode, Pattern as Program, Scan, flag};
use taipan_vm::ctx::Ctx;
use taipan_vm::error::{PyErr, PyResult};
use taipan_vm::heap::{Traverse, Visitor};
use taipan_vm::objects::slots::CompareOp;
use taipan_vm::objects::{Dict, Str, Tuple, Type};
use taipan_vm::value::{Py, Value};

use super::matched::{Found, Match};
use super::replace;
use super::scanner::{MatchIterator, Scanner};
use super::subject::Searched;

/// Compiled regular expression object.
#[pyclass(name = "Pattern", module = "re", weakref, no_new, traverse)]
pub(super) struct Pattern {
    pub(super) pattern: Value,
    pub(super) flags: i32,
    pub(super) groups: usize,
    pub(super) group_index: Py<Dict>,
    pub(super) index_group: Py<Tuple>,
    /// Whether it was made of bytes; `None` if it was made of nothing.
    pub(super) is_bytes: Option<bool>,
    pub(super) program: Program,
    /// A machine that no match is using, for the next one.
    idle: RefCell<Option<Box<Machine>>>,
}

impl Pattern {
    pub(super) fn make(
        cx: &Ctx,
        pattern: &Value,
        flags: i32,
        code: &[u32],
        groups: usize,
        group_index: &Py<Dict>,
        index_group: &Py<Tuple>,
    ) -> PyResult<Value> {
        let is_bytes = if pattern.is_none() {
            None
        } else {
            Some(!Searched::new(cx, pattern, None)?.is_text())
        };
        let program = if is_bytes == Some(true) {
            Program::new_bytes(code, groups)
        } else {
            Program::new(code, groups)
        };
        let program = program.map_err(|error| cx.runtime_error(error.to_string()))?;
        let payload = Self {
            pattern: pattern.clone(),
            flags,
            groups,
            group_index: group_index.clone(),
            index_group: index_group.clone(),
            is_bytes,
            program,
            idle: RefCell::default(),
        };
        let class = cx.native_class(Self::class());
        Ok(cx.heap().allocate(&class, payload).into_value())
    }

    /// Runs `f` with a machine and what a match needs, and turns its failure into an exception.
    pub(super) fn with_machine<R>(
        &self,
        cx: &Ctx,
        f: impl FnOnce(&mut Machine, &Env<'_>) -> Result<R, MatchError>,
    ) -> PyResult<R> {
        let mut machine = self.idle.take().unwrap_or_default();
        let raised: RefCell<Option<PyErr>> = RefCell::default();
        let interrupt = || match cx.check_signals() {
            Ok(()) => false,
            Err(error) => {
                raised.replace(Some(error));
                true
            }
        };
        let env = Env {
            interrupt: &interrupt,
            locale: &Locale::C,
            memory_limit: Env::DEFAULT.memory_limit,
        };
        let result = f(&mut machine, &env);
        self.idle.replace(Some(machine));
        result.map_err(|error| match (error, raised.take()) {
            (MatchError::Interrupted, Some(error)) => error,
            _ => cx.memory_error(),
        })
    }

    pub(super) fn search_in(&self, cx: &Ctx, string: &Value) -> PyResult<Searched> {
        Searched::new(cx, string, self.is_bytes)
    }
}

/// `pos` and `endpos` as positions and as bytes.
#[derive(Clone, Copy)]
pub(super) struct Window {
    pub(super) pos: usize,
    pub(super) endpos: usize,
    pub(super) start: usize,
    pub(super) end: usize,
}

impl Window {
    pub(super) fn of(searched: &Searched, pos: isize, endpos: isize) -> Self {
        let length = searched.length();
        let clamp = |position: isize| usize::try_from(position).unwrap_or(0).min(length);
        let (pos, endpos) = (clamp(pos), clamp(endpos));
        Self {
            pos,
            endpos,
            start: searched.offset(pos),
            end: searched.offset(endpos),
        }
    }
}

impl Pattern {
    fn run(
        this: &Py<Pattern>,
        cx: &Ctx,
        string: &Value,
        (pos, endpos): (isize, isize),
        mode: Mode,
    ) -> PyResult<Value> {
        let searched = this.search_in(cx, string)?;
        let window = Window::of(&searched, pos, endpos);
        if window.start > window.end {
            return Ok(Value::NONE);
        }
        let found = this.with_machine(cx, |machine, env| {
            let (start, end) = (window.start, window.end);
            let subject = searched.subject();
            let found = this.program.run(machine, subject, mode, start, end, env)?;
            Ok(found.then(|| Match::spans(machine, this.groups)))
        })?;
        match found {
            Some(found) => Ok(Match::make(cx, this, &Rc::new(searched), window, found)),
            None => Ok(Value::NONE),
        }
    }

    /// Calls `f` with each match of a walk through the subject, until it says that this is enough.
    pub(super) fn each(
        this: &Py<Pattern>,
        cx: &Ctx,
        searched: &Searched,
        window: Window,
        mut f: impl FnMut(Found) -> PyResult<bool>,
    ) -> PyResult<()> {
        if window.start > window.end {
            return Ok(());
        }
        let mut scan = Scan::new(window.start, window.end);
        loop {
            let found = this.with_machine(cx, |machine, env| {
                let subject = searched.subject();
                let found = scan.step(&this.program, machine, subject, Mode::Search, env)?;
                Ok(found.then(|| Match::spans(machine, this.groups)))
            })?;
            let Some(found) = found else { return Ok(()) };
            if !f(found)? {
                return Ok(());
            }
        }
    }
}

const END: isize = isize::MAX;

#[pymethods]
impl Pattern {
    /// Matches zero or more characters at the beginning of the string.
    #[pymethod(signature = (string, pos = 0, endpos = END), text_signature = "($self, /, string, pos=0, endpos=sys.maxsize)", name = "match")]
    fn match_(
        this: &Py<Pattern>,
        cx: &Ctx,
        string: &Value,
        pos: isize,
        endpos: isize,
    ) -> PyResult<Value> {
        Self::run(this, cx, string, (pos, endpos), Mode::Match)
    }

    /// Matches against all of the string.
    #[pymethod(signature = (string, pos = 0, endpos = END), text_signature = "($self, /, string, pos=0, endpos=sys.maxsize)")]
    fn fullmatch(
        this: &Py<Pattern>,
        cx: &Ctx,
        string: &Value,
        pos: isize,
        endpos: isize,
    ) -> PyResult<Value> {
        Self::run(this, cx, string, (pos, endpos), Mode::FullMatch)
    }

    /// Scans through the string for a match; None if there is none.
    #[pymethod(signature = (string, pos = 0, endpos = END), text_signature = "($self, /, string, pos=0, endpos=sys.maxsize)")]
    fn search(
        this: &Py<Pattern>,
        cx: &Ctx,
        string: &Value,
        pos: isize,
        endpos: isize,
    ) -> PyResult<Value> {
        Self::run(this, cx, string, (pos, endpos), Mode::Search)
    }

    /// A list of all matches: their texts, or their groups if the pattern has some.
    #[pymethod(signature = (string, pos = 0, endpos = END), text_signature = "($self, /, string, pos=0, endpos=sys.maxsize)")]
    fn findall(
        this: &Py<Pattern>,
        cx: &Ctx,
        string: &Value,
        pos: isize,
        endpos: isize,
    ) -> PyResult<Value> {
        let searched = this.search_in(cx, string)?;
        let window = Window::of(&searched, pos, endpos);
        let mut items = Vec::new();
        Self::each(this, cx, &searched, window, |found| {
            let group = |index: usize| {
                let (start, end) = found.span(index).unwrap_or((0, 0));
                searched.piece(cx, start, end)
            };
            items.push(match this.groups {
                0 => group(0)?,
                1 => group(1)?,
                groups => {
                    let groups = (1..=groups).map(group).collect::<PyResult<Vec<_>>>()?;
                    cx.new_tuple(groups).into_value()
                }
            });
            Ok(true)
        })?;
        Ok(cx.new_list(items).into_value())
    }

    /// An iterator over all matches.
    #[pymethod(signature = (string, pos = 0, endpos = END), text_signature = "($self, /, string, pos=0, endpos=sys.maxsize)")]
    fn finditer(
        this: &Py<Pattern>,
        cx: &Ctx,
        string: &Value,
        pos: isize,
        endpos: isize,
    ) -> PyResult<Value> {
        let scanner = Scanner::make(cx, this, string, (pos, endpos))?;
        Ok(MatchIterator::make(cx, scanner))
    }

    #[pymethod(signature = (string, pos = 0, endpos = END), text_signature = "($self, /, string, pos=0, endpos=sys.maxsize)")]
    fn scanner(
        this: &Py<Pattern>,
        cx: &Ctx,
        string: &Value,
        pos: isize,
        endpos: isize,
    ) -> PyResult<Value> {
        Ok(Scanner::make(cx, this, string, (pos, endpos))?.into_value())
    }

    /// The pieces of the string between matches, with the groups of the matches between them.
    #[pymethod(signature = (string, maxsplit = 0))]
    fn split(this: &Py<Pattern>, cx: &Ctx, string: &Value, maxsplit: isize) -> PyResult<Value> {
        let searched = this.search_in(cx, string)?;
        let window = Window::of(&searched, 0, END);
        let (mut items, mut last, mut cuts) = (Vec::new(), 0, 0);
        if maxsplit >= 0 {
            Self::each(this, cx, &searched, window, |found| {
                let (start, end) = found.bounds();
                items.push(searched.piece(cx, last, start)?);
                for group in 1..=this.groups {
                    items.push(match found.span(group) {
                        Some((start, end)) => searched.piece(cx, start, end)?,
                        None => Value::NONE,
                    });
                }
                last = end;
                cuts += 1;
                Ok(maxsplit == 0 || cuts < maxsplit)
            })?;
        }
        items.push(searched.piece(cx, last, searched.subject().len())?);
        Ok(cx.new_list(items).into_value())
    }

    /// The string with a replacement for each match, or the first count ones.
    #[pymethod(signature = (repl, string, count = 0))]
    fn sub(
        this: &Py<Pattern>,
        cx: &Ctx,
        repl: &Value,
        string: &Value,
        count: isize,
    ) -> PyResult<Value> {
        Ok(replace::substitute(cx, this, repl, string, count)?.0)
    }

    /// Like sub(), and how many replacements were made.
    #[pymethod(signature = (repl, string, count = 0))]
    fn subn(
        this: &Py<Pattern>,
        cx: &Ctx,
        repl: &Value,
        string: &Value,
        count: isize,
    ) -> PyResult<(Value, usize)> {
        replace::substitute(cx, this, repl, string, count)
    }

    fn __copy__(this: &Value) -> Value {
        this.clone()
    }

    fn __deepcopy__(this: &Value, memo: &Value) -> Value {
        let _ = memo;
        this.clone()
    }

    /// See PEP 585
    #[classmethod]
    fn __class_getitem__(cls: &Py<Type>, cx: &Ctx, object: &Value) -> Value {
        cx.new_generic_alias(cls.as_value(), object)
    }

    fn __repr__(&self, cx: &Ctx) -> PyResult<String> {
        const NAMES: [(u32, &str); 7] = [
            (flag::IGNORECASE, "re.IGNORECASE"),
            (flag::LOCALE, "re.LOCALE"),
            (flag::MULTILINE, "re.MULTILINE"),
            (flag::DOTALL, "re.DOTALL"),
            (flag::VERBOSE, "re.VERBOSE"),
            (flag::DEBUG, "re.DEBUG"),
            (flag::ASCII, "re.ASCII"),
        ];
        let mut flags = self.flags as u32;
        // Text patterns are Unicode's unless something else is said.
        let modes = flag::LOCALE | flag::UNICODE | flag::ASCII;
        if self.is_bytes == Some(false) && flags & modes == flag::UNICODE {
            flags &= !flag::UNICODE;
        }
        let mut names: Vec<String> = Vec::new();
        for (bit, name) in NAMES {
            if flags & bit != 0 {
                names.push(name.to_owned());
                flags &= !bit;
            }
        }
        if flags != 0 {
            names.push(format!("0x{flags:x}"));
        }
        let text = cx.repr(&self.pattern)?;
        let shown: String = text.to_string_lossy().chars().take(200).collect();
        if names.is_empty() {
            return Ok(format!("re.compile({shown})"));
        }
        Ok(format!("re.compile({shown}, {})", names.join("|")))
    }

    fn __hash__(&self, cx: &Ctx) -> PyResult<i64> {
        let mut code = Vec::new();
        for word in self.program.code() {
            code.extend_from_slice(&word.to_ne_bytes());
        }
        let mut hash = cx.hash(&self.pattern)? ^ cx.hash_bytes(&code);
        hash ^= i64::from(self.flags);
        hash ^= i64::from(self.is_bytes == Some(true));
        Ok(hash ^ self.groups as i64)
    }

    fn __richcompare__(
        this: &Py<Pattern>,
        cx: &Ctx,
        other: &Value,
        op: CompareOp,
    ) -> PyResult<Value> {
        let other = match (op, other.downcast_ref::<Pattern>()) {
            (CompareOp::Eq | CompareOp::Ne, Some(other)) => other,
            _ => return Ok(Value::NOT_IMPLEMENTED),
        };
        let equal = this.is(other)
            || (this.flags == other.flags
                && this.is_bytes == other.is_bytes
                && this.groups == other.groups
                && this.program.code() == other.program.code()
                && cx.is_equal(&this.pattern, &other.pattern)?);
        Ok(Value::bool(equal == (op == CompareOp::Eq)))
    }

    /// The pattern string from which the RE object was compiled.
    #[member]
    fn pattern(&self) -> Value {
        self.pattern.clone()
    }

    /// The regex matching flags.
    #[member]
    fn flags(&self) -> i32 {
        self.flags
    }

    /// The number of capturing groups in the pattern.
    #[member]
    fn groups(&self) -> usize {
        self.groups
    }

    /// A dictionary mapping group names to group numbers.
    #[getter]
    fn groupindex(&self, cx: &Ctx) -> Value {
        cx.new_mapping_proxy(self.group_index.to_value())
            .into_value()
    }
}

impl Pattern {
    /// The number of a group that is given by number or name.
    pub(super) fn group_number(&self, cx: &Ctx, key: &Value) -> PyResult<Option<usize>> {
        let number = if cx.is_index(key) {
            Some(cx.to_clamped_size(key)?)
        } else if key.downcast_ref::<Str>().is_some() || cx.hash(key).is_ok() {
            match self.group_index.get(cx, key)? {
                Some(number) => Some(cx.to_index_size(&number)?),
                None => None,
            }
        } else {
            None
        };
        Ok(number
            .and_then(|number| usize::try_from(number).ok())
            .filter(|number| *number <= self.groups))
    }
}

impl Traverse for Pattern {
    fn traverse(&self, visit: &mut Visitor<'_>) {
        visit(&self.pattern);
        visit(self.group_index.as_value());
        visit(self.index_group.as_value());
    }
}
