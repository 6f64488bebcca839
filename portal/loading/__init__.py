"""From the texts in `content/` to pages, pictures and files of the portal, and the people and states of the demo.

`reading` and what it uses turn files into plain values and say in words what is wrong with them, without a database.
The rest puts those values in their place: `site`, `courses`, `case_studies`, `files`; `people` and `records` for the
demo. `ledger` remembers what came from which text.
"""
