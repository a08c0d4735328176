//! An isolate: one interpreter with all its state.
//!
//! CPython 3.14: `PyInterpreterState`. Nothing of this is shared between isolates, and there is no other mutable state
//! (but the thread-local that names a thread's current [`Ctx`]).

use std::any::{Any, TypeId};
use std::borrow::Borrow;
use std::cell::{Cell, OnceCell, RefCell};
use std::hash::{Hash, Hasher};
use std::rc::Rc;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use rustc_hash::{FxHashMap, FxHashSet};
use taipan_host::Host;
use taipan_text::Wtf8;

use crate::codecs::CodecRegistry;
use crate::config::Config;
use crate::ctx::Ctx;
use crate::heap::{Generation, Heap};
use crate::import::{ImportState, Library, library};
use crate::interp::lock::Lock;
use crate::limits::{Limits, Meter};
use crate::monitoring::Monitoring;
use crate::names::Names;
use crate::native::{ClassDef, ModuleDef};
use crate::objects::bytes::ShortBytes;
use crate::objects::class::LookupCache;
use crate::objects::str::Characters;
use crate::objects::weakref::WeakTable;
use crate::objects::{Dict, Str, Tuple, Type};
use crate::outside::SignalRunner;
use crate::types::Types;
use crate::value::{Py, Value};
use crate::warnings::Warner;

/// What an isolate is made with.
pub struct Settings {
    pub host: Arc<dyn Host>,
    /// `PYTHONHASHSEED`: the seed of `hash(str)`; `None` draws one.
    pub hash_seed: Option<u32>,
    pub config: Config,
    /// What it may use up.
    pub limits: Limits,
    /// Native modules besides those that the VM itself is made of.
    pub modules: &'static [&'static ModuleDef],
    /// The standard library inside the binary, if there is one.
    pub library: Option<Arc<dyn Library>>,
}

impl Settings {
    /// Settings for a bare isolate on this host: no native modules but the VM's own, no library.
    pub fn new(host: Arc<dyn Host>) -> Self {
        Self {
            host,
            hash_seed: None,
            config: Config::default(),
            limits: Limits::default(),
            modules: &[],
            library: None,
        }
    }
}

/// An interned string, found by its text.
struct Interned(Py<Str>);

impl Borrow<Wtf8> for Interned {
    fn borrow(&self) -> &Wtf8 {
        self.0.as_wtf8()
    }
}

impl Hash for Interned {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.0.as_wtf8().hash(state);
    }
}

impl PartialEq for Interned {
    fn eq(&self, other: &Self) -> bool {
        self.0.equals(&other.0)
    }
}

impl Eq for Interned {}

/// See the module. Lives as long as one of its contexts does.
pub struct Isolate {
    host: Arc<dyn Host>,
    config: Config,
    native_modules: &'static [&'static ModuleDef],
    library: Option<Arc<dyn Library>>,
    /// What `sys` and the import system keep that no module shows.
    pub(crate) import_state: ImportState,
    /// The key of SipHash-1-3 for text and bytes.
    pub(crate) hash_key: (u64, u64),
    types: OnceCell<Types>,
    names: OnceCell<Names>,
    empty_tuple: OnceCell<Py<Tuple>>,
    characters: OnceCell<Characters>,
    pub(crate) short_bytes: ShortBytes,
    pub(crate) codecs: CodecRegistry,
    classes: RefCell<FxHashMap<*const ClassDef, Py<Type>>>,
    interned: RefCell<FxHashSet<Interned>>,
    lookup_cache: LookupCache,
    weak_references: WeakTable,
    type_versions: Cell<u32>,
    /// Changes with each registration at an abstract base class.
    abc_token: Cell<u64>,
    keys_versions: Cell<u32>,
    function_versions: Cell<u32>,
    meter: Meter,
    /// The lock that the isolate's threads take turns with.
    lock: Lock,
    /// The contexts of its threads; see `ctx`.
    pub(crate) contexts: RefCell<Vec<*const Ctx>>,
    /// Threads that there have been.
    thread_numbers: AtomicU64,
    first_thread: Cell<u64>,
    /// How often the process became a child by `fork`.
    forks: Cell<u32>,
    /// `sys.setrecursionlimit`.
    recursion_limit: Cell<usize>,
    /// `sys.monitoring`.
    pub(crate) monitoring: Monitoring,
    /// `sys.set_int_max_str_digits`; 0 for no limit.
    pub int_max_str_digits: Cell<usize>,
    /// Set by `_warnings`.
    pub(crate) warner: Cell<Option<Warner>>,
    /// Set by `_signal`.
    pub signal_runner: Cell<Option<SignalRunner>>,
    /// What native modules keep, by type; see [`Ctx::state`].
    states: RefCell<FxHashMap<TypeId, Rc<dyn Any>>>,
    /// `sys.modules`.
    pub(crate) modules: OnceCell<Py<Dict>>,
    /// The namespaces of `sys` and `builtins`.
    pub(crate) sys: OnceCell<Py<Dict>>,
    pub(crate) builtins: OnceCell<Py<Dict>>,
    /// `all` and `any` as they were at the start, for `LOAD_COMMON_CONSTANT`.
    all_and_any: OnceCell<(Value, Value)>,
    /// Last, so that it is dropped last: handles above still count down when they go.
    heap: Box<Heap>,
}

