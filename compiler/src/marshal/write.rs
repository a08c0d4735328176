//! Writes constants and code objects.
//!
//! CPython: `w_object` in `Python/marshal.c`. CPython remembers each object that something else refers to as well, which it
//! sees in the reference count; here, objects that occur twice in what is written, those that CPython keeps for ever
//! (small ints, interned text, ...) and the instructions' bytes are remembered. Tests: `tests.rs`.

use num_bigint::{BigInt, Sign};
use rustc_hash::{FxHashMap, FxHashSet};
use taipan_text::wtf8::{Wtf8, Wtf8Buf};

use super::{FLAG_REF, STACK_GROWTH, STACK_RESERVE, tag};
use crate::code_object::{CodeObject, LocalKind, Name};
use crate::constant::{Constant, ConstantKey, is_name_like};

/// The serialised form of a constant or, as [`Constant::Code`], of a code object.
pub fn dump(object: &Constant) -> Vec<u8> {
    Writer::new(object).finish()
}

/// How often each object occurs. Equal constants are one object, as in CPython's compiler.
#[derive(Default)]
struct Uses {
    counts: FxHashMap<ConstantKey, u32>,
    /// Qualified names of classes, which their bodies have as a constant too.
    qualnames: FxHashSet<Name>,
}

impl Uses {
    fn count(&mut self, object: &Constant) {
        let count = self.counts.entry(ConstantKey(object.clone())).or_insert(0);
        *count += 1;
        if *count > 1 {
            return;
        }
        match object {
            Constant::Tuple(elements) | Constant::FrozenSet(elements) => {
                stacker::maybe_grow(STACK_RESERVE, STACK_GROWTH, || {
                    elements.iter().for_each(|element| self.count(element))
                });
            }
            Constant::Code(code) => {
                let has_own_name = |constant: &Constant| {
                    constant.as_text() == Some(Wtf8::from_str(&code.qualname))
                };
                if code.is_body() && code.consts.iter().any(has_own_name) {
                    self.qualnames.insert(code.qualname.clone());
                }
                self.count(&Constant::Tuple(code.consts.clone()));
                self.count(&names_tuple(&code.names));
                if !code.renames_parameter() {
                    self.count(&names_tuple(&code.localsplusnames));
                }
                self.count(&Constant::from_bytes(&code.linetable[..]));
                self.count(&Constant::from_bytes(&code.exceptiontable[..]));
            }
            _ => {}
        }
    }
}

/// The tuple of names as the constant with which it is one object if they are equal.
fn names_tuple(names: &[Name]) -> Constant {
    Constant::tuple(names.iter().map(|name| Constant::from_text(name)).collect())
}

pub(super) struct Writer {
    object: Constant,
    out: Vec<u8>,
    uses: Uses,
    /// The number of each object that has been remembered.
    refs: FxHashMap<ConstantKey, u32>,
    /// The same for interned text, which is an object apart from equal text that is not interned.
    interned_refs: FxHashMap<Wtf8Buf, u32>,
    next_ref: u32,
    /// Code within code is written for `stored`.
    pub(super) stores_code: bool,
    is_within_code: bool,
}

impl Writer {
    /// A writer for one object.
    pub(super) fn new(object: &Constant) -> Self {
        let mut uses = Uses::default();
        uses.count(object);
        // Whoever asks for this holds the object too.
        uses.counts
            .entry(ConstantKey(object.clone()))
            .and_modify(|count| *count += 1);
        Writer {
            object: object.clone(),
            out: Vec::new(),
            uses,
            refs: FxHashMap::default(),
            interned_refs: FxHashMap::default(),
            next_ref: 0,
            stores_code: false,
            is_within_code: false,
        }
    }

    /// The serialised form.
    pub(super) fn finish(mut self) -> Vec<u8> {
        self.object(&self.object.clone());
        self.out
    }

    pub(super) fn byte(&mut self, byte: u8) {
        self.out.push(byte);
    }

    pub(super) fn raw(&mut self, bytes: &[u8]) {
        self.out.extend(bytes);
    }

    pub(super) fn long(&mut self, value: u32) {
        self.out.extend(value.to_le_bytes());
    }

    pub(super) fn size(&mut self, size: usize) {
        // Sizes that do not fit are refused by CPython too; nothing the compiler makes comes near.
        self.long(u32::try_from(size).unwrap_or(u32::MAX));
    }

