"""What only a person can answer. A command asks on a terminal; elsewhere it is an error that names the option."""

from app.errors import InvalidRequest


class Question(InvalidRequest):
    """The file does not tell; the message says which option does."""


class WhichOrder(Question):
    """Day or month first? `sample` is a date as the file writes it."""

    def __init__(self, sample: str) -> None:
        super().__init__(
            f"Nothing in the file tells whether {sample} is day/month or month/day: say --day-first or --month-first"
        )
        self.sample = sample


class WhoIsBusiness(Question):
    """Which of `authors` is the business?"""

    def __init__(self, authors: tuple[str, ...]) -> None:
        super().__init__(f"Who of these is the business? Say --me NAME: {', '.join(authors)}")
        self.authors = authors


class WhichContact(Question):
    """What is the customer's number?"""

    def __init__(self, name: str | None = None) -> None:
        who = f"{name}'s" if name else "the customer's"
        super().__init__(f"The file does not tell {who} number: say --contact +…, with the country code")
