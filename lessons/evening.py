"""For lesson 16: a task that nobody holds. It waits for the evening, and may be gone before that.

    python lessons/evening.py
"""
import asyncio
import gc
import weakref

interested = weakref.WeakSet()              # events that are to be told of the evening


async def wait_for_the_evening():
    evening = asyncio.Event()
    interested.add(evening)
    await evening.wait()
    print("good night")


async def main():
    asyncio.create_task(wait_for_the_evening())
    await asyncio.sleep(1)
    gc.collect()
    for evening in interested:
        evening.set()
    await asyncio.sleep(1)


asyncio.run(main())
