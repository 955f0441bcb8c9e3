"""Pages are read again as somebody says at the desk: from marked corners, with a form of the user."""

from selenium.webdriver import ActionChains
from selenium.webdriver.support.select import Select

from digitize.campaign.store import open_campaign
from digitize.form.definition import load_form
from digitize.records import PageHints
from tests.web.browser import Browser
from tests.web.site import Site
from tests.web.test_settle import office

__all__ = ["office"]


def test_each_corner_follows_the_mouse(chrome: Browser, office: Site) -> None:
    chrome.enter(office.link)
    chrome.open("/pages/2/settle")
    chrome.driver.find_element("css selector", "#reading summary").click()
    chrome.driver.find_element("id", "mark").click()
    chrome.wait(lambda: chrome.run("return document.getElementById('picture').naturalWidth") > 0)
    chrome.wait(lambda: chrome.shown("#corners ellipse"))
    shares = ((0.2, 0.15), (0.8, 0.1), (0.75, 0.6), (0.3, 0.7))
    for at, (x, y) in enumerate(shares):
        handle = chrome.driver.find_elements("css selector", "#corners ellipse")[at]
        place = "const box = document.getElementById('corners').getBoundingClientRect();"
        to = chrome.run(
            f"{place} return [box.left + arguments[0] * box.width, box.top + arguments[1] * box.height]", x, y
        )
        handle_at = chrome.run(
            "const b = arguments[0].getBoundingClientRect(); return [b.x + b.width / 2, b.y + b.height / 2]",
            handle,
        )
        by = [round(end - start) for start, end in zip(handle_at, to, strict=True)]
        ActionChains(chrome.driver).click_and_hold(handle).move_by_offset(*by).release().perform()
    chrome.driver.find_element("id", "read").click()
    chrome.wait(lambda: "read again" in chrome.text(".head"))
    with open_campaign(office.folder) as campaign:
        found = PageHints.of_text(campaign.review.page(2).reading).corners
    assert all(
        abs(a - b) < 0.01
        for one, share in zip(found, shares, strict=True)
        for a, b in zip(one, share, strict=True)
    ), found
    assert chrome.complaints() == []


def test_a_page_is_read_again_with_the_form_that_a_user_gave(chrome: Browser, office: Site) -> None:
    form = office.folder.parent / "ours.toml"
    form.write_text('name = "river"\n[[columns]]\nrole = "name"\n')
    with open_campaign(office.folder) as campaign:
        campaign.forms.keep(load_form(str(form)), form)
    chrome.enter(office.link)
    chrome.open("/pages/2/settle")
    chrome.driver.find_element("css selector", "#reading summary").click()
    Select(chrome.driver.find_element("id", "form")).select_by_visible_text("river")
    chrome.driver.find_element("id", "read").click()
    chrome.wait(lambda: "read again" in chrome.text(".head"))
    with open_campaign(office.folder) as campaign:
        assert PageHints.of_text(campaign.review.page(2).reading).form == "river"
    assert "form river" in chrome.text(".history")
