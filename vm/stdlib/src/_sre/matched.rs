//! `re.Match`.

use std::rc::Rc;

use taipan_macros::{pyclass, pymethods};
use taipan_sre::Machine;
use taipan_vm::ctx::Ctx;
use taipan_vm::error::{PyErr, PyResult};
use taipan_vm::heap::{Traverse, Visitor};
use taipan_vm::objects::{Dict, Type};
use taipan_vm::value::{Py, Value};

use super::pattern::{Pattern, Window};
use super::replace;
use super::subject::Searched;

/// Where a match and its groups lie, in bytes.
pub(super) struct Found {
    spans: Box<[Option<(usize, usize)>]>,
    last_index: Option<usize>,
}

impl Found {
    pub(super) fn span(&self, group: usize) -> Option<(usize, usize)> {
        self.spans.get(group).copied().flatten()
    }

    /// The span of the whole match.
    pub(super) fn bounds(&self) -> (usize, usize) {
        self.span(0).unwrap_or((0, 0))
    }
}

/// The result of re.match() and re.search().
/// Match objects always have a boolean value of True.
#[pyclass(name = "Match", module = "re", no_new, traverse)]
pub(super) struct Match {
    pattern: Py<Pattern>,
    searched: Rc<Searched>,
    window: Window,
    found: Found,
}

impl Match {
    pub(super) fn spans(machine: &Machine, groups: usize) -> Found {
        Found {
            spans: (0..=groups).map(|group| machine.span(group)).collect(),
            last_index: machine.lastindex(),
        }
    }

    pub(super) fn make(
        cx: &Ctx,
        pattern: &Py<Pattern>,
        searched: &Rc<Searched>,
        window: Window,
        found: Found,
    ) -> Value {
        let payload = Self {
            pattern: pattern.clone(),
            searched: searched.clone(),
            window,
            found,
        };
        let class = cx.native_class(Self::class());
        cx.heap().allocate(&class, payload).into_value()
    }

    fn number(&self, cx: &Ctx, key: &Value) -> PyResult<usize> {
        let number = self.pattern.group_number(cx, key)?;
        number.ok_or_else(|| no_such_group(cx))
    }

    pub(super) fn text_of(&self, cx: &Ctx, group: usize, default: &Value) -> PyResult<Value> {
        match self.found.span(group) {
            Some((start, end)) => self.searched.piece(cx, start, end),
            None => Ok(default.clone()),
        }
    }

    /// The span of a group in characters; -1 twice if it did not match.
    fn positions(&self, group: usize) -> (i64, i64) {
        match self.found.span(group) {
            Some((start, end)) => (
                self.searched.position(start) as i64,
                self.searched.position(end) as i64,
            ),
            None => (-1, -1),
        }
    }
}

fn no_such_group(cx: &Ctx) -> PyErr {
    cx.index_error("no such group")
}

#[pymethods]
impl Match {
    /// group([group1, ...]) -> str or tuple.
    ///
    /// One or more groups of the match; 0, which is also what is meant without arguments,
    /// is all of it.
    #[pymethod(text_signature = None)]
    fn group(&self, cx: &Ctx, groups: &[Value]) -> PyResult<Value> {
        let one = |key: &Value| self.text_of(cx, self.number(cx, key)?, &Value::NONE);
        match groups {
            [] => self.text_of(cx, 0, &Value::NONE),
            [key] => one(key),
            keys => {
                let items = keys.iter().map(one).collect::<PyResult<Vec<_>>>()?;
                Ok(cx.new_tuple(items).into_value())
            }
        }
    }

    fn __getitem__(&self, cx: &Ctx, key: &Value) -> PyResult<Value> {
        self.text_of(cx, self.number(cx, key)?, &Value::NONE)
    }

