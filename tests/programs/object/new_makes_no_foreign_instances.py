# object.__new__ makes neither what has its own maker nor what nobody can make.
import select
for cls in (int, type(select.poll()), type(iter([]))):
    try:
        object.__new__(cls)
    except TypeError as error:
        print(error)  # expect: object.__new__(int) is not safe, use int.__new__() | cannot create 'select.poll' instances | cannot create 'list_iterator' instances
# expect: object.__new__(int) is not safe, use int.__new__()
# expect: cannot create 'select.poll' instances
# expect: cannot create 'list_iterator' instances
