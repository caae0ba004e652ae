"""The explorer as people use it, in a real Chromium; every request to another host fails a test."""

import re
import shutil
from collections.abc import Callable, Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, Route, expect, sync_playwright

from miner.explorer.library import Library
from tests.explorer.conftest import Site
from tests.explorer.test_pages import any_claim

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="no Chromium here: apt-get install chromium")
PHONE = {"width": 375, "height": 800}
SERIOUS = {"serious", "critical"}
MAX_WAIT_MS = 30_000
expect.set_options(timeout=MAX_WAIT_MS)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield opened
        opened.close()


@pytest.fixture
def problems() -> list[str]:
    """What went wrong in a page: requests to other hosts, errors of scripts, violations of the content policy."""
    return []


@pytest.fixture
def page(browser: Browser, site: Site, problems: list[str], request: pytest.FixtureRequest) -> Iterator[Page]:
    options = getattr(request, "param", {})
    context = browser.new_context(accept_downloads=True, **options)

    def own_alone(route: Route) -> None:
        if route.request.url.startswith((site.address, "data:", "blob:")):
            route.continue_()
        else:
            problems.append(f"request to {route.request.url}")
            route.abort()

    context.route("**/*", own_alone)
    opened = context.new_page()
    opened.set_default_timeout(MAX_WAIT_MS)
    opened.on("pageerror", lambda error: problems.append(str(error)))
    opened.on("console", lambda said: problems.append(said.text) if said.type in ("error", "warning") else None)
    opened.on("response", lambda r: problems.append(f"{r.status} {r.url}: {r.text()}") if r.status >= 400 else None)
    opened.goto(site.with_token)
    yield opened
    context.close()
    assert problems == []


@pytest.fixture
def judged(library: Library) -> Iterator[Callable[[], list[str]]]:
    """The decisions in the corpus; none are left at the end."""

    def decisions() -> list[str]:
        with library.corpus() as corpus:
            return [verdict.decision for verdict, _ in corpus.all_verdicts()]

    yield decisions
    with library.corpus() as corpus:
        for verdict, _ in corpus.all_verdicts():
            corpus.undo_verdict(verdict.assertion, verdict.curator, verdict.evidence)
    library.update_graph()


def addresses(library: Library) -> list[str]:
    return [
        "/", "/?q=miR-21", "/entity/HGNC:31586", f"/claim/{any_claim(library)}", "/paper/pmid:29254156", "/cancers",
        "/functions", "/vesicles", "/claims?entity=miR-21", "/stories?function=metastasis", "/network?entity=miR-21",
        "/review", "/new?since=2010", "/contradictions", "/queries", "/queries/headline", "/cypher?q=RETURN+1+AS+x",
        "/paper/pmid:99999901", "/nothing",
    ]  # fmt: skip


def test_from_a_search_to_a_verdict_and_back(page: Page, judged: Callable[[], list[str]]) -> None:
    page.get_by_label("A gene, RNA").press_sequentially("mir 21", delay=20)
    page.get_by_role("link", name="miR-21", exact=True).first.click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("miR-21")
    page.get_by_role("link", name=re.compile("^evidence for miR-21 promotes")).first.click()
    expect(page.locator("mark.subject").first).to_be_visible()
    belief = page.locator(".formula .belief").inner_text()
    page.get_by_label("Reason").fill("read it again")
    page.get_by_role("button", name="Reject").click()
    expect(page.locator(".formula .belief")).to_contain_text("0.000")
    expect(page.locator(".own")).to_contain_text("read it again")
    assert judged() == ["reject"]
    page.get_by_role("button", name="Undo").click()
    expect(page.locator(".own")).to_have_count(0)
    assert page.locator(".formula .belief").inner_text() == belief and judged() == []


def test_the_right_subject_is_picked_while_one_types(
    page: Page, site: Site, library: Library, judged: Callable[[], list[str]]
) -> None:
    claim = any_claim(library, "a.predicate = 'PROMOTES' AND EXISTS { (a)-[:SUBJECT]->(:MicroRNA) }")
    page.goto(f"{site.address}/claim/{claim}")
    page.get_by_text("Correct it instead").click()
    page.get_by_label("Subject", exact=True).press_sequentially("microRNA 210", delay=20)
    page.get_by_role("radio", name=re.compile("^miR-210 ")).first.check()
    page.get_by_role("button", name="Save the correction").click()
    expect(page.locator(".own")).to_contain_text("edit to miR-210 PROMOTES")
    page.goto(f"{site.address}/claims?subject=miR-210")
    page.get_by_role("link", name=re.compile("^evidence for miR-210")).first.click()
    expect(page.locator(".own")).to_contain_text("by correcting another")
    page.get_by_role("button", name="Undo").click()
    page.wait_for_url(f"**/claim/{claim}")
    expect(page.locator(".own")).to_have_count(0)
    assert judged() == []


def test_a_refusal_is_shown_where_one_reads(page: Page, site: Site, library: Library, problems: list[str]) -> None:
    page.goto(f"{site.address}/claims")
    page.get_by_label("Cancer", exact=True).fill("nobodyknowsit")
    page.get_by_label("Cancer", exact=True).press("Enter")
    expect(page.get_by_role("alert")).to_contain_text("no entity named 'nobodyknowsit'")
    claim = any_claim(library, "a.predicate = 'PROMOTES'")
    page.goto(f"{site.address}/claim/{claim}")
    page.get_by_text("Correct it instead").click()
    page.get_by_label("Subject", exact=True).fill("NET")
    page.get_by_role("button", name="Save the correction").click()
    expect(page.get_by_role("alert")).to_contain_text("several entities")
    page.get_by_role("link", name="Back to the claim").click()
    page.wait_for_url(f"**/claim/{claim}")
    assert len(problems) >= 2 and all("400" in problem for problem in problems)
    problems.clear()


