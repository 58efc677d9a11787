"""Only evo/storage opens, lists, changes or asks about files: what lies in a run directory is reached in one way."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[2]
STORAGE = "evo/storage/"
#: Files that open what the user himself names, or what is no file of a run, and why.
OWN_PATHS = {
    "evo/config/load.py": "reads the config that the user names",
    "evo/config/quick.py": "looks whether a JSON file that the user names is a config",
    "evo/cli/submit.py": "asks whether the user named a config or a folder",
    "evo/export/speed.py": "compiles in a temporary folder of its own",
    "evo/startup/streams.py": "opens the null device",
    "evo/records/trust.py": "reads what tells this machine from others",
    "evo/records/moved.py": "looks whether the data that a run names are there",
}
MODULES = {"shutil", "tempfile", "glob"}
OF_OS = {
    "chmod", "link", "listdir", "lstat", "makedirs", "mkdir", "open", "path", "remove", "rename", "replace",
    "rmdir", "scandir", "stat", "symlink", "truncate", "unlink", "walk",
}  # fmt: skip
OF_NUMPY = {"fromfile", "genfromtxt", "load", "loadtxt", "memmap", "save", "savetxt", "savez", "savez_compressed"}
OF_PATHS = {
    "chmod", "glob", "hardlink_to", "is_dir", "is_fifo", "is_file", "is_symlink", "iterdir", "lstat", "mkdir",
    "readlink", "rename", "rglob", "rmdir", "samefile", "stat", "symlink_to", "touch", "unlink", "write_bytes",
    "write_text",
}  # fmt: skip
#: What `Folder` has too; on a run it is the door itself.
OF_BOTH = {"exists", "is_file", "read_bytes", "read_text"}
RUNS = {"run", "_run", "folder"}


def last_name(node: ast.expr) -> str:
    """``run`` of ``self.job.run``; empty for what has no name."""
    return node.attr if isinstance(node, ast.Attribute) else node.id if isinstance(node, ast.Name) else ""


def reaches_files(call: ast.Call) -> bool:
    """Whether a call opens, lists, changes or asks about a file by its path."""
    function = call.func
    if isinstance(function, ast.Name):
        return function.id == "open"
    if not isinstance(function, ast.Attribute):
        return False
    name, of = function.attr, last_name(function.value)
    if of in ("os", "np", "numpy"):
        to_memory = bool(call.args) and last_name(call.args[0]) == "content"
        return name in OF_OS if of == "os" else name in OF_NUMPY and not to_memory
    if name == "replace":  # of texts with two arguments, of paths with one
        return len(call.args) == 1 and not call.keywords and of not in RUNS
    if name == "open":  # a class that opens a run has a name in capitals
        return not (of[:1].isupper() or of == "cls")
    return name in OF_PATHS | OF_BOTH and not (name in OF_BOTH and of in RUNS)


def uses(source: str) -> Iterator[tuple[int, str]]:
    """Lines of a module that reach files, and what they say."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call) and reaches_files(node):
            yield node.lineno, ast.unparse(node.func)
        elif isinstance(node, ast.Attribute) and last_name(node.value) == "os" and node.attr == "path":
            yield node.lineno, "os.path"
        elif isinstance(node, ast.Import | ast.ImportFrom):
            named = [a.name for a in node.names] if isinstance(node, ast.Import) else [str(node.module)]
            yield from ((node.lineno, name) for name in named if name in MODULES)


def test_only_storage_reaches_files_by_their_paths() -> None:
    found = {}
    for path in sorted((ROOT / "evo").rglob("*.py")):
        name = path.relative_to(ROOT).as_posix()
        lines = list(uses(path.read_text(encoding="utf-8")))
        if lines and not name.startswith(STORAGE) and name not in OWN_PATHS:
            found[name] = lines
    assert found == {}


def test_the_list_of_exceptions_is_no_longer_than_needed() -> None:
    needless = [name for name in OWN_PATHS if not list(uses((ROOT / name).read_text(encoding="utf-8")))]
    assert needless == []


def test_the_rule_sees_what_it_forbids_and_nothing_else() -> None:
    forbidden = (
        "open(p)",
        "p.open('w')",
        "(r / 'x').exists()",
        "os.stat(p)",
        "p.replace(q)",
        "np.load(p)",
        "run.root.iterdir()",
    )
    for line in (
        *forbidden,
        "import shutil",
        "os.path.exists(p)",
        "self.root.read_text()",
        "p.touch()",
        "np.savez(p, a=a)",
    ):
        assert list(uses(line)), line
    for line in (
        "t.replace('a', 'b')",
        "run.replace(n, b)",
        "self.run.exists(n)",
        "SavedFormulas.open(p)",
        "np.savez(content)",
    ):
        assert not list(uses(line)), line
