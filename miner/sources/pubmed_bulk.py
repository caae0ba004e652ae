"""PubMed in bulk: NLM's yearly baseline and daily update files, from a local folder or a mirror over HTTPS.

Files are read in the order NLM numbers them, so that a later version of a record comes after the earlier one, and its
deletion after both. Without a query, records on vesicles are taken (`text_query.VESICLES`).
`since` and `until` bound the day a record entered PubMed; `changed_since` limits a run to files that have appeared
since then.

Of the update files, records that the corpus already holds (`known`) are taken whether or not they match the query: a
revision may have lost the words of the query, or have gained a retraction.
"""

import json
import pickle
import tempfile
from array import array
from collections import deque
from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import ExitStack, closing
from dataclasses import asdict, dataclass, replace
from functools import partial
from itertools import islice
from pathlib import Path

from miner.errors import InputError, OutageError, ParseError, UsageError
from miner.formats.record import reject
from miner.http.client import HttpClient
from miner.model.articles import Article, Deleted, Reject
from miner.model.identifiers import Identifier
from miner.settings import Settings
from miner.sources.base import Batch, Search, pack_ids, unpack_ids
from miner.sources.bulk_files import fetch_file
from miner.sources.bulk_filter import REST, Scan, Wanted, scan_file
from miner.sources.bulk_listing import BulkFile, bulk_files, number_of
from miner.sources.text_query import VESICLES, TextQuery
from miner.workers import available_workers, worker_pool

SOURCE = "pubmed-bulk"
BATCH = 500
"""Records handed on at a time: with their texts, a few MB."""

Record = Article | Reject | Deleted


@dataclass(frozen=True, slots=True)
class PubMedBulk:
    """The harvester of PubMed's files in the folder or at the URL `base_url`.

    `known` are the PMIDs that the corpus holds; no `processes` means one a core.
    """

    base_url: str
    known: frozenset[str] = frozenset()
    processes: int = 0

    def with_known_pmids(self, pmids: frozenset[str]) -> "PubMedBulk":
        """The harvester for a corpus that has records of `pmids`."""
        return replace(self, known=pmids)

    def count(self, search: Search, http: HttpClient) -> int:
        """How many records of a local folder are wanted, each revision counted.

        Raises UsageError for a mirror, whose files would all have to be fetched.
        """
        files = bulk_files(search, http, self.base_url)
        if any(file.is_remote for file in files):
            raise UsageError(
                f"{self.base_url} cannot be counted without fetching all its {len(files):,} files"
                " - leave out --dry-run, or let EXOMINER_PUBMED_BULK_URL name a local copy"
            )
        return sum(len(batch.articles) + len(batch.rejects) for batch in self.fetch(search, http, None))

    def fetch(self, search: Search, http: HttpClient, cursor: str | None) -> Iterator[Batch]:
        """See `Harvester.fetch`. `hits` comes with the last batch: it is not known before every file was read."""
        wanted = _wanted(search, self.known)
        if cursor:
            position = _Position.load(cursor)
        else:
            position = _Position(missing=tuple(i.value for i in search.ids if i.scheme == "pmid"))
            if rejects := tuple(_not_a_pmid(i) for i in search.ids if i.scheme != "pmid"):
                position = replace(position, hits=len(rejects))
                yield Batch((), rejects, cursor=position.dump())
        found: set[int] = set()
        files = [file for file in bulk_files(search, http, self.base_url) if file.number > position.done]
        with closing(_read_files(files, wanted, http, self.processes or available_workers())) as opened:
            for contents in opened:
                for batch, reached in _batches(contents, position, found):
                    position = reached
                    yield batch
        if position.damaged:
            yield Batch((), cursor=position.back().dump())
            raise OutageError(
                f"{len(position.damaged)} of PubMed's files could not be read ({', '.join(position.damaged)[:200]});"
                " all others were - run the command again to fetch them and those after them anew"
            )
        rejects = tuple(reject(SOURCE, f"PMID {pmid}", "it is in none of the files") for pmid in position.missing)
        yield Batch((), rejects, hits=position.hits + len(rejects))


