"""What others can follow: sent in the transaction of what it tells of."""

from django.dispatch import Signal

# A Decision was made or taken back. Gives ``decision``, with its comment.
decided = Signal()
