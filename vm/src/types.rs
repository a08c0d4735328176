//! The types that the VM itself needs at hand, one field each. Types of native modules are found with
//! `Ctx::native_class` instead.

use crate::ctx::Ctx;
use crate::heap::Heap;
use crate::isolate::Isolate;
use crate::objects::{
    Bool, Bytes, Complex, Dict, Float, Int, List, Module, NativeFunction, Object, Str, Tuple, Type,
    exception,
};
use crate::value::Py;

macro_rules! types {
    ($($field:ident: $class:expr,)*) => {
        /// See the module.
        pub struct Types {
            pub type_: Py<Type>,
            $(pub $field: Py<Type>,)*
        }

        impl Types {
            /// Makes all types bare: without base, dict and MRO. Nothing else exists yet.
            pub(crate) fn first(heap: &Heap, isolate: &Isolate) -> Self {
                let type_ = heap.allocate_first_type(Type::declared(Type::class()));
                isolate.remember_class(Type::class(), &type_);
                $(let $field = {
                    let def = $class();
                    let class = heap.allocate(&type_, Type::declared(def));
                    isolate.remember_class(def, &class);
                    class
                };)*
                Self { type_, $($field,)* }
            }

            /// All types of this table.
            pub fn all(&self) -> impl Iterator<Item = &Py<Type>> {
                [&self.type_, $(&self.$field,)*].into_iter()
            }

            /// Gives each type what makes it whole.
            pub(crate) fn complete(&self, cx: &Ctx) {
                for class in [&self.type_, $(&self.$field,)*] {
                    cx.complete_class(class);
                }
            }
        }
    };
}

