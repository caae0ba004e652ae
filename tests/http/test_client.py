"""The HTTP client against a real server that misbehaves."""

import json
import logging
import multiprocessing
import time
from datetime import timedelta
from pathlib import Path

import pytest

from miner.errors import OutageError, RefusedError, UsageError
from miner.http.client import HttpClient, user_agent
from miner.http.failures import StatusError, retry_after
from miner.http.rate_limit import RateLimiter
from miner.settings import Settings
from tests.rig import Reply, Request, Rig, faults
from tests.rig.harness import FlyingTime, make_client


class Echo:
    """Echoes the request as JSON."""

    name = "echo"

    def answer(self, request: Request) -> Reply:
        headers = {key: value for key, value in request.headers.items() if key in ("User-Agent", "Accept")}
        return Reply(json.dumps({"params": request.params, "method": request.method, **headers}).encode())


@pytest.fixture
def rig():
    with Rig(Echo()) as running:
        yield running


@pytest.fixture
def url(rig):
    return rig.url(Echo()) + "/it"


def test_names_itself_and_carries_params(url, tmp_path):
    echoed = make_client(tmp_path, email="curator@example.org").get(url, {"q": "α & β"}).content
    assert echoed["params"] == {"q": "α & β"}
    assert echoed["User-Agent"].startswith("Exominer")
    assert echoed["User-Agent"].endswith("(mailto:curator@example.org)")
    assert make_client(tmp_path).post(url, {"q": "x"}).content["method"] == "POST"
    assert "mailto" not in user_agent(None)


PASSING = {
    "429 in seconds": faults.too_many("2"),
    "408": faults.status(408),
    "500": faults.status(500),
    "502 page": faults.status(502),
    "503 with Retry-After": faults.status(503, Retry_After="1"),
    "stalled": faults.stall(3),
    "reset": faults.reset(),
    "cut": faults.cut(),
    "cut, unannounced": faults.cut_unannounced(),
    "garbled": faults.garbled(),
    "empty": faults.says(b"", 200),
    "web page": faults.says(Path("pubmed/maintenance.html"), type="text/html"),
}


@pytest.mark.parametrize("fault", PASSING.values(), ids=PASSING.keys())
def test_what_passes_is_tried_again(rig, url, tmp_path, fault):
    rig.script("it", fault, fault)
    assert make_client(tmp_path).get(url, {"q": "1"}).content["params"] == {"q": "1"}
    assert len(rig.requests_to("it")) == 3


@pytest.mark.parametrize("fault", PASSING.values(), ids=PASSING.keys())
def test_what_does_not_pass_is_an_outage(rig, url, tmp_path, fault):
    rig.script("it", *[fault] * 3)
    with pytest.raises(OutageError, match=r"^Echo Ltd does not answer .* after 3 tries: .+ - run the command again"):
        make_client(tmp_path, retries=2).get(url, service="Echo Ltd")
    assert len(rig.requests_to("it")) == 3


def test_nobody_listening_is_an_outage(tmp_path):
    with pytest.raises(OutageError, match="Connection refused"):
        make_client(tmp_path, retries=1).get("http://127.0.0.1:9/it")


@pytest.mark.parametrize("code", [400, 401, 403, 404, 410, 414])
def test_a_refusal_is_final_and_keeps_its_words(rig, url, tmp_path, code):
    rig.script("it", faults.says("<p>no such   query</p>", code, "text/html"))
    with pytest.raises(StatusError, match=f"refuses: status {code} .no such query") as caught:
        make_client(tmp_path).get(url)
    assert caught.value.status == code
    assert len(rig.requests_to("it")) == 1


def test_a_refusal_that_the_service_is_known_to_take_back(rig, url, tmp_path):
    rig.script("it", faults.says("Status: Timeout", 400))
    assert make_client(tmp_path).get(url, transient=lambda body: b"Timeout" in body).body


