//! Lists, tuples, sets and dicts: displays, and unpacking into targets.
//!
//! CPython: `starunpack_helper_impl`, `unpack_helper`, `codegen_list`, `codegen_dict`.

use super::{Codegen, STACK_USE_GUIDELINE};
use crate::ast::{Expr, ExprContext, ExprKind, Name};
use crate::error::{Result, SyntaxError};
use crate::location::Location;
use crate::opcode::{Intrinsic1, Opcode as Op};

/// How a display is built: at once, or element by element.
pub(super) struct Display {
    build: Op,
    add: Op,
    extend: Op,
    is_tuple: bool,
}

const LIST: Display = Display {
    build: Op::BUILD_LIST,
    add: Op::LIST_APPEND,
    extend: Op::LIST_EXTEND,
    is_tuple: false,
};
const SET: Display = Display {
    build: Op::BUILD_SET,
    add: Op::SET_ADD,
    extend: Op::SET_UPDATE,
    is_tuple: false,
};
pub(super) const TUPLE: Display = Display {
    is_tuple: true,
    ..LIST
};

impl<'a> Codegen<'a, '_> {
    pub(super) fn starunpack(
        &mut self,
        loc: Location,
        elements: &'a [Expr],
        injected: Option<Name>,
        pushed: usize,
        display: &Display,
    ) -> Result<()> {
        let count = elements.len() + pushed + usize::from(injected.is_some());
        let is_big = count > STACK_USE_GUIDELINE;
        if !is_big && !elements.iter().any(Expr::is_starred) {
            self.exprs(elements)?;
            if let Some(injected) = injected {
                self.nameop(injected, ExprContext::Load, loc)?;
            }
            self.op_i(
                if display.is_tuple {
                    Op::BUILD_TUPLE
                } else {
                    display.build
                },
                count,
                loc,
            );
            return Ok(());
        }
        let mut is_built = false;
        if is_big {
            self.op_i(display.build, pushed, loc);
            is_built = true;
        }
        for (index, element) in elements.iter().enumerate() {
            if let ExprKind::Starred { value, .. } = &element.kind {
                if !is_built {
                    self.op_i(display.build, index + pushed, loc);
                    is_built = true;
                }
                self.expr(value)?;
                self.op_i(display.extend, 1, loc);
            } else {
                self.expr(element)?;
                if is_built {
                    self.op_i(display.add, 1, loc);
                }
            }
        }
        if let Some(injected) = injected {
            self.nameop(injected, ExprContext::Load, loc)?;
            self.op_i(display.add, 1, loc);
        }
        if display.is_tuple {
            self.intrinsic_1(Intrinsic1::ListToTuple, loc);
        }
        Ok(())
    }

    /// `UNPACK_SEQUENCE` or `UNPACK_EX` for `count` targets with stars at `stars`.
    pub(super) fn unpack(
        &mut self,
        loc: Location,
        count: usize,
        mut stars: impl Iterator<Item = usize>,
        messages: [&'static str; 2],
    ) -> Result<()> {
        match stars.next() {
            None => self.op_i(Op::UNPACK_SEQUENCE, count, loc),
            Some(star) => {
                let after = count - star - 1;
                if star >= 1 << 8 || after >= (i32::MAX as usize) >> 8 {
                    return self.error(loc, messages[0]);
                }
                self.op_i(Op::UNPACK_EX, star + (after << 8), loc);
                if stars.next().is_some() {
                    return self.error(loc, messages[1]);
                }
            }
        }
        Ok(())
    }

    fn assign_elements(&mut self, loc: Location, elements: &'a [Expr]) -> Result<()> {
        let stars = elements
            .iter()
            .enumerate()
            .filter(|(_, element)| element.is_starred())
            .map(|(index, _)| index);
        let messages = [
            "too many expressions in star-unpacking assignment",
            "multiple starred expressions in assignment",
        ];
        self.unpack(loc, elements.len(), stars, messages)?;
        for element in elements {
            match &element.kind {
                ExprKind::Starred { value, .. } => self.expr(value)?,
                _ => self.expr(element)?,
            }
        }
        Ok(())
    }

    fn sequence(
        &mut self,
        loc: Location,
        elements: &'a [Expr],
        ctx: ExprContext,
        display: &Display,
    ) -> Result<()> {
        match ctx {
            ExprContext::Store => self.assign_elements(loc, elements),
            ExprContext::Load => self.starunpack(loc, elements, None, 0, display),
            ExprContext::Del => self.exprs(elements),
        }
    }

    pub(super) fn list(
        &mut self,
        loc: Location,
        elements: &'a [Expr],
        ctx: ExprContext,
    ) -> Result<()> {
        self.sequence(loc, elements, ctx, &LIST)
    }

    pub(super) fn tuple(
        &mut self,
        loc: Location,
        elements: &'a [Expr],
        ctx: ExprContext,
    ) -> Result<()> {
        self.sequence(loc, elements, ctx, &TUPLE)
    }

    pub(super) fn set(&mut self, loc: Location, elements: &'a [Expr]) -> Result<()> {
        self.starunpack(loc, elements, None, 0, &SET)
    }

    /// A run of key-value pairs.
    fn sub_dict(
        &mut self,
        loc: Location,
        keys: &'a [Option<Expr>],
        values: &'a [Expr],
    ) -> Result<()> {
        let is_big = values.len() * 2 > STACK_USE_GUIDELINE;
        if is_big {
            self.op_i(Op::BUILD_MAP, 0, loc);
        }
        for (key, value) in keys.iter().zip(values) {
            let Some(key) = key else {
                return Err(SyntaxError::system("dict without a key"));
            };
            self.expr(key)?;
            self.expr(value)?;
            if is_big {
                self.op_i(Op::MAP_ADD, 1, loc);
            }
        }
        if !is_big {
            self.op_i(Op::BUILD_MAP, values.len(), loc);
        }
        Ok(())
    }

    pub(super) fn dict(
        &mut self,
        loc: Location,
        keys: &'a [Option<Expr>],
        values: &'a [Expr],
    ) -> Result<()> {
        let count = values.len();
        let mut have_dict = false;
        let mut elements = 0;
        for index in 0..count {
            if keys[index].is_none() {
                if elements > 0 {
                    self.merge_sub_dict(
                        loc,
                        &keys[index - elements..index],
                        &values[index - elements..index],
                        have_dict,
                    )?;
                    have_dict = true;
                    elements = 0;
                }
                if !have_dict {
                    self.op_i(Op::BUILD_MAP, 0, loc);
                    have_dict = true;
                }
                self.expr(&values[index])?;
                self.op_i(Op::DICT_UPDATE, 1, loc);
            } else if elements * 2 > STACK_USE_GUIDELINE {
                let from = index - elements;
                self.merge_sub_dict(loc, &keys[from..=index], &values[from..=index], have_dict)?;
                have_dict = true;
                elements = 0;
            } else {
                elements += 1;
            }
        }
        if elements > 0 {
            let from = count - elements;
            self.merge_sub_dict(loc, &keys[from..], &values[from..], have_dict)?;
            have_dict = true;
        }
        if !have_dict {
            self.op_i(Op::BUILD_MAP, 0, loc);
        }
        Ok(())
    }

    fn merge_sub_dict(
        &mut self,
        loc: Location,
        keys: &'a [Option<Expr>],
        values: &'a [Expr],
        have_dict: bool,
    ) -> Result<()> {
        self.sub_dict(loc, keys, values)?;
        if have_dict {
            self.op_i(Op::DICT_UPDATE, 1, loc);
        }
        Ok(())
    }
}
