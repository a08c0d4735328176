//! Matching the arguments of a call with the parameters of a native function.
//!
//! CPython 3.14: `_PyArg_CheckPositional`, `_PyArg_UnpackKeywords`, `_PyArg_NoKeywords` and `_PyArg_NoPositional`
//! (`Python/getargs.c`); the order of the checks and the messages are theirs. The attribute macros generate the calls.
//! Tests: `vm/src/native/tests.rs`.

use crate::ctx::Ctx;
use crate::error::{PyErr, PyResult};
use crate::heap::Payload;
use crate::native::suggest::suggest;
use crate::native::{ArgSite, Args, FromArg};
use crate::objects::Str;
use crate::value::{Py, Value};

/// The named parameters of a native function. `*args` and `**kwargs` are no named parameters.
pub struct Signature {
    /// The function as messages name it.
    pub function: &'static str,
    /// All names: positional-only, then positional, then keyword-only.
    pub parameters: &'static [&'static str],
    pub positional_only: usize,
    /// How many can be given by position, positional-only ones included.
    pub positional: usize,
    /// How many of those have no default.
    pub required: usize,
    /// For each keyword-only parameter, whether it has no default.
    pub keyword_required: &'static [bool],
    /// Whether there is `*args`.
    pub rest: bool,
    /// Whether there is `**kwargs`.
    pub extra: bool,
}

/// A parameter that tells "not given" from `None`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Optional<T> {
    Missing,
    Given(T),
}

impl<T> Optional<T> {
    /// As an `Option`, for its methods.
    pub fn given(self) -> Option<T> {
        match self {
            Self::Missing => None,
            Self::Given(value) => Some(value),
        }
    }
}

impl<'a, T: FromArg<'a>> FromArg<'a> for Optional<T> {
    fn from_arg(cx: &Ctx, value: &'a Value, site: &ArgSite) -> PyResult<Self> {
        T::from_arg(cx, value, site).map(Self::Given)
    }
}

/// The `**kwargs` of a call: its keyword arguments that no parameter took.
#[derive(Clone, Copy)]
pub struct Keywords<'a> {
    args: Args<'a>,
    taken: &'static [&'static str],
}

impl<'a> Keywords<'a> {
    /// Names and values in the order of the call.
    pub fn iter(&self) -> impl Iterator<Item = (&'a Py<Str>, &'a Value)> + use<'a> {
        let taken = self.taken;
        self.args
            .keywords()
            .filter(move |(name, _)| !taken.iter().any(|taken| is_name(name, taken)))
    }
}

/// Arguments sorted to the `N` named parameters.
pub struct Bound<'a, const N: usize> {
    pub slots: [Option<&'a Value>; N],
    /// `*args`
    pub rest: &'a [Value],
    /// `**kwargs`
    pub extra: Keywords<'a>,
}

/// Sorts the arguments of a function whose parameters are all positional-only. The rest is `*args`.
///
/// # Errors
/// `TypeError` if there are too few or too many.
#[inline]
pub fn bind_positional<'a, const N: usize>(
    cx: &Ctx,
    signature: &'static Signature,
    arguments: &'a [Value],
) -> PyResult<([Option<&'a Value>; N], &'a [Value])> {
    let too_many = arguments.len() > N && !signature.rest;
    if arguments.len() < signature.required || too_many {
        return Err(wrong_count(cx, signature, arguments.len()));
    }
    let slots = std::array::from_fn(|index| arguments.get(index));
    Ok((slots, arguments.get(N..).unwrap_or_default()))
}

/// Sorts the arguments of a function that takes some by name.
///
/// # Errors
/// `TypeError` as CPython words it.
#[inline]
pub fn bind_keywords<'a, const N: usize>(
    cx: &Ctx,
    signature: &'static Signature,
    args: Args<'a>,
) -> PyResult<Bound<'a, N>> {
    let arguments = args.positional();
    let (fixed, rest) = arguments.split_at(arguments.len().min(signature.positional));
    let mut slots = std::array::from_fn(|index| fixed.get(index));
    let is_simple = !args.has_keywords()
        && rest.is_empty()
        && fixed.len() >= signature.required
        && !signature.keyword_required.contains(&true);
    if !is_simple {
        sort_keywords(cx, signature, args, &mut slots)?;
    }
    Ok(Bound {
        slots,
        rest,
        extra: Keywords {
            args,
            taken: signature.named(),
        },
    })
}

