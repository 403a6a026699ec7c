# The lifespan owns a set of tasks, but one task never gets into it and startup() knows nothing
# of it. taskfix gives startup() an optional parameter and keeps both tasks in the lifespan's set.
import asyncio
import logging
from contextlib import asynccontextmanager

from fastapi import FastAPI

logger = logging.getLogger(__name__)


async def poll_queue():
    """Hand the messages of the queue to the workers, one after the other."""
    while True:
        await asyncio.sleep(1)


async def watch_memory(limit: int):
    """Warn when the process grows beyond its limit."""
    while True:
        await asyncio.sleep(limit)


async def startup():
    """
    Prepare what the application needs before its first request.
    """
    logger.info("Starting up")

    # The queue has to be drained whether or not requests come in.
    asyncio.create_task(poll_queue())

    logger.info("Started up")


@asynccontextmanager
async def lifespan(app: FastAPI):
    """
    Run the background work for as long as the application serves requests.
    """
    background_tasks = set()
    app.state.started = True
    await startup()
    asyncio.create_task(watch_memory(512))
    yield
    logger.info("Shutting down with %d tasks running", len(background_tasks))


def get_app() -> FastAPI:
    return FastAPI(title="Example", lifespan=lifespan)
