"""Which way an effect goes: an agent that was knocked down, silenced, blocked or depleted does the opposite."""

from miner.extract.cues import LOSS_AFTER, LOSS_BEFORE
from miner.extract.view import SentenceView, Slot

_REACH = 9


def lost(view: SentenceView, slot: Slot) -> bool:
    """Whether the sentence speaks of the entity's loss: "PTEN knockdown", "inhibition of exosomal miR-21"."""
    before = view.phrase(max(0, slot.first - _REACH), slot.first)
    after = view.phrase(slot.last, min(len(view.tokens), slot.last + _REACH))
    return bool(LOSS_BEFORE.search(f"{before} ")) != bool(LOSS_AFTER.match(f" {after}"))


def sign_of(view: SentenceView, agent: Slot, sign: int) -> int:
    """The sign of `agent`'s own effect, when what the sentence states is an effect of `sign` (1, -1; 0 stays 0)."""
    return -sign if sign and lost(view, agent) else sign
