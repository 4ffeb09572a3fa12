"""Without network: the page answers as the server would, and what is sent arrives once."""

import csv
import gzip
import io
import random
import re
from datetime import UTC, datetime

import pytest
from playwright.sync_api import expect
from sqlalchemy import text

from geo_portal.geometry import LonLat
from geo_portal.routing.classifier import model_in_use
from geo_portal.routing.offline_twin import LARGEST, offline_twin
from geo_portal.routing.route import find_route
from tests.journeys.conftest import PHONE

# A Monday morning in the tiny town.
AT = datetime(2026, 6, 1, 3, tzinfo=UTC)
FILES = (
    "boston-open311-train.csv.gz",
    "bengaluru-civic-reports-train.csv",
    "purbalingga-lapor-train.csv",
    "petabencana-reports-train.csv",
    "mumbai-civic-tweets-train.csv",
)
# Until the worker says that it has kept what the page needs.
KEPT = """async () => {
    const { active } = await navigator.serviceWorker.ready;
    const drawn = performance.getEntriesByType("resource").map(({ name }) => name);
    await new Promise((done) => {
        const { port1, port2 } = new MessageChannel();
        port1.onmessage = done;
        active.postMessage({ keep: ["/report", "/offline/twin", ...drawn] }, [port2]);
    });
}"""
KEEPING = """async () => {
    const { active } = await navigator.serviceWorker.ready;
    for (let time = 0; time < 20; time++) active.postMessage({ keep: ["/offline/twin"] });
}"""
LENGTH = """async () => {
    const kept = await caches.match("/offline/twin");
    return kept ? (await kept.arrayBuffer()).byteLength : 0;
}"""
CATEGORIES = """async (texts) => {
    const { twin } = await import("/static/modules/twin/load.js");
    const { categoryOf } = await import("/static/modules/twin/model.js");
    const { model } = await twin();
    return texts.map((text) => categoryOf(text, model, () => true));
}"""
ANSWERS = """async ([asked, at]) => {
    const { twin } = await import("/static/modules/twin/load.js");
    const { answer } = await twin();
    return asked.map(([text, lon, lat]) => {
        const { category, areas, department, office } =
            answer({ text, lon, lat, at: new Date(at) });
        return [category, areas.at(-1)?.code ?? null, department, office];
    });
}"""


@pytest.fixture(scope="session")
def texts(real_data) -> list[str]:
    """Three thousand real texts in three languages."""
    chance, found = random.Random(11), []
    for name in FILES:
        written = (real_data / "text" / name).read_bytes()
        plain = gzip.decompress(written) if name.endswith(".gz") else written
        rows = [row["text"] for row in csv.DictReader(io.StringIO(plain.decode())) if row["text"]]
        found += chance.sample(rows, min(650, len(rows)))
    return found


def test_the_file_is_small_enough_for_a_phone(database, city):
    with database.transaction() as session:
        assert len(offline_twin(session)) <= LARGEST


def test_the_browser_sorts_texts_as_the_server_does(visitors, texts):
    model = model_in_use(None)
    page = visitors.page()
    page.goto("/report")

    told = page.evaluate(CATEGORIES, texts)

    best = [next(iter(model.suggest(one, explained=False)), None) for one in texts]
    meant = [
        one.category if one and one.confidence >= model.threshold(one.category) else None
        for one in best
    ]
    assert len(texts) > 3_000
    assert _agreement(told, meant) >= 0.99


def test_the_browser_names_ward_and_office_as_the_server_does(visitors, texts, database):
    chance = random.Random(7)
    asked = [
        (
            one[:300],
            round(chance.uniform(94.999, 95.043), 6),
            round(chance.uniform(-10.041, -9.999), 6),
        )
        for one in chance.sample(texts, 1_500)
    ]
    page = visitors.page()
    page.goto("/report")

    told = page.evaluate(ANSWERS, [asked, AT.isoformat()])

    with database.transaction() as session:
        meant = [_server(session, *one) for one in asked]
    assert _agreement([tuple(one) for one in told], meant) >= 0.99


def _server(session, words, lon, lat):
    route = find_route(session, LonLat(lon, lat), None, words, AT, side="officer")
    finest = route.areas[-1].code if route.areas else None
    return (route.category, finest, route.department, route.office)


def _agreement(told, meant) -> float:
    return sum(one == other for one, other in zip(told, meant, strict=True)) / len(meant)


def test_what_was_kept_stays_when_the_network_goes_while_it_is_kept_anew(visitors):
    page = visitors.page(viewport=PHONE)
    page.goto("/report")
    page.locator("[data-module=offline-report][data-on]").wait_for(state="attached")
    page.evaluate(KEPT)
    whole = page.evaluate(LENGTH)

    page.evaluate(KEEPING)
    page.context.set_offline(True)
    page.wait_for_timeout(1_000)

    assert page.evaluate(LENGTH) == whole > 0
    visitors.wrong.clear()


def test_a_phone_that_only_believes_in_its_network_is_answered_too(visitors):
    page = visitors.page(viewport=PHONE)
    visitors.expected.append("ERR_FAILED")
    page.goto("/report")
    page.locator("[data-module=offline-report][data-on]").wait_for(state="attached")
    page.route("**/report/where", lambda route: route.abort())

    page.fill("#description", "A deep pothole in the road by the gate")
    page.locator("summary", has_text="Give the place without the map").click()
    page.fill("#lat", "-10.005")
    page.fill("#lon", "95.03")
    page.locator("#lon").press("Tab")

    expect(page.locator("[data-answer]")).to_contain_text("Ward Harbour · Roads")


def test_a_report_written_without_network_arrives_once(visitors, live_portal, database):
    page = visitors.page(viewport=PHONE)
    page.goto("/report")
    # The last of its modules: only what was drawn is kept.
    page.locator("[data-module=offline-report][data-on]").wait_for(state="attached")
    page.evaluate(KEPT)
    page.context.set_offline(True)
    page.reload()
    page.locator("[data-module=offline-report][data-on]").wait_for(state="attached")

    page.fill("#description", "A deep pothole in the road by the gate")
    page.locator("summary", has_text="Give the place without the map").click()
    page.fill("#lat", "-10.005")
    page.fill("#lon", "95.03")
    page.locator("#lon").press("Tab")
    expect(page.locator("[data-answer]")).to_contain_text("Ward Harbour · Roads")
    page.get_by_role("button", name="Send report").last.click()
    expect(page.locator("[data-said]")).to_contain_text("kept on this device")
    page.context.set_offline(False)
    page.reload()
    expect(page.locator("[data-sent] a")).to_have_attribute("href", re.compile("^/c/.*/thanks$"))
    page.reload()
    page.wait_for_timeout(300)
    visitors.wrong.clear()

    with database.transaction() as session:
        filed = session.execute(text("SELECT description, category_code FROM complaints")).all()
    assert [tuple(row) for row in filed] == [
        ("A deep pothole in the road by the gate", "road.pothole")
    ]
