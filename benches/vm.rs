//! How fast the VM's primitives are: one small Python function each, called from Rust in a running isolate.
//!
//! `cargo bench --bench vm`. The throughput is in turns of the function's own loop.

use std::sync::Arc;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use taipan_compiler::compile::{CompileOptions, compile_str};
use taipan_text::Wtf8Buf;
use taipan_vm::ctx::Ctx;
use taipan_vm::isolate::Settings;
use taipan_vm::value::Value;

/// Turns of each loop.
const TURNS: u64 = 1000;

/// Name, what stands before the loop, what the loop does with `i`.
const PRIMITIVES: &[(&str, &str, &str)] = &[
    ("loop", "", "pass"),
    ("int_add", "x = 0", "x += i"),
    ("float_multiply", "x = 1.0", "x = x * 1.0000001"),
    ("call", "def f(a, b): return a", "f(i, 1)"),
    (
        "method_call",
        "class C:\n        def m(self): return 1\n    c = C()",
        "c.m()",
    ),
    (
        "attribute_read",
        "class C:\n        def __init__(self): self.a = 1\n    c = C()",
        "c.a",
    ),
    (
        "attribute_store",
        "class C:\n        def __init__(self): self.a = 1\n    c = C()",
        "c.a = i",
    ),
    (
        "instance",
        "class C:\n        def __init__(self, a): self.a = a",
        "C(i)",
    ),
    ("list_index", "l = [1, 2, 3]", "l[1]"),
    ("list_append", "l = []", "l.append(i)"),
    ("dict_get", "d = {'key': 1}", "d['key']"),
    ("dict_set_int", "d = {}", "d[i] = i"),
    ("str_concat", "s = ''", "s += 'x'"),
    ("str_format", "", "f'{i}: {i}'"),
    (
        "try_raise",
        "",
        "try: raise ValueError\n        except ValueError: pass",
    ),
    ("generator", "g = (n for n in iter(int, 1))", "next(g)"),
];

fn program(before: &str, body: &str) -> String {
    let before = if before.is_empty() { "pass" } else { before };
    format!("def run():\n    {before}\n    for i in range({TURNS}):\n        {body}\n")
}

/// The function `run` of a program.
fn function(cx: &Ctx, source: &str) -> Value {
    let filename = Arc::new(Wtf8Buf::from("bench.py"));
    let output = compile_str(source, &filename, CompileOptions::default()).expect("valid source");
    let globals = cx.new_dict();
    cx.new_code(output.code)
        .and_then(|code| cx.run_code(&code, &globals, None))
        .expect("the program runs");
    globals
        .get_str(&cx.intern("run"))
        .expect("the program defines it")
}

fn primitives(criterion: &mut Criterion) {
    let cx = Ctx::new(&Settings::new(taipan_host::native()));
    let cx = cx.enter();
    let mut group = criterion.benchmark_group("vm");
    group.throughput(Throughput::Elements(TURNS));
    for &(name, before, body) in PRIMITIVES {
        let run = function(&cx, &program(before, body));
        group.bench_function(name, |bencher| {
            bencher.iter(|| cx.call(&run, &[]).expect("the function returns"));
        });
    }
    group.finish();
}

criterion_group!(benches, primitives);
criterion_main!(benches);
