//! Attributes along the MRO, with a cache.
//!
//! CPython 3.14: `_PyType_Lookup` and its method cache. An entry of the cache says where an attribute was found, not
//! what it was, so the cache keeps nothing alive.

use std::cell::Cell;

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
    entries: Box<[Cell<CacheEntry>]>,
}

impl Default for LookupCache {
    fn default() -> Self {
        Self::new()
    }
}

impl LookupCache {
    pub fn new() -> Self {
        Self {
            entries: vec![Cell::default(); ENTRIES].into_boxed_slice(),
        }
    }

    #[inline(always)]
    fn place(&self, version: u32, name: u64) -> &Cell<CacheEntry> {
        &self.entries[(version as usize ^ (name >> 4) as usize) % ENTRIES]
    }
}

impl Py<Type> {
    /// Finds `name` in the dicts along the MRO, without binding it.
    #[inline]
    pub fn lookup(&self, cx: &Ctx, name: &Py<Str>) -> Option<Value> {
        let (version, identity) = (self.known_version(), name.as_value().identity());
        let entry = cx.isolate().lookup_cache().place(version, identity).get();
        // A name that is not interned is in no entry, nor is a class without a version.
        if entry.version != version || entry.name != identity || version == 0 {
            return self.lookup_and_remember(cx, name);
        }
        if entry.owner == ABSENT {
            return None;
        }
        self.in_mro(entry.owner as usize, |class| {
            class.dict().value_at(entry.position as usize)
        })?
    }

    #[inline(never)]
    fn lookup_and_remember(&self, cx: &Ctx, name: &Py<Str>) -> Option<Value> {
        let found = self.search(name);
        let version = self.version(cx);
        if version != 0 && name.is_interned() {
            let (owner, position) = found.as_ref().map_or((ABSENT, 0), |(owner, position, _)| {
                (*owner as u32, *position as u32)
            });
            let name = name.as_value().identity();
            let entry = CacheEntry {
                version,
                owner,
                position,
                name,
            };
            cx.isolate().lookup_cache().place(version, name).set(entry);
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