/// Checks counts and fills the slots that come by name.
fn sort_keywords<'a>(
    cx: &Ctx,
    signature: &'static Signature,
    args: Args<'a>,
    slots: &mut [Option<&'a Value>],
) -> PyResult<()> {
    let function = signature.function;
    let given = args.positional().len();
    if !signature.rest {
        let total = given + args.keyword_count();
        let most = signature.parameters.len();
        if total > most && !signature.extra {
            let kind = if given == 0 { "keyword " } else { "" };
            let plural = plural(most);
            return Err(type_error(
                cx,
                format!("{function}() takes at most {most} {kind}argument{plural} ({total} given)"),
            ));
        }
        if given > signature.positional {
            return Err(too_many_positional(cx, signature, given));
        }
    }
    let least = signature.positional_only.min(signature.required);
    if given < least {
        let bound = if least < signature.positional {
            "at least"
        } else {
            "exactly"
        };
        let plural = plural(least);
        return Err(type_error(
            cx,
            format!(
                "{function}() takes {bound} {least} positional argument{plural} ({given} given)"
            ),
        ));
    }
    let mut left = args.keyword_count();
    let first = given
        .min(signature.positional)
        .max(signature.positional_only);
    for (index, parameter) in signature.parameters.iter().enumerate().skip(first) {
        let value = if left == 0 {
            None
        } else {
            find(args, parameter)
        };
        slots[index] = value;
        if value.is_some() {
            left -= 1;
        } else if signature.is_required(index) {
            let position = index + 1;
            return Err(type_error(
                cx,
                format!("{function}() missing required argument '{parameter}' (pos {position})"),
            ));
        }
    }
    if left > 0 && !signature.extra {
        return Err(unexpected_keyword(cx, signature, args));
    }
    if left > 0 {
        check_given_twice(cx, signature, args)?;
    }
    Ok(())
}

impl Signature {
    /// The parameters that can be given by name.
    fn named(&self) -> &'static [&'static str] {
        &self.parameters[self.positional_only..]
    }

    fn is_required(&self, index: usize) -> bool {
        match index.checked_sub(self.positional) {
            None => index < self.required,
            Some(index) => self
                .keyword_required
                .get(index)
                .is_some_and(|&required| required),
        }
    }
}

fn is_name(given: &Py<Str>, parameter: &str) -> bool {
    given.as_wtf8() == parameter
}

fn find<'a>(args: Args<'a>, parameter: &str) -> Option<&'a Value> {
    args.keywords()
        .find(|(name, _)| is_name(name, parameter))
        .map(|(_, value)| value)
}

/// Complains if a parameter was given by position and by name.
fn check_given_twice(cx: &Ctx, signature: &Signature, args: Args<'_>) -> PyResult<()> {
    let by_position = args.positional().len().min(signature.positional);
    for (index, parameter) in signature
        .parameters
        .iter()
        .enumerate()
        .take(by_position)
        .skip(signature.positional_only)
    {
        if find(args, parameter).is_some() {
            let (function, position) = (signature.function, index + 1);
            let message = format!(
                "argument for {function}() given by name ('{parameter}') and position ({position})"
            );
            return Err(type_error(cx, message));
        }
    }
    Ok(())
}

#[cold]
fn unexpected_keyword(cx: &Ctx, signature: &'static Signature, args: Args<'_>) -> PyErr {
    if let Err(error) = check_given_twice(cx, signature, args) {
        return error;
    }
    let function = signature.function;
    let unknown = args
        .keywords()
        .find(|(name, _)| !signature.named().iter().any(|known| is_name(name, known)));
    let name = unknown
        .map(|(name, _)| name.as_wtf8().to_string())
        .unwrap_or_default();
    let hint = suggest(&name, signature.named().iter().copied())
        .map(|near| format!(". Did you mean '{near}'?"))
        .unwrap_or_default();
    // CPython writes so of a function whose argument parser knows no name.
    let call = match function {
        "this function" => function.to_owned(),
        _ => format!("{function}()"),
    };
    type_error(
        cx,
        format!("{call} got an unexpected keyword argument '{name}'{hint}"),
    )
}

