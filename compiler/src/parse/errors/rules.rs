//! The grammar as the parser of the second look goes through it.
//!
//! `rules.peg` has a line for each alternative of a rule, or one line if there is only one. Its notation is that of PEP 617:
//! `'x'` is a keyword, a soft keyword or an operator, a name in capitals a class of tokens, `e?`, `e*`, `e+` repeat,
//! `s.e+` separates by `s`, `&e` and `!e` look ahead, `&&'x'` must follow, `~` commits to the alternative, `(a | b)`
//! groups, `n=e` gives a result a name of one letter. What is made of an alternative stands behind `->`: a kind of node, or
//! an action, with the names it works on and a message (see `actions.rs`). In brackets behind a rule's name: `memo`,
//! results are kept whether mistakes were looked for or not; `left`, the rule is left-recursive, and `part`, it takes part
//! in that; `quiet`, no mistakes are looked for inside.

use std::sync::LazyLock;

use rustc_hash::FxHashMap;

use super::node::Kind;

/// A class of tokens, or a keyword or operator by its text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Terminal(pub(super) u16);

impl Terminal {
    pub(super) const NAME: Terminal = Terminal(0);
    pub(super) const NUMBER: Terminal = Terminal(1);
    pub(super) const STRING: Terminal = Terminal(2);
    pub(super) const FSTRING_START: Terminal = Terminal(3);
    pub(super) const FSTRING_MIDDLE: Terminal = Terminal(4);
    pub(super) const FSTRING_END: Terminal = Terminal(5);
    pub(super) const TSTRING_START: Terminal = Terminal(6);
    pub(super) const TSTRING_MIDDLE: Terminal = Terminal(7);
    pub(super) const TSTRING_END: Terminal = Terminal(8);
    pub(super) const NEWLINE: Terminal = Terminal(9);
    pub(super) const INDENT: Terminal = Terminal(10);
    pub(super) const DEDENT: Terminal = Terminal(11);
    pub(super) const ENDMARKER: Terminal = Terminal(12);
    pub(super) const TYPE_COMMENT: Terminal = Terminal(13);
    /// An operator that the grammar does not use.
    pub(super) const UNKNOWN: Terminal = Terminal(14);
    const CLASSES: [&str; 14] = [
        "NAME",
        "NUMBER",
        "STRING",
        "FSTRING_START",
        "FSTRING_MIDDLE",
        "FSTRING_END",
        "TSTRING_START",
        "TSTRING_MIDDLE",
        "TSTRING_END",
        "NEWLINE",
        "INDENT",
        "DEDENT",
        "ENDMARKER",
        "TYPE_COMMENT",
    ];
    const FIRST_TEXT: u16 = 15;
}

/// Keywords only where the grammar expects them; the tokenizer's names otherwise.
pub(super) const SOFT_KEYWORDS: [&str; 4] = ["_", "case", "match", "type"];

#[derive(Debug)]
pub(super) enum Item {
    Token(Terminal),
    /// A name that is spelt so.
    Soft(usize),
    /// Any soft keyword.
    AnySoft,
    Rule(usize),
    Optional(Box<Item>),
    /// Repeated at least so often.
    Repeat(Box<Item>, usize),
    Separated(Box<Item>, Box<Item>),
    Group(Vec<Alternative>),
    Ahead(Box<Item>),
    NotAhead(Box<Item>),
    Forced(Terminal, &'static str),
    Commit,
}

#[derive(Debug)]
pub(super) struct Alternative {
    pub(super) items: Vec<(Option<u8>, Item)>,
    pub(super) action: Option<Action>,
    /// It does nothing but look for mistakes.
    pub(super) is_mistake: bool,
}

#[derive(Debug)]
pub(super) enum Action {
    Node(Kind, Vec<u8>),
    Do(&'static str, Vec<u8>, String),
}

#[derive(Debug)]
pub(super) struct Rule {
    pub(super) is_memo: bool,
    pub(super) is_left: bool,
    pub(super) is_part: bool,
    pub(super) is_quiet: bool,
    pub(super) alternatives: Vec<Alternative>,
}

#[derive(Debug)]
pub(super) struct Grammar {
    pub(super) rules: Vec<Rule>,
    names: FxHashMap<&'static str, usize>,
    texts: FxHashMap<&'static str, Terminal>,
}

impl Grammar {
    pub(super) fn rule(&self, name: &str) -> usize {
        self.names.get(name).copied().unwrap_or(0)
    }

