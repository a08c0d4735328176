//! Module `_abc`: what `abc.ABCMeta` is made of, with its caches.
//!
//! CPython 3.14: `Modules/_abc.c`. Tests: `tests/run/abc/`. A negative cache is good only for the token under which it
//! was filled: each registration anywhere changes the token.

use std::cell::{Cell, RefCell};

use rustc_hash::FxHashMap;
use taipan_macros::{pyclass, pyfunction, pymethods, pymodule};

use crate::ctx::Ctx;
use crate::error::PyResult;
use crate::heap::{Traverse, Visitor};
use crate::native::ModuleBuilder;
use crate::objects::weakref::WeakRef;
use crate::objects::{Str, Type, TypeFlags};
use crate::value::{Py, Value};

/// Classes, referred to weakly.
#[derive(Default)]
struct WeakClasses {
    classes: RefCell<FxHashMap<u64, Py<WeakRef>>>,
}

impl WeakClasses {
    fn contains(&self, class: &Value) -> bool {
        let known = self.classes.borrow().get(&class.identity()).cloned();
        known
            .and_then(|known| known.upgrade())
            .is_some_and(|known| known.is(class))
    }

    fn add(&self, cx: &Ctx, class: &Value) -> PyResult<()> {
        let reference = cx.weak_reference_to(class)?;
        let old = self
            .classes
            .borrow_mut()
            .insert(class.identity(), reference);
        drop(old);
        let is_crowded = {
            let classes = self.classes.borrow();
            classes.len() > 16 && classes.len() == classes.capacity()
        };
        if is_crowded {
            let all = self.classes.take();
            let alive = all.iter().filter(|(_, known)| known.upgrade().is_some());
            let alive = alive.map(|(id, known)| (*id, known.clone())).collect();
            self.classes.replace(alive);
            drop(all);
        }
        Ok(())
    }

    fn clear(&self) {
        let old = self.classes.take();
        drop(old);
    }

    /// The classes that are alive.
    fn alive(&self) -> Vec<Value> {
        let all: Vec<_> = self.classes.borrow().values().cloned().collect();
        all.iter().filter_map(|known| known.upgrade()).collect()
    }

    fn references(&self, cx: &Ctx) -> PyResult<Value> {
        let all: Vec<_> = self.classes.borrow().values().map(Py::to_value).collect();
        cx.call(cx.types().set.as_value(), &[cx.new_list(all).into_value()])
    }

    fn traverse(&self, visit: &mut Visitor<'_>) {
        self.classes
            .borrow()
            .values()
            .for_each(|known| visit(known.as_value()));
    }
}

/// Internal state held by ABC machinery.
#[pyclass(name = "_abc_data", module = "_abc", traverse, weakref)]
#[derive(Default)]
pub(crate) struct AbcData {
    registry: WeakClasses,
    cache: WeakClasses,
    negative_cache: WeakClasses,
    negative_cache_version: Cell<u64>,
}

impl Traverse for AbcData {
    fn traverse(&self, visit: &mut Visitor<'_>) {
        self.registry.traverse(visit);
        self.cache.traverse(visit);
        self.negative_cache.traverse(visit);
    }

    fn clear(&self) {
        self.registry.clear();
        self.cache.clear();
        self.negative_cache.clear();
    }
}

#[pymethods]
impl AbcData {
    #[new(signature = ())]
    fn make(cx: &Ctx, cls: &Py<Type>) -> PyResult<Py<AbcData>> {
        let data = AbcData::default();
        data.negative_cache_version.set(cx.isolate().abc_token());
        Ok(cx.heap().allocate(cls, data))
    }
}

/// The state of an abstract class.
fn data(cx: &Ctx, class: &Value) -> PyResult<Py<AbcData>> {
    let found = cx.get_attr(class, &cx.intern("_abc_impl"))?;
    found
        .downcast::<AbcData>()
        .map_err(|_| cx.type_error("_abc_impl is set to a wrong type"))
}

fn is_abstract(cx: &Ctx, value: &Value) -> PyResult<bool> {
    crate::objects::class_method::is_abstract(cx, value)
}

/// The names that a class leaves abstract: its own, and those of its bases that it does not override.
fn abstract_names(cx: &Ctx, class: &Value) -> PyResult<Vec<Value>> {
    let mut names: Vec<Value> = Vec::new();
    let own = class
        .downcast_ref::<Type>()
        .map(|class| class.dict().items());
    for (name, value) in own.unwrap_or_default() {
        if is_abstract(cx, &value)? {
            names.push(name);
        }
    }
    let bases = cx.get_attr(class, &cx.names().__bases__)?;
    for base in cx.collect(&bases)? {
        let Some(theirs) = cx.find_attr(&base, &cx.names().__abstractmethods__)? else {
            continue;
        };
        for name in cx.collect(&theirs)? {
            let key: &Py<Str> = cx.attribute_name(&name)?;
            if let Some(value) = cx.find_attr(class, key)?
                && is_abstract(cx, &value)?
                && !names
                    .iter()
                    .any(|known| cx.is_equal(known, &name).unwrap_or(false))
            {
                names.push(name);
            }
        }
    }
    Ok(names)
}

