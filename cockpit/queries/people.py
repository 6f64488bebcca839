"""How many people somebody sees."""

from cockpit.queries.scope import Sight


def people_in_sight(sight: Sight) -> int:
    """Return how many people somebody sees. Cost: 1 query."""
    return sight.people().count()
