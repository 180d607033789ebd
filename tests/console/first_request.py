"""The main job in the browser: a mail comes in, and its reply goes out. Only what is written on
the pages is followed: every link and button is found by its words."""

from __future__ import annotations

import io
from collections.abc import Awaitable, Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from email import message_from_bytes, policy
from zipfile import ZipFile

import aiosmtplib
from playwright.async_api import Browser, Locator, Page, expect
from sqlalchemy import select

from calends.mail.listener import listen
from calends.register.models import InboxRow
from calends.rules.vocabulary import Language
from console.desk.language import Words
from console.texts import TEXTS as PERSONS_TEXTS
from tests.console.browser import Reader, Tab, tab
from tests.console.scene import Desk, sample
from tests.office import Letter

WRITER = "maelle.leguen@courriel.example"

Picture = Callable[[Page, str], Awaitable[None]]


async def no_picture(page: Page, name: str) -> None:
    """For who only walks."""


@dataclass
class Walk:
    """One request on its way; `picture` is called at each station, with its name."""

    browser: Browser
    desk: Desk
    reader: Reader
    picture: Picture = no_picture

    def __post_init__(self) -> None:
        self.language = Language(self.reader.language)
        self.t = Words(self.language)

    def person(self, key: str) -> str:
        return PERSONS_TEXTS[key][self.language]

    async def whole(self) -> str:
        """From the mail to the sent reply; returns the case's id."""
        office = self.desk.office
        case = await self.mail_comes_in()
        await self.person_confirms(await office.letter(case, "identity_request"))
        ref = str((await office.row(case)).reference)
        await office.task(case, "search_by_hand")
        async with self.tab("dpo") as dpo:
            await self.search_the_paper(dpo, ref)
            await office.task(case, "review_access")
            await self.read_and_propose(dpo, ref)
        async with self.tab("deputy") as deputy:
            await self.confirm(deputy, ref)
            reply = await office.letter(case, "reply:ACCESS")
            await self.see_it_sent(deputy, ref)
        await self.person_fetches(reply)
        return case

    def tab(self, who: str) -> AbstractAsyncContextManager[Tab]:
        return tab(self.browser, self.desk, self.reader, who)

    async def mail_comes_in(self) -> str:
        """The first mail of the sample mailbox, over SMTP, read by the starter."""
        mail = message_from_bytes(sample("01"), policy=policy.SMTP)
        del mail["Message-ID"]
        mail["Message-ID"] = f"<{self.reader}@courriel.example>"
        starter = self.desk.office.starter
        server = await listen(starter.inbox, host="127.0.0.1", port=0, max_bytes=1_000_000)
        try:
            port = server.sockets[0].getsockname()[1]
            await aiosmtplib.send(
                mail,
                hostname="127.0.0.1",
                port=port,
                start_tls=False,
                sender=WRITER,
                recipients=["contact@impro-solutions.fr"],
            )
        finally:
            server.close()
        await starter.dispatch_waiting()
        async with self.desk.office.house.register.session() as session:
            case: str | None = await session.scalar(
                select(InboxRow.case_id)
                .where(InboxRow.channel == "smtp")
                .order_by(InboxRow.received_at.desc())
                .limit(1)
            )
        assert case is not None
        return case

    async def person_confirms(self, letter: Letter) -> None:
        async with self.tab("nobody") as person:
            await person.go(f"/p/{letter.token}")
            await self.picture(person.page, "person-code")
            await person.page.get_by_label(self.person("code_label")).fill(letter.code)
            await person.page.get_by_role("button", name=self.person("code_button")).click()
            await expect(person.page.get_by_text(self.person("said_proved"))).to_be_visible()
            await self.picture(person.page, "person-status")
            assert person.faults == []

    async def search_the_paper(self, dpo: Tab, ref: str) -> None:
        """The paper archive is nobody's but the assistant's; here the DPO answers for her."""
        page, t = dpo.page, self.t
        await dpo.go("/desk")
        await self.picture(page, "today")
        await self._open(page, ref, t["task_search_by_hand"])
        await self.picture(page, "data")
        await page.get_by_label(t["answer_search_by_hand_nothing"]).check()
        await page.get_by_role("button", name=t["answer_go"]).click()
        assert dpo.faults == []

    async def read_and_propose(self, dpo: Tab, ref: str) -> None:
        """Reads every text that may speak of others, masks what is proposed, proposes the reply."""
        page, t = dpo.page, self.t
        await dpo.go("/desk")
        await self._open(page, ref, t["task_review_access"])
        others = (
            page.get_by_role("navigation", name=t["data_sets"])
            .locator("li")
            .filter(has_text=t["others_short"])
        )
        for number in range(await others.count()):
            await others.nth(number).get_by_role("link").click()
            for text in await page.get_by_label(t["give_text"]).all():
                await text.check()
            if number == 0:
                await self.picture(page, "review")
            await page.get_by_role("button", name=t["keep"]).click()
            await expect(page.get_by_text(t["review_kept"])).to_be_visible()
        await page.get_by_role("link", name=t["see_reply"]).click()
        await expect(page.get_by_role("article")).to_contain_text(ref)
        await page.get_by_label(t("recipient_confirmed", address=WRITER)).check()
        await self.picture(page, "reply")
        await (
            self._card(page, t["task_review_access"])
            .get_by_role("button", name=t["answer_go"])
            .click()
        )
        await expect(page.get_by_text(t["needs_second"])).to_be_visible()
        await self.picture(page, "proposed")
        assert dpo.faults == []

    async def confirm(self, deputy: Tab, ref: str) -> None:
        """The second pair of eyes; then half a minute in which it can be taken back."""
        page, t = deputy.page, self.t
        await deputy.go("/desk")
        await self._open(page, ref, t("confirm_this", what=t["done_release"]))
        await page.get_by_role("button", name=t["confirm"]).click()
        await expect(page.get_by_role("button", name=t["undo"])).to_be_visible()
        await self.picture(page, "undo")
        assert deputy.faults == []

    async def see_it_sent(self, deputy: Tab, ref: str) -> None:
        page, t = deputy.page, self.t
        await deputy.go(f"/desk/case/{ref}/reply")
        await expect(page.locator("ol.letters li").last).to_contain_text(t["letter_is_sent"])
        await page.get_by_role("link", name=t["step_timeline"]).click()
        await self.picture(page, "timeline")
        assert deputy.faults == []

    async def person_fetches(self, reply: Letter) -> None:
        async with self.tab("nobody") as person:
            page = person.page
            await person.go(f"/p/{reply.token}")
            await page.get_by_label(self.person("code_label")).fill(reply.code)
            async with page.expect_download() as coming:
                await page.get_by_role("button", name=self.person("code_button")).click()
            content = (await (await coming.value).path()).read_bytes()
        with ZipFile(io.BytesIO(content)) as copy:
            held = b"".join(copy.read(name) for name in copy.namelist())
        assert WRITER.encode() in held

    async def _open(self, page: Page, ref: str, title: str) -> None:
        """The line of that case and that task in the queue."""
        line = page.get_by_role("listitem").filter(has_text=ref).filter(has_text=title)
        await line.get_by_role("link").first.click()
        await expect(page.locator(".case-head")).to_contain_text(ref)

    def _card(self, page: Page, title: str) -> Locator:
        return page.get_by_role("region", name=title)
