//! `taipan check`: the errors and warnings of files, without an editor.
//!
//! The same findings as in an editor, but its hints. Columns count characters from 1. Tests: below.

use std::num::NonZero;
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, OnceLock};
use std::thread;

use lsp_types::DiagnosticSeverity;

use crate::Options;
use crate::diagnostics::{Problem, problems};
use crate::project::resolve::SearchPath;
use crate::project::{Document, Snapshot, files};

/// One error or warning.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    pub path: PathBuf,
    pub line: usize,
    pub column: usize,
    pub end_line: usize,
    /// The column behind the last character.
    pub end_column: usize,
    pub is_error: bool,
    pub code: &'static str,
    pub message: String,
    /// The lines that it is in.
    pub source: String,
    /// Where it is in `source`, in bytes.
    pub range: Range<usize>,
}

/// What came out of all files.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Report {
    pub findings: Vec<Finding>,
    /// Paths that cannot be read.
    pub unreadable: Vec<PathBuf>,
}

/// Checks files, and all Python files below folders.
pub fn check(paths: &[PathBuf], options: &Options) -> Report {
    let current = files::current_folder();
    let roots: Vec<PathBuf> = vec![current.clone()];
    let snapshot = Snapshot {
        search_path: Arc::new(SearchPath::new(&roots, options.library.clone())),
        roots: Arc::new(roots),
        ..Snapshot::default()
    };
    let mut files = Vec::new();
    for path in paths {
        let full = current.join(path);
        if files::is_folder(&full) {
            for file in snapshot.files.list(&full).iter() {
                files.push((file.clone(), shown(path, &full, file)));
            }
        } else {
            files.push((full, path.clone()));
        }
    }
    let mut report = Report {
        findings: Vec::new(),
        unreadable: Vec::new(),
    };
    for checked in check_all(&snapshot, &files) {
        match checked {
            Ok(findings) => report.findings.extend(findings),
            Err(path) => report.unreadable.push(path),
        }
    }
    report
}

type Checked = Result<Vec<Finding>, PathBuf>;

/// Checks files, each with the name to show, on all processors; the results are in the order of the files.
fn check_all(snapshot: &Snapshot, files: &[(PathBuf, PathBuf)]) -> Vec<Checked> {
    let results: Vec<OnceLock<Checked>> = files.iter().map(|_| OnceLock::new()).collect();
    let next = AtomicUsize::new(0);
    let work = |snapshot: Snapshot| {
        while let index = next.fetch_add(1, Ordering::Relaxed)
            && let (Some((file, shown)), Some(result)) = (files.get(index), results.get(index))
        {
            result.get_or_init(|| check_file(&snapshot, file, shown));
        }
    };
    let processors = thread::available_parallelism().map_or(1, NonZero::get);
    thread::scope(|scope| {
        for _ in 1..processors.min(files.len()) {
            let snapshot = snapshot.clone();
            // Where there is no thread to be had, the others do its work.
            let _ = thread::Builder::new().spawn_scoped(scope, || work(snapshot));
        }
        work(snapshot.clone());
    });
    results
        .into_iter()
        .filter_map(OnceLock::into_inner)
        .collect()
}

/// How a file below a folder is called: as the folder was.
fn shown(folder: &Path, full: &Path, file: &Path) -> PathBuf {
    file.strip_prefix(full)
        .map_or_else(|_| file.to_owned(), |rest| folder.join(rest))
}

fn check_file(snapshot: &Snapshot, file: &Path, shown: &Path) -> Result<Vec<Finding>, PathBuf> {
    let document = snapshot.file(file).ok_or_else(|| shown.to_owned())?;
    Ok(problems(snapshot, &document)
        .into_iter()
        .filter(|problem| {
            matches!(
                problem.severity,
                DiagnosticSeverity::ERROR | DiagnosticSeverity::WARNING
            )
        })
        .map(|problem| finding(&document, shown, problem))
        .collect())
}

fn finding(document: &Document, path: &Path, problem: Problem) -> Finding {
    let text = &document.text;
    let place = |offset: usize| {
        let line = text.line_of(offset);
        let column = text.slice(text.line_start(line), offset).chars().count();
        (line + 1, column + 1)
    };
    let (start, end) = (
        problem.range.start().to_usize(),
        problem.range.end().to_usize(),
    );
    let (line, column) = place(start);
    let (end_line, end_column) = place(end);
    let first = text.line_start(line - 1);
    let behind = text.line_start(end_line - 1) + text.line(end_line - 1).len();
    Finding {
        path: path.to_owned(),
        line,
        column,
        end_line,
        end_column,
        is_error: problem.severity == DiagnosticSeverity::ERROR,
        code: problem.code,
        source: text.slice(first, behind.max(end)).to_owned(),
        range: start - first..end - first,
        message: problem.message,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixture::Fixture;

    #[test]
    fn results_come_in_the_order_of_the_files() {
        let fixture = Fixture::new("x = (\n");
        let name = |number: usize| PathBuf::from(format!("missing{number}.py"));
        let files: Vec<_> = (0..50).map(|number| (name(number), name(number))).collect();
        let checked = check_all(&fixture.snapshot, &files);
        let wanted: Vec<Checked> = (0..50).map(|number| Err(name(number))).collect();
        assert_eq!(checked, wanted);
    }

    #[test]
    fn a_finding_has_its_line_and_columns() {
        let fixture = Fixture::new("é = 1\nx = (é,\n");
        let found: Vec<Finding> = problems(&fixture.snapshot, &fixture.main())
            .into_iter()
            .map(|problem| finding(&fixture.main(), Path::new("main.py"), problem))
            .collect();
        let [only] = found.as_slice() else {
            panic!("{found:?}");
        };
        assert_eq!((only.line, only.column, only.end_column), (2, 5, 6));
        assert_eq!(
            (only.source.as_str(), only.range.clone()),
            ("x = (é,", 4..5)
        );
        assert!(only.is_error);
    }
}
