"""What can be seen or heard can also be read: pictures, films, words in pictures."""

import re

from courses.rules.drafted import reference_of, text_of
from courses.rules.quality.form import DraftText, Found, Rule, gettext_noop
from courses.rules.reading import lines_of

_FILE_NAME = re.compile(
    r"^\S+\.(?:jpe?g|png|gif|webp|svg|avif)$|^(?:img|dsc|image|screenshot)[\s_-]*\d+$", re.IGNORECASE
)


def _undecided(text: DraftText) -> Found:
    for shown in text.shown_pictures:
        if not shown.alt and not shown.decorative:
            words = gettext_noop("Nobody has decided yet what people hear who cannot see the picture.")
            yield (*shown.place, "alt"), words, {}
        elif shown.alt and shown.decorative:
            yield (
                (*shown.place, "decorative"),
                gettext_noop("The picture has a description and is decoration only."),
                {},
            )


def _poor(text: DraftText) -> Found:
    for shown in text.shown_pictures:
        ink = text.pictures.get(shown.number)
        if shown.decorative and ink is not None and ink.contains_text:
            words = gettext_noop("There are words in the picture, so it is not decoration only.")
            yield (*shown.place, "decorative"), words, {}
        elif _FILE_NAME.match(shown.alt):
            words = gettext_noop("The description of the picture is the name of a file: “%(alt)s”.")
            yield (*shown.place, "alt"), words, {"alt": shown.alt}


def _without_captions(text: DraftText) -> Found:
    for block in text.blocks:
        if block.kind == "video":
            if reference_of(block.value, "captions") is None:
                yield (*block.place, "captions"), gettext_noop("The film has no captions."), {}
            if not lines_of(text_of(block.value, "transcript")):
                yield (*block.place, "transcript"), gettext_noop("What is said and shown is not there as text."), {}


def _elsewhere_without_transcript(text: DraftText) -> Found:
    for block in text.blocks:
        if block.kind == "video_link" and not lines_of(text_of(block.value, "transcript")):
            words = gettext_noop("What is said and shown in the film on the other site is not there as text.")
            yield (*block.place, "transcript"), words, {}


def _faint(text: DraftText) -> Found:
    for shown in text.shown_pictures:
        ink = text.pictures.get(shown.number)
        if ink is not None and ink.contains_text and not ink.contrast_checked:
            words = gettext_noop("There are words in the picture, and nobody has said that they stand out enough.")
            yield (*shown.place, "picture"), words, {}


ALT_TEXT = Rule(
    key="alt-text",
    name=gettext_noop("Alternative text is decided"),
    asks=gettext_noop("Each picture says what it shows, or that it is decoration only (WCAG 2.2, 1.1.1)."),
    mend=gettext_noop("Say in one sentence what the picture shows here, or tick that it is decoration only."),
    check=_undecided,
    can_warn=False,
)
ALT_WORDS = Rule(
    key="alt-words",
    name=gettext_noop("Descriptions of pictures describe"),
    asks=gettext_noop("A description is a sentence and no name of a file, and a picture with words in it has one."),
    mend=gettext_noop("Say what a person would see, and the words in it too."),
    check=_poor,
)
CAPTIONS = Rule(
    key="captions",
    name=gettext_noop("Films have captions and a text"),
    asks=gettext_noop("A film has captions, and all that is said and shown is there as text (WCAG 2.2, 1.2.2, 1.2.3)."),
    mend=gettext_noop("Choose a vtt file with the captions, and write down what is said and shown."),
    check=_without_captions,
    can_warn=False,
)
LINKED_FILMS = Rule(
    key="linked-films",
    name=gettext_noop("Films on other sites have a text here"),
    asks=gettext_noop("All that is said and shown in a film that a page leads to is there as text."),
    mend=gettext_noop("Write down what is said and shown, or take the link to the film out."),
    check=_elsewhere_without_transcript,
)
CONTRAST = Rule(
    key="contrast",
    name=gettext_noop("Words in pictures stand out"),
    asks=gettext_noop("Somebody has checked the contrast of each picture that has words in it (WCAG 2.2, 1.4.3)."),
    mend=gettext_noop(
        "Open the picture in the list of pictures, check its contrast, and tick that the words in it stand out enough."
    ),
    check=_faint,
)
