//! The interpreter loop: one arm an instruction.
//!
//! CPython 3.14: `_PyEval_EvalFrameDefault`, `Python/bytecodes.c`. What an instruction does is in `ops`; here is only
//! how its operands and results travel. `r` stays in machine registers: arms either inline or pass it by value.
//! An arm that may raise, call or look at the line number notes its instruction first (`save_pc`).

use super::inline_cache;
use super::instrumented::{self, Step};
use super::numbers::*;
use super::ops::{
    arithmetic, attributes, calls, compare, containers, exceptions, formatting, functions,
    generators, imports, intrinsics, iteration, locals, matching, names, stack,
};
use super::stack::{Regs, Role};
use super::unwind::{Next, Raise, leave, unwind};
use crate::ctx::Ctx;
use crate::error::{PyErr, PyResult};
use crate::objects::{BaseException, TypeFlags};
use crate::value::Value;

/// Runs from `r` until the frame that it was entered with returns, yields or raises. With `thrown`, the instruction
/// where the frame stands raises that first.
///
/// # Errors
/// What no handler caught.
pub(crate) fn run(cx: &Ctx, mut r: Regs, thrown: Option<PyErr>) -> PyResult<Value> {
    let mut raised = thrown.map(|error| (instrumented::thrown(cx, r.frame, error), Raise::Here));
    loop {
        if let Some((error, how)) = raised.take() {
            match unwind(cx, r, error, how) {
                Next::Handler(handler) => r = handler,
                Next::Leave(error) => return Err(error),
            }
        }
        match execute(cx, &r) {
            Exit::Left(value) => return Ok(value),
            Exit::Raised(at, error, how) => {
                r = at;
                raised = Some((error, how));
            }
        }
    }
}

enum Exit {
    /// The entry frame returned or yielded.
    Left(Value),
    Raised(Regs, PyErr, Raise),
}

/// The exception on the stack, as an error.
fn error_of(cx: &Ctx, value: Value) -> PyErr {
    match value.downcast::<BaseException>() {
        Ok(exception) => PyErr::new(exception),
        Err(_) => cx.system_error("the exception on the stack is none"),
    }
}

/// Tells the compiler that this way is rarely taken: registers are for the others.
#[cold]
#[inline(never)]
fn unlikely() {}

