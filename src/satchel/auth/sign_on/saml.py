"""Signing on by SAML 2.0: the person is whoever a signed assertion is about.

In charge of: the driver's options, requests (HTTP-Redirect), what an assertion means here, each being good once, and
the end of a session at the provider. Not in charge of: signatures and conditions (`saml_response`), descriptions
(`saml_metadata`). Sources: SAML 2.0 Bindings 3.4, Profiles 4.1 and 4.4.
"""

from __future__ import annotations

import base64
import zlib
from collections.abc import Mapping
from datetime import datetime
from typing import Any
from urllib.parse import quote
from uuid import uuid4
from xml.sax.saxutils import escape, quoteattr

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from satchel.auth.providers.contract import Unusable
from satchel.auth.sign_on.code_flow import ROLE_MAPPING
from satchel.auth.sign_on.contract import Arrival, Departure, Driver, Identity, Tools
from satchel.auth.sign_on.options import Option, Options
from satchel.auth.sign_on.saml_metadata import (
    ASSERTION,
    POST,
    PROTOCOL,
    BadDocument,
    own_metadata,
    read_entity_id,
    read_identity_provider,
)
from satchel.auth.sign_on.saml_response import Assertion, Expected, read_response

CLAIMS = "http://schemas.xmlsoap.org/ws/2005/05/identity/claims/"
NAME_IDENTIFIER = f"{CLAIMS}nameidentifier"
TRANSIENT = "urn:oasis:names:tc:SAML:2.0:nameid-format:transient"
EMAIL_FORMAT = "urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress"
RSA_SHA256 = "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256"
REQUEST_SECONDS = 86400

OPTIONS = (
    Option("idp_metadata", "The provider's description of itself, in XML.", required=True),
    Option("sp_metadata", "This server's description, in XML. Empty: made by the server."),
    Option(
        "entity_id",
        "This server's name at the provider. Empty: that of `sp_metadata`, else made of `public_url`.",
    ),
    Option("sp_private_key", "A key (PEM, RSA) to sign requests with. Empty: they are not signed.", secret=True),
    Option(
        "identifier_key",
        "The attribute that people are known by. Where the default is missing, the subject's name stands in.",
        default=NAME_IDENTIFIER,
    ),
    Option("email_key", "The attribute with the e-mail address.", default=f"{CLAIMS}emailaddress"),
    Option("given_name_key", "The attribute with the first name.", default=f"{CLAIMS}givenname"),
    Option("family_name_key", "The attribute with the last name.", default=f"{CLAIMS}surname"),
    Option("group_claim_name", "The attribute with the person's groups.", default="groups"),
    ROLE_MAPPING,
    Option(
        "allow_unsolicited",
        "Take people whom the provider sends without having been asked, from a start page of its own.",
        kind="boolean",
    ),
)


