//! "Did you mean ...?": the candidate that looks most like a misspelled name.
//!
//! CPython 3.14: `_Py_CalculateSuggestions` (`Python/suggestions.c`): an edit distance where an insertion, deletion or
//! substitution costs 2 and a change of case 1, and a limit of a third of the letters involved. Lengths are in bytes of
//! UTF-8, as there. Tests: below.

/// More candidates are not worth the search.
const MAX_CANDIDATES: usize = 750;
/// What differs over a longer stretch is another word.
const MAX_DIFFERENCE: usize = 40;
const MOVE: usize = 2;
const CASE: usize = 1;

/// Returns the first of the nearest candidates, if any is near enough. `name` itself is none.
pub fn suggest<'a>(
    name: &str,
    candidates: impl ExactSizeIterator<Item = &'a str>,
) -> Option<&'a str> {
    if candidates.len() >= MAX_CANDIDATES {
        return None;
    }
    let mut best: Option<(usize, &'a str)> = None;
    for candidate in candidates {
        if candidate == name {
            continue;
        }
        let limit = (name.len() + candidate.len() + 3) * MOVE / 6;
        let limit = match best {
            // Nothing beats a candidate at distance zero.
            Some((0, _)) => break,
            Some((distance, _)) => limit.min(distance - 1),
            None => limit,
        };
        if let Some(distance) = distance(name.as_bytes(), candidate.as_bytes(), limit) {
            best = Some((distance, candidate));
        }
    }
    best.map(|(_, candidate)| candidate)
}

/// The edit distance, unless it exceeds `limit`.
fn distance(a: &[u8], b: &[u8], limit: usize) -> Option<usize> {
    let (a, b) = without_common_ends(a, b);
    let (short, long) = if a.len() <= b.len() { (a, b) } else { (b, a) };
    if short.is_empty() {
        return Some(long.len() * MOVE).filter(|&distance| distance <= limit);
    }
    if long.len() > MAX_DIFFERENCE || (long.len() - short.len()) * MOVE > limit {
        return None;
    }
    // One row of the usual matrix, updated in place: the costs of turning a prefix of `long` into those of `short`.
    let mut row = [0; MAX_DIFFERENCE];
    for (index, cell) in row.iter_mut().enumerate() {
        *cell = (index + 1) * MOVE;
    }
    let mut left = 0;
    for (index, &letter) in long.iter().enumerate() {
        let mut diagonal = index * MOVE;
        left = diagonal + MOVE;
        let mut least = usize::MAX;
        for (cell, &other) in row.iter_mut().zip(short) {
            let substituted = diagonal + substitution(letter, other);
            diagonal = *cell;
            left = substituted.min(left.min(diagonal) + MOVE);
            *cell = left;
            least = least.min(left);
        }
        if least > limit {
            return None;
        }
    }
    Some(left).filter(|&distance| distance <= limit)
}

fn without_common_ends<'a>(mut a: &'a [u8], mut b: &'a [u8]) -> (&'a [u8], &'a [u8]) {
    while let ([first, rest @ ..], [other, others @ ..]) = (a, b)
        && first == other
    {
        (a, b) = (rest, others);
    }
    while let ([rest @ .., last], [others @ .., other]) = (a, b)
        && last == other
    {
        (a, b) = (rest, others);
    }
    (a, b)
}

fn substitution(a: u8, b: u8) -> usize {
    if a == b {
        0
    } else if a.eq_ignore_ascii_case(&b) {
        CASE
    } else {
        MOVE
    }
}

#[cfg(test)]
mod tests {
    use super::suggest;

    #[track_caller]
    fn check(name: &str, candidates: &[&str], expected: Option<&str>) {
        assert_eq!(suggest(name, candidates.iter().copied()), expected);
    }

    #[test]
    fn the_nearest_wins() {
        check("revers", &["key", "reverse"], Some("reverse"));
        check("bas", &["base"], Some("base"));
        check("cmp", &["key", "reverse"], None);
        check("ke", &["key", "reverse"], Some("key"));
        check("KEY", &["reverse", "key"], Some("key"));
    }

    #[test]
    fn the_name_itself_is_no_suggestion() {
        check("key", &["key"], None);
    }
}
