"""Comments that silence a finding, and those that silence none."""

from __future__ import annotations

from taskfix.config import Config
from taskfix.model import Report, Source
from taskfix.planning.pipeline import run

CODE = "import asyncio\n\n\nasync def f(x):\n    asyncio.create_task(x()){comment}\n"
HELD = "import asyncio\n\n\nasync def f(x):\n    await asyncio.create_task(x()){comment}\n"


def _report(code: str, comment: str, config: Config | None = None) -> Report:
    return run([Source("app.py", code.format(comment=comment).encode())], config or Config())


def test_an_ignore_comment_that_silences_nothing_is_reported() -> None:
    report = _report(HELD, "  # taskfix: ignore")
    assert [(f.rule, f.span.line) for f in report.findings] == [("TF100", 5)]


def test_an_ignore_comment_for_another_rule_silences_nothing() -> None:
    report = _report(CODE, "  # taskfix: ignore[TF003]")
    assert sorted(f.rule for f in report.findings) == ["TF001", "TF100"]
    assert not [f for f in report.findings if f.status == "suppressed"]


def test_an_ignore_comment_in_a_string_is_text() -> None:
    report = _report('TEXT = "# taskfix: ignore"\n' + HELD, "")
    assert report.findings == ()


def test_an_unused_noqa_is_left_to_the_linters() -> None:
    assert _report(HELD, "  # noqa: RUF006").findings == ()


def test_ours_counts_where_a_noqa_stands_beside_it() -> None:
    both = "  # noqa: RUF006  # taskfix: ignore[TF001] on purpose"
    report = _report(CODE, both, Config(ignore_noqa=True))
    assert [(f.rule, f.status) for f in report.findings] == [("TF001", "suppressed")]


def test_a_comment_for_the_file_stays_when_the_finding_is_fixed() -> None:
    code = "# ruff: noqa: RUF006, E501\n" + CODE
    report = _report(code, "", Config(ignore_noqa=True))
    assert [f.status for f in report.findings] == ["fixable"]
    assert report.changes[0].after.startswith(b"# ruff: noqa: RUF006, E501\n")


def test_a_set_that_only_grows_is_called_a_leak() -> None:
    code = (
        "import asyncio\n\ntasks = set()\n\n\n"
        "def g(x):\n    tasks.add(asyncio.create_task(x()))\n\n\n"
    )
    report = _report(code + CODE.removeprefix("import asyncio\n\n\n"), "")
    assert [f.span.line for f in report.findings] == [11]
    assert any("app.py:7" in note and "leak" in note for note in report.findings[0].notes)


def test_a_comment_is_seen_whatever_ends_the_lines() -> None:
    code = CODE.format(comment="  # taskfix: ignore")
    for newline in ("\r", "\r\n"):
        report = run([Source("app.py", code.replace("\n", newline).encode())], Config())
        assert [f.status for f in report.findings] == ["suppressed"]


def test_an_ignore_comment_is_reported_in_a_file_without_any_task() -> None:
    report = run([Source("app.py", b"x = 1  # taskfix: ignore\n")], Config())
    assert [finding.rule for finding in report.findings] == ["TF100"]


def test_what_a_comment_silences_may_be_mended_with_the_function_that_it_calls() -> None:
    wrapper = "import asyncio\n\n\ndef spawn(x):\n    return asyncio.create_task(x.run())\n"
    calls = "\n\nasync def start(x):\n    spawn(x)\n    spawn(x)  # noqa: RUF006\n"
    report = run([Source("app.py", (wrapper + calls).encode())], Config())
    assert [finding.status for finding in report.findings] == ["fixable", "suppressed"]
    again = run([Source("app.py", report.changes[0].after)], Config())
    assert again.findings == ()
