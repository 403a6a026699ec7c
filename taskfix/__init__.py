"""taskfix finds asyncio tasks that nobody keeps and gives each of them an owner."""

__version__ = "0.1.0"
