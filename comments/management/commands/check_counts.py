from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from comments import counts


class Command(BaseCommand):
    """Compare the counts of comments with the comments themselves, and mend them if asked to."""

    help = "Check the counts of comments, replies and threads. Exits with 1 where one is wrong."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--mend", action="store_true", help="set right what is wrong")

    def handle(self, *args: Any, mend: bool, **options: Any) -> None:
        if mend:
            replies, discussions = counts.mend()
            self.stdout.write(f"Set right: {replies} comments, {discussions} discussions.")
            return
        wrong = [
            *(
                f"comment {key}: {kept} replies kept, {right} counted"
                for key, kept, right in counts.wrong_replies()
            ),
            *(
                f"post {key}: {kept} comments and {threads} threads kept, "
                f"{right} and {right_threads} counted"
                for key, kept, right, threads, right_threads in counts.wrong_discussions()
            ),
        ]
        if wrong:
            raise CommandError("\n".join([*wrong, "Run it again with --mend to set them right."]))
        self.stdout.write("All counts are right.")
