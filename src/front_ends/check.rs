//! `taipan check FILES...`: prints what an editor would show.
//!
//! Status 1 if there is anything to print. Tests: `tests/cli/`.

use std::path::PathBuf;

use taipan_lsp::Finding;

const USAGE: &str = "usage: taipan check [--output-format text | json] FILE_OR_FOLDER...";

#[derive(Clone, Copy, PartialEq)]
enum Format {
    Text,
    Json,
}

/// Runs `taipan check`.
pub(super) fn run(arguments: &[String]) -> Result<u8, String> {
    let (format, paths) = parse(arguments)?;
    let findings = taipan_lsp::check(&paths, &super::language_server_options())
        .map_err(|path| format!("cannot read {}", path.display()))?;
    match format {
        Format::Text => findings
            .iter()
            .for_each(|finding| print!("{}", rendered(finding))),
        Format::Json => println!("{}", as_json(&findings)),
    }
    Ok(u8::from(!findings.is_empty()))
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

/// A finding with its line and carets under the place.
fn rendered(finding: &Finding) -> String {
    let severity = if finding.is_error { "error" } else { "warning" };
    let head = format!(
        "{}:{}:{}: {severity}: {} [{}]\n",
        finding.path.display(),
        finding.line,
        finding.column,
        finding.message,
        finding.code
    );
    let text = finding.text.trim_start();
    let indent = finding.text.chars().count() - text.chars().count();
    let start = (finding.column - 1).saturating_sub(indent);
    let end = if finding.end_line == finding.line {
        (finding.end_column - 1).saturating_sub(indent)
    } else {
        text.trim_end().chars().count()
    };
    // Tabs stay, so that the carets are below the text.
    let gap: String = text
        .chars()
        .take(start)
        .map(|character| if character == '\t' { '\t' } else { ' ' })
        .collect();
    let carets = "^".repeat(end.saturating_sub(start).max(1));
    format!("{head}    {}\n    {gap}{carets}\n", text.trim_end())
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
