"""The settings of files of Directus clients and assets. See `satchel.config` for what a row means."""

from __future__ import annotations

from dataclasses import dataclass

from satchel.config.rows import setting


@dataclass(frozen=True, kw_only=True)
class Files:
    storage_url: str = setting(
        "",
        "Where uploaded files are kept, if not in the data folder: `s3://bucket?…`, `gs://bucket?…` or"
        " `az://container?…`. A bucket that superusers set in the settings wins.",
        secret=True,
    )
    file_size_max_bytes: int = setting(5 * 1024**3, "The largest file of the library.", minimum=1024, maximum=1024**5)
    file_types_allowed: tuple[str, ...] = setting(
        ("*/*",), "Media types that the library takes, such as `image/*` or `application/pdf`."
    )
    file_metadata_kept: tuple[str, ...] = setting(
        (
            "ifd0.Make",
            "ifd0.Model",
            "exif.FNumber",
            "exif.ExposureTime",
            "exif.FocalLength",
            "exif.ISOSpeedRatings",
        ),
        "What images say of themselves that is kept in `metadata` of their files: `group.Name`, `group.*`, or `*` for"
        " all. Groups are `ifd0`, `ifd1`, `exif`, `gps`, `interop`, `iptc` and `icc`. Think of whom it is shown to:"
        " `gps` says where somebody was.",
    )
    tus_enabled: bool = setting(True, "Serve `/files/tus`: uploads that go on where they were cut.")
    tus_chunk_bytes: int = setting(
        8 * 1024**2,
        "The size of the pieces in which clients are told to send such an upload.",
        minimum=64 * 1024,
        maximum=1024**3,
    )
    tus_expiration_seconds: float = setting(
        600.0,
        "How long an unfinished upload is kept after its last piece.",
        minimum=1,
        maximum=30 * 86400,
    )
    tus_uploads_max: int = setting(1000, "How many uploads may be unfinished at a time.", minimum=1, maximum=1_000_000)
    assets_cache_ttl_seconds: int = setting(
        30 * 86400, "How long browsers may keep an asset without asking again.", minimum=0, maximum=10**9
    )
    asset_side_max: int = setting(
        6000, "The longest side that a transformed image may have (pixels).", minimum=16, maximum=65_000
    )
    asset_operations_max: int = setting(5, "How many operations one `transforms` may hold.", minimum=0, maximum=100)
    asset_timeout_seconds: float = setting(
        7.5, "How long the transformation of one image may take.", minimum=0.1, maximum=600
    )
    asset_waiting_max: int = setting(
        25,
        "How many images may be transformed or wait for it, per worker; more are answered with 503.",
        minimum=1,
        maximum=10_000,
    )
    asset_versions_max: int = setting(
        1000,
        "How many versions of one image are kept; one more, and they are dropped and made again as they are asked for.",
        minimum=1,
        maximum=1_000_000,
    )
    archive_files_max: int = setting(
        10_000, "How many files one archive of assets may hold.", minimum=1, maximum=10_000_000
    )
    archive_size_max_bytes: int = setting(
        20 * 1024**3, "How large the files of such an archive may be together.", minimum=1024
    )
