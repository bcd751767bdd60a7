"""SAML metadata: what is known of an identity provider, and what we say of ourselves.

In charge of: reading both documents, and writing ours where none is given. Not in charge of: requests and responses
(`saml`). Source: SAML 2.0 Metadata.

Documents are parsed without a DTD, without entities and without a network. Comments are dropped before anything else
happens: a name must not look another way to whoever reads it up to a comment.
"""

from __future__ import annotations

import base64
import binascii
import importlib
from dataclasses import dataclass
from typing import Any
from xml.sax.saxutils import escape, quoteattr

from cryptography import x509

ASSERTION = "urn:oasis:names:tc:SAML:2.0:assertion"
METADATA = "urn:oasis:names:tc:SAML:2.0:metadata"
PROTOCOL = "urn:oasis:names:tc:SAML:2.0:protocol"
SIGNATURE = "http://www.w3.org/2000/09/xmldsig#"
NAMES = {"saml": ASSERTION, "md": METADATA, "samlp": PROTOCOL, "ds": SIGNATURE}
REDIRECT = "urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect"
POST = "urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST"
DOCUMENT_BYTES_MAXIMUM = 1024 * 1024

Element = Any


class BadDocument(ValueError):
    """A document that can't be used; the text says why."""


@dataclass(frozen=True, slots=True)
class IdentityProvider:
    """`sign_on_url`, `logout_url`: for the HTTP-Redirect binding, "" without one. `certificates`: of its signatures."""

    entity_id: str
    sign_on_url: str
    logout_url: str
    certificates: tuple[x509.Certificate, ...]
    wants_signed_requests: bool


def parse(document: bytes) -> Element:
    """The root of an XML document. Raises BadDocument."""
    etree = importlib.import_module("lxml.etree")
    if len(document) > DOCUMENT_BYTES_MAXIMUM:
        raise BadDocument("the document is too large")
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, remove_comments=True, remove_pis=True
    )
    try:
        root = etree.fromstring(document, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise BadDocument(f"the document is no XML ({type(error).__name__})") from None
    if root.getroottree().docinfo.doctype:
        raise BadDocument("the document has a DOCTYPE")
    return root


def read_identity_provider(text: str) -> IdentityProvider:
    """Raises BadDocument."""
    root = parse(text.strip().encode())
    role = root.find("md:IDPSSODescriptor", NAMES)
    entity = root.get("entityID") or ""
    if root.tag != f"{{{METADATA}}}EntityDescriptor" or role is None or not entity:
        raise BadDocument("it is not the description of one identity provider")
    certificates = tuple(
        _certificate(found.text or "")
        for key in role.findall("md:KeyDescriptor", NAMES)
        if key.get("use") in (None, "signing")
        for found in key.findall(".//ds:X509Certificate", NAMES)
    )
    if not certificates:
        raise BadDocument("it has no certificate for signatures")
    sign_on = _location(role, "SingleSignOnService", REDIRECT)
    if not sign_on.startswith(("https://", "http://")):
        raise BadDocument("it has no SingleSignOnService with the binding HTTP-Redirect")
    logout = _location(role, "SingleLogoutService", REDIRECT)
    wants = role.get("WantAuthnRequestsSigned") in ("true", "1")
    return IdentityProvider(entity, sign_on, logout, certificates, wants)


def read_entity_id(text: str) -> str:
    """The name in our own description. Raises BadDocument."""
    entity = parse(text.strip().encode()).get("entityID")
    if not entity:
        raise BadDocument("it has no entityID")
    return str(entity)


def own_metadata(entity_id: str, consumer_url: str, *, signs: bool) -> str:
    """Our description, where none is given."""
    return (
        f"<md:EntityDescriptor xmlns:md={quoteattr(METADATA)} entityID={quoteattr(entity_id)}>"
        f'<md:SPSSODescriptor AuthnRequestsSigned="{str(signs).lower()}" WantAssertionsSigned="true"'
        f" protocolSupportEnumeration={quoteattr(PROTOCOL)}>"
        f"<md:NameIDFormat>{escape('urn:oasis:names:tc:SAML:1.1:nameid-format:unspecified')}</md:NameIDFormat>"
        f'<md:AssertionConsumerService index="0" isDefault="true" Binding={quoteattr(POST)}'
        f" Location={quoteattr(consumer_url)}/></md:SPSSODescriptor></md:EntityDescriptor>"
    )


def _location(role: Element, service: str, binding: str) -> str:
    for found in role.findall(f"md:{service}", NAMES):
        if found.get("Binding") == binding:
            return str(found.get("Location") or "")
    return ""


def _certificate(text: str) -> x509.Certificate:
    try:
        return x509.load_der_x509_certificate(base64.b64decode("".join(text.split()), validate=True))
    except (binascii.Error, ValueError):
        raise BadDocument("a certificate in it can't be read") from None
