//! CPython's words for the errors that ruff's parser and checker find.
//!
//! CPython counterpart: the messages of `Parser/action_helpers.c`, `Python/symtable.c`, `Python/compile.c`. Only what the
//! error itself tells is put into CPython's words; the hints that need the tokens around ("Perhaps you forgot a
//! comma?") are the compiler's business. Tests: `syntax.rs`.

use ruff_python_parser::semantic_errors::{
    AwaitOutsideAsyncFunctionKind as Await, SemanticSyntaxError,
    SemanticSyntaxErrorKind as Semantic,
};
use ruff_python_parser::{ParseError, ParseErrorType};

/// Returns the message of an error of the parser; `text` is what stands at its range.
pub(super) fn of_parser(error: &ParseError, text: &str) -> String {
    let target = target(text);
    match &error.error {
        ParseErrorType::InvalidAssignmentTarget => match text {
            "None" | "True" | "False" | "__debug__" => format!("cannot assign to {text}"),
            _ => format!("cannot assign to {target} here. Maybe you meant '==' instead of '='?"),
        },
        ParseErrorType::InvalidDeleteTarget => format!("cannot delete {target}"),
        ParseErrorType::InvalidNamedAssignmentTarget => {
            format!("cannot use assignment expressions with {target}")
        }
        ParseErrorType::InvalidAugmentedAssignmentTarget => {
            format!("'{target}' is an illegal expression for augmented assignment")
        }
        ParseErrorType::PositionalAfterKeywordArgument => {
            "positional argument follows keyword argument".to_owned()
        }
        ParseErrorType::PositionalAfterKeywordUnpacking => {
            "positional argument follows keyword argument unpacking".to_owned()
        }
        ParseErrorType::NonDefaultParamAfterDefaultParam => {
            "parameter without a default follows parameter with a default".to_owned()
        }
        ParseErrorType::ExpectedKeywordParam => "named arguments must follow bare *".to_owned(),
        ParseErrorType::UnparenthesizedGeneratorExpression => {
            "Generator expression must be parenthesized".to_owned()
        }
        ParseErrorType::UnexpectedIndentation => "unexpected indent".to_owned(),
        ParseErrorType::OtherError(message) => other(message, text),
        _ => match text.chars().next() {
            Some(c) if !c.is_ascii() && !c.is_alphanumeric() => {
                format!("invalid character '{c}' (U+{:04X})", u32::from(c))
            }
            _ => error.error.to_string(),
        },
    }
}

fn other(message: &str, text: &str) -> String {
    match message {
        "Expected a statement" => match text {
            ")" | "]" | "}" => format!("unmatched '{text}'"),
            _ => "invalid syntax".to_owned(),
        },
        "Expected `except` or `finally` after `try` block" => {
            "expected 'except' or 'finally' block".to_owned()
        }
        "Trailing comma not allowed" => {
            "trailing comma not allowed without surrounding parentheses".to_owned()
        }
        message => message.to_owned(),
    }
}

/// Returns what CPython calls the expression written there.
fn target(text: &str) -> &'static str {
    match text.chars().next() {
        Some('(') => "tuple",
        Some('[') if text.ends_with(']') => "list",
        Some('{') => "dict literal",
        Some('"' | '\'' | '0'..='9') => "literal",
        _ if text.ends_with(')') => "function call",
        _ if text.ends_with(']') => "subscript",
        _ if text.contains('.') && !text.contains(' ') => "attribute",
        _ => "expression",
    }
}

/// Returns the message of an error of the semantic checker.
pub(super) fn of_checker(error: &SemanticSyntaxError) -> String {
    match &error.kind {
        Semantic::ReturnOutsideFunction => "'return' outside function".to_owned(),
        Semantic::YieldOutsideFunction(kind) => match kind.is_await() {
            true => "'await' outside function".to_owned(),
            false => format!("'{kind}' outside function"),
        },
        Semantic::AwaitOutsideAsyncFunction(kind) => match kind {
            Await::Await => "'await' outside async function".to_owned(),
            Await::AsyncFor => "'async for' outside async function".to_owned(),
            Await::AsyncWith => "'async with' outside async function".to_owned(),
            Await::AsyncComprehension => {
                "asynchronous comprehension outside of an asynchronous function".to_owned()
            }
        },
        Semantic::BreakOutsideLoop => "'break' outside loop".to_owned(),
        Semantic::ContinueOutsideLoop => "'continue' not properly in loop".to_owned(),
        Semantic::DuplicateParameter(name) => {
            format!("duplicate argument '{name}' in function definition")
        }
        Semantic::DuplicateKeywordArgument(name) => format!("keyword argument repeated: {name}"),
        Semantic::GlobalParameter(name) => format!("name '{name}' is parameter and global"),
        Semantic::NonlocalParameter(name) => format!("name '{name}' is parameter and nonlocal"),
        Semantic::NonlocalAndGlobal(name) => format!("name '{name}' is nonlocal and global"),
        Semantic::NonlocalWithoutBinding(name) => format!("no binding for nonlocal '{name}' found"),
        Semantic::LoadBeforeGlobalDeclaration { name, .. } => {
            format!("name '{name}' is used prior to global declaration")
        }
        Semantic::LoadBeforeNonlocalDeclaration { name, .. } => {
            format!("name '{name}' is used prior to nonlocal declaration")
        }
        Semantic::AnnotatedGlobal(name) => format!("annotated name '{name}' can't be global"),
        Semantic::AnnotatedNonlocal(name) => format!("annotated name '{name}' can't be nonlocal"),
        Semantic::LateFutureImport => {
            "from __future__ imports must occur at the beginning of the file".to_owned()
        }
        Semantic::FutureFeatureNotDefined(name) => format!("future feature {name} is not defined"),
        Semantic::MultipleStarredExpressions => {
            "multiple starred expressions in assignment".to_owned()
        }
        Semantic::InvalidStarExpression => "can't use starred expression here".to_owned(),
        Semantic::NonModuleImportStar(_) => "import * only allowed at module level".to_owned(),
        Semantic::YieldFromInAsyncFunction => "'yield from' inside async function".to_owned(),
        Semantic::ReturnInGenerator => "'return' with value in async generator".to_owned(),
        Semantic::MultipleCaseAssignment(name) => {
            format!("multiple assignments to name '{name}' in pattern")
        }
        Semantic::DuplicateMatchClassAttribute(name) => {
            format!("attribute name repeated in class pattern: {name}")
        }
        _ => error.to_string().replace('`', "'"),
    }
}
