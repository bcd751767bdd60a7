"""Users of a SAML identity provider: requests, responses, and every way to forge one that we know of."""

from __future__ import annotations

import copy
import itertools
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

import httpx
import pytest
from cryptography.hazmat.primitives import serialization
from lxml import etree
from signxml import SignatureMethod, XMLSigner
from tests.saml_provider import CLAIMS, ENTITY, NAMES, SamlProvider, make_assertion, make_key, make_response, packed
from tests.servers import Server, running_server

pytestmark = pytest.mark.process

ROLE = "aaaaaaaa-0000-4000-8000-000000000001"
OUR_NAME = "https://data.example.com/saml"
KEY = make_key()
OURS = '<EntityDescriptor xmlns="urn:oasis:names:tc:SAML:2.0:metadata" entityID="https://data.example.com/signed"/>'
NUMBERS = itertools.count(1)
SAML = f"{{{NAMES['saml']}}}"


@dataclass
class Home:
    server: Server
    provider: SamlProvider
    admin: httpx.Client

    def acs(self, name: str = "company") -> str:
        return f"{self.server.url}/auth/login/{name}/acs"

    def begin(self, browser: httpx.Client, name: str = "company", **parameters: str) -> str:
        """The id of the request with which the browser is sent away."""
        answer = browser.get(f"/auth/login/{name}", params=parameters)
        assert answer.status_code == 302, answer.text
        request = self.provider.asked(answer.headers["location"])
        assert request.get("AssertionConsumerServiceURL") == self.acs(name)
        return str(request.get("ID"))

    def assertion(self, name: str, request_id: str | None, to: str = "company", **more: Any) -> Any:
        more = {"id": f"_a{next(NUMBERS)}", **more}
        audience = more.pop("audience", OUR_NAME)
        recipient = more.pop("recipient", self.acs(to))
        return make_assertion(name, audience, recipient, request_id, **more)

    def response(self, assertion: Any, **more: Any) -> Any:
        return make_response(assertion, more.pop("destination", self.acs()), identifier=f"_r{next(NUMBERS)}", **more)

    def post(self, browser: httpx.Client, response: Any, name: str = "company", **more: str) -> httpx.Response:
        return browser.post(f"/auth/login/{name}/acs", data={"SAMLResponse": packed(response), **more})

    def sign_on(self, name: str, *, to: str = "company", redirect: str | None = None, **more: Any) -> httpx.Response:
        """The whole way, with a signed assertion."""
        with self.server.client() as browser:
            request_id = self.begin(browser, to, **({} if redirect is None else {"redirect": redirect}))
            signed = self.provider.sign(self.assertion(name, request_id, to, **more))
            return self.post(browser, self.response(signed, destination=self.acs(to)), to)

    def users(self, identifier: str) -> list[dict[str, Any]]:
        return self.admin.get("/users", params={"filter[external_identifier][_eq]": identifier}).json()["data"]


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Home]:
    provider = SamlProvider()
    folder = tmp_path_factory.mktemp("saml")
    description, key = folder / "idp.xml", folder / "key.pem"
    description.write_text(provider.metadata())
    private = (serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    key.write_bytes(KEY.private_bytes(*private))
    shared = {"driver": "saml", "idp_metadata_file": str(description), "entity_id": OUR_NAME}
    providers: dict[str, dict[str, str]] = {
        "company": {"allow_public_registration": "true", "default_role_id": ROLE, "group_claim_name": "groups"},
        "open": {"allow_public_registration": "true", "allow_unsolicited": "true"},
        "signed": {
            "idp_metadata": provider.metadata(wants_signed=True), "sp_private_key_file": str(key), "entity_id": "",
            "sp_metadata": OURS,
        },
        "mapped": {"allow_public_registration": "true", "identifier_key": "mail", "email_key": "mail"},
    }  # fmt: skip
    settings: dict[str, Any] = {"auth_providers": ",".join(providers)}
    for name, values in providers.items():
        settings |= {f"auth_{name}_{option}": value for option, value in {**shared, **values}.items() if value}
    with (
        running_server(tmp_path_factory.mktemp("data"), settings=settings) as server,
        server.client(server.directus_token()) as admin,
    ):
        assert admin.post("/roles", json={"id": ROLE, "name": "Member"}).status_code == 200
        yield Home(server, provider, admin)


def person(**more: str) -> dict[str, Any]:
    names = {"emailaddress": "ada@x.io", "givenname": "Ada", "surname": "Lovelace"}
    return {"attributes": {f"{CLAIMS}{key}": value for key, value in {**names, **more}.items()}}


def test_somebody_comes_in_by_a_signed_assertion(home: Home) -> None:
    answer = home.sign_on("ada", redirect="/admin", **person())
    assert (answer.status_code, answer.headers.get("location")) == (302, "/admin"), answer.text
    assert "directus_session_token=" in answer.headers["set-cookie"]
    assert "no-store" in answer.headers["cache-control"]
    (user,) = home.users("ada")
    assert (user["provider"], user["email"], user["first_name"]) == ("company", "ada@x.io", "Ada")
    assert (user["last_name"], user["role"]) == ("Lovelace", ROLE)
    again = home.sign_on("ada")
    assert set(again.json()["data"]) == {"expires", "access_token", "refresh_token"}
    assert len(home.users("ada")) == 1


def test_a_signed_response_is_as_good(home: Home) -> None:
    with home.server.client() as browser:
        request_id = home.begin(browser)
        response = home.provider.sign(home.response(home.assertion("bob", request_id)))
        assert home.post(browser, response).status_code == 200


def test_the_description_names_address_and_name(home: Home) -> None:
    answer = home.server.client().get("/auth/login/company/metadata")
    assert answer.headers["content-type"].startswith("text/xml")
    assert etree.fromstring(answer.content).get("entityID") == OUR_NAME
    assert home.acs() in answer.text
    assert home.server.client().get("/auth/login/signed/metadata").text == OURS
    assert home.server.client().get("/auth/login/company/callback").status_code == 404


def test_requests_are_signed_where_the_provider_wants_it(home: Home) -> None:
    answer = home.server.client().get("/auth/login/signed?prompt=1")
    assert answer.headers["location"].startswith("https://idp.example.com/sso?tenant=1&SAMLRequest=")
    request = home.provider.asked(answer.headers["location"], KEY.public_key())
    assert request.get("ForceAuthn") == "true"
    assert request.findtext("saml:Issuer", namespaces=NAMES) == "https://data.example.com/signed"


def test_an_attribute_can_identify(home: Home) -> None:
    attributes = {"attributes": {"mail": "Mo@x.io"}}
    assert home.sign_on("x1", to="mapped", **attributes).status_code == 200
    assert home.sign_on("x2", to="mapped", attributes={"mail": "mo@x.io"}).status_code == 200
    assert len(home.users("mo@x.io")) == 1
    assert home.sign_on("x3", to="mapped").status_code == 401


# --- conditions


@pytest.mark.parametrize(
    "change",
    [
        {"audience": "https://other.example.com"},
        {"audience": ""},
        {"recipient": "https://evil.example.com/acs"},
        {"issuer": "https://evil.example.com"},
        {"after": -120},
        {"confirm_after": -120},
        {"before": 120},
        {"method": "urn:oasis:names:tc:SAML:2.0:cm:sender-vouches"},
        {"format": "urn:oasis:names:tc:SAML:2.0:nameid-format:transient"},
    ],
    ids=lambda change: str(next(iter(change.items())))[:40],
)
def test_a_condition_that_is_not_met_keeps_people_out(home: Home, change: dict[str, Any]) -> None:
    answer = home.sign_on("carl", **change)
    assert answer.status_code == 401
    assert answer.json()["errors"][0]["extensions"]["code"] == "INVALID_CREDENTIALS"
    assert not home.users("carl")


def test_a_failure_is_told_to_the_page(home: Home) -> None:
    answer = home.sign_on("carl", redirect="/admin/login", audience="https://other.example.com")
    assert answer.headers["location"] == "/admin/login?reason=INVALID_CREDENTIALS"


def test_a_status_other_than_success_keeps_people_out(home: Home) -> None:
    with home.server.client() as browser:
        signed = home.provider.sign(home.assertion("carl", home.begin(browser)))
        assert home.post(browser, home.response(signed, status="Responder")).status_code == 401


def test_an_assertion_counts_once_for_the_browser_that_asked(home: Home) -> None:
    with home.server.client() as browser, home.server.client() as other:
        request_id = home.begin(browser)
        response = home.response(home.provider.sign(home.assertion("dan", request_id)))
        assert home.post(other, response).status_code == 401
        home.begin(other)
        assert home.post(other, response).status_code == 401
        kept = browser.cookies["saml.company"]

        def once(_: int) -> int:
            with home.server.client(cookies={"saml.company": kept}) as mine:
                return home.post(mine, response).status_code

        with ThreadPoolExecutor(6) as pool:
            codes = sorted(pool.map(once, range(6)))
        assert codes == [200, 401, 401, 401, 401, 401]
        # the same request, another assertion
        second = home.response(home.provider.sign(home.assertion("dan", request_id)))
        with home.server.client(cookies={"saml.company": kept}) as mine:
            assert home.post(mine, second).status_code == 401


def test_unsolicited_responses_only_where_they_are_wanted(home: Home) -> None:
    with home.server.client() as browser:
        signed = home.provider.sign(home.assertion("eve", None))
        assert home.post(browser, home.response(signed)).status_code == 401
        signed = home.provider.sign(home.assertion("eve", None, "open"))
        response = home.response(signed, destination=home.acs("open"))
        answer = home.post(browser, response, "open", RelayState="https://evil.example.com")
        assert (answer.status_code, answer.headers["location"]) == (302, "/")
        again = home.post(browser, response, "open", RelayState="/admin")
        assert again.headers["location"] == "/admin?reason=INVALID_CREDENTIALS"
        # one that answers somebody's request is not unsolicited
        signed = home.provider.sign(home.assertion("eve", "_other", "open"))
        answer = home.post(browser, home.response(signed, destination=home.acs("open")), "open")
        assert answer.headers["location"] == "/?reason=INVALID_CREDENTIALS"


# --- forgeries: each gets a signed assertion of "mallory" and makes a response that says "victim"


def _unsigned(home: Home, mallory: Any, victim: Any) -> Any:
    return home.response(victim)


def _changed(home: Home, mallory: Any, victim: Any) -> Any:
    mallory.find(".//saml:NameID", NAMES).text = "victim"
    return home.response(mallory)


def _other_key(home: Home, mallory: Any, victim: Any) -> Any:
    return home.response(home.provider.sign(victim, make_key()))


def _shared_secret(home: Home, mallory: Any, victim: Any) -> Any:
    """Signed with what everybody knows, the certificate, as if it were a secret."""
    public = home.provider.certificates[-1].public_bytes(serialization.Encoding.PEM)
    signer = XMLSigner(signature_algorithm=SignatureMethod.HMAC_SHA256)
    return home.response(signer.sign(victim, key=public, reference_uri=victim.get("ID")))


def _moved_signature(home: Home, mallory: Any, victim: Any) -> Any:
    victim.insert(1, copy.deepcopy(mallory.find("ds:Signature", NAMES)))
    return home.response(victim)


def _beside_before(home: Home, mallory: Any, victim: Any) -> Any:
    response = home.response(mallory)
    response.insert(2, victim)
    return response


def _beside_after(home: Home, mallory: Any, victim: Any) -> Any:
    response = home.response(mallory)
    response.append(victim)
    return response


def _same_id_beside(home: Home, mallory: Any, victim: Any) -> Any:
    victim.set("ID", mallory.get("ID"))
    return _beside_before(home, mallory, victim)


def _inside_of_forged(home: Home, mallory: Any, victim: Any) -> Any:
    victim.append(mallory)
    return home.response(victim)


def _inside_of_signature(home: Home, mallory: Any, victim: Any) -> Any:
    """The signed assertion in an Object of the signature that now stands in the forged one, with the same ID."""
    signature = mallory.find("ds:Signature", NAMES)
    mallory.remove(signature)
    holder = etree.SubElement(signature, f"{{{NAMES['ds']}}}Object")
    holder.append(mallory)
    victim.insert(1, signature)
    return home.response(victim)


def _inside_of_signature_same_id(home: Home, mallory: Any, victim: Any) -> Any:
    victim.set("ID", mallory.get("ID"))
    return _inside_of_signature(home, mallory, victim)


def _in_extensions(home: Home, mallory: Any, victim: Any) -> Any:
    response = home.response(victim)
    extensions = etree.Element(f"{{{NAMES['samlp']}}}Extensions")
    extensions.append(mallory)
    response.insert(1, extensions)
    return response


def _signed_response_inside(home: Home, mallory: Any, victim: Any) -> Any:
    inner = home.provider.sign(home.response(mallory))
    outer = home.response(victim)
    outer.insert(1, copy.deepcopy(inner.find("ds:Signature", NAMES)))
    outer.append(inner)
    return outer


def _response_as_object(home: Home, mallory: Any, victim: Any) -> Any:
    inner = home.provider.sign(home.response(mallory))
    signature = inner.find("ds:Signature", NAMES)
    inner.remove(signature)
    holder = etree.SubElement(signature, f"{{{NAMES['ds']}}}Object")
    holder.append(inner)
    outer = home.response(victim)
    outer.set("ID", inner.get("ID"))
    outer.insert(1, signature)
    return outer


def _two_signatures(home: Home, mallory: Any, victim: Any) -> Any:
    victim.insert(1, copy.deepcopy(mallory.find("ds:Signature", NAMES)))
    victim.insert(1, home.provider.sign(victim, make_key()).find("ds:Signature", NAMES))
    return home.response(victim)


def _doctype(home: Home, mallory: Any, victim: Any) -> Any:
    return b'<!DOCTYPE r [<!ENTITY e "victim">]>' + etree.tostring(home.response(mallory))


def _external_entity(home: Home, mallory: Any, victim: Any) -> Any:
    text = etree.tostring(home.response(victim)).replace(b"victim", b"&e;")
    return b'<!DOCTYPE r [<!ENTITY e SYSTEM "file:///etc/passwd">]>' + text


def _encrypted(home: Home, mallory: Any, victim: Any) -> Any:
    return home.response(etree.Element(f"{SAML}EncryptedAssertion"))


def _no_xml(home: Home, mallory: Any, victim: Any) -> Any:
    return b"<a>" * 100_000


FORGERIES: list[Callable[[Home, Any, Any], Any]] = [
    _unsigned, _changed, _other_key, _shared_secret, _moved_signature, _beside_before, _beside_after, _same_id_beside,
    _inside_of_forged, _inside_of_signature, _inside_of_signature_same_id, _in_extensions, _signed_response_inside,
    _response_as_object, _two_signatures, _doctype, _external_entity, _encrypted, _no_xml,
]  # fmt: skip


@pytest.mark.parametrize("forge", FORGERIES, ids=lambda forge: forge.__name__.strip("_"))
def test_forged_responses_are_refused(home: Home, forge: Callable[[Home, Any, Any], Any]) -> None:
    with home.server.client() as browser:
        request_id = home.begin(browser)
        mallory = home.provider.sign(home.assertion("mallory", request_id))
        answer = home.post(browser, forge(home, mallory, home.assertion("victim", request_id)))
        assert answer.status_code == 401, answer.text
    assert not home.users("victim")


def test_a_comment_does_not_cut_a_name(home: Home) -> None:
    """What was signed is `victim` + a comment + `.evil`: it is one name, or nobody's."""
    with home.server.client() as browser:
        request_id = home.begin(browser)
        assertion = home.assertion("victim.evil", request_id)
        signed = etree.tostring(home.response(home.provider.sign(assertion)))
        answer = home.post(browser, signed.replace(b"victim.evil", b"victim<!-- -->.evil"))
        assert answer.status_code in (200, 401)
    assert not home.users("victim")


@pytest.mark.parametrize("body", [{}, {"SAMLResponse": ""}, {"SAMLResponse": "%%%"}, {"SAMLResponse": "QUJD"}])
def test_what_is_no_response_is_refused(home: Home, body: dict[str, str]) -> None:
    with home.server.client() as browser:
        home.begin(browser)
        assert browser.post("/auth/login/company/acs", data=body).status_code in (400, 401)
    assert home.server.client().post("/auth/login/company/acs", json=body).status_code == 400


# --- the end


def test_logging_out_ends_both_sessions(home: Home) -> None:
    with home.server.client() as browser:
        request_id = home.begin(browser, redirect="/admin")
        home.post(browser, home.response(home.provider.sign(home.assertion("fay", request_id))))
        cookie = browser.cookies["directus_session_token"]
        assert browser.get("/users/me").status_code == 200
        answer = browser.post("/auth/login/company/logout")
        assert answer.status_code == 303
        assert answer.headers["location"].startswith("https://idp.example.com/slo?SAMLRequest=")
        request = home.provider.asked(answer.headers["location"])
        assert request.findtext("saml:NameID", namespaces=NAMES) == "fay"
        assert request.findtext("samlp:SessionIndex", namespaces=NAMES) == "_s1"
    with home.server.client(cookies={"directus_session_token": cookie}) as again:
        assert again.get("/users/me").status_code == 401
        assert again.post("/auth/login/company/logout").status_code in (204, 401)


def test_why_it_failed_is_in_the_log(home: Home) -> None:
    home.sign_on("carl", issuer="https://evil.example.com")
    assert 'Sign-on with "company" failed: the assertion is another issuer\'s.' in home.server.log()
    assert ENTITY not in home.server.log()
