//! `OrderedDict`: a dict whose order can be changed and counts in comparisons.
//!
//! CPython 3.14: `Objects/odictobject.c`. `dict` keeps insertion order already; what is here moves entries and looks at
//! the order.

use taipan_macros::{pyclass, pymethods};
use taipan_vm::ctx::Ctx;
use taipan_vm::error::PyResult;
use taipan_vm::heap::{Traverse, Visitor};
use taipan_vm::native::Args;
use taipan_vm::native::bind::Optional;
use taipan_vm::objects::slots::CompareOp;
use taipan_vm::objects::{Dict, Type};
use taipan_vm::value::{Py, Value};

use super::ordered_views::{OrderedItems, OrderedIterator, OrderedKeys, OrderedValues, Part};

/// Dictionary that remembers insertion order
#[pyclass(
    name = "OrderedDict",
    module = "collections",
    base = Dict,
    subclassable,
    dict,
    weakref,
    unhashable,
    traverse,
    text_signature = None
)]
#[repr(C)]
#[derive(Default)]
pub(crate) struct OrderedDict {
    dict: Dict,
}

/// The handle that the methods of `dict` are called with.
pub(super) fn as_dict<'a>(cx: &Ctx, this: &'a Value) -> PyResult<&'a Py<Dict>> {
    this.downcast_ref::<Dict>()
        .ok_or_else(|| cx.type_error("an OrderedDict is required"))
}

/// Complains if the keys are not those of that version any more.
fn check_unchanged(cx: &Ctx, dict: &Dict, version: u32) -> PyResult<()> {
    if dict.known_keys_version() == version {
        return Ok(());
    }
    Err(cx.runtime_error("OrderedDict mutated during iteration"))
}

/// Whether two dicts with the same entries have them in the same order.
fn has_same_order(cx: &Ctx, left: &Dict, right: &Dict) -> PyResult<bool> {
    let (left_version, right_version) = (left.keys_version(cx), right.keys_version(cx));
    let (left_keys, right_keys) = (left.keys(), right.keys());
    for (one, other) in left_keys.iter().zip(&right_keys) {
        let is_equal = cx.is_equal(one, other)?;
        check_unchanged(cx, left, left_version)?;
        check_unchanged(cx, right, right_version)?;
        if !is_equal {
            return Ok(false);
        }
    }
    Ok(left_keys.len() == right_keys.len())
}

/// Stores the entries of a mapping or iterable through `self[key] = value`, as `MutableMapping.update` does.
fn add(cx: &Ctx, this: &Value, other: &Value) -> PyResult<()> {
    if let Some(dict) = cx.as_exact_dict(other) {
        for (key, value) in dict.items() {
            cx.set_item(this, &key, &value)?;
        }
        return Ok(());
    }
    if let Some(keys) = cx.find_attr(other, &cx.names().keys)? {
        let keys = cx.call(&keys, &[])?;
        let mut iteration = cx.iterate(&keys)?;
        while let Some(key) = iteration.next(cx)? {
            let value = cx.get_item(other, &key)?;
            cx.set_item(this, &key, &value)?;
        }
        return Ok(());
    }
    let pairs = match cx.find_attr(other, &cx.names().items)? {
        Some(items) => cx.call(&items, &[])?,
        None => other.clone(),
    };
    let mut iteration = cx.iterate(&pairs)?;
    while let Some(pair) = iteration.next(cx)? {
        let items = cx.collect(&pair)?;
        match &items[..] {
            [key, value] => cx.set_item(this, key, value)?,
            [] | [_] => {
                let plural = if items.is_empty() { "" } else { "s" };
                return Err(cx.value_error(format!(
                    "need more than {} value{plural} to unpack",
                    items.len()
                )));
            }
            _ => return Err(cx.value_error("too many values to unpack (expected 2)")),
        }
    }
    Ok(())
}

fn add_keywords(cx: &Ctx, this: &Value, args: Args<'_>) -> PyResult<()> {
    for (name, value) in args.keywords() {
        cx.set_item(this, name.as_value(), value)?;
    }
    Ok(())
}

impl OrderedDict {
    fn is_exact(this: &Py<Self>, cx: &Ctx) -> bool {
        this.header().class().is(&cx.native_class(Self::class()))
    }

    fn make(cx: &Ctx) -> Py<Self> {
        let class = cx.native_class(Self::class());
        cx.heap().allocate(&class, Self::default())
    }
}

#[pymethods]
impl OrderedDict {
    #[new]
    fn new_empty(cx: &Ctx, cls: &Py<Type>, args: Args<'_>) -> Py<OrderedDict> {
        let _ = args;
        cx.heap().allocate(cls, OrderedDict::default())
    }

