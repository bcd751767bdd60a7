"""What Satchel uses of google-re2, which has no types of its own."""

class error(Exception): ...  # noqa: N801 - its name

class Options:
    log_errors: bool
    never_capture: bool
    case_sensitive: bool

class Set:
    @classmethod
    def SearchSet(cls, options: Options | None = None) -> Set: ...  # noqa: N802 - its name
    def Add(self, pattern: str) -> int: ...  # noqa: N802 - its name
    def Compile(self) -> None: ...  # noqa: N802 - its name
    def Match(self, text: str) -> list[int] | None: ...  # noqa: N802 - its name

def compile(pattern: str, options: Options | None = None) -> object: ...  # noqa: A001 - its name
