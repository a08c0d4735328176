//! The codecs of Chinese, Japanese and Korean.
//!
//! `spec` lists them. Most have a table and no state (`table`, `double_byte`); `hz` and `iso2022` switch between
//! character sets as they go on. `convert` runs them over a text. The tables say what CPython 3.14 makes of each sequence
//! (`cargo xtask golden cjk_tables`). CPython counterpart: `Modules/cjkcodecs/`. Tests: `text/tests/it/cjk.rs`.

mod convert;
mod double_byte;
mod hz;
mod iso2022;
mod names;
mod spec;
mod table;

use std::rc::Rc;

pub use spec::{CjkFamily, CjkSpec};
pub use table::CjkTable;

use spec::Kind;

/// What a codec remembers between two characters, as Python programs may see it.
pub type CjkState = [u8; 8];

/// What became of the start of an input.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Step {
    /// That many bytes or characters were converted.
    Read(usize),
    /// The input ends within a sequence.
    TooFew,
    /// That many bytes or characters make no sense.
    Invalid(usize),
}

/// A codec with its tables.
#[derive(Clone)]
pub struct CjkCodec {
    spec: &'static CjkSpec,
    tables: Rc<[Rc<CjkTable>]>,
}

impl CjkCodec {
    /// `tables` are those that the specification names.
    #[must_use]
    pub fn new(spec: &'static CjkSpec, tables: Rc<[Rc<CjkTable>]>) -> Self {
        debug_assert_eq!(spec.tables.len(), tables.len());
        Self { spec, tables }
    }

    /// As messages write it.
    #[must_use]
    pub fn name(&self) -> &'static str {
        self.spec.name
    }

    /// The state before the first character.
    #[must_use]
    pub fn start(&self) -> CjkState {
        match self.spec.kind {
            Kind::Iso2022(_) => iso2022::START,
            _ => CjkState::default(),
        }
    }

    /// The state before the first byte.
    #[must_use]
    pub fn start_decoding(&self) -> CjkState {
        match self.spec.kind {
            Kind::Iso2022(_) => iso2022::START_DECODING,
            _ => CjkState::default(),
        }
    }

    /// Back to the first character set; writes what that takes.
    pub fn reset_encoding(&self, state: &mut CjkState, to: &mut Vec<u8>) {
        match self.spec.kind {
            Kind::Iso2022(_) => iso2022::reset_encoding(state, to),
            Kind::Hz => hz::reset_encoding(state, to),
            _ => {}
        }
    }

    /// Back to the first character set.
    pub fn reset_decoding(&self, state: &mut CjkState) {
        match self.spec.kind {
            Kind::Iso2022(_) => iso2022::reset_decoding(state),
            Kind::Hz => *state = CjkState::default(),
            _ => {}
        }
    }

    /// Decodes the first character.
    fn decode_step(&self, state: &mut CjkState, input: &[u8], to: &mut Vec<u32>) -> Step {
        let [table, ..] = &*self.tables else {
            return Step::Invalid(1);
        };
        match self.spec.kind {
            Kind::Iso2022(config) => iso2022::decode_step(config, &self.tables, state, input, to),
            Kind::Hz => hz::decode_step(table, state, input, to),
            Kind::DoubleByte(rules) => double_byte::decode_step(rules, table, input, to),
        }
    }

    /// Encodes the first character; `is_end` says that no other follows those given.
    fn encode_step(
        &self,
        state: &mut CjkState,
        input: &[u32],
        is_end: bool,
        to: &mut Vec<u8>,
    ) -> Step {
        let [table, ..] = &*self.tables else {
            return Step::Invalid(1);
        };
        match self.spec.kind {
            Kind::Iso2022(config) => {
                iso2022::encode_step(config, &self.tables, state, input, is_end, to)
            }
            Kind::Hz => hz::encode_step(table, state, input, to),
            Kind::DoubleByte(rules) => double_byte::encode_step(rules, table, input, is_end, to),
        }
    }
}
