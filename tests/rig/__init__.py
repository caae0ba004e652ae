"""A local server that answers as the literature services do, and fails on demand.

    service = PubMed(records(300))
    with Rig(service) as rig:
        rig.script("efetch.fcgi", None, faults.status(500), faults.cut())
        ... EXOMINER_PUBMED_URL=rig.url(service) ...

A service is an object with a `name` (the folder it lives in) and `answer(request) -> Reply`; each has a module here.
"""

from tests.rig.server import Reply, Request, Rig, Service

__all__ = ["Reply", "Request", "Rig", "Service"]
