//! Attributes along the MRO, with a cache.
//!
//! CPython 3.14: `_PyType_Lookup` and its method cache. An entry of the cache says where an attribute was found, not
//! what it was, so the cache keeps nothing alive.

use std::cell::RefCell;

use crate::ctx::Ctx;
use crate::objects::{Str, Type};
use crate::value::{Py, Value};

const ENTRIES: usize = 4096;

#[derive(Clone, Copy, Default)]
struct CacheEntry {
    version: u32,
    /// Position in the MRO, and in that type's dict; `ABSENT` if no type has the attribute.
    owner: u32,
    position: u32,
    name: u64,
}

const ABSENT: u32 = u32::MAX;

/// One isolate's cache of attribute lookups on types.
pub struct LookupCache {
    entries: RefCell<Box<[CacheEntry]>>,
}

impl LookupCache {
    pub fn new() -> Self {
        Self {
            entries: RefCell::new(vec![CacheEntry::default(); ENTRIES].into_boxed_slice()),
        }
    }
}

impl Py<Type> {
    /// Finds `name` in the dicts along the MRO, without binding it.
    pub fn lookup(&self, cx: &Ctx, name: &Py<Str>) -> Option<Value> {
        if !name.is_interned() {
            return self.search(name).map(|(_, _, value)| value);
        }
        let version = self.version(cx);
        let identity = name.as_value().identity();
        let cache = cx.isolate().lookup_cache();
        let place = (version as usize ^ (identity >> 4) as usize) % ENTRIES;
        let entry = cache.entries.borrow()[place];
        if version != 0 && entry.version == version && entry.name == identity {
            if entry.owner == ABSENT {
                return None;
            }
            let mro = self.mro();
            return mro[entry.owner as usize]
                .dict()
                .value_at(entry.position as usize);
        }
        let found = self.search(name);
        if version != 0 {
            let (owner, position) = found.as_ref().map_or((ABSENT, 0), |(owner, position, _)| {
                (*owner as u32, *position as u32)
            });
            cache.entries.borrow_mut()[place] = CacheEntry {
                version,
                owner,
                position,
                name: identity,
            };
        }
        found.map(|(_, _, value)| value)
    }

    fn search(&self, name: &Py<Str>) -> Option<(usize, usize, Value)> {
        for (owner, class) in self.mro().iter().enumerate() {
            if let Some(position) = class.dict().position_str(name) {
                return Some((owner, position, class.dict().value_at(position)?));
            }
        }
        None
    }

    /// What the type's own dict has.
    pub fn lookup_own(&self, name: &Py<Str>) -> Option<Value> {
        self.dict().get_str(name)
    }

    /// Like [`Py::lookup`], starting after `owner` in the MRO (`super()`).
    pub fn lookup_after(&self, owner: &Self, name: &Py<Str>) -> Option<Value> {
        let mro = self.mro();
        let start = mro.iter().position(|class| class.is(owner))? + 1;
        mro[start..]
            .iter()
            .find_map(|class| class.dict().get_str(name))
    }
}
