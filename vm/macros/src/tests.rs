//! Expansions: texts of signatures, messages of misuse, and the shape of what is generated.

use proc_macro2::TokenStream;
use quote::quote;

use crate::signature::Signature;
use crate::{function, module, pyclass, pymethods};

#[track_caller]
fn check_text(signature: TokenStream, receiver: Option<&str>, expected: &str) {
    let signature: Signature = syn::parse2(signature).expect("a signature");
    assert_eq!(signature.text(receiver), expected);
}

/// Compares what stands beside the item, spaces aside.
#[track_caller]
fn check_expansion(expansion: syn::Result<TokenStream>, expected: TokenStream) {
    let expansion = expansion.expect("no error");
    assert_eq!(expansion.to_string(), expected.to_string());
}

#[track_caller]
fn check_error(expansion: syn::Result<TokenStream>, expected: &str) {
    match expansion {
        Ok(tokens) => panic!("no error in {tokens}"),
        Err(error) => assert_eq!(error.to_string(), expected),
    }
}

/// The expansion, which must be items.
#[track_caller]
fn items(expansion: syn::Result<TokenStream>) -> String {
    let tokens = expansion.expect("no error");
    syn::parse2::<syn::File>(tokens.clone()).expect("the expansion parses");
    tokens.to_string()
}

#[track_caller]
fn check_contains(text: &str, expected: &str) {
    let bare = |text: &str| text.split_whitespace().collect::<String>();
    assert!(
        bare(text).contains(&bare(expected)),
        "`{expected}` is not in\n{text}"
    );
}

#[test]
fn a_receiver_is_positional_only() {
    check_text(
        quote!((a, x, lo = 0, hi = None, *, key = None)),
        Some("$module"),
        "($module, /, a, x, lo=0, hi=None, *, key=None)",
    );
    check_text(quote!((obj, /)), Some("$module"), "($module, obj, /)");
    check_text(quote!(()), Some("$self"), "($self, /)");
    check_text(quote!((real = 0, imag = 0)), None, "(real=0, imag=0)");
}

#[test]
fn defaults_are_written_as_python_writes_them() {
    check_text(quote!((x = true, /)), None, "(x=True, /)");
    check_text(quote!((stop = isize::MAX)), None, "(stop=sys.maxsize)");
    check_text(
        quote!((i = -1, s = "a\n", t = "it's", b = b"x")),
        None,
        r#"(i=-1, s='a\n', t="it's", b=b'x')"#,
    );
    check_text(
        quote!((default = Optional::Missing, /)),
        None,
        "(default=<unrepresentable>, /)",
    );
}

#[test]
fn stars_are_kept() {
    check_text(
        quote!((*args, sep = " ", end = "\n")),
        Some("$module"),
        "($module, /, *args, sep=' ', end='\\n')",
    );
    check_text(
        quote!((a, /, b, *rest, c, **extra)),
        Some("$self"),
        "($self, a, /, b, *rest, c, **extra)",
    );
}

#[test]
fn a_function_keeps_its_item_and_gets_a_definition() {
    let item = quote! {
        /// Says hello.
        fn hello(cx: &Ctx) -> PyResult<i32> { Ok(1) }
    };
    check_expansion(
        function::expand(quote!(), item),
        quote! {
            /// Says hello.
            fn hello(cx: &Ctx) -> PyResult<i32> { Ok(1) }

            #[doc = "The definition of [`hello()`] for Python."]
            #[allow(non_camel_case_types, reason = "has the function's name")]
            enum hello {}

            impl hello {
                /// What an isolate makes the Python object from.
                pub(crate) const DEF: ::taipan_vm::native::FunctionDef = ::taipan_vm::native::FunctionDef {
                    name: "hello",
                    doc: ::core::option::Option::Some("Says hello."),
                    text_signature: ::core::option::Option::Some("($module, /)"),
                    binding: ::taipan_vm::native::Binding::Function,
                    callee: ::taipan_vm::native::Callee::NoArgs(|cx, _| {
                        ::taipan_vm::native::IntoResult::into_result(hello(cx), cx)
                    }),
                };
            }
        },
    );
}

