"""Run the cases of a folder, each rebuilt from a public bug report, and say which of them come out right.

    python -m pipelines.measure.cases [FOLDER] [--only A01-ris-wrapped-ER C03-param-types] [--json]

A case is a folder with its input, `command.txt` (what is typed, a shell line each) and `expected.txt` (what is right,
in prose). Its input is copied into an empty folder, the lines are run there, and the check of that name below decides:
by exit codes, by what was printed, and by what lies in the corpus afterwards. Checks are written from the prose and let
every behaviour pass that it allows; a case without a check fails. No case may end in a traceback, by a signal or by the
clock.

`exominer` in a command is this interpreter with the package that it imports (so PYTHONPATH chooses the checkout), or
what `--exominer` names. Cases that ask a graph and bring no input share one workspace, made of the examples once.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import shlex
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from miner.errors import ExominerError
from pipelines.measure.cases.commands import (
    check_backslash,
    check_folder_named_like_a_source,
    check_kgx_bar,
    check_latin1_names,
    check_litter,
    check_long_name,
    check_other_encodings,
    check_typed_parameters,
)
from pipelines.measure.cases.files import (
    check_bioc,
    check_csl,
    check_embase_link,
    check_english_abstract,
    check_entities,
    check_enw,
    check_foreign,
    check_graphical_first,
    check_greek,
    check_gz,
    check_header_repeated,
    check_latex_markup,
    check_mail,
    check_mixed_encoding,
    check_nul,
    check_ovid,
    check_percent_doi,
    check_pymed,
    check_retracted,
    check_scopus,
    check_semantic_scholar,
    check_sici,
    check_springer,
    check_summary,
    check_surrogate,
    check_text_field,
    check_type_not_first,
    check_undefined_macro,
    check_unindented,
    check_versions,
    check_without_type,
    check_wos,
    check_wrapped_er,
)
from pipelines.measure.cases.reading import (
    check_cell_lines,
    check_five_genes,
    check_hcc,
    check_no_vesicles,
    check_one_sentence,
    check_sharp_s,
    check_sma,
)
from pipelines.measure.cases.steps import (
    CASES,
    CHECKOUT,
    ENTRY,
    MIN_SIGNAL_CODE,
    TIMEOUT_S,
    Check,
    Problems,
    Run,
    Step,
    check_loss_reversed,
    check_not_claimed,
    check_speculative,
    check_without_pmid,
)

if TYPE_CHECKING:
    pass


CHECKS: dict[str, Check] = {
    "A01-ris-wrapped-ER": check_wrapped_er,
    "A02-ris-embase-link": check_embase_link,
    "A04-ris-ty-not-first": check_type_not_first,
    "A11-ris-mixed-encoding": check_mixed_encoding,
    "A16-csv-header-repeated": check_header_repeated,
    "A17-csv-pymed-multi-pmid": check_pymed,
    "A19-json-surrogate-reject": check_surrogate,
    "A28-nbib-unindented": check_unindented,
    "A29-doi-sici": check_sici,
    "A30-doi-percent-bibtex": check_percent_doi,
    "A31-jats-graphical-first": check_graphical_first,
    "A32-jats-two-languages": check_english_abstract,
    "A33-jats-trans-abstract": check_english_abstract,
    "A36-bib-undefined-macro": check_undefined_macro,
    "A37-bib-latex-markup": check_latex_markup,
    "A40-ris-ebsco-accession": lambda run: check_without_pmid(run, "10.5555/ebsco.1"),
    "A41-ris-pmid-of-reference": lambda run: check_without_pmid(run, "10.5555/psyc.1"),
    "A42a-bib-scopus-header": check_scopus,
    "A42b-bib-space-in-field": check_scopus,
    "A43-wos-plain": check_wos,
    "A44-endnote-enw": check_enw,
    "A48-springer-csv": check_springer,
    "A50-bib-greek-all": check_greek,
    "A53-csl-json": check_csl,
    "A55-semantic-scholar-json": check_semantic_scholar,
    "A58-bioc-json-xml": check_bioc,
    "A59-pubmed-summary": check_summary,
    "A60-ovid-text": check_ovid,
    "A61-ris-without-ty": check_without_type,
    "A62-mail-text": check_mail,
    "A63-xml-entity-nbsp": check_entities,
    "A65-xml-old-then-new-order": check_versions,
    "A67-openalex-csv-retracted": check_retracted,
    "A70-nul-byte": check_nul,
    "A71-gz-trailing-garbage": check_gz,
    "A85-json-text-field": check_text_field,
    "A86-pubmed-text-foreign": check_foreign,
    "B10d-aim": check_speculative,
    "B10f-aim": check_speculative,
    "B16a-double-neg": lambda run: check_not_claimed(run, "GW4869", "INHIBITS", "apopto.*"),
    "B16b-double-neg": lambda run: check_not_claimed(run, "GW4869", "INHIBITS", "apopto.*"),
    "B16d-double-neg": lambda run: check_not_claimed(run, "curcumin", "INHIBITS", "apopto.*"),
    "B19-lacking": lambda run: check_not_claimed(run, "GPC1", "PROMOTES", ".*invasi.*", negated=True),
    "B20b-anti-mir": check_loss_reversed(r"(?:.*-)?mir-?155.*", "PROMOTES", "apopto.*"),
    "B20c-anti-mir": check_loss_reversed(r"(?:.*-)?mir-?21.*", "INHIBITS", ".*migration"),
    "B26-sharp-s-beta": check_sharp_s,
    "B27a-sma": check_sma,
    "B30-spc-a1": check_cell_lines,
    "B31-hcc-gene": check_hcc,
    "B36b-vehicles": check_no_vesicles,
    "B50b-nodot": check_one_sentence,
    "B60a-loss": check_loss_reversed(r"(?:.*-)?mir-?145.*", "PROMOTES", "metasta.*"),
    "B60b-loss": check_loss_reversed(r"(?:.*-)?mir-?145.*", "PROMOTES", ".*invasi.*"),
    "B60d-loss": check_loss_reversed(r"(?:.*-)?mir-?34a.*", "PROMOTES", ".*proliferation.*"),
    "B65-hgnc-lower": check_five_genes,
    "C02-entity-name-over-8kB": check_long_name,
    "C03-param-types": check_typed_parameters,
    "C04-lucene-backslash": check_backslash,
    "C05-kgx-pipe-in-doi": check_kgx_bar,
    "D01-latin1-filename": check_latin1_names,
    "D06-mac-litter": check_litter,
    "D07b-output-not-utf8": check_other_encodings,
    "D11-folder-named-pubmed": check_folder_named_like_a_source,
}
_ASK_THE_EXAMPLES = {"C03-param-types", "C04-lucene-backslash"}
_FURTHER_FILES = {
    "D11-folder-named-pubmed": {
        "some.nbib": "\nPMID- 39910002\nTI  - Vesicle study of the colon\nAB  - Exosomal miR-21 promotes metastasis.\n"
    }
}


# running


class Runner:
    """Runs command lines with an `exominer` of its own on the path, and keeps its graph until it is closed."""

    def __init__(self, exominer: str, home: Path, timeout_s: float = TIMEOUT_S) -> None:
        self._home = home
        self._timeout = timeout_s
        self._codes = home / "codes"
        tool = home / "bin" / "exominer"
        tool.parent.mkdir(parents=True)
        tool.write_text(f'#!/bin/sh\n{exominer} "$@"\ncode=$?\necho $code >>"$CASE_CODES"\nexit $code\n')
        tool.chmod(0o755)
        self._examples: Path | None = None

    def run(self, case: Path) -> Run:
        """Copy a case's input into a folder of its own and run its command there."""
        folder = self._home / case.name
        shutil.copytree(case, folder, ignore=shutil.ignore_patterns("command.txt", "expected.txt"))
        for path in (folder, *folder.rglob("*")):
            path.chmod(path.stat().st_mode | 0o200)
        for name, text in _FURTHER_FILES.get(case.name, {}).items():
            (folder / name).write_text(text, encoding="utf-8")
        lines = (case / "command.txt").read_text(encoding="utf-8").splitlines()
        lines = [re.sub(r"\s+\(bash\)$", "", line) for line in lines if line.strip()]
        workspace = self._workspace() if case.name in _ASK_THE_EXAMPLES else folder / "W"
        steps = [self._step(line, folder, workspace) for line in lines]
        if (folder / "W" / "neo4j").exists():
            self._step("exominer --workspace W graph stop", folder, workspace)
        return Run(tuple(steps), folder)

    def close(self) -> None:
        """Stop the graph of the examples."""
        if self._examples is not None:
            self._step("exominer graph stop", self._home, self._examples)

    def _workspace(self) -> Path:
        if self._examples is None:
            self._examples = self._home / "examples"
            step = self._step(f"exominer ingest {shlex.quote(str(CHECKOUT / 'examples'))}", self._home, self._examples)
            if step.failed or step.timed_out:
                print(f"the examples could not be loaded: {step.stderr}", file=sys.stderr)
        return self._examples

    def _step(self, line: str, folder: Path, workspace: Path) -> Step:
        self._codes.write_text("")
        environment = os.environ | {
            "PATH": f"{self._home / 'bin'}{os.pathsep}{os.environ.get('PATH', os.defpath)}",
            "CASE_CODES": str(self._codes),
            "EXOMINER_WORKSPACE": str(workspace),
        }
        with subprocess.Popen(
            ["/bin/bash", "-c", line],
            cwd=folder,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            start_new_session=True,
        ) as process:
            try:
                out, err = process.communicate(timeout=self._timeout)
                timed_out = False
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, 9)
                out, err = process.communicate()
                timed_out = True
        codes = tuple(int(code) for code in self._codes.read_text().split())
        return Step(line, codes, out.decode("utf-8", "replace"), err.decode("utf-8", "replace"), timed_out)


