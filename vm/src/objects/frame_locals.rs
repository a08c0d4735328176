//! `FrameLocalsProxy`: the variables of a function's frame as a mapping that writes through (PEP 667).
//!
//! CPython 3.14: `Objects/frameobject.c`. Tests: `tests/run/frame/`.

use taipan_compiler::code_object::LocalKind;
use taipan_macros::{pyclass, pymethods};

use crate::ctx::Ctx;
use crate::error::PyResult;
use crate::heap::{Traverse, Visitor};
use crate::objects::cell::Cell;
use crate::objects::frame::FrameObject;
use crate::objects::slots::CompareOp;
use crate::objects::{Dict, Str, Type};
use crate::value::{Py, Value};

/// The payload of a `FrameLocalsProxy`.
#[pyclass(
    name = "FrameLocalsProxy",
    module = "builtins",
    mapping,
    unhashable,
    traverse
)]
pub struct FrameLocalsProxy {
    frame: Py<FrameObject>,
}

impl Traverse for FrameLocalsProxy {
    fn traverse(&self, visit: &mut Visitor<'_>) {
        visit(self.frame.as_value());
    }
}

/// What a slot shows: its value, or that of the cell in it.
fn shown(frame: &FrameObject, index: usize, kind: LocalKind) -> Option<Value> {
    let value = frame.slot(index)?;
    if kind.intersects(LocalKind::CELL.union(LocalKind::FREE))
        && let Some(cell) = value.downcast_ref::<Cell>()
    {
        return cell.contents.get();
    }
    Some(value)
}

/// The variables of a frame that are bound, in the order of their slots, then the names stored from outside.
pub(crate) fn variables(frame: &FrameObject) -> Vec<(Value, Value)> {
    let code = frame.code();
    let mut pairs = Vec::new();
    for (index, name) in code.localsplusnames().iter().enumerate() {
        let kind = code.kind_of_local(index);
        if let Some(value) = shown(frame, index, kind) {
            pairs.push((name.to_value(), value));
        }
    }
    if let Some(extra) = frame.extra_locals.get() {
        pairs.extend(extra.items());
    }
    pairs
}

impl FrameLocalsProxy {
    /// The slot that a key names and a program may store into; the variables of an inlined comprehension are not.
    fn slot_of(&self, cx: &Ctx, key: &Value) -> PyResult<Option<usize>> {
        let code = self.frame.code();
        let shows = |index: usize| !code.kind_of_local(index).contains(LocalKind::HIDDEN);
        self.slot_that(cx, key, shows)
    }

    /// The first slot with this name that fits.
    fn slot_that(
        &self,
        cx: &Ctx,
        key: &Value,
        shows: impl Fn(usize) -> bool,
    ) -> PyResult<Option<usize>> {
        let code = self.frame.code();
        let names = code.localsplusnames();
        if let Some(index) = (0..names.len()).find(|index| names[*index].as_value().is(key))
            && shows(index)
        {
            return Ok(Some(index));
        }
        let hash = cx.hash(key)?;
        for (index, name) in names.iter().enumerate() {
            if shows(index) && cx.hash_str(name) == hash && cx.is_equal(name.as_value(), key)? {
                return Ok(Some(index));
            }
        }
        Ok(None)
    }

    fn find(&self, cx: &Ctx, key: &Value) -> PyResult<Option<Value>> {
        let code = self.frame.code();
        let value = |index: usize| shown(&self.frame, index, code.kind_of_local(index));
        if let Some(index) = self.slot_that(cx, key, |index| value(index).is_some())? {
            return Ok(value(index));
        }
        if self.slot_of(cx, key)?.is_some() {
            return Ok(None);
        }
        match self.frame.extra_locals.get() {
            Some(extra) => extra.get(cx, key),
            None => Ok(None),
        }
    }

    fn store(&self, cx: &Ctx, key: &Value, value: Value) -> PyResult<()> {
        let Some(index) = self.slot_of(cx, key)? else {
            let extra = match self.frame.extra_locals.get() {
                Some(extra) => extra,
                None => {
                    let extra = cx.new_dict();
                    self.frame.extra_locals.set(Some(extra.clone()));
                    extra
                }
            };
            return extra.set(cx, key, value);
        };
        let kind = self.frame.code().kind_of_local(index);
        if kind.intersects(LocalKind::CELL.union(LocalKind::FREE))
            && let Some(slot) = self.frame.slot(index)
            && let Some(cell) = slot.downcast_ref::<Cell>()
        {
            let old = cell.contents.replace(Some(value));
            self.frame.keep(old);
            return Ok(());
        }
        self.frame.set_slot(index, Some(value));
        Ok(())
    }

