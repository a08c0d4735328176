//! The methods and slots of `dict`.

use taipan_macros::pymethods;
use taipan_text::Wtf8Buf;

use super::value::hash_key;
use super::{Dict, DictItems, DictKeyIterator, DictKeys, DictReverseKeyIterator, DictValues};
use crate::ctx::Ctx;
use crate::error::PyResult;
use crate::native::Args;
use crate::native::bind::Optional;
use crate::objects::set::any_set;
use crate::objects::slots::CompareOp;
use crate::objects::{Str, Type};
use crate::value::{Py, Value};

impl Py<Dict> {
    /// `self[key]`, with `__missing__` of subclasses.
    ///
    /// # Errors
    /// `KeyError`, or what `__hash__`, `__eq__` and `__missing__` raise.
    #[inline]
    pub fn subscript(&self, cx: &Ctx, key: &Value) -> PyResult<Value> {
        match self.get(cx, key)? {
            Some(value) => Ok(value),
            None => self.missing(cx, key),
        }
    }

    #[cold]
    fn missing(&self, cx: &Ctx, key: &Value) -> PyResult<Value> {
        if !self.header().class().is(&cx.types().dict)
            && let Some(missing) = cx.find_special(self.as_value(), &cx.names().__missing__)?
        {
            return cx.call(&missing, std::slice::from_ref(key));
        }
        Err(cx.key_error(key))
    }

    /// `del self[key]`.
    ///
    /// # Errors
    /// `KeyError`, or what `__hash__` and `__eq__` raise.
    pub fn delete(&self, cx: &Ctx, key: &Value) -> PyResult<()> {
        let removed = self.pop(cx, key)?;
        if removed.is_none() {
            return Err(cx.key_error(key));
        }
        drop(removed);
        Ok(())
    }

    fn equals(&self, cx: &Ctx, other: &Self) -> PyResult<bool> {
        if self.len() != other.len() {
            return Ok(false);
        }
        cx.check_native_stack(" in comparison")?;
        let mut position = 0;
        while let Some((next, hash, key, value)) = self.next_entry(position) {
            position = next;
            match other.get_hashed(cx, &key, hash)? {
                Some(known) if cx.item_equal(&value, &known)? => {}
                _ => return Ok(false),
            }
        }
        Ok(true)
    }

    /// A new `dict` with the same entries.
    pub fn copied(&self, cx: &Ctx) -> Py<Dict> {
        cx.new_dict_from(self.duplicate())
    }
}

#[pymethods]
impl Dict {
    #[new]
    fn new_empty(cx: &Ctx, cls: &Py<Type>, args: Args<'_>) -> Py<Dict> {
        let _ = args;
        cx.heap().allocate(cls, Dict::default())
    }

    #[init]
    fn init(this: &Py<Dict>, cx: &Ctx, args: Args<'_>) -> PyResult<()> {
        this.update_with(cx, "dict", args)
    }

    fn __repr__(this: &Py<Dict>, cx: &Ctx) -> PyResult<Py<Str>> {
        if this.is_empty() {
            return cx.new_str("{}");
        }
        let Some(_guard) = cx.enter_repr(this.as_value()) else {
            return cx.new_str("{...}");
        };
        cx.check_native_stack(" while getting the repr of an object")?;
        let mut text = Wtf8Buf::new();
        text.push_str("{");
        let mut position = 0;
        while let Some((next, _, key, value)) = this.next_entry(position) {
            if position > 0 {
                text.push_str(", ");
            }
            position = next;
            text.push_wtf8(cx.repr(&key)?.as_wtf8());
            text.push_str(": ");
            text.push_wtf8(cx.repr(&value)?.as_wtf8());
        }
        text.push_str("}");
        cx.new_str(&text)
    }

    fn __richcompare__(this: &Py<Dict>, cx: &Ctx, other: &Value, op: CompareOp) -> PyResult<Value> {
        let Some(other) = other.downcast_ref::<Dict>() else {
            return Ok(Value::NOT_IMPLEMENTED);
        };
        match op {
            CompareOp::Eq => Ok(Value::bool(this.equals(cx, other)?)),
            CompareOp::Ne => Ok(Value::bool(!this.equals(cx, other)?)),
            _ => Ok(Value::NOT_IMPLEMENTED),
        }
    }

