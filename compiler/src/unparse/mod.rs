//! Expressions back to source text, for annotations that become strings (PEP 563).
//!
//! CPython: `Python/ast_unparse.c`. Blanks and parentheses are normalised; it is not `ast.unparse`.
//! Tests: at the end of this file.

mod strings;

use taipan_text::number::{complex_repr, float_repr};
use taipan_text::str_ops::{bytes_repr, str_repr};
use taipan_text::{Wtf8, Wtf8Buf};

use crate::ast::{
    Arg, Arguments, BoolOp, CmpOp, Comprehension, Expr, ExprKind, Interner, Keyword, Name,
    Operator, UnaryOp,
};
use crate::constant::Constant;

/// The source text of `expression`.
pub fn unparse(expression: &Expr, names: &Interner) -> Wtf8Buf {
    let mut writer = Unparser {
        names,
        out: Wtf8Buf::default(),
    };
    writer.expr(expression, Level::Test);
    writer.out
}

/// Python's `repr` of a constant.
pub fn constant_repr(value: &Constant) -> Wtf8Buf {
    let mut out = Wtf8Buf::default();
    write_repr(&mut out, value, false);
    out
}

/// How tightly an expression must bind to stand without parentheses.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Level {
    Tuple,
    Test,
    Or,
    And,
    Not,
    Cmp,
    /// `|`, and the least that a starred value may be.
    Expr,
    BXor,
    BAnd,
    Shift,
    Arith,
    Term,
    Factor,
    Power,
    Await,
    Atom,
}

impl Level {
    const ALL: [Level; 16] = [
        Level::Tuple,
        Level::Test,
        Level::Or,
        Level::And,
        Level::Not,
        Level::Cmp,
        Level::Expr,
        Level::BXor,
        Level::BAnd,
        Level::Shift,
        Level::Arith,
        Level::Term,
        Level::Factor,
        Level::Power,
        Level::Await,
        Level::Atom,
    ];

    fn next(self) -> Level {
        Level::ALL
            .get(self as usize + 1)
            .copied()
            .unwrap_or(Level::Atom)
    }
}

struct Unparser<'a> {
    names: &'a Interner,
    out: Wtf8Buf,
}

