"""A client that asks in GraphQL."""

from __future__ import annotations

from typing import Any

import httpx


class Asking:
    """`path`: `/graphql` or `/graphql/system`."""

    def __init__(self, client: httpx.Client, path: str = "/graphql") -> None:
        self.client = client
        self.path = path

    def send(self, query: str, variables: Any = None, **more: Any) -> httpx.Response:
        return self.client.post(self.path, json={"query": query, "variables": variables, **more})

    def data(self, query: str, variables: Any = None, **more: Any) -> Any:
        """The data of an answer without errors."""
        answer = self.send(query, variables, **more)
        assert answer.status_code == 200, answer.text
        body = answer.json()
        assert "errors" not in body, body
        return body["data"]

    def failed(self, query: str, variables: Any = None, **more: Any) -> tuple[Any, list[Any]]:
        """The data and the errors of an answer that has some."""
        answer = self.send(query, variables, **more)
        assert answer.status_code == 200, answer.text
        body = answer.json()
        return body.get("data"), body["errors"]

    def invalid(self, query: str, variables: Any = None) -> list[str]:
        """What is wrong with a document."""
        answer = self.send(query, variables)
        assert answer.status_code == 400, answer.text
        (error,) = answer.json()["errors"]
        assert error["message"] == "GraphQL validation error."
        assert error["extensions"]["code"] == "GRAPHQL_VALIDATION"
        return [item["message"] for item in error["extensions"]["errors"]]
