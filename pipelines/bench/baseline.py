"""Make files like those of PubMed's baseline: layout, elements and proportions of NLM's, made-up text.

Half of a record is what nothing is read from (affiliations, MeSH headings, references), a third has no abstract, a
third of the abstracts is structured, a quarter has inline markup. Every word is made up but for those of the field.
"""

import gzip
import random
from pathlib import Path
from xml.sax.saxutils import escape

CITATIONS = 30_000
"""Records of one of NLM's files."""

RECORDS = 36_000_000
"""Records of the baseline of 2024, in 1,219 files
(https://www.nlm.nih.gov/databases/download/pubmed_medline.html)."""

_COMMON = """cells patients expression protein levels response treatment study results analysis tumor clinical gene data
growth mice effects associated disease risk increased factor activity control human effect significant group compared
model higher method blood tissue receptor signaling pathway binding acid concentration induced function development
immune inflammation survival therapy serum plasma membrane transport release uptake secretion biogenesis marker liver
kidney lung brain bone muscle heart skin virus bacteria antibody assay sequence variant cohort trial outcome mortality
derived small large circulating several severe never levels the of and in to with was for by were that from"""
_SYLLABLES = "ba ce di fo gu ha ke li mo nu pra ste tri vo xi yl zo phen ther carb oxy meth glu cyt neur card hep"
_VESICLES = [
    "exosomes",
    "extracellular vesicles",
    "microvesicles",
    "large oncosomes",
    "<i>exo</i>somal miR-21",
    "small EVs",
]
_OTHERS = ["synaptic vesicles", "extracellular matrix", "apoptotic rate", "apoptotic antibody", *["analysis"] * 46]
_MARKUP = ["<i>in vivo</i>", "CD8<sup>+</sup>", "H<sub>2</sub>O<sub>2</sub>"]
_SIGNS = ["5 ± 2", "10 µm", "37 °C", "α-actin", "naïve"]
_LABELS = ["BACKGROUND", "METHODS", "RESULTS", "CONCLUSIONS"]

_RECORD = """\
  <PubmedArticle>
    <MedlineCitation Status="MEDLINE" Owner="NLM" IndexingMethod="Automated">
      <PMID Version="1">{pmid}</PMID>
      <DateCompleted>
        <Year>2023</Year>
        <Month>12</Month>
        <Day>28</Day>
      </DateCompleted>
      <DateRevised>
        <Year>2024</Year>
        <Month>01</Month>
        <Day>05</Day>
      </DateRevised>
      <Article PubModel="Print-Electronic">
        <Journal>
          <ISSN IssnType="Electronic">1234-5678</ISSN>
          <JournalIssue CitedMedium="Internet">
            <Volume>{volume}</Volume>
            <Issue>2</Issue>
            <PubDate>
              <Year>2023</Year>
              <Month>Dec</Month>
            </PubDate>
          </JournalIssue>
          <Title>{journal}</Title>
          <ISOAbbreviation>{journal}</ISOAbbreviation>
        </Journal>
        <ArticleTitle>{title}</ArticleTitle>
        <Pagination>
          <StartPage>{page}</StartPage>
          <MedlinePgn>{page}</MedlinePgn>
        </Pagination>
        <ELocationID EIdType="doi" ValidYN="Y">10.9999/j.{pmid}</ELocationID>{abstract}
        <AuthorList CompleteYN="Y">{authors}
        </AuthorList>
        <Language>eng</Language>
        <PublicationTypeList>
          <PublicationType UI="D016428">Journal Article</PublicationType>
        </PublicationTypeList>
      </Article>
      <MedlineJournalInfo>
        <Country>England</Country>
        <MedlineTA>{journal}</MedlineTA>
        <NlmUniqueID>101563288</NlmUniqueID>
      </MedlineJournalInfo>
      <ChemicalList>{chemicals}
      </ChemicalList>
      <MeshHeadingList>{headings}
      </MeshHeadingList>
    </MedlineCitation>
    <PubmedData>
      <History>{dates}
      </History>
      <PublicationStatus>ppublish</PublicationStatus>
      <ArticleIdList>
        <ArticleId IdType="pubmed">{pmid}</ArticleId>
        <ArticleId IdType="doi">10.9999/j.{pmid}</ArticleId>
      </ArticleIdList>{references}
    </PubmedData>
  </PubmedArticle>
"""
_AUTHOR = """
          <Author ValidYN="Y">
            <LastName>{last}</LastName>
            <ForeName>{first}</ForeName>
            <Initials>A</Initials>
            <AffiliationInfo>
              <Affiliation>{affiliation}.</Affiliation>
            </AffiliationInfo>
          </Author>"""
_CHEMICAL = """
        <Chemical>
          <RegistryNumber>0</RegistryNumber>
          <NameOfSubstance UI="D{number:06}">{name}</NameOfSubstance>
        </Chemical>"""