impl Unparser<'_> {
    fn str(&mut self, text: &str) {
        self.out.push_str(text);
    }

    fn wtf8(&mut self, text: &Wtf8) {
        self.out.push_wtf8(text);
    }

    fn name(&mut self, name: Name) {
        self.out.push_str(self.names.text(name));
    }

    /// Writes in parentheses if `level` binds tighter than `own`.
    fn grouped(&mut self, level: Level, own: Level, write: impl FnOnce(&mut Self)) {
        let parenthesized = level > own;
        if parenthesized {
            self.str("(");
        }
        write(self);
        if parenthesized {
            self.str(")");
        }
    }

    fn list(&mut self, expressions: &[Expr], level: Level) {
        for (index, expression) in expressions.iter().enumerate() {
            if index > 0 {
                self.str(", ");
            }
            self.expr(expression, level);
        }
    }

    fn expr(&mut self, expression: &Expr, level: Level) {
        match &expression.kind {
            ExprKind::BoolOp { op, values } => {
                let (text, own) = match op {
                    BoolOp::And => (" and ", Level::And),
                    BoolOp::Or => (" or ", Level::Or),
                };
                self.grouped(level, own, |w| {
                    for (index, value) in values.iter().enumerate() {
                        if index > 0 {
                            w.str(text);
                        }
                        w.expr(value, own.next());
                    }
                });
            }
            ExprKind::BinOp { left, op, right } => {
                let (text, own) = operator(*op);
                let (left_level, right_level) = if *op == Operator::Pow {
                    (own.next(), own)
                } else {
                    (own, own.next())
                };
                self.grouped(level, own, |w| {
                    w.expr(left, left_level);
                    w.str(text);
                    w.expr(right, right_level);
                });
            }
            ExprKind::UnaryOp { op, operand } => {
                let (text, own) = match op {
                    UnaryOp::Invert => ("~", Level::Factor),
                    UnaryOp::Not => ("not ", Level::Not),
                    UnaryOp::UAdd => ("+", Level::Factor),
                    UnaryOp::USub => ("-", Level::Factor),
                };
                self.grouped(level, own, |w| {
                    w.str(text);
                    w.expr(operand, own);
                });
            }
            ExprKind::Lambda { args, body } => self.grouped(level, Level::Test, |w| {
                let has_positional = !args.args.is_empty() || !args.posonlyargs.is_empty();
                w.str(if has_positional { "lambda " } else { "lambda" });
                w.arguments(args);
                w.str(": ");
                w.expr(body, Level::Test);
            }),
            ExprKind::IfExp { test, body, orelse } => self.grouped(level, Level::Test, |w| {
                w.expr(body, Level::Or);
                w.str(" if ");
                w.expr(test, Level::Or);
                w.str(" else ");
                w.expr(orelse, Level::Test);
            }),
            ExprKind::Dict { keys, values } => self.dict(keys, values),
            ExprKind::Set { elts } => {
                self.str("{");
                self.list(elts, Level::Test);
                self.str("}");
            }
            ExprKind::GeneratorExp { elt, generators } => {
                self.comprehension("(", elt, None, generators, ")")
            }
            ExprKind::ListComp { elt, generators } => {
                self.comprehension("[", elt, None, generators, "]")
            }
            ExprKind::SetComp { elt, generators } => {
                self.comprehension("{", elt, None, generators, "}")
            }
            ExprKind::DictComp {
                key,
                value,
                generators,
            } => {
                self.comprehension("{", key, Some(value), generators, "}");
            }
            ExprKind::Yield { value: None } => self.str("(yield)"),
            ExprKind::Yield { value: Some(value) } => {
                self.str("(yield ");
                self.expr(value, Level::Test);
                self.str(")");
            }
            ExprKind::YieldFrom { value } => {
                self.str("(yield from ");
                self.expr(value, Level::Test);
                self.str(")");
            }
            ExprKind::Await { value } => self.grouped(level, Level::Await, |w| {
                w.str("await ");
                w.expr(value, Level::Atom);
            }),
            ExprKind::Compare {
                left,
                ops,
                comparators,
            } => self.grouped(level, Level::Cmp, |w| {
                w.expr(left, Level::Expr);
                for (op, comparator) in ops.iter().zip(comparators) {
                    w.str(comparison(*op));
                    w.expr(comparator, Level::Expr);
                }
            }),
            ExprKind::Call {
                func,
                args,
                keywords,
            } => self.call(func, args, keywords),
            ExprKind::Constant { value, is_u } => {
                if *is_u {
                    self.str("u");
                }
                write_repr(&mut self.out, value, true);
            }
            ExprKind::JoinedStr { values } => self.joined_str(values, false),
            ExprKind::TemplateStr { values } => self.template_str(values),
            ExprKind::FormattedValue { .. } | ExprKind::Interpolation { .. } => {
                let body = self.string_element(expression, false);
                self.wtf8(&body);
            }
            ExprKind::Attribute { value, attr, .. } => {
                self.expr(value, Level::Atom);
                // A blank tells the dot from that of a float.
                let is_int = matches!(
                    value.as_constant(),
                    Some(Constant::Int(_) | Constant::BigInt(_))
                );
                self.str(if is_int { " ." } else { "." });
                self.name(*attr);
            }
            ExprKind::Subscript { value, slice, .. } => {
                self.expr(value, Level::Atom);
                self.str("[");
                self.expr(slice, Level::Tuple);
                self.str("]");
            }
            ExprKind::Starred { value, .. } => {
                self.str("*");
                self.expr(value, Level::Expr);
            }
            ExprKind::Slice { lower, upper, step } => {
                if let Some(lower) = lower {
                    self.expr(lower, Level::Test);
                }
                self.str(":");
                if let Some(upper) = upper {
                    self.expr(upper, Level::Test);
                }
                if let Some(step) = step {
                    self.str(":");
                    self.expr(step, Level::Test);
                }
            }
            ExprKind::Name { id, .. } => self.name(*id),
            ExprKind::List { elts, .. } => {
                self.str("[");
                self.list(elts, Level::Test);
                self.str("]");
            }
            ExprKind::Tuple { elts, .. } if elts.is_empty() => self.str("()"),
            ExprKind::Tuple { elts, .. } => self.grouped(level, Level::Tuple, |w| {
                w.list(elts, Level::Test);
                if elts.len() == 1 {
                    w.str(",");
                }
            }),
            ExprKind::NamedExpr { target, value } => self.grouped(level, Level::Tuple, |w| {
                w.expr(target, Level::Atom);
                w.str(" := ");
                w.expr(value, Level::Atom);
            }),
        }
    }

    fn dict(&mut self, keys: &[Option<Expr>], values: &[Expr]) {
        self.str("{");
        for (index, (key, value)) in keys.iter().zip(values).enumerate() {
            if index > 0 {
                self.str(", ");
            }
            match key {
                Some(key) => {
                    self.expr(key, Level::Test);
                    self.str(": ");
                    self.expr(value, Level::Test);
                }
                None => {
                    self.str("**");
                    self.expr(value, Level::Expr);
                }
            }
        }
        self.str("}");
    }

    fn comprehension(
        &mut self,
        open: &str,
        elt: &Expr,
        value: Option<&Expr>,
        generators: &[Comprehension],
        close: &str,
    ) {
        self.str(open);
        self.expr(elt, Level::Test);
        if let Some(value) = value {
            self.str(": ");
            self.expr(value, Level::Test);
        }
        for generator in generators {
            self.str(if generator.is_async {
                " async for "
            } else {
                " for "
            });
            self.expr(&generator.target, Level::Tuple);
            self.str(" in ");
            self.expr(&generator.iter, Level::Or);
            for test in &generator.ifs {
                self.str(" if ");
                self.expr(test, Level::Or);
            }
        }
        self.str(close);
    }

    fn call(&mut self, func: &Expr, args: &[Expr], keywords: &[Keyword]) {
        self.expr(func, Level::Atom);
        if let ([generator], []) = (args, keywords)
            && matches!(generator.kind, ExprKind::GeneratorExp { .. })
        {
            return self.expr(generator, Level::Test);
        }
        self.str("(");
        self.list(args, Level::Test);
        for (index, keyword) in keywords.iter().enumerate() {
            if index > 0 || !args.is_empty() {
                self.str(", ");
            }
            match keyword.arg {
                Some(arg) => {
                    self.name(arg);
                    self.str("=");
                }
                None => self.str("**"),
            }
            self.expr(&keyword.value, Level::Test);
        }
        self.str(")");
    }

    fn arg(&mut self, arg: &Arg) {
        self.name(arg.arg);
        if let Some(annotation) = &arg.annotation {
            self.str(": ");
            self.expr(annotation, Level::Test);
        }
    }

    fn arguments(&mut self, args: &Arguments) {
        let mut is_first = true;
        let mut separate = |w: &mut Self| {
            if !std::mem::replace(&mut is_first, false) {
                w.str(", ");
            }
        };
        let positional = args.posonlyargs.len() + args.args.len();
        let without_default = positional.saturating_sub(args.defaults.len());
        for (index, arg) in args.posonlyargs.iter().chain(&args.args).enumerate() {
            separate(self);
            self.arg(arg);
            if let Some(default) = index
                .checked_sub(without_default)
                .and_then(|at| args.defaults.get(at))
            {
                self.str("=");
                self.expr(default, Level::Test);
            }
            if index + 1 == args.posonlyargs.len() {
                self.str(", /");
            }
        }
        if args.vararg.is_some() || !args.kwonlyargs.is_empty() {
            separate(self);
            self.str("*");
            if let Some(vararg) = &args.vararg {
                self.arg(vararg);
            }
        }
        for (arg, default) in args.kwonlyargs.iter().zip(&args.kw_defaults) {
            separate(self);
            self.arg(arg);
            if let Some(default) = default {
                self.str("=");
                self.expr(default, Level::Test);
            }
        }
        if let Some(kwarg) = &args.kwarg {
            separate(self);
            self.str("**");
            self.arg(kwarg);
        }
    }
}

