"""What must hold for every program, whatever it looks like."""

from __future__ import annotations

import re
import traceback
from collections import Counter
from collections.abc import Iterator, Mapping

from taskfix.model import Finding, Report, Source
from taskfix.planning.pipeline import run
from tests.door import is_fixed
from tests.fuzz.programs import Program
from tests.fuzz.running import printed

_LINE = re.compile(rb"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+\Z")
_PRINTS = re.compile(rb"\s*print\('m\d+', \w+\)\s*\Z")


def violations(
    program: Program, thorough: bool = True, counts: Counter[str] | None = None
) -> list[str]:
    """What does not hold, one sentence each. ``counts`` are added to.

    What takes long is only done if the check is to be ``thorough``: to run the program before and
    after, and taskfix a second time and on the files in another order.
    """
    counts = Counter() if counts is None else counts
    try:
        return list(_violations(program, thorough, counts))
    except Exception:  # a traceback is the first thing that must not be
        return [f"a traceback:\n{traceback.format_exc()}"]


def analysed(program: Program, files: Mapping[str, bytes]) -> Report:
    """The report of the program with these files."""
    sources = [Source(path, data, path not in program.read_only) for path, data in files.items()]
    return run(sources, program.config)


def after(files: Mapping[str, bytes], report: Report) -> dict[str, bytes]:
    """All files as they are after the run."""
    return {**files, **{change.path: change.after for change in report.changes}}


def _violations(program: Program, thorough: bool, counts: Counter[str]) -> Iterator[str]:
    files = program.files
    report = analysed(program, files)
    counts["sites"] += len(report.findings)
    counts["fixed"] += sum(map(is_fixed, report.findings))
    counts["files changed"] += len(report.changes)
    yield from _problems(report, program)
    result = after(files, report)
    yield from _compiles(result)
    yield from _kept_lines(files, result)
    yield from _kept_comments(program, result)
    if not thorough:
        return
    yield from _is_stable(report, analysed(program, result))
    if analysed(program, dict(reversed(files.items()))) != report:
        yield "the order of the files matters"
    if report.changes:
        before, now = printed(files, program.main), printed(result, program.main)
        if before != now:
            yield f"it prints something else:\n{_first_difference(before, now)}"


def _problems(report: Report, program: Program) -> Iterator[str]:
    for change in report.changes:
        if change.path in program.read_only:
            yield f"{change.path} is changed, which may not be"
    for problem in report.problems:
        yield f"{problem.path} is refused: {problem.message}"
    for finding in report.findings:
        if finding.reason is not None and finding.reason.code == "did-not-verify":
            where = f"{finding.path}:{finding.span.line}"
            yield f"{where} {finding.reason.code}: {finding.reason.message}"


def _compiles(result: Mapping[str, bytes]) -> Iterator[str]:
    for path, data in result.items():
        try:
            compile(data, path, "exec", dont_inherit=True)
        except (SyntaxError, ValueError) as error:
            yield f"{path} does not compile: {error}"


def _is_stable(report: Report, again: Report) -> Iterator[str]:
    for change in again.changes:
        yield f"a second run changes {change.path}"
    # A comment may turn out to silence what the fix of another site has mended.
    left = Counter(_key(f) for f in report.findings if not is_fixed(f) and f.rule != "TF100")
    found = Counter(_key(finding) for finding in again.findings if finding.rule != "TF100")
    if found - left or any(key[2] == "refused" for key in left - found):
        yield f"a second run finds {dict(found - left)} more and {dict(left - found)} less"


def _key(finding: Finding) -> tuple[str, str | None, str, str]:
    return finding.path, finding.function, finding.status, finding.call


def _kept_lines(files: Mapping[str, bytes], result: Mapping[str, bytes]) -> Iterator[str]:
    """Lines that only print are nobody's business, so they stay to the byte."""
    for path, data in files.items():
        before = Counter(line for line in _LINE.findall(data) if _PRINTS.match(line))
        lost = before - Counter(_LINE.findall(result[path]))
        # The last line may have got a newline.
        for line in lost:
            if not data.endswith(line):
                yield f"{path} has lost {line!r}"


def _kept_comments(program: Program, result: Mapping[str, bytes]) -> Iterator[str]:
    for path, words in program.comments.items():
        for word in words:
            pattern = rf"\b{word}\b".encode()
            if re.search(pattern, program.files[path]) and not re.search(pattern, result[path]):
                yield f"{path} has lost the comment {word}"


def _first_difference(before: str, now: str) -> str:
    old, new = before.splitlines(), now.splitlines()
    index = next((i for i, (a, b) in enumerate(zip(old, new, strict=False)) if a != b), None)
    index = min(len(old), len(new)) if index is None else index
    same = old[max(0, index - 2) : index]
    return "\n".join([*same, f"- {old[index : index + 2]}", f"+ {new[index : index + 2]}"])
