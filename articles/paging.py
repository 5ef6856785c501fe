"""Pages of long lists, without counting what nobody will turn to."""

from typing import Any

from django.core.paginator import Paginator
from django.utils.functional import cached_property

# So many pages further on are counted, so that a short list says how many it has.
AHEAD = 10
FARTHEST = 2**31


class Ahead(Paginator):
    """Pages of a list of which only the first ``reach`` rows are counted."""

    def __init__(self, *args: Any, reach: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.reach = min(reach, FARTHEST)

    @classmethod
    def of(cls, number: int, found: Any, size: int, **kwargs: Any) -> "Ahead":
        """Those that page ``number`` needs: what is before it, and whether more comes."""
        return cls(found, size, reach=(max(number, 1) + AHEAD) * size, **kwargs)

    @cached_property
    def count(self) -> int:
        return self.object_list.order_by().values("pk")[: self.reach].count()

    @property
    def is_cut(self) -> bool:
        """Whether there may be more than was counted."""
        return self.count == self.reach