    /// The terminal of a keyword or operator.
    pub(super) fn terminal(&self, text: &str) -> Option<Terminal> {
        self.texts.get(text).copied()
    }
}

/// Python's grammar.
pub(super) static GRAMMAR: LazyLock<Grammar> =
    LazyLock::new(|| Reader::read(include_str!("rules.peg")));

/// Reads the notation. A mistake in `rules.peg` shows in the tests of this file: what cannot be read is left out.
struct Reader {
    grammar: Grammar,
    /// The rest of the line that is read.
    rest: &'static str,
}

impl Reader {
    fn read(text: &'static str) -> Grammar {
        let lines = || {
            text.lines()
                .filter(|line| !line.is_empty() && !line.starts_with('#'))
        };
        let mut reader = Reader {
            grammar: Grammar {
                rules: Vec::new(),
                names: FxHashMap::default(),
                texts: FxHashMap::default(),
            },
            rest: "",
        };
        let heads = lines().filter(|line| !line.starts_with(' '));
        for (index, head) in heads.enumerate() {
            let end = head.find([' ', ':']).unwrap_or(head.len());
            reader.grammar.names.insert(&head[..end], index);
        }
        for line in lines() {
            if line.starts_with(' ') {
                reader.rest = line;
                let alternatives = reader.alternatives();
                if let Some(rule) = reader.grammar.rules.last_mut() {
                    rule.alternatives.extend(alternatives);
                }
                continue;
            }
            let (head, rest) = line.split_once(':').unwrap_or((line, ""));
            let has = |flag: &str| head.ends_with(&format!("({flag})"));
            reader.rest = rest;
            let alternatives = if rest.is_empty() {
                Vec::new()
            } else {
                reader.alternatives()
            };
            reader.grammar.rules.push(Rule {
                is_memo: has("memo"),
                is_left: has("left"),
                is_part: has("part"),
                is_quiet: has("quiet"),
                alternatives,
            });
        }
        reader.grammar
    }

    fn skip(&mut self) {
        self.rest = self.rest.trim_start();
    }

    fn take(&mut self, text: &str) -> bool {
        self.skip();
        match self.rest.strip_prefix(text) {
            Some(rest) => {
                self.rest = rest;
                true
            }
            None => false,
        }
    }

    fn word(&mut self) -> &'static str {
        self.skip();
        let end = self
            .rest
            .find(|c: char| !c.is_alphanumeric() && c != '_')
            .unwrap_or(self.rest.len());
        let (word, rest) = self.rest.split_at(end);
        self.rest = rest;
        word
    }

    fn alternatives(&mut self) -> Vec<Alternative> {
        let mut alternatives = vec![self.alternative()];
        while self.take("|") {
            alternatives.push(self.alternative());
        }
        alternatives
    }

    fn alternative(&mut self) -> Alternative {
        let mut items = Vec::new();
        let mut is_mistake = false;
        loop {
            self.skip();
            if self.rest.is_empty() || self.rest.starts_with(['|', ')']) {
                break;
            }
            if self.rest.starts_with("->") {
                break;
            }
            let bytes = self.rest.as_bytes();
            let is_named = bytes[0].is_ascii_lowercase() && bytes.get(1) == Some(&b'=');
            let name = is_named.then(|| bytes[0]);
            if name.is_some() {
                self.rest = &self.rest[2..];
            }
            is_mistake = items.is_empty() && self.rest.starts_with("invalid_");
            items.push((name, self.item()));
        }
        let action = self.take("->").then(|| self.action());
        Alternative {
            is_mistake: is_mistake && items.len() == 1,
            items,
            action,
        }
    }

