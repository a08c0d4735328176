//! Every module can be made.

use crate::harness::{call, module, shown, text, with_context};
use taipan_stdlib::MODULES;

#[test]
fn every_module_fills_its_namespace() {
    with_context(|cx| {
        // `_zoneinfo` asks `zoneinfo._tzpath`, which is in the library.
        for def in MODULES.iter().filter(|def| def.name != "_zoneinfo") {
            module(cx, def.name);
        }
    });
}

#[test]
fn a_missing_file_is_an_os_error_with_its_name() {
    with_context(|cx| {
        let posix = module(cx, "posix");
        let path = text(cx, "/no/such/file");
        assert_eq!(
            shown(cx, &posix, "stat", &[path]),
            "FileNotFoundError: [Errno 2] No such file or directory: '/no/such/file'"
        );
    });
}

#[test]
fn paths_are_normalised_as_text() {
    with_context(|cx| {
        let posix = module(cx, "posix");
        for (path, expected) in [
            ("/a//b/../c/.", "'/a/c'"),
            ("../../x/..", "'../..'"),
            ("", "'.'"),
            ("//a", "'//a'"),
            ("///a", "'/a'"),
            ("/..", "'/'"),
        ] {
            assert_eq!(
                shown(cx, &posix, "_path_normpath", &[text(cx, path)]),
                expected
            );
        }
    });
}

#[test]
fn struct_time_shows_its_fields() {
    with_context(|cx| {
        let time = module(cx, "time");
        assert_eq!(
            shown(cx, &time, "gmtime", &[cx.new_int(0)]),
            "time.struct_time(tm_year=1970, tm_mon=1, tm_mday=1, tm_hour=0, tm_min=0, tm_sec=0, tm_wday=3, tm_yday=1, tm_isdst=0)"
        );
        let fields = call(cx, &time, "gmtime", &[cx.new_int(86400 * 365)]);
        assert_eq!(
            shown(cx, &time, "asctime", &[fields]),
            "'Fri Jan  1 00:00:00 1971'"
        );
        assert_eq!(
            shown(cx, &time, "sleep", &[cx.new_int(-1)]),
            "ValueError: sleep length must be non-negative"
        );
    });
}
