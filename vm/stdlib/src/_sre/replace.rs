//! `sub`, `subn` and `expand`.

use std::rc::Rc;

use taipan_vm::ctx::Ctx;
use taipan_vm::error::PyResult;
use taipan_vm::objects::{Bytes, Str};
use taipan_vm::value::{Py, Value};

use super::matched::{Found, Match};
use super::pattern::{Pattern, Window};
use super::replacement::Template;
use super::subject::Searched;

/// What stands in place of a match.
enum Replacement {
    Literal(Value),
    Template(Py<Template>),
    Function(Value),
}

fn has_backslash(cx: &Ctx, value: &Value) -> Option<bool> {
    if let Some(text) = value.downcast_ref::<Str>() {
        return Some(text.as_wtf8().as_bytes().contains(&b'\\'));
    }
    if let Some(bytes) = value.downcast_ref::<Bytes>() {
        return Some(bytes.as_slice().contains(&b'\\'));
    }
    Some(cx.bytes_like(value)?.contains(&b'\\'))
}

fn compile(cx: &Ctx, pattern: &Py<Pattern>, template: &Value) -> PyResult<Replacement> {
    if has_backslash(cx, template) == Some(false) {
        return Ok(Replacement::Literal(template.clone()));
    }
    let import = cx.builtin("__import__")?;
    let module = cx.call(&import, &[cx.intern("re").into_value()])?;
    let compile = cx.get_attr(&module, &cx.intern("_compile_template"))?;
    let made = cx.call(&compile, &[pattern.to_value(), template.clone()])?;
    Ok(match made.downcast::<Template>() {
        Ok(template) => Replacement::Template(template),
        Err(literal) => Replacement::Literal(literal),
    })
}

/// Puts pieces in a row.
fn join(cx: &Ctx, is_text: bool, pieces: &[Value]) -> PyResult<Value> {
    if is_text {
        return cx.join_str(&cx.empty_str(), pieces);
    }
    if let [only] = pieces
        && cx.class_of(only).is(&cx.types().bytes)
    {
        return Ok(only.clone());
    }
    let mut joined = Vec::new();
    for (index, piece) in pieces.iter().enumerate() {
        if !cx.has_buffer(piece) {
            return Err(cx.type_error(format!(
                "sequence item {index}: expected a bytes-like object, {} found",
                cx.type_name(piece)
            )));
        }
        joined.extend_from_slice(&cx.bytes_of(piece)?);
    }
    cx.new_bytes(&joined)
}

/// The pieces of a template for a match whose groups `group` gives.
fn fill(
    template: &Template,
    group: &dyn Fn(usize) -> PyResult<Value>,
    pieces: &mut Vec<Value>,
) -> PyResult<()> {
    pieces.push(template.first.clone());
    for (number, literal) in &template.rest {
        let text = group(*number)?;
        if !text.is_none() {
            pieces.push(text);
        }
        pieces.push(literal.clone());
    }
    Ok(())
}

/// `Match.expand`.
pub(super) fn expand(
    cx: &Ctx,
    pattern: &Py<Pattern>,
    template: &Value,
    is_text: bool,
    group: &dyn Fn(usize) -> PyResult<Value>,
) -> PyResult<Value> {
    match compile(cx, pattern, template)? {
        Replacement::Literal(literal) | Replacement::Function(literal) => Ok(literal),
        Replacement::Template(template) => {
            let mut pieces = Vec::new();
            fill(&template, group, &mut pieces)?;
            join(cx, is_text, &pieces)
        }
    }
}

/// `sub` and `subn`: the new string, and how many replacements were made.
pub(super) fn substitute(
    cx: &Ctx,
    pattern: &Py<Pattern>,
    replacement: &Value,
    string: &Value,
    count: isize,
) -> PyResult<(Value, usize)> {
    let replacement = if cx.class_of(replacement).slots.call.get().is_some() {
        Replacement::Function(replacement.clone())
    } else {
        compile(cx, pattern, replacement)?
    };
    let searched = Rc::new(pattern.search_in(cx, string)?);
    let window = Window::of(&searched, 0, isize::MAX);
    let mut made = 0_usize;
    let mut last = 0;
    let mut pieces = Vec::new();
    let most = usize::try_from(count).unwrap_or(0);
    if count >= 0 {
        Pattern::each(pattern, cx, &searched, window, |found| {
            let (start, end) = found.bounds();
            if last < start {
                pieces.push(searched.piece(cx, last, start)?);
            }
            last = end;
            made += 1;
            match &replacement {
                Replacement::Literal(literal) => pieces.push(literal.clone()),
                Replacement::Template(template) => {
                    let group = |group: usize| piece_of(cx, &searched, &found, group);
                    fill(template, &group, &mut pieces)?;
                }
                Replacement::Function(function) => {
                    let found = Match::make(cx, pattern, &searched, window, found);
                    let text = cx.call(function, &[found])?;
                    if !text.is_none() {
                        pieces.push(text);
                    }
                }
            }
            Ok(made != most)
        })?;
    }
    if made == 0 {
        let whole = searched.piece(cx, 0, searched.subject().len())?;
        return Ok((whole, 0));
    }
    let end = searched.subject().len();
    if last < end {
        pieces.push(searched.piece(cx, last, end)?);
    }
    Ok((join(cx, searched.is_text(), &pieces)?, made))
}

fn piece_of(cx: &Ctx, searched: &Searched, found: &Found, group: usize) -> PyResult<Value> {
    match found.span(group) {
        Some((start, end)) => searched.piece(cx, start, end),
        None => Ok(Value::NONE),
    }
}
