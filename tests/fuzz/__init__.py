"""Programs that nobody thinks of, and what must hold for every one of them."""

from tests.fuzz.programs import Program, program
from tests.fuzz.properties import violations

__all__ = ["Program", "program", "violations"]
