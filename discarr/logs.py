"""Said once, not each time it is seen."""

from logging import Logger


class Complaint:
    """Something that goes into the log when it begins, changes or ends."""

    def __init__(self, log: Logger, healed: str = "") -> None:
        self._log = log
        self._healed = healed
        self._said = ""

    def say(self, text: str) -> None:
        """A WARNING if this is new; '' means that all is well, which is said if it was not."""
        if text == self._said:
            return
        self._said = text
        if text:
            self._log.warning("%s", text)
        else:
            self._log.info("%s", self._healed)
