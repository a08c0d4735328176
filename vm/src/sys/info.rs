//! What `sys` says about the machine and about this Python, as struct sequences.
//!
//! CPython 3.14: `Python/sysmodule.c`, `Objects/{float,long}object.c`. Tests: `tests/run/sys/`.

use crate::ctx::Ctx;
use crate::error::PyResult;
use crate::native::{Args, IntoValue};
use crate::objects::Type;
use crate::struct_sequence;
use crate::value::{Py, Value};

/// The release of CPython that this Python matches.
pub(super) const VERSION: (i64, i64, i64) = (3, 14, 8);
pub(super) const HEX_VERSION: i64 = (3 << 24) | (14 << 16) | (8 << 8) | 0xF0;
/// Digits of an int that `int(text)` and `str(int)` go through at most, unless told otherwise.
const MAX_STR_DIGITS: i64 = 4300;
/// No limit may be lower, but 0, which is none.
pub(super) const STR_DIGITS_THRESHOLD: i64 = 640;

struct_sequence! {
    /// sys.flags
    ///
    /// Flags provided through command line arguments or environment vars.
    Flags("sys", "flags", visible 18) {
        "debug": Some("-d"),
        "inspect": Some("-i"),
        "interactive": Some("-i"),
        "optimize": Some("-O or -OO"),
        "dont_write_bytecode": Some("-B"),
        "no_user_site": Some("-s"),
        "no_site": Some("-S"),
        "ignore_environment": Some("-E"),
        "verbose": Some("-v"),
        "bytes_warning": Some("-b"),
        "quiet": Some("-q"),
        "hash_randomization": Some("-R"),
        "isolated": Some("-I"),
        "dev_mode": Some("-X dev"),
        "utf8_mode": Some("-X utf8"),
        "warn_default_encoding": Some("-X warn_default_encoding"),
        "safe_path": Some("-P"),
        "int_max_str_digits": Some("-X int_max_str_digits"),
        "gil": Some("-X gil"),
        "thread_inherit_context": Some("-X thread_inherit_context"),
        "context_aware_warnings": Some("-X context_aware_warnings"),
    } [
        fn construct(cx: &Ctx, _: &Py<Type>, _: Args<'_>) -> PyResult<Value> {
            Err(cx.type_error("cannot create 'sys.flags' instances"))
        }
    ];
}

struct_sequence! {
    /// sys.float_info
    ///
    /// A named tuple holding information about the float type. It contains low level
    /// information about the precision and internal representation. Please study
    /// your system's :file:`float.h` for more information.
    FloatInfo("sys", "float_info", visible 11) {
        "max": Some("DBL_MAX -- maximum representable finite float"),
        "max_exp": Some("DBL_MAX_EXP -- maximum int e such that radix**(e-1) is representable"),
        "max_10_exp": Some("DBL_MAX_10_EXP -- maximum int e such that 10**e is representable"),
        "min": Some("DBL_MIN -- Minimum positive normalized float"),
        "min_exp": Some("DBL_MIN_EXP -- minimum int e such that radix**(e-1) is a normalized float"),
        "min_10_exp": Some("DBL_MIN_10_EXP -- minimum int e such that 10**e is a normalized float"),
        "dig": Some("DBL_DIG -- maximum number of decimal digits that can be faithfully represented in a float"),
        "mant_dig": Some("DBL_MANT_DIG -- mantissa digits"),
        "epsilon": Some("DBL_EPSILON -- Difference between 1 and the next representable float"),
        "radix": Some("FLT_RADIX -- radix of exponent"),
        "rounds": Some("FLT_ROUNDS -- rounding mode used for arithmetic operations"),
    };
}

struct_sequence! {
    /// sys.int_info
    ///
    /// A named tuple that holds information about Python's
    /// internal representation of integers.  The attributes are read only.
    IntInfo("sys", "int_info", visible 4) {
        "bits_per_digit": Some("size of a digit in bits"),
        "sizeof_digit": Some("size in bytes of the C type used to represent a digit"),
        "default_max_str_digits": Some("maximum string conversion digits limitation"),
        "str_digits_check_threshold": Some("minimum positive value for int_max_str_digits"),
    };
}

struct_sequence! {
    /// hash_info
    ///
    /// A named tuple providing parameters used for computing
    /// hashes. The attributes are read only.
    HashInfo("sys", "hash_info", visible 9) {
        "width": Some("width of the type used for hashing, in bits"),
        "modulus": Some("prime number giving the modulus on which the hash function is based"),
        "inf": Some("value to be used for hash of a positive infinity"),
        "nan": Some("value to be used for hash of a nan"),
        "imag": Some("multiplier used for the imaginary part of a complex number"),
        "algorithm": Some("name of the algorithm for hashing of str, bytes and memoryviews"),
        "hash_bits": Some("internal output size of hash algorithm"),
        "seed_bits": Some("seed size of hash algorithm"),
        "cutoff": Some("small string optimization cutoff"),
    };
}

