"""What is said to both servers about running them: settings, logs, limits, crons, the SQL console, backups."""

from __future__ import annotations

from typing import Any

from tests.wire.pocketbase.talk import Talk

SETTINGS = "/api/settings"


def settings(talk: Talk) -> None:
    """Settings: defaults, merging, and every complaint."""

    def patch(body: Any, note: str = "") -> None:
        talk.su("PATCH", SETTINGS, json=body, note=note or f"patch {body}")

    def limits(*rules: tuple[str, str]) -> None:
        made = [{"label": label, "audience": audience, "duration": 1, "maxRequests": 1} for label, audience in rules]
        patch({"rateLimits": {"rules": made}}, f"rules {rules}")

    talk.guest("GET", SETTINGS)
    talk.guest("PATCH", SETTINGS, json={})
    talk.su("POST", SETTINGS, json={})
    talk.su("GET", SETTINGS)
    talk.su("GET", SETTINGS, params={"fields": "meta.appName,batch"})
    patch({})
    patch({"nope": 1})
    patch({"META": {"APPNAME": "Up", "nope": 1}})
    talk.su("PATCH", SETTINGS, json={"meta": {"appName": "Fields"}}, params={"fields": "meta.appName"})
    for body in ([], "x", 1):
        patch(body)
    talk.su("PATCH", SETTINGS, content=b"{", headers={"content-type": "application/json"}, note="malformed")
    talk.su("PATCH", SETTINGS, data={"meta.appName": "by form"}, note="form")
    talk.su(
        "PATCH", SETTINGS, files={"@jsonPayload": (None, '{"meta":{"appName":"by payload"}}')}, note="multipart payload"
    )
    _meta(patch)
    _smtp(patch)
    for body in (
        {"s3": {"enabled": True}},
        {"s3": {"enabled": True, "bucket": "b", "region": "r", "endpoint": "nope nope", "accessKey": "a"}},
        {"s3": {"endpoint": "nope nope"}},
        {
            "s3": {
                "enabled": True,
                "bucket": "b",
                "region": "r",
                "endpoint": "http://x.com",
                "accessKey": "a",
                "secret": "s",
            }
        },
        {"s3": {"secret": ""}},
        {"s3": {"enabled": False, "secret": ""}},
        {"backups": {"s3": {"enabled": True}}},
        {"backups": {"cron": "@daily", "cronMaxKeep": 0}},
        {"backups": {"cronMaxKeep": -1}},
        {"backups": {"cron": "", "cronMaxKeep": 0}},
        {"batch": {"enabled": True, "maxRequests": 0, "timeout": 0}},
        {"batch": {"maxRequests": -1, "timeout": -1, "maxBodySize": -1}},
        {"batch": {"enabled": False, "maxRequests": 0, "timeout": 0}},
        {"batch": {"enabled": True, "maxRequests": 50, "timeout": 3}},
        {"logs": {"maxDays": -1, "minLevel": -100, "maxDataSize": -4}},
        {"logs": {"minLevel": 0.5}},
        {"logs": {"minLevel": -50, "maxDays": 0, "logIP": False, "logAuthId": True, "maxDataSize": 10}},
        {"trustedProxy": {"headers": ["X-Forwarded-For", ""], "useLeftmostIP": True}},
        {"trustedProxy": {"headers": None}},
        {"trustedProxy": {"headers": [1]}},
        {"superuserIPs": ["x", "10.0.0.0/8", "1.2.3.4"]},
        {"superuserIPs": ["300.0.0.1", ""]},
        {"superuserIPs": None},
    ):
        patch(body)
    for cron in CRONS:
        patch({"backups": {"cron": cron, "cronMaxKeep": 3}})
    for body in (
        {"enabled": True, "rules": []},
        {"enabled": False, "rules": []},
        {"excludedIPs": ["x"]},
        {"excludedIPs": ["127.0.0.1", "::1/64"]},
        {"enabled": False, "rules": [{"label": "a b", "audience": "x", "duration": 0, "maxRequests": 0}, {}]},
        {"rules": [{"label": "/api/", "duration": -1, "maxRequests": -1}]},
        {"rules": [None]},
        {"rules": "x"},
        {"rules": [{"LABEL": "/x/", "Duration": 5, "maxRequests": 5, "nope": 1}]},
        {"rules": [{"label": "/a", "duration": 1, "maxRequests": 1}, {"label": "/a", "duration": 0, "maxRequests": 1}]},
        {"rules": None},
    ):
        patch({"rateLimits": body})
    for label in LABELS:
        limits((label, ""))
    limits(("/api/", ""), ("/api/", "@guest"))
    limits(("/api/", "@guest"), ("/api/", ""))
    limits(("/api/", "@guest"), ("/api/", "@auth"))
    limits(("/api/", "@guest"), ("/api/", "@guest"), ("/api/", "@guest"))
    limits(("GET /api/", "@guest"), ("/api/", "@guest"))
    limits(("/a", ""), ("/A", ""))
    talk.su("GET", SETTINGS, note="what is left")