impl Isolate {
    /// An isolate without types; `Ctx::new` makes it whole.
    pub(crate) fn bare(settings: &Settings) -> Self {
        let hash_key = crate::hash::key_from_seed(settings.hash_seed, &*settings.host);
        library::show(&*settings.host, &settings.config, settings.library.as_ref());
        Self {
            host: settings.host.clone(),
            config: settings.config.clone(),
            native_modules: settings.modules,
            library: settings.library.clone(),
            import_state: ImportState::default(),
            hash_key,
            types: OnceCell::new(),
            names: OnceCell::new(),
            empty_tuple: OnceCell::new(),
            characters: OnceCell::new(),
            short_bytes: ShortBytes::default(),
            codecs: CodecRegistry::default(),
            classes: RefCell::default(),
            interned: RefCell::default(),
            lookup_cache: LookupCache::new(),
            weak_references: WeakTable::default(),
            type_versions: Cell::new(1),
            abc_token: Cell::new(0),
            keys_versions: Cell::new(1),
            function_versions: Cell::new(1),
            meter: Meter::new(settings.limits, settings.host.clone()),
            lock: Lock::default(),
            contexts: RefCell::default(),
            thread_numbers: AtomicU64::new(0),
            first_thread: Cell::new(0),
            forks: Cell::new(0),
            recursion_limit: Cell::new(settings.limits.recursion.unwrap_or(1000).min(1000)),
            monitoring: Monitoring::default(),
            int_max_str_digits: Cell::new(4300),
            warner: Cell::new(None),
            signal_runner: Cell::new(None),
            states: RefCell::default(),
            modules: OnceCell::new(),
            sys: OnceCell::new(),
            builtins: OnceCell::new(),
            all_and_any: OnceCell::new(),
            heap: Heap::new(),
        }
    }

    /// Makes the types and names that everything else needs.
    pub(crate) fn populate(&self, cx: &Ctx) {
        let types = Types::first(&self.heap, self);
        self.types
            .set(types)
            .unwrap_or_else(|_| unreachable!("an isolate is populated once"));
        self.names
            .set(Names::new(cx))
            .unwrap_or_else(|_| unreachable!("an isolate is populated once"));
        let empty = Tuple::from_slice(&self.heap, &self.types().tuple, &[])
            .expect("room for an empty tuple");
        let _ = self.empty_tuple.set(empty);
        let _ = self.characters.set(Characters::new(cx));
        self.types().complete(cx);
    }

    /// Ends the isolate: modules first, then what only cycles keep alive.
    pub(crate) fn tear_down(&self, cx: &Ctx) {
        if let Some(modules) = self.modules.get() {
            modules.clear();
        }
        self.import_state.clear();
        self.monitoring.clear();
        let states = self.states.take();
        drop(states);
        self.codecs.clear();
        self.heap.collect(cx, Generation::Old);
        drop(self.interned.take());
    }

    #[inline(always)]
    pub fn heap(&self) -> &Heap {
        &self.heap
    }

    pub fn config(&self) -> &Config {
        &self.config
    }