#[test]
fn the_signature_chooses_the_callee() {
    let one = items(function::expand(
        quote!(),
        quote! { fn f(x: &Value) -> usize { 0 } },
    ));
    check_contains(&one, r#"Callee::One(|cx, _, argument|"#);
    let positional = items(function::expand(
        quote!(signature = (x = 1, /)),
        quote! { fn f(x: i32) {} },
    ));
    check_contains(&positional, r#"Callee::Positional(|cx, _, arguments|"#);
    let rest = items(function::expand(
        quote!(),
        quote! { fn f(args: &[Value]) {} },
    ));
    check_contains(&rest, r#"Callee::Positional(|cx, _, arguments|"#);
    let keywords = items(function::expand(
        quote!(signature = (x)),
        quote! { fn f(x: i32) {} },
    ));
    check_contains(&keywords, r#"Callee::Keywords(|cx, _, arguments|"#);
    let raw = items(function::expand(
        quote!(),
        quote! { fn f(cx: &Ctx, args: Args<'_>) {} },
    ));
    check_contains(&raw, r#"let argument0 = arguments;"#);
}

#[test]
fn a_module_may_be_unable_to_fail() {
    let module = items(module::expand(
        quote!(),
        quote! { fn _bisect(m: &ModuleBuilder) { } },
    ));
    check_contains(
        &module,
        r#"exec: |_, builder| { _bisect(builder); ::core::result::Result::Ok(()) }"#,
    );
}

#[test]
fn a_class_names_its_layout_and_tables() {
    let class = items(pyclass::expand(
        quote!(
            name = "deque",
            module = "collections",
            subclassable,
            weakref,
            traverse
        ),
        quote! { pub struct Deque { items: RefCell<Vec<Value>> } },
    ));
    check_contains(&class, r#"::taipan_vm::payload!(Deque, traverse);"#);
    check_contains(
        &class,
        r#"pub fn class() -> &'static ::taipan_vm::native::ClassDef"#,
    );
    check_contains(
        &class,
        r#".union(::taipan_vm::objects::TypeFlags::SUBCLASSABLE)"#,
    );
    let parts = items(pyclass::expand(
        quote!(parts = 2),
        quote! { struct List { items: u8 } },
    ));
    check_contains(
        &parts,
        r#"::taipan_vm::native::parts::concatenate_functions"#,
    );
}

#[test]
fn methods_attributes_and_slots_are_sorted() {
    let block = items(pymethods::expand(
        quote!(),
        quote! {
            impl Deque {
                #[new]
                fn new(cx: &Ctx, cls: &Py<Type>, args: Args<'_>) -> PyResult<Value> { todo() }
                #[init(signature = (iterable = None, maxlen = None))]
                fn init(this: &Py<Deque>, cx: &Ctx, iterable: Option<&Value>, maxlen: Option<isize>) -> PyResult<()> { todo() }
                /// Adds an item.
                fn append(&self, cx: &Ctx, item: &Value) -> PyResult<()> { todo() }
                fn __len__(&self) -> usize { 0 }
                fn __add__(a: &Value, cx: &Ctx, b: &Value) -> PyResult<Value> { todo() }
                fn __eq__(&self, cx: &Ctx, other: &Value) -> PyResult<bool> { todo() }
                fn __setitem__(&self, cx: &Ctx, key: isize, value: Option<&Value>) -> PyResult<()> { todo() }
                fn __setattr__(&self, cx: &Ctx, name: &Py<Str>, value: &Value) -> PyResult<()> { todo() }
                fn __delattr__(&self, cx: &Ctx, name: &Py<Str>) -> PyResult<()> { todo() }
                fn __next__(this: &Py<Deque>, cx: &Ctx) -> PyResult<Option<Value>> { todo() }
                fn __del__(&self) {}
                #[getter] fn maxlen(&self) -> Option<usize> { None }
                #[setter] fn set_maxlen(&self, cx: &Ctx, value: isize) -> PyResult<()> { todo() }
                #[member] fn name(&self) -> Value { todo() }
                #[classmethod] fn fromkeys(cls: &Py<Type>, cx: &Ctx, x: &Value) -> PyResult<Value> { todo() }
                #[staticmethod(signature = (x = 1))] fn make(cx: &Ctx, x: i32) -> PyResult<Value> { todo() }
                #[native_only] fn helper() {}
            }
        },
    ));
    check_contains(
        &block,
        r#"slots.sequence_length.set(::core::option::Option::Some(|cx, receiver|"#,
    );
    check_contains(&block, r#"slots.length.set"#);
    check_contains(
        &block,
        r#"slots.add.set(::core::option::Option::Some(|cx, receiver, argument0|"#,
    );
    check_contains(
        &block,
        r#"slots.set_item.set(::core::option::Option::Some(|cx, receiver, argument0, argument1|"#,
    );
    check_contains(
        &block,
        r#"CompareOp::Ne => ::taipan_vm::native::slot::negated"#,
    );
    check_contains(
        &block,
        r#"binding: ::taipan_vm::native::Binding::ClassMethod"#,
    );
    check_contains(
        &block,
        r#"text_signature: ::core::option::Option::Some("($type, x, /)")"#,
    );
    check_contains(
        &block,
        r#"TEXT_SIGNATURE: ::core::option::Option<&'static str> = ::core::option::Option::Some("(iterable=None, maxlen=None)")"#,
    );
    assert!(!block.contains("name : \"helper\""));
    assert!(!block.contains("# [new]") && !block.contains("# [native_only]"));
}

#[test]
fn a_special_method_coexists_with_its_slot() {
    let block = items(pymethods::expand(
        quote!(),
        quote! { impl A { #[pymethod(coexist)] fn __contains__(&self, object: &Value) -> bool { todo() } } },
    ));
    check_contains(&block, r#"name: "__contains__""#);
    check_contains(&block, r#"Some("($self, object, /)")"#);
    check_contains(&block, r#"slots.contains.set"#);
}

#[test]
fn conditions_are_repeated() {
    let block = items(pymethods::expand(
        quote!(),
        quote! { impl A { #[cfg(unix)] fn f(&self) {} #[cfg(unix)] fn __repr__(&self) -> String { todo() } } },
    ));
    check_contains(&block, r#"&[#[cfg(unix)] ::taipan_vm::native::FunctionDef"#);
    check_contains(&block, r#"#[cfg(unix)] slots.repr.set"#);
}

#[test]
fn misuse_is_explained() {
    let function = |options: TokenStream, item: TokenStream| function::expand(options, item);
    check_error(
        function(quote!(signature = (a)), quote! { fn f(b: i32) {} }),
        "the function calls this parameter `b`",
    );
    check_error(
        function(quote!(signature = (a, b)), quote! { fn f(a: i32) {} }),
        "the signature has 2 parameters, the function takes 1 arguments",
    );
    check_error(
        function(quote!(signature = (a = None)), quote! { fn f(a: i32) {} }),
        "the default is `None`, so `a` must be an `Option<_>`",
    );
    check_error(
        function(
            quote!(signature = (a = 1, b)),
            quote! { fn f(a: i32, b: i32) {} },
        ),
        "a parameter without a default follows one with a default",
    );
    check_error(
        function(quote!(), quote! { fn f<T>(a: T) {} }),
        "a native function cannot be generic over types",
    );
    check_error(
        function(quote!(), quote! { fn f(&self) {} }),
        "there is no `self` here",
    );
    let methods =
        |function: TokenStream| pymethods::expand(quote!(), quote! { impl A { #function } });
    check_error(
        methods(quote! { fn f(x: i32) {} }),
        "a method starts with `&self`, `this: &Py<Self>` or `this: &Value`; helpers are marked `#[native_only]`",
    );
    check_error(
        methods(quote! { fn f(&mut self) {} }),
        "objects are shared: take `&self`, `this: &Py<Self>` or `this: &Value`",
    );
    check_error(
        methods(quote! { fn __radd__(&self, x: &Value) {} }),
        "the plain operator gets the operands in source order and covers `__radd__`",
    );
    check_error(
        methods(quote! { fn __add__(&self, x: &Value) {} }),
        "the operands come in source order: take both as `&Value`, the first included",
    );
    check_error(
        methods(quote! { fn __len__(&self, x: &Value) {} }),
        "`__len__` takes nothing besides the receiver and `cx`, not 1",
    );
    check_error(
        pyclass::expand(quote!(base = Base), quote! { struct A { base: Base } }),
        "a class with a `base` must be `#[repr(C)]`",
    );
    check_error(
        pyclass::expand(
            quote!(base = Base),
            quote! { #[repr(C)] struct A { other: Other } },
        ),
        "the first field must be the base's payload, `Base`",
    );
}
