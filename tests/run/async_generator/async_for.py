# Values of `yield` end the awaitable; values of `await` go to the loop.
class Pause:
    def __await__(self):
        yield 'pause'
async def numbers():
    try:
        yield 1
        await Pause()
        yield 2
    finally:
        print('closed')
async def collect():
    return [x * 10 async for x in numbers()]
c = collect()
print(c.send(None))         # expect: pause
try:
    c.send(None)
except StopIteration as e:
    print(e.value)
    # expect: closed
    # expect: [10, 20]
async def first():
    agen = numbers()
    got = await agen.__anext__()
    await agen.aclose()
    return got
try:
    first().send(None)
except StopIteration as e:
    print(e.value)
    # expect: closed
    # expect: 1
