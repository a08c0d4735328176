//! Containers through their Rust interface. What Python code sees of them is in `tests/run/`.

use taipan_vm::ctx::Ctx;
use taipan_vm::isolate::Settings;
use taipan_vm::objects::list::SortOrder;
use taipan_vm::objects::set::SetData;
use taipan_vm::value::Value;

fn with_cx(test: impl FnOnce(&Ctx)) {
    let cx = Ctx::new(&Settings {
        hash_seed: Some(0),
        ..Settings::new(taipan_host::native())
    });
    let entered = cx.enter();
    test(&entered);
}

fn number(value: &Value) -> i64 {
    value.as_small_int().expect("a small integer")
}

/// The generator of `golden/set_order.py`.
struct Random(u32);

impl Random {
    fn below(&mut self, bound: u32) -> u32 {
        self.0 = self.0.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (self.0 >> 8) % bound
    }
}

/// Renew with `python3.14 vm/tests/it/golden/set_order.py > vm/tests/it/golden/set_order.txt`.
#[test]
fn sets_of_integers_have_the_order_of_cpython() {
    let golden = include_str!("golden/set_order.txt");
    let mut random = Random(1);
    with_cx(|cx| {
        for (bound, expected) in [8, 40, 300, 5000, 1_000_000_000]
            .into_iter()
            .zip(golden.lines())
        {
            let set = SetData::default();
            for _ in 0..200 {
                match random.below(10) {
                    0..6 => {
                        let key = cx.new_int(random.below(bound).into());
                        set.add(cx, &key).expect("hashable");
                    }
                    6..8 => {
                        let key = cx.new_int(random.below(bound).into());
                        set.discard(cx, &key).expect("hashable");
                    }
                    8 => drop(set.pop()),
                    _ => {
                        let other = SetData::default();
                        for _ in 0..3 {
                            let key = cx.new_int(random.below(bound).into());
                            other.add(cx, &key).expect("hashable");
                        }
                        set.merge(cx, &other).expect("hashable");
                    }
                }
            }
            let order: Vec<String> = set
                .keys()
                .iter()
                .map(|key| number(key).to_string())
                .collect();
            assert_eq!(order.join(" "), expected);
        }
    });
}

#[test]
fn dict_entries_move_to_both_ends_and_leave_from_both() {
    with_cx(|cx| {
        let dict = cx.new_dict();
        let mut expected: Vec<i64> = Vec::new();
        let mut random = Random(7);
        for step in 0..5000 {
            let key = cx.new_int(random.below(60).into());
            let place = expected.iter().position(|known| *known == number(&key));
            let hash = cx.hash(&key).expect("hashable");
            let position = dict.position(cx, &key, hash).expect("hashable");
            assert_eq!(place.is_some(), position.is_some(), "step {step}");
            match (random.below(6), place, position) {
                (0 | 1, None, _) => {
                    dict.set(cx, &key, key.clone()).expect("hashable");
                    expected.push(number(&key));
                }
                (2, Some(place), Some(position)) => {
                    dict.move_to_front(position);
                    let known = expected.remove(place);
                    expected.insert(0, known);
                }
                (3, Some(place), Some(position)) => {
                    dict.move_to_back(position);
                    let known = expected.remove(place);
                    expected.push(known);
                }
                (4, Some(place), _) => {
                    dict.pop(cx, &key).expect("hashable").expect("there");
                    expected.remove(place);
                }
                (5, ..) if step % 2 == 0 => {
                    let first = dict.pop_first().map(|(key, _)| number(&key));
                    let known = (!expected.is_empty()).then(|| expected.remove(0));
                    assert_eq!(first, known, "step {step}");
                }
                (5, ..) if step % 3 == 0 => {
                    let last = dict.pop_last().map(|(key, _)| number(&key));
                    assert_eq!(last, expected.pop(), "step {step}");
                }
                _ => {}
            }
            let keys: Vec<i64> = dict.keys().iter().map(number).collect();
            assert_eq!(keys, expected, "step {step}");
        }
    });
}

#[test]
fn a_sort_is_stable_in_both_directions() {
    with_cx(|cx| {
        let pair = |key: i64, place: i64| {
            cx.new_tuple(vec![cx.new_int(key), cx.new_int(place)])
                .into_value()
        };
        let mut random = Random(3);
        let items: Vec<Value> = (0..500)
            .map(|place| pair(random.below(40).into(), place))
            .collect();
        let list = cx.new_list(items);
        list.sort(cx, None, SortOrder::Ascending).expect("ordered");
        let pairs: Vec<(i64, i64)> = list
            .to_vec()
            .iter()
            .map(|item| {
                let parts = cx.unpack(item, 2).expect("a pair");
                (number(&parts[0]), number(&parts[1]))
            })
            .collect();
        assert!(pairs.is_sorted());
    });
}
