"""The settings of how much may be asked, sent and kept. See `satchel.config` for what a row means."""

from __future__ import annotations

from dataclasses import dataclass

from satchel.config.rows import setting


@dataclass(frozen=True, kw_only=True)
class Limits:
    body_limit_bytes: int = setting(32 * 1024**2, "The largest request body.", minimum=1024, maximum=1024**4)
    statement_timeout_seconds: float = setting(
        30.0,
        "A statement that takes longer is cancelled.",
        minimum=0.01,
        maximum=86400,
    )
    max_concurrent_requests: int = setting(
        1000,
        "Requests in progress per worker; more are answered with 503 at once.",
        minimum=1,
        maximum=1000000,
    )
    query_limit_default: int = setting(
        100,
        "Items per page when the caller names no limit (Directus clients).",
        minimum=0,
        unlimited=-1,
    )
    background_tasks_max: int = setting(
        4,
        "How many imports and exports go on in the background of each worker; more are refused with 429.",
        minimum=1,
        maximum=1000,
    )
    query_limit_max: int = setting(
        -1, "The largest page that a caller may ask for. -1: no limit.", minimum=1, unlimited=-1
    )
    csv_guard: bool = setting(
        True,
        "Write cells of CSV that a spreadsheet program would run as a formula with a `'` before them, and take that off"
        " again in imports. Off: cells are written and read as they are.",
    )
    xlsx_unpacked_size: int = setting(
        128 * 1024**2, "Bytes that a workbook (XLSX) may unpack to when it is imported.", minimum=1024
    )
    xlsx_cells_max: int = setting(5_000_000, "Cells that a workbook (XLSX) may have when it is imported.", minimum=1)
    graphql_introspection: bool = setting(
        True, "Whether GraphQL schemas can be asked what they hold; without, no SDL is served either."
    )
    graphql_query_token_limit: int = setting(5000, "Tokens (names, numbers, signs) in one GraphQL document.", minimum=1)
    graphql_max_root_fields: int = setting(
        50,
        "Root fields in one GraphQL operation, aliases counted.",
        minimum=1,
    )
    graphql_max_introspection_fields: int = setting(
        2_000_000, "Fields in one answer about a GraphQL schema itself.", minimum=1000
    )
    graphql_max_fields: int = setting(
        10_000, "Fields that one GraphQL operation selects, with its fragments spread out.", minimum=1
    )
    max_offset: int = setting(
        1_000_000_000,
        "The farthest row at which a page may start.",
        minimum=0,
        maximum=2**53,
    )
    max_relational_depth: int = setting(10, "How many relations deep a query may go.", minimum=1, maximum=100)
    across_limit: int = setting(
        10_000,
        "How many items of another database a filter, a sort or a nested list may have to look through.",
        minimum=1,
        maximum=1_000_000,
    )
    max_filter_nodes: int = setting(1000, "How many conditions one filter may hold.", minimum=1, maximum=100000)
    visible_references: bool = setting(
        False,
        "Whether an item may only refer to items that its writer may see. Both protocols' own servers take any key that"
        " exists.",
    )
    max_batch_mutation: int = setting(
        100_000,
        "How many items one request may write. -1: no limit.",
        minimum=1,
        unlimited=-1,
    )
    cascade_rows_max: int = setting(
        10_000,
        "How many rows the database's own foreign keys (ON DELETE, ON UPDATE) may change after one item. -1: no limit.",
        minimum=1,
        unlimited=-1,
    )
    backup_upload_limit_bytes: int = setting(
        1024**4, "The largest backup that may be uploaded.", minimum=1024, maximum=1024**5
    )
    job_timeout_seconds: float = setting(
        3600.0,
        "A scheduled job that takes longer is stopped.",
        minimum=1,
        maximum=86400,
    )
    rate_limit_clients_max: int = setting(
        100_000,
        "How many clients and rules are counted at once; beyond it the oldest counts are forgotten. Rate limits count"
        " for all workers of a machine together (on Windows, for each).",
        minimum=100,
        maximum=10_000_000,
    )
    rate_limiter_enabled: bool = setting(
        False,
        "Limit the requests of one address on the Directus wire, beside the rules among the settings.",
    )
    rate_limiter_points: int = setting(50, "How many requests one address has per duration.", minimum=1, maximum=10**9)
    rate_limiter_duration_seconds: float = setting(1.0, "The duration.", minimum=0.1, maximum=86_400)
    rate_limiter_global_enabled: bool = setting(
        False, "Limit the requests of all addresses together on the Directus wire."
    )
    rate_limiter_global_points: int = setting(
        1000, "How many requests all have per duration.", minimum=1, maximum=10**9
    )
    rate_limiter_global_duration_seconds: float = setting(1.0, "The duration of that.", minimum=0.1, maximum=86_400)
    pressure_limit_milliseconds: int = setting(
        500,
        "How late the event loop may be, on average of a second, before requests of the Directus wire are answered with"
        " 503. 0: as late as it likes.",
        minimum=0,
        maximum=60_000,
    )
    image_pixels_max: int = setting(
        50_000_000,
        "The largest image that thumbs are made of (pixels).",
        minimum=10_000,
        maximum=10**10,
    )
