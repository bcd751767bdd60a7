"""Settings: precedence, conversion, limits, refusals, the secret."""

import os
import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from satchel.config import (
    TABLE,
    Settings,
    default_settings,
    fixed_settings,
    load_settings,
    override,
    unknown_variables,
)
from satchel.config.rows import SECRET_LENGTH_MINIMUM
from satchel.errors import ConfigError
from satchel.secret import ensure_secret


def load(flags: dict[str, object] | None = None, *, file: Path | None = None, **environment: str) -> Settings:
    return load_settings(flags, environment=environment, file=file)


@pytest.fixture(autouse=True)
def _elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def test_flag_beats_variable_beats_file_beats_default(tmp_path: Path) -> None:
    (tmp_path / "satchel.toml").write_text("port = 1000\nworkers = 2\nhost = '::1'\n")
    settings = load({"port": 3000, "workers": None}, SATCHEL_PORT="2000", SATCHEL_WORKERS="3")
    assert (settings.port, settings.workers, settings.host) == (3000, 3, "::1")
    assert settings.pool_size == default_settings().pool_size


def test_what_is_fixed_is_told_with_what_fixed_it_and_without_secrets(tmp_path: Path) -> None:
    (tmp_path / "satchel.toml").write_text("trusted_proxies = ['10.0.0.0/8']\npublic_url = 'https://a.example'\n")
    settings = load(SATCHEL_STORAGE_URL="s3://key:canary@files/?secret_access_key=canary#canary", SATCHEL_PORT="1")
    names = ("public_url", "storage_url", "trusted_proxies", "host")
    assert fixed_settings(override(settings, {"public_url": "https://b.example/x?canary"}), names) == {
        "public_url": {"value": "https://b.example/x", "by": "--set public_url=…"},
        "storage_url": {"value": "s3://files/", "by": "SATCHEL_STORAGE_URL"},
        "trusted_proxies": {"value": ["10.0.0.0/8"], "by": "satchel.toml"},
    }
    assert fixed_settings(load_settings(environment={}, file=Path("satchel.toml")), ["storage_url"]) == {}
    assert override(settings, {"port": 1}) == settings


def test_the_file_can_be_named(tmp_path: Path) -> None:
    other = tmp_path / "other.toml"
    other.write_text("port = 4000\n")
    assert load(file=other).port == 4000
    assert load(SATCHEL_CONFIG=str(other)).port == 4000
    with pytest.raises(ConfigError, match="no settings file"):
        load(SATCHEL_CONFIG=str(tmp_path / "missing.toml"))


@pytest.mark.parametrize(
    ("variable", "text", "name", "value"),
    [
        ("SATCHEL_ACCESS_TOKEN_TTL_SECONDS", "15m", "access_token_ttl_seconds", 900),
        ("SATCHEL_REFRESH_TOKEN_TTL_SECONDS", "7d", "refresh_token_ttl_seconds", 604800),
        ("SATCHEL_BODY_LIMIT_BYTES", "32mib", "body_limit_bytes", 32 * 1024**2),
        ("SATCHEL_BODY_LIMIT_BYTES", "5 MB", "body_limit_bytes", 5_000_000),
        ("SATCHEL_BODY_LIMIT_BYTES", "1_000_000", "body_limit_bytes", 1_000_000),
        ("SATCHEL_SERVER_TIMING", "off", "server_timing", False),
        ("SATCHEL_CORS_ORIGINS", "https://a.example, https://b.example", "cors_origins", ("https://a.example", "https://b.example")),
        ("SATCHEL_CORS_ORIGINS", "", "cors_origins", ()),
        ("SATCHEL_DURABILITY", "NORMAL", "durability", "normal"),
        ("SATCHEL_STATEMENT_TIMEOUT_SECONDS", "0.5", "statement_timeout_seconds", 0.5),
        ("SATCHEL_QUERY_LIMIT_MAX", "-1", "query_limit_max", -1),
    ],
)  # fmt: skip
def test_texts_become_values(variable: str, text: str, name: str, value: object) -> None:
    assert getattr(load(**{variable: text}), name) == value


