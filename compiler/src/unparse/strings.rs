//! f-strings and t-strings.

use taipan_text::Wtf8Buf;
use taipan_text::str_ops::str_repr;

use super::{Level, Unparser};
use crate::ast::{Conversion, Expr, ExprKind};
use crate::constant::Constant;

impl Unparser<'_> {
    pub(super) fn joined_str(&mut self, values: &[Expr], is_format_spec: bool) {
        let body = self.string_body(values, is_format_spec);
        if is_format_spec {
            self.wtf8(&body);
        } else {
            self.str("f");
            self.wtf8(&str_repr(&body));
        }
    }

    /// Formatted values of f-strings that are concatenated with a t-string get an f-string of their own.
    pub(super) fn template_str(&mut self, values: &[Expr]) {
        let mut last = 0;
        for (index, value) in values.iter().enumerate() {
            if !matches!(value.kind, ExprKind::FormattedValue { .. }) {
                continue;
            }
            if index > last {
                self.string_part(&values[last..index], "t");
                self.str(" ");
            }
            self.string_part(&values[index..=index], "f");
            if index + 1 < values.len() {
                self.str(" ");
            }
            last = index + 1;
        }
        if last < values.len() || values.is_empty() {
            self.string_part(&values[last..], "t");
        }
    }

    fn string_part(&mut self, values: &[Expr], prefix: &str) {
        let body = self.string_body(values, false);
        self.str(prefix);
        self.wtf8(&str_repr(&body));
    }

    fn string_body(&mut self, values: &[Expr], is_format_spec: bool) -> Wtf8Buf {
        let mut body = Wtf8Buf::default();
        for value in values {
            body.push_wtf8(&self.string_element(value, is_format_spec));
        }
        body
    }

    pub(super) fn string_element(&mut self, element: &Expr, is_format_spec: bool) -> Wtf8Buf {
        let outer = std::mem::take(&mut self.out);
        match &element.kind {
            ExprKind::Constant {
                value: Constant::Str(text),
                ..
            } => {
                for point in text.code_points() {
                    match point.to_char() {
                        Some('{') => self.str("{{"),
                        Some('}') => self.str("}}"),
                        _ => self.out.push_code_point(point),
                    }
                }
            }
            ExprKind::JoinedStr { values } => self.joined_str(values, is_format_spec),
            ExprKind::TemplateStr { values } => self.template_str(values),
            ExprKind::FormattedValue {
                value,
                conversion,
                format_spec,
            } => {
                let expression = self.captured(|w| w.expr(value, Level::Or));
                self.field(&expression, *conversion, format_spec.as_deref());
            }
            ExprKind::Interpolation {
                str,
                conversion,
                format_spec,
                ..
            } => {
                let text = str.as_text().map(Wtf8Buf::from).unwrap_or_default();
                self.field(&text, *conversion, format_spec.as_deref());
            }
            _ => self.expr(element, Level::Test),
        }
        std::mem::replace(&mut self.out, outer)
    }

    fn captured(&mut self, write: impl FnOnce(&mut Self)) -> Wtf8Buf {
        let outer = std::mem::take(&mut self.out);
        write(self);
        std::mem::replace(&mut self.out, outer)
    }

    fn field(&mut self, expression: &Wtf8Buf, conversion: Conversion, format_spec: Option<&Expr>) {
        // A brace at the start of the expression is kept apart from that of the field.
        let starts_with_brace = expression.as_bytes().first() == Some(&b'{');
        self.str(if starts_with_brace { "{ " } else { "{" });
        self.wtf8(expression);
        self.str(match conversion {
            Conversion::None => "",
            Conversion::Str => "!s",
            Conversion::Repr => "!r",
            Conversion::Ascii => "!a",
        });
        if let Some(spec) = format_spec {
            self.str(":");
            let spec = self.string_element(spec, true);
            self.wtf8(&spec);
        }
        self.str("}");
    }
}
