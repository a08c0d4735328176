//! What `sys` says about the machine and about this Python, as struct sequences.
//!
//! CPython 3.14: `Python/sysmodule.c`, `Objects/{float,long}object.c`. Tests: `tests/run/sys/`.

use crate::ctx::Ctx;
use crate::error::PyResult;
use crate::native::IntoValue;
use crate::objects::Tuple;
use crate::struct_sequence;
use crate::value::{Py, Value};

/// The release of CPython that this Python matches.
pub(super) const VERSION: (i64, i64, i64) = (3, 14, 8);
pub(super) const HEX_VERSION: i64 = (3 << 24) | (14 << 16) | (8 << 8) | 0xF0;
/// Digits of an int that `int(text)` and `str(int)` go through at most, unless told otherwise.
const MAX_STR_DIGITS: i64 = 4300;
/// No limit may be lower, but 0, which is none.
pub(super) const STR_DIGITS_THRESHOLD: i64 = 640;

struct_sequence!(static FLAGS = "sys" "flags"
    "sys.flags\n\nFlags provided through command line arguments or environment vars." visible 18, no_new {
    "debug" "-d",
    "inspect" "-i",
    "interactive" "-i",
    "optimize" "-O or -OO",
    "dont_write_bytecode" "-B",
    "no_user_site" "-s",
    "no_site" "-S",
    "ignore_environment" "-E",
    "verbose" "-v",
    "bytes_warning" "-b",
    "quiet" "-q",
    "hash_randomization" "-R",
    "isolated" "-I",
    "dev_mode" "-X dev",
    "utf8_mode" "-X utf8",
    "warn_default_encoding" "-X warn_default_encoding",
    "safe_path" "-P",
    "int_max_str_digits" "-X int_max_str_digits",
    "gil" "-X gil",
    "thread_inherit_context" "-X thread_inherit_context",
    "context_aware_warnings" "-X context_aware_warnings",
});

struct_sequence!(static FLOAT_INFO = "sys" "float_info"
    "sys.float_info\n\nA named tuple holding information about the float type. It contains low level\ninformation about the precision and internal representation. Please study\nyour system's :file:`float.h` for more information." visible 11, new {
    "max" "DBL_MAX -- maximum representable finite float",
    "max_exp" "DBL_MAX_EXP -- maximum int e such that radix**(e-1) is representable",
    "max_10_exp" "DBL_MAX_10_EXP -- maximum int e such that 10**e is representable",
    "min" "DBL_MIN -- Minimum positive normalized float",
    "min_exp" "DBL_MIN_EXP -- minimum int e such that radix**(e-1) is a normalized float",
    "min_10_exp" "DBL_MIN_10_EXP -- minimum int e such that 10**e is a normalized float",
    "dig" "DBL_DIG -- maximum number of decimal digits that can be faithfully represented in a float",
    "mant_dig" "DBL_MANT_DIG -- mantissa digits",
    "epsilon" "DBL_EPSILON -- Difference between 1 and the next representable float",
    "radix" "FLT_RADIX -- radix of exponent",
    "rounds" "FLT_ROUNDS -- rounding mode used for arithmetic operations",
});

struct_sequence!(static INT_INFO = "sys" "int_info"
    "sys.int_info\n\nA named tuple that holds information about Python's\ninternal representation of integers.  The attributes are read only." visible 4, new {
    "bits_per_digit" "size of a digit in bits",
    "sizeof_digit" "size in bytes of the C type used to represent a digit",
    "default_max_str_digits" "maximum string conversion digits limitation",
    "str_digits_check_threshold" "minimum positive value for int_max_str_digits",
});

struct_sequence!(static HASH_INFO = "sys" "hash_info"
    "hash_info\n\nA named tuple providing parameters used for computing\nhashes. The attributes are read only." visible 9, new {
    "width" "width of the type used for hashing, in bits",
    "modulus" "prime number giving the modulus on which the hash function is based",
    "inf" "value to be used for hash of a positive infinity",
    "nan" "value to be used for hash of a nan",
    "imag" "multiplier used for the imaginary part of a complex number",
    "algorithm" "name of the algorithm for hashing of str, bytes and memoryviews",
    "hash_bits" "internal output size of hash algorithm",
    "seed_bits" "seed size of hash algorithm",
    "cutoff" "small string optimization cutoff",
});

struct_sequence!(static THREAD_INFO = "sys" "thread_info"
    "sys.thread_info\n\nA named tuple holding information about the thread implementation." visible 3, new {
    "name" "name of the thread implementation",
    "lock" "name of the lock implementation",
    "version" "name and version of the thread library",
});

struct_sequence!(static VERSION_INFO = "sys" "version_info"
    "sys.version_info\n\nVersion information as a named tuple." visible 5, no_new {
    "major" "Major release number",
    "minor" "Minor release number",
    "micro" "Patch release number",
    "releaselevel" "'alpha', 'beta', 'candidate', or 'final'",
    "serial" "Serial release number",
});

pub(super) fn flags(cx: &Ctx) -> PyResult<Py<Tuple>> {
    let config = cx.isolate().config();
    let number = |value: i64| cx.new_int(value);
    let truth = |value: bool| cx.new_int(i64::from(value));
    let fields = vec![
        number(i64::from(config.debug)),
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
    cx.new_struct_sequence(&FLAGS, fields)
}

pub(super) fn float_info(cx: &Ctx) -> PyResult<Py<Tuple>> {
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
    cx.new_struct_sequence(&FLOAT_INFO, fields)
}

pub(super) fn int_info(cx: &Ctx) -> PyResult<Py<Tuple>> {
    // The size of a digit is CPython's: `marshal` and `sys.getsizeof` follow it.
    let fields = [30, 4, MAX_STR_DIGITS, STR_DIGITS_THRESHOLD];
    cx.new_struct_sequence(&INT_INFO, fields.map(|field| cx.new_int(field)).to_vec())
}

pub(super) fn hash_info(cx: &Ctx) -> PyResult<Py<Tuple>> {
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
    cx.new_struct_sequence(&HASH_INFO, fields)
}

pub(super) fn thread_info(cx: &Ctx) -> PyResult<Py<Tuple>> {
    let fields = vec!["pthread".into_value(cx)?, "mutex+cond".into_value(cx)?, Value::NONE];
    cx.new_struct_sequence(&THREAD_INFO, fields)
}

pub(super) fn version_info(cx: &Ctx) -> PyResult<Py<Tuple>> {
    let (major, minor, micro) = VERSION;
    let fields = vec![
        cx.new_int(major),
        cx.new_int(minor),
        cx.new_int(micro),
        "final".into_value(cx)?,
        cx.new_int(0),
    ];
    cx.new_struct_sequence(&VERSION_INFO, fields)
}
