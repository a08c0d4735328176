//! What the crate `rustpython-pylib` bends for its own interpreter, put straight again; what a later patch of CPython does
//! otherwise; and what a library that is no folder has to do otherwise.
//!
//! Each correction names the text that it expects, so a new version of the crate that says something else fails the
//! build instead of keeping the bend. Tests: `tests/programs/library/`.

use std::error::Error;

/// A passage of a file, and what stands in its place.
struct Correction {
    path: &'static str,
    from: &'static str,
    to: &'static str,
}

const CORRECTIONS: &[Correction] = &[
    Correction {
        path: "_compat_pickle.py",
        from: r#"# NOTE: RUSTPYTHON exceptions
try:
    JitError
except NameError:
    pass
else:
    PYTHON2_EXCEPTIONS += ("JitError",)

"#,
        to: "",
    },
    // Whatever the compiler raises is told.
    Correction {
        path: "code.py",
        from: "except (OverflowError, SyntaxError, ValueError):",
        to: "except Exception:",
    },
    Correction {
        path: "pdb.py",
        from: r"                except SyntaxError:
                    continue
",
        to: r"                except Exception:
                    continue
",
    },
    Correction {
        path: "pdb.py",
        from: "except SyntaxError as exc:\n            return _rstr(",
        to: "except Exception as exc:\n            return _rstr(",
    },
    Correction {
        path: "json/decoder.py",
        from: r"    # RUSTPYTHON SPECIFIC
    @classmethod
    def _from_serde(cls, msg, doc, line, col):
        pos = 0
        # 0-indexed
        line -= 1
        col -= 1
        while line > 0:
            i = doc.index('\n', pos)
            line -= 1
            pos = i
        pos += col
        return cls(msg, doc, pos)

",
        to: "",
    },
    Correction {
        path: "linecache.py",
        from: r"        if lazy_entry is None:
            lazy_entry = _make_lazycache_entry(filename, module_globals)
",
        to: r"        if lazy_entry is None:
            lazy_entry = _make_lazycache_entry(filename, module_globals) or _library_entry(fullname)
",
    },
    Correction {
        path: "linecache.py",
        from: r"    return None



def _register_code",
        to: r"    return None


def _library_entry(fullname):
    from _taipan_importer import source_of
    source = source_of(fullname)
    return None if source is None else (lambda: source,)


def _register_code",
    },
    Correction {
        path: "pdb.py",
        from: r"        if os.path.isabs(filename):
            if os.path.exists(filename):
",
        to: r"        from _taipan_importer import is_file
        if os.path.isabs(filename):
            if is_file(filename):
",
    },
    Correction {
        path: "pdb.py",
        from: r"            if os.path.exists(fullname):
                return fullname
        return None

    def _run(",
        to: r"            if is_file(fullname):
                return fullname
        return None

    def _run(",
    },
    Correction {
        path: "site.py",
        from: "return 'RustPython' # XXX: RUSTPYTHON; for site-packages",
        to: "return 'Python'",
    },
    Correction {
        path: "site.py",
        from: "    # XXX: RUSTPYTHON\n    return f'{userbase}/lib/rustpython{",
        to: "    return f'{userbase}/lib/python{",
    },
    Correction {
        path: "sysconfig/__init__.py",
        from: "return 'RustPython'  # XXX: RUSTPYTHON; For site-packages",
        to: "return 'Python'",
    },
    Correction {
        path: "tokenize.py",
        from: "from builtins import open as _builtin_open",
        to: "from _taipan_importer import open_bytes as _builtin_open",
    },
    Correction {
        path: "trace.py",
        from: r"            with open(filename, 'rb') as fp:
                encoding",
        to: r"            from _taipan_importer import open_bytes
            with open_bytes(filename, 'rb') as fp:
                encoding",
    },
    Correction {
        path: "trace.py",
        from: "with open(filename, encoding=encoding) as f:",
        to: "with tokenize.open(filename) as f:",
    },
    Correction {
        path: "unittest/__init__.py",
        from: r#"

# XXX: RUSTPYTHON
# This is very useful to reduce platform difference boilerplates in tests.
def expectedFailureIf(condition, reason):
    assert reason.startswith("TODO: RUSTPYTHON")
    if condition:
        return expectedFailure
    else:
        return lambda x: x

# XXX: RUSTPYTHON
# Even more useful because most of them are windows only.
def expectedFailureIfWindows(reason):
    import sys
    return expectedFailureIf(sys.platform == 'win32', reason)

# XXX: RUSTPYTHON
# For a rare case when the parent class test fails but the child pass.
def expectedSuccess(test_item):
    test_item.__unittest_expecting_failure__ = False
    return test_item

"#,
        to: "",
    },
    // The scripts have to be in a folder to be copied.
    Correction {
        path: "venv/__init__.py",
        from: r"        path = os.path.abspath(os.path.dirname(__file__))
        path = os.path.join(path, 'scripts')
        self.install_scripts(context, path)
",
        to: r"        from importlib import resources
        with resources.as_file(resources.files(__name__) / 'scripts') as path:
            self.install_scripts(context, os.fspath(path))
",
    },
];

/// The content of a file of the crate as it should be.
///
/// # Errors
/// A passage is not there, or more than once.
pub(crate) fn apply(path: &str, content: Vec<u8>) -> Result<Vec<u8>, Box<dyn Error>> {
    let corrections = CORRECTIONS
        .iter()
        .filter(|correction| correction.path == path);
    let mut corrections = corrections.peekable();
    if corrections.peek().is_none() {
        return Ok(content);
    }
    let mut text = String::from_utf8(content)?;
    for correction in corrections {
        if text.matches(correction.from).count() != 1 {
            return Err(format!("there is no single passage {:?}", correction.from).into());
        }
        text = text.replace(correction.from, correction.to);
    }
    Ok(text.into_bytes())
}
