"""Lasting names: what a file calls `id`, made unique in the whole portal. The same file gives the same names for ever."""

from uuid import UUID, uuid5

_NAMESPACE = UUID("6f0c1d0e-55f5-4a39-9d11-5f1a3c8f0b6e")


def lasting_id(*names: str) -> UUID:
    """Return the identity of what these names lead to, such as `("courses", "digital-basics", "items", "search")`.

    Leading numbers of files are no part of it, so an item may change its place.
    """
    return uuid5(_NAMESPACE, "/".join(names))


def module_key(course: str, slug: str) -> UUID:
    """Return the translation key of a module's page. `course`: the key that the course's file gives; `slug`: of the module."""
    return lasting_id("courses", course, "modules", slug)


def inner_id(owner: UUID | str, *names: str | int) -> str:
    """Return the id of a block, question, option or list entry inside `owner`."""
    return str(uuid5(owner if isinstance(owner, UUID) else UUID(owner), "/".join(str(name) for name in names)))
