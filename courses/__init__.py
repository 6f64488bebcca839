"""Content: page types, blocks, frozen versions, editions. Must not know any learner."""