    #[init]
    fn init(this: &Value, cx: &Ctx, args: Args<'_>) -> PyResult<()> {
        match args.positional() {
            [] => {}
            [other] => add(cx, this, other)?,
            more => {
                let given = more.len();
                return Err(cx.type_error(format!("expected at most 1 argument, got {given}")));
            }
        }
        add_keywords(cx, this, args)
    }

    #[pymethod(text_signature = None)]
    fn update(this: &Value, cx: &Ctx, args: Args<'_>) -> PyResult<()> {
        match args.positional() {
            [] => {}
            [other] => add(cx, this, other)?,
            more => {
                let given = more.len();
                return Err(cx.type_error(format!(
                    "update() takes at most 1 positional argument ({given} given)"
                )));
            }
        }
        add_keywords(cx, this, args)
    }

    fn __iter__(this: &Value, cx: &Ctx) -> PyResult<Py<OrderedIterator>> {
        OrderedIterator::forward(cx, as_dict(cx, this)?, Part::Key)
    }

    /// od.__reversed__() <==> reversed(od)
    fn __reversed__(this: &Value, cx: &Ctx) -> PyResult<Py<OrderedIterator>> {
        OrderedIterator::backward(cx, as_dict(cx, this)?, Part::Key)
    }

    fn keys(this: &Value, cx: &Ctx) -> PyResult<Py<OrderedKeys>> {
        OrderedKeys::make(cx, as_dict(cx, this)?)
    }

    fn values(this: &Value, cx: &Ctx) -> PyResult<Py<OrderedValues>> {
        OrderedValues::make(cx, as_dict(cx, this)?)
    }

    fn items(this: &Value, cx: &Ctx) -> PyResult<Py<OrderedItems>> {
        OrderedItems::make(cx, as_dict(cx, this)?)
    }

    /// Create a new ordered dictionary with keys from iterable and values set to value.
    #[classmethod(signature = (iterable, value = None))]
    fn fromkeys(
        cls: &Py<Type>,
        cx: &Ctx,
        iterable: &Value,
        value: Option<&Value>,
    ) -> PyResult<Value> {
        let value = value.cloned().unwrap_or(Value::NONE);
        let made = cx.call(cls.as_value(), &[])?;
        let mut iteration = cx.iterate(iterable)?;
        while let Some(key) = iteration.next(cx)? {
            cx.set_item(&made, &key, &value)?;
        }
        Ok(made)
    }

    /// od.copy() -> a shallow copy of od
    fn copy(this: &Py<OrderedDict>, cx: &Ctx) -> PyResult<Value> {
        let dict = as_dict(cx, this.as_value())?;
        if Self::is_exact(this, cx) {
            let copy = Self::make(cx).into_value();
            let version = dict.keys_version(cx);
            for (key, value) in dict.items() {
                as_dict(cx, &copy)?.set(cx, &key, value)?;
                check_unchanged(cx, dict, version)?;
            }
            return Ok(copy);
        }
        let copy = cx.call(this.header().class().as_value(), &[])?;
        let version = dict.keys_version(cx);
        for key in dict.keys() {
            let value = cx.get_item(this.as_value(), &key)?;
            check_unchanged(cx, dict, version)?;
            cx.set_item(&copy, &key, &value)?;
            check_unchanged(cx, dict, version)?;
        }
        Ok(copy)
    }

    /// Insert key with a value of default if key is not in the dictionary.
    ///
    /// Return the value for key if key is in the dictionary, else default.
    #[pymethod(signature = (key, default = None))]
    fn setdefault(
        this: &Py<OrderedDict>,
        cx: &Ctx,
        key: &Value,
        default: Option<&Value>,
    ) -> PyResult<Value> {
        let default = default.cloned().unwrap_or(Value::NONE);
        if Self::is_exact(this, cx) {
            let dict = as_dict(cx, this.as_value())?;
            return Ok(dict.get_or_insert(cx, key, default)?.0);
        }
        if cx.contains(this.as_value(), key)? {
            return cx.get_item(this.as_value(), key);
        }
        cx.set_item(this.as_value(), key, &default)?;
        Ok(default)
    }

    /// od.pop(key[,default]) -> v, remove specified key and return the corresponding value.
    ///
    /// If the key is not found, return the default if given; otherwise,
    /// raise a KeyError.
    #[pymethod(signature = (key, default = Optional::Missing))]
    fn pop(
        this: &Py<OrderedDict>,
        cx: &Ctx,
        key: &Value,
        default: Optional<&Value>,
    ) -> PyResult<Value> {
        let dict = as_dict(cx, this.as_value())?;
        match (dict.pop(cx, key)?, default) {
            (Some(value), _) => Ok(value),
            (None, Optional::Given(default)) => Ok(default.clone()),
            (None, Optional::Missing) => Err(cx.key_error(key)),
        }
    }