    fn snapshot(&self, cx: &Ctx) -> PyResult<Py<Dict>> {
        let dict = cx.new_dict();
        for (key, value) in variables(&self.frame) {
            dict.set(cx, &key, value)?;
        }
        Ok(dict)
    }

    fn merge(&self, cx: &Ctx, other: &Value) -> PyResult<()> {
        let pairs = match other.downcast_ref::<Dict>() {
            Some(dict) => dict.items(),
            None => match other.downcast_ref::<FrameLocalsProxy>() {
                Some(proxy) => variables(&proxy.frame),
                None => {
                    let dict = cx.new_dict();
                    crate::interp::ops::containers::dict_update(cx, dict.as_value(), other)?;
                    dict.items()
                }
            },
        };
        for (key, value) in pairs {
            self.store(cx, &key, value)?;
        }
        Ok(())
    }
}

impl Ctx {
    /// `frame.f_locals`: a namespace, or a proxy of a function's variables.
    pub fn frame_locals(&self, frame: &Py<FrameObject>) -> Value {
        use taipan_compiler::code_object::CodeFlags;
        let code = frame.code();
        // A comprehension that was inlined into a module or class keeps its variables in slots.
        let inlined = || {
            (0..code.localsplusnames().len()).any(|index| {
                let kind = code.kind_of_local(index);
                kind.contains(LocalKind::HIDDEN) && shown(frame, index, kind).is_some()
            })
        };
        if !code.flags.contains(CodeFlags::OPTIMIZED)
            && !inlined()
            && let Some(namespace) = frame.namespace()
        {
            return namespace;
        }
        let proxy = FrameLocalsProxy {
            frame: frame.clone(),
        };
        self.heap()
            .allocate(&self.native_class(FrameLocalsProxy::class()), proxy)
            .into_value()
    }

    /// `locals()` for the running frame: a namespace, or a new dict of a function's variables.
    ///
    /// # Errors
    /// `SystemError` if no Python code runs.
    pub fn current_locals(&self) -> PyResult<Value> {
        let Some(frame) = self.current_frame() else {
            return Err(self.system_error("frame does not exist"));
        };
        let locals = self.frame_locals(&frame);
        match locals.downcast_ref::<FrameLocalsProxy>() {
            Some(proxy) => Ok(proxy.snapshot(self)?.into_value()),
            None => Ok(locals),
        }
    }
}

#[pymethods]
impl FrameLocalsProxy {
    #[new(signature = (frame, /), text_signature = None)]
    fn new(cx: &Ctx, cls: &Py<Type>, frame: &Value) -> PyResult<Value> {
        let _ = cls;
        match frame.downcast_ref::<FrameObject>() {
            Some(frame) => Ok(cx
                .heap()
                .allocate(
                    &cx.native_class(FrameLocalsProxy::class()),
                    FrameLocalsProxy {
                        frame: frame.clone(),
                    },
                )
                .into_value()),
            None => Err(cx.type_error(format!("expect frame, not {}", cx.type_name(frame)))),
        }
    }

    fn __len__(&self) -> usize {
        variables(&self.frame).len()
    }

    #[pymethod(coexist)]
    fn __contains__(&self, cx: &Ctx, object: &Value) -> PyResult<bool> {
        Ok(self.find(cx, object)?.is_some())
    }

    #[pymethod(coexist)]
    fn __getitem__(&self, cx: &Ctx, object: &Value) -> PyResult<Value> {
        self.find(cx, object)?.ok_or_else(|| match cx.repr(object) {
            Ok(text) => cx.error(
                &cx.types().key_error,
                format!("local variable '{}' is not defined", text.to_string_lossy()),
            ),
            Err(error) => error,
        })
    }

    fn __setitem__(&self, cx: &Ctx, key: &Value, value: &Value) -> PyResult<()> {
        self.store(cx, key, value.clone())
    }

    fn __delitem__(&self, cx: &Ctx, key: &Value) -> PyResult<()> {
        if self.slot_of(cx, key)?.is_some() {
            return Err(cx.value_error("cannot remove local variables from FrameLocalsProxy"));
        }
        let removed = match self.frame.extra_locals.get() {
            Some(extra) => extra.pop(cx, key)?,
            None => None,
        };
        match removed {
            Some(_) => Ok(()),
            None => Err(cx.key_error(key)),
        }
    }

    fn __iter__(&self, cx: &Ctx) -> PyResult<Value> {
        let keys = self.keys(cx);
        cx.iter(&keys)
    }

    fn __reversed__(&self, cx: &Ctx) -> PyResult<Value> {
        let mut keys: Vec<_> = variables(&self.frame)
            .into_iter()
            .map(|(key, _)| key)
            .collect();
        keys.reverse();
        Ok(cx.new_list(keys).into_value())
    }

