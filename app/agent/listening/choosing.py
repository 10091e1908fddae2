"""What answers our question which event is meant, whether it is that one, or when it shall be."""

from app.agent.listening.aim import aim, is_same
from app.agent.listening.changes import Changes
from app.agent.listening.hearing import SMALL_TALK, agrees
from app.agent.listening.sources import on_their_days
from app.agent.listening.wish import Kind, Wish
from app.extraction.rules.acts import Act
from app.extraction.rules.offers import Option
from app.extraction.rules.reading import Reading
from app.models import Event


class Choices(Changes):
    """Wishes to move or cancel that wait for an answer."""

    def _continue(self, wish: Wish, reading: Reading, options: list[Option]) -> Wish | None:
        """An answer to "which one?", "that one?" or "when, then?"; None when it is none."""
        if Act.REFUSE in reading.acts and not options and reading.is_short:
            wish.done = True
            return None
        if wish.kind is Kind.MOVE and wish.target and self._stays(reading, wish.target):
            wish.done, self.kept = True, self.kept or self.fresh
            return None
        if wish.kind is Kind.CANCEL and self._wants_it(reading):
            wish.done, self.kept = True, self.kept or self.fresh
            return None
        if wish.kind is Kind.CANCEL and wish.target:
            return wish if agrees(reading) and not reading.asks else None
        if wish.kind is Kind.CANCEL and not wish.target and self._asks_back(wish, reading, options):
            return wish
        if wish.target is None:
            wish.every = wish.kind is Kind.CANCEL and self._means_all(reading, wish.candidates)
            pick = reading.choice
            agreed = len(wish.candidates) == 1 and agrees(reading) and not reading.asks
            if agreed or (pick and -1 <= pick <= len(wish.candidates)):
                wish.target = wish.candidates[0 if agreed or not pick else pick - 1 if pick > 0 else -1]
                return wish
            days = on_their_days(options[:1], reading, wish.candidates, self.turn.zone)
            found = aim(wish.candidates, reading, days, self.turn.zone)
            wish.candidates = found.events or wish.candidates
            if len(found.events) == 1 and found.sure:
                wish.target, options = found.events[0], options[1:]
            elif not (wish.every or found.events):
                return wish if Act.MOVE in reading.acts or options else None
        elif wish.kind is Kind.MOVE and self._choose(wish, reading):
            return wish
        elif wish.only_asked and wish.timed and reading.mentions and all(is_same(m.when) for m in reading.mentions):
            wish.only_asked = False  # "el mismo día a la misma hora", of the week that was asked about
            return wish
        elif not (options or reading.mentions or Act.MOVE in reading.acts):
            return None
        if wish.kind is Kind.MOVE:
            self._move_to(wish, reading, options)
        return wish

    def _asks_back(self, wish: Wish, reading: Reading, options: list[Option]) -> bool:
        """Asked which to call off, "el del 3 sigue, ¿no?" orders nothing: it is asked of that one, or of the other."""
        stays = Act.KEEP in reading.acts or "list" in {h.tag for h in SMALL_TALK[self.lang].find(reading.words)}
        if not (reading.asks or stays) or Act.CANCEL in reading.acts:
            return False
        days = on_their_days(options[:1], reading, wish.candidates, self.turn.zone)
        found = aim(wish.candidates, reading, days, self.turn.zone).events if options or reading.choice is None else ()
        left = tuple(e for e in wish.candidates if e not in found) if stays and found else found
        wish.candidates, wish.sure_of_it = left or wish.candidates, True
        return bool(found)

    def _wants_it(self, reading: Reading) -> bool:
        """ "Ay no, al final sí puedo ir", to our question whether it shall be called off."""
        says = {h.tag for h in SMALL_TALK[self.lang].find(reading.words)} & {"revive", "keep", "restore"}
        return bool(says or Act.KEEP in reading.acts) and Act.CANCEL not in reading.acts and not reading.asks

    def _stays(self, reading: Reading, event: Event) -> bool:
        """ "No, keep the 8th", "ese mismo jueves está bien", of what stands on that day."""
        said, day = [m.when for m in reading.mentions], event.start.astimezone(self.turn.zone)
        says = reading.acts & {Act.KEEP, Act.REFUSE, Act.ACCEPT} and Act.MOVE not in reading.acts
        times = (None,) if event.all_day else (None, day.time())
        return bool(says and said) and all(e.date == day.date() and e.time in times and not e.shift for e in said)