struct_sequence! {
    /// sys.thread_info
    ///
    /// A named tuple holding information about the thread implementation.
    ThreadInfo("sys", "thread_info", visible 3) {
        "name": Some("name of the thread implementation"),
        "lock": Some("name of the lock implementation"),
        "version": Some("name and version of the thread library"),
    };
}

struct_sequence! {
    /// sys.version_info
    ///
    /// Version information as a named tuple.
    VersionInfo("sys", "version_info", visible 5) {
        "major": Some("Major release number"),
        "minor": Some("Minor release number"),
        "micro": Some("Patch release number"),
        "releaselevel": Some("'alpha', 'beta', 'candidate', or 'final'"),
        "serial": Some("Serial release number"),
    } [
        fn construct(cx: &Ctx, _: &Py<Type>, _: Args<'_>) -> PyResult<Value> {
            Err(cx.type_error("cannot create 'sys.version_info' instances"))
        }
    ];
}

pub(super) fn flags(cx: &Ctx) -> PyResult<Value> {
    let config = cx.isolate().config();
    let number = |value: i64| cx.new_int(value);
    let truth = |value: bool| cx.new_int(i64::from(value));
    let fields = vec![
        number(i64::from(config.debug.min(1))),
        truth(config.inspect),
        truth(config.interactive),
        number(i64::from(config.optimize)),
        truth(config.dont_write_bytecode),
        truth(config.no_user_site),
        truth(config.no_site),
        truth(config.ignore_environment),
        number(i64::from(config.verbose)),
        number(i64::from(config.bytes_warning)),
        truth(config.quiet),
        truth(config.hash_randomization),
        truth(config.isolated),
        Value::bool(config.dev_mode),
        truth(config.utf8_mode),
        truth(config.warn_default_encoding),
        Value::bool(config.safe_path),
        number(config.int_max_str_digits as i64),
        number(1),
        number(0),
        number(0),
    ];
    cx.new_struct_sequence::<Flags>(fields)
}

pub(super) fn float_info(cx: &Ctx) -> PyResult<Value> {
    let number = |value: i64| cx.new_int(value);
    let fields = vec![
        cx.new_float(f64::MAX),
        number(i64::from(f64::MAX_EXP)),
        number(i64::from(f64::MAX_10_EXP)),
        cx.new_float(f64::MIN_POSITIVE),
        number(i64::from(f64::MIN_EXP)),
        number(i64::from(f64::MIN_10_EXP)),
        number(i64::from(f64::DIGITS)),
        number(i64::from(f64::MANTISSA_DIGITS)),
        cx.new_float(f64::EPSILON),
        number(i64::from(f64::RADIX)),
        number(1),
    ];
    cx.new_struct_sequence::<FloatInfo>(fields)
}

pub(super) fn int_info(cx: &Ctx) -> PyResult<Value> {
    // The size of a digit is CPython's: `marshal` and `sys.getsizeof` follow it.
    let fields = [30, 4, MAX_STR_DIGITS, STR_DIGITS_THRESHOLD];
    cx.new_struct_sequence::<IntInfo>(fields.map(|field| cx.new_int(field)).to_vec())
}

pub(super) fn hash_info(cx: &Ctx) -> PyResult<Value> {
    let number = |value: i64| cx.new_int(value);
    let fields = vec![
        number(64),
        number((1 << 61) - 1),
        number(314_159),
        number(0),
        number(1_000_003),
        "siphash13".into_value(cx)?,
        number(64),
        number(128),
        number(0),
    ];
    cx.new_struct_sequence::<HashInfo>(fields)
}

pub(super) fn thread_info(cx: &Ctx) -> PyResult<Value> {
    let fields = vec![
        "pthread".into_value(cx)?,
        "mutex+cond".into_value(cx)?,
        Value::NONE,
    ];
    cx.new_struct_sequence::<ThreadInfo>(fields)
}

pub(super) fn version_info(cx: &Ctx) -> PyResult<Value> {
    let (major, minor, micro) = VERSION;
    let fields = vec![
        cx.new_int(major),
        cx.new_int(minor),
        cx.new_int(micro),
        "final".into_value(cx)?,
        cx.new_int(0),
    ];
    cx.new_struct_sequence::<VersionInfo>(fields)
}
