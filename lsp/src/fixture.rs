//! Test fixtures: a small workspace written as one text.
//!
//! `$0` is the cursor; a comment line of `^` underlines ranges of the line above; `#- name.py` starts a file.

use std::collections::HashMap;
use std::path::PathBuf;
use std::str::FromStr;
use std::sync::Arc;

use lsp_types::Uri;
use ruff_text_size::TextRange;

use crate::project::resolve::SearchPath;
use crate::project::{Document, Snapshot};
use crate::text::{SourceText, span};

pub(crate) struct Fixture {
    pub(crate) snapshot: Snapshot,
    cursor: Option<(Arc<Document>, usize)>,
    marks: Vec<(String, TextRange)>,
}

const ROOT: &str = "/fixture-root";

impl Fixture {
    pub(crate) fn new(source: &str) -> Fixture {
        let mut files: Vec<(String, String)> = Vec::new();
        for line in source.split_inclusive('\n') {
            match line.strip_prefix("#- ") {
                Some(name) => files.push((name.trim().to_owned(), String::new())),
                None => {
                    if files.is_empty() {
                        files.push(("main.py".to_owned(), String::new()));
                    }
                    files.last_mut().expect("just pushed").1.push_str(line);
                }
            }
        }
        let (mut open, mut cursor, mut marks) = (HashMap::new(), None, Vec::new());
        for (name, text) in files {
            let at = text.find("$0");
            let text = text.replacen("$0", "", 1);
            let uri = Uri::from_str(&format!("file://{ROOT}/{name}")).expect("a URI");
            let document = Arc::new(Document::new(uri, Some(1), true, SourceText::new(text)));
            for line in 1..document.text.line_count() {
                let marker = document.text.line(line);
                if marker.starts_with('#')
                    && marker.contains('^')
                    && !marker.contains(|c: char| c.is_alphanumeric())
                {
                    let above = document.text.line_start(line - 1);
                    let mut i = 0;
                    while let Some(from) = marker[i..].find('^').map(|found| i + found) {
                        i = from + marker[from..].chars().take_while(|c| *c == '^').count();
                        marks.push((document.key.clone(), span(above + from, above + i)));
                    }
                }
            }
            if let Some(at) = at {
                cursor = Some((Arc::clone(&document), at));
            }
            open.insert(document.key.clone(), document);
        }
        let roots = vec![PathBuf::from(ROOT)];
        let search_path = SearchPath {
            own: roots.clone(),
            ..SearchPath::default()
        };
        let snapshot = Snapshot {
            open: Arc::new(open),
            roots: Arc::new(roots),
            search_path: Arc::new(search_path),
            ..Snapshot::default()
        };
        Fixture {
            snapshot,
            cursor,
            marks,
        }
    }

    pub(crate) fn cursor(&self) -> (Arc<Document>, usize) {
        self.cursor.clone().expect("the fixture has a $0")
    }

    pub(crate) fn marked(&self) -> Vec<(String, TextRange)> {
        self.marks.clone()
    }

    pub(crate) fn main(&self) -> Arc<Document> {
        self.snapshot
            .open
            .values()
            .find(|document| document.key.ends_with("main.py"))
            .cloned()
            .expect("main.py")
    }
}

/// Checks the codes of all problems of a text.
#[track_caller]
pub(crate) fn check_problems(source: &str, expected: &[&str]) {
    let fixture = Fixture::new(source);
    let found = crate::diagnostics::problems(&fixture.snapshot, &fixture.main());
    let codes: Vec<&str> = found.iter().map(|problem| problem.code).collect();
    assert_eq!(codes, expected, "{source}\n{found:#?}");
}
