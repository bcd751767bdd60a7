"""What a content is, judged by its first bytes.

In charge of: a small table of signatures, and telling kinds of text apart. Not in charge of: what a client says a file
is, which nobody believes. Called by `receive` and `downloads`.

Names and extensions are those that PocketBase finds for the same content, so that its fields' `mimeTypes` go on to mean
what they meant. `names` holds the type first, then other names of the same thing, which `mimeTypes` may use as well.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

HEAD_BYTES = 3072
"""How much of a content is looked at."""


@dataclass(frozen=True, slots=True)
class Sniffed:
    """`names[0]` is the content type; `extension` begins with a point, or is empty."""

    names: tuple[str, ...]
    extension: str = ""

    @property
    def content_type(self) -> str:
        return self.names[0]


def _of(extension: str, *names: str) -> Sniffed:
    return Sniffed(names, extension)


UNKNOWN = _of("", "application/octet-stream")
_PLAIN = ".txt"

# (offset, signature, what it is); the first that fits counts
_SIGNATURES: tuple[tuple[int, bytes, Sniffed], ...] = (
    (0, b"\x89PNG\r\n\x1a\n", _of(".png", "image/png")),
    (0, b"\xff\xd8\xff", _of(".jpg", "image/jpeg")),
    (0, b"GIF87a", _of(".gif", "image/gif")),
    (0, b"GIF89a", _of(".gif", "image/gif")),
    (0, b"%PDF-", _of(".pdf", "application/pdf", "application/x-pdf")),
    (0, b"II*\0", _of(".tiff", "image/tiff")),
    (0, b"MM\0*", _of(".tiff", "image/tiff")),
    (0, b"\0\0\1\0", _of(".ico", "image/x-icon")),
    (0, b"8BPS", _of(".psd", "image/vnd.adobe.photoshop", "image/x-psd", "application/photoshop")),
    (0, b"\xff\x0a", _of(".jxl", "image/jxl")),
    (0, b"\0\0\0\x0cJXL \r\n\x87\n", _of(".jxl", "image/jxl")),
    (0, b"\0\0\0\x0cjP  \r\n\x87\n", _of(".jp2", "image/jp2")),
    (0, b"\x1f\x8b", _of(".gz", "application/gzip", "application/x-gzip", "application/x-gunzip")),
    (0, b"BZh", _of(".bz2", "application/x-bzip2")),
    (0, b"\xfd7zXZ\0", _of(".xz", "application/x-xz")),
    (0, b"\x28\xb5\x2f\xfd", _of(".zst", "application/zstd")),
    (0, b"7z\xbc\xaf'\x1c", _of(".7z", "application/x-7z-compressed")),
    (0, b"Rar!\x1a\x07", _of(".rar", "application/vnd.rar", "application/x-rar-compressed", "application/x-rar")),
    (257, b"ustar", _of(".tar", "application/x-tar")),
    (0, b"\0asm", _of(".wasm", "application/wasm")),
    (0, b"SQLite format 3\0", _of(".sqlite", "application/vnd.sqlite3", "application/x-sqlite3")),
    (0, b"\x7fELF", _of("", "application/x-elf")),
    (0, b"MZ", _of(".exe", "application/vnd.microsoft.portable-executable")),
    (0, b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", _of("", "application/x-ole-storage")),
    (0, b"wOFF", _of(".woff", "font/woff")),
    (0, b"wOF2", _of(".woff2", "font/woff2")),
    (0, b"OTTO\0\x01", _of(".otf", "font/otf")),
    (0, b"{\\rtf", _of(".rtf", "text/rtf", "application/rtf")),
    (0, b"ID3", _of(".mp3", "audio/mpeg", "audio/x-mpeg", "audio/mp3")),
    (0, b"MThd", _of(".midi", "audio/midi", "audio/mid", "audio/sp-midi", "audio/x-mid", "audio/x-midi")),
    (0, b"fLaC\0\0\0\x22", _of(".flac", "audio/flac")),
    (0, b"FLV\x01", _of(".flv", "video/x-flv")),
    (0, b"\0\0\1\xba", _of(".mpeg", "video/mpeg")),
    (0, b"\0\0\1\xb3", _of(".mpeg", "video/mpeg")),
    (0, b"\x30\x26\xb2\x75\x8e\x66\xcf\x11", _of(".asf", "video/x-ms-asf", "video/asf", "video/x-ms-wmv")),
)
_WAV = _of(".wav", "audio/wav", "audio/x-wav", "audio/vnd.wave", "audio/wave")
_RIFF = {
    b"WEBP": _of(".webp", "image/webp"),
    b"WAVE": _WAV,
    b"AVI ": _of(".avi", "video/x-msvideo", "video/avi", "video/msvideo"),
}
_AIFF = _of(".aiff", "audio/aiff", "audio/x-aiff")
_MP3 = _of(".mp3", "audio/mpeg", "audio/x-mpeg", "audio/mp3")
_AAC = _of(".aac", "audio/aac")
_OGG = _of(".ogg", "application/ogg", "application/x-ogg")
_OGG_AUDIO = _of(".oga", "audio/ogg")
_OGG_VIDEO = _of(".ogv", "video/ogg")
_BMP = _of(".bmp", "image/bmp", "image/x-bmp", "image/x-ms-bmp")
_TTF = _of(".ttf", "font/ttf", "font/sfnt", "application/x-font-ttf", "application/font-sfnt")
_WEBM = _of(".webm", "video/webm", "audio/webm")
_MKV = _of(".mkv", "video/matroska", "video/x-matroska")
_MP4 = _of(".mp4", "video/mp4")
_QUICKTIME = _of(".mov", "video/quicktime")
_AVIF = _of(".avif", "image/avif")
_HEIC = _of(".heic", "image/heic")
_HEIF = _of(".heif", "image/heif")
_3GP = _of(".3gp", "video/3gpp", "video/3gp", "audio/3gpp")
_BRANDS = {
    b"avif": _AVIF,
    b"avis": _AVIF,
    b"heic": _HEIC,
    b"heix": _HEIC,
    b"mif1": _HEIF,
    b"heim": _HEIF,
    b"heis": _HEIF,
    b"avic": _HEIF,
    b"qt  ": _QUICKTIME,
    b"M4A ": _of(".m4a", "audio/x-m4a"),
    b"M4B ": _of(".m4a", "audio/x-m4a"),
    b"M4V ": _of(".m4v", "video/x-m4v"),
    b"3g2a": _of(".3g2", "video/3gpp2", "video/3g2", "audio/3gpp2"),
    b"3g2b": _of(".3g2", "video/3gpp2", "video/3g2", "audio/3gpp2"),
}

_ZIP = _of(".zip", "application/zip", "application/x-zip", "application/x-zip-compressed")
_OFFICE = "application/vnd.openxmlformats-officedocument."
_ZIPPED: tuple[tuple[bytes, Sniffed], ...] = (
    (b"word/", _of(".docx", f"{_OFFICE}wordprocessingml.document")),
    (b"xl/", _of(".xlsx", f"{_OFFICE}spreadsheetml.sheet")),
    (b"ppt/", _of(".pptx", f"{_OFFICE}presentationml.presentation")),
    (b"META-INF/MANIFEST.MF", _of(".jar", "application/java-archive", "application/jar", "application/x-java-archive")),
    (b"AndroidManifest.xml", _of(".apk", "application/vnd.android.package-archive")),
    (b"classes.dex", _of(".apk", "application/vnd.android.package-archive")),
)
_OPEN_DOCUMENTS = {
    b"application/epub+zip": _of(".epub", "application/epub+zip"),
    **{
        f"application/vnd.oasis.opendocument.{name}".encode(): _of(
            extension,
            f"application/vnd.oasis.opendocument.{name}",
            f"application/x-vnd.oasis.opendocument.{name}",
        )
        for name, extension in (
            ("text", ".odt"),
            ("spreadsheet", ".ods"),
            ("presentation", ".odp"),
            ("graphics", ".odg"),
            ("formula", ".odf"),
            ("chart", ".odc"),
        )
    },
}


def sniff(head: bytes) -> Sniffed:
    """What a content is. `head`: its first `HEAD_BYTES`, or all of it when it is shorter."""
    if not head:
        return _of(_PLAIN, "text/plain")
    for offset, signature, found in _SIGNATURES:
        if head.startswith(signature, offset):
            return found
    return _container(head) or _text(head) or UNKNOWN


# --- containers, whose kind is said further in


def _container(head: bytes) -> Sniffed | None:
    begin = head[:4]
    match begin:
        case b"RIFF":
            return _RIFF.get(head[8:12])
        case b"FORM":
            return _AIFF if head[8:12] in (b"AIFF", b"AIFC") else None
        case b"OggS":
            return _ogg(head)
        case b"PK\x03\x04":
            return _zip(head)
        case b"PK\x05\x06" | b"PK\x07\x08":
            return _ZIP
        case b"\x1aE\xdf\xa3":
            return _WEBM if b"webm" in head[:4096] else _MKV if b"matroska" in head[:4096] else None
        case b"\0\1\0\0":
            return _TTF if len(head) > 12 and head[4:6] != b"\0\0" else None
        case _:
            pass
    if head[4:8] == b"ftyp":
        brand = head[8:12]
        return _BRANDS.get(brand) or (_3GP if brand[:3] == b"3gp" else _MP4)
    if head[:2] == b"BM" and len(head) >= 18 and int.from_bytes(head[14:18], "little") in (12, 40, 52, 56, 108, 124):
        return _BMP
    if head[:2] in (b"\xff\xf1", b"\xff\xf9"):
        return _AAC
    if len(head) >= 3 and head[0] == 0xFF and head[1] & 0xE6 == 0xE2 and head[2] & 0xF0 not in (0xF0, 0):
        return _MP3
    return None


def _ogg(head: bytes) -> Sniffed:
    page = head[28:40]
    if page.startswith((b"\x7fFLAC", b"\x01vorbis", b"OpusHead", b"Speex")):
        return _OGG_AUDIO
    return _OGG_VIDEO if page.startswith((b"\x80theora", b"fishead\0", b"\x01video")) else _OGG


def _zip(head: bytes) -> Sniffed:
    names = _entry_names(head)
    if names and names[0] == b"mimetype":
        for content_type, found in _OPEN_DOCUMENTS.items():
            if head.startswith(content_type, 38):
                return found
    for name in names:
        for begin, found in _ZIPPED:
            if name.startswith(begin):
                return found
    return _ZIP


def _entry_names(head: bytes) -> list[bytes]:
    """The names of the entries that begin within the head."""
    names: list[bytes] = []
    at = 0
    while (at := head.find(b"PK\x03\x04", at)) >= 0 and len(names) < 100:
        length = int.from_bytes(head[at + 26 : at + 28], "little")
        names.append(head[at + 30 : at + 30 + length])
        at += 30
    return names


# --- texts

_SPACE = b" \t\n\x0b\x0c\r"
_MARKS = (
    (b"\xef\xbb\xbf", "utf-8"),
    (b"\xff\xfe\0\0", "utf-32le"),
    (b"\0\0\xfe\xff", "utf-32be"),
    (b"\xff\xfe", "utf-16le"),
    (b"\xfe\xff", "utf-16be"),
)
_HTML = re.compile(
    rb"<(!doctype html|html|head|script|iframe|h1|div|font|table|a|style|title|b|body|br|p|!--)[\s>]",
    re.IGNORECASE,
)
_XML_KINDS: tuple[tuple[bytes, Sniffed], ...] = (
    (b"<rss", _of(".rss", "application/rss+xml", "text/rss")),
    (b"<feed", _of(".atom", "application/atom+xml")),
    (b"<kml", _of(".kml", "application/vnd.google-earth.kml+xml")),
    (b"<gpx", _of(".gpx", "application/gpx+xml")),
)
_SHELLS: tuple[tuple[re.Pattern[bytes], Sniffed], ...] = (
    (re.compile(rb"python"), _of(".py", "text/x-python", "text/x-script.python", "application/x-python")),
    (re.compile(rb"\bnode\b"), _of(".js", "text/javascript", "application/x-javascript", "application/javascript")),
    (re.compile(rb"perl"), _of(".pl", "text/x-perl")),
    (re.compile(rb"php"), _of(".php", "text/x-php")),
    (re.compile(rb"ruby"), _of(".rb", "text/x-ruby", "application/x-ruby")),
    (re.compile(rb"lua"), _of(".lua", "text/x-lua")),
    (re.compile(rb"\b(ba|da|z|k|c|tc|fi)?sh\b"), _of(".sh", "text/x-shellscript", "text/x-sh", "application/x-sh")),
)
_TEXT_BEGINNINGS: tuple[tuple[bytes, Sniffed], ...] = (
    (b"<?php", _of(".php", "text/x-php")),
    (b"BEGIN:VCARD", _of(".vcf", "text/vcard")),
    (b"BEGIN:VCALENDAR\r\n", _of(".ics", "text/calendar")),
    (b"BEGIN:VCALENDAR\nVERSION", _of(".ics", "text/calendar")),
    (b"WEBVTT", _of(".vtt", "text/vtt")),
)
_SRT = re.compile(rb"1\r?\n\d\d:\d\d:\d\d,\d{3} --> \d\d:\d\d:\d\d,\d{3}")


def _text(head: bytes) -> Sniffed | None:
    for mark, charset in _MARKS:
        if head.startswith(mark):
            return _of(_PLAIN, f"text/plain; charset={charset}")
    if any(byte < 0x09 or (0x0D < byte < 0x20 and byte != 0x1B) or byte == 0x0B for byte in head):
        return None
    body = head.lstrip(_SPACE)
    return _marked_up(body) or _data(head, body) or _named(head) or _plain(head)


def _marked_up(body: bytes) -> Sniffed | None:
    if not body.startswith(b"<"):
        return None
    start = body[:1024]
    if b"<svg" in start and not start[:15].lower().startswith((b"<html", b"<!doctype html")):
        return _of(".svg", "image/svg+xml")
    if _HTML.match(body):
        return _of(".html", f"text/html; charset={_charset(body)}")
    if not body.startswith(b"<?xml"):
        return None
    for tag, found in _XML_KINDS:
        if tag in start:
            return found
    return _of(".xml", f"text/xml; charset={_charset(body)}", "application/xml")


def _data(head: bytes, body: bytes) -> Sniffed | None:
    """JSON in its forms, and tables of values. A head may be cut, so the beginnings have to do."""
    complete = len(head) < HEAD_BYTES
    if body[:1] in (b"{", b"["):
        return _json(body, complete=complete)
    for separator, found in ((b",", _of(".csv", "text/csv")), (b"\t", _of(".tsv", "text/tab-separated-values"))):
        if _is_table(body, separator, complete=complete):
            return found
    return None


_JSON_STEP = re.compile(rb'"(?:[^"\\\x00-\x1f]|\\.)*"|[{}\[\]:,]|-?\d[\d.eE+-]*|true|false|null|\s+', re.DOTALL)


def _json(body: bytes, *, complete: bool) -> Sniffed | None:
    """Whether the text is JSON as far as it goes: tokens that JSON knows, with brackets that match."""
    depth: list[bytes] = []
    at = documents = 0
    while at < len(body):
        step = _JSON_STEP.match(body, at)
        if step is None:
            if not complete and (b'"' in body[at:] or len(body) - at < 16):
                break
            return None
        token = step.group()
        at = step.end()
        if token in (b"{", b"["):
            if not depth and documents and b"\n" not in body[:at]:
                return None
            depth.append(token)
        elif token in (b"}", b"]"):
            if not depth or depth.pop() != (b"{" if token == b"}" else b"["):
                return None
            documents += not depth
        elif not depth and not token.isspace():
            return None
    if depth and complete:
        return None
    if documents > 1:
        return _of(".ndjson", "application/x-ndjson")
    if re.match(rb'\{\s*"type"\s*:\s*"(Feature|FeatureCollection|Point|LineString|Polygon|Multi\w+)"', body):
        return _of(".geojson", "application/geo+json")
    return _of(".json", "application/json")


def _is_table(body: bytes, separator: bytes, *, complete: bool) -> bool:
    """At least two lines, of the same number of values, which is more than one."""
    lines = body.splitlines()
    if not complete:
        lines = lines[:-1]
    lines = [line for line in lines if line.strip()]
    if len(lines) < 2 or separator not in lines[0]:
        return False
    count = _values(lines[0], separator)
    return count > 1 and all(_values(line, separator) == count for line in lines)


def _values(line: bytes, separator: bytes) -> int:
    """How many values a line holds; separators inside of quotes don't count."""
    return sum(part.count(separator) for part in line.split(b'"')[::2]) + 1


def _named(head: bytes) -> Sniffed | None:
    """Texts that say what they are in their first line."""
    if head.startswith(b"#!"):
        line = head.partition(b"\n")[0]
        return next((found for pattern, found in _SHELLS if pattern.search(line)), None)
    for begin, found in _TEXT_BEGINNINGS:
        if head.startswith(begin):
            return found
    return _of(".srt", "application/x-subrip", "text/x-srt") if _SRT.match(head) else None


def _plain(head: bytes) -> Sniffed:
    return _of(_PLAIN, f"text/plain; charset={_charset(head)}")


def _charset(head: bytes) -> str:
    try:
        head.decode()
    except UnicodeDecodeError as error:
        # the last character may be cut
        if error.start < len(head) - 3 or len(head) < HEAD_BYTES:
            return "windows-1252" if any(0x80 <= byte < 0xA0 for byte in head) else "iso-8859-1"
    return "utf-8"
