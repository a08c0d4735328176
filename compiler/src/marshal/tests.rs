//! Tests of the serialised form: round trips, CPython's own output, and garbage.

use std::sync::Arc;

use num_bigint::BigInt;
use taipan_text::wtf8::Wtf8Buf;

use super::*;
use crate::code_object::CodeRef;
use crate::constant::Constant;

/// `marshal.dumps((1, 2**40, -2**70, 1.5, 2j, b"x", "a", "a b", "\xe9", "\ud800", None, ..., True, (), frozenset({3}),
/// slice(1, None)))` of CPython 3.14.8, written so that no object is shared.
const CPYTHON: &[u8] = include_bytes!("../../tests/marshal/constants.bin");
/// The code of `tests/marshal/module.py`, by CPython 3.14.8.
const CPYTHON_CODE: &[u8] = include_bytes!("../../tests/marshal/module.bin");

fn constants() -> Constant {
    Constant::tuple(vec![
        Constant::Int(1),
        Constant::Int(1 << 40),
        Constant::from_bigint(-(BigInt::from(1u8) << 70u8)),
        Constant::Float(1.5),
        Constant::Complex(0.0, 2.0),
        Constant::from_bytes(*b"xyz"),
        Constant::from_text("a"),
        Constant::from_text("a b"),
        Constant::from_text("é€"),
        Constant::from_wtf8(Wtf8Buf::from_u32s(&[0xd800]).unwrap()),
        Constant::None,
        Constant::Ellipsis,
        Constant::Bool(true),
        Constant::tuple(vec![]),
        Constant::FrozenSet([Constant::Int(300)].into()),
        Constant::Slice(Arc::new([Constant::Int(1), Constant::None, Constant::None])),
    ])
}

#[test]
fn cpythons_constants_are_read() {
    let read = load(CPYTHON).unwrap();
    assert!(read.is_same(&constants()), "{read:?}");
}

#[test]
fn constants_survive_a_round_trip() {
    let constants = constants();
    let read = load(&dump(&constants)).unwrap();
    assert!(read.is_same(&constants), "{read:?}");
}

#[test]
fn cpythons_code_survives_a_round_trip() {
    let code = load(CPYTHON_CODE).unwrap();
    let again = load(&dump(&code)).unwrap();
    assert!(code.is_same(&again));
}

#[test]
fn code_is_written_as_cpython_writes_it() {
    let code = load(CPYTHON_CODE).unwrap();
    assert_eq!(dump(&code), CPYTHON_CODE);
}

#[test]
fn pyc_files_survive_a_round_trip() {
    let Constant::Code(code) = load(CPYTHON_CODE).unwrap() else {
        panic!("no code")
    };
    for source in [
        PycSource::Timestamp { mtime: 7, size: 8 },
        PycSource::Hash {
            hash: *b"12345678",
            is_checked: true,
        },
        PycSource::Hash {
            hash: *b"12345678",
            is_checked: false,
        },
    ] {
        let read = read_pyc(&write_pyc(code.get(), source)).unwrap();
        assert_eq!(read.source, source);
        assert!(read.code.is_same(&code));
    }
    assert_eq!(
        read_pyc(b"abcd").unwrap_err(),
        PycError::BadMagic(b"abcd".to_vec())
    );
    assert_eq!(read_pyc(b"ab").unwrap_err(), PycError::TooShort);
}

#[test]
fn code_that_is_read_later_is_the_same() {
    let Constant::Code(code) = load(CPYTHON_CODE).unwrap() else {
        panic!("no code")
    };
    let stored = dump_stored(&code).leak();
    let read = load_stored(stored, code.filename.clone()).unwrap();
    let inner = |code: &crate::code_object::CodeObject| {
        let code = code.consts.iter().find_map(|constant| match constant {
            Constant::Code(code) => Some(code.clone()),
            _ => None,
        });
        code.expect("there is a function in it")
    };
    let (before, after) = (inner(&code), inner(&read));
    assert!(matches!(after, CodeRef::Stored(_)));
    assert_eq!(
        format!("{:?}", after.header()),
        format!("{:?}", before.header())
    );
    assert_eq!(after.filename(), before.filename());
    assert!(read.is_same(&code));
    // Only whoever knows that the input lives on can leave something for later.
    assert!(load(stored).is_err());
}

#[test]
fn each_cut_of_the_input_is_an_error() {
    for input in [CPYTHON, CPYTHON_CODE] {
        for end in 0..input.len() {
            assert!(load(&input[..end]).is_err(), "cut at {end}");
        }
    }
}

#[test]
fn each_changed_byte_is_survived() {
    for input in [CPYTHON, CPYTHON_CODE] {
        let mut input = input.to_vec();
        for i in 0..input.len() {
            for change in [0x01, 0xa0] {
                input[i] ^= change;
                let _ = load(&input).map(|read| dump(&read));
                input[i] ^= change;
            }
        }
    }
}

#[test]
fn nesting_is_limited() {
    let mut input = [tag::SMALL_TUPLE, 1].repeat(1_000_000);
    input.push(tag::NONE);
    assert_eq!(load(&input).unwrap_err(), MarshalError::TooDeep);
    let allowed = load(&input[input.len() - 2 * MAX_DEPTH as usize - 1..]).unwrap();
    assert!(load(&dump(&allowed)).unwrap().is_same(&allowed));
}

#[test]
fn an_object_cannot_hold_itself() {
    let input = [tag::SMALL_TUPLE | FLAG_REF, 1, tag::REF, 0, 0, 0, 0];
    assert_eq!(load(&input).unwrap_err(), MarshalError::InvalidReference);
}

#[test]
fn a_huge_size_is_no_reason_to_allocate() {
    let input = [tag::TUPLE, 0xff, 0xff, 0xff, 0x7f];
    assert_eq!(load(&input).unwrap_err(), MarshalError::TooShort);
}

#[test]
fn code_that_does_not_fit_together_is_refused() {
    let Constant::Code(code) = load(CPYTHON_CODE).unwrap() else {
        panic!("no code")
    };
    let refused = |change: fn(&mut crate::code_object::CodeObject)| {
        let mut changed = crate::code_object::CodeObject::clone(&code);
        change(&mut changed);
        load(&dump(&Constant::Code(changed.into()))).unwrap_err()
    };
    assert_eq!(
        refused(|code| code.argcount = 1),
        MarshalError::InvalidCode("varnames is too small")
    );
    assert_eq!(
        refused(|code| code.stacksize = i32::MAX as u32),
        MarshalError::InvalidCode("co_stacksize is too large")
    );
    assert_eq!(
        refused(|code| code.code = Box::new([])),
        MarshalError::InvalidCode("no whole code units")
    );
}
