-- Version 8: what a reconciling device holds opens nothing to it, and it drops by itself what the
-- server does not give it afterwards. Nothing is kept of what it said.
DROP TABLE reconcile_offers;
