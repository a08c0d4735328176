//! How fast the compiler's stages are, on files of the standard library.
//!
//! `cargo bench --bench compiler`. The throughput is in bytes of source text (for `marshal`: of the serialised form).

use std::hint::black_box;
use std::sync::Arc;

use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use taipan_compiler::compile::{CompileOptions, compile_str};
use taipan_compiler::constant::Constant;
use taipan_compiler::marshal;
use taipan_compiler::parse::{Mode, parse};
use taipan_text::Wtf8Buf;
use taipan_vm::import::Library;

/// A small file, a large one, and one of many short functions.
const FILES: &[&str] = &["bisect.py", "_pydecimal.py", "typing.py"];

fn source(path: &str) -> String {
    let content = taipan_lib::Frozen
        .content(path)
        .expect("a file of the library");
    String::from_utf8(content.into_owned()).expect("the library is UTF-8")
}

fn stages(criterion: &mut Criterion) {
    let filename = Arc::new(Wtf8Buf::from("bench.py"));
    for &path in FILES {
        let text = source(path);
        let mut group = criterion.benchmark_group("compiler");
        group.throughput(Throughput::Bytes(text.len() as u64));
        group.bench_with_input(BenchmarkId::new("parse", path), &text, |bencher, text| {
            bencher.iter(|| parse(black_box(text), Mode::Exec).expect("valid source"));
        });
        group.bench_with_input(BenchmarkId::new("compile", path), &text, |bencher, text| {
            bencher.iter(|| {
                compile_str(black_box(text), &filename, CompileOptions::default())
                    .expect("valid source")
            });
        });
        group.finish();
    }
}

fn serialisation(criterion: &mut Criterion) {
    let filename = Arc::new(Wtf8Buf::from("bench.py"));
    for &path in FILES {
        let output =
            compile_str(&source(path), &filename, CompileOptions::default()).expect("valid source");
        let code = Constant::Code(output.code.into());
        let bytes = marshal::dump(&code);
        let mut group = criterion.benchmark_group("marshal");
        group.throughput(Throughput::Bytes(bytes.len() as u64));
        group.bench_function(BenchmarkId::new("dump", path), |bencher| {
            bencher.iter(|| marshal::dump(black_box(&code)));
        });
        group.bench_function(BenchmarkId::new("load", path), |bencher| {
            bencher.iter(|| marshal::load(black_box(&bytes)).expect("our own bytes"));
        });
        group.finish();
    }
}

criterion_group!(benches, stages, serialisation);
criterion_main!(benches);
