# serve() never returns, so that its set holds the tasks which notify() starts.
import asyncio

from open_chain.notifications import notify


async def serve(queue: asyncio.Queue[str]) -> None:
    background_tasks: set[asyncio.Task] = set()
    while True:
        event = await queue.get()
        await notify(event)
        print(len(background_tasks), "notifications on their way")
