# Futures and tasks are native ones: results, cancellation, groups, eager start.
import asyncio, _asyncio
async def work(n):
    await asyncio.sleep(0)
    return n
async def boom(): raise ValueError('x')
async def main():
    print(asyncio.Future is _asyncio.Future, asyncio.Task is _asyncio.Task)  # expect: True True
    print(await asyncio.gather(*(work(i) for i in range(3))))  # expect: [0, 1, 2]
    t = asyncio.create_task(asyncio.sleep(5), name='five')
    print(t.get_name(), len(asyncio.all_tasks()), asyncio.current_task() is t)  # expect: five 2 False
    await asyncio.sleep(0)
    print(t._fut_waiter is not None, t.cancel('msg'), t.cancelling())  # expect: True True 1
    try:
        await t
    except asyncio.CancelledError as error:
        print(error.args, t.cancelled(), t.uncancel())        # expect: ('msg',) True 0
    print(await asyncio.gather(boom(), work(1), return_exceptions=True))  # expect: [ValueError('x'), 1]
    try:
        async with asyncio.TaskGroup() as group:
            group.create_task(boom())
            group.create_task(work(100))
    except* ValueError as error:
        print(error.exceptions)                               # expect: (ValueError('x'),)
    f = asyncio.get_running_loop().create_future()
    print(f._state, f.done(), f._callbacks)                   # expect: PENDING False None
    f.set_result(3)
    try:
        f.set_result(4)
    except asyncio.InvalidStateError as error:
        print(error)                                          # expect: invalid state
    print(await f, f)                                         # expect: 3 <Future finished result=3>
    f = asyncio.Future()
    f.set_exception(StopIteration())
    try:
        await f
    except RuntimeError as error:
        print(error)                                          # expect: StopIteration interacts badly with generators and cannot be raised into a Future
    t = asyncio.Task(work(0), eager_start=True)
    print(t.done(), await t)                                  # expect: False 0
    async def quick(): return 7
    t = asyncio.Task(quick(), eager_start=True)
    print(t.done(), t.result())                               # expect: True 7
asyncio.run(main())
