//! Reading the format.
//!
//! CPython: `r_object`. The order of checks and the messages are its own.

use num_bigint::{BigInt, Sign};
use taipan_text::Wtf8;

use super::tags;

/// What is wrong with the input, as the exception that Python sees.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(super) enum Malformed {
    #[error("{0}")]
    Eof(&'static str),
    #[error("{0}")]
    Value(&'static str),
    #[error("{0}")]
    Type(&'static str),
}

const TOO_SHORT: Malformed = Malformed::Eof("marshal data too short");

/// A value without parts.
#[derive(Debug)]
pub(super) enum Scalar<'a> {
    None,
    Ellipsis,
    StopIteration,
    Bool(bool),
    Int(i64),
    BigInt(BigInt),
    Float(f64),
    Complex(f64, f64),
    Str { text: &'a Wtf8, interned: bool },
    Bytes(&'a [u8]),
}

/// The fields of a code object, in the order of the format.
pub(super) struct CodeParts<T> {
    pub argcount: i32,
    pub posonlyargcount: i32,
    pub kwonlyargcount: i32,
    pub stacksize: i32,
    pub flags: i32,
    pub code: T,
    pub consts: T,
    pub names: T,
    pub localsplusnames: T,
    pub localspluskinds: T,
    pub filename: T,
    pub name: T,
    pub qualname: T,
    pub firstlineno: i32,
    pub linetable: T,
    pub exceptiontable: T,
}

/// Makes objects of what is read.
pub(super) trait Builder {
    type Object: Clone;
    type Error: From<Malformed>;

    fn scalar(&mut self, scalar: Scalar<'_>) -> Result<Self::Object, Self::Error>;
    fn tuple(&mut self, items: Vec<Self::Object>) -> Result<Self::Object, Self::Error>;
    fn frozenset(&mut self, items: Vec<Self::Object>) -> Result<Self::Object, Self::Error>;
    fn slice(&mut self, parts: [Self::Object; 3]) -> Result<Self::Object, Self::Error>;
    /// An empty list, and `append` to it: its items may refer to it.
    fn list(&mut self) -> Result<Self::Object, Self::Error>;
    fn append(&mut self, list: &Self::Object, item: Self::Object) -> Result<(), Self::Error>;
    fn dict(&mut self) -> Result<Self::Object, Self::Error>;
    fn insert(
        &mut self,
        dict: &Self::Object,
        key: Self::Object,
        value: Self::Object,
    ) -> Result<(), Self::Error>;
    fn set(&mut self) -> Result<Self::Object, Self::Error>;
    fn add(&mut self, set: &Self::Object, item: Self::Object) -> Result<(), Self::Error>;
    fn code(&mut self, parts: CodeParts<Self::Object>) -> Result<Self::Object, Self::Error>;
}

/// Reads objects from a slice.
pub(super) struct Reader<'a, B: Builder> {
    input: &'a [u8],
    position: usize,
    builder: B,
    /// `None`: an immutable object that is being read.
    refs: Vec<Option<B::Object>>,
    depth: usize,
    allow_code: bool,
}

impl<'a, B: Builder> Reader<'a, B> {
    pub(super) fn new(input: &'a [u8], builder: B, allow_code: bool) -> Self {
        Self {
            input,
            position: 0,
            builder,
            refs: Vec::new(),
            depth: 0,
            allow_code,
        }
    }

    /// How many bytes were read.
    pub(super) fn position(&self) -> usize {
        self.position
    }

    /// Reads one object.
    ///
    /// # Errors
    /// [`Malformed`] as the builder's error, or the builder's own.
    pub(super) fn object(&mut self) -> Result<B::Object, B::Error> {
        match self.read()? {
            Some(object) => Ok(object),
            None => Err(Malformed::Type("NULL object in marshal data for object").into()),
        }
    }

    fn take(&mut self, count: usize) -> Result<&'a [u8], B::Error> {
        let end = self.position.checked_add(count).ok_or(TOO_SHORT)?;
        let bytes = self.input.get(self.position..end).ok_or(TOO_SHORT)?;
        self.position = end;
        Ok(bytes)
    }

    fn array<const N: usize>(&mut self) -> Result<[u8; N], B::Error> {
        let bytes = self.take(N)?;
        Ok(bytes.try_into().map_err(|_| TOO_SHORT)?)
    }

    fn byte(&mut self) -> Result<u8, B::Error> {
        Ok(self.array::<1>()?[0])
    }

    fn long(&mut self) -> Result<i32, B::Error> {
        Ok(i32::from_le_bytes(self.array()?))
    }

    fn size(&mut self, message: &'static str) -> Result<usize, B::Error> {
        let size = self.long()?;
        Ok(usize::try_from(size).map_err(|_| Malformed::Value(message))?)
    }

    fn double(&mut self) -> Result<f64, B::Error> {
        Ok(f64::from_le_bytes(self.array()?))
    }

    /// A float as text, of old versions.
    fn text_float(&mut self) -> Result<f64, B::Error> {
        let length = usize::from(self.byte()?);
        let text = self.take(length)?;
        let number = std::str::from_utf8(text)
            .ok()
            .and_then(|text| text.parse().ok());
        Ok(number.ok_or(Malformed::Value("could not convert string to float"))?)
    }

    /// Reads an object; `None` for the mark that ends a dict.
    fn read(&mut self) -> Result<Option<B::Object>, B::Error> {
        let Some(&tag) = self.input.get(self.position) else {
            return Err(Malformed::Eof("EOF read where object expected").into());
        };
        self.position += 1;
        if self.depth >= tags::MAX_DEPTH {
            return Err(Malformed::Value("recursion limit exceeded").into());
        }
        self.depth += 1;
        let result = self.read_tagged(tag & !tags::FLAG_REF, tag & tags::FLAG_REF != 0);
        self.depth -= 1;
        result
    }

    fn read_tagged(&mut self, tag: u8, flagged: bool) -> Result<Option<B::Object>, B::Error> {
        let object = match tag {
            tags::NULL => return Ok(None),
            tags::REF => return self.reference().map(Some),
            tags::NONE => return self.builder.scalar(Scalar::None).map(Some),
            tags::ELLIPSIS => return self.builder.scalar(Scalar::Ellipsis).map(Some),
            tags::STOP_ITERATION => return self.builder.scalar(Scalar::StopIteration).map(Some),
            tags::TRUE => return self.builder.scalar(Scalar::Bool(true)).map(Some),
            tags::FALSE => return self.builder.scalar(Scalar::Bool(false)).map(Some),
            tags::LIST => return self.list(flagged).map(Some),
            tags::DICT => return self.dict(flagged).map(Some),
            tags::SET => return self.set(flagged).map(Some),
            tags::TUPLE => {
                let count = self.size("bad marshal data (tuple size out of range)")?;
                return self.tuple(count, flagged).map(Some);
            }
            tags::SMALL_TUPLE => {
                let count = usize::from(self.byte()?);
                return self.tuple(count, flagged).map(Some);
            }
            tags::FROZENSET => {
                let count = self.size("bad marshal data (set size out of range)")?;
                let place = self.reserve(flagged);
                let items = self.items(count, "NULL object in marshal data for set")?;
                let set = self.builder.frozenset(items)?;
                return Ok(Some(self.fill(place, set)));
            }
            tags::SLICE => {
                let place = self.reserve(flagged);
                let parts = [self.object()?, self.object()?, self.object()?];
                let slice = self.builder.slice(parts)?;
                return Ok(Some(self.fill(place, slice)));
            }
            tags::CODE => return self.code(flagged).map(Some),
            tags::INT => {
                let value = self.long()?;
                self.builder.scalar(Scalar::Int(i64::from(value)))?
            }
            tags::LONG => {
                let value = self.bigint()?;
                self.builder.scalar(match i64::try_from(&value) {
                    Ok(small) => Scalar::Int(small),
                    Err(_) => Scalar::BigInt(value),
                })?
            }
            tags::FLOAT => {
                let value = self.text_float()?;
                self.builder.scalar(Scalar::Float(value))?
            }
            tags::BINARY_FLOAT => {
                let value = self.double()?;
                self.builder.scalar(Scalar::Float(value))?
            }
            tags::COMPLEX => {
                let (real, imaginary) = (self.text_float()?, self.text_float()?);
                self.builder.scalar(Scalar::Complex(real, imaginary))?
            }
            tags::BINARY_COMPLEX => {
                let (real, imaginary) = (self.double()?, self.double()?);
                self.builder.scalar(Scalar::Complex(real, imaginary))?
            }
            tags::STRING => {
                let count = self.size("bad marshal data (bytes object size out of range)")?;
                let bytes = self.take(count)?;
                self.builder.scalar(Scalar::Bytes(bytes))?
            }
            tags::ASCII | tags::ASCII_INTERNED | tags::UNICODE | tags::INTERNED => {
                let count = self.size("bad marshal data (string size out of range)")?;
                self.text(count, matches!(tag, tags::ASCII_INTERNED | tags::INTERNED))?
            }
            tags::SHORT_ASCII | tags::SHORT_ASCII_INTERNED => {
                let count = usize::from(self.byte()?);
                self.text(count, tag == tags::SHORT_ASCII_INTERNED)?
            }
            _ => return Err(Malformed::Value("bad marshal data (unknown type code)").into()),
        };
        if flagged {
            self.refs.push(Some(object.clone()));
        }
        Ok(Some(object))
    }

    fn text(&mut self, count: usize, interned: bool) -> Result<B::Object, B::Error> {
        let bytes = self.take(count)?;
        let text = Wtf8::from_bytes(bytes)
            .map_err(|_| Malformed::Value("bad marshal data (invalid string)"))?;
        self.builder.scalar(Scalar::Str { text, interned })
    }

    fn bigint(&mut self) -> Result<BigInt, B::Error> {
        let count = self.long()?;
        let digits = count.unsigned_abs() as usize;
        // The bytes are there before room is made for them.
        let bytes = self.take(digits.checked_mul(2).ok_or(TOO_SHORT)?)?;
        let mut words = Vec::with_capacity(bytes.len() / 2);
        for pair in bytes.chunks_exact(2) {
            let digit = u16::from_le_bytes([pair[0], pair[1]]);
            if digit > 0x7fff {
                let message = "bad marshal data (digit out of range in long)";
                return Err(Malformed::Value(message).into());
            }
            words.push(digit);
        }
        if words.last() == Some(&0) {
            return Err(Malformed::Value("bad marshal data (unnormalized long data)").into());
        }
        Ok(from_digits(&words, count < 0))
    }

    fn reference(&mut self) -> Result<B::Object, B::Error> {
        let index = self.long()?;
        let known = usize::try_from(index)
            .ok()
            .and_then(|index| self.refs.get(index));
        match known {
            Some(Some(object)) => Ok(object.clone()),
            _ => Err(Malformed::Value("bad marshal data (invalid reference)").into()),
        }
    }

    fn reserve(&mut self, flagged: bool) -> Option<usize> {
        if !flagged {
            return None;
        }
        self.refs.push(None);
        Some(self.refs.len() - 1)
    }

    fn fill(&mut self, place: Option<usize>, object: B::Object) -> B::Object {
        if let Some(place) = place {
            self.refs[place] = Some(object.clone());
        }
        object
    }

    fn items(&mut self, count: usize, null: &'static str) -> Result<Vec<B::Object>, B::Error> {
        // An item needs a byte at least: no more room than the input can fill.
        let mut items = Vec::with_capacity(count.min(self.input.len() - self.position));
        for _ in 0..count {
            items.push(self.read()?.ok_or(Malformed::Type(null))?);
        }
        Ok(items)
    }

    fn tuple(&mut self, count: usize, flagged: bool) -> Result<B::Object, B::Error> {
        let place = self.reserve(flagged);
        let items = self.items(count, "NULL object in marshal data for tuple")?;
        let tuple = self.builder.tuple(items)?;
        Ok(self.fill(place, tuple))
    }

    fn list(&mut self, flagged: bool) -> Result<B::Object, B::Error> {
        let count = self.size("bad marshal data (list size out of range)")?;
        let list = self.builder.list()?;
        let place = self.reserve(flagged);
        let list = self.fill(place, list);
        for _ in 0..count {
            let item = self.read()?;
            let item = item.ok_or(Malformed::Type("NULL object in marshal data for list"))?;
            self.builder.append(&list, item)?;
        }
        Ok(list)
    }

    fn dict(&mut self, flagged: bool) -> Result<B::Object, B::Error> {
        let dict = self.builder.dict()?;
        let place = self.reserve(flagged);
        let dict = self.fill(place, dict);
        while let Some(key) = self.read()? {
            let Some(value) = self.read()? else { break };
            self.builder.insert(&dict, key, value)?;
        }
        Ok(dict)
    }

    fn set(&mut self, flagged: bool) -> Result<B::Object, B::Error> {
        let count = self.size("bad marshal data (set size out of range)")?;
        let set = self.builder.set()?;
        let place = self.reserve(flagged);
        let set = self.fill(place, set);
        for _ in 0..count {
            let item = self.read()?;
            let item = item.ok_or(Malformed::Type("NULL object in marshal data for set"))?;
            self.builder.add(&set, item)?;
        }
        Ok(set)
    }

    fn code(&mut self, flagged: bool) -> Result<B::Object, B::Error> {
        if !self.allow_code {
            return Err(Malformed::Value("unmarshalling code objects is disallowed").into());
        }
        let place = self.reserve(flagged);
        let parts = CodeParts {
            argcount: self.long()?,
            posonlyargcount: self.long()?,
            kwonlyargcount: self.long()?,
            stacksize: self.long()?,
            flags: self.long()?,
            code: self.object()?,
            consts: self.object()?,
            names: self.object()?,
            localsplusnames: self.object()?,
            localspluskinds: self.object()?,
            filename: self.object()?,
            name: self.object()?,
            qualname: self.object()?,
            firstlineno: self.long()?,
            linetable: self.object()?,
            exceptiontable: self.object()?,
        };
        let code = self.builder.code(parts)?;
        Ok(self.fill(place, code))
    }
}

/// The number of these digits in base 2^15, least significant first.
fn from_digits(digits: &[u16], negative: bool) -> BigInt {
    let mut bytes = Vec::with_capacity(digits.len() * 2);
    let (mut pending, mut bits) = (0_u32, 0);
    for &digit in digits {
        pending |= u32::from(digit) << bits;
        bits += 15;
        while bits >= 8 {
            bytes.push(pending as u8);
            pending >>= 8;
            bits -= 8;
        }
    }
    bytes.push(pending as u8);
    let sign = if negative { Sign::Minus } else { Sign::Plus };
    BigInt::from_bytes_le(sign, &bytes)
}
