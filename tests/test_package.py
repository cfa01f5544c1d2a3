"""What is shipped: the wheel, the image's lists, the compose files, the workflows, the changelog."""

import os
import re
import shutil
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

import pytest
from packaging.requirements import Requirement

from discarr import __version__

ROOT = Path(__file__).parent.parent
UV = os.environ.get("UV") or shutil.which("uv")
"""`uv run` says where uv is."""
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
LISTS = {
    "requirements.txt": PROJECT["project"]["dependencies"],
    "requirements-build.txt": PROJECT["build-system"]["requires"],
}
"""Each list of the image, and what it must at least hold."""


@pytest.mark.skipif(UV is None, reason="uv is not installed")
def test_the_wheel_has_every_file_the_version_the_command_and_the_license(tmp_path: Path) -> None:
    """It is built by uv with what is installed here."""
    options = ("--quiet", "--wheel", "--offline", "--no-build-isolation", "--python", sys.executable)
    subprocess.run([str(UV), "build", *options, "--out-dir", tmp_path, ROOT], check=True, timeout=120)
    [file] = tmp_path.glob("*.whl")
    files = [path for path in (ROOT / "discarr").rglob("*") if path.is_file() and "__pycache__" not in path.parts]
    folder = f"discarr-{__version__}.dist-info"

    with zipfile.ZipFile(file) as wheel:
        shipped = [name for name in wheel.namelist() if ".dist-info/" not in name]
        assert sorted(shipped) == sorted(path.relative_to(ROOT).as_posix() for path in files)
        assert {"discarr/demo/page/index.html", "discarr/py.typed"} <= set(shipped)
        assert f"\nVersion: {__version__}\n" in wheel.read(f"{folder}/METADATA").decode()
        assert "discarr = discarr.__main__:main" in wheel.read(f"{folder}/entry_points.txt").decode()
        assert f"{folder}/licenses/LICENSE" in wheel.namelist()


def test_what_the_compose_files_ask_for_is_in_the_example() -> None:
    text = "".join(path.read_text(encoding="utf-8") for path in (ROOT / "docker").glob("compose*.yaml"))
    example = (ROOT / ".env.example").read_text(encoding="utf-8")

    required = set(re.findall(r"\$\{(\w+):\?", text))
    assert required
    assert [name for name in required if f"\n# {name}=" not in example] == []
    files = {path.name for path in (ROOT / "docker").glob("compose*.yaml")}
    assert set(re.findall(r"compose\S*\.yaml", example.replace(",", " "))) == files


def test_the_block_for_portainer_runs_the_container_as_compose_does() -> None:
    files = [ROOT / "docker/compose.yaml", ROOT / "docs/recipes/portainer.yaml"]
    texts = [re.sub(r"^ *#.*\n", "", file.read_text(encoding="utf-8"), flags=re.M) for file in files]
    [ours], [theirs] = (re.findall(r"^ {4}(?:extra_hosts|restart):.*?(?=^\S|\Z)", text, re.S | re.M) for text in texts)

    assert "read_only: true" in ours
    assert ours == theirs


@pytest.mark.parametrize("name", LISTS)
def test_the_image_installs_what_the_program_asks_for_pinned_with_hashes_and_names_no_host(name: str) -> None:
    text = (ROOT / "docker" / name).read_text(encoding="utf-8")
    entry = r"[a-z0-9-]+==[\w.]+( ; [^\\\n]+)?( \\\n +--hash=sha256:[0-9a-f]{64})+"
    pinned = dict(re.findall(r"^([a-z0-9-]+)==(\S+)", text, re.MULTILINE))

    assert [each for each in re.split(r"\n(?=\S)", text.strip()) if not re.fullmatch(entry, each)] == []
    assert "://" not in text
    for required in map(Requirement, LISTS[name]):
        assert required.specifier.contains(pinned[required.name.replace(".", "-")])
