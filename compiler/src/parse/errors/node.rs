//! What the parser of the second look makes of its input: as much of a tree as messages need.

/// What a node is; for expressions, CPython's words for them are [`Kind::described`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// An optional part that is not there.
    Nothing,
    Token,
    /// Results one after the other.
    Seq,
    Other,
    Arguments,
    Keyword,
    KeywordUnpacking,
    Comprehension,
    /// `in` and its operand.
    In,
    Attribute,
    Await,
    Call,
    Compare,
    Dict,
    DictComp,
    Ellipsis,
    FString,
    False,
    Generator,
    IfExp,
    Lambda,
    List,
    ListComp,
    Literal,
    Name,
    NamedExpr,
    None,
    Operator,
    Set,
    SetComp,
    Starred,
    Subscript,
    TString,
    True,
    Tuple,
    Yield,
}

/// The kinds that the grammar names, and for expressions what messages call them.
const KINDS: [(&str, Kind, &str); 34] = [
    ("Seq", Kind::Seq, ""),
    ("Other", Kind::Other, ""),
    ("Arguments", Kind::Arguments, ""),
    ("Keyword", Kind::Keyword, ""),
    ("KeywordUnpacking", Kind::KeywordUnpacking, ""),
    ("Comprehension", Kind::Comprehension, ""),
    ("In", Kind::In, ""),
    ("Attribute", Kind::Attribute, "attribute"),
    ("Await", Kind::Await, "await expression"),
    ("Call", Kind::Call, "function call"),
    ("Compare", Kind::Compare, "comparison"),
    ("Dict", Kind::Dict, "dict literal"),
    ("DictComp", Kind::DictComp, "dict comprehension"),
    ("Ellipsis", Kind::Ellipsis, "ellipsis"),
    ("FString", Kind::FString, "f-string expression"),
    ("False", Kind::False, "False"),
    ("Generator", Kind::Generator, "generator expression"),
    ("IfExp", Kind::IfExp, "conditional expression"),
    ("Lambda", Kind::Lambda, "lambda"),
    ("List", Kind::List, "list"),
    ("ListComp", Kind::ListComp, "list comprehension"),
    ("Literal", Kind::Literal, "literal"),
    ("Name", Kind::Name, "name"),
    ("NamedExpr", Kind::NamedExpr, "named expression"),
    ("None", Kind::None, "None"),
    ("Operator", Kind::Operator, "expression"),
    ("Set", Kind::Set, "set display"),
    ("SetComp", Kind::SetComp, "set comprehension"),
    ("Starred", Kind::Starred, "starred"),
    ("Subscript", Kind::Subscript, "subscript"),
    ("TString", Kind::TString, "t-string expression"),
    ("True", Kind::True, "True"),
    ("Tuple", Kind::Tuple, "tuple"),
    ("Yield", Kind::Yield, "yield expression"),
];

impl Kind {
    pub(super) fn named(name: &str) -> Option<Kind> {
        KINDS
            .iter()
            .find(|(known, ..)| *known == name)
            .map(|(_, kind, _)| *kind)
    }

    /// What messages call an expression (CPython: `_PyPegen_get_expr_name`).
    pub(super) fn described(self) -> &'static str {
        KINDS
            .iter()
            .find(|(_, kind, _)| *kind == self)
            .map_or("", |(.., words)| *words)
    }
}

/// An index into the parser's nodes.
pub(super) type NodeId = u32;

#[derive(Debug, Clone)]
pub(super) struct Node {
    pub(super) kind: Kind,
    /// Its first and last token, by index.
    pub(super) first: u32,
    pub(super) last: u32,
    pub(super) children: Box<[NodeId]>,
}
