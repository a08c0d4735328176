//! The end of the modules: what their namespaces hold dies while Python code still runs, so that finalizers are called
//! and files get what was written to them.
//!
//! CPython 3.14: `finalize_modules` (`Python/pylifecycle.c`), `_PyModule_ClearDict`. Unlike there, `sys`, `builtins` and
//! what native modules hold stay until the process ends; and where no death could be noticed, nothing dies at all.
//! Tests: `tests/programs/shutdown/`.

use crate::ctx::Ctx;
use crate::heap::{Generation, referents};
use crate::objects::weakref::WeakRef;
use crate::objects::{Dict, Module, Str};
use crate::value::{Py, Value};

/// Attributes of `sys` that keep objects of the program alive.
const KEEPERS: &[&str] = &[
    "path",
    "argv",
    "ps1",
    "ps2",
    "last_exc",
    "last_type",
    "last_value",
    "last_traceback",
    "path_importer_cache",
    "meta_path",
    "path_hooks",
    "__interactivehook__",
];

/// Streams, and what they were before the program replaced them.
const STREAMS: &[(&str, &str)] = &[
    ("stdin", "__stdin__"),
    ("stdout", "__stdout__"),
    ("stderr", "__stderr__"),
];

impl Ctx {
    /// Whether what is alive can say farewell when it dies: a finalizer, the callback of a weak reference. The process's
    /// own streams do not count; they are flushed.
    pub fn has_farewells(&self) -> bool {
        let mut known: Vec<u64> = Vec::new();
        for (_, original) in STREAMS {
            // A text stream, its buffer, the file below it.
            let mut open: Vec<Value> = self.sys_get(original).into_iter().collect();
            for _ in 0..3 {
                let mut below = Vec::new();
                for layer in &open {
                    known.push(layer.identity());
                    referents(layer, &mut |inner| {
                        if self.class_of(inner).has_finalizer() {
                            below.push(inner.clone());
                        }
                    });
                }
                open = below;
            }
        }
        self.heap()
            .has_farewells(&|header| known.contains(&(std::ptr::from_ref(header).addr() as u64)))
    }

    /// Takes all modules out of `sys.modules` and lets what they held die; then empties those that live on.
    pub(super) fn end_modules(&self) {
        if !self.has_farewells() {
            return;
        }
        for name in KEEPERS {
            self.sys_set(name, Value::NONE);
        }
        for (name, original) in STREAMS {
            let original = self.sys_get(original).unwrap_or(Value::NONE);
            self.sys_set(name, original);
        }
        let survivors = self.forget_modules();
        self.heap().collect(self, Generation::Old);
        let mut any = false;
        for survivor in survivors.iter().rev() {
            if let Some(module) = survivor.upgrade()
                && let Some(module) = module.downcast_ref::<Module>()
            {
                empty(&module.dict(self));
                any = true;
            }
        }
        if any {
            self.heap().collect(self, Generation::Old);
        }
    }

    /// Empties `sys.modules`. Returns weak references to the modules that Python code made, in the order of their import.
    fn forget_modules(&self) -> Vec<Py<WeakRef>> {
        let modules = self.modules();
        let (mut forgotten, mut kept) = (Vec::new(), Vec::new());
        for (name, module) in modules.items() {
            let written_in_python = module
                .downcast_ref::<Module>()
                .is_some_and(|module| module.def.is_none());
            if written_in_python {
                let class = &self.types().weak_reference;
                forgotten.push(self.new_weak_reference(class, &module, None));
            }
            let is_needed = name.downcast_ref::<Str>().is_some_and(|name| {
                ["sys", "builtins"]
                    .iter()
                    .any(|kept| name.as_wtf8() == *kept)
            });
            if is_needed {
                kept.push((name, module));
            }
        }
        modules.clear();
        for (name, module) in kept {
            if let Some(name) = name.downcast_ref::<Str>() {
                modules.set_str(name, module);
            }
        }
        forgotten
    }
}

/// Sets all names to `None`, those with one underscore first; `__builtins__` stays for finalizers.
fn empty(namespace: &Py<Dict>) {
    let is_private = |name: &str| name.starts_with('_') && !name.starts_with("__");
    for private in [true, false] {
        for (key, value) in namespace.items() {
            let Some(key) = key.downcast_ref::<Str>() else {
                continue;
            };
            let name = key.to_string_lossy();
            if !value.is_none() && name != "__builtins__" && (!private || is_private(&name)) {
                namespace.set_str(key, Value::NONE);
            }
        }
    }
}
