"""Names beside a stated distance that no recogniser found: roads, estates, hamlets that are in no gazetteer.

They are no places of the story. But an article that says 'the village Dvani, which is seven kilometres from
Tskhinvali' states a distance between two ends, and the one without a place is told by its name.
"""

import re
from collections.abc import Iterator, Sequence

from geostory.models import Field, Mention, Place
from geostory.quantities import Quantity

__all__ = ["unplaced_ends"]

_WORD = r"[A-Z](?:[\w-]|['’](?!s?\b))*"
_NAME = rf"{_WORD}(?: (?:(?:of the|de la|of|de|la|al|del) )?(?:{_WORD}|\d+\b)| [IVX]+\b)*"
_OWNED = r"(?:['’]s? (?:home|house|estate|farm|ranch|camp|village|land|property|mansion|church|mosque|school)\b)?"
_SETTLED = (
    r"(?:village|hamlet|town|settlement|township|suburb|island|islet|camp|outpost|commune|farm|community|complex|"
    r"plateau|ranch|estate)"
)
_FACILITY = r"(?:airport|airbase|station|plant|refinery|hospital|prison|dam|stadium|embassy|barracks|cathedral|palace)"
# 'The airport in Goma', 'Zaporizhzhia nuclear power plant': not the town itself.
_WORKS = (
    rf"(?:{_FACILITY} (?:in|at|of|near) {_NAME}|"
    rf"{_NAME} (?:(?:nuclear|power|railway|train|bus|police|military) )*{_FACILITY}\b)"
)
_LIES = r"(?:lies|lay|sits|stands|(?:is|was|are|were) (?:located|situated|set|based))"
_POINT = r"(?:north|south|east|west|north-?(?:east|west)|south-?(?:east|west)|(?:[ns][ew]?|[ew])\b)"
_CALLED = re.compile(rf"\b{_SETTLED}(?: of| called| named)? (?P<name>{_NAME})")
_SUBJECT = re.compile(
    r"\W*(?:The )?(?!(?:It|They|He|She|We|This|That|There|Both|Each|One|Here)\b)"
    rf"(?P<name>{_NAME})(?: ?\([^()]*\))?,? (?:also )?{_LIES}\b"
)
_FAR = re.compile(
    rf"(?:,? away)? (?:(?:due |to the |just )?{_POINT}(?:[- ]{_POINT})? (?:of|from)|short of) "
    rf"(?:the )?(?:[a-z]+ (?:of|at) )?(?P<name>{_NAME}{_OWNED})"
)
_FROM = re.compile(rf"(?:,? away)? (?:from|off) (?P<name>{_NAME}{_OWNED})(?! (?:said|says|told))")
_FROM_WORKS = re.compile(rf"(?:,? away)? (?:from|(?:{_POINT}(?:[- ]{_POINT})?) of|of) (?:the )?(?P<name>{_WORKS})")
_WAY = re.compile(
    rf" (?:route|road|drive|walk|journey|trip|ride|trek|march)s? from (?P<name>{_NAME}{_OWNED})"
    rf"(?: to (?:the )?(?P<other>{_NAME}{_OWNED}))?"
)
_WITHIN = re.compile(rf" of (?P<name>(?:{_NAME}|[A-Z]+-\d+){_OWNED})")
# 'Ten metres from Messi' tells of no place, nor does 'a mile from Walmart' where no place is named beside it.
_LONG = ("km", "mi", "nmi")


def unplaced_ends(
    text: str, field: Field, span: tuple[int, int], places: Sequence[Place], quantities: Sequence[Quantity]
) -> list[Place]:
    """What a sentence's distances may lead from or to that is none of the places found in it.

    Parameters
    ----------
    text : str
        Of the article's title or text, ``field``.
    span : (int, int)
        The sentence's.
    places : sequence of Place
        Those found in the sentence.
    quantities : sequence of Quantity
        The lengths found in it.

    Returns
    -------
    list of Place
        In the order of the text, each without a candidate.

    Examples
    --------
    >>> from geostory.quantities import find_quantities
    >>> text = "The farm is a mile north of Highway 282."
    >>> [end.mention.text for end in unplaced_ends(text, "text", (0, len(text)), (), find_quantities(text))]
    ['Highway 282']
    """
    taken = [*((p.mention.start, p.mention.end) for p in places), *((q.start, q.end) for q in quantities)]
    found: dict[int, Place] = {}
    for start, end, works in sorted(_spans(text, span, quantities, told=any(place.candidate for place in places))):
        # 'USP Coleman II' is not Coleman, though that was found in it.
        if all(b <= start or end <= a or (start <= a and b < end + works) for a, b in taken):
            mention = Mention(start=start, end=end, field=field, text=text[start:end])
            found.setdefault(
                start, Place(mention=mention, candidate=None, confidence=0.0, reason="it was not looked up")
            )
    return list(found.values())


def _spans(
    text: str, span: tuple[int, int], quantities: Sequence[Quantity], *, told: bool
) -> Iterator[tuple[int, int, bool]]:
    for match in _CALLED.finditer(text, *span):
        yield (*match.span("name"), False)
    if subject := _SUBJECT.match(text, *span):
        yield (*subject.span("name"), False)
    for quantity in quantities:
        if way := _WAY.match(text, quantity.end, span[1]):
            yield from ((*way.span(end), False) for end in ("name", "other") if way[end])
        shapes = [
            _FAR,
            _FROM_WORKS,
            *([_FROM] if told and quantity.unit in _LONG else []),
            *([_WITHIN] if quantity.within else []),
        ]
        for shape in shapes:
            if far := shape.match(text, quantity.end, span[1]):
                yield (*far.span("name"), shape is _FROM_WORKS)
