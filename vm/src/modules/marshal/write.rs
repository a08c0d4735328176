//! Writing the format.
//!
//! CPython: `w_object`. A [`Writer`] has a method a kind of object; whoever walks the objects asks [`Writer::reference`] first
//! and then announces each object that may occur twice. CPython marks what has more than one reference when it meets
//! it; here the mark can also follow when the object occurs again.

use num_bigint::{BigInt, Sign};
use rustc_hash::FxHashMap;
use taipan_text::Wtf8;
use taipan_text::number::{FloatKind, FloatLayout, format_float};

use super::tags;

/// Why an object cannot be written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(super) enum Unmarshallable {
    #[error("unmarshallable object")]
    Kind,
    #[error("object too deeply nested to marshal")]
    TooDeep,
    #[error("marshalling code objects is disallowed")]
    Code,
}

/// Something written that a later reference may name.
struct Entry {
    /// Where its tag stands.
    tag: usize,
    /// It has a number: somebody refers to it, or may in CPython.
    is_remembered: bool,
    /// It is being written, and cannot be read before it is whole.
    is_open: bool,
}

/// Names an [`Entry`].
#[derive(Clone, Copy)]
pub(super) struct EntryId(usize);

/// Collects the bytes.
pub(super) struct Writer {
    out: Vec<u8>,
    version: i32,
    depth: usize,
    /// In the order of their tags.
    entries: Vec<Entry>,
    /// The entries of objects by identity.
    known: FxHashMap<u64, EntryId>,
    /// Where the number of a reference is missing, and to what it refers. Numbers are given at the end, when it is known
    /// which objects occur again.
    references: Vec<(usize, EntryId)>,
}

impl Writer {
    pub(super) fn new(version: i32) -> Self {
        Self {
            out: Vec::new(),
            version,
            depth: 0,
            entries: Vec::new(),
            known: FxHashMap::default(),
            references: Vec::new(),
        }
    }

    pub(super) fn version(&self) -> i32 {
        self.version
    }

    /// The bytes, with the numbers of references filled in.
    pub(super) fn finish(mut self) -> Vec<u8> {
        let mut numbers = Vec::with_capacity(self.entries.len());
        let mut next: u32 = 0;
        for entry in &self.entries {
            numbers.push(next);
            if entry.is_remembered {
                next += 1;
                self.out[entry.tag] |= tags::FLAG_REF;
            }
        }
        for (place, EntryId(entry)) in self.references {
            self.out[place..place + 4].copy_from_slice(&numbers[entry].to_le_bytes());
        }
        self.out
    }

    /// Call before each object; pairs with [`Writer::leave`].
    ///
    /// # Errors
    /// The nesting is too deep.
    pub(super) fn enter(&mut self) -> Result<(), Unmarshallable> {
        self.depth += 1;
        if self.depth > tags::MAX_DEPTH {
            Err(Unmarshallable::TooDeep)
        } else {
            Ok(())
        }
    }

    pub(super) fn leave(&mut self) {
        self.depth -= 1;
    }

    /// Whether this version has references.
    pub(super) fn has_references(&self) -> bool {
        self.version >= 3
    }

    /// Writes a reference if the object was written before, and says whether it did.
    ///
    /// # Errors
    /// The object is in itself where no reader could put it.
    pub(super) fn reference(&mut self, identity: u64) -> Result<bool, Unmarshallable> {
        let Some(&id) = self.known.get(&identity) else {
            return Ok(false);
        };
        let entry = &mut self.entries[id.0];
        if entry.is_open {
            return Err(Unmarshallable::Kind);
        }
        entry.is_remembered = true;
        self.out.push(tags::REF);
        self.references.push((self.out.len(), id));
        self.long(0);
        Ok(true)
    }

    /// Announces the object whose tag comes next.
    pub(super) fn announce(&mut self, identity: u64, is_remembered: bool) -> EntryId {
        let id = self.announce_unnamed(is_remembered);
        self.known.insert(identity, id);
        id
    }

    /// Announces an object that nothing will refer to.
    pub(super) fn announce_unnamed(&mut self, is_remembered: bool) -> EntryId {
        self.entries.push(Entry {
            tag: self.out.len(),
            is_remembered,
            is_open: false,
        });
        EntryId(self.entries.len() - 1)
    }

    /// Makes later occurrences of the object others for the reader.
    pub(super) fn forget(&mut self, identity: u64) {
        self.known.remove(&identity);
    }

    /// Refuses references to the object until [`Writer::close`].
    pub(super) fn open(&mut self, EntryId(entry): EntryId) {
        self.entries[entry].is_open = true;
    }

    pub(super) fn close(&mut self, EntryId(entry): EntryId) {
        self.entries[entry].is_open = false;
    }

    fn tag(&mut self, tag: u8) {
        self.out.push(tag);
    }

    fn long(&mut self, value: i32) {
        self.out.extend_from_slice(&value.to_le_bytes());
    }

    fn size(&mut self, size: usize) -> Result<(), Unmarshallable> {
        let size = i32::try_from(size).map_err(|_| Unmarshallable::Kind)?;
        self.long(size);
        Ok(())
    }

    /// The mark at a dict's end.
    pub(super) fn null(&mut self) {
        self.tag(tags::NULL);
    }

    pub(super) fn none(&mut self) {
        self.tag(tags::NONE);
    }

    pub(super) fn ellipsis(&mut self) {
        self.tag(tags::ELLIPSIS);
    }

    pub(super) fn stop_iteration(&mut self) {
        self.tag(tags::STOP_ITERATION);
    }

