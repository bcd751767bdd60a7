"""The PocketBase wire as one mount: its routes, manners and headers.

In charge of: which path leads to which handler, the headers of every answer, health, and what is said to paths that
don't exist. Not in charge of: what a handler does. Called by the composition root.
"""

from __future__ import annotations

import re

from satchel.http.cors import CorsPolicy
from satchel.http.mount import Around, ErrorRenderer, Mount
from satchel.http.request import Request
from satchel.http.response import RawHeaders, Response
from satchel.http.router import Handler, Router
from satchel.wire.pocketbase.auth import Auth
from satchel.wire.pocketbase.auth_mail import AuthMail
from satchel.wire.pocketbase.auth_oauth2 import AuthOAuth2
from satchel.wire.pocketbase.auth_otp import AuthOtp
from satchel.wire.pocketbase.backups import Backups
from satchel.wire.pocketbase.batch import Batch
from satchel.wire.pocketbase.bucket_test import BucketTest
from satchel.wire.pocketbase.collections import Collections
from satchel.wire.pocketbase.crons import Crons
from satchel.wire.pocketbase.errors import ApiError, UnknownCollection, render_error
from satchel.wire.pocketbase.fields_param import parse_fields
from satchel.wire.pocketbase.files import UNFRAMED, Downloads
from satchel.wire.pocketbase.identity import actor_of, long_ip
from satchel.wire.pocketbase.limits import spend
from satchel.wire.pocketbase.logs import Logs
from satchel.wire.pocketbase.mail_test import MailTest
from satchel.wire.pocketbase.providers import Providers
from satchel.wire.pocketbase.realtime import Realtime
from satchel.wire.pocketbase.records import Records
from satchel.wire.pocketbase.services import Services
from satchel.wire.pocketbase.settings import Settings
from satchel.wire.pocketbase.shape import value_response
from satchel.wire.pocketbase.sql import Sql

PREFIX = "/api"
FILE_NOT_FOUND = "File not found."
RECORDS = re.compile(r"/api/collections/[^/]+/records(?:/[^/]+)?")

HEADERS: RawHeaders = [
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"vary", b"Origin"),
    (b"x-content-type-options", b"nosniff"),
    (b"x-frame-options", b"SAMEORIGIN"),
    (b"x-xss-protection", b"1; mode=block"),
]
UNFRAMED_HEADERS: RawHeaders = [entry for entry in HEADERS if entry[0] != b"x-frame-options"]
_PROXY_HEADERS = ("CF-Connecting-IP", "Fly-Client-IP", "X-Forwarded-For")


def pocketbase_mount(services: Services) -> Mount:
    """Everything under `/api`."""
    settings = services.settings
    return Mount(
        PREFIX,
        make_router(services),
        make_render(services),
        not_found=not_found,
        around=make_around(services),
        cors=CorsPolicy.from_origins(settings.cors_origins, credentials=settings.cors_credentials),
        quick=RECORDS,
    )


