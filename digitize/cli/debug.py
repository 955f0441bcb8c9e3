"""The `--debug` option, which every command takes before or after its name."""

from pathlib import Path
from typing import Any

import click

from digitize.cli.options import FOLDER

_REQUESTED = f"{__name__}.requested"


def debug_option(*, hidden: bool = False) -> click.Option:
    """Return the option: one to be listed in the help of `digitize`, or a hidden one for a command."""
    return click.Option(
        ["--debug"],
        is_flag=True,
        hidden=hidden,
        expose_value=False,
        callback=_request,
        help="Write a log for developers, without text from the sheets, to digitize.log in the results "
        "folder. DIGITIZE_DEBUG=1 in the environment does the same.",
    )


def _request(context: click.Context, _option: click.Parameter, value: bool) -> None:
    context.meta[_REQUESTED] = context.meta.get(_REQUESTED, False) or value


class Command(click.Command):
    """A command that can write a debug log to its results folder, or to the current folder if it has none."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.params.append(debug_option(hidden=True))

    def invoke(self, ctx: click.Context) -> Any:
        from digitize import debug_log

        if not (ctx.meta[_REQUESTED] or debug_log.is_requested()):
            return super().invoke(ctx)
        folders = [ctx.params[option.name] for option in self.params if option.type is FOLDER and option.name]
        log = None
        try:
            with debug_log.writing_to(next(iter(folders), Path()) / debug_log.FILE_NAME) as log:
                return super().invoke(ctx)
        finally:
            if log is not None and log.path.exists():  # `erase` deletes it
                click.echo(f"Debug log: {log.path}", err=True)
