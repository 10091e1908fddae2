"""What people of the business are told, by webhook, mail and WhatsApp."""