fn operator(op: Operator) -> (&'static str, Level) {
    match op {
        Operator::Add => (" + ", Level::Arith),
        Operator::Sub => (" - ", Level::Arith),
        Operator::Mult => (" * ", Level::Term),
        Operator::MatMult => (" @ ", Level::Term),
        Operator::Div => (" / ", Level::Term),
        Operator::Mod => (" % ", Level::Term),
        Operator::LShift => (" << ", Level::Shift),
        Operator::RShift => (" >> ", Level::Shift),
        Operator::BitOr => (" | ", Level::Expr),
        Operator::BitXor => (" ^ ", Level::BXor),
        Operator::BitAnd => (" & ", Level::BAnd),
        Operator::FloorDiv => (" // ", Level::Term),
        Operator::Pow => (" ** ", Level::Power),
    }
}

fn comparison(op: CmpOp) -> &'static str {
    match op {
        CmpOp::Eq => " == ",
        CmpOp::NotEq => " != ",
        CmpOp::Lt => " < ",
        CmpOp::LtE => " <= ",
        CmpOp::Gt => " > ",
        CmpOp::GtE => " >= ",
        CmpOp::Is => " is ",
        CmpOp::IsNot => " is not ",
        CmpOp::In => " in ",
        CmpOp::NotIn => " not in ",
    }
}

