"""Every kind of page is accessible and fits, in both schemes, on telephones and large screens."""

import pytest
from playwright.sync_api import Page

from tests.browser.whole_site import Kind, make_whole_site

WIDTHS = (320, 390, 1280)
# All that axe finds out by looking at colours; the rest is the same in either scheme.
COLOUR_RULES = ("color-contrast", "link-in-text-block")
# WCAG 1.4.12, set through the object model because the policy allows no style elements.
SPACING = """() => {
  const sheet = new CSSStyleSheet()
  sheet.replaceSync(`
    * { line-height: 1.5 !important; letter-spacing: .12em !important;
        word-spacing: .16em !important }
    p { margin-block-end: 2em !important }`)
  document.adoptedStyleSheets = [sheet]
}"""
# The address and the fields of a form, sent from a page that has no such form.
SEND = """([address, data]) => {
  const form = Object.assign(document.createElement("form"), {method: "post", action: address})
  for (const [name, value] of Object.entries(data))
    form.append(Object.assign(document.createElement("input"), {name, value}))
  document.body.append(form)
  form.submit()
}"""
TOO_WIDE = """() => {
  const width = document.documentElement.clientWidth
  if (document.documentElement.scrollWidth <= width) return []
  return [...document.querySelectorAll("body *")]
    .filter((element) => element.getBoundingClientRect().right > width + 1)
    .slice(0, 3)
    .map((element) => element.outerHTML.slice(0, 120))
}"""
CUT_OFF = """() => [...document.querySelectorAll("h1, h2, h3, p, li, a, button, label, dd")]
  .filter((element) => !element.closest(".hidden") && element.clientWidth)
  .filter((element) => ["hidden", "clip"].includes(getComputedStyle(element).overflowY))
  .filter((element) => element.scrollHeight > element.clientHeight + 1)
  .map((element) => element.outerHTML.slice(0, 120))"""


def open_page(page: Page, kind: Kind) -> None:
    if kind.data is None:
        answer = page.goto(kind.address)
    else:
        page.goto("/about-us/")
        with page.expect_navigation() as navigation:
            page.evaluate(SEND, [kind.address, kind.data])
        answer = navigation.value
    assert answer.status == kind.status


@pytest.fixture
def kinds(settings, site) -> dict[str, Kind]:
    settings.ROOT_URLCONF = "tests.browser.urls"
    return make_whole_site()


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.provokes("Failed to load resource")
def test_every_kind_of_page_is_accessible_and_fits_the_screen(page, kinds, axe, problems, width):
    findings = []
    page.set_viewport_size({"width": width, "height": 900})
    for name, kind in kinds.items():
        page.emulate_media(color_scheme="light")
        open_page(page, kind)
        findings += [f"{name}: too wide: {found}" for found in page.evaluate(TOO_WIDE)]
        findings += [f"{name}: {found}" for found in axe(page, strict=True)]
        page.emulate_media(color_scheme="dark")
        found = axe(page, strict=True, rules=COLOUR_RULES)
        findings += [f"{name}, dark: {each}" for each in found]
    failed = [one for one in problems if "Failed to load resource" in one]
    assert len(failed) == len([kind for kind in kinds.values() if kind.status >= 400])
    assert not findings, "\n".join(findings)


@pytest.mark.provokes("Failed to load resource")
def test_every_kind_of_page_can_be_read_with_wide_spacing(page, kinds):
    findings = []
    page.set_viewport_size({"width": 320, "height": 900})
    for name, kind in kinds.items():
        open_page(page, kind)
        page.evaluate(SPACING)
        findings += [f"{name}: too wide: {found}" for found in page.evaluate(TOO_WIDE)]
        findings += [f"{name}: cut off: {found}" for found in page.evaluate(CUT_OFF)]
    assert not findings, "\n".join(findings)


def test_an_empty_site_is_accessible(page, axe):
    for address in ("/", "/corrections/", "/?s=harbour"):
        page.goto(address)
        assert axe(page, strict=True) == [], address
