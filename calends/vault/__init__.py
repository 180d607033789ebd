"""A key per case, sealed blobs, and the codec that seals what workflows carry."""
