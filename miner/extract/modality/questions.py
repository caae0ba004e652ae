"""Whether a sentence states an aim or a question rather than a finding."""

from miner.extract.modality.cues import question_pattern
from miner.extract.sentence import SentenceView, once_per_sentence


@once_per_sentence
def is_question(view: SentenceView) -> bool:
    """Whether the sentence ends with a question mark or holds a cue of an aim or a question."""
    return view.tokens[-1:] == ("?",) or bool(question_pattern().search(view.text))
