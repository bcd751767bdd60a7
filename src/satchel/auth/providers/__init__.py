"""Every identity provider, in the order in which lists show them."""

from __future__ import annotations

from collections.abc import Mapping

from satchel.auth.providers import (
    apple,
    bitbucket,
    box,
    discord,
    facebook,
    gitea,
    gitee,
    github,
    gitlab,
    google,
    instagram2,
    kakao,
    lark,
    linear,
    livechat,
    mailcow,
    microsoft,
    monday,
    notion,
    oidc,
    patreon,
    planningcenter,
    spotify,
    strava,
    trakt,
    twitch,
    twitter,
    vk,
    wakatime,
    yandex,
)
from satchel.auth.providers.contract import Provider

PROVIDERS: Mapping[str, Provider] = {
    found.name: found
    for found in (
        apple.PROVIDER,
        google.PROVIDER,
        microsoft.PROVIDER,
        yandex.PROVIDER,
        facebook.PROVIDER,
        instagram2.PROVIDER,
        github.PROVIDER,
        gitlab.PROVIDER,
        bitbucket.PROVIDER,
        gitee.PROVIDER,
        gitea.PROVIDER,
        discord.PROVIDER,
        twitter.PROVIDER,
        kakao.PROVIDER,
        vk.PROVIDER,
        linear.PROVIDER,
        notion.PROVIDER,
        monday.PROVIDER,
        lark.PROVIDER,
        box.PROVIDER,
        spotify.PROVIDER,
        trakt.PROVIDER,
        twitch.PROVIDER,
        patreon.PROVIDER,
        strava.PROVIDER,
        wakatime.PROVIDER,
        livechat.PROVIDER,
        mailcow.PROVIDER,
        planningcenter.PROVIDER,
        oidc.PROVIDER,
        oidc.SECOND,
        oidc.THIRD,
    )
}
