"""Pages from templates: the one place that loads Jinja2, when the first page is written.

Every text that a template shows is made printable, then escaped; only a `Drawing`, the script and its data are put in
as they are.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

from evo.report.html.embedded import Embedded, policy, script
from evo.report.html.svg import readable

if TYPE_CHECKING:
    from jinja2 import Environment


def render(template: str, **values: Any) -> str:
    """The page that a template makes of values."""
    source = page_script()
    return environment().get_template(template).render(values, script=source, policy=policy(source))


@cache
def page_script() -> Embedded:
    """The one script of all pages."""
    return script(environment().get_template("script.js.j2").render())


@cache
def environment() -> Environment:
    """The templates of this package: escaping, and strict about names that nobody gave."""
    from jinja2 import Environment, PackageLoader, StrictUndefined  # noqa: PLC0415 - only pages need it

    return Environment(
        autoescape=True,
        undefined=StrictUndefined,
        loader=PackageLoader("evo.report.html"),
        finalize=_text,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        auto_reload=False,
    )


def _text(value: Any) -> Any:
    return value if hasattr(value, "__html__") else readable(value)