    fn __repr__(this: &Py<FrameLocalsProxy>, cx: &Ctx) -> PyResult<Value> {
        let Some(_guard) = cx.enter_repr(this.as_value()) else {
            return Ok(cx.intern("{...}").into_value());
        };
        let dict = this.snapshot(cx)?;
        Ok(cx.repr(dict.as_value())?.into_value())
    }

    fn __richcompare__(
        this: &Py<FrameLocalsProxy>,
        cx: &Ctx,
        other: &Value,
        op: CompareOp,
    ) -> PyResult<Value> {
        if !matches!(op, CompareOp::Eq | CompareOp::Ne) {
            return Ok(Value::NOT_IMPLEMENTED);
        }
        if let Some(other) = other.downcast_ref::<FrameLocalsProxy>() {
            let is_same = this.frame.is(&other.frame);
            return Ok(Value::bool(is_same == (op == CompareOp::Eq)));
        }
        if other.downcast_ref::<Dict>().is_some() {
            let dict = this.snapshot(cx)?;
            return cx.compare(dict.as_value(), other, op);
        }
        Ok(Value::NOT_IMPLEMENTED)
    }

    fn __or__(left: &Value, cx: &Ctx, right: &Value) -> PyResult<Value> {
        let dict = cx.new_dict();
        for side in [left, right] {
            match side.downcast_ref::<FrameLocalsProxy>() {
                Some(proxy) => {
                    for (key, value) in variables(&proxy.frame) {
                        dict.set(cx, &key, value)?;
                    }
                }
                None if side.downcast_ref::<Dict>().is_some() => {
                    crate::interp::ops::containers::dict_update(cx, dict.as_value(), side)?;
                }
                None => return Ok(Value::NOT_IMPLEMENTED),
            }
        }
        Ok(dict.into_value())
    }

    fn __ior__(this: &Py<FrameLocalsProxy>, cx: &Ctx, other: &Value) -> PyResult<Value> {
        if other.downcast_ref::<Dict>().is_none()
            && other.downcast_ref::<FrameLocalsProxy>().is_none()
        {
            return Ok(Value::NOT_IMPLEMENTED);
        }
        this.merge(cx, other)?;
        Ok(this.to_value())
    }

    fn keys(&self, cx: &Ctx) -> Value {
        let keys = variables(&self.frame).into_iter().map(|(key, _)| key);
        cx.new_list(keys.collect()).into_value()
    }

    fn values(&self, cx: &Ctx) -> Value {
        let values = variables(&self.frame).into_iter().map(|(_, value)| value);
        cx.new_list(values.collect()).into_value()
    }

    fn items(&self, cx: &Ctx) -> Value {
        let items = variables(&self.frame)
            .into_iter()
            .map(|(key, value)| cx.new_tuple(vec![key, value]).into_value());
        cx.new_list(items.collect()).into_value()
    }

    fn copy(&self, cx: &Ctx) -> PyResult<Value> {
        Ok(self.snapshot(cx)?.into_value())
    }

    #[pymethod(signature = (key, default = None, /), text_signature = None)]
    fn get(&self, cx: &Ctx, key: &Value, default: Option<&Value>) -> PyResult<Value> {
        let found = self.find(cx, key)?;
        Ok(found.unwrap_or_else(|| default.cloned().unwrap_or(Value::NONE)))
    }

    #[pymethod(signature = (key, default = None, /), text_signature = None)]
    fn setdefault(&self, cx: &Ctx, key: &Value, default: Option<&Value>) -> PyResult<Value> {
        if let Some(value) = self.find(cx, key)? {
            return Ok(value);
        }
        let value = default.cloned().unwrap_or(Value::NONE);
        self.store(cx, key, value.clone())?;
        Ok(value)
    }

    #[pymethod(
        signature = (key, default = crate::native::bind::Optional::Missing, /),
        text_signature = None
    )]
    fn pop(
        &self,
        cx: &Ctx,
        key: &Value,
        default: crate::native::bind::Optional<&Value>,
    ) -> PyResult<Value> {
        if self.slot_of(cx, key)?.is_some() {
            return Err(cx.value_error("cannot remove local variables from FrameLocalsProxy"));
        }
        let removed = match self.frame.extra_locals.get() {
            Some(extra) => extra.pop(cx, key)?,
            None => None,
        };
        match (removed, default.given()) {
            (Some(value), _) => Ok(value),
            (None, Some(default)) => Ok(default.clone()),
            (None, None) => Err(cx.key_error(key)),
        }
    }

    #[pymethod(text_signature = "($self, object, /)")]
    fn update(&self, cx: &Ctx, other: &Value) -> PyResult<()> {
        if other.downcast_ref::<Str>().is_some() {
            return Err(cx.type_error("update() argument must be dict or another FrameLocalsProxy"));
        }
        self.merge(cx, other)
    }
}