@dataclass(frozen=True, slots=True)
class Verdict:
    """How a case came out, and all that was wrong with it."""

    case: str
    passed: bool
    why: tuple[str, ...]


def judge(case: str, run: Run) -> Verdict:
    """Whether a run is right."""
    problems = [*_broken(run)]
    check = CHECKS.get(case)
    if check is None:
        problems.append("there is no check for this case")
    else:
        try:
            problems += check(run)
        except (ExominerError, ValueError, LookupError) as error:
            problems.append(f"what the run left cannot be read: {type(error).__name__}: {error}")
    return Verdict(case, not problems, tuple(dict.fromkeys(problems)))


def _broken(run: Run) -> Problems:
    for step in run.steps:
        if "Traceback (most recent call last)" in step.printed:
            yield f"a traceback: {step.stderr.strip().splitlines()[-1][:200]}"
        if step.timed_out:
            yield f"not done within the time: {step.line}"
        if any(code >= MIN_SIGNAL_CODE for code in step.codes):
            yield f"ended by a signal: {step.line}"
        if not step.codes and not step.timed_out:
            yield f"exominer did not run: {step.stderr.strip()[-200:]}"


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the cases and print a line each; 1 where any fails."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("folder", nargs="?", type=Path, default=CASES, help="folder of cases (default: %(default)s)")
    parser.add_argument("--only", nargs="+", metavar="ID", help="these cases alone; the beginning of an id will do")
    parser.add_argument("--json", action="store_true", help="print JSON")
    parser.add_argument(
        "--exominer",
        default=f"{shlex.quote(sys.executable)} -c {shlex.quote(ENTRY)}",
        help="the shell words that stand for exominer (default: %(default)s)",
    )
    parser.add_argument("--timeout", type=float, default=TIMEOUT_S, help="seconds a line may take (%(default)s)")
    given = parser.parse_args(arguments)
    cases = [
        path.parent for path in sorted(given.folder.glob("*/command.txt")) if _wanted(path.parent.name, given.only)
    ]
    if not cases:
        parser.error(f"{given.folder}: there are no such cases in it")
    verdicts = []
    with tempfile.TemporaryDirectory(prefix="cases-") as home:
        runner = Runner(given.exominer, Path(home), given.timeout)
        try:
            for case in cases:
                verdicts.append(judge(case.name, runner.run(case)))
                if not given.json:
                    print(_line(verdicts[-1]), flush=True)
        finally:
            runner.close()
    passed = sum(verdict.passed for verdict in verdicts)
    if given.json:
        print(json.dumps([asdict(verdict) for verdict in verdicts], ensure_ascii=False, indent=1))
    print(f"{passed} passed, {len(verdicts) - passed} failed", file=sys.stderr if given.json else sys.stdout)
    return int(passed < len(verdicts))


def _wanted(case: str, only: Iterable[str] | None) -> bool:
    return only is None or any(case.startswith(start) for start in only)


def _line(verdict: Verdict) -> str:
    return f"pass  {verdict.case}" if verdict.passed else f"FAIL  {verdict.case}: {' | '.join(verdict.why)}"


if __name__ == "__main__":
    sys.exit(main())