    /// Native modules besides those that the VM itself is made of.
    pub(crate) fn native_modules(&self) -> &'static [&'static ModuleDef] {
        self.native_modules
    }

    /// The standard library inside the binary, if there is one.
    pub fn library(&self) -> Option<&dyn Library> {
        self.library.as_deref()
    }

    /// How many strings are interned.
    pub(crate) fn interned_count(&self) -> usize {
        self.interned.borrow().len()
    }

    pub fn host(&self) -> &Arc<dyn Host> {
        &self.host
    }

    #[inline(always)]
    pub fn types(&self) -> &Types {
        self.types
            .get()
            .expect("types are the first thing an isolate gets")
    }

    #[inline(always)]
    pub fn names(&self) -> &Names {
        self.names.get().expect("names come right after the types")
    }

    pub fn empty_tuple(&self) -> Py<Tuple> {
        self.empty_tuple
            .get()
            .expect("the empty tuple comes right after the types")
            .clone()
    }

    /// The short strings; `None` while the isolate is being made.
    #[inline(always)]
    pub(crate) fn characters(&self) -> Option<&Characters> {
        self.characters.get()
    }

    pub(crate) fn lookup_cache(&self) -> &LookupCache {
        &self.lookup_cache
    }

    /// Tells of an exception that nobody can catch: `sys.unraisablehook` if there is one, else standard error.
    pub fn weak_references(&self) -> &WeakTable {
        &self.weak_references
    }

    pub(crate) fn known_class(&self, def: &'static ClassDef) -> Option<Py<Type>> {
        self.classes.borrow().get(&std::ptr::from_ref(def)).cloned()
    }

    pub(crate) fn remember_class(&self, def: &'static ClassDef, class: &Py<Type>) {
        self.classes.borrow_mut().insert(def, class.clone());
    }

    /// `abc.get_cache_token()`.
    pub(crate) fn abc_token(&self) -> u64 {
        self.abc_token.get()
    }

    pub(crate) fn renew_abc_token(&self) {
        self.abc_token.set(self.abc_token.get() + 1);
    }

    /// A version that no type had before; 0 when they are used up.
    pub(crate) fn next_type_version(&self) -> u32 {
        next(&self.type_versions)
    }

    /// A version that no dict's keys had before; 0 when they are used up.
    pub(crate) fn next_keys_version(&self) -> u32 {
        next(&self.keys_versions)
    }

    /// A version that no function had before; 0 when they are used up.
    pub(crate) fn next_function_version(&self) -> u32 {
        next(&self.function_versions)
    }

    /// How many Python frames may wait for each other.
    #[inline(always)]
    pub fn recursion_limit(&self) -> usize {
        self.recursion_limit.get()
    }

    pub fn set_recursion_limit(&self, limit: usize) {
        self.recursion_limit.set(limit);
    }

    /// Whether the program has ended: no threads are started any more.
    pub fn is_finalizing(&self) -> bool {
        self.import_state.finalizing.get()
    }

    /// What of the limits is used up.
    #[inline]
    pub(crate) fn meter(&self) -> &Meter {
        &self.meter
    }

    /// What the isolate's threads take turns with.
    pub fn lock(&self) -> &Lock {
        &self.lock
    }

    /// Any thread may ask, also before it has the lock.
    pub(crate) fn next_thread_number(&self) -> u64 {
        self.thread_numbers.fetch_add(1, Ordering::Relaxed) + 1
    }

    pub(crate) fn first_thread(&self) -> u64 {
        self.first_thread.get()
    }

    pub(crate) fn set_first_thread(&self, number: u64) {
        self.first_thread.set(number);
    }

    /// How often the process became a child by `fork`.
    pub(crate) fn forks(&self) -> u32 {
        self.forks.get()
    }

    pub(crate) fn count_fork(&self) {
        self.forks.set(self.forks.get().wrapping_add(1));
    }

    /// `sys.modules`, once there is one.
    pub fn known_modules(&self) -> Option<&Py<Dict>> {
        self.modules.get()
    }

    /// The namespace of `sys`, once there is one.
    pub fn known_sys(&self) -> Option<&Py<Dict>> {
        self.sys.get()
    }

    /// The namespace of `builtins`, empty if nobody filled it yet.
    pub fn builtins_dict(&self, cx: &Ctx) -> Py<Dict> {
        self.builtins.get_or_init(|| cx.new_dict()).clone()
    }

    /// The native functions `all` and `any`, whatever the program made of these names.
    pub(crate) fn all_and_any(&self, cx: &Ctx) -> &(Value, Value) {
        self.all_and_any.get_or_init(|| {
            let builtins = self.builtins_dict(cx);
            let find = |name: &str| builtins.get_str(&cx.intern(name)).unwrap_or(Value::NONE);
            (find("all"), find("any"))
        })
    }

    /// The one interned string of this text.
    pub(crate) fn intern(&self, cx: &Ctx, text: &Wtf8) -> Py<Str> {
        if let Some(known) = self.interned.borrow().get(text) {
            return known.0.clone();
        }
        let string = Str::allocate(&self.heap, &self.types().str, text).expect("room for a name");
        self.remember_interned(cx, &string);
        string
    }

    /// The interned string equal to `string`, which may be `string` itself from now on.
    pub(crate) fn intern_object(&self, cx: &Ctx, string: &Py<Str>) -> Py<Str> {
        if string.is_interned() {
            return string.clone();
        }
        if let Some(known) = self.interned.borrow().get(string.as_wtf8()) {
            return known.0.clone();
        }
        if string.header().class().is_heap_type() {
            return self.intern(cx, string.as_wtf8());
        }
        self.remember_interned(cx, string);
        string.clone()
    }

    fn remember_interned(&self, cx: &Ctx, string: &Py<Str>) {
        cx.hash_str(string);
        string.set_interned();
        self.interned.borrow_mut().insert(Interned(string.clone()));
    }
}

impl Ctx {
    /// The isolate's one `T`: what a native module keeps besides its namespace. Made at the first call.
    pub fn state<T: Default + 'static>(&self) -> Rc<T> {
        let states = &self.isolate().states;
        let known = states.borrow().get(&TypeId::of::<T>()).cloned();
        let state = known.unwrap_or_else(|| {
            let new: Rc<dyn Any> = Rc::new(T::default());
            states.borrow_mut().insert(TypeId::of::<T>(), new.clone());
            new
        });
        state
            .downcast()
            .unwrap_or_else(|_| unreachable!("states are kept under their own type"))
    }
}

fn next(versions: &Cell<u32>) -> u32 {
    let version = versions.get();
    if version != 0 {
        versions.set(version.wrapping_add(1));
    }
    version
}
