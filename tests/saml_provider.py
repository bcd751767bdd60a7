"""A SAML identity provider for tests: reads requests as they come in an address, and answers with signed responses.

In charge of: its keys and description, reading a request (and checking its signature), making a response, and signing
it where it is told to.
"""

from __future__ import annotations

import base64
import datetime
import zlib
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, urlsplit

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.x509.oid import NameOID
from lxml import etree
from signxml import DigestAlgorithm, SignatureMethod, XMLSigner

ENTITY = "https://idp.example.com/metadata"
NAMES = {
    "saml": "urn:oasis:names:tc:SAML:2.0:assertion",
    "samlp": "urn:oasis:names:tc:SAML:2.0:protocol",
    "ds": "http://www.w3.org/2000/09/xmldsig#",
}
CLAIMS = "http://schemas.xmlsoap.org/ws/2005/05/identity/claims/"
UNSPECIFIED = "urn:oasis:names:tc:SAML:1.1:nameid-format:unspecified"


def make_key() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(65537, 2048)


def certificate_of(key: rsa.RSAPrivateKey, *, days: int = 1) -> x509.Certificate:
    """Self-signed; `days` below zero: it expired."""
    now = datetime.datetime.now(datetime.UTC)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "identity provider")])
    return (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(days=30))
        .not_valid_after(now + datetime.timedelta(days=days))
        .sign(key, hashes.SHA256())
    )


@dataclass
class SamlProvider:
    """`certificates`: those in the description, in order; the last one is that of `key`."""

    key: rsa.RSAPrivateKey = field(default_factory=make_key)
    certificates: list[x509.Certificate] = field(default_factory=list[x509.Certificate])

    def __post_init__(self) -> None:
        self.certificates = [certificate_of(make_key()), certificate_of(self.key, days=-1)]

    def metadata(self, *, wants_signed: bool = False) -> str:
        keys = "".join(
            '<md:KeyDescriptor use="signing"><ds:KeyInfo><ds:X509Data><ds:X509Certificate>'
            f"{base64.b64encode(item.public_bytes(serialization.Encoding.DER)).decode()}"
            "</ds:X509Certificate></ds:X509Data></ds:KeyInfo></md:KeyDescriptor>"
            for item in self.certificates
        )
        binding = "urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect"
        return (
            '<?xml version="1.0"?><md:EntityDescriptor xmlns:md="urn:oasis:names:tc:SAML:2.0:metadata"'
            f' xmlns:ds="{NAMES["ds"]}" entityID="{ENTITY}">'
            f'<md:IDPSSODescriptor WantAuthnRequestsSigned="{str(wants_signed).lower()}"'
            f' protocolSupportEnumeration="{NAMES["samlp"]}">{keys}'
            f'<md:SingleLogoutService Binding="{binding}" Location="https://idp.example.com/slo"/>'
            f'<md:SingleSignOnService Binding="{binding}" Location="https://idp.example.com/sso?tenant=1"/>'
            "</md:IDPSSODescriptor></md:EntityDescriptor>"
        )

    def asked(self, url: str, signed_by: rsa.RSAPublicKey | None = None) -> Any:
        """The request in an address to which a browser was sent."""
        query = urlsplit(url).query
        values = {name: found[0] for name, found in parse_qs(query).items()}
        if signed_by is not None:
            start = query.index("SAMLRequest=")
            covered = query[start : query.index("&Signature=")].encode()
            signed_by.verify(base64.b64decode(values["Signature"]), covered, padding.PKCS1v15(), hashes.SHA256())
        return etree.fromstring(zlib.decompress(base64.b64decode(values["SAMLRequest"]), -zlib.MAX_WBITS))

    def sign(self, element: Any, key: rsa.RSAPrivateKey | None = None) -> Any:
        """The element with its signature after the issuer."""
        signer = XMLSigner(
            signature_algorithm=SignatureMethod.RSA_SHA256,
            digest_algorithm=DigestAlgorithm.SHA256,
            c14n_algorithm="http://www.w3.org/2001/10/xml-exc-c14n#",
        )
        alone = etree.fromstring(etree.tostring(element))
        signed = signer.sign(alone, key=key or self.key, cert=[self.certificates[-1]], reference_uri=alone.get("ID"))
        signature = signed.find("ds:Signature", NAMES)
        signed.remove(signature)
        signed.insert(1, signature)
        return signed


def instant(seconds: float) -> str:
    now = datetime.datetime.now(datetime.UTC) + datetime.timedelta(seconds=seconds)
    return now.strftime("%Y-%m-%dT%H:%M:%SZ")


def make_assertion(name: str, audience: str, acs: str, request_id: str | None, **more: Any) -> Any:
    """`more`: `issuer`, `before`, `after`, `confirm_after` (seconds), `attributes`, `format`, `id`, `method`."""
    attributes = "".join(
        f'<saml:Attribute Name="{key}"><saml:AttributeValue>{value}</saml:AttributeValue></saml:Attribute>'
        for key, values in more.get("attributes", {}).items()
        for value in (values if isinstance(values, list) else [values])
    )
    answers = f' InResponseTo="{request_id}"' if request_id else ""
    begins, ends = instant(more.get("before", -5)), instant(more.get("after", 300))
    restriction = (
        f"<saml:AudienceRestriction><saml:Audience>{audience}</saml:Audience></saml:AudienceRestriction>"
        if audience
        else ""
    )
    conditions = f'<saml:Conditions NotBefore="{begins}" NotOnOrAfter="{ends}">{restriction}</saml:Conditions>'
    return etree.fromstring(
        f'<saml:Assertion xmlns:saml="{NAMES["saml"]}" ID="{more.get("id", "_a1")}" Version="2.0"'
        f' IssueInstant="{instant(0)}"><saml:Issuer>{more.get("issuer", ENTITY)}</saml:Issuer><saml:Subject>'
        f'<saml:NameID Format="{more.get("format", UNSPECIFIED)}">{name}</saml:NameID>'
        f'<saml:SubjectConfirmation Method="{more.get("method", "urn:oasis:names:tc:SAML:2.0:cm:bearer")}">'
        f'<saml:SubjectConfirmationData{answers} Recipient="{acs}"'
        f' NotOnOrAfter="{instant(more.get("confirm_after", 300))}"/></saml:SubjectConfirmation></saml:Subject>'
        f'{conditions}<saml:AuthnStatement AuthnInstant="{instant(-1)}" SessionIndex="_s1"/>'
        f"<saml:AttributeStatement>{attributes}</saml:AttributeStatement></saml:Assertion>"
    )


def make_response(assertion: Any, destination: str, *, status: str = "Success", identifier: str = "_r1") -> Any:
    response = etree.fromstring(
        f'<samlp:Response xmlns:samlp="{NAMES["samlp"]}" xmlns:saml="{NAMES["saml"]}" ID="{identifier}" Version="2.0"'
        f' IssueInstant="{instant(0)}" Destination="{destination}"><saml:Issuer>{ENTITY}</saml:Issuer>'
        f'<samlp:Status><samlp:StatusCode Value="urn:oasis:names:tc:SAML:2.0:status:{status}"/></samlp:Status>'
        "</samlp:Response>"
    )
    response.append(assertion)
    return response


def packed(element: Any) -> str:
    content = element if isinstance(element, bytes) else etree.tostring(element)
    return base64.b64encode(content).decode()
