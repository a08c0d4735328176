//! Loops over numbers, attributes and method calls allocate nothing: counted in the isolate's heap and in the process's.
//!
//! Only builds with debug assertions count the objects.
#![allow(unsafe_code, reason = "an allocator that counts")]
#![cfg(debug_assertions)]

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;
use std::sync::Arc;

use taipan_text::Wtf8Buf;
use taipan_vm::ctx::Ctx;
use taipan_vm::isolate::Settings;
use taipan_vm::value::Value;

thread_local! {
    static BLOCKS: Cell<u64> = const { Cell::new(0) };
}

struct Counting;

// SAFETY: everything is the system allocator's; counting allocates nothing.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        BLOCKS.set(BLOCKS.get() + 1);
        // SAFETY: the caller's promise.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, block: *mut u8, layout: Layout) {
        // SAFETY: the caller's promise.
        unsafe { System.dealloc(block, layout) }
    }
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;

/// Blocks and objects that `work(n)` of this source makes, for two sizes.
fn counts(source: &str) -> [(u64, u64); 2] {
    let filename = Arc::new(Wtf8Buf::from("<test>"));
    let output =
        taipan_compiler::compile::compile(source.as_bytes(), &filename, Default::default())
            .unwrap_or_else(|failure| panic!("{:?}", failure.error));
    let cx = Ctx::new(&Settings {
        hash_seed: Some(0),
        ..Settings::new(taipan_host::native())
    });
    let cx = cx.enter();
    let globals = cx.new_dict();
    let name = cx.new_str("__main__").expect("room").into_value();
    globals.set_str(&cx.names().__name__, name);
    let code = cx.new_code(output.code).expect("room");
    assert!(cx.run_code(&code, &globals, None).is_ok());
    let work = globals.get_str(&cx.intern("work")).expect("it is defined");
    let run = |n: i32| {
        let before = (BLOCKS.get(), cx.heap().allocations());
        assert!(cx.call(&work, &[Value::int32(n)]).is_ok());
        (BLOCKS.get() - before.0, cx.heap().allocations() - before.1)
    };
    run(1000);
    [run(1000), run(5000)]
}

fn assert_allocates_nothing_per_round(source: &str) {
    let [few, many] = counts(source);
    assert_eq!(few, many, "{source}");
    assert!(few.1 < 20, "{source}");
}

#[test]
fn integer_loops() {
    assert_allocates_nothing_per_round(
        "
def work(n):
    total, i = 0, 0
    while i < n:
        i += 1
        total += i * 3 - (i >> 1) % 7
        if total > 1000000 or i == 5:
            total -= 999999
    return total
",
    );
    assert_allocates_nothing_per_round(
        "
def work(n):
    total = 0
    for i in range(n):
        total ^= i // 3
    return total
",
    );
}

#[test]
fn float_loops() {
    assert_allocates_nothing_per_round(
        "
def work(n):
    x = y = 0.0
    for i in range(n):
        x, y = x * x - y * y + 0.25, 2.0 * x * y + i
        if x * x + y * y > 4.0:
            x = y = 0.5 / (i + 1)
    return -x
",
    );
}

#[test]
fn attributes_and_methods() {
    assert_allocates_nothing_per_round(
        "
class P:
    kind = 2
    def __init__(self):
        self.x = 1
        self.y = 2.5
    def step(self, by):
        self.x = self.x + by
        return self.other()
    def other(self):
        return self.y * self.kind
    @property
    def double(self):
        return self.x * 2

class S:
    __slots__ = ('v',)

def work(n):
    p, s = P(), S()
    s.v = 0
    for i in range(n):
        p.step(1)
        s.v = s.v + p.double + P.kind
    return p.x
",
    );
}

#[test]
fn items_and_native_methods() {
    assert_allocates_nothing_per_round(
        "
def work(n):
    items, table, row = [1, 2, 3], {'a': 1, 5: 2}, (1, 2)
    found = 0
    for i in range(n):
        items[i % 3] = i
        table['a'] = items[0] + row[1]
        a, b = row
        if 'a' in table and items.index(i) < 3 and len(items) == 3:
            found += isinstance(a, int)
    return found
",
    );
}
