"""The command line: what it says, where, and with which exit code."""

import os
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import pytest

from discarr import __version__
from discarr.__main__ import main
from tests.approved import commands

TOKEN = "MTIzNDU2Nzg5MDEyMzQ1Njc4.Gabcde.token-that-opens-nothing"
ROOT = Path(__file__).parents[1]
RIGHT = commands.RIGHT | {"DISCORD_TOKEN": TOKEN}
AS_DISCARR = "import sys\nfrom discarr.__main__ import main\nsys.exit(main([]))"


def discarr(folder: Path, *, program: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run it as a process in this folder, with these variables and no others of ours."""
    clean = {"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT), "PYTHONSAFEPATH": "1", "PYTHONWARNINGS": "error"}
    return subprocess.run(
        [sys.executable, "-c", program],
        cwd=folder,
        env={**clean, "HOME": str(folder), "TMPDIR": str(folder), "NO_COLOR": "1", **environment},
        capture_output=True,
        encoding="utf-8",
        timeout=30,
        check=False,
    )


def told(errors: str) -> list[str]:
    """What its mistakes begin with, in what it wrote, which must hold no traceback and nothing secret."""
    assert not any(never in errors for never in ("Traceback", RIGHT["RADARR_API_KEY"], TOKEN))
    return [line.split()[1] for line in errors.splitlines() if line.startswith("  - ")]


type Check = Callable[..., str]


@pytest.fixture
def check(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Check:
    """`discarr check` in this process and a folder, with no variables but these: what it says of mistakes, with 2."""

    def run(variables: Mapping[str, str] | None = None, *, folder: Path = tmp_path, command: str = "check") -> str:
        monkeypatch.chdir(folder)
        monkeypatch.setattr(os, "environ", dict(variables or {}))
        assert main(command.split()) == 2
        out, errors = capsys.readouterr()
        assert out == ""
        return errors

    return run


COMMANDS = ("demo", "check", "healthcheck")
NO_COMMANDS = (["nonsense"], ["--nonsense"], ["run"], ["chekc"], ["check", "twice"], ["", "check"], ["a\nb"])


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (["--version"], 0, [f"discarr {__version__}\n"]),
        *((arguments, 2, COMMANDS) for arguments in NO_COMMANDS),
        *((["demo", "--port", number], 2, ["0 to 65535"]) for number in ("x", "-1", "65536", "1.5")),
        *((["demo", "--host", host], 2, ["a name or an address"]) for host in ("", "é..x", "x" * 300, "\udcff")),
        *((["demo", "--speed", number], 2, ["0.1 to 100"]) for number in ("x", "0", "101", "nan")),
    ],
)
def test_arguments_lead_to_an_exit_code_and_to_what_is_possible(
    arguments: list[str], code: int, words: Sequence[str], capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit, match=f"^{code}$"):
        main(arguments)
    output = capsys.readouterr()
    assert all(word in (output.err if code else output.out) for word in words)


@pytest.mark.parametrize("command", ["", "check"])
def test_wrong_settings_are_all_told_at_once_with_exit_code_2(check: Check, tmp_path: Path, command: str) -> None:
    errors = check(command=command)

    assert told(errors) == ["No", "DISCORD_TOKEN", "DISCORD_CHANNEL_ID"]
    assert errors.splitlines()[-1] == f"There is no `.env` in {tmp_path}"


@pytest.mark.parametrize("command", ["", "check"])
def test_a_proxy_that_cannot_be_used_is_a_wrong_setting_among_others(check: Check, command: str) -> None:
    proxy = {"ALL_PROXY": "socks5://user:secret@127.0.0.1:9050"}

    assert "ALL_PROXY names a socks proxy" in check(RIGHT | proxy, command=command)
    errors = check(RIGHT | proxy | {"CHECK_INTERVAL": "1"}, command=command)
    assert told(errors) == ["CHECK_INTERVAL", "ALL_PROXY"] and "secret" not in errors


@pytest.mark.parametrize("file", ["/no/such/file", __file__])
def test_a_ca_file_for_the_network_that_is_none_is_a_wrong_setting(check: Check, file: str) -> None:
    assert told(check(RIGHT | {"SSL_CERT_FILE": file, "CHECK_INTERVAL": "1"})) == ["CHECK_INTERVAL", "SSL_CERT_FILE"]


def test_no_name_of_a_variable_can_begin_a_line_of_its_own(check: Check) -> None:
    hostile = "DISCORD_TOKENS\n  - CHECK_INTERVAL is a lie\u2028\x1b[2J"

    errors = check(RIGHT | {"DISCORD_TOKEN": "", "RADARR_URL": "x", hostile: "1"})

    assert told(errors)[:2] == ["RADARR_URL", "DISCORD_TOKEN"] and "CHECK_INTERVAL" not in told(errors)
    assert "\x1b" not in errors and "\u2028" not in errors


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_settings_come_from_env_unless_from_the_environment(check: Check, tmp_path: Path, encoding: str) -> None:
    lines = "# A comment above", f"export DISCORD_TOKEN='Bot {TOKEN}'", 'DISCORD_CHANNEL_ID="general"'
    more = "RADARR_URL=http://radarr ", "  RADARR_API_KEY = abc # behind", "export CHECK_INTERVAL=1"
    (tmp_path / ".env").write_bytes("\r\n".join(lines + more).encode(encoding))
    (tmp_path / "inner").mkdir()

    given = {"DISCORD_CHANNEL_ID": "123456789012345678", "DISCORD_TOKEN": "", "RADARR_URL": '""'}
    assert told(check(given)) == ["CHECK_INTERVAL"]
    assert "DISCORD_TOKEN" in told(check(folder=tmp_path / "inner")), "of another folder it is not read"


def test_an_env_file_that_is_no_text_or_a_folder_is_named(check: Check, tmp_path: Path) -> None:
    """Docker makes a folder where a file that is to be mounted is missing."""
    file = tmp_path / ".env"
    file.write_bytes("# Schlüssel\nCHECK_INTERVAL=1\n".encode("latin-1"))
    assert told(check()) == ["`.env`"]
    file.unlink()
    file.mkdir()
    errors = check()
    assert len(told(errors)) == 3
    assert f"`.env` in {tmp_path}" in errors and "is a folder" in errors


def test_an_env_file_that_only_its_launcher_may_read_is_needed_for_the_rest_alone(tmp_path: Path) -> None:
    """As systemd's EnvironmentFile= leaves it, which is read by root."""
    (tmp_path / ".env").write_text("\n".join(f"{name}={value}" for name, value in RIGHT.items()))
    (tmp_path / ".env").chmod(0)
    # What is loaded late is loaded first: root's Python may be out of the other user's reach.
    loaded = "import os, difflib, dotenv, encodings.idna, httpx, discarr.commands\n"
    program = f"{loaded}if not os.getuid():\n    os.setuid(65534)\n{AS_DISCARR}"
    for folder in (tmp_path, *tmp_path.parents[:2]):
        folder.chmod(0o755)

    for given, mistakes in ({}, 3), (RIGHT | {"CHECK_INTERVAL": "1", "RADARR_VERIFY_TLS": ".env"}, 2):
        done = discarr(tmp_path, program=program, **given)
        assert (done.returncode, len(told(done.stderr))) == (2, mistakes)
        assert done.stderr.splitlines()[-1].startswith(f"`.env` in {tmp_path} was not read")
        assert ("RADARR_VERIFY_TLS must be a file that this user can read" in done.stderr) is bool(given)


def test_a_folder_that_is_gone_has_no_env_file(tmp_path: Path) -> None:
    (tmp_path / "gone").mkdir()
    done = discarr(tmp_path / "gone", program=f"import os\nos.rmdir(os.getcwd())\n{AS_DISCARR}")

    assert (done.returncode, len(told(done.stderr))) == (2, 3)


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="has no device that is full")
@pytest.mark.parametrize(("stream", "command", "code"), [(1, "healthcheck", 1), (1, "--version", 0), (2, "check", 2)])
def test_output_that_cannot_be_written_changes_no_exit_code(
    stream: int, command: str, code: int, tmp_path: Path
) -> None:
    full = f"import os\nos.dup2(os.open('/dev/full', os.O_WRONLY), {stream})\n"
    program = full + AS_DISCARR.replace("[]", f"['{command}']")

    for unbuffered in ("", "1"):
        assert discarr(tmp_path, program=program, PYTHONUNBUFFERED=unbuffered).returncode == code


def test_no_library_of_discord_is_loaded_to_report_wrong_settings(tmp_path: Path) -> None:
    loaded = "print('loaded:', *sorted({'discord', 'aiohttp'} & set(sys.modules)), file=sys.stderr)"
    done = discarr(tmp_path, program=f"import atexit, sys\natexit.register(lambda: {loaded})\n{AS_DISCARR}")

    assert done.stderr.splitlines()[-1] == "loaded:"
