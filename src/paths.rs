//! Where the program and the library are: `sys.executable`, `sys.prefix`, the start of `sys.path`.
//!
//! CPython 3.14: `Modules/getpath.py`. A folder `lib/python3.14` with `os.py` in it, below the binary's folder or one
//! above, or in `PYTHONHOME`, is the library; without one the library inside the binary stands in for that folder.
//! Paths are bytes: what the file system calls a file need not be UTF-8. Tests: `tests/cli/`.

use taipan_host::files::{AT_CWD, Symlinks};
use taipan_host::{Host, OpenFlags};
use taipan_text::Wtf8Buf;
use taipan_vm::config::Config;
use taipan_vm::outside::text_of_bytes as text;

const LIBRARY: &[u8] = b"lib/python3.14";
const LANDMARK: &[u8] = b"lib/python3.14/os.py";
const ARCHIVE: &[u8] = b"lib/python314.zip";

/// Fills in the paths of a configuration.
pub(crate) fn find(config: &mut Config, host: &dyn Host, program: &str, environment: &Environment) {
    let executable = executable(host, program);
    let home_of_environment = virtual_environment(host, &executable);
    let real = match &home_of_environment {
        Some((_, home)) => base_executable(host, &executable, home),
        None => real_path(host, &executable),
    };
    let (base, is_real) = match &environment.home {
        Some(home) => {
            let home = home.split(|&byte| byte == b':').next().unwrap_or_default();
            let home = without_slash(home).to_vec();
            let is_real = is_file(host, &join(&home, LANDMARK));
            (home, is_real)
        }
        None => match home_of_library(host, &real) {
            Some(home) => (home, true),
            None => (parent(parent(&real)).to_owned(), false),
        },
    };
    let prefix = match &home_of_environment {
        Some((folder, _)) => folder.clone(),
        None => base.clone(),
    };
    config.executable = text(&executable);
    config.base_executable = text(&real);
    config.prefix = text(&prefix);
    config.exec_prefix = text(&prefix);
    config.base_prefix = text(&base);
    config.base_exec_prefix = text(&base);
    let library = join(&base, LIBRARY);
    config.stdlib_dir = Some(text(&library));
    config.use_library = !is_real;
    let mut paths: Vec<Wtf8Buf> = environment.path.iter().map(|path| text(path)).collect();
    paths.push(text(&join(&base, ARCHIVE)));
    paths.push(text(&library));
    if is_real {
        paths.push(text(&join(&library, b"lib-dynload")));
    }
    config.module_search_paths = paths;
}

/// What the environment says about paths.
#[derive(Debug, Default)]
pub(crate) struct Environment {
    /// `PYTHONHOME`.
    pub(crate) home: Option<Vec<u8>>,
    /// `PYTHONPATH`.
    pub(crate) path: Vec<Vec<u8>>,
}

fn without_slash(path: &[u8]) -> &[u8] {
    let end = path.iter().rposition(|&byte| byte != b'/');
    &path[..end.map_or(0, |end| end + 1)]
}

fn join(folder: &[u8], name: &[u8]) -> Vec<u8> {
    let slash: &[u8] = if folder.ends_with(b"/") { b"" } else { b"/" };
    [folder, slash, name].concat()
}

/// The folder of a path; `/` is its own.
pub(crate) fn parent(path: &[u8]) -> &[u8] {
    match path.iter().rposition(|&byte| byte == b'/') {
        None => b"",
        Some(0) => b"/",
        Some(at) => &path[..at],
    }
}

pub(crate) fn is_file(host: &dyn Host, path: &[u8]) -> bool {
    host.stat(AT_CWD, path, Symlinks::Follow)
        .is_ok_and(|stat| stat.is_file())
}

pub(crate) fn is_folder(host: &dyn Host, path: &[u8]) -> bool {
    host.stat(AT_CWD, path, Symlinks::Follow)
        .is_ok_and(|stat| stat.is_dir())
}

