//! Python programs with their expected output: `tests/run/<feature>/<fact>.py`.
//!
//! `# expect: text` stands where the program prints that line; `# error: Type: message` where it ends with that
//! exception. The expectations are checked against CPython by `tests/run/check.py`.

use std::cell::RefCell;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use taipan_macros::pyfunction;
use taipan_text::Wtf8Buf;
use taipan_vm::ctx::Ctx;
use taipan_vm::error::PyResult;
use taipan_vm::isolate::Settings;
use taipan_vm::value::Value;

thread_local! {
    static OUTPUT: RefCell<String> = const { RefCell::new(String::new()) };
}

/// Prints into the test's output.
#[pyfunction(signature = (*values))]
fn print(cx: &Ctx, values: &[Value]) -> PyResult<()> {
    let mut line = Vec::new();
    for value in values {
        line.push(cx.str(value)?.to_string_lossy().into_owned());
    }
    OUTPUT.with_borrow_mut(|output| {
        output.push_str(&line.join(" "));
        output.push('\n');
    });
    Ok(())
}

/// Runs a program in a fresh isolate; returns what it printed, and the exception that ended it.
fn run(source: &str, filename: &str) -> (String, Option<String>) {
    OUTPUT.take();
    let filename = Arc::new(Wtf8Buf::from(filename));
    let output =
        match taipan_compiler::compile::compile(source.as_bytes(), &filename, Default::default()) {
            Ok(output) => output,
            Err(failure) => return (String::new(), Some(format!("{:?}", failure.error))),
        };
    let cx = Ctx::new(&Settings {
        hash_seed: Some(0),
        ..Settings::new(taipan_host::native())
    });
    let cx = cx.enter();
    cx.native_stack_size(1024 * 1024);
    let builtins = cx.isolate().builtins_dict(&cx);
    let function = cx.new_native_function(&print::DEF, Value::NONE, None);
    builtins.set_str(&cx.intern("print"), function.into_value());
    let globals = cx.new_dict();
    let name = cx.new_str("__main__").expect("room").into_value();
    globals.set_str(&cx.names().__name__, name);
    let result = cx
        .new_code(output.code)
        .and_then(|code| cx.run_code(&code, &globals, None));
    let error = result.err().map(|error| {
        let message = match cx.str(error.value()) {
            Ok(message) => message.to_string_lossy().into_owned(),
            Err(_) => "<no text>".to_owned(),
        };
        let class = cx.type_name(error.value());
        if message.is_empty() {
            class
        } else {
            format!("{class}: {message}")
        }
    });
    globals.clear();
    (OUTPUT.take(), error)
}

fn check(path: &Path) -> Result<(), String> {
    let source = std::fs::read_to_string(path).map_err(|error| error.to_string())?;
    let marked = |mark: &str| -> Vec<String> {
        source
            .lines()
            .filter_map(|line| Some(line.split_once(mark)?.1.trim_end().to_owned()))
            .collect()
    };
    let expected = marked("# expect: ");
    let error = marked("# error: ").into_iter().next();
    let (output, raised) = run(&source, &path.to_string_lossy());
    let printed: Vec<_> = output.lines().map(str::to_owned).collect();
    if printed != expected || raised != error {
        return Err(format!(
            "{}\n  expected {expected:#?} {error:?}\n  printed {printed:#?} {raised:?}",
            path.display()
        ));
    }
    Ok(())
}

fn programs(folder: &Path, found: &mut Vec<PathBuf>) {
    let Ok(entries) = std::fs::read_dir(folder) else {
        return;
    };
    for entry in entries.flatten() {
        let path = entry.path();
        if path.is_dir() {
            programs(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "py")
            && path.file_name().is_some_and(|name| name != "check.py")
        {
            found.push(path);
        }
    }
}

#[test]
fn programs_print_what_they_expect() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/run");
    let mut all = Vec::new();
    programs(&root, &mut all);
    all.sort();
    let only = std::env::var("TAIPAN_RUN").ok();
    let failures: Vec<_> = all
        .iter()
        .filter(|path| {
            only.as_ref()
                .is_none_or(|only| path.to_string_lossy().contains(only.as_str()))
        })
        .filter_map(|path| check(path).err())
        .collect();
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}
