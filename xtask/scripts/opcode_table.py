"""Writes the rows of `compiler/src/opcode/table.rs`. Run by CPython 3.14.

    python3.14 xtask/scripts/opcode_table.py > compiler/src/opcode/table.rs

Numbers, names, inline caches and operand kinds come from the running
interpreter. Stack effects (how many values are popped, how many pushed) are
written below, since the interpreter only tells their difference; that
difference is checked here for a range of operands.
"""

import sys

import _opcode
import opcode
from _opcode_metadata import _specialized_opmap

assert sys.version_info[:2] == (3, 14), "needs CPython 3.14"

# name: (popped, pushed), as Rust expressions of the operand `a`.
EFFECTS = {
    "BINARY_SLICE": ("3", "1"), "BUILD_TEMPLATE": ("2", "1"), "CALL_FUNCTION_EX": ("4", "1"),
    "CHECK_EG_MATCH": ("2", "2"), "CHECK_EXC_MATCH": ("2", "2"), "CLEANUP_THROW": ("3", "2"),
    "DELETE_SUBSCR": ("2", "0"), "END_FOR": ("1", "0"), "END_SEND": ("2", "1"),
    "EXIT_INIT_CHECK": ("1", "0"), "FORMAT_SIMPLE": ("1", "1"), "FORMAT_WITH_SPEC": ("2", "1"),
    "GET_AITER": ("1", "1"), "GET_ANEXT": ("1", "2"), "GET_ITER": ("1", "1"), "GET_LEN": ("1", "2"),
    "GET_YIELD_FROM_ITER": ("1", "1"), "INTERPRETER_EXIT": ("1", "0"), "LOAD_BUILD_CLASS": ("0", "1"),
    "LOAD_LOCALS": ("0", "1"), "MAKE_FUNCTION": ("1", "1"), "MATCH_KEYS": ("2", "3"),
    "MATCH_MAPPING": ("1", "2"), "MATCH_SEQUENCE": ("1", "2"), "POP_EXCEPT": ("1", "0"),
    "POP_ITER": ("1", "0"), "POP_TOP": ("1", "0"), "PUSH_EXC_INFO": ("1", "2"), "PUSH_NULL": ("0", "1"),
    "RETURN_GENERATOR": ("0", "1"), "RETURN_VALUE": ("1", "1"), "STORE_SLICE": ("4", "0"),
    "STORE_SUBSCR": ("3", "0"), "TO_BOOL": ("1", "1"), "UNARY_INVERT": ("1", "1"),
    "UNARY_NEGATIVE": ("1", "1"), "UNARY_NOT": ("1", "1"), "WITH_EXCEPT_START": ("5", "6"),
    "BINARY_OP": ("2", "1"), "BUILD_INTERPOLATION": ("2 + (a & 1)", "1"), "BUILD_LIST": ("a", "1"),
    "BUILD_MAP": ("a * 2", "1"), "BUILD_SET": ("a", "1"), "BUILD_SLICE": ("a", "1"),
    "BUILD_STRING": ("a", "1"), "BUILD_TUPLE": ("a", "1"), "CALL": ("2 + a", "1"),
    "CALL_INTRINSIC_1": ("1", "1"), "CALL_INTRINSIC_2": ("2", "1"), "CALL_KW": ("3 + a", "1"),
    "COMPARE_OP": ("2", "1"), "CONTAINS_OP": ("2", "1"), "CONVERT_VALUE": ("1", "1"),
    "COPY": ("a", "a + 1"), "DELETE_ATTR": ("1", "0"), "DICT_MERGE": ("4 + a", "3 + a"),
    "DICT_UPDATE": ("1 + a", "a"), "END_ASYNC_FOR": ("2", "0"), "FOR_ITER": ("1", "2"),
    "GET_AWAITABLE": ("1", "1"), "IMPORT_FROM": ("1", "2"), "IMPORT_NAME": ("2", "1"), "IS_OP": ("2", "1"),
    "LIST_APPEND": ("1 + a", "a"), "LIST_EXTEND": ("1 + a", "a"), "LOAD_ATTR": ("1", "1 + (a & 1)"),
    "LOAD_COMMON_CONSTANT": ("0", "1"), "LOAD_CONST": ("0", "1"), "LOAD_DEREF": ("0", "1"),
    "LOAD_FAST": ("0", "1"), "LOAD_FAST_AND_CLEAR": ("0", "1"), "LOAD_FAST_BORROW": ("0", "1"),
    "LOAD_FAST_BORROW_LOAD_FAST_BORROW": ("0", "2"), "LOAD_FAST_CHECK": ("0", "1"),
    "LOAD_FAST_LOAD_FAST": ("0", "2"), "LOAD_FROM_DICT_OR_DEREF": ("1", "1"),
    "LOAD_FROM_DICT_OR_GLOBALS": ("1", "1"), "LOAD_GLOBAL": ("0", "1 + (a & 1)"), "LOAD_NAME": ("0", "1"),
    "LOAD_SMALL_INT": ("0", "1"), "LOAD_SPECIAL": ("1", "2"), "LOAD_SUPER_ATTR": ("3", "1 + (a & 1)"),
    "MAP_ADD": ("2 + a", "a"), "MATCH_CLASS": ("3", "1"), "POP_JUMP_IF_FALSE": ("1", "0"),
    "POP_JUMP_IF_NONE": ("1", "0"), "POP_JUMP_IF_NOT_NONE": ("1", "0"), "POP_JUMP_IF_TRUE": ("1", "0"),
    "RAISE_VARARGS": ("a", "0"), "RERAISE": ("1 + a", "a"), "SEND": ("2", "2"), "SET_ADD": ("1 + a", "a"),
    "SET_FUNCTION_ATTRIBUTE": ("2", "1"), "SET_UPDATE": ("1 + a", "a"), "STORE_ATTR": ("2", "0"),
    "STORE_DEREF": ("1", "0"), "STORE_FAST": ("1", "0"), "STORE_FAST_LOAD_FAST": ("1", "1"),
    "STORE_FAST_STORE_FAST": ("2", "0"), "STORE_GLOBAL": ("1", "0"), "STORE_NAME": ("1", "0"),
    "SWAP": ("a", "a"), "UNPACK_EX": ("1", "1 + (a & 0xff) + (a >> 8)"), "UNPACK_SEQUENCE": ("1", "a"),
    "YIELD_VALUE": ("1", "1"),
    # Pseudo instructions; the SETUP_* ones push only on the way to the handler.
    "JUMP_IF_FALSE": ("1", "1"), "JUMP_IF_TRUE": ("1", "1"), "LOAD_CLOSURE": ("0", "1"),
    "SETUP_CLEANUP": ("0", "2"), "SETUP_FINALLY": ("0", "1"), "SETUP_WITH": ("0", "1"),
    "STORE_FAST_MAYBE_NULL": ("1", "0"),
}
# Instructions that look at the eval breaker (signals, GIL requests, ...).
EVAL_BREAK = {"CALL", "CALL_FUNCTION_EX", "CALL_KW", "JUMP_BACKWARD", "RESUME", "JUMP"}