class Saml:
    def __init__(self, options: Options, tools: Tools) -> None:
        self._options = options
        self._tools = tools
        try:
            self._provider = read_identity_provider(options.text("idp_metadata"))
        except BadDocument as error:
            raise options.wrong("idp_metadata", f"the description of an identity provider ({error})") from None
        self._entity_id = _own_name(options, tools.public_url)
        self.takes_unsolicited = options.flag("allow_unsolicited")
        self._key = _private_key(options)
        if self._provider.wants_signed_requests and self._key is None:
            raise options.wrong("sp_private_key", "given, as the provider wants signed requests")

    # --- away and back

    async def depart(self, callback_url: str, *, prompt: bool) -> Departure:
        identifier = f"_{uuid4().hex}"
        force = ' ForceAuthn="true"' if prompt else ""
        request = (
            f"{self._opening('AuthnRequest', identifier, self._provider.sign_on_url)}{force}"
            f" ProtocolBinding={quoteattr(POST)} AssertionConsumerServiceURL={quoteattr(callback_url)}>"
            f"{self._issuer}</samlp:AuthnRequest>"
        )
        return Departure(self._address(self._provider.sign_on_url, request), {"request": identifier})

    async def arrive(self, arrival: Arrival) -> Identity:
        """Who the assertion is about. It counts once, and only for the browser that asked."""
        kept = arrival.kept
        if kept is None and not self.takes_unsolicited:
            raise Unusable("this browser did not start a log-in, or took too long")
        request_id = "" if kept is None else kept.get("request", "")
        if kept is not None and not request_id:
            raise Unusable("this browser did not start such a log-in")
        now = self._tools.now()
        expected = Expected(self._provider, self._entity_id, arrival.callback_url, request_id, now)
        encoded = arrival.returned.get("SAMLResponse", "")
        assertion = await self._tools.run_limited(lambda: read_response(encoded, expected))
        identity = self._identity(assertion)
        seconds = max(1.0, (assertion.until - now).total_seconds())
        fresh = await self._tools.claims.take("saml assertion", self._provider.entity_id, assertion.id, seconds=seconds)
        if fresh and request_id:
            fresh = await self._tools.claims.take("saml request", request_id, seconds=REQUEST_SECONDS)
        if not fresh:
            raise Unusable("this assertion was used before")
        return identity

    def _identity(self, assertion: Assertion) -> Identity:
        options, attributes = self._options, assertion.attributes

        def first(option: str) -> str:
            return next(iter(attributes.get(options.text(option), ())), "")

        identifier = first("identifier_key")
        if not identifier and options.text("identifier_key") == NAME_IDENTIFIER:
            if assertion.name_format == TRANSIENT:
                raise Unusable("the subject's name is another one each time, so nobody can be known by it")
            identifier = assertion.name_id
        if not identifier:
            raise Unusable("the assertion has nothing to know the person by")
        email = first("email_key") or (assertion.name_id if assertion.name_format == EMAIL_FORMAT else "")
        return Identity(
            identifier,
            email,
            None,
            first("given_name_key"),
            first("family_name_key"),
            attributes.get(options.text("group_claim_name"), ()),
            exact=identifier != email,
            auth_data=self._for_logout(assertion),
        )

    # --- the end of a session

    def _for_logout(self, assertion: Assertion) -> Mapping[str, Any] | None:
        if not self._provider.logout_url:
            return None
        return {
            "nameId": assertion.name_id,
            "nameIdFormat": assertion.name_format,
            "sessionIndex": assertion.session_index,
        }

    def logout_url(self, auth_data: Mapping[str, Any]) -> str | None:
        """Where a browser ends its session at the provider too; None where there is nothing to end."""
        name = auth_data.get("nameId")
        if not self._provider.logout_url or not isinstance(name, str) or not name:
            return None
        form, index = str(auth_data.get("nameIdFormat") or ""), str(auth_data.get("sessionIndex") or "")
        format_attribute = f" Format={quoteattr(form)}" if form else ""
        request = (
            f"{self._opening('LogoutRequest', f'_{uuid4().hex}', self._provider.logout_url)}>"
            f"{self._issuer}<saml:NameID{format_attribute}>{escape(name)}</saml:NameID>"
            f"{f'<samlp:SessionIndex>{escape(index)}</samlp:SessionIndex>' if index else ''}</samlp:LogoutRequest>"
        )
        return self._address(self._provider.logout_url, request)

    # --- what we say of ourselves

    def metadata(self, callback_url: str) -> str:
        """Our description: the given one, or one that is made here."""
        given = self._options.text("sp_metadata")
        return given or own_metadata(self._entity_id, callback_url, signs=self._key is not None)

    @property
    def _issuer(self) -> str:
        return f"<saml:Issuer>{escape(self._entity_id)}</saml:Issuer>"

    def _opening(self, kind: str, identifier: str, destination: str) -> str:
        instant = _instant(self._tools.now())
        return (
            f'<samlp:{kind} xmlns:samlp="{PROTOCOL}" xmlns:saml="{ASSERTION}" ID="{identifier}" Version="2.0"'
            f' IssueInstant="{instant}" Destination={quoteattr(destination)}'
        )

    def _address(self, url: str, request: str) -> str:
        """The HTTP-Redirect binding: deflated, and signed over the query as it is sent."""
        compressor = zlib.compressobj(wbits=-zlib.MAX_WBITS)
        packed = base64.b64encode(compressor.compress(request.encode()) + compressor.flush()).decode()
        query = f"SAMLRequest={quote(packed, safe='')}"
        if self._key is not None:
            query += f"&SigAlg={quote(RSA_SHA256, safe='')}"
            signature = self._key.sign(query.encode(), padding.PKCS1v15(), hashes.SHA256())
            query += f"&Signature={quote(base64.b64encode(signature).decode(), safe='')}"
        return f"{url}{'&' if '?' in url else '?'}{query}"


def _own_name(options: Options, public_url: str) -> str:
    """What this server is called at the provider. It never hangs on what a request says: who may choose the audience
    could bring an assertion that was made for somebody else. Raises ConfigError."""
    given = options.text("sp_metadata")
    try:
        found = options.text("entity_id") or (read_entity_id(given) if given else "")
    except BadDocument as error:
        raise options.wrong("sp_metadata", f"this server's description ({error})") from None
    if not found and not public_url:
        raise options.wrong("entity_id", "given, as the setting public_url is empty")
    return found or f"{public_url}/auth/login/{options.provider}/metadata"


def _private_key(options: Options) -> rsa.RSAPrivateKey | None:
    text = options.text("sp_private_key")
    if not text:
        return None
    try:
        key = load_pem_private_key(text.encode(), None)
    except (ValueError, TypeError):
        key = None
    if not isinstance(key, rsa.RSAPrivateKey):
        raise options.wrong("sp_private_key", "an RSA key in PEM without a password")
    return key


def _instant(now: datetime) -> str:
    return now.strftime("%Y-%m-%dT%H:%M:%SZ")


DRIVER = Driver("saml", "redirecting", OPTIONS, Saml, callback="acs", needs=("signxml", "saml"))
