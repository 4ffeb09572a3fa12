"""What other systems take from the portal and give to it: events, webhooks, another Open311."""