    fn action(&mut self) -> Action {
        let what = self.word();
        let kind = Kind::named(what);
        let mut names = Vec::new();
        loop {
            self.skip();
            match self.rest.as_bytes().first() {
                Some(name) if name.is_ascii_alphabetic() => {
                    names.push(*name);
                    let _ = self.word();
                }
                _ => break,
            }
        }
        if let Some(kind) = kind {
            return Action::Node(kind, names);
        }
        let mut message = String::new();
        if self.take("\"") {
            let mut chars = self.rest.char_indices();
            while let Some((at, c)) = chars.next() {
                match c {
                    '"' => {
                        self.rest = &self.rest[at + 1..];
                        break;
                    }
                    '\\' => message.extend(chars.next().map(|(_, c)| c)),
                    _ => message.push(c),
                }
            }
        }
        Action::Do(what, names, message)
    }

    fn item(&mut self) -> Item {
        if self.take("&&") {
            let text = self.quoted();
            return match self.text(text) {
                Item::Token(terminal) => Item::Forced(terminal, text),
                other => other,
            };
        }
        if self.take("&") {
            return Item::Ahead(Box::new(self.atom()));
        }
        if self.take("!") {
            return Item::NotAhead(Box::new(self.atom()));
        }
        if self.take("~") {
            return Item::Commit;
        }
        let item = self.atom();
        match self.rest.as_bytes().first() {
            Some(b'?') => {
                self.rest = &self.rest[1..];
                Item::Optional(Box::new(item))
            }
            Some(b'*') => {
                self.rest = &self.rest[1..];
                Item::Repeat(Box::new(item), 0)
            }
            Some(b'+') => {
                self.rest = &self.rest[1..];
                Item::Repeat(Box::new(item), 1)
            }
            Some(b'.') => {
                self.rest = &self.rest[1..];
                let element = self.atom();
                self.rest = self.rest.strip_prefix('+').unwrap_or(self.rest);
                Item::Separated(Box::new(item), Box::new(element))
            }
            _ => item,
        }
    }

    fn atom(&mut self) -> Item {
        self.skip();
        if self.take("(") {
            let alternatives = self.alternatives();
            let _ = self.take(")");
            return Item::Group(alternatives);
        }
        if self.rest.starts_with('\'') {
            let text = self.quoted();
            return self.text(text);
        }
        let word = self.word();
        if word == "SOFT_KEYWORD" {
            return Item::AnySoft;
        }
        match Terminal::CLASSES.iter().position(|class| *class == word) {
            Some(class) => Item::Token(Terminal(class as u16)),
            None => Item::Rule(self.grammar.rule(word)),
        }
    }

    fn quoted(&mut self) -> &'static str {
        let _ = self.take("'");
        let (text, rest) = self.rest.split_once('\'').unwrap_or((self.rest, ""));
        self.rest = rest;
        text
    }

    fn text(&mut self, text: &'static str) -> Item {
        if let Some(soft) = SOFT_KEYWORDS.iter().position(|keyword| *keyword == text) {
            return Item::Soft(soft);
        }
        let next = Terminal(Terminal::FIRST_TEXT + self.grammar.texts.len() as u16);
        Item::Token(*self.grammar.texts.entry(text).or_insert(next))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_rule_is_known_and_every_action_too() {
        let text = include_str!("rules.peg");
        for line in text.lines().filter(|line| !line.starts_with('#')) {
            let body = line.split("->").next().unwrap_or("");
            let mut quoted = false;
            let mut word = String::new();
            for c in body.chars().chain([' ']) {
                if c == '\'' {
                    quoted = !quoted;
                } else if !quoted && (c.is_alphanumeric() || c == '_') {
                    word.push(c);
                } else {
                    let is_rule = word.len() > 1
                        && word.chars().any(|c| c.is_lowercase())
                        && !["memo", "left", "part", "quiet"].contains(&word.as_str());
                    assert!(
                        !is_rule || GRAMMAR.names.contains_key(word.as_str()),
                        "{word} in {line}"
                    );
                    word.clear();
                }
            }
        }
        assert_eq!(GRAMMAR.rules.len(), GRAMMAR.names.len());
    }
}