    pub(super) fn bool(&mut self, value: bool) {
        self.tag(if value { tags::TRUE } else { tags::FALSE });
    }

    pub(super) fn int(&mut self, value: i64) {
        match i32::try_from(value) {
            Ok(small) => {
                self.tag(tags::INT);
                self.long(small);
            }
            Err(_) => self.bigint(&BigInt::from(value)),
        }
    }

    pub(super) fn bigint(&mut self, value: &BigInt) {
        if let Ok(small) = i32::try_from(value) {
            self.tag(tags::INT);
            self.long(small);
            return;
        }
        self.tag(tags::LONG);
        let digits = to_digits(value);
        let count = digits.len() as i32;
        self.long(if value.sign() == Sign::Minus {
            -count
        } else {
            count
        });
        for digit in digits {
            self.out.extend_from_slice(&digit.to_le_bytes());
        }
    }

    pub(super) fn float(&mut self, value: f64) {
        if self.version > 1 {
            self.tag(tags::BINARY_FLOAT);
            self.out.extend_from_slice(&value.to_le_bytes());
        } else {
            self.tag(tags::FLOAT);
            self.text_float(value);
        }
    }

    pub(super) fn complex(&mut self, real: f64, imaginary: f64) {
        if self.version > 1 {
            self.tag(tags::BINARY_COMPLEX);
            self.out.extend_from_slice(&real.to_le_bytes());
            self.out.extend_from_slice(&imaginary.to_le_bytes());
        } else {
            self.tag(tags::COMPLEX);
            self.text_float(real);
            self.text_float(imaginary);
        }
    }

    fn text_float(&mut self, value: f64) {
        // 17 significant digits round-trip.
        let text = format_float(value, &FloatLayout::new(FloatKind::General, 17));
        self.out.push(text.len() as u8);
        self.out.extend_from_slice(text.as_bytes());
    }

    /// # Errors
    /// More than 2 GiB.
    pub(super) fn bytes(&mut self, bytes: &[u8]) -> Result<(), Unmarshallable> {
        self.tag(tags::STRING);
        self.size(bytes.len())?;
        self.out.extend_from_slice(bytes);
        Ok(())
    }

    /// # Errors
    /// More than 2 GiB.
    pub(super) fn text(&mut self, text: &Wtf8, interned: bool) -> Result<(), Unmarshallable> {
        let bytes = text.as_bytes();
        if self.version >= 4 && text.is_ascii() {
            let short = u8::try_from(bytes.len()).ok();
            match short {
                Some(length) => {
                    self.tag(if interned {
                        tags::SHORT_ASCII_INTERNED
                    } else {
                        tags::SHORT_ASCII
                    });
                    self.out.push(length);
                }
                None => {
                    self.tag(if interned {
                        tags::ASCII_INTERNED
                    } else {
                        tags::ASCII
                    });
                    self.size(bytes.len())?;
                }
            }
        } else {
            self.tag(if interned && self.version >= 3 {
                tags::INTERNED
            } else {
                tags::UNICODE
            });
            self.size(bytes.len())?;
        }
        self.out.extend_from_slice(bytes);
        Ok(())
    }

    /// Starts a tuple of `count` items.
    ///
    /// # Errors
    /// More items than the format can count.
    pub(super) fn tuple(&mut self, count: usize) -> Result<(), Unmarshallable> {
        match u8::try_from(count) {
            Ok(count) if self.version >= 4 => {
                self.tag(tags::SMALL_TUPLE);
                self.out.push(count);
                Ok(())
            }
            _ => {
                self.tag(tags::TUPLE);
                self.size(count)
            }
        }
    }

    /// # Errors
    /// More items than the format can count.
    pub(super) fn list(&mut self, count: usize) -> Result<(), Unmarshallable> {
        self.tag(tags::LIST);
        self.size(count)
    }

    /// Starts a dict: keys and values in turn, then [`Writer::null`].
    pub(super) fn dict(&mut self) {
        self.tag(tags::DICT);
    }

    /// # Errors
    /// More items than the format can count.
    pub(super) fn set(&mut self, count: usize, frozen: bool) -> Result<(), Unmarshallable> {
        self.tag(if frozen { tags::FROZENSET } else { tags::SET });
        self.size(count)
    }

    /// Starts a slice: start, stop, step follow.
    ///
    /// # Errors
    /// The version has no slices.
    pub(super) fn slice(&mut self) -> Result<(), Unmarshallable> {
        if self.version < 5 {
            return Err(Unmarshallable::Kind);
        }
        self.tag(tags::SLICE);
        Ok(())
    }

    /// Starts a code object with its counts; see `code_to_bytes` for what follows.
    pub(super) fn code(&mut self, counts: [i32; 5]) {
        self.tag(tags::CODE);
        for count in counts {
            self.long(count);
        }
    }

    pub(super) fn first_line(&mut self, line: i32) {
        self.long(line);
    }
}

/// The digits of the magnitude in base 2^15, least significant first.
fn to_digits(value: &BigInt) -> Vec<u16> {
    let (_, bytes) = value.to_bytes_le();
    let mut digits = Vec::with_capacity(bytes.len() * 8 / 15 + 1);
    let (mut pending, mut bits) = (0_u32, 0);
    for byte in bytes {
        pending |= u32::from(byte) << bits;
        bits += 8;
        if bits >= 15 {
            digits.push((pending & 0x7fff) as u16);
            pending >>= 15;
            bits -= 15;
        }
    }
    if bits > 0 {
        digits.push(pending as u16);
    }
    while digits.last() == Some(&0) {
        digits.pop();
    }
    digits
}
