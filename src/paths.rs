//! Where the program and the library are: `sys.executable`, `sys.prefix`, the start of `sys.path`.
//!
//! CPython 3.14: `Modules/getpath.py`. A folder `lib/python3.14` with `os.py` in it, below the binary's folder or one
//! above, or in `PYTHONHOME`, is the library; without one the library inside the binary stands in for that folder.
//! Tests: `tests/cli/`.

use taipan_host::files::{AT_CWD, Symlinks};
use taipan_host::{Host, OpenFlags};
use taipan_text::Wtf8Buf;
use taipan_vm::config::Config;

const LIBRARY: &str = "lib/python3.14";
const ARCHIVE: &str = "lib/python314.zip";

/// Fills in the paths of a configuration.
pub(crate) fn find(config: &mut Config, host: &dyn Host, program: &str, environment: &Environment) {
    let executable = executable(host, program);
    let home_of_environment = virtual_environment(host, &executable);
    let real = match &home_of_environment {
        Some((_, home)) => format!("{home}/taipan"),
        None => real_path(host, &executable),
    };
    let (base, is_real) = match &environment.home {
        Some(home) => {
            let home = home
                .split(':')
                .next()
                .unwrap_or_default()
                .trim_end_matches('/')
                .to_owned();
            let is_real = is_file(host, &format!("{home}/{LIBRARY}/os.py"));
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
        paths.push(text(&format!("{library}/lib-dynload")));
    }
    config.module_search_paths = paths;
}

/// What the environment says about paths.
#[derive(Debug, Default)]
pub(crate) struct Environment {
    /// `PYTHONHOME`.
    pub(crate) home: Option<String>,
    /// `PYTHONPATH`.
    pub(crate) path: Vec<String>,
}

fn text(path: &str) -> Wtf8Buf {
    Wtf8Buf::from_string(path.to_owned())
}

fn join(folder: &str, name: &str) -> String {
    if folder.ends_with('/') {
        format!("{folder}{name}")
    } else {
        format!("{folder}/{name}")
    }
}

/// The folder of a path; `/` is its own.
fn parent(path: &str) -> &str {
    match path.rsplit_once('/') {
        None => "",
        Some(("", _)) => "/",
        Some((folder, _)) => folder,
    }
}

pub(crate) fn is_file(host: &dyn Host, path: &str) -> bool {
    host.stat(AT_CWD, path.as_bytes(), Symlinks::Follow)
        .is_ok_and(|stat| stat.is_file())
}

pub(crate) fn is_folder(host: &dyn Host, path: &str) -> bool {
    host.stat(AT_CWD, path.as_bytes(), Symlinks::Follow)
        .is_ok_and(|stat| stat.is_dir())
}

/// The absolute path of the program as it was called: links are not followed.
fn executable(host: &dyn Host, program: &str) -> String {
    let absolute = |path: &str| absolute(host, path);
    if program.contains('/') {
        return absolute(program);
    }
    let folders = host.getenv(b"PATH").ok().flatten().unwrap_or_default();
    for folder in String::from_utf8_lossy(&folders)
        .split(':')
        .filter(|folder| !folder.is_empty())
    {
        let path = join(folder, program);
        if is_file(host, &path) {
            return absolute(&path);
        }
    }
    let own = host.executable().unwrap_or_default();
    String::from_utf8_lossy(&own).into_owned()
}

/// The path from the root, otherwise as it was given.
pub(crate) fn joined(host: &dyn Host, path: &str) -> String {
    if path.starts_with('/') {
        return path.to_owned();
    }
    let current = host.getcwd().unwrap_or_default();
    join(&String::from_utf8_lossy(&current), path)
}

/// The path from the root, without `.` and `..`.
pub(crate) fn absolute(host: &dyn Host, path: &str) -> String {
    let full = joined(host, path);
    let mut parts: Vec<&str> = Vec::new();
    for part in full.split('/') {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop();
            }
            other => parts.push(other),
        }
    }
    format!("/{}", parts.join("/"))
}

/// The path with links of its last part followed.
pub(crate) fn real_path(host: &dyn Host, path: &str) -> String {
    let mut path = path.to_owned();
    // As many links as Linux follows.
    for _ in 0..40 {
        match host.read_link(AT_CWD, path.as_bytes()) {
            Ok(target) => {
                let target = String::from_utf8_lossy(&target).into_owned();
                path = if target.starts_with('/') {
                    target
                } else {
                    absolute(host, &join(parent(&path), &target))
                };
            }
            Err(_) => break,
        }
    }
    path
}

/// The folder above the program that has a library.
fn home_of_library(host: &dyn Host, program: &str) -> Option<String> {
    let mut folder = parent(program);
    loop {
        if is_file(host, &join(folder, &format!("{LIBRARY}/os.py"))) {
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
fn virtual_environment(host: &dyn Host, executable: &str) -> Option<(String, String)> {
    let folder = parent(executable);
    for place in [folder, parent(folder)] {
        let Some(content) = read(host, &join(place, "pyvenv.cfg")) else {
            continue;
        };
        for line in content.lines() {
            if let Some((key, value)) = line.split_once('=')
                && key.trim().eq_ignore_ascii_case("home")
            {
                return Some((parent(folder).to_owned(), value.trim().to_owned()));
            }
        }
    }
    None
}

fn read(host: &dyn Host, path: &str) -> Option<String> {
    let fd = host
        .open(AT_CWD, path.as_bytes(), OpenFlags::READ, 0)
        .ok()?;
    let mut content = Vec::new();
    let mut buffer = [0; 4096];
    while let Ok(count) = host.read(fd, &mut buffer)
        && count > 0
    {
        content.extend_from_slice(&buffer[..count]);
    }
    // Closing what was only read cannot lose anything.
    let _ = host.close(fd);
    String::from_utf8(content).ok()
}
