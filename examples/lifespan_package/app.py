# As lifespan_app, but the task is started in another module: see startup.py.
# taskfix passes this lifespan's set across the modules.
import asyncio
from contextlib import asynccontextmanager

from fastapi import FastAPI

from lifespan_package.startup import startup


async def report_usage():
    while True:
        await asyncio.sleep(3600)


@asynccontextmanager
async def lifespan(app: FastAPI):
    background_tasks = set()
    await startup(retries=3)
    asyncio.create_task(report_usage())
    yield
    for task in background_tasks:
        task.cancel()


app = FastAPI(lifespan=lifespan)
