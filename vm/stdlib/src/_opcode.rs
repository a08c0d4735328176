//! `_opcode`: what the compiler knows about instructions, for `opcode` and `dis`.
//!
//! CPython 3.14: `Modules/_opcode.c`, `Python/codegen.c`. The table is `taipan_compiler::opcode`.
//! Tests: `tests/run/opcode/`.

use taipan_compiler::opcode::{
    BinaryOp, Intrinsic1, Intrinsic2, Opcode, OpcodeFlags, SpecialMethod,
};
use taipan_macros::{pyfunction, pymodule};
use taipan_vm::ctx::Ctx;
use taipan_vm::error::PyResult;
use taipan_vm::native::ModuleBuilder;
use taipan_vm::objects::List;
use taipan_vm::objects::code::Code;
use taipan_vm::value::{Py, Value};

/// Opcode support module.
#[pymodule]
pub(crate) fn _opcode(_cx: &Ctx, m: &ModuleBuilder<'_>) -> PyResult<()> {
    m.function(&stack_effect::DEF)?;
    m.function(&is_valid::DEF)?;
    m.function(&has_arg::DEF)?;
    m.function(&has_const::DEF)?;
    m.function(&has_name::DEF)?;
    m.function(&has_jump::DEF)?;
    m.function(&has_free::DEF)?;
    m.function(&has_local::DEF)?;
    m.function(&has_exc::DEF)?;
    m.function(&get_executor::DEF)?;
    m.function(&get_specialization_stats::DEF)?;
    m.function(&get_nb_ops::DEF)?;
    m.function(&get_intrinsic1_descs::DEF)?;
    m.function(&get_intrinsic2_descs::DEF)?;
    m.function(&get_special_method_names::DEF)?;
    // Instructions are not rewritten the way CPython's adaptive interpreter does it.
    m.add("ENABLE_SPECIALIZATION", 0)?;
    m.add("ENABLE_SPECIALIZATION_FT", 0)
}

fn find(number: i32) -> Option<Opcode> {
    u16::try_from(number).ok().and_then(Opcode::from_number)
}

fn has(number: i32, flags: OpcodeFlags) -> bool {
    find(number).is_some_and(|opcode| opcode.flags().intersects(flags))
}

/// The effect, or `None` if the instruction has none (specialised ones) or the operand is nonsense.
fn effect(number: i32, oparg: i32, jump: bool) -> Option<i64> {
    let opcode = find(number).filter(|opcode| opcode.base() == *opcode)?;
    let oparg = match u32::try_from(oparg) {
        Ok(oparg) => oparg,
        // A negative operand is nonsense where it counts values.
        Err(_) if opcode.num_popped(0) != opcode.num_popped(1) => return None,
        Err(_) if opcode.num_pushed(0) != opcode.num_pushed(1) => return None,
        Err(_) => 0,
    };
    Some(opcode.stack_effect(oparg, jump))
}

/// Compute the stack effect of the opcode.
#[pyfunction(signature = (opcode, oparg = None, /, *, jump = None))]
fn stack_effect(cx: &Ctx, opcode: i32, oparg: Option<i32>, jump: Option<&Value>) -> PyResult<i64> {
    let jump = match jump {
        // Without a word on it, the deeper of the two.
        None => true,
        Some(jump) if jump.is(&Value::TRUE) => true,
        Some(jump) if jump.is(&Value::FALSE) => false,
        Some(_) => {
            return Err(cx.value_error("stack_effect: jump must be False, True or None"));
        }
    };
    effect(opcode, oparg.unwrap_or(0), jump)
        .ok_or_else(|| cx.value_error("invalid opcode or oparg"))
}

/// Return True if opcode is valid, False otherwise.
#[pyfunction(signature = (opcode))]
fn is_valid(opcode: i32) -> bool {
    find(opcode).is_some()
}

/// Return True if the opcode uses its oparg, False otherwise.
#[pyfunction(signature = (opcode))]
fn has_arg(opcode: i32) -> bool {
    has(opcode, OpcodeFlags::ARG)
}

/// Return True if the opcode accesses a constant, False otherwise.
#[pyfunction(signature = (opcode))]
fn has_const(opcode: i32) -> bool {
    has(opcode, OpcodeFlags::CONST)
}

/// Return True if the opcode accesses an attribute by name, False otherwise.
#[pyfunction(signature = (opcode))]
fn has_name(opcode: i32) -> bool {
    has(opcode, OpcodeFlags::NAME)
}

/// Return True if the opcode has a jump target, False otherwise.
#[pyfunction(signature = (opcode))]
fn has_jump(opcode: i32) -> bool {
    has(opcode, OpcodeFlags::JUMP)
}

