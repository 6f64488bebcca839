"""Try European Learning Model files against the Commission's published shapes.

Not part of the tests: docs/european-learning-model.md says where the shapes come from and what is needed.

    python tools/try_elm.py --shapes edc-generic-no-cv.ttl edc-generic-full.ttl --context edc-ap-context.jsonld FILE...

Prints what each file fails, and ends with 1 where that is more than what sealing adds. Needs pyshacl and pyld, no
network: the context of the W3C's credentials comes with pyld.
"""

import argparse
import json
import sys
from importlib.resources import files
from pathlib import Path

import pyshacl
import rdflib
from pyld import jsonld
from rdflib.namespace import SH

W3C_CONTEXT = "https://www.w3.org/2018/credentials/v1"
EDC_CONTEXT = "http://data.europa.eu/snb/model/context/edc-ap"
SEALING_ADDS = {"issued", "eidasLegalIdentifier"}


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--shapes", nargs="+", type=Path, required=True, help="SHACL files, in Turtle")
    parser.add_argument("--context", type=Path, required=True, help="the JSON-LD context edc-ap")
    parser.add_argument("files", nargs="+", type=Path)
    asked = parser.parse_args()
    shapes = rdflib.Graph()
    for path in asked.shapes:
        shapes.parse(path)
    bundled = files("pyld") / "documentloader/frozen/bundled/credentials-v1.jsonld"
    contexts = {
        W3C_CONTEXT: json.loads(bundled.read_text(encoding="utf-8")),
        EDC_CONTEXT: json.loads(asked.context.read_text(encoding="utf-8")),
    }
    worst = 0
    for path in asked.files:
        failed = failed_of(json.loads(path.read_text(encoding="utf-8"))["credential"], contexts, shapes)
        more = [said for field, said in failed if field not in SEALING_ADDS]
        sys.stdout.write(f"{path.name}: {len(failed)} failed, {len(more)} of them not what sealing adds\n")
        sys.stdout.writelines(f"  {field}: {said}\n" for field, said in failed)
        worst = max(worst, bool(more))
    return worst


def failed_of(credential: dict, contexts: dict, shapes: rdflib.Graph) -> list[tuple[str, str]]:
    """Return (field, message) of what a credential fails. A term that no context knows fails as "unknown"."""

    def load(address: str, _options: object) -> dict:
        return {
            "contentType": "application/ld+json",
            "contextUrl": None,
            "documentUrl": address,
            "document": contexts[address],
        }

    unknown: list[tuple[str, str]] = []
    options = {"documentLoader": load, "format": "application/n-quads"}
    jsonld.expand(
        credential, {"documentLoader": load}, on_property_dropped=lambda term: unknown.append(("unknown", str(term)))
    )
    data = rdflib.Graph().parse(data=jsonld.to_rdf(credential, options), format="nquads")
    _conforms, report, _text = pyshacl.validate(data, shacl_graph=shapes, inference="none", advanced=True)
    failed = []
    for result in report.subjects(rdflib.RDF.type, SH.ValidationResult):
        if report.value(result, SH.detail):  # a shape around another: what that one failed is told itself
            continue
        path, focus = report.value(result, SH.resultPath), report.value(result, SH.focusNode)
        field = str(path).replace("#", "/").rsplit("/", 1)[-1]
        failed.append((field, f"{focus}: {report.value(result, SH.resultMessage)}"))
    return sorted(failed) + unknown


if __name__ == "__main__":
    sys.exit(main())
