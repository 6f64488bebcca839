"""Pages of case studies: the list and its feed, one story with its sheet and its picture."""

from case_studies.views.listing import feed, index
from case_studies.views.story import case, share_picture, try_it

__all__ = ["case", "feed", "index", "share_picture", "try_it"]
