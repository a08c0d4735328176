//! The table of a codec: which code stands for which character.
//!
//! A code is the bytes as a number; three bytes after 0x8F are 0x10000 plus the last two. The format of the files stands in
//! `xtask/scripts/cjk_tables.py`, which writes them.

use std::io::Read;

/// Numbers by number, in pages of 256; 0 is "none".
#[derive(Default)]
struct Pages(Vec<Option<Box<[u32; 256]>>>);

impl Pages {
    fn get(&self, key: u32) -> Option<u32> {
        let page = self.0.get(key as usize >> 8)?.as_ref()?;
        page[key as usize & 0xFF].checked_sub(1)
    }

    fn slot(&mut self, key: u32) -> &mut u32 {
        let number = key as usize >> 8;
        if self.0.len() <= number {
            self.0.resize_with(number + 1, || None);
        }
        let page = self.0[number].get_or_insert_with(|| Box::new([0; 256]));
        &mut page[key as usize & 0xFF]
    }

    fn set(&mut self, key: u32, value: u32) {
        *self.slot(key) = value + 1;
    }

    fn set_if_absent(&mut self, key: u32, value: u32) {
        let slot = self.slot(key);
        if *slot == 0 {
            *slot = value + 1;
        }
    }
}

/// What a code decodes to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Decoded {
    One(u32),
    Two(u32, u32),
}

/// Characters that have four bytes: first, last, number of the first.
type Range = (u32, u32, u32);

/// See the module.
pub struct CjkTable {
    characters: Pages,
    codes: Pages,
    /// Codes of two characters.
    doubles: Vec<(u32, u32, u32)>,
    pub(super) four_bytes: Vec<Range>,
}

/// The files, one a table.
macro_rules! files {
    ($($name:literal)*) => {
        &[$(($name, include_bytes!(concat!("tables/", $name, ".bin")))),*]
    };
}

const FILES: &[(&str, &[u8])] = files! {
    "big5" "big5hkscs" "cp932" "cp949" "cp950" "euc_jis_2004" "euc_jisx0213" "euc_jp" "euc_kr" "gb18030" "gb2312" "gbk"
    "johab" "shift_jis" "shift_jis_2004" "shift_jisx0213"
};

/// The numbers of a file.
struct Numbers(std::vec::IntoIter<u8>);

impl Numbers {
    fn next(&mut self) -> u32 {
        let mut number = 0;
        let mut shift = 0;
        for byte in self.0.by_ref() {
            number |= u32::from(byte & 0x7F) << shift;
            shift += 7;
            if byte < 0x80 {
                break;
            }
        }
        number
    }

    fn difference(&mut self) -> i64 {
        let number = i64::from(self.next());
        if number & 1 == 0 {
            number >> 1
        } else {
            -((number + 1) >> 1)
        }
    }
}

impl CjkTable {
    /// Reads the table of that name; an unknown one is empty.
    #[must_use]
    pub fn load(name: &str) -> Self {
        let file = FILES.iter().find(|(known, _)| *known == name);
        let mut bytes = Vec::new();
        if let Some((_, file)) = file {
            let mut stream = flate2::read::ZlibDecoder::new(*file);
            stream
                .read_to_end(&mut bytes)
                .expect("the repository holds whole tables");
        }
        let mut table = Self {
            characters: Pages::default(),
            codes: Pages::default(),
            doubles: Vec::new(),
            four_bytes: Vec::new(),
        };
        table.fill(&mut Numbers(bytes.into_iter()));
        table
    }

    fn fill(&mut self, numbers: &mut Numbers) {
        let count = numbers.next();
        let mut code = u32::MAX;
        let codes: Vec<u32> = (0..count)
            .map(|_| {
                code = code.wrapping_add(1 + numbers.next());
                code
            })
            .collect();
        let mut character = -1;
        for code in &codes {
            character += 1 + numbers.difference();
            self.characters.set(*code, character as u32);
        }
        for byte in 0..0x80 {
            self.characters.set_if_absent(byte, byte);
        }
        // The first code of a character is the one that it is encoded with.
        for code in (0..0x80).chain(codes) {
            if let Some(character) = self.characters.get(code) {
                self.codes.set_if_absent(character, code);
            }
        }
        for _ in 0..numbers.next() {
            let double = (numbers.next(), numbers.next(), numbers.next());
            self.doubles.push(double);
        }
        for _ in 0..numbers.next() {
            match (numbers.next(), numbers.next()) {
                (character, 0) => *self.codes.slot(character) = 0,
                (character, code) => self.codes.set(character, code),
            }
        }
        for _ in 0..numbers.next() {
            let range = (numbers.next(), numbers.next(), numbers.next());
            self.four_bytes.push(range);
        }
    }

    pub(super) fn decode(&self, code: u32) -> Option<Decoded> {
        if let Some(character) = self.characters.get(code) {
            return Some(Decoded::One(character));
        }
        let (_, first, second) = self.doubles.iter().find(|(known, ..)| *known == code)?;
        Some(Decoded::Two(*first, *second))
    }

    pub(super) fn encode(&self, character: u32) -> Option<u32> {
        self.codes.get(character)
    }

    /// The code of two characters together.
    pub(super) fn encode_two(&self, first: u32, second: u32) -> Option<u32> {
        self.doubles
            .iter()
            .find(|(_, a, b)| (*a, *b) == (first, second))
            .map(|(code, ..)| *code)
    }

    /// Whether some code stands for this character with another behind it.
    pub(super) fn begins_two(&self, character: u32) -> bool {
        self.doubles.iter().any(|(_, first, _)| *first == character)
    }
}
