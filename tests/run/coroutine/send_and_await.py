# A coroutine awaits another; the loop sees what the innermost yields.
class Pause:
    def __await__(self):
        got = yield 'pause'
        return got
async def inner(x):
    return x + await Pause()
async def outer():
    total = 0
    for i in [1, 2]:
        total += await inner(i)
    return total
c = outer()
print(c.send(None))         # expect: pause
print(c.send(10))           # expect: pause
try:
    c.send(20)
except StopIteration as e:
    print(e.value)          # expect: 33
async def fails():
    raise ValueError('no')
async def catches():
    try:
        await fails()
    except ValueError as e:
        return e.args
try:
    catches().send(None)
except StopIteration as e:
    print(e.value)          # expect: ('no',)
