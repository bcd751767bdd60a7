"""What is said to both servers about running them: settings, logs, limits, crons, the SQL console, backups."""

from __future__ import annotations

import time
from typing import Any

from tests.servers import EMAIL, PASSWORD
from tests.wire.pocketbase.talk import Talk

SETTINGS = "/api/settings"
WRITTEN_SECONDS = 3.5


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


def rate_limits(talk: Talk) -> None:
    """Rate limits: which label counts, for whom, and what is counted apart."""
    things = "/api/collections/things/records"
    for name in ("things", "Other"):
        rules = dict.fromkeys(("listRule", "viewRule", "createRule", "updateRule", "deleteRule"), "")
        body = {"name": name, "fields": [{"name": "t", "type": "text"}], **rules}
        talk.su("POST", "/api/collections", json=body, params={"fields": "name"})
    step = 0

    def use(*rules: tuple[str, str, int], **more: Any) -> None:
        nonlocal step
        step += 1
        made = [{"label": label, "audience": who, "duration": 60, "maxRequests": most} for label, who, most in rules]
        body = {"enabled": True, "excludedIPs": [], "rules": made, **more}
        talk.su("PATCH", SETTINGS, json={"rateLimits": body}, note=f"{step} use {rules}")

    def ask(times: int, method: str, path: str, **more: Any) -> None:
        for count in range(1, times + 1):
            talk.guest(method, path, note=f"{step} {method} {path} {count}", **more)

    use(("things:list", "", 2))
    ask(3, "GET", things)
    ask(1, "GET", "/api/collections/THINGS/records")
    ask(1, "HEAD", things)
    ask(1, "GET", "/api/collections/Other/records")
    talk.su("GET", things, params={"fields": "id"})
    use(("*:list", "", 2), ("/api/", "", 1))
    ask(3, "GET", things)
    ask(3, "GET", "/api/collections/Other/records")
    ask(2, "GET", "/api/health")
    ask(2, "GET", "/api/nope")
    use(("/api/", "", 1))
    ask(2, "GET", things)
    ask(2, "GET", f"{things}/x")
    ask(2, "GET", "/api/collections/Other/records")
    ask(2, "GET", "/api/health")
    use(("/api/health", "", 1))
    ask(2, "GET", "/api/health")
    ask(1, "GET", "/api/%68ealth")
    ask(1, "GET", "/api/health?x=1")
    ask(1, "POST", "/api/health")
    ask(2, "OPTIONS", "/api/health")
    use(("/", "", 1))
    ask(1, "GET", "/api/health")
    ask(1, "GET", "/api/settings")
    use(("/api/", "", 1))
    ask(2, "GET", "/api")
    use(("/api/", "", 2), ("/api/health", "", 1))
    ask(2, "GET", "/api/health")
    use(("/api/health", "", 1), ("GET /api/", "", 3))
    ask(4, "GET", "/api/health")
    use(("/api/", "", 4), ("/api/collections/", "", 2))
    ask(5, "GET", "/api/collections/x/y")
    use(("/api/collections/", "", 2), ("/api/", "", 4))
    ask(3, "GET", "/api/collections/x/y")
    ask(5, "GET", "/api/nope")
    use(("/api/hea", "", 1))
    ask(2, "GET", "/api/health")
    use(("POST /api/", "", 1), ("/api/", "", 2))
    ask(2, "POST", "/api/batch")
    ask(3, "GET", "/api/health")
    use(("things:list", "@auth", 1))
    ask(2, "GET", things)
    use(("things:list", "@auth", 1), ("*:list", "@auth", 2), ("/api/", "@guest", 3))
    ask(4, "GET", things)
    use(("things:list", "@guest", 1))
    ask(2, "GET", things)
    use(("things:list", "", 1), excludedIPs=["127.0.0.0/8"])
    ask(2, "GET", things)
    use(*((f"*:{action}", "", 1) for action in ("create", "view", "update", "delete")))
    ask(2, "POST", things, json={"t": ""}, params={"fields": "t"})
    ask(2, "GET", f"{things}/x")
    ask(2, "PATCH", f"{things}/x", json={})
    ask(2, "DELETE", f"{things}/x")
    use((things, "", 2))
    ask(3, "GET", things)
    ask(1, "POST", things, json={}, params={"fields": "t"})
    wrong = {"identity": "a", "password": "b"}
    sign_in = "/api/collections/_superusers/auth-with-password"
    use(("*:auth", "", 1), ("*:authWithPassword", "", 2))
    ask(3, "POST", sign_in, json=wrong)
    use(("_superusers:auth", "", 1), ("/api/", "", 1))
    ask(2, "POST", sign_in, json=wrong)
    use(("*:listAuthMethods", "", 1), ("*:authRefresh", "", 1))
    ask(2, "GET", "/api/collections/_superusers/auth-methods", params={"fields": "password"})
    ask(2, "POST", "/api/collections/_superusers/auth-refresh")
    talk.su("PATCH", SETTINGS, json={"rateLimits": {"enabled": False}}, note="off")
    ask(2, "POST", sign_in, json=wrong)


