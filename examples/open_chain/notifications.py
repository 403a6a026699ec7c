# notify() is called by a service that can own its tasks, and by a script that has no set.
# taskfix adds an optional parameter, and a set of this module for whoever passes nothing.
import asyncio


async def send(event: str) -> None:
    await asyncio.sleep(1)
    print("sent", event)


async def notify(event: str) -> None:
    asyncio.create_task(send(event))
