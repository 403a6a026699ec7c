"""The configuration comes from ``[tool.taskfix]`` and from what the packaging says."""

from __future__ import annotations

from pathlib import Path

import pytest

from taskfix.config import Config, ConfigError, Overrides, Verification, load_config
from taskfix.strategies import ALWAYS, all_strategies

_PYTHON = "Programming Language :: Python :: "


def load(root: Path, pyproject: str = "", **others: str) -> Config:
    """The configuration of a project with these files; ``_`` in a name stands for the dot."""
    (root / "pyproject.toml").write_text(pyproject)
    for name, text in others.items():
        (root / ".".join(name.rsplit("_", 1))).write_text(text)
    return load_config(root)


@pytest.fixture(autouse=True)
def _in_project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def test_everything_has_a_default(tmp_path: Path) -> None:
    assert load_config(tmp_path) == Config()


def test_every_key_is_read(tmp_path: Path) -> None:
    config = load(
        tmp_path,
        """
        [tool.taskfix]
        target-version = "3.11"
        strategy = "module"
        strategies = ["existing", "module"]
        max-depth = 0
        line-length = 99
        set-name = "tasks"
        src = ["lib"]
        include = ["*.py"]
        exclude = ["old"]
        extend-exclude = ["gen"]
        respect-gitignore = false
        force-exclude = true
        ignore-noqa = true
        boundaries = ["app.api:*"]
        reads-signatures = ["app.cli.command"]
        calls-plainly = ["bus.Bus.subscribe"]

        [tool.taskfix.verify]
        command = "pytest -q"
        timeout = 90
        """,
    )
    assert config == Config(
        min_python=(3, 11),
        strategy="module",
        strategies=("existing", "module"),
        max_depth=0,
        line_length=99,
        set_name="tasks",
        src=("lib",),
        include=("*.py",),
        exclude=("old",),
        extend_exclude=("gen",),
        respect_gitignore=False,
        force_exclude=True,
        ignore_noqa=True,
        boundaries=("app.api:*",),
        reads_signatures=("app.cli.command",),
        calls_plainly=("bus.Bus.subscribe",),
        verify=Verification("pytest -q", 90),
    )


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("max-dept = 3", "no key `max-dept`. Did you mean `max-depth`?"),
        ("colour = 'red'", "no key `colour`"),
        ("max-depth = 'three'", "`max-depth` must be a number"),
        ("max-depth = true", "`max-depth` must be a number"),
        ("max-depth = -1", "`max-depth` must be a number"),
        ("strategy = 'magic'", "`strategy` must be one of auto, thread, module, instance"),
        ("strategies = ['existing', 'modul']", "no strategy 'modul'. Did you mean `module`?"),
        ("strategies = ['repair']", "no strategy 'repair'"),
        ("strategies = ['module', 'module']", "`strategies` names 'module' twice"),
        ("strategies = []", "`strategies` must be a list of strategies"),
        ("strategies = 'module'", "`strategies` must be a list of strategies"),
        ("strategies = [1]", "no strategy 1"),
        ("line-length = 'long'", "`line-length` must be a number"),
        ("exclude = 'gen'", "`exclude` must be a list of strings"),
        ("exclude = [1]", "`exclude` must be a list of strings"),
        ("force-exclude = 1", "`force-exclude` must be true or false"),
        ("target-version = 3.1", "`target-version` must be a Python version"),
        ("set-name = 'my tasks'", "`set-name` must be a name"),
        ("this is not toml", "pyproject.toml: "),
        ("verify = 'pytest'", "`verify` must be a table with the key"),
        ("verify.comand = 'pytest'", "verify] has no key `comand`. Did you mean `command`?"),
        ("verify.timeout = 9", "verify] needs a `command`"),
        ("verify.command = ' '", "`verify.command` must be a line of shell"),
        ("verify.command = ['pytest']", "`verify.command` must be a line of shell"),
        ("verify = {command = 'x', timeout = '9'}", "`verify.timeout` must be a number of seconds"),
        ("verify = {command = 'x', timeout = true}", "`verify.timeout` must be a number of sec"),
        ("verify = {command = 'x', timeout = 0}", "`verify.timeout` must be more than 0"),
    ],
)
def test_what_has_no_meaning_is_an_error(tmp_path: Path, line: str, words: str) -> None:
    with pytest.raises(ConfigError, match=r".*") as error:
        load(tmp_path, f"[tool.taskfix]\n{line}\n")
    assert words in str(error.value)


