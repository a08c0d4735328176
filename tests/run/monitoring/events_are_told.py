# sys.monitoring tells tools of events; DISABLE switches one off at one place until restart_events.
import sys
monitoring, events = sys.monitoring, sys.monitoring.events
TOOL = 3
monitoring.use_tool_id(TOOL, 'test')
told = []
def watch(event, callback):
    monitoring.register_callback(TOOL, event, callback)
def loop(n):
    for i in range(n):
        if i % 2:
            continue
        abs(i)
    return n
first = loop.__code__.co_firstlineno
watch(events.LINE, lambda code, line: told.append(line - first))
monitoring.set_local_events(TOOL, loop.__code__, events.LINE)
loop(2)
print(told)                     # expect: [1, 2, 4, 1, 2, 3, 1, 5]
told.clear()
def once(code, line):
    told.append(line - first)
    return monitoring.DISABLE
watch(events.LINE, once)
loop(2), loop(2)
print(told)                     # expect: [1, 2, 4, 1, 3, 5]
monitoring.restart_events()
told.clear()
loop(1)
print(told)                     # expect: [1, 2, 4, 1, 5]
monitoring.set_local_events(TOOL, loop.__code__, 0)
told.clear()
watch(events.CALL, lambda code, offset, function, argument: told.append((function, argument)))
watch(events.C_RETURN, lambda code, offset, function, argument: told.append(argument))
monitoring.set_local_events(TOOL, loop.__code__, events.CALL)
loop(1)
print(told)                     # expect: [(<class 'range'>, 1), 1, (<built-in function abs>, 0), 0]
monitoring.set_local_events(TOOL, loop.__code__, 0)
told.clear()
def generator():
    yield 1
    return 2
for name in ('PY_START', 'PY_RESUME', 'PY_RETURN', 'PY_YIELD'):
    watch(getattr(events, name), lambda code, offset, *value, name=name: told.append((name, *value)))
monitoring.set_local_events(TOOL, generator.__code__, 0b1111)
list(generator())
print(told)                     # expect: [('PY_START',), ('PY_YIELD', 1), ('PY_RESUME',), ('PY_RETURN', 2)]
monitoring.free_tool_id(TOOL)
print(monitoring.get_tool(TOOL))     # expect: None
try:
    monitoring.set_events(TOOL, events.LINE)
except ValueError as error:
    print(error)                # expect: tool 3 is not in use
