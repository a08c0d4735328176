//! The parser of the second look: goes through the grammar's rules, token by token.
//!
//! CPython: the generated `Parser/parser.c` with `Parser/pegen.c`. A first pass finds how far the input makes sense, the
//! second looks for the mistakes that have messages. A rule's result is kept where CPython keeps it, because a result kept
//! while no mistakes were looked for hides those inside; and besides, apart for both ways of looking, wherever that cannot
//! be told from parsing anew.
//! Ensures: the furthest token that was looked at is CPython's, also in what lookaheads fetch.

use rustc_hash::FxHashMap;

use super::actions::Outcome;
use super::node::{Kind, Node, NodeId};
use super::place::Places;
use super::rules::{Alternative, GRAMMAR, Item, Rule, SOFT_KEYWORDS, Terminal};
use crate::error::{ErrorKind, SyntaxError, Warning};
use crate::literals::too_many_digits;
use crate::parse::disguised::constant_of;
use crate::parse::tokenizer::{Noticed, Token, TokenKind};
use crate::source::Lines;

/// How deep rules may nest (`MAXSTACK`). Groups, repetitions and the rounds of left recursion are functions of their own in
/// CPython's parser, and count.
const MAX_DEPTH: u32 = 6_000;

/// The parser has an error, and goes no further.
#[derive(Debug)]
pub(super) struct Stop;

pub(super) type Parse<T> = Result<T, Stop>;

type Memo = FxHashMap<(u32, u32), (Option<NodeId>, u32)>;

/// What a rule gave, where it ended, and how much deeper it would go again: results that CPython keeps take no depth then.
type Extra = FxHashMap<(u32, u32), (Option<NodeId>, u32, u32)>;

pub(super) struct Parser<'a> {
    pub(super) places: &'a Places<'a>,
    pub(super) tokens: &'a [Token],
    terminals: &'a [Terminal],
    /// What ended the tokens, if not the end of the source.
    token_error: Option<&'a Noticed>,
    /// The next token.
    pub(super) mark: usize,
    /// How many tokens were fetched.
    pub(super) fill: usize,
    /// Mistakes are looked for.
    pub(super) looks_for_mistakes: bool,
    /// `<>` is an operator.
    pub(super) is_flufl: bool,
    /// How many digits of a decimal integer are taken; 0 for any number.
    max_str_digits: usize,
    kept: Memo,
    /// Results for either way of looking.
    extra: Extra,
    nodes: Vec<Node>,
    depth: u32,
    /// The greatest depth that the rules since this was last set would reach again.
    deepest: u32,
    pub(super) error: Option<SyntaxError>,
    is_token_error: bool,
    /// Line and column of the last compound statement that was right.
    pub(super) last_statement: (i32, i32),
    pub(super) lines: &'a Lines,
    pub(super) warnings: Vec<Warning>,
}

impl<'a> Parser<'a> {
    pub(super) fn new(
        places: &'a Places<'a>,
        (tokens, terminals): (&'a [Token], &'a [Terminal]),
        token_error: Option<&'a Noticed>,
        (is_flufl, max_str_digits, lines): (bool, usize, &'a Lines),
    ) -> Parser<'a> {
        Parser {
            places,
            tokens,
            terminals,
            token_error,
            mark: 0,
            fill: 0,
            looks_for_mistakes: false,
            is_flufl,
            max_str_digits,
            kept: Memo::default(),
            extra: Extra::default(),
            nodes: Vec::new(),
            depth: 0,
            deepest: 0,
            error: None,
            is_token_error: false,
            last_statement: (0, 0),
            lines,
            warnings: Vec::new(),
        }
    }

    /// Parses from the token at `start`; true if that is all right.
    pub(super) fn run(&mut self, rule: usize, start: usize) -> bool {
        self.mark = start;
        self.fill = self.fill.max(start);
        matches!(self.rule(rule), Ok(Some(_)))
    }

    /// Forgets what the first pass found, but not how far it got.
    pub(super) fn look_for_mistakes(&mut self) {
        self.looks_for_mistakes = true;
        self.kept.clear();
        self.extra.clear();
        self.nodes.clear();
    }

