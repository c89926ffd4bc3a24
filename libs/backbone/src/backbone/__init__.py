"""The common ground of all services: mechanism without any word of the domain."""
