"""Runs the project's own check around the changes, and tells what it says of them."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import click

from taskfix.cli.options import Options
from taskfix.cli.progress import Progress
from taskfix.cli.shown import Names
from taskfix.config import Config, Verification
from taskfix.disk import contents, transaction
from taskfix.disk.command import Result, run_command
from taskfix.disk.kept import keep_copy
from taskfix.disk.replace import NotWrittenError
from taskfix.model import Change, Problem, Report
from taskfix.reports.outcome import together

if TYPE_CHECKING:
    from taskfix.planning.pipeline import Prepared, Settled
    from taskfix.planning.plan import Plan
    from taskfix.verifying.trials import Broken, Failure

# How much of what a command writes is shown where nobody asked for all of it.
_LAST_LINES = 20
_LONGEST = 60
_TOGETHER = "it fails together with others, and was not tried alone"
# Colours, and what else is meant for a terminal: an escape sequence, or another control character.
_CONTROL = re.compile(
    r"\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\a\x1b]*(?:\a|\x1b\\)|.)|[^\t\n\x20-\x7e\xa0-\U0010ffff]"
)


@dataclass(frozen=True, slots=True)
class Asked:
    """What the command line says of the project's check: a command, or not to run any."""

    command: str | None = None
    none: bool = False

    def check(self, config: Config, root: Path, options: Options) -> Check | None:
        """The check to run, if any."""
        configured = None if self.none else config.verify
        if self.command is not None:
            timeout = configured.timeout if configured else None
            configured = Verification(self.command, timeout)
        if configured is None:
            return None
        return Check(configured, root, options.quiet, options.verbose)


NOT_ASKED = Asked()


@dataclass(frozen=True, slots=True)
class Check:
    """The project's check, as the user wants to have it run and shown."""

    verification: Verification
    root: Path
    quiet: bool
    verbose: bool

    @property
    def command(self) -> str:
        return self.verification.command

    @property
    def short(self) -> str:
        """The command as it is shown in a sentence."""
        words = " ".join(self.command.split())
        return f"`{words if len(words) <= _LONGEST else words[:_LONGEST] + '...'}`"

    def run(
        self, number: int, what: str, waiting: AbstractContextManager[object] | None = None
    ) -> Failure | None:
        """Run the command and say how it went."""
        line = f"verify: run {number}: {what}"
        with Progress(quiet=self.quiet) as progress:
            progress.phase(line)
            result = run_command(self.command, self.root, self.verification.timeout, waiting)
        if not self.quiet:
            verdict = "failed" if result.failure else "passed"
            click.echo(f"{line}: {verdict} ({result.seconds:.1f} s)", err=True)
        output = _text(result)
        if self.verbose and output:
            click.echo(_quoted(output.splitlines()), err=True)
        if result.failure is None:
            return None
        from taskfix.verifying.trials import Failure

        return Failure(result.failure, output)


def failing_before(check: Check) -> str:
    """Why nothing could be concluded from the check, for the user to read; empty if it passes."""
    failure = check.run(1, "nothing applied")
    if failure is None:
        return ""
    return (
        f"error: nothing was changed, for {check.short} already fails ({failure.why}), so that "
        f"it could not tell what a change breaks.{_output(failure, check)}"
    )


@dataclass(frozen=True, slots=True)
class Applied:
    """What has been applied, which files that has changed, and what stood in the way."""

    report: Report
    written: tuple[str, ...] = ()
    problems: tuple[Problem, ...] = ()


def apply_verified(
    prepared: Prepared, settled: Settled, report: Report, check: Check, names: Names
) -> Applied:
    """Apply what the check passes with, and tell of the rest.

    Where a file cannot be written everything is left as it was, and the problems say why.
    """
    from taskfix.verifying.trials import keep_what_passes  # it needs all of the analysis

    try:
        with transaction.session(report.changes, check.root, together(report)) as session:
            desk = _Desk(session, check, names)
            verified = keep_what_passes(prepared, settled, check.command, desk)
            final = names.report(verified.report)
            session.tie(together(final))
    except NotWrittenError as error:
        left = [one.path for one in report.changes if contents.holds(one.path, one.after)]
        return Applied(report, tuple(left), error.problems)
    for broken in verified.broken:
        _report_broken(broken, final, check, names)
    if verified.unsteady is not None:
        _report_unsteady(verified.unsteady, check)
    desk.report_copies()
    return Applied(final, tuple(desk.written()), tuple(desk.removed()))