def test_pauses_grow_and_are_jittered(rig, url, tmp_path):
    flying = FlyingTime()
    rig.script("it", *[faults.status(500)] * 4)
    make_client(tmp_path, flying).get(url, per_second=1e6)
    assert [pause for pause in flying.slept if pause > 0.1] == [0.75, 1.5, 3.0, 6.0]


def test_retry_after_is_obeyed_in_seconds_and_as_a_date(rig, url, tmp_path):
    flying = FlyingTime()
    rig.script("it", faults.too_many("17"), faults.too_many_until(timedelta(seconds=40), flying.clock))
    begun = flying.now
    make_client(tmp_path, flying).get(url)
    assert 57 <= flying.now - begun <= 59


@pytest.mark.parametrize(("seconds", "shown"), [("3", False), ("60", True), ("119", True)])
def test_a_long_pause_is_shown(rig, url, tmp_path, caplog, seconds, shown):
    caplog.set_level(logging.WARNING)
    rig.script("it", faults.too_many(seconds))
    make_client(tmp_path).get(url, service="Echo Ltd")
    assert ("Echo Ltd: status 429" in caplog.text and f"in {seconds} s" in caplog.text) is shown


@pytest.mark.parametrize("fault", [faults.too_many("7200"), faults.status(503, Retry_After="86400")])
def test_a_wait_too_long_says_when_to_come_back(rig, url, tmp_path, fault):
    flying = FlyingTime()
    rig.script("it", fault)
    with pytest.raises(OutageError, match=r"requests no more calls until 2027-01-1\d \d\d:\d\d:\d\d UTC"):
        make_client(tmp_path, flying).get(url)
    assert flying.slept == []


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        (None, None),
        ("5", 5.0),
        (" 0.5 ", 0.5),
        ("Fri, 15 Jan 2027 08:00:30 GMT", 30.0),
        ("Fri, 15 Jan 2027 07:00:00 GMT", 0.0),
        ("soon", None),
        ("", None),
        ("-3", None),
    ],
)
def test_retry_after(value, seconds):
    assert retry_after(value, 1_800_000_000.0) == seconds


def test_secrets_are_in_no_message_log_or_file(rig, url, tmp_path, caplog):
    caplog.set_level(logging.DEBUG)
    secret = "s3cr3t-abc"
    echoing = faults.says(f'{{"error":"limit","api-key":"{secret}"}}', 429)
    rig.script("it", echoing, None, faults.says(f"bad key {secret} in ?api_key={secret}", 400), echoing)
    http = make_client(tmp_path, retries=1)
    http.post(url, {"api_key": secret, "q": "1"}, keep=timedelta(hours=1))
    with pytest.raises(StatusError) as refused:
        http.post(url, {"api_key": secret})
    rig.script("it", echoing)
    with pytest.raises(OutageError) as out:
        http.post(url, {"api_key": secret})
    said = str(refused.value) + refused.value.body + str(out.value) + caplog.text
    assert "***" in said
    assert secret not in said
    written = b"".join(path.read_bytes() for path in tmp_path.rglob("*") if path.is_file())
    assert written
    # The echo of this test server is the one place: a real service does not say the key back in a good answer.
    assert secret.encode() not in written.replace(b'"api_key": "s3cr3t-abc"', b"")


def test_validate_may_find_fault_or_end_the_matter(rig, url, tmp_path):
    complaints = iter(["half of it is missing", None])
    assert make_client(tmp_path).get(url, validate=lambda body: next(complaints)).body
    assert len(rig.requests_to("it")) == 2

    def end(body: bytes) -> str | None:
        raise RefusedError("never")

    with pytest.raises(RefusedError, match="never"):
        make_client(tmp_path).get(url, validate=end)
    assert len(rig.requests_to("it")) == 3


@pytest.mark.parametrize("accept", ["xml", "json"])
def test_the_wrong_kind_of_body_is_an_outage(rig, url, tmp_path, accept):
    rig.script("it", *[faults.says("<html><body>Upkeep</body></html>")] * 2)
    with pytest.raises(OutageError, match=f"a web page instead of {accept.upper()} .Upkeep"):
        make_client(tmp_path, retries=1).get(url, accept=accept)