/// With `as_source`, `...` and infinities are written so that they can be read again.
fn write_repr(out: &mut Wtf8Buf, value: &Constant, as_source: bool) {
    let infinity = |text: String| {
        if as_source {
            text.replace("inf", "1e309")
        } else {
            text
        }
    };
    match value {
        Constant::None => out.push_str("None"),
        Constant::Ellipsis => out.push_str(if as_source { "..." } else { "Ellipsis" }),
        Constant::Bool(value) => out.push_str(if *value { "True" } else { "False" }),
        Constant::Int(value) => out.push_str(&value.to_string()),
        Constant::BigInt(value) => out.push_str(&value.to_string()),
        Constant::Float(value) => out.push_str(&infinity(float_repr(*value))),
        Constant::Complex(real, imag) => out.push_str(&infinity(complex_repr(*real, *imag))),
        Constant::Str(text) => out.push_wtf8(&str_repr(text)),
        Constant::Bytes(bytes) => out.push_str(&bytes_repr(bytes)),
        Constant::Tuple(elements) => {
            write_elements(
                out,
                "(",
                elements,
                if elements.len() == 1 { ",)" } else { ")" },
                as_source,
            );
        }
        Constant::FrozenSet(elements) if elements.is_empty() => out.push_str("frozenset()"),
        Constant::FrozenSet(elements) => {
            write_elements(out, "frozenset({", elements, "})", as_source)
        }
        Constant::Slice(parts) => write_elements(out, "slice(", parts.as_slice(), ")", as_source),
        Constant::Code(code) => out.push_str(&format!("<code object {}>", code.name)),
    }
}

fn write_elements(
    out: &mut Wtf8Buf,
    open: &str,
    elements: &[Constant],
    close: &str,
    as_source: bool,
) {
    out.push_str(open);
    for (index, element) in elements.iter().enumerate() {
        if index > 0 {
            out.push_str(", ");
        }
        write_repr(out, element, as_source);
    }
    out.push_str(close);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ast::Mod;
    use crate::parse::{Mode, parse};

    fn check(source: &str, expected: &str) {
        let parsed = parse(source, Mode::Eval).unwrap();
        let Mod::Expression { body } = &parsed.module else {
            panic!("not an expression")
        };
        assert_eq!(unparse(body, &parsed.names).to_string_lossy(), expected);
    }

    /// Expected texts: what CPython makes of `from __future__ import annotations; x: ...`.
    #[test]
    fn precedence() {
        check("(a+b)*c", "(a + b) * c");
        check("a**b**c", "a ** b ** c");
        check("(a**b)**c", "(a ** b) ** c");
        check("-(-a)", "--a");
        check("not (a and b) or c", "not (a and b) or c");
        check("(a if b else c) if d else e", "(a if b else c) if d else e");
        check("a[b,c]", "a[b, c]");
        check("a[1:2,::3]", "a[1:2, ::3]");
        check("(a,)", "(a,)");
        check(
            "lambda a,/,b=1,*c,d,**e: (yield)",
            "lambda a, /, b=1, *c, d, **e: (yield)",
        );
        check("1 .real", "1 .real");
        check("f(x for x in y)", "f(x for x in y)");
        check("f(*a, b=1, **c)", "f(*a, b=1, **c)");
    }

    #[test]
    fn literals() {
        check("1e400", "1e309");
        check("'a\\'b'", "\"a'b\"");
        check("u'x'", "u'x'");
        check("...", "...");
        check("{**a, 'b': 1}", "{**a, 'b': 1}");
    }

    #[test]
    fn interpolated_strings() {
        check("f'a{b!r:>{c}}{{'", "f'a{b!r:>{c}}{{'");
        check("t'{a}b'", "t'{a}b'");
        check("f'{ {1} }'", "f'{ {1}}'");
    }
}