@dataclass(slots=True)
class _Desk:
    """The files on the disk, which are always the originals but for the changes written last."""

    session: transaction.Session
    project: Check
    names: Names
    now: dict[str, Change] = field(default_factory=dict)
    copies: dict[str, Path] = field(default_factory=dict)  # of what the check itself has changed
    runs: int = 1

    def write(self, changes: Sequence[Change]) -> None:
        wanted = {change.path: change for change in self.names.changes(changes)}
        steps = _steps(self.now, wanted)
        self.session.admit(steps)
        problems = self.session.write(steps)
        if problems:
            raise NotWrittenError(*problems)
        self.now = wanted

    def check(self, applied: int, count: int) -> Failure | None:
        self.runs += 1
        what = f"{applied} of {count} {'chain' if count == 1 else 'chains'} applied"
        try:
            return self.project.run(self.runs, what, self.session.interrupts.opened())
        finally:
            self._adopt_what_the_check_changed()

    def _adopt_what_the_check_changed(self) -> None:
        """A check may also format: what it makes of a file is the run's work, to be taken back."""
        for found in self.session.disturbed():
            self.copies[found.path] = keep_copy(self.session.name, found.path, found.after)
            self.session.adopt(found)
            known = self.now.get(found.path)
            before = known.before if known else found.before
            self.now[found.path] = Change(found.path, before, found.after)

    def written(self) -> Iterator[str]:
        """The files that are not what they were: the check may have put them back."""
        for path, change in self.now.items():
            if contents.content(path) not in (None, change.before):
                yield path

    def removed(self) -> Iterator[Problem]:
        """The files that the check has done away with."""
        for path in self.now:
            if contents.content(path) is None:
                yield Problem(path, None, "TF907", f"was removed by {self.project.short}")

    def report_copies(self) -> None:
        for path, copy in self.copies.items():
            fate = f"which did not stay; a copy is in {copy}"
            if path in self.now and contents.holds(str(copy), self.now[path].after):
                fate = "which stays"
                copy.unlink()
            click.echo(f"warning: {self.project.short} has changed {path}, {fate}.", err=True)


def _steps(now: Mapping[str, Change], wanted: Mapping[str, Change]) -> Sequence[Change]:
    """From the changes that are on the disk to those that shall be."""
    steps = []
    for path in sorted(now.keys() | wanted.keys()):
        original = (wanted.get(path) or now[path]).before
        old = now[path].after if path in now else original
        new = wanted[path].after if path in wanted else original
        if old != new:
            steps.append(Change(path, old, new))
    return steps


def _report_unsteady(failure: Failure, check: Check) -> None:
    click.echo(
        f"error: {check.short} passed, and then failed with the very same files "
        f"({failure.why}). It cannot be relied on, so everything was rolled back."
        f"{_output(failure, check)}",
        err=True,
    )


def _report_broken(broken: Broken, report: Report, check: Check, names: Names) -> None:
    chains = [f"  {_chain(plan, names)}" for plan in broken.plans]
    lines = [
        f"verify: {check.short} fails with this chain ({broken.failure.why}), and passes "
        "without it:",
        *dict.fromkeys(chains),
    ]
    click.echo("\n".join(lines) + _output(broken.failure, check), err=True)
    click.echo(f"  {_fate(broken, report, names)}", err=True)


def _chain(plan: Plan, names: Names) -> str:
    assert plan.proposal is not None
    hops = [f"{hop.function} ({names.path(hop.path)}:{hop.line})" for hop in plan.proposal.chain]
    return " > ".join(hops)


def _fate(broken: Broken, report: Report, names: Names) -> str:
    if not broken.fixed:
        tried = [
            f"with the strategy {strategy} " + ("it fails as well" if shown else _TOGETHER)
            for strategy, shown in broken.tried
        ]
        return "; ".join(["It is rolled back", *tried]) + "."
    places = {(names.path(path), span) for path, span in (plan.place for plan in broken.plans)}
    findings = [one for one in report.findings if (one.path, one.span) in places]
    holders = [one.holder for one in findings if one.holder is not None]
    kept = dict.fromkeys(f"kept in {one.name}, strategy {one.strategy}" for one in holders)
    return f"It is fixed in another way: {' and '.join(kept)}."


def _output(failure: Failure, check: Check) -> str:
    """The end of what a command wrote, below what was said; nothing if it has been shown."""
    lines = failure.output.splitlines()
    if not lines or check.verbose:
        return ""
    hidden = len(lines) - _LAST_LINES
    title = [f"... {hidden} lines above, which -v shows"] if hidden > 0 else []
    return f"\n{_quoted([*title, *lines[-_LAST_LINES:]])}"


def _text(result: Result) -> str:
    output = result.output.decode("utf-8", "backslashreplace")
    # What was written over, as by a progress bar, is not shown.
    lines = [line.rstrip("\r").rpartition("\r")[2] for line in output.split("\n")]
    return _CONTROL.sub("", "\n".join(lines)).strip("\n")


def _quoted(lines: Sequence[str]) -> str:
    return textwrap.indent("\n".join(lines), "  | ", lambda line: True)
