//! A folder on the real disk that goes with the test, and short names for what the tests do often.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use taipan_host::{AT_CWD, Host, OpenFlags, OsResult, SandboxConfig, Symlinks, sandbox};

pub(crate) struct Scratch(PathBuf);

impl Scratch {
    pub(crate) fn new() -> Self {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        let number = NEXT.fetch_add(1, Ordering::Relaxed);
        let path =
            std::env::temp_dir().join(format!("taipan-host-{}-{number}", std::process::id()));
        std::fs::create_dir_all(&path).unwrap();
        Self(path.canonicalize().unwrap())
    }

    pub(crate) fn path(&self) -> &Path {
        &self.0
    }

    pub(crate) fn name(&self, relative: &str) -> Vec<u8> {
        self.0.join(relative).into_os_string().into_encoded_bytes()
    }

    pub(crate) fn write(&self, relative: &str, text: &str) {
        let path = self.0.join(relative);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }

    pub(crate) fn read(&self, relative: &str) -> String {
        std::fs::read_to_string(self.0.join(relative)).unwrap()
    }

    /// A sandbox that may read one folder of it.
    pub(crate) fn sandbox(&self, readable: &str) -> Arc<dyn Host> {
        sandbox(SandboxConfig {
            readable: vec![self.0.join(readable)],
            ..SandboxConfig::default()
        })
        .unwrap()
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

pub(crate) fn read(host: &dyn Host, path: &[u8]) -> OsResult<String> {
    let fd = host.open(AT_CWD, path, OpenFlags::READ, 0)?;
    let mut text = Vec::new();
    let mut buffer = [0; 100];
    loop {
        let length = host.read(fd, &mut buffer)?;
        if length == 0 {
            break;
        }
        text.extend_from_slice(&buffer[..length]);
    }
    host.close(fd)?;
    Ok(String::from_utf8(text).unwrap())
}

pub(crate) fn write(host: &dyn Host, path: &[u8], text: &str) -> OsResult<()> {
    let flags = OpenFlags::WRITE | OpenFlags::CREATE | OpenFlags::TRUNCATE;
    let fd = host.open(AT_CWD, path, flags, 0o666)?;
    let written = host.write(fd, text.as_bytes());
    host.close(fd)?;
    assert_eq!(written?, text.len());
    Ok(())
}

pub(crate) fn names(host: &dyn Host, path: &[u8]) -> OsResult<Vec<String>> {
    let mut stream = host.read_dir(path)?;
    let mut names = Vec::new();
    while let Some(entry) = stream.next_entry()? {
        names.push(String::from_utf8(entry.name).unwrap());
    }
    names.sort();
    Ok(names)
}

pub(crate) fn exists(host: &dyn Host, path: &[u8]) -> bool {
    host.stat(AT_CWD, path, Symlinks::NoFollow).is_ok()
}

/// The error number of a call that must fail.
pub(crate) fn errno<T>(result: OsResult<T>) -> i32 {
    match result {
        Ok(_) => panic!("the call succeeded"),
        Err(error) => error.errno,
    }
}
