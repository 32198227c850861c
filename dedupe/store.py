"""Where an index keeps its pages and documents: a protocol (the pipeline has it on SQLite) and a memory one."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Protocol


class BucketStore(Protocol):
    """Two maps of blobs: pages by small integers, documents by the caller's int64 ids. Missing ones are left out of
    answers. A page written as b"" may be deleted. All writes of one `Index.add` belong in one transaction."""

    def read(self, pages: Sequence[int]) -> dict[int, bytes]:
        """The pages that exist."""
        ...

    def write(self, pages: Mapping[int, bytes]) -> None:
        """Replace pages."""
        ...

    def read_documents(self, doc_ids: Sequence[int]) -> dict[int, bytes]:
        """The documents that exist."""
        ...

    def write_documents(self, documents: Mapping[int, bytes]) -> None:
        """Replace documents."""
        ...

    def delete_documents(self, doc_ids: Iterable[int]) -> None:
        """Delete documents; those that do not exist are no error."""
        ...


class MemoryStore:
    """A `BucketStore` in two dictionaries."""

    def __init__(self) -> None:
        self.pages: dict[int, bytes] = {}
        self.documents: dict[int, bytes] = {}

    def read(self, pages: Sequence[int]) -> dict[int, bytes]:
        """The pages that exist."""
        return {page: self.pages[page] for page in pages if page in self.pages}

    def write(self, pages: Mapping[int, bytes]) -> None:
        """Replace pages."""
        self.pages.update(pages)

    def read_documents(self, doc_ids: Sequence[int]) -> dict[int, bytes]:
        """The documents that exist."""
        return {doc_id: self.documents[doc_id] for doc_id in doc_ids if doc_id in self.documents}

    def write_documents(self, documents: Mapping[int, bytes]) -> None:
        """Replace documents."""
        self.documents.update(documents)

    def delete_documents(self, doc_ids: Iterable[int]) -> None:
        """Delete documents."""
        for doc_id in doc_ids:
            self.documents.pop(doc_id, None)
