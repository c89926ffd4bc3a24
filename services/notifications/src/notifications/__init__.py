"""E-mails and SMS to mentees, mentors and contact persons of partners.

Owns messages and opt-outs. Consumes the events of matching and partners: pairings, contacts,
conventions, events of the programme, and the cards with names and addresses. Publishes nothing.
"""