#[expect(
    clippy::too_many_lines,
    reason = "one arm an instruction; the work is in `ops`"
)]
#[inline(never)]
fn execute(cx: &Ctx, entry: &Regs) -> Exit {
    // A copy of its own: an argument of this size would stay in the caller's memory, this stays in machine registers.
    let mut r = *entry;
    /// An instruction that may raise.
    macro_rules! attempt {
        ($result:expr) => {{
            r.save_pc();
            match $result {
                Ok(value) => value,
                Err(error) => {
                    unlikely();
                    return Exit::Raised(r, error, Raise::Here);
                }
            }
        }};
    }
    /// An instruction that is not inlined.
    macro_rules! outlined {
        ($function:path $(, $operand:expr)*) => {{
            match $function(cx, r.saved() $(, $operand)*) {
                Ok(saved) => r = saved.load(),
                Err(error) => {
                    unlikely();
                    return Exit::Raised(r, error, Raise::Here);
                }
            }
        }};
    }
    /// Pops operands as words, computes and pushes.
    macro_rules! push {
        ($result:expr) => {{
            let value = attempt!($result);
            r.push(value);
        }};
    }
    /// A specialised `LOAD_ATTR`; where its guards fail, the generic one.
    macro_rules! or_load_attr {
        ($done:expr, $arg:expr) => {{
            if !$done {
                unlikely();
                outlined!(attributes::load_attr, $arg);
            }
        }};
    }
    /// A specialised `FOR_ITER`; where its guards fail, the generic one.
    macro_rules! or_for_iter {
        ($done:expr, $arg:expr) => {{
            if !$done {
                unlikely();
                outlined!(iteration::for_iter, $arg);
            }
        }};
    }
    /// A specialised `BINARY_OP`; where its guards fail, the generic one.
    macro_rules! or_binary_op {
        ($done:expr, $arg:expr) => {{
            if !$done {
                unlikely();
                outlined!(arithmetic::binary_op, $arg);
            }
        }};
    }
    /// A specialised `COMPARE_OP`; where its guards fail, the generic one.
    macro_rules! or_compare_op {
        ($done:expr, $arg:expr) => {{
            if !$done {
                unlikely();
                outlined!(compare::compare_op, $arg);
            }
        }};
    }
    /// A specialised `CALL`; where its guards fail, the generic one.
    macro_rules! or_call {
        ($done:expr, $arg:expr) => {{
            if !attempt!($done) {
                unlikely();
                outlined!(calls::call_general, $arg as usize);
            }
        }};
    }
    loop {
        let unit = r.fetch();
        let (mut op, mut arg) = (unit.op, u32::from(unit.arg));
        // Only EXTENDED_ARG comes round here again.
        loop {
            match op {
                EXTENDED_ARG => {
                    let unit = r.fetch();
                    op = unit.op;
                    arg = (arg << 8) | u32::from(unit.arg);
                    continue;
                }
                NOP | NOT_TAKEN | CACHE => {}

                // Locals.
                LOAD_FAST => locals::load_fast(&mut r, arg),
                LOAD_FAST_BORROW => locals::load_fast_borrow(&mut r, arg),
                LOAD_FAST_BORROW_LOAD_FAST_BORROW => {
                    locals::load_fast_borrow_load_fast_borrow(&mut r, arg);
                }
                LOAD_FAST_LOAD_FAST => locals::load_fast_load_fast(&mut r, arg),
                LOAD_FAST_CHECK => attempt!(locals::load_fast_check(cx, &mut r, arg)),
                LOAD_FAST_AND_CLEAR => locals::load_fast_and_clear(&mut r, arg),
                STORE_FAST => {
                    r.save_pc();
                    locals::store_fast(&mut r, arg);
                }
                STORE_FAST_LOAD_FAST => {
                    r.save_pc();
                    locals::store_fast_load_fast(&mut r, arg);
                }
                STORE_FAST_STORE_FAST => {
                    r.save_pc();
                    locals::store_fast_store_fast(&mut r, arg);
                }
                DELETE_FAST => attempt!(locals::delete_fast(cx, r.frame, arg)),
                MAKE_CELL => locals::make_cell(cx, r.frame, arg),
                COPY_FREE_VARS => locals::copy_free_vars(r.frame, arg),
                LOAD_DEREF => attempt!(locals::load_deref(cx, &mut r, arg)),
                STORE_DEREF => {
                    r.save_pc();
                    locals::store_deref(&mut r, arg);
                }
                DELETE_DEREF => attempt!(locals::delete_deref(cx, r.frame, arg)),
                LOAD_FROM_DICT_OR_DEREF => {
                    let namespace = r.pop_word();
                    push!(locals::load_from_dict_or_deref(
                        cx, r.frame, arg, &namespace
                    ));
                }

                // The value stack.
                LOAD_CONST => attempt!(stack::load_const(cx, &mut r, arg)),
                LOAD_SMALL_INT => stack::load_small_int(&mut r, arg),
                LOAD_COMMON_CONSTANT => push!(stack::common_constant(cx, arg)),
                POP_TOP | END_FOR | POP_ITER => {
                    r.save_pc();
                    drop(r.pop_slot());
                }
                PUSH_NULL => r.push_slot(None),
                COPY => stack::copy(&mut r, arg),
                SWAP => r.swap(arg as usize - 1),
                END_SEND => {
                    r.save_pc();
                    let value = r.pop_slot();
                    let receiver = r.replace(0, value);
                    drop(receiver);
                }

                // Names.
                LOAD_GLOBAL => attempt!(names::load_global(cx, &mut r, arg)),
                LOAD_GLOBAL_MODULE => {
                    if !names::load_global_module(&mut r, arg) {
                        unlikely();
                        names::forget_global(r.frame, r.offset() - 1);
                        attempt!(names::load_global(cx, &mut r, arg));
                    }
                }
                LOAD_GLOBAL_BUILTIN => {
                    if !names::load_global_builtin(&mut r, arg) {
                        unlikely();
                        names::forget_global(r.frame, r.offset() - 1);
                        attempt!(names::load_global(cx, &mut r, arg));
                    }
                }
                LOAD_NAME => push!(names::load_name(cx, r.frame, arg)),
                STORE_NAME => {
                    let value = r.pop();
                    attempt!(names::store_name(cx, r.frame, arg, value));
                }
                DELETE_NAME => attempt!(names::delete_name(cx, r.frame, arg)),
                STORE_GLOBAL => {
                    r.save_pc();
                    let value = r.pop();
                    names::store_global(r.frame, arg, value);
                }
                DELETE_GLOBAL => attempt!(names::delete_global(cx, r.frame, arg)),
                LOAD_LOCALS => push!(names::load_locals(cx, r.frame)),
                LOAD_FROM_DICT_OR_GLOBALS => {
                    let namespace = r.pop_word();
                    push!(names::load_from_dict_or_globals(
                        cx, r.frame, arg, &namespace
                    ));
                }
                LOAD_BUILD_CLASS => push!(names::load_build_class(cx, r.frame)),
                SETUP_ANNOTATIONS => attempt!(names::setup_annotations(cx, r.frame)),

                // Operators.
                BINARY_OP => outlined!(arithmetic::binary_op, arg),
                BINARY_OP_ADD_INT => or_binary_op!(arithmetic::add_int(&mut r), arg),
                BINARY_OP_SUBTRACT_INT => or_binary_op!(arithmetic::subtract_int(&mut r), arg),
                BINARY_OP_MULTIPLY_INT => or_binary_op!(arithmetic::multiply_int(&mut r), arg),
                BINARY_OP_ADD_FLOAT => {
                    or_binary_op!(arithmetic::float(&mut r, |left, right| left + right), arg);
                }
                BINARY_OP_SUBTRACT_FLOAT => {
                    or_binary_op!(arithmetic::float(&mut r, |left, right| left - right), arg);
                }
                BINARY_OP_MULTIPLY_FLOAT => {
                    or_binary_op!(arithmetic::float(&mut r, |left, right| left * right), arg);
                }
                BINARY_OP_EXTEND => or_binary_op!(arithmetic::numbers(&mut r, arg), arg),
                BINARY_OP_ADD_UNICODE => outlined!(arithmetic::add_text, arg),
                BINARY_OP_SUBSCR_LIST_INT => or_binary_op!(arithmetic::list_item(cx, &mut r), arg),
                BINARY_OP_SUBSCR_TUPLE_INT => {
                    or_binary_op!(arithmetic::tuple_item(cx, &mut r), arg);
                }
                BINARY_OP_SUBSCR_STR_INT => or_binary_op!(arithmetic::character(cx, &mut r), arg),
                BINARY_OP_SUBSCR_DICT => {
                    or_binary_op!(attempt!(arithmetic::dict_item(cx, &mut r)), arg);
                }
                UNARY_NEGATIVE => attempt!(arithmetic::unary_negative(cx, &mut r)),
                UNARY_INVERT => {
                    let operand = r.pop_word();
                    push!(cx.invert(&operand));
                }
                UNARY_NOT => {
                    let operand = r.pop_word();
                    r.push(Value::bool(!operand.is_true_singleton()));
                }
                COMPARE_OP => outlined!(compare::compare_op, arg),
                COMPARE_OP_INT => or_compare_op!(compare::compare_int(&mut r, arg), arg),
                COMPARE_OP_FLOAT => or_compare_op!(compare::compare_float(&mut r, arg), arg),
                COMPARE_OP_STR => or_compare_op!(compare::compare_str(&mut r, arg), arg),
                IS_OP => {
                    r.save_pc();
                    compare::is_op(&mut r, arg);
                }
                CONTAINS_OP => attempt!(compare::contains_op(cx, &mut r, arg)),
                TO_BOOL => attempt!(compare::to_bool(cx, &mut r)),

                // Jumps.
                JUMP_FORWARD => r.skip(arg as usize),
                JUMP_BACKWARD => {
                    r.save_pc();
                    r.skip(1);
                    r.skip_back(arg as usize);
                    if cx.is_interrupted()
                        && let Err(error) = cx.handle_breaker()
                    {
                        return Exit::Raised(r, error, Raise::Here);
                    }
                }
                JUMP_BACKWARD_NO_INTERRUPT => r.skip_back(arg as usize),
                POP_JUMP_IF_FALSE => {
                    let test = r.pop_truth();
                    r.skip(
                        1 + if test.is_false_singleton() {
                            arg as usize
                        } else {
                            0
                        },
                    );
                }
                POP_JUMP_IF_TRUE => {
                    let test = r.pop_truth();
                    r.skip(
                        1 + if test.is_true_singleton() {
                            arg as usize
                        } else {
                            0
                        },
                    );
                }
                POP_JUMP_IF_NONE => {
                    r.save_pc();
                    let test = r.pop_word();
                    r.skip(1 + if test.is_none() { arg as usize } else { 0 });
                }
                POP_JUMP_IF_NOT_NONE => {
                    r.save_pc();
                    let test = r.pop_word();
                    r.skip(1 + if test.is_none() { 0 } else { arg as usize });
                }

                // Attributes.
                LOAD_ATTR => outlined!(attributes::load_attr, arg),
                LOAD_ATTR_INSTANCE_VALUE => {
                    let value = inline_cache::instance_value(&r, r.peek(0));
                    or_load_attr!(attributes::load_cached(&mut r, arg, value), arg);
                }
                LOAD_ATTR_SLOT => {
                    let value = inline_cache::member(&r, r.peek(0));
                    or_load_attr!(attributes::load_cached(&mut r, arg, value), arg);
                }
                LOAD_ATTR_WITH_HINT | LOAD_ATTR_MODULE => {
                    let name = r.frame.code.name_at(arg >> 1);
                    let value = inline_cache::dict_entry(&r, r.peek(0), name);
                    or_load_attr!(attributes::load_cached(&mut r, arg, value), arg);
                }
                LOAD_ATTR_CLASS => {
                    let value = inline_cache::attribute_of_class(&r, r.peek(0), false);
                    or_load_attr!(attributes::load_cached(&mut r, arg, value), arg);
                }
                LOAD_ATTR_CLASS_WITH_METACLASS_CHECK => {
                    let value = inline_cache::attribute_of_class(&r, r.peek(0), true);
                    or_load_attr!(attributes::load_cached(&mut r, arg, value), arg);
                }
                LOAD_ATTR_NONDESCRIPTOR_NO_DICT => {
                    let value = inline_cache::class_value(&r, r.peek(0));
                    or_load_attr!(attributes::load_cached(&mut r, arg, value), arg);
                }
                LOAD_ATTR_NONDESCRIPTOR_WITH_VALUES => {
                    let value = inline_cache::class_value_behind_shape(&r, r.peek(0));
                    or_load_attr!(attributes::load_cached(&mut r, arg, value), arg);
                }
                LOAD_ATTR_METHOD_NO_DICT => {
                    let method = inline_cache::class_value(&r, r.peek(0));
                    or_load_attr!(attributes::load_cached_method(&mut r, method), arg);
                }
                LOAD_ATTR_METHOD_WITH_VALUES => {
                    let method = inline_cache::class_value_behind_shape(&r, r.peek(0));
                    or_load_attr!(attributes::load_cached_method(&mut r, method), arg);
                }
                LOAD_ATTR_PROPERTY => outlined!(attributes::load_property, arg),
                STORE_ATTR => outlined!(attributes::store_attr, arg),
                STORE_ATTR_INSTANCE_VALUE => {
                    let store = inline_cache::store_instance_value;
                    if !attributes::store_cached(&mut r, store) {
                        outlined!(attributes::store_attr, arg);
                    }
                }
                STORE_ATTR_SLOT => {
                    if !attributes::store_cached(&mut r, inline_cache::store_member) {
                        outlined!(attributes::store_attr, arg);
                    }
                }
                DELETE_ATTR => {
                    let owner = r.pop_word();
                    let frame = r.frame;
                    attempt!(cx.set_attr(&owner, frame.code.name_at(arg), None));
                }
                LOAD_SUPER_ATTR => outlined!(attributes::load_super_attr, arg),
                LOAD_SPECIAL => {
                    let owner = r.pop();
                    let (method, is_unbound) = attempt!(attributes::load_special(cx, arg, &owner));
                    r.push(method);
                    r.push_slot(is_unbound.then_some(owner));
                }

                // Containers.
                BUILD_TUPLE => containers::build_tuple(cx, &mut r, arg),
                BUILD_LIST => containers::build_list(cx, &mut r, arg),
                BUILD_MAP => {
                    let count = 2 * arg as usize;
                    let map = attempt!(containers::build_map(cx, r.top(count)));
                    r.drop_top(count);
                    r.push(map);
                }
                BUILD_SET => {
                    let count = arg as usize;
                    let set = attempt!(containers::build_set(cx, r.top(count)));
                    r.drop_top(count);
                    r.push(set);
                }
                BUILD_STRING => {
                    let text = attempt!(containers::build_string(cx, r.top(arg as usize)));
                    r.drop_top(arg as usize);
                    r.push(text);
                }
                BUILD_SLICE => {
                    let slice = containers::build_slice(cx, r.top(arg as usize));
                    r.drop_top(arg as usize);
                    r.push(slice);
                }
                LIST_APPEND => attempt!(containers::list_append(cx, &mut r, arg)),
                LIST_EXTEND => {
                    let iterable = r.pop_word();
                    attempt!(containers::list_extend(
                        cx,
                        r.peek(arg as usize - 1),
                        &iterable
                    ));
                }
                SET_ADD => {
                    let item = r.pop_word();
                    attempt!(containers::set_add(cx, r.peek(arg as usize - 1), &item));
                }
                SET_UPDATE => {
                    let iterable = r.pop_word();
                    attempt!(containers::set_update(
                        cx,
                        r.peek(arg as usize - 1),
                        &iterable
                    ));
                }
                MAP_ADD => {
                    let value = r.pop();
                    let key = r.pop_word();
                    attempt!(containers::map_add(
                        cx,
                        r.peek(arg as usize - 1),
                        &key,
                        value
                    ));
                }
                DICT_UPDATE => {
                    let update = r.pop_word();
                    attempt!(containers::dict_update(
                        cx,
                        r.peek(arg as usize - 1),
                        &update
                    ));
                }
                DICT_MERGE => {
                    let update = r.pop_word();
                    let depth = arg as usize - 1;
                    attempt!(calls::dict_merge(
                        cx,
                        r.peek(depth),
                        &update,
                        r.peek(depth + 3)
                    ));
                }
                STORE_SUBSCR => {
                    attempt!(containers::store_subscript(cx, &mut r));
                }
                DELETE_SUBSCR => {
                    let key = r.pop_word();
                    let container = r.pop_word();
                    attempt!(cx.delete_item(&container, &key));
                }
                BINARY_SLICE => {
                    let stop = r.pop_word();
                    let start = r.pop_word();
                    let container = r.pop_word();
                    push!(containers::binary_slice(cx, &container, &start, &stop));
                }
                STORE_SLICE => {
                    let stop = r.pop();
                    let start = r.pop();
                    let container = r.pop_word();
                    let value = r.pop_word();
                    let slice = containers::build_slice(cx, &[start, stop]);
                    attempt!(cx.set_item(&container, &slice, &value));
                }
                UNPACK_SEQUENCE => attempt!(containers::unpack_sequence(cx, &mut r, arg)),
                UNPACK_EX => attempt!(containers::unpack_ex(cx, &mut r, arg)),

                // Calls and functions.
                CALL => attempt!(calls::call(cx, &mut r, arg)),
                CALL_ALLOC_AND_ENTER_INIT => or_call!(calls::enter_init(cx, &mut r, arg), arg),
                CALL_BUILTIN_O => {
                    or_call!(calls::builtin(cx, &mut r, arg, calls::run_one), arg);
                }
                CALL_BUILTIN_FAST => {
                    or_call!(calls::builtin(cx, &mut r, arg, calls::run_positional), arg);
                }
                CALL_BUILTIN_FAST_WITH_KEYWORDS => {
                    or_call!(calls::builtin(cx, &mut r, arg, calls::run_keywords), arg);
                }
                CALL_METHOD_DESCRIPTOR_NOARGS => {
                    let run = calls::run_no_args;
                    or_call!(calls::method_descriptor(cx, &mut r, arg, run), arg);
                }
                CALL_METHOD_DESCRIPTOR_O => {
                    let run = calls::run_one;
                    or_call!(calls::method_descriptor(cx, &mut r, arg, run), arg);
                }
                CALL_METHOD_DESCRIPTOR_FAST => {
                    let run = calls::run_positional;
                    or_call!(calls::method_descriptor(cx, &mut r, arg, run), arg);
                }
                CALL_METHOD_DESCRIPTOR_FAST_WITH_KEYWORDS => {
                    let run = calls::run_keywords;
                    or_call!(calls::method_descriptor(cx, &mut r, arg, run), arg);
                }
                CALL_BUILTIN_CLASS => or_call!(calls::builtin_class(cx, &mut r, arg), arg),
                CALL_TYPE_1 => or_call!(Ok(calls::type_of(cx, &mut r)), arg),
                CALL_KW => outlined!(calls::call_kw, arg),
                CALL_FUNCTION_EX => outlined!(calls::call_function_ex),
                RETURN_VALUE => {
                    r.save_pc();
                    let value = r.pop();
                    r.save_height();
                    let frame = r.frame;
                    let (caller, role) = (frame.previous.get(), frame.role.get());
                    leave(cx, frame);
                    match (caller, role) {
                        (Some(caller), Role::Called) => {
                            r = Regs::enter(caller, usize::from(caller.return_offset.get()));
                            r.push(value);
                        }
                        (Some(caller), Role::Init) => {
                            if !value.is_none() {
                                let error = calls::init_returned(cx, &value);
                                return Exit::Raised(Regs::enter(caller, 0), error, Raise::Here);
                            }
                            r = Regs::enter(caller, usize::from(caller.return_offset.get()));
                        }
                        _ => return Exit::Left(value),
                    }
                }
                MAKE_FUNCTION => {
                    let code = r.pop_word();
                    push!(functions::make_function(cx, r.frame, &code));
                }
                SET_FUNCTION_ATTRIBUTE => {
                    let function = r.pop();
                    let value = r.pop();
                    attempt!(functions::set_attribute(cx, &function, value, arg));
                    r.push(function);
                }
                RESUME => {
                    if cx.is_interrupted() && attempt!(instrumented::resume(cx, r.frame, arg)) {
                        op = INSTRUMENTED_LINE;
                        continue;
                    }
                }
                INSTRUMENTED_LINE => {
                    let came_from = r.frame.last_instruction();
                    match instrumented::step(cx, came_from, r.saved(), arg) {
                        Step::Run(original) => {
                            op = original;
                            continue;
                        }
                        Step::Go(to) => r = to,
                        Step::Raised(at, error) => return Exit::Raised(at, error, Raise::Here),
                    }
                }
                CALL_INTRINSIC_1 => {
                    let value = r.pop();
                    push!(intrinsics::intrinsic_1(cx, r.frame, arg, value));
                }
                CALL_INTRINSIC_2 => {
                    let second = r.pop();
                    let first = r.pop();
                    push!(intrinsics::intrinsic_2(cx, arg, first, second));
                }

                // Iteration, generators, await.
                GET_ITER => {
                    let value = r.pop_word();
                    push!(cx.iter(&value));
                }
                FOR_ITER => outlined!(iteration::for_iter, arg),
                FOR_ITER_LIST => or_for_iter!(iteration::for_list(&mut r, arg), arg),
                FOR_ITER_TUPLE => or_for_iter!(iteration::for_tuple(&mut r, arg), arg),
                FOR_ITER_RANGE => or_for_iter!(iteration::for_range(cx, &mut r, arg), arg),
                FOR_ITER_GEN => or_for_iter!(iteration::for_generator(cx, &mut r, arg), arg),
                GET_YIELD_FROM_ITER => {
                    let value = r.pop();
                    push!(generators::yield_from_iter(cx, r.frame, value));
                }
                RETURN_GENERATOR => {
                    r.save();
                    let frame = r.frame;
                    let caller = frame.previous.get();
                    let is_entry = frame.is_entry();
                    let generator = generators::make_generator(cx, frame);
                    match caller {
                        Some(caller) if !is_entry => {
                            r = Regs::enter(caller, usize::from(caller.return_offset.get()));
                            r.push(generator);
                        }
                        _ => return Exit::Left(generator),
                    }
                }
                YIELD_VALUE => {
                    if let Some(value) = attempt!(generators::yield_value(cx, &mut r, arg)) {
                        return Exit::Left(value);
                    }
                }
                SEND => attempt!(generators::send(cx, &mut r, arg)),
                GET_AWAITABLE => {
                    let value = r.pop_word();
                    push!(generators::awaitable(cx, &value, arg));
                }
                GET_AITER => {
                    let value = r.pop_word();
                    push!(generators::async_iterator(cx, &value));
                }
                GET_ANEXT => push!(generators::async_next(cx, r.peek(0))),
                END_ASYNC_FOR => {
                    r.save_pc();
                    let exception = r.pop();
                    if !cx
                        .class_of(&exception)
                        .is_subtype(&cx.types().stop_async_iteration)
                    {
                        return Exit::Raised(r, error_of(cx, exception), Raise::Again);
                    }
                    drop(r.pop_slot());
                }
                CLEANUP_THROW => {
                    let exception = r.pop();
                    match attempt!(generators::cleanup_throw(cx, &exception)) {
                        Some(value) => {
                            r.drop_top(2);
                            r.push(Value::NONE);
                            r.push(value);
                        }
                        None => return Exit::Raised(r, error_of(cx, exception), Raise::Again),
                    }
                }

                // Exceptions.
                RAISE_VARARGS => {
                    r.save_pc();
                    let (error, is_again) = exceptions::raise(cx, r.top(arg as usize));
                    r.drop_top(arg as usize);
                    let how = if is_again { Raise::Again } else { Raise::Here };
                    return Exit::Raised(r, error, how);
                }
                RERAISE => {
                    r.save_pc();
                    let exception = r.pop();
                    if arg != 0
                        && let Some(last) = r.peek(arg as usize - 1).as_small_int()
                    {
                        r.frame.set_last_instruction(last as i32);
                    }
                    return Exit::Raised(r, error_of(cx, exception), Raise::Again);
                }
                PUSH_EXC_INFO => {
                    let exception = r.pop();
                    let handled = cx.thread().replace_handled(Some(exception.clone()));
                    r.push(handled.unwrap_or(Value::NONE));
                    r.push(exception);
                }
                POP_EXCEPT => {
                    r.save_pc();
                    let previous = r.pop();
                    let handled = (!previous.is_none()).then_some(previous);
                    drop(cx.thread().replace_handled(handled));
                }
                CHECK_EXC_MATCH => {
                    let matcher = r.pop_word();
                    let is_match = attempt!(exceptions::exception_matches(cx, r.peek(0), &matcher));
                    r.push(Value::bool(is_match));
                }
                CHECK_EG_MATCH => {
                    let matcher = r.pop_word();
                    let exception = r.pop_word();
                    let (rest, matched) =
                        attempt!(exceptions::group_match(cx, &exception, &matcher));
                    if !matched.is_none() {
                        drop(cx.thread().replace_handled(Some(matched.clone())));
                    }
                    r.push(rest);
                    r.push(matched);
                }
                WITH_EXCEPT_START => {
                    let exception = r.peek(0).clone();
                    let class = cx.class_of(&exception).to_value();
                    let traceback = exception
                        .downcast_ref::<BaseException>()
                        .and_then(|exception| exception.traceback.borrow().clone());
                    let arguments = [class, exception, traceback.unwrap_or(Value::NONE)];
                    push!(calls::call_with_self(
                        cx,
                        r.peek(4),
                        r.peek_slot(3).as_ref(),
                        &arguments
                    ));
                }

                // Imports.
                IMPORT_NAME => {
                    let from_list = r.pop_word();
                    let level = r.pop_word();
                    push!(imports::import_name(cx, r.frame, arg, &level, &from_list));
                }
                IMPORT_FROM => {
                    push!(imports::import_from(
                        cx,
                        r.peek(0),
                        r.frame.code.name_at(arg)
                    ));
                }

                // Matching.
                GET_LEN => {
                    let length = attempt!(cx.len(r.peek(0)));
                    r.push(cx.new_int(length as i64));
                }
                MATCH_MAPPING => {
                    let flags = cx.class_of(r.peek(0)).flags();
                    r.push(Value::bool(flags.contains(TypeFlags::MAPPING)));
                }
                MATCH_SEQUENCE => {
                    let flags = cx.class_of(r.peek(0)).flags();
                    r.push(Value::bool(flags.contains(TypeFlags::SEQUENCE)));
                }
                MATCH_KEYS => push!(matching::match_keys(cx, r.peek(1), r.peek(0))),
                MATCH_CLASS => {
                    let names = r.pop_word();
                    let class = r.pop_word();
                    let subject = r.pop_word();
                    push!(matching::match_class(
                        cx,
                        &subject,
                        &class,
                        &names,
                        arg as usize
                    ));
                }

                // Formatting.
                CONVERT_VALUE => {
                    let value = r.pop_word();
                    push!(formatting::convert(cx, &value, arg));
                }
                FORMAT_SIMPLE => {
                    let value = r.pop();
                    push!(formatting::format_simple(cx, value));
                }
                FORMAT_WITH_SPEC => {
                    let spec = r.pop_word();
                    let value = r.pop_word();
                    push!(formatting::format_with_spec(cx, &value, &spec));
                }
                BUILD_INTERPOLATION => {
                    let spec = (arg & 1 != 0).then(|| r.pop());
                    let expression = r.pop();
                    let value = r.pop();
                    push!(formatting::build_interpolation(
                        cx,
                        value,
                        expression,
                        arg >> 2,
                        spec
                    ));
                }
                BUILD_TEMPLATE => {
                    let interpolations = r.pop();
                    let strings = r.pop();
                    push!(formatting::build_template(cx, strings, interpolations));
                }
                _ => attempt!(unknown(cx, op)),
            }
            break;
        }
    }
}

#[cold]
#[inline(never)]
fn unknown(cx: &Ctx, op: u8) -> PyResult<()> {
    Err(cx.system_error(format!("unknown opcode {op}")))
}