def test_five_claims_are_reviewed(page: Page, site: Site, judged: Callable[[], list[str]]) -> None:
    page.goto(f"{site.address}/review")
    left = int(re.search(r"([\d,]+) left", page.get_by_role("status").inner_text())[1].replace(",", ""))  # type: ignore[index]
    for number, decision in enumerate(["Accept", "Reject", "Accept", "Reject", "Accept"], 1):
        page.get_by_role("button", name=decision).click()
        expect(page.get_by_role("status")).to_contain_text(f"{number} judged")
    expect(page.get_by_role("status")).to_contain_text(f"{left - 5:,} left")
    assert sorted(judged()) == ["accept"] * 3 + ["reject"] * 2
    shown = page.locator(".card .statement").inner_text()
    page.get_by_role("link", name="Skip", exact=True).click()
    page.wait_for_url("**at=1")
    assert page.locator(".card .statement").inner_text() != shown
    page.get_by_role("link", name="Back", exact=True).click()
    expect(page.locator(".card .statement")).to_have_text(shown)
    assert page.get_by_role("heading", name="Your latest verdicts").is_visible()


def test_no_page_asks_another_host_or_reports_an_error(page: Page, site: Site, library: Library) -> None:
    for address in addresses(library)[:-1]:
        page.goto(site.address + address)
        page.wait_for_load_state("networkidle")
        assert page.locator("h1").count() == 1, address


@pytest.mark.parametrize("page", [{"viewport": PHONE}], indirect=True)
def test_no_page_is_wider_than_a_phone(page: Page, site: Site, library: Library) -> None:
    for address in addresses(library)[:-1]:
        page.goto(site.address + address)
        assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"], address


@pytest.mark.parametrize("page", [{"color_scheme": "light"}, {"color_scheme": "dark"}], indirect=True)
def test_axe_finds_nothing_serious(page: Page, site: Site, library: Library) -> None:
    axe = Axe()
    for address in addresses(library)[:-1]:
        page.goto(site.address + address)
        found = axe.run(page, options={"resultTypes": ["violations"]}).response["violations"]
        serious = [(v["id"], v["nodes"][0]["html"][:200]) for v in found if v["impact"] in SERIOUS]
        assert serious == [], address


def test_the_keyboard_alone_finds_and_judges(page: Page, site: Site, judged: Callable[[], list[str]]) -> None:
    page.keyboard.type("GPC1")  # the search has the focus
    page.keyboard.press("Enter")
    page.wait_for_url("**q=GPC1**")
    expect(page.get_by_role("link", name="GPC1", exact=True).first).to_be_visible()
    page.wait_for_load_state("networkidle")
    reach(page, r"^GPC1$")
    page.keyboard.press("Enter")
    page.wait_for_url("**/entity/**")
    reach(page, r"^evidence for")
    page.keyboard.press("Enter")
    page.wait_for_url("**/claim/**")
    reach(page, r"^Accept$")
    page.keyboard.press("Enter")
    expect(page.locator(".own")).to_contain_text("accept")
    assert judged() == ["accept"]


def reach(page: Page, name: str, most: int = 150) -> None:
    """Press Tab until what has the focus has this text."""
    for _ in range(most):
        page.keyboard.press("Tab")
        if re.search(name, page.evaluate("document.activeElement.textContent.trim()")):
            return
    raise AssertionError(f"nothing called {name} is reached by Tab")


def test_a_network_is_drawn_expanded_and_saved(page: Page, site: Site) -> None:
    page.goto(f"{site.address}/network?entity=miR-21")
    place = page.locator("#picture[data-drawn=true]")
    expect(place.locator("canvas").first).to_be_visible()
    with page.expect_download() as png:
        page.get_by_role("button", name="PNG").click()
    assert png.value.suggested_filename == "network.png"
    assert png.value.path().read_bytes().startswith(b"\x89PNG")
    with page.expect_download() as svg:
        page.get_by_role("link", name="SVG").click()
    assert svg.value.path().read_text().startswith("<svg")
    place.focus()
    expand = page.locator("#chosen").get_by_role("link", name="expand")
    for _ in range(3):  # at most one of the first entities is expanded already
        page.keyboard.press("ArrowRight")
        if expand.count():
            break
    rows = page.locator("tbody tr").count()
    expand.click()
    page.wait_for_url("**entity=**entity=**")
    assert page.locator("tbody tr").count() >= rows


@pytest.mark.parametrize("page", [{"java_script_enabled": False}], indirect=True)
def test_everything_works_without_scripts(page: Page, site: Site, judged: Callable[[], list[str]]) -> None:
    page.get_by_label("A gene, RNA").fill("miR-21")
    page.get_by_role("button", name="Search").click()
    page.get_by_role("link", name="miR-21", exact=True).first.click()
    page.get_by_role("link", name="Network").click()
    assert page.get_by_role("img", name=re.compile("Network of")).first.is_visible()
    page.get_by_role("link", name=re.compile("^expand")).first.click()
    page.go_back()
    page.get_by_role("link", name=re.compile("^claims of")).first.click()
    page.get_by_role("link", name=re.compile("^evidence for")).first.click()
    page.get_by_role("button", name="Accept").click()
    expect(page.locator(".own")).to_contain_text("accept")
    assert judged() == ["accept"]


def test_a_hostile_paper_runs_nothing(page: Page, site: Site) -> None:
    page.on("dialog", lambda dialog: pytest.fail(f"a script of a text ran: {dialog.message}"))
    page.goto(f"{site.address}/paper/pmid:99999901")
    expect(page.get_by_role("heading", level=1)).to_contain_text("<script>alert(1)</script>")
    assert page.locator("main script, main img").count() == 0
