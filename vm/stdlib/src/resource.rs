//! `resource`: limits and use of resources.
//!
//! CPython 3.14: `Modules/resource.c`. Tests: `tests/run/resource/`.

use taipan_host::processes::ResourceUsage;
use taipan_macros::{pyfunction, pymodule};
use taipan_vm::ctx::Ctx;
use taipan_vm::error::PyResult;
use taipan_vm::native::ModuleBuilder;
use taipan_vm::struct_sequence;
use taipan_vm::value::Value;

struct_sequence! {
    /// struct_rusage: Result from getrusage.
    ///
    /// This object may be accessed either as a tuple of
    ///     (utime,stime,maxrss,ixrss,idrss,isrss,minflt,majflt,
    ///     nswap,inblock,oublock,msgsnd,msgrcv,nsignals,nvcsw,nivcsw)
    /// or via the attributes ru_utime, ru_stime, ru_maxrss, and so on.
    pub(crate) Rusage("resource", "struct_rusage", visible 16) {
        "ru_utime": Some("user time used"),
        "ru_stime": Some("system time used"),
        "ru_maxrss": Some("max. resident set size"),
        "ru_ixrss": Some("shared memory size"),
        "ru_idrss": Some("unshared data size"),
        "ru_isrss": Some("unshared stack size"),
        "ru_minflt": Some("page faults not requiring I/O"),
        "ru_majflt": Some("page faults requiring I/O"),
        "ru_nswap": Some("number of swap outs"),
        "ru_inblock": Some("block input operations"),
        "ru_oublock": Some("block output operations"),
        "ru_msgsnd": Some("IPC messages sent"),
        "ru_msgrcv": Some("IPC messages received"),
        "ru_nsignals": Some("signals received"),
        "ru_nvcsw": Some("voluntary context switches"),
        "ru_nivcsw": Some("involuntary context switches"),
    };
}

/// `resource.struct_rusage` of the host's answer.
pub(crate) fn usage(cx: &Ctx, usage: &ResourceUsage) -> PyResult<Value> {
    let seconds = |time: taipan_host::Timespec| {
        cx.new_float(time.secs as f64 + f64::from(time.nanos / 1000) * 1e-6)
    };
    let mut values = vec![seconds(usage.user_time), seconds(usage.system_time)];
    values.extend(usage.counters.iter().map(|counter| cx.new_int(*counter)));
    cx.new_struct_sequence::<Rusage>(values)
}

#[pyfunction(signature = (who, /))]
fn getrusage(cx: &Ctx, who: i32) -> PyResult<Value> {
    match cx.host().getrusage(who) {
        Ok(used) => usage(cx, &used),
        Err(error) if error.errno == libc::EINVAL => Err(cx.value_error("invalid who parameter")),
        Err(error) => Err(cx.os_error(error)),
    }
}

/// How many resources Linux knows.
const RESOURCES: i32 = 16;

fn check(cx: &Ctx, resource: i32) -> PyResult<()> {
    if !(0..RESOURCES).contains(&resource) {
        return Err(cx.value_error("invalid resource specified"));
    }
    Ok(())
}

/// "No limit" is -1 for Python.
fn limit_value(cx: &Ctx, limit: u64) -> Value {
    cx.new_int(limit as i64)
}

fn pair(cx: &Ctx, (soft, hard): (u64, u64)) -> Value {
    cx.new_tuple(vec![limit_value(cx, soft), limit_value(cx, hard)])
        .into_value()
}

fn limits(cx: &Ctx, value: &Value) -> PyResult<(u64, u64)> {
    let items = cx.collect(value)?;
    let [soft, hard] = items.as_slice() else {
        return Err(cx.value_error("expected a tuple of 2 integers"));
    };
    let limit = |value: &Value| {
        let number = cx.to_bigint(value)?;
        match i64::try_from(&number) {
            // RLIM_INFINITY
            Ok(-1) => Ok(u64::MAX),
            _ if number.sign() == num_bigint::Sign::Minus => {
                Err(cx.value_error("Cannot convert negative int"))
            }
            Ok(number) => Ok(number as u64),
            Err(_) => u64::try_from(&number)
                .map_err(|_| cx.overflow_error("Python int too large to convert to C rlim_t")),
        }
    };
    Ok((limit(soft)?, limit(hard)?))
}

