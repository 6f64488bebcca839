"""Who people are: users, organisations, clusters, projects, memberships, signing in.

Must not know what anybody learns.
"""