def _meta(patch: Any) -> None:
    for body in (
        {"appName": ""},
        {"appName": "x" * 256, "appURL": "nope", "senderName": "", "senderAddress": "bad", "accentColor": "zzz"},
        {"appURL": ""},
        {"accentColor": ""},
        {"accentColor": "#12"},
        {"accentColor": "#1234567"},
        {"accentColor": "#gggggg"},
        {"accentColor": "#ABCDEF", "appName": "<b>"},
        {"accentColor": "1234567"},
        {"senderName": "x" * 256},
        {"hideControls": "yes"},
        {"hideControls": True},
    ):
        patch({"meta": body})
    patch({"meta": None})
    patch({"meta": []})
    for url in ("http://x", "https://a.b/c?d#e", "x.com", "//x", "http://", "HTTP://X", "http://a b", "localhost:8090"):
        patch({"meta": {"appURL": url}})
    for address in ("a@b", "a@b.co", "A@EXAMPLE.COM", "a b@c.de", "a@ü.de"):
        patch({"meta": {"senderAddress": address}})


def _smtp(patch: Any) -> None:
    for body in (
        {"enabled": True, "host": "", "port": 0},
        {"enabled": True, "host": "a b", "port": -1, "authMethod": "X", "localName": "bad host!"},
        {"port": 70000},
        {"port": "587"},
        {"port": 1.5},
        {"port": 99999999999999999999},
        {"enabled": 1},
        {"enabled": None, "host": None},
        {"password": "secret", "username": "u"},
        {"authMethod": "LOGIN"},
        {"authMethod": "plain"},
    ):
        patch({"smtp": body})
    for name in ("a.b", "-a", "a-", "1.2.3.4", "::1", "[::1]", "a" * 64, "a_b", "ü.de", "a.b.", "localhost:25", "*.b"):
        patch({"smtp": {"localName": name}})


CRONS = (
    *("x", "* * *", "* * * * *", "60 * * * *", "*/5 * * * *", "*/0 * * * *", "1-5,7 * * * *", "5-1 * * * *"),
    *("@hourly", "@reboot", "@DAILY", "0 24 * * *", "0 0 0 * *", "0 0 32 * *", "0 0 * 13 *", "0 0 * * 7", "0 0 * * 6"),
    *("0 0 * jan *", " * * * * *", "*  * * * *", "* * * * * *", "1/5 * * * *", "1-10/3 * * * *", "a * * * *"),
    *("@monthly", "@annually", "@yearly", "@weekly", "@midnight", "1,2,99 * * * *", "-1 * * * *", "1- * * * *"),
    *("*/61 * * * *", "1,1 * * * *", "+1 * * * *", "01 * * * *", "*/x * * * *", "99-100 * * * *", "1/1 * * * *"),
    *("*/24 0 * * *", "0 */24 * * *", "0 */23 * * *", "1,,2 * * * *", "1/2/3 * * * *", "1-2-3 * * * *", "1.5 * * * *"),
)

LABELS = (
    *("*:list", "users:list", "users", "list", "POST /api/x", "post /api/x", "/", "/a b", "GET  /x", "api/", "*:*"),
    *("users:*", "/api/x?y", "*", "FOO /x", "/api/é", "", " /api/", "/api/users/abc-d_e", "a-b:list", "ü:list"),
)
