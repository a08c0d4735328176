//! Reads constants and code objects.
//!
//! CPython: `r_object` in `Python/marshal.c`. The input may be anything: sizes are checked against what is left of it,
//! nesting is limited, and references must point backwards to complete objects. Tests: `tests.rs`.

use std::sync::Arc;

use num_bigint::{BigInt, BigUint, Sign};
use taipan_text::wtf8::Wtf8Buf;

use super::{FLAG_REF, MAX_DEPTH, STACK_GROWTH, STACK_RESERVE, tag};
use crate::code_object::{CodeFlags, CodeObject, CodeRef, LocalKind, Name};
use crate::constant::Constant;

/// Why the input is no serialised object, in CPython's words.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum MarshalError {
    /// The input ends within an object (`EOFError`).
    #[error("marshal data too short")]
    TooShort,
    /// The input ends where an object should start (`EOFError`).
    #[error("EOF read where object expected")]
    EndOfInput,
    /// A type that does not exist, or that no code object holds (`ValueError`).
    #[error("bad marshal data (unknown type code)")]
    UnknownType(u8),
    /// A reference to an object that was not remembered or is not complete (`ValueError`).
    #[error("bad marshal data (invalid reference)")]
    InvalidReference,
    /// No object where there must be one (`TypeError`).
    #[error("NULL object in marshal data for {0}")]
    NullObject(&'static str),
    /// Too deeply nested (`ValueError`).
    #[error("recursion limit exceeded")]
    TooDeep,
    /// A digit of an int is out of range (`ValueError`).
    #[error("bad marshal data (digit out of range in long)")]
    DigitOutOfRange,
    /// An int has leading zeros (`ValueError`).
    #[error("bad marshal data (unnormalized long data)")]
    UnnormalizedLong,
    /// A size is negative or larger than possible (`ValueError`).
    #[error("bad marshal data ({0} size out of range)")]
    SizeOutOfRange(&'static str),
    /// Text that is not in its encoding (`ValueError`).
    #[error("bad marshal data (invalid text)")]
    InvalidText,
    /// A float written as text that is none (`ValueError`).
    #[error("bad marshal data (invalid float)")]
    InvalidFloat,
    /// The parts of a code object do not fit together (`ValueError`).
    #[error("code: {0}")]
    InvalidCode(&'static str),
}

/// Reads one object; what follows it is ignored.
///
/// # Errors
/// [`MarshalError`] if the input is not what [`dump`](super::dump) or CPython writes.
pub fn load(input: &[u8]) -> Result<Constant, MarshalError> {
    Reader::new(input, None).whole()
}

/// The largest value stack that CPython allows: what fits its frames' sizes.
const MAX_STACK_SIZE: usize = (i32::MAX / 16) as usize;

/// An object that may be referred to.
enum Slot<'a> {
    /// It is being read.
    Pending,
    Known(Constant),
    /// Bytes that went into a code object.
    Bytes(&'a [u8]),
}

pub(super) struct Reader<'a> {
    pub(super) input: &'a [u8],
    /// Objects by number.
    refs: Vec<Slot<'a>>,
    /// What became names of code objects, by the same number: a name that many use is made once.
    names: Vec<Option<Name>>,
    depth: u32,
    /// The file name that all code gets instead of its own.
    pub(super) filename: Option<Arc<Wtf8Buf>>,
    /// All of the input, if inner code may be left for later.
    pub(super) stored: Option<&'static [u8]>,
}

impl<'a> Reader<'a> {
    pub(super) fn new(input: &'a [u8], filename: Option<Arc<Wtf8Buf>>) -> Self {
        Reader {
            input,
            refs: Vec::new(),
            names: Vec::new(),
            depth: 0,
            filename,
            stored: None,
        }
    }

    /// The one object.
    pub(super) fn whole(mut self) -> Result<Constant, MarshalError> {
        self.object()?.ok_or(MarshalError::NullObject("object"))
    }

    pub(super) fn bytes(&mut self, count: usize) -> Result<&'a [u8], MarshalError> {
        let (head, tail) = self
            .input
            .split_at_checked(count)
            .ok_or(MarshalError::TooShort)?;
        self.input = tail;
        Ok(head)
    }

    fn array<const N: usize>(&mut self) -> Result<[u8; N], MarshalError> {
        let (head, tail) = self
            .input
            .split_first_chunk()
            .ok_or(MarshalError::TooShort)?;
        self.input = tail;
        Ok(*head)
    }

    fn byte(&mut self) -> Result<u8, MarshalError> {
        self.array().map(|[byte]| byte)
    }

    pub(super) fn long(&mut self) -> Result<i32, MarshalError> {
        self.array().map(i32::from_le_bytes)
    }

    fn double(&mut self) -> Result<f64, MarshalError> {
        self.array().map(f64::from_le_bytes)
    }

    /// A count of things of at least one byte each: never more than there is input.
    pub(super) fn size(&mut self, of: &'static str) -> Result<usize, MarshalError> {
        let size = usize::try_from(self.long()?).map_err(|_| MarshalError::SizeOutOfRange(of))?;
        if size > self.input.len() {
            Err(MarshalError::TooShort)
        } else {
            Ok(size)
        }
    }

    fn object(&mut self) -> Result<Option<Constant>, MarshalError> {
        let Some((&first, tail)) = self.input.split_first() else {
            return Err(MarshalError::EndOfInput);
        };
        self.input = tail;
        let kind = first & !FLAG_REF;
        let simple = match kind {
            tag::NULL => return Ok(None),
            tag::NONE => Constant::None,
            tag::FALSE => Constant::Bool(false),
            tag::TRUE => Constant::Bool(true),
            tag::ELLIPSIS => Constant::Ellipsis,
            tag::REF => {
                let number =
                    usize::try_from(self.long()?).map_err(|_| MarshalError::InvalidReference)?;
                return match self.refs.get(number) {
                    Some(Slot::Known(object)) => Ok(Some(object.clone())),
                    Some(Slot::Bytes(bytes)) => Ok(Some(Constant::Bytes((*bytes).into()))),
                    Some(Slot::Pending) | None => Err(MarshalError::InvalidReference),
                };
            }
            _ => {
                let number = (first & FLAG_REF != 0).then(|| {
                    self.refs.push(Slot::Pending);
                    self.refs.len() - 1
                });
                let object = self.referable(kind)?;
                if let Some(number) = number {
                    self.refs[number] = Slot::Known(object.clone());
                }
                return Ok(Some(object));
            }
        };
        Ok(Some(simple))
    }

    fn referable(&mut self, kind: u8) -> Result<Constant, MarshalError> {
        match kind {
            tag::INT => Ok(Constant::Int(i64::from(self.long()?))),
            tag::LONG => self.big_int(),
            tag::BINARY_FLOAT => self.double().map(Constant::Float),
            tag::BINARY_COMPLEX => Ok(Constant::Complex(self.double()?, self.double()?)),
            tag::FLOAT => self.float_text().map(Constant::Float),
            tag::COMPLEX => Ok(Constant::Complex(self.float_text()?, self.float_text()?)),
            tag::BYTES => {
                let size = self.size("bytes object")?;
                self.bytes(size).map(|bytes| Constant::Bytes(bytes.into()))
            }
            tag::SHORT_ASCII | tag::SHORT_ASCII_INTERNED => {
                let size = usize::from(self.byte()?);
                self.latin1(size)
            }
            tag::ASCII | tag::ASCII_INTERNED => {
                let size = self.size("string")?;
                self.latin1(size)
            }
            tag::UNICODE | tag::INTERNED => {
                let size = self.size("string")?;
                let bytes = self.bytes(size)?.to_vec();
                Wtf8Buf::from_bytes(bytes)
                    .map(Constant::from_wtf8)
                    .map_err(|_| MarshalError::InvalidText)
            }
            _ => {
                self.depth += 1;
                if self.depth > MAX_DEPTH {
                    return Err(MarshalError::TooDeep);
                }
                let object =
                    stacker::maybe_grow(STACK_RESERVE, STACK_GROWTH, || self.compound(kind));
                self.depth -= 1;
                object
            }
        }
    }

    fn compound(&mut self, kind: u8) -> Result<Constant, MarshalError> {
        match kind {
            tag::SMALL_TUPLE => {
                let count = usize::from(self.byte()?);
                self.elements(count, "tuple")
                    .map(|elements| Constant::Tuple(elements.into()))
            }
            tag::TUPLE => {
                let count = self.size("tuple")?;
                self.elements(count, "tuple")
                    .map(|elements| Constant::Tuple(elements.into()))
            }
            tag::FROZENSET => {
                let count = self.size("set")?;
                let elements = self.elements(count, "set")?;
                Ok(Constant::FrozenSet(elements.into()))
            }
            tag::SLICE => {
                let parts = [
                    self.required("slice")?,
                    self.required("slice")?,
                    self.required("slice")?,
                ];
                Ok(Constant::Slice(Arc::new(parts)))
            }
            tag::CODE => self.code().map(|code| Constant::Code(code.into())),
            tag::STORED_CODE if self.stored.is_some() => {
                let stored = self.stored_code()?;
                Ok(Constant::Code(CodeRef::Stored(Arc::new(stored))))
            }
            other => Err(MarshalError::UnknownType(other)),
        }
    }

    fn required(&mut self, of: &'static str) -> Result<Constant, MarshalError> {
        self.object()?.ok_or(MarshalError::NullObject(of))
    }

    fn elements(&mut self, count: usize, of: &'static str) -> Result<Vec<Constant>, MarshalError> {
        // Elements take at least a byte each, so a count that fits the input is an honest capacity.
        let mut elements = Vec::with_capacity(count.min(self.input.len()));
        for _ in 0..count {
            elements.push(self.required(of)?);
        }
        Ok(elements)
    }

    fn latin1(&mut self, size: usize) -> Result<Constant, MarshalError> {
        self.bytes(size)
            .map(|bytes| Constant::from_wtf8(Wtf8Buf::from_latin1(bytes)))
    }

    fn big_int(&mut self) -> Result<Constant, MarshalError> {
        let count = self.long()?;
        let magnitude = count.unsigned_abs() as usize;
        if count == i32::MIN {
            return Err(MarshalError::SizeOutOfRange("long"));
        }
        let digits = self.bytes(magnitude.checked_mul(2).ok_or(MarshalError::TooShort)?)?;
        let (mut words, mut pending, mut bits) = (Vec::with_capacity(magnitude / 2 + 1), 0u64, 0);
        let mut last = 1;
        for digit in digits.chunks_exact(2) {
            let digit = u16::from_le_bytes([digit[0], digit[1]]);
            if digit > 0x7fff {
                return Err(MarshalError::DigitOutOfRange);
            }
            last = digit;
            pending |= u64::from(digit) << bits;
            bits += 15;
            if bits >= 32 {
                words.push(pending as u32);
                pending >>= 32;
                bits -= 32;
            }
        }
        if last == 0 {
            return Err(MarshalError::UnnormalizedLong);
        }
        words.push(pending as u32);
        let sign = if count < 0 { Sign::Minus } else { Sign::Plus };
        Ok(Constant::from_bigint(BigInt::from_biguint(
            sign,
            BigUint::new(words),
        )))
    }

    fn float_text(&mut self) -> Result<f64, MarshalError> {
        let size = usize::from(self.byte()?);
        let text =
            std::str::from_utf8(self.bytes(size)?).map_err(|_| MarshalError::InvalidFloat)?;
        text.parse().map_err(|_| MarshalError::InvalidFloat)
    }

    #[inline(never)]
    fn code(&mut self) -> Result<CodeObject, MarshalError> {
        let mut count =
            || u32::try_from(self.long()?).map_err(|_| MarshalError::SizeOutOfRange("code"));
        let (argcount, posonlyargcount, kwonlyargcount, stacksize) =
            (count()?, count()?, count()?, count()?);
        let flags = CodeFlags::from_bits_retain(self.long()? as u32);
        let code = self.code_bytes()?;
        let consts = match self.required("code")? {
            Constant::Tuple(elements) => elements,
            _ => return Err(MarshalError::InvalidCode("consts is not a tuple")),
        };
        let names = self.names()?;
        let localsplusnames = self.names()?;
        let localspluskinds: Box<[LocalKind]> = self
            .code_bytes()?
            .iter()
            .map(|bits| LocalKind::from_bits_retain(*bits))
            .collect();
        let filename = match self.required("code")? {
            Constant::Str(text) => self.filename.clone().unwrap_or(text),
            _ => return Err(MarshalError::InvalidCode("filename is not a string")),
        };
        let (name, qualname) = (self.name()?, self.name()?);
        let firstlineno = self.long()?;
        let (linetable, exceptiontable) = (self.code_bytes()?, self.code_bytes()?);
        let code = CodeObject {
            argcount,
            posonlyargcount,
            kwonlyargcount,
            stacksize,
            flags,
            code,
            consts,
            names,
            localsplusnames,
            localspluskinds,
            filename,
            name,
            qualname,
            firstlineno,
            linetable,
            exceptiontable,
        };
        validate(&code)?;
        Ok(code)
    }

    fn code_bytes(&mut self) -> Result<Box<[u8]>, MarshalError> {
        // Most are here for the first time: those are copied once.
        if let Some(&first) = self.input.first()
            && first & !FLAG_REF == tag::BYTES
        {
            self.byte()?;
            let size = self.size("bytes object")?;
            let bytes = self.bytes(size)?;
            if first & FLAG_REF != 0 {
                self.refs.push(Slot::Bytes(bytes));
            }
            return Ok(Box::from(bytes));
        }
        match self.required("code")? {
            Constant::Bytes(bytes) => Ok(Box::from(&bytes[..])),
            _ => Err(MarshalError::InvalidCode("bytes expected")),
        }
    }

    fn name(&mut self) -> Result<Name, MarshalError> {
        let number = match self.input.split_first() {
            Some((&tag::REF, tail)) => {
                let number = tail.first_chunk().map(|bytes| i32::from_le_bytes(*bytes));
                number.and_then(|number| usize::try_from(number).ok())
            }
            Some((first, _)) if first & FLAG_REF != 0 => Some(self.refs.len()),
            _ => None,
        };
        let object = self.required("code")?;
        let Some(number) = number else {
            return name_of(&object);
        };
        if let Some(Some(known)) = self.names.get(number) {
            return Ok(known.clone());
        }
        let name = name_of(&object)?;
        if self.names.len() <= number {
            self.names.resize(number + 1, None);
        }
        self.names[number] = Some(name.clone());
        Ok(name)
    }

    fn names(&mut self) -> Result<Box<[Name]>, MarshalError> {
        let (count, is_referable) = match *self.input {
            [first, count, ..] if first & !FLAG_REF == tag::SMALL_TUPLE => {
                (usize::from(count), first & FLAG_REF != 0)
            }
            _ => {
                return match self.required("code")? {
                    Constant::Tuple(elements) => elements.iter().map(name_of).collect(),
                    _ => Err(MarshalError::InvalidCode("names is not a tuple")),
                };
            }
        };
        self.bytes(2)?;
        let number = is_referable.then(|| {
            self.refs.push(Slot::Pending);
            self.refs.len() - 1
        });
        let names: Box<[Name]> = (0..count).map(|_| self.name()).collect::<Result<_, _>>()?;
        if let Some(number) = number {
            let elements = names.iter().map(|name| Constant::from_text(name));
            self.refs[number] = Slot::Known(Constant::Tuple(elements.collect()));
        }
        Ok(names)
    }
}