/// The absolute path of the program as it was called: links are not followed.
fn executable(host: &dyn Host, program: &str) -> Vec<u8> {
    let program = program.as_bytes();
    if program.contains(&b'/') {
        return absolute(host, program);
    }
    let folders = host.getenv(b"PATH").ok().flatten().unwrap_or_default();
    for folder in folders.split(|&byte| byte == b':') {
        let path = join(folder, program);
        if !folder.is_empty() && is_file(host, &path) {
            return absolute(host, &path);
        }
    }
    host.executable().unwrap_or_default()
}

/// The path from the root, otherwise as it was given.
pub(crate) fn joined(host: &dyn Host, path: &[u8]) -> Vec<u8> {
    if path.starts_with(b"/") {
        return path.to_owned();
    }
    join(&host.getcwd().unwrap_or_default(), path)
}

/// The path from the root, without `.` and `..`.
pub(crate) fn absolute(host: &dyn Host, path: &[u8]) -> Vec<u8> {
    let full = joined(host, path);
    let mut parts: Vec<&[u8]> = Vec::new();
    for part in full.split(|&byte| byte == b'/') {
        match part {
            b"" | b"." => {}
            b".." => {
                parts.pop();
            }
            other => parts.push(other),
        }
    }
    [b"/", &*parts.join(&b'/')].concat()
}

/// The path with links of its last part followed.
pub(crate) fn real_path(host: &dyn Host, path: &[u8]) -> Vec<u8> {
    let mut path = path.to_owned();
    // As many links as Linux follows.
    for _ in 0..40 {
        match host.read_link(AT_CWD, &path) {
            Ok(target) if target.starts_with(b"/") => path = target,
            Ok(target) => path = absolute(host, &join(parent(&path), &target)),
            Err(_) => break,
        }
    }
    path
}

/// The folder above the program that has a library.
fn home_of_library(host: &dyn Host, program: &[u8]) -> Option<Vec<u8>> {
    let mut folder = parent(program);
    loop {
        if is_file(host, &join(folder, LANDMARK)) {
            return Some(folder.to_owned());
        }
        let above = parent(folder);
        if above.is_empty() || above == folder {
            return None;
        }
        folder = above;
    }
}

/// The folder of the virtual environment that the program stands in, and the folder of the program it was made with.
fn virtual_environment(host: &dyn Host, executable: &[u8]) -> Option<(Vec<u8>, Vec<u8>)> {
    let folder = parent(executable);
    for place in [folder, parent(folder)] {
        let Some(content) = read(host, &join(place, b"pyvenv.cfg")) else {
            continue;
        };
        for line in content.split(|&byte| byte == b'\n') {
            let Some(at) = line.iter().position(|&byte| byte == b'=') else {
                continue;
            };
            let (key, value) = (line[..at].trim_ascii(), line[at + 1..].trim_ascii());
            if key.eq_ignore_ascii_case(b"home") {
                return Some((parent(folder).to_owned(), value.to_owned()));
            }
        }
    }
    None
}

/// The program in the folder that an environment was made from: of the environment's program's own name if it is there.
fn base_executable(host: &dyn Host, executable: &[u8], home: &[u8]) -> Vec<u8> {
    let name = &executable[parent(executable).len()..];
    let name = name.strip_prefix(b"/").unwrap_or(name);
    let same = join(home, name);
    if is_file(host, &same) {
        return same;
    }
    // The environment has a link under another name.
    let real = real_path(host, executable);
    if parent(&real) == home {
        return real;
    }
    join(home, b"taipan")
}

fn read(host: &dyn Host, path: &[u8]) -> Option<Vec<u8>> {
    let fd = host.open(AT_CWD, path, OpenFlags::READ, 0).ok()?;
    let mut content = Vec::new();
    let mut buffer = [0; 4096];
    while let Ok(count) = host.read(fd, &mut buffer)
        && count > 0
    {
        content.extend_from_slice(&buffer[..count]);
    }
    // Closing what was only read cannot lose anything.
    let _ = host.close(fd);
    Some(content)
}