#[pyfunction(signature = (resource, /))]
fn getrlimit(cx: &Ctx, resource: i32) -> PyResult<Value> {
    check(cx, resource)?;
    let limits = cx
        .host()
        .getrlimit(resource)
        .map_err(|error| cx.os_error(error))?;
    Ok(pair(cx, limits))
}

/// The errors of setting that CPython turns into `ValueError`.
fn set_error(cx: &Ctx, error: taipan_host::OsError) -> taipan_vm::error::PyErr {
    match error.errno {
        libc::EINVAL => cx.value_error("current limit exceeds maximum limit"),
        libc::EPERM => cx.value_error("not allowed to raise maximum limit"),
        _ => cx.os_error(error),
    }
}

#[pyfunction(signature = (resource, limits, /))]
fn setrlimit(cx: &Ctx, resource: i32, limits: &Value) -> PyResult<()> {
    check(cx, resource)?;
    let (soft, hard) = self::limits(cx, limits)?;
    cx.host()
        .setrlimit(resource, soft, hard)
        .map_err(|error| set_error(cx, error))
}

/// prlimit(pid, resource, [limits])
#[pyfunction(signature = (pid, resource, limits = None, /))]
fn prlimit(cx: &Ctx, pid: i32, resource: i32, limits: Option<&Value>) -> PyResult<Value> {
    check(cx, resource)?;
    let new = match limits {
        Some(limits) => Some(self::limits(cx, limits)?),
        None => None,
    };
    match cx.host().prlimit(pid, resource, new) {
        Ok(old) => Ok(pair(cx, old)),
        Err(error) if error.errno == libc::EINVAL => {
            Err(cx.value_error("current limit exceeds maximum limit"))
        }
        Err(error) => Err(cx.os_error(error)),
    }
}

#[pyfunction(signature = ())]
fn getpagesize(cx: &Ctx) -> PyResult<usize> {
    cx.host().page_size().map_err(|error| cx.os_error(error))
}

#[pymodule]
pub(crate) fn resource(cx: &Ctx, m: &ModuleBuilder) -> PyResult<()> {
    m.function(&getrusage::DEF)?;
    m.function(&getrlimit::DEF)?;
    m.function(&setrlimit::DEF)?;
    m.function(&prlimit::DEF)?;
    m.function(&getpagesize::DEF)?;
    m.add("error", cx.types().os_error.clone())?;
    m.add("struct_rusage", cx.struct_sequence_class::<Rusage>()?)?;
    for (name, value) in [
        ("RLIMIT_AS", libc::RLIMIT_AS),
        ("RLIMIT_CORE", libc::RLIMIT_CORE),
        ("RLIMIT_CPU", libc::RLIMIT_CPU),
        ("RLIMIT_DATA", libc::RLIMIT_DATA),
        ("RLIMIT_FSIZE", libc::RLIMIT_FSIZE),
        ("RLIMIT_MEMLOCK", libc::RLIMIT_MEMLOCK),
        ("RLIMIT_MSGQUEUE", libc::RLIMIT_MSGQUEUE),
        ("RLIMIT_NICE", libc::RLIMIT_NICE),
        ("RLIMIT_NOFILE", libc::RLIMIT_NOFILE),
        ("RLIMIT_NPROC", libc::RLIMIT_NPROC),
        ("RLIMIT_OFILE", libc::RLIMIT_NOFILE),
        ("RLIMIT_RSS", libc::RLIMIT_RSS),
        ("RLIMIT_RTPRIO", libc::RLIMIT_RTPRIO),
        ("RLIMIT_RTTIME", libc::RLIMIT_RTTIME),
        ("RLIMIT_SIGPENDING", libc::RLIMIT_SIGPENDING),
        ("RLIMIT_STACK", libc::RLIMIT_STACK),
    ] {
        m.add(name, value)?;
    }
    m.add("RUSAGE_SELF", libc::RUSAGE_SELF)?;
    m.add("RUSAGE_CHILDREN", libc::RUSAGE_CHILDREN)?;
    m.add("RUSAGE_THREAD", libc::RUSAGE_THREAD)?;
    m.add("RLIM_INFINITY", -1)
}
