//! Constants.
//!
//! CPython 3.14: `validate_constant` (`Python/ast.c`).

use taipan_compiler::ast::Conversion;
use taipan_compiler::constant::Constant;

use super::{Reader, Source};
use crate::error::{PyErr, PyResult};
use crate::objects::{FrozenSet, Tuple};
use crate::value::Value;

impl Reader<'_> {
    pub(super) fn constant(&self, value: &Value) -> PyResult<Constant> {
        self.check_constant(value)?;
        let constant = self.cx.constant_of_value(value)?;
        constant.ok_or_else(|| self.invalid_constant(value))
    }

    fn invalid_constant(&self, value: &Value) -> PyErr {
        let name = self.cx.type_name(value);
        self.cx
            .type_error(format!("got an invalid type in Constant: {name}"))
    }

    /// Only what literals give, and tuples and frozen sets of it; no instances of subclasses.
    fn check_constant(&self, value: &Value) -> PyResult<()> {
        let cx = self.cx;
        let types = cx.types();
        if value.is_none() || value.is(&Value::ELLIPSIS) {
            return Ok(());
        }
        let class = cx.class_of(value);
        let plain = [
            &types.str,
            &types.int,
            &types.float,
            &types.bool,
            &types.bytes,
            &types.complex,
        ];
        if plain.iter().any(|plain| plain.is(class)) {
            return Ok(());
        }
        let items = if class.is(&types.tuple) {
            value
                .downcast_ref::<Tuple>()
                .map(|tuple| tuple.as_slice().to_vec())
        } else if class.is(&types.frozenset) {
            value.downcast_ref::<FrozenSet>().map(|set| set.data.keys())
        } else {
            None
        };
        let Some(items) = items else {
            return Err(self.invalid_constant(value));
        };
        cx.check_native_stack(" during compilation")?;
        items.iter().try_for_each(|item| self.check_constant(item))
    }

    /// The conversion of a replacement field, by its character.
    pub(super) fn conversion(&self, source: Source<'_>, index: usize) -> PyResult<Conversion> {
        let number = self.int_field(source, index)?;
        match u8::try_from(number) {
            Ok(b's') => Ok(Conversion::Str),
            Ok(b'r') => Ok(Conversion::Repr),
            Ok(b'a') => Ok(Conversion::Ascii),
            _ if number == -1 => Ok(Conversion::None),
            _ => Err(self
                .cx
                .system_error(format!("Unrecognized conversion character {number}"))),
        }
    }
}