#[cold]
fn too_many_positional(cx: &Ctx, signature: &Signature, given: usize) -> PyErr {
    let Signature {
        function,
        positional,
        required,
        ..
    } = *signature;
    if positional == 0 {
        return type_error(cx, format!("{function}() takes no positional arguments"));
    }
    let bound = if required < positional {
        "at most"
    } else {
        "exactly"
    };
    let plural = plural(positional);
    type_error(
        cx,
        format!(
            "{function}() takes {bound} {positional} positional argument{plural} ({given} given)"
        ),
    )
}

#[cold]
fn wrong_count(cx: &Ctx, signature: &Signature, given: usize) -> PyErr {
    let Signature {
        function,
        positional,
        required,
        rest,
        ..
    } = *signature;
    let (bound, count) = if !rest && required == positional {
        ("", required)
    } else if given < required {
        ("at least ", required)
    } else {
        ("at most ", positional)
    };
    let plural = plural(count);
    type_error(
        cx,
        format!("{function} expected {bound}{count} argument{plural}, got {given}"),
    )
}

/// The positional arguments of a constructor that takes no others.
///
/// # Errors
/// `TypeError` if there are keyword arguments.
#[inline]
pub fn without_keywords<'a>(
    cx: &Ctx,
    function: &'static str,
    args: Args<'a>,
) -> PyResult<&'a [Value]> {
    if args.has_keywords() {
        return Err(type_error(
            cx,
            format!("{function}() takes no keyword arguments"),
        ));
    }
    Ok(args.positional())
}

/// Refuses any argument of a constructor that takes none.
///
/// # Errors
/// `TypeError` if there are arguments.
#[inline]
pub fn no_arguments(cx: &Ctx, function: &'static str, args: Args<'_>) -> PyResult<()> {
    if args.values().is_empty() {
        Ok(())
    } else {
        Err(type_error(cx, format!("{function}() takes no arguments")))
    }
}

/// Converts the value of a parameter that has no default; the binder saw to it that there is one.
///
/// # Errors
/// The conversion's.
#[inline(always)]
pub fn required<'a, T: FromArg<'a>>(
    cx: &Ctx,
    slot: Option<&'a Value>,
    site: &ArgSite,
) -> PyResult<T> {
    match slot {
        Some(value) => T::from_arg(cx, value, site),
        None => Err(type_error(cx, format!("{site} is missing"))),
    }
}

/// The receiver as a handle. The descriptor through which it came checked its type already, so this only fails for
/// code that calls a definition directly.
///
/// # Errors
/// `TypeError` if the receiver's memory is not that of `T`.
#[inline(always)]
pub fn handle<'a, T: Payload>(cx: &Ctx, receiver: &'a Value) -> PyResult<&'a Py<T>> {
    match receiver.downcast_ref::<T>() {
        Some(handle) => Ok(handle),
        None => Err(wrong_receiver(cx, T::layout().name)),
    }
}

/// The payload of the receiver; see [`handle`].
///
/// # Errors
/// `TypeError` if the receiver's memory is not that of `T`.
#[inline(always)]
pub fn payload<'a, T: Payload>(cx: &Ctx, receiver: &'a Value) -> PyResult<&'a T> {
    handle(cx, receiver).map(|handle: &Py<T>| &**handle)
}

#[cold]
fn wrong_receiver(cx: &Ctx, wanted: &str) -> PyErr {
    type_error(cx, format!("the receiver is no '{wanted}' object"))
}

fn plural(count: usize) -> &'static str {
    if count == 1 { "" } else { "s" }
}

#[cold]
fn type_error(cx: &Ctx, message: String) -> PyErr {
    cx.type_error(message)
}
