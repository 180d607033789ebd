"""The database: cases, demands, tasks, searches, inbox, outbox, ledger, keys, blobs."""
