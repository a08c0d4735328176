//! `defaultdict`: a dict that makes missing values.

use std::cell::RefCell;

use taipan_macros::{pyclass, pymethods};
use taipan_vm::ctx::Ctx;
use taipan_vm::error::PyResult;
use taipan_vm::heap::{Traverse, Visitor};
use taipan_vm::native::Args;
use taipan_vm::objects::{Dict, Type};
use taipan_vm::value::{Py, Value};

/// defaultdict(default_factory=None, /, [...]) --> dict with default factory
///
/// The default factory is called without arguments to produce
/// a new value when a key is not present, in __getitem__ only.
/// A defaultdict compares equal to a dict with the same items.
/// All remaining arguments are treated the same as if they were
/// passed to the dict constructor, including keyword arguments.
#[pyclass(
    name = "defaultdict",
    module = "collections",
    base = Dict,
    subclassable,
    traverse,
    text_signature = None
)]
#[repr(C)]
#[derive(Default)]
pub(crate) struct DefaultDict {
    dict: Dict,
    factory: RefCell<Option<Value>>,
}

impl DefaultDict {
    fn factory(&self) -> Option<Value> {
        self.factory.borrow().clone()
    }

    /// A new instance of the same class with the same factory and the entries of `entries`.
    fn with_entries(this: &Py<Self>, cx: &Ctx, entries: &Value) -> PyResult<Value> {
        let factory = this.factory().unwrap_or(Value::NONE);
        cx.call(
            this.header().class().as_value(),
            &[factory, entries.clone()],
        )
    }
}

#[pymethods]
impl DefaultDict {
    #[new]
    fn new_empty(cx: &Ctx, cls: &Py<Type>, args: Args<'_>) -> Py<DefaultDict> {
        let _ = args;
        cx.heap().allocate(cls, DefaultDict::default())
    }

    #[init]
    fn init(this: &Value, cx: &Ctx, args: Args<'_>) -> PyResult<()> {
        let (Some(own), Some(dict)) = (
            this.downcast_ref::<DefaultDict>(),
            this.downcast_ref::<Dict>(),
        ) else {
            return Err(cx.type_error("a defaultdict is required"));
        };
        let (factory, rest) = match args.without_first() {
            Some((factory, rest)) => {
                let callable = cx.class_of(factory).slots.call.get().is_some();
                if !callable && !factory.is_none() {
                    return Err(cx.type_error("first argument must be callable or None"));
                }
                (
                    Some(factory.clone()).filter(|factory| !factory.is_none()),
                    rest,
                )
            }
            None => (None, args),
        };
        drop(own.factory.replace(factory));
        dict.update_with(cx, "dict", rest)
    }

    /// Factory for default value called by __missing__().
    #[member]
    fn default_factory(&self) -> Value {
        self.factory().unwrap_or(Value::NONE)
    }

    #[setter]
    fn set_default_factory(&self, factory: Option<&Value>) {
        drop(self.factory.replace(factory.cloned()));
    }

    /// __missing__(key) # Called by __getitem__ for missing key; pseudo-code:
    ///   if self.default_factory is None: raise KeyError((key,))
    ///   self[key] = value = self.default_factory()
    ///   return value
    #[pymethod(text_signature = "($self, key, /)")]
    fn __missing__(this: &Py<DefaultDict>, cx: &Ctx, key: &Value) -> PyResult<Value> {
        let Some(factory) = this.factory().filter(|factory| !factory.is_none()) else {
            return Err(cx.key_error(key));
        };
        let value = cx.call(&factory, &[])?;
        // The factory may have made an entry itself: that stays.
        this.dict
            .get_or_insert(cx, key, value)
            .map(|(value, _)| value)
    }

    /// defaultdicts are generic over two types, signifying (respectively) the types of
    /// their keys and values
    #[classmethod(text_signature = "($type, object, /)")]
    fn __class_getitem__(cls: &Py<Type>, cx: &Ctx, item: &Value) -> Value {
        cx.new_generic_alias(cls.as_value(), item)
    }

    /// D.copy() -> a shallow copy of D.
    fn copy(this: &Py<DefaultDict>, cx: &Ctx) -> PyResult<Value> {
        Self::with_entries(this, cx, this.as_value())
    }

    /// D.copy() -> a shallow copy of D.
    fn __copy__(this: &Py<DefaultDict>, cx: &Ctx) -> PyResult<Value> {
        Self::with_entries(this, cx, this.as_value())
    }

    /// Return state information for pickling.
    fn __reduce__(this: &Py<DefaultDict>, cx: &Ctx) -> PyResult<Value> {
        let args = match this.factory().filter(|factory| !factory.is_none()) {
            Some(factory) => vec![factory],
            None => Vec::new(),
        };
        let items = cx.call_method(this.as_value(), &cx.names().items, &[])?;
        let parts = vec![
            this.header().class().to_value(),
            cx.new_tuple(args).into_value(),
            Value::NONE,
            Value::NONE,
            cx.iter(&items)?,
        ];
        Ok(cx.new_tuple(parts).into_value())
    }

    fn __repr__(this: &Py<DefaultDict>, cx: &Ctx) -> PyResult<String> {
        let Some(repr) = cx.types().dict.slots.repr.get() else {
            return Err(cx.system_error("dict has no repr"));
        };
        let entries = cx.str(&repr(cx, this.as_value())?)?;
        let factory = match this.factory() {
            None => "None".to_owned(),
            Some(factory) => match cx.enter_repr(&factory) {
                Some(_guard) => cx.repr(&factory)?.to_string_lossy().into_owned(),
                None => "...".to_owned(),
            },
        };
        let name = this.header().class().name().to_string_lossy().into_owned();
        Ok(format!("{name}({factory}, {})", entries.to_string_lossy()))
    }

    fn __or__(left: &Value, cx: &Ctx, right: &Value) -> PyResult<Value> {
        let (Some(_), Some(_)) = (left.downcast_ref::<Dict>(), right.downcast_ref::<Dict>()) else {
            return Ok(Value::NOT_IMPLEMENTED);
        };
        let Some(model) = left
            .downcast_ref::<DefaultDict>()
            .or_else(|| right.downcast_ref::<DefaultDict>())
        else {
            return Ok(Value::NOT_IMPLEMENTED);
        };
        let union = Self::with_entries(model, cx, left)?;
        if let Some(dict) = union.downcast_ref::<Dict>() {
            dict.update_from(cx, right)?;
        }
        Ok(union)
    }
}

impl Traverse for DefaultDict {
    fn traverse(&self, visit: &mut Visitor<'_>) {
        self.dict.traverse(visit);
        self.factory.borrow().iter().for_each(visit);
    }

    fn clear(&self) {
        drop(self.factory.take());
        Traverse::clear(&self.dict);
    }
}
