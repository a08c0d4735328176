//! Compiles the standard library into one image.
//!
//! Sources: the files of the crate `rustpython-pylib`, and those of `Lib/python`, which come first where both have a
//! file (`corrections` lists what little changes in the crate's). The image's layout is in `format.rs`, which the library reads it with.
#![allow(
    clippy::disallowed_methods,
    clippy::print_stdout,
    reason = "a build script works on the real machine and talks to cargo"
)]

mod corrections;
#[path = "../src/format.rs"]
mod format;

use std::collections::BTreeMap;
use std::error::Error;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

use taipan_compiler::compile::{CompileOptions, compile};
use taipan_compiler::marshal;
use taipan_text::Wtf8Buf;

/// Folders whose programs need what Taipan does not have (Tk), and tests.
const LEFT_OUT: &[&str] = &["idlelib", "turtledemo", "test", "tests", "__pycache__"];

fn main() -> Result<(), Box<dyn Error>> {
    let overlay = Path::new(env!("CARGO_MANIFEST_DIR")).join("python");
    println!("cargo::rerun-if-changed=build");
    println!("cargo::rerun-if-changed=src/format.rs");
    println!("cargo::rerun-if-changed={}", overlay.display());

    let mut files = BTreeMap::new();
    collect(Path::new(rustpython_pylib::LIB_PATH), "", &mut files)?;
    collect(&overlay, "", &mut files)?;
    let files: Vec<(String, PathBuf)> = files.into_iter().collect();
    let entries = build_entries(&files)?;
    let target = PathBuf::from(std::env::var_os("OUT_DIR").ok_or("cargo sets OUT_DIR")?);
    let image = format::write_image(&entries);
    let mut hasher = DefaultHasher::new();
    image.hash(&mut hasher);
    std::fs::write(
        target.join("library.hash"),
        format!("{:016x}", hasher.finish()),
    )?;
    std::fs::write(target.join("library.bin"), image)?;
    Ok(())
}

fn collect(
    folder: &Path,
    prefix: &str,
    files: &mut BTreeMap<String, PathBuf>,
) -> Result<(), Box<dyn Error>> {
    for entry in std::fs::read_dir(folder)? {
        let entry = entry?;
        let name = entry
            .file_name()
            .into_string()
            .map_err(|_| "a file name is no text")?;
        let path = format!("{prefix}{name}");
        if entry.path().is_dir() {
            if !LEFT_OUT.contains(&name.as_str()) {
                collect(&entry.path(), &format!("{path}/"), files)?;
            }
        } else if !name.ends_with(".pyc") {
            files.insert(path, entry.path());
        }
    }
    Ok(())
}

/// Compiles and compresses with a thread a processor.
fn build_entries(files: &[(String, PathBuf)]) -> Result<Vec<format::Entry>, Box<dyn Error>> {
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    let entries = Mutex::new(Vec::with_capacity(files.len()));
    let failures = Mutex::new(Vec::new());
    std::thread::scope(|scope| {
        for offset in 0..threads {
            let (entries, failures) = (&entries, &failures);
            scope.spawn(move || {
                for (path, source) in files.iter().skip(offset).step_by(threads) {
                    let built =
                        build_entry(path, source).map_err(|error| format!("{path}: {error}"));
                    match built {
                        Ok(entry) => push(entries, entry),
                        Err(error) => push(failures, error),
                    }
                }
            });
        }
    });
    let failures = failures.into_inner().map_err(|_| "a thread failed")?;
    if !failures.is_empty() {
        return Err(failures.join("\n").into());
    }
    let mut entries = entries.into_inner().map_err(|_| "a thread failed")?;
    entries.sort_by(|a: &format::Entry, b| a.path.cmp(&b.path));
    Ok(entries)
}

fn push<T>(list: &Mutex<Vec<T>>, item: T) {
    if let Ok(mut list) = list.lock() {
        list.push(item);
    }
}

fn build_entry(path: &str, source: &Path) -> Result<format::Entry, Box<dyn Error>> {
    let content = corrections::apply(path, std::fs::read(source)?)?;
    let code = if path.ends_with(".py") {
        compiled(path, &content)?
    } else {
        Vec::new()
    };
    let mut encoder =
        flate2::write::DeflateEncoder::new(Vec::new(), flate2::Compression::default());
    encoder.write_all(&content)?;
    Ok(format::Entry {
        path: path.to_owned(),
        code,
        length: content.len() as u32,
        content: encoder.finish()?,
    })
}

fn compiled(path: &str, source: &[u8]) -> Result<Vec<u8>, Box<dyn Error>> {
    let filename = Arc::new(Wtf8Buf::from_string(path.to_owned()));
    match compile(source, &filename, CompileOptions::default()) {
        Ok(output) => Ok(marshal::dump_stored(&output.code)),
        // A template of code, not code: it stays a file.
        Err(_) if path.contains("/templates/") => Ok(Vec::new()),
        Err(failure) => Err(failure.error.to_string().into()),
    }
}
