"""Sessions about auth collections as such: making and changing them, their options and what is refused."""

from __future__ import annotations

import copy
from typing import Any

from tests.wire.pocketbase.talk import Talk

NAME = "members"


def auth_making(talk: Talk) -> None:
    """What a new auth collection is, and how fields and indexes are put right."""
    at = "/api/collections"
    talk.su("POST", at, json={"name": NAME, "type": "auth", "fields": [{"name": "nick", "type": "text"}]})
    talk.su("GET", f"{at}/{NAME}")
    talk.su("GET", f"{at}/meta/scaffolds?fields=auth")
    talk.su("POST", at, json={"name": "a1", "type": "auth", "fields": [{"name": "email", "type": "text"}]})
    loose = [
        {"name": "email", "type": "email", "required": False, "onlyDomains": ["x.y"], "hidden": True},
        {"name": "password", "type": "password", "min": 3, "hidden": False},
        {"name": "verified", "type": "bool", "system": False},
    ]
    talk.su("POST", at, json={"name": "a2", "type": "auth", "fields": loose})
    talk.su("POST", at, json={"name": "a3", "type": "auth", "indexes": ["CREATE INDEX ix3 ON a3 (email)"]})
    indexes = ["CREATE UNIQUE INDEX ix4 ON a4 (email COLLATE NOCASE)", "CREATE UNIQUE INDEX ix5 ON a4 (`tokenKey`)"]
    talk.su("POST", at, json={"name": "a4", "type": "auth", "indexes": indexes})
    user = [{"name": "username", "type": "text"}]
    talk.su(
        "POST",
        at,
        json={"name": "a5", "type": "auth", "fields": user, "passwordAuth": {"identityFields": ["username"]}},
    )
    unique = ["CREATE UNIQUE INDEX `idx_u` ON `a5` (`username` COLLATE NOCASE)"]
    password = {"enabled": True, "identityFields": ["username", "email"]}
    talk.su(
        "POST", at, json={"name": "a5", "type": "auth", "fields": user, "indexes": unique, "passwordAuth": password}
    )
    talk.su("POST", at, json={"name": "a6", "type": "auth", "authRule": None, "manageRule": "@request.auth.id != ''"})
    talk.su("PATCH", f"{at}/{NAME}", json={"indexes": []})
    talk.su("PATCH", f"{at}/a5", json={"indexes": ["CREATE UNIQUE INDEX ix9 ON a5 (tokenKey)", *unique]})
    talk.su("PATCH", f"{at}/{NAME}", json={"fields": []})
    talk.su("PATCH", f"{at}/{NAME}", json={"name": "people"})
    talk.su("PATCH", f"{at}/people", json={"type": "base"})
    talk.su("DELETE", f"{at}/people")


def auth_fields(talk: Talk) -> None:
    """What can be said of the system fields, and what not."""
    at = f"/api/collections/{NAME}"
    talk.su(
        "POST", "/api/collections", json={"name": NAME, "type": "auth", "fields": [{"name": "nick", "type": "text"}]}
    )
    shown = talk.su("GET", at).json()["fields"]

    def changed(note: str, field: str, **change: Any) -> None:
        wanted = copy.deepcopy(shown)
        next(item for item in wanted if item["name"] == field).update(change)
        talk.su("PATCH", at, json={"fields": wanted}, note=note)

    changed("email optional", "email", required=False)
    changed("email hidden", "email", hidden=True)
    changed("email not system", "email", system=False)
    changed("email renamed", "email", name="mail")
    changed("password open", "password", hidden=False, min=1)
    changed("password optional", "password", required=False)
    changed("token key open", "tokenKey", hidden=False)
    changed("verified hidden", "verified", hidden=True, required=True)
    changed("email of a domain", "email", onlyDomains=["a.b"])
    without = [item for item in shown if item["name"] != "email"]
    talk.su("PATCH", at, json={"fields": without}, note="email left out")


