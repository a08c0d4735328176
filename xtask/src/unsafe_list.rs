//! The audit list: which files may contain unsafe code.
//!
//! `unsafe_code` is denied in the workspace; a file that allows it must be in `xtask/unsafe.txt`, so that each new one
//! shows in review.

use std::collections::BTreeSet;

use crate::Outcome;
use crate::command::root;
use crate::tidy::sources;

const LIST: &str = "xtask/unsafe.txt";

/// Prints each file with its number of unsafe blocks and implementations.
pub(crate) fn run(arguments: &[String]) -> Outcome {
    let found = files()?;
    if arguments.iter().any(|argument| argument == "--update") {
        let text: String = found.iter().map(|(file, _)| format!("{file}\n")).collect();
        return std::fs::write(root().join(LIST), text).map_err(|error| format!("{LIST}: {error}"));
    }
    for (file, count) in &found {
        println!("{count:>4}  {file}");
    }
    println!(
        "{:>4}  in {} files",
        found.iter().map(|(_, count)| count).sum::<usize>(),
        found.len()
    );
    Ok(())
}

/// The files with unsafe code, and how many blocks and implementations each has.
fn files() -> Result<Vec<(String, usize)>, String> {
    let mut found = Vec::new();
    for (file, text) in sources("rs")? {
        if file.starts_with("xtask/") {
            continue;
        }
        let count = text
            .lines()
            .map(str::trim_start)
            .filter(|line| !line.starts_with("//"))
            .map(|line| line.matches("unsafe {").count() + line.matches("unsafe impl ").count())
            .sum();
        if count > 0 {
            found.push((file, count));
        }
    }
    Ok(found)
}

/// Files with unsafe code that the list does not name, and the other way round.
pub(crate) fn differences() -> Result<Vec<String>, String> {
    let list =
        std::fs::read_to_string(root().join(LIST)).map_err(|error| format!("{LIST}: {error}"))?;
    let listed: BTreeSet<String> = list.lines().map(str::to_owned).collect();
    let present: BTreeSet<String> = files()?.into_iter().map(|(file, _)| file).collect();
    let new = present
        .difference(&listed)
        .map(|file| format!("{file}: unsafe code, but not in {LIST}"));
    let gone = listed
        .difference(&present)
        .map(|file| format!("{LIST}: {file} has no unsafe code (any more)"));
    Ok(new.chain(gone).collect())
}
