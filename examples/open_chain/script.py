# There is nothing to change here: notify() may still be called without a set.
from open_chain.notifications import notify


async def announce(events: list[str]) -> None:
    for event in events:
        await notify(event)
