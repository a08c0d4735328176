//! Native modules of the standard library, one file or folder a module.
//!
//! [`MODULES`] lists them all; a module that is not there is absent: importing it raises `ModuleNotFoundError`. What several
//! share: `constants` (numbers of the platform), `path` (arguments that name files), `bytes_arg` (arguments that hold
//! bytes), `seconds` (spans of time). Not here: the modules that the VM itself is made of (`taipan-vm`).

// The attribute macros name items of this crate's dependencies by full paths.
#[macro_use]
mod constants;
#[macro_use]
mod digest;
mod bytes_arg;
mod exception_class;
mod incremental;
mod mask32;
mod modules;
mod path;
mod seconds;
mod unsigned;

mod _asyncio;
mod _bisect;
mod _blake2;
mod _bz2;
mod _codecs;
mod _collections;
mod _contextvars;
mod _csv;
mod _datetime;
mod _functools;
mod _heapq;
mod _hmac;
mod _io;
mod _json;
mod _locale;
mod _lsprof;
mod _lzma;
mod _md5;
mod _multibytecodec;
mod _multiprocessing;
mod _opcode;
mod _operator;
mod _pickle;
mod _posixshmem;
mod _posixsubprocess;
mod _queue;
mod _random;
mod _sha1;
mod _sha2;
mod _sha3;
mod _signal;
mod _socket;
mod _sre;
mod _stat;
mod _statistics;
mod _string;
mod _struct;
mod _suggestions;
mod _sysconfig;
mod _tokenize;
mod _uuid;
mod _zoneinfo;
mod array;
mod binascii;
mod cmath;
mod errno;
mod fcntl;
mod grp;
mod itertools;
mod math;
mod mmap;
mod posix;
mod pwd;
mod resource;
mod select;
mod syslog;
mod termios;
mod time;
mod unicodedata;
mod zlib;

use taipan_vm::native::ModuleDef;

/// All modules, one a line, by name.
pub static MODULES: &[&ModuleDef] = &[
    &_asyncio::_asyncio::DEF,
    &_bisect::_bisect::DEF,
    &_blake2::_blake2::DEF,
    &_bz2::_bz2::DEF,
    &_codecs::_codecs::DEF,
    &_multibytecodec::family::_codecs_cn::DEF,
    &_multibytecodec::family::_codecs_hk::DEF,
    &_multibytecodec::family::_codecs_iso2022::DEF,
    &_multibytecodec::family::_codecs_jp::DEF,
    &_multibytecodec::family::_codecs_kr::DEF,
    &_multibytecodec::family::_codecs_tw::DEF,
    &_collections::_collections::DEF,
    &_contextvars::_contextvars::DEF,
    &_csv::_csv::DEF,
    &_datetime::_datetime::DEF,
    &_functools::_functools::DEF,
    &_heapq::_heapq::DEF,
    &_hmac::_hmac::DEF,
    &_io::_io::DEF,
    &_json::_json::DEF,
    &_locale::_locale::DEF,
    &_lsprof::_lsprof::DEF,
    &_lzma::_lzma::DEF,
    &_md5::_md5::DEF,
    &_multibytecodec::_multibytecodec::DEF,
    &_multiprocessing::_multiprocessing::DEF,
    &_opcode::_opcode::DEF,
    &_operator::_operator::DEF,
    &_pickle::_pickle::DEF,
    &_posixshmem::_posixshmem::DEF,
    &_posixsubprocess::_posixsubprocess::DEF,
    &_queue::_queue::DEF,
    &_random::_random::DEF,
    &_socket::_socket::DEF,
    &_sre::_sre::DEF,
    &_sha1::_sha1::DEF,
    &_sha2::_sha2::DEF,
    &_sha3::_sha3::DEF,
    &_stat::_stat::DEF,
    &_signal::_signal::DEF,
    &_statistics::_statistics::DEF,
    &_string::_string::DEF,
    &_struct::_struct::DEF,
    &_suggestions::_suggestions::DEF,
    &_sysconfig::_sysconfig::DEF,
    &_tokenize::_tokenize::DEF,
    &_uuid::_uuid::DEF,
    &_zoneinfo::_zoneinfo::DEF,
    &array::array_module::DEF,
    &binascii::binascii::DEF,
    &cmath::cmath::DEF,
    &errno::errno::DEF,
    &fcntl::fcntl_module::DEF,
    &grp::grp::DEF,
    &itertools::itertools::DEF,
    &math::math::DEF,
    &mmap::mmap_module::DEF,
    &posix::posix::DEF,
    &pwd::pwd::DEF,
    &resource::resource::DEF,
    &select::select_module::DEF,
    &syslog::syslog_module::DEF,
    &termios::termios::DEF,
    &time::time::DEF,
    &unicodedata::unicodedata::DEF,
    &zlib::zlib::DEF,
];