def test_the_command_line_has_the_last_word(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text(
        "[tool.taskfix]\nstrategy = 'module'\nmax-depth = 5\nextend-exclude = ['gen']\n"
    )
    said = load_config(tmp_path, Overrides("thread", 0, True, ("old",)))
    assert (said.strategy, said.max_depth, said.ignore_noqa) == ("thread", 0, True)
    assert said.extend_exclude == ("gen", "old")
    silent = load_config(tmp_path, Overrides())
    assert (silent.strategy, silent.max_depth, silent.ignore_noqa) == ("module", 5, False)


@pytest.mark.parametrize(
    ("specifier", "version"),
    [
        (">=3.9", (3, 9)),
        (">=3.9,<4", (3, 9)),
        ("<4, >=3.8.1", (3, 8)),
        ("~=3.11.0", (3, 11)),
        ("==3.12.*", (3, 12)),
        ("^3.8 || ^3.10", (3, 8)),
        (">=3.9,!=3.9.7", (3, 9)),
        ("3.11", (3, 11)),
        ("<3.13", (3, 10)),
        ("*", (3, 10)),
    ],
)
def test_the_minimum_python_is_what_the_project_requires(
    tmp_path: Path, specifier: str, version: tuple[int, int]
) -> None:
    config = load(tmp_path, f"[project]\nrequires-python = '{specifier}'\n")
    assert config.min_python == version


def test_the_minimum_python_is_found_in_older_packaging_too(tmp_path: Path) -> None:
    setup_py = "setup(python_requires='>=3.7')"
    assert load(tmp_path, setup_py=setup_py).min_python == (3, 7)
    assert load(tmp_path, setup_cfg="[options]\npython_requires = >=3.8\n").min_python == (3, 8)
    poetry = "[tool.poetry.dependencies]\npython = '^3.9'\n"
    assert load(tmp_path, poetry).min_python == (3, 9)
    assert load(tmp_path, poetry + "[project]\nrequires-python = '>=3.11'").min_python == (3, 11)
    own = "[tool.taskfix]\ntarget-version = 'py312'\n"
    assert load(tmp_path, own + poetry).min_python == (3, 12)


@pytest.mark.parametrize(
    ("setup_py", "version"),
    [
        ("OLDEST = '>=3.6'\nsetup(python_requires=OLDEST)", (3, 6)),
        ("setup(**{'python_requires': '>=3.7'})", (3, 7)),
        ("setup(python_requires=oldest())", (3, 10)),
        (f"setup(classifiers=['{_PYTHON}3.8'])", (3, 8)),
        (f"setup(python_requires='>=' + OLDEST, classifiers='{_PYTHON}3.11 {_PYTHON}3.7')", (3, 7)),
        (f"setup(classifiers=['{_PYTHON}3 :: Only'])", (3, 10)),
    ],
)
def test_the_minimum_python_may_stand_elsewhere_in_setup_py(
    tmp_path: Path, setup_py: str, version: tuple[int, int]
) -> None:
    assert load(tmp_path, setup_py=setup_py).min_python == version


def test_classifiers_count_where_nothing_is_required(tmp_path: Path) -> None:
    classifiers = f"classifiers = ['{_PYTHON}3.9']\n"
    assert load(tmp_path, "[project]\n" + classifiers).min_python == (3, 9)
    required = "[project]\nrequires-python = '>=3.11'\n"
    assert load(tmp_path, required + classifiers).min_python == (3, 11)


_METADATA = "Metadata-Version: 2.1\nName: app\n{}Description: x\n\nRequires-Python: >=3.1\n"


@pytest.mark.parametrize(
    ("pyproject", "fields", "version"),
    [
        ("", "Requires-Python: >=3.8,<4\n", (3, 8)),
        ("[project]\ndynamic = ['requires-python']\n", "Requires-Python: >=3.9\n", (3, 9)),
        ("[project]\nrequires-python = '>=3.11'\n", "Requires-Python: >=3.9\n", (3, 11)),
        (f"[project]\nclassifiers = ['{_PYTHON}3.12']\n", "Requires-Python: >=3.9\n", (3, 9)),
        ("", f"Classifier: {_PYTHON}3.13\nClassifier: {_PYTHON}3.12\n", (3, 12)),
        ("", "Requires-Python: UNKNOWN\n", (3, 10)),
        ("", "Requires-Python: \udce9\nClassifier: \udce9\n", (3, 10)),
    ],
)
def test_a_source_distribution_says_what_was_worked_out(
    tmp_path: Path, pyproject: str, fields: str, version: tuple[int, int]
) -> None:
    metadata = _METADATA.format(fields).encode("utf-8", "surrogateescape")
    (tmp_path / "PKG-INFO").write_bytes(metadata)
    assert load(tmp_path, pyproject).min_python == version


def test_a_package_within_the_project_has_a_word_about_its_files(tmp_path: Path) -> None:
    (tmp_path / "libs/old/src").mkdir(parents=True)
    (tmp_path / "libs/broken").mkdir()
    (tmp_path / "libs/broken/pyproject.toml").write_text("[")
    (tmp_path / "libs/old/pyproject.toml").write_text(
        "[project]\nrequires-python = '>=3.8'\nscripts = { old = 'old.cli:main' }\n"
        "[tool.black]\nline-length = 120\n[tool.mypy]\nstrict = true\n"
    )
    (tmp_path / "pyproject.toml").write_text("[project]\nrequires-python = '>=3.12'\n")
    files = ["app.py", "libs/old/src/a.py", "libs/older.py", "libs/broken/a.py"]
    config = load_config(tmp_path, files=files)
    said = [(config.at(file).min_python, config.at(file).line_length) for file in files]
    assert said == [((3, 12), None), ((3, 8), 120), ((3, 12), None), ((3, 12), None)]
    assert [config.at(file).strict for file in files] == [False, True, False, False]
    assert config.packaging_references == ("old.cli:main",)
    (tmp_path / "pyproject.toml").write_text("[tool.taskfix]\ntarget-version = '3.9'\n")
    settled = load_config(tmp_path, files=files).at(files[1])
    assert (settled.min_python, settled.line_length) == ((3, 9), 120)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("pyproject_toml", "[tool.mypy]\nstrict = true\n"),
        ("pyproject_toml", "[tool.mypy]\ndisallow_any_generics = true\n"),
        ("pyproject_toml", "[tool.pyright]\ntypeCheckingMode = 'strict'\n"),
        ("mypy_ini", "[mypy]\nstrict = True\n"),
        ("setup_cfg", "[mypy]\nstrict = True\n"),
        ("pyrightconfig_json", '{\n  // checked in CI\n  "typeCheckingMode": "strict"\n}\n'),
    ],
)
def test_a_strict_type_checker_is_noticed(tmp_path: Path, name: str, text: str) -> None:
    files = {"pyproject_toml": "", name: text}
    assert load(tmp_path, files.pop("pyproject_toml"), **files).strict


