//! `_random`: the Mersenne Twister behind `random.Random`.
//!
//! Reference: CPython 3.14 `Modules/_randommodule.c`; Matsumoto, Nishimura: "Mersenne Twister", 1998 (MT19937, seeded by
//! array). Tests: `tests/run/random/`. Deviations: none known.

use std::cell::RefCell;

use num_bigint::{BigInt, Sign};
use num_traits::{Signed, ToPrimitive};
use taipan_macros::{pyclass, pymethods, pymodule};
use taipan_vm::ctx::Ctx;
use taipan_vm::error::PyResult;
use taipan_vm::native::bind::Optional;
use taipan_vm::native::{Args, ModuleBuilder};
use taipan_vm::objects::{Tuple, Type};
use taipan_vm::value::{Py, Value};

const N: usize = 624;
const M: usize = 397;
const UPPER: u32 = 0x8000_0000;
const LOWER: u32 = 0x7FFF_FFFF;

/// Mersenne Twister.
#[pymodule]
pub(crate) fn _random(_cx: &Ctx, m: &ModuleBuilder<'_>) -> PyResult<()> {
    m.class(Random::class())?;
    Ok(())
}

/// The generator's state: 624 words and the place of the next.
struct Twister {
    words: [u32; N],
    next: usize,
}

impl Twister {
    fn seeded(seed: u32) -> Self {
        let mut words = [0; N];
        words[0] = seed;
        for i in 1..N {
            let previous: u32 = words[i - 1];
            words[i] = 1_812_433_253_u32
                .wrapping_mul(previous ^ (previous >> 30))
                .wrapping_add(i as u32);
        }
        Self { words, next: N }
    }

    fn seeded_by(key: &[u32]) -> Self {
        let mut twister = Self::seeded(19_650_218);
        let words = &mut twister.words;
        let (mut i, mut j) = (1, 0);
        for _ in 0..N.max(key.len()) {
            let previous = words[i - 1];
            words[i] = (words[i] ^ (previous ^ (previous >> 30)).wrapping_mul(1_664_525))
                .wrapping_add(key[j])
                .wrapping_add(j as u32);
            i += 1;
            j += 1;
            if i >= N {
                words[0] = words[N - 1];
                i = 1;
            }
            if j >= key.len() {
                j = 0;
            }
        }
        for _ in 0..N - 1 {
            let previous = words[i - 1];
            words[i] = (words[i] ^ (previous ^ (previous >> 30)).wrapping_mul(1_566_083_941))
                .wrapping_sub(i as u32);
            i += 1;
            if i >= N {
                words[0] = words[N - 1];
                i = 1;
            }
        }
        words[0] = UPPER;
        twister
    }

    fn next_word(&mut self) -> u32 {
        if self.next >= N {
            let words = &mut self.words;
            for i in 0..N {
                let y = (words[i] & UPPER) | (words[(i + 1) % N] & LOWER);
                words[i] = words[(i + M) % N] ^ (y >> 1) ^ if y & 1 == 0 { 0 } else { 0x9908_B0DF };
            }
            self.next = 0;
        }
        let mut y = self.words[self.next];
        self.next += 1;
        y ^= y >> 11;
        y ^= (y << 7) & 0x9D2C_5680;
        y ^= (y << 15) & 0xEFC6_0000;
        y ^ (y >> 18)
    }
}

/// Random() -> create a random number generator with its own internal state.
#[pyclass(name = "Random", module = "_random", subclassable)]
pub(crate) struct Random {
    twister: RefCell<Twister>,
}

impl Random {
    fn reseed(&self, cx: &Ctx, seed: Option<&Value>) -> PyResult<()> {
        let seed = match seed.filter(|seed| !seed.is_none()) {
            None => {
                let mut bytes = vec![0; N * 4];
                cx.host()
                    .urandom(&mut bytes)
                    .map_err(|error| cx.os_error(error))?;
                let key: Vec<u32> = bytes
                    .chunks_exact(4)
                    .map(|word| u32::from_ne_bytes([word[0], word[1], word[2], word[3]]))
                    .collect();
                self.twister.replace(Twister::seeded_by(&key));
                return Ok(());
            }
            Some(seed) => match seed.as_int() {
                Some(int) => int.to_bigint().abs(),
                None => BigInt::from(cx.hash(seed)? as u64),
            },
        };
        let mut key = seed.to_u32_digits().1;
        if key.is_empty() {
            key.push(0);
        }
        self.twister.replace(Twister::seeded_by(&key));
        Ok(())
    }
}

