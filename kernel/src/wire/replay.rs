//! Refuses a signed message that arrives a second time.
//!
//! Counterpart: `Session.digest_history` of jupyter_client. Memory is bounded: only the newest
//! signatures are remembered. Tests: below.

use std::collections::{HashSet, VecDeque};

/// The signatures seen last.
#[derive(Debug)]
pub struct Replays {
    seen: HashSet<Vec<u8>>,
    order: VecDeque<Vec<u8>>,
    capacity: usize,
}

impl Replays {
    /// Remembers up to `capacity` signatures.
    pub fn new(capacity: usize) -> Self {
        Replays {
            seen: HashSet::new(),
            order: VecDeque::new(),
            capacity,
        }
    }

    /// Remembers `signature`; false if it is a replay.
    pub fn is_new(&mut self, signature: &[u8]) -> bool {
        if !self.seen.insert(signature.to_vec()) {
            return false;
        }
        self.order.push_back(signature.to_vec());
        if self.order.len() > self.capacity
            && let Some(oldest) = self.order.pop_front()
        {
            self.seen.remove(&oldest);
        }
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_signature_counts_once_while_it_is_remembered() {
        let mut replays = Replays::new(2);
        assert!(replays.is_new(b"a"));
        assert!(!replays.is_new(b"a"));
        assert!(replays.is_new(b"b"));
        assert!(replays.is_new(b"c"));
        assert!(replays.is_new(b"a"), "the oldest is forgotten");
    }
}
