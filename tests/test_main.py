"""The command line, as a process of its own: what it says, where, and with which exit code."""

import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

from discarr import __version__
from discarr.__main__ import main

TOKEN = "MTIzNDU2Nzg5MDEyMzQ1Njc4.Gabcde.token-that-opens-nothing"
ROOT = Path(__file__).parents[1]
RIGHT = {
    "DISCORD_TOKEN": TOKEN,
    "DISCORD_CHANNEL_ID": "123456789012345678",
    "RADARR_URL": "http://127.0.0.1:9",
    "RADARR_API_KEY": "5ec4e7",
}
WRONG = {"DISCORD_TOKEN": TOKEN, "CHECK_INTERVAL": "1", "RADARR_URL": "radarr", "SONARR_APIKEY": "5ec4e7"}


def discarr(
    tmp_path: Path, *arguments: str, environment: Mapping[str, str] | None = None
) -> subprocess.CompletedProcess[str]:
    """Run it in an empty folder, with these variables and no others of ours."""
    clean = {"PATH": os.environ["PATH"], "HOME": str(tmp_path), "PYTHONWARNINGS": "error", "NO_COLOR": "1"}
    return subprocess.run(
        [sys.executable, "-m", "discarr", *arguments],
        cwd=tmp_path,
        env={**clean, **(environment or {})},
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=30,
        check=False,
    )


def told(done: subprocess.CompletedProcess[str]) -> list[str]:
    """The mistakes on stderr, which must hold no traceback and nothing secret."""
    assert "Traceback" not in done.stderr
    assert "5ec4e7" not in done.stderr + done.stdout
    assert TOKEN not in done.stderr + done.stdout
    assert done.stdout == ""
    return [line.removeprefix("  - ") for line in done.stderr.splitlines() if line.startswith("  - ")]


def test_help_names_the_commands(tmp_path: Path) -> None:
    done = discarr(tmp_path, "--help")

    assert (done.returncode, done.stderr) == (0, "")
    assert all(command in done.stdout for command in ("demo", "check", "healthcheck"))


