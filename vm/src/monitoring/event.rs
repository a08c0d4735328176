//! Kinds of events and sets of them.

/// Tools that can watch: six that programs may take, then profile and trace functions.
pub(crate) const TOOLS: usize = 8;
/// The tool of `sys.setprofile`.
pub(crate) const PROFILE_TOOL: usize = 6;
/// The tool of `sys.settrace`.
pub(crate) const TRACE_TOOL: usize = 7;

macro_rules! events {
    ($($variant:ident $name:literal,)*) => {
        /// An event; the number is its bit in `sys.monitoring.events`.
        #[derive(Clone, Copy, PartialEq, Eq, Debug)]
        #[repr(u8)]
        pub(crate) enum Event { $($variant),* }

        impl Event {
            pub(crate) const ALL: &[Event] = &[$(Event::$variant),*];

            /// The name in `sys.monitoring.events`.
            pub(crate) const fn name(self) -> &'static str {
                match self { $(Event::$variant => $name),* }
            }
        }
    };
}

events! {
    PyStart "PY_START",
    PyResume "PY_RESUME",
    PyReturn "PY_RETURN",
    PyYield "PY_YIELD",
    Call "CALL",
    Line "LINE",
    Instruction "INSTRUCTION",
    Jump "JUMP",
    BranchLeft "BRANCH_LEFT",
    BranchRight "BRANCH_RIGHT",
    StopIteration "STOP_ITERATION",
    Raise "RAISE",
    ExceptionHandled "EXCEPTION_HANDLED",
    PyUnwind "PY_UNWIND",
    PyThrow "PY_THROW",
    Reraise "RERAISE",
    CReturn "C_RETURN",
    CRaise "C_RAISE",
    Branch "BRANCH",
}

impl Event {
    /// Whether instructions carry the event, so that a tool may watch it in one code object or switch it off at one
    /// place.
    pub(crate) const fn is_local(self) -> bool {
        (self as usize) < LOCAL
    }

    pub(crate) const fn bit(self) -> u32 {
        1 << self as u32
    }
}

/// Events that instructions carry.
const LOCAL: usize = 11;
/// Events that are switched by themselves; the others come with `CALL` or stand for two.
const UNGROUPED: usize = 16;

/// Events as bits, as Python gives them.
pub(crate) struct EventSet;

impl EventSet {
    pub(crate) const LOCAL: u32 = (1 << LOCAL) - 1;
    pub(crate) const ALL: u32 = (1 << Event::ALL.len()) - 1;
    pub(crate) const C_RETURN: u32 = Event::CReturn.bit() | Event::CRaise.bit();
    pub(crate) const C_CALL: u32 = Self::C_RETURN | Event::Call.bit();
    pub(crate) const BRANCHES: u32 = Event::BranchLeft.bit() | Event::BranchRight.bit();
}

/// For each event the tools that watch it, as bits.
#[derive(Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Monitors([u8; UNGROUPED]);

impl Monitors {
    /// The tools that watch an event.
    pub(crate) fn tools(&self, event: Event) -> u8 {
        let event = match event {
            Event::CReturn | Event::CRaise => Event::Call,
            other => other,
        };
        self.0.get(event as usize).copied().unwrap_or(0)
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.0.iter().all(|&tools| tools == 0)
    }

    /// What a tool watches.
    pub(crate) fn of_tool(&self, tool: usize) -> u32 {
        (0..UNGROUPED)
            .filter(|&event| self.0[event] & (1 << tool) != 0)
            .map(|event| 1 << event)
            .sum()
    }

    /// Lets a tool watch these events and no others.
    pub(crate) fn set_tool(&mut self, tool: usize, events: u32) {
        for (event, tools) in self.0.iter_mut().enumerate() {
            *tools &= !(1 << tool);
            if events & (1 << event) != 0 {
                *tools |= 1 << tool;
            }
        }
    }

    pub(crate) fn union(self, other: Self) -> Self {
        Self(std::array::from_fn(|event| self.0[event] | other.0[event]))
    }

    pub(crate) fn without(self, other: Self) -> Self {
        Self(std::array::from_fn(|event| self.0[event] & !other.0[event]))
    }
}