    fn __iter__(this: &Py<Dict>, cx: &Ctx) -> Py<DictKeyIterator> {
        DictKeyIterator::make(cx, this)
    }

    /// Return a reverse iterator over the dict keys.
    fn __reversed__(this: &Py<Dict>, cx: &Ctx) -> Py<DictReverseKeyIterator> {
        DictReverseKeyIterator::make(cx, this)
    }

    fn __len__(&self) -> usize {
        self.len()
    }

    /// True if the dictionary has the specified key, else False.
    #[pymethod(coexist)]
    fn __contains__(&self, cx: &Ctx, key: &Value) -> PyResult<bool> {
        self.contains(cx, key)
    }

    /// Return self[key].
    #[pymethod(coexist)]
    fn __getitem__(this: &Py<Dict>, cx: &Ctx, key: &Value) -> PyResult<Value> {
        this.subscript(cx, key)
    }

    fn __setitem__(this: &Py<Dict>, cx: &Ctx, key: &Value, value: Option<&Value>) -> PyResult<()> {
        match value {
            Some(value) => this.set(cx, key, value.clone()),
            None => this.delete(cx, key),
        }
    }

    fn __or__(left: &Value, cx: &Ctx, right: &Value) -> PyResult<Value> {
        let (Some(left), Some(_)) = (left.downcast_ref::<Dict>(), right.downcast_ref::<Dict>())
        else {
            return Ok(Value::NOT_IMPLEMENTED);
        };
        let union = left.copied(cx);
        union.update_from(cx, right)?;
        Ok(union.into_value())
    }

    fn __ior__(this: &Py<Dict>, cx: &Ctx, other: &Value) -> PyResult<Value> {
        this.update_from(cx, other)?;
        Ok(this.to_value())
    }

    /// Return the size of the dict in memory, in bytes.
    fn __sizeof__(&self) -> usize {
        let places = self.places();
        if places == 0 {
            return 48;
        }
        let index = match places {
            0..=0xFF => places,
            0x100..=0xFFFF => places * 2,
            _ => places * 4,
        };
        48 + 32 + index + places * 2 / 3 * 24
    }

    /// Return the value for key if key is in the dictionary, else default.
    #[pymethod(name = "get", signature = (key, default = None, /))]
    fn get_or_default(&self, cx: &Ctx, key: &Value, default: Option<&Value>) -> PyResult<Value> {
        match self.get(cx, key)? {
            Some(value) => Ok(value),
            None => Ok(default.cloned().unwrap_or(Value::NONE)),
        }
    }

    /// Insert key with a value of default if key is not in the dictionary.
    ///
    /// Return the value for key if key is in the dictionary, else default.
    #[pymethod(signature = (key, default = None, /))]
    fn setdefault(&self, cx: &Ctx, key: &Value, default: Option<&Value>) -> PyResult<Value> {
        let default = default.cloned().unwrap_or(Value::NONE);
        self.get_or_insert(cx, key, default).map(|(value, _)| value)
    }

    /// D.pop(k[,d]) -> v, remove specified key and return the corresponding value.
    ///
    /// If the key is not found, return the default if given; otherwise,
    /// raise a KeyError.
    #[pymethod(name = "pop", signature = (key, default = Optional::Missing, /))]
    fn pop_or_default(&self, cx: &Ctx, key: &Value, default: Optional<&Value>) -> PyResult<Value> {
        let found = if self.is_empty() {
            None
        } else {
            self.pop(cx, key)?
        };
        match (found, default) {
            (Some(value), _) => Ok(value),
            (None, Optional::Given(default)) => Ok(default.clone()),
            (None, Optional::Missing) => Err(cx.key_error(key)),
        }
    }