def addresses(talk: Talk) -> None:
    """Who the client is behind proxies, and where superusers may come from."""

    def trust(*headers: str, leftmost: bool = False) -> None:
        body = {"trustedProxy": {"headers": headers, "useLeftmostIP": leftmost}}
        talk.su("PATCH", SETTINGS, json=body, params={"fields": "trustedProxy"}, note=f"trust {headers} {leftmost}")

    def ask(**headers: str) -> None:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        talk.su("GET", "/api/health", headers=named, params={"fields": "data"}, note=f"{named}")

    ask(X_Forwarded_For="1.2.3.4", CF_Connecting_IP="2.2.2.2")
    ask(X_Forwarded_For="1.2.3.4")
    trust("X-Real", "X-Forwarded-For")
    ask(X_Forwarded_For="1.2.3.4, 5.6.7.8", X_Real="bad")
    ask(X_Forwarded_For="9.9.9.9, bad")
    ask(X_Real="::1")
    ask(X_Real="2001:db8::1")
    ask(X_Real="1.2.3.4:80")
    ask(X_Real="[::1]:80")
    ask(X_Forwarded_For="bad", X_Real="")
    ask(Fly_Client_IP="1.2.3.4")
    trust("X-Real", "X-Forwarded-For", leftmost=True)
    ask(X_Forwarded_For="bad, 1.2.3.4, 5.6.7.8")
    trust("X-Real")
    inside = {"X-Real": "10.1.2.3"}
    talk.su("PATCH", SETTINGS, json={"superuserIPs": ["10.0.0.0/8"]}, params={"fields": "superuserIPs"})
    for path in ("/api/health", "/api/collections", "/api/nope", "/api/collections/_superusers/auth-methods"):
        talk.su("GET", path, note=f"outside {path}")
        talk.guest("GET", path, note=f"guest {path}")
    sign_in = "/api/collections/_superusers/auth-with-password"
    good = {"identity": EMAIL, "password": PASSWORD}
    talk.guest("POST", sign_in, json=good, note="sign in outside")
    talk.guest("POST", sign_in, json={**good, "password": "wrong"}, note="wrong password outside")
    talk.guest("POST", sign_in, json={}, note="nothing outside")
    talk.su("POST", "/api/collections/_superusers/auth-refresh", note="refresh outside")
    talk.guest("POST", sign_in, json=good, headers=inside, note="sign in inside")
    talk.su("GET", "/api/health", headers=inside, params={"fields": "data"}, note="inside")
    talk.su("PATCH", SETTINGS, json={"superuserIPs": []}, headers=inside, params={"fields": "superuserIPs"})
    talk.su("GET", "/api/health", params={"fields": "data"}, note="from anywhere")


LOGGED = (
    "message,level,data.type,data.auth,data.status,data.url,data.method,data.referer,data.error,data.userIP,"
    "data.userAgent"
)


