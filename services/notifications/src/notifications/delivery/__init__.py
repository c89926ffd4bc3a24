"""The delivery of messages: rendering, and the transports for e-mails and SMS."""
