"""The hands of taskfix: edits as values, and the code that makes them; they know no asyncio."""