    /// Whether the error is the tokenizer's.
    pub(super) fn is_at_token_error(&self) -> bool {
        self.is_token_error
    }

    /// Where the tokenizer stands in the source.
    pub(super) fn end_of_fetched(&self) -> usize {
        self.tokens
            .get(self.fill.saturating_sub(1))
            .map_or(0, |token| token.end)
    }

    pub(super) fn text(&self, token: usize) -> &'a str {
        self.places.text(self.tokens[token])
    }

    pub(super) fn node(&self, id: NodeId) -> &Node {
        &self.nodes[id as usize]
    }

    pub(super) fn make(
        &mut self,
        kind: Kind,
        (first, last): (u32, u32),
        children: Vec<NodeId>,
    ) -> NodeId {
        self.nodes.push(Node {
            kind,
            first,
            last,
            children: children.into(),
        });
        (self.nodes.len() - 1) as NodeId
    }

    /// Fetches the next token.
    fn fetch(&mut self) -> Parse<Terminal> {
        if self.mark >= self.fill {
            if self.mark >= self.tokens.len() {
                // Behind the end there is the end again.
                let Some(noticed) = self.token_error else {
                    return Ok(Terminal::ENDMARKER);
                };
                self.error = Some(noticed.error.clone());
                self.is_token_error = true;
                return Err(Stop);
            }
            self.fill = self.mark + 1;
            self.warn_of_token(self.mark);
        }
        Ok(self.terminals[self.mark])
    }

    /// Fetches the next token without taking it.
    pub(super) fn peek(&mut self) -> Parse<usize> {
        self.fetch()?;
        Ok(self.mark.min(self.tokens.len() - 1))
    }

    fn token(&mut self, terminal: Terminal) -> Parse<Option<NodeId>> {
        if self.fetch()? != terminal {
            return Ok(None);
        }
        match terminal {
            Terminal::NAME => self.check_name()?,
            Terminal::NUMBER => self.check_digits()?,
            _ => {}
        }
        Ok(Some(self.take()))
    }

    /// Refuses a name that is a constant in disguise.
    fn check_name(&mut self) -> Parse<()> {
        let Some(constant) = constant_of(self.text(self.mark)) else {
            return Ok(());
        };
        self.error = Some(SyntaxError::constant_as_name(constant));
        Err(Stop)
    }

    /// Refuses a number with more digits than are taken. The error has no columns, lest all the digits are underlined.
    fn check_digits(&mut self) -> Parse<()> {
        let Some(error) = too_many_digits(self.text(self.mark), self.max_str_digits) else {
            return Ok(());
        };
        let msg = super::beyond_limit(error);
        self.error = Some(self.places.at_line(msg, self.mark, self.fill));
        Err(Stop)
    }

    fn take(&mut self) -> NodeId {
        let at = self.mark as u32;
        self.mark += 1;
        self.make(Kind::Token, (at, at), Vec::new())
    }

    fn soft(&mut self, is_it: impl Fn(&str) -> bool) -> Parse<Option<NodeId>> {
        if self.fetch()? != Terminal::NAME || !is_it(self.text(self.mark)) {
            return Ok(None);
        }
        Ok(Some(self.take()))
    }

    fn rule(&mut self, index: usize) -> Parse<Option<NodeId>> {
        let rule = &GRAMMAR.rules[index];
        self.deeper(|parser| {
            stacker::maybe_grow(64 * 1024, 1024 * 1024, || {
                if rule.is_left {
                    parser.left_recursive(index, rule)
                } else {
                    parser.remembered(index, rule)
                }
            })
        })
    }

    /// A level further down.
    fn deeper<T>(&mut self, parse: impl FnOnce(&mut Self) -> Parse<T>) -> Parse<T> {
        self.depth += 1;
        self.reach(self.depth)?;
        let result = parse(self);
        self.depth -= 1;
        result
    }

    fn reach(&mut self, depth: u32) -> Parse<()> {
        self.deepest = self.deepest.max(depth);
        if depth <= MAX_DEPTH {
            return Ok(());
        }
        self.error = Some(SyntaxError::other(
            ErrorKind::MemoryError,
            "Parser stack overflowed - Python source too complex to parse",
        ));
        Err(Stop)
    }

    fn remembered(&mut self, index: usize, rule: &'static Rule) -> Parse<Option<NodeId>> {
        let start = self.mark;
        let key = (start as u32, index as u32);
        if rule.is_memo
            && let Some(&(result, mark)) = self.kept.get(&key)
        {
            self.mark = mark as usize;
            return Ok(result);
        }
        let extra_key = (key.0, key.1 * 2 + u32::from(self.looks_for_mistakes));
        if !rule.is_part
            && let Some(&(result, mark, height)) = self.extra.get(&extra_key)
        {
            self.reach(self.depth + height)?;
            self.mark = mark as usize;
            return Ok(result);
        }
        let deepest = std::mem::replace(&mut self.deepest, self.depth);
        let outside = self.looks_for_mistakes;
        self.looks_for_mistakes &= !rule.is_quiet;
        let result = self.alternatives(&rule.alternatives);
        self.looks_for_mistakes = outside;
        let result = result?;
        let height = self.deepest - self.depth;
        if result.is_none() {
            self.mark = start;
        }
        if rule.is_memo {
            self.kept.insert(key, (result, self.mark as u32));
            self.deepest = self.depth;
        }
        self.deepest = self.deepest.max(deepest);
        if !rule.is_part {
            let kept = (result, self.mark as u32, height);
            self.extra.insert(extra_key, kept);
        }
        Ok(result)
    }

    /// Lets the result grow: each round finds the one before where the rule starts with itself.
    fn left_recursive(&mut self, index: usize, rule: &'static Rule) -> Parse<Option<NodeId>> {
        let start = self.mark;
        let key = (start as u32, index as u32);
        if let Some(&(result, mark)) = self.kept.get(&key) {
            self.mark = mark as usize;
            return Ok(result);
        }
        let deepest = self.deepest.max(self.depth);
        let (mut best, mut end) = (None, start);
        loop {
            self.kept.insert(key, (best, end as u32));
            self.mark = start;
            let grown = self.deeper(|parser| parser.alternatives(&rule.alternatives))?;
            if grown.is_none() || self.mark <= end {
                break;
            }
            (best, end) = (grown, self.mark);
        }
        self.mark = end;
        self.deepest = deepest;
        Ok(best)
    }

    fn alternatives(&mut self, alternatives: &'static [Alternative]) -> Parse<Option<NodeId>> {
        let start = self.mark;
        for alternative in alternatives {
            if alternative.is_mistake && !self.looks_for_mistakes {
                continue;
            }
            let mut is_committed = false;
            if let Some(node) = self.alternative(alternative, &mut is_committed)? {
                return Ok(Some(node));
            }
            self.mark = start;
            if is_committed {
                break;
            }
        }
        Ok(None)
    }

    fn alternative(
        &mut self,
        alternative: &'static Alternative,
        is_committed: &mut bool,
    ) -> Parse<Option<NodeId>> {
        let start = self.mark;
        let mut named: [(u8, NodeId); 4] = [(0, 0); 4];
        let mut count = 0;
        let (mut only, mut results) = (None, 0);
        for (name, item) in &alternative.items {
            if matches!(item, Item::Commit) {
                *is_committed = true;
                continue;
            }
            let Some(node) = self.item(item)? else {
                return Ok(None);
            };
            if let Some(name) = name
                && count < named.len()
            {
                named[count] = (*name, node);
                count += 1;
            }
            if !matches!(item, Item::Ahead(_) | Item::NotAhead(_)) {
                only = Some(node);
                results += 1;
            }
        }
        if alternative.action.is_none()
            && results == 1
            && let Some(only) = only
        {
            return Ok(Some(only));
        }
        let span = (start as u32, self.last_token(start));
        let outcome = self.act(alternative.action.as_ref(), span, &named[..count]);
        match outcome {
            Outcome::Node(node) => Ok(Some(node)),
            Outcome::Nothing => Ok(None),
            Outcome::Error(error) => {
                self.error = Some(*error);
                Err(Stop)
            }
            Outcome::Stopped => Err(Stop),
        }
    }

    /// The last token before the next one that has a text (CPython: `_PyPegen_get_last_nonnwhitespace_token`).
    fn last_token(&self, start: usize) -> u32 {
        let mut last = self.mark;
        while last > start + 1
            && last <= self.tokens.len()
            && matches!(
                self.tokens[last - 1].kind,
                TokenKind::Newline | TokenKind::Indent | TokenKind::Dedent | TokenKind::EndMarker
            )
        {
            last -= 1;
        }
        last.saturating_sub(1).max(start) as u32
    }

    fn item(&mut self, item: &'static Item) -> Parse<Option<NodeId>> {
        match item {
            Item::Token(terminal) => self.token(*terminal),
            Item::Soft(index) => self.soft(|text| text == SOFT_KEYWORDS[*index]),
            Item::AnySoft => self.soft(|text| SOFT_KEYWORDS.contains(&text)),
            Item::Rule(index) => self.rule(*index),
            Item::Optional(inner) => match self.item(inner)? {
                Some(node) => Ok(Some(node)),
                None => Ok(Some(self.nothing(Kind::Nothing))),
            },
            Item::Repeat(inner, least) => {
                let start = self.mark;
                let nodes = self.deeper(|parser| {
                    let mut nodes = Vec::new();
                    while let Some(node) = parser.item(inner)? {
                        nodes.push(node);
                        parser.forget();
                    }
                    Ok(nodes)
                })?;
                if nodes.len() < *least {
                    self.mark = start;
                    return Ok(None);
                }
                Ok(Some(self.sequence(nodes)))
            }
            Item::Separated(separator, element) => {
                let nodes = self.deeper(|parser| parser.separated(separator, element))?;
                Ok((!nodes.is_empty()).then(|| self.sequence(nodes)))
            }
            Item::Group(alternatives) => match alternatives.as_slice() {
                [only] if only.items.len() == 1 => self.alternatives(alternatives),
                _ => self.deeper(|parser| parser.alternatives(alternatives)),
            },
            Item::Ahead(inner) | Item::NotAhead(inner) => {
                let start = self.mark;
                let is_there = self.item(inner)?.is_some();
                self.mark = start;
                let is_wanted = matches!(item, Item::Ahead(_));
                Ok((is_there == is_wanted).then(|| self.nothing(Kind::Nothing)))
            }
            Item::Forced(terminal, text) => {
                if self.fetch()? != *terminal {
                    let at = self.peek()?;
                    let msg = format!("expected '{text}'");
                    self.error = Some(self.places.at_tokens(msg, (at, at), self.fill));
                    return Err(Stop);
                }
                self.token(*terminal)
            }
            Item::Commit => Ok(Some(self.nothing(Kind::Nothing))),
        }
    }

    /// The elements, none if there is no first one.
    fn separated(
        &mut self,
        separator: &'static Item,
        element: &'static Item,
    ) -> Parse<Vec<NodeId>> {
        let Some(first) = self.item(element)? else {
            return Ok(Vec::new());
        };
        let mut nodes = vec![first];
        self.deeper(|parser| {
            loop {
                let before = parser.mark;
                if parser.item(separator)?.is_none() {
                    return Ok(());
                }
                let Some(node) = parser.item(element)? else {
                    parser.mark = before;
                    return Ok(());
                };
                nodes.push(node);
            }
        })?;
        Ok(nodes)
    }

    fn nothing(&mut self, kind: Kind) -> NodeId {
        let at = self.mark as u32;
        self.make(kind, (at, at), Vec::new())
    }

    fn sequence(&mut self, nodes: Vec<NodeId>) -> NodeId {
        let (Some(&first), Some(&last)) = (nodes.first(), nodes.last()) else {
            return self.nothing(Kind::Seq);
        };
        let span = (self.node(first).first, self.node(last).last);
        self.make(Kind::Seq, span, nodes)
    }

    /// Behind a statement of the module nothing goes back: what is kept has no use any more.
    fn forget(&mut self) {
        // The rules of the file and its statements, and the repetition.
        if self.depth <= 3 {
            self.kept.clear();
            self.extra.clear();
        }
    }
}
