//! Writes constants and code objects.
//!
//! CPython: `w_object` in `Python/marshal.c`. CPython remembers each object that something else refers to as well, which it
//! sees in the reference count; here, objects that occur twice in what is written, those that CPython keeps for ever
//! (small ints, interned text, ...) and the instructions' bytes are remembered. Tests: `tests.rs`.

use num_bigint::{BigInt, Sign};
use rustc_hash::{FxHashMap, FxHashSet};
use taipan_text::wtf8::{Wtf8, Wtf8Buf};

use super::{FLAG_REF, tag};
use crate::code_object::{CodeObject, LocalKind, Name};
use crate::constant::{Constant, ConstantKey};

/// The serialised form of a constant or, as [`Constant::Code`], of a code object.
pub fn dump(object: &Constant) -> Vec<u8> {
    let mut uses = Uses::default();
    uses.count(object);
    let mut writer = Writer {
        out: Vec::new(),
        uses,
        refs: FxHashMap::default(),
        next_ref: 0,
    };
    writer.object(object);
    writer.out
}

/// How often each object occurs. Equal constants are one object, as in CPython's compiler.
#[derive(Default)]
struct Uses {
    counts: FxHashMap<ConstantKey, u32>,
    /// Names of all kinds, which CPython interns.
    names: FxHashSet<Wtf8Buf>,
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
                elements.iter().for_each(|element| self.count(element));
            }
            Constant::Slice(parts) => parts.iter().for_each(|part| self.count(part)),
            Constant::Code(code) => {
                let names = code
                    .names
                    .iter()
                    .chain(&code.localsplusnames)
                    .chain([&code.name, &code.qualname]);
                self.names
                    .extend(names.map(|name| Wtf8Buf::from_string(name.to_string())));
                self.names.insert(Wtf8Buf::clone(&code.filename));
                parts_of(code).iter().for_each(|part| self.count(part));
            }
            _ => {}
        }
    }
}

/// The objects that a code object consists of, behind its instructions, in the order in which they are written.
fn parts_of(code: &CodeObject) -> [Constant; 9] {
    [
        Constant::Tuple(code.consts.clone()),
        names_tuple(&code.names),
        names_tuple(&code.localsplusnames),
        Constant::from_bytes(
            code.localspluskinds
                .iter()
                .map(LocalKind::bits)
                .collect::<Vec<u8>>(),
        ),
        Constant::Str(code.filename.clone()),
        Constant::from_text(&code.name),
        Constant::from_text(&code.qualname),
        Constant::from_bytes(&code.linetable[..]),
        Constant::from_bytes(&code.exceptiontable[..]),
    ]
}

fn names_tuple(names: &[Name]) -> Constant {
    Constant::tuple(names.iter().map(|name| Constant::from_text(name)).collect())
}

struct Writer {
    out: Vec<u8>,
    uses: Uses,
    /// The number of each object that has been remembered.
    refs: FxHashMap<ConstantKey, u32>,
    next_ref: u32,
}

impl Writer {
    fn long(&mut self, value: u32) {
        self.out.extend(value.to_le_bytes());
    }

    fn size(&mut self, size: usize) {
        // Sizes that do not fit are refused by CPython too; nothing the compiler makes comes near.
        self.long(u32::try_from(size).unwrap_or(u32::MAX));
    }

    fn object(&mut self, object: &Constant) {
        match object {
            Constant::None => self.out.push(tag::NONE),
            Constant::Ellipsis => self.out.push(tag::ELLIPSIS),
            Constant::Bool(false) => self.out.push(tag::FALSE),
            Constant::Bool(true) => self.out.push(tag::TRUE),
            _ => self.referable(object),
        }
    }

    fn referable(&mut self, object: &Constant) {
        let key = ConstantKey(object.clone());
        if let Some(&number) = self.refs.get(&key) {
            self.out.push(tag::REF);
            self.long(number);
            return;
        }
        let is_shared =
            self.uses.counts.get(&key).is_some_and(|count| *count > 1) || self.is_immortal(object);
        let flag = if is_shared { FLAG_REF } else { 0 };
        if is_shared {
            self.refs.insert(key, self.next_ref);
            self.next_ref += 1;
        }
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
            Constant::Str(text) => self.text(text.as_wtf8(), flag),
            Constant::Tuple(elements) => {
                match u8::try_from(elements.len()) {
                    Ok(count) => self.out.extend([tag::SMALL_TUPLE | flag, count]),
                    Err(_) => {
                        self.out.push(tag::TUPLE | flag);
                        self.size(elements.len());
                    }
                }
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
                sorted.iter().for_each(|(_, element)| self.object(element));
            }
            Constant::Slice(parts) => {
                self.out.push(tag::SLICE | flag);
                parts.iter().for_each(|part| self.object(part));
            }
            Constant::Code(code) => {
                self.out.push(tag::CODE | flag);
                self.code(code);
            }
            Constant::None | Constant::Ellipsis | Constant::Bool(_) => {}
        }
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
        let [
            consts,
            names,
            locals,
            kinds,
            filename,
            name,
            qualname,
            linetable,
            exceptiontable,
        ] = &parts_of(code);
        [consts, names, locals]
            .into_iter()
            .for_each(|part| self.object(part));
        match kinds {
            // Never shared, not even as a single byte.
            Constant::Bytes(kinds) if !kinds.is_empty() => {
                self.out.push(tag::BYTES);
                self.size(kinds.len());
                self.out.extend(&kinds[..]);
            }
            _ => self.object(kinds),
        }
        [filename, name, qualname]
            .into_iter()
            .for_each(|part| self.object(part));
        self.long(code.firstlineno as u32);
        self.object(linetable);
        self.object(exceptiontable);
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

    fn text(&mut self, text: &Wtf8, flag: u8) {
        let bytes = text.as_bytes();
        let is_interned = self.is_interned(text);
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

    /// True for names; among other text, CPython interns what could be a name, and single Latin-1 characters.
    fn is_interned(&self, text: &Wtf8) -> bool {
        let bytes = text.as_bytes();
        bytes
            .iter()
            .all(|byte| byte.is_ascii_alphanumeric() || *byte == b'_')
            || matches!(bytes, [_] | [0xc2..=0xc3, _])
            || self.uses.names.contains(text)
    }

    /// What CPython's runtime keeps for ever, hence always holds more than one reference to.
    fn is_immortal(&self, object: &Constant) -> bool {
        match object {
            Constant::Int(value) => (-5..=256).contains(value),
            Constant::Str(text) => self.is_interned(text.as_wtf8()),
            Constant::Bytes(bytes) => bytes.len() <= 1,
            Constant::Tuple(elements) => elements.is_empty(),
            _ => false,
        }
    }
}
