"""Planning Center. https://developer.planning.center/docs/#/apps/people"""

from __future__ import annotations

from satchel.auth.providers.contract import Profile, Provider, Raw, Unusable, at, key, text


def _profile(raw: Raw) -> Profile:
    person = at(raw, "data", "attributes")
    if text(person, "status") not in ("", "active"):
        raise Unusable("the person is not active")
    return Profile(key(raw, "data", "id"), text(person, "name"), "", "", text(person, "avatar"))


PROVIDER = Provider(
    name="planningcenter",
    display_name="Planning Center",
    letters="PC",
    color="#2266f7",
    auth_url="https://api.planningcenteronline.com/oauth/authorize",
    token_url="https://api.planningcenteronline.com/oauth/token",
    user_info_url="https://api.planningcenteronline.com/people/v2/me",
    scopes=("people",),
    authentication="post",
    profile=_profile,
)
