"""Street addresses, as they are written in Spanish- and English-speaking countries."""

import re

from app.extraction.rules.words import has_digit

_ES = re.compile(
    r"\b(?:gran v[ií]a|av(?:da|enida)?|calle|cl|cll|cra|carrera|kra|kr|jr|jir[oó]n|pasaje|pje|paseo|plaza|urb|mz"
    r"|manzana|boulevard|blvd|calzada|carretera|ronda|traves[ií]a|glorieta|rambla|v[ií]a|diagonal|circular|transversal"
    r"|priv(?:ada)?|prol(?:ongaci[oó]n)?|cerrada|c/)\.?\s+"
    r"(?:[^\n?!;.]|\.(?=\S)|(?<=\b[A-Za-z])\.|(?<=[DS]r)\.|(?<=Dra)\.)*?\d+[^\n?!;.]*",
    re.IGNORECASE,
)
_KIND = (
    r"(?:street|st|road|rd|avenue|ave|lane|ln|drive|dr|boulevard|blvd|way|court|ct|place|pl|square|sq|highway|hwy"
    r"|parkway|pkwy|terrace|close|crescent|real|common|circle|cir|row|walk|hill|plaza|mall|center|centre|trail|loop"
    r"|alley|expressway|broadway|embarcadero|uno|parade|mews|wharf|quay)\b"
)
_EN = re.compile(
    r"(?<![:.\d-])\b\d{1,6}(?!\s*(?:am|pm|to|or|and|at|on|in|people|of)\b)[A-Za-z]?\s+(?:(?:[NSEW]|North|South|East"
    r"|West|Old|New|Upper|Lower)\.?\s+)?(?:(?:(?<=East )\d+|(?<=West )\d+|\d+(?:st|nd|rd|th)"
    r"|[^\W\d_][^\W\d_'’]*(?:['’]s)?\.?)\s+){1,4}?"
    rf"{_KIND}(?:\s+{_KIND})?\.?"
    r"(?:,?\s*(?:#\s*\w+|[A-Z]-?\d+\b|(?:suite|ste|apt|apartment|flat|unit|room|floor|fl)\.?\s*#?\s*[\w-]+"
    r"|\d+(?:st|nd|rd|th)\s+floor))*"
    r"(?:,\s*(?!(?:about|around|roughly|takes|for|it|its|allow)\b)[A-Z][\w'’]*(?:\s[A-Z0-9][\w'’]*){0,3})*",
    re.IGNORECASE,
)
#: "4100 The Alameda": a number and names without a kind of street, where an address is announced.
_BARE = re.compile(
    r"(?:\b[Aa]t|\b[Oo]n|\b[Aa]ddress(?: is)?|\b[Ll]ocation(?: is)?|\blisted as"
    r"|\b[Ii]t'?s)\s+(\d{1,5}\s+[A-Z][a-z]+(?:\s+(?:(?:de|del|la|el|of"
    r"|the)\s+)*[A-Z][a-z]+){1,3}(?:,\s+[A-Z][a-z]+(?=[.\n]|$))?)"
)
#: Romance languages write the kind of street first.
_OF = {"en": (_EN,)}
_DIGIT = re.compile(r"\d")


def address_spans(text: str, lang: str) -> list[tuple[int, int]]:
    """Where street addresses stand in a text; their ends may still hold words that do not belong."""
    if not has_digit(text):
        return []
    for pattern in _OF.get(lang, (_ES, _EN)):
        if found := [match.span() for match in pattern.finditer(text)]:
            return found
    return [match.span(1) for match in _BARE.finditer(text)] if lang in _OF else []


_NAME = r"[A-ZÁÉÍÓÚÑ][\wáéíóúñ'’]+(?:\s(?:(?:de|del|la|las|los|el|y|of|the)\s)*[A-ZÁÉÍÓÚÑ][\wáéíóúñ'’]*){0,3}"
_ENDS = r"(?=\s*(?:[,.;!?\n)]|$))"
#: What goes on with a place behind a comma: a floor or room, the street of a house with a name.
_FURTHER = re.compile(
    r",\s+(?:(?:primer|segundo|tercer|cuarto|quinto|ground|first|second|third|\d{1,2}(?:º|°|er|do|st|nd|rd|th))\s+"
    r"(?:piso|planta|floor)|(?:piso|planta|cons(?:ultorio)?|of(?:icina)?|local|depto|dpto|apto|int|suite|unit|flat|room"
    rf"|berth|box|torre|puerta|nave|stand|sala)\.?\s*#?\w{{1,4}}|{_NAME}\s+#?\d{{1,5}})\b"
)
_TOWN = re.compile(rf",\s+({_NAME}){_ENDS}")


def goes_on_to(text: str, start: int, end: int) -> int:
    """The end of a place with what stands behind it: "Casa Agave, Colima 145", "clínica San Rafael, primer piso", and
    the town after a number."""
    if found := _FURTHER.match(text, end):
        return goes_on_to(text, start, found.end())
    if _DIGIT.search(text, start, end) and (found := _TOWN.match(text, end)):
        return found.end()
    return end
