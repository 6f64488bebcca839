"""What every app stands on and no app owns: outbox, canonical JSON, HTML cleaning, access rules.

Knows no domain: nothing here may name a course, a learner or a certificate.
"""
