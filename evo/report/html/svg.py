"""Elements of a picture as text, escaped where they are made: whatever a name holds, it can only ever be shown."""

from __future__ import annotations

import html
import re
from collections.abc import Mapping

from genomes.text.printable import printable

#: Markup of a picture that is still being put together.
Markup = str


class Drawing(str):
    """A whole picture: markup that templates put into a page as it is."""

    __slots__ = ()

    def __html__(self) -> str:
        return str(self)


def drawing(attributes: Mapping[str, object], *inside: Markup) -> Drawing:
    """A picture of elements."""
    return Drawing(element("svg", attributes, *inside))


def readable(text: object) -> str:
    """Any text as it is to be read: on one line, no break before a percent sign."""
    return re.sub(r"(?<=\d) %", "\N{NO-BREAK SPACE}%", printable(str(text)))


def shown(text: object) -> Markup:
    """Any text as it is to be read, escaped."""
    return html.escape(readable(text), quote=True)


def element(tag: str, attributes: Mapping[str, object], *inside: Markup) -> Markup:
    """An element; attributes are escaped here, what is inside is markup already."""
    start = tag + "".join(f' {name}="{shown(value)}"' for name, value in attributes.items())
    return f"<{start}>{''.join(inside)}</{tag}>" if inside else f"<{start}/>"