def logs(talk: Talk) -> None:
    """Logs: what is written, and how it is asked for."""
    at = "/api/logs"

    def show(note: str, fields: str = LOGGED, **parameters: Any) -> None:
        talk.su("GET", at, params={"fields": fields, "perPage": 50, **parameters}, note=note)

    for path in (at, f"{at}/stats", f"{at}/x"):
        talk.guest("GET", path)
    talk.guest("DELETE", at)
    time.sleep(WRITTEN_SECONDS)
    talk.su("DELETE", at)
    time.sleep(WRITTEN_SECONDS)
    show("empty but for the deletion", filter="data.method!='DELETE'")
    talk.su("DELETE", at)
    talk.guest("GET", "/api/collections/nope/records?filter=t%3D%22x%22")
    talk.guest("GET", "/api/nope")
    talk.guest("POST", "/api/collections/_superusers/auth-with-password", json={"identity": "a", "password": "b"})
    talk.su("GET", "/api/health", headers={"Referer": "http://example.com/"}, params={"fields": "code"})
    talk.guest("HEAD", "/api/health")
    time.sleep(WRITTEN_SECONDS)
    known = "data.url!~'/api/logs'"
    show("all", filter=known, sort="message")
    show("as it comes", filter=f"{known} && data.method!='POST'")
    show("by the order of writing", filter=f"{known} && data.method!='POST'", sort="-@rowid")
    show("a page", filter=known, page=2, perPage=2, sort="message")
    show("without a total", filter=known, skipTotal=1, perPage=2, sort="message")
    for text in (
        *(
            "data.status>=400",
            "data.auth='_superusers'",
            "data.status=404",
            "level>0",
            "message~'health'",
            "data.nope=1",
        ),
        *("data.url~'nope'", "created>'2020-01-01'", "nope=1", "data.status='404'", "data.execTime>0.00001"),
        *("data.method='GET' && data.type='request'", "data.a.b=1", "data.status?=404", "data~'health'"),
        *("rowid>0", "level=8 || level=0", "@now>created", "x", "id!=''"),
    ):
        show(text, "message", filter=f"{known} && ({text})", sort="message")
    for text in ("-message", "level,message", "data.status,message", "-data.status,-message", "nope", "data.url"):
        show(f"sort {text}", "message", filter=known, sort=text)
    for name, value in (("page", "x"), ("page", "-1"), ("perPage", "0"), ("perPage", "5000")):
        show(f"{name} {value}", "page,perPage", filter=known, **{name: value})
    found = talk.client.get(at, params={"filter": known, "sort": "message"}, headers={"Authorization": talk.token})
    identifier = found.json()["items"][0]["id"]
    talk.su("GET", f"{at}/{identifier}", params={"fields": LOGGED}, note="one")
    talk.guest("GET", f"{at}/{identifier}", note="one for a guest")
    talk.su("GET", f"{at}/nope")
    talk.su("DELETE", f"{at}/{identifier}", note="delete one")
    talk.su("GET", f"{at}/stats", params={"filter": f"{known} && data.status=404"}, note="stats of some")
    talk.su("GET", f"{at}/stats", params={"filter": f"{known} && data.nope=404"}, note="stats of none")
    talk.su("GET", f"{at}/stats", params={"filter": "nope=1"})
    talk.su("GET", f"{at}/stats/x")
    talk.su("POST", at, json={})
    for change in ({"logIP": False, "logAuthId": True}, {"minLevel": 5, "logIP": True}, {"minLevel": 0, "maxDays": 0}):
        talk.su("PATCH", SETTINGS, json={"logs": change}, params={"fields": "logs"}, note=f"{change}")
        talk.su("DELETE", at, note=f"after {change}")
        talk.su("GET", "/api/health", params={"fields": "code"}, note=f"asked after {change}")
        talk.guest("GET", "/api/nope", note=f"failed after {change}")
        time.sleep(WRITTEN_SECONDS)
        show(f"after {change}", "message,level,data.auth,data.userIP,data.remoteIP", filter=known, sort="message")


def crons(talk: Talk) -> None:
    """Crons: the list, and beginning one."""
    at = "/api/crons"
    talk.guest("GET", at)
    talk.guest("POST", f"{at}/__pbLogsCleanup__")
    talk.su("GET", at)
    talk.su("GET", at, params={"fields": "id"})
    talk.su("GET", f"{at}/__pbLogsCleanup__")
    talk.su("POST", at)
    for name in ("nope", "__pbDBOptimize__", "__pbLogsCleanup__", "__PBlogscleanup__", "__pbAutoBackup__"):
        talk.su("POST", f"{at}/{name}")
    talk.su("PATCH", SETTINGS, json={"backups": {"cron": "0 5 * * *"}}, params={"fields": "backups.cron"})
    talk.su("GET", at, note="with backups")
    talk.su("PATCH", SETTINGS, json={"backups": {"cron": ""}}, params={"fields": "backups.cron"})
    talk.su("GET", at, note="without backups")


def renamed_limits(talk: Talk) -> None:
    """Rate limits follow a collection to its new name."""
    fields = {"fields": "rateLimits.rules"}

    def limit(*rules: tuple[str, str]) -> None:
        made = [{"label": label, "audience": who, "duration": 60, "maxRequests": 9} for label, who in rules]
        talk.su("PATCH", SETTINGS, json={"rateLimits": {"rules": made}}, params=fields)

    def rename(old: str, new: str) -> None:
        talk.su("PATCH", f"/api/collections/{old}", json={"name": new}, params={"fields": "name"})
        talk.su("GET", SETTINGS, params=fields, note=f"after {old} → {new}")

    talk.su("POST", "/api/collections", json={"name": "shops"}, params={"fields": "name"})
    limit(("shops:list", ""), ("shops:create", "@auth"), ("*:list", ""), ("shopsmore:list", ""), ("/api/shops:x", ""))
    rename("shops", "stores")
    rename("stores", "Stores")
    rename("Stores", "stores")
    talk.su("PATCH", "/api/collections/stores", json={"name": "no good"}, note="refused")
    talk.su("GET", SETTINGS, params=fields, note="after a refused one")
    limit(("stores:list", ""), ("kiosks:list", ""))
    talk.su("PATCH", "/api/collections/stores", json={"name": "kiosks"}, note="two rules for one label")
    talk.su("GET", "/api/collections/stores", params={"fields": "name"})


