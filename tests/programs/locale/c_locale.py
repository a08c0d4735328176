# The locale C and its UTF-8 form are there, no other is.
import _locale

print(_locale.setlocale(_locale.LC_ALL, "C"), _locale.nl_langinfo(_locale.CODESET))  # expect: C ANSI_X3.4-1968
print(_locale.setlocale(_locale.LC_CTYPE, "C.UTF-8"), _locale.nl_langinfo(_locale.CODESET), _locale.setlocale(_locale.LC_TIME))  # expect: C.UTF-8 UTF-8 C
print(_locale.setlocale(_locale.LC_ALL))  # expect: LC_CTYPE=C.UTF-8;LC_NUMERIC=C;LC_TIME=C;LC_COLLATE=C;LC_MONETARY=C;LC_MESSAGES=C;LC_PAPER=C;LC_NAME=C;LC_ADDRESS=C;LC_TELEPHONE=C;LC_MEASUREMENT=C;LC_IDENTIFICATION=C
print(_locale.localeconv()["decimal_point"], _locale.localeconv()["frac_digits"], _locale.nl_langinfo(_locale.DAY_1))  # expect: . 127 Sunday
print(_locale.strcoll("a", "b"), _locale.strxfrm("aé"), _locale.gettext("hello"), _locale.textdomain(None))  # expect: -1 aé hello messages
try:
    _locale.setlocale(_locale.LC_ALL, "xx_YY")
except _locale.Error as error:
    print(error)  # expect: unsupported locale setting
_locale.setlocale(99)  # error: Error: locale query failed
