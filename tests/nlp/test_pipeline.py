import json
import subprocess
import sys
from collections.abc import Callable
from math import inf
from time import process_time

import pytest
from spacy.tokens import Doc
from spacy.util import load_config, load_model_from_config

from miner.errors import UsageError
from miner.model.annotations import AnnotatedArticle, Entity
from miner.nlp.pipeline import annotate, load_pipeline
from miner.nlp.steps import describe_steps, format_steps

TEXT = (
    "Exosomal miR-21 from cancer-associated fibroblasts drives chemoresistance of PDAC\n"
    "Pancreatic ductal adenocarcinoma (PDAC) resists chemotherapy. Cancer-associated fibroblasts"
    " (CAFs) release exosomes. "
    "CAF-derived exosomes deliver microRNA-21 to PDAC cells, where miR-21 represses PTEN and so"
    " activates PI3K/AKT signaling. "
    "Plasma exosomes of patients carried more miR-21-5p, lncRNA HOTAIR and circPDE8A. GW4869 reduced"
    " the chemoresistance."
)


@pytest.fixture(scope="module")
def read() -> Callable[[str], AnnotatedArticle]:
    nlp = load_pipeline(recognizer=False)
    return lambda text: next(annotate([("a", text)], nlp))


def named(article: AnnotatedArticle, kind: str) -> dict[str, set[str]]:
    return {e.id: {m.text for m in e.mentions} for e in article.entities if e.type.value == kind}


def test_finds_types_and_ids(read: Callable[[str], AnnotatedArticle]) -> None:
    article = read(TEXT)
    assert set(named(article, "Vesicle")) == {"GO:0070062"}
    assert set(named(article, "Gene")) == {"HGNC:9588"}
    assert set(named(article, "LncRNA")) == {"HGNC:33510"}
    assert set(named(article, "CircRNA")) == {"exominer:circrna-circpde8a"}
    assert "GO:0043491" in named(article, "Pathway")
    assert "MESH:C468773" in named(article, "Chemical")
    assert "MESH:D019008" in named(article, "Function")


def test_mentions_stand_where_they_say(read: Callable[[str], AnnotatedArticle]) -> None:
    article = read(TEXT)
    for entity in article.entities:
        for mention in entity.mentions:
            assert TEXT[mention.start : mention.end] == mention.text
    assert article.sentences[0] == (0, TEXT.index("\n"))


def test_an_abbreviation_and_its_long_form_are_one_entity(read: Callable[[str], AnnotatedArticle]) -> None:
    article = read(TEXT)
    cancers = named(article, "Cancer")
    assert {"PDAC", "Pancreatic ductal adenocarcinoma"} <= cancers["MONDO:0005184"]
    fibroblasts = named(article, "Cell")["MESH:D000072645"]
    assert {"CAFs", "CAF", "cancer-associated fibroblasts", "Cancer-associated fibroblasts"} <= fibroblasts


def test_a_hormone_and_its_initial_with_a_number_are_one_entity(read: Callable[[str], AnnotatedArticle]) -> None:
    chemicals = named(read("EVs carried thyroxine (T4) and estradiol (E2). T4 and E2 were higher in EVs."), "Chemical")
    assert {"thyroxine", "T4"} in chemicals.values() and {"estradiol", "E2"} in chemicals.values()


def test_spellings_of_one_mirna_are_one_entity(read: Callable[[str], AnnotatedArticle]) -> None:
    mirnas = named(read(TEXT), "MicroRNA")
    assert list(mirnas.values()) == [{"miR-21", "microRNA-21", "miR-21-5p"}]


def test_two_arms_stay_two_entities(read: Callable[[str], AnnotatedArticle]) -> None:
    article = read("Exosomes carried miR-21-5p and miR-21-3p.")
    assert set(named(article, "MicroRNA")) == {"miRBase:MIMAT0000076", "miRBase:MIMAT0004494"}


def test_members_of_a_list_are_entities_of_their_own(read: Callable[[str], AnnotatedArticle]) -> None:
    article = read("Exosomes carried miR-30a, -30b and -30c.")
    assert [e.mentions[0].text for e in article.entities if e.type.value == "MicroRNA"] == ["miR-30a", "-30b", "-30c"]


def test_all_vesicles_of_an_article_are_one_entity(read: Callable[[str], AnnotatedArticle]) -> None:
    assert len(named(read("EVs and exosomes were isolated; small extracellular vesicles prevailed."), "Vesicle")) == 1


def test_the_rnase_complex_is_never_a_vesicle(read: Callable[[str], AnnotatedArticle]) -> None:
    article = read("The RNA exosome degrades aberrant transcripts with the help of EXOSC3 and DIS3.")
    assert named(article, "Vesicle") == {}


@pytest.mark.parametrize(
    ("text", "kind", "names", "none"),
    [
        ("RAW264.7 and THP-1 macrophages took up exosomes.", "Cell", {"RAW264.7", "THP-1 macrophages"}, set()),
        ("Uptake by RAW264.7 was fast.", "Cell", {"RAW264.7"}, set()),
        ("Ceruloplasmin (CP) in exosomes was higher in pancreatic cancer.", "Gene", {"Ceruloplasmin", "CP"}, set()),
        ("Exosomes protect neurons from ferroptosis.", "Function", {"ferroptosis"}, set()),
        ("Loss of CD9 weakened the ability of tumor EVs to raise growth.", "Function", set(), {"ability of tumor EVs"}),
        ("Exosomal CD47 fell in mesothelioma.", "Function", set(), {"fell in mesothelioma"}),
    ],
)
def test_spans_of_names_and_processes(text: str, kind: str, names: set[str], none: set[str]) -> None:
    article = next(annotate([("a", text)], load_pipeline()))
    found = {m.text for e in article.entities if e.type.value == kind for m in e.mentions}
    assert names <= found
    assert not none & found