def backups(talk: Talk) -> None:
    """Backups: names, listing, uploading, deleting, and what can't be restored."""
    at = "/api/backups"
    for method, path in (("GET", at), ("POST", at), ("POST", f"{at}/upload"), ("DELETE", f"{at}/a.zip")):
        talk.guest(method, path)
    talk.guest("POST", f"{at}/a.zip/restore")
    talk.su("GET", at)
    for name in ("a.zip", "a.zip", "A.zip", "a b.zip", "../x.zip", "x", "x.tar", "ä.zip", ".zip", "a.b.zip", "@a.zip"):
        talk.su("POST", at, json={"name": name})
    talk.su("POST", at, json={"name": "-.zip"})
    talk.su("POST", at, json={"name": "x" * 147 + ".zip"})
    talk.su("POST", at, json={"name": 1})
    talk.su("GET", at, params={"fields": "key"})
    for path in (f"{at}/a.zip", f"{at}/a.zip?token=x", f"{at}/nope.zip", f"{at}/upload", f"{at}/..%2fdata.db"):
        talk.guest("GET", path)
        talk.su("GET", path)
    content = b"PK\x05\x06" + bytes(18)  # an archive without entries

    def upload(name: str, sent: bytes = content, field: str = "file") -> None:
        talk.su(
            "POST", f"{at}/upload", files={field: (name, sent, "application/zip")}, note=f"upload {name} {len(sent)}"
        )

    for name in ("up.zip", "up.zip", "Up 2.zip", "../../evil.zip"):
        upload(name)
    upload("other.zip", field="nope")
    talk.su("POST", f"{at}/upload", json={})
    talk.su("GET", at, params={"fields": "key"}, note="what is there")
    talk.su("DELETE", f"{at}/up.zip")
    talk.su("DELETE", f"{at}/up.zip", note="again")
    talk.su("DELETE", f"{at}/..%2fdata.db")
    for name in ("nope.zip", "..%2f..%2fx"):
        talk.su("POST", f"{at}/{name}/restore")
    talk.su("POST", f"{at}/a.zip")
    talk.su("GET", at, params={"fields": "key"}, note="what is left")


def sql(talk: Talk) -> None:
    """The SQL console."""
    rules = dict.fromkeys(("listRule", "viewRule"), "")
    fields = [{"name": "t", "type": "text"}, {"name": "n", "type": "number"}, {"name": "b", "type": "bool"}]
    talk.su("POST", "/api/collections", json={"name": "things", "fields": fields, **rules}, params={"fields": "name"})
    talk.guest("POST", "/api/sql", json={"query": "select 1"})
    talk.su("GET", "/api/sql")
    # how long it took is each server's own business
    shown = {"fields": "affectedRows,columns,rows"}
    for query in STATEMENTS:
        talk.su("POST", "/api/sql", json={"query": query}, params=shown, note=query[:60])
    for body in ({}, {"query": ""}, {"query": 1}, {"query": None}, {"QUERY": "select 1"}, {"query": "x" * 5001}):
        talk.su("POST", "/api/sql", json=body, params=shown)
    talk.su("POST", "/api/sql", data={"query": "select 1"}, params=shown, note="form")
    talk.su("GET", "/api/collections/things/records", params={"fields": "id,t"}, note="what was written")


STATEMENTS = (
    "select 1 as a, 'x' as b, null as n, 1.5 as f, 2.0 as g, x'4142' as bl, 1e20 as big, 123456.0, 1234567.0, 0.00001",
    "select 1e6, 1e-4, 0.1, -1.25e-7, 1e300, 100.0, 99999.5, 123456.75, 3.0e5, -2.0, 1e5, 12345678.5",
    "insert into things (id, t) values ('abc', 'y')",
    "insert into things (id, t) values ('abc2', 'y'), ('abc3', 'z')",
    "  UPDATE things set t = 'q' where id != 'abc'",
    "update things set t = 'q' returning id",
    "-- a comment\nselect count(*) from things",
    "select id, t, n, b from things order by id",
    "select t, count(*) from things group by t",
    "select 1; select 2",
    "with a as (select 1 x) select * from a",
    "with x as (select 1) delete from things where 0",
    "values (1, 2), (3, 4)",
    "select true, date('2020-01-01'), 9007199254740993",
    "select 1 as a, 2 as a",
    "replace into things (id, t) values ('r', 'r')",
    ";",
)
