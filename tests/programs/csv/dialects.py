# Dialects: what each option accepts.
import _csv


def error(**options):
    try:
        _csv.Dialect(**options)
    except (TypeError, ValueError) as error:
        print(type(error).__name__, error)  # expect: TypeError "delimiter" must be a unicode character, not a string of length 0 | TypeError "delimiter" must be a unicode character, not int | ValueError bad delimiter value | TypeError quotechar must be set if quoting enabled | ValueError bad quotechar value | TypeError "lineterminator" must be a string, not int | TypeError bad "quoting" value | TypeError "quoting" must be an integer, not bool | ValueError bad delimiter or quotechar value | ValueError bad delimiter or lineterminator value | TypeError this function got an unexpected keyword argument 'bad'


error(delimiter="")
error(delimiter=1)
error(delimiter="\n")
error(quotechar=None, quoting=1)
error(quotechar=" ", skipinitialspace=True)
error(lineterminator=4)
error(quoting=9)
error(quoting=True)
error(delimiter='"')
error(lineterminator=",")
error(bad=3)
d = _csv.Dialect(type("Base", (), {"delimiter": "|", "strict": 1}), quotechar="'")
print(d.delimiter, d.quotechar, d.escapechar, repr(d.lineterminator), d.quoting, d.strict)  # expect: | ' None '\\r\\n' 0 True
