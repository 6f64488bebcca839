"""A certificate as a European Learning Model 3 file, unsigned: made of the frozen payload, for upload and sealing.

The European Learning Model (application profile `edc-generic-full` of the Commission) over the W3C's Verifiable
Credentials Data Model 1.1. It carries the eleven elements of Annex I of the Council Recommendation 2022/C 243/02. It is
no European Digital Credential: that is what an issuer's e-seal makes of it. See docs/european-learning-model.md for
what stands where.

    codes.py       values of the official lists, as the model writes them
    texts.py       words of the payload as language maps
    nodes.py       names of parts of the file, notes, pictures
    agents.py      who issues
    claims.py      what was achieved, or taken part in
    credential.py  the whole
"""

from certificates.rules.elm.credential import elm_document
from certificates.rules.elm.texts import NotExportable, languages_of, missing_of

__all__ = ["NotExportable", "elm_document", "languages_of", "missing_of"]
