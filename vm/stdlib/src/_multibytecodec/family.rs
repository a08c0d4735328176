//! The modules that hand codecs out by name.

use taipan_macros::{pyfunction, pymodule};
use taipan_text::codecs::{CjkFamily, CjkSpec};
use taipan_vm::ctx::Ctx;
use taipan_vm::error::PyResult;
use taipan_vm::native::ModuleBuilder;
use taipan_vm::objects::Str;
use taipan_vm::value::Value;

use super::codec::MultibyteCodec;

fn codec_of(cx: &Ctx, family: CjkFamily, name: &Value) -> PyResult<Value> {
    let Some(name) = name.downcast_ref::<Str>() else {
        return Err(cx.type_error("encoding name must be a string."));
    };
    match CjkSpec::find(family, &name.to_string_lossy()) {
        Some(spec) => Ok(MultibyteCodec::make(cx, spec)),
        None => Err(cx.error(&cx.types().lookup_error, "no such codec is supported.")),
    }
}

macro_rules! family {
    ($($module:ident: $family:ident, $function:ident;)*) => {
        $(
            #[pyfunction(name = "getcodec", text_signature = "($self, object, /)")]
            fn $function(cx: &Ctx, name: &Value) -> PyResult<Value> {
                codec_of(cx, CjkFamily::$family, name)
            }

            #[pymodule]
            pub(crate) fn $module(m: &ModuleBuilder<'_>) -> PyResult<()> {
                m.function(&$function::DEF)
            }
        )*
    };
}

family! {
    _codecs_cn: Cn, codec_cn;
    _codecs_hk: Hk, codec_hk;
    _codecs_iso2022: Iso2022, codec_iso2022;
    _codecs_jp: Jp, codec_jp;
    _codecs_kr: Kr, codec_kr;
    _codecs_tw: Tw, codec_tw;
}