    fn object(&mut self, object: &Constant) {
        match object {
            Constant::None => self.out.push(tag::NONE),
            Constant::Ellipsis => self.out.push(tag::ELLIPSIS),
            Constant::Bool(false) => self.out.push(tag::FALSE),
            Constant::Bool(true) => self.out.push(tag::TRUE),
            _ => stacker::maybe_grow(STACK_RESERVE, STACK_GROWTH, || self.referable(object)),
        }
    }

    /// Writes a part of a slice: an object of its own, even if there is an equal one.
    fn apart(&mut self, object: &Constant) {
        match object {
            _ if is_immortal(object) => self.object(object),
            Constant::Int(_) | Constant::BigInt(_) | Constant::Float(_) => self.unshared(object, 0),
            _ => self.object(object),
        }
    }

    fn referable(&mut self, object: &Constant) {
        if let Constant::Str(text) = object
            && self.is_interned(text.as_wtf8())
        {
            self.interned(text.as_wtf8());
            return;
        }
        if let Constant::Code(code) = object
            && self.stores_code
            && std::mem::replace(&mut self.is_within_code, true)
        {
            return self.stored_code(code);
        }
        if let Some(flag) = self.flag_of(object) {
            self.unshared(object, flag);
        }
    }

    /// Writes an object that no reference stands for.
    fn unshared(&mut self, object: &Constant, flag: u8) {
        match object {
            Constant::Int(value) => match i32::try_from(*value) {
                Ok(small) => {
                    self.out.push(tag::INT | flag);
                    self.long(small as u32);
                }
                Err(_) => self.big_int(&BigInt::from(*value), flag),
            },
            Constant::BigInt(value) => self.big_int(value, flag),
            Constant::Float(value) => {
                self.out.push(tag::BINARY_FLOAT | flag);
                self.out.extend(value.to_le_bytes());
            }
            Constant::Complex(real, imaginary) => {
                self.out.push(tag::BINARY_COMPLEX | flag);
                self.out.extend(real.to_le_bytes());
                self.out.extend(imaginary.to_le_bytes());
            }
            Constant::Bytes(bytes) => {
                self.out.push(tag::BYTES | flag);
                self.size(bytes.len());
                self.out.extend(&bytes[..]);
            }
            Constant::Str(text) => self.text(text.as_wtf8(), flag, false),
            Constant::Tuple(elements) => {
                self.tuple_head(elements.len(), flag);
                elements.iter().for_each(|element| self.object(element));
            }
            Constant::FrozenSet(elements) => {
                self.out.push(tag::FROZENSET | flag);
                self.size(elements.len());
                // Any order would do; the order of their own serialised forms makes the result reproducible.
                let mut sorted: Vec<(Vec<u8>, &Constant)> = elements
                    .iter()
                    .map(|element| (dump(element), element))
                    .collect();
                sorted.sort_by(|a, b| a.0.cmp(&b.0));
                for (_, element) in sorted {
                    // The sorted list holds the element too.
                    self.uses
                        .counts
                        .entry(ConstantKey(element.clone()))
                        .and_modify(|count| *count += 1);
                    self.object(element);
                }
            }
            Constant::Slice(parts) => {
                self.out.push(tag::SLICE | flag);
                parts.iter().for_each(|part| self.apart(part));
            }
            Constant::Code(code) => {
                self.out.push(tag::CODE | flag);
                self.code(code);
            }
            Constant::None | Constant::Ellipsis | Constant::Bool(_) => {}
        }
    }

    /// Writes a reference if the object was remembered; else remembers it if it is shared, and gives its flag.
    fn flag_of(&mut self, object: &Constant) -> Option<u8> {
        let key = ConstantKey(object.clone());
        if let Some(&number) = self.refs.get(&key) {
            self.out.push(tag::REF);
            self.long(number);
            return None;
        }
        let is_used_again =
            || self.uses.counts.get(&key).is_some_and(|count| *count > 1) && !object.is_made_anew();
        let is_shared = is_immortal(object) || is_used_again();
        if !is_shared {
            return Some(0);
        }
        self.refs.insert(key, self.next_ref);
        self.next_ref += 1;
        Some(FLAG_REF)
    }

    /// Text that CPython interns: names of all kinds, and what could be one.
    fn interned(&mut self, text: &Wtf8) {
        if let Some(&number) = self.interned_refs.get(text) {
            self.out.push(tag::REF);
            self.long(number);
            return;
        }
        self.interned_refs.insert(text.to_owned(), self.next_ref);
        self.next_ref += 1;
        self.text(text, FLAG_REF, true);
    }

