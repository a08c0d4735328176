//! The small numbers that some instructions take as operand, under names.
//!
//! CPython: `NB_*` of `Include/opcode.h`, `pycore_intrinsics.h`, `pycore_opcode_utils.h`, `Include/object.h`.
//! Invariant: each enum's discriminant is CPython's number. Tests: `tests/it/opcodes.rs`.

/// Makes an enum whose members go by number and by a text of CPython's.
macro_rules! numbered {
    ($(#[$doc:meta])* $name:ident { $($(#[$member_doc:meta])* $member:ident = $number:literal, $text:literal;)* }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        #[repr(u8)]
        pub enum $name {
            $( $(#[$member_doc])* #[doc = concat!("`", $text, "`.")] $member = $number, )*
        }

        impl $name {
            /// All members, by number.
            pub const ALL: &[$name] = &[$( $name::$member, )*];

            /// The member of that number, if there is one.
            pub fn from_oparg(oparg: u32) -> Option<$name> {
                match oparg {
                    $( $number => Some($name::$member), )*
                    _ => None,
                }
            }

            /// CPython's number, as the operand of the instruction.
            pub const fn oparg(self) -> u32 {
                self as u32
            }

            /// What CPython's `dis` shows for it.
            pub const fn text(self) -> &'static str {
                match self {
                    $( $name::$member => $text, )*
                }
            }
        }
    };
}

numbered! {
    /// The operation of `BINARY_OP`.
    BinaryOp {
        Add = 0, "+";
        And = 1, "&";
        FloorDivide = 2, "//";
        Lshift = 3, "<<";
        MatrixMultiply = 4, "@";
        Multiply = 5, "*";
        Remainder = 6, "%";
        Or = 7, "|";
        Power = 8, "**";
        Rshift = 9, ">>";
        Subtract = 10, "-";
        TrueDivide = 11, "/";
        Xor = 12, "^";
        InplaceAdd = 13, "+=";
        InplaceAnd = 14, "&=";
        InplaceFloorDivide = 15, "//=";
        InplaceLshift = 16, "<<=";
        InplaceMatrixMultiply = 17, "@=";
        InplaceMultiply = 18, "*=";
        InplaceRemainder = 19, "%=";
        InplaceOr = 20, "|=";
        InplacePower = 21, "**=";
        InplaceRshift = 22, ">>=";
        InplaceSubtract = 23, "-=";
        InplaceTrueDivide = 24, "/=";
        InplaceXor = 25, "^=";
        Subscript = 26, "[]";
    }
}

numbered! {
    /// The comparison of `COMPARE_OP`, in the bits from 5 on; bit 4 asks for a real bool.
    CompareOp {
        Lt = 0, "<";
        Le = 1, "<=";
        Eq = 2, "==";
        Ne = 3, "!=";
        Gt = 4, ">";
        Ge = 5, ">=";
    }
}

numbered! {
    /// The function of `CALL_INTRINSIC_1`.
    Intrinsic1 {
        Invalid = 0, "INTRINSIC_1_INVALID";
        Print = 1, "INTRINSIC_PRINT";
        ImportStar = 2, "INTRINSIC_IMPORT_STAR";
        StopIterationError = 3, "INTRINSIC_STOPITERATION_ERROR";
        AsyncGenWrap = 4, "INTRINSIC_ASYNC_GEN_WRAP";
        UnaryPositive = 5, "INTRINSIC_UNARY_POSITIVE";
        ListToTuple = 6, "INTRINSIC_LIST_TO_TUPLE";
        TypeVar = 7, "INTRINSIC_TYPEVAR";
        ParamSpec = 8, "INTRINSIC_PARAMSPEC";
        TypeVarTuple = 9, "INTRINSIC_TYPEVARTUPLE";
        SubscriptGeneric = 10, "INTRINSIC_SUBSCRIPT_GENERIC";
        TypeAlias = 11, "INTRINSIC_TYPEALIAS";
    }
}

numbered! {
    /// The function of `CALL_INTRINSIC_2`.
    Intrinsic2 {
        Invalid = 0, "INTRINSIC_2_INVALID";
        PrepReraiseStar = 1, "INTRINSIC_PREP_RERAISE_STAR";
        TypeVarWithBound = 2, "INTRINSIC_TYPEVAR_WITH_BOUND";
        TypeVarWithConstraints = 3, "INTRINSIC_TYPEVAR_WITH_CONSTRAINTS";
        SetFunctionTypeParams = 4, "INTRINSIC_SET_FUNCTION_TYPE_PARAMS";
        SetTypeParamDefault = 5, "INTRINSIC_SET_TYPEPARAM_DEFAULT";
    }
}

numbered! {
    /// The method that `LOAD_SPECIAL` looks up.
    SpecialMethod {
        Enter = 0, "__enter__";
        Exit = 1, "__exit__";
        Aenter = 2, "__aenter__";
        Aexit = 3, "__aexit__";
    }
}

numbered! {
    /// What `LOAD_COMMON_CONSTANT` loads.
    CommonConstant {
        AssertionError = 0, "AssertionError";
        NotImplementedError = 1, "NotImplementedError";
        Tuple = 2, "tuple";
        All = 3, "all";
        Any = 4, "any";
    }
}

numbered! {
    /// The conversion of `CONVERT_VALUE`.
    ConvertValue {
        None = 0, "";
        Str = 1, "str";
        Repr = 2, "repr";
        Ascii = 3, "ascii";
    }
}

numbered! {
    /// What `SET_FUNCTION_ATTRIBUTE` sets.
    MakeFunctionFlag {
        Defaults = 0x01, "defaults";
        KwDefaults = 0x02, "kwdefaults";
        Annotations = 0x04, "annotations";
        Closure = 0x08, "closure";
        Annotate = 0x10, "annotate";
    }
}

impl BinaryOp {
    /// The in-place form of a plain operation, `+=` for `+`; subscripts and in-place forms have none.
    pub fn in_place(self) -> Option<BinaryOp> {
        match self.oparg() {
            plain @ 0..=12 => BinaryOp::from_oparg(plain + 13),
            _ => None,
        }
    }
}

/// `RESUME` at the start of a function, class or module.
pub const RESUME_AT_FUNC_START: u32 = 0;
/// `RESUME` behind a `yield`.
pub const RESUME_AFTER_YIELD: u32 = 1;
/// `RESUME` behind a `yield from`.
pub const RESUME_AFTER_YIELD_FROM: u32 = 2;
/// `RESUME` behind an `await`.
pub const RESUME_AFTER_AWAIT: u32 = 3;
/// Set in `RESUME`'s operand if the only handler around it is the generator's own.
pub const RESUME_DEPTH1_MASK: u32 = 0x4;