def test_xml_is_read_without_entities_or_network(rig, url, tmp_path):
    bomb = '<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><a>&b;</a>'
    rig.script("it", faults.says(bomb))
    assert b"root:" not in make_client(tmp_path).get(url, accept="xml").body


def test_size_is_bounded(rig, url, tmp_path):
    rig.script("it", faults.says(b"x" * 300_000))
    with pytest.raises(RefusedError, match="more than 100,000 bytes"):
        make_client(tmp_path).get(url, accept="text", max_bytes=100_000)


def test_redirects_are_followed_within_bounds(rig, url, tmp_path):
    rig.script("it", faults.says(b"", 302, Location="/echo/there"))
    assert make_client(tmp_path).get(url).url.endswith("/echo/there")
    rig.script("it", *[faults.says(b"", 302, Location="it")] * 20)
    with pytest.raises(RefusedError, match="redirects more than 5 times"):
        make_client(tmp_path).get(url)


def test_a_redirect_leads_to_the_web_only_and_loses_no_form(rig, url, tmp_path):
    rig.script("it", faults.says(b"", 302, Location="file:///etc/passwd"))
    with pytest.raises(RefusedError):
        make_client(tmp_path).get(url)
    rig.script("it", faults.says(b"", 301, Location="/echo/there"))
    with pytest.raises(RefusedError, match="has moved to"):
        make_client(tmp_path).post(url, {"q": "1"})


@pytest.mark.parametrize("address", ["ftp://host/x", "host/x", "http://", "http://[::1", "file:///etc/passwd"])
def test_only_web_addresses(tmp_path, address):
    with pytest.raises(UsageError, match="is not a web address"):
        make_client(tmp_path).get(address)


def test_answers_are_kept_only_when_asked_and_only_whole_ones(rig, url, tmp_path):
    flying = FlyingTime()
    rig.script("it", faults.cut_unannounced(), faults.status(500))
    first = make_client(tmp_path, flying).get(url, {"q": "1", "api_key": "a"}, keep=timedelta(hours=1))
    assert len(rig.requests_to("it")) == 3
    again = make_client(tmp_path, flying).get(url, {"q": "1", "api_key": "b"}, keep=timedelta(hours=1))
    assert again.body == first.body
    assert len(rig.requests_to("it")) == 3
    make_client(tmp_path, flying).get(url, {"q": "2"}, keep=timedelta(hours=1))
    make_client(tmp_path, flying).post(url, {"q": "1"}, keep=timedelta(hours=1))
    make_client(tmp_path, flying).get(url, {"q": "1"})
    make_client(tmp_path, flying, fresh=True).get(url, {"q": "1"}, keep=timedelta(hours=1))
    assert len(rig.requests_to("it")) == 7
    flying.now += 3601
    make_client(tmp_path, flying).get(url, {"q": "1"}, keep=timedelta(hours=1))
    assert len(rig.requests_to("it")) == 8


def test_a_spoilt_store_is_an_empty_one(rig, url, tmp_path):
    make_client(tmp_path).get(url, keep=timedelta(hours=1))
    for path in (tmp_path / "answers").iterdir():
        path.write_bytes(b"\x00rubbish")
    assert make_client(tmp_path).get(url, keep=timedelta(hours=1)).content
    assert len(rig.requests_to("it")) == 2


def test_a_stored_response_that_is_not_valid_any_more_is_requested_again(rig, url, tmp_path):
    make_client(tmp_path).get(url, {"q": "1"}, keep=timedelta(hours=1))
    seen = []

    def validate(content):
        seen.append(content)
        return "of an older kind" if len(seen) == 1 else None

    assert make_client(tmp_path).get(url, {"q": "1"}, keep=timedelta(hours=1), validate=validate).content
    assert (len(rig.requests_to("it")), len(seen)) == (2, 2)