def test_a_lenient_type_checker_is_not_strict(tmp_path: Path) -> None:
    lenient = "[tool.mypy]\nstrict = false\n[tool.pyright]\ntypeCheckingMode = 'basic'\n"
    assert not load(tmp_path, lenient, pyrightconfig_json="not json", mypy_ini="not ini").strict


@pytest.mark.parametrize(
    ("text", "stays"),
    [
        ("", False),
        ("[tool.pyright]\ntypeCheckingMode = 'strict'\n", False),
        ("[tool.mypy]\nignore_missing_imports = true\n", True),
        ("[tool.mypy]\ncheck_untyped_defs = true\n", False),
        ("[tool.mypy]\ncheck_untyped_defs = true\ndisallow_incomplete_defs = true\n", True),
        ("[tool.mypy]\nstrict = true\n", False),
        ("[tool.mypy]\n[tool.pyright]\nreportMissingParameterType = true\n", False),
    ],
)
def test_whether_a_function_without_annotations_stays_so(
    tmp_path: Path, text: str, stays: bool
) -> None:
    """mypy checks a function from its first annotation on, or wants the others as well."""
    assert load(tmp_path, text).keep_untyped is stays


def test_what_is_asked_of_some_modules_is_asked_for(tmp_path: Path) -> None:
    override = "[[tool.mypy.overrides]]\nmodule = 'app.*'\n"
    config = load(tmp_path, override + "disallow_any_generics = true\ncheck_untyped_defs = true")
    assert (config.strict, config.checked_bodies, config.typed_functions) == (True, True, False)
    config = load(tmp_path, setup_cfg="[mypy]\n[mypy-app.*]\ndisallow_untyped_defs = True\n")
    assert (config.strict, config.checked_bodies, config.typed_functions) == (False, False, True)


