//! Encodings of a byte a character, by name: for sources that declare one, where no codec of Python can be asked.
//!
//! CPython counterpart: the modules of `Lib/encodings` that are tables. Tests: below, and `text/tests/it/codecs.rs`.

use super::code_pages::CODE_PAGES;

/// A code page whose first half is ASCII.
#[derive(Debug, Clone, Copy)]
pub struct CodePage {
    /// The characters of the bytes from 0x80 on.
    upper: &'static str,
}

impl CodePage {
    /// The code page under one of its names; case and punctuation do not matter.
    #[must_use]
    pub fn named(name: &str) -> Option<CodePage> {
        let name: String = name
            .chars()
            .map(|c| match c {
                'A'..='Z' => c.to_ascii_lowercase(),
                'a'..='z' | '0'..='9' | '.' => c,
                _ => '_',
            })
            .collect();
        CODE_PAGES
            .iter()
            .find(|(names, _)| names.contains(&name.as_str()))
            .map(|(_, upper)| CodePage { upper })
    }

    /// Decodes all of `bytes`.
    ///
    /// # Errors
    /// The offset of the first byte that stands for nothing.
    pub fn decode(self, bytes: &[u8]) -> Result<String, usize> {
        let upper: Vec<char> = self.upper.chars().collect();
        let mut text = String::with_capacity(bytes.len());
        for (at, &byte) in bytes.iter().enumerate() {
            match byte.checked_sub(0x80) {
                None => text.push(char::from(byte)),
                Some(index) => match upper.get(usize::from(index)) {
                    Some(&c) if c != char::REPLACEMENT_CHARACTER => text.push(c),
                    _ => return Err(at),
                },
            }
        }
        Ok(text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn by_name() {
        let decode =
            |name: &str, bytes: &[u8]| CodePage::named(name).map(|page| page.decode(bytes));
        assert_eq!(decode("KOI8-R", b"a\xc1"), Some(Ok("a\u{430}".to_owned())));
        assert_eq!(
            decode("windows-1252", b"\x80"),
            Some(Ok("\u{20ac}".to_owned()))
        );
        assert_eq!(decode("cp1252", b"a\x81"), Some(Err(1)));
        assert_eq!(decode("koi9", b""), None);
    }

    #[test]
    fn every_half_is_whole() {
        for (names, upper) in CODE_PAGES {
            assert_eq!(upper.chars().count(), 128, "{names:?}");
        }
    }
}