@pytest.mark.parametrize(
    ("flags", "complaint"),
    [
        ({"port": 70000}, '"port" .* at most 65535'),
        ({"port": "many"}, '"port" .* a whole number, not .many.'),
        ({"port": 1.5}, "a whole number"),
        ({"port": True}, "a whole number"),
        ({"workers": 0}, "at least 1"),
        ({"durability": "maybe"}, "full or normal"),
        ({"access_log": "perhaps"}, "true or false"),
        ({"cors_origins": [1]}, "a list of texts"),
        ({"statement_timeout_seconds": "inf"}, "a number"),
        ({"query_limit_max": -2}, "at least 1"),
        ({"host": "a\0b"}, "text"),
    ],
)
def test_values_out_of_place_are_refused(flags: dict[str, object], complaint: str) -> None:
    with pytest.raises(ConfigError, match=complaint):
        load(flags)


def test_unknown_settings_are_refused_with_a_guess(tmp_path: Path) -> None:
    (tmp_path / "satchel.toml").write_text("prot = 1000\n")
    with pytest.raises(ConfigError, match=r'no setting "prot".*Did you mean "port"'):
        load()
    with pytest.raises(ConfigError, match="no setting"):
        override(default_settings(), {"zzz": 1})


def test_misspelt_variables_are_found() -> None:
    found = dict(unknown_variables({"SATCHEL_PROT": "1", "SATCHEL_PORT": "1", "SATCHEL_XYZ": "1", "PATH": "/"}))
    assert found == {"SATCHEL_PROT": "SATCHEL_PORT"}


def test_broken_toml_is_a_config_error(tmp_path: Path) -> None:
    (tmp_path / "satchel.toml").write_text("port = \n")
    with pytest.raises(ConfigError, match="not valid TOML"):
        load()


def test_every_default_obeys_its_own_row() -> None:
    defaults = default_settings()
    for name, row in TABLE.items():
        assert getattr(override(defaults, {name: row.default}), name) == row.default
        assert row.help.endswith("."), name
        if row.kind in ("integer", "number"):
            assert row.minimum is not None, f"{name} has no minimum"


def test_secrets_are_never_shown() -> None:
    settings = load({"secret": "s3cr3t-s3cr3t-s3cr3t", "database_url": "postgresql://u:hunter2@h/d"})
    assert "s3cr3t" not in repr(settings)
    assert "hunter2" not in repr(settings)
    with pytest.raises(ConfigError) as caught:
        load({"secret": "short-one"})
    assert "short-one" not in str(caught.value)


# -------------------------------------------------------------------------------------------------------------- secret
def test_a_secret_is_made_once_and_kept(tmp_path: Path) -> None:
    settings = load({"data_dir": str(tmp_path / "new" / "data")})
    first = ensure_secret(settings).secret
    assert len(first) >= SECRET_LENGTH_MINIMUM
    assert ensure_secret(settings).secret == first
    mode = stat.S_IMODE((tmp_path / "new" / "data" / "secret").stat().st_mode)
    assert mode == 0o600
    assert [path.name for path in (tmp_path / "new" / "data").iterdir()] == ["secret"]


def test_a_given_secret_touches_nothing(tmp_path: Path) -> None:
    settings = load({"data_dir": str(tmp_path / "data"), "secret": "x" * 32})
    assert ensure_secret(settings) is settings
    assert not (tmp_path / "data").exists()


def test_workers_that_start_together_share_one_secret(tmp_path: Path) -> None:
    settings = load({"data_dir": str(tmp_path / "data")})
    with ThreadPoolExecutor(8) as pool:
        made = set(pool.map(lambda _: ensure_secret(settings).secret, range(32)))
    assert len(made) == 1


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_folder_that_can_t_be_written_is_a_config_error(tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    with pytest.raises(ConfigError, match="SATCHEL_SECRET"):
        ensure_secret(load({"data_dir": str(tmp_path / "data")}))


def test_a_spoilt_secret_is_refused(tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("short\n")
    with pytest.raises(ConfigError, match="too short"):
        ensure_secret(load({"data_dir": str(tmp_path)}))
