"""Options of identity providers: where they may be written, and what is said when one is wrong."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from typing import Any, cast

import pytest
from tests.saml_provider import SamlProvider

from satchel.auth.sign_on.contract import Tools
from satchel.auth.sign_on.drivers import DRIVERS, Provider, build_providers, rows_of
from satchel.auth.sign_on.options import Options, read_options
from satchel.config import Settings, load_settings
from satchel.errors import ConfigError

ROLE = "aaaaaaaa-0000-4000-8000-000000000001"
TOOLS = Tools(cast("Any", None), cast("Any", None), cast("Any", None), 5.0, cast("Any", None))
OPENID = {"DRIVER": "openid", "CLIENT_ID": "satchel", "ISSUER_URL": "https://id.example.com"}


def load(variables: dict[str, str], file: Path | None = None) -> Settings:
    return load_settings(environment=variables, file=file)


def variables(name: str = "GOOGLE", prefix: str = "SATCHEL_AUTH_", **more: str) -> dict[str, str]:
    return {f"{prefix}{name}_{option}": value for option, value in {**OPENID, **more}.items()}


def providers(settings: Settings) -> list[Provider]:
    return [provider for provider, _ in build_providers(settings.auth, TOOLS)]


def options(settings: Settings, name: str = "google", driver: str = "openid") -> Options:
    return read_options(name, settings.auth[name], rows_of(DRIVERS[driver]))


def refusal(given: dict[str, str], **more: str) -> str:
    with pytest.raises(ConfigError) as caught:
        providers(load({"SATCHEL_AUTH_PROVIDERS": "google", **given, **more}))
    return str(caught.value)


def test_tables_and_variables_say_the_same(tmp_path: Path) -> None:
    file = tmp_path / "satchel.toml"
    file.write_text(
        'port = 9\n[auth.google]\ndriver = "openid"\nclient_id = "satchel"\nissuer_url = "https://id.example.com"\n'
        f'sync_user_info = true\nredirect_allow_list = ["https://a.io/x"]\ndefault_role_id = "{ROLE}"\n'
        '[auth.google.role_mapping]\nstaff = "aaaaaaaa-0000-4000-8000-000000000002"\n'
    )
    by_file = load({}, file)
    assert by_file.port == 9
    by_variable = load(
        {
            "AUTH_PROVIDERS": "google",
            **variables(
                prefix="AUTH_",
                SYNC_USER_INFO="true",
                REDIRECT_ALLOW_LIST="https://a.io/x",
                DEFAULT_ROLE_ID=ROLE.upper(),
                ROLE_MAPPING='json:{"staff":"aaaaaaaa-0000-4000-8000-000000000002"}',
            ),
        }
    )
    (one,), (other,) = providers(by_file), providers(by_variable)
    assert one.membership == other.membership
    assert one.membership.default_role == ROLE
    assert (one.redirect_allow_list, one.mode, one.label) == (("https://a.io/x",), "session", "Google")
    assert other.redirect_allow_list == one.redirect_allow_list


def test_ours_wins_over_theirs_and_variables_over_the_file(tmp_path: Path) -> None:
    file = tmp_path / "satchel.toml"
    file.write_text('[auth.google]\ndriver = "saml"\nclient_id = "file"\n')
    given = {"AUTH_GOOGLE_CLIENT_ID": "theirs", "SATCHEL_AUTH_GOOGLE_CLIENT_ID": "ours", "AUTH_GOOGLE_DRIVER": "openid"}
    found = load(given, file).auth["google"]
    assert {name: item.value for name, item in found.items()} == {"driver": "openid", "client_id": "ours"}
    assert found["client_id"].origin == "SATCHEL_AUTH_GOOGLE_CLIENT_ID"


def test_of_two_names_that_fit_the_longer_one_is_meant() -> None:
    given = {**variables("ID"), **variables("ID_WORK", CLIENT_ID="work")}
    settings = load({"SATCHEL_AUTH_PROVIDERS": "id,id-work", **given})
    assert settings.auth["id-work"]["client_id"].value == "work"
    assert set(settings.auth["id"]) == {"driver", "client_id", "issuer_url"}


def test_values_as_directus_writes_them(tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("from a file\n")
    given = variables(
        CLIENT_SECRET_FILE=str(tmp_path / "secret"),
        PARAMS='{"response_mode":"form_post"}',
        PARAMS__CLAIMS='string:{"id_token":{"email":null}}',
        LABEL="string:Company",
    )
    found = options(load({"SATCHEL_AUTH_PROVIDERS": "google", **given}))
    assert found.text("client_secret") == "from a file"
    assert found.text("label") == "Company"
    assert found.entries("params")["claims"] == 'string:{"id_token":{"email":null}}'.removeprefix("string:")


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({"DRIVER": "openldap"}, '"driver" of the identity provider "google" (from SATCHEL_AUTH_GOOGLE_DRIVER)'),
        ({"CLIENT_ID": ""}, "must be given"),
        ({"ISSUER_URL": "id.example.com"}, "must be an address that begins with http:// or https://"),
        ({"ISSUER_URL": "https://u:p@id.example.com"}, "must be an address"),
        ({"MODE": "json"}, "must be session or cookie"),
        ({"SYNC_USER_INFO": "maybe"}, "must be true or false"),
        ({"PARAMS": "json:{"}, "must be JSON"),
        ({"PARAMS": "[1]"}, "must be an object"),
        ({"DEFAULT_ROLE_ID": "admin"}, "must be the id of a role"),
        ({"ROLE_MAPPING": '{"a":"b"}'}, "must be the id of a role"),
        ({"CLIENT_IDD": "x"}, 'has no option "client_idd" (from SATCHEL_AUTH_GOOGLE_CLIENT_IDD). Did you mean'),
        ({"CLIENT_SECRET_FILE": "/nowhere"}, "can't be read"),
    ],
    ids=lambda value: str(next(iter(value))) if isinstance(value, dict) else "",
)
def test_what_is_wrong_names_the_variable(more: dict[str, str], said: str) -> None:
    assert said in refusal(variables(**more))


def test_a_wrong_secret_is_not_repeated() -> None:
    metadata = {"DRIVER": "saml", "IDP_METADATA": "<hunter2/>", "SP_PRIVATE_KEY": "hunter2"}
    given = {f"SATCHEL_AUTH_GOOGLE_{name}": value for name, value in metadata.items()}
    assert "hunter2" not in refusal(given)
    assert "hunter2" not in repr(load({"SATCHEL_AUTH_PROVIDERS": "google", **given}))


def test_what_directus_has_beyond_ours_is_no_error() -> None:
    settings = load({"AUTH_PROVIDERS": "google", **variables(prefix="AUTH_", CLIENT_TIMEOUT="5")})
    ((_, unknown),) = build_providers(settings.auth, TOOLS)
    assert unknown == ("AUTH_GOOGLE_CLIENT_TIMEOUT",)


def test_our_name_at_a_provider_is_never_the_requests_choice() -> None:
    given = {"DRIVER": "saml", "IDP_METADATA": SamlProvider().metadata()}
    found = {f"SATCHEL_AUTH_GOOGLE_{name}": value for name, value in given.items()}
    said = refusal(found)
    assert '"entity_id"' in said
    assert "public_url" in said


def test_a_directory_is_asked_by_name_and_password_or_by_nobody() -> None:
    given = {"DRIVER": "ldap", "CLIENT_URL": "ldap://x", "USER_DN": "dc=x", "BIND_DN": "cn=a"}
    found = {f"SATCHEL_AUTH_GOOGLE_{name}": value for name, value in given.items()}
    assert '"bind_password"' in refusal(found)
    assert "start_tls" in refusal(
        {**found, "SATCHEL_AUTH_GOOGLE_BIND_PASSWORD": "x"},
        SATCHEL_AUTH_GOOGLE_CLIENT_URL="ldaps://x",
        SATCHEL_AUTH_GOOGLE_START_TLS="true",
    )


def test_a_missing_package_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    assert "pip install 'satchel[ldap]'" in refusal({"SATCHEL_AUTH_GOOGLE_DRIVER": "ldap"})


@pytest.mark.parametrize("name", ["default", "a b", "../x", "1st"])
def test_not_everything_can_be_a_name(name: str) -> None:
    with pytest.raises(ConfigError):
        providers(load({"SATCHEL_AUTH_PROVIDERS": name}))