def make_router(services: Services) -> Router:
    router = Router()
    records, collections, auth, batch = Records(services), Collections(services), Auth(services), Batch(services)
    router.add("GET", "/api/health", Health(services).check)
    router.add("POST", "/api/batch", batch.run)
    realtime = Realtime(services)
    router.add("GET", "/api/realtime", realtime.open)
    router.add("POST", "/api/realtime", realtime.subscribe)

    settings = Settings(services)
    router.add("GET", "/api/settings", settings.view)
    router.add("PATCH", "/api/settings", settings.update)
    router.add("POST", "/api/settings/test/s3", BucketTest(services).run)

    router.add("POST", "/api/sql", Sql(services).run)

    backups = Backups(services)
    router.add("GET", "/api/backups", backups.list)
    router.add("POST", "/api/backups", backups.create)
    router.add("POST", "/api/backups/upload", backups.upload)
    router.add("GET", "/api/backups/{key}", backups.download)
    router.add("DELETE", "/api/backups/{key}", backups.delete)
    router.add("POST", "/api/backups/{key}/restore", backups.restore)

    crons = Crons(services)
    router.add("GET", "/api/crons", crons.list)
    router.add("POST", "/api/crons/{id}", crons.run)

    logs = Logs(services)
    router.add("GET", "/api/logs", logs.list)
    router.add("DELETE", "/api/logs", logs.delete)
    router.add("GET", "/api/logs/stats", logs.stats)
    router.add("GET", "/api/logs/{id}", logs.view)

    at = "/api/collections"
    router.add("GET", at, collections.list)
    router.add("POST", at, collections.create)
    router.add("PUT", f"{at}/import", collections.import_all)
    router.add("GET", f"{at}/meta/scaffolds", collections.scaffolds)
    router.add("POST", f"{at}/meta/dry-run-view", collections.dry_run_view)
    router.add("GET", f"{at}/{{collection}}", collections.view)
    router.add("PATCH", f"{at}/{{collection}}", collections.update)
    router.add("DELETE", f"{at}/{{collection}}", collections.delete)
    router.add("DELETE", f"{at}/{{collection}}/truncate", collections.truncate)

    router.add("GET", f"{at}/{{collection}}/records", records.list)
    router.add("POST", f"{at}/{{collection}}/records", records.create)
    router.add("GET", f"{at}/{{collection}}/records/{{id}}", records.view)
    router.add("PATCH", f"{at}/{{collection}}/records/{{id}}", records.update)
    router.add("DELETE", f"{at}/{{collection}}/records/{{id}}", records.delete)

    files = Downloads(services)
    router.add("POST", "/api/files/token", files.token)
    router.add("GET", "/api/files/{collection}/{id}/{name}", files.download)

    router.add("GET", f"{at}/{{collection}}/auth-methods", auth.methods)
    router.add("POST", f"{at}/{{collection}}/auth-with-password", auth.with_password)
    router.add("POST", f"{at}/{{collection}}/auth-refresh", auth.refresh)
    router.add("POST", f"{at}/{{collection}}/impersonate/{{id}}", auth.impersonate)

    at_one = f"{at}/{{collection}}"
    mail, otp, oauth2 = AuthMail(services), AuthOtp(services), AuthOAuth2(services)
    auth.providers = services.people.oauth2.methods
    router.add("POST", f"{at_one}/request-verification", mail.request_verification)
    router.add("POST", f"{at_one}/confirm-verification", mail.confirm_verification)
    router.add("POST", f"{at_one}/request-password-reset", mail.request_password_reset)
    router.add("POST", f"{at_one}/confirm-password-reset", mail.confirm_password_reset)
    router.add("POST", f"{at_one}/request-email-change", mail.request_email_change)
    router.add("POST", f"{at_one}/confirm-email-change", mail.confirm_email_change)
    router.add("POST", f"{at_one}/request-otp", otp.request)
    router.add("POST", f"{at_one}/auth-with-otp", otp.sign_in)
    router.add("POST", f"{at_one}/auth-with-oauth2", oauth2.sign_in)
    router.add("GET", "/api/oauth2-redirect", oauth2.redirect)
    router.add("POST", "/api/oauth2-redirect", oauth2.redirect)
    providers = Providers(services)
    router.add("GET", f"{at}/meta/oauth2-providers", providers.list)
    router.add("POST", "/api/settings/test/email", MailTest(services).send)
    router.add("POST", "/api/settings/apple/generate-client-secret", providers.apple_secret)
    return router


def make_around(services: Services) -> Around:
    """What stands before every handler: limits, and the wire's headers on every answer."""
    limiter = services.limiter

    async def around(request: Request, handler: Handler) -> Response:
        # an OPTIONS that is no preflight is answered much like one
        if request.method == "OPTIONS":
            return _options(request)
        if limiter.active or services.settings_store.current.superuser_ips:
            # superusers from elsewhere are refused here on every path, also on those that ask nobody's name
            spend(services, request, await actor_of(services, request))
        try:
            found = handler(request)
            response = found if isinstance(found, Response) else await found
        except ApiError as error:
            unknown = error.__cause__ if isinstance(error.__cause__, UnknownCollection) else error
            if not isinstance(unknown, UnknownCollection) or not await services.engine.has_come(unknown.name):
                raise
            found = handler(request)  # nothing was done yet
            response = found if isinstance(found, Response) else await found
        response.headers.extend(HEADERS if request.state is not UNFRAMED else UNFRAMED_HEADERS)
        return response

    return around


def _options(request: Request) -> Response:
    response = Response(204)
    response.headers.append((b"vary", b"Origin"))
    if request.header("origin") is not None:
        response.headers.append((b"vary", b"Access-Control-Request-Method"))
        response.headers.append((b"vary", b"Access-Control-Request-Headers"))
        response.headers.append((b"access-control-allow-methods", CorsPolicy().methods.encode("latin-1")))
    return response


def make_render(services: Services) -> ErrorRenderer:
    """How an error is answered: with the same headers."""

    def render(request: Request, error: Exception) -> Response:
        response = render_error(request, error, lambda: services.engine.catalog)
        response.headers.extend(HEADERS)
        return response

    return render


def not_found(request: Request) -> Response:
    """Never 405: a path that is read is looked for among files, any other is a resource that isn't there."""
    raise ApiError(404, FILE_NOT_FOUND if request.method in ("GET", "HEAD") else "")


class Health:
    """`GET /api/health`."""

    def __init__(self, services: Services) -> None:
        self._services = services

    async def check(self, request: Request) -> Response:
        actor = await actor_of(self._services, request)
        data: dict[str, object] = {}
        if actor.admin:
            headers = request.headers
            known = (*self._services.settings_store.current.trusted_proxy.headers, *_PROXY_HEADERS)
            proxy = next((name for name in known if headers.get(name.lower())), "")
            # "canBackup" says that no backup or restore is going on.
            possible = self._services.backups.is_possible()
            data = {"canBackup": possible, "realIP": long_ip(request.client_ip), "possibleProxyHeader": proxy}
        answer = {"message": "API is healthy.", "code": 200, "data": data}
        return value_response(answer, parse_fields(request.query.get("fields", "")))