/// Return True if the opcode accesses a free variable, False otherwise.
///
/// A free variable here is a local that inner scopes use, or one of an outer scope
/// that this scope uses; globals and builtins are none.
#[pyfunction(signature = (opcode))]
fn has_free(opcode: i32) -> bool {
    has(opcode, OpcodeFlags::FREE)
}

/// Return True if the opcode accesses a local variable, False otherwise.
#[pyfunction(signature = (opcode))]
fn has_local(opcode: i32) -> bool {
    has(opcode, OpcodeFlags::LOCAL)
}

/// Return True if the opcode sets an exception handler, False otherwise.
#[pyfunction(signature = (opcode))]
fn has_exc(opcode: i32) -> bool {
    find(opcode).is_some_and(Opcode::is_block_push)
}

/// Return the executor object at offset in code if exists, None otherwise.
#[pyfunction(signature = (code, offset))]
fn get_executor(cx: &Ctx, code: &Value, offset: i32) -> PyResult<Value> {
    let _ = offset;
    Err(match code.downcast_ref::<Code>() {
        Some(_) => cx.runtime_error("Executors are not available in this build"),
        None => cx.type_error(format!(
            "expected a code object, not '{}'",
            cx.type_name(code)
        )),
    })
}

/// Return the specialization stats
#[pyfunction]
fn get_specialization_stats() -> Option<Value> {
    None
}

fn texts(cx: &Ctx, texts: impl Iterator<Item = &'static str>) -> Py<List> {
    cx.new_list(texts.map(|text| cx.intern(text).into_value()).collect())
}

/// Return array of symbols of binary ops.
///
/// Indexed by the BINARY_OP oparg value.
#[pyfunction]
fn get_nb_ops(cx: &Ctx) -> Py<List> {
    let pairs = BinaryOp::ALL.iter().map(|op| {
        let name = cx.intern(nb_name(*op)).into_value();
        cx.new_tuple(vec![name, cx.intern(op.text()).into_value()])
            .into_value()
    });
    cx.new_list(pairs.collect())
}

/// CPython's name of the operation (`NB_*`).
fn nb_name(op: BinaryOp) -> &'static str {
    match op {
        BinaryOp::Add => "NB_ADD",
        BinaryOp::And => "NB_AND",
        BinaryOp::FloorDivide => "NB_FLOOR_DIVIDE",
        BinaryOp::Lshift => "NB_LSHIFT",
        BinaryOp::MatrixMultiply => "NB_MATRIX_MULTIPLY",
        BinaryOp::Multiply => "NB_MULTIPLY",
        BinaryOp::Remainder => "NB_REMAINDER",
        BinaryOp::Or => "NB_OR",
        BinaryOp::Power => "NB_POWER",
        BinaryOp::Rshift => "NB_RSHIFT",
        BinaryOp::Subtract => "NB_SUBTRACT",
        BinaryOp::TrueDivide => "NB_TRUE_DIVIDE",
        BinaryOp::Xor => "NB_XOR",
        BinaryOp::InplaceAdd => "NB_INPLACE_ADD",
        BinaryOp::InplaceAnd => "NB_INPLACE_AND",
        BinaryOp::InplaceFloorDivide => "NB_INPLACE_FLOOR_DIVIDE",
        BinaryOp::InplaceLshift => "NB_INPLACE_LSHIFT",
        BinaryOp::InplaceMatrixMultiply => "NB_INPLACE_MATRIX_MULTIPLY",
        BinaryOp::InplaceMultiply => "NB_INPLACE_MULTIPLY",
        BinaryOp::InplaceRemainder => "NB_INPLACE_REMAINDER",
        BinaryOp::InplaceOr => "NB_INPLACE_OR",
        BinaryOp::InplacePower => "NB_INPLACE_POWER",
        BinaryOp::InplaceRshift => "NB_INPLACE_RSHIFT",
        BinaryOp::InplaceSubtract => "NB_INPLACE_SUBTRACT",
        BinaryOp::InplaceTrueDivide => "NB_INPLACE_TRUE_DIVIDE",
        BinaryOp::InplaceXor => "NB_INPLACE_XOR",
        BinaryOp::Subscript => "NB_SUBSCR",
    }
}

/// Return a list of names of the unary intrinsics.
#[pyfunction]
fn get_intrinsic1_descs(cx: &Ctx) -> Py<List> {
    texts(cx, Intrinsic1::ALL.iter().map(|one| one.text()))
}

/// Return a list of names of the binary intrinsics.
#[pyfunction]
fn get_intrinsic2_descs(cx: &Ctx) -> Py<List> {
    texts(cx, Intrinsic2::ALL.iter().map(|one| one.text()))
}

/// Return a list of special method names.
#[pyfunction]
fn get_special_method_names(cx: &Ctx) -> Py<List> {
    texts(cx, SpecialMethod::ALL.iter().map(|one| one.text()))
}
