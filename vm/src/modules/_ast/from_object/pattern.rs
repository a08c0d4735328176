//! Patterns.

use taipan_compiler::ast::{Pattern, PatternKind};

use super::super::nodes::{Group, Node};
use super::{Reader, Source};
use crate::error::PyResult;
use crate::value::Value;

impl Reader<'_> {
    pub(super) fn pattern(&mut self, object: &Value) -> PyResult<Pattern> {
        let loc = self.location(object, Group::Pattern)?;
        let source = self.source(object, Group::Pattern)?;
        let kind = match source.node {
            Node::MatchValue => PatternKind::MatchValue(self.boxed(source, 0)?),
            Node::MatchSingleton => {
                PatternKind::MatchSingleton(self.constant(&self.given(source, 0)?)?)
            }
            Node::MatchSequence => PatternKind::MatchSequence(self.patterns(source, 0)?),
            Node::MatchMapping => PatternKind::MatchMapping {
                keys: self.exprs(source, 0)?,
                patterns: self.patterns(source, 1)?,
                rest: self.opt_name(source, 2)?,
            },
            Node::MatchClass => PatternKind::MatchClass {
                cls: self.boxed(source, 0)?,
                patterns: self.patterns(source, 1)?,
                kwd_attrs: self.identifiers(source, 2)?,
                kwd_patterns: self.patterns(source, 3)?,
            },
            Node::MatchStar => PatternKind::MatchStar(self.opt_name(source, 0)?),
            Node::MatchAs => PatternKind::MatchAs {
                pattern: match self.opt_field(source, 0)? {
                    Some(pattern) => {
                        self.check_depth(source)?;
                        Some(Box::new(self.pattern(&pattern)?))
                    }
                    None => None,
                },
                name: self.opt_name(source, 1)?,
            },
            Node::MatchOr => PatternKind::MatchOr(self.patterns(source, 0)?),
            other => return Err(self.unexpected(other)),
        };
        Ok(Pattern { kind, loc })
    }

    fn patterns(&mut self, source: Source<'_>, index: usize) -> PyResult<Vec<Pattern>> {
        self.list(source, index, Self::pattern)
    }
}
