"""Giving an organisation another home channel: the modal, the offer to hand it over, what people hear."""

from __future__ import annotations

from bot.views import blocks, ids
from bot.views import settings_inputs as inputs
from bot.views.blocks import Block
from bot.views.message import Message, compose
from bot.views.words import capital, channel, name, person, plain_name

HOME = "home"
_SEEN = "what is backed up, how it went, and what is not covered"


def home_modal(organisation_name: str, home_channel: str, *, ref: str) -> Block:
    """Ask which channel an organisation is at home in."""
    return blocks.modal(
        "Home channel",
        (
            blocks.section(
                f"*{name(organisation_name)}* is at home in {_named(home_channel)}.\n"
                f"Whoever is in the new channel will see {_SEEN}, and can start a backup there. "
                "The people of the old channel no longer can, unless they are in the new one too. "
                "What was posted so far stays where it is."
            ),
            inputs.channel_of(
                HOME,
                "New home channel",
                home_channel,
                hint="I must be in it: type /invite @Ledgerkeep there first. Channels shared with other "
                "workspaces are left out.",
            ),
        ),
        callback_id=ids.HOME_MODAL,
        submit="Move",
        metadata=ids.reference(ref),
    )


def trying() -> Message:
    """Show in a channel that posting there works; true whatever comes of it."""
    told = "Checking whether I may post in this channel."
    return compose(told, blocks.section(told))


def nothing_changed() -> Message:
    """Say in a channel where posting was tried that it was for nothing."""
    told = "I checked whether I may post in this channel. Nothing has changed here."
    return compose(told, blocks.section(told))


def at_home_now(organisation_name: str, *, by: str, before: str) -> Message:
    """Tell the new home channel."""
    return compose(
        f"{name(organisation_name)} is now at home in this channel: its backups are reported here.",
        blocks.section(
            f"🏠 *{name(organisation_name)}* is now at home in this channel. {capital(person(by))} moved it "
            f"here from {_named(before)}.\nWhoever is in this channel can see {_SEEN}, and start a backup."
        ),
    )


def moved_away(organisation_name: str, *, by: str, to: str) -> Message:
    """Tell the old home channel."""
    return compose(
        f"{name(organisation_name)} is no longer at home in this channel.",
        blocks.section(
            f"🏠 *{name(organisation_name)}* is no longer at home in this channel. {capital(person(by))} "
            f"moved it to {_named(to)}: from now on its backups are reported there, and I answer questions "
            "about it there."
        ),
    )


def moved(organisation_name: str, *, to: str) -> Message:
    """Tell the person who moved it."""
    return compose(
        f"{name(organisation_name)} has a new home channel.",
        blocks.section(
            f"✅ *{name(organisation_name)}* is now at home in {_named(to)}. Both channels were told."
        ),
    )


def hand_over(organisation_name: str, organisation_id: str, *, home: str, here: str) -> Message:
    """Offer to move an organisation that was linked again from another channel."""
    value = ids.reference(f"{organisation_id}.{here}")
    spoken = f"Make it the home of {plain_name(organisation_name, 40)}"
    return compose(
        f"{name(organisation_name)} is linked already, with another home channel; no second backup was made.",
        blocks.section(
            f"*{name(organisation_name)}* is linked already, and at home in {_named(home)}. No second backup "
            "was made; its permission in Xero has been renewed.\n"
            f"Do you want {_named(here)} to be its home instead? Then the people of that channel see "
            f"{_SEEN}, and those of the old one no longer do."
        ),
        blocks.actions(blocks.button("Make this channel its home", ids.MAKE_HOME, value, spoken=spoken)),
    )


def _named(channel_id: str) -> str:
    return channel(channel_id) or "another channel"
