//! `_lru_cache_wrapper`: a function that remembers its results.
//!
//! The cache is a dict whose order is that of use, oldest first: a hit moves its entry to the end, and a full cache loses
//! its first entry.

use std::cell::{Cell, OnceCell};

use taipan_macros::{pyclass, pymethods};
use taipan_vm::ctx::Ctx;
use taipan_vm::error::PyResult;
use taipan_vm::heap::{Traverse, Visitor};
use taipan_vm::native::Args;
use taipan_vm::objects::{Dict, Object, Type};
use taipan_vm::protocol::exact_str;
use taipan_vm::value::{Py, Value};

/// Create a cached callable that wraps another function.
///
/// user_function:      the function being cached
///
/// maxsize:  0         for no caching
///           None      for unlimited cache size
///           n         for a bounded cache
///
/// typed:    False     cache f(3) and f(3.0) as identical calls
///           True      cache f(3) and f(3.0) as distinct calls
///
/// cache_info_type:    namedtuple class with the fields:
///                         hits misses currsize maxsize
#[pyclass(
    name = "_lru_cache_wrapper",
    module = "functools",
    subclassable,
    dict,
    weakref,
    method_descriptor,
    traverse,
    text_signature = None
)]
pub(crate) struct LruCacheWrapper {
    function: Value,
    limit: Limit,
    typed: bool,
    info_type: Value,
    cache: Py<Dict>,
    /// Stands between positional and keyword arguments in keys.
    mark: Value,
    hits: Cell<u64>,
    misses: Cell<u64>,
}

#[derive(Clone, Copy)]
enum Limit {
    Zero,
    Entries(usize),
    Unlimited,
}

/// The one object that separates keyword arguments in all keys of an isolate.
#[derive(Default)]
struct Mark(OnceCell<Value>);

impl LruCacheWrapper {
    fn key(&self, cx: &Ctx, args: Args<'_>) -> Value {
        let positional = args.positional();
        if !self.typed && !args.has_keywords() {
            if let [only] = positional
                && (exact_str(only).is_some() || cx.class_of(only).is(&cx.types().int))
            {
                return only.clone();
            }
            return cx.new_tuple_from(positional).into_value();
        }
        let mut parts = positional.to_vec();
        if args.has_keywords() {
            parts.push(self.mark.clone());
            for (name, value) in args.keywords() {
                parts.push(name.to_value());
                parts.push(value.clone());
            }
        }
        if self.typed {
            parts.extend(
                args.values()
                    .iter()
                    .map(|value| cx.class_of(value).to_value()),
            );
        }
        cx.new_tuple(parts).into_value()
    }

    fn call_bounded(&self, cx: &Ctx, args: Args<'_>, most: usize) -> PyResult<Value> {
        let key = self.key(cx, args);
        let hash = cx.hash(&key)?;
        if let Some(position) = self.cache.position(cx, &key, hash)?
            && let Some(known) = self.cache.value_at(position)
        {
            self.hits.set(self.hits.get() + 1);
            self.cache.move_to_back(position);
            return Ok(known);
        }
        self.misses.set(self.misses.get() + 1);
        let result = cx.call_with(&self.function, args)?;
        // The call may have filled the cache itself, with this very key too.
        if self.cache.position(cx, &key, hash)?.is_some() {
            return Ok(result);
        }
        if self.cache.len() >= most {
            drop(self.cache.pop_first());
        }
        self.cache.set_hashed(cx, &key, hash, result.clone())?;
        Ok(result)
    }

    fn call_unlimited(&self, cx: &Ctx, args: Args<'_>) -> PyResult<Value> {
        let key = self.key(cx, args);
        let hash = cx.hash(&key)?;
        if let Some(known) = self.cache.get_hashed(cx, &key, hash)? {
            self.hits.set(self.hits.get() + 1);
            return Ok(known);
        }
        self.misses.set(self.misses.get() + 1);
        let result = cx.call_with(&self.function, args)?;
        self.cache.set_hashed(cx, &key, hash, result.clone())?;
        Ok(result)
    }
}

#[pymethods]
impl LruCacheWrapper {
    #[new(signature = (user_function, maxsize, typed, cache_info_type))]
    fn new(
        cx: &Ctx,
        cls: &Py<Type>,
        user_function: &Value,
        maxsize: &Value,
        typed: bool,
        cache_info_type: &Value,
    ) -> PyResult<Py<LruCacheWrapper>> {
        if cx.class_of(user_function).slots.call.get().is_none() {
            return Err(cx.type_error("the first argument must be callable"));
        }
        let limit = if maxsize.is_none() {
            Limit::Unlimited
        } else if cx.is_index(maxsize) {
            match usize::try_from(cx.index_isize(maxsize)?) {
                Ok(most) if most > 0 => Limit::Entries(most),
                _ => Limit::Zero,
            }
        } else {
            return Err(cx.type_error("maxsize should be integer or None"));
        };
        let mark = cx.state::<Mark>();
        let mark = mark
            .0
            .get_or_init(|| cx.heap().allocate(&cx.types().object, Object).into_value());
        let payload = LruCacheWrapper {
            function: user_function.clone(),
            limit,
            typed,
            info_type: cache_info_type.clone(),
            cache: cx.new_dict(),
            mark: mark.clone(),
            hits: Cell::new(0),
            misses: Cell::new(0),
        };
        Ok(cx.heap().allocate(cls, payload))
    }

    fn __call__(&self, cx: &Ctx, args: Args<'_>) -> PyResult<Value> {
        match self.limit {
            Limit::Zero => {
                self.misses.set(self.misses.get() + 1);
                cx.call_with(&self.function, args)
            }
            Limit::Entries(most) => self.call_bounded(cx, args, most),
            Limit::Unlimited => self.call_unlimited(cx, args),
        }
    }

    fn __get__(
        this: &Value,
        cx: &Ctx,
        instance: Option<&Value>,
        owner: Option<&Value>,
    ) -> PyResult<Value> {
        let _ = owner;
        Ok(match instance {
            Some(instance) if !instance.is_none() => cx
                .new_bound_method(this.clone(), instance.clone())
                .into_value(),
            _ => this.clone(),
        })
    }

    /// Report cache statistics
    fn cache_info(&self, cx: &Ctx) -> PyResult<Value> {
        let most = match self.limit {
            Limit::Zero => cx.new_int(0),
            Limit::Entries(most) => cx.new_int(most as i64),
            Limit::Unlimited => Value::NONE,
        };
        let fields = [
            cx.new_int(self.hits.get() as i64),
            cx.new_int(self.misses.get() as i64),
            most,
            cx.new_int(self.cache.len() as i64),
        ];
        cx.call(&self.info_type, &fields)
    }

    /// Clear the cache and cache statistics
    fn cache_clear(&self) {
        self.hits.set(0);
        self.misses.set(0);
        self.cache.clear();
    }

    fn __reduce__(this: &Value, cx: &Ctx) -> PyResult<Value> {
        cx.get_attr(this, &cx.names().__qualname__)
    }

    #[pymethod(text_signature = None)]
    fn __copy__(this: &Value) -> Value {
        this.clone()
    }

    #[pymethod(text_signature = None)]
    fn __deepcopy__(this: &Value, memo: &Value) -> Value {
        let _ = memo;
        this.clone()
    }
}

impl Traverse for LruCacheWrapper {
    fn traverse(&self, visit: &mut Visitor<'_>) {
        visit(&self.function);
        visit(&self.info_type);
        visit(self.cache.as_value());
        visit(&self.mark);
    }
}