def test_an_empty_text_has_no_entities(read: Callable[[str], AnnotatedArticle]) -> None:
    assert read("").entities == ()


def test_a_saved_pipeline_loads_in_a_fresh_process(tmp_path) -> None:
    load_pipeline(recognizer=False).to_disk(tmp_path / "saved")
    code = (
        "import json, sys, spacy, miner.nlp.components\n"
        "doc = spacy.load(sys.argv[1])('Exosomal miR-21 in PDAC cells.')\n"
        "print(json.dumps([e.id for e in doc._.entities]))"
    )
    run = subprocess.run(
        [sys.executable, "-c", code, str(tmp_path / "saved")], capture_output=True, text=True, check=True
    )
    assert "HGNC:31586" in json.loads(run.stdout.splitlines()[-1])


def test_every_step_can_be_inspected() -> None:
    nlp = load_pipeline()
    doc = nlp(TEXT)
    for step in ("sentences", "abbreviations", "candidates", "scored", "mentions", "entities"):
        attrs = doc.spans[step].attrs
        assert len(doc.spans[step]) == len(attrs["start"]) == len(attrs["end"]) > 0
    assert {"vesicle", "pattern", "lexicon"} <= set(doc.spans["candidates"].attrs["source"])
    assert all(span.kb_id_ for span in doc.spans["mentions"])
    assert [span.kb_id_ for span in doc.spans["mentions"]] == doc.spans["mentions"].attrs["id"]
    assert {span.kb_id_ for span in doc.spans["entities"]} == {entity.id for entity in doc._.entities}
    assert doc.ents and {ent.label_ for ent in doc.ents} <= {entity.type.value for entity in doc._.entities}


def test_a_document_keeps_every_result_when_saved() -> None:
    nlp = load_pipeline(recognizer=False)
    doc = nlp(TEXT)
    loaded = Doc(nlp.vocab).from_bytes(doc.to_bytes())
    assert loaded._.entities == doc._.entities
    assert describe_steps(loaded) == describe_steps(doc)


def test_several_processes_of_spacy_give_the_same_entities() -> None:
    nlp = load_pipeline(recognizer=False)
    assert [doc._.entities for doc in nlp.pipe([TEXT, TEXT], n_process=2)] == [nlp(TEXT)._.entities] * 2


def test_numbers_are_changed_in_a_config_file(tmp_path) -> None:
    nlp = load_pipeline(recognizer=False)
    nlp.config.to_disk(tmp_path / "config.cfg")
    config = load_config(tmp_path / "config.cfg")
    assert load_model_from_config(config, auto_fill=True)(TEXT)._.entities == nlp(TEXT)._.entities
    config["components"]["exominer_candidates_v1"]["numbers"]["lexicon"]["Gene"] = 0.1
    kinds = {entity.type.value for entity in load_model_from_config(config, auto_fill=True)(TEXT)._.entities}
    assert "Gene" not in kinds and "Cancer" in kinds


def test_another_models_entities_take_the_recognizers_place() -> None:
    nlp = load_pipeline(recognizer=False)
    ruler = nlp.add_pipe("entity_ruler", before="exominer_resolver_v1")
    ruler.add_patterns([{"label": "SIMPLE_CHEMICAL", "pattern": "velmothrin"}, {"label": "TAXON", "pattern": "mice"}])
    text = "Exosomes carried velmothrin in mice."
    assert named(next(annotate([("a", text)], nlp)), "Chemical") == {}
    nlp.add_pipe("exominer_model_ents_v1", before="exominer_resolver_v1")
    assert set(named(next(annotate([("a", text)], nlp)), "Chemical")) == {"exominer:chemical-velmothrin"}


def report(doc: Doc) -> str:
    return "\n".join(format_steps(describe_steps(doc)))


def test_the_report_of_the_steps_fits_80_columns() -> None:
    shown = report(load_pipeline()(TEXT))
    assert max(map(len, shown.splitlines())) <= 80
    assert "HGNC:9588" in shown and "CAFs = Cancer-associated fibroblasts" in shown and "(threshold 0.25)" in shown
    assert "model and lexicon" in shown and "entities (" in shown


@pytest.mark.parametrize("text", ["", " ", "\n", "(", "a" * 300, "x (y) " * 20])
def test_odd_texts_have_steps_too(text: str) -> None:
    assert report(load_pipeline(recognizer=False)(text)).startswith("sentences (")


@pytest.mark.parametrize(
    "unit",
    [
        "exosomal miR-{0} inhibits PTEN of cell{0} in (Gene Name {0} Xx, GNX{0}) and ",
        "miR-{0}/",
        "CD{0}/EGFR/",
        "breast cancer (BC) cells, ",
        "(A1 (B2 ",
    ],
)
def test_twice_the_text_takes_about_twice_the_time(unit: str) -> None:
    nlp = load_pipeline(recognizer=False)

    def seconds(count: int) -> float:
        text = "".join(unit.format(n) for n in range(count))
        best = inf
        for _ in range(2):
            start = process_time()
            nlp(text)
            best = min(best, process_time() - start)
        return best

    count = 20_000 // len(unit)
    assert seconds(2 * count) < 3 * seconds(count) + 0.2


def test_a_model_that_is_not_installed_is_named() -> None:
    with pytest.raises(UsageError, match="en_core_sci_lg is not installed"):
        load_pipeline("en_core_sci_lg")


def test_the_trained_pipeline_reads_the_same_text() -> None:
    article = next(annotate([("a", TEXT)], load_pipeline()))
    entity: Entity = next(e for e in article.entities if e.type.value == "MicroRNA")
    assert {m.text for m in entity.mentions} >= {"miR-21", "microRNA-21"}
