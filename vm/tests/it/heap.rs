//! Reference counts, prompt deaths and the cycle collector.

use taipan_vm::ctx::Ctx;
use taipan_vm::heap::Generation;
use taipan_vm::isolate::Settings;

fn with_cx(test: impl FnOnce(&Ctx)) {
    let cx = Ctx::new(&Settings {
        hash_seed: Some(0),
        ..Settings::new(taipan_host::native())
    });
    let entered = cx.enter();
    test(&entered);
}

#[test]
fn a_list_owns_its_items() {
    with_cx(|cx| {
        let item = cx.new_str("text").expect("room").into_value();
        let count = || item.header().map(|header| header.reference_count());
        assert_eq!(count(), Some(1));
        let list = cx.new_list(vec![item.clone(), item.clone()]);
        assert_eq!(count(), Some(3));
        drop(list);
        assert_eq!(count(), Some(1));
    });
}

#[test]
fn a_cycle_of_lists_is_collected() {
    with_cx(|cx| {
        let item = cx.new_str("text").expect("room").into_value();
        let list = cx.new_list(vec![item.clone()]);
        list.push(list.to_value());
        drop(list);
        assert_eq!(
            item.header().map(|header| header.reference_count()),
            Some(2)
        );
        assert_eq!(cx.heap().collect(cx, Generation::Old), 1);
        assert_eq!(
            item.header().map(|header| header.reference_count()),
            Some(1)
        );
    });
}

#[test]
fn a_chain_of_a_million_tuples_dies_without_recursion() {
    with_cx(|cx| {
        let mut chain = cx.new_tuple(Vec::new());
        for _ in 0..1_000_000 {
            chain = cx.new_tuple(vec![chain.into_value()]);
        }
        drop(chain);
    });
}

#[test]
fn dicts_keep_insertion_order_over_removals() {
    with_cx(|cx| {
        let dict = cx.new_dict();
        for number in 0..100 {
            dict.set(cx, &cx.new_int(number), cx.new_int(number * 2))
                .expect("hashable");
        }
        for number in (0..100).step_by(2) {
            dict.pop(cx, &cx.new_int(number))
                .expect("hashable")
                .expect("present");
        }
        let keys: Vec<_> = dict
            .keys()
            .iter()
            .filter_map(|key| key.as_small_int())
            .collect();
        assert_eq!(keys, (0..100).filter(|n| n % 2 == 1).collect::<Vec<_>>());
        assert_eq!(
            dict.get(cx, &cx.new_int(51))
                .expect("hashable")
                .and_then(|v| v.as_small_int()),
            Some(102)
        );
    });
}

#[test]
fn text_hashes_as_in_cpython_with_seed_zero() {
    with_cx(|cx| {
        // PYTHONHASHSEED=0 python3.14 -c "print(hash('a'), hash('é'), hash('€'))"
        for (text, hash) in HASHES {
            assert_eq!(
                cx.hash_str(&cx.new_str(text).expect("room")),
                hash,
                "{text}"
            );
        }
    });
}

const HASHES: [(&str, i64); 3] = [
    ("a", 4644417185603328019),
    ("é", 6047309291227476195),
    ("€", -5529981157763016009),
];