    /// Remove and return a (key, value) pair as a 2-tuple.
    ///
    /// Pairs are returned in LIFO (last-in, first-out) order.
    /// Raises KeyError if the dict is empty.
    fn popitem(&self, cx: &Ctx) -> PyResult<(Value, Value)> {
        self.pop_last()
            .ok_or_else(|| cx.error(&cx.types().key_error, "popitem(): dictionary is empty"))
    }

    /// Return a set-like object providing a view on the dict's keys.
    #[pymethod(name = "keys")]
    fn keys_view(this: &Py<Dict>, cx: &Ctx) -> Py<DictKeys> {
        DictKeys::make(cx, this)
    }

    /// Return a set-like object providing a view on the dict's items.
    #[pymethod(name = "items")]
    fn items_view(this: &Py<Dict>, cx: &Ctx) -> Py<DictItems> {
        DictItems::make(cx, this)
    }

    /// Return an object providing a view on the dict's values.
    #[pymethod(name = "values")]
    fn values_view(this: &Py<Dict>, cx: &Ctx) -> Py<DictValues> {
        DictValues::make(cx, this)
    }

    /// D.update([E, ]**F) -> None.  Update D from mapping/iterable E and F.
    /// If E is present and has a .keys() method, then does:  for k in E.keys(): D[k] = E[k]
    /// If E is present and lacks a .keys() method, then does:  for k, v in E: D[k] = v
    /// In either case, this is followed by: for k in F:  D[k] = F[k]
    #[pymethod(text_signature = None)]
    fn update(this: &Py<Dict>, cx: &Ctx, args: Args<'_>) -> PyResult<()> {
        this.update_with(cx, "update", args)
    }

    /// Create a new dictionary with keys from iterable and values set to value.
    #[classmethod(signature = (iterable, value = None, /))]
    fn fromkeys(
        cls: &Py<Type>,
        cx: &Ctx,
        iterable: &Value,
        value: Option<&Value>,
    ) -> PyResult<Value> {
        let value = value.cloned().unwrap_or(Value::NONE);
        let made = cx.call(cls.as_value(), &[])?;
        if let Some(dict) = cx.as_exact_dict(&made)
            && dict.is_empty()
            && take_hashed_keys(cx, dict, iterable, &value)?
        {
            return Ok(made);
        }
        let mut iteration = cx.iterate(iterable)?;
        if let Some(dict) = cx.as_exact_dict(&made) {
            while let Some(key) = iteration.next(cx)? {
                let hash = hash_key(cx, &key)?;
                dict.set_hashed(cx, &key, hash, value.clone())?;
            }
        } else {
            while let Some(key) = iteration.next(cx)? {
                cx.set_item(&made, &key, &value)?;
            }
        }
        Ok(made)
    }

    /// dicts are generic over two types, signifying (respectively) the types of their keys and values
    #[classmethod(text_signature = "($type, object, /)")]
    fn __class_getitem__(cls: &Py<Type>, cx: &Ctx, item: &Value) -> Value {
        cx.new_generic_alias(cls.as_value(), item)
    }

    /// Remove all items from the dict.
    #[pymethod(name = "clear")]
    fn remove_all(&self) {
        Dict::clear(self);
    }

    /// Return a shallow copy of the dict.
    fn copy(this: &Py<Dict>, cx: &Ctx) -> Py<Dict> {
        this.copied(cx)
    }
}

/// Adds the keys of an exact dict or a set with the hashes they have there; says whether `iterable` is one.
fn take_hashed_keys(cx: &Ctx, dict: &Dict, iterable: &Value, value: &Value) -> PyResult<bool> {
    if let Some(other) = cx.as_exact_dict(iterable) {
        let mut position = 0;
        while let Some((next, hash, key, _)) = other.next_entry(position) {
            position = next;
            dict.set_hashed(cx, &key, hash, value.clone())?;
        }
        return Ok(true);
    }
    let class = cx.class_of(iterable);
    if !class.is(&cx.types().set) && !class.is(&cx.types().frozenset) {
        return Ok(false);
    }
    let Some(set) = any_set(iterable) else {
        return Ok(false);
    };
    set.each(|key, hash| dict.set_hashed(cx, key, hash, value.clone()).map(|()| true))
}
