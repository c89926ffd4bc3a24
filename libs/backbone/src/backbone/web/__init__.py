"""The HTTP API: app, routes, authentication, idempotency, problem details, and pagination."""