    /// A tuple of all groups, with the default for those that did not match.
    #[pymethod(signature = (default = &Value::NONE), text_signature = "($self, /, default=None)")]
    fn groups(&self, cx: &Ctx, default: &Value) -> PyResult<Value> {
        let groups = (1..=self.pattern.groups).map(|group| self.text_of(cx, group, default));
        let items = groups.collect::<PyResult<Vec<_>>>()?;
        Ok(cx.new_tuple(items).into_value())
    }

    /// A dict of all named groups, with the default for those that did not match.
    #[pymethod(signature = (default = &Value::NONE), text_signature = "($self, /, default=None)")]
    fn groupdict(&self, cx: &Ctx, default: &Value) -> PyResult<Py<Dict>> {
        let named = cx.new_dict();
        for (name, _) in self.pattern.group_index.items() {
            let text = self.text_of(cx, self.number(cx, &name)?, default)?;
            named.set(cx, &name, text)?;
        }
        Ok(named)
    }

    /// Where the group begins.
    #[pymethod(signature = (group = &Value::int32(0), /), text_signature = "($self, group=0, /)")]
    fn start(&self, cx: &Ctx, group: &Value) -> PyResult<i64> {
        Ok(self.positions(self.number(cx, group)?).0)
    }

    /// Where the group ends.
    #[pymethod(signature = (group = &Value::int32(0), /), text_signature = "($self, group=0, /)")]
    fn end(&self, cx: &Ctx, group: &Value) -> PyResult<i64> {
        Ok(self.positions(self.number(cx, group)?).1)
    }

    /// Where the group begins and ends.
    #[pymethod(signature = (group = &Value::int32(0), /), text_signature = "($self, group=0, /)")]
    fn span(&self, cx: &Ctx, group: &Value) -> PyResult<(i64, i64)> {
        Ok(self.positions(self.number(cx, group)?))
    }

    /// The template with groups in place of references, as sub() does it.
    #[pymethod(signature = (template))]
    fn expand(&self, cx: &Ctx, template: &Value) -> PyResult<Value> {
        replace::expand(
            cx,
            &self.pattern,
            template,
            self.searched.is_text(),
            &|group| self.text_of(cx, group, &Value::NONE),
        )
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
        let (start, end) = self.positions(0);
        let text = self.text_of(cx, 0, &Value::NONE)?;
        let repr = cx.repr(&text)?;
        let repr: String = repr.to_string_lossy().chars().take(50).collect();
        Ok(format!(
            "<re.Match object; span=({start}, {end}), match={repr}>"
        ))
    }

    /// The string passed to match() or search().
    #[member]
    fn string(&self) -> Value {
        self.searched.object.clone()
    }

    /// The regular expression object.
    #[member]
    fn re(&self) -> Value {
        self.pattern.to_value()
    }

    /// The index into the string at which the RE engine started looking for a match.
    #[member]
    fn pos(&self) -> usize {
        self.window.pos
    }

    /// The index into the string beyond which the RE engine will not go.
    #[member]
    fn endpos(&self) -> usize {
        self.window.endpos
    }

    /// The integer index of the last matched capturing group.
    #[getter]
    fn lastindex(&self) -> Option<usize> {
        self.found.last_index
    }

    /// The name of the last matched capturing group.
    #[getter]
    fn lastgroup(&self) -> Value {
        let names = self.pattern.index_group.as_slice();
        self.found
            .last_index
            .and_then(|index| names.get(index).cloned())
            .unwrap_or(Value::NONE)
    }

    #[getter]
    fn regs(&self, cx: &Ctx) -> Value {
        let spans = (0..=self.pattern.groups).map(|group| {
            let (start, end) = self.positions(group);
            cx.new_tuple(vec![cx.new_int(start), cx.new_int(end)])
                .into_value()
        });
        cx.new_tuple(spans.collect()).into_value()
    }
}

impl Traverse for Match {
    fn traverse(&self, visit: &mut Visitor<'_>) {
        visit(self.pattern.as_value());
        // The subject may be shared with a scanner: only its sole owner shows it.
        if Rc::strong_count(&self.searched) == 1 {
            visit(&self.searched.object);
        }
    }
}