def make_harvester(settings: Settings) -> PubMedBulk:
    """The harvester at the address that the settings give."""
    return PubMedBulk(settings.pubmed_bulk_url)


@dataclass(frozen=True, slots=True)
class _Position:
    """How far a run has come.

    `done` is the number of the last file that was read to its end, `taken` counts the records taken of the next one,
    `hits` those of all files; `missing` are PMIDs of the search that were not found yet, `damaged` the names of files
    that could not be read to their end.
    """

    done: tuple[int, int] = (0, 0)
    taken: int = 0
    hits: int = 0
    missing: tuple[str, ...] = ()
    damaged: tuple[str, ...] = ()

    def after(self, records: Sequence[Record]) -> "_Position":
        met = {record.pmid for record in records if isinstance(record, Article)}
        return replace(
            self,
            taken=self.taken + len(records),
            hits=self.hits + sum(not isinstance(record, Deleted) for record in records),
            missing=tuple(pmid for pmid in self.missing if pmid not in met) if self.missing else (),
        )

    def back(self) -> "_Position":
        """The position before the first damaged file: later files may revise records in it, and are read again."""
        year, number = number_of(self.damaged[0])
        return _Position((year, number - 1), hits=self.hits, missing=self.missing)

    def dump(self) -> str:
        return json.dumps({**asdict(self), "missing": pack_ids(self.missing)})

    @classmethod
    def load(cls, cursor: str) -> "_Position":
        fields = json.loads(cursor)
        year, number = fields["done"]
        missing, damaged = tuple(unpack_ids(fields["missing"])), tuple(fields["damaged"])
        return cls((year, number), fields["taken"], fields["hits"], missing, damaged)


@dataclass(frozen=True, slots=True)
class _FileRecords:
    """The wanted records of one file.

    When they are exhausted, `passed` gives the PMIDs of all other records. `again` reads the file once more for records
    with certain PMIDs.
    """

    file: BulkFile
    records: Iterator[Record]
    passed: Callable[[], Iterable[int]]
    again: Callable[[frozenset[str]], Iterator[Record]]


def _wanted(search: Search, known: frozenset[str]) -> Wanted:
    if search.ids:
        return Wanted(pmids=frozenset(i.value for i in search.ids if i.scheme == "pmid"))
    return Wanted(TextQuery(search.query or VESICLES), known, search.since, search.until)


def _wanted_of(file: BulkFile, wanted: Wanted) -> Wanted:
    """The records wanted of one file. A baseline revises nothing: known PMIDs are wanted of update files alone."""
    return replace(wanted, pmids=frozenset()) if wanted.query and file.is_baseline else wanted


def _not_a_pmid(identifier: Identifier) -> Reject:
    return reject(
        SOURCE, identifier.value, "PubMed's files can be searched by PMID alone - give its PMID, or search `pubmed`"
    )


def _batches(contents: _FileRecords, position: _Position, found: set[int]) -> Iterator[tuple[Batch, _Position]]:
    """A file's records, with revisions that no longer match of records taken before (their PMIDs are in `found`)."""

    def records() -> Iterator[Record]:
        for record in contents.records:
            if isinstance(record, Article) and record.pmid:
                found.add(int(record.pmid))
            yield record
        if unmatched := found.intersection(contents.passed()):
            yield from contents.again(frozenset(map(str, unmatched)))

    left = islice(records(), position.taken, None)
    while True:
        chunk = list(islice(left, BATCH))
        position = position.after(chunk)
        if any(_is_file_damage(record, contents.file) for record in chunk):
            position = replace(position, damaged=(*position.damaged, contents.file.name))
        ended = len(chunk) < BATCH
        if ended:
            position = replace(position, done=contents.file.number, taken=0)
        yield _batch(chunk, position), position
        if ended:
            return


