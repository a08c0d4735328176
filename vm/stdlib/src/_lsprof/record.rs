//! Counts and times of functions, in sum and by caller, and the functions that run now.

use std::collections::HashMap;

use taipan_vm::heap::Visitor;
use taipan_vm::objects::native_function::NativeFunction;
use taipan_vm::value::Value;

/// What tells functions apart.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Key {
    /// The identity of a code object, which the record keeps alive.
    Code(u64),
    /// The address of a native function's definition.
    Native(usize),
}

impl Key {
    pub(super) fn of_native(function: &NativeFunction) -> Self {
        Self::Native(std::ptr::from_ref(function.def).addr())
    }
}

#[derive(Clone, Copy, Default)]
pub(super) struct Times {
    /// Time in the function and what it calls.
    pub(super) total: i64,
    /// Time in the function itself.
    pub(super) inline: i64,
    pub(super) calls: i64,
    pub(super) recursive_calls: i64,
    /// How many calls run now.
    running: i64,
}

impl Times {
    fn count(&mut self, total: i64, inline: i64) {
        self.running -= 1;
        if self.running == 0 {
            // A program's timer may say anything.
            self.total = self.total.wrapping_add(total);
        } else {
            self.recursive_calls += 1;
        }
        self.inline = self.inline.wrapping_add(inline);
        self.calls += 1;
    }
}

/// What is known of a function.
struct Function {
    /// The code object, or the name of a native function.
    shown: Value,
    times: Times,
    /// Its callees, by their numbers, in the order of their first calls.
    callees: Vec<(usize, Times)>,
}

impl Function {
    fn callee(&mut self, number: usize) -> &mut Times {
        let place = match self.callees.iter().position(|(known, _)| *known == number) {
            Some(place) => place,
            None => {
                self.callees.push((number, Times::default()));
                self.callees.len() - 1
            }
        };
        &mut self.callees[place].1
    }
}

/// A function as `getstats` tells of it.
pub(super) struct Told {
    pub(super) shown: Value,
    pub(super) times: Times,
    pub(super) callees: Vec<(Value, Times)>,
}

/// A call that runs now.
struct Call {
    function: usize,
    start: i64,
    /// Time in its callees.
    in_callees: i64,
}

#[derive(Default)]
pub(super) struct Record {
    functions: Vec<Function>,
    numbers: HashMap<Key, usize>,
    calls: Vec<Call>,
}

impl Record {
    pub(super) fn visit(&self, visit: &mut Visitor<'_>) {
        for function in &self.functions {
            visit(&function.shown);
        }
    }

    pub(super) fn knows(&self, key: Key) -> bool {
        self.numbers.contains_key(&key)
    }

    /// Whether no call runs.
    pub(super) fn is_idle(&self) -> bool {
        self.calls.is_empty()
    }

    /// A call begins; [`Record::start`] tells when.
    pub(super) fn enter(&mut self, key: Key, shown: impl FnOnce() -> Value, with_callers: bool) {
        let number = match self.numbers.get(&key) {
            Some(number) => *number,
            None => {
                self.functions.push(Function {
                    shown: shown(),
                    times: Times::default(),
                    callees: Vec::new(),
                });
                self.numbers.insert(key, self.functions.len() - 1);
                self.functions.len() - 1
            }
        };
        self.functions[number].times.running += 1;
        if with_callers && let Some(caller) = self.calls.last() {
            self.functions[caller.function].callee(number).running += 1;
        }
        self.calls.push(Call {
            function: number,
            start: 0,
            in_callees: 0,
        });
    }

    pub(super) fn start(&mut self, now: i64) {
        if let Some(call) = self.calls.last_mut() {
            call.start = now;
        }
    }

    /// The last call ends, as one of that function or (without one) of its own.
    pub(super) fn leave(&mut self, key: Option<Key>, now: i64, with_callers: bool) {
        let Some(call) = self.calls.pop() else {
            return;
        };
        let total = now.wrapping_sub(call.start);
        let inline = total.wrapping_sub(call.in_callees);
        let named = key.and_then(|key| self.numbers.get(&key));
        let number = named.copied().unwrap_or(call.function);
        self.functions[number].times.count(total, inline);
        if let Some(caller) = self.calls.last_mut() {
            caller.in_callees = caller.in_callees.wrapping_add(total);
            if with_callers {
                let caller = &mut self.functions[caller.function];
                if caller.callees.iter().any(|(known, _)| *known == number) {
                    caller.callee(number).count(total, inline);
                }
            }
        }
    }

    /// The last call is not counted.
    pub(super) fn forget_last(&mut self) {
        self.calls.pop();
    }

    /// All functions in the order of their first calls.
    pub(super) fn functions(&self) -> Vec<Told> {
        self.functions
            .iter()
            .map(|function| Told {
                shown: function.shown.clone(),
                times: function.times,
                callees: function
                    .callees
                    .iter()
                    .map(|(number, times)| (self.functions[*number].shown.clone(), *times))
                    .collect(),
            })
            .collect()
    }
}
