# A copied context keeps its own values; a token undoes a set.
import contextvars

v = contextvars.ContextVar("v", default=0)
print(v.get(), v.get(5))  # expect: 0 5
token = v.set(1)
copy = contextvars.copy_context()
copy.run(v.set, 2)
print(v.get(), copy[v], v in copy, len(copy) >= 1)  # expect: 1 2 True True
v.reset(token)
print(v.get())  # expect: 0
try:
    v.reset(token)
except RuntimeError:
    print("used")  # expect: used