@pytest.mark.parametrize("command", ["demo", "check", "healthcheck"])
def test_each_command_has_its_help(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main([command, "--help"])

    assert ended.value.code == 0
    assert f"discarr {command}" in capsys.readouterr().out


def test_it_tells_its_version(tmp_path: Path) -> None:
    done = discarr(tmp_path, "--version")

    assert (done.returncode, done.stdout, done.stderr) == (0, f"discarr {__version__}\n", "")


@pytest.mark.parametrize(
    "arguments", [["nonsense"], ["--nonsense"], ["run"], ["chekc"], ["check", "twice"], ["", "check"], ["a\nb"]]
)
def test_a_bad_command_names_the_commands_with_exit_code_2(
    arguments: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        main(arguments)

    assert ended.value.code == 2
    errors = capsys.readouterr().err
    assert all(command in errors for command in ("demo", "check", "healthcheck"))


@pytest.mark.parametrize(
    ("arguments", "limits"),
    [
        (["--port", "x"], "0 to 65535"),
        (["--port", "-1"], "0 to 65535"),
        (["--port", "65536"], "0 to 65535"),
        (["--port", "1.5"], "0 to 65535"),
        (["--speed", "0"], "0.1 to 100"),
        (["--speed", "101"], "0.1 to 100"),
        (["--speed", "x"], "0.1 to 100"),
        (["--speed", "nan"], "0.1 to 100"),
    ],
)
def test_a_number_out_of_range_is_reported_with_its_limits_and_exit_code_2(
    arguments: list[str], limits: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["demo", *arguments])

    assert ended.value.code == 2
    assert limits in capsys.readouterr().err.splitlines()[-1]


def test_no_settings_at_all_are_told_in_full(tmp_path: Path) -> None:
    done = discarr(tmp_path)

    assert done.returncode == 2
    assert [mistake.split()[0] for mistake in told(done)] == ["No", "DISCORD_TOKEN", "DISCORD_CHANNEL_ID"]


@pytest.mark.parametrize("arguments", [[], ["check"]])
def test_wrong_settings_are_all_told_at_once(tmp_path: Path, arguments: list[str]) -> None:
    done = discarr(tmp_path, *arguments, environment=WRONG)

    assert done.returncode == 2
    names = {mistake.split()[0] for mistake in told(done)}
    assert names == {"DISCORD_CHANNEL_ID", "CHECK_INTERVAL", "RADARR_URL", "RADARR_API_KEY", "SONARR_APIKEY"}


@pytest.mark.parametrize("url", ["http://192.168.1.500:7878", "http://xn--zzzz", "http://radarr/\x7f", "http://a..b"])
@pytest.mark.parametrize("arguments", [[], ["check"]])
def test_an_address_that_the_http_client_would_refuse_is_refused_at_the_start(
    tmp_path: Path, arguments: list[str], url: str
) -> None:
    """httpx raises InvalidURL or a UnicodeError when the client is made or the request is sent."""
    done = discarr(tmp_path, *arguments, environment=RIGHT | {"RADARR_URL": url})

    assert done.returncode == 2
    assert [mistake.split()[0] for mistake in told(done)] == ["RADARR_URL"]


def test_settings_come_from_env_of_the_working_folder_and_the_environment_wins(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text(
        "# A comment above\nRADARR_URL='http://radarr:7878'\nRADARR_API_KEY=abc # behind\n"
        f"DISCORD_TOKEN={TOKEN}\nDISCORD_CHANNEL_ID=general\nCHECK_INTERVAL=1\n"
    )

    done = discarr(tmp_path, environment={"DISCORD_CHANNEL_ID": "123456789012345678"})

    assert done.returncode == 2
    assert [mistake.split()[0] for mistake in told(done)] == ["CHECK_INTERVAL"]


def test_no_name_of_a_variable_can_begin_a_line_of_its_own(tmp_path: Path) -> None:
    hostile = "DISCORD_TOKENS\n  - CHECK_INTERVAL is a lie\u2028\x1b[2J"

    done = discarr(tmp_path, environment=RIGHT | {"DISCORD_TOKEN": "", "RADARR_URL": "x", hostile: "1"})

    assert [mistake.split()[0] for mistake in told(done)][:2] == ["RADARR_URL", "DISCORD_TOKEN"]
    assert not any("CHECK_INTERVAL" in mistake[:20] for mistake in told(done))
    assert "\x1b" not in done.stderr and "\u2028" not in done.stderr


def test_an_env_file_of_another_folder_is_not_read(tmp_path: Path) -> None:
    inner = tmp_path / "inner"
    inner.mkdir()
    (tmp_path / ".env").write_text(f"DISCORD_TOKEN={TOKEN}\n")

    done = discarr(inner)

    assert any(mistake.startswith("DISCORD_TOKEN ") for mistake in told(done))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
def test_an_env_file_is_read_as_editors_and_shells_save_it(tmp_path: Path, encoding: str) -> None:
    lines = (
        f"export DISCORD_TOKEN='Bot {TOKEN}'",
        'DISCORD_CHANNEL_ID="123456789012345678"',
        "RADARR_URL=http://radarr ",
        "  RADARR_API_KEY = abc",
        "export CHECK_INTERVAL=1",
    )
    (tmp_path / ".env").write_bytes("\r\n".join(lines).encode(encoding))

    done = discarr(tmp_path)

    assert done.returncode == 2
    assert [mistake.split()[0] for mistake in told(done)] == ["CHECK_INTERVAL"]


def test_an_env_file_that_is_no_text_is_named(tmp_path: Path) -> None:
    (tmp_path / ".env").write_bytes("# Schlüssel\nCHECK_INTERVAL=1\n".encode("latin-1"))

    done = discarr(tmp_path)

    assert done.returncode == 2
    assert ["`.env`" in mistake for mistake in told(done)] == [True]


def test_an_env_file_that_only_its_launcher_may_read_is_needed_for_what_is_not_in_the_environment(
    tmp_path: Path,
) -> None:
    """As systemd's EnvironmentFile= leaves it, which is read by root."""
    (tmp_path / ".env").write_text("\n".join(f"{name}={value}" for name, value in RIGHT.items()))
    (tmp_path / ".env").chmod(0)
    # What is loaded late is loaded first: root's Python may be out of the other user's reach.
    program = (
        "import os, sys, difflib, dotenv, encodings.idna, httpx, discarr.commands\nfrom discarr.__main__ import main\n"
    )
    program += "if not os.getuid():\n    os.setuid(65534)\n"
    for folder in (tmp_path, *tmp_path.parents[:2]):
        folder.chmod(0o755)

    for given, mistakes in (({}, 3), (RIGHT | {"CHECK_INTERVAL": "1"}, 1)):
        done = subprocess.run(
            [sys.executable, "-c", f"{program}sys.exit(main([]))"],
            cwd=tmp_path,
            env={"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT), **given},
            capture_output=True,
            text=True,
            timeout=30,
            check=False,
        )

        assert done.returncode == 2
        assert len(told(done)) == mistakes
        assert done.stderr.splitlines()[-1].startswith(f"`.env` in {tmp_path} was not read")


@pytest.mark.parametrize("arguments", [[], ["check"]])
def test_an_env_file_that_is_not_here_is_missed_with_the_name_of_the_folder(
    tmp_path: Path, arguments: list[str]
) -> None:
    done = discarr(tmp_path, *arguments)

    assert len(told(done)) == 3
    assert done.stderr.splitlines()[-1] == f"There is no `.env` in {tmp_path}"


def test_a_folder_in_the_place_of_the_env_file_is_named(tmp_path: Path) -> None:
    """Docker makes one where a file that is to be mounted is missing."""
    (tmp_path / ".env").mkdir()

    done = discarr(tmp_path)

    assert done.returncode == 2
    assert len(told(done)) == 3
    assert f"`.env` in {tmp_path}" in done.stderr and "is a folder" in done.stderr


def test_a_folder_that_is_gone_has_no_env_file(tmp_path: Path) -> None:
    gone = tmp_path / "gone"
    gone.mkdir()
    done = subprocess.run(
        ["sh", "-c", f"rmdir {gone}; exec {sys.executable} -m discarr"],
        cwd=gone,
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
        env={"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT), "PYTHONSAFEPATH": "1"},
    )

    assert done.returncode == 2
    assert len(told(done)) == 3


def test_a_health_check_without_a_bot_is_1_and_says_so(tmp_path: Path) -> None:
    done = discarr(tmp_path, "healthcheck", environment={"TMPDIR": str(tmp_path)})

    assert (done.returncode, done.stderr) == (1, "")
    assert done.stdout != ""


@pytest.mark.parametrize(
    ("arguments", "modules"),
    [(["--version"], "discord|httpx|aiohttp"), (["healthcheck"], "discord|httpx|aiohttp"), ([], "discord|aiohttp")],
)
def test_what_is_asked_often_loads_no_library_it_does_not_need(
    tmp_path: Path, arguments: list[str], modules: str
) -> None:
    program = (
        "import sys\nfrom discarr.__main__ import main\n"
        f"try:\n    main({arguments!r})\nexcept SystemExit:\n    pass\n"
        f"print('loaded:', *sorted(set({modules.split('|')!r}) & set(sys.modules)), file=sys.stderr)"
    )
    done = subprocess.run(
        [sys.executable, "-c", program],
        cwd=tmp_path,
        env={"PATH": os.environ["PATH"], "TMPDIR": str(tmp_path)},
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )

    assert done.stderr.splitlines()[-1].split() == ["loaded:"]
