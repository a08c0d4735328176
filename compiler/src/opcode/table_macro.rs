//! The macro that turns the rows of `table.rs` into the enum and its metadata.

macro_rules! opcodes {
    ($( $name:ident = $number:literal, base $base:ident, caches $caches:literal, [$($flag:ident)*],
        |$a:ident| $popped:expr => $pushed:expr; )*) => {
        use super::OpcodeFlags;

        /// An instruction, under CPython's own name and number.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        #[repr(u16)]
        #[expect(non_camel_case_types, missing_docs,
            reason = "CPython's spelling, documented by its `dis` module")]
        pub enum Opcode {
            $( $name = $number, )*
        }

        /// One more than the greatest number.
        const NUMBERS: usize = 267;

        /// Everything that is known by number: `None` where CPython 3.14 has no instruction.
        static BY_NUMBER: [Option<Opcode>; NUMBERS] = {
            let mut table = [None; NUMBERS];
            $( table[$number] = Some(Opcode::$name); )*
            table
        };

        impl Opcode {
            /// All instructions, by number.
            pub const ALL: &[Opcode] = &[$( Opcode::$name, )*];

            /// The instruction of that number, if there is one.
            pub fn from_number(number: u16) -> Option<Opcode> {
                BY_NUMBER.get(usize::from(number)).copied().flatten()
            }

            /// The instruction of that name, if there is one.
            pub fn from_name(name: &str) -> Option<Opcode> {
                match name {
                    $( stringify!($name) => Some(Opcode::$name), )*
                    _ => None,
                }
            }

            /// CPython's number.
            pub const fn number(self) -> u16 {
                self as u16
            }

            /// CPython's name, as `dis.opname` has it.
            pub const fn name(self) -> &'static str {
                match self {
                    $( Opcode::$name => stringify!($name), )*
                }
            }

            /// The instruction that a specialised or instrumented one stands for; any other is its own base.
            pub const fn base(self) -> Opcode {
                match self {
                    $( Opcode::$name => Opcode::$base, )*
                }
            }

            /// How many 16-bit cache units stand behind the instruction.
            #[inline]
            pub const fn cache_entries(self) -> usize {
                const CACHES: [u8; NUMBERS] = {
                    let mut table = [0; NUMBERS];
                    $( table[Opcode::$name as usize] = $caches; )*
                    table
                };
                CACHES[self as usize] as usize
            }

            /// Operand kind and family.
            #[inline]
            pub const fn flags(self) -> OpcodeFlags {
                const FLAGS: [OpcodeFlags; NUMBERS] = {
                    let mut table = [OpcodeFlags::empty(); NUMBERS];
                    $( table[Opcode::$name as usize] = OpcodeFlags::empty()$(.union(OpcodeFlags::$flag))*; )*
                    table
                };
                FLAGS[self as usize]
            }

            /// How many values the instruction takes from the stack.
            #[inline]
            pub const fn num_popped(self, oparg: u32) -> i64 {
                match POPPED[self as usize] {
                    VARIES => self.popped_with(oparg),
                    fixed => fixed as i64,
                }
            }

            /// How many values the instruction leaves on the stack in their place.
            #[inline]
            pub const fn num_pushed(self, oparg: u32) -> i64 {
                match PUSHED[self as usize] {
                    VARIES => self.pushed_with(oparg),
                    fixed => fixed as i64,
                }
            }

            /// By how much the stack grows.
            #[inline]
            pub(super) const fn effect(self, oparg: u32) -> i64 {
                match EFFECT[self as usize] {
                    VARIES => self.pushed_with(oparg) - self.popped_with(oparg),
                    fixed => fixed as i64,
                }
            }

            const fn popped_with(self, oparg: u32) -> i64 {
                match self {
                    $( Opcode::$name => { let $a = oparg as i64; let _ = $a; $popped } )*
                }
            }

            const fn pushed_with(self, oparg: u32) -> i64 {
                match self {
                    $( Opcode::$name => { let $a = oparg as i64; let _ = $a; $pushed } )*
                }
            }
        }

        /// Stands in the tables below where the operand decides.
        const VARIES: i8 = i8::MIN;

        /// What each instruction pops and pushes whatever its operand is.
        static POPPED: [i8; NUMBERS] = {
            let mut table = [VARIES; NUMBERS];
            $( table[$number] = fixed(
                Opcode::$name.popped_with(0), Opcode::$name.popped_with(1), Opcode::$name.popped_with(2),
            ); )*
            table
        };
        static PUSHED: [i8; NUMBERS] = {
            let mut table = [VARIES; NUMBERS];
            $( table[$number] = fixed(
                Opcode::$name.pushed_with(0), Opcode::$name.pushed_with(1), Opcode::$name.pushed_with(2),
            ); )*
            table
        };

        static EFFECT: [i8; NUMBERS] = {
            let mut table = [VARIES; NUMBERS];
            $( table[$number] = fixed(
                Opcode::$name.pushed_with(0) - Opcode::$name.popped_with(0),
                Opcode::$name.pushed_with(1) - Opcode::$name.popped_with(1),
                Opcode::$name.pushed_with(2) - Opcode::$name.popped_with(2),
            ); )*
            table
        };

        /// The number with the operands 0, 1 and 2, which tell already whether it depends on the operand.
        const fn fixed(with_0: i64, with_1: i64, with_2: i64) -> i8 {
            if with_0 == with_1 && with_1 == with_2 { with_0 as i8 } else { VARIES }
        }
    };
}
pub(super) use opcodes;
