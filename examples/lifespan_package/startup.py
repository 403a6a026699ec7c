# Only lifespan() in app.py calls startup(), so that a set which it passes holds the task.
import asyncio


async def refresh_cache():
    while True:
        await asyncio.sleep(60)


async def startup(retries: int):
    """Fill the cache, and keep it fresh from then on.

    Args:
        retries: How often to try before giving up.
    """
    for _ in range(retries):
        await asyncio.sleep(0)
    asyncio.create_task(refresh_cache())
