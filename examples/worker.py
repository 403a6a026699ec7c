# work() is the entry point and lives as long as the program does.
# taskfix lets it own a set, and passes the set down to where the tasks are started.
import asyncio


async def heartbeat() -> None:
    while True:
        await asyncio.sleep(10)


async def process(job: int) -> None:
    await asyncio.sleep(job)


async def process_all(jobs: list[int]) -> None:
    for job in jobs:
        asyncio.create_task(process(job))


async def work() -> None:
    asyncio.create_task(heartbeat())
    await process_all([1, 2, 3])
    await asyncio.sleep(60)


if __name__ == "__main__":
    asyncio.run(work())
