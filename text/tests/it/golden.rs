//! Reads golden files.

/// The rows of a tab-separated golden file, with its escapes (`\t`, `\n`, `\r`, `\\`) still in place.
pub(crate) fn rows(text: &str) -> impl Iterator<Item = Vec<&str>> {
    text.lines()
        .filter(|line| !line.starts_with('#'))
        .map(|line| line.split('\t').collect())
}

/// CRC-32 as in zlib.
pub(crate) struct Crc(u32);

impl Crc {
    pub(crate) fn new() -> Crc {
        Crc(!0)
    }

    pub(crate) fn line(&mut self, line: &str) {
        for &byte in line.as_bytes().iter().chain(b"\n") {
            self.0 ^= u32::from(byte);
            for _ in 0..8 {
                self.0 = if self.0 & 1 == 1 {
                    self.0 >> 1 ^ 0xEDB8_8320
                } else {
                    self.0 >> 1
                };
            }
        }
    }

    pub(crate) fn finish(self) -> String {
        format!("{:08x}", !self.0)
    }
}
