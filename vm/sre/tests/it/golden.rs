//! Compares the engine with what CPython 3.14 finds; the data is made by `tests/golden/make.py`.
//!
//! Each text case runs as ASCII (if it is) and as WTF-8. `SRE_GOLDEN=file` compares another file made by that script.

use serde::Deserialize;
use taipan_sre::{Env, Machine, Mode, Pattern, Scan, Subject};
use taipan_text::{CodePoint, Wtf8Buf};

/// `[lastindex, [start, end] or null, ...]`, or null for no match.
type Spans = Option<Vec<serde_json::Value>>;

/// One line of a golden file.
#[derive(Deserialize)]
pub(crate) struct Case {
    p: String,
    f: u32,
    bytes: bool,
    pub(crate) code: Vec<u32>,
    pub(crate) groups: usize,
    s: Vec<u32>,
    pos: usize,
    end: usize,
    r#match: Spans,
    full: Spans,
    search: Spans,
    iter: Vec<Spans>,
}

/// The cases of one golden file.
pub(crate) fn read(name: &str) -> Vec<Case> {
    let text = std::fs::read_to_string(name).expect(name);
    text.lines()
        .map(|line| serde_json::from_str(line).expect(line))
        .collect()
}

/// A subject of the case, and where each character starts.
struct Prepared<'s> {
    subject: Subject<'s>,
    offsets: Vec<usize>,
}

fn answer(machine: &Machine, groups: usize, offsets: &[usize]) -> Vec<serde_json::Value> {
    let index = |offset: usize| {
        offsets
            .binary_search(&offset)
            .expect("a span ends between characters")
    };
    let spans = (0..=groups).map(|group| {
        machine
            .span(group)
            .map_or(serde_json::Value::Null, |(start, end)| {
                vec![index(start), index(end)].into()
            })
    });
    std::iter::once(machine.lastindex().into())
        .chain(spans)
        .collect()
}

fn check_subject(
    case: &Case,
    pattern: &Pattern,
    prepared: &Prepared,
    how: &str,
) -> Result<(), String> {
    let Prepared { subject, offsets } = prepared;
    let (pos, end) = (offsets[case.pos], offsets[case.end]);
    let mut machine = Machine::new();
    let env = Env::DEFAULT;
    let wrong = |what: &str, found: &dyn std::fmt::Debug, wanted: &dyn std::fmt::Debug| {
        let Case { p, f, s, .. } = case;
        let text: String = s
            .iter()
            .map(|&ch| char::from_u32(ch).unwrap_or('\u{fffd}'))
            .collect();
        Err(format!(
            "{what} of {p:?} flags {f} in {text:?} ({how}, {}..{}): {found:?}, CPython {wanted:?}",
            case.pos, case.end
        ))
    };
    for (what, mode, wanted) in [
        ("match", Mode::Match, &case.r#match),
        ("fullmatch", Mode::FullMatch, &case.full),
        ("search", Mode::Search, &case.search),
    ] {
        let found = pattern
            .run(&mut machine, *subject, mode, pos, end, &env)
            .expect("neither interrupt nor limit");
        let found: Spans = found.then(|| answer(&machine, case.groups, offsets));
        if found != *wanted {
            return wrong(what, &found, wanted);
        }
    }
    let mut scan = Scan::new(pos, end);
    let mut found: Vec<Spans> = Vec::new();
    while scan
        .step(pattern, &mut machine, *subject, Mode::Search, &env)
        .expect("neither interrupt nor limit")
    {
        found.push(Some(answer(&machine, case.groups, offsets)));
        if found.len() > case.iter.len() {
            break;
        }
    }
    if found != case.iter {
        wrong("finditer", &found, &case.iter)
    } else {
        Ok(())
    }
}

fn check_case(case: &Case) -> Result<(), String> {
    let narrow: Vec<usize> = (0..=case.s.len()).collect();
    if case.bytes {
        let pattern = Pattern::new_bytes(&case.code, case.groups)
            .map_err(|error| format!("{:?}: {error}", case.p))?;
        let bytes: Vec<u8> = case
            .s
            .iter()
            .map(|&ch| u8::try_from(ch).expect("a byte"))
            .collect();
        return check_subject(
            case,
            &pattern,
            &Prepared {
                subject: Subject::Bytes(&bytes),
                offsets: narrow,
            },
            "bytes",
        );
    }
    let pattern =
        Pattern::new(&case.code, case.groups).map_err(|error| format!("{:?}: {error}", case.p))?;
    let mut text = Wtf8Buf::new();
    let mut offsets = vec![0];
    for &ch in &case.s {
        text.push(CodePoint::from_u32(ch).expect("a code point"));
        offsets.push(text.as_bytes().len());
    }
    check_subject(
        case,
        &pattern,
        &Prepared {
            subject: Subject::Text(&text),
            offsets,
        },
        "text",
    )?;
    if text.is_ascii() {
        let subject = Subject::Ascii(text.as_bytes());
        check_subject(
            case,
            &pattern,
            &Prepared {
                subject,
                offsets: narrow,
            },
            "ascii",
        )?;
    }
    Ok(())
}

/// Checks every case of a golden file and reports all that differ.
fn check_file(name: &str) {
    let cases = read(name);
    assert!(!cases.is_empty());
    let wrong: Vec<String> = cases
        .iter()
        .filter_map(|case| check_case(case).err())
        .collect();
    assert!(
        wrong.is_empty(),
        "{} of {} differ:\n{}",
        wrong.len(),
        cases.len(),
        wrong[..wrong.len().min(20)].join("\n")
    );
}

#[test]
fn written_cases_agree_with_cpython() {
    check_file("tests/golden/cases.jsonl");
}

#[test]
fn random_cases_agree_with_cpython() {
    check_file("tests/golden/random.jsonl");
}

#[test]
fn another_file_agrees_with_cpython_if_one_is_named() {
    if let Ok(name) = std::env::var("SRE_GOLDEN") {
        check_file(&name);
    }
}
