"""The operations that belong to no collection, as a table.

In charge of: their paths, bodies, what they are for and who may use them at all. Not in charge of: whether they are
served: `document` takes those that have a route. Pure.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

TEXT: Mapping[str, Any] = {"type": "string"}
FLAG: Mapping[str, Any] = {"type": "boolean"}
EMAIL: Mapping[str, Any] = {"type": "string", "format": "email"}
UUID: Mapping[str, Any] = {"type": "string", "format": "uuid"}
MODE: Mapping[str, Any] = {"type": "string", "enum": ["json", "cookie", "session"]}
ANY_OBJECT: Mapping[str, Any] = {"type": "object"}


def body(*needed: str, **properties: Mapping[str, Any]) -> dict[str, Any]:
    """An object with these properties."""
    schema: dict[str, Any] = {"type": "object", "properties": dict(properties)}
    return {**schema, "required": list(needed)} if needed else schema


@dataclass(frozen=True, slots=True)
class Operation:
    """`path`: with `{names}`. `answer`: data, raw (no envelope), text, page, file, redirect, empty or nothing.
    `query`: what may stand in the address, by name. `names`: the schema of a name in the path, unless it is a text.
    `headers`: those that the request needs.
    """

    method: str
    path: str
    id: str
    summary: str
    tag: str
    answer: str = "data"
    body: Mapping[str, Any] | None = None
    query: Mapping[str, Mapping[str, Any]] = field(default_factory=dict[str, Mapping[str, Any]])
    names: Mapping[str, Mapping[str, Any]] = field(default_factory=dict[str, Mapping[str, Any]])
    media: str = "application/json"
    headers: Mapping[str, Mapping[str, Any]] = field(default_factory=dict[str, Mapping[str, Any]])


_ASSET: Mapping[str, Mapping[str, Any]] = {
    "key": TEXT,
    "transforms": TEXT,
    "download": FLAG,
    "width": {"type": "integer"},
    "height": {"type": "integer"},
    "quality": {"type": "integer"},
    "fit": {"type": "string", "enum": ["cover", "contain", "inside", "outside"]},
    "format": {"type": "string", "enum": ["auto", "jpg", "png", "webp", "tiff", "avif"]},
}
_ID = {"id": UUID}
_QUESTION = {"query": TEXT, "variables": TEXT, "operationName": TEXT}
_FORM = "application/x-www-form-urlencoded"
_TUS: Mapping[str, Mapping[str, Any]] = {"Tus-Resumable": {"type": "string", "const": "1.0.0"}}
_COUNT: Mapping[str, Any] = {"type": "integer", "minimum": 0}
_PIECE = {**_TUS, "Upload-Offset": _COUNT}

OPERATIONS: tuple[Operation, ...] = (
    Operation("POST", "/auth/login", "login", "Sign in with e-mail address and password", "Authentication",
              body=body("email", "password", email=EMAIL, password=TEXT, mode=MODE, otp=TEXT)),
    Operation("POST", "/auth/refresh", "refresh", "Trade a refresh token for new tokens", "Authentication",
              body=body(refresh_token=TEXT, mode=MODE)),
    Operation("POST", "/auth/logout", "logout", "End a session", "Authentication", "nothing",
              body=body(refresh_token=TEXT, mode=MODE)),
    Operation("POST", "/auth/password/request", "passwordRequest", "Ask for a mail to reset a password",
              "Authentication", "nothing", body=body("email", email=EMAIL, reset_url=TEXT)),
    Operation("POST", "/auth/password/reset", "passwordReset", "Set a new password by the token of that mail",
              "Authentication", "nothing", body=body("token", "password", token=TEXT, password=TEXT)),
    Operation("GET", "/auth", "getAuthProviders", "List the identity providers", "Authentication",
              query={"sessionOnly": FLAG}),
    Operation("GET", "/auth/login/{provider}", "signOn", "Go to an identity provider and come back", "Authentication",
              "redirect", query={"redirect": TEXT, "prompt": FLAG, "otp": TEXT}),
    Operation("POST", "/auth/login/{provider}", "signOnWithPassword", "Sign in with a directory's password",
              "Authentication",
              body=body("identifier", "password", identifier=TEXT, password=TEXT, mode=MODE, otp=TEXT)),
    Operation("GET", "/auth/login/{provider}/callback", "signOnCallback", "Where OAuth and OpenID providers send back",
              "Authentication", "redirect", query={"code": TEXT, "state": TEXT, "error": TEXT}),
    Operation("POST", "/auth/login/{provider}/callback", "signOnFormCallback", "The same, for providers that post",
              "Authentication", "redirect", body=body(code=TEXT, state=TEXT, error=TEXT), media=_FORM),
    Operation("GET", "/auth/login/{provider}/metadata", "samlMetadata", "What a SAML provider has to know",
              "Authentication", "text"),
    Operation("POST", "/auth/login/{provider}/acs", "samlConsume", "Where SAML providers send back", "Authentication",
              "redirect", body=body(SAMLResponse=TEXT, RelayState=TEXT), media=_FORM),
    Operation("POST", "/auth/login/{provider}/logout", "samlLogout", "End a session here and at a SAML provider",
              "Authentication", "redirect"),
    Operation("GET", "/users/me", "getMe", "The caller", "Users"),
    Operation("PATCH", "/users/me", "updateMe", "Change the caller", "Users", body=ANY_OBJECT),
    Operation("PATCH", "/users/me/track/page", "updateLastUsedPageMe", "Keep the last used page", "Users", "nothing",
              body=body("last_page", last_page=TEXT)),
    Operation("POST", "/users/invite", "invite", "Invite people by mail", "Users", "nothing",
              body=body("email", "role", email={"anyOf": [EMAIL, {"type": "array", "items": EMAIL}]}, role=UUID,
                        invite_url=TEXT)),
    Operation("POST", "/users/invite/accept", "acceptInvite", "Accept an invitation", "Users", "nothing",
              body=body("token", "password", token=TEXT, password=TEXT)),
    Operation("POST", "/users/register", "register", "Make an account of one's own", "Users", "nothing",
              body=body("email", "password", email=EMAIL, password=TEXT, first_name=TEXT, last_name=TEXT,
                        verification_url=TEXT)),
    Operation("GET", "/users/register/verify-email", "verifyEmail", "Follow the link of that mail", "Users",
              "redirect", query={"token": TEXT}),
    Operation("POST", "/users/me/tfa/generate", "meTfaGenerate", "A secret for a second factor", "Users",
              body=body("password", password=TEXT)),
    Operation("POST", "/users/me/tfa/enable", "meTfaEnable", "Turn the second factor on", "Users", "nothing",
              body=body("secret", "otp", secret=TEXT, otp=TEXT)),
    Operation("POST", "/users/me/tfa/disable", "meTfaDisable", "Turn the second factor off", "Users", "nothing",
              body=body("otp", otp=TEXT)),
    Operation("POST", "/users/{id}/tfa/disable", "tfaDisable", "Turn somebody's second factor off", "Users", "nothing",
              names=_ID),
    Operation("POST", "/auth/passkeys/options", "passkeyOptions", "What a browser needs to show a passkey",
              "Authentication"),
    Operation("POST", "/auth/passkeys/login", "passkeyLogin", "Sign in with a passkey", "Authentication",
              body=body("credential", credential=ANY_OBJECT, mode=MODE)),
    Operation("GET", "/users/me/passkeys", "mePasskeys", "The caller's passkeys", "Users"),
    Operation("POST", "/users/me/passkeys/options", "mePasskeyOptions", "What a browser needs to make a passkey",
              "Users", body=body("password", password=TEXT)),
    Operation("POST", "/users/me/passkeys", "mePasskeyAdd", "Keep a passkey that a browser made", "Users",
              body=body("credential", credential=ANY_OBJECT, name=TEXT)),
    Operation("PATCH", "/users/me/passkeys/{passkey}", "mePasskeyRename", "Rename a passkey", "Users",
              body=body("name", name=TEXT)),
    Operation("DELETE", "/users/me/passkeys", "mePasskeysRemove", "Remove all of the caller's passkeys", "Users",
              "nothing", body=body("password", password=TEXT)),
    Operation("DELETE", "/users/me/passkeys/{passkey}", "mePasskeyRemove", "Remove a passkey", "Users", "nothing",
              body=body("password", password=TEXT)),
    Operation("GET", "/users/{id}/passkeys", "userPasskeys", "Somebody's passkeys", "Users", names=_ID),
    Operation("DELETE", "/users/{id}/passkeys", "userPasskeysRemove", "Remove all of somebody's passkeys", "Users",
              "nothing", names=_ID),
    Operation("DELETE", "/users/{id}/passkeys/{passkey}", "userPasskeyRemove", "Remove one of somebody's passkeys",
              "Users", "nothing", names=_ID),
    Operation("GET", "/users/me/sessions", "meSessions", "Where the caller is signed in", "Users"),
    Operation("DELETE", "/users/me/sessions", "meSessionsEnd", "End all sessions but this one", "Users", "nothing"),
    Operation("DELETE", "/users/me/sessions/{session}", "meSessionEnd", "End one session", "Users", "nothing"),
    Operation("GET", "/users/{id}/sessions", "userSessions", "Where somebody is signed in", "Users", names=_ID),
    Operation("DELETE", "/users/{id}/sessions", "userSessionsEnd", "End all sessions of somebody", "Users", "nothing",
              names=_ID),
    Operation("DELETE", "/users/{id}/sessions/{session}", "userSessionEnd", "End one session of somebody", "Users",
              "nothing", names=_ID),
    Operation("GET", "/roles/me", "getRolesMe", "The caller's roles", "Roles"),
    Operation("GET", "/policies/me/globals", "getPolicyGlobals", "What the caller's policies give in general",
              "Policies"),
    Operation("GET", "/permissions/me", "getMyPermissions", "The caller's permissions", "Permissions"),
    Operation("GET", "/permissions/me/{collection}", "getMyCollectionPermissions",
              "What the caller may do with a collection of one item", "Permissions"),
    Operation("GET", "/permissions/me/{collection}/{id}", "getMyItemPermissions",
              "What the caller may do with one item", "Permissions"),
    Operation("GET", "/permissions/check", "checkPermissions", "What somebody may do, and why", "Permissions",
              query={"collection": TEXT, "action": TEXT, "user": UUID, "item": TEXT, "ip": TEXT}),
    Operation("GET", "/collections", "getCollections", "List the collections", "Collections"),
    Operation("POST", "/collections", "createCollection", "Make a collection", "Collections",
              body=body("collection", collection=TEXT, meta=ANY_OBJECT, schema=ANY_OBJECT,
                        fields={"type": "array", "items": ANY_OBJECT})),
    Operation("PATCH", "/collections", "updateCollections", "Change several collections", "Collections",
              body={"type": "array", "items": body("collection", collection=TEXT, meta=ANY_OBJECT)}),
    Operation("GET", "/collections/{collection}", "getCollection", "One collection", "Collections"),
    Operation("PATCH", "/collections/{collection}", "updateCollection", "Change a collection", "Collections",
              body=body(meta=ANY_OBJECT)),
    Operation("DELETE", "/collections/{collection}", "deleteCollection", "Delete a collection", "Collections",
              "nothing"),
    Operation("GET", "/fields", "getFields", "List the fields of all collections", "Fields"),
    Operation("GET", "/fields/{collection}", "getCollectionFields", "List the fields of a collection", "Fields"),
    Operation("POST", "/fields/{collection}", "createField", "Make a field", "Fields",
              body=body("field", "type", field=TEXT, type=TEXT, meta=ANY_OBJECT, schema=ANY_OBJECT)),
    Operation("PATCH", "/fields/{collection}", "updateFields", "Change several fields", "Fields",
              body={"type": "array",
                    "items": body("field", field=TEXT, type=TEXT, meta=ANY_OBJECT, schema=ANY_OBJECT)}),
    Operation("GET", "/fields/{collection}/{field}", "getCollectionField", "One field", "Fields"),
    Operation("PATCH", "/fields/{collection}/{field}", "updateField", "Change a field", "Fields",
              body=body(type=TEXT, meta=ANY_OBJECT, schema=ANY_OBJECT)),
    Operation("DELETE", "/fields/{collection}/{field}", "deleteField", "Delete a field", "Fields", "nothing"),
    Operation("GET", "/relations", "getRelations", "List the relations", "Relations"),
    Operation("GET", "/relations/{collection}", "getCollectionRelations", "List those of a collection", "Relations"),
    Operation("POST", "/relations", "createRelation", "Make a relation", "Relations",
              body=body("collection", "field", collection=TEXT, field=TEXT, related_collection=TEXT, meta=ANY_OBJECT,
                        schema=ANY_OBJECT)),
    Operation("GET", "/relations/{collection}/{field}", "getRelation", "One relation", "Relations"),
    Operation("PATCH", "/relations/{collection}/{field}", "updateRelation", "Change a relation", "Relations",
              body=body(meta=ANY_OBJECT, schema=ANY_OBJECT)),
    Operation("DELETE", "/relations/{collection}/{field}", "deleteRelation", "Delete a relation", "Relations",
              "nothing"),
    Operation("GET", "/schema/snapshot", "schemaSnapshot", "The data model as one document", "Schema",
              query={"export": {"type": "string", "enum": ["csv", "json", "xml", "yaml", "xlsx"]}}),
    Operation("POST", "/schema/diff", "schemaDiff", "Compare a snapshot with what is", "Schema", body=ANY_OBJECT,
              query={"force": FLAG}),
    Operation("POST", "/schema/plan", "schemaPlan", "What applying a comparison would do", "Schema", body=ANY_OBJECT),
    Operation("POST", "/schema/apply", "schemaApply", "Make what a comparison found", "Schema", "nothing",
              body=ANY_OBJECT),
    Operation("GET", "/assets/{id}", "getAsset", "A file's content, or a version of an image", "Assets", "file",
              query=_ASSET, names=_ID),
    Operation("GET", "/assets/{id}/{filename}", "getNamedAsset", "The same, by a name of one's own", "Assets", "file",
              query=_ASSET, names=_ID),
    Operation("POST", "/assets/files", "getAssetsArchive", "Several files in an archive", "Assets", "file",
              body=body("ids", ids={"type": "array", "items": UUID})),
    Operation("POST", "/assets/folder/{id}", "getFolderArchive", "A folder's files in an archive", "Assets", "file",
              names=_ID),
    Operation("POST", "/files/import", "importFile", "Fetch a file from an address", "Files",
              body=body("url", url={"type": "string", "format": "uri"}, data=ANY_OBJECT)),
    Operation("OPTIONS", "/files/tus", "uploadOptions", "What resumable uploads can do", "Files", "empty"),
    Operation("POST", "/files/tus", "beginUpload", "Begin a resumable upload (tus)", "Files", "empty",
              headers={**_TUS, "Upload-Length": _COUNT, "Upload-Metadata": TEXT}),
    Operation("OPTIONS", "/files/tus/{id}", "uploadOptionsSingle", "The same, at an upload", "Files", "empty",
              names=_ID),
    Operation("HEAD", "/files/tus/{id}", "getUpload", "How much of an upload has arrived", "Files", "empty", names=_ID,
              headers=_TUS),
    Operation("PATCH", "/files/tus/{id}", "appendToUpload", "The next piece of an upload", "Files", "empty", names=_ID,
              body={"type": "string", "format": "binary"}, media="application/offset+octet-stream", headers=_PIECE),
    Operation("POST", "/files/tus/{id}", "overrideUpload", "PATCH or DELETE where only POST gets through", "Files",
              "empty", names=_ID, headers={**_TUS, "X-HTTP-Method-Override": {"enum": ["PATCH", "DELETE"]}},
              body={"type": "string", "format": "binary"}, media="application/offset+octet-stream"),
    Operation("DELETE", "/files/tus/{id}", "endUpload", "Give an upload up", "Files", "empty", names=_ID,
              headers=_TUS),
    Operation("POST", "/settings/owner", "setOwner", "Who the project belongs to", "Settings", "nothing",
              body=body(project_owner=TEXT, project_usage=TEXT, org_name=TEXT, product_updates=FLAG)),
    Operation("GET", "/extensions", "getExtensions", "List the extensions", "Extensions"),
    Operation("GET", "/extensions/sources/{chunk}", "getExtensionSources", "The script that loads extensions",
              "Extensions", "file"),
    Operation("GET", "/extensions/registry", "getExtensionRegistry", "Look into the registry", "Extensions"),
    Operation("GET", "/extensions/registry/account/{id}", "getExtensionAccount", "An account of the registry",
              "Extensions", names=_ID),
    Operation("GET", "/extensions/registry/extension/{id}", "getRegisteredExtension", "An extension of the registry",
              "Extensions", names=_ID),
    Operation("POST", "/extensions/registry/install", "installExtension", "Install from the registry", "Extensions",
              "nothing", body=body("extension", "version", extension=UUID, version=TEXT)),
    Operation("POST", "/extensions/registry/reinstall", "reinstallExtension", "Install once more", "Extensions",
              "nothing", body=body("extension", extension=UUID)),
    Operation("DELETE", "/extensions/registry/uninstall/{id}", "uninstallExtension", "Take an extension off",
              "Extensions", "nothing", names=_ID),
    Operation("PATCH", "/extensions/{id}", "updateExtension", "Turn an extension on or off", "Extensions",
              body=body(meta=ANY_OBJECT), names=_ID),
    Operation("DELETE", "/extensions/{id}", "deleteExtension", "Delete an extension", "Extensions", "nothing",
              names=_ID),
    Operation("POST", "/server/setup", "setup", "Make the first account", "Server", "nothing",
              body=body("token", "email", "password", token=TEXT, email=EMAIL, password=TEXT, project_name=TEXT,
                        sample=TEXT)),
    Operation("GET", "/server/ping", "ping", "Whether the server is there", "Server", "text"),
    Operation("GET", "/server/info", "serverInfo", "What the server says of itself", "Server"),
    Operation("GET", "/server/health", "serverHealth", "How the server is", "Server", "raw"),
    Operation("GET", "/server/specs/oas", "getOpenApi", "This description", "Server", "raw"),
    Operation("GET", "/server/specs/graphql", "getGraphQlSchema", "The GraphQL schema of items", "Server", "text"),
    Operation("GET", "/server/specs/graphql/{scope}", "getGraphQlSchemaOf", "The schema of `items` or `system`",
              "Server", "text", names={"scope": {"type": "string", "enum": ["items", "system"]}}),
    Operation("GET", "/utils/random/string", "random", "A text of chance", "Utilities",
              query={"length": {"type": "integer", "minimum": 1, "maximum": 500}}),
    Operation("POST", "/utils/sort/{collection}", "sort", "Move an item in its list", "Utilities", "nothing",
              body=body("item", "to", item={"type": ["string", "integer"]}, to={"type": ["string", "integer"]})),
    Operation("POST", "/utils/import/{collection}", "import", "Read items from a file", "Utilities", "nothing",
              query={"dryRun": FLAG, "preview": FLAG, "background": FLAG},
              body=body("file", file={"type": "string", "format": "binary"}), media="multipart/form-data"),
    Operation("POST", "/utils/import", "importMany", "Write items of several collections at once", "Utilities",
              query={"mode": {"type": "string", "enum": ["add", "merge"]}, "dryRun": FLAG,
                     "dangerouslyAllowDelete": FLAG},
              body={"type": "array", "items": body("collection", "items", collection=TEXT,
                                                   items={"type": "array", "items": ANY_OBJECT})}),
    Operation("POST", "/utils/export/{collection}", "export", "Write items into a file", "Utilities", "nothing",
              body=body("query", "format", query=ANY_OBJECT, file=ANY_OBJECT,
                        format={"type": "string", "enum": ["csv", "json", "xml", "yaml", "xlsx"]})),
    Operation("GET", "/activity/operations", "readActivityOperations", "Which operations activity belongs to",
              "Activity"),
    Operation("GET", "/activity/operations/{operation}", "readActivityOperation", "The activity of one operation",
              "Activity", names={"operation": UUID}),
    Operation("POST", "/utils/revert/{revision}", "revert", "Bring an item back to a revision", "Utilities",
              "nothing", names={"revision": {"type": "integer"}}),
    Operation("POST", "/utils/cache/clear", "clearCache", "Empty the cache", "Utilities", "nothing"),
    Operation("POST", "/utils/resolve-redirect", "resolveRedirect", "Where a log-in may lead", "Utilities",
              body=body("redirect", redirect=TEXT, provider=TEXT)),
    Operation("GET", "/flows/trigger/{id}", "triggerFlow", "Run a flow", "Flows", "raw", names=_ID),
    Operation("POST", "/flows/trigger/{id}", "triggerFlowWithBody", "Run a flow", "Flows", "raw", body=ANY_OBJECT,
              names=_ID),
    Operation("POST", "/shares/auth", "shareLogin", "Open a share", "Shares",
              body=body("share", share=UUID, password=TEXT, mode=MODE)),
    Operation("GET", "/shares/info/{id}", "getShareInfo", "What anybody may know of a share", "Shares", names=_ID),
    Operation("POST", "/shares/invite", "shareInvite", "Mail a share", "Shares", "nothing",
              body=body("share", "emails", share=UUID, emails={"type": "array", "items": EMAIL})),
    Operation("GET", "/versions/{id}/compare", "compareVersion", "A version beside its item", "Versions", names=_ID),
    Operation("POST", "/versions/{id}/save", "saveVersion", "Save changes into a version", "Versions", body=ANY_OBJECT,
              query={"drop": TEXT}, names=_ID),
    Operation("POST", "/versions/{id}/promote", "promoteVersion", "Make a version the item", "Versions",
              body=body("mainHash", mainHash=TEXT, fields={"type": "array", "items": TEXT}), names=_ID),
    Operation("GET", "/versions/{id}/schedule", "readVersionSchedule", "When a version is published", "Versions",
              names=_ID),
    Operation("POST", "/versions/{id}/schedule", "scheduleVersion", "Publish a version at a moment", "Versions",
              body=body("publish_at", publish_at=TEXT, fields={"type": "array", "items": TEXT}), names=_ID),
    Operation("DELETE", "/versions/{id}/schedule", "unscheduleVersion", "Not publish a version by itself", "Versions",
              "nothing", names=_ID),
    Operation("GET", "/graphql", "graphqlQuery", "A GraphQL question about items", "GraphQL", "raw", query=_QUESTION),
    Operation("GET", "/graphql/system", "graphqlSystemQuery", "A GraphQL question about everything else", "GraphQL",
              "raw", query=_QUESTION),
    Operation("POST", "/graphql", "graphql", "A GraphQL request about items", "GraphQL", "raw",
              body=body("query", query=TEXT, variables=ANY_OBJECT, operationName=TEXT)),
    Operation("POST", "/graphql/system", "graphqlSystem", "A GraphQL request about everything else", "GraphQL", "raw",
              body=body("query", query=TEXT, variables=ANY_OBJECT, operationName=TEXT)),
)  # fmt: skip

ADMINS = frozenset({
    "updateCollections", "updateFields", "getExtensionRegistry", "getExtensionAccount", "getRegisteredExtension",
    "installExtension", "reinstallExtension", "uninstallExtension", "updateExtension", "deleteExtension",
    "createCollection", "updateCollection", "deleteCollection", "createField", "updateField", "deleteField",
    "createRelation", "updateRelation", "deleteRelation", "schemaSnapshot", "schemaDiff", "schemaApply", "clearCache",
    "tfaDisable", "userSessions", "userSessionsEnd", "userSessionEnd",
})  # fmt: skip
"""Operations for administrators alone."""

USERS = frozenset({
    "updateMe", "updateLastUsedPageMe", "invite", "meTfaGenerate", "meTfaEnable", "meTfaDisable", "meSessions",
    "meSessionsEnd", "meSessionEnd", "getRolesMe", "getExtensions", "setOwner", "getPolicyGlobals", "serverHealth",
    "shareInvite", "revert",
})  # fmt: skip
"""Operations for whoever is signed in."""
