//! Who holds an object that is written: what its reference count means.
//!
//! CPython remembers an object that has more than one reference when it is written. Here the writer itself may add one, and
//! those that a code object and the table of its constants hold are not to be counted at all.

/// How something holds the part of it that is written next.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum How {
    /// As its own; the caller holds the outermost object like this.
    Alone,
    /// We have a copy too.
    Cloned,
    /// In CPython as here, a list of ours has it too: it is remembered.
    Listed,
    /// In a slice. CPython's compiler does not merge what is in it, so equal numbers among constants are several objects.
    Slice,
}

/// How an object is held, and whether it is part of a code object.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) struct Held {
    pub(super) how: How,
    pub(super) by_code: bool,
}

impl Held {
    /// The outermost object.
    pub(super) const BY_CALLER: Held = Held {
        how: How::Alone,
        by_code: false,
    };

    /// A part of a code object.
    pub(super) const BY_CODE: Held = Held {
        how: How::Alone,
        by_code: true,
    };

    /// A part of something that is held like `self`.
    pub(super) fn part(self, how: How) -> Held {
        Held { how, ..self }
    }

    /// Whether, going by the number of its references, somebody else has the object too.
    pub(super) fn has_others(self, references: u64) -> bool {
        match self.how {
            How::Listed => true,
            _ if self.by_code => false,
            How::Cloned => references > 2,
            How::Alone | How::Slice => references > 1,
        }
    }
}
