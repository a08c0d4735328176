# async def, await, async for, async with, asynchronous comprehensions.
async def f(a):
    await a
    async for x in a:
        if x:
            break
    else:
        await x
    async with a as b, c:
        return b
async def g():
    yield 1
    return
async def h(a):
    return [x async for x in a], [await x for x in a], {y: z async for y, z in a if await y}, (x async for x in a)
