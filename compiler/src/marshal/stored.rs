//! The serialised form of a library that is read as its functions are called. Not CPython's; only for what was written by
//! the same build.
//!
//! As the usual form, but each code object within another one stands alone: its tag, its [`CodeHeader`], its length, then
//! its own serialised form, which refers to nothing outside. Names are written in each anew for that.
//! Tests: `tests.rs`, and whoever reads a library whole.

use std::sync::{Arc, OnceLock};

use taipan_text::wtf8::Wtf8Buf;

use super::read::{MarshalError, Reader};
use super::write::Writer;
use crate::code_object::{CodeFlags, CodeHeader, CodeObject, StoredCode};
use crate::constant::Constant;

/// Writes code so that [`load_stored`] can leave its functions for later. Its file name is not kept.
pub fn dump_stored(code: &CodeObject) -> Vec<u8> {
    let mut code = code.clone();
    code.filename = Arc::new(Wtf8Buf::from_string(String::new()));
    let mut writer = Writer::new(&Constant::Code(code.into()));
    writer.stores_code = true;
    writer.finish()
}

/// Reads the outermost code of what [`dump_stored`] wrote.
///
/// # Errors
/// [`MarshalError`] if the input is something else.
pub fn load_stored(
    input: &'static [u8],
    filename: Arc<Wtf8Buf>,
) -> Result<Arc<CodeObject>, MarshalError> {
    let mut reader = Reader::new(input, Some(filename));
    reader.stored = Some(input);
    match reader.whole()? {
        Constant::Code(code) => Ok(code.get().clone()),
        _ => Err(MarshalError::InvalidCode("no code")),
    }
}

/// Reads what was left for later.
pub(crate) fn read_stored(stored: &StoredCode) -> CodeObject {
    let read = load_stored(stored.bytes, stored.filename.clone());
    Arc::unwrap_or_clone(read.expect("the same build wrote it, and its tests read it all"))
}

impl Writer {
    /// Code within other code.
    pub(super) fn stored_code(&mut self, code: &CodeObject) {
        let header = code.header();
        let bytes = dump_stored(code);
        self.byte(super::tag::STORED_CODE);
        for number in [
            header.argcount,
            header.kwonlyargcount,
            header.stacksize,
            header.flags.bits(),
            header.nlocalsplus,
            header.nfree,
        ] {
            self.long(number);
        }
        for part in [header.name.as_bytes(), header.qualname.as_bytes(), &bytes] {
            self.size(part.len());
            self.raw(part);
        }
    }
}

impl Reader<'_> {
    /// Code within other code: its header now, the rest later.
    pub(super) fn stored_code(&mut self) -> Result<StoredCode, MarshalError> {
        let mut numbers = [0; 6];
        for number in &mut numbers {
            *number = self.long()? as u32;
        }
        let [
            argcount,
            kwonlyargcount,
            stacksize,
            flags,
            nlocalsplus,
            nfree,
        ] = numbers;
        let name = self.stored_text()?;
        let qualname = self.stored_text()?;
        let bytes = self.stored_bytes()?;
        let filename = self.filename.clone();
        Ok(StoredCode {
            header: CodeHeader {
                argcount,
                kwonlyargcount,
                stacksize,
                flags: CodeFlags::from_bits_retain(flags),
                nlocalsplus,
                nfree,
                name,
                qualname,
            },
            bytes,
            filename: filename.ok_or(MarshalError::UnknownType(super::tag::STORED_CODE))?,
            whole: OnceLock::new(),
        })
    }

    fn stored_text(&mut self) -> Result<&'static str, MarshalError> {
        std::str::from_utf8(self.stored_bytes()?).map_err(|_| MarshalError::InvalidText)
    }

    /// Bytes of the image that outlive this reader.
    fn stored_bytes(&mut self) -> Result<&'static [u8], MarshalError> {
        let size = self.size("code")?;
        let image = self
            .stored
            .ok_or(MarshalError::UnknownType(super::tag::STORED_CODE))?;
        let start = image.len() - self.input.len();
        self.bytes(size)?;
        image.get(start..start + size).ok_or(MarshalError::TooShort)
    }
}
