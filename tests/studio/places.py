"""A project with something on every screen, and the address of every screen in it.

For the sweep over all screens, and for the screenshots made by hand (`studio/scripts/screens.py`).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from tests.servers import Server

EMPTY = {
    "collection": "notes",
    "schema": {},
    "meta": {"icon": "notes", "note": "Nothing has been written down yet"},
    "fields": [
        {"field": "id", "type": "integer", "schema": {"is_primary_key": True, "has_auto_increment": True}},
        {"field": "title", "type": "string", "schema": {}},
    ],
}


@dataclass(frozen=True)
class Project:
    """Names of what is in it."""

    article: str
    author: str
    editor: str
    policy: str
    role: str
    file: str
    dashboard: str

    def places(self) -> dict[str, str]:
        """The path of every screen for somebody who is signed in, by a short name."""
        return {
            "home": "/home",
            "content": "/content",
            "list": "/content/articles?layout=tabular",
            "list-empty": "/content/notes",
            "list-no-match": "/content/articles?q=%22nothing+like+this%22",
            "cards": "/content/articles?layout=cards",
            "peek": f"/content/articles?peek={self.article}",
            "item": f"/content/articles/{self.article}",
            "item-history": f"/content/articles/{self.article}?panel=revisions",
            "item-comments": f"/content/articles/{self.article}?panel=comments",
            "item-links": f"/content/articles/{self.article}?panel=links",
            "author": f"/content/authors/{self.author}",
            "item-new": "/content/articles/new",
            "item-missing": "/content/articles/00000000-0000-4000-8000-000000000000",
            "import": "/content/articles/import",
            "files": "/files",
            "files-table": "/files?view=table",
            "file": f"/files?file={self.file}",
            "people": "/people",
            "person": f"/people/{self.editor}",
            "me": "/me",
            "me-security": "/me/security",
            "me-token": "/me/token",
            "me-preferences": "/me/preferences",
            "insights": "/insights",
            "dashboard": f"/insights/{self.dashboard}",
            "dashboard-edit": f"/insights/{self.dashboard}/edit",
            "access": "/settings/access",
            "role": f"/settings/access/roles/{self.role}",
            "policy": f"/settings/access/policies/{self.policy}",
            "check": f"/settings/access/check?user={self.editor}&collection=articles&action=update&item={self.article}",
            "settings-project": "/settings/project",
            "settings-mail": "/settings/mail",
            "settings-storage": "/settings/storage",
            "settings-security": "/settings/security",
            "settings-backups": "/settings/backups",
            "settings-schedules": "/settings/schedules",
            "settings-extensions": "/settings/extensions",
            "schema": "/develop/schema",
            "schema-collection": "/develop/schema/articles",
            "schema-api": "/develop/schema/articles?tab=api",
            "map": "/develop/map",
            "sql": "/develop/sql",
            "logs": "/develop/logs",
            "unknown": "/no/such/place",
        }


def make_project(server: Server) -> Project:
    """The blog sample with what it leaves out: history, a comment, a view, a version, news, an empty collection."""
    with server.client(server.directus_token()) as http:

        def made(path: str, body: Any) -> Any:
            answer = http.post(path, json=body)
            assert answer.is_success, answer.text
            return answer.json()["data"] if answer.content else None

        def first(path: str, **filters: str) -> str:
            return str(http.get(path, params={"limit": 1, "fields": "id", **filters}).json()["data"][0]["id"])

        made("/studio/api/sample", {"name": "blog"})
        made("/collections", EMPTY)
        alias = {"field": "articles", "type": "alias", "meta": {"interface": "list-o2m", "special": ["o2m"]}}
        made("/fields/authors", alias)
        assert http.patch("/relations/articles/author", json={"meta": {"one_field": "articles"}}).is_success
        me = http.get("/users/me").json()["data"]["id"]
        assert http.patch(f"/users/{me}", json={"first_name": "Ada", "last_name": "Byron"}).is_success
        article = first("/items/articles", sort="-published_at", **{"filter[status]": "published"})
        assert http.patch(f"/items/articles/{article}", json={"reading_minutes": 7, "featured": True}).is_success
        made("/comments", {"collection": "articles", "item": article, "comment": "Shall we lead with this one?"})
        made(
            "/presets",
            {
                "collection": "articles",
                "bookmark": "Drafts",
                "layout": "tabular",
                "filter": {"status": {"_eq": "draft"}},
                "user": me,
            },
        )
        made("/notifications", {"recipient": me, "subject": "The new issue is out", "message": "Have a *look*."})
        return Project(
            article=article,
            author=first("/items/authors", sort="name"),
            editor=first("/users", **{"filter[role][name]": "Editor"}),
            policy=first("/policies", **{"filter[name]": "Editor"}),
            role=first("/roles", **{"filter[name]": "Editor"}),
            file=first("/files", sort="title"),
            dashboard=first("/dashboards"),
        )