KINDS = (("ARG", "has_arg"), ("CONST", "has_const"), ("NAME", "has_name"), ("JUMP", "has_jump"),
         ("FREE", "has_free"), ("LOCAL", "has_local"), ("EXC", "has_exc"))

opmap = {name: number for name, number in opcode.opmap.items()} | _specialized_opmap
BASE = {child: parent for parent, children in opcode._specializations.items() for child in children}
for name in opmap:
    if name.startswith("INSTRUMENTED_") and name.removeprefix("INSTRUMENTED_") in opmap:
        BASE[name] = name.removeprefix("INSTRUMENTED_")


def check(name, number, popped, pushed):
    for a in (1, 2, 3, 4, 255):
        if name in ("BUILD_SLICE",) and a not in (2, 3):
            continue
        want = opcode.stack_effect(number, a if _opcode.has_arg(number) else None, jump=True)
        got = eval(pushed, {"a": a}) - eval(popped, {"a": a})
        assert want == got, (name, a, want, got)


def rows():
    for name, number in sorted(opmap.items(), key=lambda item: item[1]):
        base = BASE.get(name, name)
        popped, pushed = EFFECTS.get(base, ("0", "0"))
        if number < 129 and name not in _specialized_opmap or number >= 256:
            check(name, number, popped, pushed)
        kinds = [kind for kind, test in KINDS if getattr(_opcode, test)(number)]
        if base in EVAL_BREAK:
            kinds.append("EVAL_BREAK")
        if name.startswith("INSTRUMENTED_"):
            kinds.append("INSTRUMENTED")
        if name in _specialized_opmap:
            kinds.append("SPECIALIZED")
        if number >= 256:
            kinds.append("PSEUDO")
        caches = opcode._inline_cache_entries.get(base, 0)
        yield f"    {name} = {number}, base {base}, caches {caches}, [{' '.join(kinds)}], |a| {popped} => {pushed};"


print("""\
//! The rows of the opcode table: one line an instruction of CPython 3.14.
//!
//! Made by `xtask/scripts/opcode_table.py` (CPython 3.14 tells numbers, caches and operand kinds); do not edit.
//! `base` is the instruction that a specialised or instrumented one stands for; `caches` counts 16-bit units behind
//! it; then what its operand is; then values popped `=>` pushed as a function of the operand `a`. For instructions
//! with two exits (`FOR_ITER`, `SETUP_FINALLY`, ...) the effect is the one on the way to the jump target, or the only one.

use super::table_macro::opcodes;

opcodes! {""")
print("\n".join(rows()))
print("}")
