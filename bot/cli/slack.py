"""`advisor slack`: what an admin needs to set up the Slack app."""

import json
from typing import Annotated

import typer

from bot.cli.say import say

slack = typer.Typer(help="Set up the Slack app.", no_args_is_help=True)


@slack.command()
def manifest(
    socket: Annotated[bool, typer.Option("--socket", help="Socket Mode, without a public address (default).")] = False,
    http: Annotated[
        str | None, typer.Option("--http", metavar="URL", help="HTTP: the address at which Slack finds the service.")
    ] = None,
    oauth: Annotated[
        bool, typer.Option("--oauth", help="With --http: for installation in many workspaces; tokens rotate.")
    ] = False,
    minimal: Annotated[bool, typer.Option("--minimal", help="Without the permission to read along.")] = False,
) -> None:
    """Print the app's manifest as JSON: paste it at https://api.slack.com/apps, Create New App, From a manifest."""
    from bot import app as parts

    if socket and http is not None:
        _fail("Say either --socket or --http URL.")
    if oauth and http is None:
        _fail("--oauth needs --http URL: people who install the app are sent there.")
    if http is not None and not _is_address(http):
        _fail("--http wants the public address of the service, with TLS, such as https://advisor.example.com.")
    say(json.dumps(parts.slack_manifest(http, minimal=minimal, rotation=oauth), indent=2))


def _is_address(url: str) -> bool:
    from urllib.parse import urlsplit

    try:
        parts = urlsplit(url)
        return parts.scheme == "https" and bool(parts.hostname) and not (parts.query or parts.fragment)
    except ValueError:
        return False


def _fail(sentence: str) -> None:
    say(sentence, err=True)
    raise typer.Exit(2)