_HEADING = """
        <MeshHeading>
          <DescriptorName UI="D{number:06}" MajorTopicYN="N">{name}</DescriptorName>
        </MeshHeading>"""
_DATE = """
        <PubMedPubDate PubStatus="{status}">
          <Year>2024</Year>
          <Month>1</Month>
          <Day>4</Day>
        </PubMedPubDate>"""
_REFERENCE = """
        <Reference>
          <Citation>{text}. 2019;{volume}(4):1-9.</Citation>
          <ArticleIdList>
            <ArticleId IdType="pubmed">{pmid}</ArticleId>
          </ArticleIdList>
        </Reference>"""
_DATES = "".join(
    _DATE.format(status=status) for status in ("received", "revised", "accepted", "medline", "pubmed", "entrez")
)


class _Writer:
    """Draws records; the same seed draws the same ones."""

    def __init__(self, seed: int) -> None:
        self._draw = random.Random(seed)
        coined = ["".join(self._draw.choices(_SYLLABLES.split(), k=self._draw.randint(2, 4))) for _ in range(8000)]
        self._words = _COMMON.split() + coined
        self._weights = [0.0]
        for rank in range(1, len(self._words) + 1):
            self._weights.append(self._weights[-1] + 1 / rank)
        del self._weights[0]

    def record(self, pmid: int, share: float) -> str:
        """One PubmedArticle, with probability `share` on vesicles."""
        draw = self._draw
        on_vesicles = draw.random() < share
        subject = draw.choice(_VESICLES) if on_vesicles else draw.choice(_OTHERS)
        return _RECORD.format(
            pmid=pmid,
            volume=draw.randint(1, 90),
            page=draw.randint(1, 3000),
            journal=self._some(4).title(),
            title=f"{self._some(6)} {subject} {self._some(5)}.",
            abstract=self._abstract(subject) if on_vesicles or draw.random() < 0.66 else "",
            authors="".join(self._author() for _ in range(draw.randint(2, 9))),
            chemicals="".join(self._named(_CHEMICAL) for _ in range(draw.randint(0, 5))),
            headings="".join(self._named(_HEADING) for _ in range(draw.randint(5, 15))),
            dates=_DATES,
            references=self._references() if draw.random() < 0.45 else "",
        )

    def _abstract(self, subject: str) -> str:
        structured = self._draw.random() < 0.33
        parts = []
        for label in _LABELS if structured else [""]:
            named = f' Label="{label}" NlmCategory="{label}"' if label else ""
            text = " ".join(self._sentence(subject) for _ in range(3 if structured else 10))
            parts.append(f"\n          <AbstractText{named}>{text}</AbstractText>")
        return f"\n        <Abstract>{''.join(parts)}\n        </Abstract>"

    def _sentence(self, subject: str) -> str:
        draw = self._draw
        kind = draw.random()
        if kind < 0.2:
            return f"{self._some(9)} {subject} {self._some(8)}."
        if kind < 0.3:
            return f"{self._some(9)} {draw.choice(_SIGNS)} {self._some(8)}."
        if kind < 0.35:
            return f"{self._some(9)} {draw.choice(_MARKUP)} {self._some(8)} (p &lt; 0.05)."
        return f"{self._some(18)}."

    def _author(self) -> str:
        return _AUTHOR.format(last=self._some(1).title(), first=self._some(1).title(), affiliation=self._some(12))

    def _named(self, template: str) -> str:
        return template.format(number=self._draw.randint(1, 60_000), name=self._some(2))

    def _references(self) -> str:
        draw = self._draw
        listed = (
            _REFERENCE.format(text=self._some(14), volume=draw.randint(1, 99), pmid=draw.randint(1, 38_000_000))
            for _ in range(draw.randint(5, 40))
        )
        return f"\n      <ReferenceList>{''.join(listed)}\n      </ReferenceList>"

    def _some(self, count: int) -> str:
        return escape(" ".join(self._draw.choices(self._words, cum_weights=self._weights, k=count)))


def make_file(path: Path, share: float, citations: int = CITATIONS, first_pmid: int = 30_000_000) -> None:
    """Write a gzipped file of `citations` records, `share` of them on vesicles; the same each time."""
    writer = _Writer(first_pmid)
    with gzip.open(path, "wt", encoding="utf-8", compresslevel=6) as file:
        file.write('<?xml version="1.0" encoding="utf-8"?>\n')
        file.write('<!DOCTYPE PubmedArticleSet SYSTEM "http://dtd.nlm.nih.gov/ncbi/pubmed/out/pubmed_240101.dtd">\n')
        file.write("<PubmedArticleSet>\n")
        file.writelines(writer.record(first_pmid + number, share) for number in range(citations))
        file.write("</PubmedArticleSet>\n")
