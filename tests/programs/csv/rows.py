# Rows are read and written under every kind of quoting.
import csv
import io


def read(lines, **options):
    try:
        print(list(csv.reader(lines, **options)))  # expect: [['a', 'b\\nc', 'd'], [], ['e']] | [['a', 'bc']] | [[1.0, '2', None, '']] | [['1', '2', None, '']] | [['a,b', 'c']]
    except (csv.Error, ValueError) as error:
        print(type(error).__name__, error)  # expect: Error ',' expected after '"' | Error new-line character seen in unquoted field - do you need to open the file with newline=''? | ValueError could not convert string to float: 'a' | Error iterator should return strings, not bytes (the file should be opened in text mode)


def write(row, **options):
    file = io.StringIO()
    try:
        print(csv.writer(file, **options).writerow(row), repr(file.getvalue()))  # expect: 30 'a,1,2.5,,"x,y","q""r","n\\nl",\\r\\n' | 4 '""\\r\\n' | 40 '"a","1","2.5","","x,y","q""r","n\\nl",""\\r\\n' | 4 '""\\r\\n' | 36 '"a",1,2.5,"","x,y","q""r","n\\nl",""\\r\\n' | 4 '""\\r\\n' | 34 '"a",1,2.5,,"x,y","q""r","n\\nl",""\\r\\n' | 38 '"a","1","2.5",,"x,y","q""r","n\\nl",""\\r\\n' | 28 'a,1,2.5,,"x,y",q\\\\"r,"n\\nl",\\r\\n' | 26 'a,1,2.5,,x\\\\,y,q\\\\"r,n\\\\\\nl,\\r\\n' | 6 '"" a\\r\\n'
    except (csv.Error, TypeError) as error:
        print(type(error).__name__, error)  # expect: Error need to escape, but no escapechar set | Error single empty field record must be quoted | Error single empty field record must be quoted | Error single empty field record must be quoted | Error iterable expected, not int


read(['a,"b\n', 'c",d\n', "", "e"])
read(['a,"b"c'])
read(['a,"b"c'], strict=True)
read(["a\rb"])
read(['1,"2",a'], quoting=csv.QUOTE_NONNUMERIC)
read(['1,"2",,""'], quoting=csv.QUOTE_STRINGS)
read(['1,"2",,""'], quoting=csv.QUOTE_NOTNULL)
read(["a\\,b,c"], escapechar="\\")
read([b"a"])
row = ["a", 1, 2.5, None, "x,y", 'q"r', "n\nl", ""]
for quoting in range(6):
    write(row, quoting=quoting)
    write([None], quoting=quoting)
write(row, doublequote=False, escapechar="\\")
write(row, quoting=csv.QUOTE_NONE, escapechar="\\")
write(["", "a"], delimiter=" ", skipinitialspace=True)
write(3)
