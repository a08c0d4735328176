//! `unicodedata`: the Unicode Character Database.
//!
//! Reference: CPython 3.14 `Modules/unicodedata.c`. The tables are in `taipan_text::unicode`. Tests:
//! `tests/run/unicodedata/`. Deviations: no `_ucnhash_CAPI`.

use taipan_macros::{pyclass, pyfunction, pymethods, pymodule};
use taipan_text::CodePoint;
use taipan_text::unicode::{Database, Form, lookup_character, lookup_sequence, name as name_of};
use taipan_vm::ctx::Ctx;
use taipan_vm::error::{PyErr, PyResult};
use taipan_vm::native::bind::Optional;
use taipan_vm::native::{ArgSite, FromArg, ModuleBuilder};
use taipan_vm::objects::Str;
use taipan_vm::value::{Py, Value};

/// This module provides access to the Unicode Character Database, which
/// defines character properties for all Unicode characters. The data is
/// that of version 16.0.0.
#[pymodule]
pub(crate) fn unicodedata(cx: &Ctx, m: &ModuleBuilder<'_>) -> PyResult<()> {
    for def in [
        &bidirectional::DEF,
        &category::DEF,
        &combining::DEF,
        &decimal::DEF,
        &decomposition::DEF,
        &digit::DEF,
        &east_asian_width::DEF,
        &is_normalized::DEF,
        &lookup::DEF,
        &mirrored::DEF,
        &name::DEF,
        &normalize::DEF,
        &numeric::DEF,
    ] {
        m.function(def)?;
    }
    m.add("unidata_version", Database::Current.version())?;
    let class = m.class(Ucd::class())?;
    m.add("ucd_3_2_0", cx.heap().allocate(&class, Ucd {}).into_value())
}

/// A string of one character.
#[derive(Clone, Copy)]
struct Character(CodePoint);

impl FromArg<'_> for Character {
    fn from_arg(cx: &Ctx, value: &Value, site: &ArgSite) -> PyResult<Self> {
        let Some(text) = value.downcast_ref::<Str>() else {
            return Err(cx.type_error(format!(
                "{site} must be a unicode character, not {}",
                cx.type_name_for_argument(value)
            )));
        };
        match (text.length(), text.code_point(0)) {
            (1, Some(point)) => Ok(Self(point)),
            (length, _) => Err(cx.type_error(format!(
                "{site} must be a unicode character, not a string of length {length}"
            ))),
        }
    }
}

/// The value, else the default, else a `ValueError`.
fn or_default(
    cx: &Ctx,
    found: Option<Value>,
    default: Optional<&Value>,
    message: &str,
) -> PyResult<Value> {
    match (found, default.given()) {
        (Some(value), _) => Ok(value),
        (None, Some(default)) => Ok(default.clone()),
        (None, None) => Err(cx.value_error(message)),
    }
}

fn decimal_of(database: Database, point: CodePoint) -> Option<u8> {
    database.properties(point).decimal()
}

fn is_old(database: Database, point: CodePoint) -> bool {
    database == Database::Current || database.properties(point).is_assigned()
}

fn find_name(database: Database, point: CodePoint) -> Option<String> {
    if is_old(database, point) {
        name_of(point)
    } else {
        None
    }
}

fn undefined(cx: &Ctx, name: &Py<Str>) -> PyErr {
    let message = format!("undefined character name '{}'", name.to_string_lossy());
    match cx.new_str(&message) {
        Ok(message) => cx.key_error(message.as_value()),
        Err(error) => error,
    }
}

fn find_text(cx: &Ctx, database: Database, name: &Py<Str>) -> PyResult<Value> {
    let text = name.to_string_lossy();
    // The old database has no aliases.
    let is_known = |point: &CodePoint| {
        is_old(database, *point)
            && (database == Database::Current
                || name_of(*point).is_none_or(|name| name.eq_ignore_ascii_case(&text)))
    };
    if let Some(point) = lookup_character(&text).filter(is_known) {
        return Ok(cx.character(point)?.into_value());
    }
    match lookup_sequence(&text) {
        Some(sequence) if database == Database::Current => Ok(cx.new_str(sequence)?.into_value()),
        _ => Err(undefined(cx, name)),
    }
}

fn form_of(cx: &Ctx, form: &Py<Str>) -> PyResult<Form> {
    form.to_str()
        .and_then(Form::from_name)
        .ok_or_else(|| cx.value_error("invalid normalization form"))
}

fn normalized(cx: &Ctx, database: Database, form: &Py<Str>, text: &Py<Str>) -> PyResult<Value> {
    if text.size() == 0 {
        return Ok(text.to_value());
    }
    let form = form_of(cx, form)?;
    if text.is_ascii() && text.is_exact() {
        return Ok(text.to_value());
    }
    match database.normalize(form, text.as_wtf8()) {
        std::borrow::Cow::Borrowed(_) if text.is_exact() => Ok(text.to_value()),
        text => Ok(cx.new_str(&*text)?.into_value()),
    }
}