    fn is_interned(&self, text: &Wtf8) -> bool {
        is_name_like(text)
            || std::str::from_utf8(text.as_bytes())
                .is_ok_and(|text| self.uses.qualnames.contains(text))
    }

    fn tuple_head(&mut self, count: usize, flag: u8) {
        match u8::try_from(count) {
            Ok(count) => self.out.extend([tag::SMALL_TUPLE | flag, count]),
            Err(_) => {
                self.out.push(tag::TUPLE | flag);
                self.size(count);
            }
        }
    }

    fn names(&mut self, names: &[Name], flag: u8) {
        self.tuple_head(names.len(), flag);
        names
            .iter()
            .for_each(|name| self.interned(Wtf8::from_str(name)));
    }

    fn code(&mut self, code: &CodeObject) {
        for number in [
            code.argcount,
            code.posonlyargcount,
            code.kwonlyargcount,
            code.stacksize,
            code.flags.bits(),
        ] {
            self.long(number);
        }
        // CPython keeps the instructions' bytes, once asked for them: they count as shared, each on its own.
        self.next_ref += 1;
        self.out.push(tag::BYTES | FLAG_REF);
        self.size(code.code.len());
        self.out.extend(&code.code);
        self.object(&Constant::Tuple(code.consts.clone()));
        if let Some(flag) = self.flag_of(&names_tuple(&code.names)) {
            self.names(&code.names, flag);
        }
        if code.renames_parameter() {
            self.names(&code.localsplusnames, 0);
        } else if let Some(flag) = self.flag_of(&names_tuple(&code.localsplusnames)) {
            self.names(&code.localsplusnames, flag);
        }
        if code.localspluskinds.is_empty() {
            self.object(&Constant::from_bytes([]));
        } else {
            // Never shared, not even as a single byte.
            self.out.push(tag::BYTES);
            self.size(code.localspluskinds.len());
            self.out
                .extend(code.localspluskinds.iter().map(LocalKind::bits));
        }
        self.interned(code.filename.as_wtf8());
        self.interned(Wtf8::from_str(&code.name));
        self.interned(Wtf8::from_str(&code.qualname));
        self.long(code.firstlineno as u32);
        self.object(&Constant::from_bytes(&code.linetable[..]));
        self.object(&Constant::from_bytes(&code.exceptiontable[..]));
    }

    /// Digits of 15 bits, the least significant first; the sign is the count's.
    fn big_int(&mut self, value: &BigInt, flag: u8) {
        self.out.push(tag::LONG | flag);
        let mut digits = Vec::new();
        let (mut pending, mut bits) = (0u64, 0);
        for digit in value.magnitude().iter_u32_digits() {
            pending |= u64::from(digit) << bits;
            bits += 32;
            while bits >= 15 {
                digits.push((pending & 0x7fff) as u16);
                pending >>= 15;
                bits -= 15;
            }
        }
        digits.push(pending as u16);
        while digits.last() == Some(&0) {
            digits.pop();
        }
        let count = digits.len() as i32;
        self.long(if value.sign() == Sign::Minus {
            -count
        } else {
            count
        } as u32);
        digits
            .iter()
            .for_each(|digit| self.out.extend(digit.to_le_bytes()));
    }

    fn text(&mut self, text: &Wtf8, flag: u8, is_interned: bool) {
        let bytes = text.as_bytes();
        if bytes.is_ascii() {
            match u8::try_from(bytes.len()) {
                Ok(length) => {
                    let tag = if is_interned {
                        tag::SHORT_ASCII_INTERNED
                    } else {
                        tag::SHORT_ASCII
                    };
                    self.out.extend([tag | flag, length]);
                }
                Err(_) => {
                    self.out.push(
                        if is_interned {
                            tag::ASCII_INTERNED
                        } else {
                            tag::ASCII
                        } | flag,
                    );
                    self.size(bytes.len());
                }
            }
        } else {
            self.out.push(
                if is_interned {
                    tag::INTERNED
                } else {
                    tag::UNICODE
                } | flag,
            );
            self.size(bytes.len());
        }
        self.out.extend(bytes);
    }
}

/// What CPython's runtime keeps for ever, hence always holds more than one reference to.
fn is_immortal(object: &Constant) -> bool {
    match object {
        Constant::Int(value) => (-5..=256).contains(value),
        Constant::Bytes(bytes) => bytes.len() <= 1,
        Constant::Tuple(elements) => elements.is_empty(),
        _ => false,
    }
}