def test_redirects_count_for_the_rate_too(rig, url, tmp_path):
    flying = FlyingTime()
    rig.script("it", *[faults.says(b"", 302, Location="it")] * 4)
    make_client(tmp_path, flying).get(url, per_second=1)
    assert flying.now - 1_800_000_000.0 >= 4


@pytest.mark.parametrize("depth", [150, 900, 50_000])
@pytest.mark.parametrize(("opening", "closing"), [("[", "]"), ('{"a": ', "}")])
def test_json_nested_too_deep_is_a_broken_body(rig, url, tmp_path, depth, opening, closing):
    rig.script("it", faults.says(opening * depth + "1" + closing * depth), None)
    assert make_client(tmp_path).get(url).content["method"] == "GET"
    rig.script("it", *[faults.says(opening * depth + "1" + closing * depth)] * 2)
    with pytest.raises(OutageError, match="JSON"):
        make_client(tmp_path, retries=1).get(url)


def test_downloads_appear_whole_or_not_at_all(rig, url, tmp_path):
    data = bytes(range(256)) * 4_000
    target = tmp_path / "file.gz"
    rig.script("it", lambda request, answer: Reply(data, sent=1000), faults.says(data))
    assert make_client(tmp_path / "cache").download(url, target).read_bytes() == data
    rig.script("it", *[faults.status(500)] * 2)
    other = tmp_path / "other.gz"
    with pytest.raises(OutageError):
        make_client(tmp_path / "cache", retries=1).download(url, other)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["cache", "file.gz"]


def test_crossref_rate_headers_slow_it_down(rig, url, tmp_path):
    flying = FlyingTime()
    http = make_client(tmp_path, flying)
    rig.script("it", faults.says(b"{}", X_Rate_Limit_Limit="2", X_Rate_Limit_Interval="5s"))
    http.get(url, per_second=100)
    begun = flying.now
    for _ in range(5):
        http.get(url, per_second=100)
    assert flying.now - begun >= 4 * 2.5


def _send_paced(folder: str, count: int, moments: "multiprocessing.Queue[float]") -> None:
    pace = RateLimiter(Path(folder))
    for _ in range(count):
        with pace.acquire("host", 20):
            moments.put(time.time())


def test_pace_holds_across_processes(tmp_path):
    context = multiprocessing.get_context("spawn")
    moments: multiprocessing.Queue[float] = context.Queue()
    others = [context.Process(target=_send_paced, args=(str(tmp_path), 6, moments)) for _ in range(2)]
    for process in others:
        process.start()
    times = sorted(moments.get(timeout=30) for _ in range(12))
    for process in others:
        process.join()
    assert times[-1] - times[0] >= 10 * 0.05


def test_pace_survives_rubbish_and_another_clock(tmp_path):
    flying = FlyingTime()
    pace = RateLimiter(tmp_path, flying.sleep, flying.clock)
    for text in ("rubbish", "", repr(flying.now + 10**9)):
        with pace.acquire("host", 1.0):
            pass
        for path in tmp_path.iterdir():
            path.write_text(text)
    flying.slept.clear()
    with pace.acquire("host", 1.0):
        pass
    assert flying.slept == []


def test_a_cache_that_cannot_be_written_says_so(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(Exception, match="set EXOMINER_CACHE"):
        make_client(tmp_path / "file").get("http://127.0.0.1:9/")


def test_settings_of_the_client(rig, url, tmp_path):
    settings = Settings(cache=tmp_path, http_timeout=0.2, http_retries=0, email="me@example.org")
    http = HttpClient.from_settings(settings)
    assert http.get(url).content["User-Agent"].endswith("(mailto:me@example.org)")
    rig.script("it", faults.stall(2))
    begun = time.monotonic()
    with pytest.raises(OutageError, match="after one try: no response in time"):
        http.get(url)
    assert time.monotonic() - begun < 1.5
