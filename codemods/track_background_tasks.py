r"""The single-module codemod for LibCST's own runner: a thin adapter to taskfix.

::

    python -m libcst.tool codemod --no-format -x \
        codemods.track_background_tasks.TrackBackgroundTasksCommand FILE
"""

from __future__ import annotations

import argparse
from typing import get_args

import libcst as cst
from libcst.codemod import CodemodCommand, CodemodContext, SkipFile

from taskfix.config import Config
from taskfix.model import Source, StrategyName
from taskfix.planning.pipeline import run


class TrackBackgroundTasksCommand(CodemodCommand):
    """Gives fire-and-forget asyncio tasks an owner, one module at a time.

    Only the module itself is seen, so callers in other files are not. Findings that are not fixed
    become warnings.
    """

    DESCRIPTION = "Give fire-and-forget asyncio tasks an owner that keeps them until they are done."

    def __init__(self, context: CodemodContext, strategy: StrategyName = "auto") -> None:
        super().__init__(context)
        self.strategy = strategy

    @staticmethod
    def add_args(arg_parser: argparse.ArgumentParser) -> None:
        arg_parser.add_argument(
            "--strategy",
            choices=get_args(StrategyName),
            default="auto",
            help="the kind of holder that tasks get",
        )

    def transform_module_impl(self, tree: cst.Module) -> cst.Module:
        path = self.context.filename or "module.py"
        report = run([Source(path, tree.bytes)], Config(strategy=self.strategy))
        for problem in report.problems:
            raise SkipFile(f"{problem.code} {problem.message}")
        for finding in report.findings:
            if finding.status == "refused" and finding.reason is not None:
                line = finding.span.line
                self.warn(f"{path}:{line}: {finding.message} ({finding.reason.message})")
        for change in report.changes:
            return cst.parse_module(change.after)
        return tree
