//! Reads the rules of a character set from the code.
//!
//! CPython 3.14: `_validate_charset` in `Modules/_sre/sre.c`. Tests: `tests/it/golden.rs`, `tests/it/hostile.rs`.

use crate::lower::InvalidCode;
use crate::opcodes::{Category, Op};
use crate::set::Rule;

/// Reads `code`, the words between the skip of a set and the end that it leads to.
pub(crate) fn read_charset(code: &[u32]) -> Result<Vec<Rule>, InvalidCode> {
    let Some((&last, mut rest)) = code.split_last() else {
        return Err(InvalidCode);
    };
    if last != Op::Failure as u32 {
        return Err(InvalidCode);
    }
    let mut rules = Vec::new();
    while let [op, tail @ ..] = rest {
        rest = tail;
        let rule = match Op::from_code(*op) {
            Some(Op::Negate) => Rule::Negate,
            Some(Op::Literal) => Rule::Literal(take::<1>(&mut rest)?[0]),
            Some(Op::Range) => {
                let &[low, high] = take(&mut rest)?;
                Rule::Range(low, high)
            }
            Some(Op::RangeUniIgnore) => {
                let &[low, high] = take(&mut rest)?;
                Rule::RangeUniIgnore(low, high)
            }
            Some(Op::Category) => {
                let &[category] = take(&mut rest)?;
                Rule::Category(Category::from_code(category).ok_or(InvalidCode)?)
            }
            Some(Op::Charset) => Rule::Charset(Box::new(*take(&mut rest)?)),
            Some(Op::BigCharset) => big_charset(&mut rest)?,
            _ => return Err(InvalidCode),
        };
        rules.push(rule);
    }
    Ok(rules)
}

/// Takes the first `N` words.
fn take<'c, const N: usize>(rest: &mut &'c [u32]) -> Result<&'c [u32; N], InvalidCode> {
    let (words, tail) = rest.split_first_chunk().ok_or(InvalidCode)?;
    *rest = tail;
    Ok(words)
}

fn big_charset(rest: &mut &[u32]) -> Result<Rule, InvalidCode> {
    let &[count] = take(rest)?;
    let packed: &[u32; 64] = take(rest)?;
    let mut index = Box::new([0; 256]);
    for (bytes, word) in index.chunks_exact_mut(4).zip(packed) {
        // `re._compiler` packs with a memoryview cast, in the machine's byte order.
        bytes.copy_from_slice(&word.to_ne_bytes());
    }
    if index.iter().any(|&block| u32::from(block) >= count) {
        return Err(InvalidCode);
    }
    let len = (count as usize).checked_mul(8).ok_or(InvalidCode)?;
    let (blocks, tail) = rest.split_at_checked(len).ok_or(InvalidCode)?;
    *rest = tail;
    Ok(Rule::BigCharset {
        index,
        blocks: blocks.into(),
    })
}