def _is_file_damage(record: Record, file: BulkFile) -> bool:
    """Whether a reject means that a file, or the rest of it, could not be read."""
    return isinstance(record, Reject) and (record.item == file.name or record.item.startswith(REST))


def _batch(records: Sequence[Record], position: _Position) -> Batch:
    return Batch(
        tuple(record for record in records if isinstance(record, Article)),
        tuple(record for record in records if isinstance(record, Reject)),
        tuple(record.pmid for record in records if isinstance(record, Deleted)),
        cursor=position.dump(),
    )


# reading


def _read_files(
    files: Sequence[BulkFile], wanted: Wanted, http: HttpClient, processes: int
) -> Generator[_FileRecords, None, None]:
    """Read every file in order. With several processes, files are read ahead and their records written to disk, so that
    memory stays bounded."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="exominer-")))
        processes = min(processes, len(files))
        if processes < 2:
            for file in files:
                yield _read_here(file, _wanted_of(file, wanted), fetch_file(file, http, folder))
                _discard(file, folder)
            return
        pool = stack.enter_context(worker_pool(processes))
        ahead: deque[_FileRecords] = deque()
        for file in files:
            ahead.append(_read_there(file, _wanted_of(file, wanted), fetch_file(file, http, folder), pool, folder))
            if len(ahead) > processes:
                yield ahead[0]
                _discard(ahead.popleft().file, folder)
        while ahead:
            yield ahead[0]
            _discard(ahead.popleft().file, folder)


def _read_here(file: BulkFile, wanted: Wanted, path: Path | Reject) -> _FileRecords:
    if isinstance(path, Reject):
        return _FileRecords(file, iter((path,)), lambda: (), lambda _: iter(()))
    scan = Scan(wanted)
    return _FileRecords(file, _records(path, scan), lambda: scan.passed, partial(_by_pmid, path))


def _read_there(
    file: BulkFile, wanted: Wanted, path: Path | Reject, pool: ProcessPoolExecutor, folder: Path
) -> _FileRecords:
    if isinstance(path, Reject):
        return _read_here(file, wanted, path)
    spool = _spool(file, folder)
    future = pool.submit(_scan_to_disk, path, wanted, spool)
    return _FileRecords(file, _from_disk(future, spool), lambda: array("I", future.result()), partial(_by_pmid, path))


def _records(path: Path, scan: Scan) -> Iterator[Record]:
    """The records that a scan finds; a damaged file ends with a reject that gives the reason."""
    try:
        yield from scan_file(path, scan)
    except ParseError as error:
        yield reject(SOURCE, path.name, str(error))
    except OSError as error:
        yield reject(SOURCE, path.name, f"it cannot be read ({error.strerror})")


def _by_pmid(path: Path, pmids: frozenset[str]) -> Iterator[Record]:
    return (r for r in _records(path, Scan(Wanted(pmids=pmids))) if isinstance(r, Article))


def _scan_to_disk(path: Path, wanted: Wanted, spool: Path) -> bytes:
    """In a worker: write the records to disk in lists of at most BATCH, return the PMIDs of all others as bytes."""
    scan = Scan(wanted)
    records = _records(path, scan)
    with spool.open("wb") as file:
        while chunk := list(islice(records, BATCH)):
            pickle.dump(chunk, file, pickle.HIGHEST_PROTOCOL)
    return scan.passed.tobytes()


def _from_disk(future: "Future[bytes]", spool: Path) -> Iterator[Record]:
    try:
        future.result()
    except BrokenProcessPool as error:
        raise InputError(
            "a process that read a file was killed - free some memory, then run the command again"
        ) from error
    with spool.open("rb") as file:
        while True:
            try:
                chunk = pickle.load(file)  # noqa: S301 - our own child process wrote it, in a folder of our own
            except EOFError:
                return
            yield from chunk


def _spool(file: BulkFile, folder: Path) -> Path:
    return folder / f"{file.name}.records"


def _discard(file: BulkFile, folder: Path) -> None:
    for path in (_spool(file, folder), folder / file.name):
        path.unlink(missing_ok=True)
