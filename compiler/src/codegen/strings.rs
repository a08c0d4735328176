//! f-strings and t-strings.
//!
//! CPython: `codegen_joined_str`, `codegen_formatted_value`, `codegen_template_str`, `codegen_interpolation`.

use super::name::AttrOp;
use super::{Codegen, STACK_USE_GUIDELINE};
use crate::ast::{Conversion, Expr, ExprKind, well_known};
use crate::constant::Constant;
use crate::error::Result;
use crate::location::Location;
use crate::opcode::{ConvertValue, Opcode as Op};

impl<'a> Codegen<'a, '_> {
    fn load_empty(&mut self, loc: Location) {
        self.load_const(Constant::from_text(""), loc);
    }

    pub(super) fn joined_str(&mut self, loc: Location, values: &'a [Expr]) -> Result<()> {
        if values.len() > STACK_USE_GUIDELINE {
            self.load_empty(loc);
            self.op_attr(AttrOp::Method, well_known::JOIN, loc);
            self.op_i(Op::BUILD_LIST, 0, loc);
            for value in values {
                self.expr(value)?;
                self.op_i(Op::LIST_APPEND, 1, loc);
            }
            self.op_i(Op::CALL, 1, loc);
            return Ok(());
        }
        self.exprs(values)?;
        match values.len() {
            0 => self.load_empty(loc),
            1 => {}
            count => self.op_i(Op::BUILD_STRING, count, loc),
        }
        Ok(())
    }

    pub(super) fn formatted_value(
        &mut self,
        loc: Location,
        value: &'a Expr,
        conversion: Conversion,
        format_spec: Option<&'a Expr>,
    ) -> Result<()> {
        self.expr(value)?;
        if let Some(convert) = convert_value(conversion) {
            self.op_i(Op::CONVERT_VALUE, convert.oparg() as usize, loc);
        }
        match format_spec {
            Some(spec) => {
                self.expr(spec)?;
                self.op(Op::FORMAT_WITH_SPEC, loc);
            }
            None => self.op(Op::FORMAT_SIMPLE, loc),
        }
        Ok(())
    }

    /// Strings and interpolations alternate in a template; empty strings fill the gaps.
    pub(super) fn template_str(&mut self, loc: Location, values: &'a [Expr]) -> Result<()> {
        let is_interpolation = |value: &Expr| matches!(value.kind, ExprKind::Interpolation { .. });
        let mut strings = 0;
        let mut last_was_interpolation = true;
        for value in values {
            if is_interpolation(value) {
                if last_was_interpolation {
                    self.load_empty(loc);
                    strings += 1;
                }
                last_was_interpolation = true;
            } else {
                self.expr(value)?;
                strings += 1;
                last_was_interpolation = false;
            }
        }
        if last_was_interpolation {
            self.load_empty(loc);
            strings += 1;
        }
        self.op_i(Op::BUILD_TUPLE, strings, loc);
        let mut interpolations = 0;
        for value in values.iter().filter(|value| is_interpolation(value)) {
            self.expr(value)?;
            interpolations += 1;
        }
        self.op_i(Op::BUILD_TUPLE, interpolations, loc);
        self.op(Op::BUILD_TEMPLATE, loc);
        Ok(())
    }

    pub(super) fn interpolation(
        &mut self,
        loc: Location,
        value: &'a Expr,
        text: &Constant,
        conversion: Conversion,
        format_spec: Option<&'a Expr>,
    ) -> Result<()> {
        self.expr(value)?;
        self.load_const(text.clone(), loc);
        let mut oparg = 2;
        if let Some(spec) = format_spec {
            oparg += 1;
            self.expr(spec)?;
        }
        if let Some(convert) = convert_value(conversion) {
            oparg |= (convert.oparg() as usize) << 2;
        }
        self.op_i(Op::BUILD_INTERPOLATION, oparg, loc);
        Ok(())
    }
}

fn convert_value(conversion: Conversion) -> Option<ConvertValue> {
    match conversion {
        Conversion::None => None,
        Conversion::Str => Some(ConvertValue::Str),
        Conversion::Repr => Some(ConvertValue::Repr),
        Conversion::Ascii => Some(ConvertValue::Ascii),
    }
}