#[pymethods]
impl Random {
    #[new]
    fn new(cx: &Ctx, cls: &Py<Type>, args: Args<'_>) -> PyResult<Value> {
        if cls.is(&cx.native_class(Random::class())) && args.has_keywords() {
            return Err(cx.type_error("Random() takes no keyword arguments"));
        }
        let seed = args.positional();
        if seed.len() > 1 {
            return Err(cx.type_error(format!(
                "Random() takes at most 1 argument ({} given)",
                seed.len()
            )));
        }
        let random = Random {
            twister: RefCell::new(Twister::seeded(0)),
        };
        random.reseed(cx, seed.first())?;
        Ok(cx.heap().allocate(cls, random).into_value())
    }

    /// The next float in the interval from 0 up to, but not including 1.
    fn random(&self) -> f64 {
        let mut twister = self.twister.borrow_mut();
        let (high, low) = (twister.next_word() >> 5, twister.next_word() >> 6);
        (f64::from(high) * 67_108_864.0 + f64::from(low)) * (1.0 / 9_007_199_254_740_992.0)
    }

    /// Starts again from a number, or from the system's randomness.
    #[pymethod(signature = (n = Optional::Missing, /), text_signature = "($self, n=None, /)")]
    fn seed(&self, cx: &Ctx, n: Optional<&Value>) -> PyResult<()> {
        self.reseed(cx, n.given())
    }

    /// The generator's state as a tuple.
    fn getstate(&self, cx: &Ctx) -> Value {
        let twister = self.twister.borrow();
        let mut items: Vec<Value> = twister
            .words
            .iter()
            .map(|word| cx.new_int(i64::from(*word)))
            .collect();
        items.push(cx.new_int(twister.next as i64));
        cx.new_tuple(items).into_value()
    }

    /// Goes back to a state that getstate gave.
    fn setstate(&self, cx: &Ctx, state: &Value) -> PyResult<()> {
        let Some(state) = state.downcast_ref::<Tuple>() else {
            return Err(cx.type_error("state vector must be a tuple"));
        };
        let items = state.as_slice();
        if items.len() != N + 1 {
            return Err(cx.value_error("state vector is the wrong size"));
        }
        let mut words = [0; N];
        for (word, item) in words.iter_mut().zip(items) {
            let value = cx.to_bigint(item)?;
            if value.sign() == Sign::Minus {
                return Err(cx.overflow_error("can't convert negative value to unsigned int"));
            }
            *word = (value & BigInt::from(u32::MAX)).to_u32().unwrap_or(0);
        }
        let next = cx.to_bigint(&items[N])?;
        let Some(next) = next.to_usize().filter(|next| *next <= N) else {
            return Err(cx.value_error("invalid state"));
        };
        self.twister.replace(Twister { words, next });
        Ok(())
    }

    /// An integer of k random bits.
    fn getrandbits(&self, cx: &Ctx, k: &Value) -> PyResult<Value> {
        let k = cx.to_bigint(k)?;
        if k.is_negative() {
            return Err(cx.value_error("number of bits must be non-negative"));
        }
        let Some(k) = k.to_u64() else {
            return Err(cx.overflow_error("Python int too large to convert to C unsigned long"));
        };
        let mut twister = self.twister.borrow_mut();
        if k == 0 {
            return Ok(cx.new_int(0));
        }
        if k <= 32 {
            return Ok(cx.new_int(i64::from(twister.next_word() >> (32 - k))));
        }
        let mut words = Vec::new();
        if words
            .try_reserve_exact(usize::try_from(k.div_ceil(32)).unwrap_or(usize::MAX))
            .is_err()
        {
            return Err(cx.memory_error());
        }
        let mut left = k;
        while left > 0 {
            let word = twister.next_word();
            words.push(if left < 32 { word >> (32 - left) } else { word });
            left = left.saturating_sub(32);
        }
        drop(twister);
        Ok(cx.new_bigint(BigInt::from_slice(Sign::Plus, &words)))
    }
}
