"""Templates of pages and reports: escaped, strict about missing values, with the texts of a language."""

from jinja2 import Environment, PackageLoader, StrictUndefined

from digitize.translations import catalogue, shown_number


def make_environment(package: str, language: str) -> Environment:
    """Return the environment of the templates of a package in one of LANGUAGES, with what all of them use."""
    made = Environment(
        loader=PackageLoader(package, "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        extensions=["jinja2.ext.i18n"],
    )
    words = catalogue(language)
    made.install_gettext_callables(  # type: ignore[attr-defined]
        words.gettext, words.ngettext, newstyle=True, pgettext=words.pgettext, npgettext=words.npgettext
    )
    made.filters["number"] = lambda value: shown_number(value, language)
    made.globals["language"] = language
    return made
