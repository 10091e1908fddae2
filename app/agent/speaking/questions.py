"""What to ask next: the one thing that a wish lacks most, or what is wrong with the moment that was said."""

import datetime as dt
from collections.abc import Sequence

from app.agent.availability import Window
from app.agent.drafts import tidy
from app.agent.free_times import by_day, chosen
from app.agent.lang import Line
from app.agent.listening.wish import Kind, Wish
from app.agent.phrases import Problem, Unclear
from app.agent.speaking.voice import Voice
from app.agent.turn import Turn
from app.agent.wording import WEEKDAYS, join_words
from app.models import Event

_WEEK, _NOON = 7, 12


class Questions:
    """Questions in one voice."""

    def __init__(self, voice: Voice, turn: Turn) -> None:
        self.voice, self._turn = voice, turn

    def about(self, wish: Wish) -> str:
        """What has to be asked before the wish can be fulfilled; for one that had to wait, with its name."""
        question = self._about(wish)
        if not (wish.waiting and wish.title) or wish.fresh:
            return question
        return f"{tidy(wish.title)}: {question}"

    def _about(self, wish: Wish) -> str:
        say = self.voice.say
        if wish.kind is not Kind.BOOK and wish.target is None:
            if len(wish.candidates) == 1:
                that = Line.ASK_THAT_CANCEL if wish.kind is Kind.CANCEL else Line.ASK_THAT_MOVE
                line = Line.ASK_SURE_CANCEL if wish.sure_of_it else that
                return say(line, event=self.voice.event(wish.candidates[0]))
            which = Line.ASK_WHICH_CANCEL if wish.kind is Kind.CANCEL else Line.ASK_WHICH_MOVE
            return say(which, events=self._events(wish.candidates)) if wish.candidates else say(Line.NO_EVENTS)
        if wish.problem:
            return self.wrong(Unclear(problem=wish.problem, date=wish.day, weekday=wish.weekday), wish)
        if wish.options:
            return self._which(wish)
        if wish.declined:
            return say(Line.ASK_OTHER)
        when = wish.when
        if when.date and when.date.value < self._turn.today:
            return say(Line.PAST, when=self.voice.day(when.date.value))
        if when.date and when.time and self._over(when.date.value, when.time.value):
            return self._past(wish, dt.datetime.combine(when.date.value, when.time.value, tzinfo=self._turn.zone))
        if when.date and when.time is None and (wish.kind is Kind.BOOK or when.part):
            day = self.voice.day(when.date.value)
            part = self.voice.part(when.part) if when.part else ""
            return say(Line.ASK_TIME_PART, day=day, part=part) if part else say(Line.ASK_TIME, day=day)
        if wish.kind is Kind.MOVE and wish.target and wish.timed:
            at = self.voice.at(when.time.value) if when.time else ""
            day = self.voice.day(when.date.value) if when.date else ""
            return say(Line.ASK_MOVE, event=self.voice.event(wish.target), when=f"{day} {at}".strip())
        if wish.kind is Kind.MOVE and wish.target:
            return say(Line.ASK_NEW_TIME, event=self.voice.event(wish.target))
        if when.date is None and when.time:
            return say(Line.ASK_DAY, time=self.voice.at(when.time.value))
        if when.date is None:
            return say(Line.ASK_WHEN if wish.fresh else Line.ASK_WHEN_AGAIN)
        if wish.title and wish.only_asked and when.time:
            start = dt.datetime.combine(when.date.value, when.time.value, tzinfo=self._turn.zone)
            return self.subject(wish, start)
        return say(Line.ASK_OTHER if wish.title else Line.ASK_TITLE_PLAIN)

    def _past(self, wish: Wish, start: dt.datetime) -> str:
        """It has passed; a bare hour may mean the one in the evening, which is asked."""
        said, turn = wish.when.time, self._turn
        later = start + dt.timedelta(hours=_NOON)
        bare = said is not None and not said.sure and start.hour < _NOON and later > turn.now
        if bare and (turn.hours is None or turn.hours.holds(later, later + turn.event_step, turn.zone)):
            return self.voice.say(Line.PAST_LATER, when=self.voice.moment(start), later=self.voice.moment(later))
        return self.voice.say(Line.PAST, when=self.voice.moment(start))

    def _over(self, day: dt.date, at: dt.time) -> bool:
        return dt.datetime.combine(day, at, tzinfo=self._turn.zone) <= self._turn.now

    def again(self, wish: Wish) -> str:
        """What is still asked of a wish, with the moment that is known of it."""
        when = wish.when
        if wish.kind is Kind.BOOK and wish.timed and wish.title is None and when.date and when.time:
            start = dt.datetime.combine(when.date.value, when.time.value, tzinfo=self._turn.zone)
            return self.voice.say(Line.ASK_TITLE, when=self.voice.moment(start))
        return self.about(wish)

    def subject(self, wish: Wish, start: dt.datetime) -> str:
        """The moment is free: what is it about, or shall it be booked?"""
        when = self.voice.moment(start)
        if wish.title is None:
            return self.voice.say(Line.ASK_TITLE_FREE if wish.only_asked else Line.ASK_TITLE, when=when)
        return self.voice.say(Line.ASK_CONFIRM, when=when, title=wish.title)

    def sure(self, wish: Wish, start: dt.datetime | None) -> str:
        """It was not plain enough to be done: shall it be?"""
        if wish.target is not None and start is not None:
            when = self.voice.moment(start.astimezone(self._turn.zone))
            return self.voice.say(Line.ASK_MOVE, event=self.voice.event(wish.target), when=when)
        return self.subject(wish, start.astimezone(self._turn.zone)) if start else self.about(wish)

    def wrong(self, unclear: Unclear, wish: Wish) -> str:
        """What is wrong with the moment, as a question that can be answered."""
        say = self.voice.say
        match unclear.problem:
            case Problem.PAST if unclear.date:
                if unclear.time:
                    return self._past(wish, dt.datetime.combine(unclear.date, unclear.time, tzinfo=self._turn.zone))
                return say(Line.PAST, when=self.voice.day(unclear.date))
            case Problem.MISMATCH if unclear.date and unclear.weekday is not None:
                return self._mismatch(unclear.date, unclear.weekday)
            case Problem.RECURRING:
                return say(Line.RECURRING)
            case Problem.SEVERAL:
                return say(Line.SEVERAL)
            case _:
                return f"{say(Line.UNCLEAR)} {say(Line.ASK_OTHER if wish.target else Line.ASK_WHEN_AGAIN)}"

    def free(self, window: Window, free: Sequence[dt.datetime]) -> str:
        """What is free when they asked for it, or the next that is; which would they like?"""
        say, days = self.voice.say, by_day(free)
        if window.day and not window.last and (times := days.get(window.day)):
            said = chosen(times)
            line = Line.FREE_TIMES if len(said) == len(times) else Line.FREE_TIMES_MORE
            return say(line, day=self.voice.day(window.day), times=self.voice.choice(said, choice=False))
        nothing = ""
        if window.day and (not window.last or not any(window.day <= day <= window.last for day in days)):
            part = f" {self.voice.part(window.part)}" if window.part else ""
            nothing = say(Line.FULL, day=self.voice.day(window.day) + part) + " "
        if not free:
            return say(Line.NONE_FREE)
        # A dash at the front of a line would make a range of it and the hour before.
        lines = [f"• {self.voice.day(day)}, {self.voice.choice(times, choice=False)}" for day, times in days.items()]
        return nothing + say(Line.FREE_NEXT, days="\n".join(lines))

    def instead(self, start: dt.datetime, free: Sequence[dt.datetime], *, own: str | None, closed: bool = False) -> str:
        """The moment is taken (by the customer's `own` event of that title): would another do?"""
        say, when = self.voice.say, self.voice.moment(start)
        taken = say(Line.BUSY_OWN, when=when, title=own) if own else say(Line.BUSY, when=when)
        taken = say(Line.CLOSED, when=when) if closed and not own else taken
        other = say(Line.OFFER, times=self.voice.choice(free)) if free else say(Line.ASK_OTHER)
        return f"{taken} {other}"

    def _mismatch(self, day: dt.date, weekday: int) -> str:
        """As "el viernes es 6, no 5", with the day of that weekday that is nearest to the date."""
        offset = (weekday - day.weekday() + 3) % _WEEK - 3
        right = day + dt.timedelta(days=offset)
        return self.voice.say(
            Line.MISMATCH,
            weekday=WEEKDAYS[self.voice.lang][weekday],
            right=self.voice.ordinal(right.day),
            wrong=self.voice.ordinal(day.day),
            first=self.voice.day(right),
            second=self.voice.day(day),
        )

    def _which(self, wish: Wish) -> str:
        """Which of the moments that were named, in full where they are."""
        said = []
        for when in wish.options:
            if not when.date or (when.time is None and (wish.when.time or when.part)):
                return self.voice.say(Line.SEVERAL)
            if when.time is None:
                said.append(self.voice.day(when.date.value))
                continue
            at = dt.datetime.combine(when.date.value, when.time.value, tzinfo=self._turn.zone)
            said.append(self.voice.moment(at))
        return self.voice.say(Line.SEVERAL_NAMED, whens=join_words(said, self.voice.lang, choice=True))

    def _events(self, events: Sequence[Event]) -> str:
        return self.voice.numbered([self.voice.event(event) for event in events])