macro_rules! both {
    ($(
        $(#[$doc:meta])*
        $name:ident $signature:tt $text:literal ($cx:ident, $database:ident $(, $argument:ident: $type:ty)*) -> $result:ty $body:block
    )*) => {
        $(
            $(#[$doc])*
            #[pyfunction(signature = $signature, text_signature = $text)]
            fn $name($cx: &Ctx $(, $argument: $type)*) -> PyResult<$result> {
                let $database = Database::Current;
                let _ = $cx;
                $body
            }
        )*

        /// The database in an older version.
        #[pyclass(name = "UCD", module = "unicodedata", no_new)]
        struct Ucd {}

        #[pymethods]
        impl Ucd {
            $(
                $(#[$doc])*
                #[pymethod(signature = $signature, text_signature = $text)]
                fn $name(&self, $cx: &Ctx $(, $argument: $type)*) -> PyResult<$result> {
                    let $database = Database::Ucd320;
                    let _ = $cx;
                    $body
                }
            )*

            #[member]
            fn unidata_version(&self) -> &'static str {
                Database::Ucd320.version()
            }
        }
    };
}

both! {
    /// The bidirectional class of a character; empty if none is defined.
    bidirectional (chr, /) "($self, chr, /)" (cx, database, chr: Character) -> &'static str {
        Ok(database.properties(chr.0).bidirectional())
    }

    /// The general category of a character.
    category (chr, /) "($self, chr, /)" (cx, database, chr: Character) -> &'static str {
        Ok(database.properties(chr.0).category())
    }

    /// The canonical combining class of a character; 0 if none is defined.
    combining (chr, /) "($self, chr, /)" (cx, database, chr: Character) -> u8 {
        Ok(database.properties(chr.0).combining())
    }

    /// The value of a character as a decimal digit, else the default, else ValueError.
    decimal (chr, default = Optional::Missing, /) "($self, chr, default=<unrepresentable>, /)" (cx, database, chr: Character, default: Optional<&Value>) -> Value {
        let value = decimal_of(database, chr.0).map(|value| cx.new_int(i64::from(value)));
        or_default(cx, value, default, "not a decimal")
    }

    /// The decomposition mapping of a character; empty if there is none.
    decomposition (chr, /) "($self, chr, /)" (cx, database, chr: Character) -> String {
        Ok(database.decomposition(chr.0))
    }

    /// The value of a character as a digit, else the default, else ValueError.
    digit (chr, default = Optional::Missing, /) "($self, chr, default=<unrepresentable>, /)" (cx, database, chr: Character, default: Optional<&Value>) -> Value {
        let value = database.properties(chr.0).digit();
        let value = value.map(|value| cx.new_int(i64::from(value)));
        or_default(cx, value, default, "not a digit")
    }

    /// The East Asian width of a character.
    east_asian_width (chr, /) "($self, chr, /)" (cx, database, chr: Character) -> &'static str {
        Ok(database.properties(chr.0).east_asian_width())
    }

    /// Whether a string is in the normal form 'NFC', 'NFKC', 'NFD' or 'NFKD'.
    is_normalized (form, unistr, /) "($self, form, unistr, /)" (cx, database, form: &Py<Str>, unistr: &Py<Str>) -> bool {
        if unistr.size() == 0 {
            return Ok(true);
        }
        Ok(database.is_normalized(form_of(cx, form)?, unistr.as_wtf8()))
    }

    /// The character, or sequence of characters, of that name; KeyError if there is none.
    lookup (name, /) "($self, name, /)" (cx, database, name: &Py<Str>) -> Value {
        find_text(cx, database, name)
    }

    /// 1 for a character that is mirrored in text from right to left, else 0.
    mirrored (chr, /) "($self, chr, /)" (cx, database, chr: Character) -> u8 {
        Ok(u8::from(database.properties(chr.0).mirrored()))
    }

    /// The name of a character, else the default, else ValueError.
    name (chr, default = Optional::Missing, /) "($self, chr, default=<unrepresentable>, /)" (cx, database, chr: Character, default: Optional<&Value>) -> Value {
        let found = match find_name(database, chr.0) {
            Some(name) => Some(cx.new_str(&name)?.into_value()),
            None => None,
        };
        or_default(cx, found, default, "no such name")
    }

    /// The normal form 'NFC', 'NFKC', 'NFD' or 'NFKD' of a string.
    normalize (form, unistr, /) "($self, form, unistr, /)" (cx, database, form: &Py<Str>, unistr: &Py<Str>) -> Value {
        normalized(cx, database, form, unistr)
    }

    /// The numeric value of a character as a float, else the default, else ValueError.
    numeric (chr, default = Optional::Missing, /) "($self, chr, default=<unrepresentable>, /)" (cx, database, chr: Character, default: Optional<&Value>) -> Value {
        let value = database.properties(chr.0).numeric();
        let value = value.map(|value| cx.new_float(value));
        or_default(cx, value, default, "not a numeric character")
    }
}
