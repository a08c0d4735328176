//! Patterns of `match`.

use ruff_python_ast as py;
use ruff_text_size::{Ranged, TextSize};

use super::Converter;
use crate::ast::{Pattern, PatternKind};
use crate::constant::Constant;
use crate::error::Result;

impl Converter<'_> {
    pub(super) fn pattern(&mut self, pattern: &py::Pattern) -> Result<Pattern> {
        self.nesting.enter()?;
        let kind = match pattern {
            py::Pattern::MatchValue(node) => PatternKind::MatchValue(self.boxed(&node.value)?),
            py::Pattern::MatchSingleton(node) => PatternKind::MatchSingleton(match node.value {
                py::Singleton::None => Constant::None,
                py::Singleton::True => Constant::Bool(true),
                py::Singleton::False => Constant::Bool(false),
            }),
            py::Pattern::MatchSequence(node) => {
                self.check_sequence(node)?;
                PatternKind::MatchSequence(self.patterns(&node.patterns)?)
            }
            py::Pattern::MatchMapping(node) => PatternKind::MatchMapping {
                keys: self.exprs(&node.keys)?,
                patterns: self.patterns(&node.patterns)?,
                rest: self.opt_name(node.rest.as_ref()),
            },
            py::Pattern::MatchClass(node) => {
                if node.cls.range().start() != node.range().start() {
                    // `(A)()`
                    return Err(self.refused(&*node.cls));
                }
                let cls = self.boxed(&node.cls)?;
                let patterns = self.patterns(&node.arguments.patterns)?;
                let mut kwd_attrs = Vec::new();
                let mut kwd_patterns = Vec::new();
                for keyword in &node.arguments.keywords {
                    if keyword.attr.range().start() != keyword.range().start() {
                        // `A((x)=1)`
                        return Err(self.refused(keyword));
                    }
                    kwd_attrs.push(self.name(&keyword.attr));
                    kwd_patterns.push(self.pattern(&keyword.pattern)?);
                }
                PatternKind::MatchClass {
                    cls,
                    patterns,
                    kwd_attrs,
                    kwd_patterns,
                }
            }
            py::Pattern::MatchStar(node) => {
                PatternKind::MatchStar(self.opt_name(node.name.as_ref()))
            }
            py::Pattern::MatchAs(node) => PatternKind::MatchAs {
                pattern: match node.pattern.as_deref() {
                    Some(pattern) => Some(Box::new(self.pattern(pattern)?)),
                    None => None,
                },
                name: self.opt_name(node.name.as_ref()),
            },
            py::Pattern::MatchOr(node) => PatternKind::MatchOr(self.patterns(&node.patterns)?),
        };
        self.nesting.leave();
        Ok(Pattern {
            kind,
            loc: self.loc(pattern),
        })
    }

    /// Refuses what the parser takes in a sequence besides: no comma between two patterns, parentheses around a star.
    fn check_sequence(&self, node: &py::PatternMatchSequence) -> Result<()> {
        let one = TextSize::new(1);
        let byte = |at: TextSize| self.source.as_bytes().get(at.to_usize()).copied();
        let start = node.range().start();
        let mut may_start = [start, self.next_token(start + one)];
        for (number, pattern) in node.patterns.iter().enumerate() {
            if pattern.is_match_star() && !may_start.contains(&pattern.range().start()) {
                return Err(self.refused(pattern));
            }
            let mut behind = self.next_token(pattern.range().end());
            while byte(behind) == Some(b')') {
                behind = self.next_token(behind + one);
            }
            if byte(behind) != Some(b',') && number + 1 < node.patterns.len() {
                return Err(self.refused(&node.patterns[number + 1]));
            }
            may_start = [self.next_token(behind + one); 2];
        }
        Ok(())
    }

    fn patterns(&mut self, patterns: &[py::Pattern]) -> Result<Vec<Pattern>> {
        patterns
            .iter()
            .map(|pattern| self.pattern(pattern))
            .collect()
    }
}