/// CPython's type flags for pattern matching, as `__abc_tpflags__` names them.
const SEQUENCE: i64 = 1 << 5;
const MAPPING: i64 = 1 << 6;

/// Internal ABC helper for class set-up. Should be never used outside abc module.
#[pyfunction(signature = (this, /), name = "_abc_init", text_signature = "($module, self, /)")]
fn abc_init(cx: &Ctx, this: &Value) -> PyResult<()> {
    let class = this;
    let names = abstract_names(cx, class)?;
    let names = cx.new_list(names).into_value();
    let names = cx.call(cx.types().frozenset.as_value(), &[names])?;
    cx.set_attr(class, &cx.names().__abstractmethods__, Some(&names))?;
    let data = cx.call(cx.native_class(AbcData::class()).as_value(), &[])?;
    cx.set_attr(class, &cx.intern("_abc_impl"), Some(&data))?;
    if let Some(class) = class.downcast_ref::<Type>() {
        let name = cx.intern("__abc_tpflags__");
        if let Some(flags) = class.lookup_own(&name) {
            class.store(cx, &name, None);
            match flags.as_small_int().unwrap_or(0) & (SEQUENCE | MAPPING) {
                SEQUENCE => class.set_flags(TypeFlags::SEQUENCE, true),
                MAPPING => class.set_flags(TypeFlags::MAPPING, true),
                0 => {}
                _ => {
                    return Err(cx.type_error(
                        "__abc_tpflags__ cannot be both Py_TPFLAGS_SEQUENCE and Py_TPFLAGS_MAPPING",
                    ));
                }
            }
        }
    }
    Ok(())
}

/// Lets a class and its subclasses match sequence or mapping patterns.
fn spread_flag(class: &Py<Type>, flag: TypeFlags) {
    let is_fixed = class.flags().contains(TypeFlags::IMMUTABLE);
    if class.flags().contains(flag) || is_fixed {
        return;
    }
    class.set_flags(TypeFlags::SEQUENCE | TypeFlags::MAPPING, false);
    class.set_flags(flag, true);
    for subclass in class.subclasses() {
        spread_flag(&subclass, flag);
    }
}

/// Internal ABC helper for subclasss registration. Should be never used outside abc module.
#[pyfunction(signature = (this, subclass, /), name = "_abc_register", text_signature = "($module, self, subclass, /)")]
fn abc_register(cx: &Ctx, this: &Value, subclass: &Value) -> PyResult<Value> {
    let class = this;
    let Some(registered) = subclass.downcast_ref::<Type>() else {
        return Err(cx.type_error("Can only register classes"));
    };
    if cx.is_subclass(subclass, class)? {
        return Ok(subclass.clone());
    }
    if cx.is_subclass(class, subclass)? {
        return Err(cx.runtime_error("Refusing to create an inheritance cycle"));
    }
    data(cx, class)?.registry.add(cx, subclass)?;
    cx.isolate().renew_abc_token();
    if let Some(class) = class.downcast_ref::<Type>() {
        for flag in [TypeFlags::SEQUENCE, TypeFlags::MAPPING] {
            if class.flags().contains(flag) {
                spread_flag(registered, flag);
            }
        }
    }
    Ok(subclass.clone())
}

fn subclass_check(cx: &Ctx, class: &Value, subclass: &Value) -> PyResult<Value> {
    cx.call_method(
        class,
        &cx.names().__subclasscheck__,
        std::slice::from_ref(subclass),
    )
}

/// Internal ABC helper for instance checks. Should be never used outside abc module.
#[pyfunction(signature = (this, instance, /), name = "_abc_instancecheck", text_signature = "($module, self, instance, /)")]
fn abc_instancecheck(cx: &Ctx, this: &Value, instance: &Value) -> PyResult<Value> {
    let class = this;
    let data = data(cx, class)?;
    let claimed = match cx.find_attr(instance, &cx.names().__class__)? {
        Some(claimed) => claimed,
        None => cx.class_of(instance).to_value(),
    };
    if data.cache.contains(&claimed) {
        return Ok(Value::TRUE);
    }
    let real = cx.class_of(instance).to_value();
    if real.is(&claimed) {
        if data.negative_cache_version.get() == cx.isolate().abc_token()
            && data.negative_cache.contains(&claimed)
        {
            return Ok(Value::FALSE);
        }
        return subclass_check(cx, class, &claimed);
    }
    let answer = subclass_check(cx, class, &claimed)?;
    if cx.is_true(&answer)? {
        return Ok(answer);
    }
    subclass_check(cx, class, &real)
}

