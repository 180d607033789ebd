"""What the command line and the web console share: the queue, a case, a task, its completion.

The register holds the queue; the workflow is the authority, and every answer goes to it.
"""
