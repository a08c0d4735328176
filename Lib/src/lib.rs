//! The frozen standard library: compiled at build time, embedded, loaded lazily.
//!
//! What is here: [`Frozen`], which finds a file of the library in the image that `build/main.rs` makes. Nothing is
//! copied at start: code is unmarshalled and source inflated when somebody asks. `python/` holds what is Taipan's own
//! and what stands in for files of the crate `rustpython-pylib`. Tests: `tests/`.

mod format;

use std::borrow::Cow;
use std::io::Read;
use std::sync::Arc;

use taipan_compiler::code_object::CodeObject;
use taipan_compiler::marshal;
use taipan_text::Wtf8Buf;
use taipan_vm::import::Library;

static IMAGE: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/library.bin"));

/// The library inside the binary.
#[derive(Debug, Clone, Copy, Default)]
pub struct Frozen;

impl Frozen {
    /// Differs when any file does.
    pub const FINGERPRINT: &str = include_str!(concat!(env!("OUT_DIR"), "/library.hash"));

    /// The paths of all files, sorted.
    pub fn paths(&self) -> impl Iterator<Item = &'static str> + use<> {
        (0..format::count(IMAGE)).map(|index| format::entry(IMAGE, index).path)
    }

    fn find(self, path: &str) -> Option<format::Entry<&'static str, &'static [u8]>> {
        let index = self.first_not_before(path);
        let entry = (index < format::count(IMAGE)).then(|| format::entry(IMAGE, index))?;
        (entry.path == path).then_some(entry)
    }

    /// The index of the first path that does not sort before `path`.
    fn first_not_before(self, path: &str) -> usize {
        let (mut low, mut high) = (0, format::count(IMAGE));
        while low < high {
            let middle = low.midpoint(high);
            if format::entry(IMAGE, middle).path < path {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        low
    }
}

impl Library for Frozen {
    fn code(&self, path: &str, filename: &Arc<Wtf8Buf>) -> Option<Arc<CodeObject>> {
        let entry = self.find(path).filter(|entry| !entry.code.is_empty())?;
        // The build script wrote it; a program can do without what cannot be read.
        marshal::load_stored(entry.code, filename.clone()).ok()
    }

    fn content(&self, path: &str) -> Option<Cow<'_, [u8]>> {
        let entry = self.find(path)?;
        let mut content = Vec::with_capacity(entry.length as usize);
        flate2::read::DeflateDecoder::new(entry.content)
            .read_to_end(&mut content)
            .ok()?;
        Some(Cow::Owned(content))
    }

    fn is_file(&self, path: &str) -> bool {
        self.find(path).is_some()
    }

    fn list(&self, folder: &str) -> Option<Vec<String>> {
        let prefix = if folder.is_empty() {
            String::new()
        } else {
            format!("{folder}/")
        };
        let mut names: Vec<String> = Vec::new();
        for index in self.first_not_before(&prefix)..format::count(IMAGE) {
            let Some(rest) = format::entry(IMAGE, index).path.strip_prefix(&prefix) else {
                break;
            };
            let name = match rest.split_once('/') {
                Some((folder, _)) => format!("{folder}/"),
                None => rest.to_owned(),
            };
            if names.last() != Some(&name) {
                names.push(name);
            }
        }
        (!names.is_empty()).then_some(names)
    }
}
