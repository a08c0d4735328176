"""What `sysconfig` knows of how Taipan was built: there is no C compiler and no header behind it.

CPython writes such a module with the variables of its Makefile and `pyconfig.h`; those without a meaning here are absent.
The modules `_sysconfigdata_*`, one a platform, give their names to this one.
"""

build_time_vars = {
    "Py_DEBUG": 0,
    "Py_ENABLE_SHARED": 0,
    "Py_GIL_DISABLED": 0,
    "TZPATH": "/usr/share/zoneinfo:/usr/lib/zoneinfo:/usr/share/lib/zoneinfo:/etc/zoneinfo",
    "VERSION": "3.14",
    "WITH_DOC_STRINGS": 1,
}