types! {
    object: Object::class,
    int: Int::class,
    bool: Bool::class,
    float: Float::class,
    complex: Complex::class,
    str: Str::class,
    str_iterator: crate::objects::str::StrIterator::class,
    str_ascii_iterator: crate::objects::str::StrAsciiIterator::class,
    bytes: Bytes::class,
    bytes_iterator: crate::objects::bytes::BytesIterator::class,
    memoryview: crate::objects::MemoryView::class,
    bytearray: crate::objects::ByteArray::class,
    bytearray_iterator: crate::objects::bytearray::ByteArrayIterator::class,
    tuple: Tuple::class,
    list: List::class,
    dict: Dict::class,
    set: crate::objects::Set::class,
    frozenset: crate::objects::FrozenSet::class,
    set_iterator: crate::objects::set::SetIterator::class,
    enumerate: crate::objects::enumerate::Enumerate::class,
    zip: crate::objects::zip::Zip::class,
    map: crate::objects::map::Map::class,
    filter: crate::objects::filter::Filter::class,
    reversed: crate::objects::reversed::Reversed::class,
    range: crate::objects::Range::class,
    slice: crate::objects::Slice::class,
    iterator: crate::objects::sequence_iterator::SequenceIterator::class,
    callable_iterator: crate::objects::sequence_iterator::CallableIterator::class,
    list_iterator: crate::objects::list::ListIterator::class,
    list_reverseiterator: crate::objects::list::ListReverseIterator::class,
    tuple_iterator: crate::objects::tuple::TupleIterator::class,
    range_iterator: crate::objects::range::RangeIterator::class,
    longrange_iterator: crate::objects::range::LongRangeIterator::class,
    dict_keys: crate::objects::dict::DictKeys::class,
    dict_values: crate::objects::dict::DictValues::class,
    dict_items: crate::objects::dict::DictItems::class,
    dict_keyiterator: crate::objects::dict::DictKeyIterator::class,
    dict_valueiterator: crate::objects::dict::DictValueIterator::class,
    dict_itemiterator: crate::objects::dict::DictItemIterator::class,
    dict_reversekeyiterator: crate::objects::dict::DictReverseKeyIterator::class,
    dict_reversevalueiterator: crate::objects::dict::DictReverseValueIterator::class,
    dict_reverseitemiterator: crate::objects::dict::DictReverseItemIterator::class,
    module: Module::class,
    cell: crate::objects::cell::Cell::class,
    code: crate::objects::code::Code::class,
    function: crate::objects::function::Function::class,
    frame: crate::objects::frame::FrameObject::class,
    traceback: crate::objects::traceback::Traceback::class,
    generator: crate::objects::generator::Generator::class,
    coroutine: crate::objects::coroutine::Coroutine::class,
    async_generator: crate::objects::async_generator::AsyncGenerator::class,
    builtin_function_or_method: NativeFunction::class,
    method_descriptor: crate::objects::descriptor::MethodDescriptor::class,
    classmethod_descriptor: crate::objects::descriptor::ClassMethodDescriptor::class,
    getset_descriptor: crate::objects::descriptor::GetSetDescriptor::class,
    member_descriptor: crate::objects::descriptor::MemberDescriptor::class,
    wrapper_descriptor: crate::objects::descriptor::WrapperDescriptor::class,
    method_wrapper: crate::objects::descriptor::MethodWrapper::class,
    staticmethod: crate::objects::static_method::StaticMethod::class,
    classmethod: crate::objects::class_method::ClassMethod::class,
    method: crate::objects::bound_method::BoundMethod::class,
    mappingproxy: crate::objects::mapping_proxy::MappingProxy::class,
    property: crate::objects::property::Property::class,
    super_: crate::objects::super_::Super::class,
    simple_namespace: crate::objects::simple_namespace::SimpleNamespace::class,
    generic_alias: crate::objects::generic_alias::GenericAlias::class,
    union: crate::objects::union::Union::class,
    weak_reference: crate::objects::weak_reference::weak_reference,
    weak_proxy: crate::objects::weak_proxy::weak_proxy,
    weak_callable_proxy: crate::objects::weak_proxy::weak_callable_proxy,
    none_type: crate::objects::singletons::none_type,
    ellipsis: crate::objects::singletons::ellipsis,
    not_implemented_type: crate::objects::singletons::not_implemented_type,
    base_exception: exception::base_exception,
    base_exception_group: exception::base_exception_group,
    exception_group: exception::exception_group,
    exception: exception::exception,
    arithmetic_error: exception::arithmetic_error,
    floating_point_error: exception::floating_point_error,
    overflow_error: exception::overflow_error,
    zero_division_error: exception::zero_division_error,
    assertion_error: exception::assertion_error,
    attribute_error: exception::attribute_error,
    buffer_error: exception::buffer_error,
    eof_error: exception::eof_error,
    import_error: exception::import_error,
    module_not_found_error: exception::module_not_found_error,
    lookup_error: exception::lookup_error,
    index_error: exception::index_error,
    key_error: exception::key_error,
    memory_error: exception::memory_error,
    name_error: exception::name_error,
    unbound_local_error: exception::unbound_local_error,
    os_error: exception::os_error,
    blocking_io_error: exception::blocking_io_error,
    child_process_error: exception::child_process_error,
    connection_error: exception::connection_error,
    broken_pipe_error: exception::broken_pipe_error,
    connection_aborted_error: exception::connection_aborted_error,
    connection_refused_error: exception::connection_refused_error,
    connection_reset_error: exception::connection_reset_error,
    file_exists_error: exception::file_exists_error,
    file_not_found_error: exception::file_not_found_error,
    interrupted_error: exception::interrupted_error,
    is_a_directory_error: exception::is_a_directory_error,
    not_a_directory_error: exception::not_a_directory_error,
    permission_error: exception::permission_error,
    process_lookup_error: exception::process_lookup_error,
    timeout_error: exception::timeout_error,
    reference_error: exception::reference_error,
    runtime_error: exception::runtime_error,
    not_implemented_error: exception::not_implemented_error,
    python_finalization_error: exception::python_finalization_error,
    recursion_error: exception::recursion_error,
    stop_async_iteration: exception::stop_async_iteration,
    stop_iteration: exception::stop_iteration,
    syntax_error: exception::syntax_error,
    indentation_error: exception::indentation_error,
    tab_error: exception::tab_error,
    incomplete_input_error: exception::incomplete_input_error,
    system_error: exception::system_error,
    type_error: exception::type_error,
    value_error: exception::value_error,
    unicode_error: exception::unicode_error,
    unicode_decode_error: exception::unicode_decode_error,
    unicode_encode_error: exception::unicode_encode_error,
    unicode_translate_error: exception::unicode_translate_error,
    warning: exception::warning,
    bytes_warning: exception::bytes_warning,
    deprecation_warning: exception::deprecation_warning,
    encoding_warning: exception::encoding_warning,
    future_warning: exception::future_warning,
    import_warning: exception::import_warning,
    pending_deprecation_warning: exception::pending_deprecation_warning,
    resource_warning: exception::resource_warning,
    runtime_warning: exception::runtime_warning,
    syntax_warning: exception::syntax_warning,
    unicode_warning: exception::unicode_warning,
    user_warning: exception::user_warning,
    generator_exit: exception::generator_exit,
    keyboard_interrupt: exception::keyboard_interrupt,
    system_exit: exception::system_exit,
}
