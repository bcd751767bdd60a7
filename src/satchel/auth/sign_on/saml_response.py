"""SAML responses: what an identity provider has signed of a person.

In charge of: the signature, and every condition under which an assertion counts. Not in charge of: whether it came
before (`saml`), or what its attributes mean. Sources: SAML 2.0 Core, Bindings 3.5, Profiles 4.1.4.

Nothing is read but what the signature covers, taken from what the verifier says was signed: an element that somebody
put around, beside or inside of it is never looked at. The signature must stand in the element that it signs, and that
element must be the response itself or its one assertion.
"""

from __future__ import annotations

import base64
import binascii
import importlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from satchel.auth.providers.contract import Unusable
from satchel.auth.sign_on.saml_metadata import ASSERTION, NAMES, PROTOCOL, BadDocument, Element, IdentityProvider, parse

LEEWAY = timedelta(seconds=60)
SUCCESS = "urn:oasis:names:tc:SAML:2.0:status:Success"
BEARER = "urn:oasis:names:tc:SAML:2.0:cm:bearer"
RESPONSE_LENGTH_MAXIMUM = 512 * 1024
ATTRIBUTES_MAXIMUM = 1000
_RESPONSE, _ASSERTION = f"{{{PROTOCOL}}}Response", f"{{{ASSERTION}}}Assertion"


@dataclass(frozen=True, slots=True)
class Expected:
    """What a response must fit. `request_id`: what we asked by; "" takes only responses that nobody asked for."""

    provider: IdentityProvider
    audience: str
    consumer_url: str
    request_id: str
    now: datetime


@dataclass(frozen=True, slots=True)
class Assertion:
    """What was signed of a person. `until`: after it the assertion is worth nothing."""

    id: str
    name_id: str
    name_format: str
    session_index: str
    attributes: Mapping[str, tuple[str, ...]]
    until: datetime


def read_response(encoded: str, expected: Expected) -> Assertion:
    """The assertion of a response as it was posted. Raises Unusable."""
    if len(encoded) > RESPONSE_LENGTH_MAXIMUM:
        raise Unusable("the response is too large")
    try:
        root = parse(base64.b64decode("".join(encoded.split()), validate=True))
    except (binascii.Error, ValueError, BadDocument) as error:
        raise Unusable(f"the response can't be read: {error}") from None
    if root.tag != _RESPONSE:
        raise Unusable("what came is no response")
    _check_status(root)
    return _assertion(_signed_assertion(root, expected), expected)


def _check_status(response: Element) -> None:
    """The status of a response need not be signed: it only ever says that there is nothing to read."""
    status = response.find("samlp:Status/samlp:StatusCode", NAMES)
    if status is None or status.get("Value") != SUCCESS:
        raise Unusable("the identity provider did not say that it worked")


def _signed_assertion(response: Element, expected: Expected) -> Element:
    """The assertion, as the signature covers it. Raises Unusable."""
    provider = expected.provider
    if response.find("ds:Signature", NAMES) is not None:
        response = _verified(response, provider)
        if response.get("Destination", expected.consumer_url) != expected.consumer_url:
            raise Unusable("the response is for another address")
        assertions = response.findall("saml:Assertion", NAMES)
        if len(assertions) == 1:
            return assertions[0]
    else:
        assertions = response.findall("saml:Assertion", NAMES)
        if len(assertions) == 1:
            return _verified(assertions[0], provider)
    if not assertions and response.find("saml:EncryptedAssertion", NAMES) is not None:
        raise Unusable("encrypted assertions are not supported")
    raise Unusable(f"the response has {len(assertions)} assertions, where it must have one")


def _verified(element: Element, provider: IdentityProvider) -> Element:
    """What one of the provider's keys has signed of an element, which must be the element itself. Raises Unusable."""
    etree = importlib.import_module("lxml.etree")
    signxml = importlib.import_module("signxml")
    # As a document of its own, so that nothing beside it can be found by the signature's reference.
    alone = etree.fromstring(etree.tostring(element, with_tail=False))
    identifiers = [found.get("ID") for found in alone.iter() if found.get("ID") is not None]
    if not alone.get("ID") or len(set(identifiers)) < len(identifiers) or alone.xpath("//@Id | //@id | //@xml:id"):
        raise Unusable("the response's identifiers are ambiguous")
    if len(alone.findall("ds:Signature", NAMES)) != 1:
        raise Unusable("the response is not signed where it has to be")
    reason = ""
    for certificate in provider.certificates:
        # The provider's description names the key; the dates in its wrapping mean nothing (Metadata Interoperability).
        rules = signxml.SignatureConfiguration(
            location="./",
            ignore_ambiguous_key_info=True,
            verification_time=certificate.not_valid_before_utc,
            signature_methods=frozenset(
                method
                for method in signxml.SignatureMethod
                if "SHA1" not in method.name and not method.name.startswith("HMAC")
            ),
        )
        try:
            found = signxml.XMLVerifier().verify(
                etree.tostring(alone), x509_cert=certificate, id_attribute="ID", expect_config=rules
            )
        except (signxml.exceptions.SignXMLException, etree.LxmlError, ValueError, TypeError, KeyError) as error:
            reason = f"{type(error).__name__}: {error}"[:200]
            continue
        signed = found.signed_xml
        if signed is not None and signed.tag == element.tag and signed.get("ID") == element.get("ID"):
            return signed
        reason = "something else is signed"
    raise Unusable(f"the response's signature is not right ({reason})")


