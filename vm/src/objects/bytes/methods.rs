//! The methods that `bytes` and `bytearray` share, as a block for each type.

/// A `#[pymethods]` block with the shared methods of a [`ByteString`](super::ByteString).
macro_rules! byte_methods {
    ($type:ident, $part:literal) => {
        #[taipan_macros::pymethods(part = $part)]
        impl $type {
            /// A copy with the first byte in upper case and the rest in lower case, as far as they are ASCII.
            fn capitalize(this: &Py<$type>, cx: &Ctx) -> PyResult<Value> {
                let made = ops::capitalize(&$type::content(this));
                $type::make(cx, &made)
            }

            /// A copy with ASCII letters in lower case.
            fn lower(this: &Py<$type>, cx: &Ctx) -> PyResult<Value> {
                let made = $type::content(this).to_ascii_lowercase();
                $type::make(cx, &made)
            }

            /// A copy with ASCII letters in upper case.
            fn upper(this: &Py<$type>, cx: &Ctx) -> PyResult<Value> {
                let made = $type::content(this).to_ascii_uppercase();
                $type::make(cx, &made)
            }

            /// A copy with the case of ASCII letters turned round.
            fn swapcase(this: &Py<$type>, cx: &Ctx) -> PyResult<Value> {
                let made = ops::swapcase(&$type::content(this));
                $type::make(cx, &made)
            }

            /// A copy in which each ASCII word begins in upper case and goes on in lower case.
            fn title(this: &Py<$type>, cx: &Ctx) -> PyResult<Value> {
                let made = ops::title(&$type::content(this));
                $type::make(cx, &made)
            }

            /// Whether there are bytes, and all are ASCII letters or digits.
            fn isalnum(this: &Py<$type>) -> bool {
                ops::is_alnum(&$type::content(this))
            }

            /// Whether there are bytes, and all are ASCII letters.
            fn isalpha(this: &Py<$type>) -> bool {
                ops::is_alpha(&$type::content(this))
            }

            /// Whether all bytes, if any, are ASCII.
            fn isascii(this: &Py<$type>) -> bool {
                $type::content(this).is_ascii()
            }

            /// Whether there are bytes, and all are ASCII digits.
            fn isdigit(this: &Py<$type>) -> bool {
                ops::is_digit(&$type::content(this))
            }

            /// Whether there are ASCII letters, and all are lower case.
            fn islower(this: &Py<$type>) -> bool {
                ops::is_lower(&$type::content(this))
            }

            /// Whether there are bytes, and all are ASCII white space.
            fn isspace(this: &Py<$type>) -> bool {
                ops::is_space(&$type::content(this))
            }

            /// Whether there are ASCII words, and each is as title() writes it.
            fn istitle(this: &Py<$type>) -> bool {
                ops::is_title(&$type::content(this))
            }

            /// Whether there are ASCII letters, and all are upper case.
            fn isupper(this: &Py<$type>) -> bool {
                ops::is_upper(&$type::content(this))
            }

            /// The bytes in the middle of a field of that width, padded with the fill byte.
            #[pymethod(signature = (width, fillchar = Fill(b' '), /), text_signature = "($self, width, fillchar=b' ', /)")]
            fn center(this: &Py<$type>, cx: &Ctx, width: isize, fillchar: Fill) -> PyResult<Value> {
                algorithms::padded(cx, this, width, |bytes, width| ops::center(bytes, width, fillchar.0))
            }

            /// The bytes at the left of a field of that width, padded with the fill byte.
            #[pymethod(signature = (width, fillchar = Fill(b' '), /), text_signature = "($self, width, fillchar=b' ', /)")]
            fn ljust(this: &Py<$type>, cx: &Ctx, width: isize, fillchar: Fill) -> PyResult<Value> {
                algorithms::padded(cx, this, width, |bytes, width| ops::ljust(bytes, width, fillchar.0))
            }

            /// The bytes at the right of a field of that width, padded with the fill byte.
            #[pymethod(signature = (width, fillchar = Fill(b' '), /), text_signature = "($self, width, fillchar=b' ', /)")]
            fn rjust(this: &Py<$type>, cx: &Ctx, width: isize, fillchar: Fill) -> PyResult<Value> {
                algorithms::padded(cx, this, width, |bytes, width| ops::rjust(bytes, width, fillchar.0))
            }

            /// The bytes padded with ASCII zeros at the left, behind a sign if there is one.
            fn zfill(this: &Py<$type>, cx: &Ctx, width: isize) -> PyResult<Value> {
                algorithms::padded(cx, this, width, ops::zfill)
            }

            /// A copy in which blanks up to the next column that is a multiple of tabsize replace tabs.
            #[pymethod(signature = (tabsize = 8))]
            fn expandtabs(this: &Py<$type>, cx: &Ctx, tabsize: i32) -> PyResult<Value> {
                let size = usize::try_from(tabsize).unwrap_or(0);
                let made = ops::expand_tabs(&$type::content(this), size);
                algorithms::grown::<$type>(cx, made)
            }

            /// How often sub occurs in self[start:end], without overlaps.
            #[pymethod(signature = (sub, start = Bound::NONE, end = Bound::NONE, /), text_signature = "($self, sub[, start[, end]], /)")]
            fn count(this: &Py<$type>, sub: Needle<'_>, start: Bound, end: Bound) -> usize {
                algorithms::count(&$type::content(this), &sub, (start, end))
            }

            /// The lowest index of sub in self[start:end]; -1 if it is not there.
            #[pymethod(signature = (sub, start = Bound::NONE, end = Bound::NONE, /), text_signature = "($self, sub[, start[, end]], /)")]
            fn find(this: &Py<$type>, sub: Needle<'_>, start: Bound, end: Bound) -> isize {
                algorithms::find(&$type::content(this), &sub, (start, end)).map_or(-1, |at| at as isize)
            }

            /// The highest index of sub in self[start:end]; -1 if it is not there.
            #[pymethod(signature = (sub, start = Bound::NONE, end = Bound::NONE, /), text_signature = "($self, sub[, start[, end]], /)")]
            fn rfind(this: &Py<$type>, sub: Needle<'_>, start: Bound, end: Bound) -> isize {
                algorithms::rfind(&$type::content(this), &sub, (start, end)).map_or(-1, |at| at as isize)
            }

            /// The lowest index of sub in self[start:end]; ValueError if it is not there.
            #[pymethod(signature = (sub, start = Bound::NONE, end = Bound::NONE, /), text_signature = "($self, sub[, start[, end]], /)")]
            fn index(this: &Py<$type>, cx: &Ctx, sub: Needle<'_>, start: Bound, end: Bound) -> PyResult<usize> {
                let found = algorithms::find(&$type::content(this), &sub, (start, end));
                found.ok_or_else(|| cx.value_error("subsection not found"))
            }

            /// The highest index of sub in self[start:end]; ValueError if it is not there.
            #[pymethod(signature = (sub, start = Bound::NONE, end = Bound::NONE, /), text_signature = "($self, sub[, start[, end]], /)")]
            fn rindex(this: &Py<$type>, cx: &Ctx, sub: Needle<'_>, start: Bound, end: Bound) -> PyResult<usize> {
                let found = algorithms::rfind(&$type::content(this), &sub, (start, end));
                found.ok_or_else(|| cx.value_error("subsection not found"))
            }

            /// Whether self[start:end] begins with the prefix, or with one of a tuple of prefixes.
            #[pymethod(signature = (prefix, start = Bound::NONE, end = Bound::NONE, /), text_signature = "($self, prefix[, start[, end]], /)")]
            fn startswith(this: &Py<$type>, cx: &Ctx, prefix: &Value, start: Bound, end: Bound) -> PyResult<bool> {
                algorithms::matches_affix(cx, this, (prefix, "startswith"), (start, end), <[u8]>::starts_with)
            }

            /// Whether self[start:end] ends with the suffix, or with one of a tuple of suffixes.
            #[pymethod(signature = (suffix, start = Bound::NONE, end = Bound::NONE, /), text_signature = "($self, suffix[, start[, end]], /)")]
            fn endswith(this: &Py<$type>, cx: &Ctx, suffix: &Value, start: Bound, end: Bound) -> PyResult<bool> {
                algorithms::matches_affix(cx, this, (suffix, "endswith"), (start, end), <[u8]>::ends_with)
            }

            /// The bytes without the prefix, if they begin with that.
            fn removeprefix(this: &Py<$type>, cx: &Ctx, prefix: BytesLike<'_>) -> PyResult<Value> {
                let length = $type::content(this).len();
                let found = !prefix.is_empty() && $type::content(this).starts_with(&prefix);
                let start = if found { prefix.len() } else { 0 };
                algorithms::piece(cx, this, start..length)
            }

            /// The bytes without the suffix, if they end with that.
            fn removesuffix(this: &Py<$type>, cx: &Ctx, suffix: BytesLike<'_>) -> PyResult<Value> {
                let length = $type::content(this).len();
                let found = !suffix.is_empty() && $type::content(this).ends_with(&suffix);
                let end = if found { length - suffix.len() } else { length };
                algorithms::piece(cx, this, 0..end)
            }

            /// A copy with new in place of old: everywhere, or at the first count places.
            #[pymethod(signature = (old, new, count = -1, /))]
            fn replace(this: &Py<$type>, cx: &Ctx, old: BytesLike<'_>, new: BytesLike<'_>, count: isize) -> PyResult<Value> {
                algorithms::replace(cx, this, (&old, &new), count)
            }

            /// The pieces between separators, from the left; without one, the runs between ASCII white space.
            #[pymethod(signature = (sep = &Value::NONE, maxsplit = -1), text_signature = "($self, /, sep=None, maxsplit=-1)")]
            fn split(this: &Py<$type>, cx: &Ctx, sep: &Value, maxsplit: isize) -> PyResult<Value> {
                algorithms::split(cx, this, sep, maxsplit)
            }

            /// The pieces between separators, from the right; without one, the runs between ASCII white space.
            #[pymethod(signature = (sep = &Value::NONE, maxsplit = -1), text_signature = "($self, /, sep=None, maxsplit=-1)")]
            fn rsplit(this: &Py<$type>, cx: &Ctx, sep: &Value, maxsplit: isize) -> PyResult<Value> {
                algorithms::rsplit(cx, this, sep, maxsplit)
            }

            /// The lines, with their ends if keepends is true.
            #[pymethod(signature = (keepends = false))]
            fn splitlines(this: &Py<$type>, cx: &Ctx, keepends: bool) -> PyResult<Value> {
                algorithms::split_lines(cx, this, keepends)
            }

            /// The bytes before the first separator, the separator, and the bytes after it.
            fn partition(this: &Py<$type>, cx: &Ctx, sep: &Value) -> PyResult<Value> {
                algorithms::partition(cx, this, sep, false)
            }

            /// The bytes before the last separator, the separator, and the bytes after it.
            fn rpartition(this: &Py<$type>, cx: &Ctx, sep: &Value) -> PyResult<Value> {
                algorithms::partition(cx, this, sep, true)
            }

            /// The bytes without ASCII white space, or without the given bytes, at both ends.
            #[pymethod(signature = (bytes = &Value::NONE, /), text_signature = "($self, bytes=None, /)")]
            fn strip(this: &Py<$type>, cx: &Ctx, bytes: &Value) -> PyResult<Value> {
                algorithms::strip(cx, this, bytes, Side::Both)
            }

            /// The bytes without ASCII white space, or without the given bytes, at the left end.
            #[pymethod(signature = (bytes = &Value::NONE, /), text_signature = "($self, bytes=None, /)")]
            fn lstrip(this: &Py<$type>, cx: &Ctx, bytes: &Value) -> PyResult<Value> {
                algorithms::strip(cx, this, bytes, Side::Left)
            }

            /// The bytes without ASCII white space, or without the given bytes, at the right end.
            #[pymethod(signature = (bytes = &Value::NONE, /), text_signature = "($self, bytes=None, /)")]
            fn rstrip(this: &Py<$type>, cx: &Ctx, bytes: &Value) -> PyResult<Value> {
                algorithms::strip(cx, this, bytes, Side::Right)
            }

            /// The bytes-like objects of an iterable in a row, with these bytes between them.
            fn join(this: &Py<$type>, cx: &Ctx, iterable_of_bytes: &Value) -> PyResult<Value> {
                algorithms::join(cx, this, iterable_of_bytes)
            }

            /// A copy without the bytes to delete, and with each other byte replaced by the table's at its place.
            #[pymethod(signature = (table, /, delete = Optional::Missing), text_signature = "($self, table, /, delete=b'')")]
            fn translate(this: &Py<$type>, cx: &Ctx, table: &Value, delete: Optional<&Value>) -> PyResult<Value> {
                algorithms::translate(cx, this, table, delete.given())
            }

            /// A table for translate(): each byte of frm becomes that of to at its place.
            #[staticmethod]
            fn maketrans(cx: &Ctx, frm: BytesLike<'_>, to: BytesLike<'_>) -> PyResult<Value> {
                algorithms::make_table(cx, &frm, &to)
            }

            /// The text that the bytes stand for in an encoding.
            ///
            /// The error handler decides what becomes of bytes that stand for nothing:
            /// 'strict' raises UnicodeDecodeError; 'ignore', 'replace' and any name
            /// registered with codecs.register_error go on.
            #[pymethod(signature = (encoding = Optional::Missing, errors = Optional::Missing),
                       text_signature = "($self, /, encoding='utf-8', errors='strict')")]
            fn decode(this: &Py<$type>, cx: &Ctx, encoding: Optional<&Py<Str>>, errors: Optional<&Py<Str>>) -> PyResult<Py<Str>> {
                cx.decode_byte_string(this, encoding.given(), errors.given())
            }

            /// The bytes as hexadecimal digits.
            ///
            /// A separator may stand between groups of bytes, counted from the right, or from
            /// the left if bytes_per_sep is negative.
            ///
            ///     >>> value = bytes([185, 1, 239])
            ///     >>> value.hex()
            ///     'b901ef'
            ///     >>> value.hex(':')
            ///     'b9:01:ef'
            ///     >>> value.hex(':', 2)
            ///     'b9:01ef'
            ///     >>> value.hex(':', -2)
            ///     'b901:ef'
            #[pymethod(signature = (sep = Optional::Missing, bytes_per_sep = 1), text_signature = "($self, /, sep=<unrepresentable>, bytes_per_sep=1)")]
            fn hex(this: &Py<$type>, cx: &Ctx, sep: Optional<Separator>, bytes_per_sep: i32) -> PyResult<Value> {
                let digits = to_hex(&$type::content(this), sep.given(), bytes_per_sep);
                Ok(cx.new_str(&*String::from_utf8_lossy(&digits))?.into_value())
            }

            /// The bytes that hexadecimal digits stand for; white space between them is skipped.
            #[classmethod]
            fn fromhex(cls: &Py<Type>, cx: &Ctx, string: &Value) -> PyResult<Value> {
                let made = $type::make(cx, &from_hex(cx, string)?)?;
                if cx.class_of(&made).is(cls) {
                    return Ok(made);
                }
                cx.call(cls.as_value(), &[made])
            }
        }
    };
}

pub(crate) use byte_methods;