def auth_options(talk: Talk) -> None:
    """Every option, merged, reset and refused."""
    at = f"/api/collections/{NAME}"
    talk.su(
        "POST", "/api/collections", json={"name": NAME, "type": "auth", "fields": [{"name": "nick", "type": "text"}]}
    )

    def set_to(**body: Any) -> None:
        talk.su("PATCH", at, json=body, note=str(body)[:150])

    for seconds in (1, 99999999, 0, "x", 600):
        set_to(authToken={"duration": seconds})
    set_to(authToken={"duration": 99999999, "secret": "abc"})
    set_to(fileToken={"secret": "x" * 300})
    set_to(fileToken={"secret": "x" * 30})
    set_to(authToken={})
    set_to(authToken=None)
    set_to(otp={"length": 2, "duration": 5})
    set_to(otp={"enabled": True, "length": 2, "duration": 5, "emailTemplate": {"subject": "", "body": ""}})
    set_to(otp={"enabled": True, "length": 0, "duration": 0})
    set_to(otp={"length": 6, "duration": 100})
    set_to(mfa={"enabled": True})
    set_to(mfa={"duration": 100000})
    set_to(otp={"enabled": True}, mfa={"enabled": True, "rule": "nope=1"})
    set_to(otp={"enabled": True}, mfa={"enabled": True, "rule": "nope=1", "duration": 600})
    set_to(otp={"enabled": True}, mfa={"enabled": True, "rule": 'nick="x"', "duration": 600})
    set_to(otp={"enabled": False})
    set_to(mfa=None)
    set_to(otp=None)
    set_to(authAlert=None)
    set_to(authAlert={"enabled": False, "emailTemplate": {"subject": ""}})
    set_to(authAlert={"enabled": False})
    for names in ([], ["nick"], ["nope"], ["verified", "email"], ["email", "email"], ["id"], None, "email"):
        set_to(passwordAuth={"identityFields": names})
    set_to(passwordAuth=None)
    set_to(passwordAuth={"enabled": True, "identityFields": ["email"]})
    google = {"name": "google", "clientId": "a", "clientSecret": "b"}
    set_to(oauth2={"enabled": True, "providers": [{"name": "google"}]})
    set_to(oauth2={"enabled": False, "providers": [{"name": "google"}]})
    set_to(oauth2={"enabled": True, "providers": [{**google, "name": "nope"}]})
    set_to(oauth2={"enabled": True, "providers": [{**google, "name": ""}]})
    set_to(oauth2={"enabled": True, "providers": [google, google]})
    set_to(oauth2={"enabled": True, "providers": [{**google, "authURL": "x", "tokenURL": "y", "userInfoURL": "z"}]})
    more = {"pkce": None, "extra": {"a": 1}, "displayName": "X", "authURL": "http://x.y/z"}
    set_to(oauth2={"enabled": True, "providers": [{**google, **more}]})
    set_to(oauth2={"providers": [{"name": "google", "clientId": "a2"}]})
    set_to(oauth2={"providers": [{"name": "google", "clientSecret": ""}]})
    set_to(oauth2={"mappedFields": {"name": "nope", "avatarURL": "verified", "id": "tokenKey", "username": "id"}})
    set_to(oauth2={"providers": []})
    set_to(oauth2=None)
    set_to(authRule="nope=1")
    set_to(authRule="nick = 'x'")
    set_to(authRule=None)
    set_to(manageRule="")
    set_to(manageRule="nope=1")
    set_to(manageRule="@request.auth.id != ''")
    set_to(manageRule=None)
    set_to(verificationTemplate={"subject": "", "body": ""})
    set_to(verificationTemplate={"body": "x"})
    set_to(resetPasswordTemplate=None)
    set_to(confirmEmailChangeTemplate={"subject": "a" * 300})
    set_to(confirmEmailChangeTemplate={"subject": 1})
    set_to(listRule="nope=1", authRule="nope=2", authToken={"duration": 1})