    /// Remove and return a (key, value) pair from the dictionary.
    ///
    /// Pairs are returned in LIFO order if last is true or FIFO order if false.
    #[pymethod(signature = (last = true))]
    fn popitem(this: &Value, cx: &Ctx, last: bool) -> PyResult<(Value, Value)> {
        let dict = as_dict(cx, this)?;
        let pair = if last {
            dict.pop_last()
        } else {
            dict.pop_first()
        };
        pair.ok_or_else(|| cx.error(&cx.types().key_error, "dictionary is empty"))
    }

    /// Move an existing element to the end (or beginning if last is false).
    ///
    /// Raise KeyError if the element does not exist.
    #[pymethod(signature = (key, last = true))]
    fn move_to_end(this: &Value, cx: &Ctx, key: &Value, last: bool) -> PyResult<()> {
        let dict = as_dict(cx, this)?;
        let hash = cx.hash(key)?;
        let Some(position) = dict.position(cx, key, hash)? else {
            return Err(cx.key_error(key));
        };
        if last {
            dict.move_to_back(position);
        } else {
            dict.move_to_front(position);
        }
        Ok(())
    }

    /// Return state information for pickling
    fn __reduce__(this: &Py<OrderedDict>, cx: &Ctx) -> PyResult<Value> {
        let state = cx.call_method(this.as_value(), &cx.names().__getstate__, &[])?;
        let items = cx.call_method(this.as_value(), &cx.names().items, &[])?;
        let parts = vec![
            this.header().class().to_value(),
            cx.new_tuple(Vec::new()).into_value(),
            state,
            Value::NONE,
            cx.iter(&items)?,
        ];
        Ok(cx.new_tuple(parts).into_value())
    }

    fn __repr__(this: &Py<OrderedDict>, cx: &Ctx) -> PyResult<String> {
        let name = this.header().class().name().to_string_lossy().into_owned();
        let dict = as_dict(cx, this.as_value())?;
        if dict.is_empty() {
            return Ok(format!("{name}()"));
        }
        let Some(_guard) = cx.enter_repr(this.as_value()) else {
            return Ok("...".to_owned());
        };
        let entries = if Self::is_exact(this, cx) {
            dict.copied(cx)
        } else {
            let items = cx.call_method(this.as_value(), &cx.names().items, &[])?;
            let entries = cx.new_dict();
            entries.update_from(cx, &items)?;
            entries
        };
        let entries = cx.repr(entries.as_value())?;
        Ok(format!("{name}({})", entries.to_string_lossy()))
    }

    fn __richcompare__(
        this: &Py<OrderedDict>,
        cx: &Ctx,
        other: &Value,
        op: CompareOp,
    ) -> PyResult<Value> {
        let (CompareOp::Eq | CompareOp::Ne, Some(other_dict)) = (op, other.downcast_ref::<Dict>())
        else {
            return Ok(Value::NOT_IMPLEMENTED);
        };
        let Some(compare) = cx.types().dict.slots.compare.get() else {
            return Ok(Value::NOT_IMPLEMENTED);
        };
        let equal = compare(cx, this.as_value(), other, CompareOp::Eq)?;
        let mut equal = cx.is_true(&equal)?;
        if equal && other.downcast_ref::<OrderedDict>().is_some() {
            equal = has_same_order(cx, as_dict(cx, this.as_value())?, other_dict)?;
        }
        Ok(Value::bool(equal == (op == CompareOp::Eq)))
    }

    fn __or__(left: &Value, cx: &Ctx, right: &Value) -> PyResult<Value> {
        let (Some(_), Some(_)) = (left.downcast_ref::<Dict>(), right.downcast_ref::<Dict>()) else {
            return Ok(Value::NOT_IMPLEMENTED);
        };
        let model = if left.downcast_ref::<OrderedDict>().is_some() {
            left
        } else {
            right
        };
        let union = cx.call(cx.class_of(model).as_value(), std::slice::from_ref(left))?;
        add(cx, &union, right)?;
        Ok(union)
    }

    fn __ior__(this: &Value, cx: &Ctx, other: &Value) -> PyResult<Value> {
        add(cx, this, other)?;
        Ok(this.clone())
    }

    /// Remove all items from the dict.
    fn clear(&self) {
        self.dict.clear();
    }
}

impl Traverse for OrderedDict {
    fn traverse(&self, visit: &mut Visitor<'_>) {
        self.dict.traverse(visit);
    }

    fn clear(&self) {
        Traverse::clear(&self.dict);
    }
}
