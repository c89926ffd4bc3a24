"""`python -m bench.programs.worker`: a service's worker that has nothing to do but relay."""

import asyncio

from backbone.messaging.inbox import Handlers
from backbone.observability import logging
from backbone.settings import Settings
from backbone.worker import Worker

if __name__ == "__main__":
    settings = Settings()
    logging.configure(settings, service="bench")
    asyncio.run(Worker(settings, "bench", Handlers()).run())
