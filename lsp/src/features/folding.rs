//! `textDocument/foldingRange`: blocks, brackets, strings over lines, imports, `# region`, `# %%` cells.
//!
//! Tests: below.

use lsp_types::{FoldingRange, FoldingRangeKind, FoldingRangeParams};
use ruff_python_ast::visitor::{self, Visitor};
use ruff_python_ast::{self as ast, Expr, Stmt};
use ruff_text_size::{Ranged, TextRange};

use super::Answer;
use crate::project::{Document, Snapshot};

pub(crate) fn folding_ranges(
    snapshot: &Snapshot,
    params: FoldingRangeParams,
) -> Answer<Vec<FoldingRange>> {
    Ok(fold(&*super::document(
        snapshot,
        &params.text_document.uri,
    )?))
}

struct Folder<'d> {
    document: &'d Document,
    out: Vec<FoldingRange>,
}

impl Folder<'_> {
    fn add(&mut self, start: usize, end: usize, kind: Option<FoldingRangeKind>) {
        if end > start
            && !self
                .out
                .iter()
                .rev()
                .take(4)
                .any(|one| one.start_line == start as u32 && one.end_line == end as u32)
        {
            self.out.push(FoldingRange {
                start_line: start as u32,
                end_line: end as u32,
                kind,
                ..FoldingRange::default()
            });
        }
    }

    fn range(&mut self, range: TextRange, kind: Option<FoldingRangeKind>) {
        let text = &self.document.text;
        let (start, end) = (
            text.line_of(range.start().to_usize()),
            text.line_of(range.end().to_usize()),
        );
        self.add(start, end, kind);
    }

    /// A block folds from its header's line to its last one.
    fn block(&mut self, header: usize, body: &[Stmt]) {
        if let Some(last) = body.last() {
            let text = &self.document.text;
            self.add(
                text.line_of(header),
                text.line_of(last.end().to_usize()),
                None,
            );
        }
    }

    fn imports(&mut self, body: &[Stmt]) {
        let is_import = |stmt: &Stmt| matches!(stmt, Stmt::Import(_) | Stmt::ImportFrom(_));
        for run in body.chunk_by(|a, b| is_import(a) == is_import(b)) {
            if let (Some(first), Some(last)) = (run.first(), run.last())
                && is_import(first)
            {
                self.range(
                    TextRange::new(first.start(), last.end()),
                    Some(FoldingRangeKind::Imports),
                );
            }
        }
    }

    fn comments(&mut self) {
        let text = &self.document.text;
        let (mut regions, mut cell) = (Vec::new(), None);
        let mut found = Vec::new();
        for line in 0..text.line_count() {
            let trimmed = text.line(line).trim_start();
            let Some(comment) = trimmed.strip_prefix('#') else {
                continue;
            };
            let comment = comment.trim_start();
            if comment.starts_with("region") {
                regions.push(line);
            } else if comment.starts_with("endregion") {
                found.extend(regions.pop().map(|start| (start, line)));
            } else if comment.starts_with("%%") {
                found.extend(cell.replace(line).map(|start| (start, line - 1)));
            }
        }
        found.extend(cell.map(|start| (start, text.line_count().saturating_sub(2))));
        found
            .into_iter()
            .for_each(|(start, end)| self.add(start, end, Some(FoldingRangeKind::Region)));
    }
}

impl<'a> Visitor<'a> for Folder<'_> {
    fn visit_stmt(&mut self, stmt: &'a Stmt) {
        let start = stmt.start().to_usize();
        match stmt {
            Stmt::FunctionDef(node) => self.block(node.name.start().to_usize(), &node.body),
            Stmt::ClassDef(node) => self.block(node.name.start().to_usize(), &node.body),
            Stmt::For(node) => self.block(start, &node.body),
            Stmt::While(node) => self.block(start, &node.body),
            Stmt::With(node) => self.block(start, &node.body),
            Stmt::If(node) => self.block(start, &node.body),
            Stmt::Try(node) => self.block(start, &node.body),
            Stmt::Match(_) => self.range(stmt.range(), None),
            _ => {}
        }
        visitor::walk_stmt(self, stmt);
    }

    fn visit_elif_else_clause(&mut self, clause: &'a ast::ElifElseClause) {
        self.block(clause.start().to_usize(), &clause.body);
        visitor::walk_elif_else_clause(self, clause);
    }

    fn visit_except_handler(&mut self, handler: &'a ast::ExceptHandler) {
        self.range(handler.range(), None);
        visitor::walk_except_handler(self, handler);
    }

    fn visit_match_case(&mut self, case: &'a ast::MatchCase) {
        self.range(case.range(), None);
        visitor::walk_match_case(self, case);
    }

    fn visit_expr(&mut self, expr: &'a Expr) {
        match expr {
            Expr::List(_)
            | Expr::Tuple(_)
            | Expr::Dict(_)
            | Expr::Set(_)
            | Expr::ListComp(_)
            | Expr::DictComp(_) => {
                self.range(expr.range(), None);
            }
            Expr::StringLiteral(_) | Expr::FString(_) | Expr::BytesLiteral(_) => {
                self.range(expr.range(), Some(FoldingRangeKind::Comment));
            }
            Expr::Call(node) => self.range(node.arguments.range, None),
            _ => {}
        }
        visitor::walk_expr(self, expr);
    }
}

fn fold(document: &Document) -> Vec<FoldingRange> {
    let mut folder = Folder {
        document,
        out: Vec::new(),
    };
    folder.visit_body(document.body());
    folder.imports(document.body());
    folder.comments();
    folder
        .out
        .sort_by_key(|range| (range.start_line, std::cmp::Reverse(range.end_line)));
    folder
        .out
        .dedup_by_key(|range| (range.start_line, range.end_line));
    folder.out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixture::Fixture;

    #[track_caller]
    fn check(source: &str, expected: &[(u32, u32)]) {
        let found: Vec<_> = fold(&Fixture::new(source).main())
            .iter()
            .map(|one| (one.start_line, one.end_line))
            .collect();
        assert_eq!(found, expected, "{source}");
    }

    #[test]
    fn blocks_brackets_imports_and_regions_fold() {
        check(
            "import os\nimport sys\ndef f():\n    return [\n        1,\n    ]\n",
            &[(0, 1), (2, 5), (3, 5)],
        );
        check("# region a\nx = 1\n# endregion\n", &[(0, 2)]);
        check("# %% one\nx = 1\n# %% two\ny = 2\n", &[(0, 1), (2, 3)]);
    }
}
