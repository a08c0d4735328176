//! What the rules make of what they find: nodes, and errors.
//!
//! CPython: the actions of `Grammar/python.gram`, `Parser/action_helpers.c`, `Parser/pegen.h`.

use super::node::{Kind, NodeId};
use super::parser::Parser;
use super::rules::{Action, Terminal};
use crate::error::{ErrorKind, SyntaxError};
use crate::parse::tokenizer::TokenKind;

/// What comes of an alternative that was found.
pub(super) enum Outcome {
    Node(NodeId),
    /// It does not count after all.
    Nothing,
    Error(Box<SyntaxError>),
    /// The parser has the error.
    Stopped,
}

/// What may be assigned to, deleted, or stand behind `for`.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Targets {
    Star,
    Delete,
    For,
}

impl Parser<'_> {
    pub(super) fn act(
        &mut self,
        action: Option<&'static Action>,
        span: (u32, u32),
        named: &[(u8, NodeId)],
    ) -> Outcome {
        let named = |name: Option<&u8>| {
            named
                .iter()
                .find(|(known, _)| name == Some(known))
                .map_or(0, |(_, node)| *node)
        };
        match action {
            None => Outcome::Node(self.make(Kind::Other, span, Vec::new())),
            Some(Action::Node(kind, names)) => {
                let children = names.iter().map(|name| named(Some(name))).collect();
                Outcome::Node(self.make(*kind, span, children))
            }
            Some(Action::Do(what, names, message)) => {
                let mut names = names.iter();
                let a = named(names.next());
                let b = named(names.next());
                if let Some(outcome) = self.string_action(what, span, (a, b)) {
                    return outcome;
                }
                match self.mistake(what, span, (a, b), message) {
                    Ok(Some(error)) => Outcome::Error(Box::new(error)),
                    Ok(None) => self.result(what, span, (a, b)),
                    Err(_) => Outcome::Stopped,
                }
            }
        }
    }

    /// Nodes that are no errors.
    fn result(&mut self, what: &str, span: (u32, u32), (a, b): (NodeId, NodeId)) -> Outcome {
        match what {
            "same" => Outcome::Node(a),
            "statement" => {
                let place = self.places.start(self.node(a).first as usize);
                if place.0 >= self.last_statement.0 {
                    self.last_statement = place;
                }
                Outcome::Node(a)
            }
            "unequal" | "real" | "imaginary" => {
                Outcome::Node(self.make(Kind::Other, span, Vec::new()))
            }
            "future" => {
                let words = |node: NodeId, parser: &Self| {
                    let node = parser.node(node);
                    (node.first..=node.last)
                        .map(|token| parser.text(token as usize).to_owned())
                        .collect::<Vec<_>>()
                };
                // Not in `from .__future__`.
                let is_absolute = self.node(a).first == span.0 + 1;
                if is_absolute
                    && words(a, self) == ["__future__"]
                    && words(b, self).iter().any(|word| word == "barry_as_FLUFL")
                {
                    self.is_flufl = true;
                }
                Outcome::Node(self.make(Kind::Other, span, Vec::new()))
            }
            _ => Outcome::Nothing,
        }
    }

    /// The error that an action finds.
    fn mistake(
        &mut self,
        what: &str,
        span: (u32, u32),
        (a, b): (NodeId, NodeId),
        message: &str,
    ) -> Result<Option<SyntaxError>, super::parser::Stop> {
        Ok(Some(match what {
            "at" => self.between(self.worded(message, a), a, a),
            "range" => self.between(self.worded(message, a), a, b),
            "range_last" => {
                let last = self.last_of(a);
                self.between(message.to_owned(), last, b)
            }
            "from" => {
                self.places
                    .onwards(message.to_owned(), self.node(a).first as usize, self.fill)
            }
            "last" => self.at_last(ErrorKind::SyntaxError, message.to_owned()),
            "next" => {
                let next = self.peek()?;
                self.places
                    .at_token(ErrorKind::SyntaxError, message.to_owned(), next, self.fill)
            }
            "indentation" => {
                let message = self.worded(message, a);
                self.at_last(ErrorKind::IndentationError, message)
            }
            "key" => {
                let node = self.node(a);
                self.places.at_end_of_token(
                    message.to_owned(),
                    (node.first as usize, node.last as usize),
                    self.fill,
                )
            }
            "target_star" => return Ok(self.target(a, Targets::Star)),
            "target_del" => return Ok(self.target(a, Targets::Delete)),
            "target_for" => return Ok(self.target(a, Targets::For)),
            "legacy" => {
                let name = self.text(self.node(a).first as usize);
                if !is_legacy(name) {
                    return Ok(None);
                }
                let message =
                    format!("Missing parentheses in call to '{name}'. Did you mean {name}(...)?");
                self.between(message, a, b)
            }
            "comma" => {
                let node = self.node(a);
                let is_statement =
                    node.kind == Kind::Name && is_legacy(self.text(node.first as usize));
                if is_statement || self.tokens[self.mark - 1].level == 0 {
                    return Ok(None);
                }
                let message = "invalid syntax. Perhaps you forgot a comma?".to_owned();
                self.between(message, a, b)
            }
            "bound" => {
                let what = if self.node(b).kind == Kind::Tuple {
                    "constraints"
                } else {
                    "bound"
                };
                // The kind of parameter is its stars.
                let stars = self.text(span.0 as usize);
                let parameter = if stars == "*" {
                    "TypeVarTuple"
                } else {
                    "ParamSpec"
                };
                self.places.onwards(
                    format!("cannot use {what} with {parameter}"),
                    self.node(a).first as usize,
                    self.fill,
                )
            }
            "generator" => self.bare_generator(a, b),
            "bare_generator" => {
                let positional = self.positional(a);
                match positional.last() {
                    Some(&last) if positional.len() > 1 => self.bare_generator(last, b),
                    _ => return Ok(None),
                }
            }
            "positional_behind" => {
                let message = if self.has_unpacking(a) {
                    "positional argument follows keyword argument unpacking"
                } else {
                    "positional argument follows keyword argument"
                };
                self.at_last(ErrorKind::SyntaxError, message.to_owned())
            }
            "unequal_sign" if self.is_joined(a, b) => {
                let message = "invalid syntax.  Maybe you meant '!=' instead of '<>'?".to_owned();
                self.between(message, a, b)
            }
            "unequal" if self.is_flufl && self.text(span.0 as usize) == "!=" => {
                let message = "with Barry as BDFL, use '<>' instead of '!='".to_owned();
                self.at_last(ErrorKind::SyntaxError, message)
            }
            "real" | "imaginary" => {
                let text = self.text(self.node(a).first as usize);
                let is_imaginary = text.ends_with(['j', 'J']);
                if is_imaginary == (what == "imaginary") {
                    return Ok(None);
                }
                let message = format!("{what} number required in complex literal");
                self.between(message, a, a)
            }
            _ => return Ok(None),
        }))
    }

    pub(super) fn at_last(&self, kind: ErrorKind, message: String) -> SyntaxError {
        self.places
            .at_token(kind, message, self.fill.saturating_sub(1), self.fill)
    }

    pub(super) fn between(&self, message: String, a: NodeId, b: NodeId) -> SyntaxError {
        let span = (self.node(a).first as usize, self.node(b).last as usize);
        self.places.at_tokens(message, span, self.fill)
    }

    fn bare_generator(&self, element: NodeId, clauses: NodeId) -> SyntaxError {
        let message = "Generator expression must be parenthesized".to_owned();
        let clause = self.last_of(clauses);
        // What it goes through, or the last condition.
        let last = match self.node(clause).children.as_ref() {
            [iterable, conditions] => match self.node(*conditions).children.last() {
                Some(&condition) => condition,
                None => *iterable,
            },
            _ => clause,
        };
        self.between(message, element, last)
    }

    /// Whether nothing is between two tokens.
    fn is_joined(&self, a: NodeId, b: NodeId) -> bool {
        let token = |node: NodeId| self.tokens[self.node(node).first as usize];
        token(a).end == token(b).start
    }

    fn last_of(&self, sequence: NodeId) -> NodeId {
        self.node(sequence)
            .children
            .last()
            .copied()
            .unwrap_or(sequence)
    }

    /// The message with what it says of `a`: `%e`, the kind of an expression; `%t`, its text; `%l`, its line.
    fn worded(&self, message: &str, a: NodeId) -> String {
        if !message.contains('%') {
            return message.to_owned();
        }
        let node = self.node(a);
        let first = node.first as usize;
        message
            .replace("%e", node.kind.described())
            .replace("%t", self.text(first))
            .replace("%l", &self.places.lineno(first).to_string())
    }

    /// The arguments of a call without keywords, and those with.
    fn split_arguments(&self, arguments: NodeId) -> (Vec<NodeId>, Vec<NodeId>) {
        let mut all = Vec::new();
        self.flatten(arguments, &mut all);
        all.into_iter()
            .partition(|&id| !matches!(self.node(id).kind, Kind::Keyword | Kind::KeywordUnpacking))
    }

    fn flatten(&self, id: NodeId, into: &mut Vec<NodeId>) {
        let node = self.node(id);
        match node.kind {
            Kind::Nothing => {}
            Kind::Seq | Kind::Arguments => {
                for &child in &node.children {
                    self.flatten(child, into);
                }
            }
            _ => into.push(id),
        }
    }

    fn positional(&self, arguments: NodeId) -> Vec<NodeId> {
        self.split_arguments(arguments).0
    }

    fn has_unpacking(&self, arguments: NodeId) -> bool {
        self.split_arguments(arguments)
            .1
            .iter()
            .any(|&id| self.node(id).kind == Kind::KeywordUnpacking)
    }

    fn target(&self, id: NodeId, targets: Targets) -> Option<SyntaxError> {
        let invalid = self.invalid_target(id, targets)?;
        let verb = if targets == Targets::Delete {
            "delete"
        } else {
            "assign to"
        };
        let what = self.node(invalid).kind.described();
        Some(self.between(format!("cannot {verb} {what}"), invalid, invalid))
    }

    /// The first part of a target that cannot be one (CPython: `_PyPegen_get_invalid_target`).
    fn invalid_target(&self, id: NodeId, targets: Targets) -> Option<NodeId> {
        let node = self.node(id);
        match node.kind {
            Kind::List | Kind::Tuple | Kind::Seq => node
                .children
                .iter()
                .find_map(|&child| self.invalid_target(child, targets)),
            Kind::Starred if targets != Targets::Delete => {
                self.invalid_target(*node.children.first()?, targets)
            }
            Kind::Compare if targets == Targets::For => {
                let [left, pairs] = node.children.as_ref() else {
                    return Some(id);
                };
                let first = *self.node(*pairs).children.first()?;
                if self.node(first).kind == Kind::In {
                    self.invalid_target(*left, targets)
                } else {
                    None
                }
            }
            Kind::Name | Kind::Subscript | Kind::Attribute | Kind::Nothing => None,
            _ => Some(id),
        }
    }
}

