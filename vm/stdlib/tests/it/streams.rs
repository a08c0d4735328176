//! Streams, layer by layer.

use crate::harness::{bytes, call, expect, module, shown, text, with_context};
use taipan_vm::ctx::Ctx;
use taipan_vm::value::Value;

/// A new file for one test.
fn path(name: &str) -> String {
    let directory = std::env::var("CARGO_TARGET_TMPDIR").unwrap_or_else(|_| "/tmp".to_owned());
    format!("{directory}/taipan-streams-{}-{name}", std::process::id())
}

fn open(cx: &Ctx, path: &str, mode: &str) -> Value {
    let io = module(cx, "_io");
    call(cx, &io, "open", &[text(cx, path), text(cx, mode)])
}

#[test]
fn text_written_is_text_read() {
    with_context(|cx| {
        let path = path("text");
        let file = open(cx, &path, "w");
        assert_eq!(
            shown(cx, &file, "write", &[text(cx, "one\ntwo é\nthree")]),
            "15"
        );
        call(cx, &file, "close", &[]);
        let file = open(cx, &path, "r");
        assert_eq!(shown(cx, &file, "readline", &[]), "'one\\n'");
        let place = call(cx, &file, "tell", &[]);
        assert_eq!(cx.repr(&place).expect("an int").to_string_lossy(), "4");
        assert_eq!(shown(cx, &file, "read", &[cx.new_int(5)]), "'two é'");
        assert_eq!(shown(cx, &file, "tell", &[]), "10");
        assert_eq!(shown(cx, &file, "read", &[]), "'\\nthree'");
        call(cx, &file, "seek", &[place]);
        assert_eq!(shown(cx, &file, "readlines", &[]), "['two é\\n', 'three']");
        call(cx, &file, "close", &[]);
        assert_eq!(
            shown(cx, &file, "read", &[]),
            "ValueError: I/O operation on closed file."
        );
        let _ = std::fs::remove_file(path);
    });
}

#[test]
fn a_random_access_file_reads_what_it_wrote() {
    with_context(|cx| {
        let path = path("random");
        let file = open(cx, &path, "w+b");
        assert_eq!(
            shown(cx, &file, "write", &[bytes(cx, b"hello world")]),
            "11"
        );
        assert_eq!(shown(cx, &file, "seek", &[cx.new_int(6)]), "6");
        assert_eq!(shown(cx, &file, "read", &[cx.new_int(3)]), "b'wor'");
        assert_eq!(shown(cx, &file, "write", &[bytes(cx, b"LD!")]), "3");
        assert_eq!(shown(cx, &file, "tell", &[]), "12");
        assert_eq!(shown(cx, &file, "seek", &[cx.new_int(0)]), "0");
        assert_eq!(shown(cx, &file, "read", &[]), "b'hello worLD!'");
        assert_eq!(shown(cx, &file, "truncate", &[cx.new_int(5)]), "5");
        assert_eq!(shown(cx, &file, "seek", &[cx.new_int(0)]), "0");
        assert_eq!(shown(cx, &file, "readline", &[]), "b'hello'");
        call(cx, &file, "close", &[]);
        let _ = std::fs::remove_file(path);
    });
}

#[test]
fn bytes_in_memory() {
    with_context(|cx| {
        let io = module(cx, "_io");
        let stream = call(cx, &io, "BytesIO", &[bytes(cx, b"ab\ncd\n")]);
        assert_eq!(shown(cx, &stream, "readline", &[]), "b'ab\\n'");
        assert_eq!(shown(cx, &stream, "read", &[]), "b'cd\\n'");
        assert_eq!(shown(cx, &stream, "seek", &[cx.new_int(8)]), "8");
        assert_eq!(shown(cx, &stream, "write", &[bytes(cx, b"x")]), "1");
        assert_eq!(
            shown(cx, &stream, "getvalue", &[]),
            "b'ab\\ncd\\n\\x00\\x00x'"
        );
    });
}

#[test]
fn text_in_memory_translates_line_endings() {
    with_context(|cx| {
        let io = module(cx, "_io");
        let stream = call(cx, &io, "StringIO", &[text(cx, "a\r\nb\rc\n"), Value::NONE]);
        assert_eq!(
            shown(cx, &stream, "readlines", &[]),
            "['a\\n', 'b\\n', 'c\\n']"
        );
        let stream = call(cx, &io, "StringIO", &[text(cx, "a\nb"), text(cx, "\r\n")]);
        assert_eq!(shown(cx, &stream, "getvalue", &[]), "'a\\r\\nb'");
        assert_eq!(
            shown(cx, &stream, "seek", &[cx.new_int(2), cx.new_int(0)]),
            "2"
        );
        assert_eq!(shown(cx, &stream, "write", &[text(cx, "é")]), "1");
        assert_eq!(shown(cx, &stream, "getvalue", &[]), "'a\\réb'");
    });
}

#[test]
fn line_endings_of_a_wrapped_stream() {
    with_context(|cx| {
        let io = module(cx, "_io");
        let raw = call(cx, &io, "BytesIO", &[bytes(cx, b"a\r\nb\rc\xc3\xa9\n")]);
        let stream = call(cx, &io, "TextIOWrapper", &[raw, text(cx, "utf-8")]);
        assert_eq!(shown(cx, &stream, "readline", &[]), "'a\\n'");
        assert_eq!(shown(cx, &stream, "readline", &[cx.new_int(1)]), "'b'");
        assert_eq!(shown(cx, &stream, "read", &[]), "'\\ncé\\n'");
        let newlines = cx.get_attr(&stream, &cx.intern("newlines"));
        let newlines = cx.repr(&expect(cx, newlines)).expect("a tuple");
        assert_eq!(newlines.to_string_lossy(), "('\\r', '\\n', '\\r\\n')");
    });
}

#[test]
fn bytes_that_are_no_utf_8_raise() {
    with_context(|cx| {
        let io = module(cx, "_io");
        let raw = call(cx, &io, "BytesIO", &[bytes(cx, b"\xff")]);
        let stream = call(cx, &io, "TextIOWrapper", &[raw, text(cx, "utf-8")]);
        assert_eq!(
            shown(cx, &stream, "read", &[]),
            "UnicodeDecodeError: 'utf-8' codec can't decode byte 0xff in position 0: invalid start byte"
        );
    });
}

#[test]
fn modes_that_make_no_sense_are_refused() {
    with_context(|cx| {
        let io = module(cx, "_io");
        for (mode, expected) in [
            ("z", "ValueError: invalid mode: 'z'"),
            (
                "rw",
                "ValueError: must have exactly one of create/read/write/append mode",
            ),
            ("bt", "ValueError: can't have text and binary mode at once"),
            ("rr", "ValueError: invalid mode: 'rr'"),
        ] {
            let args = [text(cx, "/dev/null"), text(cx, mode)];
            assert_eq!(shown(cx, &io, "open", &args), expected);
        }
        assert_eq!(
            shown(cx, &io, "open", &[text(cx, "/")]),
            "IsADirectoryError: [Errno 21] Is a directory: '/'"
        );
    });
}
