//! `_operator`: the operators as functions, and the getters `itemgetter`, `attrgetter`, `methodcaller`.
//!
//! Reference: CPython 3.14 `Modules/_operator.c`. Tests: `tests/run/operator/`. Deviations: none known.

mod getters;

use taipan_macros::{pyfunction, pymodule};
use taipan_vm::ctx::Ctx;
use taipan_vm::error::PyResult;
use taipan_vm::native::ModuleBuilder;
use taipan_vm::objects::slots::CompareOp;
use taipan_vm::protocol::BinaryOp;
use taipan_vm::value::Value;

/// Operator interface.
#[pymodule]
pub(crate) fn _operator(_cx: &Ctx, m: &ModuleBuilder<'_>) -> PyResult<()> {
    register_operators(m)?;
    m.class(getters::ItemGetter::class())?;
    m.class(getters::AttrGetter::class())?;
    m.class(getters::MethodCaller::class())?;
    Ok(())
}

macro_rules! binary {
    ($($(#[$doc:meta])* $name:ident($method:ident, $op:ident);)*) => {
        $($(#[$doc])* #[pyfunction] fn $name(cx: &Ctx, a: &Value, b: &Value) -> PyResult<Value> {
            cx.$method(BinaryOp::$op, a, b)
        })*

        fn register_binary(m: &ModuleBuilder<'_>) -> PyResult<()> {
            $(m.function(&$name::DEF)?;)*
            Ok(())
        }
    };
}

binary! {
    /// Same as a + b.
    add(binary_op, Add);
    /// Same as a - b.
    sub(binary_op, Subtract);
    /// Same as a * b.
    mul(binary_op, Multiply);
    /// Same as a @ b.
    matmul(binary_op, MatrixMultiply);
    /// Same as a / b.
    truediv(binary_op, TrueDivide);
    /// Same as a // b.
    floordiv(binary_op, FloorDivide);
    /// Same as a % b.
    r#mod(binary_op, Remainder);
    /// Same as a ** b.
    pow(binary_op, Power);
    /// Same as a << b.
    lshift(binary_op, LeftShift);
    /// Same as a >> b.
    rshift(binary_op, RightShift);
    /// Same as a & b.
    and_(binary_op, And);
    /// Same as a | b.
    or_(binary_op, Or);
    /// Same as a ^ b.
    xor(binary_op, Xor);
    /// Same as a += b.
    iadd(inplace_op, Add);
    /// Same as a -= b.
    isub(inplace_op, Subtract);
    /// Same as a *= b.
    imul(inplace_op, Multiply);
    /// Same as a @= b.
    imatmul(inplace_op, MatrixMultiply);
    /// Same as a /= b.
    itruediv(inplace_op, TrueDivide);
    /// Same as a //= b.
    ifloordiv(inplace_op, FloorDivide);
    /// Same as a %= b.
    imod(inplace_op, Remainder);
    /// Same as a **= b.
    ipow(inplace_op, Power);
    /// Same as a <<= b.
    ilshift(inplace_op, LeftShift);
    /// Same as a >>= b.
    irshift(inplace_op, RightShift);
    /// Same as a &= b.
    iand(inplace_op, And);
    /// Same as a |= b.
    ior(inplace_op, Or);
    /// Same as a ^= b.
    ixor(inplace_op, Xor);
}

macro_rules! comparisons {
    ($($(#[$doc:meta])* $name:ident($op:ident);)*) => {
        $($(#[$doc])* #[pyfunction] fn $name(cx: &Ctx, a: &Value, b: &Value) -> PyResult<Value> {
            cx.compare(a, b, CompareOp::$op)
        })*

        fn register_comparisons(m: &ModuleBuilder<'_>) -> PyResult<()> {
            $(m.function(&$name::DEF)?;)*
            Ok(())
        }
    };
}

comparisons! {
    /// Same as a < b.
    lt(Lt);
    /// Same as a <= b.
    le(Le);
    /// Same as a == b.
    eq(Eq);
    /// Same as a != b.
    ne(Ne);
    /// Same as a > b.
    gt(Gt);
    /// Same as a >= b.
    ge(Ge);
}

/// Same as abs(a).
#[pyfunction]
fn abs(cx: &Ctx, a: &Value) -> PyResult<Value> {
    cx.absolute(a)
}

/// Same as -a.
#[pyfunction]
fn neg(cx: &Ctx, a: &Value) -> PyResult<Value> {
    cx.negative(a)
}

/// Same as +a.
#[pyfunction]
fn pos(cx: &Ctx, a: &Value) -> PyResult<Value> {
    cx.positive(a)
}

/// Same as ~a.
#[pyfunction]
fn inv(cx: &Ctx, a: &Value) -> PyResult<Value> {
    cx.invert(a)
}

/// Same as ~a.
#[pyfunction]
fn invert(cx: &Ctx, a: &Value) -> PyResult<Value> {
    cx.invert(a)
}

/// Same as a.__index__().
#[pyfunction]
fn index(cx: &Ctx, a: &Value) -> PyResult<Value> {
    let index = cx.index(a)?;
    if cx.class_of(&index).is(&cx.types().int) {
        return Ok(index);
    }
    Ok(cx.new_bigint(cx.to_bigint(&index)?))
}

/// Same as not a.
#[pyfunction]
fn not_(cx: &Ctx, a: &Value) -> PyResult<bool> {
    Ok(!cx.is_true(a)?)
}

/// Whether a is true.
#[pyfunction]
fn truth(cx: &Ctx, a: &Value) -> PyResult<bool> {
    cx.is_true(a)
}

/// Same as a is b.
#[pyfunction]
fn is_(a: &Value, b: &Value) -> bool {
    a.is(b)
}

/// Same as a is not b.
#[pyfunction]
fn is_not(a: &Value, b: &Value) -> bool {
    !a.is(b)
}

/// Same as a is None.
#[pyfunction]
fn is_none(a: &Value) -> bool {
    a.is_none()
}

/// Same as a is not None.
#[pyfunction]
fn is_not_none(a: &Value) -> bool {
    !a.is_none()
}

/// Same as a + b, for sequences.
#[pyfunction]
fn concat(cx: &Ctx, a: &Value, b: &Value) -> PyResult<Value> {
    if cx.class_of(a).slots.concat.get().is_none() && !cx.is_sequence(a) {
        return Err(cx.type_error(format!(
            "'{}' object can't be concatenated",
            cx.type_name(a)
        )));
    }
    cx.binary_op(BinaryOp::Add, a, b)
}

/// Same as a += b, for sequences.
#[pyfunction]
fn iconcat(cx: &Ctx, a: &Value, b: &Value) -> PyResult<Value> {
    if cx.class_of(a).slots.concat.get().is_none() && !cx.is_sequence(a) {
        return Err(cx.type_error(format!(
            "'{}' object can't be concatenated",
            cx.type_name(a)
        )));
    }
    cx.inplace_op(BinaryOp::Add, a, b)
}

/// Same as b in a (note reversed operands).
#[pyfunction]
fn contains(cx: &Ctx, a: &Value, b: &Value) -> PyResult<bool> {
    cx.contains(a, b)
}

/// The number of items in a which are, or which equal, b.
#[pyfunction(name = "countOf")]
fn count_of(cx: &Ctx, a: &Value, b: &Value) -> PyResult<usize> {
    cx.count_of(a, b)
}

/// The first index of b in a.
#[pyfunction(name = "indexOf")]
fn index_of(cx: &Ctx, a: &Value, b: &Value) -> PyResult<usize> {
    cx.index_of(a, b)
}

/// Same as a[b].
#[pyfunction]
fn getitem(cx: &Ctx, a: &Value, b: &Value) -> PyResult<Value> {
    cx.get_item(a, b)
}

/// Same as a[b] = c.
#[pyfunction]
fn setitem(cx: &Ctx, a: &Value, b: &Value, c: &Value) -> PyResult<()> {
    cx.set_item(a, b, c)
}

/// Same as del a[b].
#[pyfunction]
fn delitem(cx: &Ctx, a: &Value, b: &Value) -> PyResult<()> {
    cx.delete_item(a, b)
}

/// An estimate of the number of items in obj.
#[pyfunction(signature = (obj, default = 0, /))]
fn length_hint(cx: &Ctx, obj: &Value, default: isize) -> PyResult<usize> {
    cx.length_hint(obj, usize::try_from(default).unwrap_or(0))
}

/// Same as obj(*args, **kwargs).
#[pyfunction(text_signature = "($module, obj, /, *args, **kwargs)")]
fn call(cx: &Ctx, args: taipan_vm::native::Args<'_>) -> PyResult<Value> {
    match args.without_first() {
        Some((callable, rest)) => cx.call_with(callable, rest),
        None => Err(cx.type_error("call expected at least 1 argument, got 0")),
    }
}

/// Compares two texts or bytes in a time that does not depend on where they differ.
#[pyfunction]
fn _compare_digest(cx: &Ctx, a: &Value, b: &Value) -> PyResult<bool> {
    use taipan_vm::objects::Str;
    let bytes = match (a.downcast_ref::<Str>(), b.downcast_ref::<Str>()) {
        (Some(a), Some(b)) => {
            if !a.is_ascii() || !b.is_ascii() {
                return Err(
                    cx.type_error("comparing strings with non-ASCII characters is not supported")
                );
            }
            Some((
                a.as_wtf8().as_bytes().to_vec(),
                b.as_wtf8().as_bytes().to_vec(),
            ))
        }
        _ => cx.bytes_like(a).zip(cx.bytes_like(b)),
    };
    let Some((a, b)) = bytes else {
        return Err(cx.type_error(format!(
            "unsupported operand types(s) or combination of types: '{}' and '{}'",
            cx.type_name(a),
            cx.type_name(b)
        )));
    };
    // The work depends on the length of b alone.
    let mut difference = u8::from(a.len() != b.len());
    for (index, byte) in b.iter().enumerate() {
        difference |= byte ^ if a.len() == b.len() { a[index] } else { *byte };
    }
    Ok(std::hint::black_box(difference) == 0)
}

fn register_operators(m: &ModuleBuilder<'_>) -> PyResult<()> {
    register_binary(m)?;
    register_comparisons(m)?;
    for def in [
        &abs::DEF,
        &neg::DEF,
        &pos::DEF,
        &inv::DEF,
        &invert::DEF,
        &index::DEF,
        &not_::DEF,
        &truth::DEF,
        &is_::DEF,
        &is_not::DEF,
        &is_none::DEF,
        &is_not_none::DEF,
        &concat::DEF,
        &iconcat::DEF,
        &contains::DEF,
        &count_of::DEF,
        &index_of::DEF,
        &getitem::DEF,
        &setitem::DEF,
        &delitem::DEF,
        &length_hint::DEF,
        &call::DEF,
        &_compare_digest::DEF,
    ] {
        m.function(def)?;
    }
    Ok(())
}
