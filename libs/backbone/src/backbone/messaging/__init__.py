"""Kafka: transactional outbox, relay, idempotent consumer, dead letters, and rebuilds."""