/// Internal ABC helper for subclasss checks. Should be never used outside abc module.
#[pyfunction(signature = (this, subclass, /), name = "_abc_subclasscheck", text_signature = "($module, self, subclass, /)")]
fn abc_subclasscheck(cx: &Ctx, this: &Value, subclass: &Value) -> PyResult<bool> {
    let class = this;
    let Some(asked) = subclass.downcast_ref::<Type>() else {
        return Err(cx.type_error("issubclass() arg 1 must be a class"));
    };
    let data = data(cx, class)?;
    if data.cache.contains(subclass) {
        return Ok(true);
    }
    let token = cx.isolate().abc_token();
    if data.negative_cache_version.get() < token {
        data.negative_cache.clear();
        data.negative_cache_version.set(token);
    } else if data.negative_cache.contains(subclass) {
        return Ok(false);
    }
    let hook = cx.call_method(
        class,
        &cx.names().__subclasshook__,
        std::slice::from_ref(subclass),
    )?;
    if hook.is_true_singleton() {
        data.cache.add(cx, subclass)?;
        return Ok(true);
    }
    if hook.is_false_singleton() {
        data.negative_cache.add(cx, subclass)?;
        return Ok(false);
    }
    if !hook.is_not_implemented() {
        return Err(cx.assertion_error(
            "__subclasshook__ must return either False, True, or NotImplemented",
        ));
    }
    if asked.mro().iter().any(|base| base.as_value().is(class)) {
        data.cache.add(cx, subclass)?;
        return Ok(true);
    }
    for registered in data.registry.alive() {
        if cx.is_subclass(subclass, &registered)? {
            data.cache.add(cx, subclass)?;
            return Ok(true);
        }
    }
    let children = cx.call_method(class, &cx.intern("__subclasses__"), &[])?;
    for child in cx.collect(&children)? {
        if cx.is_subclass(subclass, &child)? {
            data.cache.add(cx, subclass)?;
            return Ok(true);
        }
    }
    data.negative_cache.add(cx, subclass)?;
    Ok(false)
}

/// Internal ABC helper for cache and registry debugging.
#[pyfunction(signature = (this, /), name = "_get_dump", text_signature = "($module, self, /)")]
fn get_dump(cx: &Ctx, this: &Value) -> PyResult<Value> {
    let data = data(cx, this)?;
    let version = cx.new_int(data.negative_cache_version.get() as i64);
    let parts = vec![
        data.registry.references(cx)?,
        data.cache.references(cx)?,
        data.negative_cache.references(cx)?,
        version,
    ];
    Ok(cx.new_tuple(parts).into_value())
}

/// Internal ABC helper to reset registry of a given class.
#[pyfunction(signature = (this, /), name = "_reset_registry", text_signature = "($module, self, /)")]
fn reset_registry(cx: &Ctx, this: &Value) -> PyResult<()> {
    data(cx, this)?.registry.clear();
    Ok(())
}

/// Internal ABC helper to reset both caches of a given class.
#[pyfunction(signature = (this, /), name = "_reset_caches", text_signature = "($module, self, /)")]
fn reset_caches(cx: &Ctx, this: &Value) -> PyResult<()> {
    let data = data(cx, this)?;
    data.cache.clear();
    data.negative_cache.clear();
    Ok(())
}

/// Returns the current ABC cache token.
///
/// The token is an opaque object (supporting equality testing) identifying the current version of the ABC cache for
/// virtual subclasses. The token changes with every call to register() on any ABC.
#[pyfunction]
fn get_cache_token(cx: &Ctx) -> u64 {
    cx.isolate().abc_token()
}

/// Module contains faster C implementation of abc.ABCMeta
#[pymodule]
pub(crate) fn _abc(cx: &Ctx, m: &ModuleBuilder<'_>) -> PyResult<()> {
    let _ = cx;
    m.function(&abc_init::DEF)?;
    m.function(&abc_register::DEF)?;
    m.function(&abc_instancecheck::DEF)?;
    m.function(&abc_subclasscheck::DEF)?;
    m.function(&get_dump::DEF)?;
    m.function(&reset_registry::DEF)?;
    m.function(&reset_caches::DEF)?;
    m.function(&get_cache_token::DEF)?;
    Ok(())
}
