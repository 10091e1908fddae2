"""Reads a conversation message by message and keeps the appointments in it: what is proposed, accepted, moved, cancelled."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import replace

from app.extraction.base import TranscriptMessage
from app.extraction.rules import places, subjects
from app.extraction.rules.acts import NEGATIVE, Act
from app.extraction.rules.offers import Option, proposals
from app.extraction.rules.plan import (
    Candidate,
    Plan,
    Slot,
    State,
    When,
    likely_half,
    same_hour,
    when_of,
    with_part,
)
from app.extraction.rules.reading import Mention, Reading, Segment, Use, language_of, read
from app.extraction.rules.words import Hit, fold, names
from app.models import Role
from app.temporal import Kind

_LATER = dt.timedelta(hours=5)
_LONGEST = dt.timedelta(hours=12)
POSITIVE = (Act.ACCEPT, Act.CONFIRM, Act.SEE_YOU, Act.BOTH)
NEW_SLOT = (Act.ASK_WHEN, Act.ASK_DAY, Act.ASK_TIME, Act.ASK_PART)


class Dialogue:
    """The state of a conversation. `read` takes the messages in order; `plans` is what they come to."""

    def __init__(self, locale: str) -> None:
        self.plans: list[Plan] = []
        self.focus: Plan | None = None
        self.readings: list[Reading] = []
        self.messages: list[TranscriptMessage] = []
        self._lang = locale if locale in ("es", "en") else locale[:2]
        self._lang = self._lang if self._lang in ("es", "en") else "es"
        self._spoken: dict[str, int] = {self._lang: 0}
        self._asked: dict[Role, set[Act]] = {Role.USER: set(), Role.BOT: set()}
        self._place_wanted: Role | None = None
        self._query = False
        self._searching = False
        self._fresh = False
        self._context = When()
        self._subjects: list[Candidate] = []
        self._address: Slot[str] | None = None
        self._address_known = False  # the business's own, or asked for
        self._cancelled_at = -9
        self._last_cancelled: Plan | None = None
        self._count = 1

    @property
    def language(self) -> str:
        return self._lang

    # ------------------------------------------------------------------ one message

    def read(self, message: TranscriptMessage) -> None:
        index, role = len(self.messages), message.role
        other = Role.BOT if role is Role.USER else Role.USER
        reading = self._understand(message, role)
        self._begin_anew(reading, role)
        self.messages.append(message)
        self.readings.append(reading)
        if reading.has(Act.WRONG):
            self._void(index, reading)
            return
        self._look_up(reading, role)
        for hit in reading.lexicon.counting.find(reading.words):
            self._count = max(self._count, hit.tag)
        if role is Role.BOT and reading.has(Act.FAILED):
            self._fail(index, reading)
        self._collect_subjects(reading, index, role)
        cancelled = reading.has(Act.CANCEL) and self._cancel(reading, index, role)
        options = (
            []
            if cancelled and not reading.has(Act.MOVE, Act.ASK_FREE)
            else proposals(reading, index, self._talk(), self._span(index))
        )
        self._hold_context(reading, index)
        touched = self._take(options, reading, index, role)
        self._lengths(reading, index)
        if not cancelled and not (self._query and role is Role.BOT and not _books(reading)):
            self._answer(reading, index, role, touched)
        self._take_place(reading, index, role, options)
        self._asked[role] = (
            set() if not touched and reading.asks and not reading.mentions and reading.is_short else set()
        )
        asked = {
            h.tag
            for h in reading.hits
            if h.tag.name.startswith("ASK_")
            and h.tag is not Act.ASK_FREE
            and (
                role is Role.BOT or reading.asks or h.tag not in (Act.ASK_PLACE, Act.ASK_TITLE, Act.ASK_NAME)
            )
        }
        previous = self.messages[-2].role if index else None
        self._asked[other] = (self._asked[other] | asked) if previous is role else asked
        if Act.ASK_PLACE in asked:
            self._place_wanted = other

    def _understand(self, message: TranscriptMessage, role: Role) -> Reading:
        lang = self._lang
        plain = fold(message.text).split()
        if len(plain) >= 3:
            lang = language_of(plain, self._lang)
            self._spoken[lang] = self._spoken.get(lang, 0) + len(plain)
            self._lang = max(self._spoken, key=lambda code: self._spoken[code])
        asked = self._asked[role]
        plan = self.focus
        expect = None
        if (
            plan
            and plan.live
            and (plan.options or plan.draft != plan.agreed)
            or asked & {Act.ASK_TIME, Act.ASK_WHEN, Act.ASK_PART}
        ):
            expect = "time"
        elif asked & {Act.ASK_DAY}:
            expect = "date"
        return read(message.text, message.at, lang=lang, expect=expect)

    # ------------------------------------------------------------------ what is only looked up

    def _look_up(self, reading: Reading, role: Role) -> None:
        """A question about the calendar, the weather or opening hours, and its answer, propose nothing.

        Who lets an assistant search or read a calendar is told when something is booked: from then on only that settles.
        """
        acts = reading.acts
        if role is Role.USER:
            concrete = bool(reading.lexicon.services_words & {w.text for w in reading.words})
            if Act.LOOKUP in acts:
                self._searching = True
            if (
                acts & {Act.REQUEST, Act.CANCEL}
                or Act.MOVE in acts
                and Act.QUERY not in acts
                and any(p.live for p in self.plans)
                or concrete
                and acts & {Act.WANT, Act.ASK_FREE}
                and not acts & {Act.QUERY, Act.LOOKUP}
            ):
                self._query = False
            elif Act.QUERY in acts:
                self._query = True
            elif not reading.asks and acts & {Act.OFFER, Act.SEE_YOU} and reading.mentions:
                self._query = False
        elif (
            reading.asks
            and acts & {Act.ASK_TITLE, Act.ASK_TIME, Act.ASK_PLACE, Act.ASK_WHEN, Act.REQUEST}
            or Act.REQUEST in acts
        ):
            self._query = False
        if self._query:
            for mention in reading.mentions:
                if mention.use is not Use.NOISE and (
                    role is Role.BOT or not mention.segment.acts & {Act.CONFIRM, Act.REQUEST}
                ):
                    mention.use = Use.NOISE
        elif self._searching and role is Role.BOT and Act.READOUT in acts:
            for mention in reading.mentions:
                if Act.READOUT in mention.segment.acts and not mention.segment.acts & {
                    Act.CONFIRM,
                    Act.ASK_CONFIRM,
                }:
                    mention.use = Use.NOISE

    def _begin_anew(self, reading: Reading, role: Role) -> None:
        """Another appointment is wished for before its moment is named; the next moment belongs to it."""
        if (
            self.focus is None
            or self.focus.state is not State.SETTLED
            or reading.has(Act.MOVE, Act.CANCEL, Act.CANNOT)
        ):
            return
        wished = role is Role.USER and (
            Act.REQUEST in reading.acts or Act.MORE in reading.acts and Act.WANT in reading.acts
        )
        asked = (
            role is Role.USER
            and reading.has(Act.ACCEPT)
            and bool(self.readings)
            and self.messages[-1].role is Role.BOT
            and self.readings[-1].asks
            and Act.REQUEST in self.readings[-1].acts
        )
        if wished or asked:
            self._fresh = True

    def _span(self, index: int) -> tuple[dt.date, dt.date] | None:
        """A week or weekend named in the last messages, in which a bare weekday counts."""
        for reading in reversed(self.readings[max(index - 4, 0) : index]):
            for mention in reversed(reading.mentions):
                e = mention.when
                if (
                    mention.use in (Use.PROPOSE, Use.BOUND)
                    and e.date
                    and e.date > e.reference.date()
                    and not (e.end_date and e.end_date > e.date)
                ):
                    return None
                if (
                    e.kind is Kind.DATERANGE
                    and e.date
                    and e.end_date
                    and 1 <= (e.end_date - e.date).days <= 7
                    and mention.use is not Use.REFUSE
                ):
                    return e.date, e.end_date
        return None

    def _hold_context(self, reading: Reading, index: int) -> None:
        for mention in reading.mentions:
            e = mention.when
            if (
                mention.use is Use.NOISE
                and not e.recurring
                and not mention.segment.acts & {Act.PAST, Act.OTHERS, Act.BUSY}
                and e.kind is not Kind.DURATION
                and not (e.date and e.date < e.reference.date())
            ):
                self._context = replace(when_of(e, index), end=None, length=None).filled(
                    self._context if e.date is None else When()
                )

    def _day_in_talk(self, index: int) -> Slot[dt.date] | None:
        """The day that an hour without one counts on: the one named last, looked up or arranged."""
        days = [p.known.date for p in self.plans if p.known.date] + (
            [self._context.date] if self._context.date else []
        )
        today = self.messages[index].at.date()
        days = [
            d
            for d in days
            if d.value >= today and self.messages[index].at - self.messages[d.message].at <= _LATER
        ]
        return max(days, key=lambda d: d.message, default=None)

    def _talk(self) -> When:
        """The moment talked about last."""
        for plan in [self.focus, *reversed(self.plans)]:
            if plan is None:
                continue
            known = plan.draft.filled(plan.agreed or When())
            if known.date or known.time:
                return replace(
                    known.filled(self._context) if known.date and not known.time else known, part=None
                )
        return self._context

    # ------------------------------------------------------------------ void, failed, cancelled

    def _void(self, index: int, reading: Reading) -> None:
        for plan in self.plans:
            if plan.live:
                plan.cancel(index, reading.text)
        self.focus = None

    def _fail(self, index: int, reading: Reading) -> None:
        plan = self.focus
        if plan is None or not plan.live:
            return
        if plan.state is State.SETTLED:
            plan.cancel(index, self._quote(reading, Act.FAILED))
            fresh = Plan(
                began=index,
                draft=plan.draft,
                by=plan.by,
                changed=plan.changed,
                titles=plan.titles,
                place=plan.place,
                place_weight=plan.place_weight,
                label=plan.label,
                wished=plan.wished,
                founded=Slot("", index, self._quote(reading, Act.FAILED)),
            )
            self.plans.append(fresh)
            self.focus = plan = fresh
        plan.refused = True

    def _cancel(self, reading: Reading, index: int, role: Role) -> bool:
        hits = [h for h in reading.hits if h.tag is Act.CANCEL]
        live = [p for p in self.plans if p.live]
        if not live or all(self._segment(reading, h.first).acts & {Act.PAST} for h in hits):
            return False
        if all(self._segment(reading, h.first).asks for h in hits) and role is Role.BOT:
            return False
        targets = self._meant(reading, live)
        if not targets:
            if index - self._cancelled_at <= 3:
                return True  # only says again what was cancelled
            settled = [p for p in live if p.state is State.SETTLED]
            targets = (
                [self.focus] if self.focus and self.focus.live and not settled else settled[-1:] or live[-1:]
            )
        for plan in targets:
            plan.cancel(index, self._quote(reading, Act.CANCEL))
            self._last_cancelled = plan
        self._cancelled_at = index
        left = [p for p in self.plans if p.live]
        if self.focus is None or not self.focus.live:
            self.focus = left[-1] if left else None
        return True

    def _meant(self, reading: Reading, live: list[Plan]) -> list[Plan]:
        """The plans that a message names: all, by their day or hour, or by words of their title."""
        if reading.has(Act.BOTH):
            return live
        named = []
        said = set(reading.folded.replace(",", " ").replace(".", " ").split())
        for plan in live:
            if plan.label and names(plan.label.text) & said:
                named.append(plan)
        if named and len(named) < len(live):
            return named
        told = [m for m in reading.mentions if m.segment.acts & {Act.CANCEL, Act.CANNOT}]
        elsewhere = [
            m for m in reading.mentions if not m.segment.acts & {Act.BUSY, Act.PAST, Act.SEE_YOU, Act.KEEP}
        ]
        for mention in told or elsewhere:
            e = mention.when
            on_day = [p for p in live if e.date and p.known.date and p.known.date.value == e.date]
            if on_day:
                return on_day[-1:] if len(on_day) < len(live) or len(live) == 1 else on_day[-1:]
        if len(live) > 1:
            words = {w for w in said if len(w) > 3 and w not in reading.lexicon.known}
            words |= said & reading.lexicon.services_words - reading.lexicon.generic_words
            scored = [(len(words & self._title_words(p)), p) for p in live]
            best = max(n for n, _ in scored)
            chosen = [p for n, p in scored if n == best]
            if best and len(chosen) < len(live):
                return chosen
        return []

    @staticmethod
    def _title_words(plan: Plan) -> set[str]:
        texts = [plan.label.text] if plan.label else [c.text for c in plan.titles]
        return {w for t in texts for w in names(t)}

    # ------------------------------------------------------------------ proposals

    def _take(self, options: list[Option], reading: Reading, index: int, role: Role) -> list[Plan]:
        """Bind what was proposed to a plan; gives the plans touched."""
        other = Role.BOT if role is Role.USER else Role.USER
        plan = self.focus if self.focus and self.focus.live else None
        if plan and plan.options and plan.by is other and not reading.has(Act.FAILED):
            if chosen := self._chosen(plan, options, reading):
                return self._choose(plan, chosen, reading, index, role)
        if not options:
            self._refuse_moments(plan, reading)
            return []
        labels = self._labels(options, reading)
        echoed = [self._echo(o) for o in options]
        several = len(options) > 1
        if several and all(echoed) and len({id(p) for p in echoed}) == len(options):
            touched = []
            for option, target, label in zip(options, echoed, labels, strict=True):
                if target is not None:
                    self._apply(target, option, label, reading, index, role)
                    touched.append(target)
            return touched
        if several and (
            sum(label is not None for label in labels) >= 2
            or any(label and self._by_label(label) for label in labels)
        ):
            return [
                self._apply(
                    self._target(o, label, reading, index, role, several=True), o, label, reading, index, role
                )
                for o, label in zip(options, labels, strict=True)
            ]
        if several and self._all_of(options, reading):
            first = self._target(options[0], labels[0], reading, index, role)
            touched = [self._apply(first, options[0], labels[0], reading, index, role)]
            for option in options[1:]:
                fresh = self._new_plan(index, like=first)
                touched.append(self._apply(fresh, option, None, reading, index, role))
            return touched
        if several and self._same_day_refined(options):
            options, labels = [options[-1]], labels[-1:]
            several = False
        target = self._target(options[0], labels[0], reading, index, role)
        if not several:
            self._refuse_moments(target, reading)
            return [self._apply(target, options[0], labels[0], reading, index, role)]
        target.options = [
            self._in_its_half(
                o.when.filled(When(date=target.draft.date)) if o.when.date is None else o.when,
                target,
                reading,
                index,
            )
            for o in options
        ]
        if target.founded is None:
            target.founded = Slot("", index, reading.text[options[0].start : options[-1].end])
        target.together = all(o.joined == "also" for o in options[1:]) and len(
            {o.when.date.value for o in options if o.when.date}
        ) == len(options)
        target.by, target.changed, target.refused = role, index, False
        if labels[0]:
            target.titles.append(labels[0])
        return [target]

    @staticmethod
    def _same_day_refined(options: list[Option]) -> bool:
        """One moment said twice in a message, the second time more exactly ("el domingo 6 … domingo 6 a las 5")."""
        return (
            all(
                a.when.overlaps(b.when) or b.when.overlaps(a.when)
                for a, b in zip(options, options[1:], strict=False)
            )
            and options[-1].when.complete
            and not all(o.when.time for o in options)
        )

    def _labels(self, options: list[Option], reading: Reading) -> list[Candidate | None]:
        labels: list[Candidate | None] = []
        floor = 0
        for option in options:
            span = subjects.label_before(reading, option.start, floor)
            floor = option.end
            text = reading.text[span[0] : span[1]] if span else ""
            labels.append(Candidate(text, subjects.LABELLED, len(self.messages) - 1, text) if span else None)
        known = [label is not None and self._by_label(label) is not None for label in labels]
        if (
            len(options) == 1 or sum(label is not None for label in labels) < 2
        ):  # a lone name is a greeting, or who comes along
            labels = [
                label if label is None or seen or _is_service(label.text, reading) else None
                for label, seen in zip(labels, known, strict=True)
            ]
        return labels

    def _by_label(self, label: Candidate) -> Plan | None:
        words = {w for w in names(label.text) if len(w) > 2}
        for plan in reversed(self.plans):
            if plan.live and plan.label and words & names(plan.label.text):
                return plan
        return None

    def _echo(self, option: Option) -> Plan | None:
        for plan in [self.focus, *reversed(self.plans)]:
            if (
                plan
                and plan.live
                and (plan.known.overlaps(option.when) or plan.agreed and plan.agreed.overlaps(option.when))
            ):
                return plan
        return None

    def _all_of(self, options: list[Option], reading: Reading) -> bool:
        if any(o.joined == "either" for o in options):
            return False
        days = {o.when.date.value for o in options if o.when.date}
        joined = all(o.joined == "also" for o in options[1:])
        return (
            len(days) == len(options)
            and (joined or self._count == len(options))
            and (self._count >= len(options) or reading.has(Act.CONFIRM, Act.REQUEST, Act.BOTH))
        )

    def _target(
        self,
        option: Option,
        label: Candidate | None,
        reading: Reading,
        index: int,
        role: Role,
        several: bool = False,
    ) -> Plan:
        if label and (known := self._by_label(label)):
            return known
        echo = self._echo(option)
        plan = self.focus if self.focus and self.focus.live else None
        if (
            echo
            and not (label and several and echo.label)
            and not (
                echo.state is State.SETTLED
                and reading.has(Act.REQUEST)
                and role is Role.USER
                and option.when.complete is False
            )
        ):
            return echo
        if plan is None:
            return self._new_plan(index)
        other = Role.BOT if role is Role.USER else Role.USER
        moving = reading.has(Act.MOVE, Act.CANNOT, Act.UNAVAILABLE, Act.KEEP) or option.moved
        if several and label and (plan.label or plan.changed == index):
            fresh = self._new_plan(index, like=plan)
            if option.when.date is None:
                fresh.draft = When(date=plan.draft.date)
            return fresh
        if self._fresh and plan.state is State.SETTLED:
            return self._new_plan(index)
        if Act.ASK_WHEN not in reading.acts and any(h.tag is Act.NEXT for h in self._last_hits(other)):
            self._settle_by_going_on(plan, index, reading)
            return self._new_plan(index, like=plan)
        if plan.state is State.SETTLED and plan.draft == plan.agreed:
            start = (
                dt.datetime.combine(
                    plan.known.date.value, plan.known.time.value if plan.known.time else dt.time(23, 59)
                )
                if plan.known.date
                else None
            )
            over = start is not None and start < self.messages[index].at.replace(tzinfo=None)
            if over:
                return self._new_plan(index)
            new_subject = label is not None and (
                not names(label.text) & self._title_words(plan) or _adds(reading, option)
            )
            if moving and not (new_subject and not reading.has(Act.MOVE, Act.CANNOT, Act.UNAVAILABLE)):
                return self._meant_or(reading, plan)
            if (
                new_subject
                or reading.has(Act.REQUEST, Act.MORE)
                or any(h.tag is Act.MORE for h in self._last_hits(other))
                or (reading.has(Act.WANT) and role is Role.USER)
            ):
                return self._new_plan(index)
            fresh = [c for c in self._subjects if c.message >= index - 1 and c.weight >= subjects.NAMED]
            if (
                fresh
                and reading.has(Act.ASK_FREE, Act.OFFER, Act.WANT)
                and not any(names(c.text) & self._title_words(plan) for c in fresh)
            ):
                return self._new_plan(index)
            return self._meant_or(reading, plan)
        if label and plan.draft.complete and plan.label and not plan.refused:
            return self._new_plan(index)
        return plan

    def _meant_or(self, reading: Reading, plan: Plan) -> Plan:
        live = [p for p in self.plans if p.state is State.SETTLED]
        if len(live) < 2:
            return plan
        words = {w for w in reading.folded.replace("?", " ").replace(",", " ").split() if len(w) > 3}
        scored = [(len(words & self._title_words(p)), p is plan, n, p) for n, p in enumerate(live)]
        return max(scored)[3]

    def _last_hits(self, role: Role) -> list[Hit[Act]]:
        hits: list[Hit[Act]] = []
        for message, reading in zip(reversed(self.messages[:-1]), reversed(self.readings[:-1]), strict=True):
            if message.role is not role:
                break
            hits += reading.hits
        return hits

    def _new_plan(self, index: int, like: Plan | None = None) -> Plan:
        plan = Plan(began=index)
        if like is not None:
            plan.titles, plan.wished = (
                like.titles,
                like.wished,
            )  # one list: what is said of one is said of both
        else:
            plan.titles, self._subjects = list(self._subjects), []
            if not any(c.weight >= subjects.NAMED for c in plan.titles) and self._last_cancelled:
                plan.titles += self._last_cancelled.titles
                plan.label = self._last_cancelled.label
        plan.wished = plan.wished or any(m.role is Role.USER for m in self.messages)
        if self._address and (self._address_known or like is not None):
            plan.place, plan.place_weight = self._address, places.VENUE + 1
        self.plans.append(plan)
        self.focus, self._fresh = plan, False
        return plan

    def _apply(
        self, plan: Plan, option: Option, label: Candidate | None, reading: Reading, index: int, role: Role
    ) -> Plan:
        """Put one proposed moment into a plan."""
        self.focus = plan
        if plan.founded is None:
            plan.founded = Slot("", index, reading.text[option.start : option.end])
        if label and (plan.agreed is None or plan.label or not plan.titles):
            plan.titles.append(label)
            plan.label = plan.label or label
        when = self._in_its_half(option.when, plan, reading, index, label)
        if when.time and when.date is None and plan.draft.date is None and (day := self._day_in_talk(index)):
            when = replace(when, date=day)
        elif (
            when.time
            and when.date is None
            and self._searching
            and plan.draft.date
            and plan.draft.time is None
            and self._context.date
            and self._context.date.message > plan.draft.date.message
        ):
            when = replace(when, date=self._context.date)  # the day looked up last
        if when.part and not when.time and plan.draft.time and not plan.draft.time.sure:
            when = when.filled(plan.draft)
        same = (
            plan.known.overlaps(when)
            and not (when.date and not plan.draft.date)
            and not (when.time and not plan.draft.time)
        )
        if same and plan.draft.complete:
            if when.end and not plan.draft.end:
                plan.draft = replace(plan.draft, end=when.end)
            if when.time and plan.draft.time and when.time.sure and not plan.draft.time.sure:
                plan.draft = replace(plan.draft, time=when.time, end=when.end or plan.draft.end)
            if when.length:
                plan.draft = replace(plan.draft, length=when.length)
            if plan.refused:
                plan.by, plan.changed, plan.refused = role, index, False
            elif Act.ASK_CONFIRM in reading.acts and plan.state is State.OPEN and role is Role.BOT:
                plan.by, plan.changed = role, index
            return plan
        plan.propose(when, role, index)
        return plan

    def _in_its_half(
        self, when: When, plan: Plan, reading: Reading, index: int, label: Candidate | None = None
    ) -> When:
        if when.time is None or when.time.sure:
            return when
        part = when.part or plan.draft.part
        if part:
            return with_part(replace(when, part=part))
        lexicon = reading.lexicon
        said = names(label.text) if label else {w for c in plan.titles[-6:] for w in names(c.text)}
        if (
            sum(m.use is Use.PROPOSE and m.when.time is not None for m in reading.mentions) < 2
        ):  # else: of which of them?
            said |= {w.text for w in reading.words}
        near = plan.known.time or next((o.time for o in plan.options if o.time), None)
        dated = when if when.date else replace(when, date=plan.draft.date)
        halved = likely_half(
            dated,
            evening=bool(said & lexicon.evening_words),
            morning=bool(said & lexicon.morning_words),
            near=near.value if near and near.sure else None,
            after=self.messages[index].at,
        )
        return replace(halved, date=when.date)

    def _refuse_moments(self, plan: Plan | None, reading: Reading) -> None:
        """Take out what the message says no to."""
        if plan is None:
            return
        for mention in reading.mentions:
            if mention.use is not Use.REFUSE:
                continue
            no = when_of(mention.when, len(self.messages) - 1)
            if plan.options:
                plan.options = [
                    o for o in plan.options if not (no.overlaps(o) and (no.time or not o.time or no.date))
                ]
                if len(plan.options) == 1:
                    plan.draft, plan.options = (
                        plan.options[0].filled(replace(plan.draft, time=None, end=None)),
                        [],
                    )
            elif plan.draft.overlaps(no) and plan.draft != plan.agreed:
                plan.refused = True

    # ------------------------------------------------------------------ choosing

    def _chosen(self, plan: Plan, options: list[Option], reading: Reading) -> list[When]:
        offered = plan.options
        if reading.has(Act.BOTH):
            return list(offered)
        mentioned = [o for o in options]
        picks: list[When] = []
        for option in mentioned:
            fitting = [o for o in offered if self._picks(option.when, o)]
            if len(fitting) == 1 and not any(
                fitting[0].date == p.date and fitting[0].time == p.time for p in picks
            ):
                picks.append(
                    option.when.filled(fitting[0])
                    if option.when.time and fitting[0].time is None
                    else fitting[0]
                )
            elif len(fitting) != 1:
                picks = []
                break
        if picks:
            return picks
        if mentioned and not reading.choice:
            return []
        if reading.choice and not (reading.acts & {Act.HEDGE}):
            number = reading.choice
            if number == -1:
                return [offered[-1]]
            if number <= len(offered) and not (mentioned and not reading.is_short):
                return [offered[number - 1]]
        if not mentioned and reading.is_short and not reading.has(Act.HEDGE):
            hours = {int(w.text) for w in reading.words if w.text.isdigit() and len(w.text) <= 2}
            named = [
                o
                for o in offered
                if o.time and o.time.value.minute == 0 and {o.time.value.hour, o.time.value.hour % 12} & hours
            ]
            if len(named) == 1:
                return named
        if (
            plan.together
            and reading.has(*POSITIVE)
            and not reading.acts & NEGATIVE
            and not reading.has(Act.HEDGE)
        ):
            return list(offered)
        return []

    @staticmethod
    def _picks(said: When, offered: When) -> bool:
        if said.date and offered.date and said.date.value != offered.date.value:
            return False
        if said.time:
            if offered.time is None:
                return bool(said.date and offered.date)
            a, b = said.time, offered.time
            return same_hour(a, b) or (
                not a.sure and a.value.minute == b.value.minute and a.value.hour % 12 == b.value.hour % 12
            )
        if said.part and offered.time:
            hour = offered.time.value.hour
            return {
                "morning": hour < 12,
                "afternoon": 12 <= hour < 20,
                "evening": hour >= 17,
                "night": hour >= 19,
            }.get(said.part, False)
        return bool(said.date and offered.date)

    def _choose(self, plan: Plan, chosen: list[When], reading: Reading, index: int, role: Role) -> list[Plan]:
        adds = any(when.time and when.time.message == index for when in chosen) and not any(
            o.time for o in plan.options
        )
        asks = adds or reading.asks and not reading.has(*POSITIVE)
        base = replace(plan.draft, time=None, end=None, length=None)
        touched = []
        for position, when in enumerate(chosen):
            target = plan if position == 0 else self._new_plan(index, like=plan)
            target.draft, target.options, target.refused = when.filled(base), [], False
            if target.founded is None:
                target.founded = (
                    replace(plan.founded, quote=when.time.quote if when.time else "")
                    if plan.founded
                    else None
                )
            target.by, target.changed = (role if asks else plan.by), index
            touched.append(target)
        return touched

    # ------------------------------------------------------------------ answers

    def _answer(self, reading: Reading, index: int, role: Role, touched: list[Plan]) -> None:
        acts = reading.acts
        plan = self.focus
        if plan is None or not plan.live:
            return
        if Act.GIVE_UP in acts and plan.state is State.OPEN:
            plan.cancel(index, self._quote(reading, Act.GIVE_UP))
            self.focus = None
            return
        if (
            any(m.when.shift and m.when.shift.vague and m.use is Use.PROPOSE for m in reading.mentions)
            and plan.by is not role
            and not touched
            and not reading.has(Act.SEE_YOU)
            and plan.draft != plan.agreed
        ):
            plan.refused = True
            return
        positive, negative = self._polarity(reading)
        plans = touched or [
            p
            for p in self.plans
            if p.live
            and p.draft != p.agreed
            and not p.options
            and p.by is not None
            and (p is plan or p.changed == plan.changed or positive)
        ]
        if not plans:
            if plan.state is State.SETTLED and (
                Act.CANNOT in acts and not positive or Act.HEDGE in acts and self._speaks_on(plan, role)
            ):
                plan.wavering, plan.hedged = (
                    Slot(self._quote(reading, Act.CANNOT, Act.HEDGE), index, ""),
                    role,
                )
            elif (
                plan.wavering
                and positive
                and (
                    role is plan.hedged
                    and Act.HEDGE not in acts
                    and any(w.text.isalpha() for w in reading.words)
                    or Act.CONFIRM in acts
                )
            ):
                plan.wavering = plan.hedged = None
            return
        for one in plans:
            self._answer_one(one, reading, index, role, one in touched, positive, negative)

    def _speaks_on(self, plan: Plan, role: Role) -> bool:
        """Whether who settled the plan is still speaking: "suena bien / pero déjeme consultar"."""
        return plan.settled is not None and all(m.role is role for m in self.messages[plan.settled.message :])

    def _polarity(self, reading: Reading) -> tuple[bool, bool]:
        yes = no = -1
        for hit in reading.hits:
            segment = self._segment(reading, hit.first)
            if (
                hit.tag in POSITIVE
                and yes < 0
                and not (segment.asks and (Act.ASK_CONFIRM in segment.acts or hit.first > segment.first))
            ):
                yes = hit.first
            if hit.tag in NEGATIVE and no < 0 and not segment.asks and Act.BUSY not in segment.acts:
                no = hit.first
        if yes >= 0 and no >= 0:
            return yes < no, no < yes
        return yes >= 0, no >= 0

    def _answer_one(
        self,
        plan: Plan,
        reading: Reading,
        index: int,
        role: Role,
        touched: bool,
        positive: bool,
        negative: bool,
    ) -> None:
        acts = reading.acts
        changed_now = plan.changed == index and plan.by is role
        if Act.HEDGE in acts and not acts & {Act.CONFIRM}:
            plan.hedged = role
            return
        waiting = self._wants_answer(reading, touched)
        if changed_now:
            plan.hedged = None if plan.hedged is role else plan.hedged
            if role is Role.USER and Act.REQUEST in acts and not acts & {Act.HYPOTHETICAL}:
                plan.requested = True
            if role is Role.BOT and Act.CONFIRM in acts and plan.wished and not waiting:
                self._settle(plan, reading, index, explicit=True)
            return
        if negative and not touched:
            plan.refused = True
            return
        if plan.refused and not touched:
            return
        if plan.by is role:
            if (
                role is Role.BOT
                and Act.CONFIRM in acts
                and plan.wished
                and not waiting
                and self._heard_since(plan, role)
            ):
                self._settle(plan, reading, index, explicit=True)
            return
        if plan.hedged is role and touched and not positive:
            plan.by, plan.changed, plan.hedged, plan.requested = role, index, None, False
            return
        going_on = self._goes_on(reading, role)
        echo = touched and not reading.asks
        request = role is Role.USER and Act.REQUEST in acts
        if not (
            positive
            or going_on
            or echo
            or request
            or plan.requested
            and not negative
            and not acts & set(NEW_SLOT)
        ):
            return
        if waiting and not (Act.CONFIRM in acts and not touched):
            return
        if plan.hedged is not None and plan.hedged is not role and Act.CONFIRM not in acts:
            return
        if plan.hedged is role and not positive and not touched:
            return
        plan.hedged = None
        self._settle(plan, reading, index, explicit=Act.CONFIRM in acts)

    def _heard_since(self, plan: Plan, role: Role) -> bool:
        return any(m.role is not role for m in self.messages[plan.changed + 1 :])

    def _wants_answer(self, reading: Reading, touched: bool) -> bool:
        """Whether the message reads something back and waits for a yes."""
        for segment in reading.segments:
            if Act.ASK_CONFIRM in segment.acts and (
                segment.asks
                or segment.acts & {Act.ASK_CONFIRM}
                and not segment.acts & {Act.ACCEPT, Act.CONFIRM}
            ):
                return True
        return touched and any(m.segment.asks and m.use is Use.PROPOSE for m in reading.mentions)

    def _goes_on(self, reading: Reading, role: Role) -> bool:
        """Whether the message goes on from what was proposed: asks for the name or address, or gives what was asked."""
        acts = reading.acts
        if acts & {Act.ASK_NAME, Act.ASK_PLACE, Act.ASK_TITLE, Act.SEE_YOU, Act.LASTS} and not acts & set(
            NEW_SLOT
        ):
            return role is Role.BOT or Act.SEE_YOU in acts
        if (
            role is Role.USER
            and self._asked[role] & {Act.ASK_NAME, Act.ASK_PLACE, Act.ASK_TITLE}
            and not reading.asks
            and not acts & (NEGATIVE | {Act.HEDGE})
        ):
            return True
        return False

    def _settle_by_going_on(self, plan: Plan, index: int, reading: Reading) -> None:
        if plan.state is State.OPEN and plan.draft.complete and not plan.refused:
            plan.settle(index, reading.text)

    def _settle(self, plan: Plan, reading: Reading, index: int, *, explicit: bool) -> None:
        draft = plan.draft
        if self._searching and not (explicit and self.messages[index].role is Role.BOT):
            return
        if draft.complete or draft.time and not draft.date:
            plan.settle(
                index, self._quote(reading, Act.CONFIRM, Act.ACCEPT, Act.SEE_YOU, Act.BOTH, Act.REQUEST)
            )
        elif draft.date and explicit and not self._time_is_open(plan):
            plan.settle(index, self._quote(reading, Act.CONFIRM))

    def _time_is_open(self, plan: Plan) -> bool:
        """Whether somebody asked for the hour of this plan: then a day alone settles nothing."""
        asked = {Act.ASK_TIME, Act.ASK_PART}
        return (
            any(r.acts & asked for r in self.readings[max(plan.began - 1, 0) :])
            or plan.draft.part is not None
        )

    # ------------------------------------------------------------------ other slots

    def _lengths(self, reading: Reading, index: int) -> None:
        plan = self.focus
        if plan is None or not plan.live:
            return
        for mention in reading.mentions:
            e = mention.when
            if (
                e.kind is not Kind.DURATION
                or not e.duration
                or e.duration > _LONGEST
                or mention.use is Use.REFUSE
                or mention.segment.acts & {Act.PAST, Act.BUSY, Act.PRICE}
                and not mention.segment.acts & {Act.LASTS}
            ):
                continue
            if not (
                mention.segment.acts & {Act.LASTS, Act.REQUEST, Act.WANT, Act.CONFIRM}
                or reading.has(Act.REQUEST)
            ):
                continue
            length = Slot(e.duration, index, e.text)
            everywhere = any(w.text in ("cada", "each", "ambas", "both") for w in reading.words)
            for one in [p for p in self.plans if p.live] if everywhere else [plan]:
                one.draft = replace(one.draft, length=length)
                if one.agreed:
                    one.agreed = replace(one.agreed, length=length)

    def _collect_subjects(self, reading: Reading, index: int, role: Role) -> None:
        asked = bool(self._asked[role] & {Act.ASK_TITLE})
        found = subjects.subjects(reading, index, answering=asked, user=role is Role.USER)
        plan = self.focus
        if (
            plan
            and plan.live
            and (
                plan.state is State.OPEN
                or asked
                or reading.has(Act.ONLY, Act.TITLED)
                or index - plan.changed <= 3
            )
        ):
            if reading.has(Act.ONLY) and plan.state is State.SETTLED:
                found = [replace(c, weight=subjects.LABELLED + 2) for c in found]
            elif plan.state is State.SETTLED and not asked:
                heads = {w for c in plan.titles for w in names(c.text)} & reading.lexicon.services_words
                again = role is Role.BOT and reading.has(Act.ACCEPT, Act.CONFIRM)  # "mesa para 10 entonces"
                found = [
                    replace(c, weight=subjects.LABELLED + 1)
                    if again
                    and c.weight >= subjects.NAMED - 1
                    and len(names(c.text)) > 1
                    and names(c.text) & heads
                    else c
                    for c in found
                ]
                found = [c for c in found if c.weight >= subjects.READ_BACK]
            plan.titles += found
        self._subjects += found

    def _take_place(self, reading: Reading, index: int, role: Role, options: list[Option]) -> None:
        wanted = self._place_wanted is role or bool(self._asked[role] & {Act.ASK_PLACE})
        found = places.places(reading, answering=wanted and not reading.has(Act.REFUSE))
        if not found:
            return
        best = found[0]
        if (
            best.weight < places.VENUE + 1
            and not wanted
            and best.offered
            and not (self.focus and self.focus.known.complete)
        ):
            return
        slot = Slot(best.text, index, best.text)
        if best.weight >= places.ADDRESS:
            self._address, self._address_known = slot, role is Role.BOT or wanted
        if wanted and best.weight >= places.STATED:
            self._place_wanted = None
        plan = self.focus if self.focus and self.focus.live else None
        if plan is None:
            return
        if plan.state is State.SETTLED and plan.changed != index and sum(p.live for p in self.plans) > 1:
            plan = self._meant_or(reading, plan)
        numbered = (
            any(c.isdigit() for c in best.text) and not any(c.isdigit() for c in plan.place.value)
            if plan.place
            else False
        )
        if best.weight >= plan.place_weight or numbered or reading.has(Act.LOCATED, Act.MOVE):
            plan.place, plan.place_weight = slot, best.weight

    # ------------------------------------------------------------------ helpers

    @staticmethod
    def _segment(reading: Reading, word: int) -> Segment:
        return next(s for s in reading.segments if s.first <= word < s.last)

    @staticmethod
    def _quote(reading: Reading, *acts: Act) -> str:
        span = reading.first_hit(*acts)
        return reading.text[span[0] : span[1]] if span else reading.text.strip()


def _adds(reading: Reading, option: Option) -> bool:
    """ "Y la firma sería el lunes": the sentence begins with "and"."""
    for segment in reading.segments:
        if segment.sentence == option.sentence:
            first = next((w for w in reading.words[segment.first : segment.last] if not w.is_mark), None)
            return (
                first is not None
                and first.text in reading.lexicon.also_words
                and option.when.date is not None
            )
    return False


def _books(reading: Reading) -> bool:
    return any(Act.CONFIRM in s.acts and Act.READOUT not in s.acts for s in reading.segments)


def _is_service(text: str, reading: Reading) -> bool:
    return bool(names(text) & (reading.lexicon.services_words - reading.lexicon.generic_words))


def follow(messages: Sequence[TranscriptMessage], locale: str) -> Dialogue:
    """Read a conversation to its end."""
    dialogue = Dialogue(locale)
    for message in messages:
        dialogue.read(message)
    return dialogue
