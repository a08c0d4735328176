//! The abstract grammar: every class of `_ast`, its fields and its attributes, in one table.
//!
//! CPython 3.14: `Parser/Python.asdl`. A row is `Node "fields"`, the fields written as the grammar writes them
//! (`expr? value` is optional, `stmt* body` a list); classes, their documentation, the conversions in both directions
//! and the messages of wrong trees all derive from here.

/// What places nodes of a group have.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Places {
    /// None.
    Nowhere,
    /// Start and end; a tree made by hand may leave the end out.
    OpenEnd,
    /// Start and end, both required.
    Full,
}

/// The names of the places.
pub(super) const PLACES: [&str; 4] = ["lineno", "col_offset", "end_lineno", "end_col_offset"];

/// A class that nodes share as their base, or (a product) a single node of that name.
pub(super) struct GroupDef {
    pub(super) name: &'static str,
    pub(super) is_product: bool,
    pub(super) places: Places,
    pub(super) nodes: &'static [NodeDef],
}

/// A class of nodes.
pub(super) struct NodeDef {
    pub(super) name: &'static str,
    fields: &'static str,
}

/// How many values a field holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Count {
    One,
    Optional,
    Many,
}

/// A field of a node.
#[derive(Debug, Clone, Copy)]
pub(super) struct FieldDef {
    pub(super) name: &'static str,
    /// `identifier`, `string`, `int`, `constant`, or the name of a group.
    pub(super) kind: &'static str,
    pub(super) count: Count,
}

impl NodeDef {
    pub(super) fn fields(&self) -> impl Iterator<Item = FieldDef> {
        self.fields.split(", ").filter_map(|field| {
            let (kind, name) = field.split_once(' ')?;
            let (kind, count) = if let Some(kind) = kind.strip_suffix('*') {
                (kind.trim_end_matches('?'), Count::Many)
            } else if let Some(kind) = kind.strip_suffix('?') {
                (kind, Count::Optional)
            } else {
                (kind, Count::One)
            };
            Some(FieldDef { name, kind, count })
        })
    }

    /// The node as the grammar writes it, which is also its documentation.
    pub(super) fn signature(&self) -> String {
        if self.fields.is_empty() {
            return self.name.to_owned();
        }
        format!("{}({})", self.name, self.fields)
    }
}

impl GroupDef {
    /// The documentation: all nodes, one below the other if they have fields.
    pub(super) fn doc(&self) -> String {
        let separator = if self.nodes.iter().all(|node| node.fields.is_empty()) {
            " | ".to_owned()
        } else {
            format!("\n{} | ", " ".repeat(self.name.len()))
        };
        let nodes: Vec<_> = self.nodes.iter().map(NodeDef::signature).collect();
        format!("{} = {}", self.name, nodes.join(&separator))
    }
}

macro_rules! is_product {
    (sum) => {
        false
    };
    (product) => {
        true
    };
}

macro_rules! grammar {
    ($($group:ident $group_name:literal $kind:ident $places:ident { $($node:ident $fields:literal,)* })*) => {
        /// The groups, in the order of the table.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub(super) enum Group {
            $($group,)*
        }

        /// The nodes, in the order of the table.
        #[allow(non_camel_case_types, reason = "named as the classes are")]
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub(super) enum Node {
            $($($node,)*)*
        }

        impl Group {
            /// The nodes of the group.
            pub(super) fn nodes(self) -> &'static [Node] {
                match self {
                    $(Group::$group => &[$(Node::$node,)*],)*
                }
            }
        }

        impl Node {
            pub(super) fn def(self) -> &'static NodeDef {
                match self {
                    $($(Node::$node => &NodeDef { name: stringify!($node), fields: $fields },)*)*
                }
            }

            pub(super) fn group(self) -> Group {
                match self {
                    $($(Node::$node => Group::$group,)*)*
                }
            }
        }

        pub(super) static GROUPS: &[GroupDef] = &[
            $(GroupDef {
                name: $group_name,
                is_product: is_product!($kind),
                places: Places::$places,
                nodes: &[$(NodeDef { name: stringify!($node), fields: $fields },)*],
            },)*
        ];
    };
}

impl Group {
    pub(super) fn def(self) -> &'static GroupDef {
        &GROUPS[self as usize]
    }
}

