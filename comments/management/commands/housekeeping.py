from typing import Any

from django.core.management.base import BaseCommand, CommandError

from comments import housekeeping


class Command(BaseCommand):
    """Do what is due: mail that is late, the moderators' digest, forgetting what is old."""

    help = "Do what is due. Meant for a timer; exits with 1 where a job failed."

    def handle(self, *args: Any, **options: Any) -> None:
        failed = []
        for name, said, well in housekeeping.run():
            if not well:
                failed.append(f"{name} failed: {said}")
            elif said:
                self.stdout.write(f"{name}: {said}")
        if failed:
            raise CommandError("\n".join(failed))