def test_functions_that_packaging_names_are_collected(tmp_path: Path) -> None:
    pyproject = """
    [project.scripts]
    app = "app.cli:main"
    [project.entry-points."pytest11"]
    plugin = "app.plugin:Plugin.hook"
    [tool.poetry.scripts]
    old = { reference = "app.old:run", type = "console" }
    [tool.hatch.envs.dev.scripts]
    serve = "uvicorn app.web:app --reload"
    [project.urls]
    home = "https://example.org"
    """
    setup_cfg = "[options.entry_points]\nconsole_scripts =\n    tool = app.tool:main\n"
    setup_py = 'setup(entry_points={"console_scripts": ["legacy=app.legacy:main"]})'
    config = load(tmp_path, pyproject, setup_cfg=setup_cfg, setup_py=setup_py)
    assert set(config.packaging_references) == {
        "app.cli:main",
        "app.plugin:Plugin.hook",
        "app.old:run",
        "app.web:app",
        "app.tool:main",
        "app.legacy:main",
    }


@pytest.mark.parametrize(
    ("files", "length"),
    [
        ({"pyproject_toml": "[tool.black]\nline-length = 79\n"}, 79),
        ({"pyproject_toml": "[tool.black]\n"}, 88),
        ({"pyproject_toml": "[tool.ruff]\nline-length = 120\n"}, 120),
        ({"pyproject_toml": "[tool.ruff]\n"}, None),
        ({"pyproject_toml": "", "setup_cfg": "[flake8]\nmax-line-length = 120\n"}, 120),
        ({"pyproject_toml": "", "tox_ini": "[pycodestyle]\nmax_line_length = 99\n"}, 99),
        ({"pyproject_toml": "[tool.black]\n", "setup_cfg": "[flake8]\nmax-line-length = 99"}, 88),
        ({"pyproject_toml": "", "setup_cfg": "[flake8]\nmax-line-length = long\n"}, None),
        ({"pyproject_toml": "", "ruff_toml": "line-length = 100\n"}, 100),
        ({"pyproject_toml": "", "ruff_toml": "not toml"}, None),
        ({"pyproject_toml": "[tool.black]\nline-length = 'long'\n"}, 88),
    ],
)
def test_lines_are_as_long_as_the_formatter_wants(
    tmp_path: Path, files: dict[str, str], length: int | None
) -> None:
    others = {name: text for name, text in files.items() if name != "pyproject_toml"}
    assert load(tmp_path, files["pyproject_toml"], **others).line_length == length


def test_all_strategies_can_be_put_in_order(tmp_path: Path) -> None:
    """What the README lists is all there is, in the order of the ranks."""
    readme = (Path(__file__).parent.parent / "README.md").read_text()
    listed = next(line for line in readme.splitlines() if line.startswith("strategies = "))
    names = tuple(s.NAME for s in all_strategies() if s.NAME != ALWAYS)
    assert load(tmp_path, f"[tool.taskfix]\n{listed}\n").strategies == names


@pytest.mark.parametrize(
    ("name", "text", "length"),
    [
        ("setup_cfg", "[flake8]\nmax-line-length = 99", 99),
        ("setup_cfg", "[pycodestyle]\nmax_line_length = 100", 100),
        ("tox_ini", "[flake8]\nmax-line-length = 90", 90),
        ("_flake8", "[flake8]\nmax-line-length = 90", 90),
        ("_editorconfig", "root = true\n[*]\nmax_line_length = 90", 90),
        ("_editorconfig", "[*]\nmax_line_length = 90\n[*.{py,pyi}]\nmax_line_length = 95", 95),
        ("_editorconfig", "[*.md]\nmax_line_length = 90", None),
        ("_editorconfig", "[*.py]\nmax_line_length = off", None),
        ("_editorconfig", "no [ ini", None),
    ],
)
def test_without_a_formatter_the_linter_says_how_long_lines_are(
    tmp_path: Path, name: str, text: str, length: int | None
) -> None:
    files = {"pyproject_toml": "", name: text}
    assert load(tmp_path, files.pop("pyproject_toml"), **files).line_length == length
