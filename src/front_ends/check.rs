//! `taipan check FILES...`: prints what an editor would show.
//!
//! Status 1 if there is anything to print, 2 if a file cannot be read. Tests: `tests/cli/own/check.txt`.

use std::path::PathBuf;

use annotate_snippets::{AnnotationKind, Level, Renderer, Snippet};
use taipan_lsp::Finding;

use super::environment::has_colors;

pub(super) const USAGE: &str =
    "usage: taipan check [--output-format text | json] FILE_OR_FOLDER...";

#[derive(Clone, Copy, PartialEq)]
enum Format {
    Text,
    Json,
}

/// Runs `taipan check`.
pub(super) fn run(program: &str, arguments: &[String]) -> Result<u8, String> {
    let (format, paths) = parse(arguments)?;
    let report = taipan_lsp::check(&paths, &super::language_server_options());
    match format {
        Format::Text => {
            let renderer = if has_colors(false) {
                Renderer::styled()
            } else {
                Renderer::plain()
            };
            for finding in &report.findings {
                println!("{}\n", rendered(finding, &renderer));
            }
        }
        Format::Json => println!("{}", as_json(&report.findings)),
    }
    for path in &report.unreadable {
        eprintln!("{program} check: cannot read {}", path.display());
    }
    Ok(
        match (report.unreadable.is_empty(), report.findings.is_empty()) {
            (false, _) => 2,
            (true, false) => 1,
            (true, true) => 0,
        },
    )
}

fn parse(arguments: &[String]) -> Result<(Format, Vec<PathBuf>), String> {
    let mut format = Format::Text;
    let mut paths = Vec::new();
    let mut arguments = arguments.iter();
    while let Some(argument) = arguments.next() {
        if argument == "--" {
            paths.extend(arguments.by_ref().map(PathBuf::from));
        } else if argument == "--output-format" || argument.starts_with("--output-format=") {
            let value = match argument.split_once('=') {
                Some((_, value)) => Some(value),
                None => arguments.next().map(String::as_str),
            };
            format = match value {
                Some("text") => Format::Text,
                Some("json") => Format::Json,
                _ => return Err("--output-format is text or json".to_owned()),
            };
        } else if argument.starts_with('-') && argument != "-" {
            return Err(format!("unknown option {argument}; {USAGE}"));
        } else {
            paths.push(PathBuf::from(argument));
        }
    }
    if paths.is_empty() {
        return Err(USAGE.to_owned());
    }
    Ok((format, paths))
}

/// A finding with its place and its lines, as rustc shows them.
fn rendered(finding: &Finding, renderer: &Renderer) -> String {
    let level = if finding.is_error {
        Level::ERROR
    } else {
        Level::WARNING
    };
    let place = AnnotationKind::Primary.span(finding.range.clone());
    let snippet = Snippet::source(finding.source.as_str())
        .line_start(finding.line)
        .path(finding.path.to_string_lossy())
        .annotation(place);
    let title = level.primary_title(finding.message.as_str());
    renderer.render(&[title.id(finding.code).element(snippet)])
}

fn as_json(findings: &[Finding]) -> String {
    let findings: Vec<serde_json::Value> = findings
        .iter()
        .map(|finding| {
            serde_json::json!({
                "file": finding.path.display().to_string(),
                "line": finding.line,
                "column": finding.column,
                "end_line": finding.end_line,
                "end_column": finding.end_column,
                "severity": if finding.is_error { "error" } else { "warning" },
                "code": finding.code,
                "message": finding.message,
            })
        })
        .collect();
    serde_json::Value::Array(findings).to_string()
}