grammar! {
    Mod "mod" sum Nowhere {
        Module "stmt* body, type_ignore* type_ignores",
        Interactive "stmt* body",
        Expression "expr body",
        FunctionType "expr* argtypes, expr returns",
    }
    Stmt "stmt" sum OpenEnd {
        FunctionDef "identifier name, arguments args, stmt* body, expr* decorator_list, expr? returns, string? type_comment, type_param* type_params",
        AsyncFunctionDef "identifier name, arguments args, stmt* body, expr* decorator_list, expr? returns, string? type_comment, type_param* type_params",
        ClassDef "identifier name, expr* bases, keyword* keywords, stmt* body, expr* decorator_list, type_param* type_params",
        Return "expr? value",
        Delete "expr* targets",
        Assign "expr* targets, expr value, string? type_comment",
        TypeAlias "expr name, type_param* type_params, expr value",
        AugAssign "expr target, operator op, expr value",
        AnnAssign "expr target, expr annotation, expr? value, int simple",
        For "expr target, expr iter, stmt* body, stmt* orelse, string? type_comment",
        AsyncFor "expr target, expr iter, stmt* body, stmt* orelse, string? type_comment",
        While "expr test, stmt* body, stmt* orelse",
        If "expr test, stmt* body, stmt* orelse",
        With "withitem* items, stmt* body, string? type_comment",
        AsyncWith "withitem* items, stmt* body, string? type_comment",
        Match "expr subject, match_case* cases",
        Raise "expr? exc, expr? cause",
        Try "stmt* body, excepthandler* handlers, stmt* orelse, stmt* finalbody",
        TryStar "stmt* body, excepthandler* handlers, stmt* orelse, stmt* finalbody",
        Assert "expr test, expr? msg",
        Import "alias* names",
        ImportFrom "identifier? module, alias* names, int? level",
        Global "identifier* names",
        Nonlocal "identifier* names",
        Expr "expr value",
        Pass "",
        Break "",
        Continue "",
    }
    Expr "expr" sum OpenEnd {
        BoolOp "boolop op, expr* values",
        NamedExpr "expr target, expr value",
        BinOp "expr left, operator op, expr right",
        UnaryOp "unaryop op, expr operand",
        Lambda "arguments args, expr body",
        IfExp "expr test, expr body, expr orelse",
        Dict "expr?* keys, expr* values",
        Set "expr* elts",
        ListComp "expr elt, comprehension* generators",
        SetComp "expr elt, comprehension* generators",
        DictComp "expr key, expr value, comprehension* generators",
        GeneratorExp "expr elt, comprehension* generators",
        Await "expr value",
        Yield "expr? value",
        YieldFrom "expr value",
        Compare "expr left, cmpop* ops, expr* comparators",
        Call "expr func, expr* args, keyword* keywords",
        FormattedValue "expr value, int conversion, expr? format_spec",
        Interpolation "expr value, constant str, int conversion, expr? format_spec",
        JoinedStr "expr* values",
        TemplateStr "expr* values",
        Constant "constant value, string? kind",
        Attribute "expr value, identifier attr, expr_context ctx",
        Subscript "expr value, expr slice, expr_context ctx",
        Starred "expr value, expr_context ctx",
        Name "identifier id, expr_context ctx",
        List "expr* elts, expr_context ctx",
        Tuple "expr* elts, expr_context ctx",
        Slice "expr? lower, expr? upper, expr? step",
    }
    ExprContext "expr_context" sum Nowhere {
        Load "",
        Store "",
        Del "",
    }
    BoolOp "boolop" sum Nowhere {
        And "",
        Or "",
    }
    Operator "operator" sum Nowhere {
        Add "",
        Sub "",
        Mult "",
        MatMult "",
        Div "",
        Mod "",
        Pow "",
        LShift "",
        RShift "",
        BitOr "",
        BitXor "",
        BitAnd "",
        FloorDiv "",
    }
    UnaryOp "unaryop" sum Nowhere {
        Invert "",
        Not "",
        UAdd "",
        USub "",
    }
    CmpOp "cmpop" sum Nowhere {
        Eq "",
        NotEq "",
        Lt "",
        LtE "",
        Gt "",
        GtE "",
        Is "",
        IsNot "",
        In "",
        NotIn "",
    }
    Comprehension "comprehension" product Nowhere {
        comprehension "expr target, expr iter, expr* ifs, int is_async",
    }
    ExceptHandler "excepthandler" sum OpenEnd {
        ExceptHandler "expr? type, identifier? name, stmt* body",
    }
    Arguments "arguments" product Nowhere {
        arguments "arg* posonlyargs, arg* args, arg? vararg, arg* kwonlyargs, expr?* kw_defaults, arg? kwarg, expr* defaults",
    }
    Arg "arg" product OpenEnd {
        arg "identifier arg, expr? annotation, string? type_comment",
    }
    Keyword "keyword" product OpenEnd {
        keyword "identifier? arg, expr value",
    }
    Alias "alias" product OpenEnd {
        alias "identifier name, identifier? asname",
    }
    WithItem "withitem" product Nowhere {
        withitem "expr context_expr, expr? optional_vars",
    }
    MatchCase "match_case" product Nowhere {
        match_case "pattern pattern, expr? guard, stmt* body",
    }
    Pattern "pattern" sum Full {
        MatchValue "expr value",
        MatchSingleton "constant value",
        MatchSequence "pattern* patterns",
        MatchMapping "expr* keys, pattern* patterns, identifier? rest",
        MatchClass "expr cls, pattern* patterns, identifier* kwd_attrs, pattern* kwd_patterns",
        MatchStar "identifier? name",
        MatchAs "pattern? pattern, identifier? name",
        MatchOr "pattern* patterns",
    }
    TypeIgnore "type_ignore" sum Nowhere {
        TypeIgnore "int lineno, string tag",
    }
    TypeParam "type_param" sum Full {
        TypeVar "identifier name, expr? bound, expr? default_value",
        ParamSpec "identifier name, expr? default_value",
        TypeVarTuple "identifier name, expr? default_value",
    }
}