def _assertion(signed: Element, expected: Expected) -> Assertion:
    """The signed assertion, every condition met. Raises Unusable."""
    if signed.tag != _ASSERTION or not signed.get("ID"):
        raise Unusable("what is signed is no assertion")
    if _text(signed.find("saml:Issuer", NAMES)) != expected.provider.entity_id:
        raise Unusable("the assertion is another issuer's")
    until = min(_conditions(signed, expected), _confirmed(signed, expected))
    name = signed.find("saml:Subject/saml:NameID", NAMES)
    statement = signed.find("saml:AuthnStatement", NAMES)
    if statement is None:
        raise Unusable("the assertion does not say that anybody signed in")
    ends = _moment(statement, "SessionNotOnOrAfter")
    if ends is not None and ends <= expected.now:
        raise Unusable("the session at the identity provider has ended")
    return Assertion(
        str(signed.get("ID")),
        _text(name),
        "" if name is None else str(name.get("Format") or ""),
        str(statement.get("SessionIndex") or ""),
        _attributes(signed),
        until + LEEWAY,
    )


def _conditions(signed: Element, expected: Expected) -> datetime:
    """Until when the conditions hold. Raises Unusable when they don't."""
    conditions = signed.find("saml:Conditions", NAMES)
    if conditions is None:
        raise Unusable("the assertion has no conditions")
    begins, ends = _moment(conditions, "NotBefore"), _moment(conditions, "NotOnOrAfter")
    if begins is not None and begins - LEEWAY > expected.now:
        raise Unusable("the assertion is not valid yet")
    if ends is None or ends + LEEWAY <= expected.now:
        raise Unusable("the assertion has expired, or does not say when it does")
    restrictions = conditions.findall("saml:AudienceRestriction", NAMES)
    for restriction in restrictions:
        if expected.audience not in [_text(found) for found in restriction.findall("saml:Audience", NAMES)]:
            raise Unusable("the assertion is for another audience")
    if not restrictions:
        raise Unusable("the assertion does not say whom it is for")
    return ends


def _confirmed(signed: Element, expected: Expected) -> datetime:
    """Until when whoever brings the assertion may be taken for its subject. Raises Unusable when they may not."""
    reasons: list[str] = []
    for confirmation in signed.findall("saml:Subject/saml:SubjectConfirmation", NAMES):
        data = confirmation.find("saml:SubjectConfirmationData", NAMES)
        if confirmation.get("Method") != BEARER or data is None:
            continue
        ends = _moment(data, "NotOnOrAfter")
        begins = _moment(data, "NotBefore")
        if data.get("Recipient") != expected.consumer_url:
            reasons.append("is for another address")
        elif ends is None or ends + LEEWAY <= expected.now or (begins is not None and begins - LEEWAY > expected.now):
            reasons.append("has expired, or does not say when it does")
        elif (data.get("InResponseTo") or "") != expected.request_id:
            reasons.append("does not answer the request of this browser")
        else:
            return ends
    raise Unusable(f"the assertion {', '.join(reasons) or 'is not for whoever brings it'}")


def _attributes(signed: Element) -> dict[str, tuple[str, ...]]:
    """By name and by friendly name, which never hides a name."""
    found: dict[str, tuple[str, ...]] = {}
    friendly: dict[str, tuple[str, ...]] = {}
    attributes: list[Any] = signed.findall("saml:AttributeStatement/saml:Attribute", NAMES)
    for attribute in attributes[:ATTRIBUTES_MAXIMUM]:
        values = tuple(_text(value) for value in attribute.findall("saml:AttributeValue", NAMES))
        found.setdefault(str(attribute.get("Name") or ""), values)
        friendly.setdefault(str(attribute.get("FriendlyName") or ""), values)
    return {**friendly, **found}


def _text(element: Element | None) -> str:
    return "" if element is None else "".join(element.itertext()).strip()


def _moment(element: Element, name: str) -> datetime | None:
    """An attribute as an instant. Raises Unusable for one that is none."""
    text = element.get(name)
    if text is None:
        return None
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        raise Unusable(f"the assertion's {name} is no instant") from None
    if found.tzinfo is None:
        raise Unusable(f"the assertion's {name} has no time zone")
    return found