/// Statements of Python 2.
fn is_legacy(name: &str) -> bool {
    matches!(name, "print" | "exec")
}

/// The terminal of a token.
pub(super) fn terminal(kind: TokenKind, text: &str, letter: char) -> Terminal {
    let is_template = letter == 't';
    let pick = |f, t| if is_template { t } else { f };
    match kind {
        TokenKind::Name => super::rules::GRAMMAR
            .terminal(text)
            .unwrap_or(Terminal::NAME),
        TokenKind::Op => super::rules::GRAMMAR
            .terminal(text)
            .unwrap_or(Terminal::UNKNOWN),
        TokenKind::Number => Terminal::NUMBER,
        TokenKind::String => Terminal::STRING,
        TokenKind::InterpolatedStart => pick(Terminal::FSTRING_START, Terminal::TSTRING_START),
        TokenKind::InterpolatedMiddle => pick(Terminal::FSTRING_MIDDLE, Terminal::TSTRING_MIDDLE),
        TokenKind::InterpolatedEnd => pick(Terminal::FSTRING_END, Terminal::TSTRING_END),
        TokenKind::Newline | TokenKind::Nl | TokenKind::Comment => Terminal::NEWLINE,
        TokenKind::TypeComment => Terminal::TYPE_COMMENT,
        TokenKind::Indent => Terminal::INDENT,
        TokenKind::Dedent => Terminal::DEDENT,
        TokenKind::EndMarker => Terminal::ENDMARKER,
    }
}
