# A callback for branches and jumps sees its frame where it jumps from, and may let it go on elsewhere.
import sys

monitoring = sys.monitoring
events = monitoring.events
monitoring.use_tool_id(3, "test")

def f(flag, items):
    if flag:
        return "yes"
    for item in items:
        pass
    return "no"

seen = []

def look(code, source, target):
    frame = sys._getframe(1)
    seen.append((frame.f_lineno - code.co_firstlineno, source <= frame.f_lasti < target or target < source))

for event in events.BRANCH_LEFT, events.BRANCH_RIGHT, events.JUMP:
    monitoring.register_callback(3, event, look)
monitoring.set_local_events(3, f.__code__, events.BRANCH_LEFT | events.BRANCH_RIGHT | events.JUMP)
print(f(False, [1]))                     # expect: no
print(seen)                              # expect: [(1, True), (3, True), (4, True), (3, True)]

def go_on(code, source, target):
    frame = sys._getframe(1)
    frame.f_lineno = frame.f_lineno + 1

for event in events.BRANCH_LEFT, events.BRANCH_RIGHT, events.JUMP:
    monitoring.register_callback(3, event, None)
monitoring.register_callback(3, events.BRANCH_LEFT, go_on)
print(f(True, []))                       # expect: yes
monitoring.free_tool_id(3)
