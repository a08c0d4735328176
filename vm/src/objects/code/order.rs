//! All constants of a compilation, made in the order in which CPython's compiler meets them.
//!
//! In CPython the first of equal constants stays, and whether that one is interned shows in `marshal`'s bytes, as does how
//! many others hold it. Here constants become values in the order in which code runs; before a compilation is
//! written, `marshal` therefore asks for all of them.

use std::cell::OnceCell;

use rustc_hash::FxHashSet;
use taipan_compiler::code_object::{CodeObject, Name};
use taipan_compiler::constant::Constant;
use taipan_compiler::opcode::Opcode;
use taipan_text::Wtf8;

use super::Code;
use super::pool::ConstantPool;
use crate::ctx::Ctx;
use crate::error::PyResult;
use crate::objects::Tuple;
use crate::value::Py;

impl Py<Code> {
    /// Makes everything in the code object and in the code within.
    ///
    /// # Errors
    /// `MemoryError`; `RecursionError` if it is too deeply nested.
    pub(crate) fn make_all(&self, cx: &Ctx) -> PyResult<()> {
        if !self.has_given_constants() {
            let mut order = Order {
                cx,
                pool: &self.pool,
                whole: &self.source,
                qualnames: FxHashSet::default(),
                identifiers: OnceCell::new(),
            };
            order.code(&self.source)?;
        }
        self.make_views(cx)
    }

    fn make_views(&self, cx: &Ctx) -> PyResult<()> {
        let consts = self.consts(cx)?;
        let consts = consts.downcast_ref::<Tuple>().into_iter();
        let nested = consts.flat_map(|consts| consts.as_slice());
        nested
            .filter_map(|constant| constant.downcast_ref::<Code>())
            .try_for_each(|code| cx.recurse(|| code.make_views(cx)))
    }
}

struct Order<'a> {
    cx: &'a Ctx,
    pool: &'a ConstantPool,
    whole: &'a CodeObject,
    /// Qualified names of the code objects that are complete.
    qualnames: FxHashSet<Name>,
    /// Identifiers among the constants, once a text that is not ASCII asks for them.
    identifiers: OnceCell<FxHashSet<Vec<u8>>>,
}

impl Order<'_> {
    fn code(&mut self, code: &CodeObject) -> PyResult<()> {
        for constant in code.consts.iter() {
            match constant {
                Constant::Code(inner) => self.cx.recurse(|| self.code(inner))?,
                // A class body stores the qualified name that its code object gets, and that is interned with it unless
                // the same text was before.
                Constant::Str(text)
                    if code.is_body()
                        && text.as_bytes() == code.qualname.as_bytes()
                        && !self.qualnames.contains(&code.qualname) =>
                {
                    self.pool.interned(self.cx, text)?;
                }
                other => self.constant(other)?,
            }
        }
        self.qualnames.insert(code.qualname.clone());
        Ok(())
    }

    fn constant(&self, constant: &Constant) -> PyResult<()> {
        match constant {
            Constant::Str(text) if self.is_identifier(text) => {
                self.pool.interned(self.cx, text)?;
            }
            Constant::Tuple(items) => {
                items.iter().try_for_each(|item| self.constant(item))?;
                self.pool.value(self.cx, constant)?;
            }
            other => {
                self.pool.value(self.cx, other)?;
            }
        }
        Ok(())
    }

    /// The parser interns identifiers; those in ASCII are interned as constants too.
    fn is_identifier(&self, text: &Wtf8) -> bool {
        if text.is_ascii() {
            return false;
        }
        let identifiers = self.identifiers.get_or_init(|| {
            let mut found = FxHashSet::default();
            collect_identifiers(self.whole, &mut found);
            found
        });
        identifiers.contains(text.as_bytes())
    }
}

/// The names among the constants of a code object: of classes, of keyword arguments, of what is imported.
fn collect_identifiers(code: &CodeObject, found: &mut FxHashSet<Vec<u8>>) {
    found.insert(code.name.as_bytes().to_vec());
    for constant in code.consts.iter() {
        if let Constant::Code(inner) = constant {
            collect_identifiers(inner, found);
        }
    }
    names_in_tuples(code, |text| {
        found.insert(text.as_bytes().to_vec());
    });
}

/// The tuples of names that are loaded for an instruction.
fn names_in_tuples(code: &CodeObject, mut see: impl FnMut(&Wtf8)) {
    let (mut extended, mut loaded) = (0, None);
    for unit in code.units() {
        let arg = (extended << 8) | usize::from(unit.arg);
        extended = 0;
        match unit.opcode {
            Some(Opcode::EXTENDED_ARG) => extended = arg,
            Some(Opcode::LOAD_CONST) => loaded = code.consts.get(arg),
            Some(Opcode::CALL_KW | Opcode::IMPORT_NAME) => {
                if let Some(Constant::Tuple(names)) = loaded {
                    names
                        .iter()
                        .filter_map(Constant::as_text)
                        .for_each(&mut see);
                }
            }
            _ => loaded = None,
        }
    }
}
