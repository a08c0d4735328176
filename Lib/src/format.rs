//! The image's layout; the build script writes with this file, the library reads with it.
//!
//! ```text
//! u32 number of entries
//! entries, sorted by path: u32 offset and u32 length of the path, of the code, of the content; u32 inflated length
//! all bytes that the entries name
//! ```
//! Numbers are little-endian; offsets count from the image's start. Code is marshalled, content deflated; no code is
//! empty, so a length of 0 means "not compiled".

/// One file.
pub(crate) struct Entry<P = String, B = Vec<u8>> {
    pub(crate) path: P,
    pub(crate) code: B,
    /// The file's bytes, deflated.
    pub(crate) content: B,
    /// Their number before deflation.
    pub(crate) length: u32,
}

const WORDS: usize = 7;

/// Writes the image.
#[allow(dead_code, reason = "for the build script")]
pub(crate) fn write_image(entries: &[Entry]) -> Vec<u8> {
    let mut data = Vec::new();
    let mut out = (entries.len() as u32).to_le_bytes().to_vec();
    let start = 4 + entries.len() * WORDS * 4;
    for entry in entries {
        for bytes in [entry.path.as_bytes(), &entry.code, &entry.content] {
            out.extend_from_slice(&((start + data.len()) as u32).to_le_bytes());
            out.extend_from_slice(&(bytes.len() as u32).to_le_bytes());
            data.extend_from_slice(bytes);
        }
        out.extend_from_slice(&entry.length.to_le_bytes());
    }
    out.extend_from_slice(&data);
    out
}

/// The number of entries.
#[allow(dead_code, reason = "for the library")]
pub(crate) fn count(image: &[u8]) -> usize {
    word(image, 0) as usize
}

/// Entry `index` of the image, which `write_image` made.
#[allow(dead_code, reason = "for the library")]
pub(crate) fn entry(image: &[u8], index: usize) -> Entry<&str, &[u8]> {
    let start = 4 + index * WORDS * 4;
    let part = |number: usize| {
        let offset = word(image, start + number * 8) as usize;
        let length = word(image, start + number * 8 + 4) as usize;
        image.get(offset..offset + length).unwrap_or_default()
    };
    Entry {
        path: std::str::from_utf8(part(0)).unwrap_or_default(),
        code: part(1),
        content: part(2),
        length: word(image, start + 24),
    }
}

#[allow(dead_code, reason = "for the library")]
fn word(image: &[u8], at: usize) -> u32 {
    match image.get(at..at + 4) {
        Some(&[a, b, c, d]) => u32::from_le_bytes([a, b, c, d]),
        _ => 0,
    }
}