/// Checks what an interpreter relies on (CPython's `_PyCode_Validate`).
fn validate(code: &CodeObject) -> Result<(), MarshalError> {
    let invalid = |reason| Err(MarshalError::InvalidCode(reason));
    if code.localsplusnames.len() != code.localspluskinds.len() {
        return invalid("names and kinds of locals do not match");
    }
    if code.code.is_empty() || !code.code.len().is_multiple_of(2) {
        return invalid("no whole code units");
    }
    if code.argcount < code.posonlyargcount {
        return invalid("more positional-only parameters than parameters");
    }
    let collects = |flag: CodeFlags| u64::from(code.flags.contains(flag));
    let parameters = u64::from(code.argcount)
        + u64::from(code.kwonlyargcount)
        + collects(CodeFlags::VARARGS)
        + collects(CodeFlags::VARKEYWORDS);
    if parameters > code.nlocals() as u64 {
        return invalid("varnames is too small");
    }
    if code.stacksize as usize > MAX_STACK_SIZE {
        return invalid("co_stacksize is too large");
    }
    Ok(())
}

/// Names are valid Unicode: the compiler makes no others.
fn name_of(object: &Constant) -> Result<Name, MarshalError> {
    let text = object
        .as_text()
        .ok_or(MarshalError::InvalidCode("a name is not a string"))?;
    std::str::from_utf8(text.as_bytes())
        .map(Name::from)
        .map_err(|_| MarshalError::InvalidText)
}
